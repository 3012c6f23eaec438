"""The λ-weighted objective L(w) = L1(w) + λ L2(w): closed forms, paths, trade-off fronts.

D1 is the source, D2 the target, L1 and L2 are mean losses over them, and 0 ≤ λ ≤ ∞. Everything
here is exact linear algebra on NumPy arrays; networks that take two data sets live in `two_task`.
"""

import math
import numbers
from dataclasses import dataclass

import numpy as np


def check_lam(lam):
    """Return λ as a float, or say why it is none.

    Args:
        lam: a real number from 0 (D1 alone) to `float("inf")` (D2 alone).
    Raises:
        TypeError: λ is no real number (text, None, a list).
        ValueError: λ is negative or not a number (NaN).
    """
    if isinstance(lam, (bool, np.bool_)) or not isinstance(lam, numbers.Real):
        raise TypeError(
            f"λ is {lam!r}; expected a number from 0 (D1 alone) to float('inf') (D2 alone)"
        )
    if not lam >= 0:
        raise ValueError(
            f"λ is {lam}; expected 0 ≤ λ ≤ ∞: a negative weight would reward "
            "a high loss on D2. Use 0 for D1 alone"
        )
    return float(lam)


def share(lam):
    """The share α = λ/(1+λ) of D2 in the objective, from 0 to 1; exactly 1 at λ = ∞."""
    lam = check_lam(lam)
    return 1.0 if math.isinf(lam) else lam / (1.0 + lam)


def weights(lam, divide=True):
    """The weights of the two losses: (1−α, α) when divided by 1 + λ, else (1, λ).

    At λ = ∞ they are (0, 1) either way: D2 alone.
    """
    alpha = share(lam)
    if divide or alpha == 1.0:
        return 1.0 - alpha, alpha
    return 1.0, float(lam)


@dataclass(frozen=True)
class Quadratic:
    """The loss ½ wᵀHw − bᵀw + c, for instance least squares; call it on w.

    Args:
        hessian: H, [d, d], symmetric.
        linear: b, [d].
        constant: c.
    """

    hessian: np.ndarray
    linear: np.ndarray
    constant: float = 0.0

    @classmethod
    def around(cls, minimiser, hessian):
        """½ (w − w₀)ᵀ H (w − w₀), with its least value 0 at `minimiser` w₀ [d]."""
        minimiser, hessian = _floats(minimiser), _floats(hessian)
        if hessian.shape != (minimiser.size, minimiser.size):
            raise ValueError(
                f"the minimiser has {minimiser.size} numbers, so the Hessian must "
                f"be {minimiser.size} × {minimiser.size}; it is {hessian.shape}"
            )
        if not np.allclose(hessian, hessian.T):
            raise ValueError("the Hessian is not symmetric: use (H + Hᵀ)/2, the same loss")
        linear = hessian @ minimiser
        return cls(hessian, linear, 0.5 * float(minimiser @ linear))

    @classmethod
    def regression(cls, features, targets, ridge=0.0):
        """Ridge regression: (1/2n)‖Xw − y‖² + (ρ/2)‖w‖².

        Args:
            features: X, [n, d].
            targets: y, [n].
            ridge: ρ ≥ 0; needed when there are fewer rows than features.
        """
        features, targets = _floats(features), _floats(targets)
        if features.ndim != 2 or targets.shape != features.shape[:1] or not targets.size:
            raise ValueError(
                f"features have shape {features.shape} and targets {targets.shape}; "
                "expected [n, d] and [n] with n ≥ 1"
            )
        n, d = features.shape
        hessian = features.T @ features / n + ridge * np.eye(d)
        return cls(hessian, features.T @ targets / n, 0.5 * float(targets @ targets) / n)

    def __call__(self, w):
        """The loss at w [d], or one loss a row for w [..., d]."""
        w = _floats(w)
        return 0.5 * np.sum((w @ self.hessian) * w, -1) - w @ self.linear + self.constant

    def gradient(self, w):
        """The gradient Hw − b at w [..., d]."""
        return _floats(w) @ self.hessian - self.linear

    @property
    def minimiser(self):
        """The w [d] with the least loss; needs an invertible H."""
        if np.linalg.matrix_rank(self.hessian, hermitian=True) < len(self.hessian):
            raise ValueError(
                "the Hessian is singular, so no single w is best: add a ridge "
                "(ridge=1e-3) or more data"
            )
        return np.linalg.solve(self.hessian, self.linear)


def joint(first, second, lam, divide=False):
    """The quadratic L1 + λ L2; with `divide` it is (L1 + λ L2)/(1+λ), which has the same minimiser.

    Raises:
        ValueError: λ = ∞ without `divide`: the sum itself has no finite values there.
    """
    if math.isinf(check_lam(lam)) and not divide:
        raise ValueError("at λ = ∞ the sum L1 + λ L2 is infinite; pass divide=True")
    a, b = weights(lam, divide)
    return Quadratic(
        a * first.hessian + b * second.hessian,
        a * first.linear + b * second.linear,
        a * first.constant + b * second.constant,
    )


def minimiser(first, second, lam):
    """w(λ) = (H1 + λH2)⁻¹ (H1w1 + λH2w2), for any 0 ≤ λ ≤ ∞.

    Args:
        first, second: `Quadratic` losses on D1 and D2.
        lam: λ.
    Returns:
        w [d].
    """
    return joint(first, second, lam, divide=True).minimiser


def path(first, second, lams):
    """The minimisers w(λ) [k, d] for a list of k values of λ."""
    return np.stack([minimiser(first, second, lam) for lam in lams])


def front(first, second, lams):
    """The trade-off front: the losses (L1, L2) [k, 2] at w(λ)."""
    w = path(first, second, lams)
    return np.stack([first(w), second(w)], axis=1)


def descend(loss, start, *, step, steps):
    """Gradient descent on a loss with a `gradient` method.

    Args:
        loss: for instance a `Quadratic`.
        start: w before the first step, [d].
        step: learning rate η > 0.
        steps: number of steps.
    Returns:
        all iterates [steps + 1, d], the start first.
    """
    iterates = [_floats(start)]
    for _ in range(steps):
        iterates.append(iterates[-1] - step * loss.gradient(iterates[-1]))
    return np.stack(iterates)


def fine_tune(first, second, *, step, steps):
    """Sequential fine-tuning: from w1, gradient descent on L2 alone; all iterates [steps + 1, d]."""
    return descend(second, first.minimiser, step=step, steps=steps)


def left_by_early_stopping(curvature, *, step, steps):
    """The part (1 − ηh)ᵗ of w1 − w2 that t gradient steps on L2 leave at curvature h."""
    return (1.0 - step * np.asarray(curvature, float)) ** steps


def left_by_lam(curvature, lam):
    """The part 1/(1 + λh) of w1 − w2 that w(λ) leaves when H1 = I and H2 has curvature h."""
    return 1.0 / (1.0 + check_lam(lam) * np.asarray(curvature, float))


def quadratic_penalty(w, anchor, *, weight, fisher=None):
    """(β/2) Σ F (w − w1)²: L2-SP when F = 1, EWC when F is the diagonal Fisher information.

    It stands in for L1 when D1 is no longer at hand: `L2 + penalty` has **λ = 1/β**.

    Args:
        w, anchor: arrays or tensors of equal shape, or equally long lists of them.
        weight: β ≥ 0.
        fisher: F, shaped like w; all ones if None.
    Returns:
        a scalar; a tensor if w holds tensors.
    Papers: L2-SP, arXiv 1802.01483; EWC, PNAS 2017.
    """
    if not isinstance(w, (list, tuple)):
        w, anchor, fisher = [w], [anchor], None if fisher is None else [fisher]
    fisher = [1.0] * len(w) if fisher is None else fisher
    if not len(w) == len(anchor) == len(fisher):
        raise ValueError(
            f"{len(w)} weights, {len(anchor)} anchors and {len(fisher)} Fisher "
            "arrays; expected as many of each"
        )
    squares = [f * (a - b) ** 2 for a, b, f in zip(w, anchor, fisher)]
    return 0.5 * weight * sum(_sum(square) for square in squares)


def not_dominated(points):
    """Which points (L1, L2) [k, 2] no other point beats on both losses; booleans [k]."""
    points = _pairs(points)
    no_worse = np.all(points[:, None] <= points[None], axis=-1)
    better = np.any(points[:, None] < points[None], axis=-1)
    return ~np.any(no_worse & better, axis=0)


def convex_hull(points):
    """The points that some λ can choose: the lower left convex hull of (L1, L2) [k, 2].

    Returns:
        indices, from the least L1 to the least L2.
    """
    points = _pairs(points)
    candidates = np.flatnonzero(not_dominated(points))
    hull = []
    for i in candidates[np.lexsort(points[candidates].T[::-1])]:
        while len(hull) > 1 and _turn(*points[[hull[-2], hull[-1], i]]) <= 0:
            hull.pop()
        if not hull or np.any(points[i] != points[hull[-1]]):
            hull.append(int(i))
    return np.array(hull)


def best_sum(points, lam):
    """The index of the point (L1, L2) with the least L1 + λ L2."""
    return int(np.argmin(_pairs(points) @ np.array(weights(lam))))


def chebyshev(points, lam=1.0):
    """The index of the point (L1, L2) with the least max(L1, λ L2): reaches concave fronts too."""
    return int(np.argmin(np.max(_pairs(points) * np.array(weights(lam)), axis=1)))


def concave_front(t):
    """Two losses with a concave front: (1 − exp(−(t−1)²), 1 − exp(−(t+1)²)), shape [..., 2].

    The toy problem of Pareto multi-task learning (NeurIPS 2019) on its diagonal; all |t| ≤ 1 are
    optimal trade-offs, yet minimising the weighted sum finds only |t| > 0.957.
    """
    t = np.asarray(t, float)[..., None]
    return 1.0 - np.exp(-((t - np.array([1.0, -1.0])) ** 2))


def _floats(x):
    return np.asarray(x, dtype=np.float64)


def _pairs(points):
    points = _floats(points)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"the points have shape {points.shape}; expected [k, 2]: L1 and L2")
    return points


def _turn(a, b, c):
    """Positive if a → b → c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _sum(values):
    if isinstance(values, (np.ndarray, np.generic, float, int)):
        return np.sum(values)
    import tensorflow as tf  # a tensor: stay inside its graph

    return tf.reduce_sum(values)
