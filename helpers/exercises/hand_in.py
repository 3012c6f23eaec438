"""One line of text that says what a learner has done, and how to read it again.

    course progress 1: 00.1+2 00.q1+1 01.3-4 (2 of 66 passed, 7 tries) #19f0

Format 1: each exercise or question with `+` (passed) or `-` (not yet) and the number of tries; then
the counts for people; then a check sum of all before it. The sum finds a line that was cut or
changed by accident. It is no proof of who wrote it.
"""

import dataclasses
import hashlib
import re

START = "course progress 1:"
_LINE = re.compile(re.escape(START) + r"(?P<items>[^(#\n]*)\((?P<counts>[^)\n]*)\) #(?P<sum>\w+)")
_OTHER = re.compile(r"course progress \d+:")
_ANY = re.compile(r"course progress.*#", re.IGNORECASE)
# What input methods and text programs write for signs of a line; as long as what they stand for.
_ALIKE = str.maketrans("：（）＃＋－–−", ":()#+---")
_ROWS = 10  # mail breaks a line into rows; the longest line there is has eight
_AROUND = (
    " \t:,;|>-\"'`–—：，、；\ufeff"  # what chats, lists and Chinese put between a name and a line
)
_ITEM = re.compile(r"(\d\d\.q?\d+)([+-])(\d+)")


@dataclasses.dataclass(frozen=True)
class HandIn:
    """What one line says.

    Attributes:
        who: the text before it in its row of the file, such as a name in a chat; may be "".
        done: numbers that were passed.
        tries: {number: tries}.
    """

    who: str
    done: frozenset
    tries: dict


def line(done, tries, known):
    """The line of a learner.

    Args:
        done: numbers passed.
        tries: {number: tries}, passed or not.
        known: all numbers of the course; others are left out.
    """
    touched = [n for n in known if n in tries or n in done]
    items = " ".join(f"{n}{'+' if n in done else '-'}{tries.get(n, 1)}" for n in touched)
    passed, total = sum(n in done for n in known), sum(tries.get(n, 1) for n in touched)
    head = f"{START} {items or 'nothing yet'} ({passed} of {len(known)} passed, {total} tries)"
    return f"{head} #{_sum(head)}"


def read(text):
    """Find all lines in a text, such as the saved chat of a class.

    Args:
        text: any text; what stands in a row before a line is taken as its name.
    Returns: (list of HandIn, list of sentences on rows that could not be read).
    """
    rows = [" ".join(row.split()) for row in text.splitlines()]  # web and mail have other spaces
    found, faults, number = [], [], 0
    while number < len(rows):
        row, taken = _whole(rows, number)
        number += 1
        before = 0
        starts = [hit.start() for hit in re.finditer(START, row.translate(_ALIKE))]
        for start in starts:
            if held := _valid(row, start):
                found.append(_hand_in(row[before:start], held))
                before = held.end()
            else:
                short = row[before : before + 60]
                faults.append(f"row {number} was cut or changed: ask for it again ({short!r})")
                before = start
        if not starts and _OTHER.search(row):
            faults.append(f"row {number} was printed by another release: {row[:60]!r}")
        elif not starts and _ANY.search(row):
            faults.append(f"row {number} was cut or changed: ask for it again ({row[:60]!r})")
        number += taken - 1
    return found, faults


def _whole(rows, number):
    """(the row, how many rows it takes): a line that mail has broken into rows is put together."""
    row = rows[number]
    if START not in row.translate(_ALIKE) or _valid(row, row.translate(_ALIKE).rindex(START)):
        return row, 1
    # With and without a space at each end: mail breaks between words, a terminal anywhere.
    joined = [row]
    for taken, following in enumerate(rows[number + 1 : number + _ROWS], start=2):
        if "course progress" in following:
            break
        rest = following.lstrip("> ")
        joined = [start + glue + rest for start in joined for glue in (" ", "")]
        for whole in joined:
            if _valid(whole, whole.translate(_ALIKE).rindex(START)):
                return whole, taken
    return row, 1


def _valid(row, start):
    """The match of the line that begins there, if its check sum is right, else None."""
    held = _LINE.match(row.translate(_ALIKE), start)
    return held if held and _sum(held[0].rpartition(" #")[0]) == held["sum"] else None


def _hand_in(before, held):
    items = _ITEM.findall(held["items"])
    return HandIn(
        who=before.strip(_AROUND).rstrip(_AROUND + "*_"),
        done=frozenset(n for n, sign, _ in items if sign == "+"),
        tries={n: int(count) for n, _, count in items},
    )


def _sum(head):
    return hashlib.sha256(" ".join(head.split()).encode()).hexdigest()[:4]
