"""Lesson 05's table: one art's generator set to another art, arm by arm, beside training from scratch.

    python -m experiments.style_transfer              # data/results/05_style_transfer.json, .npz
    python -m experiments.style_transfer --keep       # goes on with a run that was stopped

All pairs have 32 pixels, and both parents are shipped.

Counted in steps: parent and child have the same networks, so equal steps are about equal time, and a busy
machine changes nothing but the waiting. Every arm is trained for LONG steps and, from the same
start, for a sixth of them, each time with rates that fall to zero over the run.
"""

import argparse
import functools
import os
import pathlib
import platform

import numpy as np

from helpers import art, checkpoints, figures, metrics, results
from helpers.gan import transfer

NAME = "05_style_transfer"
SEEDS = (0, 1, 2)
LONG, SHORT = 600, 100
SCORED = 400
JUDGED = 500  # the parent's pictures that the judge learns from
SHOWN = 6
PICTURED = ("creatures_100", "ink_200")  # whose pictures a page shows, after SHORT and LONG
LAM = 4.0  # of the replay arm: one of five real pictures is the parent's art
ANCHOR = 1e-2  # β of the anchored arm
WARM = 50  # first steps of the warm_d arm, in which D alone moves
CITY = "city_day_32"  # has the heroes' build

# name: (parent, target, training pictures or None for all)
PAIRS = {
    "creatures_100": ("heroes", "creatures", 100),
    "ink_200": (CITY, "city_ink", 200),
    "creatures": ("heroes", "creatures", None),
    "neon_200": (CITY, "city_neon", 200),
    "ink_50": (CITY, "city_ink", 50),
    "neon_50": (CITY, "city_neon", 50),
    "creatures_cities": (CITY, "creatures", 100),  # a parent of the heroes' shape, of another world
}
SOURCES = {CITY: "city_day"}  # the art of a parent whose name does not say it
SCRATCH_RATE = 2e-3
ARMS = {
    "scratch": {"generator": False, "discriminator": False,
                "generator_rate": SCRATCH_RATE, "discriminator_rate": SCRATCH_RATE},
    "generator": {"discriminator": False},
    "both": {},
    "freeze_d": {"freeze": 2},
    "discriminator": {"generator": False},
    "only_norms": {"only_norms": True},
    "anchored": {"kind": transfer.Anchored},
    "replay": {"kind": transfer.Mixture},
    "warm_d": {},
    "fast": transfer.FAST,
    "fast_g": {**transfer.FAST, "discriminator_rate": transfer.RATE},
    # Scratch with a faster G, for a fair race with "fast": what suited it best on creatures (RESULTS.md).
    "scratch_fast": {"generator": False, "discriminator": False,
                     "generator_rate": 4e-3, "discriminator_rate": 2e-3, "decay": 0.6},
    "projected": {"discriminator": "projected"},  # the parent's G, lesson 05's other D, its own loss
    # G starts with the target's colours ("scratch_calm": what suited scratch best on these cities).
    "repaint": transfer.REPAINT,
    "calm": transfer.REPAINT,  # the same rates and the parent's colours
    "scratch_calm": {"generator": False, "discriminator": False,
                     "generator_rate": 3e-3, "discriminator_rate": 1.5e-3, "decay": 0.6},
    # A control of "discriminator": the parent's D, its numbers in another order within each array.
    "shuffled_d": {"generator": False},
}  # fmt: skip
TWELVE = tuple(ARMS)[:12]  # those after them are for one target each
CORE = ("scratch", "generator", "both", "freeze_d")
# The pairs that have other arms than the core ones; scratch of creatures_cities is that of creatures_100.
OTHER = {
    "creatures_100": (*TWELVE, "projected"),
    "ink_200": tuple(a for a in ARMS if a not in ("projected", "shuffled_d")),
    "creatures_cities": ("both",),
}
COMMON = {"batch_size": 16}
AUGMENT = {
    "city": "edge_translation"
}  # by target: cities fill their frame; all else stands on white


def main(arguments=None):
    """Runs what is asked for and not yet there, and writes both files after each run."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--pairs", nargs="*", default=list(PAIRS), choices=list(PAIRS))
    command.add_argument("--arms", nargs="*", choices=list(ARMS))
    command.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    command.add_argument("--steps", type=int, nargs="*", default=[SHORT, LONG])
    command.add_argument("--name", default=NAME, help="of the result; lesson 05 reads 05_six_arms")
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    command.add_argument("--keep", action="store_true", help="go on with what the file has")
    options = command.parse_args(arguments)
    card, pictures = unfinished(options)
    for pair in options.pairs:
        arms = options.arms or OTHER.get(pair, CORE)
        wanted = [
            (arm, seed, steps) for seed in options.seeds for arm in arms for steps in options.steps
        ]
        done = {(r["arm"], r["seed"], r["steps"]) for r in card["rows"] if r["pair"] == pair}
        wanted = [run for run in wanted if run not in done]
        if not wanted:
            continue
        bench = Bench(pair)
        card["parents"][PAIRS[pair][0]] = whole_training(checkpoints.card(PAIRS[pair][0]))
        card["controls"][pair], shown = bench.controls()
        if pair in PICTURED:
            pictures |= {f"{pair}/{name}": figures.rounded(i) for name, i in shown.items()}
        for arm, seed, steps in wanted:
            row, images = bench.run(arm, seed, steps)
            card["rows"].append(row)
            card["minutes"] = round(card["minutes"] + row["seconds"] / 60, 2)
            if seed == 0 and pair in PICTURED and steps in (SHORT, LONG):
                pictures[f"{pair}/{arm}/{steps}"] = figures.rounded(images)
            write(options, card, pictures)
            print(row, flush=True)


class Bench:
    """A pair of arts with what every run of it needs: the parent, features, the judge."""

    def __init__(self, pair):
        self.pair = pair
        source, target, count = PAIRS[pair]
        self.augment = AUGMENT.get(target.split("_")[0], "translation")
        self.parent = checkpoints.load(source)
        size = self.parent.size
        arts = SOURCES.get(source, source), target
        self.source, self.target = (art.load(name, size=size).split() for name in arts)
        self.train = self.target.train.take(count or len(self.target.train), seed=0).images
        look = functools.partial(metrics.features, progress=False)
        self.scorer = metrics.Scorer((self.train, self.target.test.images), extract=look)
        known = look(self.source.train.images[:JUDGED])
        self.source_held_out = look(self.source.test.images[:SCORED])
        self.judge = transfer.StyleJudge(known, self.scorer.train, extract=look)

    def started(self, arm, seed):
        """A child of this arm before its first common step."""
        given = {**COMMON, "augment": self.augment, **ARMS[arm]}
        if arm == "repaint":
            given["colours"] = self.train
        if arm == "anchored":
            given["kind"] = functools.partial(transfer.Anchored, weight=ANCHOR)
        if arm == "replay":
            pictures = self.source.train.images
            given["kind"] = functools.partial(transfer.Mixture, first=pictures, lam=LAM)
        child = transfer.child(self.parent, seed=seed, **given)
        if arm == "shuffled_d":
            child.discriminator.set_weights(shuffled(self.parent.discriminator.get_weights(), seed))
        if arm == "warm_d":
            child.compile(**{**child.recipe, "generator_rate": 0.0})
            child.fit(self.train, WARM, verbose=False)
            child.compile(**{**child.recipe, "generator_rate": transfer.RATE})
        return child

    def run(self, arm, seed, steps):
        """One training: its row of scores, and its first pictures, uint8 [SHOWN, size, size, 3]."""
        child = self.started(arm, seed)
        history = child.fit(self.train, steps - child.step_count, verbose=False)
        samples = child.sample(SCORED, seed=1)
        row = {"pair": self.pair, "arm": arm, "seed": seed, "steps": steps}
        return row | {"seconds": round(history.seconds, 1)} | self.measure(samples), samples[:SHOWN]

    def measure(self, pictures):
        """Scores of pictures, or of their features, against the target's held-out pictures."""
        found = self.scorer.extract(pictures) if pictures.ndim == 4 else pictures
        density, coverage = metrics.density_and_coverage(found, self.scorer.held_out)
        scores = {
            "kid": metrics.kid(found, self.scorer.held_out),
            "density": density,
            "coverage": coverage,
            "target_share": self.judge.share(found),
            "copying": metrics.copying_score(found, self.scorer.held_out, self.scorer.train),
        }
        return {name: round(float(value), 4) for name, value in scores.items()}

    def controls(self):
        """What a child's scores are held against, and pictures of it."""
        untouched = self.parent.sample(SCORED, seed=1)
        real = self.target.train.images[:SCORED]
        found = {
            "untouched_parent": self.measure(untouched),
            "parents_real_art": self.measure(self.source_held_out),
            "real_target": self.measure(real),
            "judge_accuracy": round(self.judge.accuracy(self.source_held_out, self.scorer.held_out), 4),
            "expected_coverage": round(metrics.expected_coverage(len(self.scorer.held_out), SCORED), 4),
            "pictures": len(self.train), "held_out": len(self.scorer.held_out),
        }  # fmt: skip
        shown = {"untouched_parent": untouched[:SHOWN], "target": self.train[:SHOWN],
                 "parent": self.source.train.images[:SHOWN]}  # fmt: skip
        return found, shown


def shuffled(weights, seed):
    """Arrays with the same numbers each in another order: equal statistics, no knowledge."""
    rng = np.random.default_rng(seed)
    return [rng.permutation(w.ravel()).reshape(w.shape) for w in weights]


def unfinished(options):
    """Card and pictures of an earlier run, if --keep asks for them; else empty ones."""
    if not options.keep or options.name not in results.names(options.output):
        return {"parents": {}, "controls": {}, "rows": [], "minutes": 0.0}, {}
    card = results.card(options.name, options.output)
    then, now = card["recipe"], recipe()
    known = then.pop("arms")
    arms = now.pop("arms")
    if {**now, **then} != now or any(arms.get(name) != given for name, given in known.items()):
        raise SystemExit(f"{options.name} has another recipe: leave --keep out")
    return card, results.arrays(options.name, options.output)


def whole_training(card):
    """Steps and seconds of a parent, with those of the runs that it went on from."""
    runs = [card, *card["before"]]
    return {key: round(sum(run[key] for run in runs), 1) for key in ("steps", "seconds")} | {
        "sha256": card["sha256"]
    }


def recipe():
    """What the runs have in common and where they differ, as it stands on the card."""
    arms = {
        name: {k: getattr(v, "__name__", v) for k, v in given.items()}
        for name, given in ARMS.items()
    }
    return {
        "common": COMMON,
        "augment": AUGMENT,
        "arms": arms,
        "rate": transfer.RATE,
        "lam": LAM,
        "anchor": ANCHOR,
        "warm": WARM,
    }


def write(options, card, pictures):
    """Writes the card with its rows, and the pictures beside it."""
    rows = card["rows"]
    card = {
        "title": "From one art to another: arms of transfer at equal steps",
        "pairs": {name: PAIRS[name] for name in card["controls"]},
        "recipe": recipe(),
        "seeds": sorted({row["seed"] for row in rows}),
        "steps": sorted({row["steps"] for row in rows}),
        "samples": SCORED,
        "parents": card["parents"],
        "minutes": card["minutes"],
        "machine": f"{os.cpu_count()} CPU cores, {platform.machine()}, shared: seconds are no benchmark",
        "command": "python -m experiments.style_transfer",  # `make transfer` has its parts
        "revision": results.revision(after=card.get("revision")),
        "controls": card["controls"],
        "rows": rows,
    }
    results.write(options.name, card, pictures, folder=options.output)


if __name__ == "__main__":
    main()
