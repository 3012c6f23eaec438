"""Pictures for transfer learning: learning curves, and who is taken for whom."""

import numpy as np

from helpers import figures


def learning_curves(counts, series, *, title=None, ax=None, alt=None, ylabel="test accuracy"):
    """Accuracy against the number of labels: the line is the median of the draws, the band their spread.

    Args:
        counts: numbers of labelled pictures.
        series: {name: float [draws, counts]}.
        title, ax, alt: as in `figures.curves`; without `ax` the figure is shown at once.
        ylabel: name of the vertical axis.
    """
    own = ax is None
    if own:
        fig, ax = figures.new()
    draws = max(len(np.atleast_2d(values)) for values in series.values())
    said = f"{ylabel}, median of {draws}" if draws > 1 else ylabel
    figures.curves(
        counts, series, ax=ax, xlog=True, xlabel="labelled pictures", ylabel=said, title=title
    )
    ax.set_xticks(counts, counts)
    ax.minorticks_off()
    if not own:
        return ax
    figures.show(fig, alt=alt)


def confusion(table, names, title=None):
    """A confusion matrix: rows are the truth, columns what was answered, dark where it is frequent.

    Args:
        table: int [k, k], from `transfer.confusion`.
        names: k names; their first words are written.
        title: over the picture.
    Returns:
        figure.
    """
    fig, ax = figures.new(width=7.2, height=5.4)
    short = [name.split()[0] for name in names]
    ax.imshow(table / np.maximum(table.sum(1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for (row, column), number in np.ndenumerate(table):
        dark = number > table[row].sum() / 2
        ax.text(column, row, number, ha="center", va="center", color="white" if dark else "black")
    ax.set_xticks(range(len(short)), short, rotation=30)
    ax.set_yticks(range(len(short)), short)
    ax.set(xlabel="answered", ylabel="true group", title=title or "")
    ax.grid(False)
    return fig
