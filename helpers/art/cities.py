"""Skylines that never existed: one whole number is one city, and a style only paints it.

    pictures = cities.draw("neon", seeds=range(16))     # uint8 [16, 64, 64, 3]

The same seed is the same city in every style, so styles can be compared pixel by pixel. All that
chance decides is decided in `plan`, from integers; `city_paint` only lays colours down. Both use
nothing whose last bit differs between machines or numpy versions.
"""

import numbers
from collections import namedtuple

import numpy as np

from helpers.art import city_paint
from helpers.art.city_paint import CANVAS, STYLES

SIZES = (128, 64, 32)
STEP = 5  # divides 255, so that black and white stay
KINDS = ("on land", "by the water")
SHAPES = (
    "box",
    "box",
    "stepped",
    "stepped",
    "spire",
    "dome",
    "slanted",
    "saucer",
    "saucer",
    "twin",
)

City = namedtuple("City", "sky ground rows clouds stars cars")
Sky = namedtuple("Sky", "x y radius ring")  # the sun or moon; ring is 0 or its tilt, 1 or −1
Building = namedtuple("Building", "left width height shape hue lit pattern mast sign windows")
# One row: (narrowest, widest), (lowest, highest), chance of a gap, in canvas pixels; far to near.
ROWS = (((12, 20), (44, 84), 10), ((16, 28), (32, 72), 25), ((20, 40), (20, 60), 40))


def styles():
    """Names of the styles: day, neon, sunset, ink."""
    return list(STYLES)


def draw(style, seeds, size=64):
    """Draw one city for each seed.

    Args:
        style: "day", "neon", "sunset" or "ink".
        seeds: whole numbers from 0; the same seed is the same city in every style.
        size: 128, 64 or 32 pixels a side.
    Returns:
        uint8 [n, size, size, 3], colours in steps of 5; the same bytes on every machine.
    Raises:
        ValueError: unknown style or size, or a seed that is not a whole number ≥ 0.
    """
    if style not in styles():
        raise ValueError(f"unknown city style {style!r}; one of: {', '.join(STYLES)}")
    if isinstance(size, bool) or size not in SIZES:
        raise ValueError(f"cities have no size {size!r}; choose one of {list(SIZES)}")
    seeds = _check_seeds(seeds)
    pictures = np.empty((len(seeds), int(size), int(size), 3), dtype=np.uint8)
    for position, seed in enumerate(seeds):
        pictures[position] = _box_average(city_paint.paint(plan(seed), style), CANVAS // int(size))
    return _rounded(pictures)


def kinds(seeds):
    """Which cities stand by the water, the same in every style.

    Returns:
        int64 [n], index into KINDS.
    """
    return np.array([int(plan(seed).ground < CANVAS) for seed in _check_seeds(seeds)])


def _check_seeds(seeds):
    seeds = np.atleast_1d(np.asarray(list(seeds) if hasattr(seeds, "__iter__") else seeds, object))
    for seed in seeds:
        whole = isinstance(seed, numbers.Integral) and not isinstance(seed, (bool, np.bool_))
        if not whole or not 0 <= seed < 2**63:
            raise ValueError(f"a city's seed is a whole number from 0, got {seed!r}")
    return [int(seed) for seed in seeds]


def _rounded(images):
    """Colours to the nearest multiple of STEP: not to be seen, and two fifths less to store."""
    return ((images + np.uint16(STEP // 2)) // STEP * STEP).astype(np.uint8)


def _box_average(picture, factor):
    side = CANVAS // factor
    blocks = picture.astype(np.int64).reshape(side, factor, side, factor, 3)
    area = factor * factor
    return ((blocks.sum(axis=(1, 3)) + area // 2) // area).astype(np.uint8)


class Chance:
    """A stream of whole numbers that numpy promises never to change (raw PCG64 bits)."""

    def __init__(self, *path):
        self._bits = np.random.PCG64(np.random.SeedSequence(path[0], spawn_key=path[1:]))

    def whole(self, low, high):
        """A whole number from low to high, both included."""
        return low + ((int(self._bits.random_raw()) >> 11) * (high - low + 1) >> 53)

    def even(self, low, high):
        """An even number from low to high: edges on whole pixels at 64."""
        return 2 * self.whole(low // 2, high // 2)

    def fourth(self, low, high):
        """A multiple of 4 from low to high: edges on whole pixels at 32 as well."""
        return 4 * self.whole(low // 4, high // 4)

    def percent(self, share):
        """True in `share` of 100 cases."""
        return self.whole(0, 99) < share

    def grid(self, rows, columns):
        """Whole numbers 0 … 99, int64 [rows, columns]."""
        raw = np.atleast_1d(self._bits.random_raw(rows * columns)) >> np.uint64(11)
        return (raw % np.uint64(100)).astype(np.int64).reshape(rows, columns)


def plan(seed):
    """Decide everything about one city.

    Args:
        seed: whole number ≥ 0.
    Returns:
        City: positions and sizes in pixels of the 128-pixel canvas.
    """
    chance = Chance(seed)
    ground = 104 if chance.percent(45) else CANVAS  # the rest is water
    sky = Sky(
        x=chance.even(20, 108),
        y=chance.even(20, 52),
        radius=chance.even(10, 22),
        ring=chance.whole(0, 1) * 2 - 1 if chance.percent(25) else 0,
    )
    peak = chance.whole(24, 104)
    rows = [_row(Chance(seed, 1 + depth), seed, depth, peak, ground) for depth in range(3)]
    return City(sky, ground, rows, _clouds(chance), _stars(Chance(seed, 9)), _cars(chance))


def _row(chance, seed, depth, peak, ground):
    """Fill one row from left to right; buildings near the peak stand taller."""
    widths, heights, gap = ROWS[depth]
    left, row = -chance.fourth(0, 12), []
    while left < CANVAS:
        if chance.percent(gap):
            left += chance.fourth(8, 16)
        width = chance.fourth(*widths)
        distance = abs(left + width // 2 - peak)
        height = chance.fourth(*heights) * max(160 - distance, 80) // 140
        if depth == 2 and chance.percent(12):
            height += 28
        own = Chance(seed, 4 + depth, len(row))
        row.append(_building(own, left, width, min(height, ground - 12) // 4 * 4, depth))
        left += width
    return row


def _building(chance, left, width, height, depth):
    shape = SHAPES[chance.whole(0, len(SHAPES) - 1)]
    if shape in ("saucer", "spire", "twin") and (height < 36 or width < 16):
        shape = "box"  # too small to be read as what it is
    return Building(
        left,
        width,
        height,
        shape,
        hue=chance.whole(0, 4),
        lit=chance.whole(25, 80),
        pattern=chance.whole(0, 2),
        mast=chance.fourth(8, 12) if chance.percent(30) else 0,
        sign=chance.fourth(12, 24) if depth == 2 and chance.percent(35) else 0,
        windows=chance.grid(32, 16),
    )


def _clouds(chance):
    """(left, top, width) of each."""
    return [
        (chance.fourth(-8, 96), chance.fourth(12, 56), chance.fourth(28, 52))
        for _ in range(chance.whole(0, 3))
    ]


def _stars(chance):
    """(x, y, brightness in percent) of each."""
    return [
        (chance.even(0, 126), chance.even(0, 70), chance.whole(35, 100))
        for _ in range(chance.whole(18, 36))
    ]


def _cars(chance):
    """(x, y, length of the trail, direction, hue) of each."""
    return [
        (
            chance.fourth(12, 112),
            chance.fourth(36, 80),
            chance.fourth(12, 24),
            chance.whole(0, 1) * 2 - 1,
            chance.whole(0, 1),
        )
        for _ in range(chance.whole(0, 4))
    ]
