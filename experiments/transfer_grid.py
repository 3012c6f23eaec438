"""The long experiment of lesson 01: python -m experiments.transfer_grid

Every way to use few labels, at every number of labels, for five draws of the pictures. What has been
computed is kept, so that an interrupted run goes on; --fresh begins again. About a quarter of an hour
on two free cores, by its processor time. Writes data/results/01_transfer_grid.npz with its card and 01_emoji_features.npz.
"""

import argparse
import time

import numpy as np
from tqdm.auto import tqdm

from helpers import art, results, transfer
from helpers.transfer import backbones, fine_tuning
from helpers.transfer.shipped import BLOCKS, DRAWS, HEADS, RESULT, STYLES, arm

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
FEATURES = "01_emoji_features"
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

    def write(self):
        """Writes what there is so far, with its card."""
        card = {
            "title": "Transfer learning on emoji groups and creatures: predictions of every arm",
            "revision": results.revision(after=self.before),
            "backbone": BACKBONE,
            "description": "int8 predictions [draws, sizes, test pictures] of each arm, habits "
            "[seeds, test pictures]; *_labels hold the truth.",
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


def emoji_sides(style):
    """(train, test) of a style; the validation pictures were for choosing rates and steps."""
    train, _, test = art.load(f"emoji_{style}", size=64).split()
    return train, test


def creature_sides():
    """(train, test) of the nine largest folders of creatures, labels 0 to 8."""
    whole = art.load("creatures")
    chosen = [whole.label_names.index(name) for name in FOLDERS]
    sides = []
    train, _, test = whole.split()
    for side in (train, test):
        side = side.select(np.isin(side.labels, chosen))
        side.labels[:] = np.searchsorted(np.sort(chosen), side.labels)
        sides.append(side)
    return sides


def item_sides():
    """(train, test) of the items."""
    train, _, test = art.load("items").split()
    return train, test


def probes(train, features):
    """Function (rows, seed) → predictions of a linear probe on features (train, test)."""

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


def scratch(train, test, classes):
    """A small CNN from nothing, with three times the steps that fine-tuning gets."""
    small = [art.reduce(side.images, side.size // 32) for side in (train, test)]
    trainer = fine_tuning.scratch(32, classes)
    return fitted(trainer, small[0], train.labels, small[1], longer=3)


def tuned(backbone, train, test, classes, blocks=3, body_rate=3e-4, warm_up=50, **options):
    """Fine-tuned from cached activations; by default cautiously, the head first."""
    tuner = fine_tuning.FineTuner(backbone, classes, blocks=blocks, body_rate=body_rate, **options)
    below = [tuner.below(side.images, progress=False) for side in (train, test)]
    return fitted(tuner, below[0], train.labels, below[1], warm_up=warm_up)


HABITS = {  # name: (options of the tuner, warm-up steps, versions of each picture)
    "one rate for all": (dict(body_rate=1e-3), 0, 0),
    "augmented": (dict(body_rate=1e-3), 0, 6),
    "head first": (dict(body_rate=1e-3), 50, 0),
}  # lower rate below and head first: that is how the arm "tuned" is trained


def habit(backbone, name, train, test):
    """Function (rows, seed) → predictions of one habit."""
    options, warm_up, versions = HABITS[name]
    tuner = fine_tuning.FineTuner(backbone, 7, blocks=3, **options)
    images = fine_tuning.augmented(train.images, versions) if versions else train.images
    below, aside = (tuner.below(x, progress=False) for x in (images, test.images))
    return fitted(tuner, below, train.labels, aside, warm_up)


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


def run(store, backbone):
    """Everything, the quick things first."""
    sides = {
        "noto": emoji_sides("noto"),
        "openmoji": emoji_sides("openmoji"),
        "creatures": creature_sides(),
        "items": item_sides(),
    }
    sizes = {"noto": SIZES, "openmoji": SIZES, "creatures": CREATURE_SIZES, "items": CREATURE_SIZES}
    for name, (train, test) in sides.items():
        store.get(f"{name}_labels", lambda labels=test.labels: labels.astype(np.int8))
        quick_arms(store, backbone, name, train, test, sizes[name])
    emoji_features(backbone)
    controls(store, backbone, *sides["noto"])
    for name in ("noto", "creatures", "openmoji"):
        slow_arms(store, backbone, name, *sides[name], sizes[name])
    for name in ("noto", "openmoji"):
        panel_arms(store, backbone, name, *sides[name])
    for name in HABITS:
        train, test = sides["noto"]
        if f"habit {name}/{DRAWS - 1}" not in store.arrays:
            store.table(f"habit {name}", habit(backbone, name, train, test), train, (len(train),))


def quick_arms(store, backbone, name, train, test, sizes):
    """Linear probes on features and on pixels."""
    if f"{name}_pixels/{DRAWS - 1}" in store.arrays:
        return
    seen = [backbone.features(side.images, progress=False) for side in (train, test)]
    store.table(f"{name}_features", probes(train, seen), train, sizes)
    pixels = [art.reduce(side.images, side.size // 32) for side in (train, test)]
    store.table(f"{name}_pixels", probes(train, pixels), train, sizes)


def slow_arms(store, backbone, name, train, test, sizes):
    """Fine-tuning three blocks, cautiously, and a network from scratch."""
    if f"{name}_scratch/{DRAWS - 1}" in store.arrays:
        return
    classes = len(np.unique(train.labels))
    store.table(f"{name}_tuned", tuned(backbone, train, test, classes), train, sizes)
    store.table(f"{name}_scratch", scratch(train, test, classes), train, sizes)


def panel_arms(store, backbone, name, train, test):
    """Every number of unfrozen blocks below every head, all at one rate of 0.001."""
    for blocks in BLOCKS:
        for head in HEADS:
            key = f"{name}_{arm(blocks, head)}"
            if f"{key}/{DRAWS - 1}" not in store.arrays:
                predict = tuned(backbone, train, test, 7, blocks, 1e-3, warm_up=0, head=head)
                store.table(key, predict, train, SIZES)


def controls(store, backbone, train, test):
    """The same architecture with random weights, and the article's head on frozen features."""
    if f"noto_article/{DRAWS - 1}" in store.arrays:
        return
    blank = backbones.load(backbone.name, weights=None)
    seen = [blank.features(side.images, progress=False) for side in (train, test)]
    store.table("noto_random", probes(train, seen), train, SIZES)
    article = tuned(backbone, train, test, 7, blocks=0, head="article")
    store.table("noto_article", article, train, SIZES)


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget what was computed before")
    store = Store(fresh=parser.parse_args().fresh)
    run(store, backbones.load("efficientnet_lite0"))


if __name__ == "__main__":
    main()
