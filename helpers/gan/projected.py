"""A discriminator that looks through a frozen network: transfer learning inside the GAN.

The pictures go through the low blocks of lesson 01's backbone, which stay as ImageNet left them. A
fixed random mixing of each map's channels keeps D from resting on the few that are easiest. Small
heads, one a map and one on the pixels themselves, are all that learns; each gives a logit of its own.
The default form is what did best in experiments/projected.py, at equal time.

    model = gan.make(32, discriminator="projected")
    model = gan.make(32, discriminator=projected.Form(pixels=0))    # without the branch on single pixels

Papers: Sauer et al., Projected GANs converge faster, arXiv 2111.01007; Kumari et al., Ensembling
off-the-shelf models for GAN training, 2112.09130; Miyato et al., Spectral normalization, 1802.05957.
"""

import dataclasses
import functools
import math
import numbers
import reprlib

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from helpers.transfer import backbones, efficientnet_lite

SIZES = (8, 16, 32, 64, 128)
SCALES = (0.25, 0.5, 1, 2, 4)
CHANNELS = (1, 256)
MOST_LOOKS = 8
_SIDE = 4  # every head's last map has this side
_WIDEST = 4  # the pixel branch grows to so many times its width, as the plain discriminator does
_LARGEST_SEED = 2**31 - 1
_SQUARINGS = 5  # 2⁵ = 32 power iterations


@dataclasses.dataclass(frozen=True)
class Form:
    """How a projected discriminator is built.

    Args:
        looks: for each map (block, scale, channels): a block of the backbone, by what the picture is
            enlarged (2, 4: every pixel becomes a square) or averaged down (0.5, 0.25) before, and
            how many channels the random mixing makes of the block's.
        pixels: width of a branch that sees the picture itself; 0 for none.
        cross_scale: whether the random mixing also goes from deep maps to shallow ones.
        mixing_seed: seed of the random mixing; None takes the discriminator's.

    Raises:
        ValueError: an unknown block or scale, or a number out of range.
    """

    looks: tuple = (("block03", 1, 64), ("block05", 1, 64))
    pixels: int = 16
    cross_scale: bool = False
    mixing_seed: int | None = None

    def __post_init__(self):
        object.__setattr__(self, "looks", _checked_looks(self.looks))
        if not isinstance(self.cross_scale, bool):
            raise ValueError(
                f"cross_scale takes True or False, got {reprlib.repr(self.cross_scale)}"
            )
        _check_whole("pixels", self.pixels, 0, CHANNELS[1])
        if self.mixing_seed is not None:
            _check_whole("mixing_seed", self.mixing_seed, 0, _LARGEST_SEED)
        if not self.looks and not self.pixels:
            raise ValueError("a discriminator needs something to look at: looks, or pixels above 0")
        if self.cross_scale and len({channels for *_, channels in self.looks}) > 1:
            raise ValueError(
                "mixing across scales adds maps up, so they need the same number of channels"
            )


def discriminator(size=32, form=None, *, seed=0, maps=None):
    """The projected discriminator: frozen maps, random mixing, a head on each, one logit a head.

    Args:
        size: side of the pictures in pixels: 8, 16, 32, 64 or 128; the default form needs 32.
        form: Form; None for the default one. A dictionary of its entries does, too.
        seed: seed of the heads' initial weights, and of the mixing where the form names none.
        maps: what gives the maps instead of the frozen backbone: a Keras layer or model, pictures
            float32 [n, size, size, 3] in [-1, 1] -> list of maps, one for each of the form's looks. Such
            a discriminator has no spec: a file cannot say how to build it again.

    Returns:
        keras.Model, float32 [n, size, size, 3] in [-1, 1] -> float32 logits [n, k], high for real.
        `.spec` is what `networks.build` makes an untrained copy of.

    Raises:
        ValueError: another size, or a form that does not fit it.
    """
    form = form_of(form)
    if form.mixing_seed is None:
        form = dataclasses.replace(form, mixing_seed=seed)
    check(size, form)
    starts = iter(range((seed + 1) * 1000, (seed + 2) * 1000))
    picture = keras.Input((size, size, 3), name="picture")
    logits = []
    if form.looks:
        found = (maps or FrozenMaps([look[:2] for look in form.looks], name="maps"))(picture)
        channels = [look[2] for look in form.looks]
        mixing = RandomMixing(channels, form.mixing_seed, form.cross_scale, name="mixing")
        for look, mixed in zip(_names(form.looks), mixing(list(found))):
            logits.append(_head(mixed, [mixed.shape[-1]] * 9, starts, name=look))
    if form.pixels:
        widths = [form.pixels * min(2**level, _WIDEST) for level in range(9)]
        logits.append(_head(picture, widths, starts, name="pixels"))
    if len(logits) > 1:
        logits = [layers.Concatenate(dtype="float32", name="logits")(logits)]
    network = keras.Model(picture, logits[0], name="discriminator")
    if maps is None or not form.looks:
        network.spec = {
            "network": "projected_discriminator",
            "size": size,
            "form": {**dataclasses.asdict(form), "looks": [list(look) for look in form.looks]},
        }
    return network


def form_of(form):
    """A Form from None, from a Form, or from a dictionary of its entries as a file holds it.

    Raises:
        ValueError: it is none of them, or has an entry that a Form has not.
    """
    if form is None:
        return Form()
    if isinstance(form, Form):
        return form
    known = [field.name for field in dataclasses.fields(Form)]
    if not isinstance(form, dict):
        raise ValueError(f"a form is a projected.Form, got {reprlib.repr(form)}")
    if odd := sorted(set(form) - set(known), key=str):
        raise ValueError(f"a form has no entry {reprlib.repr(odd[0])}; any of: {', '.join(known)}")
    return Form(**form)


def check(size=32, form=None):
    """Holds a form against a picture's size.

    Raises:
        ValueError: another size than SIZES, or a map that no head can halve down to 4 px.
    """
    if isinstance(size, bool) or size not in SIZES:
        told = ", ".join(map(str, SIZES))
        raise ValueError(f"size {reprlib.repr(size)} does not fit: use one of {told} pixels")
    for block, scale, _ in form_of(form).looks:
        stride = _blocks()[block][0]
        side = size * scale / stride
        if side < _SIDE:
            raise ValueError(
                f"{block} makes {side:g} px of a picture of {size} px at scale {scale:g}, and a head "
                f"needs {_SIDE} or more: take pictures of {_SIDE * stride / scale:g} px or more, a "
                "lower block, or a larger scale"
            )


# What is frozen ----------------------------------------------------------------------------------


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
            stride, channels = _blocks()[block]
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


# What learns -------------------------------------------------------------------------------------


@keras.saving.register_keras_serializable("course")
class SpectralConv2D(layers.Layer):
    """A convolution whose kernel is divided by its largest singular value: its spectral norm is 1.

    The kernel counts as a matrix [height · width · channels in, filters]. The singular vector is
    found anew each time, by power iteration with no memory: nothing but the kernel and the bias is
    state, and devices that share a step agree.

    Args:
        filters: channels out.
        kernel_size: side of the kernel.
        strides: step of the kernel.
        padding: "same" or "valid".
        seed: seed of the initial kernel.

    Paper: Miyato et al., Spectral normalization for GANs, arXiv 1802.05957.
    """

    def __init__(self, filters, kernel_size, strides=1, padding="same", seed=None, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides = filters, kernel_size, strides
        self.padding, self.seed = padding, seed

    def build(self, shape):
        self.kernel = self.add_weight(
            shape=(self.kernel_size, self.kernel_size, shape[-1], self.filters),
            initializer=keras.initializers.HeNormal(seed=self.seed),
            autocast=False,  # its norm is taken in float32, also under mixed precision
            name="kernel",
        )
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, maps):
        kernel = self.kernel / spectral_norm(ops.convert_to_tensor(self.kernel))
        kernel = ops.cast(kernel, self.compute_dtype)
        return ops.conv(maps, kernel, self.strides, self.padding) + self.bias

    def compute_output_shape(self, shape):
        missing = self.kernel_size - 1 if self.padding == "valid" else 0
        sides = [-(-(side - missing) // self.strides) for side in shape[1:3]]
        return (shape[0], *sides, self.filters)

    def get_config(self):
        own = ("filters", "kernel_size", "strides", "padding", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def spectral_norm(kernel):
    """The largest singular value of a kernel as a matrix [inputs, filters], 32 power iterations near.

    Args:
        kernel: float32 [..., filters].

    Returns:
        Scalar, never above the true value.
    """
    matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
    if matrix.shape[1] == 1:
        return tf.norm(matrix)
    power = tf.stop_gradient(tf.matmul(matrix, matrix, transpose_a=True))
    for _ in range(_SQUARINGS):
        power = power / tf.linalg.trace(power)  # its eigenvalues sum to 1: no overflow
        power = tf.matmul(power, power)
    vector = tf.reduce_sum(power, axis=1, keepdims=True)
    return tf.norm(tf.matmul(matrix, vector / tf.norm(vector)))


def _head(maps, widths, starts, *, name):
    """Strided convolutions down to 4 px, at least one convolution, then one logit that sees them all."""
    if maps.shape[1] == _SIDE:  # else this head were linear in its map, and scores far worse
        same = SpectralConv2D(widths[0], 3, seed=next(starts), name=f"{name}_same")
        maps = layers.LeakyReLU(negative_slope=0.2, name=f"{name}_leaky")(same(maps))
    for level in range(int(math.log2(maps.shape[1] // _SIDE))):
        down = SpectralConv2D(
            widths[level], 4, strides=2, seed=next(starts), name=f"{name}_down{level}"
        )
        maps = layers.LeakyReLU(negative_slope=0.2, name=f"{name}_leaky{level}")(down(maps))
    logit = SpectralConv2D(
        1, _SIDE, padding="valid", seed=next(starts), dtype="float32", name=f"{name}_logit"
    )
    return layers.Flatten(dtype="float32", name=f"{name}_flat")(logit(maps))


# Checks ------------------------------------------------------------------------------------------


def _blocks():
    """Of each block: how many pixels of a picture one of its map stands for, and its channels."""
    found, stride = {}, 2
    for name, _, step, _, channels in efficientnet_lite.block_arguments():
        stride *= step
        found[name] = (stride, channels)
    return found


def _names(looks):
    """A name for the head of each look, such as block01 or block01_at_2."""
    return [
        block if scale == 1 else f"{block}_at_{scale:g}".replace(".", "_")
        for block, scale, _ in looks
    ]


def _checked_looks(looks):
    if not isinstance(looks, (list, tuple)) or len(looks) > MOST_LOOKS:
        raise ValueError(
            f"looks lists up to {MOST_LOOKS} maps, (block, scale, channels) each, got {reprlib.repr(looks)}"
        )
    found = []
    for look in looks:
        if not isinstance(look, (list, tuple)) or len(look) != 3:
            raise ValueError(f"a look is (block, scale, channels), got {reprlib.repr(look)}")
        block, scale, channels = look
        if block not in list(_blocks()):
            known = ", ".join(_blocks())
            raise ValueError(f"unknown block {reprlib.repr(block)}; any of: {known}")
        if isinstance(scale, bool) or scale not in SCALES:
            told = ", ".join(f"{one:g}" for one in SCALES)
            raise ValueError(f"scale is one of {told}, got {reprlib.repr(scale)}")
        _check_whole("channels", channels, *CHANNELS)
        found.append((block, scale, channels))
    if len({look[:2] for look in found}) < len(found):
        raise ValueError("looks names one block twice at the same scale")
    return tuple(found)


def _check_whole(name, value, low, high):
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not (whole and low <= value <= high):
        raise ValueError(
            f"{name} is a whole number from {low} to {high}, got {reprlib.repr(value)}"
        )
