"""Sheets to print, made from the committed pages: `python -m tools.sheets 03` (also `make sheets N=03`).

Writes to build_cache/teach/, as HTML and PDF: 03_sheet (what one learns, the words, three figures),
03_questions for learners, 03_replies for the teacher; the words of all lessons in English and Chinese
(words); and the texts of teach/: run-sheets, notes, exit ticket, feedback form, first aid. The files need no
network; the PDF needs Chromium.
"""

import argparse
import base64
import html
import re
import sys

from tools import attribution, committed, concept_questions, paper, rules, slides

A4 = {"format": "A4", "margin": {k: "11mm" for k in ("top", "bottom", "left", "right")}}
STYLE = """
body { max-width: 180mm; font-size: 10pt; } ul { margin: .2em 0; padding-left: 1.3em; }
.figures { display: flex; gap: 4mm; align-items: flex-end; break-inside: avoid; }
figure { margin: 0 0 .6em; flex: 1; } figure img { max-height: 45mm; }
figcaption { font-size: .7em; color: #333; } table { font-size: .82em; width: 100%; }
.question { break-inside: avoid; margin-bottom: 1.2em; } .question h2 { margin-bottom: .2em; }
tr { break-inside: avoid; } li > p { margin: 0; }
"""
# Run-sheets are wide tables, and each is to be one page.
WIDE = (
    STYLE.replace("180mm", "277mm").replace("10pt", "9pt")
    + "table { font-size: .75em; } td, th { padding: .1em .4em; } p { margin: .5em 0; }"
)

# What people write on needs room below each question.
ROOM = {"exit_ticket": "40mm", "feedback": "19mm"}


def objectives(nb):
    """What a learner can do afterwards: the list in the page's first text, as Markdown."""
    first = rules.text(nb["cells"][0]["source"])
    found = re.search(r"(?m)^.*you can\s*\n\n((?:- .*(?:\n|$))+)", first)
    return found[1] if found else ""


def summary(nb):
    """The list under "What we learned", as Markdown."""
    for cell in nb["cells"]:
        words = rules.text(cell["source"])
        if re.match(r"## What (we|you) (have )?(learned|seen|learnt)", words):
            return "\n".join(
                re.findall(r"(?m)^- .*$", re.split(r"\n(?:### |## |\*\*Next)", words)[0])
            )
    return ""


def words(root=committed.ROOT):
    """The rows (English, Chinese, in one line) of lesson 00's list of words, of all lessons."""
    _, first = slides.lesson("00", root)
    listed = next(
        rules.text(c["source"]) for c in first["cells"] if "## Words" in rules.text(c["source"])
    )
    rows = [row.strip("| ").split(" | ") for row in listed.splitlines() if row.startswith("| ")]
    return [row for row in rows[1:] if len(row) == 3]


def terms(nb, root=committed.ROOT):
    """Those rows of `words` that the page uses."""
    read = rules.source_of(nb, "markdown").split("## Words")[0].lower()
    return [row for row in words(root) if any(word in read for word in stems(row[0]))]


def table(rows):
    """Rows of `words` as a Markdown table."""
    head = "| English | 中文 | in one line |\n|---|---|---|"
    return "\n".join([head, *(f"| {' | '.join(row)} |" for row in rows)])


def stems(term):
    """What a page would write for a term: 'backbone, head' gives both; an (ABBREVIATION) too."""
    parts = re.split(r", |\(|\)", term.lower().replace("λ", ""))
    return [part.strip() for part in parts if len(part.strip()) > 2]


def three(found):
    """The first, the middle and the last of a list, or all of a shorter one."""
    return found if len(found) < 4 else [found[0], found[len(found) // 2], found[-1]]


def figures(nb):
    """Three pictures of the page, as HTML with their description."""
    kept = [(c, o) for c, o in rules.pictures(nb) if "image/png" in o.get("data", {})]
    shown = []
    for _, output in three(kept):
        data = "".join(rules.text(output["data"]["image/png"]).split())
        base64.b64decode(data, validate=True)
        alt = html.escape(rules.alt_text(output), quote=True)
        shown.append(
            f'<figure><img alt="{alt}" src="data:image/png;base64,{data}">'
            f"<figcaption>{alt}</figcaption></figure>"
        )
    return "\n".join(shown)


def sheet(nb, root=committed.ROOT):
    """The body of a lesson's sheet."""
    title = rules.text(nb["cells"][0]["source"]).splitlines()[0].removeprefix("# ")
    parts = [
        f"# {title}",
        "## You can afterwards",
        objectives(nb),
        "## What the page shows",
        summary(nb),
        "## Words",
        table(terms(nb, root)),
    ]
    body = paper.to_html("\n\n".join(parts))
    credit = f'<p class="small">{html.escape(attribution.line(nb))}</p>'
    shown = f'<h2>Three figures</h2>\n<div class="figures">{figures(nb)}</div>'
    return title, "\n".join([body, shown, credit])


def questions(name, nb, replies):
    """The body of a question sheet; with replies it is the teacher's."""
    parts = []
    for asked in concept_questions.of(name, nb):
        text = asked.markdown() + ("\n\n" + asked.markdown(replies=True) if replies else "")
        text = re.sub(
            r"(?m)^## Question \d: ([A-D])\n\n.*?\n\n(?=- )", r"**Right: \1**\n\n", text, flags=re.S
        )
        parts.append(f'<div class="question">{paper.to_html(text)}</div>')
    return "\n".join(parts)


def write(number, to=slides.TO, root=committed.ROOT):
    """Writes a lesson's three sheets; returns the paths."""
    name, nb = slides.lesson(number, root)
    title, body = sheet(nb, root)
    written = paper.write(to / f"{number}_sheet.html", paper.page(title, body, STYLE), **A4)
    for kind, replies in (("questions", False), ("replies", True)):
        head = f"<h1>{html.escape(title)}: {kind}</h1>"
        text = paper.page(f"{title}: {kind}", head + questions(name, nb, replies), STYLE)
        written += paper.write(to / f"{number}_{kind}.html", text, **A4)
    return written


def write_words(to=slides.TO, root=committed.ROOT):
    """Writes the words of all lessons, English beside Chinese; returns the paths."""
    title = "Words · 词汇"
    body = paper.to_html(f"# {title}\n\n{table(words(root))}")
    return paper.write(to / "words.html", paper.page(title, body, STYLE), **A4)


def write_texts(to=slides.TO, root=committed.ROOT):
    """Writes the pages of teach/; returns the paths. What is a wide table lies on its side."""
    written = []
    for path in sorted((root / "teach").glob("*.md")):
        words = path.read_text(encoding="utf-8")
        wide = "| clock |" in words
        body = paper.to_html(words)
        room = f"ol > li {{ min-height: {ROOM[path.stem]}; }}" if path.stem in ROOM else ""
        text = paper.page(path.stem, body, WIDE if wide else STYLE + room)
        written += paper.write(to / f"{path.stem}.html", text, landscape=wide, **A4)
    return written


def main(argv=None):
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.sheets", description=__doc__)
    parser.add_argument(
        "lessons", nargs="*", help="such as 03; all, words and texts too, by default"
    )
    options = parser.parse_args(argv)
    try:
        for number in options.lessons or slides.numbers():
            print(*(p.relative_to(committed.ROOT) for p in write(number)), sep="\n", flush=True)
    except ValueError as error:
        parser.error(str(error))
    if not options.lessons:
        written = [*write_words(), *write_texts()]
        print(*(p.relative_to(committed.ROOT) for p in written), sep="\n")
    if not paper.find_chromium():
        print("No PDF: that needs Chromium (Debian: apt install chromium). Or print the HTML.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
