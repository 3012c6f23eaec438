"""Ten pictures of another art: does a child that keeps its parent's likenesses do better than a plain one?

    python -m experiments.few_shot                       # writes data/results/07_few_shot.json and .npz
    python -m experiments.few_shot --work WORK           # keeps each run in WORK, and goes on from there

The parent is heroes; ten creatures are learnt from, the same ten for every arm. Each arm draws 300
pictures, judged on 200 held-out creatures: KID, the second yardstick, coverage, variety (mean distance of
two drawings, in units of that of real creatures), the share that is taken for creatures, and copies. Three
controls: the parent as it is, the ten pictures drawn again and again, and other real creatures. All children
run with the rates of transfer.FAST: at the gentle ones they draw their parent's heroes for longer than
these runs last.
"""

import argparse
import json
import pathlib
import tempfile

import keras
import numpy as np

from helpers import art, checkpoints, files, metrics, results
from helpers.gan import few_shot, transfer

NAME = "07_few_shot"
PARENT, TARGET, COUNT = "heroes", "creatures", 10
SAMPLES, SHOWN = 300, 24
SEEDS, STEPS = (0, 1), (60, 300)
ARMS = {
    "plain": {},
    "consistent": {"weight": few_shot.WEIGHT},
    "consistent, anchored": {"weight": few_shot.WEIGHT, "anchors": COUNT},
}


def pictures():
    """(ten to learn from, others of the same side, those to score with, a judge of what is a creature)."""
    split = art.load(TARGET).split()
    ten, others = np.split(split.train.images, [COUNT])
    held_out = np.concatenate([split.validation.images, split.test.images])
    judge = transfer.StyleJudge(art.load(PARENT).split().train.images[: len(others)], others)
    return ten, others, held_out, judge


class Judge:
    """Scores drawings by pictures that nobody learnt from."""

    def __init__(self, ten, real, style):
        self.ten, self.real, self.style = ten, real, style
        self.features = metrics.features(real, progress=False)
        self.second = metrics.untrained_features(real)
        self.variety = metrics.diversity(self.features)

    def score(self, drawn):
        """Dictionary of numbers for uint8 [n, size, size, 3]."""
        found = metrics.features(drawn, progress=False)
        low, high = metrics.kid_interval(found, self.features)
        copies = metrics.copies(drawn[:100], self.ten, self.real)
        scores = {
            "kid": metrics.kid(found, self.features),
            "kid_low": low,
            "kid_high": high,
            "second": metrics.untrained_distance(metrics.untrained_features(drawn), self.second),
            "coverage": metrics.density_and_coverage(found, self.features)[1],
            "variety": metrics.diversity(found) / self.variety,
            "share": self.style.share(found),
            "copies": int(copies.copied.sum()),
        }
        return {name: round(float(value), 4) for name, value in scores.items()}


def run(arm, steps, seed, parent, ten):
    """(drawings, seconds of training) of one run."""
    model = few_shot.child(parent, seed=seed, **ARMS[arm], **transfer.FAST)
    seconds = model.fit(ten, steps, verbose=False).seconds
    drawn = model.sample(SAMPLES, seed=1)
    keras.backend.clear_session()
    return drawn, round(seconds, 1)


def main(arguments=None):
    """Makes every run that is not there yet, scores all, and writes the two files."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--work", type=pathlib.Path, help="keep the drawings here")
    command.add_argument("--arms", nargs="*", default=list(ARMS), choices=list(ARMS))
    command.add_argument("--steps", type=int, nargs="*", default=STEPS)
    command.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    options = command.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        rows, shown = measure(options, work)
    card = {"command": "python -m experiments.few_shot", "parent": PARENT, "target": TARGET, "count": COUNT,
            "samples": SAMPLES, "weight": few_shot.WEIGHT, "rows": rows}  # fmt: skip
    print(results.write(NAME, card, shown, folder=options.output))


def measure(options, work):
    """(rows, {name: pictures}) of all runs and of both controls."""
    ten, others, real, style = pictures()
    judge, parent = Judge(ten, real, style), checkpoints.load(PARENT)
    again = ten[np.random.default_rng(0).integers(0, COUNT, SAMPLES)]
    shown, rows = {"ten": ten}, []
    controls = {
        "parent": parent.sample(SAMPLES, seed=1),
        "the ten": again,
        "real": others[:SAMPLES],
    }
    for arm, drawn in controls.items():
        rows.append({"arm": arm, "steps": 0, "seed": 0, **judge.score(drawn)})
    shown["parent"] = controls["parent"][:SHOWN]
    for steps in options.steps:
        for seed in options.seeds:
            for arm in options.arms:
                path = work / f"{arm.replace(', ', '_')}_{steps}_{seed}.npz"
                if not path.exists():
                    drawn, seconds = run(arm, steps, seed, parent, ten)
                    row = {"arm": arm, "steps": steps, "seed": seed, **judge.score(drawn)}
                    row = json.dumps({**row, "seconds": seconds})
                    files.write_npz(path, {"drawn": drawn[:SHOWN], "row": np.array(row)})
                with np.load(path) as kept:
                    rows.append(json.loads(str(kept["row"])))
                    if seed == 0:
                        shown[f"{arm}/{steps}"] = kept["drawn"]
                print(rows[-1], flush=True)
    return rows, shown


if __name__ == "__main__":
    main()
