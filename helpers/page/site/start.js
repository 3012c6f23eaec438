"use strict";
// Opens the page: looks whether what it needs has arrived, whole, then starts the explorer. Over a slow line
// the first generator is there to steer while the others are still on their way.

const GLANCE = 30; // ms between two looks at what has arrived

/** Resolves once an element of the file is whole: another one follows it, or the file is at its end. */
async function arrived(id) {
  for (;;) {
    const ended = document.readyState !== "loading", element = $(id); // in this order: it may end between the two
    if (element?.nextElementSibling || ended) return element;
    await pause(GLANCE);
  }
}

/** The page's card, held against its checksum. */
async function readCard() {
  const element = await arrived("card");
  const text = element?.textContent ?? "", bytes = new TextEncoder().encode(text);
  if (!element || crc32(bytes) !== element.dataset.crc) fail("This file was damaged on its way, or ends too early: fetch it again.");
  return JSON.parse(text);
}

/** The base64 of a block of data; an error where less of it is there than the card says. */
async function lettersOf(name, { bytes }) {
  const text = (await arrived(name))?.textContent ?? "", expected = 4 * Math.ceil(bytes / 3);
  if (text.length !== expected)
    fail(`This file ends too early, or was damaged on its way: of a generator’s ${expected.toLocaleString("en")} letters ${text.length.toLocaleString("en")} are here. Fetch it again.`);
  return text;
}

/** A source of the card with its directions as numbers. */
async function withDirections(source, number) {
  const bytes = fromBase64(await lettersOf(`source-${number}`, source));
  if (crc32(bytes) !== source.crc) fail("This file was damaged on its way: fetch it again.");
  return { ...source, number, directions: tensor(bytes, source.directions) };
}

function describeAll({ about }) {
  const rows = about.flatMap((entry) => [
    make("dt", {}, entry.name),
    make("dd", {}, `Learnt from: ${entry.data}`),
    make("dd", {}, `Art: ${entry.attribution}`),
    make("dd", {}, `Licence: ${entry.licence}`),
  ]);
  $("about").append(make("dl", {}, ...rows));
}

async function open() {
  const card = await readCard();
  const scene = new Scene(await Promise.all(card.sources.map(withDirections)));
  describeAll(card);
  $("explorer").hidden = false;
  $("problem").textContent = "";
  const explorer = new Explorer(card, scene, new Artist(card, lettersOf), new Artist(card, lettersOf));
  // For the curious, in the browser's console.
  globalThis.page = { card, scene, explorer, toLine, fromLine, noise };
  await Promise.all(card.networks.map((network, i) => lettersOf(`network-${i}`, network)));
}

if (typeof document !== "undefined")
  open().catch((error) => {
    $("explorer")?.toggleAttribute("hidden", true);
    $("problem").textContent = error.message;
  });
