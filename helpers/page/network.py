"""A generator as data for the page: a list of operations, and their numbers in one row of bytes.

engine.js draws from it. Nothing of a generator but numbers, shapes and names goes into a page.
"""

import base64
import zlib

import numpy as np
from keras import activations, layers

from helpers import latents
from helpers.gan.networks import Canvas
from helpers.gan.palette import Palette
from helpers.latents import blending

_SMALL = 4096  # numbers: a tensor below that stays float32 and costs little
_STEPS = 32767  # int16 goes from minus this to this
_CLOSE = (
    0.6  # levels of 255 that rounded weights may change a pixel by: with its rounding, one level
)
_SEEN = 50  # latents on which that is measured
_ACTIVATIONS = {activations.linear: "linear", activations.relu: "relu", activations.tanh: "tanh"}


class Row:
    """Tensors one after another in bytes.

    Args:
        exact: whether a tensor that float16 does not hold exactly stays float32. Otherwise it becomes
            int16 times a scale: half as long, and off by a 65,000th of its largest number.
    """

    def __init__(self, exact=True):
        self.exact, self._data = exact, bytearray()

    def add(self, array):
        """Appends a tensor; returns its entry for the card: where it starts, its kind, its shape."""
        array = np.asarray(array, np.float32)
        kind, stored, scale = encoded(array, self.exact)
        entry = {"at": len(self._data), "as": kind, "shape": list(array.shape), **scale}
        self._data += stored.tobytes()
        self._data += bytes(-len(self._data) % 4)  # JavaScript's arrays begin at whole numbers
        return entry

    def entry(self):
        """What the card says of all bytes together."""
        return {"bytes": len(self._data), "crc": f"{zlib.crc32(self._data):08x}"}

    def letters(self):
        """All bytes as base64."""
        return base64.b64encode(self._data).decode()


def encoded(array, exact):
    """(kind, numbers as stored, {"scale": …} or {}) of a float32 tensor; see `Row`."""
    with np.errstate(over="ignore"):
        half = array.astype("<f2")
    if np.array_equal(half.astype(np.float32), array):
        return "f2", half, {}
    if exact or array.size < _SMALL:
        return "f4", array.astype("<f4"), {}
    scale = float(np.abs(array).max()) / _STEPS
    return "i2", np.rint(array / scale).astype("<i2"), {"scale": scale}


def described(generator):
    """A generator for the page.

    Args:
        generator: keras.Sequential, [n, latent_dim] -> [n, size, size, 3] in [-1, 1].

    Returns:
        (card, letters): a dictionary for JSON, and all numbers as base64: two bytes each where the
        pictures bear it, else four.

    Raises:
        ValueError: it has a layer that the page cannot draw with.
    """
    _check_ends(generator)
    row = Row(exact=_shorter_will_not_do(generator))
    block_of = {n: i for i, names in enumerate(blending.blocks(generator).values()) for n in names}
    operations, block = [], 0
    for layer in generator.layers:
        block = block_of.get(layer.name, block)
        for operation in _operations(layer):
            tensors = operation.pop("weights", {})
            weights = {key: row.add(value) for key, value in tensors.items()}
            operations.append({**operation, "block": block, "weights": weights})
    size, latent = generator.output_shape[1], generator.input_shape[-1]
    card = {"size": size, "latent": latent, "operations": operations, **row.entry()}
    return card, row.letters()


def _shorter_will_not_do(generator):
    """Whether int16 in the place of float32 shows in the pictures."""
    stored = [(weight, *encoded(weight, exact=False)) for weight in generator.get_weights()]
    if not any(kind == "i2" for _, kind, _, _ in stored):
        return False
    twin = blending.copy(generator)
    twin.set_weights(
        [row * scale["scale"] if scale else weight for weight, _, row, scale in stored]
    )
    z = latents.noise(generator, _SEEN)
    change = np.abs(twin(z, training=False) - generator(z, training=False)).max()
    return not 127.5 * change <= _CLOSE


def _check_ends(generator):
    start, end = generator.input_shape, generator.output_shape
    if len(start) != 2 or len(end) != 4 or end[1] != end[2] or end[3] != 3:
        raise ValueError(
            f"{generator.name} goes from {list(start)} to {list(end)}: a page shows generators from latents "
            "[n, latent_dim] to square pictures [n, size, size, 3]"
        )


def _operations(layer):
    """What engine.js does for a layer: a list of {"do": …, settings, "weights": {name: array}}."""
    make = next((make for kind, make in _MAKERS.items() if isinstance(layer, kind)), None)
    found = make(layer) if make else None
    if found is None:
        raise ValueError(
            f"the layer {layer.name!r} ({type(layer).__name__}) is none that a page draws with: it knows "
            "Dense, Reshape, transposed convolutions of kernel 4 and stride 2, batch norm, ReLU, leaky "
            "ReLU, tanh, a Palette and a Canvas"
        )
    return found


def _dense(layer):
    return _with_bias("dense", layer, layer.kernel, layer.units)


def _up(layer):
    fits = layer.kernel_size == (4, 4) and layer.strides == (2, 2) and layer.padding == "same"
    plain = layer.output_padding is None and layer.dilation_rate in (1, (1, 1))
    return _with_bias("up", layer, layer.kernel, layer.filters) if fits and plain else None


def _with_bias(do, layer, kernel, outputs):
    if layer.activation not in _ACTIVATIONS:
        return None
    bias = layer.bias.numpy() if layer.use_bias else np.zeros(outputs, np.float32)
    weights = {do: kernel.numpy(), "bias": bias}
    return [{"do": do, "activation": _ACTIVATIONS[layer.activation], "weights": weights}]


def _norm(layer):
    size = layer.moving_mean.shape
    weights = {
        "gamma": layer.gamma.numpy() if layer.scale else np.ones(size),
        "beta": layer.beta.numpy() if layer.center else np.zeros(size),
        "mean": layer.moving_mean.numpy(),
        "variance": layer.moving_variance.numpy(),
    }
    return [{"do": "norm", "epsilon": layer.epsilon, "weights": weights}]


def _relu(layer):
    plain = layer.max_value is None and not layer.threshold
    slope = float(layer.negative_slope)
    return [{"do": "leaky", "slope": slope} if slope else {"do": "relu"}] if plain else None


def _palette(layer):
    weights = {
        "up": layer.where.kernel, "bias": layer.where.bias, "whereStart": layer.where_start,
        "hidden": layer.hidden.kernel, "hiddenBias": layer.hidden.bias,
        "which": layer.which.kernel, "whichBias": layer.which.bias, "whichStart": layer.which_start,
    }  # fmt: skip
    weights = {key: variable.numpy() for key, variable in weights.items()}
    return [{"do": "palette", "temperature": float(layer.temperature), "weights": weights}]


def _activation(layer):
    kind = _ACTIVATIONS.get(layer.activation)
    return {"linear": [], "relu": [{"do": "relu"}], "tanh": [{"do": "tanh"}]}.get(kind)


_MAKERS = {
    layers.Dense: _dense,
    layers.Conv2DTranspose: _up,
    layers.BatchNormalization: _norm,
    layers.ReLU: _relu,
    layers.LeakyReLU: lambda layer: [{"do": "leaky", "slope": float(layer.negative_slope)}],
    layers.Reshape: lambda layer: [{"do": "shape", "shape": list(layer.output.shape[1:])}],
    layers.Activation: _activation,
    Palette: _palette,
    Canvas: lambda layer: [{"do": "canvas", "weights": {"map": layer.map.numpy()}}],
    layers.Dropout: lambda layer: [],  # does nothing when a picture is drawn
}
