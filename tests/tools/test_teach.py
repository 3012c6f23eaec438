"""What a class gets: minutes from the pages, slides, sheets and questions."""

import pathlib
import re
import subprocess

import nbformat
import pytest

from helpers import machine
from tools import (
    attribution,
    concept_questions,
    paper,
    run_sheet,
    sections,
    sheets,
    slides,
    timings,
)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def made(*cells):
    """A notebook of (kind, text, metadata)."""
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    return nbformat.v4.new_notebook(
        cells=[new[kind](text, metadata=meta) for kind, text, meta in cells]
    )


ASKED = "**Question 1.** What is *this*?\n\n- **A** One.\n- **B** Two."
PAGE = made(
    ("markdown", "# 00 · A page\n\nWhen you are done you can\n\n- count $x^2$;\n- stop.", {}),
    ("code", "start", {"tags": ["bootstrap"]}),
    ("markdown", "## 1 · One\n\n" + "word " * 198, {"slideshow": {"slide_type": "slide"}}),
    ("code", "widgets.panel(f)", {}),
    ("markdown", ASKED, {}),
    ("code", 'exercises.question("00.q1", "?")', {"tags": ["question-00.q1"]}),
    ("code", "exercises.check(1)", {"tags": ["exercise-00.1"]}),
    ("markdown", "## What we learned\n\n- A thing.\n\n### References\n\n- A book.", {}),
)


def test_a_load_is_counted_and_its_minutes_follow():
    parts = sections.parts_of(PAGE)
    assert list(parts) == ["start", "1", "what we learned"]
    load = run_sheet.load(parts["1"], seconds=60.0)
    assert (load.words, load.question, load.exercise, load.panel) == (202, 1, 1, 1)
    # 202 words at 200 and 100 a minute, one and two minutes of computing, 2–4, 4–10, 2–5
    assert load.minutes() == (round(1.01 + 1 + 8), round(2.02 + 2 + 19))
    assert load.source() == "60 s of computing, 202 words, 1 question, 1 exercise, 1 panel"
    assert run_sheet.load(parts["1"], None).source().startswith("202 words")
    slower = run_sheet.load(parts["1"], seconds=60.0, ratio=1.5)
    assert slower.minutes() == (round(1.01 + 1 + 8), round(2.02 + 3 + 19))
    assert slower.source().startswith("60 s of computing (Colab's versions: 90), 202 words")
    faster = run_sheet.load(parts["1"], seconds=60.0, ratio=0.5)
    assert faster.minutes() == (round(1.01 + 0.5 + 8), round(2.02 + 2 + 19))
    # a lesson that was compared beside one that was not: the sum says what it knows of both
    assert (slower + run_sheet.load(parts["start"], 3.0)).colab is None


def test_a_row_names_sections_that_are_there():
    whole, part = run_sheet.of("00 · 1, 2"), run_sheet.of("00 · 1")
    assert whole.words > part.words > 100
    assert run_sheet.of("00 · 5").exercise == 1
    assert run_sheet.of("00 · 5 · no exercises").exercise == 0
    assert run_sheet.of("Welcome") is None and run_sheet.of("77 · all") is None
    with pytest.raises(ValueError, match="lesson 00 has no '9'"):
        run_sheet.of("00 · 9")
    with pytest.raises(ValueError, match="'no fun' is none of no exercises"):
        run_sheet.of("00 · 1 · no fun")


SHEET = """\
# A sheet

**Together:** 9 to 9 minutes

| clock | minutes | what | from | learners do |
|---|---|---|---|---|
| | 3 to 5 | Welcome | | sit |
| | 1 to 1 | 00 · 1 | | draw |
| | 4 to 6 | 77 · all | | wait |

The end.
"""


def test_a_run_sheet_is_filled_with_clock_minutes_and_sources():
    filled = run_sheet.filled(SHEET)
    least, most = run_sheet.of("00 · 1").minutes()
    middle = run_sheet.clock(4 + (least + most) / 2)
    assert f"**Together:** {7 + least} to {11 + most} minutes, " in filled
    assert "| 0:00 | 3 to 5 | Welcome | ours | sit |" in filled
    assert f"| 0:04 | {least} to {most} | 00 · 1 | " in filled and " | draw |" in filled
    assert f"| {middle} | 4 to 6 | 77 · all | {run_sheet.NOT_YET} | wait |" in filled
    assert run_sheet.filled(filled) == filled and filled.endswith("The end.\n")
    with pytest.raises(ValueError, match="'Welcome': 'some' is no range"):
        run_sheet.filled(SHEET.replace("3 to 5", "some"))


def test_a_sheet_that_no_longer_fits_the_pages_is_named(tmp_path):
    (tmp_path / "a.md").write_text(run_sheet.filled(SHEET), encoding="utf-8")
    assert run_sheet.stale(tmp_path) == []
    (tmp_path / "a.md").write_text(SHEET, encoding="utf-8")
    (said,) = run_sheet.stale(tmp_path)
    assert said.startswith("a.md: 00 · 1 takes ")


def test_the_run_sheets_fit_the_pages():
    assert len(run_sheet.sheets()) == 3
    assert run_sheet.stale() == [], "run `python -m tools.run_sheet --write`"


def test_a_plan_fits_its_time():
    hours = {"artists_90_minutes": 1.5, "programmers_half_day": 4, "two_days": 6.5}
    for path in run_sheet.sheets():
        ends = re.findall(r"(\d+):(\d\d) in the middle", path.read_text(encoding="utf-8"))
        assert ends and all(int(h) + int(m) / 60 <= hours[path.stem] for h, m in ends), path.name


def test_every_file_that_a_page_of_teach_links_to_is_there():
    for path in (ROOT / "teach").glob("*.md"):
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("number", slides.numbers())
def test_every_formula_of_a_page_can_be_drawn(number):
    _, nb = slides.lesson(number)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            for part in paper.CODE.split(cell.source)[::2]:
                for hit in paper.FORMULA.finditer(part):
                    assert paper.drawn(" ".join((hit[1] or hit[2]).split()))[0], hit[0]


def test_slides_do_not_show_what_is_folded_away_or_said_to_a_reader():
    words = (
        "## 1 · A\n\n*This section needs section 1.* Look.\n\n<details>\n\nhint\n</details>\nEnd."
    )
    cell = slides.prepared(made(("markdown", words, {}))).cells[0]
    assert "needs" not in cell.source and "hint" not in cell.source
    assert "Look." in cell.source and "End." in cell.source


def test_formulas_become_pictures_and_code_stays():
    done = paper.with_formulas("a $x^2$ and `$y$` and\n\n$$z$$\n\n5 $ or 6 $")
    assert 'alt="x^2"' in done and "`$y$`" in done and '<p class="formula">' in done
    assert done.endswith("5 $ or 6 $")
    assert paper.with_formulas(r"$\nothing{x}$") == r"<code>\nothing{x}</code>"


def test_slides_leave_out_what_learners_fill_in_and_fetch_nothing():
    nb = nbformat.from_dict(PAGE)
    output = {"image/png": PIXEL}
    nb.cells[3].outputs = [
        nbformat.v4.new_output("display_data", output, metadata={"image/png": {"alt": "a dot"}}),
        nbformat.v4.new_output("stream", name="stdout", text="a dot\n"),
        nbformat.v4.new_output("stream", name="stdout", text="a dot\n7 of 9\n"),
    ]
    ready = slides.prepared(nb)
    assert [c.source[:5] for c in ready.cells if c.cell_type == "code"] == ["widge"]
    said = [o.get("text") for o in ready.cells[2].outputs]
    assert said == [None, "7 of 9"], "a picture's words are its alt text already"
    text = slides.deck(ready, "A <page>", 'foot "of" it')
    assert "<title>A &lt;page&gt;</title>" in text and """data-foot='foot "of" it'""" in text
    assert not re.search(r'(src|href)="(https?:)?//', text), "nothing comes from a network"
    assert "widgets.panel" not in text and re.search(
        rf'<img alt="a dot"[^>]*{re.escape(PIXEL)}', text
    )


@pytest.mark.skipif(not paper.find_chromium(), reason="the PDF needs Chromium")
def test_slides_fit_and_turn_and_print(tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    long = made(
        (
            "markdown",
            "## Long\n\n" + "\n\n".join(["word " * 60] * 12),
            {"slideshow": {"slide_type": "slide"}},
        ),
        ("markdown", ASKED, {"slideshow": {"slide_type": "slide"}}),
    )
    wide = {"width": "1280px", "height": "720px", "prefer_css_page_size": True}
    path, pdf = paper.write(tmp_path / "deck.html", slides.deck(long, "Long", ""), **wide)
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=paper.find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(path.as_uri() + "#1")
        page.wait_for_function("() => !window.busy")
        high = page.evaluate("leaves().map(s => s.firstElementChild.scrollHeight)")
        page.keyboard.press("End")
        shown = page.inner_text("section.now")
        browser.close()
    assert len(high) >= 3 and max(high) <= 720 - 44 - 60
    assert "What is this?" in shown and "word" not in shown
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())) == len(high)


def seen(path):
    """What each slide of a deck shows: {text, its pictures' and tables' sizes, its scale, what is cut off}."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=paper.find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(path.as_uri())
        page.wait_for_function("() => !window.busy")
        shown = page.evaluate(
            """leaves().map(s => ({
                text: s.firstElementChild.innerText,
                scale: parseFloat(s.dataset.scale),
                pictures: [...s.querySelectorAll("img")].map(i => i.width),
                over: Math.max(0, ...[...s.querySelectorAll(".fit, .fit *")].map(
                    e => e.getBoundingClientRect().bottom - s.getBoundingClientRect().top - 720 + 48)),
                cut: [...s.querySelectorAll(".fit div")].some(e => e.scrollHeight > e.clientHeight + 2),
            }))"""
        )
        browser.close()
    return shown


def deck_of(tmp_path, *cells):
    """The slides of a page of these cells, each (kind, text, metadata, outputs)."""
    nb = made(*(cell[:3] for cell in cells))
    for cell, (*_, outputs) in zip(nb.cells, cells):
        if outputs:
            cell.outputs = [nbformat.v4.new_output(**output) for output in outputs]
    path = tmp_path / "deck.html"
    path.write_text(slides.deck(nb, "A deck", ""), encoding="utf-8")
    return seen(path)


SLIDE = {"slideshow": {"slide_type": "slide"}}


@pytest.mark.skipif(not paper.find_chromium(), reason="only a browser cuts slides")
def test_a_report_is_large_enough_to_be_read_and_nothing_of_it_is_lost(tmp_path):
    row = f"<tr><td>nearly the same</td><td>{'a picture.png, ' * 12}</td><td>on one side</td></tr>"
    report = (
        f"<p>166 pictures</p><ul>{'<li>a choice that the report made and tells</li>' * 5}</ul>"
        f'<img alt="contact sheet" src="data:image/png;base64,{PIXEL}" style="height:300px">'
        f'<div style="max-height:9em;overflow:auto"><table>{row * 8}</table></div>'
    )
    outputs = [{"output_type": "display_data", "data": {"text/html": report}}]
    shown = deck_of(
        tmp_path,
        ("markdown", "## One\n\n" + "word " * 90, SLIDE, []),
        ("code", "report", {}, outputs),
    )
    together = " ".join(s["text"] for s in shown)
    assert "166 pictures" in together and together.count("nearly the same") == 8
    assert sum(len(s["pictures"]) for s in shown) == 1
    assert min(s["scale"] for s in shown) > 0.75
    assert max(s["over"] for s in shown) <= 0 and not any(s["cut"] for s in shown)


@pytest.mark.skipif(not paper.find_chromium(), reason="only a browser cuts slides")
def test_a_long_table_of_numbers_goes_on_on_the_next_slide(tmp_path):
    rows = "\n".join(f"row {k:2}   0.12   0.34" for k in range(40))
    outputs = [{"output_type": "stream", "text": rows + "\n"}]
    shown = deck_of(tmp_path, ("markdown", "## One", SLIDE, []), ("code", "table", {}, outputs))
    told = re.findall(r"row +(\d+)", " ".join(s["text"] for s in shown))
    assert [int(k) for k in told] == list(range(40))
    assert len(shown) >= 2 and min(s["scale"] for s in shown) > 0.95


@pytest.mark.skipif(not paper.find_chromium(), reason="only a browser cuts slides")
@pytest.mark.parametrize("lines", range(5, 12))
def test_a_question_stays_with_its_choices(tmp_path, lines):
    before = "\n\n".join(["a line of text"] * lines)
    shown = deck_of(tmp_path, ("markdown", f"## One\n\n{before}\n\n{ASKED}", SLIDE, []))
    assert [s for s in shown if "What is this?" in s["text"] and "Two." in s["text"]]


def test_words_in_a_formula_keep_their_spaces():
    wide, narrow = (paper.drawn(rf"\text{{{words}}}")[0] for words in ("and its", "andits"))
    width = re.compile(rb'<svg[^>]*width="([\d.]+)pt"')
    assert float(width.search(wide)[1]) > float(width.search(narrow)[1]) + 1


def test_the_slide_that_asks_whose_pictures_they_are_has_the_list():
    text = slides.deck(slides.prepared(slides.lesson("00")[1]), "00", "")
    assert re.search(r"emoji_openmoji +1,152 pictures +CC BY-SA 4.0", text)


@pytest.mark.skipif(not paper.find_chromium(), reason="only a browser lays out a page")
@pytest.mark.parametrize("name, lines", [("exit_ticket", 6), ("feedback", 3)])
def test_a_sheet_to_write_on_has_room_and_is_one_page(tmp_path, name, lines):
    sync_api = pytest.importorskip("playwright.sync_api")
    (tmp_path / "teach").mkdir()
    words = (ROOT / "teach" / f"{name}.md").read_text(encoding="utf-8")
    (tmp_path / "teach" / f"{name}.md").write_text(words, encoding="utf-8")
    path, pdf = sheets.write_texts(tmp_path / "out", tmp_path)
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=paper.find_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.as_uri())
        high = page.evaluate("[...document.querySelectorAll('li')].map(e => e.clientHeight)")
        browser.close()
    a_line = 96 / 25.4 * 6  # of handwriting: six millimetres, in pixels
    assert len(high) >= 4 and min(high) >= lines * a_line
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())) == 1


@pytest.mark.skipif(not paper.find_chromium(), reason="the PDF needs Chromium")
@pytest.mark.parametrize("name", ["artists_90_minutes", "programmers_half_day"])
def test_a_run_sheet_is_one_page(tmp_path, name):
    (tmp_path / "teach").mkdir()
    words = (ROOT / "teach" / f"{name}.md").read_text(encoding="utf-8")
    (tmp_path / "teach" / f"{name}.md").write_text(words, encoding="utf-8")
    _, pdf = sheets.write_texts(tmp_path / "out", tmp_path)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())) == 1


@pytest.mark.parametrize("number", slides.numbers())
def test_every_question_has_its_choices_and_replies(number):
    asked = concept_questions.of(*slides.lesson(number))
    assert len(asked) >= 3
    for q in asked:
        letters = re.findall(r"\*\*([A-D])\*\*", q.text)
        assert letters == sorted(q.replies) and q.right in letters, q.number
        assert q.stem() and "- **A**" not in q.stem()
        told = q.markdown(replies=True)
        assert f"**{q.right}, right.**" in told and told.count("right.**") == 1


@pytest.mark.parametrize("number", slides.numbers())
def test_a_sheet_has_aims_words_and_three_figures(number):
    _, nb = slides.lesson(number)
    assert sheets.objectives(nb).count("- ") >= 3
    assert "arXiv" not in sheets.summary(nb) and sheets.summary(nb).count("- ") >= 3
    assert sheets.terms(nb)
    assert sheets.sheet(nb)[1].count("<figure>") == 3


def test_every_term_of_the_course_is_on_the_sheet_of_words(tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "find_chromium", lambda: None)
    cells = [c.source for c in slides.lesson("00")[1].cells if "## Words" in c.source]
    rows = re.findall(r"(?m)^\| *(.+?) *\| *(.+?) *\| *.+? *\|$", cells[0])[2:]
    (path,) = sheets.write_words(tmp_path)
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"(?s)<tr>\s*<td>(.+?)</td>\s*<td>(.+?)</td>\s*<td>.+?</td>\s*</tr>", text)
    assert path.name == "words.html" and len(rows) > 90 and shown == rows
    assert ("generator", "生成器") in shown and ("shard", "分片") in shown


def test_summary_and_aims_are_read_from_the_page():
    assert sheets.objectives(PAGE) == "- count $x^2$;\n- stop."
    assert sheets.summary(PAGE) == "- A thing."
    assert sheets.three(list("abcdefg")) == ["a", "d", "g"] and sheets.three([1, 2]) == [1, 2]


def test_the_questions_sheet_keeps_its_replies_for_the_teacher():
    name, nb = slides.lesson("00")
    plain, told = (sheets.questions(name, nb, replies) for replies in (False, True))
    assert plain.count('class="question"') == told.count('class="question"') >= 3
    assert "right." not in plain and told.count("Right: ") == plain.count('class="question"')


def test_only_the_art_on_a_page_is_credited():
    credit = attribution.line(made(("code", 'art.load("emoji_openmoji")', {})))
    assert credit == "Pictures: OpenMoji: OpenMoji project, CC BY-SA 4.0, resized"
    hands = made(("code", 'for hand in ("noto", "fluent3d"): art.load(f"emoji_{hand}")', {}))
    assert "Noto" in attribution.line(hands) and "Fluent" in attribution.line(hands)
    assert attribution.line(made(("code", "for k, v in table.items(): pass", {}))) == ""
    for name in ("noto", "twemoji", "openmoji", "fluent"):
        assert name in str(attribution.CREDITS).lower()


def test_a_lesson_that_is_not_there_is_said():
    with pytest.raises(ValueError, match="there is no lesson '77'; one of: 00, 01"):
        slides.lesson("77")


def test_timings_are_cut_by_section_and_scaled():
    def ran(seconds):
        times = {"busy": "2026-11-29T10:00:00.000Z", "idle": f"2026-11-29T10:00:{seconds:06.3f}Z"}
        return {"metadata": {"execution": {f"iopub.status.{k}": v for k, v in times.items()}}}

    assert timings.seconds_of(ran(2.5)) == 2.5
    assert timings.seconds_of({"metadata": {}}) == 0
    assert timings.scaled({"start": 30.0, "1": 10.0}, 20.0) == {"start": 15.0, "1": 5.0}


def test_two_environments_are_compared_by_seconds_of_the_processor(tmp_path):
    said = {
        ".venv": '{"seconds": 9.0, "processor": 10.0}',
        ".venv-colab": '{"seconds": 3, "processor": 12.5}',
    }
    asked = []

    def run(words, **more):
        asked.append(words)
        folder = pathlib.Path(words[0]).parents[1].name
        return subprocess.CompletedProcess(words, 0, stdout=f"a line\n{said[folder]}\n")

    found = timings.compare(pathlib.Path("notebooks/03_gan_theory.ipynb"), run)
    assert found["ratio"] == 1.25 and found["course"]["seconds"] == 9.0
    assert [words[-2:] for words in asked] == [["--spent", "03"]] * 2


def test_the_shipped_parts_add_up_to_their_lesson():
    card = machine.timings()
    assert {"00", "06"} <= set(card["parts"])
    for number, parts in card["parts"].items():
        assert sum(parts.values()) == pytest.approx(card["seconds"][number], abs=1)
        assert card["shares"][number] in ("quiet machine", "busy machine")
