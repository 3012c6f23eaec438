"""Exercise 08.1: the AUC of an attack whose scores are distances, small for members."""

import numpy as np

from helpers.exercises.diagnosis import Idea

PROBES = (
    (np.array([1.0, 2.0, 3.0, 9.0]), np.array([4.0, 2.5, 8.0])),
    (np.array([2.0, 2.0, 5.0]), np.array([2.0, 5.0, 5.0, 7.0, 1.0])),
    (np.array([6.0, 7.0, 8.0, 3.0, 9.5]), np.array([1.0, 4.0, 2.0, 5.0])),
    (np.array([3, 1, 4]), np.array([1, 5, 9, 2])),
)


def _pairs(members, others):
    return np.asarray(members, float)[:, None] - np.asarray(others, float)[None]


def right(members, others):
    """The right answer: the share of pairs in which the member is nearer, ties half."""
    apart = _pairs(members, others)
    return np.mean(apart < 0) + np.mean(apart == 0) / 2


def _accuracy(members, others, cut):
    members, others = np.asarray(members, float), np.asarray(others, float)
    return (np.mean(members < cut(members, others)) + np.mean(others >= cut(members, others))) / 2


def _best(members, others):
    cuts = np.append(np.concatenate([members, others]), np.inf)
    return max(_accuracy(members, others, lambda m, o, c=c: c) for c in cuts)


IDEAS = (
    Idea(
        lambda members, others: 1 - right(members, others),
        "this is 1 − AUC: it is read from the wrong side. With distances a member has the *smaller* "
        "number",
    ),
    Idea(
        lambda members, others: np.mean(_pairs(members, others) > 0),
        "two things: a member's distance is the *smaller* one, and pairs that tie count half",
    ),
    Idea(
        lambda members, others: np.mean(_pairs(members, others) < 0),
        "right for different distances; pairs that tie count half",
    ),
    Idea(
        lambda members, others: np.mean(_pairs(members, others) <= 0),
        "pairs that tie count in full here; half of them would be luck",
    ),
    Idea(
        lambda members, others: max(right(members, others), 1 - right(members, others)),
        "the larger of both sides: an attack that is wrong more often than right would look good, and "
        "luck would always end above ½. The side is fixed before you look",
    ),
    Idea(
        lambda members, others: abs(right(members, others) - 0.5),
        "this is the distance from ½; the AUC itself is wanted",
    ),
    Idea(
        lambda members, others: 2 * right(members, others) - 1,
        "this goes from −1 to 1 (it is called Gini, or Somers' D); the AUC is a chance",
    ),
    Idea(
        lambda members, others: float(
            (_pairs(members, others) < 0).sum() + (_pairs(members, others) == 0).sum() / 2
        ),
        "this counts the pairs; divide by their number, m · n",
    ),
    Idea(
        lambda members, others: np.mean(others) - np.mean(members),
        "a difference of means depends on the unit of the distances; count pairs instead",
    ),
    Idea(
        lambda members, others: _accuracy(
            members, others, lambda m, o: np.median(np.concatenate([m, o]))
        ),
        "this is the accuracy at one threshold, the median; the AUC takes all thresholds, by pairs",
    ),
    Idea(
        lambda members, others: _accuracy(members, others, lambda m, o: (m.mean() + o.mean()) / 2),
        "this is the accuracy at one threshold; the AUC takes all thresholds, by pairs",
    ),
    Idea(
        _best,
        "this is the best accuracy over all thresholds, chosen with the answers at hand; the AUC "
        "chooses none",
    ),
    Idea(
        lambda members, others: np.mean(
            np.asarray(members)[: min(len(members), len(others))]
            < np.asarray(others)[: min(len(members), len(others))]
        ),
        "the first member is compared with the first other only, and so on; every member belongs "
        "with every other",
    ),
)
