"""Lesson 05's arms: what is copied into a child before its first step."""

import numpy as np

from experiments import style_transfer


def test_shuffled_weights_keep_their_numbers_and_lose_their_places():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(4, 4, 3, 8)), rng.normal(size=8)]
    found = style_transfer.shuffled(weights, seed=1)
    for old, new in zip(weights, found):
        assert new.shape == old.shape and not np.array_equal(new, old)
        assert np.array_equal(np.sort(new, axis=None), np.sort(old, axis=None))
    again = style_transfer.shuffled(weights, seed=2)
    assert not np.array_equal(again[0], found[0])


def test_the_shuffled_arm_belongs_to_the_pair_of_lesson_05_alone():
    assert "shuffled_d" in style_transfer.ARMS
    for pair in style_transfer.PAIRS:
        assert "shuffled_d" not in style_transfer.OTHER.get(pair, style_transfer.CORE)
