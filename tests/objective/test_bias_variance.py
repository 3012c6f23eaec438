"""The bias–variance law of the λ-weighted mean, in closed form and by simulation."""

import numpy as np
import pytest

from helpers.objective import bias_variance as bv


def test_bias_variance_example():
    p, q = bv.source_and_target_error(0.5, 1.0, 200, 10)
    assert (p, q) == pytest.approx((0.255, 0.1))
    assert bv.best_lam(p, q) == pytest.approx(2.55)
    assert bv.best_error(p, q) == pytest.approx(0.07183, abs=5e-6)
    assert bv.mean_squared_error(bv.best_lam(p, q), p, q) == pytest.approx(bv.best_error(p, q))
    assert bv.harm_threshold(p, q) == pytest.approx(0.775)
    assert bv.mean_squared_error(1.0, p, q) == pytest.approx(0.08875)
    assert bv.mean_squared_error(bv.pooled_lam(200, 10), p, q) == pytest.approx(0.2315, abs=5e-5)
    assert bv.mean_squared_error(float("inf"), p, q) == q
    assert bv.mean_squared_error(0, p, q) == p


@pytest.mark.parametrize("b,s,n1,n2", [(0.5, 1, 200, 10), (0, 2, 30, 30), (2, 1, 5, 50)])
def test_negative_transfer_exactly_below_the_threshold(b, s, n1, n2):
    p, q = bv.source_and_target_error(b, s, n1, n2)
    for lam in np.geomspace(1e-3, 1e3, 301):
        harms = bv.mean_squared_error(lam, p, q) > q + 1e-15
        assert harms == (lam < (p / q - 1) / 2)
    assert bv.best_lam(p, q) > bv.harm_threshold(p, q)


def test_pooling_is_best_without_bias():
    assert bv.best_lam(*bv.source_and_target_error(0, 1.3, 40, 7)) == pytest.approx(7 / 40)


@pytest.mark.parametrize("seed", range(10))
def test_monte_carlo_confirms_the_law(seed):
    p, q = bv.source_and_target_error(0.5, 1.0, 20, 10)
    lams = [0.0, 0.5, 2.0, float("inf")]
    measured, half = bv.simulate(lams, bias=0.5, noise=1.0, n1=20, n2=10, repeats=20_000, seed=seed)
    law = np.array([bv.mean_squared_error(lam, p, q) for lam in lams])
    assert np.all(np.abs(measured - law) < 2 * half)  # four standard errors
    assert np.all(half < 0.03 * law)


def test_simulation_repeats_and_slices():
    kw = dict(bias=0.1, noise=1.0, n1=900, n2=100)
    one, two = (bv.simulate([1.0], repeats=9000, seed=4, **kw) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one[0] == pytest.approx(
        bv.mean_squared_error(1.0, *bv.source_and_target_error(0.1, 1.0, 900, 100)), rel=0.1
    )


def test_vector_bias_and_bad_samples():
    p, q = bv.source_and_target_error([0.3, 0.4], 1.0, 100, 10)
    assert (p, q) == pytest.approx((0.25 + 0.02, 0.2))
    for bad in (dict(noise=0, n1=1, n2=1), dict(noise=1, n1=0, n2=1), dict(noise=1, n1=1, n2=0)):
        with pytest.raises(ValueError, match="at least one value"):
            bv.source_and_target_error(0.5, **bad)
