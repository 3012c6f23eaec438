"""Checks of lesson 03: the best discriminator, one step of a game, the earth mover's distance."""

import numpy as np

from helpers import theory
from helpers.exercises import exercise, wrong
from helpers.theory import games


def numbers(found, shape, name):
    """The answer as an array of this shape, or a reason why it is none."""
    if found is None:
        wrong(f"{name} returned None: replace the dots by a formula and return its result")
    found = np.asarray(found, dtype=float)
    if found.shape != shape:
        wrong(f"{name} returned shape {found.shape}, expected {shape}")
    return found


@exercise("03.1", "the best discriminator when real pictures come more often")
def _(best):
    for p, q in zip(*(theory.random_histograms(5, 6, seed=s) for s in (0, 1))):
        if not np.allclose(numbers(best(p, q, 1.0), (6,), "best"), p / (p + q)):
            wrong(
                "for often = 1 it should be p / (p + q). Hint: differentiate V with respect to "
                "one D[i] and look where the slope is 0"
            )
        if not np.allclose(best(p, q, 3.0), 3 * p / (3 * p + q)):
            wrong(
                "right for often = 1 but not for often = 3. Hint: the real term of V becomes "
                "often · p · log D; it also counts in the denominator"
            )
    return "Feeding three real pictures for each generated one moves D's even odds from ½ to ¾."


@exercise("03.2", "one alternating step of the Dirac-GAN with R1")
def _(step):
    for theta, psi in ((1.0, 0.5), (-0.3, 2.0)):
        found = numbers(step(theta, psi, 0.1, 2.0), (2,), "step")
        field = games.dirac_gan(gamma=2.0)
        expected, together, free = (
            games.play(f, (theta, psi), rate=0.1, steps=1, method=m)[1]
            for f, m in (
                (field, "alternating"),
                (field, "simultaneous"),
                (games.dirac_gan(), "alternating"),
            )
        )
        if np.allclose(found, together) and not np.allclose(found, expected):
            wrong("this is the simultaneous step: theta must answer the NEW psi")
        if np.allclose(found, free):
            wrong(
                "the penalty is missing. Hint: the slope of (γ/2)·ψ² is γ·ψ, and D climbs V "
                "minus the penalty"
            )
        if not np.allclose(found, expected):
            wrong(
                f"from ({theta}, {psi}) with rate 0.1 and gamma 2 you reach "
                f"{found.round(4).tolist()}, expected {expected.round(4).tolist()}. "
                "Hint: psi climbs −θ·σ(ψθ) − γψ, theta then follows +ψ·σ(ψθ)"
            )
    return "Two lines, and the game that circled for ever settles."


@exercise("03.3", "the earth mover's distance on a line")
def _(distance):
    x = np.array([0.0, 1.0, 2.5, 6.0])
    for p, q in zip(*(theory.random_histograms(5, 4, seed=s) for s in (2, 3))):
        found = float(numbers(distance(x, p, q), (), "distance"))
        expected = theory.wasserstein_line(x, p, q)
        if np.isclose(found, np.abs(np.cumsum(p - q)).sum()) and not np.isclose(found, expected):
            wrong(
                "this counts steps between places instead of the way between them: multiply each "
                "gap |F − G| by its width, np.diff(x)"
            )
        if not np.isclose(found, expected):
            wrong(
                f"found {found:.4f}, expected {expected:.4f}. Hint: F = np.cumsum(p), "
                "G = np.cumsum(q); |F − G| is what must be carried over each gap"
            )
    return "No plan and no critic needed: on a line the earth simply rolls over each gap."
