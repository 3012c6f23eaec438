"""Completeness on lesson 01's classifier: the shipped figures come out again, for one picture of twenty."""

import numpy as np

from experiments import complete
from helpers import art, explain, results


def test_a_map_of_lesson_01s_classifier_is_complete():
    sides = art.load("emoji_noto", size=64).split()
    _, score = complete.classifier(sides)
    row = int(np.argmin(results.arrays("08_complete")["slopes"][0]))
    picture = sides.test.images[results.card("08_complete")["rows"][row]].astype(np.float32)[None]
    answer = int(np.argmax([score(picture, c).numpy()[0] for c in range(7)]))

    def logit(pictures):
        return score(pictures, answer)

    found = explain.complete_gradients(logit, picture, 255.0)
    gained = results.arrays("08_complete")["gained"][0, row]
    np.testing.assert_allclose(logit(picture) - logit(255 + 0 * picture), gained, rtol=0.01)
    assert found.missed[0] < 0.01 and found.evaluations[0] < 300
