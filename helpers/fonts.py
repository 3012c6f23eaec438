"""Which installed font can write a text: DejaVu Sans has no Chinese, Japanese or Korean letters."""

import contextlib
import functools
import logging

from matplotlib import font_manager, ft2font

DEFAULT = "DejaVu Sans"  # comes with matplotlib
# Plain fonts that most systems with such letters have, tried before any other.
PREFERRED = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei"),
    *("Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti TC"),
    *("Arial Unicode MS", "Droid Sans Fallback"),
)

# Behind two families matplotlib looks in its font of last resort, and notes on the page that this one
# has no bold letters. No letter is ever taken from it: `covering` has seen to that.
logging.getLogger("matplotlib.font_manager").addFilter(
    lambda note: "Last Resort" not in note.getMessage()
)


def covering(text):
    """An installed font that has every letter of a text.

    Args:
        text: any string; control characters and white space need no letter.
    Returns: (name of the font's family, path of its file as a string).
    Raises:
        ValueError: no installed font has all the letters; says which are missing in the usual one.
    """
    needed = dict.fromkeys(ord(c) for c in text if c.isprintable() and not c.isspace())
    usual = _usual()
    if needed.keys() <= _letters(usual):  # nearly always; the others are looked for only then
        return DEFAULT, usual
    for name, path in _others():
        if needed.keys() <= _letters(path):
            return name, path
    missing = "".join(chr(c) for c in needed if c not in _letters(usual))
    raise ValueError(
        f"no font on this machine has the letters {missing!r}: install one that has, such as "
        "Noto Sans CJK (Debian, Ubuntu, Colab: apt-get install fonts-noto-cjk), and restart the "
        "kernel; or write the text in Latin letters"
    )


def families(text):
    """Families for matplotlib's `fontfamily`: the usual one, and one with letters that it lacks.

    Args:
        text: any string.
    Raises:
        ValueError: as `covering`.
    """
    if text.isascii():  # most texts of a panel that moves: no look-up
        return [DEFAULT]
    # Both may share a text: "对 D₁ 最好" has letters that only the one has, and one that only the other has.
    name, _ = covering("".join(c for c in text if ord(c) not in _letters(_usual())))
    return [DEFAULT] if name == DEFAULT else [DEFAULT, name]


@functools.cache
def _usual():
    return font_manager.findfont(DEFAULT)


@functools.cache
def _others():
    """Pairs (family, path) of what is installed: the preferred fonts, then all others by name."""
    # matplotlib remembers a list from its first start: fonts installed since are not on it.
    known = {f.fname for f in font_manager.fontManager.ttflist}
    for path in set(font_manager.findSystemFonts()) - known:
        with contextlib.suppress(OSError, RuntimeError):  # damaged: the next one serves
            font_manager.fontManager.addfont(path)
    fonts = {
        f.name: f.fname for f in font_manager.fontManager.ttflist if f.fname.endswith(_READABLE)
    }
    # matplotlib's font of last resort has a box for every letter.
    fonts = {name: path for name, path in fonts.items() if not name.startswith("Last Resort")}
    names = [n for n in PREFERRED if n in fonts]
    return [(n, fonts[n]) for n in names + sorted(set(fonts) - set(names))]


_READABLE = (".ttf", ".ttc", ".otf")


@functools.lru_cache(64)
def _letters(path):
    """Code points that a font file has; none if it cannot be read."""
    try:
        return frozenset(ft2font.FT2Font(path).get_charmap())
    except (OSError, RuntimeError):  # a font of the system may be damaged: the next one serves
        return frozenset()
