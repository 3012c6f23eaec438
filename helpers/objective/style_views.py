"""Pictures of two emoji styles as two tasks: accuracy against λ, and both accuracies as a plane."""

import numpy as np

from helpers import figures, objective
from helpers.objective.views import CHOICE, SOURCE, TARGET, lam_text


def against_lam(table, names=("D1", "D2"), title=None):
    """Both test accuracies against λ: the mean over the seeds, a band from least to largest.

    Args:
        table: {"lam": [k], "first": [seeds, k], "second": [seeds, k]}.
        names: what the two are called.
    Returns:
        a figure; λ stands at λ/(1+λ), so that 0 and ∞ have a place.
    """
    at = [objective.share(lam) for lam in table["lam"]]
    fig, ax = figures.new(width=7.6, height=4.2)
    for name, key, colour in zip(names, ("first", "second"), (SOURCE, TARGET)):
        ax.fill_between(at, table[key].min(0), table[key].max(0), color=colour, alpha=0.18, lw=0)
        ax.plot(at, table[key].mean(0), "o-", color=colour, label=f"on {name}")
    ax.set_xticks(at, [lam_text(lam) for lam in table["lam"]])
    ax.set(
        xlabel="λ, placed at λ/(1 + λ)",
        ylabel="accuracy on test pictures",
        title=title or f"mean of {len(table['first'])} seeds, band: least to largest",
    )
    ax.legend(loc="lower center")
    return fig


def plane(table, walk, names=("D1", "D2")):
    """Both test accuracies as axes, means over the seeds: every λ, and fine-tuning step by step.

    Args:
        table: as for `against_lam`.
        walk: {"step": [m], "first": [seeds, m], "second": [seeds, m]}.
    Returns:
        a figure.
    """
    fig, ax = figures.new(width=7.6, height=4.6)
    for t, key, colour, label in (
        (table, "lam", CHOICE, "joint, each λ"),
        (walk, "step", "black", "fine-tuning, after so many steps"),
    ):
        x, y = t["second"].mean(0), t["first"].mean(0)
        ax.plot(x, y, "o-", color=colour, ms=5, lw=1.6, label=label)
        _annotate(ax, t[key], x, y, colour)
    ax.set(
        xlabel=f"accuracy on {names[1]}",
        ylabel=f"accuracy on {names[0]}",
        title=f"mean of {len(table['first'])} seeds, test pictures",
    )
    ax.legend(loc="lower right")
    return fig


def _annotate(ax, values, x, y, colour):
    """Each point with its λ (above) or its step (below); of points in one heap the last."""
    labelled = []
    for value, a, b in list(zip(values, x, y))[::-1]:
        if any(np.hypot(a - c, b - d) < 0.006 for c, d in labelled):
            continue
        labelled.append((a, b))
        ax.annotate(
            lam_text(value),
            (a, b),
            xytext=(5, -14 if colour == "black" else 6),
            textcoords="offset points",
            color=colour,
            fontsize=11,
        )


def routes(found):
    """Each route's mean test accuracies, as a line through its settings; a mark where chosen.

    Args:
        found: {name: (table, columns)}: a table of [seeds, k] and the column chosen for each seed.
    Returns:
        a figure.
    """
    fig, ax = figures.new(width=8.2, height=5.0)
    colours = [CHOICE, "black", *figures.PALETTE[3:6], "#7A5230"]
    for (name, (table, columns)), colour, mark in zip(found.items(), colours, "*osDPX"):
        rows = np.arange(len(columns))
        ax.plot(
            table["second"].mean(0), table["first"].mean(0), ".-", color=colour, lw=1, alpha=0.5
        )
        ax.plot(
            table["second"][rows, columns].mean(),
            table["first"][rows, columns].mean(),
            mark,
            ms=17 if mark == "*" else 11,
            color=colour,
            mec="white",
            label=name,
        )
    ax.legend(fontsize=11, loc="lower left", title="marks: chosen on validation")
    return fig, ax


def valley(first, second, starts, *, steps=400, step=0.1):
    """Contours of a bowl and of a valley, and gradient descent on the valley from several starts.

    Args:
        first, second: `Quadratic` losses of two weights; the second has no single lowest point.
        starts: {name: w [2]}.
    Returns:
        (figure, {name: the end [2]})
    """
    fig, ax = figures.new(width=6.4, height=4.6)
    across, up = np.linspace(-3, 3.5, 90), np.linspace(-2.2, 3, 90)
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    for loss, colour in ((first, SOURCE), (second, TARGET)):
        levels = np.array([0.05, 0.3, 0.9, 2.0, 4.0])
        ax.contour(across, up, loss(grid), levels=levels, colors=colour, alpha=0.5, linewidths=1.1)
    ends = {}
    for (name, start), colour in zip(starts.items(), ("black", *figures.PALETTE[3:])):
        walk = objective.descend(second, start, step=step, steps=steps)
        ax.plot(*walk.T, "o-", ms=3, lw=1, color=colour)
        ax.annotate(
            name, walk[0], xytext=(4, -15), textcoords="offset points", color=colour, fontsize=12
        )
        ends[name] = walk[-1]
    along = np.linalg.eigh(second.hessian)[1][:, 0]  # the flat direction
    floor = walk[-1] + np.outer([-9, 9], along)
    ax.plot(*floor.T, color=TARGET, lw=4, alpha=0.6, zorder=0)
    ax.set(
        xlabel="weight 1",
        ylabel="weight 2",
        aspect="equal",
        title="a bowl and a valley; thick: its floor",
        xlim=across[[0, -1]],
        ylim=up[[0, -1]],
    )
    ax.grid(False)
    return fig, ends
