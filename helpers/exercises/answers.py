"""Reading what a learner's answer gives, and saying it in few words.

An answer may give anything: numbers, a tensor, a list, None, an exception. `look` turns it into
something that can be compared and printed; nothing here raises because of what an answer is.
"""

import copy
import numbers
import traceback
import unicodedata
import warnings
from dataclasses import dataclass

import numpy as np

from helpers.language import say

LONGEST = 200  # characters of an error's text that are repeated
NAN = "NaN, not a number: somewhere on the way stands 0/0, ∞ − ∞ or the logarithm of a negative"


class Wrong(Exception):
    """An answer is wrong; the text says how."""


class Missing(Wrong):
    """There is no answer yet, the page's stub as it stands: this is no try."""


def is_stub(part):
    """Whether the page's "?" or "..." still stands there, or nothing at all."""
    return part is None or part is Ellipsis or (isinstance(part, str) and not part.strip(" ?."))


@dataclass(frozen=True)
class Raised:
    """What an answer raised: the exception's name, its text and the learner's line."""

    kind: str
    text: str = ""
    line: int = 0

    def __eq__(self, other):
        return isinstance(other, Raised) and self.kind == other.kind

    def __str__(self):
        where = say(f" in its line {self.line}") if self.line else ""
        return say(f"your function raised {self.kind}{where}") + (
            f": {self.text}" if self.text else ""
        )


@dataclass(frozen=True)
class Odd:
    """A value that is neither numbers nor text: only its kind is ever printed."""

    kind: str


def look(observe, answer, probe):
    """What an answer gives for one probe, or what it raised.

    Args:
        observe: function (answer, *probe) -> a value to compare, `called` for most exercises. It
            may raise Wrong, which passes through.
        answer: the learner's answer.
        probe: a tuple of inputs; the answer gets copies.
    """
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return observe(answer, *copy.deepcopy(probe))
    except Wrong:
        raise
    except (Exception, SystemExit) as error:  # whatever a learner's function raises is an answer
        return Raised(type(error).__name__, _first_line(error), _line(error, answer))


def plain(answer):
    """A text as it would be typed in English, full-width letters too; what is no text gives ""."""
    return unicodedata.normalize("NFKC", answer).strip() if isinstance(answer, str) else ""


def called(answer, *inputs):
    """What the answer, a function, returns for these inputs, in a form to compare."""
    before = copy.deepcopy(inputs)
    found = read(answer(*inputs))
    if not all(same(read(a), read(b)) for a, b in zip(before, inputs)):
        raise Wrong(
            "your function changes the arrays it is given: whoever calls it loses them. Compute "
            "something new from them (x = x + 1 makes a new array, x += 1 does not)"
        )
    return found


def read(value):
    """The value as an array, a bool, a text, a set or None; Odd for anything else."""
    if value is None or isinstance(value, (bool, str, set, Odd)):
        return value
    if isinstance(value, frozenset):
        return set(value)
    if isinstance(value, np.bool_):
        return bool(value)
    try:
        array = np.asarray(value)
        if array.dtype == object and isinstance(value, numbers.Number):
            array = np.asarray(float(value))  # a Fraction, a Decimal
    except Exception:  # a symbolic tensor, a ragged list
        return Odd(kind(value))
    if array.dtype == bool and array.ndim == 0:
        return bool(array)
    return array if array.dtype.kind in "biufc" else Odd(kind(value))


def same(found, expected, rtol=1e-5, atol=1e-6):
    """Whether two values that `look` gave are equal, numbers within the tolerance, NaN to NaN."""
    found, expected = (np.asarray(x) if isinstance(x, np.number) else x for x in (found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = found.keys() == expected.keys()
        return keys and all(same(found[k], expected[k], rtol, atol) for k in found)
    if not (isinstance(found, np.ndarray) and isinstance(expected, np.ndarray)):
        return type(found) is type(expected) and found == expected
    if found.shape != expected.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(found, expected, rtol=rtol, atol=atol, equal_nan=True))


def kind(value):
    """What something is, in a word, without printing what it holds."""
    names = {type(None): "None", str: "text", bool: "True or False", int: "a number"}
    names |= {float: "a number", list: "a list", tuple: "a tuple", set: "a set", dict: "a dict"}
    if type(value) in names:
        return say(names[type(value)])
    if isinstance(value, type):
        return say(f"the class {value.__name__}")
    return (
        say("a function")
        if callable(value) and hasattr(value, "__code__")
        else type(value).__name__
    )


def brief(value):
    """A value in a few characters: small ones whole, of large ones the shape and the range."""
    if isinstance(value, Odd):
        return value.kind
    if isinstance(value, list) and 0 < len(value) <= 4 and all(map(_short, value)):
        return f"[{', '.join(map(brief, value))}]"  # also parts of different lengths
    value = read(value) if not isinstance(value, (Raised, dict)) else value
    if isinstance(value, np.ndarray) and value.size <= 8:
        return str(np.vectorize(_number, otypes=[object])(value).tolist()).replace("'", "")
    if isinstance(value, np.ndarray):
        ends = f", {_number(value.min())} to {_number(value.max())}"
        return f"{value.dtype} {list(value.shape)}{ends}"
    if isinstance(value, set):
        return (
            "{" + ", ".join(sorted(map(repr, value))[:6]) + "}" if value else say("the empty set")
        )
    text = (
        value.kind
        if isinstance(value, Odd)
        else str(value)
        if not isinstance(value, str)
        else repr(value)
    )
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _short(value):
    return isinstance(value, np.ndarray) and value.dtype.kind in "biufc" and value.size <= 8


def _number(x):
    x = complex(x)
    if x.imag:
        return f"{x:.4g}"
    return f"{x.real:.5g}"


def difference(found, expected, inputs=()):
    """The first place at which two arrays of one shape differ, in words."""
    if found.size <= 8:
        return f"yours is {brief(found)}, expected {brief(expected)}"
    with np.errstate(all="ignore"):
        far = ~np.isclose(found, expected, rtol=1e-5, atol=1e-3 * np.abs(expected).max())
    place = tuple(int(k) for k in np.argwhere(far)[0]) if far.any() else (0,) * found.ndim
    alike = [x for x in inputs if np.shape(x) == found.shape]
    given = say(f" (input {_number(alike[0][place])})") if alike else ""
    return (
        f"at {list(place)}{given} yours is {_number(found[place])}, "
        f"expected {_number(expected[place])}"
    )


def _first_line(error):
    """The start of an exception's text: one line, never a page of weights."""
    text = str(error).strip().splitlines()
    return (text[0][:LONGEST] + ("…" if len(text[0]) > LONGEST else "")) if text else ""


def _line(error, answer):
    """The line of the learner's cell in which the exception arose, 0 if it was not there."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return frames[-1].lineno if frames else 0
