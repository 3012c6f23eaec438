"""What the palette and R1 are worth: the course's minute with and without each of them.

    python -m experiments.palette             # writes data/results/04_palette.json and .npz

Counted in steps: with either a step takes a few per cent longer, which `make bench` counts. Where
there is a palette, "soft" holds the scores of the same generator drawn as firmly as it was trained.
"""

import argparse
import pathlib
import time

from helpers import art, gan, latents, metrics, results
from helpers.gan import networks

NAME = "04_palette"
SEEDS = (0, 1, 2)
STEPS = 2700  # about a minute at 45 steps a second
SCORED = 1000
SHOWN = 12
ARMS = {
    "palette and R1": {},
    "palette alone": {"r1": 0.0},
    "R1 alone": {"palette": 0},
    "neither": {"palette": 0, "r1": 0.0},
}


def main(arguments=None):
    """Trains every arm for every seed and writes the two files after each."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--steps", type=int, default=STEPS)
    command.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    command.add_argument("--arms", nargs="*", default=list(ARMS), choices=list(ARMS))
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    options = command.parse_args(arguments)
    train, _, test = art.load("heroes").split()
    real = metrics.features(test.images, progress=False)
    rows, pictures, start = [], {}, time.perf_counter()
    for seed in options.seeds:
        for arm in options.arms:
            model = gan.make(32, seed=seed, **ARMS[arm])
            history = model.fit(train.images, options.steps, verbose=False)
            samples = model.sample(SCORED, seed=1)
            row = {"arm": arm, "seed": seed, **scores(samples, real)}
            if model.generator.spec["palette"]:
                row["soft"] = scores(soft(model), real)
            rows.append(row | {"seconds": round(history.seconds, 1)})
            pictures |= {arm: samples[:SHOWN]} if seed == options.seeds[0] else {}
            print(rows[-1], flush=True)
            write(options, rows, pictures, (time.perf_counter() - start) / 60)


def soft(model):
    """SCORED pictures of the averaged generator at temperature 1, as in training."""
    generator = networks.build(model.averaged_generator.spec | {"temperature": 1.0})
    generator.set_weights(model.averaged_generator.get_weights())
    return latents.decode(generator, model.noise(SCORED, seed=1))


def scores(samples, real):
    """KID, density and coverage of samples, rounded."""
    found = metrics.features(samples, progress=False)
    density, coverage = metrics.density_and_coverage(found, real)
    values = {"kid": metrics.kid(found, real), "density": density, "coverage": coverage}
    return {name: round(value, 4) for name, value in values.items()}


def write(options, rows, pictures, minutes):
    """Writes the card with its rows, and the pictures beside it."""
    card = {
        "title": "Heroes after equal steps, with and without a palette of 16 colours and R1",
        "data": "heroes, 3,000 training pictures, scored against 500 test ones",
        "arms": ARMS, "recipe": gan.RECIPE, "steps": options.steps, "seeds": list(options.seeds),
        "samples": SCORED, "minutes": round(minutes, 1),
        "rows": rows,
    }  # fmt: skip
    results.write(NAME, card, pictures, folder=options.output)


if __name__ == "__main__":
    main()
