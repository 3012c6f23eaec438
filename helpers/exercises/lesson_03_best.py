"""Exercise 03.1: the best discriminator when real samples come `often` times as often."""

import numpy as np

from helpers.exercises.diagnosis import Idea

PAIRS = (
    (np.array([0.1, 0.4, 0.2, 0.3]), np.array([0.25, 0.05, 0.6, 0.1])),
    (np.array([0.5, 0.0, 0.3, 0.05, 0.15]), np.array([0.2, 0.3, 0.3, 0.1, 0.1])),
)
PROBES = tuple((p, q, often) for p, q in PAIRS for often in (1.0, 3.0, 0.5))


def right(p, q, often):
    """The right answer."""
    return often * p / (often * p + q)


def _one(f):
    """A function of p, q that has not noticed `often`."""
    return lambda p, q, often: f(p, q) + 0 * often


IDEAS = (
    Idea(
        (
            _one(lambda p, q: p / (p + q)),
            lambda p, q, often: often * p / (often * p + often * q),
        ),
        "this is the best D for as many real as generated samples: `often` does not change it. "
        "Only the real term of V counts `often` times",
    ),
    Idea(
        lambda p, q, often: p / (often * p + q),
        "right below the line; above it `often` is missing: it stands before every p",
    ),
    Idea(
        lambda p, q, often: often * p / (p + q),
        "right above the line; below it `often` is missing, so that D can exceed 1",
    ),
    Idea(
        lambda p, q, often: p / (p + often * q),
        "`often` weighs the generated samples here; it is the real ones that come more often",
    ),
    Idea(
        (
            lambda p, q, often: q / (often * p + q),
            lambda p, q, often: 1 - right(p, q, often),
        ),
        "this is the probability of being *generated*, 1 − D; D says how sure it is of *real*",
    ),
    Idea(
        _one(lambda p, q: q / (p + q)),
        "this is the probability of being *generated*, and it has not noticed `often`",
    ),
    Idea(
        lambda p, q, often: often * q / (p + often * q),
        "p and q have changed places: D says how sure it is of *real*",
    ),
    Idea(
        (lambda p, q, often: often * p / q, lambda p, q, often: often * p / (q + 1e-12)),
        "these are odds, real against generated, D/(1 − D); a D lies between 0 and 1",
    ),
    Idea(
        lambda p, q, often: np.log(often * p / q),
        "this is the best *logit*; D is its sigmoid",
    ),
    Idea(
        _one(lambda p, q: p / q),
        "this is the ratio p/q: not between 0 and 1, and without `often`",
    ),
    Idea(
        lambda p, q, often: often * p / (often + 1),
        "q does not stand in it: D must compare how likely a place is under both",
    ),
    Idea(
        (
            lambda p, q, often: np.full(len(p), often / (often + 1)),
            lambda p, q, often: often / (often + 1),
        ),
        "this is right only where p = q: D may say something else at every place",
    ),
    Idea(
        (_one(lambda p, q: np.full(len(p), 0.5)), lambda p, q, often: 0.5),
        "½ everywhere is the best D only when p = q and both come equally often",
    ),
    Idea(
        lambda p, q, often: p**often / (p**often + q),
        "`often` is a factor, not an exponent: often · p · log D",
    ),
    Idea(
        lambda p, q, often: p**often / (p**often + q**often),
        "`often` is a factor, not an exponent, and it stands before p alone",
    ),
    Idea(
        lambda p, q, often: (often * p - q) / (often * p + q),
        "this goes from −1 to 1, like a difference; set the slope of V in D[i] to zero and solve "
        "for D[i]",
    ),
    Idea(
        lambda p, q, often: (often * p) / (often * p + q) / np.sum(often * p / (often * p + q)),
        "this is scaled so that it adds up to 1 over the places. D is not a distribution: each "
        "place has its own probability of being real",
    ),
    Idea(
        lambda p, q, often: (often + p) / (often + p + q),
        "`often` multiplies p, it is not added to it",
    ),
    Idea(
        lambda p, q, often: (
            often * p * np.log(right(p, q, often)) + q * np.log(1 - right(p, q, often))
        ),
        "this is the value V at each place; asked is the D at which it is largest",
    ),
    Idea(
        (
            lambda p, q, often: (right(p, q, often) > 0.5).astype(float),
            lambda p, q, often: (p > q).astype(float),
        ),
        "this is a verdict, 0 or 1; the best D says how sure one can be",
    ),
)
