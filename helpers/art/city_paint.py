"""Paint a planned city in one of four styles, on a canvas of 128 × 128 pixels.

Only +, −, ×, ÷ and comparisons touch a pixel: they give the same bits everywhere, which sin, exp
or a library's polygons would not.
"""

from dataclasses import dataclass

import numpy as np

CANVAS = 128
WINDOWS = ((4, 4, 8, 8), (4, 8, 8, 12), (8, 4, 12, 8), (2, 4, 4, 8))  # wide, high, every x, y
_Y, _X = np.mgrid[:CANVAS, :CANVAS]


@dataclass(frozen=True)
class Style:
    """Colours are (red, green, blue) 0–255; mixes are 0 (none) … 1 (all)."""

    sky: tuple  # from top to horizon
    body: tuple  # sun or moon: face, ring
    glow: tuple  # colour and strength of the light around it
    facades: tuple  # five
    haze: tuple  # what distance fades to
    depths: tuple  # how much haze: far, middle, near row
    mist: float  # haze rising between the rows
    shade: float  # brightness of the side away from the light
    lights: tuple  # lit windows
    dark: tuple  # unlit windows: colour and strength
    lit: float  # share of the planned lit windows that burn
    signs: tuple
    cars: tuple
    cloud: tuple  # colour and strength
    star: float  # strength
    water: tuple  # colour and strength
    street: tuple = ((0, 0, 0), 0)  # light that rises from the streets: colour and strength
    outline: tuple = None


STYLES = {
    "day": Style(
        sky=((92, 166, 226), (160, 208, 240), (236, 244, 244)),
        body=((255, 250, 220), (255, 255, 245)),
        glow=((255, 252, 230), 0.55),
        facades=((214, 120, 88), (236, 196, 128), (92, 148, 160), (240, 228, 204), (120, 120, 150)),
        haze=(214, 232, 242),
        depths=(0.74, 0.42, 0),
        mist=0.5,
        shade=0.78,
        lights=((255, 246, 206), (196, 226, 240)),
        dark=((44, 72, 104), 0.7),
        lit=0.45,
        signs=((220, 60, 60), (40, 130, 110)),
        cars=((240, 244, 248), (220, 70, 60)),
        cloud=((255, 255, 255), 0.85),
        star=0,
        water=((86, 150, 190), 0.45),
    ),
    "neon": Style(
        sky=((16, 8, 44), (58, 18, 96), (188, 44, 132)),
        body=((255, 150, 206), (120, 240, 255)),
        glow=((255, 80, 190), 0.6),
        facades=((40, 18, 84), (26, 26, 98), (60, 16, 88), (16, 40, 92), (30, 14, 58)),
        haze=(134, 34, 134),
        depths=(0.58, 0.26, 0),
        mist=0.4,
        shade=0.55,
        lights=((70, 240, 255), (255, 70, 190), (255, 214, 90)),
        dark=((10, 6, 30), 0.6),
        lit=1.1,
        signs=((255, 50, 160), (40, 250, 230)),
        cars=((120, 250, 255), (255, 90, 150)),
        cloud=((150, 50, 150), 0.4),
        star=1,
        water=((30, 10, 70), 0.4),
        street=((255, 40, 170), 0.34),
    ),
    "sunset": Style(
        sky=((62, 50, 118), (226, 96, 96), (255, 206, 120)),
        body=((255, 244, 190), (255, 220, 160)),
        glow=((255, 220, 130), 0.75),
        facades=((96, 42, 72), (70, 38, 82), (112, 50, 66), (60, 34, 70), (86, 44, 88)),
        haze=(246, 146, 106),
        depths=(0.66, 0.38, 0),
        mist=0.5,
        shade=0.72,
        lights=((255, 226, 120), (255, 196, 92)),
        dark=((50, 22, 52), 0.5),
        lit=0.75,
        signs=((255, 120, 70), (255, 216, 140)),
        cars=((60, 30, 60), (255, 240, 190)),
        cloud=((255, 168, 130), 0.7),
        star=0.35,
        water=((150, 62, 92), 0.35),
        street=((255, 120, 80), 0.22),
    ),
    "ink": Style(
        sky=((240, 234, 220), (243, 238, 225), (246, 241, 230)),
        body=((200, 44, 36), (200, 44, 36)),
        glow=((246, 241, 230), 0),
        facades=((104, 102, 106), (130, 128, 130), (84, 82, 88), (150, 148, 148), (116, 114, 120)),
        haze=(246, 241, 230),
        depths=(0.72, 0.42, 0),
        mist=0.8,
        shade=0.72,
        lights=((250, 244, 228),),
        dark=((40, 38, 44), 0.55),
        lit=0.35,
        signs=((200, 44, 36), (60, 58, 64)),
        cars=((50, 48, 54), (50, 48, 54)),
        cloud=((206, 202, 194), 0.6),
        star=0,
        water=((240, 235, 222), 0.55),
        outline=(38, 36, 42),
    ),
}


def paint(city, style):
    """Paint one city.

    Args:
        city: cities.City.
        style: a key of STYLES.
    Returns:
        uint8 [128, 128, 3].
    """
    look = STYLES[style]
    canvas = _sky(look)
    _paint_stars(canvas, city, look)
    _paint_body(canvas, city.sky, look)
    _paint_clouds(canvas, city, look)
    for depth, row in enumerate(city.rows):
        for building in row:
            _paint_building(canvas, building, city, depth, look)
        haze, strength = (look.haze, look.mist) if depth < 2 else look.street
        _paint_mist(canvas[: city.ground], haze, strength, 48 if depth < 2 else 32)
        if depth == 1:
            _paint_cars(canvas, city, look)
    _paint_water(canvas, city.ground, look)
    return np.floor(canvas + 0.5).astype(np.uint8)


def _mix(canvas, colour, share):
    """Move `canvas`, in place, towards a colour; share is one number or one per pixel."""
    canvas += (np.asarray(colour, dtype=np.float64) - canvas) * share


def _sky(look):
    """Two straight gradients, top to middle to horizon."""
    top, middle, low = np.array(look.sky, dtype=np.float64)
    height = np.arange(CANVAS)[:, None, None] / 104
    upper = top + (middle - top) * np.minimum(height * 2, 1)
    return upper + (low - upper) * np.clip(height * 2 - 1, 0, 1) + np.zeros((1, CANVAS, 1))


def _paint_stars(canvas, city, look):
    for x, y, percent in city.stars:
        _mix(canvas[y : y + 2, x : x + 2], (255, 250, 240), look.star * percent / 100)


def _paint_body(canvas, sky, look):
    """Glow, disc, and for some a ring that passes behind and in front."""
    dx, dy = _X - sky.x + 0.5, _Y - sky.y + 0.5
    square = dx * dx + dy * dy
    reach = (3.2 * sky.radius) ** 2
    near = np.clip(1 - square / reach, 0, 1)
    colour, strength = look.glow
    _mix(canvas, colour, (near * near * strength)[..., None])
    disc = square < sky.radius * sky.radius
    _mix(canvas, look.body[0], disc[..., None])
    if sky.ring:
        along, across = dx * 0.96 + dy * 0.28 * sky.ring, (dy * 0.96 - dx * 0.28 * sky.ring) * 3.6
        far = along * along + across * across
        ring = (far > (1.4 * sky.radius) ** 2) & (far < (1.85 * sky.radius) ** 2)
        _mix(canvas, look.body[1], (ring & ~(disc & (across < 0)))[..., None] * 0.85)


def _paint_clouds(canvas, city, look):
    colour, strength = look.cloud
    for left, top, width in city.clouds:
        for inset, rise in ((0, 0), (width // 5 // 2 * 2, 4)):
            _mix(
                canvas[top - rise : top - rise + 4, max(left + inset, 0) : left + width - inset],
                colour,
                strength,
            )


def _paint_mist(canvas, colour, strength, height):
    """Colour that thickens towards the ground, the last row of `canvas`."""
    rise = np.arange(1, height + 1)[:, None, None] / height
    _mix(canvas[-height:], colour, rise * strength)


def _paint_cars(canvas, city, look):
    for x, y, trail, way, hue in city.cars:
        tail = slice(max(x - trail, 0), x) if way > 0 else slice(x + 6, x + 6 + trail)
        _mix(canvas[y : y + 2, tail], look.cars[hue], 0.45)
        _mix(canvas[y : y + 4, x : x + 6], look.cars[hue], 1)


def _paint_water(canvas, ground, look):
    """Mirror the city in what is below the ground line, squeezed and rippled."""
    deep = CANVAS - ground
    if not deep:
        return
    lines = np.arange(deep)
    source = ground - 1 - lines * 2
    ripple = np.array((0, 2, 0, -2))[lines // 4 % 4][:, None]
    columns = np.clip(np.arange(CANVAS) + ripple, 0, CANVAS - 1)
    canvas[ground:] = canvas[source[:, None], columns]
    colour, strength = look.water
    _mix(canvas[ground:], colour, (strength + (lines // 2 % 2) * 0.12)[:, None, None])


def _paint_building(canvas, building, city, depth, look):
    """Fill, shade and light one building, clipped to the canvas."""
    mask = silhouette(building)
    top = city.ground - mask.shape[0]
    left, right = max(building.left, 0), min(building.left + building.width, CANVAS)
    if right <= left:
        return
    inside = slice(left - building.left, right - building.left)
    colours = _facade(building, mask, city, depth, look)[:, inside]
    view = canvas[top : city.ground, left:right]
    np.copyto(view, colours, where=mask[:, inside, None])


def _facade(building, mask, city, depth, look):
    height, width = mask.shape
    colours = np.empty((height, width, 3))
    colours[:] = look.facades[building.hue]
    light_from_left = city.sky.x < building.left + width // 2
    edge = (width * 5 // 8) // 2 * 2
    shaded = slice(edge, None) if light_from_left else slice(None, width - edge)
    colours[:, shaded] *= look.shade
    _paint_windows(colours, mask, building, depth, look)
    if building.sign and building.shape != "saucer":
        roof = height - building.height
        board = colours[roof + 8 : roof + 8 + building.sign, 4:8]
        _mix(board, look.signs[building.hue % 2], 1)
    if look.outline:
        _mix(colours, look.outline, _rim(mask)[..., None] * 0.9)
    _mix(colours, look.haze, look.depths[depth])
    return colours


def _rim(mask):
    """Pixels of the mask within two of its edge, the ground side apart."""
    padded = np.pad(mask, ((2, 0), (2, 2)))
    padded = np.pad(padded, ((0, 2), (0, 0)), mode="edge")
    core = padded[:-4, 2:-2] & padded[4:, 2:-2] & padded[2:-2, :-4] & padded[2:-2, 4:]
    return mask & ~core


def _paint_windows(colours, mask, building, depth, look):
    """Windows on a 4-pixel grid, so that they stay crisp at 64 and, in front, at 32 pixels."""
    if depth == 0:
        return
    wide, high, across, down = WINDOWS[building.pattern] if depth == 2 else WINDOWS[-1]
    height, width = mask.shape
    for line, y in enumerate(range(height - building.height + 8, height - high - 3, down)):
        for column, x in enumerate(range(4, width - wide - 3, across)):
            if not mask[y - 2, x - 2 : x + wide + 2].all():
                continue
            value = building.windows[line % 32, column % 16]
            window = colours[y : y + high, x : x + wide]
            if value < building.lit * look.lit:
                _mix(window, look.lights[(value + building.hue) % len(look.lights)], 1)
            else:
                _mix(window, *look.dark)


def silhouette(building):
    """The building's outline.

    Returns:
        bool [height + mast, width], the bottom row on the ground.
    """
    height, width = building.height, building.width
    y, x = np.arange(height)[:, None], np.arange(width)[None, :]
    body = _SHAPES[building.shape](y, x, height, width)
    mast = np.zeros((building.mast, width), dtype=bool)
    middle = width // 2
    mast[:, middle - 1 : middle + 1] = True
    body[:8, middle - 1 : middle + 1] |= bool(building.mast)
    return np.concatenate([mast, body])


def _box(y, x, height, width):
    return np.ones((height, width), dtype=bool)


def _stepped(y, x, height, width):
    margin = np.minimum(x, width - 1 - x)
    return (margin >= width // 6 // 2 * 2 + 2) | (y >= height // 4)


def _spire(y, x, height, width):
    middle = np.abs(2 * x + 1 - width)
    return (middle * 24 < y * width) | (y >= 24)


def _dome(y, x, height, width):
    across, radius = 2 * x + 1 - width, width
    down = 2 * (y - width // 2)
    return (across * across + down * down < radius * radius) | (y >= width // 2)


def _slanted(y, x, height, width):
    return (x * 14 < y * width) | (y >= 14)


def _saucer(y, x, height, width):
    across = np.abs(2 * x + 1 - width)
    dome = (y < 6) & (across * 3 < width)
    plate = (y >= 4) & (y < 16) & (across + np.abs(2 * y - 19) * 3 < width + 9)
    return dome | plate | (y >= 16) & (across * 4 < width)


def _twin(y, x, height, width):
    third = width * 3 // 8 // 2 * 2
    towers = (x < third) & (y >= 6) | (x >= width - third)
    bridge = (y >= height // 3) & (y < height // 3 + 6)
    return towers | bridge | (y >= height - 8)


_SHAPES = {
    "box": _box,
    "stepped": _stepped,
    "spire": _spire,
    "dome": _dome,
    "slanted": _slanted,
    "saucer": _saucer,
    "twin": _twin,
}
