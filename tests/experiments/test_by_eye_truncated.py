"""Labels of truncated heroes: pairs of one latent, and what the shipped labels hold."""

import numpy as np

from experiments import by_eye_truncated
from helpers import results


def test_the_shipped_labels_are_of_pairs_and_name_every_real_hero_right():
    arrays, card = results.arrays("08_truncated"), results.card("08_truncated")
    half = by_eye_truncated.DRAWN
    assert half == 60 and {len(arrays[name]) for name in ("first", "second")} == {132}
    real = np.repeat([0, 1], by_eye_truncated.REAL)
    for name in ("first", "second"):
        np.testing.assert_array_equal(arrays[name][2 * half :], real)
    same = np.mean(arrays["first"][: 2 * half] == arrays["second"][: 2 * half])
    assert card["agreement"]["drawn"] == round(float(same), 3) > 0.9
