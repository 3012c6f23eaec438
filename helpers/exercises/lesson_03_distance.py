"""Exercise 03.3: the earth mover's distance between two histograms on a line."""

import numpy as np

from helpers import theory
from helpers.exercises.diagnosis import Idea

PROBES = (
    (
        np.array([0.0, 1.0, 2.5, 6.0]),
        np.array([0.1, 0.4, 0.2, 0.3]),
        np.array([0.3, 0.1, 0.5, 0.1]),
    ),
    (
        np.array([-2.0, -1.5, 0.5, 1.0, 4.0]),
        np.array([0.4, 0.0, 0.1, 0.35, 0.15]),
        np.array([0.05, 0.3, 0.3, 0.1, 0.25]),
    ),
    (np.array([1.0, 5.0]), np.array([0.9, 0.1]), np.array([0.2, 0.8])),
    (np.array([0.0, 0.5, 3.0]), np.array([0.3, 0.4, 0.3]), np.array([0.3, 0.4, 0.3])),
    (np.array([0.0, 0.7, 2.0]), np.array([3, 1, 3]) / 7, np.array([1, 4, 8]) / 13),
)


def right(x, p, q):
    """The right answer."""
    return theory.wasserstein_line(x, p, q)


def surplus(p, q):
    """F − G in each gap."""
    return np.cumsum(p - q)[:-1]


IDEAS = (
    Idea(
        (
            lambda x, p, q: np.abs(surplus(p, q)).sum(),
            lambda x, p, q: np.abs(np.cumsum(p) - np.cumsum(q)).sum(),
        ),
        "this counts steps between places instead of the way between them: each gap has its own "
        "width",
    ),
    Idea(
        (
            lambda x, p, q: abs(x @ p - x @ q),
            lambda x, p, q: abs((surplus(p, q) * np.diff(x)).sum()),
        ),
        "this is the distance between the two *means*: earth that goes left and earth that goes "
        "right cancel. Take the absolute value in each gap, before the sum",
    ),
    Idea(
        (
            lambda x, p, q: (surplus(p, q) * np.diff(x)).sum(),
            lambda x, p, q: x @ p - x @ q,
        ),
        "what goes left and what goes right cancel here, and the distance can be negative: take "
        "the absolute value in each gap, before the sum",
    ),
    Idea(
        lambda x, p, q: np.abs(p - q).sum() / 2,
        "this is the total variation: how much earth must move, not how far",
    ),
    Idea(
        lambda x, p, q: np.abs(p - q).sum(),
        "this is twice the total variation: how much earth must move, not how far",
    ),
    Idea(
        (
            lambda x, p, q: (np.abs(p - q)[:-1] * np.diff(x)).sum(),
            lambda x, p, q: (np.abs(p - q)[1:] * np.diff(x)).sum(),
        ),
        "this takes the difference at one place over each gap. What crosses a gap is all that is "
        "too much to the left of it: a cumulative sum",
    ),
    Idea(
        lambda x, p, q: (np.abs(p - q) * np.abs(x)).sum(),
        "this weighs each difference with its distance from 0; what counts is how far earth "
        "travels, wherever 0 is",
    ),
    Idea(
        lambda x, p, q: (np.abs(np.cumsum(p - q)[1:]) * np.diff(x)).sum(),
        "shifted by one: the first entry of the cumulative sum belongs to the first gap, and the "
        "last entry, 0, to none",
    ),
    Idea(
        (
            lambda x, p, q: (
                np.trapezoid(np.abs(np.cumsum(p - q)), x)
                if hasattr(np, "trapezoid")
                else np.trapz(np.abs(np.cumsum(p - q)), x)
            ),
        ),
        "between two places nothing arrives and nothing leaves, so that the surplus is constant "
        "over a gap: no trapezoid",
    ),
    Idea(
        (
            lambda x, p, q: (surplus(p, q) ** 2 * np.diff(x)).sum(),
            lambda x, p, q: np.sqrt((surplus(p, q) ** 2 * np.diff(x)).sum()),
        ),
        "the surplus is squared (the energy, or Cramér, distance): earth is carried once, so that "
        "it counts as it is, without its sign",
    ),
    Idea(
        lambda x, p, q: (np.abs(surplus(p, q)) * np.diff(x) ** 2).sum(),
        "the widths are squared: carrying twice as far costs twice as much",
    ),
    Idea(
        (
            lambda x, p, q: (np.abs(surplus(p, q)) * x[1:]).sum(),
            lambda x, p, q: (np.abs(np.cumsum(p - q)) * x).sum(),
        ),
        "this weighs the surplus with where a place *is*; what counts is how wide the gap behind "
        "it is",
    ),
    Idea(
        (
            lambda x, p, q: (surplus(p, q).clip(0) * np.diff(x)).sum(),
            lambda x, p, q: ((-surplus(p, q)).clip(0) * np.diff(x)).sum(),
        ),
        "this counts earth that goes one way only: the other way costs as much",
    ),
    Idea(
        lambda x, p, q: np.sqrt((np.abs(surplus(p, q)) * np.diff(x)).sum()),
        "there is a root too much: the work is the sum itself",
    ),
    Idea(
        lambda x, p, q: np.abs(surplus(p * x, q * x)).sum(),
        "places and weights are multiplied before they are added up; what crosses a gap is earth, "
        "and it is multiplied by the gap's width",
    ),
    Idea(
        lambda x, p, q: np.abs(surplus(p, q)).max(),
        "this is the largest surplus in any gap (Kolmogorov's distance); the work is the sum over "
        "all gaps",
    ),
    Idea(
        lambda x, p, q: (np.abs(surplus(p, q)) * np.diff(x)).max(),
        "this is the work over the hardest gap; sum over all of them",
    ),
    Idea(
        lambda x, p, q: (np.abs(surplus(p, q)) * np.diff(x)).mean(),
        "this is the mean over the gaps; the work is the sum",
    ),
    Idea(
        (
            lambda x, p, q: np.abs(surplus(p, q)) * np.diff(x),
            lambda x, p, q: np.cumsum(np.abs(surplus(p, q)) * np.diff(x)),
        ),
        "this is the work gap by gap; the distance is one number, their sum",
    ),
    Idea(
        lambda x, p, q: (np.abs(surplus(p, q)) * np.diff(x)).sum() / 2,
        "there is a half too much: it belongs to the total variation, where each grain is counted "
        "twice. Here it is counted once, where it crosses",
    ),
    Idea(
        lambda x, p, q: 2 * (np.abs(surplus(p, q)) * np.diff(x)).sum(),
        "twice too much: each gap is crossed once",
    ),
    Idea(
        (
            lambda x, p, q: (np.cumsum(np.abs(p - q))[:-1] * np.diff(x)).sum(),
            lambda x, p, q: (np.cumsum(np.abs(p - q))[:-1]).sum(),
        ),
        "the absolute value comes too early: too much at one place can fill what lacks at the "
        "next, so add up first, then take away the sign",
    ),
    Idea(
        lambda x, p, q: np.abs(np.sort(x * p) - np.sort(x * q)).sum(),
        "sorted products of place and weight are no amounts of earth: what crosses a gap is the "
        "surplus to the left of it",
    ),
    Idea(
        (
            lambda x, p, q: np.sqrt(((p - q) ** 2).sum()),
            lambda x, p, q: ((p - q) ** 2).sum(),
        ),
        "this compares the heights place by place; where the places lie does not enter",
    ),
    Idea(
        (
            lambda x, p, q: (x[-1] - x[0]) * np.abs(p - q).sum() / 2,
            lambda x, p, q: (x[-1] - x[0]) * np.abs(p - q).sum(),
        ),
        "this sends all the earth that must move from one end to the other; most of it goes less "
        "far",
    ),
    Idea(
        tuple(lambda x, p, q, k=k: round(right(x, p, q), k) for k in (2, 3, 4)),
        "right, but rounded: leave the rounding to whoever prints it",
    ),
    Idea(
        lambda x, p, q: (np.abs(np.cumsum(p)[:-1]) * np.diff(x)).sum(),
        "q does not enter: what crosses a gap is the *difference* of the two cumulative sums",
    ),
)
