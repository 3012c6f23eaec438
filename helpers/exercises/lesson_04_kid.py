"""Exercise 04.5: KID by hand, three points against three."""

import numpy as np

from helpers.exercises.answers import same
from helpers.exercises.diagnosis import Idea

X, Y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])


def cubic(a, b):
    """The kernel, d = 1."""
    return (np.outer(a, b) + 1) ** 3


def off(table):
    """The sum without the diagonal."""
    return table.sum() - np.trace(table)


def kid(kernel=cubic, *, diagonal=False, cross=2.0):
    """KID of X against Y, with one fault of choice."""
    own = [k.mean() if diagonal else off(k) / 6 for k in (kernel(X, X), kernel(Y, Y))]
    return sum(own) - cross * kernel(X, Y).mean()


def close(found, expected, *probe):
    """Whether two numbers agree to .05: on paper one decimal is enough; brackets do no harm."""
    found = found.reshape(()) if np.size(found) == 1 and np.ndim(found) else found
    return same(found, expected, rtol=0, atol=0.05)


RIGHT = kid()

IDEAS = (
    Idea(
        kid(diagonal=True),
        "the diagonals are still in: a point compared with itself biases the value upwards",
    ),
    Idea(kid(cross=1.0), "the cross term counts twice: … − 2 · mean of k(x, y)"),
    Idea(
        (off(cubic(X, X)) + off(cubic(Y, Y))) / 9 - 2 * cubic(X, Y).mean(),
        "without the diagonal a table holds 6 numbers, not 9: divide its sum by 6",
    ),
    Idea(
        off(cubic(X, X)) / 6 + off(cubic(Y, Y)) / 6 - 2 * off(cubic(X, Y)) / 6,
        "the table of x and y keeps its diagonal: no point is compared with itself there",
    ),
    Idea(
        (
            kid(lambda a, b: np.outer(a, b) ** 3),
            kid(lambda a, b: np.outer(a, b) ** 3, diagonal=True),
        ),
        "the 1 in (a·b + 1)³ is missing",
    ),
    Idea(kid(lambda a, b: np.outer(a, b) + 1.0), "the third power is missing"),
    Idea(kid(lambda a, b: (np.outer(a, b) + 1.0) ** 2), "the power is 3, not 2"),
    Idea(-RIGHT, "the sign is turned: both own terms with plus, the cross term with minus"),
    Idea(
        kid(cross=-2.0),
        "the cross term is subtracted: it says how alike the two sets are",
    ),
)
