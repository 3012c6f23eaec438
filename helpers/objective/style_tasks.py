"""Two emoji styles as two tasks: name the group of a picture, many pictures of D1, few of D2.

Both tasks share one small network on cached features of a pretrained backbone, so that a training
takes a second and a whole sweep over λ a moment.
"""

import dataclasses
from dataclasses import dataclass

import keras
import numpy as np

from helpers import art, results
from helpers.objective import two_task
from helpers.transfer import backbones

RESULT = "02_lambda_sweep"
STEPS = 100
BATCH = 32
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@dataclass(frozen=True)
class StylePair:
    """Features and labels of two styles, split by subject; no subject is on both sides.

    Each side is a pair (x, y): float32 [n, components] and int [n].
    """

    first: tuple
    first_validation: tuple
    first_test: tuple
    second_pool: tuple
    second_validation: tuple
    second_test: tuple
    label_names: list

    def few(self, n, seed=0):
        """D2: n pictures drawn from the target's training part."""
        x, y = self.second_pool
        if not 1 <= n <= len(x):
            raise ValueError(
                f"n = {n}; the target has 1 to {len(x)} training pictures to draw from"
            )
        rows = np.random.default_rng(seed).permutation(len(x))[:n]
        return x[rows], y[rows]

    def with_shuffled_source(self, seed=0):
        """The same pair with D1's training labels in random order: a source that knows nothing."""
        x, y = self.first
        shuffled = np.random.default_rng(seed).permutation(y)
        return dataclasses.replace(self, first=(x, shuffled))


def load(source="openmoji", target="noto", components=128, backbone="efficientnet_lite0"):
    """Load two styles and look at them through a backbone.

    Args:
        source, target: emoji styles: noto, twemoji, openmoji, fluent3d, fluentflat.
        components: numbers a picture keeps: principal components of D1's training features.
        backbone: name of a pretrained network in `backbones`, or a loaded one.
    Returns:
        StylePair.
    """
    network = backbones.load(backbone) if isinstance(backbone, str) else backbone
    styles = [art.load(f"emoji_{name}") for name in (source, target)]
    one, two = (style.split() for style in styles)
    sides = [one.train, one.validation, one.test, two.train, two.validation, two.test]
    features = [network.features(side.images) for side in sides]
    squeeze = principal_components(features[0], components)
    seen = [(squeeze(x), np.asarray(side.labels)) for x, side in zip(features, sides)]
    return StylePair(*seen, list(styles[0].label_names))


def principal_components(features, components):
    """A function that maps features to their leading principal components, with mean square 1."""
    mean = features.mean(0)
    axes = np.linalg.svd(features - mean, full_matrices=False)[2][:components].T
    scale = ((features - mean) @ axes).std()
    return lambda x: (((x - mean) @ axes) / scale).astype(np.float32)


def network(inputs=128, classes=7, hidden=64, **options):
    """A `TwoTaskModel`: Dense-ReLU trunk, one linear head for both styles, compiled with Adam."""
    trunk = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(hidden, "relu")])
    head = keras.layers.Dense(classes)
    head.build((None, hidden))
    model = two_task.TwoTaskModel(trunk, head, **options)
    compile_with(model)
    return model


def compile_with(model, penalty=None):
    """Adam and the loss of this module; five steps at a time halve the cost of so small a network."""
    model.compile(keras.optimizers.Adam(5e-3), LOSS, penalty, steps_per_execution=5)


def twins(lam, *, rate=0.1, seed=0, **options):
    """A `TwoTaskModel` with plain gradient descent, and an ordinary model with the same weights.

    Args:
        lam: λ of the first.
        rate: learning rate.
        seed: of the weights.
        options: of `TwoTaskModel`, such as divide=False.
    Returns:
        (TwoTaskModel, keras.Sequential)
    """
    model = network(lam=lam, **options)
    start_afresh(model, seed)
    copy = keras.models.clone_model(keras.Sequential([model.trunk, model.heads[0]]))
    copy.build((None, *model.trunk.input_shape[1:]))
    copy.set_weights([w.numpy() for w in model.trainable_variables])
    model.compile(keras.optimizers.SGD(rate), LOSS)
    return model, copy


def largest_gap(model, other):
    """The largest difference between the weights of two models of one form."""
    both = zip(model.trainable_variables, other.trainable_variables)
    return max(float(np.abs(a.numpy() - b.numpy()).max()) for a, b in both)


def start_afresh(model, seed):
    """New Glorot weights from the seed, an optimizer without memory."""
    for i, variable in enumerate(model.trainable_variables):
        matrix = len(variable.shape) == 2
        make = (
            keras.initializers.GlorotUniform(1000 * seed + i)
            if matrix
            else keras.initializers.Zeros()
        )
        variable.assign(make(variable.shape))
    model.restart()


def scores(model, pair):
    """Accuracies on held-out pictures: first (D1), second (D2), and on validation pictures of both.

    Returns:
        {"first", "second": on test pictures; "first_validation", "validation": of D1 and of D2}
    """
    return {
        "first": two_task.accuracy(model, *pair.first_test),
        "second": two_task.accuracy(model, *pair.second_test, task=1),
        "first_validation": two_task.accuracy(model, *pair.first_validation),
        "validation": two_task.accuracy(model, *pair.second_validation, task=1),
    }


def train(model, pair, few, lam, *, seed, steps=STEPS):
    """From new weights, train at one λ; returns the scores."""
    start_afresh(model, seed)
    model.lam = lam
    model.fit(pair.first, few, steps=steps, batch=BATCH, seed=seed)
    return scores(model, pair)


def lam_sweep(model, pair, lams, *, n, seeds, steps=STEPS, progress=lambda runs: runs):
    """Scores for each seed and λ; the seed draws D2, the weights and the batches.

    Returns:
        {"lam": [k]} and, each [seeds, k], what `scores` gives
    """
    runs = [(lam, seed) for lam in lams for seed in seeds]  # λ outside: three graphs, traced once
    rows = [
        train(model, pair, pair.few(n, seed), lam, seed=seed, steps=steps)
        for lam, seed in progress(runs)
    ]
    table = {
        name: np.array([row[name] for row in rows]).reshape(len(lams), len(seeds)).T
        for name in rows[0]
    }
    return {"lam": np.array(lams, float)} | table


def fine_tuning_path(model, pair, few, *, seed, marks, steps=STEPS):
    """Train on D1, then on D2 alone; scores after each number of fine-tuning steps in `marks`.

    Returns:
        as `target_path`
    """
    train(model, pair, few, 0.0, seed=seed, steps=steps)
    return target_path(model, pair, few, seed=seed, marks=marks)


def target_path(model, pair, few, *, seed, marks):
    """From the weights the model has now, train on D2 alone.

    Args:
        marks: m numbers of steps, increasing, at which to look.
    Returns:
        {"step": [m + 1]} with 0 first, "loss" [m + 1] on the few pictures themselves, and, each
        [m + 1], what `scores` gives
    """
    rows = []
    model.lam = float("inf")
    model.restart()
    for done, mark in zip([0, 0, *marks], [0, *marks]):
        if mark > done:
            model.fit(pair.first, few, steps=mark - done, batch=BATCH, seed=seed)
        loss = float(model.task_loss(1, *few, training=False))
        rows.append(scores(model, pair) | {"loss": loss})
    return {"step": np.array([0, *marks])} | {
        name: np.array([row[name] for row in rows]) for name in rows[0]
    }


def chosen(table):
    """What validation chooses: for each seed the λ of the best validation accuracy, and its test.

    Returns:
        (λ [seeds], test accuracy on D2 [seeds])
    """
    best = choice(table)
    return table["lam"][best], table["second"][np.arange(len(best)), best]


def choice(table, *, both=False):
    """The column that each seed's validation pictures choose.

    Args:
        table: as `lam_sweep` gives it; any table of [seeds, k] with "validation".
        both: choose by the mean over the validation pictures of both styles, not by D2's alone.
    Returns:
        int [seeds]
    """
    judged = table["validation"]
    return np.argmax(judged + table["first_validation"] if both else judged, axis=1)


def at(table, columns):
    """The test accuracies {"first": [seeds], "second": [seeds]} at one column for each seed."""
    return {name: table[name][np.arange(len(columns)), columns] for name in ("first", "second")}


def points(better, worse):
    """The mean difference of two accuracies [seeds], paired, as text: "+9.0 ± 0.8 points".

    What follows ± is the standard error of the mean.
    """
    d = 100 * (np.asarray(better) - np.asarray(worse))
    return f"{d.mean():+.1f} ± {d.std(ddof=1) / np.sqrt(len(d)):.1f} points"


def shipped():
    """The larger sweep that ships with the course, its lists as arrays; see its "description"."""
    result = results.card(RESULT)

    def arrays(table):
        return {key: np.array(values, float) for key, values in table.items()}

    result["sweeps"] = {
        name: {int(n): arrays(table) for n, table in sizes.items()}
        for name, sizes in result["sweeps"].items()
    }
    for part in ("routes", "starts", "again"):
        result[part] = {name: arrays(table) for name, table in result[part].items()}
    return result
