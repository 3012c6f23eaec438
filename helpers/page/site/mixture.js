"use strict";
// A parent and its child, mixed block by block as helpers/explorer/source.py does it: weights between the
// two, and batch norm's statistics between those measured at quarters of the blend.

const QUARTERS = 4, CALIBRATION = 64; // as in helpers/explorer/source.py

/** One generator, or a pair, that can draw; `card` and `bytes` are the page's. */
class Source {
  constructor(card, bytes, parent, child) {
    this.card = card;
    this.parent = parent;
    this.child = child;
    this.directions = tensor(bytes, card.directions);
    this.measured = new Map(); // "norm:quarters of the blocks up to it" → [means, variances]
    if (!child) return;
    this.mixture = parent.map((operation) => ({ ...operation, weights: { ...operation.weights } }));
    this.mixedAt = parent.map(() => 0);
    const row = tensor(bytes, card.statistics);
    let at = 0;
    const take = (count) => row.subarray(at, (at += count));
    parent.filter(isNorm).forEach((norm, i) => {
      const count = norm.weights.mean.length;
      for (const knot of card.knots[i]) this.measured.set(`${i}:${knot}`, [take(count), take(count)]);
    });
  }

  /** The network with these shares of the child in each block. */
  network(shares) {
    if (!this.child || shares.every((share) => share === 0)) return this.parent;
    if (shares.every((share) => share === 1)) return this.child;
    const knots = around(shares).map(([knot, weight]) => [this.statistics(knot), weight]);
    this.setWeights(shares); // after the statistics: to measure them, the mixture takes other weights
    this.mixture.filter(isNorm).forEach((norm, i) => {
      norm.weights.mean = weighted(knots.map(([rows, weight]) => [rows[i][0], weight]));
      norm.weights.variance = weighted(knots.map(([rows, weight]) => [rows[i][1], weight]));
    });
    return this.mixture;
  }

  setWeights(shares) {
    this.mixture.forEach((operation, i) => {
      const share = shares[operation.block];
      if (this.mixedAt[i] === share) return;
      const one = this.parent[i].weights, other = this.child[i].weights;
      for (const name of Object.keys(one))
        operation.weights[name] = share ? (share === 1 ? other[name] : between(one[name], other[name], share)) : one[name];
      this.mixedAt[i] = share;
    });
  }

  /** Batch norm's statistics of all norms where each block's share is so many quarters. */
  statistics(knot) {
    const norms = this.parent.filter(isNorm);
    const keys = norms.map((norm, i) => `${i}:${knot.slice(0, norm.block + 1)}`);
    if (!keys.every((key) => this.measured.has(key))) this.measure(knot, keys);
    return keys.map((key) => this.measured.get(key));
  }

  /** Measures them on 64 latents: each norm sees them all, after the norms before it have been set. */
  measure(knot, keys) {
    this.setWeights(knot.map((quarters) => quarters / QUARTERS));
    const d = this.card.latent, all = noise(d, 0, CALIBRATION), last = this.mixture.findLastIndex(isNorm);
    let pictures = Array.from({ length: CALIBRATION }, (_, i) => ({
      h: 1, w: 1, c: d, data: all.slice(i * d, (i + 1) * d),
    }));
    let index = 0;
    for (const operation of this.mixture.slice(0, last + 1)) {
      if (isNorm(operation)) {
        const found = moments(pictures);
        this.measured.set(keys[index++], found);
        [operation.weights.mean, operation.weights.variance] = found;
      }
      pictures = pictures.map((picture) => OPERATIONS[operation.do](picture, operation));
    }
  }

  draw(z, shares) {
    return draw(this.network(shares), z);
  }
}

const isNorm = (operation) => operation.do === "norm";

function between(a, b, share) {
  const out = new Float32Array(a.length), rest = 1 - share;
  for (let i = 0; i < out.length; i++) out[i] = rest * a[i] + share * b[i];
  return out;
}

function weighted(rows) {
  const out = new Float64Array(rows[0][0].length);
  for (const [row, weight] of rows) for (let i = 0; i < out.length; i++) out[i] += weight * row[i];
  return Float32Array.from(out);
}

/** Mean and variance of each channel over many pictures. */
function moments(pictures) {
  const c = pictures[0].c, count = (pictures.length * pictures[0].data.length) / c;
  const mean = new Float64Array(c), variance = new Float64Array(c);
  for (const { data } of pictures) for (let i = 0; i < data.length; i += c) for (let o = 0; o < c; o++) mean[o] += data[i + o];
  for (let o = 0; o < c; o++) mean[o] /= count;
  for (const { data } of pictures)
    for (let i = 0; i < data.length; i += c) for (let o = 0; o < c; o++) variance[o] += (data[i + o] - mean[o]) ** 2;
  return [Float32Array.from(mean), Float32Array.from(variance, (sum) => sum / count)];
}

/** The quarters around these shares, [[quarters of each block], weight]: their weights' sum is 1. */
function around(shares) {
  let corners = [[new Map(), 1]];
  for (const share of new Set(shares)) {
    const low = Math.floor(share * QUARTERS), way = share * QUARTERS - low;
    const ends = way ? [[low, 1 - way], [low + 1, way]] : [[low, 1]];
    corners = corners.flatMap(([at, weight]) => ends.map(([knot, part]) => [new Map(at).set(share, knot), weight * part]));
  }
  return corners.map(([at, weight]) => [shares.map((share) => at.get(share)), weight]);
}
