"use strict";
// Pictures kept for later, with names, as helpers/explorer/shelf.py has them; its file is the same. Where the
// browser lets a page remember things, they are there again next time.

const MOST = 48, LONGEST_NAME = 32, BYTES = 2 ** 20, WAY = 12, PAUSE = 6; // WAY, PAUSE: frames of a film
const KIND = "pictures kept in the latent explorer", SHELF_VERSION = 1, CURE = "choose a file that the shelf wrote";

class Shelf {
  constructor(explorer) {
    this.explorer = explorer;
    this.row = []; // {name, state}
    this.items = new Map(); // kept picture → its place on the page
    this.place = `shelf ${explorer.card.sources.map(({ weights }) => weights).join(" ")}`;
    $("open-shelf").addEventListener("change", ({ target }) => explorer.attempt(() => this.openFile(target)));
  }

  // Changes

  keep(state, name = this.newName(state.generator)) {
    const there = this.row.findIndex((kept) => sameState(kept.state, state));
    if (there >= 0) fail(`this picture is kept already: it is ${there + 1} · ${this.row[there].name}`);
    if (this.row.length >= MOST) fail(`${MOST} pictures are as many as can be kept: save them, and remove some`);
    const kept = { name: checkedName(name), state };
    this.row.push(kept);
    this.items.set(kept, this.item(kept));
    this.changed();
    return kept;
  }

  newName(generator) {
    const taken = new Set(this.row.map(({ name }) => name));
    const stem = [...generator].slice(0, LONGEST_NAME - 4).join("");
    for (let i = 1; ; i++) if (!taken.has(`${stem} ${i}`)) return `${stem} ${i}`;
  }

  remove(kept) {
    const at = this.row.indexOf(kept);
    this.row.splice(at, 1);
    this.items.delete(kept);
    this.changed();
    const next = this.row[Math.min(at, this.row.length - 1)]; // where the keyboard goes on
    (next ? this.items.get(next).querySelector("button") : $("keep")).focus();
  }

  move(kept, by) {
    const at = this.row.indexOf(kept), to = Math.min(Math.max(at + by, 0), this.row.length - 1);
    this.row.splice(at, 1);
    this.row.splice(to, 0, kept);
    this.changed();
    this.items.get(kept).querySelector(by < 0 ? ".earlier" : ".later").focus();
    this.explorer.say(`${kept.name} is picture ${to + 1} of ${this.row.length} now`);
  }

  rename(kept, box) {
    try {
      kept.name = checkedName(box.value);
      this.changed();
    } finally {
      box.value = kept.name;
    }
  }

  // What is seen

  changed() {
    $("shelf").replaceChildren(...this.row.map((kept) => this.items.get(kept)));
    $("shelf-empty").hidden = this.row.length > 0;
    for (const id of ["copy-shelf", "save-shelf", "save-film"]) $(id).hidden = this.row.length === 0;
    this.remember();
  }

  item(kept) {
    const { explorer } = this, does = (act) => () => explorer.attempt(act);
    const picture = pictureButton(`Show ${wordsOf(kept.state)}`, does(() => explorer.become(kept.state)));
    const name = make("input", { type: "text", value: kept.name, maxLength: LONGEST_NAME });
    name.setAttribute("aria-label", "Name");
    name.addEventListener("change", does(() => this.rename(kept, name)));
    const button = (words, className, act) => {
      const made = make("button", { type: "button", className }, words);
      made.addEventListener("click", does(act));
      return made;
    };
    const steps = make("div", { className: "steps" },
      button("Earlier", "earlier", () => this.move(kept, -1)), button("Later", "later", () => this.move(kept, 1)));
    explorer.attempt(async () => paint(picture.canvas, await this.draw(kept.state)));
    return make("li", {}, picture.button, name, steps, button("Remove", "remove", () => this.remove(kept)));
  }

  draw(state) {
    const { scene, far } = this.explorer;
    return far.draw(scene.source(state.generator), scene.latent(state), scene.shares(state));
  }

  // Files and memory

  lines() {
    return this.row.map(({ state }) => toLine(state));
  }

  written() {
    const pictures = this.row.map(({ name, state }) => ({ name, text: toLine(state) }));
    return `${JSON.stringify({ kind: KIND, version: SHELF_VERSION, pictures }, null, 1)}\n`;
  }

  /** Puts a file's pictures on the shelf; returns sentences that say what was left out and why. */
  read(text, name) {
    const file = parsed(text, name), leftOut = [];
    for (const [i, picture] of file.pictures.slice(0, MOST).entries())
      try {
        if (typeof picture?.text !== "string") fail(`${shown(picture)} is no name with a text`);
        this.keep(this.explorer.scene.check(fromLine(picture.text)), checkedName(picture.name));
      } catch (error) {
        leftOut.push(`picture ${i + 1}: ${error.message}`);
      }
    if (file.pictures.length > MOST) leftOut.push(`the pictures after the ${MOST}th: more are not read`);
    return leftOut;
  }

  async openFile(box) {
    const [file] = box.files;
    if (!file) return;
    const before = this.row.length;
    box.value = ""; // so that the same file can be chosen again
    if (file.size > BYTES) fail(`${file.name} has ${file.size.toLocaleString("en")} bytes, at most ${BYTES.toLocaleString("en")} are read; ${CURE}`);
    const leftOut = this.read(await file.text(), file.name);
    this.explorer.say(
      `${this.row.length - before} put on the shelf${leftOut.length ? `; left out: ${leftOut.slice(0, 3).join("; ")}` : ""}`, leftOut.length > 0);
  }

  /** Frames from each picture to the next one, and from the last one back to the first. */
  async film() {
    if (this.row.length < 2) fail("a film goes from one kept picture to the next: keep two or more");
    const { scene, far } = this.explorer, frames = [], side = Math.max(...this.row.map(({ state }) => scene.source(state.generator).size));
    for (const [i, { state }] of this.row.entries()) {
      this.explorer.say(`drawing picture ${i + 1} of ${this.row.length} …`);
      const next = this.row[(i + 1) % this.row.length].state, still = ofSide(await this.draw(state), side);
      for (let k = 0; k < PAUSE; k++) frames.push(still);
      if (next.generator !== state.generator) continue; // no way between two generators: the film cuts
      for (let k = 1; k <= WAY; k++) {
        const { z, shares } = scene.between(state, next, k / (WAY + 1));
        frames.push(ofSide(await far.draw(scene.source(state.generator), z, shares), side));
      }
    }
    return frames;
  }

  remember() {
    try {
      localStorage.setItem(this.place, this.written());
    } catch {
      // no memory for files in this browser: the shelf lasts as long as the page is open
    }
  }

  /** Puts back what an earlier visit kept. */
  restore() {
    let text = null;
    try {
      text = localStorage.getItem(this.place);
    } catch {
      // as above
    }
    if (text) this.explorer.attempt(() => this.read(text, "the shelf of an earlier visit"));
  }
}

function checkedName(name) {
  const text = typeof name === "string" ? name.trim() : "", count = [...text].length;
  if (!count || count > LONGEST_NAME || /[\p{C}\p{Zl}\p{Zp}]/u.test(text))
    fail(`a kept picture's name is ${shown(name)}: expected 1 to ${LONGEST_NAME} letters in a line`);
  return text;
}

/** What a shelf's file holds, or an error that says what is wrong with it. */
function parsed(text, name) {
  let file = null;
  try {
    file = JSON.parse(text);
  } catch {
    fail(`${name} is no readable JSON; ${CURE}`);
  }
  if (file?.kind !== KIND || !Array.isArray(file.pictures)) fail(`${name} is JSON, but holds no kept pictures; ${CURE}`);
  if (file.version !== SHELF_VERSION) fail(`${name} is of version ${shown(file.version)}, this page reads ${SHELF_VERSION}: ask for a newer page`);
  return file;
}

/** A picture brought to another side, by its nearest pixels. */
function ofSide(picture, side) {
  if (picture.size === side) return picture;
  const data = new Uint8ClampedArray(4 * side * side), from = new Uint32Array(picture.data.buffer), to = new Uint32Array(data.buffer);
  const place = (i) => Math.floor((i * picture.size) / side);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) to[y * side + x] = from[place(y) * picture.size + place(x)];
  return { size: side, data };
}
