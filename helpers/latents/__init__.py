"""Steering a trained generator: noise, pictures, paths, truncation, arithmetic.

    z = latents.noise(generator, 2, seed=7)
    frames = latents.decode(generator, latents.slerp(z[0], z[1], np.linspace(0, 1, 9)))

A latent is a float array [latent_dim], drawn in training from N(0, I); several are [n, latent_dim].
A generator is a `keras.Sequential` from helpers/gan/networks.py, for example `gan.averaged_generator`.
directions.py says where to go from a latent, inversion.py finds the latent of a picture, blending.py
mixes two generators.
"""

import functools

import numpy as np
import tensorflow as tf

from helpers import art

_STREAM = 28  # second half of the random seed of all latents: one seed means one picture everywhere
_PARALLEL = 1e-4  # radians below which sin Ω divides rounding errors, not angles


def noise(generator, count, seed=0):
    """Draws latents: one seed gives the same numbers on every device, as the algorithm is named.

    Args:
        generator: the generator they are for.
        count: how many, 1 or more.
        seed: whole number from 0 to 2³¹ − 1.

    Returns:
        float32 [count, latent_dim], N(0, I).
    """
    shape = [count, generator.input_shape[-1]]
    return tf.random.stateless_normal(shape, [int(seed), _STREAM], alg="philox").numpy()


def decode(generator, latents, batch_size=16):
    """Turns latents into pictures, always in batches of one shape: a new shape costs a new trace.

    Args:
        generator: [n, latent_dim] -> [n, size, size, 3] in [-1, 1].
        latents: float [n, latent_dim].
        batch_size: pictures at a time; 1 is quickest for a single picture.

    Returns:
        uint8 [n, size, size, 3].

    Raises:
        ValueError: the latents do not fit the generator, or are not finite.
    """
    latents = checked(latents, "latents", generator)
    parts = [np.zeros((0, *generator.output_shape[1:]), np.float32)]
    for start in range(0, len(latents), batch_size):
        part = latents[start : start + batch_size]
        padded = np.zeros((batch_size, latents.shape[1]), np.float32)
        padded[: len(part)] = part
        parts.append(traced(generator, _draw, padded).numpy()[: len(part)])
    return art.to_uint8(np.concatenate(parts))


# Between two latents ---------------------------------------------------------------------------


def lerp(a, b, t):
    """The straight line from a to b, which leaves the shell that latents live on.

    In d dimensions nearly every draw of N(0, I) has a norm near √d. The midpoint of two independent
    draws is a draw of N(0, I/2): its norm is √(d/2) on average. A generator has hardly ever seen
    such a short latent, so pictures halfway are pale; that says nothing about the generator.

    Args:
        a, b: float [..., d], of one shape.
        t: number, 0 at a and 1 at b; or an array of them, whose shape then comes first.

    Returns:
        float [*shape of t, ..., d].

    Raises:
        ValueError: the shapes differ, or there are values that are not finite.
    """
    a, b, t = _ends(a, b, t)
    return (1 - t) * a + t * b


def slerp(a, b, t):
    """The great circle from a to b: [sin((1 − t)Ω) a + sin(tΩ) b] / sin Ω, Ω their angle.

    Two normal latents lie on a shell of radius √d, nearly at right angles. This path stays on it,
    where `lerp` cuts through the inside: between ends of equal norm the norm is constant and so is
    the speed; between ends of different norms it moves from one norm to the other.

    Args:
        a, b, t: as for `lerp`.

    Returns:
        float [*shape of t, ..., d]; where a and b are parallel or zero, the straight line.

    Raises:
        ValueError: as `lerp`; or a and b are opposite, so that no great circle is the shortest.

    Paper: White, Sampling generative networks, arXiv 1609.04468.
    """
    a, b, t = _ends(a, b, t)
    omega = _angle(a, b)
    if np.any(omega > np.pi - _PARALLEL):
        raise ValueError(
            "the two latents are opposite, so the way round is not unique: "
            "go over a third latent, slerp(a, c, t) and then slerp(c, b, t)"
        )
    straight = omega < _PARALLEL
    omega = np.where(straight, 1.0, omega)
    circle = (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)
    return np.where(straight, (1 - t) * a + t * b, circle).astype(a.dtype)


def _angle(a, b):
    """Angle between a and b along the last axis, kept as an axis of one; 0 where one is zero."""
    norms = [np.linalg.norm(x, axis=-1, keepdims=True) for x in (a, b)]
    a, b = (x / np.where(norm > 0, norm, 1) for x, norm in zip((a, b), norms))
    # Not arccos of the product, which is blind to small angles: its slope there is infinite.
    difference, total = (np.linalg.norm(x, axis=-1, keepdims=True) for x in (a - b, a + b))
    defined = (norms[0] > 0) & (norms[1] > 0)
    return np.where(defined, 2 * np.arctan2(difference, total), 0.0)


def truncate(z, psi):
    """Pulls latents towards the centre, ψz: more typical pictures, and fewer kinds of them.

    Args:
        z: float [..., d].
        psi: ψ ≥ 0; 1 changes nothing, 0 leaves the one picture at the centre.

    Returns:
        float [..., d].

    Raises:
        ValueError: ψ is negative or not finite.

    Paper: Karras et al., StyleGAN, arXiv 1812.04948 (there in w); Brock et al., BigGAN, 1809.11096.
    """
    if not np.isfinite(psi) or psi < 0:
        raise ValueError(f"ψ is {psi}: truncation takes a number from 0 to 1, or a little above")
    return np.asarray(z) * np.float32(psi)


def combine(plus, minus=(), on_shell=True):
    """Latent arithmetic, "king − man + woman": adds the mean of each group, subtracts others'.

    Args:
        plus, minus: sequences of groups; a group is one latent [d] or several [k, d], of which the
            mean counts (the mean of three or more says more about what they share).
        on_shell: whether the sum is brought to the length √d that the generator was trained on.

    Returns:
        float32 [d].

    Raises:
        ValueError: there is nothing to add, the groups' lengths differ, or the sum is zero.

    Paper: Radford et al., DCGAN, arXiv 1511.06434.
    """
    if len(plus) == 0:
        raise ValueError("nothing to add: plus is empty; give a list of latents or of groups")
    terms = [_mean(group) for group in plus] + [-_mean(group) for group in minus]
    lengths = sorted({len(term) for term in terms})
    if len(lengths) > 1:
        raise ValueError(f"the latents have different lengths, {lengths}: take one generator's")
    total = np.sum(terms, axis=0)
    if not on_shell:
        return total.astype(np.float32)
    norm = np.linalg.norm(total)
    if norm == 0:
        raise ValueError(
            "the sum is zero and has no direction: the same latents stand on both sides"
        )
    return (total * np.sqrt(len(total)) / norm).astype(np.float32)


def _mean(group):
    return np.atleast_2d(checked(group, "a group of latents")).mean(axis=0, dtype=np.float64)


# Checks and traces -----------------------------------------------------------------------------


def checked(latents, name, generator=None):
    """float32 latents, or a ValueError that names them: not finite, or no fit for the generator."""
    latents = np.asarray(latents, np.float32)
    if not np.isfinite(latents).all():
        raise ValueError(f"{name}: there is NaN or infinity in them; has a step been too large?")
    expected = generator and generator.input_shape[-1]
    if generator is not None and (latents.ndim != 2 or latents.shape[1] != expected):
        raise ValueError(
            f"{name}: expected shape [n, {expected}], got {list(latents.shape)}; "
            "latents.noise(generator, n) draws some, z[None] makes a batch of one"
        )
    return latents


def _ends(a, b, t):
    a, b = np.asarray(a), np.asarray(b)
    kind = np.result_type(a, b, np.float32)
    a, b, t = a.astype(kind), b.astype(kind), np.asarray(t, kind)
    if a.shape != b.shape or a.ndim < 1:
        shapes = f"{list(a.shape)} and {list(b.shape)}"
        raise ValueError(f"the ends have shapes {shapes}: expected one shape [..., d]")
    if not all(np.isfinite(x).all() for x in (a, b, t)):
        raise ValueError("the ends or t hold NaN or infinity; draw the latents anew")
    return a, b, t.reshape(t.shape + (1,) * a.ndim)


def traced(generator, function, x):
    """`function(generator, x)`, traced once a network and shape; the traces are kept on the network."""
    # Concrete functions, since tf.function counts traces by the address of what it traced and then
    # warns about networks that are long gone.
    cache = generator.__dict__.setdefault("_latents_traced", {})
    key = function.__name__, x.shape
    if key not in cache:
        function = tf.function(functools.partial(function, generator))
        cache[key] = function.get_concrete_function(tf.TensorSpec(x.shape, tf.float32))
    return cache[key](tf.constant(x))


def _draw(generator, z):
    return generator(z, training=False)
