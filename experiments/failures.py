"""How a GAN fails: runs with one thing wrong, each against its control in a named metric.

    python -m experiments.failures            # writes data/results/04_failures.json and .npz

Counted in steps, not in seconds, so that a busy machine changes nothing but the waiting time; at
16 pixels, where a step costs a quarter.
"""

import argparse
import pathlib
import time

import keras
import numpy as np

from helpers import art, figures, gan, metrics, results
from helpers.gan import networks

NAME = "04_failures"
SEEDS = (0, 1, 2)
STEPS = 800
SIZE = 16
SCORED = 400
SHOWN = 16
FEW = 60
LONGER = 4  # learning 60 pictures by heart takes so many times the steps

# Rates that stay as they are, as in most listings: falling ones would do the average's work.
# And the plain build: no palette, no R1, no start taken from the pictures, as in most listings again.
BASE = {
    "decay": 0.0,
    "generator_rate": 2e-3,
    "discriminator_rate": 2e-3,
    "r1": 0.0,
    "penalty_every": 1,
}
FAST = {"generator_rate": 2e-2, "discriminator_rate": 2e-4}
# name: (changes of BASE and the recipe, number of training pictures or None for all)
ARMS = {
    "control": ({}, None),
    "momentum": ({"beta_1": 0.9}, None),
    "strong_discriminator": ({"generator_rate": 2e-4}, None),
    "fast_generator": (FAST, None),
    "no_augmentation": ({"augment": ""}, None),
    "collapse": ({**FAST, "augment": ""}, None),
    "batch_norm": ({}, None),  # in D
    "few": ({"augment": ""}, FEW),
    "few_shifted": ({}, FEW),
    "few_augmented": ({"augment": "translation,cutout,color"}, FEW),
}


def main(arguments=None):
    """Runs every arm for every seed and writes the two files."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--steps", type=int, default=STEPS)
    command.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    command.add_argument("--arms", nargs="*", default=list(ARMS), choices=list(ARMS))
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    command.add_argument("--keep", action="store_true", help="go on with what the file has")
    options = command.parse_args(arguments)
    train, test = heroes()
    scorer = metrics.Scorer((train[:SCORED], test[:SCORED]), progress=False)
    rows, pictures, minutes, revision = unfinished(options)
    done = {(row["arm"], row["seed"]) for row in rows}
    for seed in options.seeds:
        for arm in [arm for arm in options.arms if (arm, seed) not in done]:
            start = time.perf_counter()
            row, shown = run(arm, seed, options.steps, train, scorer)
            rows += row
            pictures |= shown if seed == SEEDS[0] else {}
            minutes += (time.perf_counter() - start) / 60
            write(
                options, rows, pictures, minutes, revision
            )  # now, so that a stopped run can go on


def heroes():
    """Training and test heroes, uint8 [n, 16, 16, 3]."""
    train, _, test = art.load("heroes").split()
    return tuple(art.reduce(side.images, side.size // SIZE) for side in (train, test))


def unfinished(options):
    """Rows, pictures, minutes and revision of an earlier, unfinished run, if --keep asks for them."""
    if not options.keep or NAME not in results.names(options.output):
        return [], {}, 0.0, None
    card = results.card(NAME, options.output)
    if card["recipe"] != {**gan.RECIPE, **BASE} or card["steps"] != options.steps:
        raise SystemExit(f"{NAME} has another recipe or other steps: leave --keep out")
    return card["rows"], results.arrays(NAME, options.output), card["minutes"], card["revision"]


def run(arm, seed, steps, train, scorer):
    """One training; the control is also scored without its average.

    Returns:
        (rows, pictures): list of dictionaries of scores, dictionary of uint8 [SHOWN, 16, 16, 3].
    """
    changes, few = ARMS[arm]
    steps *= LONGER if few else 1
    images = train
    if few is not None:
        images = train[np.random.default_rng(seed).permutation(len(train))[:few]]
    model = build(arm, seed)
    model.compile(**{**BASE, **changes})
    history = model.fit(images, steps, verbose=False)
    kinds = {arm: True} | ({"no_average": False} if arm == "control" else {})
    rows, pictures = [], {}
    for name, averaged in kinds.items():
        samples = model.sample(SCORED, seed=1, averaged=averaged)
        scores = measure(samples, images, scorer)
        scores["accuracy"] = float(np.mean(history.history["accuracy"][-5:]))
        rows.append({"arm": name, "seed": seed, **{k: round(v, 4) for k, v in scores.items()}})
        pictures[name] = figures.rounded(samples[:SHOWN])
        print(rows[-1], flush=True)
    return rows, pictures


def build(arm, seed):
    """The GAN of an arm, not compiled: three free channels; with batch norm in D where the arm asks."""
    judge = networks.discriminator(SIZE, seed=seed)
    if arm == "batch_norm":
        judge = normed(judge)
    generator = networks.generator(SIZE, palette=0, start=False, seed=seed)
    return gan.GAN(generator, judge, seed=seed)


def normed(discriminator):
    """The same layers with batch norm behind each convolution but the first, as in DCGAN."""
    stack = [keras.Input(discriminator.input_shape[1:])]
    for layer in discriminator.layers:
        later = isinstance(layer, keras.layers.Conv2D) and len(stack) > 1
        stack += [layer, networks.batch_norm(f"norm_{layer.name}")] if later else [layer]
    return keras.Sequential(stack)


def measure(samples, images, scorer):
    """Scores of samples against test heroes; copying against the pictures trained on."""
    found = scorer.extract(samples)
    trained = scorer.train if len(images) > FEW else scorer.extract(images)
    density, coverage = metrics.density_and_coverage(found, scorer.held_out)
    return {
        "kid": metrics.kid(found, scorer.held_out),
        "density": density,
        "coverage": coverage,
        "diversity": metrics.diversity(found),
        "copying": metrics.copying_score(found, scorer.held_out, trained),
    }


def write(options, rows, pictures, minutes, before=None):
    """Writes the card with its rows, and the pictures beside it."""
    card = {
        "title": "Failures of a GAN on heroes, each with one thing changed",
        "data": f"heroes reduced to {SIZE} px, 3,000 training and {SCORED} test pictures",
        "arms": {
            name: {
                "changes": changes,
                "pictures": few or 3000,
                "steps": options.steps * (LONGER if few else 1),
            }
            for name, (changes, few) in ARMS.items()
            if any(row["arm"] == name for row in rows)
        },
        "recipe": {**gan.RECIPE, **BASE},
        "seeds": sorted({row["seed"] for row in rows}),
        "steps": options.steps,
        "samples": SCORED,
        "minutes": round(minutes, 1),
        "command": "python -m experiments.failures",  # whole, however often it was stopped
        "revision": results.revision(after=before),
        "rows": rows,
    }
    results.write(NAME, card, pictures, folder=options.output)


if __name__ == "__main__":
    main()
