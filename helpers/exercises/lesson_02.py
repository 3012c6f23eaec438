"""Checks of lesson 02: w(λ), λ* by simulation, and whether joint training can help."""

import numpy as np

from helpers import objective
from helpers.exercises import exercise, wrong
from helpers.objective import bias_variance as bv

H1, H2 = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([[0.5, -0.2], [-0.2, 3.0]])
W1, W2 = np.array([-1.0, 0.5]), np.array([2.0, 1.0])


@exercise("02.1", "w(λ) from both Hessians and both minimisers")
def _(answer):
    if not callable(answer):
        wrong('hand over the function itself, without calling it: check("02.1", joint_minimiser)')
    for lam in (0.0, 0.5, 4.0, 1e6, float("inf")):
        _same_minimiser(answer(H1, W1, H2, W2, lam), lam)
    return "λ = 0 and λ = ∞ are right, too."


def _same_minimiser(found, lam):
    if found is None:
        wrong("your function returned None: set the gradient of L1 + λ L2 to zero and return w")
    found = np.asarray(found, float)
    if found.shape != (2,):
        wrong(f"your function returned shape {found.shape}, expected (2,): is it H⁻¹ @ vector?")
    if not np.isfinite(found).all():
        wrong(
            f"at λ = {lam} your function returned {found}: divide the objective by 1 + λ first, "
            "or treat ∞ apart; D2 alone has its minimum at w2"
        )
    expected = objective.minimiser(
        objective.Quadratic.around(W1, H1), objective.Quadratic.around(W2, H2), lam
    )
    gap = np.abs(found - expected).max()
    if gap > 1e-6:
        wrong(
            f"at λ = {lam} your w is off by {gap:.2g}. The gradient is "
            "H1 (w − w1) + λ H2 (w − w2): collect w on one side"
        )


SETTINGS = ((0.5, 1.0, 200, 10), (0.0, 1.0, 20, 20), (1.0, 0.5, 50, 5))


@exercise("02.2", "λ* found by simulation")
def _(answer):
    if not callable(answer):
        wrong('hand over the function itself: check("02.2", find_lam)')
    losses = [_excess(answer(b, s, n1, n2), b, s, n1, n2) for b, s, n1, n2 in SETTINGS]
    return f"Your λ costs at most {max(losses):.1%} more than the best one."


def _excess(lam, b, s, n1, n2):
    """How much more error than MSE* the λ of an answer has; 0.05 is 5 %."""
    name = f"for b = {b}, s = {s}, n1 = {n1}, n2 = {n2}"
    if lam is None or np.ndim(lam) != 0 or not np.isfinite(lam) or lam < 0:
        wrong(f"{name} your function returned {lam!r}, expected one λ ≥ 0")
    p, q = bv.source_and_target_error(b, s, n1, n2)
    excess = bv.mean_squared_error(float(lam), p, q) / bv.best_error(p, q) - 1.0
    if excess > 0.05:
        wrong(
            f"{name} your λ = {lam:.3g} costs {excess:.0%} more than the best λ. Average the "
            "*squared* error over many draws of both samples, try λ from 0.01 to 100, take the "
            "least"
        )
    return excess


def _table(gain, noise, low, high, seed):
    """Held-out accuracies [5, 7] with the given ends, and a gain in the middle."""
    bump = np.array([0, 0.4, 0.8, 1, 0.8, 0.4, 0])
    mean = np.linspace(low, high, 7) * (1 - bump) + bump * (max(low, high) + gain)
    return mean + noise * np.random.default_rng(seed).normal(size=(5, 7))


LAMS = np.array([0, 0.1, 0.3, 1, 3, 10, np.inf])
TABLES = (
    ("a hump in the middle, far above the noise", _table(0.10, 0.008, 0.45, 0.40, 1), True),
    ("a source that knows nothing: D2 alone is best", _table(-0.15, 0.008, 0.15, 0.5, 2), False),
    (
        "a target too small to add anything: D1 alone is best",
        _table(-0.03, 0.008, 0.6, 0.4, 3),
        False,
    ),
    ("a hump smaller than the spread over the seeds", _table(0.004, 0.04, 0.5, 0.5, 21), False),
)


@exercise("02.3", "whether joint training can help, read from a sweep")
def _(answer):
    if not callable(answer):
        wrong('hand over the function itself: check("02.3", joint_training_helps)')
    for name, accuracies, expected in TABLES:
        found = answer(LAMS, accuracies)
        if not isinstance(found, (bool, np.bool_)):
            wrong(f"your function returned {found!r}, expected True or False")
        if bool(found) != expected:
            wrong(
                f"your function says {bool(found)} for {name}. Compare the best λ in the middle "
                "with the *better* end (0 or ∞), seed by seed, and ask for a mean difference "
                "above two standard errors"
            )
    return "Both ends were compared, and noise did not fool you."
