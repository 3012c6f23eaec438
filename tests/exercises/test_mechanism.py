"""check, question, progress and claim: they name mistakes, they remember, and they never raise."""

import sys
import types

import numpy as np
import pytest

import helpers.exercises as exercises
from helpers.exercises import Exercise, Idea, Question, answers, check, claim, question, record


def doubled(x):
    return 2 * np.asarray(x)


DOUBLE = Exercise(
    title="double an array",
    right=doubled,
    wants="an array like x",
    ideas=(
        Idea(lambda x: np.asarray(x) ** 2, "this squares"),
        Idea(lambda x: np.asarray(x) + 2, "this adds two"),
        Idea(
            lambda x: 3 * np.asarray(x),
            "this multiplies, but not by two",
            when=lambda found: np.ptp(found[1] / np.arange(1, 5)) == 0,
        ),
    ),
    hints=("look at the title", "two times"),
    probes=(([2.0],), (np.arange(1, 5.0),)),
    names=("x",),
    praise="Well doubled.",
)
ANSWER = Exercise(
    title="the answer",
    right=42.0,
    wants="one number",
    value=True,
    ideas=(Idea(24.0, "the digits are swapped"),),
    hints=(),
)
LETTER = Question("a letter", "B", {"A": "A is the first", "B": "after A", "C": "too far"})


@pytest.fixture(autouse=True)
def lesson_99(monkeypatch):
    """A lesson with three tasks, as if it lay in lesson_99.py."""
    monkeypatch.setattr(exercises, "_TASKS", {})
    monkeypatch.setitem(sys.modules, "helpers.exercises.lesson_99", types.ModuleType("lesson_99"))
    exercises.register("99.1", DOUBLE)
    exercises.register("99.2", ANSWER)
    exercises.register("99.q1", LETTER)


def said(capsys, number, answer):
    """What check prints for an answer."""
    check(number, answer)
    return capsys.readouterr().out


def test_a_right_answer_passes(capsys):
    assert said(capsys, "99.1", lambda x: 2 * np.asarray(x)) == (
        "✓ 99.1 passed: double an array. Well doubled.\n"
    )
    assert said(capsys, "99.2", 42) == "✓ 99.2 passed: the answer.\n"


def test_what_was_measured_is_praised_on_a_live_line(capsys, monkeypatch):
    told = Exercise("t", 42.0, "w", (), (), value=True, praise=lambda found: f"{found[0]} it is.")
    exercises.register("99.2", told)
    assert said(capsys, "99.2", 42) == "✓ 99.2 passed: t.\n≈ 42 it is.\n"


@pytest.mark.parametrize("kind", [list, tuple, lambda x: np.asarray(x, np.float32)])
def test_a_list_a_tuple_and_float32_pass_too(capsys, kind):
    assert "passed" in said(capsys, "99.1", lambda x: kind(2 * np.asarray(x)))


@pytest.mark.parametrize(
    "answer, told",
    [
        (lambda x: np.asarray(x) ** 2, "this squares"),
        (lambda x: [float(v) + 2 for v in x], "this adds two"),
        (lambda x: 7 * np.asarray(x), "this multiplies, but not by two"),  # of the family
    ],
)
def test_a_wrong_idea_gets_its_sentence(capsys, answer, told):
    assert said(capsys, "99.1", answer).startswith(f"✗ 99.1 not yet: {told}\n")


SENTENCES = [
    (lambda x: None, "your function returns nothing yet: it should return an array like x"),
    (lambda x: x + 7 if len(x) > 1 else None, "returns nothing, for x = [2]: it should return"),
    (lambda x: 5 - np.asarray(x), "yours is [3], expected [4], for x = [2]"),
    (lambda x: np.append(2 * np.asarray(x), 1), "your answer has shape [2], expected [1]"),
    (lambda x: np.asarray(x) * np.nan, "your answer holds NaN"),
    (lambda x: 1 / 0, "your function raised ZeroDivisionError in its line"),
    (lambda: 3, "your function raised TypeError"),
    (lambda x: exit(), "your function raised SystemExit"),
    (lambda x: "four", "your function returned text, 'four'"),
    (lambda x: {"y": 2}, "your function returned a dict"),
    (lambda x: [[1], [2, 3]], "your function returned a list"),
    (lambda x: True, "your function returned True"),
    (5, "hand over the function itself, its name without brackets behind it; this is a number"),
    (np.zeros(10**6), "hand over the function itself, its name without brackets behind it; this"),
    (None, "this is None"),
]


@pytest.mark.parametrize("answer, told", SENTENCES)
def test_another_wrong_answer_hears_where_it_differs(capsys, answer, told):
    text = said(capsys, "99.1", answer)
    assert text.startswith("✗ 99.1 not yet: ") and told in text, text
    assert len(text) < 400


def test_an_error_that_holds_a_page_of_weights_is_cut(capsys):
    def answer(x):
        raise ValueError("x" * 5000 + "\nmore")

    text = said(capsys, "99.1", answer)
    assert "ValueError" in text and len(text) < 500 and "more" not in text


def test_what_is_large_is_told_by_place_and_input(capsys, monkeypatch):
    large = Exercise(
        "t", doubled, "w", (), (), probes=((np.arange(100.0).reshape(10, 10),),), names=("x",)
    )
    exercises.register("99.1", large)
    text = said(capsys, "99.1", lambda x: np.where(x == 57, -1, 2 * x))
    assert (
        "at [5, 7] (input 57) yours is -1, expected 114, for x = float64 [10, 10], 0 to 99" in text
    )


def test_an_answer_that_changes_its_input_is_told_so(capsys):
    def answer(x):
        x = np.asarray(x)
        x *= 2
        return x

    assert "changes the arrays it is given" in said(capsys, "99.1", answer)
    assert DOUBLE.probes[1][0].tolist() == [1, 2, 3, 4]


def test_a_value_never_prints_the_answer(capsys):
    assert "42" not in said(capsys, "99.2", 41)
    assert "the digits are swapped" in said(capsys, "99.2", 24)
    assert "one number is wanted, got a function" in said(capsys, "99.2", lambda: 42)
    assert "no answer yet" in said(capsys, "99.2", None)


def test_each_try_brings_one_hint_more(capsys):
    texts = [said(capsys, "99.1", lambda x: None) for _ in range(4)]
    assert "(each further try brings a hint)" in texts[0] and "hint 1" not in texts[0]
    assert "hint 1 of 2: look at the title" in texts[1] and "hint 2" not in texts[1]
    assert "hint 1 of 2" in texts[2] and "hint 2 of 2: two times" in texts[2]
    assert texts[3] == texts[2]


def test_a_check_that_cannot_cope_says_only_the_kind(capsys):
    def broken(*words):
        raise KeyError("inside")

    exercises.register("99.1", Exercise("t", doubled, "w", (), (), probes=((1,),), close=broken))
    text = said(capsys, "99.1", lambda x: np.zeros(1000))
    assert text == "✗ 99.1 not yet: the check could not make anything of a function (KeyError)\n"


def test_question(capsys):
    question("99.q1", " b) ")
    assert capsys.readouterr().out == "✓ 99.q1 passed: a letter. B: after A\n"
    question("99.q1", "（ｂ）")  # as a Chinese keyboard writes it
    assert capsys.readouterr().out == "✓ 99.q1 passed: a letter. B: after A\n"
    question("99.q1", "C")
    assert capsys.readouterr().out == "✗ 99.q1 not yet: C: too far\n"
    for nothing in ("?", "D", None, 3, ["A"]):
        question("99.q1", nothing)
        assert "choose one letter of A, B, C, in quotes" in capsys.readouterr().out


@pytest.mark.parametrize(
    "number, told",
    [
        ("99.7", "there is no exercise 99.7; lesson 99 has 99.1"),
        ("98.1", "there is no exercise 98.1: lesson 98 has none"),
        ("98.q1", "there is no exercise 98.q1: lesson 98 has none"),
        ("1", 'a number looks like "05.2"'),
        (5.2, 'a number looks like "05.2"'),
        ("../../x.1", 'a number looks like "05.2"'),
    ],
)
def test_unknown_numbers(capsys, number, told):
    assert told in said(capsys, number, None)


# ---- progress


def test_what_is_passed_is_remembered_in_one_file(fresh, capsys):
    assert record.done() == set()
    check("99.1", lambda x: None)
    assert not fresh.exists()
    check("99.1", doubled)
    question("99.q1", "B")
    check("99.1", doubled)
    assert record.done() == {"99.1", "99.q1"}


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"done": 3}', '{"other": []}', "\x00"])
def test_a_damaged_file_counts_as_empty_and_is_written_anew(fresh, content, capsys):
    fresh.write_text(content)
    assert record.done() == set()
    check("99.1", doubled)
    assert record.done() == {"99.1"}


def test_where_nothing_can_be_written_the_exercise_is_passed_all_the_same(
    fresh, monkeypatch, capsys
):
    monkeypatch.setenv(record.VARIABLE, str(fresh.parent / "file" / "x.json"))
    (fresh.parent / "file").write_text("in the way")
    assert "passed" in said(capsys, "99.1", doubled)


def test_progress_that_is_off_neither_reads_nor_writes(fresh, monkeypatch, capsys):
    check("99.1", doubled)
    written = fresh.read_text()
    monkeypatch.setenv(record.VARIABLE, "off")
    assert record.done() == set() and "passed" in said(capsys, "99.2", 42)
    assert fresh.read_text() == written


def test_without_the_variable_it_lies_in_my_art(monkeypatch, tmp_path):
    monkeypatch.delenv(record.VARIABLE)
    monkeypatch.setattr(record.places, "my_art", lambda: tmp_path)
    assert record.path() == tmp_path / "progress.json"


def test_progress_draws_what_is_done(capsys, monkeypatch):
    monkeypatch.setattr(exercises, "known", lambda: ["99.1", "99.2", "99.q1"])
    exercises.progress()
    assert "0 of 3 exercises and questions done\n" in capsys.readouterr().out
    check("99.1", doubled)
    exercises.progress()
    assert "1 of 3 exercises and questions done: 99.1" in capsys.readouterr().out


def test_claims(capsys):
    claim("features beat pixels", 0.65 > 0.48, "0.65 against 0.48")
    claim("pixels beat features", 0.48 > 0.65, "0.48 against 0.65")
    claim("true", True)
    claim("pixels beat features", False, shipped=True)
    claim("features beat pixels", True, shipped=True)
    assert capsys.readouterr().out == (
        "holds: features beat pixels (0.65 against 0.48)\n"
        "does not hold in this run: pixels beat features (0.48 against 0.65)\n"
        "holds: true\n"
        "does not hold in the shipped runs: pixels beat features\n"
        "holds: features beat pixels\n"
    )


def test_numbers_of_numpy_are_compared_as_numbers():
    """`same` also gets lengths and the like, which are no arrays."""
    assert answers.same(np.float64(10), np.float64(10 + 1e-9))
    assert not answers.same(np.float64(10), np.float64(10.1))
    assert not answers.same(np.float64(1), True)
