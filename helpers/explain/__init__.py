"""Which pixels does a network look at? Maps of importance, and tests of the maps themselves.

    score = explain.logit(model, 3)                             # pictures → one number each
    maps = explain.grad_cam(model, pictures, "block11_add", 3)  # coarse, from a layer inside
    fine = explain.integrated_gradients(score, pictures, 255.0)
    explain.completeness(score, pictures, 255.0, fine)          # what the sum misses, as a share

A map is an answer to a narrow question and can be wrong, or right for the wrong reason: checks.py holds
tests of maps.
"""

import contextlib
import functools

import numpy as np
import tensorflow as tf

_BATCH = 25  # pictures at a time: 25 of 128 px through a backbone and back take 1 GB


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
