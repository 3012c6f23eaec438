"""Which pixels does a network look at? Maps of importance, and tests of the maps themselves.

    score = explain.logit(model, 3)                             # pictures → one number each
    maps = explain.grad_cam(model, pictures, "block11_add", 3)  # coarse, from a layer inside
    fine = explain.integrated_gradients(score, pictures, 255.0)
    explain.completeness(score, pictures, 255.0, fine)          # what the sum misses, as a share
    explain.complete_gradients(score, pictures, 255.0)          # finer where it must be, until 1 % at most

A map is an answer to a narrow question and can be wrong, or right for the wrong reason: checks.py holds
tests of maps.
"""

import collections
import contextlib
import functools
import warnings

import numpy as np
import tensorflow as tf

_BATCH = 25  # pictures at a time: 25 of 128 px through a backbone and back take 1 GB
Complete = collections.namedtuple("Complete", "maps missed evaluations")


def logit(model, index=0):
    """The number that a map explains: one output of a network for each picture.

    Args:
        model: keras.Model, pictures → [n, outputs]. Logits, please: a softmax is flat where it is sure.
        index: which output.
    Returns:
        Function, float32 tensor [n, h, w, 3] → float32 [n].
    """
    return lambda pictures: tf.cast(model(pictures, training=False)[:, index], tf.float32)


# Methods ---------------------------------------------------------------------------------------


def grad_cam(model, pictures, layer, index=0):
    """Where in a layer's map evidence for an output lies: relu(Σ_k a_k A_k), a_k the mean of ∂y/∂A_k.

    Works on a flat network, on a Sequential, and on networks inside networks: the layer's output is
    caught while the whole model runs, so nobody has to take the model apart.

    Args:
        model: keras.Model, pictures → [n, outputs].
        pictures: what the model takes, uint8 or float [n, h, w, 3].
        layer: name of a layer whose output is a map [n, a, b, channels], at any depth.
        index: which output.
    Returns:
        float32 [n, a, b], 0 or more, as coarse as the layer: 4×4 places for a last layer at 128 px.
    Raises:
        ValueError: there is no such layer (or two of them), or its output is no map.

    Paper: Selvaraju et al., Grad-CAM, ICCV 2017, arXiv 1610.02391.
    """
    found = find_layer(model, layer)
    parts = [_cam(model, part, found, index) for part in _parts(pictures)]
    return np.concatenate(parts)


def _cam(model, pictures, layer, index):
    with tf.GradientTape(watch_accessed_variables=False) as tape, _caught(layer, tape) as caught:
        score = logit(model, index)(pictures)
    if not caught or len(caught[-1].shape) != 4:
        shape = list(caught[-1].shape) if caught else "nothing"
        raise ValueError(
            f"the layer {layer.name!r} gives {shape}: expected a map [n, a, b, channels]"
        )
    maps = caught[-1]
    slopes = tape.gradient(score, maps)
    if slopes is None:
        raise ValueError(
            f"the output does not depend on the layer {layer.name!r}: take another one"
        )
    weights = tf.reduce_mean(slopes, axis=(1, 2), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)).numpy()


def gradient(score, pictures):
    """The slope of a score in each pixel value: what a tiny change would do here.

    Args:
        score: function of pictures, see `logit`.
        pictures: uint8 or float [n, h, w, 3].
    Returns:
        float32 [n, h, w, 3].

    Paper: Simonyan et al., Deep inside convolutional networks, arXiv 1312.6034.
    """
    return np.concatenate([_slopes(score, part).numpy() for part in _parts(pictures)])


def smooth_gradient(score, pictures, *, noise=0.1, samples=25, seed=0):
    """The mean slope over noisy copies of each picture: less speckle, the same question.

    Args:
        score, pictures: as for `gradient`.
        noise: standard deviation, as a share of the picture's range of values.
        samples: noisy copies of each picture.
        seed: of the noise.
    Returns:
        float32 [n, h, w, 3].

    Paper: Smilkov et al., SmoothGrad, arXiv 1706.03825.
    """
    rng, pictures = np.random.default_rng(seed), np.asarray(pictures, np.float32)
    spread = noise * (pictures.max(axis=(1, 2, 3)) - pictures.min(axis=(1, 2, 3)))
    total = np.zeros_like(pictures)
    for _ in range(samples):
        shaken = pictures + spread[:, None, None, None] * rng.standard_normal(pictures.shape)
        total += gradient(score, shaken.astype(np.float32))
    return total / samples


def integrated_gradients(score, pictures, baseline, steps=200):
    """The way from a baseline to the picture, its slopes added up: (x − x′) · mean slope on the line.

    The parts of a picture's map add up to score(picture) − score(baseline): see `completeness`.
    Another baseline is another question, and gives another map: use two.

    Args:
        score: function of pictures, see `logit`.
        pictures: uint8 or float [n, h, w, 3].
        baseline: what counts as "nothing there": a number (255 is white paper), or a picture [h, w, 3].
        steps: places on the way at which the slope is taken, each in the middle of its piece.
    Returns:
        float32 [n, h, w, 3].
    Raises:
        ValueError: steps is below 1.

    Paper: Sundararajan et al., Axiomatic attribution for deep networks, arXiv 1703.01365.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}: the way needs at least one piece")
    pictures = np.asarray(pictures, np.float32)
    start = np.broadcast_to(np.float32(baseline), pictures.shape[1:])
    return np.stack([_integrated(score, picture, start, steps) for picture in pictures])


def _integrated(score, picture, start, steps):
    way, total = picture - start, np.zeros(picture.shape)
    shares = ((np.arange(steps) + 0.5) / steps).astype(np.float32)
    for part in np.array_split(shares, -(-steps // _BATCH)):
        line = start + part[:, None, None, None] * way
        total += _slopes(score, tf.constant(line)).numpy().sum(axis=0, dtype=np.float64)
    return (way * total / steps).astype(np.float32)


def complete_gradients(score, pictures, baseline, *, within=0.01, most=1000):
    """Integrated gradients, with the way cut finer where its slopes do not explain what the score did.

    Near a baseline of one colour a deep network turns within a hundredth of the way, and even steps miss it.
    Here each piece of the way is checked: half the sum of the slopes at its ends, times its length, against
    the change of the score. The worst pieces are halved until the errors add up to less than the share
    `within` of what the score gained, and not by luck: twice the root of their squares' sum is below it,
    too, which is how far errors of random sign would lie from 0.

    Args:
        score, pictures, baseline: as for `integrated_gradients`.
        within: share of the gain that may be missed.
        most: slopes that a picture may cost. One takes as long as learning from one picture.
    Returns:
        Complete: maps float32 [n, h, w, 3]; missed float [n], as `completeness` counts it; evaluations
        int [n], slopes taken. A picture that needs more than `most` brings a warning that names it.
    Raises:
        ValueError: within is not above 0, or most is below 2.
    """
    if not within > 0 or most < 2:
        raise ValueError(f"within is {within}, most is {most}: expected above 0, and 2 or more")
    pictures = np.asarray(pictures, np.float32)
    start = np.broadcast_to(np.float32(baseline), pictures.shape[1:])
    found = [_halved(score, picture, start, within, most) for picture in pictures]
    maps, spent, left = (np.array(some) for some in zip(*found))
    for row in np.flatnonzero(left > within):
        warnings.warn(
            f"picture {row}: {left[row]:.1%} of the gain may be missed after {spent[row]} slopes, "
            f"more than {within:.1%}; allow more slopes, or read this map with care",
            stacklevel=2,
        )
    return Complete(maps, completeness(score, pictures, baseline, maps), spent)


def _halved(score, picture, start, within, most):
    """(map, slopes taken, what may be missed) of one picture."""
    way, places = picture - start, np.linspace(0, 1, min(most, 9))
    values, slopes = _along(score, start, way, places)
    while True:
        along, lengths = np.tensordot(slopes, way, 3).astype(np.float64), np.diff(places)
        errors = (along[1:] + along[:-1]) / 2 * lengths - np.diff(values)
        errors /= max(abs(values[-1] - values[0]), 1e-12)
        left = max(abs(errors.sum()), _spread(errors))
        if left <= within or len(places) >= most:
            break
        worst = np.argsort(-np.abs(errors))
        enough = [_spread(errors[worst[k:]]) <= within / 2 for k in range(1, len(worst) + 1)]
        chosen = np.sort(worst[: min(1 + enough.index(True), most - len(places))])
        between = places[chosen] + lengths[chosen] / 2
        more = _along(score, start, way, between)
        places = np.insert(places, chosen + 1, between)
        values, slopes = (
            np.insert(old, chosen + 1, new, axis=0) for old, new in zip((values, slopes), more)
        )
    weights = (np.append(lengths, 0) + np.append(0, lengths)) / 2
    found = way * np.tensordot(weights, slopes, 1)
    return found.astype(np.float32), len(places), left


def _spread(errors):
    return 2 * np.sqrt(np.sum(np.square(errors)))


def _along(score, start, way, places):
    """(values float64, slopes float32) of a score at places on the way."""
    values, slopes = [], []
    for part in np.array_split(places.astype(np.float32), -(-len(places) // _BATCH)):
        line = tf.constant(start + part[:, None, None, None] * way)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(line)
            each = score(line)
            total = tf.reduce_sum(each)
        values.append(each.numpy().astype(np.float64))
        slopes.append(tape.gradient(total, line).numpy())
    return np.concatenate(values), np.concatenate(slopes)


def completeness(score, pictures, baseline, maps):
    """How far maps miss what they should add up to, as a share of it: below .01 is well done.

    Args:
        score, pictures, baseline: as for `integrated_gradients`.
        maps: its result.
    Returns:
        float [n]: |sum of the map − (score(picture) − score(baseline))| over the latter's size.
    """
    pictures = np.asarray(pictures, np.float32)
    start = np.broadcast_to(np.float32(baseline), pictures.shape)
    gained = (score(tf.constant(pictures)) - score(tf.constant(start))).numpy()
    missed = np.abs(maps.sum(axis=(1, 2, 3), dtype=np.float64) - gained)
    return missed / np.maximum(np.abs(gained), 1e-12)


def direction(generator, z, along):
    """Which pixels move, and how, when a latent takes a small step: ∂G(z + t·along)/∂t at t = 0.

    Args:
        generator: latents [n, d] → pictures [n, h, w, 3] in [-1, 1].
        z: float [n, d].
        along: float [d], such as one of `latents.directions`.
    Returns:
        float32 [n, h, w, 3], change of the pixel values for a step of length 1.
    """
    z = tf.constant(np.asarray(z, np.float32))
    step = tf.broadcast_to(tf.constant(np.asarray(along, np.float32)), z.shape)
    with tf.autodiff.ForwardAccumulator(z, step) as accumulator:
        drawn = generator(z, training=False)
    return accumulator.jvp(drawn).numpy()


# From maps to pictures -------------------------------------------------------------------------


def flat(maps):
    """One number a place, 0 or more: the sizes of a map's colour channels, added up.

    Args:
        maps: float [n, h, w, 3]; maps [n, h, w] are returned as they are.
    """
    maps = np.asarray(maps)
    return np.abs(maps).sum(axis=-1) if maps.ndim == 4 else maps


def enlarge(maps, size):
    """Maps of any size as float32 [n, size, size], smoothly between their places."""
    maps = tf.constant(np.asarray(maps, np.float32)[..., None])
    return tf.image.resize(maps, (size, size), method="bilinear").numpy()[..., 0]


def overlay(pictures, maps, *, strength=0.85):
    """Pictures in pale grey with a map in red on top; each map scaled to its own largest value.

    Args:
        pictures: uint8 [n, size, size, 3].
        maps: float [n, a, b] or [n, size, size, 3], from any method.
        strength: how opaque the largest value is, 0 to 1.
    Returns:
        uint8 [n, size, size, 3].
    """
    heat = enlarge(flat(maps), pictures.shape[1])
    top = np.quantile(
        heat, 0.995, axis=(1, 2), keepdims=True
    )  # one odd pixel must not hide the rest
    heat = strength * np.clip(heat / np.maximum(top, 1e-12), 0, 1)[..., None]
    grey = 150 + 0.4 * pictures.mean(axis=-1, keepdims=True)
    return np.rint((1 - heat) * grey + heat * np.array([200.0, 20.0, 0.0])).astype(np.uint8)


# Plumbing --------------------------------------------------------------------------------------


def all_layers(model):
    """All layers of a network and of the networks inside it, from the input to the output."""
    found = []
    for layer in model.layers:
        found += all_layers(layer) if hasattr(layer, "layers") else [layer]
    return found


def find_layer(model, name):
    """The layer of this name, at any depth.

    Raises:
        ValueError: there is none, or there are two.
    """
    found = [layer for layer in all_layers(model) if layer.name == name]
    if len(found) != 1:
        maps = [
            layer.name for layer in all_layers(model) if "conv" in layer.name or "add" in layer.name
        ]
        raise ValueError(
            f"{model.name} has {len(found)} layers named {name!r}, expected one; "
            f"for example {', '.join(maps[-4:]) or all_layers(model)[-1].name}"
        )
    return found[0]


@contextlib.contextmanager
def _caught(layer, tape):
    """While open, each output of the layer is watched by the tape and put into the list given."""
    caught, call = [], layer.call

    @functools.wraps(call)
    def watched(*inputs, **options):
        result = call(*inputs, **options)
        tape.watch(result)
        caught.append(result)
        return result

    object.__setattr__(layer, "call", watched)  # past Keras' own bookkeeping of attributes
    try:
        yield caught
    finally:
        object.__delattr__(layer, "call")


def _slopes(score, pictures):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(pictures)
        total = tf.reduce_sum(score(pictures))
    return tape.gradient(total, pictures)


def _parts(pictures):
    pictures = np.asarray(pictures, np.float32)
    if pictures.ndim != 4 or not len(pictures):
        raise ValueError(f"expected pictures [n, h, w, 3], got {list(pictures.shape)}")
    return [tf.constant(pictures[i : i + _BATCH]) for i in range(0, len(pictures), _BATCH)]
