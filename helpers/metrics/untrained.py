"""A second yardstick that has never seen ImageNet: random filters on a pyramid, energy distance.

KID looks through a trained network. A discriminator that looks through the same network can please
it without drawing better (Kynkäänniemi et al. 2022, arXiv 2203.06026). Here nothing is trained: a
picture is cut into scales, every scale is filtered by random patches, and what comes out is averaged
in sixteen cells. Such untrained features rank generators well where a trained network does not fit
the pictures (Naeem et al. 2020, arXiv 2002.09797). What it sees and what it does not, by known
degrees, is in experiments/RESULTS.md; `python -m experiments.yardstick` measures it and KID alike.
"""

import numpy as np

from helpers.metrics.checks import MetricError, check
from helpers.metrics.kernel_distance import kernel_distance, kernel_interval

FILTERS = 64  # random filters of each scale
WIDTH = 5  # pixels of a filter
ROUNDING = 2e-6  # share of the largest feature by which those of equal pictures may differ
CELLS = 4  # a picture's features are averages over 4 × 4 cells
COARSEST = 8  # pixels of the last scale, which holds what the finer ones left
CHROMA = 2.0  # colour counts twice: differences of colour are smaller than those of lightness
_BATCH = 32  # pictures filtered at a time, so that memory stays small
_SEED = 20171026  # the same filters in every run and on every machine

# Lightness, red against green, yellow against blue.
_OPPONENT = np.array([[1 / 3, 1 / 3, 1 / 3], [1 / 2, -1 / 2, 0], [1 / 4, 1 / 4, -1 / 2]])
_SMOOTH = np.array([1, 4, 6, 4, 1], np.float32) / 16  # of Burt and Adelson's pyramid


def untrained_features(images):
    """What random filters find in pictures, scale by scale and cell by cell.

    Args:
        images: uint8 [n, size, size, 3], or float in [-1, 1]; size 8, 16, 32, 64, … pixels.

    Returns:
        float32 [n, scales · 16 · 64]; three scales at 32 pixels, four at 64.

    Raises:
        ValueError: wrong dtype, range or shape.

    Paper: the Laplacian pyramid as a yardstick, Karras et al. 2018, arXiv 1710.10196.
    """
    pictures = _opponent(_checked(images))
    generator = np.random.default_rng(_SEED)
    found = []
    for band in _bands(pictures):
        filters = generator.normal(size=(WIDTH * WIDTH * 3, FILTERS)).astype(np.float32)
        found.append(_filtered(band, filters))
    return np.concatenate(found, axis=1)


def untrained_distance(generated, real):
    """Energy distance of two sets of untrained features, unbiased: 0 on average for equal ones.

    2 E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖, with each filter's responses divided by their standard
    deviation over the real pictures. It is a squared maximum mean discrepancy as KID is, with the
    kernel −‖x − y‖: one strange picture cannot outweigh all others, as it can in a cubic kernel.

    Args:
        generated: `untrained_features` [n, d], n at least 2.
        real: `untrained_features` [m, d] of pictures that the generator has not seen, m at least 2.

    Returns:
        float; about half below zero for equal distributions.

    Raises:
        MetricError: the features do not fit, or the real pictures are all the same.

    Papers: Székely & Rizzo 2013, Energy statistics; Sejdinovic et al. 2013, arXiv 1207.6076.
    """
    return kernel_distance(*_scaled(generated, real), kernel=_minus_distance)


def untrained_interval(generated, real, **settings):
    """Bootstrap interval of `untrained_distance` over the pictures of both sets.

    Args:
        generated: features [n, d].
        real: features [m, d].
        **settings: confidence, resamples and seed, as of `kid_interval`.

    Returns:
        (low, high), floats.

    Raises:
        MetricError: the features do not fit, or confidence is not in (0, 1).
    """
    return kernel_interval(*_scaled(generated, real), kernel=_minus_distance, **settings)


def _checked(images):
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[3] != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"expected pictures [n, size, size, 3], got {list(images.shape)}")
    size = images.shape[1]
    if size < COARSEST or size & (size - 1):
        raise ValueError(f"pictures are {size} pixels wide; expected 8, 16, 32, 64 or 128")
    if images.dtype == np.uint8:
        return images.astype(np.float32) / 127.5 - 1.0
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"expected uint8 or floats in [-1, 1], got {images.dtype}")
    if not (np.abs(images) <= 1.0 + 1e-3).all():  # NaN fails here, too
        raise ValueError("float pictures must lie in [-1, 1]; these do not, or hold NaN")
    return images.astype(np.float32)


def _opponent(pictures):
    weights = _OPPONENT * np.array([[1.0], [CHROMA], [CHROMA]])
    return pictures @ weights.T.astype(np.float32)


def _bands(pictures):
    """Yields what each scale adds to the next coarser one, and last the coarsest scale itself."""
    while pictures.shape[1] > COARSEST:
        smaller = _blurred(pictures)[:, ::2, ::2]
        larger = np.zeros_like(pictures)
        larger[:, ::2, ::2] = 4.0 * smaller  # three of four pixels are empty
        yield pictures - _blurred(larger)
        pictures = smaller
    yield pictures


def _blurred(pictures):
    from scipy.ndimage import convolve1d

    rows = convolve1d(pictures, _SMOOTH, axis=1, mode="mirror")
    return convolve1d(rows, _SMOOTH, axis=2, mode="mirror")


def _filtered(band, filters):
    """Positive responses of random filters, averaged in cells: float32 [n, 16 · filters]."""
    edge = WIDTH // 2
    padded = np.pad(band, ((0, 0), (edge, edge), (edge, edge), (0, 0)), mode="reflect")
    found = []
    for start in range(0, len(band), _BATCH):
        windows = np.lib.stride_tricks.sliding_window_view(
            padded[start : start + _BATCH], (WIDTH, WIDTH), axis=(1, 2)
        )
        n, size = windows.shape[:2]
        responses = np.maximum(windows.reshape(-1, len(filters)) @ filters, 0.0)
        cells = responses.reshape(n, CELLS, size // CELLS, CELLS, size // CELLS, FILTERS)
        found.append(cells.mean(axis=(2, 4)).reshape(n, -1))
    return np.concatenate(found) if found else np.zeros((0, CELLS * CELLS * FILTERS), np.float32)


def _scaled(generated, real):
    """Both sets with unit variance over the real pictures, filter by filter.

    A filter has one scale for all its cells: a corner that is nearly always white would else weigh
    as much as the middle of the picture.
    """
    generated, real = check(generated=(generated, 2), real=(real, 2))
    variance = real.var(axis=0)
    if len(variance) % (CELLS * CELLS * FILTERS) == 0:
        of_filter = variance.reshape(-1, CELLS * CELLS, FILTERS).mean(axis=1, keepdims=True)
        variance = np.broadcast_to(of_filter, (len(of_filter), CELLS * CELLS, FILTERS)).reshape(-1)
    # Of equal pictures the features differ in their last bits, by how the work was cut into threads.
    if variance.max() <= (ROUNDING * np.abs(real).max()) ** 2:
        raise MetricError("the real pictures are all the same, so nothing can be scaled by them")
    seen = variance > 1e-12 * variance.max()  # what never varies in real pictures has no scale
    scale = np.sqrt(np.where(seen, variance, np.inf))
    return generated / scale, real / scale


def _minus_distance(x, y):
    square = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2.0 * x @ y.T
    return -np.sqrt(np.maximum(square, 0.0) / x.shape[1])
