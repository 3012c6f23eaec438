"""The long experiment of lesson 01: python -m experiments.transfer_grid

Every way to use few labels, at every number of labels, for five draws of the pictures. Each predicts
the validation pictures, with which settings are chosen, and the test pictures. What has been
computed is kept, so that an interrupted run goes on; --fresh begins again. About a quarter of an hour
on two free cores, by its processor time. Writes data/results/01_transfer_grid.npz with its card and 01_emoji_features.npz.
"""

import argparse
import functools
import itertools
import time

import numpy as np
from tqdm.auto import tqdm

from helpers import art, results, transfer
from helpers.transfer import backbones, fine_tuning
from helpers.transfer.shipped import BLOCKS, DRAWS, FEATURES, HEADS, RESULT, STYLES, arm

SIZES, CREATURE_SIZES = (50, 100, 250, 576), (50, 100, 250)
STEPS = {50: 60, 100: 80, 250: 120, 576: 160}  # of fine-tuning
FOLDERS = (
    "undead",
    "humanoids",
    "animals",
    "nonliving",
    "demihumanoids",
    "demons",
    "statues",
    "dragons",
    "fungi plants",
)
BACKBONE = "efficientnet_lite0 at 96 px, mean over positions"
COMPONENTS = 64  # of the features of 1152 emoji, for finding neighbours


class Store:
    """The result's arrays, on the disk after each of them, so that nothing is computed twice."""

    def __init__(self, fresh=False):
        self.arrays, self.before = {}, None
        if RESULT in results.names() and not fresh:
            self.arrays, self.before = results.arrays(RESULT), results.card(RESULT)["revision"]

    def get(self, name, make):
        """The array of this name, made and written down if it is not there yet."""
        if name not in self.arrays:
            start = time.perf_counter()
            self.arrays[name] = np.asarray(make())
            self.arrays["seconds"] = self.arrays.get("seconds", 0) + time.perf_counter() - start
            self.write()
        return self.arrays[name]

    def lacks(self, name):
        """Whether draws of this arm are missing."""
        return f"{name}/{DRAWS - 1}" not in self.arrays

    def write(self):
        """Writes what there is so far, with its card."""
        card = {
            "title": "Transfer learning on emoji groups and creatures: predictions of every arm",
            "revision": results.revision(after=self.before),
            "backbone": BACKBONE,
            "description": "int8 predictions [draws, sizes, pictures] of each arm; *_labels "
            "hold the truth. Of the pictures, the first *_validation are the validation side, to "
            "choose with; the others are the test side, to score with once.",
            "sizes": list(SIZES),
            "draws": DRAWS,
            "steps": STEPS,
            "minutes": round(float(self.arrays["seconds"]) / 60, 1),
            "note": "minutes as they passed on a machine that was busy with other work as well",
        }
        results.write(RESULT, card, self.arrays)

    def table(self, name, predict, train, sizes):
        """Predictions of `predict(rows, seed)` for every draw and size, kept draw by draw."""
        for seed in tqdm(range(DRAWS), desc=name, leave=False):
            rows = [transfer.draw(train.labels, n, seed) for n in sizes]
            self.get(
                f"{name}/{seed}",
                lambda rows=rows, seed=seed: np.array(
                    [predict(chosen, seed) for chosen in rows], np.int8
                ),
            )


def sides(name):
    """(train, held out) of an art set; held out: validation and test pictures, in this order."""
    if name == "creatures":
        return creature_sides()
    return halves(art.load(name) if name == "items" else art.load(f"emoji_{name}", size=64))


def halves(whole):
    """The training side, and the two others in one set: one pass predicts both."""
    held_out = np.flatnonzero(whole.folds)
    order = np.argsort(whole.folds[held_out], kind="stable")
    return whole.split().train, whole.select(held_out[order])


def creature_sides():
    """`sides` of the nine largest folders of creatures, labels 0 to 8."""
    whole = art.load("creatures")
    chosen = np.sort([whole.label_names.index(name) for name in FOLDERS])
    both = [side.select(np.isin(side.labels, chosen)) for side in halves(whole)]
    for side in both:
        side.labels[:] = np.searchsorted(chosen, side.labels)
    return both


def probes(train, features):
    """Function (rows, seed) → predictions of a linear probe on features (train, held out)."""

    def one(rows, seed):
        return transfer.probe(features[0][rows], train.labels[rows]).predict(features[1])

    return one


def fitted(trainer, inputs, labels, test_inputs, warm_up=0, longer=1):
    """Function (rows, seed) → predictions of a trainer, with the steps that this many rows get."""

    def one(rows, seed):
        steps = longer * STEPS[min(STEPS, key=lambda n: abs(n - len(rows)))]
        trainer.fit(
            inputs[rows],
            labels[rows],
            steps=steps,
            seed=seed,
            progress=False,
            warm_up=min(warm_up, steps // 4),
        )
        return trainer.predict(test_inputs).argmax(1)

    return one


def scratch(train, held_out, classes):
    """A small CNN from nothing, with three times the steps that fine-tuning gets."""
    small = [art.reduce(side.images, side.size // 32) for side in (train, held_out)]
    trainer = fine_tuning.scratch(32, classes)
    return fitted(trainer, small[0], train.labels, small[1], longer=3)


def tuned(backbone, name, blocks=3, body_rate=3e-4, warm_up=50, **options):
    """Fine-tuned from cached activations; by default cautiously, the head first."""
    train, _ = sides(name)
    tuner = fine_tuning.FineTuner(
        backbone, len(np.unique(train.labels)), blocks=blocks, body_rate=body_rate, **options
    )
    below, aside = below_blocks(backbone, name, blocks)
    return fitted(tuner, below, train.labels, aside, warm_up=warm_up)


@functools.lru_cache(maxsize=2)
def below_blocks(backbone, name, blocks):
    """Activations below the unfrozen blocks, (train, held out): every head and rate shares them."""
    tuner = fine_tuning.FineTuner(backbone, 2, blocks=blocks)
    return [tuner.below(side.images, progress=False) for side in sides(name)]


HABITS = {  # name: (options of the tuner, warm-up steps, versions of each picture)
    "augmented": (dict(body_rate=1e-3), 0, 6),
    "head first": (dict(body_rate=1e-3), 50, 0),
}  # one rate, no more: the panel's arm "linear3"; lower rate below and head first: the arm "tuned"


def habit(backbone, name):
    """Function (rows, seed) → predictions of one habit, on the emoji of Noto."""
    options, warm_up, versions = HABITS[name]
    if not versions:
        return tuned(backbone, "noto", warm_up=warm_up, **options)
    train, _ = sides("noto")
    tuner = fine_tuning.FineTuner(backbone, 7, blocks=3, **options)
    varied = tuner.below(fine_tuning.augmented(train.images, versions), progress=False)
    return fitted(tuner, varied, train.labels, below_blocks(backbone, "noto", 3)[1], warm_up)


def principal(features):
    """Mean, axes and coordinates of features, float16: enough to find neighbours."""
    mean = features.mean(0)
    axes = np.linalg.svd(features - mean, full_matrices=False)[2][:COMPONENTS]
    return mean, axes


def emoji_features(backbone):
    """The five styles' features in 64 principal directions, for looking up neighbours."""
    if FEATURES in results.names():
        return
    whole = [backbone.features(art.load(f"emoji_{style}", size=64).images) for style in STYLES]
    mean, axes = principal(np.concatenate(whole))
    arrays = {style: ((f - mean) @ axes.T).astype(np.float16) for style, f in zip(STYLES, whole)}
    arrays |= {"mean": mean.astype(np.float32), "axes": axes.astype(np.float16)}
    title = "Features of the emoji of five styles, in 64 principal directions"
    results.write(FEATURES, {"title": title, "backbone": BACKBONE}, arrays)


SIZES_OF = {"noto": SIZES, "openmoji": SIZES, "creatures": CREATURE_SIZES, "items": CREATURE_SIZES}


def run(store, backbone):
    """Everything, the quick things first."""
    for name in SIZES_OF:
        held_out = sides(name)[1]
        store.get(f"{name}_labels", lambda labels=held_out.labels: labels.astype(np.int8))
        store.get(f"{name}_validation", lambda folds=held_out.folds: np.sum(folds == 1))
        quick_arms(store, backbone, name)
    emoji_features(backbone)
    controls(store, backbone)
    for name in HABITS:
        if store.lacks(f"habit {name}"):
            rows = sides("noto")[0]
            store.table(f"habit {name}", habit(backbone, name), rows, (len(rows),))
    cautious(store, backbone)
    for name in ("noto", "creatures"):
        from_scratch(store, name)
    for name in ("creatures", "noto"):
        panel_arms(store, backbone, name)


def quick_arms(store, backbone, name):
    """Linear probes on features and on pixels."""
    if not store.lacks(f"{name}_pixels"):
        return
    both, sizes = sides(name), SIZES_OF[name]
    seen = [backbone.features(side.images, progress=False) for side in both]
    store.table(f"{name}_features", probes(both[0], seen), both[0], sizes)
    pixels = [art.reduce(side.images, side.size // 32) for side in both]
    store.table(f"{name}_pixels", probes(both[0], pixels), both[0], sizes)


def cautious(store, backbone):
    """Fine-tuning three blocks at a lower rate, the head first, at every number of labels."""
    if store.lacks("noto_tuned"):
        store.table("noto_tuned", tuned(backbone, "noto"), sides("noto")[0], SIZES)


def from_scratch(store, name):
    """A small network that starts from nothing."""
    if store.lacks(f"{name}_scratch"):
        train, held_out = sides(name)
        predict = scratch(train, held_out, len(np.unique(train.labels)))
        store.table(f"{name}_scratch", predict, train, SIZES_OF[name])


def panel_arms(store, backbone, name):
    """Every number of unfrozen blocks below every head, all at one rate of 0.001."""
    ways = itertools.product(reversed(BLOCKS), HEADS)
    for blocks, head in [(3, "linear")] if name == "creatures" else ways:
        key = f"{name}_{arm(blocks, head)}"
        if store.lacks(key):
            predict = tuned(backbone, name, blocks, 1e-3, warm_up=0, head=head)
            store.table(key, predict, sides(name)[0], SIZES_OF[name])


def controls(store, backbone):
    """The same architecture with random weights."""
    if not store.lacks("noto_random"):
        return
    blank, both = backbones.load(backbone.name, weights=None), sides("noto")
    seen = [blank.features(side.images, progress=False) for side in both]
    store.table("noto_random", probes(both[0], seen), both[0], SIZES)


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget what was computed before")
    store = Store(fresh=parser.parse_args().fresh)
    run(store, backbones.load("efficientnet_lite0"))


if __name__ == "__main__":
    main()
