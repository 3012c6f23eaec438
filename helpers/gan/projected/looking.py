"""What does not learn in a projected discriminator: the frozen network's maps, the random mixing."""

import functools
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from helpers.gan.projected import forms
from helpers.transfer import backbones


@keras.saving.register_keras_serializable("course")
class FrozenMaps(layers.Layer):
    """Pictures [n, s, s, 3] in [-1, 1] -> maps of a frozen ImageNet network, float32, one a look.

    The network's weights are constants of this layer, not weights of it: nothing trains them, no
    optimizer counts them, and no file of a GAN holds them; they are data/weights'.

    Args:
        looks: (block, scale) of each map, as in `Form`.
    """

    def __init__(self, looks, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.looks = [tuple(look) for look in looks]
        for scale in self.scales():
            _frozen(self.blocks(scale))  # now: within a call its variables would get other names

    def scales(self):
        """The scales that pictures are looked at."""
        return sorted({scale for _, scale in self.looks})

    def blocks(self, scale):
        """The blocks that look at pictures at this scale, bottom to top."""
        return tuple(sorted(block for block, other in self.looks if other == scale))

    def call(self, pictures):
        found = {}
        for scale in self.scales():
            blocks = self.blocks(scale)
            network, values = _frozen(blocks)
            prepared = (127.5 * scaled(pictures, scale) + 0.5) / 128  # backbones' 0–255 - 127
            maps, _ = network.stateless_call(values, [], prepared, training=False)
            found |= {(block, scale): one for block, one in zip(blocks, tf.nest.flatten(maps))}
        return [found[look] for look in self.looks]

    def compute_output_shape(self, shape):
        found = []
        for block, scale in self.looks:
            stride, channels = forms.blocks()[block]
            side = int(shape[1] * scale / stride)
            found.append((shape[0], side, side, channels))
        return found

    def get_config(self):
        return {**super().get_config(), "looks": self.looks}


def scaled(pictures, scale):
    """Pictures enlarged (every pixel becomes a square) or averaged down (every square a pixel).

    Args:
        pictures: float [n, s, s, 3].
        scale: 2, 4, …; or 0.5, 0.25, …; 1 changes nothing.
    """
    if scale > 1:
        return ops.repeat(ops.repeat(pictures, int(scale), axis=1), int(scale), axis=2)
    if scale < 1:
        return ops.average_pool(pictures, int(1 / scale), padding="valid")
    return pictures


@functools.cache
def _frozen(blocks):
    """(network, its weights as numpy arrays): scaled pictures -> list with each block's map."""
    with backbones.float32():
        network = _backbone().maps(blocks)
    return network, [variable.numpy() for variable in network.trainable_variables]


@functools.cache
def _backbone():
    return backbones.load("efficientnet_lite0")


@keras.saving.register_keras_serializable("course")
class RandomMixing(layers.Layer):
    """Mixes the channels of maps by convolutions that are drawn once, from a seed, and never learn.

    Each map goes through a random 1×1 convolution. Across scales each is then added to the mixed map
    below it in size, enlarged, and goes through a random 3×3 convolution. All are drawn from N(0, 2/n),
    n the number of inputs (He).

    Args:
        channels: of each map's mixture.
        seed: the same seed gives the same mixing on every machine.
        cross_scale: whether maps are mixed with one another.
    """

    def __init__(self, channels, seed, cross_scale=False, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.channels, self.seed, self.cross_scale = list(channels), seed, cross_scale

    def build(self, shapes):
        self.within = [
            self.draw((1, 1, shape[-1], count), index)
            for index, (shape, count) in enumerate(zip(shapes, self.channels))
        ]
        self.across = []
        if self.cross_scale:
            self.across = [
                self.draw((3, 3, count, count), 100 + index)
                for index, count in enumerate(self.channels)
            ]

    def draw(self, shape, index):
        """The kernel of one convolution: float32 array of this shape."""
        normal = tf.random.stateless_normal(shape, [self.seed, index], alg="philox")
        return normal.numpy() * math.sqrt(2 / np.prod(shape[:3]))

    def call(self, maps):
        mixed = [ops.conv(one, kernel) for one, kernel in zip(maps, self.within)]
        if not self.cross_scale:
            return mixed
        order = sorted(range(len(mixed)), key=lambda index: mixed[index].shape[1])
        below = None
        for index in order:  # from the smallest map, which has seen most of the picture, upwards
            if below is not None:
                mixed[index] += _enlarged(below, mixed[index].shape[1])
            mixed[index] = below = ops.conv(mixed[index], self.across[index], padding="same")
        return mixed

    def compute_output_shape(self, shapes):
        return [(*shape[:3], count) for shape, count in zip(shapes, self.channels)]

    def get_config(self):
        own = {"channels": self.channels, "seed": self.seed, "cross_scale": self.cross_scale}
        return {**super().get_config(), **own}


def _enlarged(maps, side):
    if maps.shape[1] == side:
        return maps
    return ops.image.resize(maps, (side, side), interpolation="bilinear")
