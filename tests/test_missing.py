"""A name that is not defined is answered with the section that makes it."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell

from helpers import missing

FIRST = "import os"
PAGES = {
    "01_a.ipynb": [
        ("code", FIRST),
        ("markdown", "## 1 · One"),
        ("code", "seen = 1"),
        ("code", "print(seen)"),
        ("markdown", "Words.\n\n## 2 · Two"),
        ("code", "%time\nother = 2"),
        ("code", "print(seen, 'again')"),
        ("markdown", "## 3 · Three"),
        ("code", "seen = 3"),
    ],
    "deeper/01_deeper.ipynb": [
        ("code", FIRST),
        ("markdown", "## 5 · Five"),
        ("code", "seen = 5"),
        ("code", "print(seen + 1)"),
    ],
}


@pytest.fixture
def folder(tmp_path):
    """Two pages that share their first cell, as all do."""
    for name, cells in PAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        page = {"cells": [{"cell_type": kind, "source": [source]} for kind, source in cells]}
        (tmp_path / name).write_text(json.dumps(page))
    return tmp_path


@pytest.mark.parametrize(
    "name, run, said",
    [
        ("seen", [FIRST, "print(seen, 'again')"], "run section 1 of this page first"),
        ("os", ["print(seen, 'again')"], "run the first cells of this page first"),
        ("seen", [FIRST, "print(seen)"], "a cell above makes it; run this section from its top"),
        ("seen", [FIRST, "print(seen + 1)"], "a cell above makes it"),
        ("seen", [FIRST, "print(seen, 'again')\n", "my_own(seen)"], "run section 3 of this page"),
    ],
)
def test_the_section_is_named(folder, name, run, said):
    assert said in missing.advice(name, run, folder)


@pytest.mark.parametrize(
    "name, run",
    [("sen", [FIRST, "print(seen)"]), ("seen", [FIRST, "my_own(seen)"]), ("seen", [FIRST])],
)
def test_without_a_page_or_a_maker_nothing_is_said(folder, name, run):
    assert missing.advice(name, run, folder) is None


def test_no_pages_no_advice(tmp_path):
    assert missing.advice("seen", ["seen"], tmp_path) is None


def test_the_error_of_a_cell_says_it_and_stays_an_error(folder, monkeypatch, capsys):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    missing.install(folder)
    done = shell.run_cell("print(seen, 'again')", store_history=True)
    assert isinstance(done.error_in_exec, NameError)
    last = ": name 'seen' is not defined: run section 1 of this page first, which makes it\n"
    assert last in capsys.readouterr().out
    shell.run_cell("1 / 0")
    assert "division by zero" in capsys.readouterr().out
    shell.run_cell("nobody")
    assert "name 'nobody' is not defined\n" in capsys.readouterr().out + "\n"
