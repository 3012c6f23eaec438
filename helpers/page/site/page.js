"use strict";
// The page: what its controls do, and what is painted when.

const REST = 250; // ms after a drag's last move until wall and strip follow
const TELL = 700; // ms after the last picture until it is told in words
const SAME_MOVE = 700; // ms within which moves of one control are one step for undo
const FRAME = 100; // ms a picture of the strip stays when it plays

class Explorer {
  constructor(card, scene, near, far) {
    Object.assign(this, { card, scene, near, far, history: [], lastMove: [null, 0], saved: 0, spread: 0.4, around: 0, playing: 0 });
    this.state = this.origin = scene.start(card.sources[0].name);
    this.shelf = new Shelf(this);
    this.makeControls();
    this.makeButtons();
    this.go(this.firstState());
    this.shelf.restore();
  }

  // Moves

  /** Shows another state and remembers the present one for undo; quick moves of one thing are one step. */
  become(state, move = null) {
    this.scene.check(state);
    const [last, before] = this.lastMove, now = performance.now();
    if (move === null || move !== last || now - before > SAME_MOVE) this.history = [...this.history.slice(-199), this.state];
    this.lastMove = [move, now];
    this.say("");
    this.go(state);
  }

  undo() {
    if (!this.history.length) fail("nothing to undo: this is where you began");
    this.lastMove = [null, 0];
    this.say("");
    this.go(this.history.pop());
  }

  go(state) {
    this.playing = 0;
    this.state = state;
    if (this.origin.generator !== state.generator) this.origin = state;
    this.paintCentre(this.scene.latent(state), this.scene.shares(state));
    this.follow();
    this.soon();
  }

  /** The state that the address names after "#", else the first generator's first. */
  firstState() {
    const line = decodeURIComponent(location.hash.slice(1));
    if (!line) return this.state;
    try {
      return this.scene.check(fromLine(line));
    } catch (error) {
      this.say(error.message, true);
      return this.state;
    }
  }

  source() {
    return this.scene.source(this.state.generator);
  }

  // Painting: the big picture first, the newest wish only; the rest once a drag rests

  async paintCentre(z, shares) {
    this.wish = { source: this.source(), z, shares };
    if (this.painting) return;
    this.painting = true;
    try {
      while (this.wish) {
        const { source, z, shares } = this.wish;
        this.wish = null;
        this.picture = await this.near.draw(source, z, shares);
        paint($("picture"), this.picture);
        this.firstPicture ??= performance.now(); // ms since the file was opened
        this.tellSoon();
      }
    } catch (error) {
      this.say(error.message, true);
    } finally {
      this.painting = false;
    }
  }

  soon() {
    clearTimeout(this.timer);
    const turn = ++this.around;
    this.timer = setTimeout(() => this.attempt(() => this.paintAround(turn)).finally(() => (this.finished = turn)), REST);
  }

  /** Whether all that was asked for is on the page. */
  get settled() {
    return !this.painting && this.finished === this.around;
  }

  async paintAround(turn) {
    while (this.painting) await pause(10);
    const { state } = this, source = this.source(), shares = this.scene.shares(state);
    for (let i = 0; i < WALL && state.path.length < CHOICES; i++) {
      const picture = await this.far.draw(source, this.scene.latent(state, [...state.path, [i, this.spread]]), shares);
      if (turn !== this.around) return;
      paint(this.wall[i].canvas, picture);
    }
    const canvas = $("strip"), context = canvas.getContext("2d"), { size } = source;
    if (canvas.height !== size) Object.assign(canvas, { width: STRIP * size, height: size });
    for (let i = 0; i < STRIP; i++) {
      const { data } = await this.drawBetween(i / (STRIP - 1));
      if (turn !== this.around) return;
      context.putImageData(new ImageData(data, size, size), i * size, 0);
    }
  }

  drawBetween(t) {
    const { z, shares } = this.scene.between(this.origin, this.state, t);
    return this.far.draw(this.source(), z, shares);
  }

  tellSoon() {
    clearTimeout(this.telling);
    if (!this.playing) this.telling = setTimeout(() => this.tell(), TELL);
  }

  tell() {
    const words = `${wordsOf(this.state)}. Colours: ${coloursOf(this.picture)}.`;
    $("description").textContent = words;
    $("picture").setAttribute("aria-label", words);
  }

  // Controls

  makeControls() {
    const { sources } = this.card, choice = $("generator");
    choice.append(...sources.map(({ name }) => make("option", { value: name }, name)));
    $("generator-row").hidden = sources.length === 1;
    choice.addEventListener("change", () => this.attempt(() => this.become(this.scene.start(choice.value, this.state.seed))));
    const varied = slider({ label: "How varied", low: 0, high: 1, step: 0.01, words: (x) => x.toFixed(2), moved: (x) => this.vary(x) });
    varied.set(this.spread);
    $("spread").append(varied.row);
    this.wall = Array.from({ length: WALL }, (_, i) =>
      pictureButton(`Variation ${i + 1} becomes the picture`, () => this.attempt(() => this.become(this.scene.vary(this.state, i, this.spread)))));
    $("wall").append(...this.wall.map(({ button }) => button));
  }

  vary(spread) {
    this.spread = spread;
    this.soon();
  }

  /** The sliders of a generator: they carry its own names. */
  makeSliders(source) {
    const move = (name, change) => (value) => this.attempt(() => this.become(change(value), name));
    const two = (x) => x.toFixed(2), one = (x) => x.toFixed(1);
    const seed = slider({
      label: "Seed", low: 0, high: SEEDS, step: 1, typed: true,
      moved: move("seed", (value) => ({ ...this.state, seed: value, path: [], latent: [] })),
    });
    const directions = source.labels.map((label) => slider({
      label, low: -REACH, high: REACH, step: 0.1, words: one,
      moved: move(`direction ${label}`, (value) => this.scene.along(this.state, label, value)),
    }));
    const truncation = slider({
      label: "Truncation ψ", low: 0, high: PSI, step: 0.01, words: two,
      moved: move("truncation", (value) => ({ ...this.state, truncation: value })),
    });
    $("sliders").replaceChildren(...[seed, ...directions, truncation].map(({ row }) => row));
    const blend = slider({
      label: "Child’s share", low: 0, high: 1, step: 0.01, words: percent,
      moved: move("blend", (value) => ({ ...this.state, blend: value })),
    });
    const swaps = source.blocks.map((block) => tick({ label: `${block} from the child`, moved: (on) => this.attempt(() => this.swap(block, on)) }));
    $("child").hidden = source.child === null;
    $("blend").replaceChildren(blend.row);
    $("swaps").replaceChildren(...swaps.map(({ row }) => row));
    this.sliders = { source, seed, directions, truncation, blend, swaps };
  }

  swap(block, on) {
    const ticked = this.source().blocks.filter((name) => (name === block ? on : this.state.swap.includes(name)));
    this.become({ ...this.state, swap: ticked, shares: this.state.shares.filter(([name]) => !ticked.includes(name)) }, `swap ${block}`);
  }

  follow() {
    this.followControls();
    $("line").value = toLine(this.state);
  }

  /** Sets every control to the state, without hearing them. */
  followControls() {
    const { state } = this, source = this.source();
    if (this.sliders?.source !== source) this.makeSliders(source);
    const { seed, directions, truncation, blend, swaps } = this.sliders, amounts = new Map(state.steps);
    $("generator").value = state.generator;
    seed.set(state.seed);
    directions.forEach((direction, i) => direction.set(amounts.get(source.labels[i]) ?? 0));
    truncation.set(state.truncation);
    blend.set(state.blend);
    swaps.forEach((swap, i) => swap.set(state.swap.includes(source.blocks[i])));
    $("undo").disabled = !this.history.length;
    $("rights").textContent = rightsOf(this.card, state.generator);
    this.showPlaying();
  }

  makeButtons() {
    const does = {
      undo: () => this.undo(),
      rest: () => this.become({ ...this.state, steps: [], truncation: 1, blend: 0, swap: [], shares: [] }),
      keep: () => this.say(`kept as “${this.shelf.keep(this.state).name}”: it is on the shelf below`),
      start: () => this.startHere(),
      play: () => this.play(),
      "save-png": () => this.savePicture(),
      "save-sheet": () => this.saveSheet(),
      "save-gif": () => this.saveGif(),
      "show-line": () => this.showLine(),
      "copy-line": () => this.copy($("line").value, "the line"),
      "save-shelf": () => this.saveAs(new Blob([this.shelf.written()], { type: "application/json" }), "kept", ".json"),
      "save-film": () => this.saveFilm(),
      "copy-shelf": () => this.copy(this.shelf.lines().join("\n"), "all lines"),
    };
    for (const [id, act] of Object.entries(does)) $(id).addEventListener("click", () => this.attempt(act));
    $("line").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      this.attempt(does["show-line"]);
    });
    window.addEventListener("hashchange", () => this.become(this.firstState()));
  }

  // What the buttons do

  startHere() {
    this.origin = this.state;
    this.say("the way begins at this picture: move on, then play");
    this.soon();
  }

  /** Several lines are put on the shelf; the last one is shown. */
  showLine() {
    const lines = $("line").value.split(/\s+/).filter(Boolean);
    const states = (lines.length ? lines : [""]).map((line) => this.scene.check(fromLine(line)));
    this.become(states.at(-1));
    if (states.length === 1) return;
    for (const state of states) if (!this.shelf.row.some((kept) => sameState(kept.state, state))) this.shelf.keep(state);
  }

  async play() {
    if (this.playing) return this.stop();
    if (sameState(this.origin, this.state)) fail("the way begins and ends here: press “Start here”, move on, then play");
    const turn = (this.playing = performance.now());
    this.showPlaying();
    for (let i = 0; i <= FRAMES; i++) {
      const { z, shares } = this.scene.between(this.origin, this.state, i / FRAMES);
      await Promise.all([this.paintCentre(z, shares), pause(FRAME)]);
      if (this.playing !== turn) return;
    }
    this.stop();
  }

  stop() {
    this.playing = 0;
    this.showPlaying();
    this.paintCentre(this.scene.latent(this.state), this.scene.shares(this.state));
  }

  showPlaying() {
    $("play").textContent = this.playing ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", String(Boolean(this.playing)));
  }

  async savePicture() {
    const picture = await this.far.draw(this.source(), this.scene.latent(this.state), this.scene.shares(this.state));
    this.save(await pngOf(canvasOf(picture, whole(picture.size, 1024))), ".png");
  }

  async saveSheet() {
    const { state, spread } = this, pictures = [];
    for (let i = 0; i < WALL; i++) {
      const varied = this.scene.vary(state, i, spread);
      pictures.push(await this.far.draw(this.source(), this.scene.latent(varied), this.scene.shares(varied)));
    }
    this.save(await pngOf(enlarged(tiled(pictures, 4), whole(4 * pictures[0].size, 1024))), "-sheet.png");
  }

  async saveGif() {
    if (sameState(this.origin, this.state)) fail("the way begins and ends here: press “Start here”, move on, then save");
    const there = [];
    for (let i = 0; i <= FRAMES; i++) {
      this.say(`drawing ${i + 1} of ${FRAMES + 1} …`);
      there.push(await this.drawBetween(i / FRAMES));
    }
    this.save(gif([...there, ...there.slice(1, -1).reverse()], whole(there[0].size, 512)), ".gif");
  }

  async saveFilm() {
    const frames = await this.shelf.film();
    this.saveAs(gif(frames, whole(frames[0].size, 512)), "kept", ".gif");
  }

  save(blob, ending) {
    this.saveAs(blob, this.state.generator.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "picture", ending);
  }

  saveAs(blob, stem, ending) {
    const name = `${stem}-${String(++this.saved).padStart(3, "0")}${ending}`;
    save(blob, name);
    this.say(`saved ${name}: it is where your browser keeps downloads`);
  }

  async copy(text, what) {
    this.say((await copied(text)) ? `copied ${what}` : "the browser does not let this page copy: mark the text and copy it yourself");
  }

  // Words

  async attempt(act) {
    try {
      await act();
    } catch (error) {
      this.say(error.message, true);
      this.followControls(); // a slider goes back to where the picture is; a text that was pasted stays
    }
  }

  say(sentence, wrong = false) {
    $("message").textContent = sentence;
    $("message").classList.toggle("wrong", wrong);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const sameState = (a, b) => toLine(a) === toLine(b);

/** Whose art a generator learnt from, in one line. */
function rightsOf(card, generator) {
  const parts = card.about.filter((entry) => entry.generators.includes(generator));
  return [...new Set(parts.map(({ attribution, licence }) => `Art: ${attribution} · ${licence}`))].join(" — ");
}
