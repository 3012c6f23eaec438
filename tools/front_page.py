"""Writes the front page of the course's site: generators to steer at once, and the map of the lessons.

    python -m tools.front_page [FILE]      # build_cache/site/index.html
    python -m tools.front_page --book      # with links to the book, for `make book`

The map is README.md's table, so that there is one. The page is one file of nine megabytes; the heroes can
be steered when its first two are there.
"""

import html
import pathlib
import re
import sys

from helpers import page
from tools import bootstrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "build_cache" / "site" / "index.html"
GENERATORS = {"heroes": "heroes", "day to neon": ("city_day", "city_neon")}
TITLE = "Transfer learning and GANs between art styles"
LEAD = (
    "A course in ten notebooks: train networks that draw small pictures, and move what they learnt from one "
    "art style to another. Here are two that it trained. Move a slider: they draw on your device."
)
_ROW = re.compile(
    r"^\| (?:\[(\d\d [^]]+)\]\(([^)]+)\)|(\d\d [^|]+?)) \| ([^|]+?) \| (\d+) \|$", re.MULTILINE
)


def main(path=FILE, book=False):
    """Writes the page; returns its pathlib.Path."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    made = page.export(GENERATORS, path, title=TITLE, lead=LEAD, below=course_map(readme, book))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
    return made


def course_map(readme, book=False):
    """The lessons as HTML: each with what one does there, its minutes, and a link that opens it in Colab.

    Args:
        readme: text of README.md.
        book: whether the book lies beside the page; then there is a link to it, and to each lesson in it.

    Raises:
        ValueError: its table of lessons is not found.
    """
    rows = _ROW.findall(readme)
    if not rows:
        raise ValueError("README.md has no table of lessons: rows begin with | [00 …](notebooks/…)")
    items = "\n".join(_item(*row, book) for row in rows)
    read = ' Or <a href="book/index.html">read it</a>, on a phone too.' if book else ""
    address = html.escape(bootstrap.address(), quote=True)
    return f"""<section class="map" aria-labelledby="map-title">
<h2 id="map-title">The course</h2>
<p>It runs on a laptop without a GPU, and the art is in it. <a href="{address}">Get it</a>, then <code>make lab</code>
opens the first lesson; or open a lesson in Google Colab, without any installation.{read}</p>
<ol class="lessons">
{items}
</ol>
</section>"""


def _item(name, link, unlinked, what, minutes, book):
    title, read = html.escape(name or unlinked), ""
    if link:
        colab = f"{bootstrap.COLAB}/github/{bootstrap.REPO}/blob/{bootstrap.TAG}/{link}"
        title = f'<a href="{html.escape(colab, quote=True)}">{title}</a>'
        if book:
            place = html.escape(f"book/{link.removesuffix('.ipynb')}.html", quote=True)
            label = html.escape(f"read {name or unlinked}", quote=True)
            read = f' · <a href="{place}" aria-label="{label}">read</a>'
    return (
        f'<li>{title}: {html.escape(what)} <span class="small">{minutes} minutes{read}</span></li>'
    )


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--book"]
    main(*map(pathlib.Path, words[:1]), book="--book" in sys.argv)
