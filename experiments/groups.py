"""Lesson 08, bias: which group does a GAN draw, how often and how well? Two kinds of heroes, five seeds.

    python -m experiments.groups                # both halves; data/results/08_groups.json, .npz
    python -m experiments.groups --only train   # a quarter of an hour on one core; kept in build_cache/
    python -m experiments.groups --only score   # ten minutes

The groups are heroes with a shield and heroes with an empty left hand; each of them is the minority once,
so every figure is there for both directions. All arms take 400 steps in all, from the same 400 pictures;
the few that repairs lean on are the minority's pictures and as many of the majority's.

The .npz holds, for each direction, VERDICTS: bool [arms, seeds, ψ, pictures], whether a judge took a
generated picture for the minority's; what the judges said of real pictures is in REAL; and COVERED,
float32 [arms, seeds, ψ, 2 groups], the share of each group's held-out pictures that is covered.
"""

import argparse
import functools
import time

import numpy as np
from tqdm import tqdm

from helpers import art, bias, gan, latents, metrics, results
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
LOOKED = {"10": PSIS, "30": PSIS, "50": PSIS}  # ψ at which coverage is measured; else 1 alone
DIRECTIONS = ("bearers", "empty")  # who is the minority
WIDTH = 16
HASTY = 20  # labelled pictures of each group that the hasty judge learns from


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
    arrays, accuracy = {}, {}
    for direction in DIRECTIONS:
        judges = judges_of(direction)
        arrays |= real_verdicts(direction, judges)
        arrays |= generated_verdicts(direction, judges)
    results.write(NAME, card(accuracy), arrays)


def judges_of(direction):
    """{name: judge}: from all training pictures, and from 20 of each group."""
    majority, minority = sides(direction)["train"]
    return {
        "careful": bias.pixel_judge(majority, minority),
        "hasty": bias.pixel_judge(majority[:HASTY], minority[:HASTY]),
    }


def verdicts(judge, pictures):
    return judge.model.predict(judge._features(pictures)) == 1


def real_verdicts(direction, judges):
    """What each judge says of held-out pictures, group by group."""
    return {
        f"{direction}/{name}/{side}/{group}": verdicts(judge, pictures)
        for name, judge in judges.items()
        for side in ("validation", "test")
        for group, pictures in zip(("majority", "minority"), sides(direction)[side])
    }


def generated_verdicts(direction, judges):
    look = functools.partial(metrics.features, progress=False)
    real = [look(pictures) for pictures in sides(direction)["test"]]
    said = {name: np.zeros((len(ARMS), len(SEEDS), len(PSIS), COUNT), bool) for name in judges}
    covered = np.full((len(ARMS), len(SEEDS), len(PSIS), 2), np.nan, np.float32)
    shown = np.zeros((len(ARMS), len(PSIS), 8, 32, 32, 3), np.uint8)
    for row, arm in enumerate(tqdm(ARMS, desc=direction)):
        for seed in SEEDS:
            model = gan.GAN.from_checkpoint(file((arm, direction, seed)))
            z = model.noise(COUNT, seed=1)
            for column, psi in enumerate(PSIS):
                drawn = model.decode(latents.truncate(z, psi))
                for name, judge in judges.items():
                    said[name][row, seed, column] = verdicts(judge, drawn)
                if seed == 0:
                    shown[row, column] = drawn[:8]
                if psi in LOOKED.get(arm, (1.0,)):
                    seen = look(drawn)
                    covered[row, seed, column] = [
                        metrics.density_and_coverage(seen, group)[1] for group in real
                    ]
    named = {f"{direction}/{name}/generated": value for name, value in said.items()}
    return {**named, f"{direction}/covered": covered, f"{direction}/shown": shown}


def card(accuracy):
    """What is said of the arrays."""
    counts = {
        d: {side: [len(g) for g in pair] for side, pair in sides(d).items()} for d in DIRECTIONS
    }
    return {
        "title": "Two kinds of heroes in uneven shares: what GANs draw, and what two judges say of it",
        "data": "heroes with a shield (or buckler) and heroes with an empty left hand; 400 train a GAN",
        "pictures": counts, "arms": {a: {"share": SHARES[s], "repair": r} for a, (s, r) in ARMS.items()},
        "arm_order": list(ARMS), "seeds": list(SEEDS), "psis": PSIS, "steps": STEPS, "tuned": TUNED,
        "lam": LAM, "drawn": COUNT, "hasty": HASTY, "networks": f"width {WIDTH}", "recipe": gan.RECIPE,
        "command": "python -m experiments.groups",
    }  # fmt: skip


if __name__ == "__main__":
    main()
