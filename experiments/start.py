"""What do the palette and a start taken from the data buy? Equal steps, ten seeds.

    python -m experiments.start               # writes data/results/04_start.json and .npz
    python -m experiments.start --phase train --folder build_cache/start   # … in two parts
    python -m experiments.start --phase score --folder build_cache/start

Counted in steps, so that it can run on any machine: 1,300 are a minute of the course's recipe on two slow
cores (`make bench`), and took 40 s on one core of another. Scored against the test heroes. Where there is a
palette, "soft_kid" is the same generator drawn at temperature 1, as it was trained. Two tests for copies:
"unseen_nearest" is the share of pictures whose nearest hero is one of the 500 of the validation side and
not one of the 3,000 trained on (1/7 where G does not know which is which); "too_near" the share that is
nearer to a training hero than 99 of 100 test heroes are.
"""

import argparse
import pathlib
import tempfile

import keras
import numpy as np

from experiments.palette import soft
from helpers import art, files, gan, metrics, results

NAME = "04_start"
SEEDS = range(10)
STEPS = 1300
SCORED = 1000
SHOWN = 12
ARMS = {
    "plain": {"palette": 0, "start": False},
    "palette": {"start": False},
    "palette and start": {},
}
AGAIN = "train it again with --phase train"


def main(arguments=None):
    """Trains every arm for every seed, then scores them and writes the two files."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--steps", type=int, default=STEPS)
    command.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    command.add_argument("--arms", nargs="*", default=list(ARMS), choices=list(ARMS))
    command.add_argument("--phase", choices=("all", "train", "score"), default="all")
    command.add_argument("--folder", type=pathlib.Path, help="keep the drawn pictures here")
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    options = command.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        options.folder = options.folder or pathlib.Path(temporary)
        options.folder.mkdir(parents=True, exist_ok=True)
        if options.phase != "score":
            train_all(options)
        if options.phase != "train":
            score_all(options)


def place(options, arm, seed):
    """Where one run's pictures lie."""
    return options.folder / f"{arm.replace(' ', '_')}_{seed}.npz"


def train_all(options):
    """Trains what the folder does not hold yet."""
    images = art.load("heroes").split().train.images
    for seed in options.seeds:
        for arm in options.arms:
            if (path := place(options, arm, seed)).exists():
                continue
            model = gan.make(32, seed=seed, **ARMS[arm])
            history = model.fit(images, options.steps, verbose=False)
            model.save_checkpoint(path.with_suffix(".checkpoint.npz"), full=False)
            files.write_npz(path, drawn(model))
            print(arm, seed, f"{history.seconds:.0f} s", flush=True)


def drawn(model):
    """What is kept of a run: samples and, of a palette, soft samples and SHOWN pictures' colours."""
    kept = {"samples": model.sample(SCORED, seed=1)}
    if model.generator.spec["palette"]:
        painter = model.averaged_generator
        features = keras.Model(painter.inputs[0], painter.layers[-1].input)
        colours = painter.layers[-1].chosen(features(model.noise(SCORED, seed=1)[:SHOWN]))
        kept |= {"soft": soft(model), "colours": art.to_uint8(np.array(colours))}
    return kept


def score_all(options):
    """Scores every run of the folder and writes the card, with pictures of the first seed."""
    heroes = art.load("heroes").split()
    sides = [metrics.features(side.images, progress=False) for side in heroes]
    rows, shown = [], {}
    for arm in options.arms:
        for seed in options.seeds:
            run = files.read_npz(place(options, arm, seed), cure=AGAIN)
            rows.append({"arm": arm, "seed": seed, **scores(run, *sides)})
            print(rows[-1], flush=True)
            if seed == options.seeds[0]:
                shown[arm] = run["samples"][:SHOWN]
                shown |= {f"{arm}: colours": run["colours"]} if "colours" in run else {}
    card = {
        "title": "Heroes after equal steps: three channels, a palette, a palette that starts at the data",
        "data": "heroes, 3,000 training pictures, scored against 500 test ones",
        "arms": ARMS, "recipe": gan.RECIPE, "steps": options.steps, "seeds": list(options.seeds),
        "samples": SCORED, "rows": rows,
        "arrays": "12 pictures of the first seed, and the 16 colours of each where it has a palette",
    }  # fmt: skip
    results.write(
        NAME, card | {"command": "python -m experiments.start"}, shown, folder=options.output
    )


def scores(run, known, unseen, real):
    """All scores of one run, rounded; features of training, validation and test heroes are given."""
    found = metrics.features(run["samples"], progress=False)
    density, coverage = metrics.density_and_coverage(found, real)
    nearest = metrics.nearest(found, np.concatenate([known, unseen]))[0][:, 0]
    usual = np.quantile(metrics.nearest(real, known)[1], 0.01)
    values = {
        "kid": metrics.kid(found, real), "density": density, "coverage": coverage,
        "diversity": metrics.diversity(found),
        "copying": metrics.copying_score(found, real, known),
        "unseen_nearest": np.mean(nearest >= len(known)),
        "too_near": np.mean(metrics.nearest(found, known)[1] < usual),
    }  # fmt: skip
    if "soft" in run:
        values["soft_kid"] = metrics.kid(metrics.features(run["soft"], progress=False), real)
    return {name: round(float(value), 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
