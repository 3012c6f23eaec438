"""KID: how far two sets of features are apart, without bias, and how sure that number is."""

import numpy as np

from helpers.metrics.checks import MetricError, check


def kernel(x, y):
    """The cubic kernel of KID, (x·y/d + 1)³.

    Args:
        x: features [n, d].
        y: features [m, d].

    Returns:
        float64 [n, m].
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    return (x @ y.T / x.shape[1] + 1.0) ** 3


def kid(generated, real):
    """Kernel distance, unbiased: 0 on average for equal distributions, so about half below zero.

    Args:
        generated: features [n, d], n at least 2.
        real: features [m, d] of pictures that the generator has not seen, m at least 2.

    Returns:
        float: squared maximum mean discrepancy with the kernel (x·y/d + 1)³.

    Raises:
        MetricError: the features do not fit.

    Paper: Bińkowski et al., Demystifying MMD GANs, arXiv 1801.01401.
    """
    return kernel_distance(generated, real, kernel=kernel)


def kernel_distance(generated, real, *, kernel):
    """Squared maximum mean discrepancy, unbiased, with any kernel(x, y) → [n, m]; else as `kid`."""
    generated, real = check(generated=(generated, 2), real=(real, 2))
    within_generated = _mean_off_diagonal(kernel(generated, generated))
    within_real = _mean_off_diagonal(kernel(real, real))
    return float(within_generated + within_real - 2.0 * kernel(generated, real).mean())


def _mean_off_diagonal(matrix):
    count = len(matrix)
    return (matrix.sum() - np.trace(matrix)) / (count * (count - 1))


def kid_interval(generated, real, *, confidence=0.95, resamples=300, seed=0):
    """Bootstrap interval of KID over the pictures of both sets.

    It says how much the value would move with other pictures from the same generator; another
    training seed moves it further.

    Args:
        generated: features [n, d].
        real: features [m, d].
        confidence: share of the resampled values inside.
        resamples: how many times both sets are drawn anew, with replacement.
        seed: seed of the draws.

    Returns:
        (low, high), floats.

    Raises:
        MetricError: the features do not fit, or confidence is not in (0, 1).
    """
    settings = {"confidence": confidence, "resamples": resamples, "seed": seed}
    return kernel_interval(generated, real, kernel=kernel, **settings)


def kernel_interval(generated, real, *, kernel, confidence=0.95, resamples=300, seed=0):
    """Bootstrap interval of `kernel_distance`; the rest is as for `kid_interval`."""
    generated, real = check(generated=(generated, 2), real=(real, 2))
    if not 0 < confidence < 1 or resamples < 2:
        raise MetricError(
            f"expected 0 < confidence < 1 and at least 2 resamples, got {confidence}, {resamples}"
        )
    a = _counts(len(generated), resamples, seed)
    b = _counts(len(real), resamples, seed + 1)
    within = _weighted(kernel(generated, generated), a) + _weighted(kernel(real, real), b)
    cross = np.sum((a @ kernel(generated, real)) * b, axis=1) / (len(generated) * len(real))
    tail = 50.0 * (1.0 - confidence)
    low, high = np.percentile(within - 2.0 * cross, [tail, 100.0 - tail])
    return float(low), float(high)


def _counts(count, resamples, seed):
    """How often each picture is in each resample, float64 [resamples, count]."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(count, np.full(count, 1.0 / count), resamples).astype(np.float64)


def _weighted(matrix, counts):
    # A picture drawn twice makes no pair with itself: such pairs would bias every resample.
    pairs = counts.sum(1) ** 2 - np.sum(counts**2, axis=1)
    off_diagonal = matrix - np.diag(np.diag(matrix))
    return np.sum((counts @ off_diagonal) * counts, axis=1) / np.maximum(pairs, 1.0)
