"""From which start does a training on few pictures of one's own come furthest, and does a race tell?

    python -m experiments.outside SETS                          # first: the sets that are not ours
    python -m experiments.own_art WORK --sets SETS              # every run, one after another
    python -m experiments.own_art WORK --sets SETS --write      # data/results/07_choice.json

As a learner's folder: n pictures in all, of which helpers/art keeps some to choose with. Each start
(`parents.start`, or "twin", the control) learns STEPS or MINUTE steps from the training pictures, and is judged by
KID, coverage and the untrained yardstick on up to 300 pictures that no learner would have. Some ran a race of 100
steps before, judged by the few pictures to choose with: does it tell the best of the long runs? The rule of
`parents.usual` was found on SETS and the page's example; AFTER was tried when it stood.
A run that is there is not made again, and each leaves a line in WORK/runs.jsonl.
"""

import argparse
import functools
import json
import pathlib
import time

import keras
import numpy as np

from experiments import projected
from helpers import art, checkpoints, figures, files, metrics, results
from helpers.art import splits
from helpers.gan import transfer
from helpers.train import parents

STEPS, MINUTE = 300, 1000  # a minute on two cores of 2020, about
SIZE, SAMPLES, TEST = 32, 300, 300
STARTS = ("projected", "pixels", "nearest", "farthest")
SPECIAL = ("heroes", "creatures", "city_day_32")  # each trained on one kind of art
SETS = ("outlines", "gardens", "faces", "signs", "units", "desktop")
EXAMPLE = "smileys"  # the page's: 166 in the style OpenMoji
AFTER = ("blocks", "shapes", "places")  # tried when the rule of parents.usual was there


@functools.cache
def folder(name, count, sets):
    """(train, to choose with, to score): uint8 pictures of a folder with `count` of them."""
    if name == EXAMPLE:
        return example()
    found = projected.load(name, SIZE, sets)
    rows = np.sort(np.random.default_rng(0).permutation(len(found["train"]))[:count])
    held = splits.held_out(len(rows))
    mine = found["train"][rows]
    order = np.random.default_rng(1).permutation(len(rows))
    rest = found["test"][:TEST]
    return mine[order[2 * held :]], mine[order[:held]], rest


def example():
    """As `folder`: the page's example, read as the page reads it; all that is held out scores."""
    emoji = art.load("emoji_openmoji")
    place = results.ROOT / "build_cache" / EXAMPLE
    for row in np.flatnonzero(emoji.labels == emoji.label_names.index("Smileys & Emotion")):
        png = figures.to_png(emoji.images[row])
        files.write_bytes(place / f"{emoji.item_names[row]}.png", png)
    split = art.from_folder(place, SIZE, show=False)[0].split()
    held_out = np.concatenate([split.validation.images, split.test.images])
    return split.train.images, split.validation.images, held_out


@functools.cache
def by_features(name, count, sets):
    """Distances of the shipped generators to the training pictures, the nearest first."""
    return parents.nearest(folder(name, count, sets)[0], SPECIAL)


def runs():
    """All runs, the most telling first: a result that was stopped then still says something."""

    def some(name, count, starts, race, steps=STEPS, seed=0):
        for start in starts:
            yield {
                "pictures": name,
                "count": count,
                "start": start,
                "race_steps": race,
                "steps": steps,
                "seed": seed,
            }

    yield from some("outlines", 200, STARTS, 100)
    for name, count in (("outlines", 20), ("gardens", 200), ("gardens", 20)):
        yield from some(name, count, ("projected",), 0)
    for name, count in (("outlines", 20), ("gardens", 200), ("gardens", 20)):
        yield from some(name, count, ("nearest", "farthest"), 0)
    yield from some("faces", 200, ("projected", "nearest", "farthest"), 100)
    for count in (20, 200):
        for name in ("signs", "units", "desktop"):
            yield from some(name, count, ("projected", "nearest"), 0)
    for name in SETS:
        yield from some(name, 200, ("projected", "nearest", "general", "pixels", "twin"), 0, MINUTE)
    for name in SETS:
        yield from some(name, 20, ("general", "projected", "nearest"), 0)
    for name in SETS:
        yield from some(name, 200, ("projected", "general", "nearest"), 0, MINUTE, 1)
    for seed in (0, 1):
        yield from some(EXAMPLE, 166, ("projected", "general"), 0, MINUTE, seed)
        for name in AFTER:
            yield from some(name, 200, ("projected", "general"), 0, MINUTE, seed)
    for name in SETS:
        yield from some(name, 50, ("general", "nearest", "projected"), 0)


def train(run, sets):
    """One start, raced and run: its scores."""
    images, chooser, rest = folder(run["pictures"], run["count"], sets)
    distances = by_features(run["pictures"], run["count"], sets)
    name = {"nearest": distances[0][0], "farthest": distances[-1][0]}.get(
        run["start"], run["start"]
    )
    suits = art.suits(images)
    row = {
        **run,
        "from": name,
        "train": len(images),
        "chooser": len(chooser),
        "features": dict(distances),
    }
    for part, steps in (("race", run["race_steps"]), ("run", run["steps"])):
        if not steps:
            continue
        model = started(name, images, run["seed"], suits)
        row[f"{part}_seconds"] = round(model.fit(images, steps, verbose=False).seconds, 1)
        drawn = model.sample(SAMPLES, seed=1)
        found = metrics.features(drawn, progress=False)
        if part == "race":
            row |= judged("race", found[: parents.SAMPLES], features(run, sets, 1))
            row |= judged("race_train", found[: parents.SAMPLES], features(run, sets, 0))
        real = features(run, sets, 2)
        row |= judged(f"{part}_test", found, real)
    if run["steps"]:
        row["coverage"] = metrics.density_and_coverage(found, real)[1]
        row["untrained"] = metrics.untrained_distance(
            *map(metrics.untrained_features, (drawn, rest))
        )
    keras.backend.clear_session()
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()
    }


def started(name, images, seed, suits):
    """A GAN before its first step. "twin": as from a parent, with its size and rates, and nothing copied."""
    if name != "twin":
        return parents.start(name, images, seed=seed, suits=suits)
    return transfer.child(
        checkpoints.load(SPECIAL[0]), generator=False, discriminator="projected",
        generator_rate=transfer.RATE, discriminator_rate=transfer.RATE,
        seed=seed, augment=suits.augment,
    )  # fmt: skip


def features(run, sets, part):
    """Features of one part of a folder."""
    return _features(run["pictures"], run["count"], sets, part)


@functools.cache
def _features(name, count, sets, part):
    return metrics.features(folder(name, count, sets)[part], progress=False)


def judged(name, drawn, real):
    """KID with its interval, under three names."""
    low, high = metrics.kid_interval(drawn, real)
    return {f"{name}_kid": metrics.kid(drawn, real), f"{name}_low": low, f"{name}_high": high}


def main(arguments=None):
    """Makes the runs that are not there yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("work", type=pathlib.Path)
    command.add_argument("--sets", type=pathlib.Path)
    command.add_argument("--seconds", type=float, default=np.inf, help="begin no run after these")
    command.add_argument("--pictures", nargs="*", help="only runs on these sets")
    command.add_argument("--starts", nargs="*", help="only runs from these starts")
    command.add_argument("--write", action="store_true", help="write data/results/07_choice.json")
    options = command.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    log = options.work / "runs.jsonl"
    rows = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if options.write:
        print(write(rows, options.sets))
        return
    end = time.monotonic() + options.seconds
    for run in runs():
        if any(run.items() <= row.items() for row in rows) or not wanted(run, options):
            continue
        if time.monotonic() > end:
            return
        row = train(run, options.sets)
        with log.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print({key: row.get(key) for key in ("pictures", "count", "start", "from", "race_kid", "run_test_kid", "run_seconds")}, flush=True)  # fmt: skip


def wanted(run, options):
    """Whether a run is among those that the command line asks for; without a word, all are."""
    return (not options.pictures or run["pictures"] in options.pictures) and (
        not options.starts or run["start"] in options.starts
    )


def write(rows, sets):
    """Writes the result; see helpers/results.py."""
    diversity = {
        name: round(metrics.diversity(_features(name, 200, sets, 0)), 2)
        for name in (*SETS, *AFTER, EXAMPLE)
    }
    card = {"command": "python -m experiments.own_art", "rows": rows, "steps": STEPS, "size": SIZE,
            "found_on": SETS, "tried_after": AFTER, "diversity": diversity}  # fmt: skip
    return results.write("07_choice", card)


if __name__ == "__main__":
    main()
