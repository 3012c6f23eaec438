"""Lesson 08, interpretability: do maps show what a network uses? Five seeds of each test.

    python -m experiments.maps      # data/results/08_maps.json, .npz; about 5 minutes on one core

1. Small networks whose right map is known: only a mark in a corner tells the class (`checks.plant`). One
   ends in pooling, one in a flattened layer, as a discriminator does. How much of each method's map lies on the
   mark, how much on a decoy, and what is left when weights are shuffled from the top down, or when the
   network learnt shuffled labels?
2. Lesson 01's classifier (seven groups of emoji, a linear head on the frozen backbone): completeness of
   integrated gradients, agreement of maps with an edge filter, and with the maps of a shuffled network.

The .npz holds, for every picture, shares of the map (KEY/mark, KEY/decoy, float32 [seeds, pictures])
and rank correlations (KEY/edges [seeds, pictures]; KEY/layers [seeds, layers shuffled, pictures]).
"""

import functools
import time

import keras
import numpy as np
from keras import layers
from tqdm import tqdm

from helpers import art, explain, results
from helpers.explain import checks
from helpers.gan import networks
from helpers.transfer import backbones

NAME = "08_maps"
SEEDS, PICTURES, EPOCHS = range(5), 12, 8
HEADS = ("pooled", "flattened")
STEPS = 50  # of integrated gradients on the small networks, whose completeness is kept, too
WHITE, GREY, BLACK = 1.0, 0.0, -1.0
SIZE, LOOKED, BIG_STEPS = 96, 4, 200  # pixels, pictures and steps for the backbone
SHUFFLED = (1, 2, 12, 50)  # layers of the backbone, from the head down
TURNS = (1, 2, 4)  # layers of a small network


def main():
    """Both parts, and what is said of them."""
    start, found = time.process_time(), {}
    for seed in tqdm(SEEDS, desc="small networks"):
        for head in HEADS:
            small(head, seed, found)
    accuracy = {key: found.pop(key) for key in list(found) if key.startswith("accuracy")}
    big = lesson_01(found)
    arrays = {key: np.stack(rows).astype(np.float32) for key, rows in found.items()}
    minutes = round((time.process_time() - start) / 60, 1)
    results.write(NAME, card(accuracy, big, minutes), arrays)


# 1. Networks whose right map is known ----------------------------------------------------------


@functools.cache
def planted():
    """(pictures to learn from, pictures to look at), each an `checks.Planted`."""
    sides = art.load("emoji_noto", size=32).split()
    return checks.plant(sides.train.images), checks.plant(sides.test.images, seed=1)


def trained(head, seed, labels):
    """A small network, and whether its answers on the test pictures are right."""
    model = classifier(head, seed)
    model.compile(keras.optimizers.Adam(2e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    keras.utils.set_random_seed(seed)
    learn, look = planted()
    model.fit(art.to_float(learn.pictures), labels.astype(np.float32), epochs=EPOCHS, verbose=0)
    answers = model(art.to_float(look.pictures)).numpy()[:, 0] > 0
    return model, float(np.mean(answers == look.labels))


def classifier(head, seed):
    """A discriminator's layers; "pooled" has the mean over the places before the last one."""
    flattened = networks.discriminator(32, width=16, seed=seed)
    if head == "flattened":
        return flattened
    logit = layers.Dense(
        1, kernel_initializer=keras.initializers.GlorotUniform(seed=seed), name="logit"
    )
    *convolutions, _, _ = flattened.layers
    return keras.Sequential(
        [keras.Input((32, 32, 3)), *convolutions, layers.GlobalAveragePooling2D(), logit]
    )


def methods(model):
    """{name: function of pictures → maps} for a small network."""
    score = explain.logit(model)
    along = functools.partial(explain.integrated_gradients, score, steps=STEPS)
    return {
        "Grad-CAM 8×8": functools.partial(explain.grad_cam, model, layer="leaky1"),
        "Grad-CAM 4×4": functools.partial(explain.grad_cam, model, layer="leaky2"),
        "gradient": functools.partial(explain.gradient, score),
        "SmoothGrad": functools.partial(explain.smooth_gradient, score, samples=10),
        "integrated, white": functools.partial(along, baseline=WHITE),
        "integrated, grey": functools.partial(along, baseline=GREY),
        "integrated, black": functools.partial(along, baseline=BLACK),
        "edges": checks.edges,
    }


def small(head, seed, found):
    """All tests of one small network."""
    learn, look = planted()
    model, right = trained(head, seed, learn.labels)
    rows = np.flatnonzero((look.labels == 1) & look.decoyed)[:PICTURES]
    pictures = art.to_float(look.pictures[rows])
    maps = {name: method(pictures=pictures) for name, method in methods(model).items()}
    found.setdefault(f"accuracy/{head}", []).append(right)
    for name, some in maps.items():
        keep(found, f"{head}/{name}/mark", checks.inside(some, look.where))
        keep(found, f"{head}/{name}/decoy", checks.inside(some, look.decoy))
        keep(found, f"{head}/{name}/edges", like_edges(some, pictures))
    missed = explain.completeness(explain.logit(model), pictures, WHITE, maps["integrated, white"])
    keep(found, f"{head}/integrated, white/missed", missed)
    without_learning(head, seed, model, pictures, maps, found)


def without_learning(head, seed, model, pictures, maps, found):
    """The same maps with weights shuffled from the top down, and from shuffled labels."""
    learn, look = planted()
    chosen = [name for name in maps if name != "edges"]
    kept = {name: ([], []) for name in chosen}
    for count in TURNS:
        with checks.randomised(model, count, seed=seed):
            for name in chosen:
                now = methods(model)[name](pictures=pictures)
                kept[name][0].append(checks.rank_correlation(maps[name], now))
                kept[name][1].append(checks.inside(now, look.where))
    shuffled = np.random.default_rng(seed).permutation(learn.labels)
    other, _ = trained(head, seed, shuffled)
    for name in chosen:
        keep(found, f"{head}/{name}/layers", np.stack(kept[name][0]))
        keep(found, f"{head}/{name}/layers, mark", np.stack(kept[name][1]))
        now = methods(other)[name](pictures=pictures)
        keep(found, f"{head}/{name}/labels", checks.rank_correlation(maps[name], now))
        keep(found, f"{head}/{name}/labels, mark", checks.inside(now, look.where))


def like_edges(maps, pictures):
    """Rank correlation with the strength of the edges, at the pictures' size."""
    side = pictures.shape[1]
    return checks.rank_correlation(
        explain.enlarge(explain.flat(maps), side), checks.edges(pictures)
    )


def keep(found, key, values):
    found.setdefault(key, []).append(values)


# 2. Lesson 01's classifier ---------------------------------------------------------------------


def lesson_01(found):
    """A linear head on the frozen backbone, five times with another order of the labels shuffled."""
    sides = art.load("emoji_noto", size=64).split()
    backbone = backbones.load("efficientnet_lite0", size=SIZE)
    seen = backbone.features(sides.train.images, progress=False)
    model = transfer_model(backbone, head_weights(seen, sides.train.labels))
    answers = model(sides.test.images[:96].astype(np.float32)).numpy().argmax(axis=1)
    rows = np.flatnonzero(answers == sides.test.labels[:96])[:: max(1, 96 // LOOKED)][:LOOKED]
    pictures, classes = sides.test.images[rows], answers[rows]
    maps = {name: big_map(model, name, pictures, classes) for name in BIG}
    for name, some in maps.items():
        keep(found, f"backbone/{name}/edges", like_edges(some, pictures))
    for name, baseline in (("integrated, white", 255.0), ("integrated, grey", 127.0)):
        missed = [
            explain.completeness(explain.logit(model, int(c)), p[None], baseline, m[None])[0]
            for p, c, m in zip(pictures, classes, maps[name])
        ]
        keep(found, f"backbone/{name}/missed", np.array(missed))
    for seed in tqdm(SEEDS, desc="lesson 01"):
        turns = []
        for count in SHUFFLED:
            with checks.randomised(model, count, seed=seed):
                now = big_map(model, CAM, pictures, classes)
            turns.append(checks.rank_correlation(maps[CAM], now))
        keep(found, f"backbone/{CAM}/layers", np.stack(turns))
        shuffled = np.random.default_rng(seed).permutation(sides.train.labels)
        other = transfer_model(backbone, head_weights(seen, shuffled))
        keep(found, f"backbone/{CAM}/labels", checks.rank_correlation(
            maps[CAM], big_map(other, CAM, pictures, classes)))  # fmt: skip
    return {
        "accuracy": float(np.mean(answers == sides.test.labels[:96])),
        "pictures": [sides.test.item_names[row] for row in rows],
    }


CAM = "Grad-CAM block11"
BIG = (CAM, "gradient", "integrated, white", "integrated, grey")


def big_map(model, name, pictures, classes):
    """Maps of each picture for the class that it was given."""
    one = {
        CAM: lambda p, c: explain.grad_cam(model, p, "block11_add", c),
        "gradient": lambda p, c: explain.gradient(explain.logit(model, c), p),
        "integrated, white": lambda p, c: explain.integrated_gradients(
            explain.logit(model, c), p, 255.0, BIG_STEPS
        ),
        "integrated, grey": lambda p, c: explain.integrated_gradients(
            explain.logit(model, c), p, 127.0, BIG_STEPS
        ),
    }[name]
    return np.concatenate([one(p[None], int(c)) for p, c in zip(pictures, classes)])


def head_weights(features, labels):
    """A linear head by logistic regression: (kernel, bias)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.1, max_iter=300).fit(features, labels)
    return model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)


def transfer_model(backbone, weights):
    """Preprocessing, backbone, mean, linear head without softmax: pictures 0–255 → logits [n, 7]."""
    head = layers.Dense(weights[0].shape[1], name="head")
    parts = [backbone.preprocessing(), backbone.network, layers.GlobalAveragePooling2D(), head]
    model = keras.Sequential([keras.Input((None, None, 3)), *parts])
    head.set_weights(weights)
    return model


def card(accuracy, big, minutes):
    """What is said of the arrays."""
    _, look = planted()
    return {
        "title": "Do maps show what a network uses? Planted marks, shuffled weights, shuffled labels, edges",
        "data": "emoji (Noto): 576 to learn from; at 32 px with a mark and a decoy, at 64 px for lesson 01",
        "seeds": list(SEEDS), "looked_at": PICTURES, "epochs": EPOCHS, "steps": STEPS,
        "area": round(float(look.where.mean()), 4), "accuracy": accuracy, "lesson_01": big,
        "shuffled": TURNS, "shuffled_lesson_01": SHUFFLED, "size": SIZE, "steps_lesson_01": BIG_STEPS, "cpu_minutes": minutes,
        "command": "python -m experiments.maps",
    }  # fmt: skip


if __name__ == "__main__":
    main()
