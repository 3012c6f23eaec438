"""The article's listing, mended, against the course's default at equal seconds of training.

    python -m tests.benchmarks.article            # writes data/results/04_article.json and .npz

Seconds on a busy machine say little, so both recipes' steps are timed in turns, and the listing
then gets as many steps as fit into the time that the course's steps take.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import time

import numpy as np

from helpers import art, figures, gan, metrics, networks

RESULTS = pathlib.Path(__file__).resolve().parents[2] / "data" / "results"
STEPS = 1500
SHOWN = 16
TIMED = 8
SCORED = 500


def course(seed):
    """The course's default."""
    return gan.make(32, seed=seed)


def listing(seed):
    """The listing with what it takes to train at all: sizes, imports, and a game instead of
    two separate losses. Adam's defaults, batch norm in D, no average, no augmentation stay."""
    model = gan.GAN(
        networks.article_generator(seed=seed), networks.article_discriminator(seed=seed), seed=seed
    )
    model.compile(generator_rate=1e-3, discriminator_rate=1e-3, beta_1=0.9, beta_2=0.999,
                  batch_size=32, augment="", average=0.0, decay=0.0)  # fmt: skip
    return model


def seconds_per_step(models, images):
    """Median seconds of a step of each model, measured in turns after a first step that traces."""
    times = {name: [] for name in models}
    for model in models.values():
        model.fit(images, 1, verbose=False)
    for _ in range(TIMED):
        for name, model in models.items():
            times[name].append(model.fit(images, 3, verbose=False).seconds / 2)
    return {name: float(np.median(values)) for name, values in times.items()}


def main(arguments=None):
    """Trains both and writes the two files."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--steps", type=int, default=STEPS, help="of the course's default")
    command.add_argument("--output", type=pathlib.Path, default=RESULTS)
    options = command.parse_args(arguments)
    start = time.perf_counter()
    train, held_out = art.load("heroes").split()
    scorer = metrics.Scorer((train.images, held_out.images[:SCORED]), progress=False)
    makers = {"mended listing": listing, "course": course}
    cost = seconds_per_step({name: make(0) for name, make in makers.items()}, train)
    rows, pictures = {}, {}
    for name, make in makers.items():
        steps = round(options.steps * cost["course"] / cost[name])
        model = make(0)
        model.fit(train, steps, verbose=False)
        rows[name] = {
            "steps": steps,
            "milliseconds_per_step": round(1000 * cost[name], 1),
            "kid": round(scorer.kid(model.sample(SCORED, seed=1)), 3),
        }
        pictures[name] = model.sample(SHOWN, seed=0)
        print(name, rows[name], flush=True)
    write(options, rows, pictures, (time.perf_counter() - start) / 60)


def write(options, rows, pictures, minutes):
    """Writes the card and the pictures."""
    card = {
        "title": "The article's listing, mended, against the course's default at equal seconds",
        "data": f"heroes, 32 px, 3,000 training and {SCORED} held-out pictures, {SCORED} samples",
        "seeds": [0],
        "minutes": round(minutes, 1),
        "machine": f"{os.cpu_count()} CPU cores, {platform.machine()}, shared with other work",
        "date": datetime.date.today().isoformat(),
        "command": f"python -m tests.benchmarks.article --steps {options.steps}",
        "rows": rows,
    }
    options.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    figures.write_bytes(options.output / "04_article.json", text.encode())
    temporary = options.output / ".04_article.part.npz"
    np.savez_compressed(temporary, **pictures)
    os.replace(temporary, options.output / "04_article.npz")


if __name__ == "__main__":
    main()
