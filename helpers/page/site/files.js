"use strict";
// Pictures as files: enlarged, tiled, as PNG and as an animated GIF.

/** A canvas with a picture {size, data} in it, each pixel `scale` times as wide. */
function canvasOf({ size, data }, scale = 1) {
  const canvas = document.createElement("canvas");
  paint(canvas, { size, data });
  return scale === 1 ? canvas : enlarged(canvas, scale);
}

function enlarged(canvas, scale) {
  const large = document.createElement("canvas");
  large.width = canvas.width * scale;
  large.height = canvas.height * scale;
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large;
}

/** Puts a picture on a canvas of the page. */
function paint(canvas, { size, data }) {
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  canvas.getContext("2d").putImageData(new ImageData(data, size, size), 0, 0);
}

/** The whole factor that brings a picture to about this side. */
const whole = (size, side) => Math.max(1, Math.floor(side / size));

/** Pictures side by side in so many columns. */
function tiled(pictures, columns) {
  const { size } = pictures[0], canvas = document.createElement("canvas");
  canvas.width = size * columns;
  canvas.height = size * Math.ceil(pictures.length / columns);
  const context = canvas.getContext("2d");
  pictures.forEach(({ data }, i) =>
    context.putImageData(new ImageData(data, size, size), (i % columns) * size, Math.floor(i / columns) * size));
  return canvas;
}

/** Hands a file to the browser, which saves it where it saves downloads. */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const pngOf = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

// GIF89a (CompuServe, 1990) ----------------------------------------------------------------------------

/** An animation of frames {size, data} without end, each pixel `scale` times as wide; a frame lasts 1/10 s. */
function gif(frames, scale) {
  const side = frames[0].size * scale, bytes = [];
  const word = (value) => bytes.push(value & 255, value >> 8);
  const letters = (text) => bytes.push(...[...text].map((letter) => letter.charCodeAt(0)));
  letters("GIF89a");
  word(side);
  word(side);
  bytes.push(0, 0, 0);
  letters("!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00");
  const parts = [Uint8Array.from(bytes)];
  const made = new Map(); // a film that runs back shows the same frames again
  for (const frame of frames) {
    if (!made.has(frame)) made.set(frame, gifFrame(frame, scale));
    parts.push(made.get(frame));
  }
  return new Blob([...parts, Uint8Array.of(0x3b)], { type: "image/gif" });
}

function gifFrame({ size, data }, scale) {
  const { colours, indices } = paletteOf(data), side = size * scale;
  const bits = Math.max(2, Math.ceil(Math.log2(colours.length)));
  const header = [0x21, 0xf9, 4, 4, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, side & 255, side >> 8, side & 255, side >> 8, 0x80 | (bits - 1)];
  const table = new Uint8Array(3 * 2 ** bits);
  colours.forEach((colour, i) => table.set([colour >> 16, (colour >> 8) & 255, colour & 255], 3 * i));
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      pixels[y * side + x] = indices[Math.floor(y / scale) * size + Math.floor(x / scale)];
  return concatenated([Uint8Array.from(header), table, Uint8Array.of(bits), inBlocks(lzw(pixels, bits)), Uint8Array.of(0)]);
}

/** At most 256 colours of a picture, and which of them each pixel takes: exact where it has no more. */
function paletteOf(data) {
  const pixels = Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2]);
  for (const mask of [0xffffff, 0xfcfcfc, 0xf8f8f8, 0xf0f0f0, 0xe0e0e0, 0xc0c0c0]) {
    // A colour stands for those that share its first bits: it is the most frequent of them.
    const count = new Map(), best = new Map();
    for (const pixel of pixels) count.set(pixel, (count.get(pixel) ?? 0) + 1);
    for (const [pixel, times] of count) {
      const before = best.get(pixel & mask);
      if (before === undefined || count.get(before) < times) best.set(pixel & mask, pixel);
    }
    if (best.size > 256) continue;
    const colours = [...best.values()], index = new Map([...best.keys()].map((key, i) => [key, i]));
    return { colours, indices: pixels.map((pixel) => index.get(pixel & mask)) };
  }
}

/** GIF's variable-length LZW codes of pixels, as bytes. */
function lzw(pixels, bits) {
  const clear = 1 << bits, out = [];
  let codes, next, length, buffer = 0, filled = 0;
  const reset = () => {
    codes = new Map();
    next = clear + 2;
    length = bits + 1;
  };
  const emit = (code) => {
    buffer |= code << filled;
    for (filled += length; filled >= 8; filled -= 8, buffer >>>= 8) out.push(buffer & 255);
  };
  reset();
  emit(clear);
  let prefix = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const key = (prefix << 8) | pixels[i], known = codes.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    emit(prefix);
    if (next === 4096) {
      emit(clear);
      reset();
    } else {
      if (next === 1 << length) length++;
      codes.set(key, next++);
    }
    prefix = pixels[i];
  }
  emit(prefix);
  emit(clear + 1);
  if (filled) out.push(buffer & 255);
  return Uint8Array.from(out);
}

/** Bytes in GIF's sub-blocks of at most 255. */
function inBlocks(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255);
    parts.push(Uint8Array.of(part.length), part);
  }
  return concatenated(parts);
}

function concatenated(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
