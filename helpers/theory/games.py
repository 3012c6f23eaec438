"""Two players with one number each: games small enough to draw every move.

A game is a `field`: a function (x, y) -> (dx, dy) that says where each player wants to go. The
first player descends, the second climbs. In the Dirac-GAN all data sit at 0, the generator at
`theta`, and the discriminator D(x) = ψ·x is high on what it takes for real:
V(θ, ψ) = log σ(0) + log(1 − σ(ψθ)). The article's sources often write −ψ for our ψ.
"""

import numpy as np
from scipy.special import expit as sigmoid

METHODS = ("simultaneous", "alternating", "extragradient", "optimistic")
LOSSES = ("min_max", "non_saturating", "wasserstein")


def dirac_gan(*, loss="min_max", gamma=0.0, noise=0.0):
    """The Dirac-GAN as a field (θ, ψ) -> (dθ, dψ).

    Args:
        loss: "min_max" (the min-max game itself), "non_saturating" or "wasserstein".
        gamma: γ ≥ 0 of the R1 penalty (γ/2)·ψ²; ψ is the slope of the logit ψ·x, at the real data too.
        noise: standard deviation ≥ 0 of noise added to real and fake samples alike.
    Returns: a field for `play`.
    Paper: Mescheder et al. 2018.
    """
    if loss not in LOSSES:
        raise ValueError(f"unknown loss {loss!r}; one of: {', '.join(LOSSES)}")
    if gamma < 0 or noise < 0:
        raise ValueError(f"gamma {gamma} and noise {noise}: expected numbers of at least 0")
    jitter, weight = gaussian_nodes(noise)

    def field(theta, psi):
        # Each player's expectation over the noise, exact to quadrature (one node when noise = 0).
        fake = theta + jitter
        seen = np.ones_like(fake) if loss == "wasserstein" else sigmoid(psi * fake)
        pull = sigmoid(-psi * fake) if loss == "non_saturating" else seen
        real = 0 * jitter if loss == "wasserstein" else jitter * sigmoid(-psi * jitter)
        return psi * (weight @ pull), weight @ (real - fake * seen) - gamma * psi

    return field


def gaussian_nodes(sd, *, count=31):
    """Places and weights that average a function over N(0, sd²); a single place when sd = 0."""
    if sd == 0:
        return np.zeros(1), np.ones(1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return sd * nodes, weights / weights.sum()


def bilinear(x, y):
    """The field of min over x, max over y of x·y, whose saddle point is (0, 0)."""
    return -y, x


def play(field, start, *, rate=0.1, steps=500, method="simultaneous"):
    """Let both players take `steps` gradient steps.

    Args:
        field: a function (x, y) -> (dx, dy).
        start: (x, y).
        rate: step size h > 0 of both players.
        steps: number of rounds.
        method: "simultaneous" (both answer the old position), "alternating" (the second moves
            first and the first answers the new position, as GAN training does), "extragradient"
            (look one step ahead), "optimistic" (twice the new gradient minus the last one).
    Returns: the path, float64 [steps + 1, 2].
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; one of: {', '.join(METHODS)}")
    path = np.empty((steps + 1, 2))
    path[0] = start
    before = np.array(field(*path[0]))
    for k in range(steps):
        path[k + 1], before = move(field, path[k], before, rate, method)
    return path


def move(field, here, before, rate, method):
    """One round from `here` [2]; returns the new place and the gradient there was."""
    now = np.array(field(*here))
    if method == "alternating":
        second = here[1] + rate * now[1]
        return np.array([here[0] + rate * field(here[0], second)[0], second]), now
    if method == "extragradient":
        return here + rate * np.array(field(*(here + rate * now))), now
    if method == "optimistic":
        return here + rate * (2 * now - before), now
    return here + rate * now, now


def radius(path):
    """Distance from the equilibrium (0, 0) along a path [..., 2]."""
    return np.hypot(path[..., 0], path[..., 1])


def averaged(path, decay):
    """The exponential moving average of a path [n, 2], started at its first place.

    Args:
        path: [n, 2].
        decay: β in [0, 1); the average looks back over about 1/(1 − β) steps.
    Returns: [n, 2].
    """
    if not 0 <= decay < 1:
        raise ValueError(f"decay is {decay}, expected a number from 0 to below 1")
    mean = np.array(path, dtype=np.float64)
    for k in range(1, len(mean)):
        mean[k] = decay * mean[k - 1] + (1 - decay) * path[k]
    return mean


def average_gain(decay, angle):
    """How much an average of decay β shrinks an oscillation of `angle` radians per step."""
    return float((1 - decay) / np.sqrt(1 - 2 * decay * np.cos(angle) + decay**2))


def jacobian(field, at=(0.0, 0.0), *, step=1e-4):
    """The field's matrix of derivatives [2, 2] at a place, by central differences."""
    at = np.asarray(at, dtype=np.float64)
    columns = [
        (np.array(field(*(at + e))) - np.array(field(*(at - e)))) / (2 * step)
        for e in step * np.eye(2)
    ]
    return np.stack(columns, axis=1)


def step_matrix(field, *, rate, method="alternating", at=(0.0, 0.0)):
    """What one round does to small differences at a place [2, 2]; its eigenvalues decide there.

    Args:
        field: as for `play`.
        rate, method: as for `play`; "optimistic" has no such matrix, it depends on two places.
        at: the place.
    Raises: ValueError for "optimistic".
    """
    if method == "optimistic":
        raise ValueError("an optimistic step also depends on the last one: no 2 × 2 matrix")

    def one(x, y):
        return play(field, (x, y), rate=rate, steps=1, method=method)[1]

    return jacobian(one, at)


def eigenvalues(field, at=(0.0, 0.0)):
    """Eigenvalues of the field's Jacobian, complex [2], the one with positive imaginary part first."""
    found = np.linalg.eigvals(jacobian(field, at)).astype(complex)
    return found[np.lexsort((-found.real, -found.imag.round(9)))]


def r1_eigenvalues(gamma):
    """What the theorem says for the Dirac-GAN with R1: −γ/2 ± √(γ²/4 − ¼), complex [2]."""
    root = np.sqrt(complex(gamma**2 / 4 - 0.25))
    return np.array([-gamma / 2 + root, -gamma / 2 - root])
