"""Lesson 01's shipped results: what every way to use few labels predicted, five draws of pictures.

They are made by `python -m experiments.transfer_grid`.
"""

import numpy as np

from helpers import results

RESULT = "01_transfer_grid"
DRAWS = 5
STYLES = ("noto", "twemoji", "openmoji", "fluent3d", "fluentflat")
BLOCKS = (0, 1, 3)  # how many are unfrozen, for the panel; all at one rate
HEADS = ("linear", "article")


def load():
    """The shipped results: {name: int8 [draws, sizes, test pictures]}, and `*_labels`, the truth."""
    found = results.arrays(RESULT)
    arms = sorted({name.split("/")[0] for name in found if "/" in name})
    tables = {
        arm: np.stack([found[name] for name in sorted(found) if name.startswith(f"{arm}/")])
        for arm in arms
    }
    return tables | {name: array for name, array in found.items() if "/" not in name}


def arm(blocks, head):
    """The name of the panel's arm: this many blocks unfrozen below this head."""
    return {(0, "linear"): "features", (0, "article"): "article"}.get(
        (blocks, head), f"{head}{blocks}"
    )
