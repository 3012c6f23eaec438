"""What checkers, panels and figures say, in the reader's language: English, or one of translations/.

A text is looked up as it is printed. An entry of translations/zh.json may hold `{}` where the text
has something of its own, a number or a name:

    "yours is {}, expected {}": "你的结果是 {}，应为 {}"

What has no entry stays English. `python -m tools.translate --check` says which entries no longer
have a source.
"""

import functools
import json
import os
import re

from helpers import places

FOLDER = places.ROOT / "translations"
VARIABLE = "COURSE_LANGUAGE"  # before LANG, so that a class can differ from its computers
_current = None  # found out once: a figure asks for each of its texts


def use(name=None):
    """Choose the language of what checkers, panels and figures say from now on.

    Args:
        name: "en", or the name of a file in translations/ such as "zh"; None goes by the environment:
            COURSE_LANGUAGE, else LANG.
    Raises:
        ValueError: there is no such translation.
    """
    global _current
    if name is not None and name not in known():
        raise ValueError(f"there is no language {name!r}; one of: {', '.join(known())}")
    _current = name or _of_the_environment()


def known():
    """Names of the languages that there are, English first."""
    return ["en", *sorted(p.stem for p in FOLDER.glob("*.json"))]


def current():
    """The language in use; English where the environment names one that there is not."""
    if _current is None:
        use()
    return _current


def _of_the_environment():
    told = os.environ.get(VARIABLE) or os.environ.get("LANG") or "en"
    name = re.split(r"[_.@-]", told)[0].lower()
    return name if name in known() else "en"


def say(text):
    """The text in the language in use, or as it is where no translation has it.

    Args:
        text: what is going to be printed or shown, in English.
    """
    name = current()
    if name == "en" or not text:
        return text
    exact, patterns = _strings(name)
    if text in exact:
        return exact[text]
    for pattern, translated in patterns:
        if found := pattern.fullmatch(text):
            return translated.format(*(say(part) for part in found.groups()))
    return text


@functools.cache
def _strings(name):
    """({text: translation}, [(pattern, translation)]), texts with most fixed letters first."""
    held = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["strings"]
    exact = {text: to for text, to in held.items() if "{" not in text}
    open_ones = sorted((t for t in held if "{" in t), key=lambda t: -len(re.sub(r"\{\d*\}", "", t)))
    return exact, [(_pattern(text), _numbered(text, held[text])) for text in open_ones]


def _pattern(text):
    """A regular expression for a text with `{}` for what varies."""
    return re.compile("(.*?)".join(map(re.escape, re.split(r"\{\d*\}", text))), re.DOTALL)


def _numbered(text, translated):
    """The translation with its places numbered: `{}` in order, or `{1}` … as they stand."""
    wanted = text.count("{")
    if translated.count("{") != wanted:
        raise ValueError(f"{translated!r} needs as many places {{}} as {text!r} has: {wanted}")
    count = iter(range(wanted))
    return re.sub(r"\{\}", lambda _: f"{{{next(count)}}}", translated)
