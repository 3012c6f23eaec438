"use strict";
// What is on screen, as a few numbers; those as a line of text; and from them to a latent. The rules are
// those of helpers/explorer: text.py has the grammar, and a line means the same picture there and here.

const VERSION = 3, OLD = 2, NOISE = "philox-1", LONGEST = 12000;
const SEEDS = 9999, REACH = 6, PSI = 1.5, CHOICES = 50, WALL = 16, STRIP = 9, FRAMES = 24, SAME_MARK = 0.02;

/** A value as it may stand in a message, cut off. */
const shown = (value) => {
  const words = JSON.stringify(value) ?? String(value);
  return words.length < 40 ? words : words.slice(0, 40) + "…";
};

const fail = (sentence) => {
  throw new Error(sentence);
};

function number(name, value, low, high, whole = false) {
  const fits = typeof value === "number" && value >= low && value <= high && (!whole || Number.isInteger(value));
  return fits ? value : fail(`${name} is ${shown(value)}: expected a ${whole ? "whole " : ""}number from ${low} to ${high}`);
}

function words(name, value, longest) {
  const count = typeof value === "string" ? [...value].length : 0;
  return count > 0 && count <= longest ? value : fail(`${name} is ${shown(value)}: expected 1 to ${longest} letters`);
}

function list(name, value, longest, length) {
  const fits = Array.isArray(value) && value.length <= longest && value.every((x) => !length || (Array.isArray(x) && x.length === length));
  return fits ? value : fail(`${name} is ${shown(value)}: expected a list of at most ${longest}${length ? `, each of ${length} parts` : ""}`);
}

/** A state whose every part is of its kind and within its bounds, or an error that names the part. */
function checked(fields) {
  const state = {
    generator: words("generator", fields.generator, 80),
    weights: words("weights", fields.weights, 8),
    seed: number("seed", fields.seed, 0, SEEDS, true),
    path: list("path", fields.path, CHOICES, 2).map(([i, spread]) => [number("a variation", i, 0, WALL - 1, true), number("a spread", spread, 0, 1)]),
    steps: list("steps", fields.steps, 50, 3).map(([name, amount, mark]) => [
      words("a direction", name, 80), number("a step's length", amount, -REACH, REACH), number("a mark", mark, -100, 100),
    ]),
    truncation: number("truncation", fields.truncation, 0, PSI),
    blend: number("blend", fields.blend, 0, 1),
    swap: list("swap", fields.swap, 20).map((block) => words("a swapped block", block, 20)),
    shares: list("shares", fields.shares, 20, 2).map(([block, share]) => [words("a block", block, 20), number("a block's share", share, 0, 1)]),
    latent: list("latent", fields.latent ?? [], 1024).map((x) => number("a latent's number", x, -1000, 1000)),
  };
  const named = [...new Set(state.swap), ...state.shares.map(([block]) => block)];
  const twice = named.find((block, i) => named.indexOf(block) < i);
  if (twice !== undefined) fail(`the block ${shown(twice)} has two shares: expected one at most`);
  return state;
}

// Text ---------------------------------------------------------------------------------------------

/** A number as Python writes a float: 1.0, 0.4, 1e-05. */
function pythonFloat(x) {
  if (Number.isInteger(x)) return `${Object.is(x, -0) ? "-0" : x}.0`;
  if (Math.abs(x) >= 1e-4) return String(x);
  return x.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/** Text as Python's json writes it: letters beyond ASCII as \uXXXX. */
const pythonText = (text) =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

const pythonList = (items, comma = ",") => `[${items.join(comma)}]`;

const latentLetters = (latent) => toBase64(new Uint8Array(Float32Array.from(latent).buffer));

/** The line that stands for a state, letter for letter the one that the notebook writes. */
function toLine(state) {
  const parts = {
    generator: pythonText(state.generator),
    weights: pythonText(state.weights),
    seed: String(state.seed),
    path: pythonList(state.path.map(([i, spread]) => pythonList([i, pythonFloat(spread)]))),
    steps: pythonList(state.steps.map(([name, ...numbers]) => pythonList([pythonText(name), ...numbers.map(pythonFloat)]))),
    truncation: pythonFloat(state.truncation),
    blend: pythonFloat(state.blend),
    swap: pythonList(state.swap.map(pythonText)),
    shares: pythonList(state.shares.map(([block, share]) => pythonList([pythonText(block), pythonFloat(share)]))),
    noise: pythonText(NOISE),
  };
  const body = `{${Object.entries(parts).map(([name, value]) => `"${name}":${value}`).join(",")}}`;
  const letters = toBase64(new TextEncoder().encode(body));
  const head = `art${VERSION}.${letters}${state.latent.length ? `.${latentLetters(state.latent)}` : ""}`;
  return `${head}.${crc32(new TextEncoder().encode(head))}`;
}

/** The state that a line stands for; the line is read as data and as nothing else. */
function fromLine(line) {
  const text = line.trim();
  if (!text) fail(`there is no text: paste the line that starts with art${VERSION}.`);
  if (text.length > LONGEST)
    fail(`the text has ${text.length.toLocaleString("en")} letters, a picture's has at most ${LONGEST.toLocaleString("en")}: paste one line only`);
  const match = /^art([0-9]{1,4})\.([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]+))?\.([0-9a-f]{8})$/.exec(text);
  if (!match)
    fail(`“${text.slice(0, 24)}”… is no picture's text, or a part is missing: copy the whole line, from art${VERSION} to the last dot and the 8 letters after it`);
  const [, digits, letters, latent, checksum] = match, version = Number(digits);
  if (version !== VERSION && version !== OLD)
    fail(`the text is of version ${version}, this page reads ${OLD} and ${VERSION}: ${version > VERSION ? "ask for a newer page" : "only the older course that wrote it can read it"}`);
  return checked(asToday(decoded(text, version, letters, latent, checksum), version));
}

function decoded(text, version, letters, latent, checksum) {
  try {
    const data = fromBase64(letters);
    const head = version === OLD ? data : new TextEncoder().encode(text.slice(0, text.lastIndexOf(".")));
    if (crc32(head) !== checksum || (latent && version === OLD)) throw new Error("checksum");
    const fields = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
    return { fields, latent: latent ? [...new Float32Array(fromBase64(latent).buffer)] : [] };
  } catch {
    return fail("the text was damaged on its way, or was not written by the explorer: copy it again");
  }
}

const FIELDS = ["generator", "weights", "seed", "path", "steps", "truncation", "blend", "swap", "shares", "noise"];

function asToday({ fields, latent }, version) {
  const object = fields !== null && typeof fields === "object" && !Array.isArray(fields);
  if (object && typeof fields.noise === "string" && fields.noise !== NOISE)
    fail(`the text takes its noise from ${shown(fields.noise)}, this page knows ${shown(NOISE)}: ask for a newer page`);
  const known = FIELDS.filter((name) => version !== OLD || !["shares", "noise"].includes(name));
  const keys = object ? Object.keys(fields) : [];
  if (keys.length !== known.length || !known.every((name) => Object.hasOwn(fields, name)))
    fail("this text is well formed, but holds something else than a picture's state");
  return { shares: [], noise: NOISE, ...fields, latent };
}

// States of a page's generators ----------------------------------------------------------------------

/** The generators of a page; pure functions from states to latents and shares. */
class Scene {
  constructor(sources) {
    this.sources = new Map(sources.map((source) => [source.name, source]));
    this.walks = new Map();
  }

  source(name) {
    return this.sources.get(name) ?? fail(`the generator ${shown(name)} is not here; one of: ${[...this.sources.keys()].join(", ")}`);
  }

  start(name, seed = 0) {
    const { weights } = this.source(name);
    return checked({ generator: name, weights, seed, path: [], steps: [], truncation: 1, blend: 0, swap: [], shares: [] });
  }

  /** The state, if this page can show it; else an error that says what it needs. */
  check(state) {
    const source = this.source(state.generator);
    if (state.weights !== source.weights)
      fail(`this picture was made by another generator called ${shown(state.generator)} (weights ${shown(state.weights)}, here ${source.weights}): open the page of that one`);
    for (const [name, , mark] of state.steps) {
      const i = source.labels.indexOf(name);
      if (i < 0) fail(`there is no direction ${shown(name)} here; one of: ${source.labels.join(", ")}`);
      if (Math.abs(mark - source.marks[i]) > SAME_MARK)
        fail(`this picture goes along ${shown(name)}, which was another direction when it was made: open the page that it was made with`);
    }
    const named = [...state.swap, ...state.shares.map(([block]) => block)];
    const unknown = named.find((block) => !source.blocks.includes(block));
    if (unknown !== undefined) fail(`no block ${shown(unknown)} to swap; one of: ${source.blocks.join(", ")}`);
    if (state.latent.length && state.latent.length !== source.latent)
      fail(`the picture's latent has ${state.latent.length} numbers, those of ${shown(state.generator)} have ${source.latent}: it is another generator's`);
    if ((state.blend || named.length) && source.child === null) fail(`${shown(state.generator)} has no child to blend with`);
    return state;
  }

  /** The state gone along a direction, so far from where it would be without it; 0 does without. */
  along(state, name, amount) {
    const source = this.source(state.generator);
    const others = state.steps.filter(([other]) => other !== name);
    const step = [name, amount, source.marks[source.labels.indexOf(name)]];
    const steps = [...others, ...(amount ? [step] : [])].sort(([a], [b]) => byCodePoint(a, b));
    return { ...state, steps };
  }

  /** The child's share in each block. */
  shares(state) {
    const own = new Map([...state.shares, ...state.swap.map((block) => [block, 1])]);
    return this.source(state.generator).blocks.map((block) => own.get(block) ?? state.blend);
  }

  /** The state's latent: its path from a seed or a latent of its own, then ψ, then the directions. */
  latent(state, path = state.path) {
    const source = this.source(state.generator);
    const z = Float64Array.from(this.walk(source, state, path), (x) => x * state.truncation);
    for (const [name, amount] of state.steps) {
      const row = source.labels.indexOf(name) * source.latent;
      for (let i = 0; i < z.length; i++) z[i] += amount * source.directions[row + i];
    }
    return Float32Array.from(z);
  }

  /** The latent at the end of a path of variations; each is a turn towards noise that its way names. */
  walk(source, state, path) {
    const start = state.latent.length ? `"${latentLetters(state.latent)}"` : String(state.seed);
    const steps = path.map(([i, spread]) => `[${i}, ${pythonFloat(spread)}]`);
    const way = `[${start}, [${steps.join(", ")}]]`, key = source.name + way;
    if (!this.walks.has(key)) {
      if (this.walks.size > 4000) this.walks.clear();
      this.walks.set(key, path.length ? this.turned(source, state, path, way) : this.first(source, state));
    }
    return this.walks.get(key);
  }

  first(source, state) {
    return state.latent.length ? Float32Array.from(state.latent) : noise(source.latent, state.seed);
  }

  turned(source, state, path, way) {
    const target = noise(source.latent, parseInt(sha256(way).slice(0, 7), 16));
    return slerp(this.walk(source, state, path.slice(0, -1)), target, path.at(-1)[1]);
  }

  vary(state, i, spread) {
    if (state.path.length >= CHOICES) fail(`${CHOICES} variations are as far as one picture goes: move the seed to begin anew`);
    return { ...state, path: [...state.path, [i, spread]] };
  }

  /** What to draw at t from one state to another: the latent on the great circle, the shares straight. */
  between(a, b, t) {
    if (a.generator !== b.generator) fail(`no way from ${shown(a.generator)} to ${shown(b.generator)}: start the strip at this generator`);
    const first = this.shares(a), last = this.shares(b);
    const shares = first.map((share, i) => (share === last[i] ? share : Math.round(((1 - t) * share + t * last[i]) * 1e6) / 1e6));
    return { z: slerp(this.latent(a), this.latent(b), t), shares };
  }
}

/** Python's order of texts, which is that of their code points. */
function byCodePoint(a, b) {
  const [one, other] = [[...a], [...b]].map((letters) => letters.map((letter) => letter.codePointAt(0)));
  const i = one.findIndex((code, at) => code !== other[at]);
  return i < 0 ? one.length - other.length : (one[i] ?? -1) - (other[i] ?? -1);
}
