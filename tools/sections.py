"""A page's sections: what each says it needs, and which names it reads and makes.

A section begins with a heading "## 3 · Title". The metadata of that cell says what it needs:
{"needs": []} works after the page's first cells alone, {"needs": ["2"]} after those and section 2.
{"long": true} beside it keeps a section that trains out of the test that runs sections one by one.
Standard library only; a notebook is the plain dict that json.loads gives.
"""

import builtins
import re
import symtable

from tools import rules

HEADING = re.compile(r"## (\d+) · ")
KNOWN = {*dir(builtins), "display", "get_ipython", "__name__"}


def split(nb):
    """Cuts a page at its headings.

    Returns:
        {"": first cells, "1": cells of section 1, …}; a heading without a number ends a section.
    """
    parts, now = {"": []}, ""
    for cell in nb["cells"]:
        if cell["cell_type"] == "markdown" and rules.text(cell["source"]).startswith("## "):
            found = HEADING.match(rules.text(cell["source"]))
            now = found[1] if found else "after"
        parts.setdefault(now, []).append(cell)
    parts.pop("after", None)
    return parts


def parts_of(nb):
    """Cuts a page at all its headings, for who plans a class.

    Returns:
        {"start": first cells, "1": cells of section 1, …}, and what has no number under its title
        in small letters, such as "exercises" or "what we learned".
    """
    parts, now = {"start": []}, "start"
    for cell in nb["cells"]:
        words = rules.text(cell["source"])
        if cell["cell_type"] == "markdown" and words.startswith("## "):
            found = HEADING.match(words)
            now = found[1] if found else words.splitlines()[0].removeprefix("## ").lower()
        parts.setdefault(now, []).append(cell)
    return parts


def needs(parts):
    """{section: the sections it says it needs}, or {} where the page does not say."""
    said = {k: cells[0]["metadata"].get("needs") for k, cells in parts.items() if k}
    return said if any(value is not None for value in said.values()) else {}


def before(number, said):
    """The sections that run before this one, in order, those that the needed ones need included."""
    found = set()
    waiting = list(said[number])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += said[one]
    return sorted(found, key=int)


def sources(cells):
    """The code of the cells."""
    return [rules.text(c["source"]) for c in cells if c["cell_type"] == "code"]


def made(cells):
    """Names that the cells make."""
    return {name for source in sources(cells) for name in names(source)[1]}


def names(source):
    """What a cell reads from outside and what it makes: two sets of names."""
    top = symtable.symtable(source, "cell", "exec")
    makes = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    reads = {s.get_name() for s in top.get_symbols() if s.is_referenced()} | inside(top)
    return reads - makes, makes


def inside(table):
    """Global names that the functions in a cell read."""
    found = set()
    for child in table.get_children():
        found |= {s.get_name() for s in child.get_symbols() if s.is_referenced() and s.is_global()}
        found |= inside(child)
    return found


def problems(parts, number):
    """What a section reads that its needs do not make, or that another section makes, too."""
    said = needs(parts)
    others = set(parts) - {"", number, *before(number, said)}
    mine, found = set(), []
    have = made(parts[""]) | {n for k in before(number, said) for n in made(parts[k])} | KNOWN
    for source in sources(parts[number]):
        reads, makes = names(source)
        found += [f"{name} comes from nowhere" for name in sorted(reads - have - mine)]
        for name in sorted(reads - mine - KNOWN):
            found += [f"section {k} makes a {name}, too" for k in others if name in made(parts[k])]
        mine |= makes
    return found
