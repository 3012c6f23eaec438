"""Exercise 01.3: how many labels it takes to reach an accuracy."""

import numpy as np

from helpers.exercises.answers import same
from helpers.exercises.diagnosis import Idea

CURVES = (
    ([50, 100, 200, 400], [0.40, 0.50, 0.60, 0.70]),
    (np.array([10, 40, 90]), np.array([0.2, 0.55, 0.61])),
)
PROBES = (
    (*CURVES[0], 0.55),
    (*CURVES[0], 0.40),
    (*CURVES[0], 0.70),  # the last point is reached
    (*CURVES[0], 0.90),
    (*CURVES[1], 0.30),
    (*CURVES[1], 0.60),
    (*CURVES[1], 0.62),
)


def labels_needed(sizes, accuracies, target, *, axis=np.log, back=np.exp, beyond=np.inf):
    """The right answer; with another axis, or another value beyond the curve, a wrong one."""
    if target > np.max(accuracies):
        return beyond
    return float(back(np.interp(target, accuracies, axis(np.asarray(sizes, float)))))


def close(found, expected):
    """A count of labels to 2 %; ∞ only as a number."""
    if not isinstance(found, np.ndarray) or found.size != 1 or found.dtype.kind not in "iuf":
        return False
    return same(found.reshape(()).astype(float), expected, rtol=0.02, atol=0)


def ending(beyond):
    """The right answer, but for what it gives beyond the curve."""
    return lambda s, a, t: labels_needed(s, a, t, beyond=beyond)


def clamped(axis=np.log, back=np.exp):
    """np.interp alone, which never leaves the ends of the curve."""
    return lambda s, a, t: labels_needed(s, a, min(t, np.max(a)), axis=axis, back=back)


def _extrapolated(s, a, t):
    if t <= np.max(a):
        return labels_needed(s, a, t)
    x, y = np.log(s[-2:]), np.asarray(a[-2:])
    return float(np.exp(x[1] + (t - y[1]) * (x[1] - x[0]) / (y[1] - y[0])))


def _strict(s, a, t):
    return np.inf if t >= np.max(a) else labels_needed(s, a, t)


def _strict_none(s, a, t):
    return None if t >= np.max(a) else labels_needed(s, a, t)


def _first(s, a, t):
    return next((n for n, y in zip(s, a) if y >= t), np.inf)


def _nearest(s, a, t):
    return np.inf if t > np.max(a) else s[int(np.abs(np.asarray(a) - t).argmin())]


def _line(log):
    """One straight line through all points."""

    def answer(s, a, t):
        x = np.log(s) if log else np.asarray(s, float)
        slope, start = np.polyfit(x, a, 1)
        found = (t - start) / slope
        return np.inf if t > np.max(a) else float(np.exp(found) if log else found)

    return answer


def _log_both(s, a, t):
    if t > np.max(a):
        return np.inf
    return float(np.exp(np.interp(np.log(t), np.log(a), np.log(s))))


def _upright(s, a, t):
    return float(np.interp(t, s, a))


def _both(first, beyond):
    """A wrong value beyond the curve on top of another mistake."""
    return lambda s, a, t: beyond if t > np.max(a) else first(s, a, t)


def plain(s, a, t):
    """Interpolation over n itself."""
    return labels_needed(s, a, t, axis=lambda x: x, back=lambda x: x)


IDEAS = (
    Idea(
        (plain, clamped(lambda x: x, lambda x: x), _both(plain, None)),
        "this interpolates over n: 150 lies half-way between 100 and 200 on a plain axis. "
        "Learning curves are straighter over the logarithm of n",
    ),
    Idea(
        (clamped(), lambda s, a, t: labels_needed(s, a, t, beyond=float(s[-1]))),
        "right on the curve, but a target above it gives the largest size: that many labels do "
        'not reach it. Such a target should give float("inf")',
    ),
    Idea(
        (ending("inf"), ending("∞"), ending("infinity")),
        'right on the curve; above it you return a text. Infinity is a number: float("inf")',
        when=lambda found: isinstance(found[3], str) and not isinstance(found[0], str),
    ),
    Idea(
        (ending(None), ending(np.nan), ending(0), ending(-1), ending(-np.inf), ending(False)),
        'right on the curve; a target above it is never reached, which is float("inf"), not '
        "nothing, NaN, 0 or a negative number",
    ),
    Idea(
        _extrapolated,
        "right on the curve; above it you go on along its last piece, which nobody has measured: "
        'learning curves flatten. Return float("inf")',
    ),
    Idea(
        (_strict, _strict_none),
        "a target equal to the last accuracy *is* reached, with the last size; only above it "
        'stands float("inf")',
    ),
    Idea(
        (
            lambda s, a, t: labels_needed(s, a, t, back=lambda x: x),
            clamped(back=lambda x: x),
        ),
        "this is the logarithm of the number of labels: come back from it",
    ),
    Idea(
        (lambda s, a, t: labels_needed(s, a, t, axis=np.log10), clamped(np.log10)),
        "two logarithms are mixed: what np.log10 (or np.log2) takes must be undone by 10** (or "
        "2**), not by np.exp",
    ),
    Idea(
        lambda s, a, t: labels_needed(s, a, t, axis=np.log2),
        "two logarithms are mixed: what np.log10 (or np.log2) takes must be undone by 10** (or "
        "2**), not by np.exp",
    ),
    Idea(
        (_first, _both(_first, None), lambda s, a, t: _first(s, a, min(t, np.max(a)))),
        "this is the first measured size that is large enough; asked is the place between two "
        "measured sizes where the curve meets the target",
    ),
    Idea(
        (_nearest, lambda s, a, t: s[int(np.abs(np.asarray(a) - t).argmin())]),
        "this is the measured size whose accuracy is nearest; asked is the place between",
    ),
    Idea(
        (_line(True), _line(False)),
        "this lays one straight line through all points; asked is the curve itself, which goes "
        "through each of them",
    ),
    Idea(
        _log_both,
        "the accuracies stand on a logarithmic axis, too; only the sizes should",
    ),
    Idea(
        (_upright, lambda s, a, t: float(np.interp(np.log(t), np.log(s), a))),
        "this reads the curve the wrong way round: it looks the target up among the sizes. Given "
        "is an accuracy, asked is a size",
    ),
    Idea(
        (
            lambda s, a, t: round(labels_needed(s, a, t) / 50) * 50 if t <= np.max(a) else np.inf,
            lambda s, a, t: int(labels_needed(s, a, t)) if t <= np.max(a) else np.inf,
        ),
        "this is rounded too far: give the number as it is",
    ),
)
