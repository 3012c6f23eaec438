"""Executes pages in place and cleans them, so that two runs leave the same file.

python -m tools.notebooks 00 05     # lessons 00 and 05 with their solutions; none named: all
python -m tools.notebooks --clean 05    # only clean what was executed elsewhere
python -m tools.notebooks --check       # says what is not clean; executes and writes nothing
"""

import argparse
import os
import pathlib
import re
import sys
import time

import nbformat

from tools import rules

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
CELL_TIMEOUT = 300
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Progress bars, and TensorFlow's own notes to its developers.
NOISE = re.compile(
    r"\d+%\|.*|.*\d(it|s)/(it|s)\b.*|\d+it \[.*|(\d{4}-\d\d-\d\d |[IWEF]\d{4} |WARNING: All log).*"
)


def pages(numbers=(), folder=None):
    """The notebooks of these lessons ('00', '05'), or all: lessons, deeper pages, solutions."""
    folder = folder or FOLDER
    places = ("", "deeper/", "solutions/")
    found = [p for place in places for p in sorted(folder.glob(f"{place}[0-9][0-9]_*.ipynb"))]
    unknown = [n for n in numbers if not any(p.name.startswith(f"{n}_") for p in found)]
    if unknown:
        raise SystemExit(
            f"no notebook begins with {unknown[0]}_; there are: {', '.join(sorted({p.name[:2] for p in found}))}"
        )
    return [p for p in found if not numbers or p.name[:2] in numbers]


def execute(nb, cwd=None, timeout=CELL_TIMEOUT, timing=False):
    """Runs all cells of the notebook in a fresh kernel that starts in `cwd`, or in notebooks/.

    With `timing` each cell's metadata say when it began and ended, which `clean` takes out again.
    """
    from nbclient import NotebookClient

    client = NotebookClient(
        nb,
        timeout=timeout,
        startup_timeout=120,
        kernel_name="python3",
        record_timing=timing,
        resources={"metadata": {"path": str(cwd or FOLDER)}},
    )
    # Whoever makes the pages may have solved exercises; their outputs know nothing of it.
    return client.execute(env={**os.environ, "COURSE_PROGRESS": "off"})


def as_shown(line):
    """What a terminal shows of a line: the text after the last return to its start."""
    shown = [part for part in re.sub(r".\x08|\x08", "", line.rstrip("\r")).split("\r") if part]
    return shown[-1] if shown else ""


def clean_stream(output):
    """A stream without progress bars; '' when nothing else was in it."""
    lines = [as_shown(line) for line in output.text.split("\n")]
    if output.name == "stderr":
        lines = [line for line in lines if line.strip() and not NOISE.fullmatch(line.strip())]
    return "\n".join(lines)


def clean_output(output):
    """One output without what differs between runs; None when nothing of it stays."""
    if rules.WIDGET_VIEW in output.get("data", {}):
        return None
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if output.output_type == "stream":
        output.text = clean_stream(output)
        return output if output.text.strip() else None
    return output


def clean_outputs(outputs):
    """Clean outputs, neighbouring pieces of one stream put together."""
    # Before cleaning, since a piece may be a bare line end; and after, since what stood between may go.
    return together(filter(None, map(clean_output, together(outputs))))


def together(outputs):
    """The outputs with neighbouring pieces of one stream as one."""
    merged = []
    for output in outputs:
        if output.output_type == "stream" and merged and merged[-1].get("name") == output.name:
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def compare_solutions(cell):
    """nbval compares what a worked solution prints, so that a check that changes turns red."""
    tags = cell.metadata.get("tags", [])
    if any(tag.startswith("solution-") for tag in tags) and "nbval-check-output" not in tags:
        cell.metadata["tags"] = [*tags, "nbval-check-output"]


def describe(cell):
    """Copies the alt text of a cell's picture into the cell's metadata, where a book reads it."""
    alts = [rules.alt_text(output) for output in cell.outputs if rules.alt_text(output)]
    others = {k: v for k, v in cell.metadata.get("mystnb", {}).items() if k != "image"}
    image = {"image": {"alt": " · ".join(alts)}} if alts else {}
    cell.metadata.pop("mystnb", None)
    if others or image:
        cell.metadata["mystnb"] = nbformat.from_dict({**others, **image})


def clean(nb):
    """Removes from an executed notebook what differs between two executions."""
    nb.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC})
    count = 0
    for cell in nb.cells:
        for key in ("execution", "collapsed", "scrolled", "ExecuteTime", "outputId", "id"):
            cell.metadata.pop(key, None)
        if cell.cell_type != "code":
            continue
        compare_solutions(cell)
        cell.outputs = clean_outputs(cell.outputs)
        describe(cell)
        count += 1 if cell.source.strip() else 0
        cell.execution_count = count if cell.source.strip() else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    return nb


def give_ids(nb, prefix):
    """Keeps the cells' ids; a cell without one, or with one taken before, gets NN-a, NN-b…"""
    nb.nbformat, nb.nbformat_minor = 4, max(5, nb.get("nbformat_minor", 5))
    taken = set()
    for position, cell in enumerate(nb.cells, start=1):
        if not cell.get("id") or cell["id"] in taken:
            cell["id"] = f"{prefix}-new-{position:02d}"
        taken.add(cell["id"])
    return nb


def write(nb, path):
    """Writes the page in one move, so that an interrupted run leaves the old one."""
    nbformat.validate(nb)
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(nb).rstrip("\n") + "\n", encoding="utf-8")
    os.replace(part, path)


def renew(path, run=True):
    """Executes (if asked) and cleans one page in place; returns the seconds it took."""
    nb, start = (
        give_ids(nbformat.read(path, as_version=4), prefix=path.name[:2]),
        time.perf_counter(),
    )
    if run:
        nb = execute(nb)
    write(clean(nb), path)
    return time.perf_counter() - start


def check(paths):
    """Prints every rule a page breaks; returns how many."""
    total = 0
    for path in paths:
        found = rules.problems(
            path.relative_to(FOLDER).as_posix(), path.read_text(encoding="utf-8")
        )
        print(f"{path.relative_to(ROOT)}: {'clean' if not found else ''}")
        print("".join(f"    {line}\n" for line in found), end="")
        total += len(found)
    return total


def arguments(argv):
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebooks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("numbers", nargs="*", metavar="NN", help="lessons, e.g. 00 05; none: all")
    parser.add_argument("--check", action="store_true", help="only say what is not clean")
    parser.add_argument("--clean", action="store_true", help="clean without executing")
    return parser.parse_args(argv)


def main(argv=None):
    args = arguments(argv)
    paths = pages(args.numbers)
    if args.check:
        return 1 if check(paths) else 0
    for path in paths:
        try:
            seconds = renew(path, run=not args.clean)
        except Exception as error:  # whatever a cell raised, a timeout, a dead kernel
            print(f"{path.relative_to(ROOT)} left as it was:\n{error}", file=sys.stderr)
            return 1
        print(f"{path.relative_to(ROOT)}: {seconds:.0f} s, {path.stat().st_size / 1000:.0f} kB")
    check(paths)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
