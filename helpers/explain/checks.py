"""Is a map any good? What a map looks like that knows no network, and cases whose right map is known.

with checks.randomised(model, 2): ...          # without what its two uppermost layers learnt
planted = checks.plant(pictures)               # only a mark in a corner tells the class
checks.inside(maps, planted.where)             # how much of a map lies on it
"""

import collections
import contextlib

import keras
import numpy as np
import tensorflow as tf

from helpers import explain

MARK = 10  # pixels along a planted mark's side, in a picture of 64
Planted = collections.namedtuple("Planted", "pictures labels where decoy decoyed")


def edges(pictures):
    """What a map looks like that knows no network: strength of the edges (Sobel), float32 [n, h, w]."""
    slopes = tf.image.sobel_edges(tf.constant(np.asarray(pictures, np.float32)))
    return tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=(-2, -1))).numpy()


def rank_correlation(one, two):
    """Spearman's correlation of two maps of one size, picture by picture: 1 same order, 0 none.

    Args:
        one, two: maps [n, a, b] or [n, h, w, 3] (then their sizes count, see `flat`).
    Returns:
        float [n]; 0 where a map has one value everywhere.
    Raises:
        ValueError: the maps are of different sizes.
    """
    from scipy.stats import rankdata

    one, two = explain.flat(one), explain.flat(two)
    if one.shape != two.shape:
        raise ValueError(
            f"maps of shapes {one.shape} and {two.shape}: bring them to one with enlarge"
        )
    ranks = [rankdata(maps.reshape(len(maps), -1), axis=1) for maps in (one, two)]
    a, b = (r - r.mean(axis=1, keepdims=True) for r in ranks)
    sizes = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.where(sizes > 0, (a * b).sum(axis=1) / np.maximum(sizes, 1e-12), 0.0)


@contextlib.contextmanager
def randomised(model, count, seed=0):
    """While open, the uppermost `count` layers with weights hold random ones; then all is as before.

    Kernels and biases are shuffled within themselves, so that their sizes stay what they were:
    drawn anew, values in a deep network can die out, and a map of nothing says nothing. Batch norms
    are left alone for the same reason.

    Args:
        model: keras.Model, changed in place.
        count: how many layers, from the output down.
        seed: of the shuffling.
    Yields:
        list of the names of these layers, uppermost first.
    Raises:
        ValueError: there are fewer layers with weights.

    Paper: Adebayo et al., Sanity checks for saliency maps, arXiv 1810.03292.
    """
    chosen = [layer for layer in reversed(explain.all_layers(model)) if _learns(layer)]
    if not 0 <= count <= len(chosen):
        raise ValueError(f"{model.name} has {len(chosen)} layers with weights, not {count}")
    chosen, rng = chosen[:count], np.random.default_rng(seed)
    before = [layer.get_weights() for layer in chosen]
    try:
        for layer, values in zip(chosen, before):
            layer.set_weights([rng.permutation(v.ravel()).reshape(v.shape) for v in values])
        yield [layer.name for layer in chosen]
    finally:
        for layer, values in zip(chosen, before):
            layer.set_weights(values)


def _learns(layer):
    return bool(layer.weights) and not isinstance(layer, keras.layers.BatchNormalization)


def plant(pictures, seed=0, size=None):
    """Pictures whose class only a mark tells, so that the right map is known.

    Half of them, drawn at random, get a red and blue mark in the lower right corner: that is the
    class. Half, drawn anew, get a green and yellow one in the lower left: it says nothing, and is as
    easy to see. A map that only follows what is striking lights up both.

    Args:
        pictures: uint8 [n, side, side, 3].
        seed: which halves.
        size: pixels along a mark's side; None is 10 in 64.
    Returns:
        Planted: pictures uint8 [n, side, side, 3]; labels int64 [n], 1 with the mark; where and
        decoy, bool [side, side], the two corners; decoyed bool [n].
    """
    n, side = pictures.shape[:2]
    size = size or round(MARK * side / 64)
    where, decoy = np.zeros((2, side, side), bool)
    where[-size:, -size:] = decoy[-size:, :size] = True
    rng = np.random.default_rng(seed)
    labels, decoyed = (rng.permutation(np.arange(n) % 2) for _ in range(2))
    marked = pictures.copy()
    marked[labels == 1, -size:, -size:] = _checks(size, (230, 30, 30), (30, 30, 230))
    marked[decoyed == 1, -size:, :size] = _checks(size, (30, 160, 60), (230, 200, 30))
    return Planted(marked, labels, where, decoy, decoyed == 1)


def _checks(size, one, two):
    rows, columns = np.mgrid[:size, :size] * 4 // size % 2
    return np.where((rows ^ columns)[..., None], one, two).astype(np.uint8)


def inside(maps, where):
    """Share of each map that lies in a region: 1 all of it; its share of the area if it is anywhere.

    Args:
        maps: float [n, a, b] or [n, h, w, 3].
        where: bool [side, side]; coarser maps are enlarged to that size first.
    Returns:
        float [n]; 0 for a map that is 0 everywhere.
    """
    heat = explain.enlarge(explain.flat(maps), len(where))
    return heat[:, where].sum(axis=1) / np.maximum(heat.sum(axis=(1, 2)), 1e-12)


def points_at(maps, where):
    """Whether each map's largest value lies in a region, or in the coarse map's place that holds it.

    Args:
        maps, where: as for `inside`.
    Returns:
        bool [n]; False for a map that is 0 everywhere.

    Paper: Zhang et al., Top-down neural attention (the pointing game), arXiv 1608.00507.
    """
    heat = explain.flat(maps)
    rows, columns = (np.arange(n) * len(where) // n for n in heat.shape[1:])
    ends = [np.append(edge[1:], len(where)) for edge in (rows, columns)]
    holds = np.array(
        [[where[a:b, c:d].any() for c, d in zip(columns, ends[1])] for a, b in zip(rows, ends[0])]
    )
    best = heat.reshape(len(heat), -1).argmax(axis=1)
    return holds.ravel()[best] & (heat.max(axis=(1, 2)) > 0)
