"""Where is it? Four ways to find an emoji in a city, five seeds: python -m experiments.where

The optional page of lesson 01 makes this comparison once; this holds its conclusions. A small head learns
boxes from the frozen backbone's map, from a map of a lower block, from the map of the same network with
random weights, or on top of four layers that learn from nothing. All get 300 steps of 20 scenes. Kept arm
by arm. About ten minutes on two free cores. Writes data/results/01_where.json.
"""

import keras
import numpy as np

from helpers import art, results, transfer
from helpers.transfer import backbones, fine_tuning, localisation

RESULT = "01_where"
SEEDS, STEPS, BATCH = 5, 300, 20
BOXES = (400, 20)
LOWER = 6  # blocks above the lower map: it has 8 x 8 positions at 128 pixels


def sides():
    """(scenes, boxes) to learn from and to test with: neither emoji nor cities stand on both sides."""
    city, noto = (art.load(name, size=64).split() for name in ("city_day", "emoji_noto"))
    return [
        localisation.scenes(cities.images[:count], art.reduce(emoji.images, 2), seed=seed)
        for cities, emoji, count, seed in (
            (city.train, noto.train, 400, 0),
            (city.test, noto.test, 150, 1),
        )
    ]


def standardised(maps):
    """Each channel with mean 0 and deviation 1 over the learning scenes, as a probe would."""
    mean, spread = maps[0].mean((0, 1, 2)), maps[0].std((0, 1, 2))
    spread = np.where(spread > 0, spread, 1)  # no small number added: random weights give 1e-12
    return [(part - mean) / spread for part in maps]


def views_of(scenes):
    """{arm: [what the head sees of each side]}."""
    trained = backbones.load("efficientnet_lite0")
    blank = backbones.load("efficientnet_lite0", weights=None)
    lower = fine_tuning.FineTuner(trained, 2, blocks=LOWER, size=128)
    tops = {
        name: [b.features(s, size=128, pool=False, progress=False) for s in scenes]
        for name, b in (("trained", trained), ("blank", blank))
    }
    return {
        "top map": tops["trained"],
        "lower map, standardised": standardised([lower.below(s, progress=False) for s in scenes]),
        "random weights, standardised": standardised(tops["blank"]),
        "from scratch": [art.to_float(s) for s in scenes],
    }


def pointer(shape, scratch):
    """The head, on top of four layers of its own where it starts from pictures."""
    inputs = x = keras.Input(shape)
    for width in (32, 64, 64, 64) if scratch else ():
        x = keras.layers.Conv2D(width, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Conv2D(32, 1, activation="relu")(x)
    x = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(x))
    model = keras.Model(inputs, keras.layers.Dense(4)(x))
    model.compile(keras.optimizers.Adam(1e-3), "mae", jit_compile=False)
    return model


def mean_iou(views, boxes, count, seed, scratch):
    """One training with `count` boxes, and how well it points on the test scenes."""
    keras.utils.set_random_seed(seed)
    rows = np.random.default_rng(seed).permutation(len(boxes[0]))[:count]
    model = pointer(views[0].shape[1:], scratch)
    epochs = STEPS * BATCH // count
    model.fit(views[0][rows], boxes[0][rows], batch_size=BATCH, epochs=epochs, verbose=0)
    return float(localisation.iou(model.predict(views[1], verbose=0), boxes[1]).mean())


def main():
    scenes, boxes = zip(*sides())
    found = results.card(RESULT)["mean_iou"] if RESULT in results.names() else {}
    for name, views in views_of(scenes).items():
        for count in BOXES:
            key = f"{name}, {count} boxes"
            if key in found:
                continue
            scratch = name == "from scratch"
            found[key] = [
                round(mean_iou(views, boxes, count, seed, scratch), 4) for seed in range(SEEDS)
            ]
            others = [found.get(f"top map, {count} boxes", found[key])]
            gain, error = transfer.paired(found[key], others[0])
            print(f"{key:<42}{np.mean(found[key]):.3f}  {gain:+.3f} ± {error:.3f}", flush=True)
            results.write(
                RESULT,
                {
                    "title": "Finding an emoji in a city: mean intersection over union",
                    "description": "on 150 test scenes, one number a seed (weights, choice of boxes)",
                    "steps": STEPS,
                    "batch": BATCH,
                    "mean_iou": found,
                },
            )


if __name__ == "__main__":
    main()
