"""Times every lesson on this machine, for the minutes that lesson 00 tells people to expect.

python -m tools.timings      # run it with nothing else going on; writes data/results/00_lesson_seconds.json
"""

import os
import platform
import time

import nbformat

from helpers import machine, results
from tools import notebooks, preflight


def measure():
    """Seconds of each lesson, from a fresh kernel to its last cell; no page is changed."""
    seconds = {}
    for page in sorted(notebooks.FOLDER.glob("[0-9][0-9]_*.ipynb")):
        start = time.perf_counter()
        notebooks.execute(nbformat.read(page, as_version=4))
        seconds[page.name[:2]] = round(time.perf_counter() - start, 1)
        print(f"{page.name}: {seconds[page.name[:2]]} s")
    return seconds


def main():
    result = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, no GPU",
        "matrix_speed": round(machine.matrix_speed(seconds=3), 1),
        "steps_per_second": round(preflight.steps_per_second(600), 1),
        "seconds": measure(),
    }
    results.write(machine.TIMINGS, result)


if __name__ == "__main__":
    main()
