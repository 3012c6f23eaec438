"""Every exercise of every lesson: the stub says what is missing, the worked solution passes.

Read from the committed pages' outputs. nbval runs both pages as well and compares what the
solutions print, so a check that changes and no longer accepts its solution turns red there.
"""

import json
import re

import pytest

from helpers import exercises
from tools import committed, rules

LESSONS = [name for name in committed.names() if "/" not in name]
DEEPER = [name for name in committed.names() if name.startswith("deeper/")]


def cells_of(name, kind):
    """{exercise's number: cell} for the cells tagged exercise-NN.k or solution-NN.k."""
    nb = json.loads(committed.text(name))
    pairs = [(tag, cell) for cell in nb["cells"] for tag in rules.tags(cell)]
    return {tag.removeprefix(f"{kind}-"): cell for tag, cell in pairs if tag.startswith(f"{kind}-")}


def deeper_page(lesson):
    """The optional page of a lesson, as a list that is empty where there is none."""
    return [name for name in DEEPER if name == f"deeper/{lesson[:2]}_deeper.ipynb"]


def printed(cell):
    """All that the cell's outputs say."""
    return "\n".join(rules.output_text(output) for output in cell["outputs"])


def solutions_page(lesson):
    """The committed page with the worked solutions of a lesson's page."""
    return f"solutions/{lesson[:2]}_solutions.ipynb"


def all_exercises(kind):
    """Pairs (page, number) of everything that carries a tag of this kind."""
    solutions = [n for n in committed.names() if n.startswith("solutions/")]
    pages = LESSONS + DEEPER if kind == "exercise" else solutions
    return [(name, number) for name in pages for number in cells_of(name, kind)]


@pytest.mark.parametrize("name", LESSONS)
def test_every_exercise_has_a_solution_and_nothing_else_has(name):
    pages = [name, *deeper_page(name)]
    stubs = {number: cell for page in pages for number, cell in cells_of(page, "exercise").items()}
    solved = cells_of(solutions_page(name), "solution") if stubs else {}
    assert sorted(stubs) == sorted(solved), f"{name} against {solutions_page(name)}"
    assert all(number[:3] == f"{name[:2]}." for number in stubs)


@pytest.mark.parametrize("name, number", all_exercises("exercise"))
def test_the_stub_runs_fails_and_helps(name, number):
    cell = cells_of(name, "exercise")[number]
    assert f'check("{number}"' in rules.text(cell["source"])
    said = printed(cell)
    assert "passed" not in said and not any(o["output_type"] == "error" for o in cell["outputs"])
    hint = re.search(rf"✗ {re.escape(number)} not yet: (.+)", said)
    assert hint and len(hint[1]) > 20, (
        f"{name}, exercise {number} prints {said!r}; run `make notebooks`"
    )


@pytest.mark.parametrize("name, number", all_exercises("solution"))
def test_the_solution_passes(name, number):
    cell = cells_of(name, "solution")[number]
    assert f'check("{number}"' in rules.text(cell["source"])
    assert "nbval-check-output" in rules.tags(cell), "`make notebooks` adds the tag"
    assert f"✓ {number} passed" in printed(cell), f"{name}, solution {number}: {printed(cell)!r}"


@pytest.mark.parametrize("name, number", all_exercises("exercise"))
@pytest.mark.parametrize("answer", [None, 0, "text", [], lambda *words, **named: None])
def test_no_answer_ends_a_class_or_passes_by_accident(name, number, answer, capsys):
    exercises.check(number, answer)
    assert f"✗ {number} not yet: " in capsys.readouterr().out


QUESTIONS = [(name, number) for name in LESSONS for number in cells_of(name, "question")]


def test_every_question_stands_on_its_page_and_every_page_asks_only_known_ones():
    asked = sorted(number for _, number in QUESTIONS)
    assert asked == [number for number in exercises.known() if ".q" in number]
    assert all(name[:2] == number[:2] for name, number in QUESTIONS)


@pytest.mark.parametrize("name, number", QUESTIONS)
def test_a_question_has_four_options_above_it_and_waits_for_a_letter(name, number):
    cells = json.loads(committed.text(name))["cells"]
    position = next(k for k, c in enumerate(cells) if f"question-{number}" in rules.tags(c))
    above, cell = rules.text(cells[position - 1]["source"]), cells[position]
    assert re.findall(r"^- \*\*([A-Z])\*\* .", above, flags=re.M) == ["A", "B", "C", "D"]
    assert f"**Question {number[-1]}.** " in above
    assert f'question("{number}", "?")' in rules.text(cell["source"])
    assert "choose one letter of A, B, C, D" in printed(cell)


@pytest.mark.parametrize("name, number", all_exercises("solution"))
def test_no_hint_gives_the_solution_away(name, number):
    lines = rules.text(cells_of(name, "solution")[number]["source"]).splitlines()
    code = [re.sub(r"^return |^\w+ = ", "", line.strip()) for line in lines]
    task = exercises._find(number)
    told = " ".join(task.hints + tuple(idea.says for idea in getattr(task, "ideas", ())))
    assert not [line for line in code if len(line) > 20 and line in told]


def test_the_pages_hold_no_folded_solution_of_an_exercise():
    """Hints come from check, one a try; a folded one would be read first."""
    for name in LESSONS[:5]:
        source = rules.source_of(json.loads(committed.text(name)), "markdown")
        assert not re.search(r"<summary>\s*(A )?[Hh]int", source), name
