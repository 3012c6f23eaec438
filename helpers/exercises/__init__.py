"""Exercises that name the mistake, and claims that say whether they hold.

`check("05.2", answer)` prints either *passed* or what is wrong with this answer, and never raises:
a wrong answer must not end a class. `question("05.q1", "B")` replies to an option, `progress()`
draws what is done, and `summary()` prints it as one line to hand in. The exercises of lesson 05 live in `lesson_05.py` of this folder and are loaded
when first asked for.
"""

import collections
import importlib
import pkgutil
import re

from helpers.exercises import answers, hand_in, record
from helpers.exercises.diagnosis import Exercise, Idea, Missing, Question, Wrong
from helpers.language import say

__all__ = [
    "Exercise",
    "Idea",
    "Question",
    "Wrong",
    "check",
    "claim",
    "known",
    "progress",
    "question",
    "summary",
]

_TASKS = {}
_TRIES = collections.Counter()  # of this kernel


def register(number, task):
    """Make an exercise or a question known.

    Args:
        number: "LL.k" or "LL.qk": the lesson's two digits and the number in it.
        task: Exercise or Question.
    """
    _TASKS[number] = task


def check(number, answer):
    """Check an answer and print the outcome. Never raises.

    Args:
        number: the exercise, such as "05.2".
        answer: whatever the exercise asks for: a function, an array, a number, a text.
    """
    try:
        task = _find(number)
    except LookupError as error:
        print(say(str(error)))
        return
    try:
        praise = task.judge(answer)
    except Wrong as reason:
        _print_wrong(number, task, reason)
    except Exception as error:  # never more than its kind: an answer may hold a million weights
        kind = f"{answers.kind(answer)} ({type(error).__name__})"
        _print_wrong(number, task, f"the check could not make anything of {kind}")
    else:
        record.add(number, passed=True)
        passed = say(f"✓ {number} passed: {say(task.title)}.")
        live = praise.startswith("\n")
        print(passed + (praise if live else f" {say(praise)}" if praise else ""))


def question(number, letter):
    """Answer a concept question with a letter; prints the reply to it. Never raises.

    Args:
        number: the question, such as "05.q1".
        letter: "A", "B", "C" or "D".
    """
    check(number, letter)


def progress():
    """Draw which exercises and questions of the course are done, a row a lesson."""
    record.draw(known())


def summary():
    """Print what is done as one line without a name, to hand in; nothing is sent anywhere.

    A `+` stands before the tries of what is passed, a `-` before those of what is not yet. A
    teacher's `python -m tools.class_table FILE` makes a table of many such lines.
    """
    print(hand_in.line(record.done(), record.tries(), known()))


def known(lesson=None):
    """Numbers of all exercises and questions, or of one lesson ("05")."""
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("lesson_"):
            importlib.import_module(f"{__name__}.{module.name}")
    return sorted(number for number in _TASKS if lesson in (None, number[:2]))


def claim(text, condition, values=None, shipped=False):
    """Print whether a statement about measured values holds in this run.

    Args:
        text: the statement.
        condition: True if it holds.
        values: what was measured, as text, such as "0.83 against 0.71".
        shipped: True where nothing ran here: the values are those of shipped runs.
    """
    missed = "does not hold in the shipped runs" if shipped else "does not hold in this run"
    verdict = say("holds" if bool(condition) else missed)
    print(f"{verdict}: {say(text)}" + (f" ({say(values)})" if values is not None else ""))


def _print_wrong(number, task, reason):
    """What is wrong, and one hint more than at the last try."""
    if not isinstance(reason, Missing):
        record.add(number, passed=False)
    print(say(f"✗ {number} not yet: {reason}"))
    shown = min(_TRIES[number], len(task.hints))
    _TRIES[number] += 1
    for k, hint in enumerate(task.hints[:shown], start=1):
        print(say(f"  hint {k} of {len(task.hints)}: {hint}"))
    if not shown and task.hints:
        print(say("  (each further try brings a hint)"))


def _find(number):
    """The exercise or question of this number, its lesson loaded if need be."""
    if not isinstance(number, str) or not re.fullmatch(r"\d\d\.q?\d+", number):
        raise LookupError(f'there is no exercise {number!r}: a number looks like "05.2" or "05.q1"')
    lesson = f"{__name__}.lesson_{number[:2]}"
    try:
        importlib.import_module(lesson)
    except ModuleNotFoundError as error:
        if error.name != lesson:
            raise
        raise LookupError(f"there is no exercise {number}: lesson {number[:2]} has none") from None
    if number not in _TASKS:
        have = ", ".join(sorted(n for n in _TASKS if n.startswith(number[:3])))
        raise LookupError(f"there is no exercise {number}; lesson {number[:2]} has {have}")
    return _TASKS[number]
