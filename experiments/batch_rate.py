"""Which rate for a larger batch? KID after equally many pictures, for three batches and three rules.

    python -m experiments.batch_rate --minutes 3.5    # as much as fits; again goes on where the log ends
    python -m experiments.batch_rate --write          # the log becomes data/results/09_batch_rate.json

The course's GAN at half its width, from nothing on heroes, 9,600 pictures a run: 600 steps of 16, 300 of 32,
150 of 64. A rate is the recipe's times 1, times the root of the batch's factor, or times the factor. The control
is batch 16 at twice the rate: what is better there, too, owes nothing to the batch. Choices are made on the
validation heroes; the test heroes are scored beside them.
"""

import argparse
import json
import pathlib
import time

import numpy as np

from experiments import series
from helpers import art, gan, metrics, results

NAME = "09_batch_rate"
PICTURES = 9600
SCORED = 1000
WIDTH = 16  # half the usual one, so that all runs fit into minutes
SEEDS = (0, 1, 2)
BATCHES = (16, 32, 64)
FACTORS = {16: (1,), 32: (1, 2**0.5, 2), 64: (1, 2, 4)}  # of the rate
MORE = [(16, 2)]  # the control: a rate that is better here, too, owes nothing to the batch


def main(arguments=None):
    """Trains and scores what the log does not hold yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--minutes", type=float, default=3.5, help="after which no new run begins")
    command.add_argument(
        "--log", type=pathlib.Path, default=results.ROOT / "build_cache/batch_rate.jsonl"
    )
    command.add_argument("--write", action="store_true")
    options = command.parse_args(arguments)
    end = time.monotonic() + 60 * options.minutes
    done = series.rows(options.log)
    if options.write:
        return write(done)
    split = art.load("heroes").split()
    sides = {}
    for seed, batch, factor in planned():
        row = {"seed": seed, "batch": batch, "factor": round(factor, 3)}
        if any(row.items() <= old.items() for old in done) or time.monotonic() > end:
            continue
        sides = sides or {n: metrics.features(getattr(split, n).images, progress=False)
                          for n in ("validation", "test")}  # fmt: skip
        row |= run(split.train.images, sides, seed, batch, factor)
        print(json.dumps(row), flush=True)
        series.add(options.log, row)


def planned():
    """All runs: (seed, batch, factor of the rate)."""
    arms = [(batch, factor) for batch in BATCHES for factor in FACTORS[batch]] + MORE
    return [(seed, *arm) for seed in SEEDS for arm in arms]


def run(images, sides, seed, batch, factor):
    """Trains one and scores it."""
    rates = {name: gan.RECIPE[name] * factor for name in ("generator_rate", "discriminator_rate")}
    model = gan.make(32, width=WIDTH, seed=seed, batch_size=batch, **rates)
    history = model.fit(images, PICTURES // batch, verbose=False)
    found = metrics.features(model.sample(SCORED, seed=1), progress=False)
    kids = {name: round(float(metrics.kid(found, side)), 4) for name, side in sides.items()}
    return {"seconds": round(history.seconds, 1), **kids}


def write(done):
    """Means, paired differences to batch 16 at the recipe's rate, and every run."""
    arms = sorted({(row["batch"], row["factor"]) for row in done})
    kids = {
        arm: {r["seed"]: r["validation"] for r in done if (r["batch"], r["factor"]) == arm}
        for arm in arms
    }
    table = []
    for arm in arms:
        apart = np.array([kids[arm][s] - kids[16, 1][s] for s in kids[arm]])
        error = apart.std(ddof=1) / len(apart) ** 0.5 if arm != (16, 1) else 0.0
        table.append({
            "batch": arm[0], "factor": arm[1], "kid": round(float(np.mean(list(kids[arm].values()))), 3),
            "to_16": round(float(apart.mean()), 3), "error": round(float(error), 3),
        })  # fmt: skip
    card = {"what": __doc__.splitlines()[0], "command": "python -m experiments.batch_rate",
            "pictures_seen": PICTURES, "seeds": SEEDS, "table": table, "rows": done}  # fmt: skip
    results.write(NAME, card)


if __name__ == "__main__":
    main()
