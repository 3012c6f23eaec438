"""Finding an emoji in a city: what the arms see."""

import numpy as np

from experiments import where


def test_a_map_of_tiny_numbers_is_standardised_too():
    """Random weights give numbers near 1e-12: a floor of 1e-6 would show the head nothing."""
    tiny = 1e-12 * np.random.default_rng(0).normal(3, 1, (9, 4, 4, 5))
    tiny[..., 0] = 0  # a channel that says nothing stays 0
    new = where.standardised([tiny, tiny])[1]
    np.testing.assert_allclose(new.std((0, 1, 2)), [0, 1, 1, 1, 1])
