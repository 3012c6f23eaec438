"""Pixels with transparency: box averages on white that leave no fringes. All in whole numbers."""

import io

import numpy as np
from PIL import Image


def read_rgba(source):
    """A picture file (path or bytes) as uint8 [height, width, 4]."""
    source = io.BytesIO(source) if isinstance(source, bytes) else source
    with Image.open(source) as image:
        return np.asarray(image.convert("RGBA"))


def on_white(rgba, size=None):
    """Picture on white at `size` pixels: premultiply, box-average, then lay on white.

    Averaging colours without their alpha would mix in the invisible colours of clear pixels, which
    shows as dark or white fringes. Whole numbers make the result the same on every machine.

    Args:
        rgba: uint8 [s, s, 4].
        size: pixels of the result, a whole fraction of s; s itself when None.

    Returns:
        uint8 [size, size, 3].

    Raises:
        ValueError: not square, or size is not a whole fraction.
    """
    height, width = rgba.shape[:2]
    size = height if size is None else size
    if height != width or height % size:
        raise ValueError(f"cannot box-average {width}×{height} pixels to {size}×{size}")
    factor = height // size
    alpha = rgba[..., 3:].astype(np.int64)
    # 255² stands for white: the covered part of a pixel plus the white that shows through.
    light = rgba[..., :3].astype(np.int64) * alpha + 255 * (255 - alpha)
    boxes = light.reshape(size, factor, size, factor, 3).sum(axis=(1, 3))
    whole = 255 * factor * factor
    return ((2 * boxes + whole) // (2 * whole)).astype(np.uint8)


def over(layers):
    """Stack RGBA pictures, the first at the bottom; premultiplied floats [s, s, 4] in 0…1."""
    result = np.zeros(layers[0].shape)
    for layer in layers:
        layer = layer / 255.0
        alpha = layer[..., 3:]
        top = np.concatenate([layer[..., :3] * alpha, alpha], axis=-1)
        result = top + (1.0 - alpha) * result
    return result


def floats_on_white(premultiplied):
    """Premultiplied floats [s, s, 4] laid on white, as uint8 [s, s, 3]."""
    light = premultiplied[..., :3] + (1.0 - premultiplied[..., 3:])
    return np.clip(np.floor(light * 255.0 + 0.5), 0, 255).astype(np.uint8)


def squared(rgba):
    """The middle square of a picture whose longer side has clear margins.

    Raises:
        ValueError: something other than clear pixels would be cut off.
    """
    height, width = rgba.shape[:2]
    size = min(height, width)
    top, left = (height - size) // 2, (width - size) // 2
    square = rgba[top : top + size, left : left + size]
    if np.count_nonzero(rgba[..., 3]) != np.count_nonzero(square[..., 3]):
        raise ValueError(
            f"cannot cut {width}×{height} pixels to a square: the margins are drawn on"
        )
    return square


def standing(rgba, size):
    """A smaller picture on a clear square: centred, its lower edge on the ground."""
    height, width = rgba.shape[:2]
    square = np.zeros((size, size, 4), np.uint8)
    left = (size - width) // 2
    square[size - height :, left : left + width] = rgba
    return square
