"""Lesson 08, bias: which group does a GAN draw, how often and how well? Two kinds of heroes, five seeds.

    python -m experiments.groups                # both halves; data/results/08_groups.json, .npz
    python -m experiments.groups --only train   # a quarter of an hour on one core; kept in build_cache/
    python -m experiments.groups --only score   # ten minutes

The groups are heroes with a shield and heroes with an empty left hand; each of them is the minority once,
so every figure is there for both directions. All arms take 400 steps in all, from the same 400 pictures;
the few that repairs lean on are the minority's pictures and as many of the majority's.

The .npz holds, for each direction and judge, bool [arms, seeds, ψ, pictures], whether the judge took a
generated picture for the minority's (the judge on features at ψ = 1 only); what it said of real pictures,
side by side and group by group; and `covered`, float32 [arms, seeds, ψ, 2 groups], the share of each group's
held-out pictures that is covered, not a number where it was not measured.
"""

import argparse
import functools
import time

import numpy as np
from tqdm import tqdm

from helpers import art, bias, figures, gan, latents, metrics, results
from helpers.gan import networks, transfer

NAME = "08_groups"
FOLDER = results.ROOT / "build_cache" / "groups"
SEEDS, STEPS, COUNT = range(5), 400, 400
TUNED = 100  # of the 400 steps, at the end of the fine-tuned arm
LAM = 4.0  # four of five real pictures come from the balanced few
SHARES = {"10": 0.1, "30": 0.3, "50": 0.5}
# name: (share of the minority in the training set, repair)
ARMS = {
    "10": ("10", None), "30": ("30", None), "50": ("50", None),
    "10 reweighted": ("10", "reweighted"), "10 mixture": ("10", "mixture"),
    "10 fine-tuned": ("10", "fine-tuned"),
}  # fmt: skip
PSIS = (0.3, 0.5, 0.7, 1.0)
LOOKED = 150  # pictures whose coverage is measured, and that the third judge sees
COVERED_AT = {"10": (0.5, 1.0)}  # by arm; else at ψ = 1 alone
DIRECTIONS = ("bearers", "empty")  # who is the minority
WIDTH = 16
HASTY, TAUGHT = 20, 300  # labelled pictures of each group for the hasty judge, and for the third


def main(arguments=None):
    """Trains what is not there yet, scores everything, writes card and arrays."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--only", choices=("train", "score"))
    options = command.parse_args(arguments)
    if options.only != "score":
        train()
    if options.only != "train":
        score()


@functools.cache
def sides(direction):
    """{side: (majority, minority)} of the fixed split."""
    split = art.load("heroes").split()
    pairs = {name: bias.hands(getattr(split, name)) for name in split._fields}
    return {name: pair[::-1] if direction == "bearers" else pair for name, pair in pairs.items()}


def training_set(direction, share, seed):
    """(pictures, how many of them at the end are the minority's)."""
    pictures = bias.mixed(*sides(direction)["train"], COUNT, SHARES[share], seed=seed)
    return pictures, round(COUNT * SHARES[share])


# Training --------------------------------------------------------------------------------------


def runs():
    return [(arm, name, seed) for arm in ARMS for name in DIRECTIONS for seed in SEEDS]


def trained_arms():
    """The arms of which every GAN is there, in order."""
    return [arm for arm in ARMS if all(file(run).exists() for run in runs() if run[0] == arm)]


def file(run):
    arm, direction, seed = run
    return FOLDER / f"{arm.replace(' ', '_')}_{direction}_{seed}.npz"


def train():
    """Trains every GAN that is not in FOLDER yet."""
    for run in (todo := [run for run in runs() if not file(run).exists()]):
        start = time.process_time()
        trained(run).save_checkpoint(file(run), full=False)
        took = time.process_time() - start
        print(f"{todo.index(run) + 1}/{len(todo)} {run} {took:.0f} s", flush=True)


def trained(run):
    """One GAN after STEPS steps."""
    arm, direction, seed = run
    share, repair = ARMS[arm]
    pictures, few = training_set(direction, share, seed)
    balanced = np.concatenate([pictures[:few], pictures[COUNT - few :]])
    if repair == "reweighted":
        return fitted(blank(seed), bias.reweighted(pictures, few), STEPS)
    if repair == "mixture":
        return fitted(blank(seed, transfer.Mixture, first=pictures, lam=LAM), balanced, STEPS)
    if repair == "fine-tuned":
        parent = fitted(blank(seed), pictures, STEPS - TUNED)
        return fitted(transfer.child(parent, seed=seed), balanced, TUNED)
    return fitted(blank(seed), pictures, STEPS)


def blank(seed, kind=gan.GAN, **how):
    """An untrained GAN of this experiment's size."""
    parts = (
        make(32, width=WIDTH, seed=seed) for make in (networks.generator, networks.discriminator)
    )
    model = kind(*parts, seed=seed, **how)
    model.compile()
    return model


def fitted(model, pictures, steps):
    model.fit(pictures, steps, verbose=False)
    return model


# Scoring ---------------------------------------------------------------------------------------


def score():
    """Judges all pictures, measures coverage, writes the result."""
    arrays = {}
    for direction in DIRECTIONS:
        judges = judges_of(direction)
        arrays |= real_verdicts(direction, judges)
        arrays |= generated_verdicts(direction, judges)
    results.write(NAME, card(), arrays)


def judges_of(direction):
    """{name: judge}: the two on pixels, and one on features."""
    majority, minority = sides(direction)["train"]
    third = transfer.StyleJudge(majority[:TAUGHT], minority[:TAUGHT], extract=look)
    return {**pixel_judges(direction), "features": third}


def pixel_judges(direction):
    """{name: judge}: from all training pictures, and from 20 of each group."""
    majority, minority = sides(direction)["train"]
    return {
        "careful": bias.pixel_judge(majority, minority),
        "hasty": bias.pixel_judge(majority[:HASTY], minority[:HASTY]),
    }


def look(pictures):
    return metrics.features(pictures, progress=False)


def verdicts(judge, pictures):
    """Which pictures (or their features) a judge takes for the minority's."""
    seen = pictures if np.ndim(pictures) == 2 else judge.extract(pictures)
    return judge.model.predict(seen) == 1


def real_verdicts(direction, judges):
    """What each judge says of held-out pictures, group by group."""
    return {
        f"{direction}/{name}/{side}/{group}": verdicts(judge, pictures)
        for name, judge in judges.items()
        for side in ("validation", "test")
        for group, pictures in zip(("majority", "minority"), sides(direction)[side])
    }


def generated_verdicts(direction, judges):
    """What the judges say of every arm's pictures, and which share of each group is covered."""
    real = [look(pictures) for pictures in sides(direction)["test"]]
    arms = trained_arms()
    shape = len(arms), len(SEEDS), len(PSIS)
    said = {name: np.zeros((*shape, COUNT), bool) for name in ("careful", "hasty")}
    by_features = np.zeros((*shape[:2], 1, LOOKED), bool)  # at ψ = 1
    covered = np.full((*shape, 2), np.nan, np.float32)
    shown = np.zeros((len(arms), len(PSIS), 8, 32, 32, 3), np.uint8)
    for row, arm in enumerate(tqdm(arms, desc=direction)):
        for seed in SEEDS:
            model = gan.GAN.from_checkpoint(file((arm, direction, seed)))
            z = model.noise(COUNT, seed=1)
            for column, psi in enumerate(PSIS):
                drawn = model.decode(latents.truncate(z, psi))
                for name in said:
                    said[name][row, seed, column] = verdicts(judges[name], drawn)
                if seed == 0:
                    shown[row, column] = drawn[:8]
                if psi not in COVERED_AT.get(arm, (1.0,)):
                    continue
                seen = look(drawn[:LOOKED])
                covered[row, seed, column] = [
                    metrics.density_and_coverage(seen, group)[1] for group in real
                ]
                if psi == 1:
                    by_features[row, seed, 0] = verdicts(judges["features"], seen)
    said["features"] = by_features
    named = {f"{direction}/{name}/generated": value for name, value in said.items()}
    return {**named, f"{direction}/covered": covered, f"{direction}/shown": figures.rounded(shown)}


def card():
    """What is said of the arrays."""
    counts = {
        d: {side: [len(g) for g in pair] for side, pair in sides(d).items()} for d in DIRECTIONS
    }
    return {
        "title": "Two kinds of heroes in uneven shares: what GANs draw, and what two judges say of it",
        "data": "heroes with a shield (or buckler) and heroes with an empty left hand; 400 train a GAN",
        "pictures": counts, "arms": {a: {"share": SHARES[s], "repair": r} for a, (s, r) in ARMS.items()},
        "arm_order": trained_arms(), "seeds": list(SEEDS), "psis": PSIS, "steps": STEPS, "tuned": TUNED,
        "lam": LAM, "drawn": COUNT, "hasty": HASTY, "taught": TAUGHT, "looked_at": LOOKED, "networks": f"width {WIDTH}", "recipe": gan.RECIPE,
        "command": "python -m experiments.groups",
    }  # fmt: skip


if __name__ == "__main__":
    main()
