"""Ten pictures: what do mixed parents, the correspondence loss and anchors bring? (lesson 07, deeper)

    python -m experiments.few_shot WORK             # every run, one after another; half an hour
    python -m experiments.few_shot WORK --write     # data/results/07_few_shot.json and .npz

Two targets: lesson 07's smileys, and ink drawings of cities. A run draws ten pictures of the training side by its seed,
and learns from nothing else. The weight of the correspondence loss is chosen on seed 10, by KID to other
pictures of the training side (smileys) or the validation pictures (ink). The arms of seeds 0 to 4 are scored once, on
pictures that no run and no choice has seen. A run that is there is not made again; each leaves a line in
WORK/runs.jsonl.
"""

import argparse
import functools
import pathlib
import time

import numpy as np
from scipy.stats import spearmanr

from experiments import own_art, series
from helpers import art, checkpoints, figures, files, latents, metrics, results
from helpers.gan import few_shot, transfer
from helpers.latents import blending

TEN, STEPS, SAMPLES, SIZE = 10, 150, 200, 32
SEEDS, CHOOSING = range(5), (10,)
WEIGHTS = (100, 1000)  # of the correspondence loss
STRONG = 10_000  # a weight that is not chosen: it puts the relations above all else
PARENTS = {"smileys": "general", "ink": "city_day_32"}
TEMPERATURE = 0.5  # of all palettes: the shipped generators differ in it
STARTS = ("half", "heroes", "creatures")  # beside general, on the smileys
MIXED = {"half": ("heroes", "creatures")}
ARMS = {
    "plain": {"weight": 0},
    "correspondence": {},
    "both": {"anchors": TEN},  # on ink alone
    "strong": {"weight": STRONG},
}
SHOWN, COPIES = 5, 100  # pictures kept of seed 0; samples that are looked at for copies


@functools.cache
def sides(target):
    """(to learn from, to choose with, to score): uint8 pictures; ten of the first are drawn by a run's seed."""
    if target == "smileys":
        train, chooser, rest = own_art.example(SIZE)
        return train, None, rest
    split = art.load("city_ink", size=SIZE).split()
    return split.train.images, split.validation.images, split.test.images


def pictures(target, seed):
    """(ten, to choose with, to score) of one run."""
    train, chooser, rest = sides(target)
    order = np.random.default_rng(seed).permutation(len(train))
    others = train[np.sort(order[TEN:])] if chooser is None else chooser
    return train[np.sort(order[:TEN])], others, rest


def parent_of(name):
    """A shipped GAN, or the first of two with the mean of both generators' weights."""
    one, *other = map(checkpoints.load, MIXED.get(name, [name]))
    one.generator.spec["temperature"] = TEMPERATURE
    if not other:
        return one
    first, second = one.averaged_generator, other[0].averaged_generator
    mean = blending.blend(first, second, 0.5, latents=latents.noise(first, 256))
    first.set_weights(mean.get_weights())
    return one


def started(start, ten, seed, *, weight=0, anchors=0):
    """A GAN before its first step: the parent's G in the colours of the ten, and a new projected D."""
    return transfer.child(
        parent_of(start), discriminator="projected", colours=ten, seed=seed,
        augment=art.suits(ten).augment,
        **transfer.FAST,
        kind=functools.partial(few_shot.FewShot, weight=weight, anchors=anchors),
    )  # fmt: skip


def runs(weight=None):
    """All runs: those that choose, and with a weight those that are scored."""
    base = {"arm": "plain", "steps": STEPS, "weight": 0, "anchors": 0}
    for seed in CHOOSING:
        for target, start in PARENTS.items():
            for w in WEIGHTS:
                yield {**base, "target": target, "start": start, "seed": seed, "weight": w, "arm": "choosing"}  # fmt: skip
    for seed in SEEDS if weight is not None else ():
        for target, start in PARENTS.items():
            for arm, changes in ARMS.items():
                if arm == "both" and target != "ink":
                    continue
                yield {**base, "weight": weight, **changes, "target": target, "start": start, "seed": seed, "arm": arm}  # fmt: skip
        for start in STARTS:
            yield {**base, "target": "smileys", "start": start, "seed": seed}


def chosen(rows):
    """The weight with the least KID, the mean over targets and seeds; None while runs are missing."""
    rows = [row for row in rows if row["arm"] == "choosing"]
    if len(rows) < len(list(runs())):
        return None
    return min(WEIGHTS, key=lambda w: np.mean([row["kid"] for row in rows if row["weight"] == w]))


def train(run):
    """One run: (scores, pictures to show)."""
    ten, chooser, rest = pictures(run["target"], run["seed"])
    model = started(run["start"], ten, run["seed"], weight=run["weight"], anchors=run["anchors"])
    model.prepare(ten)
    before = model.sample(SAMPLES, seed=1)
    seconds = model.fit(ten, run["steps"], verbose=False).seconds
    drawn = model.sample(SAMPLES, seed=1)
    held_out = chooser if run["arm"] == "choosing" else rest
    row = scores(drawn, before, ten, held_out) | {"seconds": round(seconds, 1)}
    if run["arm"] == "plain":
        old = look(before)
        row["untouched"] = {
            "kid": round(metrics.kid(old, look(held_out)), 4),
            "spread": round(metrics.spread_around(old, look(ten))[0], 4),
        }
    return run | row, drawn[:SHOWN]


def scores(drawn, before, ten, held_out):
    """What the page tells of pictures that were drawn after training on ten."""
    found, old, centres, real = map(look, (drawn, before, ten, held_out))
    spread, used = metrics.spread_around(found, centres)
    copies = metrics.copies(drawn[:COPIES], ten, held_out[:50])
    row = {
        "kid": metrics.kid(found, real), "spread": spread, "used": used,
        "untrained": metrics.untrained_distance(*map(metrics.untrained_features, (drawn, held_out))),
        "copied": float(copies.copied.mean()), "by_chance": copies.expected,
        "kept": kept(old, found), "matched": matched(before, drawn),
    }  # fmt: skip
    return {key: round(value, 4) for key, value in row.items()}


def look(images):
    return metrics.features(images, progress=False)


def kept(before, after):
    """Rank correlation of the distances between pictures, before and after: 1 where all relations are kept."""
    above = np.triu_indices(len(before), 1)
    pairs = [np.sqrt(np.maximum(_squares(x.astype(float)), 0))[above] for x in (before, after)]
    return float(np.nan_to_num(spearmanr(*pairs).statistic))


def matched(before, after):
    """Share of pictures that are more like the one of the same latent before than like any other one before.

    By the correlation of grey averages of 4 × 4 pixels; luck finds one of so many as there are.
    """
    one, other = map(_shapes, (before, after))
    return float(np.mean((other @ one.T).argmax(axis=1) == np.arange(len(one))))


def _shapes(images):
    side = images.shape[1] // 4
    grey = images.reshape(len(images), side, 4, side, 4, 3).mean(axis=(2, 4, 5))
    grey = grey.reshape(len(images), -1) - grey.mean(axis=(1, 2))[:, None]
    return grey / np.maximum(np.linalg.norm(grey, axis=1, keepdims=True), 1e-9)


def _squares(x):
    squares = np.sum(x**2, axis=1)
    return squares[:, None] + squares - 2 * x @ x.T


def real_values(target):
    """The same scores of as many real pictures as there are, in place of drawn ones: means over SEEDS."""
    found = []
    for seed in SEEDS:
        ten, others, rest = pictures(target, seed)
        features, centres = map(look, (others, ten))
        spread, used = metrics.spread_around(features, centres)
        found.append({"kid": metrics.kid(features, look(rest)), "spread": spread, "used": used})
        found[-1]["ten"] = metrics.kid(centres, look(rest))
    return {key: round(float(np.mean([row[key] for row in found])), 4) for key in found[0]}


def main(arguments=None):
    """Makes the runs that are not there yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("work", type=pathlib.Path)
    command.add_argument("--seconds", type=float, default=np.inf, help="begin no run after these")
    command.add_argument("--part", default="0/1", help="i/k: every k-th run, from the i-th")
    command.add_argument("--write", action="store_true", help="write data/results/07_few_shot")
    options = command.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    log = options.work / "runs.jsonl"
    if options.write:
        print(write(series.rows(log), options.work))
        return
    end, (part, parts) = time.monotonic() + options.seconds, map(int, options.part.split("/"))
    while time.monotonic() < end:
        rows = series.rows(log)
        asked = list(runs(chosen(rows)))
        left = [run for run in asked[part::parts] if not done(run, rows)]
        if left:
            row, shown = train(left[0])
            if row["seed"] == 0:
                place = options.work / f"{row['target']}_{row['start']}_{row['arm']}.npz"
                files.write_npz(place, {"shown": shown})
            series.add(log, row)
            print(row, flush=True)
        elif chosen(rows) is None:
            time.sleep(2)  # another part is still choosing
        else:
            return


def done(run, rows):
    """Whether a run is among the rows."""
    return any(run.items() <= row.items() for row in rows)


def write(rows, work):
    """Writes the result with all seeds that are whole; see helpers/results.py."""
    weight = chosen(rows)
    asked = [run for run in runs(weight) if run["arm"] != "choosing"]
    seeds = [s for s in SEEDS if all(done(run, rows) for run in asked if run["seed"] == s)]
    card = {
        "title": "A child of ten pictures: mixed parents, the correspondence loss, anchors",
        "data": {"smileys": "OpenMoji, smileys and hearts, 32 px", "ink": "city_ink, 32 px"},
        "command": "python -m experiments.few_shot WORK", "seeds": seeds,
        "parents": PARENTS, "weights": WEIGHTS, "weight": weight, "steps": STEPS,
        "samples": SAMPLES, "held_out": {target: len(sides(target)[2]) for target in PARENTS},
        "real": {target: real_values(target) for target in PARENTS},
        "rows": [row for row in rows if row["seed"] in (*seeds, *CHOOSING)],
    }  # fmt: skip
    starts = (*STARTS, PARENTS["smileys"])
    shown = {
        start: figures.rounded(
            files.read_npz(work / f"smileys_{start}_plain.npz", cure="run it again")["shown"]
        )
        for start in starts
    }
    return results.write("07_few_shot", card, shown)


if __name__ == "__main__":
    main()
