"""Lesson 08, privacy: which pictures was a GAN trained on? Attacks on small GANs, five splits.

    python -m experiments.membership                # both halves; data/results/08_membership.json, .npz
    python -m experiments.membership --only train   # half an hour on one core; kept in build_cache/
    python -m experiments.membership --only score   # 15 minutes

The pictures are cities by day, 32 px: each is drawn from its own number, so that two cities share no part
but what chance draws alike. A split cuts them by chance into three heaps A, B and C of n pictures. One GAN is
trained on A, one on B, and one on C, which is the reference: it has seen neither. A's members are A's
pictures and the others are B's, and the other way round for B; so every figure is there for both directions.

The .npz holds raw scores, float32, higher for "more like a member": arrays KEY/members and KEY/others
with KEY = arm/n/direction/attack/steps, each [splits, candidates].
"""

import argparse
import functools
import time

import keras
import numpy as np
from tqdm import tqdm

from helpers import art, gan, metrics, privacy, results
from helpers.art import cities
from helpers.gan import networks
from helpers.latents import inversion
from helpers.privacy import remedies

NAME = "08_membership"
FOLDER = results.ROOT / "build_cache" / "membership"
SPLITS, SIZES, STEPS, EARLY = range(5), (50, 200, 1000), 700, (100, 200, 400)
SHIPPED, DRAWN, HEAP = (
    2000,
    1000,
    1000,
)  # cities of the art set, more of the same kind, a heap's most
SAMPLES = 1000  # that the nearest one is looked for among
SEARCHED = 50  # candidates of each kind for the reconstruction attack
SEARCH = {"restarts": 2, "steps": 60}
SHIFTS = 2  # pixels, for a D that learnt from moved pictures
SCORED = 150  # pictures for KID
WIDTH = 16
COMMON = {"augment": "", "batch_size": 16}
# A copy that is nearer to a picture than nine of ten pictures are to their nearest neighbour.
QUANTILE = 0.1
ARMS = {  # name: (class and its arguments, changes of the recipe, sizes, directions)
    "plain": ({}, {}, SIZES, "ABC"),
    "moved": ({}, {"augment": "edge_translation"}, (50, 200), "A"),
    "rejecting": ({"kind": remedies.Rejecting}, {}, (50,), "A"),
    "noisy": ({"kind": remedies.Clipped, "noise": 0.1}, {"r1": 0.0}, (50,), "A"),
}
WITHOUT = {"A": "B", "B": "A"}  # whose heap the others are


def main(arguments=None):
    """Trains what is not there yet, scores everything, writes card and arrays."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--only", choices=("train", "score"))
    command.add_argument("--arms", nargs="*", choices=list(ARMS), default=list(ARMS))
    options = command.parse_args(arguments)
    if options.only != "score":
        train(options.arms)
    if options.only != "train":
        score()


# Pictures --------------------------------------------------------------------------------------


@functools.cache
def pool():
    """3,000 cities: those of the art set and as many more as are needed, uint8 [3000, 32, 32, 3]."""
    more = cities.draw("day", range(SHIPPED, SHIPPED + DRAWN), 32)
    return np.concatenate([art.load("city_day", size=32).images, more])


@functools.cache
def held_out():
    """Cities that no GAN here was trained on, for KID."""
    return cities.draw("day", range(SHIPPED + DRAWN, SHIPPED + DRAWN + SCORED), 32)


def heap(split, name, n):
    """n pictures of heap A, B or C; smaller heaps are the beginnings of larger ones."""
    order = np.random.default_rng(split).permutation(len(pool()))
    start = "ABC".index(name) * HEAP
    return pool()[order[start : start + n]]


def runs(arms=ARMS):
    """(arm, n, heap, split) of every GAN, quick checks of the whole first."""
    return [
        (arm, n, name, split)
        for arm in arms
        for n in ARMS[arm][2]
        for split in SPLITS
        for name in ARMS[arm][3]
    ]


def complete():
    """The runs of which every split is trained; the card counts the others."""
    return [run for run in runs() if all(file((*run[:3], split)).exists() for split in SPLITS)]


# Training --------------------------------------------------------------------------------------


def file(run, steps=STEPS):
    arm, n, name, split = run
    return FOLDER / f"{arm}_{n}_{name}_{split}_{steps}.npz"


def train(arms):
    """Trains every GAN that is not in FOLDER yet."""
    for run in (todo := [run for run in runs(arms) if not file(run).exists()]):
        start = time.process_time()
        trained(run)
        took = time.process_time() - start
        print(f"{todo.index(run) + 1}/{len(todo)} {run} {took:.0f} s", flush=True)


def trained(run):
    """One GAN, saved after STEPS steps and, of the plain ones, on its way."""
    arm, n, name, split = run
    pictures = heap(split, name, n)
    model = built(*ARMS[arm][:2], pictures, seed=10 * split + "ABC".index(name))

    def look(batch, logs=None):
        if model.step_count in EARLY:
            model.calibrate()
            model.save_checkpoint(file(run, model.step_count), full=False)

    on_the_way = [keras.callbacks.LambdaCallback(on_train_batch_end=look)] if arm == "plain" else []
    model.fit(pictures, STEPS, verbose=False, callbacks=on_the_way)
    model.save_checkpoint(file(run), full=False)


def built(how, changes, pictures, seed):
    """An untrained GAN: its class and that one's arguments, and changes of the recipe."""
    how = dict(how)
    kind = how.pop("kind", gan.GAN)
    if kind is remedies.Rejecting:
        how["nearest"] = float(np.quantile(to_nearest_other(pictures), QUANTILE))
    model = kind(
        networks.generator(32, width=WIDTH, palette=0, seed=seed),
        networks.discriminator(32, width=WIDTH, seed=seed),
        seed=seed,
        **how,
    )
    model.compile(steps_per_execution=20, **{**COMMON, **changes})
    return model


def to_nearest_other(pictures):
    """Distance of each picture to the nearest other one of its heap, levels."""
    whole = [
        privacy.nearest_distance(pictures[i : i + 1], np.delete(pictures, i, axis=0))
        for i in range(len(pictures))
    ]
    return np.concatenate(whole)


# Scoring ---------------------------------------------------------------------------------------


def score():
    """Scores of all attacks on all GANs, KID of all arms; writes the result."""
    found, kids = {}, {}
    look = metrics.features(held_out(), progress=False)
    for run in tqdm(complete(), desc="scoring"):
        for steps in (*(EARLY if run[0] == "plain" else ()), STEPS):
            attacked(run, steps, found)
            if run[2] == "A" and (steps == STEPS or run[1] == min(SIZES)):
                drawn = metrics.features(load(run, steps).sample(SCORED, seed=1), progress=False)
                key = "/".join(map(str, (*run[:3], steps)))
                kids.setdefault(key, []).append(round(metrics.kid(drawn, look), 3))
    arrays = {key: np.stack(rows).astype(np.float32) for key, rows in found.items()}
    results.write(NAME, card(kids), arrays)


def load(run, steps=STEPS):
    return gan.GAN.from_checkpoint(file(run, steps))


def attacked(run, steps, found):
    """Adds the scores of each attack on one GAN to `found`."""
    arm, n, name, split = run
    model = load(run, steps)
    # The reference is attacked, too, as the control that has seen neither heap.
    members, others = (heap(split, k, n) for k in ("AB" if name == "C" else name + WITHOUT[name]))
    attacks = {"discriminator": functools.partial(privacy.discriminator_scores, model)}
    if steps == STEPS or n == min(SIZES):
        drawn = model.sample(SAMPLES, seed=1)
        attacks["nearest"] = functools.partial(privacy.nearest_scores, drawn)
    if arm == "moved":
        attacks["discriminator, moved"] = functools.partial(
            privacy.discriminator_scores, model, shifts=SHIFTS
        )
    for attack, scores in attacks.items():
        keep(found, f"{arm}/{n}/{name}/{attack}/{steps}", scores(members), scores(others))
    if (arm, n, steps) == ("plain", min(SIZES), STEPS) and name != "C":
        own, easy = (left(n, split, name, of) for of in (name, "C"))
        for attack, scores in (("reconstruction", -own), ("calibrated", easy - own)):
            keep(found, f"{arm}/{n}/{name}/{attack}/{steps}", *np.split(scores, 2))


def left(n, split, name, of):
    """Errors that the generator trained on heap `of` leaves on pictures of A and B, members first."""
    errors = np.split(search(n, split, of), 2)
    return np.concatenate(errors if name == "A" else errors[::-1])


@functools.cache
def search(n, split, of):
    """Errors on the first pictures of A, then of B."""
    few = np.concatenate([heap(split, name, n)[:SEARCHED] for name in "AB"])
    generator = load(("plain", n, of, split)).averaged_generator
    return inversion.errors(generator, few, progress=False, **SEARCH)


def keep(found, key, members, others):
    found.setdefault(f"{key}/members", []).append(members)
    found.setdefault(f"{key}/others", []).append(others)


def card(kids):
    """What is said of the arrays."""
    apart = [to_nearest_other(heap(s, "A", 200)) for s in SPLITS]
    across = [privacy.nearest_distance(heap(s, "B", 1000), heap(s, "A", 1000)) for s in SPLITS]
    return {
        "title": "Membership attacks on small GANs: raw scores of members and of others",
        "data": f"{SHIPPED + DRAWN} cities by day, 32 px, seeds 0 to {SHIPPED + DRAWN - 1}",
        "splits": len(SPLITS), "sizes": SIZES, "steps": STEPS, "early": EARLY, "samples": SAMPLES,
        "searched": SEARCHED, "search": SEARCH, "shifts": SHIFTS, "networks": f"width {WIDTH}, no palette",
        "recipe": {**gan.RECIPE, **COMMON},
        "arms": {name: {**{k: getattr(v, "__name__", v) for k, v in how.items()}, **changes}
                 for name, (how, changes, *_) in ARMS.items()},
        "nearest_other_levels": {"within 200": quantiles(apart), "1000 to 1000": quantiles(across)},
        "not_trained": sorted({"/".join(map(str, run[:3])) for run in set(runs()) - set(complete())}),
        "kid": kids, "kid_against": f"{SCORED} cities that no GAN saw",
        "command": "python -m experiments.membership",
    }  # fmt: skip


def quantiles(values):
    """Least, tenth, median: how near two cities come, in levels."""
    return np.quantile(np.concatenate(values), [0, 0.1, 0.5]).round(1).tolist()


if __name__ == "__main__":
    main()
