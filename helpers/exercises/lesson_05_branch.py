"""Exercise 05.5: what the branch for single pixels does, predicted and then measured in two small trainings.

An answer is [prediction, with the branch, without it]. The numbers are the dither of 05.4, of 200 pictures after
300 steps. Recorded are ten pairs of seeds (experiments/claims_05.py).
"""

import numpy as np

from helpers.exercises.answers import Missing, Wrong, is_stub, plain, read
from helpers.exercises.diagnosis import Idea

BESIDE = (30.89, 30.25, 29.92, 30.99, 30.16, 30.64, 31.36, 30.31, 31.39, 29.91)
WITHOUT = (32.87, 30.57, 31.34, 31.22, 30.70, 31.10, 31.26, 30.64, 32.14, 30.06)
REAL = 29.48  # the hundred creatures themselves
PREDICTIONS = ("more", "less", "no clear change")
FAR = -1.0  # a difference so low is likely a pair in the wrong order
LIKELY = (24.0, 40.0)  # on any machine; other processors give other digits
OPTIONS = ", ".join(f'"{words}"' for words in PREDICTIONS)
FORM = "three things are wanted: the prediction, and two numbers, with the branch and without it"
EMPTY = (
    "nothing measured yet: call trained(16) and trained(0), and give what they return. If that is "
    "None, write `dither` of exercise 05.4 first"
)
ONE_EMPTY = "one of the two numbers is missing: trained(16) comes first, trained(0) second"
FIRST = "the prediction comes first, then the number with the branch and the one without it"
QUOTES = f"give the numbers without quotes; {FORM}"
UNCALLED = "trained is a function: give what trained(16) and trained(0) return"
LARGE = (
    "one of these is an array: `dither` gives one number, the mean over all windows and pictures"
)
NAN = "one of these is not finite: `dither` has to give a number. Does yours pass 05.4?"
BELOW = "dither is never below 0: take the absolute value before the mean, and give no difference"
FLAT = "a dither of 0 would mean perfectly smooth pictures: does your `dither` pass 05.4?"
TRUE = "this is the dither of real creatures; measure what the two GANs draw"
SAME = "both numbers are the same: do trained(16) and trained(0) give their number on to Form(pixels=…)?"
SHARES = "these are shares of 255: give the dither as exercise 05.4 has it, from 0 to 255"
TWICE = "these are twice as large as recorded: has your `dither` divided by 2, as in 05.4?"
SUM = (
    "these are three times as large as recorded: the brightness is the mean of the three channels, "
    "not their sum"
)
HALF = "these are half as large as recorded: does your `dither` pass 05.4?"


def observe(answer):
    """{"prediction": words, "dither": float [2], with the branch and without}.

    Raises:
        Wrong: a part is missing, or not of the right form.
    """
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        raise Wrong(FORM)
    prediction, empty = _words(answer[0]), [is_stub(part) for part in answer[1:]]
    if prediction not in PREDICTIONS:
        if any(_words(part) in PREDICTIONS for part in answer[1:]):
            raise Wrong(FIRST)
        if prediction.strip("?."):
            raise Wrong(f"the prediction is one of {OPTIONS}; yours is none of them")
        raise (Missing if all(empty) else Wrong)(f"predict before you train, with one of {OPTIONS}")
    if any(empty):
        raise Missing(EMPTY if all(empty) else ONE_EMPTY)
    return {"prediction": prediction, "dither": np.array([_number(part) for part in answer[1:]])}


def _words(part):
    """A text in small letters, with single spaces and no stop."""
    return " ".join(plain(part).lower().split()).rstrip(".!")


def _number(part):
    """One measured number; Wrong says why there is none."""
    if callable(part):
        raise Wrong(UNCALLED)
    found = read(part)
    if isinstance(found, str) and _is_numeral(found):
        raise Wrong(QUOTES)
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "iuf":
        raise Wrong(FORM)
    if found.size != 1:
        raise Wrong(LARGE)
    return float(found.item())


def _is_numeral(text):
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def close(found, expected, *probe):
    """Whether two trainings of that kind were measured."""
    one, other = found["dither"]
    formed = all(LIKELY[0] < x < LIKELY[1] and abs(x - REAL) > 0.005 for x in (one, other))
    return formed and one != other


def praise(found):
    """Holds prediction and pair against the ten recorded pairs."""
    d = np.subtract(WITHOUT, BESIDE)
    one, other = found[0]["dither"]
    right = "as you predicted" if found[0]["prediction"] == "more" else "against your prediction"
    if other - one < FAR:
        return (
            f"Yours without the branch: {other - one:+.2f}, and the lowest of ten recorded pairs is "
            f"{d.min():+.2f}: is your first number the one with the branch? In {int((d > 0).sum())} "
            f"of 10 it was more, {right}."
        )
    return (
        f"Yours without the branch: {other - one:+.2f}. Ten recorded pairs: {d.mean():+.2f} ± "
        f"{d.std(ddof=1) / np.sqrt(len(d)):.2f}, more in {int((d > 0).sum())} of 10: more, {right}. "
        f"Real creatures have {REAL:.1f}: this number alone does not tell dither from fine drawing."
    )


def explain(found, expected):
    return (
        f"the numbers are of the right form, but each lies between {LIKELY[0]:.0f} and "
        f"{LIKELY[1]:.0f} after 300 steps on the hundred creatures: does your `dither` pass 05.4?"
    )


def _where(test):
    return lambda found: bool(test(*found[0]["dither"]))


def _about(factor):
    """Whether both numbers are a factor of what was recorded."""
    middle = factor * np.mean(BESIDE)
    return _where(lambda a, b: max(abs(a - middle), abs(b - middle)) < 0.1 * middle)


RIGHT = ["more", BESIDE[0], WITHOUT[0]]
IDEAS = (
    Idea(
        ["?", *RIGHT[1:]], 'predict before you train, with one of "more", "less", "no clear change"'
    ),
    Idea((["more"], RIGHT[1:]), FORM),
    Idea((["more", None, None], ["more", ..., ...]), EMPTY),
    Idea((["more", None, 31.0], ["more", 31.0, "?"]), ONE_EMPTY),
    Idea([*RIGHT[1:], "more"], FIRST),
    Idea(
        (["more", np.nan, 31.0], ["more", np.inf, 31.0]),
        NAN,
        when=_where(lambda a, b: not np.isfinite([a, b]).all()),
    ),
    Idea(["more", 30.9, -2.0], BELOW, when=_where(lambda a, b: min(a, b) < 0)),
    Idea(["more", 0, 0], FLAT, when=_where(lambda a, b: min(a, b) == 0)),
    Idea(["more", 31.0, 31.0], SAME, when=_where(lambda a, b: a == b)),
    Idea(
        (["more", REAL, WITHOUT[0]], ["more", BESIDE[0], REAL]),
        TRUE,
        when=_where(lambda a, b: min(abs(a - REAL), abs(b - REAL)) <= 0.005),
    ),
    Idea(["more", *np.array(RIGHT[1:]) / 255], SHARES, when=_about(1 / 255)),
    Idea(["more", *2 * np.array(RIGHT[1:])], TWICE, when=_about(2)),
    Idea(["more", *3 * np.array(RIGHT[1:])], SUM, when=_about(3)),
    Idea(["more", *np.array(RIGHT[1:]) / 2], HALF, when=_about(0.5)),
)
