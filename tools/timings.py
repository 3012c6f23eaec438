"""Times every lesson on this machine, for the minutes that lesson 00 and the run-sheets tell people to expect.

python -m tools.timings            # with nothing else going on; writes data/results/00_lesson_seconds.json
python -m tools.timings 07 08      # these lessons only; the others stay as they were
python -m tools.timings --shares   # on a busy machine: how a lesson's known seconds spread over its sections
python -m tools.timings --colab    # with Colab's versions, too: how many times as long; data/results/00_colab_ratio.json
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import time

import nbformat

from helpers import machine, results
from tools import notebooks, preflight, sections

SPEEDS = ("machine", "matrix_speed", "steps_per_second")
ENVIRONMENTS = {"course": ".venv", "colab": ".venv-colab"}


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


def spent(page):
    """What a lesson costs here: {"seconds": by the clock, "processor": of the processors}.

    Seconds of the processors differ little when other programs run, those by the clock differ a lot.
    """
    before, (whole, _) = os.times(), measure(page)
    after = os.times()
    used = sum(
        getattr(after, kind) - getattr(before, kind)
        for kind in ("children_user", "children_system")
    )
    return {"seconds": whole, "processor": round(used, 1)}


def compare(page, run=subprocess.run):
    """`spent` in each of `ENVIRONMENTS`, one right after the other, and "ratio", Colab's to the course's."""
    found = {}
    for name, folder in ENVIRONMENTS.items():
        python = str(notebooks.ROOT / folder / "bin" / "python")
        words = [python, "-m", "tools.timings", "--spent", page.name[:2]]
        shown = run(words, cwd=notebooks.ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        found[name] = json.loads(shown.splitlines()[-1])
    ratio = found["colab"]["processor"] / found["course"]["processor"]
    return found | {"ratio": round(ratio, 2)}


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
    parser.add_argument("--colab", action="store_true")
    parser.add_argument("--spent", action="store_true", help="print what the lessons cost here")
    options = parser.parse_args(argv)
    pages = [p for p in notebooks.pages(options.lessons) if p.parent == notebooks.FOLDER]
    if options.spent:
        print(*(json.dumps(spent(page)) for page in pages), sep="\n")
        return
    if options.colab:
        write_ratios(pages)
        return
    kept = dict(results.card(machine.TIMINGS))
    kept = {k: kept.get(k, {}) for k in (*SPEEDS, "seconds", "parts", "shares", "revisions")}
    if not (options.shares or options.lessons):
        kept |= {
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, no GPU",
            "matrix_speed": round(machine.matrix_speed(seconds=3), 1),
            "steps_per_second": round(preflight.steps_per_second(600), 1),
        }
    for page in pages:
        number = page.name[:2]
        seconds, parts = measure(page)
        print(f"{page.name}: {seconds} s", flush=True)
        if options.shares:  # a busy machine is slower all over: its shares still say something
            seconds = kept["seconds"].get(number, seconds)
        kept["seconds"][number] = seconds
        kept["parts"][number] = scaled(parts, seconds)
        kept["shares"][number] = "busy machine" if options.shares else "quiet machine"
        kept["revisions"][number] = results.revision()
    results.write(machine.TIMINGS, kept)


def write_ratios(pages):
    """Measures the lessons in both environments; each is written when it is there, others are kept."""
    for page in pages:
        kept = results.card(machine.RATIOS)["lessons"]
        kept[page.name[:2]] = compare(page)
        print(page.name, kept[page.name[:2]], flush=True)
        about = f"{os.cpu_count()} cores, {platform.machine()}, no GPU, busy with other work"
        results.write(machine.RATIOS, {"machine": about, "lessons": dict(sorted(kept.items()))})


if __name__ == "__main__":
    main()
