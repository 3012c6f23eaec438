"""Slides made from the committed pages: `python -m tools.slides 03` (also `make slides N=03`).

Writes build_cache/teach/03_slides.html and .pdf, and 03_questions_slides: each question on a slide,
its replies on the next. A page's cells say in their metadata where a slide begins
("slideshow": {"slide_type": "slide"}, "subslide", or "skip"); nbconvert cuts by that. Code is left
out: it is shown on the page itself, where it runs. The files need no network; arrow keys turn the
slides. The PDF needs Chromium.
"""

import argparse
import copy
import html
import pathlib
import re
import sys

import nbformat

from tools import attribution, committed, concept_questions, paper, rules

TO = committed.ROOT / "build_cache" / "teach"
TEMPLATES = pathlib.Path(__file__).resolve().parent
# What is folded away, and what is said to who sits at the page.
NOT_TOLD = re.compile(r"(?s)<details>.*?</details>|\*This section (?:needs|has) [^*]*\*")
NOT_SHOWN = ("question-", "exercise-", "bootstrap")


def lesson(number, root=committed.ROOT):
    """A committed lesson: (its name, the notebook).

    Raises:
        ValueError: there is no such lesson.
    """
    names = [n for n in committed.names(root) if re.match(r"\d\d_", n)]
    for name in names:
        if name.startswith(f"{number}_"):
            return name, nbformat.reads(committed.text(name, root), as_version=4)
    raise ValueError(f"there is no lesson {number!r}; one of: {', '.join(n[:2] for n in names)}")


def numbers(root=committed.ROOT):
    """The numbers of all committed lessons."""
    return sorted({n[:2] for n in committed.names(root) if re.match(r"\d\d_", n)})


def prepared(nb):
    """The page as it is cut: formulas drawn, nothing folded, no output of what learners fill in."""
    nb = copy.deepcopy(nb)
    nb.cells = [c for c in nb.cells if not any(t.startswith(NOT_SHOWN) for t in rules.tags(c))]
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            words = rules.BADGE_LINE.sub("", NOT_TOLD.sub("", cell.source))
            cell.source = paper.with_formulas(words)
            continue
        alts = {rules.alt_text(output) for output in cell.outputs} - {""}
        cell.outputs = [o for o in map(without(alts), cell.outputs) if o is not None]
    return nb


def without(alts):
    """Takes the lines that only repeat a picture's alt text out of an output; None where nothing stays."""

    def cut(output):
        if output.output_type == "stream":
            lines = [line for line in output.text.splitlines() if line not in alts]
            return nbformat.from_dict({**output, "text": "\n".join(lines)}) if lines else None
        words = output.get("data", {}).get("text/plain", "")
        return None if words in alts and not rules.is_picture(output.data) else output

    return cut


def deck(nb, title, foot):
    """HTML of a notebook's slides."""
    from nbconvert import SlidesExporter

    exporter = SlidesExporter(
        template_name="slides_template",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    folder = TEMPLATES / "slides_template"
    words = {name: (folder / f"deck.{name}").read_text(encoding="utf-8") for name in ("css", "js")}
    resources = {
        "deck": {
            "title": html.escape(title),
            "foot": html.escape(foot, quote=True),
            "style": words["css"],
            "script": words["js"],
            "language": "en",
        }
    }
    return exporter.from_notebook_node(nb, resources)[0]


def question_deck(asked):
    """A notebook of slides: a question, then the same with its replies."""
    cells = []
    for q in asked:
        for text in (q.markdown(), q.markdown(replies=True)):
            cell = nbformat.v4.new_markdown_cell(paper.with_formulas(text))
            cell.metadata["slideshow"] = {"slide_type": "slide"}
            cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def write(number, to=TO, root=committed.ROOT):
    """Writes a lesson's two decks; returns the paths."""
    name, nb = lesson(number, root)
    title = rules.text(nb["cells"][0]["source"]).splitlines()[0].removeprefix("# ")
    credit = attribution.line(nb)
    wide = {"width": "1280px", "height": "720px", "prefer_css_page_size": True}
    written = paper.write(to / f"{number}_slides.html", deck(prepared(nb), title, credit), **wide)
    if asked := concept_questions.of(name, nb):
        text = deck(question_deck(asked), f"{title}: questions", title)
        written += paper.write(to / f"{number}_questions_slides.html", text, **wide)
    return written


def main(argv=None):
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.slides", description=__doc__)
    parser.add_argument("lessons", nargs="*", help="such as 03; all by default")
    options = parser.parse_args(argv)
    try:
        for number in options.lessons or numbers():
            print(*(p.relative_to(committed.ROOT) for p in write(number)), sep="\n", flush=True)
    except ValueError as error:
        parser.error(str(error))
    if not paper.find_chromium():
        print("No PDF: that needs Chromium (Debian: apt install chromium). Or print the HTML.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
