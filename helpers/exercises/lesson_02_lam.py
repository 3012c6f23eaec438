"""Exercise 02.2: the best λ for two samples, one biased; the ideas in closed form, so they are quick."""

import numpy as np

from helpers.exercises.diagnosis import Idea
from helpers.objective import bias_variance as bv

PROBES = (
    (0.5, 1.0, 200, 10),
    (0.0, 1.0, 30, 20),
    (1.0, 0.5, 50, 5),
    (0.1, 2.0, 400, 4),
    (0.8, 3.0, 100, 12),
)
ALLOWED = 0.05  # more squared error than the best λ has
LAMS = np.geomspace(0.01, 100, 81)


def right(b, s, n1, n2):
    """The right answer, in closed form."""
    return bv.best_lam(*bv.source_and_target_error(b, s, n1, n2))


def close(found, expected, b, s, n1, n2):
    """Whether a λ costs at most 5 % more squared error than the best one."""
    if not _is_lam(found):
        return False
    p, q = bv.source_and_target_error(b, s, n1, n2)
    return bv.mean_squared_error(_lam(found), p, q) <= (1 + ALLOWED) * bv.best_error(p, q)


def _is_lam(found):
    return (
        isinstance(found, np.ndarray)
        and found.size == 1
        and found.dtype.kind in "iuf"
        and bool((found >= 0).all())
    )


def _lam(found):
    """λ as a float, also from an array of one."""
    return float(np.reshape(found, ()))


def near(found, wrong):
    """Whether two λ give nearly the same weights; simulation leaves some noise in an answer.

    A place in a list is a whole number, and what is no whole number is no place.
    """
    if not (_is_lam(found) and _is_lam(wrong)):
        return False
    if wrong.dtype.kind in "iu" and found.dtype.kind == "f":
        return False
    return abs(float(_share(found)) - float(_share(wrong))) < 0.03


def _share(lam):
    lam = np.reshape(np.asarray(lam, float), ())
    return 1.0 if np.isinf(lam) else lam / (1 + lam)


def explain(found, expected):
    """A λ that costs too much, or something that is no λ."""
    if not _is_lam(found):
        shown = found if not isinstance(found, np.ndarray) else found.ravel()[:3].tolist()
        if isinstance(found, np.ndarray) and found.size > 1:
            return f"one λ is wanted, yours is an array of shape {list(found.shape)}"
        return f"one λ of at least 0 is wanted, yours is {getattr(shown, 'kind', shown)}"
    return (
        f"your λ = {_lam(found):.3g} costs more than 5 % more squared error than "
        f"the best, λ = {float(expected):.3g}"
    )


def errors(b, s, n1, n2):
    """P and Q."""
    return bv.source_and_target_error(b, s, n1, n2)


def grid(error):
    """The λ of a list, 0.01 to 100, with the least error(λ, b, s, n1, n2)."""
    return lambda *case: LAMS[int(np.argmin([error(lam, *case) for lam in LAMS]))]


def _mse(lam, b, s, n1, n2):
    return bv.mean_squared_error(lam, *errors(b, s, n1, n2))


def _worst(*case):
    return LAMS[int(np.argmax([_mse(lam, *case) for lam in LAMS]))]


def _index(*case):
    return int(np.argmin([_mse(lam, *case) for lam in LAMS]))


SWAPPED = (
    "the weights are swapped: λ stands before the mean of the *target*. w(λ) = (m1 + λ m2)/(1 + λ)"
)

IDEAS = (
    Idea(
        (lambda b, s, n1, n2: n2 / n1, grid(lambda lam, b, s, n1, n2: _mse(lam, 0, s, n1, n2))),
        "this is n2/n1, the pooling weight, and it does not notice the bias b. Do you measure the "
        "spread of w(λ) (its variance), or forget to add b to the source? The squared distance "
        "from the right answer, 0, counts both",
    ),
    Idea(
        (lambda b, s, n1, n2: n1 / n2,),
        "this is n1/n2: only the sizes count in it, and upside down",
    ),
    Idea(
        (
            lambda *case: 1 / right(*case),
            grid(lambda lam, *case: _mse(1 / lam, *case)),
        ),
        SWAPPED,
    ),
    Idea(
        (
            lambda b, s, n1, n2: float(np.clip(np.inf if b else 1.0, 0, 100)),
            lambda b, s, n1, n2: 100.0,
            lambda b, s, n1, n2: np.inf,
            grid(lambda lam, b, s, n1, n2: b / (1 + lam) - 1e-9 * lam),
        ),
        "this always trusts the target alone. Errors of both signs cancel when they are averaged "
        "as they are: square each before the mean, so that the noise of a small target counts",
        when=lambda found: all(f >= 30 for f, probe in zip(found, PROBES) if probe[0]),
    ),
    Idea(
        lambda b, s, n1, n2: (s**2 / n1) / (b**2 + s**2 / n2),
        "the error is measured from b, the source's wrong answer; the right one is 0",
    ),
    Idea(
        (lambda b, s, n1, n2: 0.0, lambda b, s, n1, n2: 0.01),
        "this always trusts the source alone: its mean is the calmer one, but it is wrong by b. (Is "
        "w(λ) divided by 1 + λ? Without it, a larger λ only makes w larger)",
        when=lambda found: all(f <= 0.2 for f in found),
    ),
    Idea(
        (lambda b, s, n1, n2: 1.0,),
        "this is λ = 1 whatever the samples are like: it should depend on b, s and both sizes",
    ),
    Idea(
        lambda b, s, n1, n2: (b + s**2 / n1) / (s**2 / n2),
        "b enters as it is; an error is squared, so that it counts as b²",
    ),
    Idea(
        lambda b, s, n1, n2: (b**2 + s / n1) / (s / n2),
        "s enters as it is; a variance is s², and a mean of n values has s²/n",
    ),
    Idea(
        lambda b, s, n1, n2: b**2 / (s**2 / n2),
        "the noise of the source is left out: its mean varies, too, by s²/n1",
    ),
    Idea(
        lambda b, s, n1, n2: b**2 + s**2 / n1,
        "this is the error of the source alone, P; it still has to be compared with the target's",
    ),
    Idea(
        (lambda b, s, n1, n2: b**2 + s**2),
        "this is the error of one single value of the source; samples are n1 and n2 values, and "
        "a mean of n values has the variance s²/n",
    ),
    Idea(
        lambda b, s, n1, n2: (b**2 + s**2) / s**2,
        "the sizes do not enter: a mean of n values has the variance s²/n, so that a large sample "
        "deserves more weight. Average n1 values in the source and n2 in the target",
    ),
    Idea(
        lambda b, s, n1, n2: np.sqrt(right(b, s, n1, n2)),
        "this is the root of the best λ: the squared errors P and Q are compared, not their roots",
    ),
    Idea(
        lambda *case: right(*case) ** 2,
        "this is the square of the best λ: P and Q are squared errors already",
    ),
    Idea(
        lambda *case: bv.best_error(*errors(*case)),
        "this is the least *error*, not the λ that has it",
    ),
    Idea(_index, "this is the position in the list of λ (argmin), not the λ that stands there"),
    Idea(_worst, "this is the λ with the *largest* error: argmin, not argmax"),
    Idea(
        lambda *case: right(*case) / (1 + right(*case)),
        "this is the share α = λ/(1 + λ); asked is λ itself",
    ),
    Idea(
        (
            lambda *case: min(1.0, right(*case)),
            lambda *case: min(2.0, right(*case)),
            lambda *case: min(10.0, max(0.1, right(*case))),
            lambda *case: min(1.0, max(0.01, right(*case))),
        ),
        "your list of λ is too short: the best one lies beyond its end in one of the cases. From "
        "0.01 to 100, in equal factors, is enough",
    ),
    Idea(
        lambda b, s, n1, n2: bv.harm_threshold(*errors(b, s, n1, n2)),
        "this is the λ at which the source begins to harm, (P/Q − 1)/2, not the best one",
    ),
    Idea(
        lambda b, s, n1, n2: right(b, s, n2, n1),
        "the sizes are swapped: n1 values belong to the source, n2 to the target",
    ),
)
