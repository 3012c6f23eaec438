"""A name that a cell lacks: the error says which section of the page makes it.

After a restart, or with a section skipped, Python says only that a name is not defined. `install` adds
where the page defines it, so that one knows what to run.
"""

import json
import re
import symtable
import sys

_HEADING = re.compile(r"^## +(\d+)\b", re.MULTILINE)


def install(folder):
    """From now on a NameError of this kernel names the section to run. Outside of IPython: nothing.

    Args:
        folder: where the pages are.
    """
    ipython = sys.modules.get("IPython")  # a kernel has loaded it; a bare Python may lack it
    if shell := ipython and ipython.get_ipython():
        shell.set_custom_exc((NameError,), _handler(folder))


def _handler(folder):
    """What IPython calls instead of printing the error by itself."""

    def show(shell, kind, error, trace, tb_offset=None):
        said = error.name and advice(error.name, shell.user_ns.get("In", [""]), folder)
        if said:
            error.args = (f"{error.args[0]}: {said}",)
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    return show


def advice(name, run, folder):
    """Which section to run for a name that is not defined.

    Args:
        name: what is not defined.
        run: texts of the cells that were run, the failing one last.
        folder: where the pages are.
    Returns:
        a sentence, or None where the page is not found or makes no such name.
    """
    cells = _page(run, folder)
    here = next((k for k, (_, source) in enumerate(cells) if source == run[-1].strip()), len(cells))
    makers = [section for section, source in cells[:here] if name in _made(source)]
    if not makers:
        return None
    if here < len(cells) and makers[-1] == cells[here][0]:
        return "a cell above makes it; run this section from its top"
    return f"run {makers[-1]} of this page first, which makes it"


def _page(run, folder):
    """Pairs (section, code) of the page to which most of these cells belong; [] if none does."""
    texts, best, most = {text.strip() for text in run}, [], 0
    pages = [_cells(path) for path in sorted(folder.rglob("[0-9][0-9]_*.ipynb"))]
    shared = set.intersection(*({s for _, s in page} for page in pages)) if pages else set()
    for page in pages:
        count = len({source for _, source in page} & (texts - shared))
        best, most = (page, count) if count > most else (best, most)
    return best


def _cells(path):
    """Pairs (section, code) of one page."""
    section, found = "the first cells", []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"]).strip()
        if cell["cell_type"] == "code":
            found.append((section, source))
        elif numbers := _HEADING.findall(source):
            section = f"section {numbers[-1]}"
    return found


def _made(source):
    """The names that a cell leaves behind; none for one that is not plain Python."""
    try:
        symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    except SyntaxError:
        return set()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
