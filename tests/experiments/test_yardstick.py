"""Faults by degrees do what they say, and the card of the yardsticks counts rightly."""

import numpy as np
import pytest

from experiments import yardstick
from experiments.faults import DEGREES, damaged


def pictures(n=20, size=32):
    drawn = np.full((n, size, size, 3), 200, np.uint8)
    drawn[:, 8:24, 10:20] = np.random.default_rng(0).integers(0, 256, (n, 1, 1, 3))
    return drawn


@pytest.mark.parametrize("fault", DEGREES)
def test_the_first_degree_changes_nothing_and_each_further_one_more(fault):
    drawn = pictures(60)
    found = [damaged(drawn, fault, degree) for degree in DEGREES[fault]]
    assert all(each.dtype == np.uint8 and each.shape == drawn.shape for each in found)
    np.testing.assert_array_equal(found[0], drawn)
    if fault == "few kinds":
        measure = [-len(np.unique(each, axis=0)) for each in found]
    else:
        measure = [np.abs(each.astype(int) - drawn).mean() for each in found]
    assert (np.diff(measure) > 0).all()


def test_a_turned_hue_leaves_greys_and_lightness():
    turned = damaged(pictures(), "recoloured", 20)
    assert (turned[:, 0, 0] == 200).all()
    far = np.abs(turned.mean(-1) - pictures().mean(-1))
    assert np.median(far) < 1 and (turned != pictures()).any()


def test_the_turn_of_the_hue_is_the_degree():
    red = np.full((1, 32, 32, 3), (160, 100, 100), np.uint8)
    assert damaged(red, "recoloured", 120)[0, 0, 0].tolist() == [100, 160, 100]


def test_dither_leaves_edges_alone_and_is_one_pixel_wide():
    board, stripes = (
        damaged(pictures(), fault, 16)[0, :, :, 0] for fault in ("checkerboard", "stripes")
    )
    assert board[0, :4].tolist() == [184, 216, 184, 216] and board[1, 0] == 216
    assert stripes[0, :4].tolist() == [184, 216, 184, 216] and stripes[1, 0] == 184
    assert (board[7:9, 12] == pictures()[0, 7:9, 12, 0]).all()


def test_few_kinds_keeps_that_share():
    distinct = pictures()
    distinct[:, 0, 0, 0] = np.arange(20)
    assert len(np.unique(damaged(distinct, "few kinds", 0.15), axis=0)) == 3


def row(scores, sd=0.1, **more):
    base = {"set": "heroes", "yardstick": "kid", "fault": "torn", "real": 0.0, "real_sd": sd}
    return {**base, "scores": scores, **more}


def test_a_fall_is_counted_in_standard_deviations():
    assert yardstick.falls(row([0, 1, 0.5, 2])) == {2: -5.0}
    assert yardstick.falls(row([0, 0, 1])) == {1: 0.0}


def test_a_fault_is_seen_above_three_standard_deviations():
    assert yardstick.seen_from(row([0.0, 0.25, 0.35, 9])) == 2
    assert yardstick.seen_from(row([9.0, 0.1, 0.1])) is None


def test_the_card_counts_only_sets_that_nothing_was_chosen_on():
    rows = [row([0, 1, 2]), row([0, 1, 0]), row([0, 1, 0], set="faces")]
    tally = yardstick.card(rows)["tally"]["kid"]
    assert (tally["series"], tally["rising"], tally["falling_by_more_than_noise"]) == (2, 1, 1)
    assert tally["seen_from_degree"]["torn"] == [1, 1]
