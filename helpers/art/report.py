"""What became of every file of a folder: a table, a contact sheet, and the same as text."""

import base64
import html
from collections import Counter
from typing import NamedTuple

import numpy as np

from helpers.art.kinds import safe

OUTCOMES = ("kept", "mended", "refused", "passed over")
_LINES = 60  # of a text that shows itself
_ROWS = 400  # of a table on a page, which scrolls
_SHEET = {
    32: 120,
    64: 60,
    128: 24,
    256: 8,
}  # pictures on a contact sheet, by size: a page stays small


class Row(NamedTuple):
    """One file.

    Attributes:
        name: path below the place.
        outcome: "kept", "mended", "refused" or "passed over".
        reason: why, or what was mended.
        index: position in the set, None for what is not in it.
    """

    name: str
    outcome: str
    reason: str
    index: int | None = None


class Report:
    """What `art.from_folder` read, mended and refused.

    Attributes:
        rows: list of Row, one for each file, in the order of reading.
        art: the ArtSet.
        suits: suited.Suits: palette and augmentation that suit the set, with the measurements.
        choices: sentences: what was chosen, each with the keyword that changes it.
    """

    def __init__(self, art, rows, suits, choices=()):
        self.art, self.rows, self.suits = art, rows, suits
        self.choices = [*choices, *suits.reasons()]

    def counts(self):
        """Dictionary from "kept", "mended", "refused", "passed over" to numbers of files."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    def twins(self):
        """Lists of names of pictures that are one picture; each list stays on one side of the split."""
        groups = {}
        for name, family in zip(self.art.item_names, self.art.families):
            groups.setdefault(int(family), []).append(name)
        return [names for names in groups.values() if len(names) > 1]

    def summary(self):
        """One or two sentences."""
        found = self.counts()
        said = [f"{found[o]:,} {o}" for o in OUTCOMES if found[o]]
        sides = np.bincount(self.art.folds, minlength=3).tolist()
        text = (
            f"{safe(self.art.name, 60)}: {len(self.art):,} pictures of {self.art.size} × {self.art.size} px "
            f"({', '.join(said)}). {sides[0]:,} to learn from, {sides[1]:,} to choose with, {sides[2]:,} to score."
        )
        if twins := self.twins():
            text += (
                f" {sum(map(len, twins)):,} of them are nearly the same as another one: such pictures stay on "
                "one side."
            )
        return text

    def text(self, most=None):
        """Every file in a line, those with news first.

        Args:
            most: lines at most; None for all.
        """
        rows = sorted(self.rows, key=lambda row: -OUTCOMES.index(row.outcome) % 4)
        lines = [self.summary(), *(f"  {sentence}" for sentence in self.choices)]
        news = [row for row in _in_order(self.rows) if row.reason]
        for row in news[:most]:
            lines.append(f"  {row.outcome:11s} {safe(row.name)}: {row.reason}")
        if most is not None and len(news) > most:
            lines.append(f"  and {len(news) - most} more: print(report.text())")
        for names in self.twins()[:most]:
            lines.append(f"  {'the same':11s} {', '.join(safe(name, 60) for name in names[:6])}")
        if most is None:
            lines += [f"  kept        {safe(row.name)}" for row in rows if not row.reason]
        return "\n".join(lines)

    def __str__(self):
        return self.text(_LINES)

    __repr__ = __str__

    def sheet(self):
        """A contact sheet: uint8 [height, width, 3], at most 120 pictures, spread over the set."""
        from helpers import figures

        rows = np.unique(np.linspace(0, len(self.art) - 1, self._shown()).astype(int))
        return figures.tile(
            self.art.images[rows], columns=max(4, min(20, 768 // self.art.size)), pad=3
        )

    def _shown(self):
        most = next(count for size, count in _SHEET.items() if self.art.size <= size)
        return min(most, len(self.art))

    def _repr_html_(self):
        from helpers import figures

        alt = html.escape(
            f"contact sheet of {safe(self.art.name, 60)}: {self._shown()} of {len(self.art):,} pictures",
            quote=True,
        )
        png = base64.b64encode(figures._lighter(figures.to_png(self.sheet()))).decode()
        return (
            f"<p>{html.escape(self.summary())}</p><ul>{_list(self.choices)}</ul>"
            f'<img src="data:image/png;base64,{png}" alt="{alt}" '
            f'style="max-width:100%;image-rendering:pixelated">{_table(self)}'
        )

    def show(self):
        """Shows itself: a table and a sheet on a page, text in a terminal."""
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is None:
            print(self)
        else:
            display(self)


def _list(sentences):
    return "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)


def _in_order(rows):
    return sorted(
        rows, key=lambda row: ("refused", "mended", "passed over", "kept").index(row.outcome)
    )


def _table(told):
    """Every file that is not simply kept, and the groups that are nearly one picture."""
    news = [
        (row.outcome, safe(row.name, 80), row.reason) for row in _in_order(told.rows) if row.reason
    ]
    same = [("nearly the same", ", ".join(safe(name, 60) for name in names[:6]), "stay on one side of the split")
            for names in told.twins()]  # fmt: skip
    rows = news + same
    if not rows:
        return ""
    cells = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left">{html.escape(text)}</td>' for text in row)
        + "</tr>"
        for row in rows[:_ROWS]
    )
    head = "<tr><th>what</th><th>file</th><th>why</th></tr>"
    more = f"<p>and {len(rows) - _ROWS:,} more: <code>print(report.text())</code></p>"
    table = f'<div style="max-height:22em;overflow:auto"><table>{head}{cells}</table></div>'
    return table + more * (len(rows) > _ROWS)
