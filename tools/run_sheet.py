"""Minutes for a class, computed from the committed pages: `python -m tools.run_sheet`.

    python -m tools.run_sheet            # the minutes of every section of every lesson
    python -m tools.run_sheet --write    # puts them into the run-sheets of teach/, and the clock with them
    python -m tools.run_sheet --check    # says which run-sheets no longer fit the pages

A run-sheet is a Markdown table whose heading begins | clock | minutes | what |. Where `what` begins
with a lesson and its sections, such as `06 · 5, 6`, the minutes and where they come from are computed;
`no exercises`, `no questions` or `no reading` after a further · leaves those out. Every other row is a
talk or a break: its minutes were typed, and are marked "ours".
"""

import argparse
import dataclasses
import json
import re
import sys

from helpers import files, machine
from tools import committed, rules, sections

# From the least to the most, and where that comes from; teach/README.md says the same in words.
READING = (200, 100)  # words a minute: adults read 240 of easy text in their own language
MACHINE = (
    1,
    2,
)  # times the seconds that were measured: lesson 00's estimate holds to a factor of 2
EACH = {"question": (2, 4), "exercise": (4, 10), "panel": (2, 5), "figure": (0.25, 0.75)}
PANEL = re.compile(r"\b(?:widgets|explorer)\.(?:panel|training_panel)\(|^\s*panel\(", re.MULTILINE)
ROW = re.compile(r"(\d\d) · ([^·]+?)(?: · (.+))?$")
CLASS = committed.ROOT / "teach"
HEADING = "| clock | minutes | what |"
TOGETHER = "**Together:**"
NOT_YET = "ours; the page is not there yet"


@dataclasses.dataclass
class Load:
    """What a part of a page asks for.

    Attributes:
        words: to read, what is folded away and questions not counted.
        seconds: of computing, on the machine where the lessons were timed; None where unknown.
        colab: the same with Colab's versions: `seconds` times what data/results/00_colab_ratio.json says of
            the lesson; None where that was not measured.
        question, exercise, panel, figure: how many.
    """

    words: int = 0
    seconds: float | None = 0.0
    colab: float | None = 0.0
    question: int = 0
    exercise: int = 0
    panel: int = 0
    figure: int = 0

    def __add__(self, other):
        both = zip(dataclasses.astuple(self), dataclasses.astuple(other))
        return Load(*(None if a is None or b is None else a + b for a, b in both))

    def minutes(self):
        """(least, most), whole minutes."""
        least_most, both = [], [self.seconds or 0, self.seconds or 0]
        if self.colab is not None:
            both = sorted([self.seconds or 0, self.colab])
        for k in (0, 1):
            activities = sum(getattr(self, name) * each[k] for name, each in EACH.items())
            computing = both[k] * MACHINE[k] / 60
            least_most.append(round(self.words / READING[k] + activities + computing))
        return least_most[0], max(least_most[1], 1)

    def source(self):
        """Where the minutes come from, in a few words."""
        told = [] if self.seconds is None else [f"{self.seconds:.0f} s of computing"]
        if told and self.colab is not None:
            told[0] += f" (Colab's versions: {self.colab:.0f})"
        told += [f"{self.words:,} words"] if self.words else []
        counts = {name: getattr(self, name) for name in EACH}
        told += [f"{n} {name}{'s' * (n > 1)}" for name, n in counts.items() if n]
        return ", ".join(told)


def loads(number, root=committed.ROOT):
    """{part of the lesson: Load}; {} where the page is not committed.

    The parts are those of `sections.parts_of`.
    """
    names = [n for n in committed.names(root) if n.startswith(f"{number}_") and "/" not in n]
    if not names:
        return {}
    seconds = machine.timings().get("parts", {}).get(number, {})
    pages = sections.parts_of(json.loads(committed.text(names[0], root)))
    ratio = machine.colab_ratio(number)
    return {part: load(cells, seconds.get(part), ratio) for part, cells in pages.items()}


def load(cells, seconds, ratio=None):
    """The Load of some cells of a page; `ratio` as `machine.colab_ratio` gives it."""
    nb = {"cells": cells}
    tagged = [tag for cell in cells for tag in rules.tags(cell)]
    return Load(
        words=rules.core_words(nb),
        seconds=seconds,
        colab=None if None in (seconds, ratio) else seconds * ratio,
        question=sum(tag.startswith("question-") for tag in tagged),
        exercise=sum(tag.startswith("exercise-") for tag in tagged),
        panel=len(PANEL.findall(rules.source_of(nb))),
        figure=len(rules.pictures(nb)),
    )


def of(what, root=committed.ROOT):
    """The Load of a row's `what`; None where it names no committed lesson.

    Raises:
        ValueError: the lesson has no such section, or the last words are not known.
    """
    hit = ROW.match(what)
    if not hit or not (parts := loads(hit[1], root)):
        return None
    wanted = [w.strip() for w in hit[2].split(",")]
    if wanted == ["all"]:
        wanted = [p for p in parts if not p.startswith(("words", "the article"))]
    if unknown := [w for w in wanted if w not in parts]:
        raise ValueError(f"{what!r}: lesson {hit[1]} has no {unknown[0]!r}; it has {list(parts)}")
    whole = sum((parts[w] for w in wanted), Load())
    for words in filter(None, map(str.strip, (hit[3] or "").split(","))):
        name = {"no exercises": "exercise", "no questions": "question", "no reading": "words"}
        if words not in name:
            raise ValueError(f"{what!r}: {words!r} is none of {', '.join(name)}")
        whole = dataclasses.replace(whole, **{name[words]: 0})
    return whole


def filled(text, root=committed.ROOT):
    """A run-sheet with its clock, minutes and sources as the pages are now.

    The line that begins with **Together:** above each table gets the table's sum.
    """
    lines, together, now, total = text.splitlines(), None, 0, (0, 0)
    inside = False
    for k, line in enumerate(lines):
        if line.startswith(TOGETHER):
            together = k
        elif line.startswith(HEADING):
            now, total, inside = 0, (0, 0), True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|--"):
            lines[k], spent = row(line, now, root)
            now += sum(spent) / 2
            total = (total[0] + spent[0], total[1] + spent[1])
            lines[together] = (
                f"{TOGETHER} {total[0]} to {total[1]} minutes, {clock(now)} in the middle."
            )
    return "\n".join(lines) + "\n"


def cells_of(line):
    """The cells of a table's row."""
    return [cell.strip() for cell in line.strip()[1:-1].split("|")]


def row(line, now, root):
    """A row of the table as text, and its (least, most) minutes."""
    _, minutes, what, _, *rest = cells_of(line)
    if asked := of(what, root):
        spent, source = asked.minutes(), asked.source()
    else:
        spent = tuple(int(n) for n in re.findall(r"\d+", minutes))
        source = NOT_YET if ROW.match(what) else "ours"
        if len(spent) != 2:
            raise ValueError(f"{what!r}: {minutes!r} is no range of minutes, such as 3 to 5")
    shown = f"{spent[0]} to {spent[1]}"
    return f"| {' | '.join([clock(now), shown, what, source, *rest])} |", spent


def clock(minutes):
    """Minutes as 1:05."""
    return f"{int(round(minutes)) // 60}:{int(round(minutes)) % 60:02}"


def sheets(folder=CLASS):
    """The files with run-sheets in them."""
    return [p for p in sorted(folder.glob("*.md")) if HEADING in p.read_text(encoding="utf-8")]


def stale(folder=CLASS, root=committed.ROOT, much=0.15):
    """Sentences: which rows say minutes that are no longer those of the pages.

    Args:
        much: the share by which a row may differ, beside one minute; a page gains and loses words.
    """
    found = []
    for path in sheets(folder):
        for line in path.read_text(encoding="utf-8").splitlines():
            # a row typed before its page was there is no fault of who adds the page
            if not line.startswith("|") or NOT_YET in line or len(cells_of(line)) < 5:
                continue
            _, minutes, what, *_ = cells_of(line)
            if asked := of(what, root):
                old, new = [int(n) for n in re.findall(r"\d+", minutes)], asked.minutes()
                if len(old) != 2 or any(abs(x - y) > 1 + much * y for x, y in zip(old, new)):
                    found.append(f"{path.name}: {what} takes {new[0]} to {new[1]} minutes now")
    return found


def main(argv=None):
    """The command; with --check its exit status is 1 when a run-sheet is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.run_sheet", description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(argv)
    if options.check:
        old = stale()
        print(*old, sep="\n", end="\n" * bool(old))
        print(
            "Run `python -m tools.run_sheet --write`." if old else "All run-sheets fit the pages."
        )
        return 1 if old else 0
    if options.write:
        for path in sheets():
            files.write_text(path, filled(path.read_text(encoding="utf-8")))
            print(path.relative_to(committed.ROOT))
        return 0
    for number in sorted({n[:2] for n in committed.names() if "/" not in n}):
        whole = Load()
        for part, one in loads(number).items():
            print(
                f"{number} · {part:28} {one.minutes()[0]:3} to {one.minutes()[1]:3}   {one.source()}"
            )
            whole += one
        print(f"{number} · all {' ' * 25}{whole.minutes()[0]:3} to {whole.minutes()[1]:3}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
