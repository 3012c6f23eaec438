"""A class at a glance: `python -m tools.class_table lines.txt` (`-` reads what is piped in).

Reads the lines that `exercises.summary()` printed for each learner, in any text around them, and
prints two tables: what each learner has done, and which exercises were hard. `--csv FILE` writes
the first as a table for a spreadsheet. Nothing is sent anywhere.
"""

import argparse
import collections
import csv
import dataclasses
import io
import locale
import pathlib
import re
import signal
import statistics
import sys
import unicodedata

from helpers import files
from helpers.exercises import hand_in

# What chats print before a name: 10:31, [10:31:05], 30.11.2026, 10:31 AM, 下午3:20
CLOCK = re.compile(
    r"^[\W_]*(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:[上下]午 ?)?\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\b\.?)?)"
    r"(?!\w)[\W_]*"
)
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet computes when a cell begins with it


def person(who):
    """A name without the date and the time that a chat prints before it."""
    left, cut = CLOCK.subn("", who)
    while cut:
        left, cut = CLOCK.subn("", left)
    return left


def latest(found):
    """One line a name, the last one; lines without a name are all kept."""
    named = {h.who: h for h in found if h.who}
    return [*named.values(), *(h for h in found if not h.who)]


def several(found):
    """Sentences: which names stand before several lines, since two learners may have one name."""
    count = collections.Counter(h.who for h in found if h.who)
    said = [f"{n} lines of {who!r}: the last one counts" for who, n in count.items() if n > 1]
    same = collections.Counter((h.done, *sorted(h.tries.items())) for h in found if not h.who)
    return said + [
        f"{n} lines without a name are the same: is that one learner? Each counts here"
        for n in same.values()
        if n > 1
    ]


def learners(found):
    """Rows [name, passed in each lesson …, passed, tries], with a heading."""
    lessons = sorted({n[:2] for h in found for n in h.tries})
    rows = [["who", *lessons, "passed", "tries"]]
    for k, h in enumerate(found, start=1):
        counts = [sum(n.startswith(f"{lesson}.") for n in h.done) for lesson in lessons]
        rows.append([h.who or f"line {k}", *counts, len(h.done), sum(h.tries.values())])
    return rows


def exercises(found):
    """Rows [number, tried by, passed by, median tries], with a heading; hardest first."""
    rows = []
    for number in sorted({n for h in found for n in h.tries}):
        counts = [h.tries[number] for h in found if number in h.tries]
        passed = sum(number in h.done for h in found)
        rows.append([number, len(counts), passed, statistics.median(counts)])
    rows.sort(key=lambda row: (row[2] / row[1], -row[3]))
    return [["exercise", "tried by", "passed by", "median tries"], *rows]


def show(rows):
    """A table as text, its columns in line."""
    cells = [[f"{v:g}" if isinstance(v, float) else str(v) for v in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells)]
    return "\n".join(
        "  ".join(
            [
                row[0] + " " * (widths[0] - width(row[0])),
                *map(str.rjust, row[1:], widths[1:]),
            ]
        )
        for row in cells
    )


def width(text):
    """Columns that a text takes in a terminal: a Chinese sign takes two."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def main(argv=None):
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.class_table", description=__doc__)
    parser.add_argument("file", help="a text file with the lines, or - for what is piped in")
    parser.add_argument("--csv", type=pathlib.Path, help="write the learners' table here, too")
    options = parser.parse_args(argv)
    if not options.file:
        parser.error("which file? For example: make class FILE=lines.txt")
    try:
        text = sys.stdin.read() if options.file == "-" else _text(options.file)
    except OSError as error:
        parser.error(f"{options.file} cannot be read: {error.strerror}")
    found, faults = hand_in.read(text)
    found = [dataclasses.replace(h, who=person(h.who)) for h in found]
    for sentence in faults + several(found):
        print(sentence, file=sys.stderr)
    if not (found := latest(found)):
        parser.error(f'{options.file} holds no whole line that begins with "{hand_in.START}"')
    if options.csv:  # first: whoever reads the tables may stop reading them, as `| head` does
        buffer = io.StringIO()
        rows = [["'" * row[0].startswith(FORMULA) + row[0], *row[1:]] for row in learners(found)]
        csv.writer(buffer).writerows(rows)
        files.write_bytes(options.csv, buffer.getvalue().encode("utf-8-sig"))  # Excel reads it
    print(show(learners(found)), show(exercises(found)), sep="\n\n")
    return 1 if faults else 0


def _text(name):
    """A text file: UTF-8 mostly, UTF-16 from some programs, the computer's own old coding from others."""
    data = pathlib.Path(name).read_bytes()
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:  # such as Chinese names from an older Notepad
        return data.decode("utf-16" if wide else locale.getencoding(), errors="replace")


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):  # Windows has none
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends this without a traceback
    raise SystemExit(main())
