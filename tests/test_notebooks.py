"""The committed pages are clean and complete; the commands that make and give back pages work.

That the pages also run is nbval's part: plain `pytest` runs copies of the committed pages.
"""

import copy
import json
import pathlib
import re
import subprocess

import nbformat
import pytest
from nbval import plugin

from tools import bootstrap, committed, notebooks, reset, rules, sections

PAGES = committed.names()
LESSONS = [name for name in PAGES if "/" not in name]
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_clean_and_complete(name):
    found = rules.problems(name, committed.text(name))
    assert not found, (
        f"{name}: "
        + "; ".join(found)
        + f" — `make notebooks N={pathlib.Path(name).name[:2]}` cleans"
    )


def test_the_entrance_is_there():
    assert "00_start_here.ipynb" in PAGES


def test_the_readme_links_every_lesson_and_nothing_else():
    readme = (committed.ROOT / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(notebooks/([\w.]+\.ipynb)\)", readme)
    assert linked == [name for name in PAGES if "/" not in name], (
        "the table of lessons in README.md"
    )


def minutes_in(words, row):
    """{lesson: minutes for a person} from the rows of a table in Markdown."""
    return {number: int(minutes) for number, minutes in re.findall(row, words, flags=re.MULTILINE)}


def test_the_readme_the_map_and_the_pages_name_the_same_minutes():
    readme = (committed.ROOT / "README.md").read_text(encoding="utf-8")
    planned = minutes_in(readme, r"^\| \[?(\d\d) .*\| (\d+) \|$")
    texts = {n[:2]: rules.source_of(json.loads(committed.text(n)), "markdown") for n in LESSONS}
    assert len(planned) == 10
    assert minutes_in(texts["00"], r"^\| (\d\d) \|.*\| (\d+) \|[^|]*\|[^|]*\|$") == planned
    heads = {k: re.search(r"\*Time:\* (?:about )?(\d+) minutes for you", texts[k]) for k in texts}
    said = {k: head and int(head[1]) for k, head in heads.items()}
    assert said == {k: planned[k] for k in said}


LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)")  # to a file of the course


@pytest.mark.parametrize("name", PAGES)
def test_a_link_from_a_page_leads_to_a_file_that_is_there(name):
    folder = committed.ROOT / "notebooks" / pathlib.Path(name).parent
    words = rules.source_of(json.loads(committed.text(name)), "markdown")
    assert not [link for link in LINK.findall(words) if not (folder / link).exists()]


# ---- every section works after the first cells and what it says it needs

SPLIT = {name: sections.split(json.loads(committed.text(name))) for name in PAGES}
SECTIONS = [(name, k) for name, parts in SPLIT.items() for k in sections.needs(parts)]


@pytest.mark.parametrize("name, number", SECTIONS)
def test_a_section_says_what_it_needs_and_reads_nothing_else(name, number):
    parts = SPLIT[name]
    wanted = sections.needs(parts)[number]
    assert wanted is not None, f"{name}: the heading of section {number} has no 'needs'"
    assert not sections.problems(parts, number)
    words = rules.text(parts[number][0]["source"])
    assert all(re.search(rf"needs section.*\b{k}\b", words) for k in wanted), (
        f"{name}, section {number}: the text under the heading says that it needs {wanted}"
    )


def run_of(name, number):
    """The first cells, what the section needs, and the section: numbers of parts, in the page's order."""
    return ["", *sections.before(number, sections.needs(SPLIT[name])), number]


def trains(name, run):
    """Whether one of the parts trains for long."""
    return any(SPLIT[name][k][0]["metadata"].get("long") for k in run)


def is_seen_elsewhere(name, number):
    """Whether another run begins with just these parts: that of the whole page, or a later section's."""
    run = run_of(name, number)
    others = [run_of(name, k) for other, k in SECTIONS if other == name and k != number]
    longer = [list(SPLIT[name]), *(r for r in others if trains(name, run) or not trains(name, r))]
    return any(r[: len(run)] == run for r in longer)


@pytest.mark.parametrize(
    "name, number", [section for section in SECTIONS if not is_seen_elsewhere(*section)]
)
def test_a_section_runs_after_the_first_cells_and_its_needs(name, number, monkeypatch, request):
    parts, run = SPLIT[name], run_of(name, number)
    if trains(name, run) and not request.config.getoption("--long"):
        pytest.skip("it takes long: `make test-long` runs it; the names are checked above")
    monkeypatch.chdir(committed.ROOT / "notebooks")  # as the first cell does, and back again
    scope = {"__name__": "__main__"}
    for source in (source for k in run for source in sections.sources(parts[k])):
        exec(compile(source, f"{name}, section {number}", "exec"), scope)


@pytest.mark.parametrize(
    "code, says",
    [
        (["x = 1", "x + 1"], []),
        (["print(q)"], ["q comes from nowhere"]),
        (["def f(a):\n    return a + q"], ["q comes from nowhere"]),
        (["print(p)"], ["p comes from nowhere", "section 1 makes a p, too"]),
        (["print(first)"], ["section 1 makes a first, too"]),
        (["first = 2", "print(first)"], []),
        (["[k for k in range(3)]", "lambda k: k"], []),
    ],
)
def test_names_that_come_from_elsewhere_are_seen(code, says):
    def cells(title, sources, **metadata):
        head = {"cell_type": "markdown", "metadata": metadata, "source": title}
        return [head, *({"cell_type": "code", "source": s} for s in sources)]

    page = cells("# Page", ["first = 0"]) + cells("## 1 · A", ["p = first = 1"], needs=[])
    parts = sections.split({"cells": page + cells("## 2 · B", code, needs=[])})
    assert sections.problems(parts, "2") == says


def test_what_a_needed_section_needs_comes_along():
    assert sections.before("4", {"1": [], "2": ["1"], "3": [], "4": ["2"]}) == ["1", "2"]


# ---- the rules see what they are there for

PICTURE = {
    "output_type": "display_data",
    "data": {"image/png": "iVBOR", "text/plain": "four squares"},
    "metadata": {"image/png": {"alt": "four squares"}},
}


def code(source, number, tags=(), outputs=()):
    """A code cell as JSON has it."""
    return {
        "cell_type": "code",
        "id": f"c{number}",
        "metadata": {"tags": list(tags)},
        "source": source,
        "execution_count": number,
        "outputs": list(outputs),
    }


def stream(text, name="stdout"):
    """A printed output."""
    return {"output_type": "stream", "name": name, "text": text}


@pytest.fixture
def page():
    """A lesson that breaks no rule."""
    cells = [code(bootstrap.source(), 1, ["bootstrap"])]
    cells += [
        code("figures.grid(x, alt='four squares')", n, outputs=[PICTURE]) for n in range(2, 6)
    ]
    cells += [
        code("print(True)", n, ["nbval-check-output"], [stream("True\n")]) for n in range(6, 10)
    ]
    cells += [
        code(
            'exercises.check("05.1", f)', 10, ["exercise-05.1"], [stream("✗ 05.1 not yet: look\n")]
        ),
        code('exercises.check("05.2", f)', 11, ["exercise-05.2"]),
        code("widgets.panel(draw, alt='a')", 12),
    ]
    title = {
        "cell_type": "markdown",
        "id": "m",
        "metadata": {},
        "source": bootstrap.badge("05_x.ipynb"),
    }
    return {
        "cells": [title, *cells],
        "metadata": {"kernelspec": {}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def found(page, name="05_x.ipynb"):
    return "; ".join(rules.problems(name, json.dumps(page)))


def test_a_good_page_has_no_problem(page):
    assert found(page) == ""


def test_00_and_solutions_need_less(page):
    page["cells"] = [
        c for c in page["cells"] if c["id"] not in ("c6", "c7", "c8", "c9", "c11", "c12")
    ]
    for position, cell in enumerate(
        [c for c in page["cells"] if c["cell_type"] == "code"], start=1
    ):
        cell["execution_count"] = position
    page["cells"][0]["source"] = bootstrap.badge("00_x.ipynb")
    page["cells"][-1]["metadata"]["tags"] = ["exercise-00.1"]
    assert found(page, "00_x.ipynb") == ""
    page["cells"] = page["cells"][:2]
    page["cells"][0]["source"] = "no badge needed"
    assert found(page, "solutions/05_solutions.ipynb") == ""


def test_a_deeper_page_leads_back_and_needs_no_exercise(page):
    page["cells"] = page["cells"][:2]
    page["cells"][0]["source"] = bootstrap.badge("deeper/05_deeper.ipynb")
    assert "no link back to its lesson" in found(page, "deeper/05_deeper.ipynb")
    page["cells"][0]["source"] += " [05](../05_new_styles.ipynb)"
    assert found(page, "deeper/05_deeper.ipynb") == ""
    page["cells"][0]["source"] = "[05](../05_new_styles.ipynb)"
    assert found(page, "deeper/05_deeper.ipynb") == "no Colab badge"


def section(**more):
    """A marked heading that breaks no rule, but for what is given."""
    metadata = {"needs": [], "slideshow": {"slide_type": "slide"}, **more}
    return {"cell_type": "markdown", "id": "s", "metadata": metadata, "source": "## 1 · One"}


@pytest.fixture
def marked(page):
    """A lesson that breaks no rule and whose sections say what they need."""
    for cell in page["cells"][2:6]:
        cell["metadata"]["mystnb"] = {"image": {"alt": "four squares"}}
    questions = [code("", n, [f"question-05.q{n}"]) for n in (1, 2, 3)]
    made = code("from helpers import exercises, figures, widgets\nx = f = draw = 0", 13)
    for position, cell in enumerate(page["cells"][2:], start=3):
        cell["execution_count"] = position
    made["execution_count"] = 2
    for question, number in zip(questions, "abc"):
        question["id"] = number
    page["cells"] = [*page["cells"][:2], section(), made, *page["cells"][2:], *questions]
    return page


FORMS = [
    ("no alt text in the cell's metadata", lambda p: p["cells"][4]["metadata"].pop("mystnb")),
    ("no slideshow.slide_type", lambda p: p["cells"][2]["metadata"].pop("slideshow")),
    ("2 concept questions, at least 3", lambda p: p["cells"].pop()),
    ("words, at most 2500", lambda p: p["cells"][2].update(source="## 1 · One\n" + "word " * 2500)),
    ("35 code cells, at most 32", lambda p: p["cells"].extend([code("1", 0)] * 22)),
]


def test_a_marked_page_in_good_form_has_no_problem(marked):
    folded = "## 1 · One\n<details>" + "word " * 2500 + "</details>"
    marked["cells"][2]["source"] = folded
    assert found(marked) == ""


@pytest.mark.parametrize("says, change", FORMS, ids=[says for says, _ in FORMS])
def test_a_marked_page_is_held_to_its_form(marked, says, change):
    change(marked)
    assert says in found(marked)


def without(kind):
    """A change that leaves out the cells whose source or tags hold a word."""

    def change(page):
        page["cells"] = [
            c for c in page["cells"] if kind not in c["source"] + " ".join(rules.tags(c))
        ]

    return change


def output(value, cell=5):
    """A change that puts another output under a cell."""
    return lambda page: page["cells"][cell].update(outputs=[value])


BREAKS = [
    ("notebook metadata holds 'widgets'", lambda p: p["metadata"].update(widgets={})),
    ("notebook metadata holds 'language_info'", lambda p: p["metadata"].update(language_info={})),
    ("ids are missing or not unique", lambda p: p["cells"][3].update(id="c1")),
    ("not counted 1…12", lambda p: p["cells"][3].update(execution_count=7)),
    ("metadata holds execution times", lambda p: p["cells"][3]["metadata"].update(execution={})),
    (
        "an error: ValueError",
        output({"output_type": "error", "ename": "ValueError", "evalue": "x", "traceback": []}),
    ),
    (
        "a widget's state",
        output({"output_type": "display_data", "metadata": {}, "data": {rules.WIDGET_VIEW: {}}}),
    ),
    ("a message on stderr", output(stream("WARNING: something", "stderr"))),
    (
        "an absolute path: '/home/",
        output(stream("saved to " + "/".join(["", "home", "someone", "x.png"]))),
    ),
    ("an absolute path: 'C:", output(stream(r"saved to C:\Users\x"))),
    ("an object's address", output(stream("<object at 0x7f3a2b1c9d00>"))),
    ("a timing", output(stream("120/120 12ms/step"))),
    ("21 lines of code, at most 20", lambda p: p["cells"][6].update(source="x = 1\n" * 21)),
    ("a picture without alt text", output({**PICTURE, "metadata": {}})),
    (
        "a picture without alt text",
        output({**PICTURE, "metadata": {}, "data": {"text/html": "<img src=''>"}}),
    ),
    ("does not carry the tag 'bootstrap'", lambda p: p["cells"][1]["metadata"].update(tags=[])),
    (
        "differs from tools/bootstrap.py",
        lambda p: p["cells"][1].update(source=bootstrap.source() + "\nx"),
    ),
    ("3 pictures, at least 4", lambda p: p["cells"][2].update(outputs=[])),
    ("1 checked exercises, at least 2", lambda p: p["cells"][10]["metadata"].update(tags=[])),
    ("0 panels, at least 1", without("widgets.panel")),
    (
        "3 cells tagged nbval-check-output, at least 4",
        lambda p: p["cells"][6]["metadata"].update(tags=[]),
    ),
    ("no Colab badge", lambda p: p["cells"][0].update(source="# Title")),
    (
        "badge opens notebooks/04_y.ipynb",
        lambda p: p["cells"][0].update(source=bootstrap.badge("04_y.ipynb")),
    ),
    ("kB, at most 600", output(stream("x" * 600_001))),
]


@pytest.mark.parametrize("says, change", BREAKS, ids=[says for says, _ in BREAKS])
def test_each_rule_is_seen_broken(page, says, change):
    change(page)
    assert says in found(page)


def test_ordinary_words_break_no_rule(page):
    words = "and/or 3/4 http://example.org/home/x docs/usr/x 1.5 s 0x1f ../my_art/tmp.png"
    page["cells"][5]["outputs"] = [stream(words)]
    assert found(page) in ("", "3 pictures, at least 4")


# ---- python -m tools.notebooks


def test_executing_twice_gives_the_same_clean_file(tmp_path, monkeypatch, capsys):
    v4, pages = nbformat.v4, tmp_path / "notebooks"
    pages.mkdir()
    nb = v4.new_notebook(
        cells=[
            v4.new_code_cell(
                "import sys\nfrom tqdm import tqdm\nfor _ in tqdm(range(3)): print('step', flush=True)"
            ),
            v4.new_code_cell("import ipywidgets\nipywidgets.IntSlider()"),
            v4.new_code_cell(
                "print('a\\rb', file=sys.stdout)\n1 + 1", metadata={"tags": ["solution-97.1"]}
            ),
            v4.new_code_cell("import os\nos.path.basename(os.getcwd())"),
        ],
        metadata={"language_info": {"name": "python"}, "widgets": {}},
    )
    nbformat.write(nb, pages / "97_try.ipynb")
    monkeypatch.setattr(notebooks, "FOLDER", pages)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    assert notebooks.main(["97"]) == 0
    first = (pages / "97_try.ipynb").read_bytes()
    assert notebooks.main(["97"]) == 0
    assert (pages / "97_try.ipynb").read_bytes() == first
    result = json.loads(first)
    assert list(result["metadata"]) == ["kernelspec"] and not list(pages.glob("*.part"))
    bars, slider, both, folder = (c["outputs"] for c in result["cells"])
    assert [o["text"] for o in bars] == [["step\n", "step\n", "step\n"]]
    assert slider == []
    assert both[0]["text"] == ["b\n"] and both[1]["execution_count"] == 3
    assert folder[0]["data"]["text/plain"] == ["'notebooks'"]
    assert result["cells"][2]["metadata"]["tags"] == ["solution-97.1", "nbval-check-output"]
    assert "97_try.ipynb: " in capsys.readouterr().out


def test_pages_are_found_in_every_folder(tmp_path):
    for name in ("00_a", "deeper/00_deeper", "solutions/00_solutions", "deeper/01_deeper"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.ipynb").touch()
    found = [p.relative_to(tmp_path).as_posix() for p in notebooks.pages(["00"], folder=tmp_path)]
    assert found == ["00_a.ipynb", "deeper/00_deeper.ipynb", "solutions/00_solutions.ipynb"]


def test_a_page_that_fails_stays_as_it_was(tmp_path, monkeypatch, capsys):
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1/0")]),
        tmp_path / "97_try.ipynb",
    )
    before = (tmp_path / "97_try.ipynb").read_bytes()
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    assert notebooks.main(["97"]) == 1
    assert (tmp_path / "97_try.ipynb").read_bytes() == before
    said = capsys.readouterr().err
    assert "97_try.ipynb left as it was" in said and "ZeroDivisionError" in said


def test_a_cell_over_time_stops(tmp_path):
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import time; time.sleep(60)")])
    with pytest.raises(Exception, match="[Tt]ime"):
        notebooks.execute(nb, cwd=tmp_path, timeout=1)


def test_an_unknown_lesson_is_named(tmp_path):
    (tmp_path / "00_a.ipynb").touch()
    with pytest.raises(SystemExit, match="no notebook begins with 42_; there are: 00"):
        notebooks.pages(["42"], folder=tmp_path)


def test_check_prints_each_rule_and_ends_with_1(tmp_path, monkeypatch, page, capsys):
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    (tmp_path / "05_x.ipynb").write_text(json.dumps(page))
    assert notebooks.main(["--check"]) == 0 and "05_x.ipynb: clean" in capsys.readouterr().out
    (tmp_path / "05_x.ipynb").write_text(json.dumps({**page, "metadata": {"widgets": {}}}))
    assert notebooks.main(["--check", "05"]) == 1 and "holds 'widgets'" in capsys.readouterr().out


def test_alt_text_of_a_picture_comes_to_the_cell_where_a_book_reads_it():
    v4 = nbformat.v4
    picture = v4.new_output("display_data", PICTURE["data"], metadata=PICTURE["metadata"])
    nb = v4.new_notebook(cells=[v4.new_code_cell("a"), v4.new_code_cell("b")])
    nb.cells[0].outputs = [picture]
    nb.cells[1].metadata["mystnb"] = {"image": {"alt": "of a picture that went"}}
    cells = notebooks.clean(nb).cells
    assert cells[0].metadata["mystnb"] == {"image": {"alt": "four squares"}}
    assert "mystnb" not in cells[1].metadata


def test_ids_stay_and_only_doubles_change():
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("x") for _ in range(3)])
    for cell, number in zip(nb.cells, ("05-01", "05-02", "05-01")):
        cell["id"] = number
    assert [c["id"] for c in notebooks.give_ids(copy.deepcopy(nb), "05").cells] == [
        "05-01",
        "05-02",
        "05-new-03",
    ]


@pytest.mark.parametrize(
    "line, shown",
    [
        ("plain", "plain"),
        ("10%\r50%\r100%", "100%"),
        ("done\r", "done"),
        ("ab\x08c", "ac"),
        ("", ""),
    ],
)
def test_a_line_is_what_a_terminal_shows(line, shown):
    assert notebooks.as_shown(line) == shown


def test_warnings_stay_and_tensorflows_notes_go():
    text = (
        "2026-11-23 18:00:00.1: I tensorflow/core/platform/cpu_feature_guard.cc:210] rebuild\n"
        "I0000 00:00:1 service.cc:148] XLA\nUserWarning: your picture is grey\n 40%|###  | 4/10 [00:01<00:02, 2.0it/s]\n"
    )
    output = nbformat.v4.new_output("stream", name="stderr", text=text)
    assert notebooks.clean_stream(output).strip() == "UserWarning: your picture is grey"


# ---- what is committed, and giving it back


def test_committed_reads_head_and_not_the_file(repository):
    (repository / "notebooks/00_a.ipynb").write_text("a learner's run")
    (repository / "notebooks/01_new.ipynb").write_text("not committed")
    assert committed.names(repository) == ["00_a.ipynb"]
    assert committed.text("00_a.ipynb", repository) == "{}\n"
    copies = committed.export(repository)
    assert [c.relative_to(repository).as_posix() for c in copies] == [
        ".test_pages/notebooks/00_a.ipynb"
    ]
    assert copies[0].read_text() == "{}\n"
    with pytest.raises(FileNotFoundError, match="no page 01_new.ipynb is committed"):
        committed.text("01_new.ipynb", repository)


@pytest.mark.parametrize(
    "change", ["an unpacked zip", "a zip inside another repository", "PAGES=files"]
)
def test_without_a_checkout_the_files_are_read(repository, change, monkeypatch):
    root = repository
    if change == "PAGES=files":
        monkeypatch.setenv("PAGES", "files")
    elif change == "an unpacked zip":
        (repository / ".git").rename(repository / "no_git")
    else:
        root = repository / "inner"
        (root / "notebooks").mkdir(parents=True)
        (root / "notebooks/00_a.ipynb").touch()
    (root / "notebooks/00_a.ipynb").write_text("mine")
    (root / "notebooks/.ipynb_checkpoints").mkdir()
    (root / "notebooks/.ipynb_checkpoints/00_a-checkpoint.ipynb").touch()
    assert committed.names(root) == ["00_a.ipynb"]
    assert committed.text("00_a.ipynb", root) == "mine"


def test_reset_gives_the_page_back_and_keeps_yours(repository, capsys):
    page = repository / "notebooks/00_a.ipynb"
    assert reset.main(["00"], repository) == 0 and "already" in capsys.readouterr().out
    page.write_text("a learner's work")
    assert reset.main(["00"], repository) == 0
    assert page.read_text() == "{}\n"
    kept = list((repository / "my_art/pages").iterdir())
    assert len(kept) == 1 and kept[0].read_text() == "a learner's work"
    assert f"yours is kept as my_art/pages/{kept[0].name}" in capsys.readouterr().out
    page.unlink()
    assert reset.main(["00"], repository) == 0 and page.read_text() == "{}\n"


@pytest.mark.parametrize("words", [[], ["42"]])
def test_reset_asks_which_page(repository, words, capsys):
    assert reset.main(words, repository) == 1
    assert "make reset N=05. There are: 00" in capsys.readouterr().err


def test_reset_without_git_says_what_to_do(tmp_path, capsys):
    assert reset.main(["00"], tmp_path) == 1
    assert "unpacked from a zip" in capsys.readouterr().err


def test_git_that_is_missing_is_no_error(monkeypatch, repository):
    def missing(*words, **named):
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", missing)
    assert committed.use_files(repository) and committed.names(repository) == ["00_a.ipynb"]


def test_a_line_end_that_came_alone_is_kept():
    pieces = [
        nbformat.v4.new_output("stream", name="stdout", text=text)
        for text in ("holds", "\n", "100%|##| 3/3\r", "\n")
    ]
    assert [o.text for o in notebooks.clean_outputs(pieces)] == ["holds\n100%|##| 3/3\n"]


def test_a_progress_bar_is_not_compared_and_all_else_is():
    bar = {"output_type": "display_data", "data": {"text/plain": "0%", WIDGET: {}}}
    table = {"output_type": "display_data", "data": {"text/plain": "KID", "text/html": "<table>"}}
    said = {"output_type": "stream", "name": "stdout", "text": "KID .20"}
    shown = [nbformat.from_dict(output) for output in (bar, table, said, bar)]
    kept = plugin.transform_streams_for_comparison(shown)
    assert kept == [table, {"output_type": "stream", "stdout": "KID .20"}]
