"""Exercise 02.1: the minimiser of L1 + λ L2 for two quadratics, λ from 0 to ∞."""

import numpy as np

from helpers.exercises.answers import same
from helpers.exercises.diagnosis import Idea

TWO = (
    np.array([[2.0, 0.3], [0.3, 1.0]]),
    np.array([-1.0, 0.5]),
    np.array([[0.5, -0.2], [-0.2, 3.0]]),
    np.array([2.0, 1.0]),
)
THREE = (
    np.array([[1.5, 0.2, 0.0], [0.2, 0.8, -0.3], [0.0, -0.3, 2.0]]),
    np.array([0.5, -1.0, 2.0]),
    np.array([[0.7, 0.0, 0.4], [0.0, 2.5, 0.1], [0.4, 0.1, 1.1]]),
    np.array([-1.5, 1.0, 0.3]),
)
PROBES = tuple((*case, lam) for case in (TWO, THREE) for lam in (0.0, 0.5, 4.0, np.inf))


def right(H1, w1, H2, w2, lam):
    """The right answer."""
    alpha = 1.0 if np.isinf(lam) else lam / (1 + lam)
    return solve(H1, w1, H2, w2, 1 - alpha, alpha)


def solve(H1, w1, H2, w2, a, b, c=None, d=None):
    """The w with (a H1 + b H2) w = c H1 w1 + d H2 w2; c = a and d = b is right."""
    c, d = (a if c is None else c), (b if d is None else d)
    return np.linalg.solve(a * H1 + b * H2, c * (H1 @ w1) + d * (H2 @ w2))


def close(found, expected, *probe):
    """Equal to a millionth."""
    return same(found, expected, rtol=1e-6, atol=1e-6)


def at_ends(formula):
    """A formula for finite λ, with w2 at ∞ as it should be; and the formula alone."""
    return (
        lambda H1, w1, H2, w2, lam: w2 if np.isinf(lam) else formula(H1, w1, H2, w2, lam),
        lambda H1, w1, H2, w2, lam: formula(H1, w1, H2, w2, min(lam, 1e9)),
        formula,
    )


def alpha(lam):
    """λ/(1+λ), 1 at ∞."""
    return 1.0 if np.isinf(lam) else lam / (1 + lam)


def _inverse_sum(H1, w1, H2, w2, lam):
    return np.linalg.inv(H1 + lam * H2) @ (H1 @ w1 + lam * H2 @ w2)


IDEAS = (
    Idea(
        (
            lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, lam),
            _inverse_sum,
            lambda H1, w1, H2, w2, lam: (
                np.full(len(w1), np.nan) if np.isinf(lam) else solve(H1, w1, H2, w2, 1.0, lam)
            ),
        ),
        "right for every finite λ, not for λ = ∞: there the sum itself is infinite (∞/∞ gives "
        "NaN, and a large λ in its place is not yet ∞). Divide the objective by 1 + λ first, or treat ∞ apart: D2 alone has its minimum at w2",
        when=lambda found: all(
            same(f, right(*p)) for f, p in zip(found, PROBES) if np.isfinite(p[-1])
        ),
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: (w1 + lam * w2) / (1 + lam))
        + (lambda H1, w1, H2, w2, lam: (1 - alpha(lam)) * w1 + alpha(lam) * w2,),
        "this is the straight line from w1 to w2. The path bends, because the two bowls are not "
        "equally steep in all directions: the Hessians must enter",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, lam, 1.0))
        + (
            lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, alpha(lam), 1 - alpha(lam)),
            lambda H1, w1, H2, w2, lam: w1 if np.isinf(lam) else solve(H1, w1, H2, w2, lam, 1.0),
        ),
        "λ stands before the wrong loss: it weighs L2, so that λ = 0 gives w1 and λ = ∞ gives w2",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, lam, 1.0, 1.0)),
        "λ is missing on the side of the minimisers: the gradient λ H2 (w − w2) has two terms, "
        "and λ stands before both",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, 1.0, 1.0, lam)),
        "λ is missing beside H2 in the matrix on the left: the gradient λ H2 (w − w2) has two "
        "terms, and λ stands before both",
    ),
    Idea(
        (
            lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, 1.0),
            lambda H1, w1, H2, w2, lam: w2 if np.isinf(lam) else solve(H1, w1, H2, w2, 1.0, 1.0),
        ),
        "λ does not enter: this is w(1), whatever λ is",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, lam, 1.0, -lam))
        + at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, -lam, 1.0, lam))
        + at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, -lam)),
        "a sign is turned: in H1 (w − w1) + λ H2 (w − w2) = 0 both terms of w stand on one side "
        "with plus, and both minimisers on the other with plus",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: np.linalg.solve(H1 + lam * H2, w1 + lam * w2)),
        "the minimisers stand on the right without their Hessians: the gradient of a bowl is "
        "H1 (w − w1), so that H1 w1 arrives there",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: np.linalg.inv(H1) @ w1 + lam * np.linalg.inv(H2) @ w2),
        "the sum of two solutions is not the solution of the sum: add the matrices first, then "
        "solve once",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: H1 @ w1 + lam * H2 @ w2)
        + at_ends(lambda H1, w1, H2, w2, lam: (H1 @ w1 + lam * H2 @ w2) / (1 + lam)),
        "this is only the right-hand side, H1 w1 + λ H2 w2: it still has to be solved for w",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H2, w1, H1, w2, 1.0, lam)),
        "the Hessians have changed places: H1 belongs to w1 and to the loss without λ",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w2, H2, w1, 1.0, lam)),
        "the minimisers have changed places: H1 belongs to w1",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: (H1 + lam * H2) @ (H1 @ w1 + lam * H2 @ w2)),
        "this multiplies by the matrix instead of solving with it: w = A⁻¹ b, np.linalg.solve",
    ),
    Idea(
        at_ends(
            lambda H1, w1, H2, w2, lam: (
                (np.diag(H1) * w1 + lam * np.diag(H2) * w2) / (np.diag(H1) + lam * np.diag(H2))
            )
        ),
        "this uses the diagonals of the Hessians alone: what stands beside them couples the "
        "directions",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: (1 / (H1 + lam * H2)) @ (H1 @ w1 + lam * H2 @ w2)),
        "1/A turns each number over; the inverse of a matrix is something else: np.linalg.solve",
    ),
    Idea(
        (
            lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, alpha(lam)),
            lambda H1, w1, H2, w2, lam: (
                w2 if np.isinf(lam) else solve(H1, w1, H2, w2, 1.0, alpha(lam))
            ),
        ),
        "α = λ/(1 + λ) weighs L2, but then L1 has the weight 1 − α, not 1",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, lam**2)),
        "λ is squared: the gradient of λ L2 is λ times that of L2",
    ),
    Idea(
        at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, lam / 2))
        + at_ends(lambda H1, w1, H2, w2, lam: solve(H1, w1, H2, w2, 1.0, 2 * lam)),
        "λ is off by a factor of 2: a loss is ½ (w − w1)ᵀ H (w − w1), for both, so that the "
        "halves fall away together",
    ),
    Idea(
        lambda H1, w1, H2, w2, lam: w1 if np.isinf(lam) else solve(H1, w1, H2, w2, 1.0, lam),
        "right for every finite λ; at λ = ∞ only L2 counts: its minimum is w2, not w1",
    ),
    Idea(
        (
            lambda H1, w1, H2, w2, lam: (
                w2 * 0 if np.isinf(lam) else solve(H1, w1, H2, w2, 1.0, lam)
            ),
            lambda H1, w1, H2, w2, lam: (
                np.full(len(w1), np.inf) if np.isinf(lam) else solve(H1, w1, H2, w2, 1.0, lam)
            ),
        ),
        "right for every finite λ; at λ = ∞ only L2 counts, and its minimum is w2",
    ),
)
