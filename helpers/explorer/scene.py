"""From a state of the latent explorer to pictures, without a widget.

scene = explorer.Scene({"heroes": heroes, "heroes → creatures": (heroes, creatures)})
picture = scene.picture(scene.start("heroes", seed=7))
"""

import dataclasses
import functools
import hashlib
import itertools
import json
import math

import numpy as np
import tensorflow as tf

from helpers import latents
from helpers.explorer.state import CHOICES, WALL, State, choice, short
from helpers.latents import blending
from helpers.latents.directions import closed_form_directions

STRIP = 9
_SAME_MARK = 0.02  # a direction found again on another machine differs in its last digits
_CALIBRATION = (
    64  # latents for a mixture's batch norm: 30 ms at 32 px, 100 at 64, too long for a slider
)
_KNOTS = 4  # so it is measured at quarters of the blend alone: 1 of 255 from measuring everywhere


class Scene:
    """Generators to explore, and pure functions from states to pictures.

    Args:
        generators: {name: GAN or generator, or a pair (parent, child)}; a GAN's averaged generator
            is taken. Pairs can be blended and swapped.
        directions: how many closed-form directions of each (of a pair: the parent's).
        named: {name of a generator: {label: vector [latent_dim]}}, directions of your own, for
            example from `directions.directions_by_regression`; they come first.

    Raises:
        ValueError: there are no generators, or a pair does not fit together.
    """

    def __init__(self, generators, *, directions=5, named=None):
        if not generators:
            raise ValueError('no generator to explore: give {"heroes": checkpoints.load("heroes")}')
        unknown = set(named or {}) - set(generators)
        if unknown:
            raise ValueError(
                f"named has directions for {min(unknown)!r}; one of: {', '.join(generators)}"
            )
        self.sources = {
            name: Source(given, directions, (named or {}).get(name, {}))
            for name, given in generators.items()
        }

    def start(self, generator=None, seed=0):
        """The state that a generator starts from: a seed, and everything else at rest.

        Args:
            generator: a name; None for the first.
            seed: 0 … 9999; the picture is `gan.sample(1, seed)`'s.

        Raises:
            ValueError: no such generator, or the seed is out of bounds.
        """
        name = next(iter(self.sources)) if generator is None else generator
        source = self._source(name)
        return State(name, source.weights, seed)

    def along(self, state, direction, amount):
        """The state gone along a direction.

        Args:
            state: State.
            direction: its name, one of the generator's labels.
            amount: how far from where the state would be without it, −6 … 6; 0 does without.

        Raises:
            ValueError: no such direction, or the amount is out of bounds.
        """
        source = self._source(state.generator)
        source.check_direction(direction)
        others = [step for step in state.steps if step[0] != direction]
        step = (direction, amount, source.marks[source.labels.index(direction)])
        return dataclasses.replace(state, steps=sorted([*others, *([step] if amount else [])]))

    def check(self, state):
        """Holds a state against the generators that are here.

        Raises:
            ValueError: it belongs to another generator, or needs a child where there is none.
        """
        source = self._source(state.generator)
        if state.weights != source.weights:
            raise ValueError(
                f"this picture was made by another generator called {state.generator!r} (weights "
                f"{state.weights}, here {source.weights}): load the same one"
            )
        for direction, _, mark in state.steps:
            source.check_direction(direction, mark)
        unknown = [block for block in state.swap if block not in source.blocks]
        if unknown:
            raise ValueError(f"no block {unknown[0]!r} to swap; one of: {', '.join(source.blocks)}")
        if (state.blend or state.swap) and source.child is None:
            raise ValueError(
                f"{state.generator!r} has no child to blend with: give a pair (parent, child)"
            )

    def picture(self, state):
        """uint8 [size, size, 3]: what the state shows."""
        self.check(state)
        source = self.sources[state.generator]
        return source.draw(self.latent(state)[None], self._shares(state), batch_size=1)[0]

    def latent(self, state):
        """float32 [latent_dim]: path from the seed, then ψ, then the directions."""
        return self._latent(state, state.path)

    def _latent(self, state, path):
        source = self.sources[state.generator]
        z = latents.truncate(source.walk(state.seed, path), state.truncation)
        amounts = {direction: amount for direction, amount, _ in state.steps}
        return (
            z + np.float32([amounts.get(label, 0) for label in source.labels]) @ source.directions
        )

    def vary(self, state, number, spread=0.4):
        """The state with variation `number` (0 … 15) of the wall in the centre.

        Raises:
            ValueError: no such variation, or 50 have been chosen already.
        """
        if len(state.path) >= CHOICES:
            raise ValueError(
                f"{CHOICES} variations are as far as one picture goes: move the seed to begin anew"
            )
        return dataclasses.replace(state, path=(*state.path, (number, spread)))

    def wall(self, state, spread=0.4):
        """16 variations: the latent turned towards 16 others by the share `spread` of the angle.

        Args:
            state: the centre.
            spread: 0 (no change) to 1 (other pictures altogether).

        Returns:
            uint8 [16, size, size, 3]; the i-th is `picture(vary(state, i, spread))`.
        """
        self.check(state)
        paths = [(*state.path, choice((i, spread))) for i in range(WALL)]
        varied = np.stack([self._latent(state, path) for path in paths])
        return self.sources[state.generator].draw(varied, self._shares(state))

    def between(self, state_a, state_b, t):
        """The picture at t from 0 (state_a) to 1 (state_b): see `strip`."""
        return next(self._frames(state_a, state_b, [t], batch_size=1))[0]

    def strip(self, state_a, state_b, count=STRIP):
        """Pictures on the way from one state to another: latents on the great circle, shares straight.

        Args:
            state_a, state_b: the ends, of one generator.
            count: how many pictures, both ends included, 2 or more.

        Returns:
            uint8 [count, size, size, 3].

        Raises:
            ValueError: the states are of different generators.
        """
        return np.concatenate(list(self.strip_parts(state_a, state_b, count)))

    def strip_parts(self, state_a, state_b, count=STRIP):
        """The strip in parts that are quickly drawn: of changing mixtures one picture at a time."""
        return self._frames(state_a, state_b, np.linspace(0, 1, count), batch_size=WALL)

    def _frames(self, a, b, times, batch_size):
        for state in (a, b):
            self.check(state)
        if a.generator != b.generator:
            raise ValueError(
                f"no way from {a.generator!r} to {b.generator!r}: start the strip at this generator"
            )
        source = self.sources[a.generator]
        path = latents.slerp(self.latent(a), self.latent(b), np.asarray(times))
        first, last = self._shares(a), self._shares(b)
        if first == last:
            yield source.draw(path, first, batch_size)
            return
        for z, t in zip(path, times):
            yield source.draw(
                z[None], tuple(round((1 - t) * x + t * y, 6) for x, y in zip(first, last)), 1
            )

    def _shares(self, state):
        blocks = self.sources[state.generator].blocks
        return tuple(1.0 if block in state.swap else state.blend for block in blocks)

    def _source(self, name):
        if name not in self.sources:
            raise ValueError(
                f"the generator {short(name)} is not here; one of: {', '.join(self.sources)}"
            )
        return self.sources[name]


class Source:
    """One generator of a scene, or a parent with its child; see `Scene`.

    Attributes:
        parent, child: generators; child may be None.
        blocks: {"4 px": names of layers, …}.
        labels, directions: k names, and float32 [k, latent_dim].
        marks: k numbers, each direction's step along one fixed latent: by these a text knows a
            direction that was found from pictures, where a name would not do.
        weights: fingerprint of the weights.
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
        self.walk = functools.lru_cache(maxsize=4096)(self._walk)
        self._measured = functools.lru_cache(maxsize=1024)(self._measure)
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
        return sum(weight * self._measured(knot) for knot, weight in _knots(shares))

    def _measure(self, shares):
        """Batch norm's statistics of the mixture with these shares: float32, all in one row."""
        latents.traced(self._mixture, self._set_weights, np.float32(shares))
        blending.calibrate(self._mixture, latents.noise(self.parent, _CALIBRATION))
        return np.concatenate([variable.numpy() for variable in blending.statistics(self._mixture)])

    def _walk(self, seed, path):
        """The latent at the end of a path of variations, each a turn on the great circle."""
        if not path:
            return latents.noise(self.parent, 1, seed)[0]
        # Other noise at each station: its seed is a hash of the way there, the same everywhere.
        words = json.dumps([seed, path]).encode()
        target = latents.noise(self.parent, 1, int(hashlib.sha256(words).hexdigest()[:7], 16))[0]
        return latents.slerp(self.walk(seed, path[:-1]), target, path[-1][1])

    def _warm(self):
        """Traces everything now, so that no slider's first move waits for it."""
        if self.child is not None:
            self._mixture = blending.blend(self.parent, self.child, 0.5)
            for i in range(_KNOTS + 1):
                self._measured((i / _KNOTS,) * len(self.blocks))
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
