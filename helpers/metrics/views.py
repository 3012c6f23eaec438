"""Pictures of the yardsticks themselves: what they say of faults whose degree is known."""

import numpy as np

from helpers import figures

NAMES = {"kid": "KID", "untrained": "untrained features"}
NOISE = 3  # standard deviations of real pictures' scores below which nothing was seen


def by_degrees(card, pictures, sets=None):
    """Both yardsticks against the degree of each fault, one line a set.

    The height is how far a score lies above that of real pictures, in standard deviations of what
    real pictures score; it is linear up to 3 (dashed) and logarithmic above.

    Args:
        card: `results.card("05_yardstick")`.
        pictures: uint8 [faults, degrees, size, size, 3], `results.arrays(…)["pictures"]`.
        sets: names of sets to draw; None: those that the yardsticks were confirmed on.

    Returns:
        a figure: a column for each fault; on top one picture with the fault by degrees.

    Raises:
        ValueError: there is no such set on the card.
    """
    chosen = card["confirmed_on"] if sets is None else list(sets)
    known = {row["set"] for row in card["rows"]}
    if unknown := sorted(set(chosen) - known):
        raise ValueError(
            f"no set {', '.join(unknown)} on this card; one of: {', '.join(sorted(known))}"
        )
    faults = list(card["degrees"])
    fig, axes = figures.new(
        3, len(faults), width=11, height=5.2, sharey="row", height_ratios=(1, 4, 4)
    )
    for column, fault in enumerate(faults):
        _strip(axes[0, column], pictures[column], fault)
        for ax, yardstick in zip(axes[1:, column], NAMES):
            for row in card["rows"]:
                if (row["fault"], row["yardstick"]) == (fault, yardstick) and row["set"] in chosen:
                    above = (np.array(row["scores"]) - row["real"]) / row["real_sd"]
                    ax.plot(above, "-", color=figures.PALETTE[list(NAMES).index(yardstick)], lw=1)
            ax.axhline(NOISE, color="black", lw=0.8, ls="--")
            ax.set_yscale("symlog", linthresh=NOISE)
            ax.set_xticks(range(pictures.shape[1]))
        axes[2, column].set_xlabel("degree")
    for ax, name in zip(axes[1:, 0], NAMES.values()):
        ax.set_ylabel(f"{name}:\nsd above real")
    return fig


def _strip(ax, pictures, fault):
    ax.imshow(np.concatenate(list(pictures), axis=1), interpolation="nearest")
    ax.set_title(fault, fontsize=11)
    ax.axis("off")
