"""What a committed page must be: one function per kind of rule, each returning plain sentences.

Used by `python -m tools.notebooks --check` and by tests/test_notebooks.py. Standard library only;
a notebook is the plain dict that json.loads gives.
"""

import json
import pathlib
import re

from tools import bootstrap

MAX_BYTES = 600_000
MAX_LINES = 20
MAX_CELLS = 32  # an hour for a person
MAX_WORDS, LONG_WORDS, LONG = 2_500, 3_000, ("04", "06")
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
MAX_COLUMNS = 88  # JupyterLab beside its file list cuts longer lines on a laptop
BADGE_LINE = re.compile(rf"(?m)^{bootstrap.BADGE.pattern}\s*$")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
EMBEDDED = re.compile(r"data:image/[\w+]+;base64,[A-Za-z0-9+/=]*")
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/])/(?:root|home|work|tmp|Users|content|usr|opt)/|\b[A-Z]:\\\\?\w"
)
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
TIMING = re.compile(
    r"\bCPU times:|\bWall time:|\d+(\.\d+)?\s*(ms|s)/(step|epoch|it)\b|\d(it|s)/(s|it)\b"
)


def text(value):
    """A notebook string: stored as one string or as a list of lines."""
    return "".join(value) if isinstance(value, list) else value


def tags(cell):
    """The cell's tags."""
    return cell.get("metadata", {}).get("tags", [])


def code_cells(nb):
    """The code cells that are not empty."""
    return [c for c in nb["cells"] if c["cell_type"] == "code" and text(c["source"]).strip()]


def source_of(nb, kind="code"):
    """All source of one kind of cell as one string."""
    return "\n".join(text(c["source"]) for c in nb["cells"] if c["cell_type"] == kind)


def pictures(nb):
    """Pairs (cell, output) for every picture in the outputs."""
    return [
        (cell, output)
        for cell in code_cells(nb)
        for output in cell["outputs"]
        if is_picture(output.get("data", {}))
    ]


def is_picture(data):
    """Whether an output shows a picture, of its own kind or embedded in HTML."""
    return any(kind in data for kind in PICTURES) or "<img" in text(data.get("text/html", ""))


def output_text(output):
    """What an output says in words: streams, plain text, Markdown, HTML, the error's message."""
    data = output.get("data", {})
    parts = [text(data[k]) for k in ("text/plain", "text/markdown", "text/html") if k in data]
    parts += [text(output.get("text", "")), text(output.get("traceback", ""))]
    return EMBEDDED.sub("data:", "\n".join(parts))


def alt_text(output):
    """The picture's alt text from the output's metadata, also when it is kept per MIME type."""
    metadata = output.get("metadata", {})
    nested = [v.get("alt") for v in metadata.values() if isinstance(v, dict)]
    embedded = re.findall(
        r'<img\b[^>]*?\balt="([^"]+)"', text(output.get("data", {}).get("text/html", ""))
    )
    return next((a for a in [metadata.get("alt"), *nested, *embedded] if a), "")


def page_problems(nb):
    """Left-overs of one execution: state, timings, ids, counts."""
    found = [
        f"notebook metadata holds {k!r}"
        for k in ("widgets", "language_info")
        if k in nb["metadata"]
    ]
    ids = [c.get("id") for c in nb["cells"]]
    if None in ids or len(set(ids)) != len(ids):
        found.append("cell ids are missing or not unique")
    counts = [c["execution_count"] for c in code_cells(nb)]
    if counts != list(range(1, len(counts) + 1)):
        found.append(f"code cells are not counted 1…{len(counts)}: {counts}")
    found += [
        f"{c.get('id')}: metadata holds execution times"
        for c in nb["cells"]
        if "execution" in c["metadata"]
    ]
    return found


def output_problems(cell):
    """What may not stand in the outputs of one code cell."""
    found = []
    for output in cell["outputs"]:
        words = output_text(output)
        if output["output_type"] == "error" and "nbval-raises-exception" not in tags(cell):
            found.append(f"an error: {output.get('ename')}: {output.get('evalue')}")
        if WIDGET_VIEW in output.get("data", {}):
            found.append("a widget's state")
        if output.get("name") == "stderr":
            found.append(f"a message on stderr: {words.strip()[:80]!r}")
        for what, pattern in [
            ("an absolute path", ABSOLUTE_PATH),
            ("an object's address", ADDRESS),
            ("a timing", TIMING),
        ]:
            if hit := pattern.search(words):
                found.append(f"{what}: {words[hit.start() : hit.start() + 60]!r}")
    return [f"{cell.get('id')}: output holds {what}" for what in found]


def cell_problems(nb):
    """Length of code cells, alt text of pictures, clean outputs."""
    found = []
    for cell in code_cells(nb):
        lines = text(cell["source"]).strip().splitlines()
        if len(lines) > MAX_LINES:
            found.append(f"{cell.get('id')}: {len(lines)} lines of code, at most {MAX_LINES}")
        if wide := [
            line for line in lines if len(line) > MAX_COLUMNS and not bootstrap.is_bootstrap(cell)
        ]:
            found.append(
                f"{cell.get('id')}: a line of {len(wide[0])} columns, at most {MAX_COLUMNS}"
            )
        found += output_problems(cell)
    found += [
        f"{c.get('id')}: a picture without alt text" for c, o in pictures(nb) if not alt_text(o)
    ]
    return found


def bootstrap_problems(nb):
    """The first code cell is the bootstrap cell of tools/bootstrap.py, to the letter."""
    first = code_cells(nb)[0] if code_cells(nb) else {"source": "", "metadata": {}}
    if not bootstrap.is_bootstrap(first):
        return ["the first code cell does not carry the tag 'bootstrap'"]
    if text(first["source"]) != bootstrap.source():
        return ["the bootstrap cell differs from tools/bootstrap.py; `make publish` rewrites it"]
    return []


def lesson_problems(name, nb):
    """What a lesson must offer; 00 is the entrance and needs less, solutions nothing."""
    code, number = source_of(nb), name[:2]
    tagged = [t for c in nb["cells"] for t in tags(c)]
    panels = len(
        re.findall(
            r"\b(?:widgets|explorer)\.(?:panel|training_panel)\(|^\s*panel\(", code, flags=re.M
        )
    )
    exercises = len({t for t in tagged if t.startswith(f"exercise-{number}.")})
    compared = tagged.count("nbval-check-output")
    needed = {"pictures": (len(pictures(nb)), 4), "checked exercises": (exercises, 1)}
    if number != "00":
        needed["checked exercises"] = (exercises, 2)
        needed["panels"] = (panels, 1)
        needed["cells tagged nbval-check-output"] = (compared, 4)
    found = [
        f"{have} {what}, at least {want}" for what, (have, want) in needed.items() if have < want
    ]
    return (
        found if bootstrap.BADGE.search(source_of(nb, "markdown")) else [*found, "no Colab badge"]
    )


def deeper_problems(name, nb):
    """A deeper page leads back to its lesson, and opens in Colab."""
    words = source_of(nb, "markdown")
    back = re.search(rf"\]\(\.\./{name.split('/')[-1][:2]}_\w+\.ipynb", words)
    found = [] if back else ["no link back to its lesson, such as ](../05_new_styles.ipynb)"]
    return found if bootstrap.BADGE.search(words) else [*found, "no Colab badge"]


def core_words(nb):
    """How many words a reader reads: without questions and what is folded away."""
    cells = [text(c["source"]) for c in nb["cells"] if c["cell_type"] == "markdown"]
    read = [words for words in cells if not words.lstrip().startswith("**Question")]
    return len(FOLDED.sub("", "\n".join(read)).split())


def format_problems(name, nb):
    """The form of a lesson whose sections say what they need: its size, questions, slides."""
    number, code = name[:2], len(code_cells(nb))
    words, most = core_words(nb), LONG_WORDS if number in LONG else MAX_WORDS
    asked = {t for c in nb["cells"] for t in tags(c) if t.startswith(f"question-{number}.")}
    sizes = {"words": (words, most), "code cells": (code, MAX_CELLS)}
    found = [f"{have} {what}, at most {top}" for what, (have, top) in sizes.items() if have > top]
    found += [f"{len(asked)} concept questions, at least 3"] if len(asked) < 3 else []
    return found + [
        f"{cell.get('id')}: a section begins, and its metadata say no slideshow.slide_type"
        for cell in nb["cells"]
        if text(cell["source"]).startswith("## ")
        and not cell["metadata"].get("slideshow", {}).get("slide_type")
    ]


def is_marked(nb):
    """Whether the page says of its sections what they need; see tools/sections.py."""
    return any("needs" in cell["metadata"] for cell in nb["cells"])


def alt_problems(nb):
    """A picture's alt text stands in its cell's metadata, too."""
    kept = [(c, c["metadata"].get("mystnb", {}).get("image", {})) for c, _ in pictures(nb)]
    return [
        f"{c.get('id')}: no alt text in the cell's metadata" for c, i in kept if not i.get("alt")
    ]


def badge_problems(name, nb):
    """Every Colab badge opens this very page."""
    opened = bootstrap.BADGE.findall(source_of(nb, "markdown"))
    return [f"the Colab badge opens {page}" for page in opened if page != f"notebooks/{name}"]


def problems(name, raw):
    """Everything that is wrong with a page.

    Args:
        name: path below notebooks/, e.g. '05_new_styles.ipynb' or 'deeper/05_deeper.ipynb'.
        raw: the file's text.

    Returns:
        list of sentences, empty for a clean page.
    """
    nb, size = json.loads(raw), len(raw.encode())
    found = [f"{size / 1000:.0f} kB, at most {MAX_BYTES / 1000:.0f}"] if size > MAX_BYTES else []
    found += (
        page_problems(nb) + cell_problems(nb) + bootstrap_problems(nb) + badge_problems(name, nb)
    )
    place = pathlib.PurePosixPath(name).parent.as_posix()
    kinds = {".": lesson_problems, "deeper": deeper_problems}
    found += kinds[place](name, nb) if place in kinds else []
    found += alt_problems(nb) if is_marked(nb) else []
    return found + (format_problems(name, nb) if is_marked(nb) and place == "." else [])
