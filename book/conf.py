"""How Sphinx makes the book: `make book` calls it with the pages that tools/book.py has laid out."""

import pathlib
import sys

import mathjax
from sphinx.search.zh import SearchChinese

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import book, bootstrap  # noqa: E402  (found by the line above)

project = html_title = book.title()
version = release = bootstrap.TAG
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax"]

# The notebooks come as they were committed: nothing is executed.
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show what is folded here"
nb_code_prompt_hide = "Fold it again"

# Anchors as notebooks and JupyterLab write them.
myst_heading_anchors = 4
myst_heading_slug_func = "tools.book.slug"
myst_enable_extensions = ["dollarmath", "amsmath"]

# One file draws the formulas, the letters in it: no network, and no fonts that a page from a disk may not fetch.
MATHJAX = pathlib.Path(mathjax.__file__).parent / "static" / "mathjax" / "es5" / "tex-svg.js"
html_static_path = [str(MATHJAX), "book.css"]
mathjax_path = MATHJAX.name
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "furo"
html_css_files = ["book.css"]
html_show_sourcelink = html_copy_source = html_show_sphinx = False
html_show_copyright = False


class Search(SearchChinese):
    """Chinese by each two signs side by side: Sphinx's own needs a dictionary for it, and finds nothing without."""

    language_name = "English"  # the stemmer's, by which Sphinx calls it in the browser
    js_splitter_code = r"""
function splitQuery(query) {
  const runs = query.split(/([\u3400-\u9fff]+)|[^\p{Letter}\p{Number}_]+/u).filter((run) => run);
  return runs.flatMap((run) =>
    /^[\u3400-\u9fff]{3}/.test(run) ? [...run].slice(1).map((sign, i) => run[i] + sign) : [run]);
}"""

    def split(self, text):
        return book.search_words(text)

    def word_filter(self, word):
        return super().word_filter(word) or "\u3400" <= word <= "\u9fff"


def setup(app):
    app.add_search_language(Search)
