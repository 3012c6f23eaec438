"""The figure of the yardsticks shows what its card says."""

import numpy as np
import pytest

from helpers.metrics import views


def card():
    def row(name, yardstick, fault, scores):
        return {
            "set": name, "yardstick": yardstick, "fault": fault, "scores": scores,
            "real": 0.1, "real_sd": 0.1,
        }  # fmt: skip

    return {
        "degrees": {"blurred": [0, 1, 2], "torn": [0, 1, 2]},
        "confirmed_on": ["a"],
        "rows": [
            row("a", "kid", "blurred", [0.1, 0.6, 1.1]),
            row("b", "kid", "blurred", [0.1, 0.2, 0.3]),
            row("a", "untrained", "torn", [0.1, 0.1, 5.1]),
        ],
    }


def lines(ax):
    return [list(line.get_ydata()) for line in ax.lines if len(line.get_ydata()) == 3]


def test_each_line_is_a_set_above_its_own_real_pictures():
    fig = views.by_degrees(card(), np.zeros((2, 3, 8, 8, 3), np.uint8))
    kid_blurred, kid_torn, other_blurred, other_torn = fig.axes[2:]
    np.testing.assert_allclose(lines(kid_blurred), [[0, 5, 10]])
    np.testing.assert_allclose(lines(other_torn), [[0, 0, 50]])
    assert lines(kid_torn) == lines(other_blurred) == []
    assert [ax.get_title() for ax in fig.axes[:2]] == ["blurred", "torn"]


def test_other_sets_are_drawn_when_asked_for():
    fig = views.by_degrees(card(), np.zeros((2, 3, 8, 8, 3), np.uint8), sets=["b"])
    np.testing.assert_allclose(lines(fig.axes[2]), [[0, 1, 2]])


def test_an_unknown_set_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="no set c on this card; one of: a, b"):
        views.by_degrees(card(), np.zeros((2, 3, 8, 8, 3), np.uint8), sets=["c"])
