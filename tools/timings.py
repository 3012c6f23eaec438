"""Times every lesson on this machine, for the minutes that lesson 00 and the run-sheets tell people to expect.

python -m tools.timings            # with nothing else going on; writes data/results/00_lesson_seconds.json
python -m tools.timings 07 08      # these lessons only; the others stay as they were
python -m tools.timings --shares   # on a busy machine: how a lesson's known seconds spread over its sections
"""

import argparse
import datetime
import os
import platform
import time

import nbformat

from helpers import machine, results
from tools import notebooks, preflight, sections

SPEEDS = ("machine", "matrix_speed", "steps_per_second")


def measure(page):
    """Seconds of a lesson, from a fresh kernel to its last cell; the page is not changed.

    Returns: (seconds, {part of `sections.parts_of`: seconds}); the kernel's start counts to "start".
    """
    nb, start = nbformat.read(page, as_version=4), time.perf_counter()
    notebooks.execute(nb, timing=True)
    whole = time.perf_counter() - start
    parts = {
        name: sum(map(seconds_of, cells)) for name, cells in sections.parts_of(nb).items() if cells
    }
    parts["start"] += whole - sum(parts.values())
    return round(whole, 1), {name: round(seconds, 1) for name, seconds in parts.items()}


def seconds_of(cell):
    """How long an executed cell ran; 0 for text."""
    times = cell.get("metadata", {}).get("execution", {})
    if "iopub.status.idle" not in times:
        return 0.0
    ends = [times[f"iopub.status.{name}"] for name in ("busy", "idle")]
    busy, idle = (datetime.datetime.fromisoformat(t.replace("Z", "+00:00")) for t in ends)
    return (idle - busy).total_seconds()


def scaled(parts, seconds):
    """The same shares of another sum."""
    factor = seconds / sum(parts.values())
    return {name: round(value * factor, 1) for name, value in parts.items()}


def main(argv=None):
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.timings", description=__doc__)
    parser.add_argument("lessons", nargs="*", help="such as 07; all by default")
    parser.add_argument("--shares", action="store_true")
    options = parser.parse_args(argv)
    kept = dict(results.card(machine.TIMINGS))
    kept = {k: kept.get(k, {}) for k in (*SPEEDS, "seconds", "parts", "shares")}
    if not (options.shares or options.lessons):
        kept |= {
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, no GPU",
            "matrix_speed": round(machine.matrix_speed(seconds=3), 1),
            "steps_per_second": round(preflight.steps_per_second(600), 1),
        }
    for page in notebooks.pages(options.lessons):
        if page.parent != notebooks.FOLDER:
            continue
        number = page.name[:2]
        seconds, parts = measure(page)
        print(f"{page.name}: {seconds} s", flush=True)
        if options.shares:  # a busy machine is slower all over: its shares still say something
            seconds = kept["seconds"].get(number, seconds)
        kept["seconds"][number] = seconds
        kept["parts"][number] = scaled(parts, seconds)
        kept["shares"][number] = "busy machine" if options.shares else "quiet machine"
    results.write(machine.TIMINGS, kept)


if __name__ == "__main__":
    main()
