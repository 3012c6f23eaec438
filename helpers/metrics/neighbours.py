"""Scores by nearest neighbours: coverage, copying, and the neighbours themselves."""

import numpy as np

from helpers.metrics.checks import MetricError, blocks, check, check_k, kth_distance

NEIGHBOURS = 5


def density_and_coverage(generated, real, k=NEIGHBOURS):
    """Fidelity and diversity from balls around the real pictures.

    A real picture's ball reaches to its k-th nearest other real picture. Density is the mean number
    of balls that a generated picture lies in, divided by k (1 for equal distributions); coverage
    is the share of balls with a generated picture inside (see expected_coverage).

    Args:
        generated: features [n, d].
        real: features [m, d], m greater than k.
        k: which neighbour sets the radius.

    Returns:
        (density, coverage), floats.

    Raises:
        MetricError: the features do not fit.

    Paper: Naeem et al., Reliable fidelity and diversity metrics, arXiv 2002.09797.
    """
    check_k(k)
    generated, real = check(generated=(generated, 1), real=(real, k + 1))
    radius = kth_distance(real, k)
    count, nearest_one = np.zeros(len(generated)), np.full(len(real), np.inf)
    for rows, block in blocks(generated, real):
        count[rows] = (block <= radius).sum(axis=1)
        nearest_one = np.minimum(nearest_one, block.min(axis=0))
    return float(count.mean() / k), float(np.mean(nearest_one <= radius))


def expected_coverage(n_real, n_generated, k=NEIGHBOURS):
    """Coverage that a perfect generator has on average: 1 − ∏ (N − j)/(N + M − j), j = 1 … k.

    Args:
        n_real: number N of real pictures, greater than k.
        n_generated: number M of generated pictures.
        k: which neighbour sets the radius.

    Returns:
        float; .969 for k = 5 and large equal numbers.

    Raises:
        MetricError: the numbers are too small.
    """
    check_k(k)
    if n_real <= k or n_generated < 1:
        raise MetricError(
            f"expected more than k = {k} real pictures and 1 generated, got {n_real}, {n_generated}"
        )
    j = np.arange(1, k + 1)
    return float(1.0 - np.prod((n_real - j) / (n_real + n_generated - j)))


def nearest(samples, train, count=1):
    """The training pictures that look most like each sample.

    Args:
        samples: features [n, d].
        train: features [m, d].
        count: how many neighbours for each sample, at most m.

    Returns:
        (indices int [n, count], distances float64 [n, count]), nearest first.

    Raises:
        MetricError: the features do not fit.
    """
    samples, train = check(samples=(samples, 1), train=(train, max(count, 1)))
    if count < 1:
        raise MetricError(f"count is a number of neighbours, 1 or more, got {count}")
    indices = np.empty((len(samples), count), int)
    distances = np.empty((len(samples), count))
    for rows, block in blocks(samples, train):
        indices[rows] = np.argsort(block, axis=1, kind="stable")[:, :count]
        distances[rows] = np.take_along_axis(block, indices[rows], axis=1)
    return indices, distances


def copying_score(generated, held_out, train):
    """Copying score: are samples nearer to the training pictures than fresh real ones are?

    z of a Mann–Whitney test on distances to the nearest training picture. About N(0, 1) when
    generated and held-out pictures are equally far; far below zero means copying, far above
    means pictures unlike the data. A good value is no proof that nothing was copied.

    This is one test over the whole set. The paper's C_T makes it in each cell of a partition of
    the data and averages, so that copies of one kind cannot hide behind all the others.

    Args:
        generated: features [n, d].
        held_out: features [m, d] of real pictures that were not trained on.
        train: features [l, d] of the training pictures.

    Returns:
        float.

    Raises:
        MetricError: the features do not fit.

    Paper: Meehan et al., A non-parametric test to detect data-copying, arXiv 2004.05675.
    """
    from scipy.stats import rankdata

    generated, held_out, train = check(
        generated=(generated, 1), held_out=(held_out, 1), train=(train, 1)
    )
    n, m = len(generated), len(held_out)
    distances = [nearest(points, train)[1][:, 0] for points in (generated, held_out)]
    farther = rankdata(np.concatenate(distances))[:n].sum() - n * (n + 1) / 2  # ties count half
    return float((farther - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))
