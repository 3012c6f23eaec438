"""Training a pretrained network further, cheaply, and training one from nothing.

What lies below the unfrozen blocks never changes, so its activations are computed once:

    tuner = fine_tuning.FineTuner(backbone, classes=7, blocks=3)
    below = tuner.below(noto.images)                  # once
    tuner.fit(below[rows], labels[rows], seed=0)      # seconds
    tuner.predict(below[test])                        # probabilities
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402
from tqdm.auto import tqdm  # noqa: E402

from helpers import transfer
from helpers.transfer import backbones  # noqa: E402


class Trainer:
    """Trains one Keras model again and again, each time from the same or a fresh start.

    Args:
        model: keras.Model, inputs → logits [n, classes].
        groups: [(variables, learning rate), …]; variables in no group are not trained.
        fresh: layers that begin with new random weights in each fit.
        batch: pictures in a step.
        training: how the model is called; True only where its batch normalization is to learn.
    """

    def __init__(self, model, groups, fresh=(), batch=32, training=False):
        self.model, self.batch, self.training = model, batch, training
        self.fresh = [layer for layer in fresh if layer.weights]
        self.start = [np.asarray(variable) for variable in model.variables]
        self.groups = [
            (list(variables), rate, keras.optimizers.Adam(rate))
            for variables, rate in groups
            if variables
        ]
        for variables, _, optimizer in self.groups:
            optimizer.build(variables)
        self._updates = {}
        self._scores = tf.function(
            lambda x: tf.nn.softmax(model(x, training=False)),
            jit_compile=False,
            reduce_retracing=True,
        )

    def reset(self, seed=0):
        """Weights and optimizers as at the beginning, the fresh layers drawn anew."""
        for variable, value in zip(self.model.variables, self.start):
            variable.assign(value)
        for index, layer in enumerate(self.fresh):
            reinitialise(layer, seed=1000 * seed + index)
        for _, _, optimizer in self.groups:
            for variable in optimizer.variables:
                variable.assign(keras.ops.zeros_like(variable))

    def fit(self, inputs, labels, steps=200, warm_up=0, seed=0, progress=True):
        """Train from the start for a number of steps; the rates fall to zero along a cosine.

        Args:
            inputs: float32 or uint8 [n, …], or [n, versions, …] if it has one axis more than the
                model's input: then each visit of a picture takes one of its versions at random.
            labels: int [n].
            steps: gradient steps.
            warm_up: how many of them train only the last group (probe first, then fine-tune).
            seed: of the fresh weights and of the order of the pictures.
        Returns:
            float [steps], the training loss.
        """
        self.reset(seed)
        rng, losses = np.random.default_rng(seed), []
        order = _visits(len(inputs), steps * self.batch, rng).reshape(steps, self.batch)
        versions = inputs.ndim - len(self.model.input_shape)
        for step in tqdm(range(steps), desc="training", leave=False, disable=not progress):
            rows = order[step]
            picks = (rows, rng.integers(inputs.shape[1], size=len(rows))) if versions else (rows,)
            chosen = self.groups[-1:] if step < warm_up else self.groups
            for _, rate, optimizer in chosen:
                optimizer.learning_rate.assign(rate * _cosine(step, steps))
            update = self._update(len(chosen))
            losses.append(update(tf.constant(inputs[picks]), tf.constant(labels[rows], tf.int32)))
        return np.array([float(loss) for loss in losses])

    def predict(self, inputs, batch=64):
        """Probabilities, float32 [n, classes]."""
        parts = [
            self._scores(tf.constant(inputs[i : i + batch])) for i in range(0, len(inputs), batch)
        ]
        return np.concatenate([part.numpy() for part in parts])

    def _update(self, count):
        """The compiled step for the last `count` groups; compiled once, used for every fit."""
        if count not in self._updates:
            self._updates[count] = tf.function(
                self._make_update(self.groups[-count:]), jit_compile=False, reduce_retracing=True
            )
        return self._updates[count]

    def _make_update(self, groups):
        def update(inputs, labels):
            with tf.GradientTape() as tape:
                logits = self.model(inputs, training=self.training)
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
                )
            variables = [v for group, _, _ in groups for v in group]
            gradients = tape.gradient(loss, [v.value for v in variables])
            for group, _, optimizer in groups:
                optimizer.apply(gradients[: len(group)], group)
                gradients = gradients[len(group) :]
            return loss

        return update


class FineTuner(Trainer):
    """A pretrained network whose uppermost blocks learn, with a new head.

    The backbone that is handed in stays as it is: the network is copied.

    Args:
        backbone: backbones.Backbone.
        classes: number of classes.
        blocks: how many of its blocks are trained, from the top; 0 trains the head alone.
        head: "linear" or "article".
        size: pixels that the network sees; None is the backbone's.
        rate: learning rate of the head.
        body_rate: of the unfrozen blocks: lower, because they already know something.
    """

    def __init__(
        self,
        backbone,
        classes,
        blocks=3,
        head="linear",
        size=None,
        rate=1e-3,
        body_rate=1e-4,
        batch=32,
    ):
        self.backbone = copy(backbone)
        self.prepare = backbone.preprocessing(size)
        trained = transfer.unfreeze(self.backbone, blocks)
        network, cut = self.backbone.network, self._cut(blocks)
        self.lower = keras.Model(network.input, cut)
        bottom = keras.Input(cut.shape[1:])
        upper = keras.Model(cut, network.output) if blocks else keras.layers.Identity()
        x = layers.GlobalAveragePooling2D()(upper(bottom, training=False))
        new = transfer.head_layers(classes, head, softmax=False)
        for layer in new:
            x = layer(x)
        body = [variable for layer in trained for variable in layer.trainable_variables]
        super().__init__(
            keras.Model(bottom, x),
            [(body, body_rate), ([v for layer in new for v in layer.trainable_variables], rate)],
            fresh=new,
            batch=batch,
        )
        self._below = tf.function(
            lambda x: self.lower(self.prepare(x), training=False),
            jit_compile=False,
            reduce_retracing=True,
        )

    def _cut(self, blocks):
        """The tensor between what is frozen and what is not."""
        names = self.backbone.blocks
        if blocks == len(names):
            return self.backbone.network.input
        top = names[len(names) - blocks - 1]
        last = [
            layer for layer in self.backbone.network.layers if self.backbone.block_of(layer) == top
        ][-1]
        return last.output

    def below(self, images, batch=16, progress=True):
        """Activations below the unfrozen blocks, computed once for any number of fits.

        Args:
            images: uint8 [n, h, w, 3], or [n, versions, h, w, 3].
        Returns:
            float32 [n, …] or [n, versions, …].
        """
        if np.ndim(images) == 5:
            flat = self.below(images.reshape(-1, *images.shape[2:]), batch, progress)
            return flat.reshape(*images.shape[:2], *flat.shape[1:])
        images = backbones.check_images(images)
        starts = tqdm(
            range(0, len(images), batch), desc="activations", leave=False, disable=not progress
        )
        return np.concatenate(
            [self._below(tf.constant(images[i : i + batch])).numpy() for i in starts]
        )


def copy(backbone):
    """A backbone of its own with equal weights; training it leaves the original alone."""
    network = keras.models.clone_model(backbone.network)
    network.set_weights(backbone.network.get_weights())
    return backbones.Backbone(
        name=backbone.name,
        network=network,
        blocks=backbone.blocks,
        size=backbone.size,
        scaling=backbone.scaling,
        card=backbone.card,
        classifier=backbone.classifier,
        twin=backbone.twin,
    )


def scratch(size, classes, rate=1e-3, batch=32):
    """A small convolutional network with random weights, to be trained from nothing.

    Args:
        size: pixels along a side of its pictures.
    Returns:
        Trainer; its inputs are uint8 [n, size, size, 3].
    """
    pictures = keras.Input((size, size, 3), dtype="uint8")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(pictures)
    for width in (32, 64, 128):
        x = layers.Conv2D(width, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(pictures, layers.Dense(classes)(x), name="scratch")
    return Trainer(model, [(model.trainable_variables, rate)], fresh=model.layers, batch=batch)


def augmented(images, versions, seed=0):
    """Variations of pictures: mirrored, shifted, zoomed, turned a little, on white.

    Args:
        images: uint8 [n, h, w, 3].
        versions: how many of each; the first is the picture itself.
        seed: whole number.
    Returns:
        uint8 [n, versions, h, w, 3].
    """
    white = dict(fill_mode="constant", fill_value=255.0, seed=seed)
    change = keras.Sequential(
        [
            layers.RandomFlip("horizontal", seed=seed),
            layers.RandomTranslation(0.1, 0.1, **white),
            layers.RandomZoom(0.15, **white),
            layers.RandomRotation(0.04, **white),
        ]
    )
    new = [
        np.clip(np.rint(change(images.astype("float32"), training=True)), 0, 255)
        for _ in range(versions - 1)
    ]
    return np.stack([images, *new], axis=1).astype(np.uint8)


def reinitialise(layer, seed):
    """Give a layer new random weights: Glorot's kernels, zeros for biases, ones for scales."""
    for index, variable in enumerate(layer.weights):
        if variable.name == "kernel":
            value = keras.initializers.GlorotUniform(seed=seed + 100 * index)(variable.shape)
        else:
            value = float(variable.name in ("gamma", "moving_variance")) * np.ones(variable.shape)
        variable.assign(value)


def _visits(count, total, rng):
    """Positions to visit: whole passes in random order, one after another."""
    passes = -(-total // count)
    return np.concatenate([rng.permutation(count) for _ in range(passes)])[:total]


def _cosine(step, steps):
    return 0.5 * (1 + np.cos(np.pi * step / steps))
