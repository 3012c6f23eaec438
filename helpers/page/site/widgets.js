"use strict";
// Controls of the page. All text goes in as text: no name is ever read as HTML.

const $ = (id) => document.getElementById(id);

/** An element with properties, and text or elements inside. */
function make(tag, properties = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

let made = 0;

/** A labelled slider: {row, set(value), label(text)}; `moved(value)` hears a person's moves, not `set`. */
function slider({ label, low, high, step, moved, words = String, typed = false }) {
  const id = `slider-${++made}`, digits = (String(step).split(".")[1] ?? "").length;
  const name = make("label", { htmlFor: id }, label);
  const range = make("input", { type: "range", id, min: low, max: high, step, value: low });
  const box = typed
    ? make("input", { type: "number", min: low, max: high, step, inputMode: "numeric" })
    : make("output", { htmlFor: id });
  const show = (value) => {
    range.setAttribute("aria-valuetext", words(value));
    typed ? (box.value = value) : (box.textContent = words(value));
  };
  const hear = (value) => {
    show(value);
    moved(value);
  };
  range.addEventListener("input", () => hear(Number(Number(range.value).toFixed(digits))));
  if (typed) {
    box.setAttribute("aria-label", `${label}, typed`);
    box.addEventListener("change", () => {
      const value = Math.min(high, Math.max(low, Math.round(Number(box.value)) || 0));
      range.value = value;
      hear(value);
    });
  }
  return {
    row: make("div", { className: "row" }, name, box, range),
    set(value) {
      if (Number(range.value) !== value) range.value = value;
      show(value);
    },
  };
}

/** A labelled box to tick: {row, set(ticked)}. */
function tick({ label, moved }) {
  const box = make("input", { type: "checkbox" });
  box.addEventListener("change", () => moved(box.checked));
  return { row: make("label", { className: "check" }, box, label), set: (on) => (box.checked = on) };
}

/** A button with a picture on it: {button, canvas}. */
function pictureButton(label, pressed) {
  const canvas = make("canvas", { width: 1, height: 1 });
  canvas.setAttribute("aria-hidden", "true");
  const button = make("button", { type: "button" }, canvas);
  button.setAttribute("aria-label", label);
  button.addEventListener("click", pressed);
  return { button, canvas };
}

/** Puts text on the clipboard; true where the browser lets us. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = make("textarea", { value: text, className: "hidden" });
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}
