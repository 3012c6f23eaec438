"""One line of text that says what a learner has done, and how to read it again.

    course progress 1: 00.1+2 00.q1+1 01.3-4 (2 of 61 passed, 7 tries) #5d0c

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
    found, faults = [], []
    for number, row in enumerate(text.splitlines(), start=1):
        row = " ".join(row.split())  # web pages and mail like spaces of other kinds
        if START not in row:
            if _OTHER.search(row):
                faults.append(f"row {number} was printed by another release: {row[:60]!r}")
            continue
        held = _LINE.search(row)
        if not held or _sum(held[0].rpartition(" #")[0]) != held["sum"]:
            faults.append(f"row {number} was cut or changed: ask for it again ({row[:60]!r})")
            continue
        items = _ITEM.findall(held["items"])
        found.append(
            HandIn(
                who=row[: held.start()].strip(_AROUND),
                done=frozenset(n for n, sign, _ in items if sign == "+"),
                tries={n: int(count) for n, _, count in items},
            )
        )
    return found, faults


def _sum(head):
    return hashlib.sha256(" ".join(head.split()).encode()).hexdigest()[:4]
