"use strict";
// The forward pass. A network is a list of operations on pictures {h, w, c, data}: data is a Float32Array
// with the channels of a pixel side by side, row after row. What each does is what Keras does.

const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
});

/** The array that a tensor of the card stands for: float16, float32, or int16 times a scale. */
function tensor(bytes, { at, as, shape, scale }) {
  const count = shape.reduce((a, b) => a * b, 1);
  if (as === "f4") return new Float32Array(bytes.buffer.slice(at, at + 4 * count));
  const words = new (as === "f2" ? Uint16Array : Int16Array)(bytes.buffer, at, count);
  return Float32Array.from(words, as === "f2" ? (word) => HALVES[word] : (word) => word * scale);
}

/** A network of the card with its weights: a list of {do, block, …, weights: {name: Float32Array}}. */
function unpack(card, bytes) {
  return card.operations.map((operation) => {
    const weights = {};
    for (const [name, entry] of Object.entries(operation.weights)) {
      const array = tensor(bytes, entry);
      const packer = PACKED[name];
      weights[name] = packer ? packer(array, entry.shape) : array;
    }
    return { ...operation, weights };
  });
}

const TOGETHER = 8; // outputs that the loop computes at a time

// A kernel of a transposed convolution, [4, 4, outputs, inputs], laid out for the loop: for each of the
// four parities of an output pixel, for eight outputs together, two rows of two neighbours, their inputs.
const PACKED = {
  up(kernel, [, , outputs, inputs]) {
    const groups = Math.ceil(outputs / TOGETHER), packed = new Float32Array(16 * groups * TOGETHER * inputs);
    let to = 0;
    for (let a = 0; a < 2; a++)
      for (let b = 0; b < 2; b++)
        for (let first = 0; first < groups * TOGETHER; first += TOGETHER)
          for (let tap = 0; tap < 4; tap++) {
            const from = (3 - a - 2 * (tap >> 1)) * 4 + 3 - b - 2 * (tap & 1);
            for (let c = 0; c < inputs; c++)
              for (let o = first; o < first + TOGETHER; o++, to++)
                if (o < outputs) packed[to] = kernel[(from * outputs + o) * inputs + c];
          }
    return packed;
  },
};

/** A picture with a frame of one pixel of zeros, and at the right as many as bring its width to `full`. */
function framed({ h, w, c, data }, full, out = new Float32Array((h + 2) * (full + 2) * c)) {
  const row = (full + 2) * c;
  out.fill(0);
  for (let r = 0; r < h; r++) out.set(data.subarray(r * w * c, (r + 1) * w * c), (r + 1) * row + c);
  return out;
}

/** Transposed convolution, kernel 4, stride 2, "same": each output pixel sees 2 × 2 inputs. */
function up(picture, kernel, outputs) {
  const { h, w, c } = picture, full = Math.ceil(w / 4) * 4, groups = Math.ceil(outputs / TOGETHER);
  const out = (engine ? upByVectors : upByNumbers)(picture, full, kernel, groups);
  return { h: 2 * h, w: 2 * w, c: outputs, data: cropped(out, h, w, full, outputs, TOGETHER * groups) };
}

/** What was asked for of rows that are wider and pixels that have more channels. */
function cropped(data, h, w, full, outputs, wide) {
  if (w === full && outputs === wide) return data;
  const out = new Float32Array(4 * h * w * outputs);
  for (let r = 0, to = 0; r < 2 * h; r++)
    for (let s = 0, from = 2 * r * full * wide; s < 2 * w; s++, from += wide)
      for (let o = 0; o < outputs; o++) out[to++] = data[from + o];
  return out;
}

const engine = startKernel();

/** `up` in the memory of kernel.wat. */
function upByVectors(picture, w, kernel, groups) {
  const { h, c } = picture, row = (w + 2) * c, wide = TOGETHER * groups;
  const sizes = [(h + 2) * row, kernel.length, 4 * h * w * wide], ends = [sizes[0], sizes[0] + sizes[1]];
  const missing = 4 * (ends[1] + sizes[2]) - engine.memory.buffer.byteLength;
  if (missing > 0) engine.memory.grow(Math.ceil(missing / 65536));
  const all = new Float32Array(engine.memory.buffer);
  framed(picture, w, all.subarray(0, ends[0]));
  all.set(kernel, ends[0]);
  for (let a = 0; a < 2; a++)
    for (let b = 0; b < 2; b++)
      for (let group = 0; group < groups; group++) {
        const part = ends[0] + ((a * 2 + b) * groups + group) * 4 * TOGETHER * c;
        const to = ends[1] + (a * 2 * w + b) * wide + TOGETHER * group;
        engine.parity(4 * (a * row + b * c), 4 * part, 4 * to, h, w, 4 * c, 4 * row, 4 * wide);
      }
  return all.slice(ends[1], ends[1] + sizes[2]);
}

/** The same in JavaScript alone. */
function upByNumbers(picture, w, kernel, groups) {
  const { h, c } = picture, row = (w + 2) * c, wide = TOGETHER * groups;
  const x = framed(picture, w), out = new Float32Array(4 * h * w * wide);
  for (let a = 0; a < 2; a++)
    for (let b = 0; b < 2; b++)
      for (let group = 0; group < groups; group++) {
        const part = ((a * 2 + b) * groups + group) * 4 * TOGETHER * c;
        const to = (a * 2 * w + b) * wide + TOGETHER * group;
        for (let half = 0; half < TOGETHER; half += 4) parity(x, a * row + b * c, kernel, part + half, out, to + half, h, w, c, row, wide);
      }
  return out;
}

// Two pixels times four outputs stay in registers.
function parity(x, first, kernel, part, out, start, h, w, c, row, wide) {
  for (let r = 0; r < h; r++)
    for (let s = 0; s < w; s += 2) {
      let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0, q = part;
      for (let below = 0; below < 2; below++) {
        let i = first + (r + below) * row + s * c;
        for (const end = i + 2 * c; i < end; i++, q += TOGETHER) {
          const left = x[i], right = x[i + c];
          const k0 = kernel[q], k1 = kernel[q + 1], k2 = kernel[q + 2], k3 = kernel[q + 3];
          a0 += left * k0; a1 += left * k1; a2 += left * k2; a3 += left * k3;
          b0 += right * k0; b1 += right * k1; b2 += right * k2; b3 += right * k3;
        }
      }
      let to = start + (4 * r * w + 2 * s) * wide;
      out[to] = a0; out[to + 1] = a1; out[to + 2] = a2; out[to + 3] = a3;
      to += 2 * wide;
      out[to] = b0; out[to + 1] = b1; out[to + 2] = b2; out[to + 3] = b3;
    }
}

/** A row times a matrix [inputs, outputs], plus a bias. */
function dense(row, kernel, bias) {
  const outputs = bias.length, out = Float64Array.from(bias);
  for (let i = 0; i < row.length; i++) {
    const x = row[i];
    for (let o = 0, k = i * outputs; o < outputs; o++) out[o] += x * kernel[k++];
  }
  return Float32Array.from(out);
}

function addBias(data, bias) {
  const c = bias.length;
  for (let i = 0; i < data.length; i += c) for (let o = 0; o < c; o++) data[i + o] += bias[o];
}

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => (x > 0 ? x : 0),
  tanh: Math.tanh,
};

function activate(picture, name) {
  const { data } = picture, f = ACTIVATIONS[name];
  if (name !== "linear") for (let i = 0; i < data.length; i++) data[i] = f(data[i]);
  return picture;
}

/** What each operation makes of a picture; most of them work in place. */
const OPERATIONS = {
  dense: (x, { weights, activation }) =>
    activate({ h: 1, w: 1, c: weights.bias.length, data: dense(x.data, weights.dense, weights.bias) }, activation),
  shape: (x, { shape: [h, w, c] }) => ({ h, w, c, data: x.data }),
  relu: (x) => activate(x, "relu"),
  tanh: (x) => activate(x, "tanh"),
  leaky(x, { slope }) {
    for (let i = 0; i < x.data.length; i++) if (x.data[i] < 0) x.data[i] *= slope;
    return x;
  },
  up(x, { weights, activation }) {
    const out = up(x, weights.up, weights.bias.length);
    addBias(out.data, weights.bias);
    return activate(out, activation);
  },
  norm(x, { weights, epsilon }) {
    const { gamma, beta, mean, variance } = weights, { data } = x, c = mean.length;
    const scale = gamma.map((g, i) => g / Math.sqrt(variance[i] + epsilon));
    const shift = beta.map((b, i) => b - mean[i] * scale[i]);
    for (let i = 0; i < data.length; i += c)
      for (let o = 0; o < c; o++) data[i + o] = data[i + o] * scale[o] + shift[o];
    return x;
  },
  canvas(x, { weights }) {
    for (let i = 0; i < x.data.length; i++) x.data[i] += weights.map[i];
    return x;
  },
  palette(x, { weights, temperature }) {
    const { bias, hidden, hiddenBias, which, whichBias, whereStart, whichStart } = weights;
    const mean = new Float64Array(x.c), pixels = x.h * x.w, count = bias.length;
    for (let i = 0; i < x.data.length; i++) mean[i % x.c] += x.data[i] / pixels;
    const answer = dense(activate({ data: dense(mean, hidden, hiddenBias) }, "relu").data, which, whichBias);
    const colours = answer.map((value, i) => (i < 3 ? 1 : Math.tanh(value + whichStart[i])));
    const { h, w, data } = up(x, weights.up, count);
    const out = new Float32Array(h * w * 3), share = new Float64Array(count);
    for (let p = 0, at = 0; p < h * w; p++, at += count) {
      let most = -Infinity, sum = 0, red = 0, green = 0, blue = 0;
      for (let k = 0; k < count; k++) {
        share[k] = (data[at + k] + bias[k] + whereStart[at + k]) / temperature;
        if (share[k] > most) most = share[k];
      }
      for (let k = 0; k < count; k++) {
        const e = Math.exp(share[k] - most);
        sum += e;
        red += e * colours[3 * k];
        green += e * colours[3 * k + 1];
        blue += e * colours[3 * k + 2];
      }
      out[3 * p] = red / sum;
      out[3 * p + 1] = green / sum;
      out[3 * p + 2] = blue / sum;
    }
    return { h, w, c: 3, data: out };
  },
};

/** The picture that a network draws from a latent: RGBA, 4 · size · size bytes. */
function draw(network, z) {
  let x = { h: 1, w: 1, c: z.length, data: Float32Array.from(z) };
  for (const operation of network) x = OPERATIONS[operation.do](x, operation);
  const out = new Uint8ClampedArray(4 * x.h * x.w).fill(255); // clamped ones round to the nearest
  for (let p = 0; p < x.h * x.w; p++)
    for (let k = 0; k < 3; k++) out[4 * p + k] = Math.fround((x.data[3 * p + k] + 1) * 127.5);
  return { size: x.h, data: out };
}
