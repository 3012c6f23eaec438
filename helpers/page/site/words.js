"use strict";
// A picture in words, for those who do not see it.

const HUES = [
  [15, "red"], [42, "orange"], [68, "yellow"], [165, "green"], [200, "turquoise"], [255, "blue"], [290, "violet"], [335, "pink"], [361, "red"],
];

/** The name of a colour, 0 … 255 each. */
function colourName(red, green, blue) {
  const high = Math.max(red, green, blue), low = Math.min(red, green, blue), chroma = high - low, light = (high + low) / 2;
  if (light > 240) return "white";
  if (light < 26 || high < 40) return "black";
  if (chroma < 28) return light > 170 ? "light grey" : light < 85 ? "dark grey" : "grey";
  const turn = high === red ? (green - blue) / chroma : high === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
  const hue = (60 * turn + 360) % 360, name = HUES.find(([end]) => hue < end)[1];
  if ((name === "orange" || name === "red" || name === "yellow") && light < 115 && chroma < 150) return name === "yellow" ? "olive" : "brown";
  return light > 190 ? `light ${name}` : light < 70 ? `dark ${name}` : name;
}

/** The colours that cover most of a picture: "white 61 %, brown 12 %, red 8 %". */
function coloursOf({ data }, most = 4) {
  const count = new Map(), pixels = data.length / 4;
  for (let i = 0; i < data.length; i += 4) {
    const name = colourName(data[i], data[i + 1], data[i + 2]);
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return [...count].sort((a, b) => b[1] - a[1]).slice(0, most)
    .map(([name, times]) => `${name} ${Math.max(1, Math.round((100 * times) / pixels))} %`).join(", ");
}

const percent = (share) => `${Math.round(100 * share)} %`;

/** What a state says of itself: "heroes, seed 7, 2 chosen, direction 1 at 2.5, half child". */
function wordsOf(state) {
  const parts = [state.generator, state.latent.length ? "a latent of its own" : `seed ${state.seed}`];
  if (state.path.length) parts.push(`${state.path.length} chosen`);
  parts.push(...state.steps.map(([name, amount]) => `${name} at ${amount}`));
  if (state.truncation !== 1) parts.push(`ψ ${state.truncation}`);
  if (state.blend) parts.push(`${percent(state.blend)} child`);
  parts.push(...state.swap.map((block) => `${block} from the child`));
  parts.push(...state.shares.map(([block, share]) => `${block} ${percent(share)} child`));
  return parts.join(", ");
}
