"""What the arms of `experiments.where` see."""

import numpy as np

from experiments import where


def test_a_map_of_tiny_numbers_is_standardised_too():
    tiny = 1e-12 * np.random.default_rng(0).normal(3, 1, (9, 4, 4, 5))  # as random weights give
    np.testing.assert_allclose(where.standardised([tiny])[0].std((0, 1, 2)), 1)
