"""Faults by known degrees, put into real pictures: a yardstick must call more of a fault worse.

Each function takes uint8 [n, size, size, 3] and a degree of its list, and returns pictures of the same
shape. Degree 0 changes nothing.
"""

import numpy as np
from scipy import ndimage

SEED = 7
FLAT = 24  # grey values by which the 3 × 3 neighbourhood of a flat place differs at most

DEGREES = {
    "blurred": (0, 0.4, 0.7, 1.1, 1.8),  # standard deviation of the blur, in pixels of 32
    "torn": (0, 1, 2, 4, 8),  # how far each of 16 blocks is shifted at most, in pixels of 32
    "recoloured": (0, 20, 45, 90, 135),  # turn of the hue, in degrees
    "checkerboard": (0, 8, 16, 32, 64),  # grey values up and down in flat places
    "stripes": (0, 8, 16, 32, 64),
    "few kinds": (1, 0.4, 0.15, 0.05, 0.02),  # share of the pictures that is left, repeated
}


def damaged(images, fault, degree):
    """Pictures with a fault.

    Args:
        images: uint8 [n, size, size, 3].
        fault: a name of DEGREES.
        degree: a number of DEGREES[fault].

    Returns:
        uint8 [n, size, size, 3].
    """
    if degree == DEGREES[fault][0]:
        return images
    return _FAULTS[fault](images, degree)


def _blurred(images, degree):
    sigma = degree * images.shape[1] / 32
    return _bytes(ndimage.gaussian_filter(images.astype(np.float32), (0, sigma, sigma, 0)))


def _torn(images, degree):
    n, size = images.shape[:2]
    block, reach = size // 4, degree * size // 32
    shifts = np.random.default_rng(SEED).integers(-reach, reach + 1, (n, 4, 4, 2))
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="edge")
    torn = np.empty_like(images)
    for k, row, column in np.ndindex(n, 4, 4):
        top, left = row * block, column * block
        down, right = reach + shifts[k, row, column]
        torn[k, top : top + block, left : left + block] = padded[
            k, top + down : top + down + block, left + right : left + right + block
        ]
    return torn


def _recoloured(images, degree):
    """Turned about the axis of the greys: lightness stays, and so does grey."""
    angle = np.deg2rad(degree)
    cosine, sine = np.cos(angle), np.sin(angle) / np.sqrt(3)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    turn = cosine * np.eye(3) + (1 - cosine) / 3 + sine * cross
    return _bytes(images.astype(np.float32) @ turn.T)


def _board(images, degree):
    return _dithered(images, degree, np.indices(images.shape[1:3]).sum(axis=0))


def _stripes(images, degree):
    return _dithered(images, degree, np.indices(images.shape[1:3])[1])


def _dithered(images, degree, place):
    spread = ndimage.maximum_filter(images, (1, 3, 3, 1)).astype(int)
    spread -= ndimage.minimum_filter(images, (1, 3, 3, 1))
    flat = (spread.max(axis=-1) < FLAT)[..., None]
    pattern = (place % 2 * 2 - 1)[None, :, :, None]
    return _bytes(images + flat * degree * pattern)


def _few(images, degree):
    kept = np.random.default_rng(SEED).permutation(len(images))[
        : max(1, round(degree * len(images)))
    ]
    return images[kept[np.arange(len(images)) % len(kept)]]


def _bytes(values):
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


_FAULTS = dict(zip(DEGREES, (_blurred, _torn, _recoloured, _board, _stripes, _few)))
