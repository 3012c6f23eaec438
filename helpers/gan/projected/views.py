"""Pictures of what experiments.projected found: both discriminators side by side, set by set."""

import numpy as np

from helpers import figures

_NAMES = {"kid": "KID", "untrained": "untrained distance"}
_PIXELS, _PROJECTED = figures.PALETTE[0], figures.PALETTE[1]


def sheet(pictures, names, *, arms=("pixels", "fast"), count=240, units=1, columns=8):
    """Pictures of both arms, set by set: a row of the one, a row of the other.

    Args:
        pictures: the arrays of the result, `results.arrays("projected")`.
        names: sets to show, such as ("outlines", "units"); all of one size.
        arms: names of the two arms, the pixel D first.
        count: number of training pictures; 0 for all.
        units: units of time.
        columns: pictures of each.

    Returns:
        uint8 [2 · sets · columns, size, size, 3], for `figures.grid(…, columns=columns)`.

    Raises:
        ValueError: such a run was not kept.
    """
    found = []
    for name in names:
        for arm in arms:
            ending = f"-{count or 'all'}-{arm}-{units:g}-0"
            keys = [key for key in pictures if key.startswith(f"{name}-") and key.endswith(ending)]
            if not keys:
                kept = ", ".join(sorted({key.split("-")[0] for key in pictures}))
                raise ValueError(f"no pictures of {name}{ending}; there are some of: {kept}")
            found.append(pictures[keys[0]][:columns])
    return np.concatenate(found)


def compared(card, *, count=240, yardsticks=("kid", "untrained")):
    """Bars for each set: the pixel D beside the projected one, the mean over seeds and each seed.

    Args:
        card: `results.card("projected")`.
        count: number of training pictures.
        yardsticks: which scores, one panel each.

    Returns:
        matplotlib Figure.

    Raises:
        ValueError: nothing was compared at this number.
    """
    chosen = [one for one in card["compared"] if one["count"] == count]
    if not chosen:
        known = sorted({one["count"] for one in card["compared"]})
        raise ValueError(f"nothing was compared at {count} pictures; try one of: {known}")
    fig, axes = figures.new(1, len(yardsticks), width=5.5 * len(yardsticks), height=3.6)
    for ax, yardstick in zip(np.atleast_1d(axes).ravel(), yardsticks):
        for offset, arm, color in ((-0.2, "pixels", _PIXELS), (0.2, "projected", _PROJECTED)):
            heights = [one[yardstick][arm] for one in chosen]
            places = np.arange(len(chosen)) + offset
            ax.bar(places, heights, 0.38, color=color, alpha=0.8, label=arm)
            for place, one in zip(places, chosen):
                scores = seeds_of(card, one, arm, yardstick)
                ax.plot([place] * len(scores), scores, ".", color="black", markersize=4)
        ax.set_xticks(range(len(chosen)), [one["pictures"] for one in chosen], rotation=30)
        ax.set(ylabel=_NAMES.get(yardstick, yardstick), title="lower is better")
    np.atleast_1d(axes).ravel()[0].legend()
    return fig


def seeds_of(card, one, arm, yardstick):
    """The scores behind a mean, seed by seed: list of floats."""
    name = card["winner"] if arm == "projected" else "pixels"
    return [
        row[yardstick] for row in card["rows"]
        if row["arm"] == name and row["part"] != "parent"
        and (row["pictures"], row["count"], row["units"]) == (one["pictures"], one["count"], one["units"])
    ]  # fmt: skip
