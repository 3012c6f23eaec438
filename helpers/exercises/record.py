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
    try:
        file = path()
        found = json.loads(file.read_text(encoding="utf-8"))["done"] if file else ()
        return {number for number in found if isinstance(number, str)}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def add(number):
    """Remember that an exercise was passed; where nothing can be written, nothing is remembered."""
    have = done()
    if number in have:
        return
    try:
        if file := path():
            files.write_json(file, {"done": sorted(have | {number})})
    except OSError:  # a read-only course: the exercise is passed all the same
        pass


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
