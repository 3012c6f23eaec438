"""One generator of the latent explorer, or a parent with its child: weights, directions, walks."""

import functools
import hashlib
import itertools
import json
import math

import numpy as np
import tensorflow as tf

from helpers import latents
from helpers.explorer.state import WALL, short
from helpers.explorer.text import latent_letters
from helpers.latents import blending
from helpers.latents.directions import closed_form_directions

_SAME_MARK = 0.02  # a direction found again on another machine differs in its last digits
_CALIBRATION = (
    64  # latents for a mixture's batch norm: 30 ms at 32 px, 100 at 64, too long for a slider
)
_KNOTS = 4  # so it is measured at quarters of the blend alone: 1 of 255 from measuring everywhere


class Source:
    """One generator of a scene, or a parent with its child; see `Scene`.

    Attributes:
        parent, child: generators; child may be None.
        blocks: {"4 px": names of layers, …}.
        labels, directions: k names, and float32 [k, latent_dim].
        marks: k numbers, each direction's step along one fixed latent: by these a text knows a
            direction that was found from pictures, where a name would not do.
        weights: fingerprint of the weights.
        latent_dim: numbers of a latent.
        measured: function from shares at quarters to batch norm's statistics, float32, all in one row.
    """

    def __init__(self, given, count, named):
        pair = given if isinstance(given, (tuple, list)) else (given, None)
        if len(pair) != 2:
            raise ValueError(
                f"expected a generator or a pair (parent, child), got {len(pair)} in a row"
            )
        self.parent, self.child = (getattr(model, "averaged_generator", model) for model in pair)
        self.blocks = blending.blocks(self.parent)
        found = closed_form_directions(self.parent, count)
        self.labels = [*named, *(f"direction {i + 1}" for i in range(count))]
        if twice := set(named) & set(self.labels[len(named) :]):
            raise ValueError(
                f"the generator has a {min(twice)!r} of its own: give yours another name"
            )
        self.directions = np.stack([*(_unit(v, len(found[0])) for v in named.values()), *found])
        probe = latents.noise(self.parent, 1)[0]
        self.marks = tuple(round(float(x), 2) for x in self.directions @ probe)
        self.weights = _fingerprint(self.parent, self.child)
        self.latent_dim = self.parent.input_shape[-1]
        self.walk = functools.lru_cache(maxsize=4096)(self._walk)
        self.measured = functools.lru_cache(maxsize=1024)(self._measure)
        self._mixture = self._mixed = None
        self._warm()

    def check_direction(self, name, mark=None):
        """Holds a direction's name, and its mark where there is one, against those that are here.

        Raises:
            ValueError: none has this name, or it is another direction.
        """
        if name not in self.labels:
            raise ValueError(
                f"there is no direction {short(name)} here; one of: {', '.join(self.labels)}"
            )
        if mark is not None and abs(mark - self.marks[self.labels.index(name)]) > _SAME_MARK:
            raise ValueError(
                f"this picture goes along {name!r}, which was another direction when it was made: "
                "find that one again in the same way, or give the new one a name of its own"
            )

    def draw(self, z, shares, batch_size=WALL):
        """uint8 [n, size, size, 3] from latents [n, latent_dim], each block with its share of the child."""
        return latents.decode(self.network(shares), z, batch_size)

    def network(self, shares):
        """The parent, the child, or the one mixture, set to these shares of the child in each block."""
        if self.child is None or not any(shares):
            return self.parent
        if all(share == 1 for share in shares):
            return self.child
        if shares != self._mixed:  # new weights in an old network: no new trace
            self._mixed = None  # stopped halfway, it is of no known shares
            statistics = self._statistics(shares)
            latents.traced(self._mixture, self._set_weights, np.float32(shares))
            latents.traced(self._mixture, _set_statistics, statistics)
            self._mixed = shares
        return self._mixture

    def _set_weights(self, mixture, shares):
        """`blending.blend` with a share for each block, in place and traced."""
        share_of = {
            name: share
            for names, share in zip(self.blocks.values(), tf.unstack(shares))
            for name in names
        }
        for layer, one, other in zip(mixture.layers, self.parent.layers, self.child.layers):
            for mixed, a, b in zip(layer.weights, one.weights, other.weights):
                mixed.assign((1 - share_of[layer.name]) * a + share_of[layer.name] * b)

    def _statistics(self, shares):
        """Batch norm's statistics at these shares: between quarters of the blend, between theirs."""
        return sum(weight * self.measured(knot) for knot, weight in _knots(shares))

    def _measure(self, shares):
        """Batch norm's statistics of the mixture with these shares: float32, all in one row."""
        self._mixed = None  # from here on the mixture is of other shares
        latents.traced(self._mixture, self._set_weights, np.float32(shares))
        blending.calibrate(self._mixture, latents.noise(self.parent, _CALIBRATION))
        return np.concatenate([variable.numpy() for variable in blending.statistics(self._mixture)])

    def _walk(self, start, path):
        """The latent at the end of a path of variations, each a turn on the great circle.

        It begins at a seed, or at a latent. text.py describes this for other languages.
        """
        seeded = isinstance(start, int)
        if not path:
            first = latents.noise(self.parent, 1, start)[0] if seeded else start
            return np.float32(first)
        # Other noise at each station: its seed is a hash of the way there, the same everywhere.
        words = json.dumps([start if seeded else latent_letters(start), path]).encode()
        target = latents.noise(self.parent, 1, int(hashlib.sha256(words).hexdigest()[:7], 16))[0]
        return latents.slerp(self.walk(start, path[:-1]), target, path[-1][1])

    def _warm(self):
        """Traces everything now, so that no slider's first move waits for it."""
        if self.child is not None:
            self._mixture = blending.blend(self.parent, self.child, 0.5)
            for i in range(_KNOTS + 1):
                self.measured((i / _KNOTS,) * len(self.blocks))
            self.network((0.5,) * len(self.blocks))
        for network in filter(None, (self.parent, self.child, self._mixture)):
            for size in (1, WALL):
                latents.decode(network, latents.noise(network, 1), size)


def _set_statistics(mixture, row):
    variables = blending.statistics(mixture)
    for variable, values in zip(
        variables, tf.split(row, [variable.shape[0] for variable in variables])
    ):
        variable.assign(values)


def _knots(shares):
    """The quarters of the blend around these shares, each with its weight; the weights' sum is 1.

    Blocks of one share move together: two knots, or one at a quarter. On a strip on which a block
    is swapped there are two shares, and their knots the corners of a square.
    """
    around = {}
    for share in shares:
        way, knot = math.modf(share * _KNOTS)
        around[share] = [(knot / _KNOTS, 1 - way), ((knot + 1) / _KNOTS, way)][: 2 if way else 1]
    for corner in itertools.product(*around.values()):
        knot = dict(zip(around, (at for at, _ in corner)))
        yield tuple(knot[share] for share in shares), math.prod(weight for _, weight in corner)


def _unit(vector, length):
    vector = np.asarray(vector, np.float32)
    if vector.shape != (length,) or not 0 < np.linalg.norm(vector) < np.inf:
        raise ValueError(
            f"a named direction has shape {list(vector.shape)}: expected a finite vector [{length}] "
            "that is not zero; directions.directions_by_regression gives one"
        )
    return vector / np.linalg.norm(vector)


def _fingerprint(parent, child):
    digest = hashlib.sha256()
    for network in filter(None, (parent, child)):
        for array in network.get_weights():
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:8]
