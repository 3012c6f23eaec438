"""Lesson 05's replay: which share of a child's pictures is still its parent's art, for two asked shares?

    python -m experiments.replay WORK          # every run, one after another: half an hour on 2 cores
    python -m experiments.replay WORK --write  # data/results/05_replay.json

Five pairs of parent and target; the shipped result has the first of three seeds. A child starts with both networks
of its parent; of its real pictures one in five, or one in two, is the parent's art. The drawn share is told by lesson
05's judge and corrected by what it says of held-out pictures of both arts. It is read after 600 steps, as in the
lesson, and after 1,500: what only falls slowly is the way from the parent, and no liking of the GAN's.
"""

import argparse
import functools
import pathlib

import keras
import numpy as np

from experiments import series
from experiments.style_transfer import AUGMENT
from helpers import art, checkpoints, metrics, results
from helpers.gan import transfer

NAME = "05_replay"
PAIRS = (  # parent, its art, target
    ("heroes", "heroes", "creatures"),
    ("creatures", "creatures", "heroes"),
    ("heroes", "heroes", "items"),
    ("city_day_32", "city_day", "city_ink"),
    ("city_day_32", "city_day", "city_neon"),
)
LAMS = (4.0, 1.0)  # L_parent + λ L_target: one in five, one in two of the parent's art
SEEDS, STOPS, COUNT, SAMPLES, SIZE = range(3), (600, 1500), 200, 400, 32


def main(arguments=None):
    """Makes the runs that are not there yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("work", type=pathlib.Path)
    command.add_argument("--write", action="store_true", help="write data/results/05_replay.json")
    options = command.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    log = options.work / "replay.jsonl"
    rows = series.rows(log)
    if options.write:
        results.write(NAME, {"command": "python -m experiments.replay", "stops": STOPS,
                             "pictures": COUNT, "samples": SAMPLES, "rows": rows})  # fmt: skip
        return
    for seed in SEEDS:
        for pair in PAIRS:
            for lam in LAMS:
                run = {"parent": pair[0], "target": pair[2], "lam": lam, "seed": seed}
                if any(run.items() <= row.items() for row in rows):
                    continue
                row = run | shares(pair, lam, seed)
                series.add(log, row)
                print(row, flush=True)


def shares(pair, lam, seed):
    """{"asked": …, "drawn": [after each stop], "judge": what it calls the parent's of both held-out arts}."""
    parent, (first, target) = (
        checkpoints.load(pair[0]),
        (art.load(n, size=SIZE).split() for n in pair[1:]),
    )
    images = target.train.take(COUNT, seed=0).images
    look = lambda pictures: metrics.features(pictures, progress=False)  # noqa: E731
    judge = transfer.StyleJudge(look(first.train.images[:500]), look(images), extract=look)
    held = [1 - judge.share(look(side.test.images[:SAMPLES])) for side in (first, target)]
    kind = functools.partial(transfer.Mixture, first=first.train.images, lam=lam)
    child = transfer.child(parent, seed=seed, kind=kind, batch_size=16,
                           augment=AUGMENT.get(pair[2].split("_")[0], "translation"))  # fmt: skip
    drawn = []
    for stop in STOPS:
        child.fit(images, stop - child.step_count, verbose=False)
        called = 1 - judge.share(look(child.sample(SAMPLES, seed=1)))
        drawn.append(round(float(corrected(called, *held)), 4))
    keras.backend.clear_session()
    return {"asked": round(1 / (1 + lam), 4), "drawn": drawn, "judge": [round(h, 4) for h in held]}


def corrected(called, of_first, of_target):
    """The true share that a judge calls `called`, given what it calls so of either art; between 0 and 1."""
    return np.clip((called - of_target) / (of_first - of_target), 0, 1)


if __name__ == "__main__":
    main()
