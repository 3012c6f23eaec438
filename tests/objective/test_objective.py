"""Closed forms of the λ objective: each printed identity at its stated precision."""

import numpy as np
import pytest

from helpers import objective as ob

LAMS = [0.0, 1e-3, 0.1, 0.5, 1.0, 3.0, 10.0, 1e3, float("inf")]


def bowls(seed=0, d=2):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(2, d, d))
    return [
        ob.Quadratic.around(rng.normal(size=d), root @ root.T + 0.2 * np.eye(d)) for root in roots
    ]


def largest_step(loss):
    """The rate 2/λ_max(H) at which gradient descent on a quadratic stops converging."""
    return 2.0 / np.linalg.eigvalsh(loss.hessian)[-1]


@pytest.mark.parametrize("bad", ["big", None, [1.0], True, 1j])
def test_lam_must_be_a_number(bad):
    with pytest.raises(TypeError, match="expected a number from 0"):
        ob.check_lam(bad)


@pytest.mark.parametrize("bad", [-1e-9, -3, float("nan"), float("-inf")])
def test_lam_must_not_be_negative_or_nan(bad):
    with pytest.raises(ValueError, match="expected 0 ≤ λ ≤ ∞"):
        ob.check_lam(bad)


def test_weights_in_both_forms():
    assert ob.weights(3.0) == (0.25, 0.75)
    assert ob.weights(3, divide=False) == (1.0, 3.0)
    assert ob.weights(0) == (1.0, 0.0)
    assert ob.weights(float("inf"), divide=False) == ob.weights(np.inf) == (0.0, 1.0)
    assert ob.share(1e300) == 1.0


@pytest.mark.parametrize("seed", range(10))
def test_w_of_lam_is_the_formula_and_its_ends_are_exact(seed):
    first, second = bowls(seed, d=4)
    h1, h2 = first.hessian, second.hessian
    w1, w2 = first.minimiser, second.minimiser
    for lam in LAMS[1:-1]:
        formula = np.linalg.inv(h1 + lam * h2) @ (h1 @ w1 + lam * h2 @ w2)
        np.testing.assert_allclose(ob.minimiser(first, second, lam), formula, atol=1e-9)
    np.testing.assert_array_equal(ob.minimiser(first, second, 0), w1)
    np.testing.assert_array_equal(ob.minimiser(first, second, float("inf")), w2)


@pytest.mark.parametrize("divide", [False, True])
@pytest.mark.parametrize("lam", [0.0, 0.3, 1.0, 20.0])
def test_gradient_descent_agrees_to_six_digits(lam, divide):
    first, second = bowls(3)
    loss = ob.joint(first, second, lam, divide=divide)
    found = ob.descend(loss, [5.0, -5.0], step=0.5 * largest_step(loss), steps=4000)[-1]
    np.testing.assert_allclose(found, ob.minimiser(first, second, lam), atol=1e-6)


def test_the_largest_stable_step():
    first, second = bowls(1)
    loss = ob.joint(first, second, 5.0)
    start = loss.minimiser + 1.0
    below, above = (
        ob.descend(loss, start, step=f * largest_step(loss), steps=3000)[-1] for f in (0.99, 1.01)
    )
    assert np.linalg.norm(below - loss.minimiser) < 1.5
    assert np.linalg.norm(above - loss.minimiser) > 1e3


def test_dividing_keeps_the_minimiser_and_tames_the_step():
    first, second = bowls(2)
    steps = [largest_step(ob.joint(first, second, lam, divide=True)) for lam in LAMS]
    assert min(steps) >= min(largest_step(first), largest_step(second)) - 1e-12
    raw = [largest_step(ob.joint(first, second, lam)) for lam in (1.0, 1e3)]
    assert raw[1] < raw[0] / 300
    with pytest.raises(ValueError, match="divide=True"):
        ob.joint(first, second, float("inf"))


@pytest.mark.parametrize("seed", range(10))
def test_losses_are_monotone_and_the_slope_of_the_front_is_minus_lam(seed):
    first, second = bowls(seed, d=3)
    points = ob.front(first, second, np.geomspace(1e-3, 1e3, 61))
    assert np.all(np.diff(points[:, 0]) > 0) and np.all(np.diff(points[:, 1]) < 0)
    for lam in (0.05, 1.0, 8.0):
        (a1, a2), (b1, b2) = ob.front(first, second, [lam * (1 - 1e-4), lam * (1 + 1e-4)])
        assert (b1 - a1) / (b2 - a2) == pytest.approx(-lam, rel=1e-5)


def distance_from_segment(first, second):
    w, (w1, w2) = ob.path(first, second, LAMS), (first.minimiser, second.minimiser)
    along = (w2 - w1) / np.linalg.norm(w2 - w1)
    return np.abs((w - w1) - np.outer((w - w1) @ along, along)).max()


def test_the_path_is_straight_iff_the_difference_is_an_eigenvector():
    h1, h2 = np.diag([1.0, 4.0]), np.diag([3.0, 0.5])
    make = ob.Quadratic.around
    eigenvector = make([0, 0], h1), make([2, 0], h2)
    proportional = make([0, 0], h1), make([2, 1], 3 * h1)
    curved = make([0, 0], h1), make([2, 1], h2)
    assert distance_from_segment(*eigenvector) < 1e-12
    assert distance_from_segment(*proportional) < 1e-12
    assert distance_from_segment(*curved) > 0.2


def test_regression_is_the_quadratic_case():
    rng = np.random.default_rng(0)
    x1, x2 = rng.normal(size=(50, 3)), rng.normal(size=(8, 3))
    y1, y2 = x1 @ [1, 2, 3], x2 @ [1, 0, 3] + 0.1
    first, second = ob.Quadratic.regression(x1, y1), ob.Quadratic.regression(x2, y2)
    w = rng.normal(size=3)
    assert first(w) == pytest.approx(0.5 * np.mean((x1 @ w - y1) ** 2))
    np.testing.assert_allclose(first.minimiser, [1, 2, 3], atol=1e-10)
    stacked = np.vstack([x1 / np.sqrt(50), np.sqrt(2 / 8) * x2])
    answer = np.concatenate([y1 / np.sqrt(50), np.sqrt(2 / 8) * y2])
    np.testing.assert_allclose(
        ob.minimiser(first, second, 2.0),
        np.linalg.lstsq(stacked, answer, rcond=None)[0],
        atol=1e-10,
    )


def test_too_few_rows_need_a_ridge_or_the_other_task():
    rng = np.random.default_rng(0)
    few = ob.Quadratic.regression(rng.normal(size=(2, 5)), rng.normal(size=2))
    many = ob.Quadratic.regression(rng.normal(size=(20, 5)), rng.normal(size=20))
    with pytest.raises(ValueError, match="add a ridge"):
        ob.minimiser(many, few, float("inf"))
    assert ob.minimiser(many, few, 10.0).shape == (5,)
    ridged = ob.Quadratic.regression(np.zeros((2, 5)), np.zeros(2), ridge=0.1)
    np.testing.assert_allclose(ridged.minimiser, np.zeros(5))


def test_shapes_are_checked():
    with pytest.raises(ValueError, match=r"expected \[n, d\]"):
        ob.Quadratic.regression(np.ones((3, 2)), np.ones(4))
    with pytest.raises(ValueError, match=r"expected \[n, d\]"):
        ob.Quadratic.regression(np.ones((0, 2)), np.ones(0))
    with pytest.raises(ValueError, match="must be 2 × 2"):
        ob.Quadratic.around([1, 2], np.eye(3))
    with pytest.raises(ValueError, match="not symmetric"):
        ob.Quadratic.around([1, 2], [[1, 2], [0, 1]])
    with pytest.raises(ValueError, match=r"expected \[k, 2\]"):
        ob.convex_hull([1, 2, 3])


def test_penalty_weight_is_the_inverse_of_lam():
    first, second = bowls(4)
    diagonal = ob.Quadratic.around(first.minimiser, np.diag(np.diag(first.hessian)))
    lam, anchor = 4.0, first.minimiser
    w = ob.minimiser(diagonal, second, lam)
    fisher = np.diag(first.hessian)

    def total(v):
        return second(v) + ob.quadratic_penalty(v, anchor, weight=1 / lam, fisher=fisher)

    nearby = w + 1e-3 * np.random.default_rng(0).normal(size=(50, 2))
    assert all(total(w) < total(v) for v in nearby)
    assert ob.quadratic_penalty([w, w], [w, w + 1], weight=3.0) == pytest.approx(3.0)
    with pytest.raises(ValueError, match="as many of each"):
        ob.quadratic_penalty([w], [w, w], weight=1.0)


def test_penalty_on_tensors_has_a_gradient():
    tf = pytest.importorskip("tensorflow")
    w = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        value = ob.quadratic_penalty([w], [np.zeros(2, "float32")], weight=3.0)
    np.testing.assert_allclose(tape.gradient(value, w), [3.0, 6.0])


def test_early_stopping_is_like_lam_only_at_first():
    for h, gap in ((0.01, 1e-4), (0.1, 1e-2)):
        assert (
            abs(ob.left_by_early_stopping(h, step=1e-3, steps=1000) - ob.left_by_lam(h, 1.0)) < gap
        )
    assert ob.left_by_early_stopping(1.0, step=1e-3, steps=1000) == pytest.approx(0.37, abs=5e-3)
    assert ob.left_by_lam(1.0, 1.0) == 0.5
    assert ob.left_by_early_stopping(5.0, step=1e-3, steps=1000) == pytest.approx(7e-3, abs=5e-4)
    assert ob.left_by_lam(5.0, 1.0) == pytest.approx(0.17, abs=5e-3)


def test_the_factors_are_what_training_leaves():
    h = np.array([0.2, 1.0, 3.0])
    first, second = (
        ob.Quadratic.around(np.ones(3), np.eye(3)),
        ob.Quadratic.around(np.zeros(3), np.diag(h)),
    )
    end = ob.fine_tune(first, second, step=0.1, steps=7)[-1]
    np.testing.assert_allclose(end, ob.left_by_early_stopping(h, step=0.1, steps=7))
    np.testing.assert_allclose(ob.minimiser(first, second, 2.5), ob.left_by_lam(h, 2.5))


def test_hull_keeps_corners_and_drops_dents():
    points = [[0, 4], [1, 3.5], [1, 1], [2, 2], [4, 0], [5, 5], [0, 4]]
    assert list(ob.convex_hull(points)) == [0, 2, 4]
    assert list(ob.not_dominated(points)) == [True, False, True, False, True, False, True]
    assert list(ob.convex_hull([[1, 1]])) == [0]
    dented = [[0, 4], [1, 1], [2.9, 0.9], [4, 0]]
    assert ob.not_dominated(dented).all() and list(ob.convex_hull(dented)) == [0, 1, 3]


def test_a_convex_front_is_its_own_hull():
    points = ob.front(*bowls(0), np.geomspace(0.01, 100, 40))
    np.testing.assert_array_equal(ob.convex_hull(points), np.arange(40))


def test_no_lam_reaches_the_concave_middle_but_chebyshev_does():
    t = np.linspace(-1, 1, 4001)
    points = ob.concave_front(t)
    assert ob.not_dominated(points).all()
    reached = t[[ob.best_sum(points, lam) for lam in np.geomspace(1e-3, 1e3, 400)]]
    assert np.abs(reached).min() == pytest.approx(0.957, abs=2e-3)
    jump = points[ob.best_sum(points, 0.999)], points[ob.best_sum(points, 1.001)]
    np.testing.assert_allclose(jump, [[0.0018, 0.978], [0.978, 0.0018]], atol=1e-3)
    middle = ob.chebyshev(points)
    assert t[middle] == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(points[middle], 0.632, atol=1e-3)
