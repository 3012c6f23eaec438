"""Exercises of lesson 08 (and a rounding in 09.2): other right forms pass, likely mistakes are named, stubs are no try."""

import numpy as np
import pytest

from helpers import bias, exercises, explain, privacy
from helpers.exercises import lesson_08


def loops(members, others):
    won = sum((m > o) + 0.5 * (m == o) for m in members for o in others)
    return won / len(members) / len(others)


def least_squares(said, confusion):
    rates = [row / sum(row) for row in confusion]
    found = np.linalg.lstsq(np.transpose(rates), said / np.sum(said), rcond=None)[0]
    found = np.maximum(found, 0)
    return list(found / np.sum(found))


def walk(slope, x, baseline, steps):
    total = 0 * x
    for k in range(steps):
        total = total + slope(baseline + (k + 0.5) / steps * (x - baseline)) / steps
    return total * (x - baseline)


def columns(said, table):
    return np.linalg.solve((table / table.sum(axis=1)).T, said / said.sum())


def by_columns(said, table):
    found = np.linalg.solve((table / table.sum(axis=0)).T, said / said.sum())
    return found.clip(0) / found.clip(0).sum()


def trapezoid(slope, x, baseline, steps):
    slopes = np.array([slope(baseline + k / steps * (x - baseline)) for k in range(steps + 1)])
    return (x - baseline) * (slopes[1:] + slopes[:-1]).mean(axis=0) / 2


RIGHT = [("08.1", privacy.auc), ("08.1", loops), ("08.2", least_squares), ("08.3", walk)]
RIGHT += [("08.q1", "b"), ("08.q2", "(D)"), ("08.q3", "A"), ("08.q4", "c")]
MISTAKES = [
    ("08.1", lambda m, o: loops(o, m), "AUC from the wrong side"),
    ("08.1", lambda m, o: max(loops(m, o), loops(o, m)), "luck alone would then always end above"),
    ("08.1", lambda m, o: np.mean(m[:, None] > o), "right, but for ties"),
    (
        "08.1",
        lambda m, o: max(np.mean(m[:, None] > o), np.mean(o[:, None] > m)),
        "always end above",
    ),
    ("08.1", lambda m, o: 2 * loops(m, o) - 1, "right, on another scale"),
    ("08.1", lambda m, o: loops(m, o) * m.size * o.size, "the number of pairs"),
    ("08.1", lambda m, o: 0.8, "yours is 0.8, expected"),
    ("08.1", lambda m, o: np.mean(o[:, None] >= m), "AUC from the wrong side"),
    ("08.1", lambda m, o: np.sum(m[:, None] > o), "the number of pairs"),
    ("08.1", lambda m, o: float(m.mean() > o.mean()), "compares two means"),
    ("08.1", lambda m, o: np.mean(m[:, None] > o) / np.mean(m[:, None] != o), "left out here"),
    ("08.2", lambda said, table: said / said.sum(), "a share left uncorrected"),
    ("08.2", lambda said, table: 100 * np.array(least_squares(said, table)), "in per cent"),
    ("08.2", lambda said, table: np.round(least_squares(said, table), 2), "rounded to two places"),
    ("08.2", lambda said, table: by_columns(said, table), "the columns are divided"),
    ("08.2", lambda said, table: np.linalg.solve(table.T, said), "the table holds counts"),
    ("08.2", lambda said, table: np.linalg.solve(table, said), "two things are missing"),
    (
        "08.2",
        lambda said, table: lesson_08._shares(said, table) * said.sum(),
        "numbers of pictures",
    ),
    ("08.2", lambda said, table: columns(said, table), "`keepdims=True`"),
    ("08.2", lambda s, t: lesson_08._clipped(np.linalg.inv(lesson_08._rates(t).T) @ s), "at 1"),
    ("08.2", lambda said, table: np.ones(len(said)) / len(said), "yours is"),
    ("08.2", lambda said, table: said[:1] / said.sum(), "shape [1], expected [3]"),
    ("08.3", lambda slope, x, *rest: slope(x), "a gradient is no explanation"),
    ("08.3", lambda slope, x, start, steps: slope(x) * (x - start), "still the slope at x alone"),
    ("08.3", lambda *given: 2 * walk(*given), "for a network that is sure"),
    ("08.3", lambda *given: walk(*given[:3], 20), "`steps` says how many"),
    ("08.3", lambda slope, x, start, steps: (x - start) * slope((x + start) / 2), "a single place"),
    ("08.3", lambda slope, x, start, n: walk(slope, x, 0 * x, n), "the way begins at 0"),
    ("08.3", lambda *given: walk(*given) / abs(walk(*given)).sum(), "leave them as they are"),
    ("08.3", lambda *given: walk(*given) / given[3], "once too often"),
    ("08.3", lambda *given: walk(*given[:3], given[3] + 1), "not `steps` pieces"),
    ("08.3", lambda *given: np.maximum(walk(*given), 0), "is cut off here"),
    ("08.3", lambda *given: trapezoid(*given), "the trapezoid rule: as good"),
    ("09.2", lambda w, parts: round(2 * (w - np.mean(np.concatenate(parts))), 2), "yours is 3.12"),
]
STUBS = [
    ("08.1", lambda members, others: np.mean(others[:, None] > members[None])),
    ("08.2", lambda said, confusion: said / said.sum()),
    ("08.3", lambda slope, x, baseline, steps: slope(x)),
]


@pytest.mark.parametrize("number, answer", RIGHT)
def test_a_right_answer_passes(number, answer, capsys):
    exercises.check(number, answer)
    assert f"✓ {number} passed" in capsys.readouterr().out


@pytest.mark.parametrize("number, answer, words", MISTAKES)
def test_a_mistake_is_named(number, answer, words, capsys):
    exercises.check(number, answer)
    said = capsys.readouterr().out
    assert f"✗ {number} not yet: " in said and words in said


@pytest.mark.parametrize("number, answer", STUBS)
def test_the_pages_stub_does_not_pass(number, answer, capsys):
    exercises.check(number, answer)
    assert f"✗ {number} not yet: " in capsys.readouterr().out


def test_two_groups_are_the_formula_with_two_rates():
    said, table = np.array([60, 140]), np.array([[80, 20], [30, 170]])
    share = bias.corrected(0.3, hits=0.8, false_alarms=0.15)
    np.testing.assert_allclose(lesson_08._shares(said, table), [share, 1 - share])


def test_the_probes_have_what_the_sentences_say():
    """A tie, an AUC below one half; a share outside 0 … 1 before the clip; a flat end."""
    aucs = [lesson_08._auc(*probe) for probe in lesson_08.SCORES]
    assert aucs[0] > 0.5 > aucs[2]
    assert any(np.sum(m[:, None] == o) % 2 for m, o in lesson_08.SCORES)  # ranks by chance miss ½
    raw = [lesson_08._solved(s, lesson_08._rates(c).T) for s, c in lesson_08.CONFUSIONS]
    assert raw[0].min() > 0 and raw[1].min() < 0 and raw[2].min() < 0
    slope, x, start, steps = lesson_08.WAYS[0]
    assert abs(slope(x)).max() < 1e-3 and walk(slope, x, start, steps).sum() > 0.9


def test_the_way_is_that_of_the_helper():
    import tensorflow as tf

    def score(pictures):
        flat = tf.reshape(pictures, (len(pictures), 3))
        return flat[:, 0] * flat[:, 1] + flat[:, 2] ** 3

    slope, x, start, steps = lesson_08.WAYS[1]
    theirs = explain.integrated_gradients(
        score, x.reshape(1, 1, 1, 3), start.reshape(1, 1, 3), steps
    )
    np.testing.assert_allclose(theirs.ravel(), walk(slope, x, start, steps), atol=1e-5)


@pytest.mark.parametrize(
    "number, answer",
    [
        ("04.2", []),
        ("04.3", ["?", "?", [], []]),
        ("04.3", ["A", "?", [], []]),
        ("04.3", ["A", "worse", [], []]),
        ("05.5", ["?", ..., ...]),
        ("07.2", {name: ("?", "?") for name in ("postcards", "stickers", "fighters")}),
    ],
)
def test_what_was_not_filled_in_is_no_try(number, answer, capsys):
    exercises.check(number, answer)
    assert f"✗ {number} not yet: " in capsys.readouterr().out
    assert exercises.record.tries() == {}


@pytest.mark.parametrize(
    "number, answer",
    [
        ("04.2", "two"),
        ("04.3", ["D", "?", [], []]),
        ("04.3", ["A", "nobody knows", [], []]),
        ("04.3", ["A", "worse", [], [0.3, 0.2, 0.4]]),
        ("07.2", {name: ("fill", "?") for name in ("postcards", "stickers", "fighters")}),
    ],
)
def test_a_wrong_part_is_a_try(number, answer):
    exercises.check(number, answer)
    assert exercises.record.tries() == {number: 1}
