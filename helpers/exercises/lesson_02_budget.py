"""Exercise 02.1: the largest λ at which the source still costs no more than a budget."""

import math

import numpy as np

from helpers import objective
from helpers.exercises.diagnosis import Idea

FLAT = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([-1.0, 0.5])
STEEP = np.array([[0.5, -0.2], [-0.2, 3.0]]), np.array([2.0, 1.0])
THREE = (
    (np.array([[1.5, 0.2, 0.0], [0.2, 0.8, -0.3], [0.0, -0.3, 2.0]]), np.array([0.5, -1.0, 2.0])),
    (np.array([[0.7, 0.0, 0.4], [0.0, 2.5, 0.1], [0.4, 0.1, 1.1]]), np.array([-1.5, 1.0, 0.3])),
)
LABELS = (
    "two weights and a budget of 0.2",
    "two weights and a budget of 3",
    "the two losses in the other order and a budget of 1.5",
    "three weights and a budget of 2",
    "a source whose least loss is 0.5, and a budget of 1.2",
    "a budget of 100, which no λ uses up",
)


def _bowl(hessian, minimiser, least=0.0):
    bowl = objective.Quadratic.around(minimiser, hessian)
    return objective.Quadratic(bowl.hessian, bowl.linear, bowl.constant + least)


PROBES = (
    (_bowl(*FLAT), _bowl(*STEEP), 0.2),
    (_bowl(*FLAT), _bowl(*STEEP), 3.0),
    (_bowl(*STEEP), _bowl(*FLAT), 1.5),
    (_bowl(*THREE[0]), _bowl(*THREE[1]), 2.0),
    (_bowl(*FLAT, least=0.5), _bowl(*STEEP), 1.2),
    (_bowl(*FLAT), _bowl(*STEEP), 100.0),
)
# Share of the budget that may stay unused: 300 λ from 0.01 to 100 are enough, see the test.
ALLOWED = 0.08


def crossing(cost, budget):
    """The largest λ with cost(λ) ≤ budget, for a cost that rises with λ; ∞ if all are."""
    if cost(np.inf) <= budget:
        return np.inf
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if cost(math.exp(middle)) <= budget else (low, middle)
    return math.exp(low)


def at(first, second, lam):
    """L1 and L2 at w(λ)."""
    w = objective.minimiser(first, second, lam)
    return float(first(w)), float(second(w))


def right(first, second, budget):
    """The right answer."""
    return crossing(lambda lam: at(first, second, lam)[0], budget)


def _number(found):
    """λ as a float, or None for what is no λ."""
    number = isinstance(found, np.ndarray) and found.size == 1 and found.dtype.kind in "iuf"
    value = float(found.ravel()[0]) if number else math.nan
    return value if value >= 0 else None


def close(found, expected, first, second, budget):
    """Whether L1 at this λ keeps within the budget and leaves little of it."""
    lam = _number(found)
    if lam is None or math.isinf(lam) != math.isinf(float(expected)):
        return False
    return math.isinf(lam) or 1 - ALLOWED <= at(first, second, lam)[0] / budget <= 1 + 1e-6


def near(found, wrong):
    """Whether two answers are the same λ, but for the gaps of a list of λ."""
    a, b = _number(found), _number(wrong)
    if a is None or b is None:
        return a is b and np.shape(found) == np.shape(wrong) and np.allclose(found, wrong)
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= 0.05 * max(a, b))


def explain(found, expected):
    """A λ that is none, or one that is off."""
    lam = _number(found)
    if lam is None:
        shape = list(np.shape(found)) if isinstance(found, np.ndarray) else None
        much = f"an array of shape {shape}" if shape else "something else"
        return f"one λ of at least 0 is wanted, yours is {much}"
    way = "more than the budget" if lam > float(expected) else "less than it could"
    return f"your λ = {lam:.4g} spends {way}; expected is λ = {float(expected):.4g}"


def finite(found):
    """Pairs (λ, probe) of the probes whose answer is finite."""
    return [(_number(f), probe) for f, probe in zip(found, PROBES) if probe[2] < 100]


def _too_much(found):
    spent = [at(*probe[:2], lam)[0] / probe[2] for lam, probe in finite(found)]
    return all(1 - ALLOWED <= s <= 1.05 for s in spent) and max(spent) > 1 + 1e-6


def _coarse(found):
    ratios = [lam / right(*probe) for lam, probe in finite(found)]
    fits = [close(np.array(lam), np.array(1.0), *probe) for lam, probe in finite(found)]
    return all(0.5 <= r <= 1 + 1e-6 for r in ratios) and not all(fits)


def _no_infinity(found):
    """Right everywhere but where no λ uses up the budget."""
    fits = [close(np.array(lam), np.array(1.0), *probe) for lam, probe in finite(found)]
    return all(fits) and not math.isinf(_number(found[-1]))


def _straight(first, second, budget):
    w1, w2 = first.minimiser, second.minimiser
    walk = lambda lam: float(first(w1 + objective.share(lam) * (w2 - w1)))  # noqa: E731
    return crossing(walk, budget)


def _least(first, second, budget):
    """The λ with L2 = budget."""
    return crossing(lambda lam: -at(first, second, lam)[1], -budget)


def _other_side(first, second, budget):
    """The smallest λ that brings the target's loss below the budget."""
    return 1 / crossing(lambda lam: at(second, first, lam)[0], budget)


def _sum(top):
    """The largest λ, up to the end of a list, whose weighted sum is within the budget."""

    def answer(first, second, budget):
        def cost(lam):
            l1, l2 = at(first, second, lam)
            return l1 if math.isinf(lam) else l1 + lam * l2  # at ∞ the least sum tends to L1(w2)

        return min(top, crossing(cost, budget))

    return answer


def _capped(top):
    return lambda *probe: min(top, right(*probe))


IDEAS = (
    Idea(
        _other_side,
        "the budget is kept on the wrong side: it says how large L1, the loss on the *source*, may "
        "become. Yours is the λ at which L2 comes down to it",
    ),
    Idea(
        lambda *probe: objective.share(right(*probe)),
        "this is the share α = λ/(1 + λ); asked is λ itself",
    ),
    Idea(
        (lambda *probe: 1 / right(*probe), lambda *probe: right(probe[1], probe[0], probe[2])),
        "source and target have changed places: λ stands before L2, so that L1 rises with λ",
    ),
    Idea(
        _straight,
        "this walks along the straight line from w1 to w2. The joint minimisers lie on a curve "
        "that costs less, so that λ may be larger: look at L1 at w(λ)",
    ),
    Idea(
        tuple(map(_sum, (np.inf, 1e2, 1e3, 1e4))),
        "this keeps the weighted sum L1 + λ L2 below the budget; asked is L1 alone",
    ),
    Idea(
        lambda first, second, budget: right(first, second, budget + float(first(first.minimiser))),
        "the budget is counted from the source's least loss; asked is L1 itself, whatever its "
        "least value is",
    ),
    Idea(
        lambda *probe: crossing(lambda lam: np.subtract(*at(*probe[:2], lam)), 0.0),
        "this is the λ at which both losses are equal; the budget does not enter",
    ),
    Idea(
        (lambda *probe: 0.0, lambda *probe: 1e-3, lambda *probe: 1e-4),
        "this keeps within every budget and buys nothing: asked is the *largest* such λ",
    ),
    Idea(
        (lambda *probe: np.inf, lambda *probe: 1e3, lambda *probe: 1e4),
        "this is the largest λ of all, whatever it costs: L1 must stay within the budget",
    ),
    Idea(
        lambda *probe: 1.0,
        "this is λ = 1 whatever the budget is",
    ),
    Idea(
        lambda *probe: objective.minimiser(*probe[:2], right(*probe)),
        "these are the weights w(λ); asked is the λ they belong to",
    ),
    Idea(
        lambda *probe: at(*probe[:2], right(*probe))[0],
        "this is the loss L1 that you end up with; asked is the λ",
    ),
    Idea(
        lambda *probe: at(*probe[:2], right(*probe))[1],
        "this is the loss L2 that the budget buys; asked is the λ",
    ),
    Idea(
        tuple(map(_capped, (1.0, 2.0, 0.5))),
        "your list of λ ends too early: some budgets allow more. Take 300 values with equal "
        "factors from 0.01 to 100, and ∞",
    ),
    Idea(
        lambda *probe: 1.01 * right(*probe),
        "this spends a little more than the budget: of the λ in your list, take the largest whose "
        "L1 is *at most* the budget",
        when=_too_much,
    ),
    Idea(
        (_capped(10.0), _capped(100.0), _capped(1000.0)),
        "right wherever the budget is used up. Where it is not, even λ = ∞ keeps within it: that "
        'is the largest, float("inf")',
        when=_no_infinity,
    ),
    Idea(
        lambda *probe: 57,
        "this is the position in the list of λ (argmin, argmax or a sum), not the λ that stands "
        "there",
        when=lambda found: all(f.dtype.kind in "iu" and f.size == 1 and f > 1 for f in found),
    ),
    Idea(
        lambda *probe: 0.8 * right(*probe),
        "this keeps within the budget and leaves more than 8 % of it unused: your list of λ is too "
        "coarse. 300 values with equal factors from 0.01 to 100, and ∞, are enough",
        when=_coarse,
    ),
)
