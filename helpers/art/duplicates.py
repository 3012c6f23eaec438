"""Which pictures are one picture: copies, mirrored, saved again, at another size.

Two pictures on two sides of a split make every score a lie when they are one: what was trained on is
then taken for new.
"""

import numpy as np

SIDE = 16  # pixels along a side to which pictures are averaged before they are compared
NEAR = 0.18  # in units of the pictures' own contrast, see `families`
_FLAT = 0.02  # least contrast: pictures of less are compared by their colour
_ROWS = 512


def families(images, near=NEAR):
    """Gives pictures that are one, mirrored or not, and those that are one with them in turn, one number.

    Args:
        images: uint8 [n, size, size, 3].
        near: root mean square of the difference, divided by the two pictures' contrast, below which
            two are one.

    Returns:
        int64 [n]: the first picture of each one's family.
    """
    number = np.arange(len(images), dtype=np.int64)
    for start, distance in _distances(images):
        # Row by row and never as a list of pairs: ten thousand frames of a film have fifty million.
        for row, close in enumerate(distance < near, start):
            met = np.append(number[close], number[row])
            if met.min() < met.max():
                number[np.isin(number, met)] = met.min()
    return number


def _distances(images):
    """(first row, float [rows, n] distances to all pictures), block by block."""
    whole = small(images)
    points = whole.reshape(len(whole), -1)
    mirrored = whole[:, :, ::-1].reshape(len(whole), -1)
    contrast = np.maximum(points.reshape(len(whole), -1, 3).std(axis=1).mean(axis=-1), _FLAT)
    squares = (points**2).sum(axis=1)
    for start in range(0, len(points), _ROWS):
        rows = slice(start, start + _ROWS)
        best = np.full((len(points[rows]), len(points)), np.inf, np.float32)
        for other in (points, mirrored):
            between = squares[rows, None] + squares - 2 * points[rows] @ other.T
            best = np.minimum(best, between)
        distance = np.sqrt(np.maximum(best, 0) / points.shape[1])
        yield start, distance / np.sqrt(contrast[rows, None] * contrast)


def small(images):
    """float32 [n, SIDE, SIDE, 3] in 0–1: means over areas."""
    size = images.shape[1]
    edges = np.linspace(0, size, SIDE + 1)
    low, high = edges[:-1, None], edges[1:, None]
    pixel = np.arange(size)[None]
    weights = np.clip(np.minimum(high, pixel + 1) - np.maximum(low, pixel), 0, 1)
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    parts = [
        _averaged(images[start : start + _ROWS], weights) for start in range(0, len(images), _ROWS)
    ]
    return np.concatenate(parts)


def _averaged(images, weights):
    count, size = images.shape[:2]
    rows = weights @ (images.reshape(count, size, size * 3) / np.float32(255))
    columns = rows.reshape(count, SIDE, size, 3).transpose(0, 1, 3, 2) @ weights.T
    return np.ascontiguousarray(columns.transpose(0, 1, 3, 2))
