// Cuts what is too long into further slides, makes the rest fit, and turns pages with the arrow keys.
window.busy = true;
const HIGH = 720 - 44 - 60, WIDE = 1280 - 128;
const PIECES = ".jp-RenderedMarkdown > *, .jp-RenderedHTML > *, .jp-OutputArea-output:not(.jp-RenderedHTML)";
const empty = (s) => !s.textContent.trim() && !s.matches("img, svg") && !s.querySelector("img, svg, table");
const isHeading = (s) => /^H[123]$/.test(s.tagName);
const leaves = () => [...document.querySelectorAll("main section.leaf")];
const task = (s) => /^(Question|Exercise) /.test(s.textContent);
function grow() {
  for (const picture of document.querySelectorAll(".jp-OutputArea-output img")) {
    const by = Math.min(WIDE / picture.naturalWidth, 440 / picture.naturalHeight, 2.5);
    picture.style.width = picture.naturalWidth * by + "px";
  }
}
function part() {
  for (const pre of document.querySelectorAll(".jp-OutputArea-output pre")) {
    if (pre.scrollHeight <= HIGH || pre.children.length) continue;
    const lines = pre.textContent.trimEnd().split("\n"), whole = pre.closest(".jp-OutputArea-output");
    const most = Math.max(1, Math.floor((HIGH - 70) / (pre.scrollHeight / lines.length)));
    const each = Math.ceil(lines.length / Math.ceil(lines.length / most));
    for (let k = 0; k < lines.length; k += each) {
      const output = whole.cloneNode(false), some = pre.cloneNode(false);
      some.textContent = lines.slice(k, k + each).join("\n");
      output.append(some);
      whole.before(output);
    }
    whole.remove();
  }
}
function cut() {
  for (const outer of document.querySelectorAll("main > section")) {
    const title = outer.querySelector("h1, h2");
    const pages = [[]];
    let full = 0, alone = false, before = null;
    for (const inner of outer.querySelectorAll("section")) {
      const pieces = [...inner.querySelectorAll(PIECES)].filter((p) => !empty(p));
      pieces.forEach((piece, k) => {
        const picture = piece.matches("img") ? piece : piece.querySelector(":scope img:not(.formula)");
        const room = HIGH - full - 14;
        if (picture && full && room < picture.height && room > 0.5 * picture.height)
          picture.style.width = (picture.width * room) / picture.height + "px";
        const high = piece.getBoundingClientRect().height + 14;
        const cell = piece.closest(".jp-Cell"), starts = cell !== before;
        const headings = pages.at(-1).length && pages.at(-1).every(isHeading);
        const next = k + 1 < pieces.length ? pieces[k + 1].getBoundingClientRect().height : 0;
        const leads = isHeading(piece) || /:\s*$/.test(piece.textContent);
        // a question stays with its choices
        const lead = high + (task(piece) ? next : leads ? Math.min(next, 200) : 0);
        const begins = (starts && (alone || task(piece))) || (k === 0 && full > HIGH / 2 && !picture);
        if (full && !headings && (begins || full + lead > HIGH)) { pages.push([]); full = title ? 56 : 0; }
        if (starts) alone = task(piece);
        before = cell;
        pages.at(-1).push(piece);
        full += high;
      });
    }
    const sections = pages.filter((page) => page.length).map((page, k) => {
      const slide = Object.assign(document.createElement("section"), {className: "leaf"});
      const fit = Object.assign(document.createElement("div"), {className: "fit"});
      if (k && title && !isHeading(page[0])) {
        const again = document.createElement("h3");
        again.textContent = title.textContent.replace("¶", "");
        fit.append(again);
      }
      fit.append(...page);
      slide.append(fit);
      return slide;
    });
    outer.replaceWith(...sections);
  }
}
function shrink() {
  leaves().forEach((slide, k, all) => {
    const fit = slide.firstElementChild;
    const by = Math.min(1, HIGH / fit.scrollHeight, WIDE / fit.scrollWidth);
    if (by < 1) { fit.style.width = WIDE / by + "px"; }
    const again = Math.min(1, HIGH / fit.scrollHeight, WIDE / fit.scrollWidth);
    if (by < 1) fit.style.transform = `scale(${again})`;
    slide.dataset.scale = again.toFixed(2);
    slide.insertAdjacentHTML("beforeend", `<div class="foot"><b>${k + 1} / ${all.length}</b></div>`);
    slide.lastElementChild.append(document.body.dataset.foot);
  });
}
let now = Math.max(0, parseInt(location.hash.slice(1)) - 1 || 0);
function turn(by) {
  const all = leaves();
  now = Math.max(0, Math.min(all.length - 1, now + by));
  document.body.classList.add("show");
  const scale = Math.min(innerWidth / 1280, innerHeight / 720);
  all.forEach((slide, k) => {
    slide.classList.toggle("now", k === now);
    slide.style.transform = `translate(${(innerWidth - 1280 * scale) / 2}px, 0) scale(${scale})`;
  });
  history.replaceState(null, "", "#" + (now + 1));
}
const by = {ArrowRight: 1, PageDown: 1, " ": 1, ArrowDown: 1, ArrowLeft: -1, PageUp: -1, ArrowUp: -1, Home: -1e6, End: 1e6};
addEventListener("keydown", (e) => { if (e.key in by) { e.preventDefault(); turn(by[e.key]); } });
addEventListener("click", (e) => { if (!e.target.closest("a")) turn(e.clientX < innerWidth / 3 ? -1 : 1); });
addEventListener("resize", () => document.body.classList.contains("show") && turn(0));
addEventListener("beforeprint", () => {
  document.body.classList.remove("show");
  leaves().forEach((slide) => (slide.style.transform = ""));
});
addEventListener("load", () => {
  grow();
  part();
  cut();
  shrink();
  window.busy = false;
  if (location.hash) turn(0);
});
