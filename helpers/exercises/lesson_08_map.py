"""Exercise 08.3: integrated gradients, from a function that gives slopes."""

import numpy as np

from helpers.exercises.answers import brief
from helpers.exercises.diagnosis import Idea

RNG = np.random.default_rng(8)
X, BASE = RNG.uniform(0.2, 1.0, (4, 3)).round(2), RNG.uniform(-1.0, 0.0, (4, 3)).round(2)
WEIGHTS = RNG.uniform(-1, 1, (4, 3)).round(2)


def cubic(x):
    """Slopes of f(x) = Σ w·x³."""
    return 3 * WEIGHTS * np.asarray(x, float) ** 2


def saturating(x):
    """Slopes of f(x) = Σ tanh(4x): flat where x is far from 0."""
    return 4 / np.cosh(4 * np.asarray(x, float)) ** 2


def mixed(x):
    """Slopes of f(x) = (Σ x)³ / 12: each place's slope depends on all of them."""
    return np.full(np.shape(x), np.asarray(x, float).sum() ** 2 / 4)


# The answer is given 1,000 steps: which quadrature it uses does not matter then.
PROBES = tuple(
    (slope, x, baseline, 1000)
    for slope, x, baseline in (
        (cubic, X, BASE),
        (saturating, X, BASE),
        (mixed, X, np.full((4, 3), 0.5)),
        (cubic, X[0], np.zeros(3)),
    )
)
LABELS = (
    "f = Σ w·x³",
    "f = Σ tanh 4x, which is flat at x",
    "f = (Σ x)³/12, from a grey baseline",
    "f = Σ w·x³ of three numbers, from 0",
)


def right(slope, x, baseline, steps):
    """The right answer: the midpoint rule."""
    shares = (np.arange(steps) + 0.5) / steps
    mean = np.mean([slope(baseline + t * (x - baseline)) for t in shares], axis=0)
    return (x - baseline) * mean


def _on_the_way(start, factor, reduce=np.mean):
    def idea(slope, x, baseline, steps):
        shares = (np.arange(steps) + 0.5) / steps
        first = start(x, baseline)
        slopes = [slope(first + t * (x - first)) for t in shares]
        return factor(x, baseline) * reduce(slopes, axis=0)

    return idea


def close(found, expected, *probe):
    """Within a hundredth of the largest entry: any quadrature with 1,000 steps is nearer."""
    if not isinstance(found, np.ndarray) or found.shape != expected.shape:
        return False
    return bool(np.abs(found - expected).max() <= 0.01 * np.abs(expected).max())


def near(found, wrong):
    """Equal to a wrong idea, whatever the quadrature."""
    if not (isinstance(found, np.ndarray) and isinstance(wrong, np.ndarray)):
        return False
    return found.shape == wrong.shape and close(found, wrong)


def explain(found, expected):
    """What the two maps add up to."""
    if not isinstance(found, np.ndarray) or found.shape != np.shape(expected):
        return f"an array of shape {list(np.shape(expected))} is wanted, yours is {brief(found)}"
    if not np.isfinite(found).all():
        return "your map holds NaN or ∞"
    return (
        f"your map adds up to {found.sum():.3f}; the score rises by {expected.sum():.3f} from the "
        "baseline to x"
    )


def _from_baseline(x, baseline):
    return baseline


def _from_zero(x, baseline):
    return np.zeros_like(baseline)


def _step(x, baseline):
    return x - baseline


IDEAS = (
    Idea(
        lambda slope, x, baseline, steps: slope(x),
        "this is the gradient at x: what a tiny change would do there. It explains no score: it does not "
        "add up to one, and where the score is flat it is 0, however much the pixel mattered",
    ),
    Idea(
        lambda slope, x, baseline, steps: np.abs(slope(x)),
        "this is the size of the gradient at x: without its sign, and without the way to get there",
    ),
    Idea(
        lambda slope, x, baseline, steps: x * slope(x),
        "gradient times input, at x alone: the slope on the *way* from the baseline is wanted",
    ),
    Idea(
        lambda slope, x, baseline, steps: (x - baseline) * slope(x),
        "the right factor, with the slope at the end of the way only: take it all along the way",
    ),
    Idea(
        lambda slope, x, baseline, steps: (x - baseline) * slope(baseline),
        "the right factor, with the slope at the start of the way only: take it all along the way",
    ),
    Idea(
        lambda slope, x, baseline, steps: (x - baseline) * slope((x + baseline) / 2),
        "the slope in the middle of the way stands for all of it; where the score bends that is not "
        "enough: take it at `steps` places",
    ),
    Idea(
        lambda slope, x, baseline, steps: (x - baseline) * (slope(x) + slope(baseline)) / 2,
        "both ends and nothing between: take the slope at `steps` places on the way",
    ),
    Idea(
        _on_the_way(_from_baseline, lambda x, baseline: 1.0),
        "the mean slope on the way is right; how far each pixel moved is missing: times (x − baseline)",
    ),
    Idea(
        _on_the_way(_from_baseline, _step, np.sum),
        "the slopes are added up; take their *mean*, or each place would count as a whole way",
    ),
    Idea(
        _on_the_way(_from_baseline, lambda x, baseline: 1.0, np.sum),
        "the slopes are added up, and (x − baseline) is missing: the mean slope times how far each pixel "
        "moved",
    ),
    Idea(
        _on_the_way(_from_baseline, lambda x, baseline: baseline - x),
        "the sign is turned: from the baseline *to* x, x − baseline",
    ),
    Idea(
        _on_the_way(_from_baseline, lambda x, baseline: x),
        "times x is right for a baseline of 0 only: times (x − baseline)",
    ),
    Idea(
        _on_the_way(_from_zero, lambda x, baseline: x),
        "the way starts at 0 here, whatever the baseline is",
    ),
    Idea(
        _on_the_way(_from_zero, _step),
        "the slopes are taken on the way from 0, not from the baseline",
    ),
    Idea(
        lambda *given: np.abs(right(*given)),
        "sizes without signs: some pixels speak against, and the map must add up",
    ),
)
