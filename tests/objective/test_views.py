"""Pictures that follow λ: they change with it, stay equal for equal values, and say the numbers."""

import numpy as np
import pytest

from helpers import figures, objective
from helpers.objective import views

BOWLS = (
    objective.Quadratic.around([-1, 0], [[2, -1.2], [-1.2, 1]]),
    objective.Quadratic.around([1.5, 1], [[1, 0.2], [0.2, 0.8]]),
)
INF = float("inf")


def waves():
    x = np.linspace(0, 1, 20)
    return views.Curves(
        (x, np.sin(6 * x)),
        (x[::4], np.cos(6 * x[::4])),
        lambda x: np.stack([np.ones_like(x), x, x**2], axis=1),
    )


ACCURACIES = {
    "lam": [0, 1, INF],
    "first": np.array([[0.6, 0.5, 0.2]] * 2),
    "second": np.array([[0.3, 0.5, 0.4]] * 2),
}


@pytest.mark.parametrize("more", [(), (waves(),), (waves(), ACCURACIES)])
def test_a_scene_follows_lam_and_is_a_function_of_it(more):
    scene = views.LamScene(BOWLS, *more)
    pictures = [scene.picture(lam) for lam in (0, 0.5, 3.0, INF, 0.5)]
    assert all(p.dtype == np.uint8 and p.shape == pictures[0].shape for p in pictures)
    assert all((a != b).any() for a, b in zip(pictures[:3], pictures[1:4]))
    np.testing.assert_array_equal(pictures[1], pictures[4])


def test_a_scene_says_the_numbers():
    _, text = views.LamScene(BOWLS)(1.0)
    w = objective.minimiser(*BOWLS, 1.0)
    assert "share of D2: 50%" in text
    assert f"L1 = {BOWLS[0](w):.3f}, L2 = {BOWLS[1](w):.3f}" in text


def test_the_curve_is_the_joint_fit():
    curves = waves()
    x = np.array([0.2, 0.7])
    w = objective.minimiser(*curves.losses, 2.0)
    np.testing.assert_allclose(curves.fitted(x, 2.0), curves.features(x) @ w)


def test_bars_show_the_nearest_lam():
    assert [views.nearest([0, 1, INF], lam) for lam in (0, 0.1, 0.9, 2, 50, INF)] == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]
    assert [views.lam_text(lam) for lam in (0.0, 0.01, 3.16227766, INF)] == [
        "0",
        "0.01",
        "3.16",
        "∞",
    ]


def test_the_bias_variance_scene_follows_its_sliders():
    scene = views.BiasVarianceScene(repeats=200)
    one, text = scene(b=0.5, s=1.0, n1=200, n2=10)
    other, _ = scene(b=0.0, s=1.0, n1=200, n2=10)
    again, _ = scene(b=0.5, s=1.0, n1=200, n2=10)
    assert (one != other).any()
    np.testing.assert_array_equal(one, again)
    for number in (
        "P = b² + s²/n1 = 0.255",
        "Q = s²/n2 = 0.1:",
        "λ* = P/Q = 2.55",
        "0.07183",
        "below λ = 0.775",
        "n2/n1 = 0.05",
    ):
        assert number in text


def test_contours_and_front_go_into_any_axes():
    fig, axes = figures.new(1, 2)
    views.contours(*BOWLS, ax=axes[0])
    views.trade_off(*BOWLS, ax=axes[1])
    assert figures.to_png(fig)[:4] == b"\x89PNG"
