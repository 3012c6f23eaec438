"""The course as HTML: `make book` writes build_cache/site/book from the committed notebooks; nothing is executed.

Lays the pages out in build_cache/book as they lie in the repository, so that links between them stay as they
are, has Sphinx write them, and looks at what it wrote (tools/book_check.py). A link to nowhere ends it.
Runs in .venv-book, which has what requirements-book.txt lists; standard library only, as far as it goes itself.
"""

import html
import json
import posixpath
import re
import shutil
import subprocess
import sys

from tools import book_check, bootstrap, committed

ROOT = committed.ROOT
SOURCES, SITE = ROOT / "build_cache" / "book", ROOT / "build_cache" / "site"
TEXTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "experiments/RESULTS.md")
FOLDERS = {
    "notebooks/deeper": ("Deeper", "Optional pages: what goes further than an hour."),
    "notebooks/solutions": ("Worked exercises", "One page for each lesson. Try yourself first."),
}
CODE = r"```.*?```|`[^`\n]*`"
# What stands in code is no link, but code may stand in a link's words.
LINK = re.compile(
    rf"(!?\[(?:[^][]|\[[^][]*\])*\]\(|<a href=\")([^)\s\"]+)(\)|\")|{CODE}", re.DOTALL
)
PANEL = re.compile(r"\b[a-z_]+\.\w*panel\w*\(|^panel$", re.MULTILINE)
# What a screen reader lacks in the theme's and myst-nb's HTML.
MENDED = {
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<div class="table-wrapper ': '<div tabindex="0" class="table-wrapper ',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
}
FOLDED = re.compile(r"bootstrap|(exercise|question)-.*")


def title(root=ROOT):
    """The course's title: README's first line."""
    return (root / "README.md").read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")


def slug(text):
    """A heading's anchor, as JupyterLab makes it."""
    return text.strip().replace(" ", "-")


def pages(root=ROOT):
    """{path below the repository: text} of all that becomes a page, notebooks as committed."""
    found = {f"notebooks/{name}": committed.text(name, root) for name in committed.names(root)}
    texts = [*TEXTS, *sorted(p.relative_to(root).as_posix() for p in root.glob("teach/*.md"))]
    found |= {name: (root / name).read_text(encoding="utf-8") for name in texts}
    for folder, (heading, words) in FOLDERS.items():
        found[f"{folder}/index.md"] = contents(folder, heading, words)
    return found


def contents(folder, heading, words):
    """The page of a folder: a list of those in it."""
    return f"# {heading}\n\n{words}\n\n```{{toctree}}\n:maxdepth: 1\n:glob:\n\n[0-9]*\n```\n"


def texts_of(name, raw):
    """The Markdown of a page: a list of strings, for a notebook one for each of its text cells."""
    if not name.endswith(".ipynb"):
        return [raw]
    cells = json.loads(raw)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def anchors(name, raw):
    """The anchors of a page's headings."""
    plain = re.sub("```.*?```", "", "\n".join(texts_of(name, raw)), flags=re.DOTALL)
    return {slug(found) for found in re.findall(r"(?m)^#{1,4} +(.+?) *$", plain)}


def target_of(name, link):
    """(path below the repository, anchor) that a relative link on a page leads to."""
    path, _, anchor = link.partition("#")
    return posixpath.normpath(
        posixpath.join(posixpath.dirname(name), path)
    ) if path else name, anchor


def linked(name, text, found, root=ROOT):
    """A page's Markdown with each link leading to a page of the book, or to the file on GitHub.

    Args:
        name: the page.
        text: its Markdown.
        found: what `pages` gives.
        root: the repository.

    Raises:
        ValueError: a link leads nowhere; says which, and where it stands.
    """

    def led(hit):
        link = hit[2]
        if not link or re.match(r"[a-z]+:", link):
            return hit[0]
        target, anchor = target_of(name, link)
        if target in FOLDERS:
            target, link = f"{target}/index.md", f"{link.rstrip('/')}/index.md"
        if target in found:
            if anchor and anchor not in anchors(target, found[target]):
                raise ValueError(
                    f"{name}: the link to {link} names a heading that {target} has not"
                )
            if hit[1].startswith("<"):  # Sphinx leaves HTML as it is
                link = re.sub(r"\.(ipynb|md)(?=#|$)", ".html", link)
            return f"{hit[1]}{link}{hit[3]}"
        if not (root / target).exists() or target.startswith(".."):
            raise ValueError(f"{name}: the link to {link} leads to {target}, which is not there")
        if hit[0].startswith("!"):
            return hit[0]
        kind = "tree" if (root / target).is_dir() else "blob"
        return f"{hit[1]}{bootstrap.address()}/{kind}/{bootstrap.TAG}/{target}{hit[3]}"

    return LINK.sub(led, text)


def laid_out(name, raw, found, root=ROOT):
    """A page as Sphinx shall read it."""
    if not name.endswith(".ipynb"):
        return linked(name, raw, found, root)
    nb = json.loads(raw)
    cells = []
    for cell in nb["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = narrow(linked(name, "".join(cell["source"]), found, root))
        cells.append(captioned(folded(cell)))
        if note := panel_note(name, cell):
            cells.append(
                {
                    "cell_type": "markdown",
                    "id": f"{cell['id']}-note",
                    "metadata": {},
                    "source": note,
                }
            )
    return json.dumps({**nb, "cells": cells}, ensure_ascii=False)


def narrow(text):
    """The Markdown with formulas that stand side by side one below the other: a phone is narrow."""
    return re.sub(
        r"\$\$(.+?)\$\$",
        lambda hit: (
            "$$\\begin{gathered}" + hit[1].replace(r"\qquad", r"\\[2pt]") + "\\end{gathered}$$"
            if r"\qquad" in hit[1] and r"\begin" not in hit[1]
            else hit[0]
        ),
        text,
        flags=re.DOTALL,
    )


def folded(cell):
    """The cell, folded where it is an exercise, a question, or finds the course."""
    tags = cell["metadata"].get("tags", [])
    if cell["cell_type"] == "code" and any(FOLDED.fullmatch(tag) for tag in tags):
        cell["metadata"]["tags"] = [*tags, "hide-cell"]
    return cell


def captioned(cell):
    """The cell, with the printed captions of its pictures as text that fits a phone."""
    alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt")
    if not alt:
        return cell
    captions, outputs = alt.split(" · "), []
    for output in cell["outputs"]:
        if output["output_type"] != "stream":
            outputs.append(output)
            continue
        for line in "".join(output["text"]).splitlines(keepends=True):
            if line.strip() in captions:
                words = {"text/html": f'<p class="caption">{html.escape(line.strip())}</p>'}
                outputs.append({"output_type": "display_data", "data": words, "metadata": {}})
            else:
                outputs.append({**output, "text": line})
    cell["outputs"] = outputs
    return cell


def panel_note(name, cell):
    """What stands where a panel was, or ''."""
    source = "".join(cell["source"])
    if cell["cell_type"] != "code" or cell["outputs"] or not PANEL.search(source):
        return ""
    if "explorer." not in source:
        return "*A panel to play with, in the notebook. The same as a picture follows.*"
    up = "../" * (name.count("/") + 1)
    return f'*The explorer, in the notebook.* <a href="{up}index.html">Steer it here</a>, in your browser.'


def lay_out(sources=SOURCES, root=ROOT):
    """Writes all pages, and the pictures that they show, into a folder of their own."""
    shutil.rmtree(sources, ignore_errors=True)
    found = pages(root)
    for name, raw in found.items():
        place = sources / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(laid_out(name, raw, found, root), encoding="utf-8")
        for text in texts_of(name, raw):
            for start, link, _ in LINK.findall(text):
                if start.startswith("!") and not re.match(r"[a-z]+:", link):
                    picture = target_of(name, link)[0]
                    (sources / picture).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(root / picture, sources / picture)
    shutil.copyfile(root / "book" / "index.md", sources / "index.md")


def mend(folder):
    """Puts `MENDED` into all HTML pages of a folder."""
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for before, after in MENDED.items():
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")


def main():
    try:
        lay_out()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    words = [
        "-q",
        "-E",
        "-W",
        "--keep-going",
        "-c",
        str(ROOT / "book"),
        "-d",
        str(SOURCES / ".doctrees"),
    ]
    out = SITE / "book"
    shutil.rmtree(out, ignore_errors=True)
    code = subprocess.call(
        [sys.executable, "-m", "sphinx", "-b", "html", *words, str(SOURCES), str(out)]
    )
    shutil.rmtree(SITE / "jupyter_execute", ignore_errors=True)  # myst-nb's copies of the pictures
    mend(out)
    wrong = book_check.problems(SITE) if not code else []
    print(*wrong, sep="\n", file=sys.stderr)
    if code or wrong:
        return 1
    print(f"{out / 'index.html'}: {len(list(out.rglob('*.html')))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
