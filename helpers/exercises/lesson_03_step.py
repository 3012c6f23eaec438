"""Exercise 03.2: one alternating step of the Dirac-GAN with R1: ψ climbs first, θ answers."""

import numpy as np
from scipy.special import expit as sigmoid

from helpers.exercises.answers import called
from helpers.exercises.diagnosis import Idea

PROBES = (
    (1.0, 0.5, 0.1, 2.0),
    (-0.3, 2.0, 0.2, 0.7),
    (0.8, -1.2, 0.5, 0.0),
    (0.0, 1.5, 0.3, 1.0),
    (0.6, -1.5, 0.2, 1.3),
)


def observe(answer, *inputs):
    """Two numbers, also when each of them comes as an array of one."""
    found = called(answer, *inputs)
    return found.reshape(2) if isinstance(found, np.ndarray) and found.size == 2 else found


def right(theta, psi, rate, gamma):
    """The right answer."""
    return step(theta, psi, rate, gamma)


def climb(theta, psi, gamma, *, push=1.0, penalty=1.0, inside=1.0, sees=None):
    """Where ψ is pulled; the keywords turn a sign, weaken the penalty or change σ's inside."""
    at = psi if sees is None else sees
    return -push * theta * sigmoid(inside * psi * theta) - penalty * gamma * at


def answer(theta, psi, *, push=1.0, inside=1.0, within=None):
    """Where θ is pulled; `within` is another ψ inside σ."""
    return push * psi * sigmoid(inside * (psi if within is None else within) * theta)


def step(theta, psi, rate, gamma, *, d=None, g=None, order="alternating"):
    """A step with faults: keywords for `climb` (d) and `answer` (g), and who sees what."""
    d, g = d or {}, g or {}
    if order == "theta first":
        theta = theta + rate * answer(theta, psi, **g)
        return theta, psi + rate * climb(theta, psi, gamma, **d)
    new = psi + rate * climb(theta, psi, gamma, **d)
    seen = psi if order == "simultaneous" else new
    return theta + rate * answer(theta, seen, **g), new


def faulty(**faults):
    """`step` with faults."""
    return lambda *case: step(*case, **faults)


def in_either_order(**faults):
    """A fault in an alternating step, and in a simultaneous one."""
    return faulty(**faults), faulty(**faults, order="simultaneous")


def _swapped(*case):
    return right(*case)[::-1]


def _mixed(where):
    """θ's pull with the old ψ in one of its two places."""

    def mixed(theta, psi, rate, gamma):
        new = psi + rate * climb(theta, psi, gamma)
        before, inside = (new, psi) if where == "inside" else (psi, new)
        return theta + rate * before * sigmoid(inside * theta), new

    return mixed


def _gradient_only(theta, psi, rate, gamma):
    new = psi + rate * climb(theta, psi, gamma)
    return answer(theta, new), climb(theta, psi, gamma)


def _steps_only(theta, psi, rate, gamma):
    new = psi + rate * climb(theta, psi, gamma)
    return rate * answer(theta, new), rate * climb(theta, psi, gamma)


def _rate_once(theta, psi, rate, gamma):
    new = psi - rate * theta * sigmoid(psi * theta) - gamma * psi
    return theta + rate * answer(theta, new), new


def _no_rate(theta, psi, rate, gamma):
    return step(theta, psi, 1.0, gamma)


def _penalty_of_theta(theta, psi, rate, gamma):
    new = psi - rate * (theta * sigmoid(psi * theta) + gamma * theta)
    return theta + rate * answer(theta, new), new


def _penalty_on_both(theta, psi, rate, gamma):
    new = psi + rate * climb(theta, psi, gamma)
    return theta + rate * (answer(theta, new) - gamma * theta), new


def _penalty_on_theta(theta, psi, rate, gamma):
    new = psi + rate * climb(theta, psi, 0.0)
    return theta + rate * (answer(theta, new) - gamma * theta), new


def _penalty_squared(theta, psi, rate, gamma):
    new = psi + rate * (climb(theta, psi, 0.0) - gamma / 2 * psi**2)
    return theta + rate * answer(theta, new), new


def _no_sigma(theta, psi, rate, gamma):
    new = psi + rate * (-theta - gamma * psi)
    return theta + rate * new, new


def _tanh(theta, psi, rate, gamma):
    new = psi + rate * (-theta * np.tanh(psi * theta) - gamma * psi)
    return theta + rate * new * np.tanh(new * theta), new


def _penalty_late(theta, psi, rate, gamma):
    """R1's pull taken at the ψ that has already climbed."""
    new = psi + rate * climb(theta, psi, 0.0)
    new = new - rate * gamma * new
    return theta + rate * answer(theta, new), new


def _only_psi(theta, psi, rate, gamma):
    return theta, psi + rate * climb(theta, psi, gamma)


def _only_theta(theta, psi, rate, gamma):
    return theta + rate * answer(theta, psi), psi


IDEAS = (
    Idea(
        faulty(order="simultaneous"),
        "this is the simultaneous step: θ answered the *old* ψ. In an alternating step it sees "
        "the new one",
    ),
    Idea(
        faulty(order="theta first"),
        "θ moved first, and ψ answered: here ψ climbs first",
    ),
    Idea(
        in_either_order(d=dict(penalty=0.0)),
        "R1 is missing: gamma does not enter. Its slope pulls ψ back towards 0",
    ),
    Idea(
        in_either_order(d=dict(penalty=-1.0)),
        "R1 pushes ψ *away* from 0: D climbs V minus the penalty, so that the slope of the "
        "penalty is subtracted",
    ),
    Idea(
        in_either_order(d=dict(penalty=0.5)),
        "R1 is half as strong as it should be: the slope of (γ/2)·ψ² is γ·ψ",
    ),
    Idea(
        in_either_order(d=dict(penalty=2.0)),
        "R1 is twice as strong as it should be: the slope of (γ/2)·ψ² is γ·ψ",
    ),
    Idea(
        _penalty_squared,
        "this subtracts the penalty (γ/2)·ψ² itself; a step follows its *slope*",
    ),
    Idea(
        _penalty_on_theta,
        "the penalty is on θ: R1 holds the discriminator's slope down, which is ψ",
    ),
    Idea(
        _penalty_on_both,
        "R1 pulls on ψ as it should, and on θ, too: it is a penalty of the discriminator alone",
    ),
    Idea(
        _penalty_of_theta,
        "the penalty pulls ψ by γ·θ; the discriminator's slope is ψ, so that the pull is γ·ψ",
    ),
    Idea(
        _penalty_late,
        "R1 acts on the ψ that has already climbed: both pulls on ψ belong to one step, from the "
        "old ψ",
    ),
    Idea(
        in_either_order(d=dict(push=-1.0)),
        "ψ goes down the slope of V: the discriminator climbs it, so that its pull is −θ·σ(ψθ)",
    ),
    Idea(
        in_either_order(g=dict(push=-1.0)),
        "θ climbs V: the generator goes down, which is the pull +ψ·σ(ψθ)",
    ),
    Idea(
        in_either_order(d=dict(push=-1.0), g=dict(push=-1.0)),
        "both signs are turned: ψ climbs V and θ goes down",
    ),
    Idea(
        in_either_order(g=dict(inside=-1.0)),
        "θ uses σ(−ψθ): that is the non-saturating generator; the min-max game pulls with σ(ψθ)",
    ),
    Idea(
        in_either_order(d=dict(inside=-1.0)),
        "ψ uses σ(−ψθ); the slope of log(1 − σ(ψθ)) in ψ is −θ·σ(ψθ)",
    ),
    Idea(
        in_either_order(d=dict(inside=-1.0), g=dict(inside=-1.0)),
        "both pulls hold σ(−ψθ); the slope of log(1 − σ(a)) is −σ(a)",
    ),
    Idea(
        _no_sigma,
        "σ is missing: these are the pulls of the Wasserstein game; here both are weakened by "
        "σ(ψθ)",
    ),
    Idea(_tanh, "this is tanh, not σ: σ(a) = 1/(1 + exp(−a)), theory.sigmoid"),
    Idea(
        _mixed("inside"),
        "θ uses the new ψ before σ and the old one inside it: by then there is only the new one",
    ),
    Idea(
        _mixed("before"),
        "θ uses the new ψ inside σ and the old one before it: by then there is only the new one",
    ),
    Idea(
        (_swapped, lambda *case: faulty(order="simultaneous")(*case)[::-1]),
        "the two come back in the wrong order: theta first, then psi",
    ),
    Idea(
        _steps_only,
        "these are the steps, not the new places: add them to theta and psi",
    ),
    Idea(_gradient_only, "these are the pulls, not the new places: theta + rate · pull"),
    Idea(_no_rate, "the rate does not enter: a step goes `rate` times the pull"),
    Idea(
        _rate_once,
        "the rate is missing before the penalty: R1's pull is part of the gradient, so that the "
        "rate stands before both",
    ),
    Idea(
        faulty(order="alternating", g=dict(within=0.0)),
        "θ's σ stands at 1/2: its inside, ψθ, is missing",
    ),
    Idea(
        lambda theta, psi, rate, gamma: right(psi, theta, rate, gamma),
        "θ and ψ have changed places: the first argument is theta",
    ),
    Idea(
        lambda theta, psi, rate, gamma: (theta, psi),
        "nothing has moved: both come back as they went in",
    ),
    Idea(_only_psi, "only ψ has moved: θ answers in the same round"),
    Idea(_only_theta, "only θ has moved: ψ climbs first"),
)
