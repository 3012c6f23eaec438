"""The sets: what each is made of, which drawings are told apart, and what is held out."""

from dataclasses import dataclass

import numpy as np

from data.build import pixels
from experiments.outside import paintings
from experiments.outside.drawings import composed, desktop, from_svg, icons, units
from experiments.outside.photographs import patches

NEAR = 0.06  # root of the mean squared difference at 32 pixels: drawings nearer are one drawing


@dataclass(frozen=True)
class Recipe:
    """How a set is made: its purpose, kind, packages, licence and the function that draws it."""

    purpose: str
    kind: str
    packages: tuple
    licence: str
    credit: str
    counts: object  # pictures to train on, to choose on, to test on (None: the rest); or how to cut
    draw: object  # function () → list of (group, uint8 [64 × k, 64 × k, 4])


CHOOSE, CONFIRM = "to choose on", "to confirm on"
FRESH = "to try the finished rule on"
DRAWN = 240, 500, 500
PHOTOGRAPH, STRIP = "whole photographs", "strips of each photograph"
SETS = {
    "faces": Recipe(
        CHOOSE,
        "flat drawings put together from parts",
        ("@dicebear/core", "@dicebear/adventurer"),
        "CC BY 4.0",
        "Adventurer by Lisa Wischofsky",
        DRAWN,
        lambda: from_svg(composed("adventurer")),
    ),
    "signs": Recipe(
        CHOOSE,
        "flat drawings, each by itself",
        ("@iconify-json/fxemoji",),
        "Apache-2.0",
        "FxEmojis by Mozilla",
        (240, None, 300),
        lambda: from_svg(icons("fxemoji")),
    ),
    "shapes": Recipe(
        CONFIRM,
        "flat drawings put together from parts",
        ("@dicebear/core", "@dicebear/shapes"),
        "CC0-1.0",
        "Shapes by DiceBear",
        (None, 400, 400),
        lambda: from_svg(composed("shapes")),
    ),
    "blocks": Recipe(
        CONFIRM,
        "flat drawings put together from parts, in coarse pixels",
        ("@dicebear/core", "@dicebear/pixel-art"),
        "CC0-1.0",
        "Pixel Art by DiceBear",
        (None, 400, 400),
        lambda: from_svg(composed("pixel-art")),
    ),
    "outlines": Recipe(
        CONFIRM,
        "flat drawings with dark outlines, each by itself",
        ("@iconify-json/streamline-ultimate-color",),
        "CC BY 4.0",
        "Ultimate color icons by Streamline",
        (None, 250, 250),
        lambda: from_svg(icons("streamline-ultimate-color")),
    ),
    "units": Recipe(
        CONFIRM,
        "shaded drawings with soft shadows, each by itself",
        ("wesnoth-1.16-data",),
        "GPL-2.0-or-later",
        "The Battle for Wesnoth contributors",
        (None, 50, 60),
        units,
    ),
    "desktop": Recipe(
        CONFIRM,
        "shaded drawings, each by itself",
        ("oxygen-icon-theme",),
        "LGPL-3.0-or-later",
        "The Oxygen team",
        (None, 110, 120),
        desktop,
    ),
    "gardens": Recipe(
        CONFIRM,
        "patches of photographs; each photograph's left part is trained on, its right is held out",
        (
            "mate-backgrounds",
            "plasma-workspace-wallpapers",
            "lomiri-wallpapers-16.04",
            "scikit-learn",
        ),
        "GPL-2.0-or-later, LGPL-3.0, CC BY-SA 4.0, CC BY 4.0, CC0-1.0, CC BY 2.0 (by photograph)",
        "the photographers, named in each package's copyright file",
        STRIP,
        lambda: patches("gardens"),
    ),
    "places": Recipe(
        CONFIRM,
        "patches of photographs, other photographs are held out",
        (
            "lomiri-wallpapers-16.04",
            "lomiri-wallpapers-20.04",
            "plasma-workspace-wallpapers",
            "mate-backgrounds",
            "scikit-image",
            "scikit-learn",
        ),
        "CC BY 4.0, CC BY-SA 3.0 and 4.0, LGPL-3.0, GPL-2.0-or-later, CC0-1.0 (by photograph)",
        "the photographers, named in each package's copyright file",
        PHOTOGRAPH,
        lambda: patches("places"),
    ),
    "paintings": Recipe(
        CONFIRM,
        "patches of photographs of old paintings, other paintings are held out",
        ("gcompris-qt-data",),
        "GPL-3.0-or-later (the photographs; the paintings are older than their rights)",
        "WebMuseum; Hokusai, Hiroshige, Dürer, Leonardo, Renoir and others",
        PHOTOGRAPH,
        paintings.patches,
    ),
    # Seven that nobody had looked at when lesson 07's rule for the start stood.
    "smiles": Recipe(
        FRESH,
        "flat drawings put together from parts",
        ("@dicebear/core", "@dicebear/big-smile"),
        "CC BY 4.0",
        "Custom Avatar by Ashley Seo",
        DRAWN,
        lambda: from_svg(composed("big-smile")),
    ),
    "peeps": Recipe(
        FRESH,
        "black lines, put together from parts",
        ("@dicebear/core", "@dicebear/open-peeps"),
        "CC0-1.0",
        "Open Peeps by Pablo Stanley",
        DRAWN,
        lambda: from_svg(composed("open-peeps")),
    ),
    "glyphs": Recipe(
        FRESH,
        "black shapes, each by itself",
        ("@iconify-json/game-icons",),
        "CC BY 3.0",
        "the contributors of game-icons.net",
        (None, 500, 500),
        lambda: from_svg(icons("game-icons")),
    ),
    "flags": Recipe(
        FRESH,
        "round flags, each by itself",
        ("@iconify-json/circle-flags",),
        "MIT",
        "HatScripts",
        (None, 50, 110),
        lambda: from_svg(icons("circle-flags")),
    ),
    "tiles": Recipe(
        FRESH,
        "flat drawings on discs, each by itself",
        ("@iconify-json/streamline-kameleon-color",),
        "CC BY 4.0",
        "Kameleon color icons by Streamline",
        (None, 50, 110),
        lambda: from_svg(icons("streamline-kameleon-color")),
    ),
    "animals": Recipe(
        FRESH,
        "patches of photographs of animals, other photographs are held out",
        ("gcompris-qt-data",),
        "CC BY-SA 2.0 to 4.0, CC BY, GFDL, public domain (by photograph)",
        "the photographers, named in the package's copyright file",
        PHOTOGRAPH,
        lambda: paintings.photographs("explore_farm_animals", "explore_world_animals"),
    ),
    "monuments": Recipe(
        FRESH,
        "patches of photographs of buildings, other photographs are held out",
        ("gcompris-qt-data",),
        "CC BY-SA 2.0 to 4.0, CC BY, GFDL, public domain (by photograph)",
        "the photographers, named in the package's copyright file",
        PHOTOGRAPH,
        lambda: paintings.photographs("explore_monuments"),
    ),
}


def distinct(drawings):
    """The drawings that are farther from every earlier one than NEAR, in a shuffled order."""
    order = np.random.default_rng(0).permutation(len(drawings))
    kept, small = [], np.empty((len(drawings), 32 * 32 * 3), np.float32)
    for index in order:
        point = pixels.on_white(drawings[index][1], 32).reshape(-1) / np.float32(255)
        gap = ((small[: len(kept)] - point) ** 2).mean(axis=1)
        drawn = (
            drawings[index][1][..., 3] > 25
        ).mean() > 0.08  # what is nearly clear is no picture
        if drawn and (not kept or gap.min() > NEAR**2):
            small[len(kept)] = point
            kept.append(drawings[index])
    return kept


def split(drawings, counts):
    """{side: drawings}: whole photographs, strips of photographs, or numbers of drawings."""
    if counts == PHOTOGRAPH:
        names = sorted({group[0] for group, _ in drawings})
        names = list(np.random.default_rng(0).permutation(names))
        place = {name: index / len(names) for index, name in enumerate(names)}
        return by_share(drawings, lambda group: place[group[0]])
    if counts == STRIP:
        return by_share(drawings, lambda group: group[1])
    free = len(drawings) - sum(count or 0 for count in counts)
    train, validation, test = (free if count is None else count for count in counts)
    if min(train, validation, test) < 50:
        raise ValueError(f"{len(drawings)} drawings are too few for {counts}")
    edges = np.cumsum([train, validation, test])
    return {
        "train": drawings[: edges[0]],
        "validation": drawings[edges[0] : edges[1]],
        "test": drawings[edges[1] : edges[2]],
    }


def by_share(drawings, share):
    """Training below .6 of a number from 0 to 1 that belongs to a group, validation below .8."""
    side = [np.digitize(share(group), (0.6, 0.8)) for group, _ in drawings]
    return {
        name: [item for item, own in zip(drawings, side) if own == index]
        for index, name in enumerate(("train", "validation", "test"))
    }
