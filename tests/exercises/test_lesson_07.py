"""Exercises of lesson 07: right answers in several forms pass, and each likely mistake gets its own words."""

import numpy as np
import pytest

from helpers import exercises
from helpers.exercises import lesson_07

SUITED = lesson_07.SUITED


def changed(name, fit, augment):
    return SUITED | {name: (fit, augment)}


def copied(samples, real):
    return np.asarray(samples) < min(0.65, np.quantile(real, 0.05))


MISTAKES = [
    ("07.1", "A", "costs much more"),
    ("07.1", "C", "copies on one side"),
    ("07.1", "D", "nearer than free ones"),
    ("07.1", "?", "choose one letter"),
    ("07.2", {name: ("?", "?") for name in lesson_07.SETS}, "the first is one of pad, crop, trim"),
    (
        "07.2",
        {"postcards": ("crop", "edge_translation")},
        "with the keys postcards, stickers, fighters",
    ),
    ("07.2", SUITED | {"stickers": "trim"}, "stickers: a pair is wanted"),
    ("07.2", changed("fighters", "pad", "mirror"), "fighters: the second is made of"),
    ("07.2", changed("fighters", "pad", ""), "fighters: the second is made of"),
    ("07.2", changed("postcards", "crop", "translation"), "white borders"),
    ("07.2", changed("postcards", "crop", "flip,edge_translation"), "writing"),
    ("07.2", changed("postcards", "pad", "edge_translation"), "learns to draw bars"),
    ("07.2", changed("stickers", "pad", "translation,flip"), "only 10 are left"),
    ("07.2", changed("stickers", "trim", "translation"), "let them be mirrored"),
    ("07.2", changed("stickers", "trim", "edge_translation, flip"), "plain translation is right"),
    ("07.2", changed("fighters", "pad", "flip,translation"), "left-handed"),
    ("07.2", changed("fighters", "crop", "translation"), "loses head and feet"),
    ("07.3", lambda samples, real: None, "returns nothing yet"),
    ("07.3", lambda samples, real: samples < 0.65, "a fixed limit"),
    ("07.3", lambda samples, real: samples < np.quantile(real, 0.05), "never above .65"),
    ("07.3", lambda samples, real: ~copied(samples, real), "turned round"),
    ("07.3", True, "hand over the function itself"),
    ("07.q1", "A", "not the harm"),
    ("07.q2", "C", "flattered by their score"),
    ("07.q3", "D", "section 5 put one in"),
    ("07.2", changed("stickers", "trim", ",flip"), "either translation or edge_translation"),
    ("07.2", changed("stickers", "trim", "translation,edge_translation"), "either translation or"),
    ("07.3", lambda samples, real: samples < min(0.7, np.quantile(real, 0.05)), "expected"),
    ("07.3", lambda samples, real: samples < min(0.65, np.quantile(real, 0.04)), "expected"),
    ("07.3", lambda samples, real: samples < min(0.65, np.percentile(real, 0.05)), "in percent"),
    ("07.3", lambda samples, real: samples < min(0.65, round(np.quantile(real, 0.05), 2)), "yours"),
    ("07.q4", "C", "gives no right"),
]
RIGHT = [
    ("07.1", " b "),
    ("07.2", SUITED),
    (
        "07.2",
        {k: [fit, ", ".join(augment.split(",")[::-1])] for k, (fit, augment) in SUITED.items()},
    ),
    ("07.3", copied),
    ("07.3", lambda samples, real: [s < min(0.65, np.percentile(real, 5)) for s in samples]),
    ("07.2", changed("postcards", "CROP", ["edge_translation"])),
    ("07.3", lambda samples, real: samples < min(0.65, np.quantile(real, 0.05, method="lower"))),
    ("07.3", lambda samples, real: [s < 0.65 and (real <= s).mean() < 0.05 for s in samples]),
    ("07.q1", "Ｃ"),
    ("07.q2", "d"),
    ("07.q3", "B"),
    ("07.q4", "A"),
]


@pytest.mark.parametrize("number, answer, words", MISTAKES)
def test_a_mistake_is_named(number, answer, words, capsys):
    exercises.check(number, answer)
    said = capsys.readouterr().out
    assert f"✗ {number} not yet: " in said and words in said


@pytest.mark.parametrize("number, answer", RIGHT)
def test_a_right_answer_passes(number, answer, capsys):
    exercises.check(number, answer)
    assert f"✓ {number} passed" in capsys.readouterr().out


def test_the_limit_is_that_of_the_copying_verdict():
    from helpers.metrics import copying

    assert (lesson_07.CAP, lesson_07.SHARE) == (copying.NEAREST, copying.RARE)
