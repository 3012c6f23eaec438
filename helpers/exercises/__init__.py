"""Exercises that check themselves, and claims that say whether they hold.

`check("05.2", answer)` prints either *passed* or what is wrong with this answer, and never raises:
a wrong answer must not end a class. The checks of lesson 05 live in `lesson_05.py` of this folder
and are loaded when first asked for.
"""

import importlib
import re

_CHECKS = {}


class Wrong(Exception):
    """An answer is wrong; the text says how, and gives a hint."""


def wrong(text):
    """Leave a check: the answer is wrong, and `text` says in what way and what to try."""
    raise Wrong(text)


def exercise(number, title):
    """Register the decorated function as the check of an exercise.

    The function takes the answer, calls `wrong("…")` if something is amiss, and may return a
    sentence to be printed with *passed*.

    Args:
        number: "LL.k", the lesson's two digits and the exercise's number.
        title: a few words.
    """

    def register(function):
        _CHECKS[number] = (title, function)
        return function

    return register


def check(number, answer):
    """Check an answer and print the outcome. Never raises.

    Args:
        number: the exercise, such as "05.2".
        answer: whatever the exercise asks for: a function, an array, a number, a text.
    """
    try:
        title, function = _find(number)
    except LookupError as error:
        print(error)
        return
    try:
        praise = function(answer)
    except Wrong as reason:
        print(f"✗ {number} not yet: {reason}")
    except Exception as error:  # whatever a learner's function may raise is an answer, too
        print(f"✗ {number} not yet: your answer raised {type(error).__name__}: {error}")
    else:
        print(f"✓ {number} passed: {title}." + (f" {praise}" if praise else ""))


def claim(text, condition, values=None):
    """Print whether a statement about measured values holds in this run.

    Args:
        text: the statement.
        condition: True if it holds.
        values: what was measured, as text, such as "0.83 against 0.71".
    """
    verdict = "holds" if bool(condition) else "does not hold in this run"
    print(f"{verdict}: {text}" + (f" ({values})" if values is not None else ""))


def _find(number):
    """The title and the check of an exercise, its lesson loaded if need be."""
    if not isinstance(number, str) or not re.fullmatch(r"\d\d\.\d+", number):
        raise LookupError(f'there is no exercise {number!r}: a number looks like "05.2"')
    lesson = f"{__name__}.lesson_{number[:2]}"
    try:
        importlib.import_module(lesson)
    except ModuleNotFoundError as error:
        if error.name != lesson:
            raise
        raise LookupError(f"there is no exercise {number}: lesson {number[:2]} has none") from None
    if number not in _CHECKS:
        known = ", ".join(sorted(n for n in _CHECKS if n.startswith(number[:3])))
        raise LookupError(f"there is no exercise {number}; lesson {number[:2]} has {known}")
    return _CHECKS[number]
