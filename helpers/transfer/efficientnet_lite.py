"""EfficientNet-Lite0 in Keras: a small ImageNet network without its classifier.

Lite0 is EfficientNet-B0 (Tan & Le 2019, arXiv 1905.11946) without squeeze-and-excitation and with
ReLU6, so that it runs well on small machines.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

# Each stage: repeats, kernel, stride of its first block, expansion, channels out.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
BLOCKS = ("stem", *(f"block{i:02d}" for i in range(1, 17)), "top")
EPSILON = 1e-3  # of batch normalization, as it was trained


def build(batch_norm=True):
    """The network, with random weights.

    Args:
        batch_norm: False builds the twin for inference, whose convolutions carry a bias instead;
            `fold` fills it.
    Returns:
        keras.Model, float32 [n, h, w, 3] (scaled) → [n, h/32, w/32, 1280].
    """
    inputs = keras.Input((None, None, 3))
    stem = layers.Conv2D(32, 3, 2, "same", use_bias=not batch_norm, name="stem_conv")
    x = unit(inputs, stem, "stem", batch_norm)
    for name, kernel, stride, expansion, channels in block_arguments():
        x = block(x, name, kernel, stride, expansion, channels, batch_norm)
    top = layers.Conv2D(1280, 1, use_bias=not batch_norm, name="top_conv")
    return keras.Model(inputs, unit(x, top, "top", batch_norm), name="efficientnet_lite0")


def block_arguments():
    """(name, kernel, stride, expansion, channels) of the 16 blocks, bottom to top."""
    rows = []
    for repeats, kernel, stride, expansion, channels in STAGES:
        for repeat in range(repeats):
            name = BLOCKS[len(rows) + 1]
            rows.append((name, kernel, stride if repeat == 0 else 1, expansion, channels))
    return rows


def block(x, name, kernel, stride, expansion, channels, batch_norm):
    """Inverted bottleneck: widen, filter each channel by itself, narrow, add the input."""
    bias, inputs, width = not batch_norm, x, x.shape[-1]
    if expansion > 1:
        widen = layers.Conv2D(width * expansion, 1, use_bias=bias, name=f"{name}_expand")
        x = unit(x, widen, f"{name}_expand", batch_norm)
    depthwise = layers.DepthwiseConv2D(
        kernel, stride, "same", use_bias=bias, name=f"{name}_depthwise"
    )
    x = unit(x, depthwise, f"{name}_depthwise", batch_norm)
    narrow = layers.Conv2D(channels, 1, use_bias=bias, name=f"{name}_project")
    x = unit(x, narrow, f"{name}_project", batch_norm, relu=False)
    if stride == 1 and width == channels:
        x = layers.Add(name=f"{name}_add")([x, inputs])
    return x


def unit(x, convolution, name, batch_norm, relu=True):
    """A convolution, its normalization, its activation."""
    x = convolution(x)
    if batch_norm:
        x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x) if relu else x


def fold(network, twin):
    """Put the weights of `network` into its twin without batch normalization.

    At inference a normalization only scales and shifts each channel, and so can be part of the
    convolution before it: the same numbers come out in about 2/3 of the time.
    """
    for layer in twin.layers:
        if not layer.weights:
            continue
        name = "stem_bn" if layer.name == "stem_conv" else f"{layer.name}_bn"
        name = "top_bn" if layer.name == "top_conv" else name
        norm = network.get_layer(name)
        gamma, beta, mean, variance = (np.asarray(v) for v in norm.get_weights())
        scale = gamma / np.sqrt(variance + norm.epsilon)
        (kernel,) = network.get_layer(layer.name).get_weights()
        shape = (-1, 1) if "depthwise" in layer.name else (-1,)
        layer.set_weights([kernel * scale.reshape(shape), beta - mean * scale])
