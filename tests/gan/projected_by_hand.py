"""The projected discriminator by hand, cell by cell, as a page shows it; test_projected.py runs it.

What it makes is held there against `gan.make(32, discriminator="projected")`.
"""
# ruff: noqa: E402

# %% The frozen maps: what the network of lesson 01 makes of a picture, low down.
from helpers.transfer import backbones

backbone = backbones.load("efficientnet_lite0")
look = backbone.maps(["block03", "block05"])


def frozen_maps(pictures):  # in [-1, 1]; the network was trained on (0…255 - 127) / 128
    return look((127.5 * pictures + 0.5) / 128, training=False)


# %% The random mixing: drawn once from a seed, never trained.
import tensorflow as tf


def mix(maps, channels=64, seed=0):
    mixed = []
    for index, one in enumerate(maps):
        shape = (1, 1, one.shape[-1], channels)
        kernel = tf.random.stateless_normal(shape, [seed, index], alg="philox")
        mixed.append(tf.nn.conv2d(one, kernel * (2 / shape[2]) ** 0.5, 1, "SAME"))
    return mixed


# %% The heads: all that learns. Each comes down to 4 × 4 and gives one logit.
import keras
from keras import layers

from helpers.gan.projected import SpectralConv2D


def head(side, channels, widths):
    stack = [keras.Input((side, side, channels))]
    for width in widths:
        kernel, stride = (4, 2) if side > 4 else (3, 1)
        learnt = SpectralConv2D(width, kernel, stride)
        stack += [learnt, layers.LeakyReLU(negative_slope=0.2)]
        side //= stride
    logit = SpectralConv2D(1, 4, padding="valid")
    return keras.Sequential([*stack, logit, layers.Flatten()])


heads = [head(8, 64, [64]), head(4, 64, [64]), head(32, 3, [16, 32, 64])]


# %% Three logits for a picture, the last from the pixels themselves; the hinge loss is over all of them.
def discriminator(pictures):
    seen = [*mix(frozen_maps(pictures)), pictures]
    return tf.concat([head(one) for head, one in zip(heads, seen)], axis=1)


def discriminator_loss(real, fake):
    too_low = tf.nn.relu(1 - discriminator(real))  # above 1 it is real enough
    too_high = tf.nn.relu(1 + discriminator(fake))
    return tf.reduce_mean(too_low) + tf.reduce_mean(too_high)


def generator_loss(fake):
    return -tf.reduce_mean(discriminator(fake))


# %% Held against the helper: the same weights in the heads, the same pictures.
from helpers import gan

model = gan.make(32, discriminator="projected")
weights = {w.path: w for w in model.discriminator.weights}
for name, own in zip(("block03", "block05", "pixels"), heads):
    own.set_weights([w for path, w in weights.items() if path.startswith(name)])
pictures = tf.random.stateless_uniform([8, 32, 32, 3], [0, 0], -1, 1)
difference = discriminator(pictures) - model.discriminator(pictures)
print(f"largest difference: {abs(difference.numpy()).max():.1e}")
