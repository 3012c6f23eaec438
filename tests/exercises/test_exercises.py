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


def cells_of(name, kind):
    """{exercise's number: cell} for the cells tagged exercise-NN.k or solution-NN.k."""
    nb = json.loads(committed.text(name))
    pairs = [(tag, cell) for cell in nb["cells"] for tag in rules.tags(cell)]
    return {tag.removeprefix(f"{kind}-"): cell for tag, cell in pairs if tag.startswith(f"{kind}-")}


def printed(cell):
    """All that the cell's outputs say."""
    return "\n".join(rules.output_text(output) for output in cell["outputs"])


def solutions_page(lesson):
    """The committed page with the worked solutions of a lesson's page."""
    return f"solutions/{lesson[:2]}_solutions.ipynb"


def all_exercises(kind):
    """Pairs (page, number) of everything that carries a tag of this kind."""
    pages = LESSONS if kind == "exercise" else [n for n in committed.names() if "/" in n]
    return [(name, number) for name in pages for number in cells_of(name, kind)]


@pytest.mark.parametrize("name", LESSONS)
def test_every_exercise_has_a_solution_and_nothing_else_has(name):
    stubs = cells_of(name, "exercise")
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
