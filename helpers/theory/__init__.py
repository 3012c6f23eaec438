"""The value of the GAN game on spaces so small that every formula can be checked.

A distribution is a histogram: a float64 array of probabilities over the same few places.
Logarithms are natural, so the Jensen-Shannon divergence ends at log 2. A discriminator says
how probable it is that a place is real: close to 1 on data `p`, close to 0 on generated `q`.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit as sigmoid
from scipy.special import rel_entr, xlogy

KINDS = ("min_max", "non_saturating")


def histogram(values, *, name="p"):
    """Check a histogram and return it as float64.

    Args:
        values: probabilities [k], at least 0, summing to 1.
        name: what an error calls it.
    Returns: float64 [k].
    Raises: ValueError when it is no histogram.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{name} has shape {values.shape}, expected one row of probabilities [k]")
    if not np.all(values >= 0) or abs(values.sum() - 1.0) > 1e-6:
        raise ValueError(
            f"{name} is no histogram: expected entries of at least 0 that sum to 1, "
            f"got a sum of {values.sum():.6g}; divide it by its sum"
        )
    return values


def pair(p, q):
    """Check that two histograms live on the same places; return both as float64."""
    p, q = histogram(p, name="p"), histogram(q, name="q")
    if p.shape != q.shape:
        raise ValueError(f"p has {p.size} places and q has {q.size}; both need the same places")
    return p, q


def normal(x, *, mean=0.0, sd=1.0):
    """The normal density as a histogram on the evenly spaced places x [k]."""
    x = np.asarray(x, dtype=np.float64)
    density = np.exp(-0.5 * ((x - mean) / sd) ** 2)
    return density / density.sum()


def random_histograms(count, places, *, seed):
    """Random histograms [count, places], spread evenly over the simplex."""
    return np.random.default_rng(seed).dirichlet(np.ones(places), size=count)


# --- distances between two distributions ----------------------------------------------------


def kl(p, q):
    """Kullback-Leibler divergence KL(p‖q) in nats; infinite where q misses a place of p."""
    p, q = pair(p, q)
    return float(rel_entr(p, q).sum())


def jsd(p, q):
    """Jensen-Shannon divergence in nats, between 0 (p = q) and log 2 (nothing in common)."""
    p, q = pair(p, q)
    middle = 0.5 * (p + q)
    return float(0.5 * rel_entr(p, middle).sum() + 0.5 * rel_entr(q, middle).sum())


# --- the value function and the two players' gradients ----------------------------------------


def optimal_discriminator(p, q, *, real_label=1.0):
    """The best answer to q: D* = a·p/(p + q), with a = 1 unless labels are smoothed.

    Args:
        p, q: histograms [k] of data and of the generator.
        real_label: a in (0, 1], the target for real samples (one-sided label smoothing below 1).
    Returns: D* [k]; nan where neither p nor q has any mass, since no sample ever asks there.
    Paper: Goodfellow et al. 2014, Proposition 1.
    """
    p, q = pair(p, q)
    if not 0 < real_label <= 1:
        raise ValueError(f"real_label is {real_label}, expected a number above 0 and at most 1")
    with np.errstate(invalid="ignore"):
        return real_label * p / (p + q)


def value(discriminator, p, q, *, real_label=1.0):
    """The value function V(D, G) = Σ p log D + Σ q log(1 − D), in nats.

    Args:
        discriminator: probabilities of "real" [k]; nan only where p = q = 0.
        p, q: histograms [k].
        real_label: with a < 1, real samples count as a·log D + (1 − a)·log(1 − D).
    Returns: V, at most 0; −inf when D is sure and wrong.
    """
    p, q = pair(p, q)
    d = np.where(p + q > 0, discriminator, 0.5)
    real = xlogy(real_label * p, d) + xlogy((1 - real_label) * p, 1 - d)
    return float((real + xlogy(q, 1 - d)).sum())


def best_value(p, q):
    """max_D V(D, G), straight from p and q: exact also where D* rounds to 0 or 1, in nats."""
    p, q = pair(p, q)
    return float((rel_entr(p, p + q) + rel_entr(q, p + q)).sum())


def discriminator_gradient(logits, p, q):
    """Gradient of V with respect to the discriminator's logits: p − (p + q)·σ(a), [k]."""
    p, q = pair(p, q)
    return p - (p + q) * sigmoid(logits)


def logit_slope(logits, kind="non_saturating"):
    """Slope of the generator's loss in the logit a of one fake sample.

    min_max: log(1 − σ(a)), which saturates, has slope −σ(a). non_saturating: −log σ(a) has
    −(1 − σ(a)).
    """
    check_kind(kind)
    logits = np.asarray(logits, dtype=np.float64)
    return -sigmoid(logits) if kind == "min_max" else -sigmoid(-logits)


def generator_gradient(logits, q, kind="min_max"):
    """Gradient of the generator's loss with respect to its own scores g, where q = softmax(g).

    The discriminator is held fixed: nothing flows through the logits into q.

    Args:
        logits: the discriminator's logits [k].
        q: the generator's histogram [k].
        kind: "min_max", loss Σ q log(1 − D), or "non_saturating", loss −Σ q log D.
    Returns: gradient [k], which sums to 0.
    """
    check_kind(kind)
    q = histogram(q, name="q")
    loss = log_sigmoid(-np.asarray(logits)) if kind == "min_max" else -log_sigmoid(logits)
    return q * (loss - (q * loss).sum())


def alternating_step(d_logits, g_scores, p, *, rate, kind="min_max"):
    """One round of the game on histograms: D climbs V, then G answers the new D.

    Args:
        d_logits: logits of the discriminator [k].
        g_scores: scores of the generator [k]; its histogram is softmax(g_scores).
        p: histogram of the data [k].
        rate: step size above 0, of both players.
        kind: the generator's loss.
    Returns: the new (d_logits, g_scores).
    """
    q = softmax(g_scores)
    d_logits = d_logits + rate * discriminator_gradient(d_logits, p, q)
    return d_logits, g_scores - rate * generator_gradient(d_logits, q, kind)


def log_sigmoid(a):
    """log σ(a) without overflow."""
    return -np.logaddexp(0.0, -np.asarray(a, dtype=np.float64))


def softmax(scores):
    """Probabilities [k] from scores [k]."""
    scores = np.asarray(scores, dtype=np.float64)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def check_kind(kind):
    """Raise ValueError unless `kind` names a generator loss."""
    if kind not in KINDS:
        raise ValueError(f"unknown generator loss {kind!r}; one of: {', '.join(KINDS)}")


# --- the earth mover's distance, from both sides ---------------------------------------------


def wasserstein_line(x, p, q):
    """W1 of two histograms on the increasing places x [k] of a line: ∫|F − G| dx."""
    p, q = pair(p, q)
    return float((np.abs(np.cumsum(p - q))[:-1] * np.diff(x)).sum())


def wasserstein_plan(cost, p, q):
    """The cheapest way to carry p to q, by linear programming.

    Args:
        cost: price [k, k] of moving one unit from place i to place j.
        p, q: histograms [k].
    Returns: (W1, plan [k, k]) with rows summing to p and columns to q.
    """
    p, q = pair(p, q)
    k = len(p)
    rows = np.kron(np.eye(k), np.ones((1, k)))
    columns = np.kron(np.ones((1, k)), np.eye(k))
    result = linprog(np.ravel(cost), A_eq=np.vstack([rows, columns]), b_eq=np.concatenate([p, q]))
    return float(result.fun), result.x.reshape(k, k)


def wasserstein_critic(cost, p, q):
    """The same number from the other side: the best critic that climbs at most 1 per unit.

    Args:
        cost: distances [k, k].
        p, q: histograms [k].
    Returns: (W1, critic [k]), with critic[i] − critic[j] ≤ cost[i, j] and critic[0] = 0.
    Paper: Arjovsky et al. 2017 (Kantorovich-Rubinstein duality).
    """
    p, q = pair(p, q)
    k = len(p)
    i, j = np.nonzero(~np.eye(k, dtype=bool))
    slopes = np.zeros((len(i), k))
    slopes[np.arange(len(i)), i], slopes[np.arange(len(i)), j] = 1.0, -1.0
    bounds = [(0, 0)] + [(None, None)] * (k - 1)
    result = linprog(q - p, A_ub=slopes, b_ub=np.asarray(cost)[i, j], bounds=bounds)
    return float(-result.fun), result.x
