"""Exercises of lesson 02: lists of λ as learners write them, and answers right but for one thing."""

import numpy as np
import pytest

from helpers import exercises, objective
from helpers.exercises import Wrong


def verdict(number, answer):
    """The sentence for a wrong answer, None for a right one."""
    try:
        exercises._find(number).judge(answer)
    except Wrong as reason:
        return str(reason)


def within(lams, column=0):
    """The largest λ of a list within the budget."""

    def answer(first, second, budget):
        return lams[objective.front(first, second, lams)[:, column] <= budget].max()

    return answer


def listed(count, low=0.01, high=100.0, shift=0.0):
    """0, `count` values in equal factors, moved by a part of one factor, and ∞."""
    step = (high / low) ** (1 / (count - 1))
    return np.concatenate([[0], np.geomspace(low, high, count) * step**shift, [np.inf]])


@pytest.mark.parametrize("shift", np.arange(0, 1, 0.1))
def test_the_list_that_the_sentence_names_is_enough(shift):
    assert verdict("02.1", within(listed(300, shift=shift))) is None


def test_a_list_that_is_too_coarse_hears_of_one_that_is_enough():
    said = verdict("02.1", within(listed(150, 1e-3, 1e3)))
    assert "too coarse. 300 values with equal factors from 0.01 to 100" in said


def test_an_answer_right_but_for_the_last_case_is_not_called_coarse():
    lams = listed(300)[:-1]

    def first_above(first, second, budget):
        return lams[np.where(objective.front(first, second, lams)[:, 0] > budget)[0][0] - 1]

    said = verdict("02.1", first_above)
    assert "IndexError" in said and "a budget of 100" in said
    nothing = lambda *probe: None if probe[2] > 50 else within(lams)(*probe)  # noqa: E731
    assert "returns nothing, for a budget of 100" in verdict("02.1", nothing)


def test_a_mistake_is_named_also_with_a_list_of_300():
    lams = listed(300, 1e-3, 1e3)

    def other_side(first, second, budget):
        return lams[objective.front(first, second, lams)[:, 1] <= budget].min()

    assert "kept on the wrong side" in verdict("02.1", other_side)
    share = lambda *probe: objective.share(within(lams)(*probe))  # noqa: E731
    assert "the share" in verdict("02.1", share)


def simulated(error):
    """The λ of a list with the least error(λ, m1, m2)."""
    lams = np.geomspace(0.01, 100, 81)

    def answer(b, s, n1, n2):
        rng = np.random.default_rng(0)
        m1 = b + s * rng.normal(size=(500, n1)).mean(1)
        m2 = s * rng.normal(size=(500, n2)).mean(1)
        return lams[np.argmin([error(lam, m1, m2) for lam in lams])]

    return answer


def test_an_array_of_one_number_is_a_lam():
    case = lambda b, s, n1, n2: (b**2 + s**2 / n1) / (s**2 / n2)  # noqa: E731
    assert verdict("02.2", lambda *probe: np.array([case(*probe)])) is None
    assert verdict("02.2", lambda *probe: [[case(*probe)]]) is None


def test_what_is_no_whole_number_is_no_place_in_a_list():
    """The mean of the λ that are best for each draw."""
    lams = np.geomspace(0.01, 100, 81)

    def each_draw(b, s, n1, n2):
        rng = np.random.default_rng(0)
        m1 = b + s * rng.normal(size=(300, n1)).mean(1)
        m2 = s * rng.normal(size=(300, n2)).mean(1)
        w = (m1[:, None] + lams * m2[:, None]) / (1 + lams)
        return lams[np.argmin(w**2, axis=1)].mean()

    assert "position" not in verdict("02.2", each_draw)


def test_a_sum_that_is_not_divided_is_named():
    said = verdict("02.2", simulated(lambda lam, m1, m2: np.mean((m1 + lam * m2) ** 2)))
    assert "divided by 1 + λ" in said


def standard_error(d):
    return d.std(ddof=1) / np.sqrt(len(d))


def helps(bar=2.0, choose=lambda v: np.full(len(v), 1 + v[:, 1:-1].mean(0).argmax())):
    """Above either end, by so many standard errors."""

    def answer(lams, validation, test):
        middle = test[np.arange(len(test)), choose(validation)]
        d = [middle - test[:, end] for end in (0, -1)]
        return all(x.mean() > bar * standard_error(x) for x in d)

    return answer


def test_one_lam_for_all_seeds_is_asked():
    assert verdict("02.3", helps()) is None
    said = verdict("02.3", helps(choose=lambda v: 1 + v[:, 1:-1].argmax(1)))
    assert "its own* validation score" in said


def test_a_higher_bar_is_not_called_a_standard_deviation():
    for bar in (2.776, 3.0):  # a t-test of five seeds, and three standard errors
        assert "more than two standard errors" in verdict("02.3", helps(bar))


def test_the_error_of_one_column_is_no_error_of_a_difference():
    def answer(lams, validation, test):
        middle = test[:, 1 + validation[:, 1:-1].mean(0).argmax()]
        bar = 2 * standard_error(middle)
        return all(middle.mean() - test[:, end].mean() > bar for end in (0, -1))

    assert "other numbers than the difference" in verdict("02.3", answer)


def test_no_sweep_hangs_on_a_hair():
    """A right answer that is written in another way must not meet another verdict."""
    task = exercises._find("02.3")
    for probe in task.probes:
        by_two = [helps(2.0 + more)(*probe) for more in (-0.1, 0.0, 0.1)]
        assert len(set(by_two)) == 1 and by_two[1] == task.right(*probe)
