"""The generator's last layer: a picture painted with a few colours of its own, on white paper.

Pixel art has few colours, and its paper is exactly white. A generator that ends in three channels
has to hit every colour anew at every pixel, and misses by a little everywhere. This layer first
chooses 16 colours for a picture and then only says which of them goes where. While it trains, a
pixel may mix them, so that every colour learns from every pixel; when it draws, it decides more
firmly. What both gained is measured in experiments/RESULTS.md.
"""

import keras
import numpy as np
from keras import layers, ops

from helpers import art

_HIDDEN = 64  # units between what is in the picture and the choice of its colours
_LUMA = (0.299, 0.587, 0.114)  # how much R, G and B count in a colour's brightness (ITU-R BT.601)
_SORTED = 1_000_000  # pixels that `repaint` sorts, at most


@keras.saving.register_keras_serializable("course")
class Palette(layers.Layer):
    """Doubles the side and paints: features [n, s, s, c] -> pictures [n, 2s, 2s, 3] in [-1, 1].

    Two answers are read off the features. A transposed convolution gives each pixel one logit a
    colour; the softmax of the logits, divided by a temperature, says how much of each colour the
    pixel takes. And the features' mean over the picture goes through two small dense layers to the
    colours. Colour 0 is always white. To both a trainable start is added, which `start_at` sets.

    Args:
        colours: how many, white included; 2 or more.
        temperature: of the softmax when drawing (`training=False`), above 0: the lower, the fewer
            colours are mixed in a pixel. In training it is always 1.
        start: whether `start_at` may set the start; False leaves it at zero until it is trained.
        seed: seed of the initial weights; None for random ones.

    Raises:
        ValueError: fewer than 2 colours, or a temperature that is not above 0.
    """

    def __init__(
        self, colours=16, *, temperature=1.0, start=True, seed=None, name="palette", **kwargs
    ):
        super().__init__(
            name=name, **{"dtype": "float32", **kwargs}
        )  # exact pixels in any precision
        if colours < 2:
            raise ValueError(f"a palette holds white and at least one more colour, got {colours}")
        if not temperature > 0:
            raise ValueError(f"a softmax has a temperature above 0, got {temperature}")
        self.colours, self.temperature, self.start, self.seed = colours, temperature, start, seed
        glorot = [keras.initializers.GlorotUniform(seed=s) for s in _seeds(seed)]
        self.where = layers.Conv2DTranspose(
            colours, 4, strides=2, padding="same", kernel_initializer=glorot[0], name="where"
        )
        self.hidden = layers.Dense(_HIDDEN, "relu", kernel_initializer=glorot[1], name="hidden")
        self.which = layers.Dense(3 * colours, kernel_initializer=glorot[2], name="which")

    def build(self, shape):
        self.where.build(shape)
        self.hidden.build((shape[0], shape[-1]))
        self.which.build((shape[0], _HIDDEN))
        side = tuple(2 * length for length in shape[1:3])
        self.where_start = self.add_weight(
            shape=(*side, self.colours), initializer="zeros", name="where_start"
        )
        self.which_start = self.add_weight(
            shape=(self.colours, 3), initializer="zeros", name="which_start"
        )

    def call(self, features, training=False):
        shares, colours = self.shares(features, training), self.chosen(features)
        count, height, width, _ = ops.shape(shares)
        rows = ops.reshape(shares, (-1, height * width, self.colours))
        return ops.reshape(ops.matmul(rows, colours), (-1, height, width, 3))

    def shares(self, features, training=False):
        """How much of each colour every pixel takes: float32 [n, 2s, 2s, colours], sums of 1."""
        logits = ops.cast(self.where(features), "float32") + self.where_start
        return ops.softmax(logits if training else logits / self.temperature)

    def chosen(self, features):
        """The colours of each picture: float32 [n, colours, 3] in [-1, 1], the first one white."""
        answer = self.which(self.hidden(ops.mean(features, axis=(1, 2))))
        answer = ops.reshape(ops.cast(answer, "float32"), (-1, self.colours, 3))
        colours = ops.tanh(answer + self.which_start)
        return ops.concatenate([ops.ones_like(colours[:, :1]), colours[:, 1:]], axis=1)

    def compute_output_shape(self, shape):
        return (shape[0], 2 * shape[1], 2 * shape[2], 3)

    def start_at(self, images):
        """Starts with the paper where it mostly is, and with colours drawn from the pictures.

        Does nothing once something has been learnt, and nothing with `start=False`.

        Args:
            images: uint8 [m, 2s, 2s, 3], the training pictures.
        """
        if not self.start or np.any(self.which_start.numpy()):
            return
        paper = (images == 255).all(axis=-1)
        share = (paper.mean(axis=0) + 0.01) / 1.02
        where = np.zeros(self.where_start.shape)
        where[..., 0] = np.log(share / (1 - share) * (self.colours - 1))  # softmax gives it back
        self.where_start.assign(where)
        self.which_start.assign(np.arctanh(_drawn(images[~paper], self.colours)))

    def get_config(self):
        own = {name: getattr(self, name) for name in ("colours", "temperature", "start", "seed")}
        return {**super().get_config(), **own}


def repaint(generator, images, latents):
    """Gives a generator the colours of other pictures and keeps its drawing; nothing is trained.

    Its colours are sorted from dark to light, and so are the pixels of the pictures. The colour that
    covers the darkest 8 %, say, of all that the generator paints becomes the median of the pictures'
    darkest 8 %, and so on: histogram matching, colour by colour. Each picture then has the same
    colours, until training tells them apart again. White, colour 0, stays.

    Args:
        generator: network that ends in a `Palette`; changed in place (`blending.copy` keeps the old).
        images: uint8 [m, height, width, 3], of any size.
        latents: float [n, latent_dim] to see on what the colours are used for; 100 are plenty.

    Raises:
        ValueError: the generator has no palette, or there are no images.
    """
    palette = generator.layers[-1]
    if not isinstance(palette, Palette):
        raise ValueError(
            f"{generator.name} paints every pixel freely: only a palette can be repainted"
        )
    if not len(images):
        raise ValueError("no pictures to take colours from: the array is empty")
    features = keras.Model(generator.inputs[0], palette.input)(latents)
    shares, chosen = np.array(palette.shares(features)), np.array(palette.chosen(features))
    covered = shares.sum(axis=(1, 2)) + 1e-9  # pixels of each colour in each picture
    old = np.einsum("nk,nkc->kc", covered, chosen) / covered.sum(axis=0)[:, None]
    order = np.argsort(old @ _LUMA)
    colours = np.empty_like(old)
    colours[order] = _medians(images.reshape(-1, 3), covered.sum(axis=0)[order])
    palette.which.kernel.assign(ops.zeros_like(palette.which.kernel))
    palette.which.bias.assign(ops.zeros_like(palette.which.bias))
    palette.which_start.assign(np.arctanh(np.clip(colours, -0.98, 0.98)))


def _medians(pixels, parts):
    """Pixels sorted from dark to light, cut into parts of these sizes: the parts' medians in [-1, 1], [k, 3]."""
    pixels = art.to_float(pixels[:: -(-len(pixels) // _SORTED)])
    pixels = pixels[np.argsort(pixels @ _LUMA, kind="stable")]
    ends = (np.cumsum(parts) / np.sum(parts) * len(pixels)).astype(int)
    starts = np.minimum(np.append(0, ends[:-1]), len(pixels) - 1)
    return np.array([np.median(pixels[a : max(a + 1, b)], axis=0) for a, b in zip(starts, ends)])


def _drawn(pixels, count):
    """White, and colours of random pixels: float [count, 3], kept off the tanh's flat ends."""
    drawn = np.full((count, 3), 255, np.uint8)
    if len(pixels):
        drawn[1:] = pixels[np.random.default_rng(0).integers(len(pixels), size=count - 1)]
    return np.clip(art.to_float(drawn), -0.98, 0.98)


def _seeds(seed):
    return [None if seed is None else seed + index for index in range(3)]
