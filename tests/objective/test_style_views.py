"""Pictures of two tasks: what stands where."""

import numpy as np
import pytest

from helpers import objective
from helpers.objective import style_views

INF = float("inf")


@pytest.fixture
def table():
    return {
        "lam": np.array([0.0, 1.0, INF]),
        "first": np.array([[0.6, 0.5, 0.3], [0.7, 0.6, 0.2]]),
        "second": np.array([[0.4, 0.6, 0.5], [0.5, 0.6, 0.4]]),
    }


def test_lam_stands_at_its_share_and_the_curve_is_the_mean(table):
    (ax,) = style_views.against_lam(table, names=("a", "b")).axes
    first, second = ax.get_lines()
    assert list(first.get_xdata()) == [0, 0.5, 1]
    np.testing.assert_allclose(first.get_ydata(), [0.65, 0.55, 0.25])
    np.testing.assert_allclose(second.get_ydata(), [0.45, 0.6, 0.45])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "1", "∞"]
    assert "λ/(1 + λ)" in ax.get_xlabel() and "mean of 2 seeds" in ax.get_title()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["on a", "on b"]


def test_the_plane_has_the_target_across_and_the_source_up(table):
    walk = {k: table[k][:, :2] for k in ("first", "second")} | {"step": np.array([0, 5])}
    (ax,) = style_views.plane(table, walk, names=("a", "b")).axes
    joint, tuned = ax.get_lines()
    np.testing.assert_allclose(joint.get_xdata(), [0.45, 0.6, 0.45])
    np.testing.assert_allclose(joint.get_ydata(), [0.65, 0.55, 0.25])
    np.testing.assert_allclose(tuned.get_ydata(), [0.65, 0.55])
    assert ax.get_xlabel().endswith("b") and ax.get_ylabel().endswith("a")


def test_a_mark_stands_where_validation_chose(table):
    fig, ax = style_views.routes({"joint": (table, np.array([1, 2]))})
    mark = ax.get_lines()[1]
    np.testing.assert_allclose([mark.get_xdata()[0], mark.get_ydata()[0]], [0.5, 0.35])


def test_a_valley_has_an_end_for_each_start():
    bowl = objective.Quadratic.around([0.0, 0.0], np.eye(2))
    valley = objective.Quadratic.regression([[1.0, 0.5]], [2.0])
    starts = {"a": [-1.0, 0.0], "b": [2.0, -1.0]}
    _, ends = style_views.valley(bowl, valley, starts)
    for name, w in ends.items():  # straight down: the way is along the gradient, (1, 0.5)
        assert valley(w) == pytest.approx(0, abs=1e-9)
        way = w - starts[name]
        assert way[0] * 0.5 == pytest.approx(way[1])
    assert np.linalg.norm(ends["a"] - ends["b"]) > 1
