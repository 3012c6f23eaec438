"""Lesson 01's shipped results: what every way to use few labels predicted, five draws of pictures.

Each was chosen with the validation pictures and is scored with the test pictures, so both are there.
They are made by `python -m experiments.transfer_grid`.
"""

import functools

import numpy as np

from helpers import results, transfer

RESULT = "01_transfer_grid"
FEATURES = "01_emoji_features"
DRAWS = 5
SIDES = ("validation", "test", "held out")
STYLES = ("noto", "twemoji", "openmoji", "fluent3d", "fluentflat")
BLOCKS = (0, 1, 3)  # how many are unfrozen, for the panel; all at one rate
HEADS = ("linear", "article")


@functools.cache
def load(side="test"):
    """The shipped results of one side of the split.

    Args:
        side: "validation", to choose with; "test", to score what was chosen, once; "held out", both,
            for tasks on which nothing was chosen.
    Returns:
        {name: int8 [draws, sizes, pictures]}, predictions of each arm, and `*_labels`, the truth.
    Raises:
        ValueError: another side.
    """
    if side not in SIDES:
        raise ValueError(f"no predictions for the side {side!r}; one of: {', '.join(SIDES)}")
    found = results.arrays(RESULT)
    return {name: part(found, name, side) for name in tables(found)}


def hits(name, side="test"):
    """Which pictures an arm named rightly: bool [draws, sizes, pictures]; the mean is the accuracy.

    Args:
        name: an arm, such as "noto_features"; `load` lists them.
        side: as for `load`.
    """
    shipped = load(side)
    if name not in shipped:
        raise ValueError(f"no arm {name!r}; one of: {', '.join(shipped)}")
    return shipped[name] == shipped[f"{task(name)}_labels"]


def task(name):
    """The pictures that an arm is about: noto, openmoji, creatures or items."""
    return "noto" if name.startswith("habit") else name.split("_")[0]


def tables(found):
    """Names of arms and of the labels' arrays among what the file holds."""
    arms = {name.split("/")[0] for name in found if "/" in name}
    return sorted(arms | {name for name in found if name.endswith("_labels")})


def part(found, name, side):
    """The columns of one side; the first so many pictures are the validation side."""
    first, whole = int(found[f"{task(name)}_validation"]), found.get(name)
    if whole is None:
        whole = np.stack([found[key] for key in sorted(found) if key.startswith(f"{name}/")])
    return {"validation": whole[..., :first], "test": whole[..., first:], "held out": whole}[side]


def arm(blocks, head):
    """The name of the panel's arm: this many blocks unfrozen below this head."""
    return {(0, "linear"): "features", (0, "article"): "article"}.get(
        (blocks, head), f"{head}{blocks}"
    )


def neighbours(features):
    """The nearest emoji in each style, by angle between features.

    Args:
        features: float [n, 1280], from the backbone at 96 px.
    Returns:
        {style: int [n], positions in the art set emoji_STYLE}.
    """
    atlas = {name: x.astype(np.float32) for name, x in results.arrays(FEATURES).items()}
    queries = (features - atlas["mean"]) @ atlas["axes"].T
    return {
        style: np.array([transfer.nearest(atlas[style], query)[0] for query in queries])
        for style in STYLES
    }
