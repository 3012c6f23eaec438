"""What the latent explorer shows, as a few numbers; text.py has them as a line of text.

state = explorer.State.from_text("art3.eyJn….0f3a9c21")
brighter = dataclasses.replace(state, truncation=0.7)
"""

import dataclasses
import functools
import numbers

import numpy as np

from helpers.explorer import text as lines
from helpers.language import say

SEEDS, REACH, PSI, CHOICES = 9999, 6.0, 1.5, 50  # bounds of a state, and so of the sliders
WALL = 16
_DIRECTIONS, _MARK, _BLOCKS, _FAR = 50, 100.0, 20, 1000.0


@dataclasses.dataclass(frozen=True)
class State:
    """A picture as a few numbers; make one with `Scene.start`, change it with `dataclasses.replace`.

    Attributes:
        generator: name of the generator in the scene.
        weights: fingerprint of its weights, 8 hexadecimal digits.
        seed: 0 … 9999, of the first latent; of no effect where there is a `latent`.
        path: the variations chosen since, ((number 0 … 15, spread 0 … 1), …), at most 50.
        steps: the directions gone along, ((name, how far −6 … 6, mark −100 … 100), …), at most 50;
            `Scene.along` takes one. The mark tells directions of one name apart.
        truncation: ψ, 0 … 1.5.
        blend: share of the child in every layer, 0 … 1.
        swap: blocks that come from the child whole, such as ("32 px",).
        shares: blocks with a share of their own, such as (("8 px", 0.4),).
        latent: a first latent that no seed gives: float32 numbers, at most 1,024; () for none.

    Raises:
        ValueError: a value is of another type or out of bounds.
    """

    generator: str
    weights: str
    seed: int = 0
    path: tuple = ()
    steps: tuple = ()
    truncation: float = 1.0
    blend: float = 0.0
    swap: tuple = ()
    shares: tuple = ()
    latent: tuple = ()

    def __post_init__(self):
        keep = functools.partial(
            object.__setattr__, self
        )  # the way to set fields of a frozen class
        _words("generator", self.generator, 80)
        _words("weights", self.weights, 8)
        keep("seed", _number("seed", self.seed, 0, SEEDS, whole=True))
        keep("path", tuple(choice(step) for step in _list("path", self.path, CHOICES)))
        keep("steps", tuple(_step(step) for step in _list("steps", self.steps, _DIRECTIONS)))
        keep("truncation", _number("truncation", self.truncation, 0, PSI))
        keep("blend", _number("blend", self.blend, 0, 1))
        swap, shares = _list("swap", self.swap, _BLOCKS), _list("shares", self.shares, _BLOCKS)
        keep("swap", tuple(_words("a swapped block", block, 20) for block in swap))
        keep("shares", tuple(_share(share) for share in shares))
        _once([*dict.fromkeys(self.swap), *(block for block, _ in self.shares)])
        keep("latent", _latent(self.latent))

    def in_words(self):
        """What the picture is, for those who cannot see it: "heroes, seed 7, direction 2 by +1.5"."""
        chosen = f"{len(self.path)} variation{'s' if len(self.path) > 1 else ''} chosen"
        parts = [
            self.generator,
            "a latent of its own" if self.latent else f"seed {self.seed}",
            *([chosen] if self.path else []),
            *(f"{name} by {amount:+.1f}" for name, amount, _ in self.steps),
            *([f"ψ {self.truncation:g}"] if self.truncation != 1 else []),
            *([f"{self.blend:.0%} child"] if self.blend else []),
            *(f"{block} from the child" for block in self.swap),
            *(f"{block} {share:.0%} child" for block, share in self.shares),
        ]
        return ", ".join(map(say, parts))

    def to_text(self):
        """The state as a line of plain letters, for `from_text` on any machine; see text.py."""
        fields = {name: value for name, value in vars(self).items() if name != "latent"}
        return lines.wrap(fields, self.latent)

    @classmethod
    def from_text(cls, text):
        """The state that `to_text` wrote; the text is only ever read as data.

        Args:
            text: a line such as "art3.eyJn….0f3a9c21", or an older one.

        Returns:
            State, equal to the one that was written, to the last bit.

        Raises:
            ValueError: the text is empty, too long, damaged, of another version or something else.
        """
        fields, latent = lines.unwrap(text)
        known = {field.name for field in dataclasses.fields(cls)} - {"latent"}
        if fields is None or set(fields) != known:
            raise ValueError(
                "this text is well formed, but holds something else than a picture's state"
            )
        return cls(**fields, latent=latent)


def _number(name, value, low, high, whole=False):
    kind = numbers.Integral if whole else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool) or not low <= value <= high:
        what = "a whole number" if whole else "a number"
        raise ValueError(f"{name} is {short(value)}: expected {what} from {low:g} to {high:g}")
    return int(value) if whole else float(value)


def _step(step):
    if not isinstance(step, (list, tuple)) or len(step) != 3:
        raise ValueError(f"a step is {short(step)}: expected (direction, how far, mark)")
    name, amount, mark = step
    return (
        _words("a direction", name, 80),
        _number("a step's length", amount, -REACH, REACH),
        _number("a mark", mark, -_MARK, _MARK),
    )


def _share(share):
    if not isinstance(share, (list, tuple)) or len(share) != 2:
        raise ValueError(f"a block's share is {short(share)}: expected (block, share)")
    return _words("a block", share[0], 20), _number("a block's share", share[1], 0, 1)


def _once(blocks):
    twice = [block for block in blocks if blocks.count(block) > 1]
    if twice:
        raise ValueError(f"the block {short(twice[0])} has two shares: expected one at most")


def _latent(latent):
    """The numbers of a latent as float32 would hold them; a tuple, since a state can be a key."""
    try:
        with np.errstate(over="ignore"):  # 1e39 becomes infinity, and is refused as such
            row = np.asarray(latent, np.float32)
    except (TypeError, ValueError, OverflowError):
        row = np.full(1, np.nan)
    within = row.ndim == 1 and row.size <= lines.NUMBERS
    if not within or not (np.abs(row) <= _FAR).all():
        raise ValueError(
            f"the latent is {short(latent)}: expected a row of at most {lines.NUMBERS:,} numbers "
            f"from {-_FAR:g} to {_FAR:g}"
        )
    return tuple(row.tolist())


def _words(name, value, longest):
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise ValueError(f"{name} is {short(value)}: expected 1 to {longest} letters")
    return value


def _list(name, value, longest):
    if not isinstance(value, (list, tuple)) or len(value) > longest:
        raise ValueError(f"{name} is {short(value)}: expected a list of at most {longest}")
    return value


def choice(step):
    """A step of a path, (variation, spread), or a ValueError that says what is wrong with it."""
    if not isinstance(step, (list, tuple)) or len(step) != 2:
        raise ValueError(f"a step of the path is {short(step)}: expected (variation, spread)")
    number = _number("a variation", step[0], 0, WALL - 1, whole=True)
    return number, _number("a spread", step[1], 0, 1)


def short(value):
    """A value as it may stand in a message: its repr, cut off."""
    words = repr(value)
    return words if len(words) < 40 else words[:40] + "…"
