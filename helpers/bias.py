"""Whom does a generator draw, how often and how well? Shares with their intervals, coverage by group.

    heroes = art.load("heroes")
    bearers, empty = bias.hands(heroes.split().train)     # two kinds of heroes, uint8 [n, 32, 32, 3]
    few = bias.mixed(empty, bearers, 400, 0.1)            # a training set with one bearer in ten
    judge = bias.pixel_judge(empty, bearers)
    bias.corrected(judge.share(drawn), hits=.95, false_alarms=.04)    # what the judge's errors leave

The second group is the one whose share is asked for, in most cells the *minority*.
"""

import numpy as np

from helpers import metrics

# Kinds of heroes by what the left hand holds, which shows in the picture and is known exactly.
SHIELDS = ("shield", "buckler")


def hands(heroes):
    """Two kinds of heroes: who bears a shield, and whose left hand is empty; others are left out.

    Args:
        heroes: art.ArtSet with parts, or a side of its split.
    Returns:
        (bearers uint8 [n, 32, 32, 3], empty uint8 [m, 32, 32, 3]), in the set's order.
    """
    held = heroes.parts[:, heroes.layer_names.index("hand2")]
    shield = [any(word in name for word in SHIELDS) for name in heroes.part_names]
    return heroes.images[(held >= 0) & np.array(shield)[held]], heroes.images[held < 0]


def mixed(majority, minority, count, share, seed=0):
    """A training set with a given share of the second group.

    Args:
        majority, minority: pictures [n, …] and [m, …].
        count: pictures in the set.
        share: of the minority, 0 to 1; rounded to whole pictures.
        seed: which pictures; they are drawn without repeats, the majority's first.
    Returns:
        uint8 [count, …], first the majority's.
    Raises:
        ValueError: a group has too few pictures.
    """
    wanted = round(count * share)
    for name, group, need in (
        ("majority", majority, count - wanted),
        ("minority", minority, wanted),
    ):
        if need > len(group):
            raise ValueError(f"{need} pictures of the {name} are needed, there are {len(group)}")
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(majority))[: count - wanted], rng.permutation(len(minority))[:wanted]
    return np.concatenate([majority[rows[0]], minority[rows[1]]])


def reweighted(pictures, minority):
    """The same set with its last `minority` pictures repeated until both groups weigh about the same.

    Drawing from it uniformly is drawing each picture of the minority so many times as often.

    Args:
        pictures: from `mixed`.
        minority: how many of them, at the end, are the minority's.
    Returns:
        uint8 [more, …].
    """
    rest = len(pictures) - minority
    if not 0 < minority <= rest:
        raise ValueError(
            f"a minority of {minority} among {len(pictures)} pictures cannot be evened out"
        )
    return np.concatenate([pictures, *[pictures[rest:]] * (round(rest / minority) - 1)])


def pixel_judge(majority, minority):
    """A quick judge of the group: logistic regression on the pixels (a `StyleJudge`).

    Args:
        majority, minority: pictures to learn from, uint8 [n, size, size, 3].
    """
    from helpers.gan import transfer

    return transfer.StyleJudge(majority, minority, extract=pixels)


def pixels(pictures):
    """Pictures as rows of values 0–1, float32 [n, 3·size²]."""
    return np.asarray(pictures).reshape(len(pictures), -1).astype(np.float32) / np.float32(255)


# Shares ----------------------------------------------------------------------------------------


def corrected(observed, *, hits, false_alarms):
    """The share of the minority that explains what an erring judge said: (o − FPR)/(TPR − FPR).

    A judge that takes 4 % of the majority for the minority finds "minority" where there is none.

    Args:
        observed: share of the pictures that the judge called minority, a number or an array.
        hits: TPR, share of the minority's pictures that it calls so.
        false_alarms: FPR, share of the majority's pictures that it calls so.
    Returns:
        float, or array like observed; cut to 0 … 1, since with few pictures the formula can leave it.
    Raises:
        ValueError: the judge is no better than a coin, so that nothing can be undone.

    Paper: Teo et al., On measuring fairness in generative models (CLEAM), arXiv 2310.19297, whose
    mean estimate this is; the formula itself is Rogan & Gladen's, 1978.
    """
    if not hits > false_alarms:
        raise ValueError(
            f"a judge that hits {hits:.0%} and errs in {false_alarms:.0%} of the others tells nothing"
            " (or has the groups the wrong way round): a share cannot be corrected with it"
        )
    share = (np.asarray(observed, np.float64) - false_alarms) / (hits - false_alarms)
    clipped = np.clip(share, 0.0, 1.0)
    return float(clipped) if np.ndim(clipped) == 0 else clipped


def wilson(count, total, *, z=1.96):
    """Wilson's interval of a share; it never leaves 0 … 1, and is right for few pictures, too.

    Args:
        count: how many of `total` there were.
        z: standard deviations; 1.96 are 95 %.
    Returns:
        (low, high): .074 to .133 for 40 of 400. It covers the luck of the draw, not other seeds.
    """
    if total < 1 or not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share")
    p, odd = count / total, z * z / total
    middle, half = p + odd / 2, z * np.sqrt(p * (1 - p) / total + odd / (4 * total))
    return float((middle - half) / (1 + odd)), float((middle + half) / (1 + odd))


def corrected_interval(called, pictures, hits, false_alarms, *, resamples=4000, seed=0):
    """Interval of the corrected share: the generated pictures and the judge's test are both samples.

    Args:
        called: how many of the generated pictures were called minority.
        pictures: how many there are.
        hits: (k, n): the judge called k of n real pictures of the minority so.
        false_alarms: (k, n): it called k of n real pictures of the majority so.
        resamples, seed: of the parametric bootstrap; its draws are binomial, rates smoothed by (k + ½)/(n + 1).
    Returns:
        (low, high), 95 %.
    """
    rng = np.random.default_rng(seed)
    draws = [
        rng.binomial(n, (k + 0.5) / (n + 1), resamples) / n
        for k, n in ((called, pictures), hits, false_alarms)
    ]
    gap = draws[1] - draws[2]
    shares = np.where(gap > 0, (draws[0] - draws[2]) / np.where(gap > 0, gap, 1), 0.5)
    low, high = np.percentile(np.clip(shares, 0, 1), [2.5, 97.5])
    return float(low), float(high)


# How well --------------------------------------------------------------------------------------


def group_coverage(generated, real, share):
    """How much of one group is covered, and how much a perfect generator would cover with its share.

    Args:
        generated: features [n, d] of all generated pictures.
        real: features [m, d] of held-out pictures of the group, more than 5.
        share: of the generated pictures that belong to the group.
    Returns:
        (coverage, expected coverage), floats.
    """
    found = metrics.density_and_coverage(generated, real)[1]
    own = max(1, round(share * len(generated)))
    return found, metrics.expected_coverage(len(real), own)
