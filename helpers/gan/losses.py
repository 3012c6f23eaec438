"""Adversarial losses and gradient penalties, on logits (before any sigmoid); high means real."""

from typing import Callable, NamedTuple

import tensorflow as tf

softplus = tf.nn.softplus  # softplus(-a) = -log σ(a), without overflow


class Loss(NamedTuple):
    """A pair of losses.

    Both functions take (real_logits, fake_logits), float [n, k], and return a scalar mean. Where
    `generator_needs_real` is False the generator's loss ignores its first argument (None will do).
    """

    name: str
    discriminator: Callable
    generator: Callable
    generator_needs_real: bool = False


def _mean(values):
    return tf.reduce_mean(tf.cast(values, tf.float32))


def _logistic_discriminator(real_logits, fake_logits):
    return _mean(softplus(-real_logits)) + _mean(softplus(fake_logits))


def _min_max_generator(real_logits, fake_logits):
    return -_mean(softplus(fake_logits))  # log(1 - σ(a)): no slope where D is sure


def _non_saturating_generator(real_logits, fake_logits):
    return _mean(softplus(-fake_logits))  # -log σ(a): full slope where D is sure


def _hinge_discriminator(real_logits, fake_logits):
    return _mean(tf.nn.relu(1 - real_logits)) + _mean(tf.nn.relu(1 + fake_logits))


def _hinge_generator(real_logits, fake_logits):
    return -_mean(fake_logits)


def _least_squares_discriminator(real_logits, fake_logits):
    return 0.5 * (_mean((real_logits - 1) ** 2) + _mean(fake_logits**2))


def _least_squares_generator(real_logits, fake_logits):
    return 0.5 * _mean((fake_logits - 1) ** 2)


def _relativistic_discriminator(real_logits, fake_logits):
    return _mean(softplus(fake_logits - real_logits))


def _relativistic_generator(real_logits, fake_logits):
    return _mean(softplus(real_logits - fake_logits))


_LOSSES = {
    loss.name: loss
    for loss in (
        Loss("min_max", _logistic_discriminator, _min_max_generator),
        Loss("non_saturating", _logistic_discriminator, _non_saturating_generator),
        Loss("hinge", _hinge_discriminator, _hinge_generator),
        Loss("least_squares", _least_squares_discriminator, _least_squares_generator),
        Loss("relativistic", _relativistic_discriminator, _relativistic_generator, True),
    )
}


def names():
    """Returns the names that `get` knows."""
    return sorted(_LOSSES)


def get(name):
    """Finds an adversarial loss.

    Args:
        name: "min_max" (as the theory prints it), "non_saturating", "hinge", "least_squares",
            "relativistic", or a `Loss` of your own, which is returned as it is.

    Returns:
        Loss.

    Raises:
        ValueError: the name is unknown.

    Papers: Goodfellow et al., arXiv 1406.2661; Lim & Ye (hinge), 1705.02894; Mao et al. (least
    squares), 1611.04076; Jolicoeur-Martineau (relativistic), 1807.00734, with the penalties of
    Huang et al. (R3GAN), 2501.05441.
    """
    if isinstance(name, Loss):
        return name
    if name not in _LOSSES:
        raise ValueError(f"unknown loss {name!r}; one of: {', '.join(names())}")
    return _LOSSES[name]


def gradient_penalty(discriminator, images):
    """Half the mean squared slope of the logit: ½·E‖∇ₓ D(x)‖², summed over pixels.

    Where D gives several logits, each is a judge of its own: the mean of their penalties, as the
    loss is the mean of theirs.

    On real images this is R1, on generated ones R2. Multiply by γ; at 32 px start near 0.05: the
    values above 1 that code for large pictures uses are far too strong here.

    Args:
        discriminator: network, images -> logits [n, k].
        images: float32 [n, size, size, 3].

    Returns:
        Scalar, 0 or more.

    Paper: Mescheder et al., Which training methods for GANs do actually converge?, ICML 2018.
    """
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        logits = tf.unstack(tf.reduce_sum(discriminator(images, training=True), axis=0))
    slopes = [tape.gradient(logit, images) for logit in logits]
    return 0.5 * _mean([tf.reduce_sum(slope**2, axis=[1, 2, 3]) for slope in slopes])
