"""Signals at random moments: does a training that is stopped or killed keep its word?

    python -m experiments.signals                # 40 trainings and 20 fits: half an hour on 2 quiet cores
    python -m experiments.signals --tries 5 --fits 5 --seed 7

Each try starts the real command on a tiny GAN and sends it Ctrl-C, SIGTERM, SIGHUP or SIGKILL, once or
twice, up to some seconds after its start, its first card, its first save or its checkpoint: so at any
moment of start, tracing, training, saving and scoring. Then what it said is held against what is there.
Each fit is interrupted as a notebook's ■ does it.
"""

import argparse
import collections
import contextlib
import io
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
from PIL import Image

from helpers import checkpoints, gan, results
from helpers.train import folder

ROOT = pathlib.Path(__file__).resolve().parents[1]
KINDS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")
STEPS = 1500
MARKS = (None, folder.CARD, folder.TRAINING, folder.CHECKPOINT)  # what a moment is counted from


def main(arguments=None):
    """Runs all tries and writes data/results/04_signals.json."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--tries", type=int, default=40)
    command.add_argument("--fits", type=int, default=20)
    command.add_argument("--seed", type=int, default=0)
    options = command.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    # A shell's `&` has Ctrl-C ignored, and those that we start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        paint(place / "art")
        runs = [run(place, index, draw) for index in range(options.tries)]
    fits = [fit(draw) for _ in range(options.fits)]
    faults = [row for row in runs if row["faults"]]
    results.write("04_signals", card(options, runs, fits))
    print(f"{len(faults)} of {len(runs)} runs with a fault; fits: {collections.Counter(fits)}")
    return 1 if faults or set(fits) - {"stopped", "late"} else 0


def card(options, runs, fits):
    """What is written down: every fault in full, the rest counted."""
    stages = collections.Counter(row["stage"] for row in runs)
    return {
        "title": "Trainings stopped or killed at random moments, and what they said and left",
        "seed": options.seed,
        "runs": len(runs),
        "signals": dict(collections.Counter(row["signal"] for row in runs)),
        "stages": dict(stages),
        "runs_with_faults": [row for row in runs if row["faults"]],
        "fits": dict(collections.Counter(fits)),
    }


def paint(place):
    """Fifteen small pictures."""
    place.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (15, 8, 8, 3), dtype=np.uint8)
    for index, image in enumerate(pixels):
        Image.fromarray(image).save(place / f"{index:02d}.png")


def start(place, output):
    """Starts the command; returns its process."""
    words = [place / "art", "--size", 8, "--width", 4, "--samples", 5, "--steps", STEPS]
    words = [sys.executable, "-m", "helpers.train", *words, "--output", output]
    return subprocess.Popen(
        list(map(str, words)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def run(place, index, draw):
    """One try: its signal, its stage and its faults."""
    output = place / f"run{index}"
    kind, mark, delay = draw.choice(KINDS), draw.choice(MARKS), draw.uniform(0.2, 6.0)
    again = draw.uniform(0.0, 0.5) if draw.random() < 0.5 else None
    process = start(place, output)
    while mark and process.poll() is None and not (output / mark).exists():
        time.sleep(0.02)
    for pause in (delay, again):
        if pause is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(pause)
            process.send_signal(getattr(signal, kind))
    said = process.communicate(timeout=300)[0].decode(errors="replace")
    row = {"signal": kind + ("" if again is None else " twice"), "mark": mark or "start"}
    row["after"] = round(delay, 2)
    row["stage"] = stage(said, process.returncode)
    row["faults"] = list(faults(output, said, process.returncode, kind))
    print(row, flush=True)
    if row["faults"]:
        row["said"] = said[-600:]
    return row


def stage(said, code):
    """Where it was stopped, by its own words."""
    words = {
        "before the first": "start",
        "after step": "training or saving",
        "before it was": "scoring",
    }
    found = [name for text, name in words.items() if f"Stopped {text}" in said or text in said]
    return "end" if code == 0 else "killed" if code < 0 else (found or ["unknown"])[0]


def faults(output, said, code, kind):
    """What is wrong: words that are untrue, files that do not fit together."""
    number = getattr(signal, kind)
    if "Traceback" in said or "Exception" in said:
        yield "a traceback"
    if code not in (0, -number if kind == "SIGKILL" else 128 + number):
        yield f"exit code {code}"
    there = {name for name in folder.FILES if (output / name).is_file()}
    told = re.search(r"holds ([^;]*?)(?:, and no|; --resume)", said)
    nothing = "nothing was trained or written" in said  # before it had looked at the folder
    if code > 0 and told is None and (there or not nothing):
        yield "it does not say what there is"
    if told and (told[1].split(", ") if told[1] != "nothing of it" else []) != sorted(
        there, key=folder.FILES.index
    ):
        yield f"it says {told[1]}, there is {sorted(there)}"
    if kind != "SIGKILL" and list(output.glob(".*.part")):
        yield "a part file is left"
    yield from unfit(output, there, said)


def unfit(output, there, said):
    """Files that cannot be read, or do not belong together."""
    try:
        with folder.Folder(output).open() as place:
            known = place.read_card()
        step = None
        if folder.TRAINING in there:
            step = checkpoints.load(output / folder.TRAINING).step_count
            if step == 0 or folder.CARD not in there:
                yield "untrained, or without a card"
            if re.search(r"from step (\d+)", said) and f"from step {step}." not in said:
                yield f"it says another step than {step}"
        if folder.CHECKPOINT in there:
            checkpoints.load(output / folder.CHECKPOINT)
            if "unfinished" not in known and known["sha256"] != checkpoints.sha256(
                output / folder.CHECKPOINT
            ):
                yield "the card describes another checkpoint"
    except Exception as error:
        yield f"{type(error).__name__}: {error}"


def fit(draw):
    """One fit interrupted as a kernel does it: stopped, escaped, vanished, or late (it was over)."""
    model = gan.make(8, width=4, seed=draw.randrange(1000))
    pictures = np.random.default_rng(0).integers(0, 256, (15, 8, 8, 3), dtype=np.uint8)
    pressed, said = [], io.StringIO()
    running = threading.Event()

    def press():
        if running.is_set():
            pressed.append(1)
            os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(draw.uniform(0.0, 8.0), press)
    try:
        with contextlib.redirect_stdout(said):
            timer.start()
            running.set()
            model.fit(pictures, 2000, verbose=False)
            running.clear()
    except KeyboardInterrupt:
        return "escaped"
    finally:
        timer.cancel()
    if not pressed:
        return "late"
    return "stopped" if "Interrupted after step" in said.getvalue() else "vanished"


if __name__ == "__main__":
    sys.exit(main())
