"""How a picture of any shape becomes a square: whole, or its middle; enlarged by whole factors."""

import numpy as np
from PIL import Image

THUMB = 16
_STRIP = 2**20  # pixels that are compared at a time
_SAME = 24  # levels of 255 within which border pixels count as one colour
_FULL, _MARGIN = 0.9, 0.06  # a drawing that takes up so much of its page; what a trimmed one keeps
_BORDER = 0.9  # share of the border that must be of one colour


def border(pixels):
    """The one colour of a picture's border: of paper, of a cut-out's page.

    Args:
        pixels: uint8 [height, width, 3].

    Returns:
        [r, g, b], or None where the picture fills its frame.
    """
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(int)
    colour = np.median(edge, axis=0)
    same = np.abs(edge - colour).max(axis=1) <= _SAME
    return np.rint(colour).astype(int).tolist() if same.mean() >= _BORDER else None


def drawing(pixels, colour):
    """Where the drawing stands on its page.

    Args:
        pixels: uint8 [height, width, 3 or 4].
        colour: [r, g, b] of the page; None where the page is what can be seen through.

    Returns:
        (left, top, right, bottom) in pixels; the whole page where nothing stands out.
    """
    if colour is None:
        inked = pixels[..., 3] > 8 if pixels.shape[-1] == 4 else np.ones(pixels.shape[:2], bool)
    else:
        rows = max(
            1, _STRIP // pixels.shape[1]
        )  # whole numbers take eight times a picture's memory
        strips = (pixels[top : top + rows, :, :3] for top in range(0, len(pixels), rows))
        inked = np.concatenate(
            [np.abs(strip.astype(int) - colour).max(axis=-1) > _SAME for strip in strips]
        )
    columns, rows = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
    if not len(columns):
        return 0, 0, pixels.shape[1], pixels.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def squares(image, size, colour, box):
    """The squares of a picture.

    Args:
        image: Pillow image, RGB or RGBa.
        size: side in pixels.
        colour: [r, g, b] of the border, which goes on around a picture that is not square; None
            leaves that see-through.
        box: where the drawing stands, as from `drawing`.

    Returns:
        (pad, crop, trim): uint8 [size, size, 4], premultiplied: the whole picture, its middle
        square, the drawing without its empty page. The same array where two are equal.
    """
    pad = _pad(image, size, colour)
    crop = pad if image.width == image.height else _crop(image, size)
    extent = max(box[2] - box[0], box[3] - box[1])
    if extent > _FULL * max(image.size):
        return pad, crop, pad
    margin = round(_MARGIN * extent)
    sides = [max(0, side - margin) for side in box[:2]]
    sides += [min(most, side + margin) for most, side in zip(image.size, box[2:])]
    return pad, crop, _pad(image.crop(sides), size, colour)


def _pad(image, size, colour):
    longest = max(image.size)
    if longest <= size:
        # Whole factors keep the corners of pixel art; what is left over becomes margin.
        factor = size // longest if longest else 1
        small = image.resize(
            (image.width * factor, image.height * factor), Image.Resampling.NEAREST
        )
    else:
        shape = [max(1, round(side * size / longest)) for side in image.size]
        small = image.resize(shape, _filter(longest, size))
    square = np.zeros((size, size, 4), np.uint8)
    if colour is not None:
        square[:] = [*colour, 255]
    top, left = (size - small.height) // 2, (size - small.width) // 2
    square[top : top + small.height, left : left + small.width] = _four(small)
    return square


def _crop(image, size):
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    way = Image.Resampling.NEAREST if size % side == 0 else _filter(side, size)
    return _four(image.resize((size, size), way, box=box))


def _filter(side, size):
    """Plain means where the factor is whole, as everywhere in the course; else a filter that never rings."""
    if side % size == 0:
        return Image.Resampling.BOX
    return Image.Resampling.HAMMING if side > size else Image.Resampling.BILINEAR


def _four(image):
    pixels = np.asarray(image)
    if pixels.shape[-1] == 4:
        return pixels
    return np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=-1)


def thumb(image):
    """The whole picture pressed into 16 × 16 pixels: uint8 [16, 16, 4], premultiplied."""
    shape = (THUMB, THUMB)
    if min(image.size) < THUMB:  # else a small picture would be interpolated, and its copies not
        image = image.resize([side * THUMB for side in image.size], Image.Resampling.NEAREST)
    return _four(image.resize(shape, Image.Resampling.BILINEAR))  # overlapping means: no aliasing


def on(squares, colours):
    """Puts premultiplied squares on backgrounds.

    Args:
        squares: uint8 [n, size, size, 4].
        colours: [n, 3] or [3], 0–255.

    Returns:
        uint8 [n, size, size, 3].
    """
    rest = 255 - squares[..., 3:].astype(np.uint16)
    colours = np.asarray(colours, np.uint16).reshape(-1, 1, 1, 3)
    filled = squares[..., :3] + (rest * colours + 127) // 255
    return np.minimum(filled, 255).astype(np.uint8)
