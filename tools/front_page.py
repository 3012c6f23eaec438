"""Writes the front page of the course's site: generators to steer at once, and the map of the lessons.

    python -m tools.front_page [FILE]      # build_cache/site/index.html

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


def main(path=FILE):
    """Writes the page; returns its pathlib.Path."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    made = page.export(GENERATORS, path, title=TITLE, lead=LEAD, below=course_map(readme))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
    return made


def course_map(readme):
    """The lessons as HTML: each with what one does there, its minutes, and a link that opens it in Colab.

    Args:
        readme: text of README.md.

    Raises:
        ValueError: its table of lessons is not found.
    """
    rows = _ROW.findall(readme)
    if not rows:
        raise ValueError("README.md has no table of lessons: rows begin with | [00 …](notebooks/…)")
    items = "\n".join(_item(*row) for row in rows)
    address = html.escape(bootstrap.address(), quote=True)
    return f"""<section class="map" aria-labelledby="map-title">
<h2 id="map-title">The course</h2>
<p>It runs on a laptop without a GPU, and the art is in it. <a href="{address}">Get it</a>, then <code>make lab</code>
opens the first lesson; or open a lesson in Google Colab, without any installation.</p>
<ol class="lessons">
{items}
</ol>
</section>"""


def _item(name, link, unlinked, what, minutes):
    title = html.escape(name or unlinked)
    if link:
        colab = f"{bootstrap.COLAB}/github/{bootstrap.REPO}/blob/{bootstrap.TAG}/{link}"
        title = f'<a href="{html.escape(colab, quote=True)}">{title}</a>'
    return f'<li>{title}: {html.escape(what)} <span class="small">{minutes} minutes</span></li>'


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:2]))
