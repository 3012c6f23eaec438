"""Lesson 01's shipped results: what every way to use few labels predicted, five draws of pictures.

They are made by `python -m experiments.transfer_grid`.
"""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "data" / "results"
DRAWS = 5
STYLES = ("noto", "twemoji", "openmoji", "fluent3d", "fluentflat")
BLOCKS = (0, 1, 3)  # how many are unfrozen, for the panel; all at one rate
HEADS = ("linear", "article")


def load(path=FOLDER / "01_transfer_grid.npz"):
    """The shipped results: {name: int8 [draws, sizes, test pictures]}, and `*_labels`, the truth."""
    with np.load(path, allow_pickle=False) as file:
        arms = sorted({name.split("/")[0] for name in file.files if "/" in name})
        tables = {
            arm: np.stack([file[name] for name in sorted(file.files) if name.startswith(f"{arm}/")])
            for arm in arms
        }
        return tables | {name: file[name] for name in file.files if "/" not in name}


def arm(blocks, head):
    """The name of the panel's arm: this many blocks unfrozen below this head."""
    return {(0, "linear"): "features", (0, "article"): "article"}.get(
        (blocks, head), f"{head}{blocks}"
    )
