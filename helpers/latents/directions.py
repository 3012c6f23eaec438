"""Directions in a generator's latent space: what to add to a latent to change a picture one way.

    strongest = directions.principal_directions(generator, 5)                  # five unit vectors
    smile = directions.directions_by_regression(many_latents, is_smiling)      # one of your own
    frames = latents.decode(generator, z + np.linspace(-3, 3, 9)[:, None] * smile)

Latents and generators are those of latents.py.
"""

import keras
import numpy as np
from keras import layers

from helpers.latents import checked, noise


def directions_by_regression(latents, labels_or_scores):
    """The direction along which something measured on the pictures changes most.

    Least squares for scores (how red, how wide); logistic regression for labels (0 or 1, True or
    False), whose normal vector is sturdier than the difference of two means.

    Args:
        latents: float [n, d], whose pictures were measured.
        labels_or_scores: [n], or [n, k] for k directions at once.

    Returns:
        float32 unit vector [d], or [k, d]; adding it raises the score, or the chance of label 1.

    Raises:
        ValueError: the numbers do not fit, are all equal or not finite, or are too few.
    """
    latents, scores = checked(latents, "latents"), np.asarray(labels_or_scores)
    if latents.ndim != 2 or len(scores) != len(latents) or scores.ndim not in (1, 2):
        raise ValueError(
            f"latents of shape {list(latents.shape)} and labels of shape {list(scores.shape)} do "
            "not fit: expected [n, d] and [n] or [n, k], a label for each latent's picture"
        )
    if scores.ndim == 2:
        return np.stack([directions_by_regression(latents, column) for column in scores.T])
    scores = scores.astype(np.float64)
    if not np.isfinite(scores).all() or len(np.unique(scores)) < 2:
        raise ValueError(
            "the labels are all equal or not finite, so nothing can be learnt from them: "
            "draw more latents, or measure something that varies"
        )
    return _unit(_logistic(latents, scores) if set(np.unique(scores)) == {0.0, 1.0}
                 else _least_squares(latents, scores))  # fmt: skip


def _logistic(latents, labels):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000).fit(latents, labels).coef_[0]


def _least_squares(latents, scores):
    n, d = latents.shape
    if n <= d + 1:
        raise ValueError(
            f"{n} latents are too few for least squares in {d} dimensions: "
            f"draw at least {2 * d}, better {10 * d}, and measure their pictures"
        )
    centred = latents - latents.mean(axis=0, dtype=np.float64)
    return np.linalg.lstsq(centred, scores - scores.mean(), rcond=None)[0]


def principal_directions(generator, n=5, *, samples=5000, seed=0):
    """Directions by PCA of the first dense layer's outputs (before its activation).

    The outputs are linear in z, so with endless samples these are `closed_form_directions`. How
    many it takes depends on the gaps between the kernel's singular values: the shipped heroes'
    first five agree to |cos| > .93 with 5,000 samples, the fifth least: its value is 11.8, and the
    sixth 11.4. A fresh
    kernel has no gaps and they disagree (.2): PCA then sees the accidents of its sample.

    Args:
        generator: network that begins with a Dense layer.
        n: how many, 1 … the smaller of latent_dim and the layer's units.
        samples: latents to draw.
        seed: seed of the latents.

    Returns:
        float32 [n, latent_dim], unit vectors, strongest first.

    Raises:
        ValueError: no dense layer comes first, or n is impossible.

    Paper: Härkönen et al., GANSpace, arXiv 2004.02546.
    """
    kernel = _first_kernel(generator, n)
    z = noise(generator, samples, seed).astype(np.float64)
    z -= z.mean(axis=0)
    outputs = z @ kernel
    # Back from the layer's outputs to z: which latent goes with one unit of each coordinate?
    coordinates = outputs @ _components(outputs, n)
    return _signed(np.linalg.lstsq(coordinates, z, rcond=None)[0])


def _components(outputs, n):
    """The first n principal axes of centred outputs, as columns."""
    if outputs.shape[1] <= 256:
        return np.linalg.svd(outputs, full_matrices=False)[2][:n].T
    from scipy.sparse.linalg import svds  # a few axes of 2,048: a tenth of the full SVD's time

    start = np.random.default_rng(0).standard_normal(min(outputs.shape))  # fixed, for one result
    return svds(outputs, k=n, v0=start)[2][::-1].T


def closed_form_directions(generator, n=5, *, normalise=False):
    """Directions read off the weights: left singular vectors of the first dense kernel K [d, units].

    They are the eigenvectors of K Kᵀ (the papers' AᵀA with A = Kᵀ): a step of length 1 along the
    first changes the layer's outputs more than along any other. See `principal_directions` for when
    PCA finds the same. A batch norm straight after the layer is counted in.

    Args:
        generator: network that begins with a Dense layer.
        n: how many, 1 … the smaller of latent_dim and the layer's units.
        normalise: scale each unit's weights to norm 1 first, as the authors' code does; PCA does not.

    Returns:
        float32 [n, latent_dim], unit vectors at right angles, strongest first.

    Raises:
        ValueError: no dense layer comes first, or n is impossible.

    Paper: Shen & Zhou, SeFa, arXiv 2007.06600.
    """
    kernel = _first_kernel(generator, n)
    if normalise:
        kernel = kernel / np.maximum(np.linalg.norm(kernel, axis=0), 1e-12)
    return _signed(np.linalg.svd(kernel, full_matrices=False)[0].T[:n])


def _first_kernel(generator, n):
    """The first dense kernel as float64 [latent_dim, units], times a batch norm's scale."""
    first, *rest = generator.layers
    after = [layer for layer in rest if not isinstance(layer, layers.Reshape)]
    if not isinstance(first, layers.Dense):
        raise ValueError(
            f"{generator.name} begins with {first.name}: expected a Dense layer on the latent, "
            "as helpers.gan.networks.generator has it"
        )
    kernel = np.asarray(first.kernel.numpy(), np.float64)
    if not 1 <= n <= min(kernel.shape):
        raise ValueError(
            f"n is {n}: a kernel {list(kernel.shape)} has 1 to {min(kernel.shape)} directions"
        )
    linear = first.activation is keras.activations.linear
    if linear and after and isinstance(after[0], layers.BatchNormalization):
        norm = after[0]
        gamma = norm.gamma.numpy() if norm.scale else 1.0
        scale = np.asarray(gamma / np.sqrt(norm.moving_variance.numpy() + norm.epsilon), np.float64)
        kernel = kernel * np.tile(scale, kernel.shape[1] // len(scale))
    return kernel


def _unit(vectors):
    vectors = np.asarray(vectors, np.float64)
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def _signed(vectors):
    """Unit vectors with their largest component positive: LAPACK's sign differs between machines."""
    largest = np.argmax(np.abs(vectors), axis=1)
    return _unit(vectors * np.sign(vectors[np.arange(len(vectors)), largest])[:, None])
