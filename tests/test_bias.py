"""Shares, their correction and their intervals; groups of heroes; coverage by group."""

import numpy as np
import pytest

from helpers import art, bias

HEROES = art.load("heroes")


def test_the_two_kinds_of_heroes_are_what_their_parts_say():
    bearers, empty = bias.hands(HEROES)
    names = [
        HEROES.part_names[p] if p >= 0 else ""
        for p in HEROES.parts[:, HEROES.layer_names.index("hand2")]
    ]
    assert len(empty) == names.count("") == 1606
    assert len(bearers) == sum("shield" in n or "buckler" in n for n in names) > 1000
    first = next(k for k, n in enumerate(names) if "shield" in n or "buckler" in n)
    np.testing.assert_array_equal(bearers[0], HEROES.images[first])


def test_a_mixed_set_has_its_share_and_its_seed():
    majority, minority = np.arange(100), np.arange(1000, 1050)
    found = bias.mixed(majority, minority, 40, 0.1, seed=1)
    assert len(set(found)) == 40 and (found >= 1000).tolist() == [False] * 36 + [True] * 4
    assert (found != bias.mixed(majority, minority, 40, 0.1, seed=2)).any()
    np.testing.assert_array_equal(found, bias.mixed(majority, minority, 40, 0.1, seed=1))
    with pytest.raises(ValueError, match="60 pictures of the minority are needed, there are 50"):
        bias.mixed(majority, minority, 100, 0.6)
    with pytest.raises(ValueError, match="pictures of the majority are needed"):
        bias.mixed(majority, minority, 110, 0.01)


def test_reweighting_evens_out():
    found = bias.reweighted(np.arange(400), 40)
    assert (found >= 360).mean() == 0.5 and set(found) == set(range(400))
    assert (bias.reweighted(np.arange(400), 120) >= 280).mean() == pytest.approx(0.46, abs=0.05)
    with pytest.raises(ValueError, match="a minority of 300 among 400"):
        bias.reweighted(np.arange(400), 300)


# ---- Shares


@pytest.mark.parametrize("true", [0.0, 0.1, 0.5, 1.0])
def test_the_correction_undoes_the_judges_errors(true):
    observed = true * 0.9 + (1 - true) * 0.2
    assert bias.corrected(observed, hits=0.9, false_alarms=0.2) == pytest.approx(true)


def test_the_correction_stays_a_share_and_takes_arrays():
    found = bias.corrected(np.array([0.1, 0.55, 0.95]), hits=0.9, false_alarms=0.2)
    np.testing.assert_allclose(found, [0, 0.5, 1])


@pytest.mark.parametrize("hits, false_alarms", [(0.5, 0.5), (0.1, 0.9)])
def test_a_judge_that_is_no_judge(hits, false_alarms):
    with pytest.raises(ValueError, match="tells nothing"):
        bias.corrected(0.3, hits=hits, false_alarms=false_alarms)


def test_wilsons_interval():
    assert bias.wilson(40, 400) == (pytest.approx(0.074, abs=5e-4), pytest.approx(0.133, abs=5e-4))
    assert bias.wilson(0, 50)[0] == pytest.approx(0, abs=1e-12) and bias.wilson(50, 50)[
        1
    ] == pytest.approx(1)
    with pytest.raises(ValueError, match="5 of 4 is no share"):
        bias.wilson(5, 4)


def test_the_corrected_interval_holds_the_truth_as_often_as_it_says():
    """A judge of known errors, tested on 100 and 150 pictures, asked about 400 with a share of .1."""
    rng, inside, plain = np.random.default_rng(0), 0, 0
    for seed in range(200):
        called = rng.binomial(40, 0.85) + rng.binomial(360, 0.08)
        tested = (rng.binomial(100, 0.85), 100), (rng.binomial(150, 0.08), 150)
        low, high = bias.corrected_interval(called, 400, *tested, resamples=400, seed=seed)
        inside += low <= 0.1 <= high
        plain += bias.wilson(called, 400)[0] <= 0.1 <= bias.wilson(called, 400)[1]
    assert 180 <= inside <= 199
    assert plain < 60  # the uncorrected share's own interval is sure of a wrong value


# ---- The control with a known answer


def test_shares_of_real_mixtures_come_out_after_the_correction_and_not_before():
    split = HEROES.split()
    learn, check, test = (bias.hands(side)[::-1] for side in split)
    judge = bias.pixel_judge(*(group[:20] for group in learn))  # hasty: 20 pictures of each
    hits, false_alarms = judge.share(check[1]), judge.share(check[0])
    errors = []
    for seed in range(8):
        pictures = bias.mixed(*test, 140, 0.1, seed=seed)
        said = judge.share(pictures)
        errors.append(
            [said - 0.1, bias.corrected(said, hits=hits, false_alarms=false_alarms) - 0.1]
        )
    raw, mended = np.abs(np.mean(errors, axis=0))
    assert raw > 0.05 and mended < 0.04


def test_coverage_of_a_group_and_what_its_share_could_reach():
    rng = np.random.default_rng(0)
    real, other = rng.normal(size=(60, 8)), rng.normal(size=(300, 8)) + 20
    few = np.concatenate([other, rng.normal(size=(30, 8))])
    found, expected = bias.group_coverage(few, real, 30 / 330)
    assert found == pytest.approx(expected, abs=0.12)
    assert bias.group_coverage(other, real, 0.1)[0] == 0
    assert bias.group_coverage(few, real, 0.5)[1] > expected
