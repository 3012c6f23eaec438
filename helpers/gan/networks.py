"""Generators and discriminators: the course's own, sized for a CPU, and the source article's.

Every network here is a `keras.Sequential` with named layers and a `.spec`, a small dictionary that
`build` turns back into an untrained copy; a checkpoint stores the spec, never code.
"""

import inspect
import math
import numbers
import reprlib

import keras
import numpy as np
from keras import layers

from helpers import art
from helpers.gan import projected
from helpers.gan.palette import Palette

# The tunable defaults of the course's networks, in one place.
DEFAULTS = {
    "latent_dim": 100, "generator_width": 32, "discriminator_width": 32, "palette": 16,
    "temperature": 0.5,
}  # fmt: skip

# What a network may be: more than the course uses, and no more than a laptop holds, whoever wrote the
# file that asks for it.
KINDS = ("pixels", "projected")
SIZES = (8, 16, 32, 64, 128)
LIMITS = {"width": (1, 128), "latent_dim": (1, 512), "palette": (0, 64)}

_STARTING_SIDE = 4
_WIDEST = 4  # the widest layer has this many times `width` channels, at any picture size


def generator(
    size=32, *, width=None, latent_dim=None, palette=None, temperature=None, start=True, seed=0
):
    """The course's generator: Dense to 4×4, transposed convolutions that double the side, a palette.

    Args:
        size: side of the pictures in pixels: 8, 16, 32, 64 or 128.
        width: channels of the last hidden layer; deeper layers have two and four times as many.
        latent_dim: length of the noise vector z ~ N(0, I).
        palette: colours of one picture, see `Palette`; 0 paints every pixel freely, for art without
            flat colours: three channels, a canvas, a tanh.
        temperature: how firmly a pixel decides for a colour when it is drawn, see `Palette`.
        start: whether a training may begin at what its pictures have in common: their paper and
            colours with a palette, their mean without. False takes nothing from them beforehand;
            without a palette there is then no canvas.
        seed: seed of the initial weights.

    Returns:
        keras.Sequential, [n, latent_dim] -> float32 [n, size, size, 3] in [-1, 1].

    Raises:
        ValueError: another size, a number outside LIMITS, a palette of 1 colour, a temperature
            that is not above 0, or a start that is neither True nor False.

    Paper: Radford et al., DCGAN, arXiv 1511.06434.
    """
    width = DEFAULTS["generator_width"] if width is None else width
    latent_dim = DEFAULTS["latent_dim"] if latent_dim is None else latent_dim
    palette = DEFAULTS["palette"] if palette is None else palette
    temperature = DEFAULTS["temperature"] if temperature is None else temperature
    spec = {"size": size, "width": width, "latent_dim": latent_dim, "palette": palette}
    _check(**spec, temperature=temperature, start=start)
    widths = [_channels(width, level) for level in reversed(range(_levels(size)))]
    kernels = initializers(seed)
    stack = [
        keras.Input((latent_dim,), name="noise"),
        layers.Dense(_STARTING_SIDE**2 * widths[0], kernel_initializer=next(kernels), name="dense"),
        layers.Reshape((_STARTING_SIDE, _STARTING_SIDE, widths[0]), name="reshape"),
        layers.ReLU(name="relu"),
        batch_norm("norm"),
    ]
    for index, channels in enumerate(widths[1:], start=1):
        stack += [
            _up(channels, next(kernels), name=f"up{index}"),
            layers.ReLU(name=f"relu{index}"),
            batch_norm(f"norm{index}"),
        ]
    if palette:
        stack += [Palette(palette, temperature=temperature, start=start, seed=seed * 1000 + 500)]
    else:
        canvas = [Canvas(name="canvas")] if start else []
        stack += [_up(3, next(kernels), name="to_rgb"), *canvas, tanh("pixels")]
    spec = {"network": "generator", **spec} | ({"temperature": temperature} if palette else {})
    spec |= {} if start else {"start": False}  # not named where it is as it always was
    return _with_spec(keras.Sequential(stack, name="generator"), spec)


@keras.saving.register_keras_serializable("course")
class Canvas(layers.Layer):
    """Adds one trainable picture to every picture, just before the tanh.

    `GAN.prepare` starts it so that an untrained generator draws the mean training picture: G need
    not spend its first steps on painting the paper white.
    """

    def build(self, shape):
        self.map = self.add_weight(shape=shape[1:], initializer="zeros", name="map")

    def call(self, pictures):
        return pictures + self.map

    def start_at(self, images):
        """Starts at the pictures' mean, unless something has been learnt already.

        Args:
            images: uint8 [m, size, size, 3], the training pictures.
        """
        if not np.any(self.map.numpy()):
            mean = art.to_float(images).mean(axis=0, dtype=float)
            self.map.assign(np.arctanh(np.clip(mean, -0.98, 0.98)))


def discriminator(size=32, *, width=None, seed=0):
    """The course's discriminator: strided convolutions, no normalisation, one logit.

    Without batch norm a picture's logit does not depend on its neighbours in the batch.

    Args:
        size: side of the pictures in pixels: 8, 16, 32, 64 or 128.
        width: channels of the first layer; deeper layers have two and four times as many.
        seed: seed of the initial weights.

    Returns:
        keras.Sequential, float32 [n, size, size, 3] in [-1, 1] -> logits [n, 1], high for real.

    Raises:
        ValueError: another size, or a width outside LIMITS.
    """
    width = DEFAULTS["discriminator_width"] if width is None else width
    _check(size=size, width=width)
    start = initializers(seed + 1)
    stack = [keras.Input((size, size, 3), name="picture")]
    for level in range(_levels(size)):
        stack += [
            _down(_channels(width, level), next(start), name=f"down{level}"),
            layers.LeakyReLU(negative_slope=0.2, name=f"leaky{level}"),
        ]
    stack += [layers.Flatten(name="flatten"), _logit(next(start))]
    return _with_spec(
        keras.Sequential(stack, name="discriminator"),
        {"network": "discriminator", "size": size, "width": width},
    )


def discriminator_of(kind, size=32, *, width=None, seed=0):
    """The discriminator that somebody asks for by name.

    Args:
        kind: "pixels", "projected", or a `projected.Form`.
        size, width, seed: as for `discriminator`; a projected one takes no width.

    Returns:
        keras.Model, float32 [n, size, size, 3] in [-1, 1] -> logits [n, k], high for real.

    Raises:
        ValueError: another kind, or what the discriminator raises.
    """
    if isinstance(kind, projected.Form):
        return projected.discriminator(size, kind, seed=seed)
    if kind not in KINDS:
        raise ValueError(
            f"unknown discriminator {reprlib.repr(kind)}; {' or '.join(map(repr, KINDS))}, "
            "or a projected.Form"
        )
    if kind == "projected":
        return projected.discriminator(size, seed=seed)
    return discriminator(size, width=width, seed=seed)


def kind_of(network):
    """What a discriminator is called: "pixels", "projected", another network's name, or "own"."""
    name = (getattr(network, "spec", None) or {}).get("network", "own")
    return {"discriminator": "pixels", "projected_discriminator": "projected"}.get(name, name)


def check_discriminator(network):
    """Holds a discriminator of anybody's making against what a GAN needs of it.

    Raises:
        ValueError: its shapes are not known, or its logits are not [n, k].
    """
    seen, judged = (getattr(network, f"{side}_shape", None) for side in ("input", "output"))
    if not isinstance(seen, tuple):
        raise ValueError(
            "the discriminator's shapes are not known: make it a keras.Sequential with an Input, or "
            "a functional keras.Model"
        )
    if not isinstance(judged, tuple) or len(judged) != 2:
        raise ValueError(
            f"the discriminator's logits must be [n, k], one or several for a picture, got "
            f"{reprlib.repr(judged)}: end it with Flatten, and Concatenate where there are several"
        )


def article_generator(*, seed=0):
    """The source article's generator, with the one change that lets it be built at all.

    Its `Dense(256)` cannot fill `Reshape((4, 4, 256))`; 4·4·256 units can.

    Args:
        seed: seed of the initial weights.

    Returns:
        keras.Sequential, [n, 100] -> float32 [n, 32, 32, 3] in [-1, 1].
    """
    start = initializers(seed)
    stack = [
        keras.Input((100,), name="noise"),
        layers.Dense(4 * 4 * 256, activation="relu", kernel_initializer=next(start), name="dense"),
        layers.BatchNormalization(name="norm"),
        layers.Reshape((4, 4, 256), name="reshape"),
    ]
    for index, channels in enumerate((128, 64), start=1):
        stack += [
            layers.UpSampling2D(name=f"up{index}"),
            _same(channels, next(start), activation="relu", name=f"conv{index}"),
            layers.BatchNormalization(name=f"norm{index}"),
        ]
    stack += [
        layers.UpSampling2D(name="up3"),
        _same(3, next(start), name="to_rgb"),
        tanh("pixels"),
    ]
    return _with_spec(keras.Sequential(stack, name="generator"), {"network": "article_generator"})


def article_discriminator(*, seed=0):
    """The source article's discriminator, mended just enough to see colour pictures of 32×32.

    The printed one flattens 28×28 grey pixels into a Dense layer. Here the same two convolutions
    look at the picture itself, with stride 2; batch norm stays as printed; the output is a logit.

    Args:
        seed: seed of the initial weights.

    Returns:
        keras.Sequential, float32 [n, 32, 32, 3] in [-1, 1] -> logits [n, 1].
    """
    start = initializers(seed + 1)
    stack = [keras.Input((32, 32, 3), name="picture")]
    for index, channels in enumerate((128, 64)):
        stack += [
            _same(channels, next(start), strides=2, activation="relu", name=f"conv{index}"),
            layers.BatchNormalization(name=f"norm{index}"),
        ]
    stack += [layers.Flatten(name="flatten"), _logit(next(start))]
    return _with_spec(
        keras.Sequential(stack, name="discriminator"), {"network": "article_discriminator"}
    )


_NETWORKS = {
    "generator": generator,
    "discriminator": discriminator,
    "article_generator": article_generator,
    "article_discriminator": article_discriminator,
    "projected_discriminator": projected.discriminator,
}


def build(spec, seed=0):
    """Makes an untrained network from its spec.

    Args:
        spec: dictionary as found in a network's `.spec`: "network" and its settings.
        seed: seed of the initial weights.

    Returns:
        keras.Sequential.

    Raises:
        ValueError: there is no spec, it names an unknown network, or it asks for what that is not.
    """
    if not spec:
        raise ValueError(
            "this network was not made by helpers.gan.networks, so it cannot be rebuilt from a file: "
            "build it yourself as you did before and call load_checkpoint on that GAN"
        )
    check(spec)
    settings = dict(spec)
    name = settings.pop("network")
    if name == "generator":
        settings.setdefault("palette", 0)  # a file from before there were palettes
        settings.setdefault("temperature", 1.0)  # a file from before they were drawn more firmly
    return _NETWORKS[name](**settings, seed=seed)


def check(spec):
    """Holds a spec, which may come from anybody's file, against what `build` can make.

    Args:
        spec: dictionary as for `build`.

    Raises:
        ValueError: it names an unknown network, or asks for what that is not.
    """
    settings = dict(spec)
    name = settings.pop("network", None)
    if name not in list(_NETWORKS):  # a list: from a file, a name may be anything
        known = ", ".join(sorted(_NETWORKS))
        raise ValueError(f"unknown network {reprlib.repr(name)}; one of: {known}")
    known = set(inspect.signature(_NETWORKS[name]).parameters) - {"seed", "maps"}
    if odd := sorted(set(settings) - known):
        raise ValueError(f"a network of kind {name!r} has no setting {reprlib.repr(odd[0])}")
    if name == "projected_discriminator":
        projected.check(**settings)
    else:
        _check(**settings)


def freeze_first(network, count):
    """Freezes the first `count` convolutions of a discriminator (FreezeD); call before `compile`.

    Args:
        network: a discriminator.
        count: how many convolution layers, from the picture's side; 0 frees them all.

    Returns:
        The names of the frozen layers.

    Raises:
        ValueError: the network has fewer convolutions.

    Paper: Mo et al., Freeze the discriminator, arXiv 2002.10964.
    """
    if count and kind_of(network) == "projected":
        raise ValueError(
            "a projected discriminator's layers next to the picture are frozen already, and its heads "
            "are all that learns: leave freezing out"
        )
    convolutions = [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]
    if not 0 <= count <= len(convolutions):
        raise ValueError(
            f"cannot freeze {count} layers: {network.name} has {len(convolutions)} convolutions"
        )
    for index, layer in enumerate(convolutions):
        layer.trainable = index >= count
    return [layer.name for layer in convolutions[:count]]


def initializers(seed):
    """Yields Glorot-uniform initializers with seeds seed·1000, seed·1000 + 1, …, one for each layer."""
    for index in range(1000):
        yield keras.initializers.GlorotUniform(seed=seed * 1000 + index)


def batch_norm(name):
    """Batch norm with momentum .9: at Keras' .99 a run of 500 steps never forgets its start."""
    return layers.BatchNormalization(momentum=0.9, name=name)


def tanh(name):
    """The last activation; float32 also under mixed precision, for exact pixels."""
    return layers.Activation("tanh", dtype="float32", name=name)


def _logit(initializer):
    return layers.Dense(1, kernel_initializer=initializer, dtype="float32", name="logit")


def _up(channels, initializer, *, name):
    # Kernel 4 is divisible by stride 2: every output pixel gets the same number of inputs, which takes
    # one cause of checkerboards away; and 2.25 times cheaper than UpSampling2D and a 3×3 convolution.
    return layers.Conv2DTranspose(
        channels, 4, strides=2, padding="same", kernel_initializer=initializer, name=name
    )


def _down(channels, initializer, *, name):
    return layers.Conv2D(
        channels, 4, strides=2, padding="same", kernel_initializer=initializer, name=name
    )


def _same(channels, initializer, *, name, strides=1, activation=None):
    return layers.Conv2D(
        channels,
        3,
        strides=strides,
        padding="same",
        activation=activation,
        kernel_initializer=initializer,
        name=name,
    )


def _levels(size):
    return int(math.log2(size // _STARTING_SIDE))


def _check(**settings):
    for name, value in settings.items():
        told = reprlib.repr(value)
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if name == "size" and not (whole and value in SIZES):
            raise ValueError(f"size {told} does not fit: use 8, 16, 32, 64 or 128 pixels")
        if name == "temperature" and not (isinstance(value, numbers.Real) and value > 0):
            raise ValueError(f"a softmax has a temperature above 0, got {told}")
        if name == "start" and not isinstance(value, bool):
            raise ValueError(f"start is True or False, got {told}")
        low, high = LIMITS.get(name, (None, None))
        if name in LIMITS and not (whole and low <= value <= high):
            raise ValueError(f"{name} is a whole number from {low} to {high}, got {told}")


def _channels(width, level):
    return width * min(2**level, _WIDEST)


def _with_spec(network, spec):
    network.spec = spec
    return network
