"""Lesson 08: right answers of several forms pass; wrong ones that nobody listed hear where they differ."""

import numpy as np
import pytest

import helpers.exercises as exercises
from helpers.exercises import Wrong


def verdict(number, answer):
    try:
        exercises._find(number).judge(answer)
    except Wrong as reason:
        return str(reason)


def by_ranks(members, others):
    from helpers import privacy

    return privacy.auc(-np.asarray(members, float), -np.asarray(others, float))


def by_loops(members, others):
    return sum((a < b) + (a == b) / 2 for a in members for b in others) / (
        len(members) * len(others)
    )


def trapezium(slope, x, baseline, steps):
    ways = np.linspace(0, 1, steps + 1)
    slopes = np.array([slope(baseline + t * (x - baseline)) for t in ways])
    return (x - baseline) * (slopes[1:] + slopes[:-1]).mean(axis=0) / 2


def from_the_left(slope, x, baseline, steps):
    return (
        (x - baseline)
        * sum(slope(baseline + k / steps * (x - baseline)) for k in range(steps))
        / steps
    )


def helper_share(called, on_minority, on_majority):
    from helpers import bias

    return bias.corrected(
        np.mean(called), hits=np.mean(on_minority), false_alarms=np.mean(on_majority)
    )


@pytest.mark.parametrize(
    "number, answer",
    [
        ("08.1", by_ranks),
        ("08.1", by_loops),
        ("08.2", helper_share),
        ("08.3", trapezium),
        ("08.3", from_the_left),
    ],
)
def test_right_answers_of_other_forms_pass(number, answer):
    assert verdict(number, answer) is None


@pytest.mark.parametrize(
    "number, answer, told",
    [
        ("08.1", lambda a, b: 1 - by_loops(a, b), "from the wrong side"),
        ("08.1", lambda a, b: by_loops(a, b) + 0.01, "yours is"),
        ("08.1", lambda a, b: np.mean(np.asarray(a)[:, None] < np.asarray(b)), "tie count half"),
        ("08.2", lambda called, one, two: np.mean(called), "its errors included"),
        ("08.2", lambda called, one, two: helper_share(called, one, two) / 2, "yours is"),
        ("08.3", lambda slope, x, baseline, steps: slope(x), "what a tiny change would do"),
        (
            "08.3",
            lambda slope, x, baseline, steps: 2 * trapezium(slope, x, baseline, steps),
            "adds up to",
        ),
        ("08.3", lambda slope, x, baseline, steps: x.sum(), "an array of shape [4, 3] is wanted"),
        ("08.3", lambda slope, x, baseline, steps: x * np.nan, "NaN"),
        ("08.q1", "C", "stronger attack"),
        ("08.q3", "A", "do not cancel"),
    ],
)
def test_wrong_answers_hear_what_is_wrong(number, answer, told):
    assert told in verdict(number, answer)
