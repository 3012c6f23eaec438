"""Transfer learning: put a head on a pretrained network, freeze it, unfreeze some of it, look.

    model = transfer.attach(backbone, classes=7)      # pictures 0–255 → probabilities
    transfer.freeze(backbone)                         # only the head learns
    transfer.unfreeze(backbone, blocks=4)             # and now the four uppermost blocks as well

Fine-tuning with a cache and training from scratch are in `fine_tuning`.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from sklearn.linear_model import RidgeClassifierCV  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import FunctionTransformer, StandardScaler  # noqa: E402

HEADS = {"linear": (), "article": (1024, 512)}  # widths of the layers before the last
PENALTIES = np.logspace(0, 5, 11)  # the best of them lies well inside for every task of the lesson


def head_layers(classes, head="linear", seed=0, softmax=True):
    """The layers of a head, new and random.

    Args:
        classes: number of classes, at least 2.
        head: "linear", or "article": two hidden layers of 1024 and 512 with ReLU.
        seed: of the random weights.
        softmax: probabilities; False leaves logits.
    """
    if head not in HEADS:
        raise ValueError(f"unknown head {head!r}; one of: {', '.join(HEADS)}")
    if classes < 2:
        raise ValueError(f"a classifier needs at least 2 classes, got {classes}")
    widths = (*HEADS[head], classes)
    activations = ["relu"] * len(HEADS[head]) + ["softmax" if softmax else None]
    return [
        layers.Dense(
            width,
            activation=activation,
            name=f"head_{index}",
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed + index),
        )
        for index, (width, activation) in enumerate(zip(widths, activations))
    ]


def attach(backbone, classes, head="article", size=None, seed=0):
    """One model from pictures to probabilities: preprocessing, backbone, mean, head.

    The backbone's batch normalization always uses its stored statistics (`training=False`): those
    of a few small batches of ours would overwrite what was learnt from a million photographs.

    Args:
        backbone: backbones.Backbone; the model shares its weights.
        classes, head, seed: see head_layers.
        size: pixels that the network sees; None is the backbone's.
    Returns:
        keras.Model, pictures with values 0–255 [n, h, w, 3] → float32 [n, classes].
    """
    pictures = keras.Input((None, None, 3), name="pictures")
    x = backbone.network(backbone.preprocessing(size)(pictures), training=False)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    for layer in head_layers(classes, head, seed):
        x = layer(x)
    return keras.Model(pictures, x, name=f"{backbone.name}_{head}")


def freeze(backbone):
    """No weight of the backbone will be trained. Compile the model after this."""
    backbone.network.trainable = False


def unfreeze(backbone, blocks):
    """Only the uppermost blocks of the backbone will be trained. Compile the model after this.

    Batch normalization stays frozen in all of them: its statistics come from the source pictures,
    and re-estimating them on a few of ours does more harm than the rest of the training does good.

    Args:
        blocks: how many, from the top; 0 is freeze, len(backbone.blocks) is everything.
    Returns:
        list of the layers that will be trained.
    Raises:
        ValueError: more blocks than there are.
    """
    if not 0 <= blocks <= len(backbone.blocks):
        raise ValueError(
            f"{backbone.name} has {len(backbone.blocks)} blocks, cannot unfreeze "
            f"{blocks}; 0 freezes all"
        )
    chosen = backbone.blocks[len(backbone.blocks) - blocks :]
    backbone.network.trainable = True  # of the container; each layer gets its own answer below
    for layer in backbone.network.layers:
        norm = isinstance(layer, layers.BatchNormalization)
        layer.trainable = backbone.block_of(layer) in chosen and not norm
    return [layer for layer in backbone.network.layers if layer.trainable_weights]


def probe(features, labels):
    """A linear classifier on fixed features: what can be read off them without changing them.

    Ridge regression to ±1 on standardised features, its penalty chosen by leaving one out within
    the given pictures: no validation set needed, a fraction of a second.

    Args:
        features: float [n, d], or pictures [n, h, w, 3] for a probe on raw pixels.
        labels: int [n], at least two classes.
    Returns:
        scikit-learn classifier with .predict(features or pictures).
    """
    labels = np.asarray(labels)
    if len(features) != len(labels):
        raise ValueError(f"{len(features)} feature vectors but {len(labels)} labels")
    if len(np.unique(labels)) < 2:
        raise ValueError("a probe needs pictures of at least two classes; draw more")
    model = make_pipeline(
        FunctionTransformer(_flat), StandardScaler(), RidgeClassifierCV(PENALTIES)
    )
    return model.fit(features, labels)


def accuracy(model, features, labels):
    """Share of right answers of a probe, 0 to 1."""
    return float(np.mean(model.predict(features) == np.asarray(labels)))


def _flat(features):
    """Feature vectors as they are; pictures as one long row of values 0–1 each."""
    features = np.asarray(features)
    scale = 255.0 if features.dtype == np.uint8 else 1.0
    return features.reshape(len(features), -1).astype(np.float32) / np.float32(scale)


def draw(labels, n, seed=0):
    """Positions of n training pictures, drawn at random, with every class among them.

    Args:
        labels: int [N] of all training pictures.
        n: how many to draw; all of them are always the same draw.
        seed: which draw; with one seed, fewer are the first of more.
    Returns:
        int [n].
    Raises:
        ValueError: more than there are, or fewer than classes.
    """
    labels = np.asarray(labels)
    classes = np.unique(labels)
    if not len(classes) <= n <= len(labels):
        raise ValueError(f"cannot draw {n} of {len(labels)} pictures in {len(classes)} classes")
    order = np.random.default_rng(seed).permutation(len(labels))
    first = [order[np.flatnonzero(labels[order] == label)[0]] for label in classes]
    return np.concatenate([first, order[~np.isin(order, first)]])[:n].astype(np.int64)


def learning_curve(score, labels, sizes, draws=5):
    """Score against the number of labelled pictures, each size drawn several times.

    Args:
        score: function of (positions of the training pictures, seed) → accuracy.
        labels: int [N] of all training pictures.
        sizes: numbers of pictures.
        draws: how many draws of each size.
    Returns:
        float [draws, len(sizes)].
    """
    return np.array([[score(draw(labels, n, seed), seed) for n in sizes] for seed in range(draws)])


def labels_needed(sizes, accuracies, target):
    """Labels that it takes to reach an accuracy, read off a learning curve.

    Args:
        sizes: numbers of labels, rising.
        accuracies: the accuracy at each of them; where it falls, the best so far counts.
        target: the accuracy to reach.
    Returns:
        float, between measured sizes on a logarithmic axis; the first size where the curve begins
        above the target, infinity where it never gets there.
    """
    best, steps = np.maximum.accumulate(np.asarray(accuracies, float)), np.log(sizes)
    if target > best[-1]:
        return float("inf")
    k = int(np.argmax(best >= target))  # np.interp alone would give the end of a level piece
    return float(
        np.exp(np.interp(target, best[max(k - 1, 0) : k + 1], steps[max(k - 1, 0) : k + 1]))
    )


def paired(one, two):
    """Difference of two scores measured on the same things (pictures, draws), and how sure it is.

    Args:
        one, two: float or bool [n]; entry i of both belongs to the same picture or draw. More axes
            in front, such as runs, are averaged first.
    Returns:
        (mean of one − two, its standard error over the n).
    Raises:
        ValueError: they are not of one length, or there are fewer than two.
    """
    one, two = (np.asarray(x, float).reshape(-1, np.shape(x)[-1]).mean(0) for x in (one, two))
    if one.shape != two.shape or len(one) < 2:
        raise ValueError(
            f"paired scores belong to the same pictures or draws, at least two; got {len(one)} and "
            f"{len(two)}"
        )
    apart = one - two
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart)))


def confusion(labels, predicted, classes):
    """How often each class is taken for each: int [classes, classes], rows are the truth."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (np.asarray(labels), np.asarray(predicted)), 1)
    return table


def worst(probabilities, labels, count=8):
    """Positions of the most confident mistakes, worst first.

    Args:
        probabilities: float [n, classes].
        labels: int [n], the truth.
        count: how many at most.
    Returns:
        int positions; fewer than count when there are fewer mistakes.
    """
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(1), kind="stable")][:count]


def nearest(features, query):
    """Positions of the feature vectors nearest to a query by angle, nearest first.

    Args:
        features: float [n, d].
        query: float [d].
    """
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    return np.argsort(-unit @ (query / np.linalg.norm(query)), kind="stable")
