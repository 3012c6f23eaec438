"""The pages in another language: `python -m tools.translate zh` writes notebooks_zh/, to be opened there.

README_zh.md and teach_zh/ come with them, beside the English ones, so that links and paths on them lead where
they should.

translations/zh.json holds what is translated, each piece with a check sum of the English that it was
made from. What has changed since stays English on the page, and `--check` lists it:

    python -m tools.translate zh --check      pieces that are stale, and how much is translated
    python -m tools.translate zh --drop       removes the stale ones: whoever knows no Chinese is done
    python -m tools.translate zh --todo       the English pieces that have no translation, as JSON
    python -m tools.translate zh --add FILE   takes such a JSON file back, with the translations in it
    python -m tools.translate zh --book       the pages for `make book TO=zh`, whose own Python reads them

Two kinds of pieces: `texts` by the page or the file that they stand in (`split` says what a piece
is), and `strings` (what checkers, panels and figures say, with {} for what varies; see
helpers/language.py). A run-sheet's computed cells, such as "9 s of computing, 2 panels", are put together
from `counts`, so that new numbers need no new translation.
"""

import argparse
import ast
import hashlib
import json
import pathlib
import re
import shutil

from helpers import files, language
from tools import book, committed

ROOT = committed.ROOT
SPEAKING = (
    "art",
    "bias.py",
    "challenges.py",
    "exercises",
    "explain",
    "explorer",
    "gan",
    "latents",
    "machine.py",
    "metrics",
    "objective",
    "privacy",
    "scaling.py",
    "theory",
    "train",
    "transfer",
    "widgets.py",
)
TEXTS = ("README.md", "teach/*.md")
# Between two pieces: empty lines, or the end of a line before a heading, a list's item or a table's row;
# and in a row what parts its cells.
_BETWEEN = re.compile(r"(\n\s*\n|\n(?=\s*(?:#+ |[-*] |\d+\. |\|))|\s+\Z)")

_CELLS = re.compile(r"(\s*(?<!\\)\|\s*)")


def sum_of(text):
    """Eight letters that change when the English changes; space at the ends does not count."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def split(text):
    """A text as [piece, what is between, piece, …]: headings, paragraphs, list items, cells of tables."""
    parts = _BETWEEN.split(text)
    return [p for part in parts for p in (_CELLS.split(part) if part.startswith("|") else [part])]


def texts(root=ROOT):
    """{place: {check sum: English}}: the pieces of the pages ('01_page.ipynb') and of the files.

    A piece may move within its page, or its cell get another name, and stays translated.
    """
    found = {}
    for name in committed.names(root):
        if name.startswith("solutions/"):
            continue
        found[name] = {}
        for cell in json.loads(committed.text(name, root))["cells"]:
            if cell["cell_type"] == "markdown":
                found[name] |= _summed("".join(cell["source"]))
    return found | {
        path.relative_to(root).as_posix(): _summed(path.read_text(encoding="utf-8"))
        for path in _files(root)
    }


def _summed(text):
    return {sum_of(piece): piece for piece in _readable(text)}


def _files(root):
    return [path for pattern in TEXTS for path in sorted(root.glob(pattern))]


def _readable(text):
    """The pieces that have words to translate: no code, no bare tags, no line below a table's head."""
    code = False
    for piece in split(text)[::2]:
        fences = len(re.findall(r"^```", piece, re.MULTILINE))
        words = re.sub(r"<[^>]*>|\$[^$]*\$|^`[^`]*`$|&nbsp;", "", piece.strip())
        if not (code or fences or piece.startswith("    ")) and re.search("[A-Za-z]", words):
            yield piece
        code ^= fences % 2


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
        return {"strings": {}, "texts": {}}
    return json.loads(path.read_text(encoding="utf-8"))


def _save(name, held, root):
    """Sorted, and in lines, so that two people's additions can be merged."""
    path = root / "translations" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    ordered = {kind: {k: v for k, v in sorted(held[kind].items()) if v} for kind in held}
    files.write_text(path, json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


def stale(held, root=ROOT):
    """[(place or None for a string, key)] of the pieces whose English has changed or gone."""
    english, said = texts(root), strings(root)
    return [
        (place, key)
        for place, pieces in held["texts"].items()
        for key in pieces
        if key not in english.get(place, {})
    ] + [(None, text) for text in held["strings"] if text not in said]


def listed(held, root=ROOT):
    """Sentences, one for each stale piece."""
    return [
        f"{place}: the English has changed of {held['texts'][place][key][:40]!r}"
        if place
        else f"nothing says {key!r} any more"
        for place, key in stale(held, root)
    ]


def drop(name, root=ROOT):
    """Removes what is stale from a translation; returns how much that was."""
    held = read(name, root)
    old = stale(held, root)
    for place, key in old:
        del (held["texts"][place] if place else held["strings"])[key]
    _save(name, held, root)
    return len(old)


def translated(text, pieces, counts=()):
    """A text with those of its pieces translated that have a translation.

    Args:
        text: English Markdown.
        pieces: {check sum of the English: translation}.
        counts: as for `counted`.
    """
    return "".join(
        pieces.get(sum_of(p)) or counted(p, counts) or p if p.strip() else p for p in split(text)
    )


def counted(piece, counts):
    """A piece of numbers and words of `counts` alone, translated; None for any other.

    Args:
        piece: such as "9 s of computing, 2 panels", "10 to 23".
        counts: {English: translation}, a space before a word belongs to it.
    """
    words = sorted(counts, key=len, reverse=True)
    known = "|".join([r"[\d:.,]+(?<!,)", ", ", *map(re.escape, words)])
    if not words or not re.fullmatch(rf"(?:{known})+", piece) or not re.search("[a-z]", piece):
        return None
    return re.sub("|".join(map(re.escape, words)), lambda hit: counts[hit[0]], piece)


def page(name, to, held, root=ROOT):
    """A page as a dict, its text cells translated where the English is what was translated.

    Args:
        name: of the page.
        to: the language's name, which the first cell chooses for checkers, panels and figures, and links
            lead to; None leaves links and code as they were.
        held: the translation.
    """
    notebook = json.loads(committed.text(name, root))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            pieces = held["texts"].get(name, {})
            cell["source"] = _led(translated(source, pieces), to)
        elif to and "bootstrap" in cell["metadata"].get("tags", []):
            cell["source"] = source.replace("LANGUAGE = None", f'LANGUAGE = "{to}"', 1)
    return notebook


def text_file(path, to, held, root=ROOT):
    """A Markdown file, its pieces translated where there is a translation."""
    pieces = held["texts"].get(path.relative_to(root).as_posix(), {})
    text = path.read_text(encoding="utf-8")
    return _led(translated(text, pieces, held.get("counts", {})), to)


def _led(text, to):
    """A text whose links lead to what `write` writes."""
    if not to:
        return text
    text = re.sub(r"(\]\((?:\.\./)*(?:notebooks|teach))/", rf"\1_{to}/", text)
    return re.sub(r"(\]\((?:\.\./)+README)\.md", rf"\1_{to}.md", text)


def write(to, root=ROOT):
    """Writes all pages and texts in a language, beside the English ones; returns the paths."""
    held = read(to, root)
    pages = {f"notebooks_{to}/{n}": page(n, to, held, root) for n in committed.names(root)}
    written = {root / name: json.dumps(notebook) for name, notebook in pages.items()}
    for path in _files(root):
        target = path.with_stem(f"README_{to}") if path.parent == root else None
        target = target or root / f"{path.parent.name}_{to}" / path.name
        written[target] = text_file(path, to, held, root)
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_text(path, text)
    return list(written)


def write_for_book(to, folder=None, root=ROOT):
    """Writes all pages and texts in a language for tools/book.py, named as the English ones; returns the paths."""
    held, folder = read(to, root), folder or book.texts_at(to)
    found = {f"notebooks/{n}": json.dumps(page(n, None, held, root)) for n in committed.names(root)}
    for path in _files(root):
        found[path.relative_to(root).as_posix()] = text_file(path, None, held, root)
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        files.write_text(folder / name, text)
    return [folder / name for name in found]


def todo(held, root=ROOT):
    """The English that has no valid translation, in the form that `add` takes back."""
    left = {
        place: {
            key: text
            for key, text in pieces.items()
            if key not in held["texts"].get(place, {}) and not counted(text, held.get("counts", {}))
        }
        for place, pieces in texts(root).items()
    }
    return {
        "strings": {t: t for t in sorted(strings(root)) if " " in t and t not in held["strings"]},
        "texts": {place: pieces for place, pieces in left.items() if pieces},
    }


def add(name, given, root=ROOT):
    """Takes translations in, in the form of `todo`.

    Raises:
        ValueError: a piece that the course has not, named, or a string without the places of its source.
    """
    held, english, said = read(name, root), texts(root), strings(root)
    for place, pieces in given.get("texts", {}).items():
        for key in pieces:
            if key not in english.get(place, {}):
                raise ValueError(f"{place!r} has no piece {key!r}: take the keys from --todo")
        held["texts"].setdefault(place, {}).update(pieces)
    for text, to in given.get("strings", {}).items():
        if text not in said:
            raise ValueError(f"{text!r} is said nowhere: take the texts from --todo")
        language.numbered(text, to)
    held["strings"].update(given.get("strings", {}))
    _save(name, held, root)


def main(argv=None):
    """The command; its exit status is 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.translate", description=__doc__)
    parser.add_argument("language", help="such as zh: a file of translations/")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--drop", action="store_true")
    parser.add_argument("--todo", action="store_true")
    parser.add_argument("--add", type=pathlib.Path)
    parser.add_argument("--book", action="store_true")
    options = parser.parse_args(argv)
    if options.add:
        try:
            add(options.language, json.loads(options.add.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            parser.error(str(error))
    if options.language not in language.known():
        parser.error(f"there is no translations/{options.language}.json yet: --add makes it")
    if options.book:
        print(f"{len(write_for_book(options.language))} pages and texts for the book")
        return 0
    if options.drop:
        print(f"{drop(options.language)} stale pieces removed from translations/")
    held = read(options.language)
    if options.todo:
        print(json.dumps(todo(held), ensure_ascii=False, indent=1))
        return 0
    old = listed(held)
    print(*old, sep="\n", end="\n" * bool(old))
    done, of = (sum(map(len, pieces.values())) for pieces in (held["texts"], texts()))
    print(f"{options.language}: {done} of {of} pieces of text, {len(held['strings'])} strings")
    if not (options.check or options.drop):
        written = write(options.language)
        print(f"{len(written)} pages and texts: notebooks_{options.language}/ and its neighbours")
    return 1 if old else 0


if __name__ == "__main__":
    raise SystemExit(main())
