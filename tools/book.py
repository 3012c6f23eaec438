"""The course as HTML: `make book` writes build_cache/site/book from the committed notebooks; nothing is executed.

Lays the pages out in build_cache/book as they lie in the repository, so that links between them stay as they
are, has Sphinx write them, and looks at what it wrote (tools/book_check.py). A link to nowhere ends it.
Runs in .venv-book, which has what requirements-book.txt lists; standard library only, as far as it goes itself.

    python -m tools.book zh      # build_cache/site/book_zh too, of what `python -m tools.translate zh --book` wrote

What is said here and in book/index.md has its translation in book/zh.json.
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
BUILD = ROOT / "build_cache"
SOURCES, SITE = BUILD / "book", BUILD / "site"
ENGLISH = {"language": "en", "name": "English", "said": {}}
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


# Chinese has no spaces between words.
RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")


def title(readme=None):
    """The course's title: README's first line."""
    readme = readme or (ROOT / "README.md").read_text(encoding="utf-8")
    return readme.split("\n")[0].removeprefix("# ")


def texts_at(to):
    """The folder of the pages in a language, as tools/translate.py writes them."""
    return BUILD / f"texts_{to}"


def spoken(to, root=ROOT):
    """What book/zh.json says of a language: Sphinx's name for it, its own name, and what is said in it."""
    path = root / "book" / f"{to}.json"
    return json.loads(path.read_text(encoding="utf-8")) if to else ENGLISH


def told(text, said):
    """A text with each of the English parts that `said` names in its language."""
    for english, words in said.items():
        text = text.replace(english, words)
    return text


def search_words(text):
    """What a search finds in a text: its words; in Chinese each sign, and each two side by side."""
    found = []
    for run in RUNS.findall(text):
        if re.match(r"[\u3400-\u9fff]", run):
            found += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
        else:
            found.append(run)
    return found


def slug(text):
    """A heading's anchor, as JupyterLab makes it."""
    return text.strip().replace(" ", "-")


def pages(root=ROOT, to=None):
    """{path below the repository: text} of all that becomes a page, notebooks as committed.

    Args:
        root: the repository.
        to: a language; a page that is not translated is English.

    Raises:
        ValueError: there are no pages in that language yet.
    """
    found = {f"notebooks/{name}": committed.text(name, root) for name in committed.names(root)}
    texts = [*TEXTS, *sorted(p.relative_to(root).as_posix() for p in root.glob("teach/*.md"))]
    found |= {name: (root / name).read_text(encoding="utf-8") for name in texts}
    for folder, (heading, words) in FOLDERS.items():
        found[f"{folder}/index.md"] = told(
            contents(folder, heading, words), spoken(to, root)["said"]
        )
    if not to:
        return found
    if not texts_at(to).is_dir():
        raise ValueError(
            f"no pages in {to} yet: `python -m tools.translate {to} --book` writes them"
        )
    translated = {name: texts_at(to) / name for name in found}
    return found | {
        name: path.read_text(encoding="utf-8") for name, path in translated.items() if path.exists()
    }


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


def laid_out(name, raw, found, root=ROOT, to=None):
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
                    "source": told(note, spoken(to, root)["said"]),
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
    link = f'<a href="{up}index.html">Steer two generators of the course</a>'
    return f"*The explorer, in the notebook.* {link}, in your browser."


def lay_out(sources=SOURCES, root=ROOT, to=None, others=()):
    """Writes all pages, and the pictures that they show, into a folder of their own.

    Args:
        sources: the folder.
        root: the repository.
        to: the language; English by default.
        others: the languages of the other books, to which the first page shall lead.

    Returns:
        what `pages` gives.
    """
    shutil.rmtree(sources, ignore_errors=True)
    found = pages(root, to)
    for name, raw in found.items():
        place = sources / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(laid_out(name, raw, found, root, to), encoding="utf-8")
        for text in texts_of(name, raw):
            for start, link, _ in LINK.findall(text):
                if start.startswith("!") and not re.match(r"[a-z]+:", link):
                    picture = target_of(name, link)[0]
                    (sources / picture).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(root / picture, sources / picture)
    index = (root / "book" / "index.md").read_text(encoding="utf-8")
    links = [
        f'<a href="../{named(other)}/index.html">{spoken(other, root)["name"]}</a>\n\n'
        for other in others
    ]
    index = told(index, spoken(to, root)["said"]).replace("```", "".join(links) + "```", 1)
    (sources / "index.md").write_text(index, encoding="utf-8")
    return found


def named(to):
    """The name of a book's folder."""
    return f"book_{to}" if to else "book"


def mend(folder):
    """Puts `MENDED` into all HTML pages of a folder."""
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for before, after in MENDED.items():
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")


def build(to, others):
    """Writes the book in a language; returns Sphinx's exit status."""
    sources, out = SOURCES.with_name(named(to)), SITE / named(to)
    found, language = lay_out(sources, to=to, others=others), spoken(to)
    settings = {"language": language["language"]}
    if to:
        settings["project"] = settings["html_title"] = title(found["README.md"])
        settings["nb_code_prompt_show"] = told("Show what is folded here", language["said"])
        settings["nb_code_prompt_hide"] = told("Fold it again", language["said"])
    words = ["-q", "-E", "-W", "--keep-going", "-c", ROOT / "book", "-d", sources / ".doctrees"]
    words += [word for key, value in settings.items() for word in ("-D", f"{key}={value}")]
    code = subprocess.call([sys.executable, "-m", "sphinx", "-b", "html", *words, sources, out])
    mend(out)
    return code


def main(languages=()):
    books = [None, *languages]
    for old in SITE.glob("book*"):
        shutil.rmtree(old)
    try:
        codes = [build(to, [other for other in books if other != to]) for to in books]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    shutil.rmtree(SITE / "jupyter_execute", ignore_errors=True)  # myst-nb's copies of the pictures
    wrong = book_check.problems(SITE) if not any(codes) else []
    print(*wrong, sep="\n", file=sys.stderr)
    if any(codes) or wrong:
        return 1
    for out in (SITE / named(to) for to in books):
        print(f"{out / 'index.html'}: {len(list(out.rglob('*.html')))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
