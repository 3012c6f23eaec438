"""Figures of both discriminators side by side."""

import numpy as np
import pytest

from helpers.gan.projected import views


def result():
    """A small card and its pictures."""
    score = {"pixels": 0.8, "projected": 0.4, "difference": -0.4, "error": 0.1, "share": 0.5}
    worse = {**score, "projected": 1.6}
    cells = [("a", 50, 1, score), ("a", 240, 1, score), ("a", 0, 3, worse), ("b", 240, 1, worse)]
    compared = [
        {"pictures": name, "count": count, "units": units, "kid": one, "untrained": one}
        for name, count, units, one in cells
    ]
    rows = [
        {"part": part, "pictures": "a", "count": 240, "units": 1, "arm": arm, "kid": kid, "untrained": kid}
        for part, arm, kid in (("confirm", "pixels", 0.7), ("confirm", "pixels", 0.9),
                               ("confirm", "two", 0.4), ("parent", "two", 9.0))
    ]  # fmt: skip
    return {"compared": compared, "rows": rows, "winner": "two"}


def test_bars_have_the_means_and_points_the_seeds():
    fig = views.compared(result())
    ax = fig.axes[0]
    assert [bar.get_height() for bar in ax.patches] == [0.8, 0.8, 0.4, 1.6]
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.7, 0.9], [], [0.4], []]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]
    with pytest.raises(
        ValueError, match=r"nothing was compared at 7 pictures; try one of: \[0, 50"
    ):
        views.compared(result(), count=7)


def test_a_sheet_has_a_row_of_each_arm():
    pictures = {
        f"a-32-240-{arm}-1-0": np.full((12, 32, 32, 3), value, np.uint8)
        for arm, value in (("pixels", 1), ("fast", 2))
    }
    found = views.sheet(pictures, ["a"], columns=5)
    assert found.shape == (10, 32, 32, 3) and list(found[:, 0, 0, 0]) == [1] * 5 + [2] * 5
    with pytest.raises(ValueError, match="no pictures of b-240-pixels-1-0; there are some of: a"):
        views.sheet(pictures, ["b"])
