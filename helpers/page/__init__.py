"""Generators as one HTML file that anybody can steer: no kernel, no network, a phone will do.

    page.export("heroes", "my_art/heroes.html")
    page.export(["heroes", "my_art/mine"], "my_art/mine.html")
    page.export({"day to neon": ("city_day", "city_neon")}, "my_art/dusk.html")

The page holds the latent explorer, and the same line of text brings back the same picture there and in a
notebook. `python -m helpers.page` does it from the command line. The page's own code is in site/.
"""

import base64
import hashlib
import html
import json
import pathlib
import re
import zlib

from helpers import explorer, files, places
from helpers.page import data, given

_SITE = pathlib.Path(__file__).parent / "site"
_SCRIPTS = (
    "numbers", "kernel", "engine", "mixture", "worker", "state", "artist", "files", "words", "widgets", "shelf",
    "page", "start",
)  # fmt: skip
_LONGEST = 200  # letters of a title
_LEAD = (
    "Move a slider: a small neural network draws the picture anew, here on your device. Nothing is "
    "fetched, nothing is sent."
)


def export(
    generators, path, *, directions=None, named=None, title=None, about=None, lead=_LEAD, below=""
):
    """Writes generators and the latent explorer into one HTML file.

    Args:
        generators: {name: generator}, where a generator is a shipped checkpoint's name, a checkpoint's
            file or folder, a GAN (its averaged generator is taken), a network, or a pair
            (parent, child) of these. Or one checkpoint, or a list of checkpoints, called by their
            names. Or an `explorer.Scene`, such as that of a panel, with its own directions.
        path: the file to write, such as "my_art/mine.html"; an older one is replaced.
        directions, named: as for `explorer.Scene`: how many of the strongest directions (None: 5),
            and your own, {name of a generator: {label: vector [latent_dim]}}.
        title: the page's heading; None for one made of the names.
        about: {name of a generator: {"attribution": whose art it learnt from, "licence": …}}, for
            generators whose card does not say it.
        lead: a sentence or two under the heading.
        below: HTML that follows the explorer as it stands: never somebody else's words.

    Returns:
        pathlib.Path of the file. It is 2 MB for a generator of 32 px and width 48.

    Raises:
        ValueError: there is no generator, or no checkpoint of that name; a network that a page cannot
            draw with; a path that does not end in .html; words that are too long for a page.
        OSError: the file cannot be written; the old one is still there.
    """
    path = _checked_path(path)
    scene, cards = _scene(generators, directions, named, about or {})
    title = _words("the title", title or f"Steer: {', '.join(scene.sources)}", _LONGEST)
    _check_names(scene)
    card, letters = data.collected(scene)
    words = {"title": html.escape(title), "lead": html.escape(lead), "below": below}
    text = _page(words, card | {"title": title, "about": cards}, letters)
    return files.write_text(path, text)


def _scene(generators, directions, named, about):
    """The explorer's scene, and what the page says of each generator's art."""
    if not isinstance(generators, explorer.Scene):
        networks, cards = given.loaded(generators, about)
        scene = explorer.Scene(
            networks, directions=5 if directions is None else directions, named=named
        )
        return scene, cards
    if directions is not None or named is not None:
        raise ValueError(
            "a scene has its directions already: give them to explorer.Scene, or to explorer.panel"
        )
    networks = {
        name: source.parent if source.child is None else (source.parent, source.child)
        for name, source in generators.sources.items()
    }
    return generators, given.loaded(networks, about)[1]


def _check_names(scene):
    """Raises a ValueError for a name that no line of text can hold."""
    for name, source in scene.sources.items():
        for label in source.labels:
            scene.along(scene.start(name), label, 1.0)


def _checked_path(path):
    path = places.in_my_art(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"{path} is no name for a page: let it end in .html")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: give the page another name")
    return path


def _words(name, text, longest):
    if len(text) > longest:
        raise ValueError(f"{name} has {len(text):,} letters: a page has room for {longest:,}")
    return text


def _page(words, card, letters):
    """The whole text of the file; `words` go in as HTML."""
    script = "\n".join((_SITE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    style = (_SITE / "page.css").read_text(encoding="utf-8")
    # As JSON inside HTML: without "<" no text in it can end the block that it stands in.
    card = json.dumps(card, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    blocks = [_block("application/json", "card", card, crc=f"{zlib.crc32(card.encode()):08x}")]
    # What the page needs at once comes first: it starts while the rest is still on its way.
    for name in sorted(letters, key=lambda name: (name.startswith("network"), _number(name))):
        blocks.append(_block("text/plain", name, letters[name]))
    parts = {
        "policy": _policy(script, style),
        **words,
        "style": style,
        "script": script,
        "data": "\n".join(blocks),
    }
    template = (_SITE / "template.html").read_text(encoding="utf-8")
    # All in one pass: what goes in is never looked through for more places.
    return re.sub("@([a-z]+)@", lambda found: parts[found[1]], template)


def _number(name):
    return int(name.rpartition("-")[2])


def _block(kind, name, text, crc=None):
    crc = f' data-crc="{crc}"' if crc else ""
    return f'<script type="{kind}" id="{name}"{crc}>{text}</script>'


def _policy(script, style):
    """What the browser lets the page do: run this very script in this very style, and ask nobody."""
    allowed = {
        "default-src": "'none'",
        "script-src": f"{_hash(script)} 'wasm-unsafe-eval'",  # WebAssembly computes, and cannot reach out
        "style-src": _hash(style),
        "worker-src": "blob:",
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {source}" for what, source in allowed.items())


def _hash(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
