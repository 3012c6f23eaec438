"""Lesson 08: are integrated gradients of lesson 01's classifier complete within 1 %? 20 pictures, two baselines.

    python -m experiments.complete      # data/results/08_complete.json, .npz; some ten minutes of two cores

The .npz holds, float32 [2 baselines, 20 pictures]: `missed`, the share of the gain that the map misses;
`slopes`, how many it took, MOST at most; `gained`, what the logit of the classifier's answer gained. What is
done is kept in build_cache/, and a broken run goes on from there.
"""

import warnings

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from experiments import maps
from helpers import art, explain, files, results
from helpers.transfer import backbones

NAME = "08_complete"
FOLDER = results.ROOT / "build_cache" / "complete"
PICTURES, WITHIN, MOST = 20, 0.01, 4000
BASELINES = {"white": 255.0, "grey": 127.0}


def main():
    """One map after the other; the result holds what each of them misses."""
    sides = art.load("emoji_noto", size=64).split()
    model, score = classifier(sides)
    rows = np.arange(PICTURES) * len(sides.test.images) // PICTURES
    pictures = sides.test.images[rows].astype(np.float32)
    answers = model(pictures).numpy().argmax(axis=1)
    found = np.zeros((3, len(BASELINES), PICTURES), np.float32)
    for k, (name, level) in enumerate(BASELINES.items()):
        for j in tqdm(range(PICTURES), desc=name):
            found[:, k, j] = one(score, pictures[j], int(answers[j]), level, f"{name}_{j:02}")
    arrays = dict(zip(("missed", "slopes", "gained"), found))
    results.write(NAME, card(rows, answers == sides.test.labels[rows]), arrays)


def classifier(sides):
    """Lesson 01's classifier, and function (pictures, index) → one of its logits, compiled once."""
    backbone = backbones.load("efficientnet_lite0", size=maps.SIZE)
    seen = backbone.features(sides.train.images, progress=False)
    model = maps.transfer_model(backbone, maps.head_weights(seen, sides.train.labels))
    shape = tf.TensorSpec([None, 64, 64, 3]), tf.TensorSpec([], tf.int32)
    return model, tf.function(lambda x, c: model(x, training=False)[:, c], input_signature=shape)


def one(score, picture, index, level, name):
    """(missed, slopes, gained) of one map; kept."""
    path = FOLDER / f"{name}.npz"
    if path.exists():
        return files.read_npz(path, cure=f"remove {path}")["found"]

    def logit(pictures):
        return score(pictures, index)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is missed goes into the result
        made = explain.complete_gradients(logit, picture[None], level, within=WITHIN, most=MOST)
    gained = logit(picture[None]) - logit(np.full_like(picture, level)[None])
    found = np.float32([made.missed[0], made.evaluations[0], gained.numpy()[0]])
    files.write_npz(path, {"found": found})
    return found


def card(rows, right):
    """What is said of the arrays."""
    return {
        "title": "Completeness of integrated gradients with finer pieces where it must be, on lesson 01's classifier",
        "data": "emoji (Noto), 20 held-out pictures at even distances; each map is of the answer that the classifier gives",
        "rows": rows.tolist(), "right": right.tolist(), "baselines": BASELINES, "within": WITHIN,
        "most": MOST, "size": maps.SIZE, "command": "python -m experiments.complete",
    }  # fmt: skip


if __name__ == "__main__":
    main()
