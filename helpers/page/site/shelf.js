"use strict";
// Pictures kept for later. Where the browser lets a file remember things, they are there again next time.

class Shelf {
  constructor(explorer) {
    this.explorer = explorer;
    this.states = [];
    this.place = `shelf ${explorer.card.sources.map(({ weights }) => weights).join(" ")}`;
  }

  lines() {
    return this.states.map(toLine);
  }

  keep(state) {
    if (this.lines().includes(toLine(state))) fail("this picture is on the shelf already");
    this.put(state);
    this.remember();
    this.explorer.say("kept: it is on the shelf below");
  }

  put(state) {
    const { explorer } = this, { scene } = explorer, words = wordsOf(state);
    const shown = pictureButton(`Show ${words}`, () => explorer.attempt(() => explorer.become(state)));
    const remove = make("button", { type: "button", className: "remove" }, "Remove");
    remove.setAttribute("aria-label", `Remove ${words}`);
    const item = make("li", {}, shown.button, remove);
    remove.addEventListener("click", () => this.remove(state, item));
    $("shelf").append(item);
    this.states.push(state);
    this.showEmpty();
    explorer.attempt(async () =>
      paint(shown.canvas, await explorer.far.draw(scene.source(state.generator), scene.latent(state), scene.shares(state))));
  }

  remove(state, item) {
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("button") ?? $("keep");
    this.states = this.states.filter((other) => other !== state);
    item.remove();
    next.focus();
    this.remember();
    this.showEmpty();
  }

  showEmpty() {
    $("shelf-empty").hidden = this.states.length > 0;
    $("shelf-buttons").hidden = this.states.length === 0;
  }

  remember() {
    try {
      localStorage.setItem(this.place, this.lines().join("\n"));
    } catch {
      // no memory for files in this browser: the shelf lasts as long as the page is open
    }
  }

  /** Puts back what an earlier visit kept. */
  restore() {
    let lines = [];
    try {
      lines = (localStorage.getItem(this.place) ?? "").split("\n").filter(Boolean);
    } catch {
      // as above
    }
    for (const line of lines) this.explorer.attempt(() => this.put(this.explorer.scene.check(fromLine(line))));
  }
}
