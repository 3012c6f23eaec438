"""When does the source help? Estimating one mean from two samples, in closed form and by dice.

D1 holds n1 values around a mean that is wrong by b, D2 holds n2 values around the right one,
both with noise s. The λ-weighted estimate is w(λ) = (m1 + λ m2)/(1 + λ), m1 and m2 the means.
"""

import math

import numpy as np

from helpers.objective import share


def source_and_target_error(bias, noise, n1, n2):
    """P = b² + s²/n1 and Q = s²/n2: the mean squared errors of D1 alone and of D2 alone.

    Args:
        bias: b, a number, or a vector of d numbers for a mean in d dimensions.
        noise: s > 0, the standard deviation of one value, in each dimension.
        n1, n2: sizes of D1 and D2, at least 1.
    Raises:
        ValueError: noise ≤ 0 or an empty sample.
    """
    if not noise > 0 or n1 < 1 or n2 < 1:
        raise ValueError(
            f"noise = {noise}, n1 = {n1}, n2 = {n2}; expected noise > 0 and "
            "at least one value in each sample"
        )
    bias = np.atleast_1d(np.asarray(bias, float))
    variance = bias.size * noise**2
    return float(bias @ bias + variance / n1), float(variance / n2)


def mean_squared_error(lam, p, q):
    """MSE(λ) = (P + λ²Q)/(1 + λ)², from P at λ = 0 to Q at λ = ∞."""
    alpha = share(lam)
    return (1.0 - alpha) ** 2 * p + alpha**2 * q


def best_lam(p, q):
    """λ* = P/Q: if D2 alone has a third of the squared error, it gets three times the weight."""
    return p / q


def best_error(p, q):
    """MSE* = PQ/(P+Q), below both P and Q."""
    return p * q / (p + q)


def harm_threshold(p, q):
    """The λ below which the source harms (negative transfer): (P/Q − 1)/2, or 0 if never."""
    return max(0.0, (p / q - 1.0) / 2.0)


def pooled_lam(n1, n2):
    """λ = n2/n1: throwing both samples into one pot *is* this choice of λ."""
    return n2 / n1


def simulate(lams, *, bias, noise, n1, n2, repeats=2000, seed=0):
    """Draw both samples many times and measure the squared error of w(λ).

    Args:
        lams: k values of λ.
        bias, noise, n1, n2: as in `source_and_target_error`, with a number as bias.
        repeats: how many times D1 and D2 are drawn anew.
        seed: of the random numbers.
    Returns:
        mean squared errors [k] and the half widths [k] of their 95 % intervals.
    """
    m1, m2 = _sample_means(bias, noise, n1, n2, repeats, seed)
    alphas = np.array([share(lam) for lam in lams])
    squares = (m1[:, None] * (1.0 - alphas) + m2[:, None] * alphas) ** 2
    return squares.mean(0), 1.96 * squares.std(0, ddof=1) / math.sqrt(repeats)


def _sample_means(bias, noise, n1, n2, repeats, seed):
    """Means of real draws (the right answer is 0), in slices that stay below 32 MB."""
    rng = np.random.default_rng(seed)
    at_once = max(1, 4_000_000 // (n1 + n2))
    rows = [min(at_once, repeats - start) for start in range(0, repeats, at_once)]
    draws = [rng.normal(size=(k, n1 + n2)) * noise for k in rows]
    m1 = np.concatenate([x[:, :n1].mean(1) for x in draws]) + bias
    return m1, np.concatenate([x[:, n1:].mean(1) for x in draws])
