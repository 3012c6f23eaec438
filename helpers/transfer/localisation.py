"""Where is it? Scenes with one emoji on a city, boxes, and how well two boxes agree."""

import numpy as np
from scipy.ndimage import binary_fill_holes


def scenes(backgrounds, stickers, seed=0):
    """Put one sticker on each background, at a random size and place.

    Args:
        backgrounds: uint8 [n, s, s, 3].
        stickers: uint8 [m, t, t, 3] on white, t ≤ s/2; the white around a motif is not copied.
        seed: whole number.
    Returns:
        (pictures uint8 [n, s, s, 3], boxes float32 [n, 4]: left, top, right, bottom in 0 … 1).
    """
    rng, pictures, boxes = np.random.default_rng(seed), backgrounds.copy(), []
    size = backgrounds.shape[1]
    for picture in pictures:
        sticker, mask = cut_out(stickers[rng.integers(len(stickers))])
        height, width = mask.shape
        top, left = rng.integers(0, (size - height + 1, size - width + 1))
        place = picture[top : top + height, left : left + width]
        place[mask] = sticker[mask]
        boxes.append((left, top, left + width, top + height))
    return pictures, np.array(boxes, np.float32) / size


def cut_out(picture, white=250):
    """A motif without the white around it: its tight box, and a mask of what belongs to it."""
    mask = binary_fill_holes((picture < white).any(-1))
    if not mask.any():
        raise ValueError("a sticker needs a motif: this picture is all white")
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return picture[box], mask[box]


def iou(one, two):
    """Intersection over union of boxes, 1 for equal ones, 0 for disjoint ones.

    Args:
        one, two: float [n, 4]: left, top, right, bottom.
    Returns:
        float [n]; a box turned inside out has no area.
    """
    one, two = np.asarray(one, float), np.asarray(two, float)
    overlap = area(
        np.concatenate(
            [np.maximum(one[:, :2], two[:, :2]), np.minimum(one[:, 2:], two[:, 2:])], axis=1
        )
    )
    return overlap / np.maximum(area(one) + area(two) - overlap, 1e-12)


def area(boxes):
    """Area of boxes [n, 4], 0 where right < left or bottom < top."""
    return np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1)


def outlined(pictures, boxes, colour=(213, 94, 0)):
    """Pictures with a box drawn on each, one pixel wide; uint8 [n, s, s, 3]."""
    pictures, size = pictures.copy(), pictures.shape[1]
    for picture, box in zip(pictures, np.clip(np.rint(boxes * size), 0, size - 1).astype(int)):
        left, top, right, bottom = box
        picture[top : bottom + 1, [left, right]] = colour
        picture[[top, bottom], left : right + 1] = colour
    return pictures
