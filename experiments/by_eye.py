"""Lesson 08, bias: what an eye says of drawn heroes, beside three judges. 200 drawn and 40 real ones, labelled twice.

    python -m experiments.by_eye draw                      # trains ten GANs, five minutes; sheets in build_cache/
    python -m experiments.by_eye score FIRST SECOND        # two files of labels; data/results/08_by_eye.json, .npz

The GANs are those of experiments/groups.py with a minority of one in ten, at ψ = 1. Training does not
repeat to the last bit on another machine, so the pictures are shipped with their labels. Each sheet holds 24 numbered
pictures, in an order of its own for each pass, drawn and real ones, of both directions and all seeds, mixed. A file of
labels has one letter a picture, sheet by sheet: s a shield, e an empty left hand, u unclear.

The .npz holds `pictures`, uint8 [240, 32, 32, 3]: 100 drawn with bearers as the minority (20 of each of five seeds), 100
with the empty-handed, 20 real bearers, 20 real empty-handed; `first` and `second`, uint8 [240], places in
"seu"; and for each judge, bool [240], whether it took a picture for a bearer.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image, ImageDraw

from experiments import groups
from helpers import files, gan, results

NAME = "08_by_eye"
FOLDER = results.ROOT / "build_cache" / "by_eye"
ARM, EACH, REAL = "10", 20, 20  # pictures of each GAN, and real ones of each kind
ROWS, COLUMNS, SCALE = 4, 6, 6
LETTERS = "seu"
PASSES = ("first", "second")


def main(arguments=None):
    """Draws pictures and sheets, or takes labels and lets the judges speak."""
    run(__doc__, draw, scored, arguments)


def run(about, draw, scored, arguments=None):
    """The command of a module that labels by eye: `draw()`, or `scored(file, file)`."""
    command = argparse.ArgumentParser(description=about.splitlines()[0])
    ways = command.add_subparsers(dest="way", required=True)
    ways.add_parser("draw")
    score = ways.add_parser("score")
    score.add_argument("labels", nargs=2, type=pathlib.Path, metavar="FILE")
    options = command.parse_args(arguments)
    if options.way == "draw":
        draw()
    else:
        scored(*options.labels)


# Pictures and sheets ---------------------------------------------------------------------------


def draw():
    """240 pictures, and sheets for both passes."""
    keep(np.concatenate([*map(drawn, groups.DIRECTIONS), *real()]), FOLDER)


def keep(pictures, folder):
    """Writes the pictures, and the sheets of both passes."""
    folder.mkdir(parents=True, exist_ok=True)
    files.write_npz(folder / "pictures.npz", {"pictures": pictures})
    for number, name in enumerate(PASSES):
        for page, rows in enumerate(pages(number, len(pictures)), 1):
            sheet(pictures[rows], 24 * (page - 1)).save(folder / f"{name}_{page:02}.png")


def drawn(direction):
    """EACH pictures of each seed's GAN, which is trained when it is not there."""
    models = models_of(ARM, direction)
    return np.concatenate([model.decode(model.noise(EACH, seed=1)) for model in models])


def models_of(arm, direction):
    """The GANs of groups.SEEDS; each is trained when it is not there."""
    found = []
    for seed in groups.SEEDS:
        path = groups.file((arm, direction, seed))
        if not path.exists():
            groups.trained((arm, direction, seed)).save_checkpoint(path, full=False)
        found.append(gan.GAN.from_checkpoint(path))
    return found


def real():
    """Held-out heroes, REAL with a shield and REAL with an empty hand."""
    empty, bearers = groups.sides("bearers")["test"]
    rng = np.random.default_rng(0)
    return [group[rng.permutation(len(group))[:REAL]] for group in (bearers, empty)]


def order(number, count):
    """In which order a pass shows the pictures."""
    return np.random.default_rng(100 + number).permutation(count)


def pages(number, count):
    return np.split(order(number, count), np.arange(24, count, 24))


def sheet(pictures, start):
    """Numbered pictures, enlarged, as one image."""
    side, gap = 32 * SCALE, 14
    page = Image.new("RGB", (COLUMNS * (side + gap), ROWS * (side + gap)), "#bbbbbb")
    pen = ImageDraw.Draw(page)
    for k, picture in enumerate(pictures):
        row, column = divmod(k, COLUMNS)
        at = column * (side + gap), row * (side + gap)
        large = Image.fromarray(picture).resize((side, side), Image.Resampling.NEAREST)
        page.paste(large, (at[0], at[1] + gap))
        pen.text((at[0] + 2, at[1] + 1), str(start + k + 1), fill="black")
    return page


# Labels and judges -----------------------------------------------------------------------------


def scored(*files):
    """Puts labels back into the pictures' order, asks the judges, writes the result."""
    pictures = files.read_npz(FOLDER / "pictures.npz", cure="draw them first")["pictures"]
    passes = {
        name: np.array([LETTERS.index(x) for x in in_order(file, number, len(pictures))], np.uint8)
        for number, (name, file) in enumerate(zip(PASSES, files))
    }
    results.write(NAME, card(*passes.values()), {"pictures": pictures, **passes, **asked(pictures)})


def in_order(file, number, count):
    """The letters of a pass, picture by picture.

    Raises:
        ValueError: they are too few, too many, or other letters.
    """
    letters = "".join(file.read_text().split())
    if len(letters) != count or set(letters) - set(LETTERS):
        raise ValueError(f"{file}: expected {count} letters, each of {LETTERS!r}")
    found = np.empty(count, "<U1")
    found[order(number, count)] = list(letters)
    return found


def asked(pictures):
    """{judge: bool [240]}: whether each judge took a picture for a bearer."""
    half = EACH * len(groups.SEEDS)
    parts = np.split(pictures, [half, 2 * half])
    said = {name: [] for name in ("careful", "hasty", "features")}
    for direction, part in zip((*groups.DIRECTIONS, groups.DIRECTIONS[0]), parts):
        for name, judge in groups.judges_of(direction).items():
            minority = groups.verdicts(judge, part)
            said[name].append(minority if direction == "bearers" else ~minority)
    return {name: np.concatenate(some) for name, some in said.items()}


def card(first, second):
    """What is said of the arrays."""
    made = slice(0, 2 * EACH * len(groups.SEEDS))
    return {
        "title": "Drawn heroes labelled by looking: shield, empty left hand or unclear, beside three judges",
        "data": "200 heroes drawn by ten GANs with a minority of one in ten (arm 10 of 08_groups, trained anew), 40 real ones",
        "how": "one viewer, two passes, each in an order of its own; drawn and real, both directions and all seeds mixed; "
        "before any judge's word on one of them was read (the shares of whole sets were known); enlarged six times, 24 on a sheet. s: a patch of colour or an "
        "outline, broader than an arm, at the left hand. e: an arm that ends there, with nothing. u: neither can be told",
        "letters": LETTERS, "arm": ARM, "psi": 1.0, "seeds": list(groups.SEEDS), "each": EACH, "real": REAL,
        "order": ["drawn, minority bearers", "drawn, minority empty", "real bearers", "real empty"],
        "agreement": {"drawn": round(float(np.mean(first[made] == second[made])), 3),
                      "real": round(float(np.mean(first[made.stop:] == second[made.stop:])), 3)},
        "command": "python -m experiments.by_eye score FIRST SECOND",
    }  # fmt: skip


if __name__ == "__main__":
    main()
