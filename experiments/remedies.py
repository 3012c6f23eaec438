"""Lesson 08, privacy: the calibrated attack on each remedy, and which part of "clip and noise" does the work.

    python -m experiments.remedies                  # all; data/results/08_remedies.json, .npz; two hours on two cores
    python -m experiments.remedies --minutes 4 --splits 0 2    # works so long; the next time it goes on from there
    python -m experiments.remedies --only write     # the result, of what is there

Heaps, recipe and attacks are those of experiments/membership.py, trained anew with 50 cities (two arms with
200). Each arm is trained on A, on B and on C: the reference that an attacker trains knows the remedy, too. A second
reference is the plain GAN on C. Candidates are 50 of A, 50 of B and 50 *unseen* cities that no GAN here saw: unseen
against the other heap must end at .5.

The .npz holds arm/n/heap/NAME, float16 [splits, 3, 50]: candidates of A, of B, unseen. NAME is left, the error of
the best latent, mean squared on [-1, 1], divided by the card's `unit`; logit, D's; or nearest, minus the distance in levels
to the nearest of 1,000 drawn pictures. The heap is what the GAN was trained on.
"""

import argparse
import functools
import itertools
import time

import keras
import numpy as np

from experiments import membership
from experiments.membership import COMMON, SAMPLES, SCORED, SEARCH, SEARCHED, SPLITS, STEPS
from helpers import files, gan, metrics, privacy, results
from helpers.latents import inversion
from helpers.privacy import remedies

NAME = "08_remedies"
FOLDER = results.ROOT / "build_cache" / "remedies"
WHOLE = 1000.0  # a clip that no gradient reaches
UNPENALISED = {"r1": 0.0}
ARMS = {  # name: (class and its arguments, changes of the recipe, steps); "stopped" ones lie on plain's way
    "plain": ({}, {}, STEPS),
    "stopped 200": ({}, {}, 200),
    "stopped 100": ({}, {}, 100),
    "moved": ({}, {"augment": "edge_translation"}, STEPS),
    "clipped": ({"kind": remedies.Clipped}, UNPENALISED, STEPS),
    "clipped, noise": ({"kind": remedies.Clipped, "noise": 0.1}, UNPENALISED, STEPS),
    "no R1": ({}, UNPENALISED, STEPS),
    "rejecting": ({"kind": remedies.Rejecting}, {}, STEPS),
    "noise alone": ({"kind": remedies.Clipped, "clip": WHOLE, "noise": 0.1 / WHOLE}, UNPENALISED, STEPS),
}  # fmt: skip
PLAIN = "plain"
MORE = ("stopped 100",)  # last
LARGER = (PLAIN, "moved")  # with 200 pictures, too
KINDS = ("A", "B", "unseen")
FEWEST = 3  # splits, for a result
UNIT = 0.1  # errors lie near it; float16 keeps three digits


def main(arguments=None):
    """Trains and attacks what is not there yet, then writes card and arrays."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--only", choices=("work", "write"))
    command.add_argument("--minutes", type=float, default=np.inf)
    command.add_argument("--splits", type=int, nargs="*", choices=SPLITS, default=SPLITS)
    options = command.parse_args(arguments)
    if options.only != "write" and not work(options.minutes, options.splits):
        return
    if options.only != "work":
        results.write(NAME, card(), arrays())


def runs(splits=SPLITS):
    """(arm, n, heap, split) of every attacked GAN, in the order of work: what is asked first comes first."""
    core = [(arm, 50) for arm in ARMS if arm not in (PLAIN, *MORE)]
    more, large = [(arm, 50) for arm in MORE], [(arm, 200) for arm in LARGER]
    stages = [
        ([(PLAIN, 50)], "ABC"),
        (core, "A"),
        (core, "B"),
        (core, "C"),
        (more, "ABC"),
        (large, "ABC"),
    ]
    return [
        (*which, heap, split)
        for some, heaps in stages
        for split in splits
        for which in some
        for heap in heaps
    ]


def work(minutes, splits):
    """Does runs until the time is up. Returns whether all are done."""
    start = time.monotonic()
    for run in (todo := [run for run in runs(splits) if not file(run).exists()]):
        if time.monotonic() - start > 60 * minutes:
            return False
        began = time.monotonic()
        attacked(run)
        print(f"{todo.index(run) + 1}/{len(todo)} {run} {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
    return True


def file(run, ending="scores"):
    arm, n, heap, split = run
    return FOLDER / f"{arm.replace(' ', '_')}_{n}_{heap}_{split}_{ending}.npz"


# Training and attacks --------------------------------------------------------------------------


def attacked(run):
    """Scores of one GAN on its 150 candidates, kept."""
    arm, n, heap, split = run
    model = gan.GAN.from_checkpoint(trained(run))
    some = candidates(split)
    scores = {
        "left": inversion.errors(model.averaged_generator, some, progress=False, **SEARCH),
        "logit": privacy.discriminator_scores(model, some),
        "nearest": privacy.nearest_scores(model.sample(SAMPLES, seed=1), some),
    }
    kid = []
    if heap == "A":
        drawn = metrics.features(model.sample(SCORED, seed=1), progress=False)
        kid = [metrics.kid(drawn, held_out())]
    parts = {name: found.reshape(len(KINDS), SEARCHED) for name, found in scores.items()}
    files.write_npz(file(run), {**parts, "kid": np.array(kid)})


@functools.cache
def held_out():
    """What the backbone sees in cities that no GAN saw."""
    return metrics.features(membership.held_out(), progress=False)


def candidates(split):
    """uint8 [150, 32, 32, 3]: of A, of B, and unseen, which are of C beyond all that is trained on."""
    unseen = membership.heap(split, "C", membership.HEAP)[-SEARCHED:]
    seen = [membership.heap(split, name, SEARCHED) for name in "AB"]
    return np.concatenate([*seen, unseen])


def trained(run):
    """Path of the trained GAN; trains it when it is not there."""
    arm, n, heap, split = run
    path = file(run, "gan")
    if path.exists():
        return path
    how, changes, steps = ARMS[arm]
    whole = file((PLAIN, n, heap, split), "gan") if steps < STEPS else path
    pictures = membership.heap(split, heap, n)
    model = membership.built(how, changes, pictures, seed=10 * split + "ABC".index(heap))
    stops = {s: a for a, (_, _, s) in ARMS.items() if s < STEPS}

    def look(batch, logs=None):
        if model.step_count in stops:
            model.calibrate()
            at = (stops[model.step_count], n, heap, split)
            model.save_checkpoint(file(at, "gan"), full=False)

    plain = whole == file((PLAIN, n, heap, split), "gan")
    on_the_way = [keras.callbacks.LambdaCallback(on_train_batch_end=look)] if plain else []
    model.fit(pictures, STEPS, verbose=False, callbacks=on_the_way)
    model.save_checkpoint(whole, full=False)
    return path


# The result ------------------------------------------------------------------------------------


def done():
    """{(arm, n, heap): its splits, from the first on}, where there are FEWEST or more."""
    found = {key: there(key) for key in dict.fromkeys(run[:3] for run in runs())}
    return {key: splits for key, splits in found.items() if len(splits) >= FEWEST}


def there(key):
    return list(itertools.takewhile(lambda split: file((*key, split)).exists(), SPLITS))


def read(key):
    """{name: [splits, …]} of one arm, size and heap."""
    rows = [files.read_npz(file((*key, s)), cure="run it first") for s in there(key)]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def arrays():
    """Scores of all that is there."""
    found = {}
    for key in done():
        rows, name = read(key), "/".join(map(str, key))
        found[f"{name}/left"] = np.float16(rows["left"] / UNIT)
        found |= {f"{name}/{attack}": np.float16(rows[attack]) for attack in ("logit", "nearest")}
    return found


def card():
    """What is said of the arrays."""
    kid = {"/".join(map(str, key[:2])): read(key)["kid"][:, 0].round(3).tolist()
           for key in done() if key[2] == "A"}  # fmt: skip
    return {
        "title": "Calibrated attacks on GANs that are meant to give away less, and the parts of clip and noise",
        "data": "cities by day, 32 px; heaps A, B and C of experiments/membership.py",
        "candidates": list(KINDS), "each": SEARCHED, "unit": UNIT,
        "samples": SAMPLES, "search": SEARCH, "networks": f"width {membership.WIDTH}, no palette",
        "recipe": {**gan.RECIPE, **COMMON},
        "arms": {name: {**{k: getattr(v, "__name__", v) for k, v in how.items()}, **changes, "steps": steps}
                 for name, (how, changes, steps) in ARMS.items()},
        "not_done": sorted({"/".join(map(str, r[:3])) for r in runs()} - {"/".join(map(str, k)) for k in done()}),
        "kid": kid, "kid_against": f"{SCORED} cities that no GAN saw",
        "command": "python -m experiments.remedies",
    }  # fmt: skip


if __name__ == "__main__":
    main()
