"""Holds the live claims of lesson 01 over ten draws; writes data/results/01_claims.json.

    python -m experiments.claims_01

The page makes its comparisons with one to five draws, to stay quick; these are the same ones, ten times.
"""

import time

import numpy as np
from keras import Sequential, layers

from helpers import art, results, transfer
from helpers.transfer import backbones, fine_tuning

DRAWS = range(10)


def main():
    start = time.process_time()
    backbone = backbones.load("efficientnet_lite0")
    noto, openmoji = (sides(style) for style in ("noto", "openmoji"))
    seen = [backbone.features(side.images, progress=False) for side in noto]
    pairs = {
        "features over pixels, 100 labels": features_and_pixels(noto, seen),
        "prepared over raw input, 256 labels": prepared_and_raw(backbone, noto, seen),
        "head alone over all 18 blocks at 0.001, 100 labels": gentle_and_violent(backbone, noto),
    }
    styles = with_and_without(backbone, noto, openmoji, seen)
    pairs["with 576 of Noto over 25 of OpenMoji alone"] = [
        styles[way]["25"] for way in ("pooled", "target alone")
    ]
    claims = {name: {"better": np.round(better, 3).tolist(), "worse": np.round(worse, 3).tolist(),
                     "holds_in": int(np.sum(np.array(better) > worse))}
              for name, (better, worse) in pairs.items()}  # fmt: skip
    minutes = round((time.process_time() - start) / 60, 1)
    results.write(
        "01_claims",
        {
            "draws": len(DRAWS),
            "cpu_minutes": minutes,
            "claims": claims,
            "labels_worth": labels_worth(noto, seen),
            "styles": styles,
        },
    )
    print({name: claim["holds_in"] for name, claim in claims.items()})


def sides(style):
    """(train, test) of a style: these comparisons have nothing to choose."""
    split = art.load(f"emoji_{style}", size=64).split()
    return split.train, split.test


def scores(inputs, sides, count):
    """Accuracy of a probe for each draw of `count` training pictures."""
    train, test = sides
    rows = [transfer.draw(train.labels, count, seed) for seed in DRAWS]
    return [
        transfer.accuracy(transfer.probe(inputs[0][r], train.labels[r]), inputs[1], test.labels)
        for r in rows
    ]


def features_and_pixels(sides, seen):
    pixels = [art.reduce(side.images, 2) for side in sides]
    return scores(seen, sides, 100), scores(pixels, sides, 100)


def prepared_and_raw(backbone, sides, seen):
    careless = Sequential(
        [layers.Resizing(96, 96), backbone.network, layers.GlobalAveragePooling2D()]
    )
    raw = [
        careless.predict(side.images.astype("float32"), batch_size=64, verbose=0) for side in sides
    ]
    return scores(seen, sides, 256), scores(raw, sides, 256)


def gentle_and_violent(backbone, sides):
    """The article's head alone, and every block with it, both at Adam's default rate."""
    train, test = sides
    found = []
    for blocks in (0, 18):
        tuner = fine_tuning.FineTuner(
            backbone, 7, blocks=blocks, head="article", size=64, body_rate=1e-3, batch=16
        )
        below, aside = (
            tuner.below(train.images, progress=False),
            tuner.below(test.images, progress=False),
        )
        found.append([])
        for seed in DRAWS:
            rows = transfer.draw(train.labels, 100, seed)
            tuner.fit(below[rows], train.labels[rows], steps=40, seed=seed, progress=False)
            found[-1].append(float(np.mean(tuner.predict(aside).argmax(1) == test.labels)))
    return found


def labels_worth(sides, seen):
    """Labels that each probe needs for the accuracy that pixels reach with 250; one number a draw."""
    counts = (25, 50, 100, 250, 576)
    pixels = [art.reduce(side.images, 2) for side in sides]
    by_features = np.array([scores(seen, sides, n) for n in counts]).T
    by_pixels = np.array(scores(pixels, sides, 250))
    needed = [
        transfer.labels_needed(counts, curve, goal) for curve, goal in zip(by_features, by_pixels)
    ]
    return np.round(needed, 1).tolist()


def with_and_without(backbone, source, target, seen):
    """Accuracy on the target style, {way: {added drawings: [one a draw]}}."""
    drawn = [backbone.features(side.images, progress=False) for side in target]
    (train, test), found = target, {"pooled": {}, "target alone": {}}

    def score(inputs, labels):
        return round(transfer.accuracy(transfer.probe(inputs, labels), drawn[1], test.labels), 4)

    for count in (25, 100, 250, 576):
        rows = [transfer.draw(train.labels, count, seed) for seed in DRAWS]
        found["target alone"][str(count)] = [score(drawn[0][r], train.labels[r]) for r in rows]
        found["pooled"][str(count)] = [
            score(
                np.concatenate([seen[0], drawn[0][r]]),
                np.concatenate([source[0].labels, train.labels[r]]),
            )
            for r in rows
        ]
    return found | {"source alone": score(seen[0], source[0].labels)}


if __name__ == "__main__":
    main()
