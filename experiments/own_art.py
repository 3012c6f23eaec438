"""From which start does a training on few pictures of one's own come furthest?

    python -m experiments.outside SETS                          # first: the sets that are not ours
    python -m experiments.own_art WORK --sets SETS              # every run, one after another
    python -m experiments.own_art WORK --sets SETS --write      # data/results/07_choice.json

As a learner's folder: n pictures in all, of which helpers/art keeps some to choose with. Each start
(`parents.start`, or one of `CONTROLS`) learns STEPS or MINUTE steps from the training pictures, and is judged by
KID, coverage and the untrained yardstick on up to 300 pictures that no learner would have.

FRESH came last: seven sets that nobody had looked at, chosen before their first run. They refuted a rule that had
been found on SETS and the page's example: from nothing where pictures are much alike (diversity below 28), else from
the general parent. Their runs after the first seed have a race, too: a training of STEPS, judged by the pictures to
choose with (`race_kid`), as the whole run is (`chooser_kid`).

A run that is there is not made again, and each leaves a line in WORK/runs.jsonl.
"""

import argparse
import functools
import pathlib
import time

import keras
import numpy as np

from experiments import projected, series
from helpers import art, checkpoints, figures, files, metrics, results
from helpers.art import splits
from helpers.gan import transfer
from helpers.train import parents

STEPS, MINUTE, LONG = 300, 1000, 5000  # MINUTE: on two cores of 2020, about; LONG: five of them
PAGE = 800  # the steps of lesson 07, here at 64 px
SIZE, SAMPLES, TEST, SHOWN = 32, 300, 300, 16
SPECIAL = {32: ("heroes", "creatures", "city_day_32"), 64: ("city_day",)}  # each of one kind of art
SETS = ("outlines", "gardens", "faces", "signs", "units", "desktop")
EXAMPLE = "smileys"  # the page's: 166 in the style OpenMoji
AFTER = ("blocks", "shapes", "places")  # tried when the former rule was there
FRESH = ("smiles", "peeps", "glyphs", "flags", "tiles", "animals", "monuments")  # tried last
FRAMED = ("outlines", "gardens", "signs", "shapes", "places")  # pictures that fill their frame
LARGE = ("outlines", "faces", "desktop")  # measured at 64 px, too
PAINTED = "paintings"  # patches of photographs of paintings
LONGER = ("outlines", "gardens", "faces", PAINTED)  # measured after LONG, too
GENERAL = tuple(parents.GENERAL.values())  # parents whose D is a projected one
CONTROLS = {
    "general_pixels": "G of the general parent, as ever, and a new D that looks at pixels",
    "nearest_pixels": "G and D of the nearest special parent, which look at pixels",
    "free": "from nothing, with free colours in place of a palette",
    "twin": "the size and the rates of a start from a parent, and nothing copied",
}


@functools.cache
def folder(name, count, sets, size=SIZE):
    """(train, to choose with, to score): uint8 pictures of a folder with `count` of them."""
    if name == EXAMPLE:
        return example(size)
    found = projected.load(name, size, sets)
    rows = np.sort(np.random.default_rng(0).permutation(len(found["train"]))[:count])
    held = splits.held_out(len(rows))
    mine = found["train"][rows]
    order = np.random.default_rng(1).permutation(len(rows))
    rest = found["test"][:TEST]
    return mine[order[2 * held :]], mine[order[:held]], rest


def example(size):
    """As `folder`: the page's example, read as the page reads it; all that is held out scores."""
    emoji = art.load("emoji_openmoji")
    place = results.ROOT / "build_cache" / EXAMPLE
    for row in np.flatnonzero(emoji.labels == emoji.label_names.index("Smileys & Emotion")):
        png = figures.to_png(emoji.images[row])
        files.write_bytes(place / f"{emoji.item_names[row]}.png", png)
    split = art.from_folder(place, size, show=False)[0].split()
    held_out = np.concatenate([split.validation.images, split.test.images])
    return split.train.images, split.validation.images, held_out


@functools.cache
def by_features(name, count, sets, size=SIZE):
    """Distances of the shipped generators to the training pictures, the nearest first."""
    return parents.nearest(folder(name, count, sets, size)[0], SPECIAL[size])


def runs():
    """All runs, the most telling first: a result that was stopped then still says something."""

    def some(name, count, starts, steps, seed=0, size=SIZE):
        for start in starts:
            yield {
                "pictures": name,
                "count": count,
                "start": start,
                "steps": steps,
                "seed": seed,
                "size": size,
            }

    for seed in (0, 1):
        for name in SETS:
            yield from some(name, 200, ("projected", "general", "nearest"), MINUTE, seed)
        for name in FRAMED:
            yield from some(name, 200, ("free",), MINUTE, seed)
        yield from some(EXAMPLE, 166, ("projected", "general"), MINUTE, seed)
        for name in AFTER:
            yield from some(name, 200, ("projected", "general"), MINUTE, seed)
    for name in SETS:
        yield from some(name, 200, ("twin",), MINUTE)
    for count in (20, 50):
        for name in SETS:
            yield from some(name, count, ("projected", "general", "nearest"), STEPS)
    for seed in (0, 1):
        for name in (EXAMPLE, *LARGE):
            yield from some(name, 200, ("projected", "general"), PAGE, seed, 64)
    for seed in (0, 1):
        for count, steps in ((200, MINUTE), (20, STEPS)):
            yield from some(PAINTED, count, ("projected", "general"), steps, seed)
    for count in (20, 50):
        for name in SETS:
            yield from some(name, count, ("projected", "general"), STEPS, 1)
    for name in SETS:
        yield from some(name, 200, ("pixels", "general_pixels", "nearest_pixels"), MINUTE)
    for name in LONGER:
        yield from some(name, 200, ("projected", "general", "pixels"), LONG)
    for seed in (0, 1, 2):
        for name in FRESH:
            yield from some(name, 200, ("projected", "general", "nearest"), MINUTE, seed)


def train(run, sets):
    """One start: its scores, and its first pictures, uint8 [SHOWN, size, size, 3]."""
    what = run["pictures"], run["count"], sets, run["size"]
    images, chooser, rest = folder(*what)
    distances = by_features(*what)
    special = {"nearest": distances[0][0], "general": parents.general(run["size"])}
    start, _, pixels = run["start"].partition("_")
    name = special.get(start, start)
    model = started(name, images, run["seed"], "pixels" if pixels else "projected")
    before = model.sample(SAMPLES, seed=1)
    seconds = model.fit(images, run["steps"], verbose=False).seconds
    drawn = model.sample(SAMPLES, seed=1)
    found, real = metrics.features(drawn, progress=False), _features(*what, 2)
    chosen = _features(*what, 1)
    race = started(name, images, run["seed"], "pixels" if pixels else "projected")
    race.fit(images, STEPS, verbose=False)
    raced = metrics.features(race.sample(SAMPLES, seed=1), progress=False)
    low, high = metrics.kid_interval(found, real)
    row = {"from": name, "train": len(images), "chooser": len(chooser),
           "run_seconds": round(seconds, 1), "run_test_kid": metrics.kid(found, real),
           "chooser_kid": metrics.kid(found, chosen), "race_kid": metrics.kid(raced, chosen),
           "untouched": metrics.kid(metrics.features(before, progress=False), real),
           "run_test_low": low, "run_test_high": high,
           "coverage": metrics.density_and_coverage(found, real)[1],
           "untrained": metrics.untrained_distance(
               *map(metrics.untrained_features, (drawn, rest)))}  # fmt: skip
    keras.backend.clear_session()
    row = {
        key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()
    }
    return run | row, drawn[:SHOWN]


def started(name, images, seed, discriminator="projected"):
    """A GAN before its first step, from a start or a control."""
    suits = art.suits(images)
    if name == "free":
        suits.palette = 0
    if discriminator == "pixels":
        return transfer.child(
            checkpoints.load(name), discriminator="pixels" if name in GENERAL else True,
            colours=images, seed=seed, augment=suits.augment,
        )  # fmt: skip
    if name != "twin":
        return parents.start(
            "projected" if name == "free" else name, images, seed=seed, suits=suits
        )
    return transfer.child(
        checkpoints.load(SPECIAL[SIZE][0]), generator=False, discriminator="projected",
        generator_rate=transfer.RATE, discriminator_rate=transfer.RATE,
        seed=seed, augment=suits.augment,
    )  # fmt: skip


@functools.cache
def _features(name, count, sets, size, part):
    return metrics.features(folder(name, count, sets, size)[part], progress=False)


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
    rows = series.rows(log)
    if options.write:
        print(write(rows, options))
        return
    end = time.monotonic() + options.seconds
    for run in runs():
        if any(run.items() <= row.items() for row in rows) or not wanted(run, options):
            continue
        if time.monotonic() > end:
            return
        row, drawn = train(run, options.sets)
        if is_shown(run):
            files.write_npz(options.work / f"{name_of(run)}.npz", {"drawn": drawn})
        series.add(log, row)
        print({key: row.get(key) for key in ("pictures", "count", "start", "from", "run_test_kid", "run_seconds")}, flush=True)  # fmt: skip


def wanted(run, options):
    """Whether a run is among those that the command line asks for; without a word, all are."""
    return (not options.pictures or run["pictures"] in options.pictures) and (
        not options.starts or run["start"] in options.starts
    )


def is_shown(run):
    """Whether a page shows drawings of this run."""
    asked = run["pictures"], run["count"], run["start"], run["seed"]
    return asked == (PAINTED, 200, "projected", 0)


def name_of(run):
    """What the drawings of a run are called."""
    return f"{run['pictures']}_{run['start']}_{run['steps']}"


def write(rows, options):
    """Writes the result; see helpers/results.py."""
    kept = {name_of(row): options.work / f"{name_of(row)}.npz" for row in rows if is_shown(row)}
    shown = {
        name: figures.rounded(files.read_npz(path, cure="run it again")["drawn"][:SHOWN])
        for name, path in kept.items()
    }
    diversity = {
        name: round(metrics.diversity(_features(name, 200, options.sets, SIZE, 0)), 2)
        for name in (*SETS, *AFTER, PAINTED, EXAMPLE, *FRESH)
    }
    card = {"command": "python -m experiments.own_art", "rows": rows, "steps": STEPS, "size": SIZE,
            "found_on": SETS, "tried_after": (*AFTER, PAINTED), "tried_last": FRESH,
            "diversity": diversity}  # fmt: skip
    return results.write("07_choice", card, shown)


if __name__ == "__main__":
    main()
