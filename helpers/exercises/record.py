"""What is done: one small file in my_art/, and a picture of it."""

import json
import os
import pathlib

from helpers import files, places

VARIABLE = "COURSE_PROGRESS"  # another file, or "off": nothing is read or written


def path():
    """The file that is read and written, None when progress is off.

    Raises:
        PermissionError: my_art/ cannot be written anywhere.
    """
    told = os.environ.get(VARIABLE)
    if told == "off":
        return None
    return pathlib.Path(told) if told else places.my_art() / "progress.json"


def done():
    """Numbers of the exercises and questions that were passed; a file that cannot be read is empty."""
    return _read()[0]


def tries():
    """How often each exercise or question was answered, {number: count}; passed or not."""
    return _read()[1]


def add(number, passed):
    """Remember a try; where nothing can be written, nothing is remembered.

    Args:
        number: the exercise or question, such as "05.q1".
        passed: whether the answer was right. What was passed once stays passed.
    """
    have, counts = _read()
    counts[number] = counts.get(number, 0) + 1
    try:
        if file := path():
            now = sorted(have | {number} if passed else have)
            files.write_json(file, {"done": now, "tries": dict(sorted(counts.items()))})
    except OSError:  # a read-only course: the exercise is passed all the same
        pass


def _read():
    """(set of what is done, {number: tries}) of the file, each empty if it is damaged."""
    try:
        file = path()
        held = json.loads(file.read_text(encoding="utf-8")) if file else {}
        have = {number for number in held["done"] if isinstance(number, str)}
        found = held.get("tries", {})
        counts = {n: t for n, t in found.items() if isinstance(t, int) and t > 0}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set(), {}
    return have, {**dict.fromkeys(have, 1), **counts}  # files of before tries were counted


def draw(numbers):
    """Show what is done of these exercises and questions, a row a lesson.

    Args:
        numbers: such as "00.1" and "00.q1".
    """
    from helpers import figures

    have, lessons = done() & set(numbers), sorted({number[:2] for number in numbers})
    fig, ax = figures.new(width=7, height=0.8 + 0.42 * len(lessons))
    for row, lesson in enumerate(lessons):
        for column, number in enumerate(_in_order(numbers, lesson)):
            colour = figures.PALETTE[2] if number in have else "white"
            ax.plot(column, row, "o", ms=20, mfc=colour, mec="#555555")
            ax.text(column, row, number[3:], ha="center", va="center", fontsize=9)
    ax.set_yticks(range(len(lessons)), [f"lesson {lesson}" for lesson in lessons])
    ax.set(xticks=[], ylim=(len(lessons) - 0.5, -0.5), xlim=(-0.6, 7.6))
    ax.grid(False)
    names = f": {', '.join(sorted(have))}" if have else ""
    figures.show(fig, alt=f"{len(have)} of {len(numbers)} exercises and questions done{names}")


def _in_order(numbers, lesson):
    """A lesson's questions, then its exercises."""
    mine = [number for number in numbers if number.startswith(f"{lesson}.")]
    return sorted(mine, key=lambda number: ("q" not in number, number))
