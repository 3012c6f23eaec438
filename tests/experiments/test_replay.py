"""experiments.replay: the drawn share is what remains when the judge's errors are taken out."""

import pytest

from experiments import replay


@pytest.mark.parametrize("truth", [0.0, 0.2, 0.5, 1.0])
def test_the_corrected_share_is_the_true_one_whatever_the_judge_errs(truth):
    for of_first, of_target in ((1.0, 0.0), (0.9, 0.2), (0.6, 0.4)):
        called = truth * of_first + (1 - truth) * of_target
        assert replay.corrected(called, of_first, of_target) == pytest.approx(truth)


def test_a_share_never_leaves_0_to_1():
    assert replay.corrected(0.05, 0.9, 0.1) == 0 and replay.corrected(0.99, 0.9, 0.1) == 1
