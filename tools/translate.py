"""The pages in another language: `python -m tools.translate zh` writes translated/zh/, to be opened there.

translations/zh.json holds what is translated, each piece with a check sum of the English that it was
made from. What has changed since stays English on the page, and `--check` lists it:

    python -m tools.translate zh --check      pieces that are stale, and how much is translated
    python -m tools.translate zh --todo       the English pieces that have no translation, as JSON
    python -m tools.translate zh --add FILE   takes such a JSON file back, with the translations in it

Three kinds of pieces: `cells` (text cells of pages, by page and cell), `blocks` (paragraphs of README.md
and teach/*.md, by their own check sum) and `strings` (what checkers, panels and figures say, with {}
for what varies; see helpers/language.py).
"""

import argparse
import ast
import hashlib
import json
import pathlib
import re

from helpers import files, language
from tools import committed

ROOT = committed.ROOT
SPEAKING = (
    "exercises",
    "explorer",
    "widgets.py",
    "art",
    "gan",
    "latents",
    "objective",
    "transfer",
    "theory",
)
TEXTS = ("README.md", "teach/*.md")


def sum_of(text):
    """Eight letters that change when the English changes; space at the ends does not count."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def cells(root=ROOT):
    """{'01_page.ipynb cell-id': English} of all text cells of the lessons and their deeper pages."""
    found = {}
    for name in committed.names(root):
        if name.startswith("solutions/"):
            continue
        for cell in json.loads(committed.text(name, root))["cells"]:
            if cell["cell_type"] == "markdown":
                found[f"{name} {cell['id']}"] = "".join(cell["source"])
    return found


def blocks(root=ROOT):
    """{check sum: English} of the paragraphs of the files in `TEXTS`; code blocks are left out."""
    found = {}
    for pattern in TEXTS:
        for path in sorted(root.glob(pattern)):
            for block in split(path.read_text(encoding="utf-8")):
                if not block.startswith(("    ", "```", "<")):
                    found[sum_of(block)] = block
    return found


def split(text):
    """Paragraphs of a Markdown file, without the empty lines between them."""
    return [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]


def strings(root=ROOT):
    """All texts in the code of `SPEAKING` and in the pages' code cells, `{}` for what varies."""
    sources = [p.read_text(encoding="utf-8") for p in _modules(root)]
    for name in committed.names(root):
        for cell in json.loads(committed.text(name, root))["cells"]:
            if cell["cell_type"] == "code":
                sources.append("".join(cell["source"]))
    return {text for source in sources for text in _texts(source)}


def _modules(root):
    for name in SPEAKING:
        path = root / "helpers" / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] * path.exists()


def _texts(source):
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a page's cell with a line of the shell
        return
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    described = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            yield "".join(parts)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside | described
        ):
            yield node.value


def read(name, root=ROOT):
    """The translation of that name; an empty one where there is none."""
    path = root / "translations" / f"{name}.json"
    if not path.exists():
        return {"cells": {}, "blocks": {}, "strings": {}}
    return json.loads(path.read_text(encoding="utf-8"))


def stale(held, root=ROOT):
    """Sentences, one for each piece whose English has changed or gone."""
    english, paragraphs, said = cells(root), blocks(root), strings(root)
    found = []
    for key, piece in held["cells"].items():
        if key not in english:
            found.append(f"cell {key}: no page has it")
        elif piece["hash"] != sum_of(english[key]):
            found.append(f"cell {key}: the English has changed")
    found += [
        f"paragraph {k}: no text has it ({v[:30]!r})"
        for k, v in held["blocks"].items()
        if k not in paragraphs
    ]
    found += [f"string {text!r}: nothing says it" for text in held["strings"] if text not in said]
    return found


def page(name, held, root=ROOT):
    """A page as a dict, its text cells translated where the English is what was translated."""
    notebook = json.loads(committed.text(name, root))
    for cell in notebook["cells"]:
        piece = held["cells"].get(f"{name} {cell['id']}")
        if piece and piece["hash"] == sum_of("".join(cell["source"])):
            cell["source"] = piece["text"]
    return notebook


def text_file(path, held):
    """A Markdown file, its paragraphs translated where there is a translation."""
    done = [
        held["blocks"].get(sum_of(block), block)
        for block in split(path.read_text(encoding="utf-8"))
    ]
    return "\n\n".join(done) + "\n"


def write(name, to, root=ROOT):
    """Writes all pages and texts in a language; returns the paths."""
    held, written = read(name, root), []
    for page_name in committed.names(root):
        path = to / page_name
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(path, page(page_name, held, root))
        written.append(path)
    for pattern in TEXTS:
        for path in sorted(root.glob(pattern)):
            target = to / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            files.write_text(target, text_file(path, held))
            written.append(target)
    return written


def todo(held, only=None, root=ROOT):
    """The English that has no valid translation, in the form that `add` takes back.

    Args:
        held: a translation.
        only: leave out cells of pages whose name does not begin with this.
    """
    valid = {
        k for k, piece in held["cells"].items() if piece["hash"] == sum_of(cells(root).get(k, ""))
    }
    return {
        "cells": {
            k: v for k, v in cells(root).items() if k not in valid and k.startswith(only or "")
        },
        "blocks": {k: v for k, v in blocks(root).items() if k not in held["blocks"]},
        "strings": {t: t for t in sorted(strings(root)) if " " in t and t not in held["strings"]},
    }


def add(name, given, root=ROOT):
    """Takes translations in, with the check sums of the English as it is now.

    Raises:
        ValueError: a piece that the course has not, named.
    """
    held, english = read(name, root), {"cells": cells(root), "blocks": blocks(root)}
    said = strings(root)
    for kind in ("cells", "blocks"):
        for key in given.get(kind, {}):
            if key not in english[kind]:
                raise ValueError(
                    f"{key!r} is none of the course's {kind}: take the keys from --todo"
                )
    for text in given.get("strings", {}):
        if text not in said:
            raise ValueError(f"{text!r} is said nowhere: take the texts from --todo")
    for key, text in given.get("cells", {}).items():
        held["cells"][key] = {"hash": sum_of(english["cells"][key]), "text": text}
    held["blocks"].update(given.get("blocks", {}))
    held["strings"].update(given.get("strings", {}))
    ordered = {kind: dict(sorted(held[kind].items())) for kind in ("blocks", "cells", "strings")}
    path = root / "translations" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    files.write_text(path, json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


def main(argv=None):
    """The command; its exit status is 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.translate", description=__doc__)
    parser.add_argument("language", help="such as zh: a file of translations/")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--todo", action="store_true")
    parser.add_argument("--add", type=pathlib.Path)
    options = parser.parse_args(argv)
    if options.add:
        try:
            add(options.language, json.loads(options.add.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            parser.error(str(error))
    if options.language not in language.known():
        parser.error(f"there is no translations/{options.language}.json yet: --add makes it")
    held = read(options.language)
    if options.todo:
        print(json.dumps(todo(held), ensure_ascii=False, indent=1))
        return 0
    old = stale(held)
    print(*old, sep="\n", end="\n" * bool(old))
    counts = {
        k: f"{len(held[k])} of {len(v)}" for k, v in (("cells", cells()), ("blocks", blocks()))
    }
    print(
        f"{options.language}: {counts['cells']} text cells, {counts['blocks']} paragraphs, {len(held['strings'])} strings"
    )
    if not options.check:
        written = write(options.language, ROOT / "translated" / options.language)
        print(f"{len(written)} pages and texts are in translated/{options.language}/")
    return 1 if old else 0


if __name__ == "__main__":
    raise SystemExit(main())
