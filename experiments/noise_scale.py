"""How noisy are a training's gradients? Squared lengths for three batches at four steps, seed by seed.

    python -m experiments.noise_scale --minutes 5    # as much as fits; again goes on where the log ends
    python -m experiments.noise_scale --write        # the log becomes data/results/09_noise_scale.json

What is measured stands in the cells of notebooks/deeper/09_deeper.ipynb and is run from there, so that the page and
this file cannot part. The training is that of `batch_rate`: half the width, 600 steps of 16 at the recipe's rate.
"""

import argparse
import json
import pathlib
import time

import keras

from experiments import batch_rate, series
from helpers import gan, results

NAME = "09_noise_scale"
PAGE = results.ROOT / "notebooks" / "deeper" / "09_deeper.ipynb"
STEPS = (0, 100, 300, 600)
SEEDS = range(5)


def main(arguments=None):
    """Measures the seeds that the log does not hold yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--minutes", type=float, default=5, help="after which no new seed begins")
    command.add_argument(
        "--log", type=pathlib.Path, default=results.ROOT / "build_cache/noise_scale.jsonl"
    )
    command.add_argument("--write", action="store_true")
    options = command.parse_args(arguments)
    end, log = time.monotonic() + 60 * options.minutes, options.log
    done = series.rows(log)
    if options.write:
        return write(done)
    page = cells_of_the_page()
    for seed in SEEDS:
        if any(row["seed"] == seed for row in done) or time.monotonic() > end:
            continue
        row = {"seed": seed, "at": run(page, seed, STEPS)}
        print(json.dumps(row), flush=True)
        series.add(log, row)


def cells_of_the_page():
    """The names that the page's cells make: those of its first cell, `losses` and `lengths`."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    page = {}
    for made in ("\npictures = ", "def losses(", "def lengths("):
        (source,) = [source for source in sources if made in source]
        exec(compile(source, PAGE.name, "exec"), page)
    return page


def run(page, seed, steps):
    """One training: at each of the steps {network: {batch: mean squared length of its gradients}}."""
    model = gan.make(32, width=batch_rate.WIDTH, seed=seed)
    model.start_at(page["heroes"])
    found = []

    def look(*_, **__):
        if model.step_count in steps[len(found) : len(found) + 1]:
            found.append(means(page["measured"](model)))

    look()
    watching = keras.callbacks.LambdaCallback(on_train_batch_end=look)
    model.fit(page["heroes"], steps[-1], callbacks=[watching], verbose=False)
    return found


def means(measured):
    """Means over the draws, four digits."""
    return {
        name: {batch: float(f"{squares.mean():.4g}") for batch, squares in d.items()}
        for name, d in measured.items()
    }


def write(done):
    """Writes the result."""
    card = {
        "what": __doc__.splitlines()[0],
        "command": "python -m experiments.noise_scale",
        "steps": STEPS,
        "runs": sorted(done, key=lambda row: row["seed"]),
    }
    results.write(NAME, card)


if __name__ == "__main__":
    main()
