"""What a training step costs, before it is paid: operations, bytes, memory, seconds.

cost = scaling.cost(size=64, width=32, batch=64)        # counted from the networks alone
speed = scaling.fit(costs, seconds)                     # from a few short measurements here
scaling.forecast(cost, 10_000, speed)                   # minutes and gigabytes

A step of a GAN, in passes forwards: G is drawn once and goes back at twice the price; D sees real and
drawn pictures and learns from both, then lets G's gradient through: 3 G + 8 D, and R1 on top.
"""

import contextlib
import functools
import math
import time
from typing import NamedTuple

import numpy as np

_G_PASSES, _D_PASSES, _R1_PASSES = 3, 8, 6
_BYTES = 4  # of a float32
_TOUCHED = 3  # times that a step moves each weight from or to memory; the rest stays in the caches


class Layer(NamedTuple):
    """What one layer costs for one picture.

    Attributes:
        name: the layer's.
        multiply_adds: in one pass forwards.
        parameters: numbers that it holds.
        outputs: numbers that it hands on.
    """

    name: str
    multiply_adds: int
    parameters: int
    outputs: int


def count(network):
    """Counts the operations of a network's convolutions and Dense layers, the dear ones.

    A convolution multiplies H_out · W_out · k² · C_in · C_out times, a transposed one with H_in and
    W_in, a Dense layer inputs · outputs. Batch norm, activations and their like count as 0.

    Args:
        network: keras.Model, noise or pictures -> anything; layers inside layers are found.

    Returns:
        List of Layer, in the order of the pass.

    Raises:
        ValueError: a layer takes or gives several tensors, as that of a projected discriminator.
    """
    with _watched(network) as seen:
        network(np.zeros((1, *network.input_shape[1:]), "float32"), training=False)
    return [_layer(layer, *shapes) for layer, shapes in seen]


@contextlib.contextmanager
def _watched(network):
    """Notes the shapes that go in and out of every layer while the network is called."""
    seen, found = [], [layer for layer in network._flatten_layers() if layer is not network]

    def watching(layer, call):
        @functools.wraps(call)
        def watched(inputs, *more, **named):
            outputs = call(inputs, *more, **named)
            if not (hasattr(inputs, "shape") and hasattr(outputs, "shape")):
                raise ValueError(
                    f"{layer.name} takes or gives several tensors: only chains of simple layers are counted"
                )
            seen.append((layer, (np.shape(inputs), np.shape(outputs))))
            return outputs

        return watched

    for layer in found:
        if type(layer).__name__ != "InputLayer":
            layer.call = watching(layer, layer.call)
    try:
        yield seen
    finally:
        for layer in found:
            layer.__dict__.pop("call", None)


def _layer(layer, entered, left):
    inner = {id(weight) for part in list(layer._flatten_layers())[1:] for weight in part.weights}
    numbers = sum(math.prod(w.shape) for w in layer.weights if id(w) not in inner)
    kernel = getattr(layer, "kernel", None)
    products = 0
    if kernel is not None:
        # Each place that the kernel is laid on costs its size once: a transposed one lies on the input.
        places = entered if "Transpose" in type(layer).__name__ else left
        products = math.prod(places[1:-1]) * math.prod(kernel.shape)
    return Layer(layer.name, products, numbers, math.prod(left[1:]))


class Cost(NamedTuple):
    """What one training step costs.

    Attributes:
        multiply_adds: of all passes and pictures.
        bytes_moved: to and from memory: what layers hand on, and the weights with Adam's means.
        parameters: of G and D.
        memory: bytes that are held at once: weights, Adam's means, gradients, what goes there and back.
    """

    multiply_adds: float
    bytes_moved: float
    parameters: int
    memory: float


def cost(size=32, width=32, batch=16, *, r1_every=4):
    """The cost of a step of the course's GAN.

    Args:
        size: side of the pictures: 8, 16, 32, 64 or 128.
        width: channels of both networks' outer layers.
        batch: pictures in a step, of all devices together.
        r1_every: steps between two R1 penalties; 0 for none.

    Returns:
        Cost.

    Raises:
        ValueError: a size or width that the networks do not have.
    """
    return step_cost(*_counted(size, width), batch, r1_every=r1_every)


@functools.lru_cache(maxsize=64)
def _counted(size, width):
    from helpers.gan import networks

    pair = networks.generator(size, width=width), networks.discriminator(size, width=width)
    return tuple(tuple(count(network)) for network in pair)


def step_cost(generator, discriminator, batch, *, r1_every=4):
    """The cost of a step, from what `count` says of two networks.

    Args:
        generator, discriminator: lists of Layer.
        batch: pictures in a step.
        r1_every: steps between two R1 penalties; 0 for none.

    Returns:
        Cost.
    """
    (g, g_size, g_out), (d, d_size, d_out) = map(_sums, (generator, discriminator))
    d_passes = _D_PASSES + (_R1_PASSES / r1_every if r1_every else 0)
    size = g_size + d_size
    # For the way back: what G gave, and D for real and for drawn pictures; and as much that comes back.
    # The peak of two steps, (64, 32, 64) and (64, 64, 128), grew by 277 and 914 MB; this says 277 and 1,015.
    # Small ones grew by about twice what it says: 59, 49, 22 MB for 26, 32, 12 (data/results/09_cost_model.json).
    kept = 2 * batch * (g_out + 2 * d_out)
    return Cost(
        multiply_adds=batch * (_G_PASSES * g + d_passes * d),
        bytes_moved=_BYTES * (batch * (_G_PASSES * g_out + d_passes * d_out) + _TOUCHED * size),
        parameters=size,
        memory=_BYTES * (4 * size + g_size + kept),  # weight, gradient, two means; G's average
    )


def _sums(layers):
    return tuple(sum(getattr(x, name) for x in layers) for name in Layer._fields[1:])


# Seconds ---------------------------------------------------------------------------------------------


class Speed(NamedTuple):
    """How fast a machine is: seconds = start + multiply_adds · product + bytes_moved · byte.

    Attributes:
        start: seconds of a step that does nothing.
        product: seconds for one multiply-add.
        byte: seconds for one byte moved.
    """

    start: float
    product: float
    byte: float

    def seconds(self, cost):
        """Seconds of a step that costs this."""
        return self.start + cost.multiply_adds * self.product + cost.bytes_moved * self.byte


def fit(costs, seconds):
    """Finds a machine's speed from measured steps.

    None of the three numbers may be negative, and what counts is the relative error.

    Args:
        costs: list of Cost, at least two that differ.
        seconds: what their steps took.

    Returns:
        Speed.

    Raises:
        ValueError: fewer than two measurements, or a time that is not above 0.
    """
    from scipy.optimize import nnls

    seconds = np.asarray(seconds, float)
    if len(costs) < 2 or len(costs) != len(seconds) or not (seconds > 0).all():
        raise ValueError(
            f"expected two or more costs and as many times above 0, got {len(costs)} and {seconds.tolist()}"
        )
    rows = np.array([[1.0, cost.multiply_adds, cost.bytes_moved] for cost in costs])
    scale = rows.max(axis=0)
    found, _ = nnls(rows / scale / seconds[:, None], np.ones(len(seconds)))
    return Speed(*(found / scale).tolist())


def measure(settings, *, rounds=10, steps=4):
    """Measures seconds of a step here, of each setting in turn, and takes the least of the rounds.

    Other programs make a step slower, never quicker; measured in turns, a slow minute hits all alike.

    Args:
        settings: list of (size, width, batch).
        rounds: how often each has its turn.
        steps: taken in a turn; of every four one pays for R1, so a multiple of 4.

    Returns:
        List of seconds of a step.
    """
    from tqdm.auto import tqdm

    bar = tqdm(total=len(settings) * (rounds + 1), unit=" turns", leave=False)
    models = []
    for setting in settings:
        models.append(_prepared(*setting, steps))
        bar.update()
    least = [math.inf] * len(models)
    for _ in range(rounds):
        for index, model in enumerate(models):
            least[index] = min(least[index], _turn(model, steps))
            bar.update()
    bar.close()
    return least


def _prepared(size, width, batch, steps):
    """A GAN that has taken its first steps, which trace."""
    from helpers import gan

    model = gan.make(size, width=width, batch_size=batch, decay=0.0)
    noise = np.random.default_rng(0).integers(0, 256, (64, size, size, 3), dtype=np.uint8)
    model.prepare(noise)
    model.make_train_function()
    _turn(model, steps)
    return model


def _turn(model, steps):
    import tensorflow as tf

    start = time.perf_counter()
    model.train_function(tf.constant(steps), tf.constant((0, 10**6), tf.float64))
    return (time.perf_counter() - start) / steps


# Other machines --------------------------------------------------------------------------------------


class Published(NamedTuple):
    """What a maker says of a graphics card.

    Attributes:
        flops: operations a second as TensorFlow does float32 by default: on tensor cores with
            TensorFloat-32 where the card has them; a multiply-add is two.
        bytes: moved to and from its memory, a second.
        memory: bytes that it holds.
        source: where the maker says it.
    """

    flops: float
    bytes: float
    memory: float
    source: str


PUBLISHED = {
    "T4": Published(8.1e12, 320e9, 16e9, "NVIDIA T4 product brief; it has no TensorFloat-32"),
    "A100": Published(156e12, 1555e9, 40e9, "NVIDIA A100 40 GB data sheet"),
    "H100": Published(
        494e12, 3350e9, 80e9, "NVIDIA H100 SXM data sheet, half of its 989 with sparsity"
    ),
}
SHARES = (1.0, 0.2)  # of what is published, that small networks reach: all of it at best, a fifth
STARTED = 1000  # operations of a step that are started one by one, each some microseconds
START = 5e-6


def published(name, share=1.0, start=STARTED * START):
    """A graphics card's speed from its maker's figures: a forecast, and not a measurement.

    Args:
        name: one of PUBLISHED.
        share: how much of the published figures is reached, above 0 and at most 1.
        start: seconds of a step that does nothing; an assumption, for no maker says it.

    Returns:
        Speed.

    Raises:
        ValueError: an unknown card or share.
    """
    if name not in PUBLISHED:
        raise ValueError(f"unknown card {name!r}; one of: {', '.join(PUBLISHED)}")
    if not 0 < share <= 1:
        raise ValueError(f"share lies above 0 and is at most 1, got {share}")
    card = PUBLISHED[name]
    return Speed(start, 2 / (share * card.flops), 1 / (share * card.bytes))


def fits(cost, name):
    """Whether a step fits into a card's memory, with 1 GB beside it for TensorFlow's own."""
    return cost.memory + 1e9 <= PUBLISHED[name].memory


class Forecast(NamedTuple):
    """What a run will take.

    Attributes:
        minutes: of all steps.
        gigabytes: held at once, beside the 0.5 or so of TensorFlow itself.
    """

    minutes: float
    gigabytes: float

    def __str__(self):
        return f"{self.minutes:.3g} minutes, {self.gigabytes:.2g} GB"


def told(minutes):
    """Minutes as one says them: "0.85 min", "3.5 hours", "20 days"."""
    for unit, size in (("days", 2 * 1440), ("hours", 120)):
        if minutes >= size:
            return f"{minutes / (size / 2):.2g} {unit}"
    return f"{minutes:.2g} min" if minutes < 10 else f"{minutes:.0f} min"


def forecast(cost, steps, speed):
    """Foretells what a run takes.

    Args:
        cost: Cost of a step.
        steps: how many.
        speed: Speed, measured or published.

    Returns:
        Forecast.
    """
    return Forecast(steps * speed.seconds(cost) / 60, cost.memory / 1e9)


def shared(cost, workers, network_bytes):
    """Seconds that workers spend on telling each other their gradients in a step, in a ring.

    Args:
        cost: Cost of a step.
        workers: how many.
        network_bytes: a second, between two of them; gigabit Ethernet moves 125e6 at best.

    Returns:
        Seconds. In a ring each worker sends 2 (k − 1)/k times all gradients, whatever k is. How long a
        message is on its way is left out: it counts where there is little to send.
    """
    return 2 * (workers - 1) / workers * cost.parameters * _BYTES / network_bytes
