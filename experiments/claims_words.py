"""Holds what 01 Deeper says about words over ten draws; writes data/results/01_words.json.

    python -m experiments.claims_words

Names of emoji → seven groups. Word vectors learnt from a dictionary, the same vectors shuffled over the
words, counting the words of the names, the picture's features, and name and picture together. Penalties
and epochs are chosen on the validation side; the test side is scored once. About two minutes.
"""

import keras
import numpy as np
from keras import layers
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from helpers import art, results, transfer
from helpers.transfer import backbones, words

SIZES = (25, 50, 100, 250, 576)
PENALTIES = (1, 10, 100)
DRAWS = range(10)
PAIRS = (
    ("dictionary", "counting"),
    ("dictionary", "shuffled"),
    ("name and picture", "dictionary"),
    ("name and picture", "picture"),
    ("dictionary", "picture"),
)


def main():
    sides, dictionary = art.load("emoji_noto", size=64).split(), words.load()
    hits = {name: scored(inputs, sides) for name, inputs in inputs_of(sides, dictionary).items()}
    tuned = embeddings(sides, dictionary)
    results.write(
        "01_words",
        {
            "draws": len(DRAWS),
            "sizes": SIZES,
            "test_accuracy": {name: rounded(hit.mean((0, 2))) for name, hit in hits.items()},
            "differences": {f"{a} over {b}": difference(hits[a], hits[b]) for a, b in PAIRS},
            "draws in which the dictionary with 100 labels beats counting with 250": int(
                (hits["dictionary"][:, 2].mean(1) > hits["counting"][:, 3].mean(1)).sum()
            ),
            "embedding, 100 labels": {name: rounded(scores) for name, scores in tuned.items()},
        },
    )


def inputs_of(sides, dictionary):
    """{way: its inputs on the training, validation and test side}."""
    order = np.random.default_rng(0).permutation(len(dictionary.vectors))
    shuffled = dictionary._replace(vectors=dictionary.vectors[order])
    named, mixed = ([w.lookup(s.item_names) for s in sides] for w in (dictionary, shuffled))
    backbone = backbones.load("efficientnet_lite0")
    counter = TfidfVectorizer(tokenizer=words.split, token_pattern=None)
    counter.fit(sides.train.item_names)
    ways = {
        "counting": [counter.transform(s.item_names) for s in sides],
        "dictionary": scaled(named),
        "shuffled": scaled(mixed),
        "picture": scaled([backbone.features(s.images, progress=False) for s in sides]),
    }
    pairs = zip(ways["dictionary"], ways["picture"])
    return {**ways, "name and picture": [np.concatenate(pair, axis=1) for pair in pairs]}


def scaled(parts):
    """Each number with mean 0 and the same variance, all numbers together with variance 1."""
    scaler = StandardScaler().fit(parts[0])
    return [scaler.transform(part) / np.sqrt(part.shape[1]) for part in parts]


def right(inputs, sides, side, penalty):
    """Which names a logistic regression puts into their group: bool [draws, sizes, names]."""
    labels, truth = sides.train.labels, sides[side].labels
    found = np.zeros((len(DRAWS), len(SIZES), len(truth)), bool)
    for seed in DRAWS:
        for k, n in enumerate(SIZES):
            rows = transfer.draw(labels, n, seed)
            model = LogisticRegression(C=penalty, max_iter=1000)
            model.fit(inputs[0][rows], labels[rows])
            found[seed, k] = model.predict(inputs[side]) == truth
    return found


def scored(inputs, sides):
    """As `right` on the test side, with the penalty that is best on the validation side."""
    best = max(PENALTIES, key=lambda penalty: right(inputs, sides, 1, penalty).mean())
    return right(inputs, sides, 2, best)


def difference(one, two):
    """For each size: mean ± standard error, paired over test names, and in how many draws it is > 0."""
    rows = {}
    for k, n in enumerate(SIZES):
        gain, error = transfer.paired(one[:, k], two[:, k])
        ahead = int((one[:, k].mean(1) > two[:, k].mean(1)).sum())
        rows[str(n)] = {"gain": round(gain, 3), "error": round(error, 3), "draws_ahead": ahead}
    return rows


def embeddings(sides, dictionary, n=100):
    """Test accuracy of a Keras embedding for each draw: from the vectors, from random numbers."""
    known = sorted({row for s in sides for name in s.item_names for row in dictionary.known(name)})
    place = {row: k for k, row in enumerate(known, start=2)}  # 0 fills up, 1 is an unknown word
    tokens = [tokens_of(s.item_names, dictionary, place) for s in sides]
    vectors = dictionary.vectors[known]
    starts = {
        "fine-tuned": vectors,
        "from scratch": np.random.default_rng(0).normal(0, vectors.std(), vectors.shape),
    }
    return {
        name: [embedding_score(start, tokens, sides, n=n, seed=seed) for seed in DRAWS]
        for name, start in starts.items()
    }


def tokens_of(names, dictionary, place):
    """Words of names as numbers, filled up with 0: int [n, 8]."""
    found = np.zeros((len(names), 8), np.int32)
    for row, name in zip(found, names):
        numbers = [place[known] for known in dictionary.known(name)][:8] or [1]
        row[: len(numbers)] = numbers
    return found


def embedding_score(start, tokens, sides, *, n, seed):
    keras.utils.set_random_seed(seed)
    embedding = layers.Embedding(len(start) + 2, start.shape[1], mask_zero=True)
    model = keras.Sequential(
        [embedding, layers.GlobalAveragePooling1D(), layers.Dense(7, activation="softmax")]
    )
    model.build((None, 8))
    embedding.set_weights([np.vstack([np.zeros_like(start[:2]), start])])
    model.compile(
        keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    rows = transfer.draw(sides.train.labels, n, seed)
    stop = keras.callbacks.EarlyStopping(
        "val_accuracy", patience=15, mode="max", restore_best_weights=True
    )
    model.fit(
        tokens[0][rows],
        sides.train.labels[rows],
        batch_size=25,
        epochs=60,
        verbose=0,
        validation_data=(tokens[1], sides.validation.labels),
        callbacks=[stop],
    )
    return float(np.mean(model.predict(tokens[2], verbose=0).argmax(1) == sides.test.labels))


def rounded(values):
    return np.round(np.asarray(values, float), 3).tolist()


if __name__ == "__main__":
    main()
