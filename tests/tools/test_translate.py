"""Translations know which English they were made from, and say when it has changed."""

import json
import subprocess

import pytest

from tools import committed, translate

PAGE = {
    "cells": [
        {"cell_type": "markdown", "id": "99-01", "metadata": {}, "source": ["# Title\n", "text"]},
        {
            "cell_type": "code",
            "id": "99-02",
            "metadata": {},
            "outputs": [],
            "source": ['print(f"got {x} of")'],
        },
        {"cell_type": "markdown", "id": "99-03", "metadata": {}, "source": "more"},
    ]
}


@pytest.fixture
def course(tmp_path):
    """A course of one page, a README and one module that speaks, in git."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "helpers" / "exercises").mkdir(parents=True)
    (tmp_path / "notebooks" / "99_page.ipynb").write_text(json.dumps(PAGE))
    (tmp_path / "README.md").write_text("# The course\n\nOne.\n\n    code\n\nTwo.\n")
    (tmp_path / "helpers" / "widgets.py").write_text(
        '"""Doc."""\n\n\ndef f():\n    """Doc 2."""\n    return "said " "twice"\n'
    )
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    return tmp_path


def chinese(course):
    translate.add(
        "zh",
        {
            "cells": {"99_page.ipynb 99-01": "# 标题"},
            "blocks": {translate.sum_of("One."): "一。"},
            "strings": {"got {} of": "得到 {}"},
        },
        course,
    )
    return translate.read("zh", course)


def test_the_pieces_of_a_course(course):
    assert translate.cells(course) == {
        "99_page.ipynb 99-01": "# Title\ntext",
        "99_page.ipynb 99-03": "more",
    }
    assert set(translate.blocks(course).values()) == {"# The course", "One.", "Two."}
    assert {"got {} of", "said twice"} <= translate.strings(course)
    assert "Doc." not in translate.strings(course) and "Doc 2." not in translate.strings(course)


def test_a_page_has_what_is_translated_and_stays_english_elsewhere(course):
    held = chinese(course)
    page = translate.page("99_page.ipynb", held, course)
    assert [cell["source"] for cell in page["cells"]] == [
        "# 标题",
        ['print(f"got {x} of")'],
        "more",
    ]
    written = translate.write("zh", course / "out", course)
    assert sorted(p.name for p in written) == ["99_page.ipynb", "README.md"]
    assert (
        course / "out" / "README.md"
    ).read_text() == "# The course\n\n一。\n\n    code\n\nTwo.\n"


def test_english_that_changed_is_stale_and_not_shown(course, monkeypatch):
    held = chinese(course)
    assert translate.stale(held, course) == []
    monkeypatch.setenv("PAGES", "files")
    changed = json.loads(json.dumps(PAGE))
    changed["cells"][0]["source"] = "# Another title"
    changed["cells"][1]["source"] = "pass"
    (course / "notebooks" / "99_page.ipynb").write_text(json.dumps(changed))
    (course / "README.md").write_text("# The course\n\nUno.\n")
    assert translate.stale(held, course) == [
        "cell 99_page.ipynb 99-01: the English has changed",
        f"paragraph {translate.sum_of('One.')}: no text has it ('一。')",
        "string 'got {} of': nothing says it",
    ]
    assert translate.page("99_page.ipynb", held, course)["cells"][0]["source"] == "# Another title"
    changed["cells"].pop(0)
    (course / "notebooks" / "99_page.ipynb").write_text(json.dumps(changed))
    assert "cell 99_page.ipynb 99-01: no page has it" in translate.stale(held, course)


def test_what_is_left_to_do_can_be_given_back(course):
    left = translate.todo(chinese(course), root=course)
    assert left["cells"] == {"99_page.ipynb 99-03": "more"}
    assert set(left["blocks"].values()) == {"# The course", "Two."}
    assert left["strings"] == {"said twice": "said twice"}
    translate.add("zh", left, course)
    assert translate.todo(translate.read("zh", course), root=course) == {
        "cells": {},
        "blocks": {},
        "strings": {},
    }


@pytest.mark.parametrize("kind", ["cells", "blocks", "strings"])
def test_a_piece_that_the_course_has_not_is_refused(course, kind):
    with pytest.raises(ValueError, match="'none such' is"):
        translate.add("zh", {kind: {"none such": "x"}}, course)
    assert not (course / "translations").exists()


def test_no_translation_of_the_course_is_stale():
    for path in sorted((committed.ROOT / "translations").glob("*.json")):
        assert translate.stale(translate.read(path.stem)) == []
