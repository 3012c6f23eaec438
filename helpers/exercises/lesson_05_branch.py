"""Exercise 05.5: what the branch for single pixels does, predicted and then measured in two small trainings.

An answer is [prediction, with the branch, without it]. The numbers are the dither of 05.4, of 200 pictures after
300 steps. Recorded are ten pairs of seeds (experiments/claims_05.py).
"""

import numpy as np

from helpers.exercises.answers import Wrong, read
from helpers.exercises.diagnosis import Idea

BESIDE = (30.89, 30.25, 29.92, 30.99, 30.16, 30.64, 31.36, 30.31, 31.39, 29.91)
WITHOUT = (32.87, 30.57, 31.34, 31.22, 30.70, 31.10, 31.26, 30.64, 32.14, 30.06)
REAL = 29.48  # the hundred creatures themselves
PREDICTIONS = ("more", "less", "no clear change")
LIKELY = (24.0, 40.0)  # on any machine; other processors give other digits
FORM = "three things are wanted: the prediction, and two numbers, with the branch and without it"
EMPTY = "nothing measured yet: call trained(16) and trained(0), and give what they return"
TRUE = "this is the dither of real creatures; measure what the two GANs draw"
SAME = "both numbers are the same: do trained(16) and trained(0) give their number on to Form(pixels=…)?"
SHARES = "these are shares of 255: give the dither as exercise 05.4 has it, from 0 to 255"
TWICE = "these are twice as large as recorded: has your `dither` divided by 2, as in 05.4?"
HALF = "these are half as large as recorded: does your `dither` pass 05.4?"


def observe(answer):
    """{"prediction": words, "dither": float [2], with the branch and without}.

    Raises:
        Wrong: a part is missing, or not of the right form.
    """
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        raise Wrong(FORM)
    prediction = answer[0].strip().lower() if isinstance(answer[0], str) else answer[0]
    if prediction not in PREDICTIONS:
        options = ", ".join(f'"{words}"' for words in PREDICTIONS)
        raise Wrong(f"predict before you train, with one of {options}")
    if any(part is None or part is Ellipsis for part in answer[1:]):
        raise Wrong(EMPTY)
    numbers = [read(part) for part in answer[1:]]
    if not all(isinstance(one, np.ndarray) and one.size == 1 for one in numbers):
        raise Wrong(FORM)
    return {"prediction": prediction, "dither": np.ravel(numbers).astype(float)}


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
    return (
        f"Yours without the branch: {other - one:+.2f}. Ten recorded pairs: {d.mean():+.2f} ± "
        f"{d.std(ddof=1) / np.sqrt(len(d)):.2f}, more in {int((d > 0).sum())} of 10: more, {right}. "
        f"Real creatures have {REAL:.1f}, so most of what you measure is their own fine drawing."
    )


def explain(found, expected):
    return (
        f"the numbers are of the right form, but each lies between {LIKELY[0]:.0f} and "
        f"{LIKELY[1]:.0f} after 300 steps on the hundred creatures"
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
    Idea(["more", 31.0, 31.0], SAME, when=_where(lambda a, b: a == b)),
    Idea(
        (["more", REAL, WITHOUT[0]], ["more", BESIDE[0], REAL]),
        TRUE,
        when=_where(lambda a, b: min(abs(a - REAL), abs(b - REAL)) <= 0.005),
    ),
    Idea(["more", *np.array(RIGHT[1:]) / 255], SHARES, when=_where(lambda a, b: max(a, b) < 1)),
    Idea(["more", *2 * np.array(RIGHT[1:])], TWICE, when=_about(2)),
    Idea(["more", *np.array(RIGHT[1:]) / 2], HALF, when=_about(0.5)),
)
