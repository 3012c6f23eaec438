"""What checkers, panels and figures say, in the reader's language: English, or one of translations/.

A text is looked up as it is printed. An entry of translations/zh.json may hold `{}` where the text
has something of its own, a number or a name:

    "yours is {}, expected {}": "你的结果是 {}，应为 {}"

Where another order reads better, the translation numbers the places: `{1}` is the second of the text.
What has no entry stays English. `python -m tools.translate --check` says which entries no longer
have a source.
"""

import functools
import itertools
import json
import os
import re

from helpers import places

FOLDER = places.ROOT / "translations"
VARIABLE = "COURSE_LANGUAGE"  # before LANG, so that a class can differ from its computers
_PLACE = re.compile(r"\{(\d+)\}")  # in a translation
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
    for rare, pattern, translated in patterns:
        if rare in text and (found := pattern.fullmatch(text)):
            return _PLACE.sub(lambda place, of=found: say(of[int(place[1]) + 1]), translated)
    return text


@functools.cache
def _strings(name):
    """({text: translation}, [(its longest fixed part, pattern, translation)]), most fixed letters first."""
    held = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["strings"]
    exact = {text: to for text, to in held.items() if "{}" not in text}
    fixed = {text: text.split("{}") for text in held if text not in exact}
    return exact, [
        (max(fixed[text], key=len), _pattern(fixed[text]), numbered(text, held[text]))
        for text in sorted(fixed, key=lambda t: -sum(map(len, fixed[t])))
    ]


def _pattern(fixed):
    """A regular expression for a text of these fixed parts with anything between two of them."""
    return re.compile("(.*?)".join(map(re.escape, fixed)), re.DOTALL)


def numbered(text, translated):
    """The translation with its places numbered: `{}` in order, or `{1}` … as they stand.

    Args:
        text: the source, `{}` for what varies.
        translated: its translation.
    Raises:
        ValueError: its places are not those of the source.
    """
    count = itertools.count()
    done = re.sub(r"\{\}", lambda _: f"{{{next(count)}}}", translated)
    wanted = text.count("{}")
    if sorted(int(k) for k in _PLACE.findall(done)) != list(range(wanted)):
        raise ValueError(f"{translated!r} needs as many places {{}} as {text!r} has: {wanted}")
    return done
