"""How a projected discriminator is built: which maps it looks at, how they are mixed, what else."""

import dataclasses
import numbers
import reprlib

from helpers.transfer import efficientnet_lite

SIZES = (8, 16, 32, 64, 128)
SCALES = (0.25, 0.5, 1, 2, 4)
CHANNELS = (1, 256)
MOST_LOOKS = 8
SIDE = 4  # every head's last map has this side
_LARGEST_SEED = 2**50 - 1  # as for a GAN's own seed


@dataclasses.dataclass(frozen=True)
class Form:
    """How a projected discriminator is built.

    Args:
        looks: for each map (block, scale, channels): a block of the backbone, by what the picture is
            enlarged (2, 4: every pixel becomes a square) or averaged down (0.5, 0.25) before, and
            how many channels the random mixing makes of the block's.
        pixels: width of a branch that sees the picture itself; 0 for none.
        cross_scale: whether the random mixing also goes from deep maps to shallow ones.
        mixing_seed: seed of the random mixing; None takes the discriminator's.

    Raises:
        ValueError: an unknown block or scale, or a number out of range.
    """

    looks: tuple = (("block03", 1, 64), ("block05", 1, 64))
    pixels: int = 16
    cross_scale: bool = False
    mixing_seed: int | None = None

    def __post_init__(self):
        object.__setattr__(self, "looks", _checked_looks(self.looks))
        if not isinstance(self.cross_scale, bool):
            raise ValueError(
                f"cross_scale takes True or False, got {reprlib.repr(self.cross_scale)}"
            )
        _check_whole("pixels", self.pixels, 0, CHANNELS[1])
        if self.mixing_seed is not None:
            _check_whole("mixing_seed", self.mixing_seed, 0, _LARGEST_SEED)
        if not self.looks and not self.pixels:
            raise ValueError("a discriminator needs something to look at: looks, or pixels above 0")
        if self.cross_scale and len({channels for *_, channels in self.looks}) > 1:
            raise ValueError(
                "mixing across scales adds maps up, so they need the same number of channels"
            )


def form_of(form):
    """A Form from None, from a Form, or from a dictionary of its entries as a file holds it.

    Raises:
        ValueError: it is none of them, or has an entry that a Form has not.
    """
    if form is None:
        return Form()
    if isinstance(form, Form):
        return form
    known = [field.name for field in dataclasses.fields(Form)]
    if not isinstance(form, dict):
        raise ValueError(f"a form is a projected.Form, got {reprlib.repr(form)}")
    if odd := sorted(set(form) - set(known), key=str):
        raise ValueError(f"a form has no entry {reprlib.repr(odd[0])}; any of: {', '.join(known)}")
    return Form(**form)


def check(size=32, form=None):
    """Holds a form against a picture's size.

    Raises:
        ValueError: another size than SIZES, or a map that no head can halve down to 4 px.
    """
    if isinstance(size, bool) or size not in SIZES:
        told = ", ".join(map(str, SIZES))
        raise ValueError(f"size {reprlib.repr(size)} does not fit: use one of {told} pixels")
    for block, scale, _ in form_of(form).looks:
        stride = blocks()[block][0]
        side = size * scale / stride
        if side < SIDE:
            raise ValueError(
                f"{block} makes {side:g} px of a picture of {size} px at scale {scale:g}, and a head "
                f"needs {SIDE} or more: take pictures of {SIDE * stride / scale:g} px or more, a "
                "lower block, or a larger scale"
            )


def blocks():
    """Of each block: how many pixels of a picture one of its map stands for, and its channels."""
    found, stride = {}, 2
    for name, _, step, _, channels in efficientnet_lite.block_arguments():
        stride *= step
        found[name] = (stride, channels)
    return found


def _checked_looks(looks):
    if not isinstance(looks, (list, tuple)) or len(looks) > MOST_LOOKS:
        raise ValueError(
            f"looks lists up to {MOST_LOOKS} maps, (block, scale, channels) each, got {reprlib.repr(looks)}"
        )
    found = []
    for look in looks:
        if not isinstance(look, (list, tuple)) or len(look) != 3:
            raise ValueError(f"a look is (block, scale, channels), got {reprlib.repr(look)}")
        block, scale, channels = look
        if block not in list(blocks()):
            known = ", ".join(blocks())
            raise ValueError(f"unknown block {reprlib.repr(block)}; any of: {known}")
        if isinstance(scale, bool) or scale not in SCALES:
            told = ", ".join(f"{one:g}" for one in SCALES)
            raise ValueError(f"scale is one of {told}, got {reprlib.repr(scale)}")
        _check_whole("channels", channels, *CHANNELS)
        found.append((block, scale, channels))
    if len({look[:2] for look in found}) < len(found):
        raise ValueError("looks names one block twice at the same scale")
    return tuple(found)


def _check_whole(name, value, low, high):
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not (whole and low <= value <= high):
        raise ValueError(
            f"{name} is a whole number from {low} to {high}, got {reprlib.repr(value)}"
        )
