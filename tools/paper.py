"""Pages of HTML that need nothing else, and their PDF: for slides and sheets, without a network.

Formulas are drawn by matplotlib, pictures stand in the file itself, and Chromium, where there is one,
prints the PDF.
"""

import base64
import functools
import html
import io
import pathlib
import re
import shutil

from helpers import files

# What stands between these is never a formula: code, and what is HTML already.
CODE = re.compile(r"(```.*?```|`[^`\n]*`|<[^>\n]+>)", re.DOTALL)
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?=\S)([^$\n]+?)(?<=\S)\$", re.DOTALL)
# What matplotlib calls otherwise, or has not.
OTHER_WORDS = (
    (r"\\;|\\,|\\!", " "),
    (r"\\q?quad\b", r"\\quad "),
    (r"\\[bB]igg?[lrm]?(?![a-zA-Z])", ""),
    (r"\\(arg)\s*\\(min|max)\b", r"\\mathrm{arg\\,\2}"),
    (r"\\star\b", "*"),
    (r"\\le\b", r"\\leq "),
    (r"\\ge\b", r"\\geq "),
    (r"\\ne\b", r"\\neq "),
    (r"\\lVert|\\rVert|\\\|", r"\\Vert "),
    (r"\\[lr]vert", "|"),
    (r"\\operatorname\{", r"\\mathrm{"),
    (r"\\[td]?frac\s*(\d)(\d)", r"\\frac{\1}{\2}"),
    (r"\\[td]frac\b", r"\\frac"),
    (r"\\top\b", r"T "),
)
STYLE = """
body { font: 11pt/1.4 "Noto Sans", "Liberation Sans", Arial, "Noto Sans CJK SC", sans-serif; margin: 0 auto; }
h1 { font-size: 1.6em; margin: 0 0 .3em; } h2 { font-size: 1.2em; margin: 1em 0 .3em; }
img { max-width: 100%; } img.formula { vertical-align: middle; } p.formula { text-align: center; }
table { border-collapse: collapse; } td, th { border: 1px solid #999; padding: .2em .5em; text-align: left; }
code, pre { font-family: "DejaVu Sans Mono", monospace; font-size: .9em; }
.pixels { image-rendering: pixelated; } .small { font-size: .75em; color: #444; }
a { color: inherit; }
"""


def find_chromium():
    """The browser's command, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def with_formulas(markdown):
    """Markdown with its formulas as pictures, whose alt text is the formula; code stays as it is."""
    parts = CODE.split(markdown)
    parts[::2] = [FORMULA.sub(_formula, part) for part in parts[::2]]
    return "".join(parts)


def _formula(hit):
    whole, tex = hit[1] is not None, " ".join((hit[1] or hit[2]).split())
    svg, height, depth = drawn(tex)
    alt = (
        html.escape(tex, quote=True)
        .replace("|", "&#124;")
        .replace("*", "&#42;")
        .replace("_", "&#95;")
    )
    if svg is None:
        return f"<code>{alt}</code>"
    larger = 1.5 if whole else 1.1  # matplotlib's letters are a little smaller than the text's
    style = f"height:{larger * height:.2f}em;vertical-align:{-larger * depth:.2f}em"
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    image = f'<img class="formula" style="{style}" alt="{alt}" src="{source}">'
    return f'\n\n<p class="formula">{image}</p>\n\n' if whole else image


@functools.cache
def drawn(tex, points=12):
    """A formula as SVG, with its height and its depth below the line in em; (None, 0, 0) if it cannot be."""
    from matplotlib import font_manager, mathtext

    tex = re.sub(r"\\text\{([^}]*)\}", _upright, tex)
    for pattern, word in OTHER_WORDS:
        tex = re.sub(pattern, word, tex)
    buffer, font = io.BytesIO(), font_manager.FontProperties(size=points, math_fontfamily="stix")
    try:
        parsed = mathtext.MathTextParser("path").parse(f"${tex}$", 72, font)
        mathtext.math_to_image(f"${tex}$", buffer, prop=font, dpi=72, format="svg")
    except ValueError:
        return None, 0, 0
    _, height, depth, *_ = parsed
    return buffer.getvalue(), height / points, depth / points


def _upright(hit):
    words = hit[1].replace(" ", r"\ ")  # a bare space is none in a formula
    return rf"\mathrm{{{words}}}"


def to_html(markdown):
    """HTML of Markdown text, its formulas drawn."""
    from nbconvert.filters import markdown2html

    return re.sub(
        r'<a class="anchor-link"[^>]*>.*?</a>', "", markdown2html(with_formulas(markdown))
    )


def page(title, body, style="", language="en"):
    """A whole HTML file around a body."""
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}{style}</style>'
    return f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def write(path, text, **paper):
    """Writes an HTML file, and beside it the PDF where there is Chromium.

    Args:
        path: of the HTML file.
        text: of it.
        paper: for playwright's `page.pdf`, such as format="A4".
    Returns: the paths that were written.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(path, text)
    return [path, *pdf([path], **paper)]


def pdf(paths, **paper):
    """Prints HTML files; returns the PDFs' paths, none without Chromium."""
    if not (chromium := find_chromium()):
        return []
    from playwright.sync_api import sync_playwright

    written = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        sheet = browser.new_page()
        for path in paths:
            sheet.goto(path.resolve().as_uri())
            sheet.wait_for_function("() => document.readyState == 'complete' && !window.busy")
            sheet.pdf(path=path.with_suffix(".pdf"), print_background=True, **paper)
            written.append(path.with_suffix(".pdf"))
        browser.close()
    return written
