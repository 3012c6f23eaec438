"use strict";
// Numbers that must be the same here and in the course's notebooks: checksums, hashes, noise, slerp.
// helpers/explorer/text.py describes them for any language.

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** CRC-32 (that of zip and PNG) of bytes, as 8 hexadecimal digits. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

/** The 64 constants of SHA-256, and its 8 first values: roots of primes, first 32 bits of the fraction. */
const [SHA_CONSTANTS, SHA_START] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  return [primes.map((p) => fraction(Math.cbrt(p))), primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)))];
})();

/** SHA-256 of a text of plain letters, as hexadecimal digits. (The browser's own answers only later.) */
function sha256(text) {
  const length = text.length;
  const bytes = new Uint8Array(((length + 72) >> 6) << 6);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  bytes[length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, length * 8);
  const hash = Uint32Array.from(SHA_START);
  const w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < bytes.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const small = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      w[i] = w[i - 16] + small + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const t = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + SHA_CONSTANTS[i] + w[i];
      const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t) >>> 0, c, b, a, (t + u) >>> 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (hash[i] += x));
  }
  return Array.from(hash, (x) => x.toString(16).padStart(8, "0")).join("");
}

/** One block of Philox4x32 with 10 rounds: four words from a counter and a key. */
function philox(c0, c1, c2, c3, k0, k1) {
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = product(c0, 0xd2511f53);
    const [high1, low1] = product(c2, 0xcd9e8d57);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** The product of two 32-bit words as its high and its low word. */
function product(a, b) {
  const low = (a & 0xffff) * b; // below 2^48, so exact
  const middle = (a >>> 16) * b + Math.floor(low / 65536);
  return [Math.floor(middle / 65536) >>> 0, (((middle % 65536) * 65536) + (low % 65536)) >>> 0];
}

/** `philox-1`'s latents: `count` rows of `dimension` numbers from N(0, 1) in one Float32Array. */
function noise(dimension, seed, count = 1) {
  const m = philox(seed >>> 0, Math.floor(seed / 2 ** 32), 28, 0, 0x3ec8f720, 0x02461e29);
  const row = new Float32Array(dimension * count);
  const fraction = (word) => (word & 0x7fffff) / 0x800000;
  for (let i = 0; i < row.length; i += 4) {
    const words = philox(i / 4, 0, m[2], m[3], m[0], m[1]);
    for (let pair = 0; pair < 4; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log(Math.max(fraction(words[pair]), 1e-7)));
      const angle = 2 * Math.PI * fraction(words[pair + 1]);
      if (i + pair < row.length) row[i + pair] = radius * Math.sin(angle);
      if (i + pair + 1 < row.length) row[i + pair + 1] = radius * Math.cos(angle);
    }
  }
  return row;
}

/** The great circle from a to b at t, as helpers.latents.slerp; a straight line where they are parallel. */
function slerp(a, b, t) {
  const length = (v) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  const [lengthA, lengthB] = [length(a), length(b)];
  let angle = 0;
  if (lengthA > 0 && lengthB > 0) {
    const difference = length(a.map((x, i) => x / lengthA - b[i] / lengthB));
    const total = length(a.map((x, i) => x / lengthA + b[i] / lengthB));
    angle = 2 * Math.atan2(difference, total);
  }
  if (angle > Math.PI - 1e-4) throw new Error("the two pictures lie opposite each other: go over a third one");
  const straight = angle < 1e-4;
  const first = straight ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
  const last = straight ? t : Math.sin(t * angle) / Math.sin(angle);
  return a.map((x, i) => first * x + last * b[i]);
}

/** Bytes from base64 or base64url, with or without its "="; throws where a letter is neither. */
function fromBase64(text) {
  const letters = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** base64url (RFC 4648, section 5) of bytes, without "=". */
function toBase64(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
