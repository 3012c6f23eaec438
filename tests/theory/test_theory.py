"""The value function, divergences and transport: every formula against numbers or another route."""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from helpers import theory

PAIRS = list(zip(theory.random_histograms(50, 8, seed=0), theory.random_histograms(50, 8, seed=1)))
APART = np.array([0.5, 0.5, 0, 0]), np.array([0, 0, 0.25, 0.75])


def slopes(function, at, step=1e-6):
    """Central differences of a scalar function."""
    return np.array(
        [(function(at + e) - function(at - e)) / (2 * step) for e in step * np.eye(len(at))]
    )


@pytest.mark.parametrize("p, q", PAIRS[:3])
def test_the_optimal_discriminator_has_nowhere_to_climb(p, q):
    best = theory.optimal_discriminator(p, q)
    logits = np.log(best) - np.log1p(-best)
    assert np.abs(theory.discriminator_gradient(logits, p, q)).max() < 1e-12
    assert np.abs(theory.discriminator_gradient(logits + 0.1, p, q)).max() > 1e-3


def test_value_of_the_best_discriminator_is_jsd():
    for p, q in PAIRS:
        best = theory.value(theory.optimal_discriminator(p, q), p, q)
        assert best == pytest.approx(-np.log(4) + 2 * theory.jsd(p, q), abs=1e-10)
        assert theory.best_value(p, q) == pytest.approx(best, abs=1e-12)
        assert 0 <= theory.jsd(p, q) <= np.log(2)


def test_value_is_least_exactly_when_the_generator_is_right():
    p, q = PAIRS[0]
    assert theory.value(theory.optimal_discriminator(p, p), p, p) == pytest.approx(-np.log(4))
    assert theory.value(theory.optimal_discriminator(p, q), p, q) > -np.log(4) + 1e-3


def test_nothing_in_common_means_value_zero_and_jsd_log_two():
    p, q = APART
    assert theory.value(theory.optimal_discriminator(p, q), p, q) == 0
    assert theory.jsd(p, q) == pytest.approx(np.log(2), abs=1e-12)
    assert theory.kl(p, q) == np.inf


def test_best_value_stays_finite_where_the_best_discriminator_rounds_to_one():
    x = np.linspace(-6, 6, 601)
    p, q = theory.normal(x, mean=-2, sd=0.5), theory.normal(x, mean=3, sd=0.5)
    assert theory.optimal_discriminator(p, q).max() == 1
    assert theory.best_value(p, q) == pytest.approx(-np.log(4) + 2 * theory.jsd(p, q), abs=1e-12)


def test_places_that_nobody_visits_count_nothing():
    p, q = np.array([0.5, 0.5, 0]), np.array([0.25, 0.75, 0])
    d = theory.optimal_discriminator(p, q)
    assert np.isnan(d[2]) and np.isfinite(theory.value(d, p, q))


def test_one_sided_smoothing_scales_the_best_discriminator():
    p, q = PAIRS[0]
    best = theory.optimal_discriminator(p, q, real_label=0.9)
    assert best == pytest.approx(0.9 * p / (p + q), abs=1e-12)
    top = theory.value(best, p, q, real_label=0.9)
    for shift in (-1e-3, 1e-3):
        assert theory.value(best + shift, p, q, real_label=0.9) < top


def test_both_gradients_are_the_slopes_of_the_value():
    p, q = PAIRS[0]
    a, g = np.linspace(-2, 2, 8), np.linspace(0, 1, 8)

    def value(logits, scores):
        return theory.value(theory.sigmoid(logits), p, theory.softmax(scores))

    q = theory.softmax(g)
    assert theory.discriminator_gradient(a, p, q) == pytest.approx(
        slopes(lambda x: value(x, g), a), abs=1e-8
    )
    assert theory.generator_gradient(a, q) == pytest.approx(
        slopes(lambda x: value(a, x), g), abs=1e-8
    )


def test_generator_follows_divergences_while_the_best_discriminator_is_held_fixed():
    p, q = PAIRS[1]
    g, logits = np.log(q), np.log(p) - np.log(q)
    soft = theory.softmax
    jsd = slopes(lambda x: 2 * theory.jsd(p, soft(x)), g)
    reverse = slopes(lambda x: theory.kl(soft(x), p) - 2 * theory.jsd(p, soft(x)), g)
    assert theory.generator_gradient(logits, q, "min_max") == pytest.approx(jsd, abs=1e-7)
    assert theory.generator_gradient(logits, q, "non_saturating") == pytest.approx(
        reverse, abs=1e-7
    )


def test_forgetting_the_detach_changes_the_non_saturating_gradient():
    p, q = PAIRS[1]
    attached = slopes(
        lambda x: (
            -(theory.softmax(x) * np.log(theory.optimal_discriminator(p, theory.softmax(x)))).sum()
        ),
        np.log(q),
    )
    held = theory.generator_gradient(np.log(p / q), q, "non_saturating")
    assert np.abs(attached - held).max() > 1e-3


def test_slopes_of_the_two_generator_losses():
    assert theory.logit_slope(-10.0, "min_max") == pytest.approx(-4.5398e-5, rel=1e-4)
    assert theory.logit_slope(-10.0) == pytest.approx(-0.9999546, rel=1e-6)
    ratio = theory.logit_slope(-10.0) / theory.logit_slope(-10.0, "min_max")
    assert ratio == pytest.approx(np.exp(10), rel=1e-9)


def test_alternating_steps_lead_the_generator_to_the_data():
    p = np.array([0.4, 0.3, 0.2, 0.1])
    a, g = np.zeros(4), np.zeros(4)
    for _ in range(4000):
        a, g = theory.alternating_step(a, g, p, rate=0.5, kind="non_saturating")
    assert theory.softmax(g) == pytest.approx(p, abs=1e-3)


def test_the_generator_answers_the_new_discriminator():
    p, g = np.array([0.7, 0.3]), np.zeros(2)
    _, moved = theory.alternating_step(np.zeros(2), g, p, rate=1.0)
    assert moved[0] > moved[1]  # against the old D, ½ everywhere, it would stay where it is


@pytest.mark.parametrize("mean, expected", [(1, 0.111), (2, 0.337), (4, 0.633), (6, 0.689)])
def test_two_normals(mean, expected):
    x = np.linspace(-12, 18, 6001)
    p, q = theory.normal(x), theory.normal(x, mean=mean)
    assert theory.jsd(p, q) == pytest.approx(expected, abs=6e-4)
    assert theory.wasserstein_line(x, p, q) == pytest.approx(mean, abs=1e-6)


def test_transport_from_both_sides_and_on_the_line():
    x = np.array([0, 1, 2.5, 3, 5, 6, 8, 9.0])
    cost = np.abs(x[:, None] - x)
    for p, q in PAIRS[:10]:
        primal, plan = theory.wasserstein_plan(cost, p, q)
        dual, critic = theory.wasserstein_critic(cost, p, q)
        line = theory.wasserstein_line(x, p, q)
        assert primal == pytest.approx(dual, abs=1e-9)
        assert primal == pytest.approx(line, abs=1e-9)
        assert line == pytest.approx(wasserstein_distance(x, x, p, q), abs=1e-12)
        assert (critic[:, None] - critic <= cost + 1e-9).all()
        assert plan.sum(1) == pytest.approx(p, abs=1e-9) and plan.sum(0) == pytest.approx(
            q, abs=1e-9
        )
        assert critic @ (p - q) == pytest.approx(dual, abs=1e-9)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: theory.jsd([0.5, 0.6], [0.5, 0.5]), "p is no histogram.*sum of 1.1"),
        (lambda: theory.jsd([0.5, 0.5], [-0.5, 1.5]), "q is no histogram"),
        (lambda: theory.jsd([[1.0]], [1.0]), "expected one row"),
        (lambda: theory.kl([1.0], [0.5, 0.5]), "p has 1 places and q has 2"),
        (lambda: theory.optimal_discriminator([1.0], [1.0], real_label=0), "real_label is 0"),
        (lambda: theory.logit_slope(0, "hinge"), "unknown generator loss 'hinge'; one of: min_max"),
    ],
)
def test_errors_say_what_was_expected(call, words):
    with pytest.raises(ValueError, match=words):
        call()
