"""From a state of the latent explorer to pictures, without a widget.

scene = explorer.Scene({"heroes": heroes, "heroes → creatures": (heroes, creatures)})
picture = scene.picture(scene.start("heroes", seed=7))
"""

import collections
import dataclasses

import numpy as np

from helpers import latents
from helpers.explorer.source import Source
from helpers.explorer.state import CHOICES, WALL, State, choice, short

STRIP = 9


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

    def from_latent(self, latent, generator=None):
        """The state that a latent gives which no seed does, for example one that was searched for.

        Args:
            latent: float [latent_dim].
            generator: a name; None for the first.

        Raises:
            ValueError: no such generator, or the latent does not fit it.
        """
        state = dataclasses.replace(self.start(generator), latent=latent)
        self.check(state)
        return state

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
        named = [*state.swap, *(block for block, _ in state.shares)]
        unknown = [block for block in named if block not in source.blocks]
        if unknown:
            raise ValueError(f"no block {unknown[0]!r} to swap; one of: {', '.join(source.blocks)}")
        if len(state.latent) not in (0, source.latent_dim):
            raise ValueError(
                f"the picture's latent has {len(state.latent)} numbers, those of "
                f"{state.generator!r} have {source.latent_dim}: it is another generator's"
            )
        if (state.blend or named) and source.child is None:
            raise ValueError(
                f"{state.generator!r} has no child to blend with: give a pair (parent, child)"
            )

    def picture(self, state):
        """uint8 [size, size, 3]: what the state shows."""
        self.check(state)
        source = self.sources[state.generator]
        return source.draw(self.latent(state)[None], self._shares(state), batch_size=1)[0]

    def latent(self, state):
        """float32 [latent_dim]: path from the seed or the state's own latent, then ψ, then directions."""
        return self._latent(state, state.path)

    def _latent(self, state, path):
        source = self.sources[state.generator]
        z = latents.truncate(source.walk(state.latent or state.seed, path), state.truncation)
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

    def mixture(self, state_a, state_b, t):
        """The state whose picture is `between(state_a, state_b, t)`; at the ends they themselves.

        Its latent is one of its own, and the sliders of ψ and the directions are at rest.

        Args:
            state_a, state_b: the ends, of one generator.
            t: 0 … 1.

        Raises:
            ValueError: the states are of different generators, or t is outside 0 … 1.
        """
        if not 0 <= t <= 1:
            raise ValueError(f"t is {t}: it must lie between 0 (the first) and 1 (the second)")
        self._check_way(state_a, state_b)
        if t in (0, 1):
            return state_b if t else state_a
        state = self.from_latent(
            latents.slerp(self.latent(state_a), self.latent(state_b), t), state_a.generator
        )
        shares = _on_the_way(self._shares(state_a), self._shares(state_b), t)
        return self._with_shares(state, shares)

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
        self._check_way(a, b)
        source = self.sources[a.generator]
        path = latents.slerp(self.latent(a), self.latent(b), np.asarray(times))
        first, last = self._shares(a), self._shares(b)
        if first == last:
            yield source.draw(path, first, batch_size)
            return
        for z, t in zip(path, times):
            yield source.draw(z[None], _on_the_way(first, last, t), 1)

    def _check_way(self, a, b):
        for state in (a, b):
            self.check(state)
        if a.generator != b.generator:
            raise ValueError(
                f"no way from {a.generator!r} to {b.generator!r}: both have to be of one generator"
            )

    def _shares(self, state):
        """The child's share in each block."""
        own = dict(state.shares) | dict.fromkeys(state.swap, 1.0)
        return tuple(own.get(block, state.blend) for block in self.sources[state.generator].blocks)

    def _with_shares(self, state, shares):
        """The state with these shares in its blocks: most as `blend` says, some the child's, some their own."""
        counted = collections.Counter(shares)
        blend = max(counted, key=counted.get)
        others = [
            (block, share)
            for block, share in zip(self.sources[state.generator].blocks, shares)
            if share != blend
        ]
        return dataclasses.replace(
            state,
            blend=blend,
            swap=[block for block, share in others if share == 1],
            shares=[(block, share) for block, share in others if share != 1],
        )

    def _source(self, name):
        if name not in self.sources:
            raise ValueError(
                f"the generator {short(name)} is not here; one of: {', '.join(self.sources)}"
            )
        return self.sources[name]


def _on_the_way(first, last, t):
    """Shares at t between two rows of them."""
    return tuple(round((1 - t) * x + t * y, 6) for x, y in zip(first, last))
