"""Translations know which English they were made from, and say when it has changed."""

import json
import subprocess

import pytest

from tools import run_sheet, translate

MORE = "[more](../README.md)"
PAGE = {
    "cells": [
        {
            "cell_type": "markdown",
            "id": "99-01",
            "metadata": {},
            "source": ["# Title\n", "\n", "text"],
        },
        {
            "cell_type": "code",
            "id": "99-02",
            "metadata": {},
            "outputs": [],
            "source": ['print(f"got {x} of")'],
        },
        {"cell_type": "markdown", "id": "99-03", "metadata": {}, "source": MORE},
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


def piece(text):
    return translate.sum_of(text)


def chinese(course):
    translate.add(
        "zh",
        {
            "texts": {
                "99_page.ipynb": {piece("# Title"): "# 标题"},
                "README.md": {piece("One."): "一。"},
            },
            "strings": {"got {} of": "得到 {}"},
        },
        course,
    )
    return translate.read("zh", course)


def test_the_pieces_of_a_course(course):
    assert translate.texts(course) == {
        "99_page.ipynb": {piece(t): t for t in ("# Title", "text", MORE)},
        "README.md": {piece(t): t for t in ("# The course", "One.", "Two.")},
    }
    assert {"got {} of", "said twice"} <= translate.strings(course)
    assert "Doc." not in translate.strings(course) and "Doc 2." not in translate.strings(course)


MARKDOWN = """# Title

A line
and its second.

- one
  goes on
- *two*
1. three

| a | b or \\| c |
|---|---|
| $c$ | 5 |

<details>

```
code

# more code

the last of it
```
$$ x_{1} $$


end"""


def test_a_piece_is_a_heading_a_paragraph_an_item_or_a_cell():
    assert list(translate._readable(MARKDOWN)) == [
        "# Title",
        "A line\nand its second.",
        "- one\n  goes on",
        "- *two*",
        "1. three",
        "a",
        "b or \\| c",
        "end",
    ]
    assert "".join(translate.split(MARKDOWN)) == MARKDOWN
    ende = MARKDOWN[:-3] + "Ende"
    assert translate.translated(MARKDOWN, {piece("end"): "Ende", piece("x"): "y"}) == ende


def test_computed_cells_are_put_together_from_their_words():
    counts = {
        " to ": " 到 ",
        " s of computing": " 秒计算",
        " panel": " 个面板",
        " panels": " 个面板",
    }
    counts |= {", ": "，"}
    assert translate.counted("10 to 23", counts) == "10 到 23"
    told = "9 s of computing, 1,876 panels, 1 panel"
    assert translate.counted(told, counts) == "9 秒计算，1,876 个面板，1 个面板"
    for other in ("10", "1:24", "go to 23", "9 s of computing, 2 kernels", "two panels"):
        assert translate.counted(other, counts) is None
    assert translate.counted("10 to 23", {}) is None
    row = "| 0:04 | 10 to 23 | go to 23 |"
    assert translate.translated(row, {}, counts) == "| 0:04 | 10 到 23 | go to 23 |"


def test_every_computed_cell_of_the_run_sheets_is_chinese():
    held = translate.read("zh")
    for path in run_sheet.sheets():
        told = translate.text_file(path, "zh", held)
        assert "of computing" not in told and " in the middle" not in told
        assert told.count("秒计算") == path.read_text(encoding="utf-8").count("s of computing")


def test_a_page_has_what_is_translated_and_stays_english_elsewhere(course):
    held = chinese(course)
    page = translate.page("99_page.ipynb", "zh", held, course)
    assert [cell["source"] for cell in page["cells"]] == [
        "# 标题\n\ntext",
        ['print(f"got {x} of")'],
        "[more](../README_zh.md)",
    ]
    (course / "teach").mkdir()
    links = "[a](../notebooks/99.ipynb) [b](../README.md) [c](../data/README.md) [d](notes.md)"
    (course / "teach" / "README.md").write_text(links)
    written = translate.write("zh", course)
    names = [path.relative_to(course).as_posix() for path in written]
    assert names == ["notebooks_zh/99_page.ipynb", "README_zh.md", "teach_zh/README.md"]
    assert written[1].read_text() == "# The course\n\n一。\n\n    code\n\nTwo.\n"
    assert written[2].read_text() == (
        "[a](../notebooks_zh/99.ipynb) [b](../README_zh.md) [c](../data/README.md) [d](notes.md)"
    )
    assert json.loads(written[0].read_text())["cells"][0]["source"] == "# 标题\n\ntext"


def test_a_translated_page_chooses_its_language():
    page = translate.page("00_start_here.ipynb", "zh", {"texts": {}})
    first = next(c for c in page["cells"] if c["cell_type"] == "code")["source"]
    assert 'LANGUAGE = "zh"' in first and "LANGUAGE = None" not in first


def test_english_that_changed_is_stale_not_shown_and_can_be_dropped(course, monkeypatch):
    held = chinese(course)
    assert translate.listed(held, course) == []
    monkeypatch.setenv("PAGES", "files")
    changed = json.loads(json.dumps(PAGE))
    changed["cells"][0]["source"] = "# Another title\n\ntext"
    changed["cells"][1]["source"] = "pass"
    (course / "notebooks" / "99_page.ipynb").write_text(json.dumps(changed))
    (course / "README.md").write_text("# The course\n\nUno.\n")
    assert translate.listed(held, course) == [
        "99_page.ipynb: the English has changed of '# 标题'",
        "README.md: the English has changed of '一。'",
        "nothing says 'got {} of' any more",
    ]
    page = translate.page("99_page.ipynb", "zh", held, course)
    assert page["cells"][0]["source"] == "# Another title\n\ntext"
    translate.add("zh", {"texts": {"99_page.ipynb": {piece("text"): "字"}}}, course)
    assert translate.drop("zh", course) == 3
    assert translate.read("zh", course) == {
        "strings": {},
        "texts": {"99_page.ipynb": {piece("text"): "字"}},
    }
    changed["cells"].pop(0)
    (course / "notebooks" / "99_page.ipynb").write_text(json.dumps(changed))
    assert len(translate.stale(translate.read("zh", course), course)) == 1


def test_what_is_left_to_do_can_be_given_back(course):
    left = translate.todo(chinese(course), root=course)
    assert left["texts"] == {
        "99_page.ipynb": {piece("text"): "text", piece(MORE): MORE},
        "README.md": {piece(t): t for t in ("# The course", "Two.")},
    }
    assert left["strings"] == {"said twice": "said twice"}
    translate.add("zh", left, course)
    done = translate.read("zh", course)
    assert translate.todo(done, root=course) == {"texts": {}, "strings": {}}


@pytest.mark.parametrize(
    "given, message",
    [
        ({"texts": {"none such": {"12345678": "x"}}}, "'none such' has no piece '12345678'"),
        ({"texts": {"README.md": {"12345678": "x"}}}, "'README.md' has no piece '12345678'"),
        ({"strings": {"none such": "x"}}, "'none such' is said nowhere"),
        ({"strings": {"got {} of": "得到"}}, "as many places"),
    ],
)
def test_a_piece_that_the_course_has_not_is_refused(course, given, message):
    with pytest.raises(ValueError, match=message):
        translate.add("zh", given, course)
    assert not (course / "translations").exists()
