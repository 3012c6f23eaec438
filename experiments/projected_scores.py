"""Scores what experiments.projected has trained, and writes data/results/projected.json and .npz.

    python -m experiments.projected_scores WORK --sets SETS

Runs on the sets that the form was chosen on are scored against validation pictures, all others against test
pictures, by two yardsticks: KID, which looks through the same network as the projected D, and a
distance that has never seen ImageNet. A run that WORK/scores.jsonl has is not scored again.
"""

import argparse
import collections
import functools
import pathlib

import numpy as np

from experiments import projected as trained
from experiments import series
from helpers import art, figures, files, metrics, results
from helpers.gan import transfer

NAME, LOG = "projected", "scores.jsonl"
CHOSEN_ON = ("faces", "signs")
JUDGED = 500  # the parent's pictures that the judge of the part "parent" learns from
SHOWN = {32: 8, 64: 6}  # pictures of a run that are kept, by their size
FLOORS = 400  # real pictures whose own score is the floor
YARDSTICKS = ("kid", "untrained")
# Which D an arm of a comparison has.
KINDS = {"pixels": "pixels", trained.WINNER: "projected", "averaged": "projected", "shipped": "pixels",
         "shipped_fast": "projected"}  # fmt: skip


def main(arguments=None):
    """Scores every run that has no score yet, then writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("work", type=pathlib.Path, help="folder of the runs")
    command.add_argument("--sets", type=pathlib.Path, help="folder that experiments.outside wrote")
    command.add_argument("--floors", action="store_true", help="score real pictures, too")
    command.add_argument("--parts", nargs="*", help="score runs of these parts alone")
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    options = command.parse_args(arguments)
    scores = scored(options.work)
    for name, row in trained.done(options.work).items():
        if name not in scores and (options.parts is None or row["part"] in options.parts):
            scores[name] = row | score(row, options)
            series.add(options.work / LOG, scores[name])
            print(name, scores[name]["kid"], scores[name]["untrained"], flush=True)
    write(list(scores.values()), options)


def scored(work):
    """{name: row with scores} of the runs that have them."""
    return {row["name"]: row for row in series.rows(work / LOG)}


def samples(name, work):
    """A run's pictures, uint8 [400, size, size, 3]."""
    path = work / "samples" / f"{name}.npz"
    return files.read_npz(path, cure="train that run again")["pictures"]


def score(row, options):
    """Scores of one run, a dictionary of floats."""
    train = trained_on(row["pictures"], row["count"], row["size"], options.sets)
    pictures = samples(row["name"], options.work)
    found, seen = bench(row["pictures"], row["size"], options.sets), look(pictures)
    scores = found.score(pictures, seen, train)
    if row["part"] == "parent":
        scores["target_share"] = round(judge(row["count"], options.sets).share(seen), 4)
    return scores


@functools.cache
def trained_on(name, count, size, folder):
    """Features of the pictures that a run was trained on."""
    run = trained.Run("", name, count, "", 1, 0, size)
    return look(trained.training_pictures(run, folder))


class Bench:
    """A set's held-out pictures, and what both yardsticks see in them."""

    def __init__(self, pictures):
        self.held_out, self.untrained = look(pictures), metrics.untrained_features(pictures)

    def score(self, images, found, train):
        """Scores of pictures, of their features, given those that their generator was trained on."""
        density, coverage = metrics.density_and_coverage(found, self.held_out)
        scores = {
            "kid": metrics.kid(found, self.held_out),
            "untrained": metrics.untrained_distance(
                metrics.untrained_features(images), self.untrained
            ),
            "density": density,
            "coverage": coverage,
            "copying": metrics.copying_score(found, self.held_out, train),
        }
        return {name: round(float(value), 4) for name, value in scores.items()}


@functools.cache
def bench(name, size, folder):
    """The Bench of a set: its test pictures, or the validation pictures of one that was chosen on."""
    side = "validation" if name in CHOSEN_ON else "test"
    return Bench(trained.load(name, size, folder)[side])


@functools.cache
def judge(count, folder):
    """Lesson 05's judge, which tells the parent's art from the target's; it knows `count` of these."""
    known = art.load(trained.PARENT, size=32).split().train.images[:JUDGED]
    return transfer.StyleJudge(look(known), trained_on("creatures", count, 32, folder))


def look(images):
    """The backbone's features of pictures, without a bar."""
    return metrics.features(images, progress=False)


# What is written ---------------------------------------------------------------------------------


def write(rows, options):
    """The card with all rows and what follows from them, and some pictures of each arm."""
    sets = sorted({(row["pictures"], row["size"]) for row in rows})
    card = {
        "title": "A discriminator on frozen features beside one on pixels, at equal time",
        "sets": {f"{name}_{size}": described(name, size, options.sets) for name, size in sets},
        "floors": {
            f"{name}_{size}": floor(name, size, options.sets)
            for name, size in sets if options.floors
        },
        "forms": {name: {"form": form, "recipe": more} for name, (form, more) in trained.FORMS.items()},
        "winner": trained.WINNER,
        "unit": f"{trained.STEPS} steps of the pixel D, and as much time for each other",
        "ratios": trained.RATIO,
        "samples": trained.SAMPLES,
        "chosen_on": compared(rows, ("again",)),
        "compared": compared(rows, ("confirm",)),
        "over_sets": over_sets(compared(rows, ("confirm",))),
        "map": compared(rows, ("confirm", "map", "cities")),
        "as_shipped": compared(rows, ("shipped",)),
        "controls": controls(rows),
        "command": "python -m experiments.projected, then experiments.projected_scores",
        "rows": [{k: v for k, v in row.items() if k != "name"} for row in rows],
    }  # fmt: skip
    results.write(NAME, card, shown(rows, options.work), folder=options.output)


def described(name, size, folder):
    """How many pictures a set has, and whose they are."""
    pictures = trained.load(name, size, folder)
    text = pathlib.Path(folder or "") / f"{name}.txt"
    told = text.read_text(encoding="utf-8").splitlines() if text.exists() else ["of the course"]
    return {"counts": {part: len(images) for part, images in pictures.items()}, "source": told}


def floor(name, size, folder):
    """What real pictures score by both yardsticks: training pictures against held-out ones."""
    train = trained.load(name, size, folder)["train"]
    held_out, chosen = bench(name, size, folder), train[:FLOORS]
    found = {
        "kid": metrics.kid(look(chosen), held_out.held_out),
        "untrained": metrics.untrained_distance(
            metrics.untrained_features(chosen), held_out.untrained
        ),
    }
    return {key: round(float(value), 4) for key, value in found.items()}


def compared(rows, parts):
    """The projected D beside the pixel D, seed by seed, for each set, count, size and time.

    Returns:
        List of dictionaries: "pictures", "count", "size", "units", "seeds", and for each yardstick the
        mean of both, of their paired difference (below zero: projected is better), its standard error.
    """
    groups = collections.defaultdict(dict)
    for row in rows:
        if row["part"] in parts and row["arm"] in KINDS:
            key = row["pictures"], row["count"], row["size"], row["units"]
            groups[key].setdefault(row["seed"], {})[KINDS[row["arm"]]] = row
    found = []
    for (name, count, size, units), seeds in sorted(groups.items()):
        pairs = [seed for seed in seeds.values() if len(seed) == 2]
        if pairs:
            one = {"pictures": name, "count": count, "size": size, "units": units}
            one["seeds"] = len(pairs)
            for yardstick in YARDSTICKS:
                before, after = (
                    np.array([pair[kind][yardstick] for pair in pairs])
                    for kind in ("pixels", "projected")
                )
                one[yardstick] = paired(before, after)
            found.append(one)
    return found


def controls(rows):
    """{set: {arm: its mean scores, and "seeds"}}: what the winner's parts, or its form without ImageNet, reach."""
    sets = {row["pictures"] for row in rows if row["part"] == "controls"}
    groups = collections.defaultdict(list)
    for row in rows:
        same = row["pictures"] in sets and (row["count"], row["units"], row["size"]) == (240, 1, 32)
        if same and (row["part"] == "controls" or row["arm"] in ("pixels", trained.WINNER)):
            groups[row["pictures"], row["arm"]].append(row)
    found = {name: {} for name in sorted(sets)}
    for (name, arm), mine in groups.items():
        means = {
            key: round(float(np.mean([row[key] for row in mine])), 4)
            for key in (*YARDSTICKS, "density", "coverage")
        }
        found[name][arm] = means | {"seeds": len(mine)}
    return found


def paired(before, after):
    """Means and the paired difference with its standard error (None of one pair)."""
    difference = after - before
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else None
    return {
        "pixels": round(float(before.mean()), 4),
        "projected": round(float(after.mean()), 4),
        "difference": round(float(difference.mean()), 4),
        "error": None if error is None else round(float(error), 4),
        "share": round(float(after.mean() / before.mean()), 3),
    }


def over_sets(comparisons):
    """{count: {yardstick: mean over sets of the winner's score as a share of the pixel D's, its error}}."""
    found = {}
    for count in sorted({one["count"] for one in comparisons}):
        for yardstick in YARDSTICKS:
            shares = [one[yardstick]["share"] for one in comparisons if one["count"] == count]
            error = np.std(shares, ddof=1) / np.sqrt(len(shares)) if len(shares) > 1 else np.nan
            found.setdefault(str(count), {})[yardstick] = {
                "share": round(float(np.mean(shares)), 3),
                "error": round(float(error), 3) if np.isfinite(error) else None,
                "sets": len(shares),
            }
    return found


def shown(rows, work):
    """{run: its first pictures} of each set's first seed in the parts that a page shows."""
    chosen = [
        row["name"] for row in rows
        if row["seed"] == 0 and row["part"] in ("confirm", "cities", "shipped")
        and row["count"] in (0, 240)
    ]  # fmt: skip
    return {name: first(name, work) for name in chosen}


def first(name, work):
    """A run's first pictures; of a run that was made in another folder, those in the present result."""
    there = (work / "samples" / f"{name}.npz").exists()
    found = samples(name, work) if there else results.arrays(NAME)[name]
    return figures.rounded(found[: SHOWN[found.shape[1]]])


if __name__ == "__main__":
    main()
