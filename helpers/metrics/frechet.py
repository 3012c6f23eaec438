"""The distance that the course does not use, to show its bias."""

import numpy as np

from helpers.metrics.checks import check


def frechet_distance(x, y):
    """Fréchet distance of the Gaussians fitted to two sets (FID's formula), to show its bias.

    Args:
        x: features [n, d].
        y: features [m, d].

    Returns:
        float; above zero on average even for equal distributions, see frechet_bias.

    Raises:
        MetricError: the features do not fit.

    Paper: Heusel et al., TTUR, arXiv 1706.08500; its bias: Chong & Forsyth, arXiv 1911.07023.
    """
    x, y = check(x=(x, 2), y=(y, 2))
    a, b = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (x, y))
    eigenvalues = np.linalg.eigvals(a @ b)
    root = np.sqrt(np.clip(eigenvalues.real, 0.0, None)).sum()
    return float(np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(a) + np.trace(b) - 2.0 * root)


def frechet_bias(dimensions, count):
    """Fréchet distance between two samples of the same N(0, I), on average: (2d + d(d+1)/2)/n."""
    return (2 * dimensions + dimensions * (dimensions + 1) / 2) / count
