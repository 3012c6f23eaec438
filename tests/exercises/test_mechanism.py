"""check and claim: they speak, and never raise."""

import sys
import types

import pytest

import helpers.exercises as exercises
from helpers.exercises import check, claim, exercise, wrong


@pytest.fixture
def lesson_99(monkeypatch):
    """A lesson with one exercise, as if it lay in lesson_99.py."""
    monkeypatch.setattr(exercises, "_CHECKS", {})
    monkeypatch.setitem(sys.modules, "helpers.exercises.lesson_99", types.ModuleType("lesson_99"))

    @exercise("99.1", "double a number")
    def _(answer):
        if answer(3) != 6:
            wrong("double(3) should be 6; hint: multiply by two")
        return "Well doubled."


def test_a_right_answer_passes(lesson_99, capsys):
    check("99.1", lambda x: 2 * x)
    assert capsys.readouterr().out == "✓ 99.1 passed: double a number. Well doubled.\n"


def test_a_wrong_answer_hears_why(lesson_99, capsys):
    check("99.1", lambda x: x)
    assert capsys.readouterr().out.startswith("✗ 99.1 not yet: double(3) should be 6; hint")


@pytest.mark.parametrize("answer", [lambda x: 1 / 0, None, lambda: 3, "text", ...])
def test_a_raising_answer_raises_nothing(lesson_99, capsys, answer):
    check("99.1", answer)
    assert "✗ 99.1 not yet: your answer raised" in capsys.readouterr().out


@pytest.mark.parametrize(
    "number, told",
    [
        ("99.7", "there is no exercise 99.7; lesson 99 has 99.1"),
        ("98.1", "there is no exercise 98.1: lesson 98 has none"),
        ("1", 'a number looks like "05.2"'),
        (5.2, 'a number looks like "05.2"'),
        ("../../x.1", 'a number looks like "05.2"'),
    ],
)
def test_unknown_numbers(lesson_99, capsys, number, told):
    check(number, None)
    assert told in capsys.readouterr().out


def test_claims(capsys):
    claim("features beat pixels", 0.65 > 0.48, "0.65 against 0.48")
    claim("pixels beat features", 0.48 > 0.65, "0.48 against 0.65")
    claim("true", True)
    assert capsys.readouterr().out == (
        "holds: features beat pixels (0.65 against 0.48)\n"
        "does not hold in this run: pixels beat features (0.48 against 0.65)\n"
        "holds: true\n"
    )
