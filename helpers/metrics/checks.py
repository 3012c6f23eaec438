"""Features that the scores accept, and distances between them."""

import numpy as np

_ROWS = 256  # rows of a distance matrix at a time, so that memory stays small


class MetricError(ValueError):
    """Features that no score can be computed from."""


def check(**named):
    """Features as float64 arrays; each argument is (array, least number of rows)."""
    checked = {name: _one(name, *value) for name, value in named.items()}
    dimensions = {name: array.shape[1] for name, array in checked.items()}
    if len(set(dimensions.values())) > 1:
        raise MetricError(
            f"features have other dimensions: {dimensions}; make them with the same backbone"
        )
    return list(checked.values())


def _one(name, array, least):
    array = np.asarray(array)
    if array.ndim != 2:
        raise MetricError(
            f"{name}: expected features [n, d], got {list(array.shape)}; "
            "metrics.features(images) makes them from pictures"
        )
    if len(array) < least:
        raise MetricError(f"{name}: too few pictures, {len(array)}; at least {least} are needed")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise MetricError(f"{name}: features hold NaN or infinity; has the training diverged?")
    return array


def check_k(k):
    if k < 1:
        raise MetricError(f"k is a number of neighbours, 1 or more, got {k}")


def blocks(x, y):
    """Yields (slice of rows of x, their distances to all of y, float64 [rows, m])."""
    squares = np.sum(y**2, axis=1)
    for start in range(0, len(x), _ROWS):
        rows = slice(start, min(start + _ROWS, len(x)))
        square = np.sum(x[rows] ** 2, axis=1)[:, None] + squares - 2.0 * x[rows] @ y.T
        if x is y:  # rounding leaves about 1e-7 where there is exactly nothing
            square[np.arange(len(square)), np.arange(rows.start, rows.stop)] = 0.0
        yield rows, np.sqrt(np.maximum(square, 0.0))


def kth_distance(points, k):
    """Distance of each point to its k-th nearest other point."""
    return np.concatenate(
        [np.partition(block, k, axis=1)[:, k] for _, block in blocks(points, points)]
    )
