"""Losses against their formulas, their gradients against the closed forms."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers.gan import losses

REAL = np.array([[2.0], [-0.5], [0.1]])
FAKE = np.array([[-3.0], [0.5], [1.5]])


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# Written as the papers write them, on probabilities; the helper works on logits.
DISCRIMINATOR = {
    "min_max": lambda r, f: -np.log(sigmoid(r)).mean() - np.log(1 - sigmoid(f)).mean(),
    "non_saturating": lambda r, f: -np.log(sigmoid(r)).mean() - np.log(1 - sigmoid(f)).mean(),
    "hinge": lambda r, f: np.maximum(0, 1 - r).mean() + np.maximum(0, 1 + f).mean(),
    "least_squares": lambda r, f: (((r - 1) ** 2).mean() + (f**2).mean()) / 2,
    "relativistic": lambda r, f: -np.log(sigmoid(r - f)).mean(),
}
GENERATOR = {
    "min_max": lambda r, f: np.log(1 - sigmoid(f)).mean(),
    "non_saturating": lambda r, f: -np.log(sigmoid(f)).mean(),
    "hinge": lambda r, f: -f.mean(),
    "least_squares": lambda r, f: ((f - 1) ** 2).mean() / 2,
    "relativistic": lambda r, f: -np.log(sigmoid(f - r)).mean(),
}
# d loss / d logit of a fake, times the number of fakes
SLOPES = {
    "min_max": lambda r, f: -sigmoid(f),
    "non_saturating": lambda r, f: -(1 - sigmoid(f)),
    "hinge": lambda r, f: -np.ones_like(f),
    "least_squares": lambda r, f: f - 1,
    "relativistic": lambda r, f: -(1 - sigmoid(f - r)),
}


@pytest.mark.parametrize("name", losses.names())
def test_values_equal_the_formulas(name):
    loss = losses.get(name)
    real, fake = tf.constant(REAL, tf.float32), tf.constant(FAKE, tf.float32)
    assert float(loss.discriminator(real, fake)) == pytest.approx(DISCRIMINATOR[name](REAL, FAKE))
    given = real if loss.generator_needs_real else None
    assert float(loss.generator(given, fake)) == pytest.approx(GENERATOR[name](REAL, FAKE))


@pytest.mark.parametrize("name", losses.names())
def test_generator_slopes_equal_the_closed_form(name):
    fake = tf.constant(FAKE, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        loss = losses.get(name).generator(tf.constant(REAL, tf.float32), fake)
    expected = SLOPES[name](REAL, FAKE) / len(FAKE)
    np.testing.assert_allclose(tape.gradient(loss, fake), expected, rtol=1e-5)


@pytest.mark.parametrize("name", losses.names())
def test_discriminator_slopes_equal_finite_differences(name):
    real = tf.constant(REAL, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(real)
        loss = losses.get(name).discriminator(real, tf.constant(FAKE, tf.float32))
    slopes = tape.gradient(loss, real).numpy()
    for index in range(len(REAL)):
        nudge = np.zeros_like(REAL)
        nudge[index] = 1e-4
        formula = DISCRIMINATOR[name]
        expected = (formula(REAL + nudge, FAKE) - formula(REAL - nudge, FAKE)) / 2e-4
        assert slopes[index, 0] == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_min_max_has_no_slope_where_the_non_saturating_loss_has_all():
    """At logit -10: 4.5e-5 against 0.99995, the reason to use the second."""
    for name, expected in (("min_max", 4.54e-5), ("non_saturating", 0.99995)):
        fake = tf.constant([[-10.0]])
        with tf.GradientTape() as tape:
            tape.watch(fake)
            loss = losses.get(name).generator(None, fake)
        assert -float(tape.gradient(loss, fake)[0, 0]) == pytest.approx(expected, rel=1e-2)


def test_extreme_logits_stay_finite():
    far = tf.constant([[1e4], [-1e4]])
    for name in losses.names():
        loss = losses.get(name)
        assert np.isfinite(float(loss.discriminator(far, far[::-1])))
        assert np.isfinite(float(loss.generator(far, far[::-1])))


def test_gradient_penalty_of_a_linear_discriminator_is_half_its_squared_norm():
    network = keras.Sequential(
        [keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    weights = network.layers[-1].kernel.numpy()
    images = tf.random.stateless_normal([5, 4, 4, 3], [0, 1])
    found = losses.gradient_penalty(network, images)
    assert float(found) == pytest.approx(0.5 * float((weights**2).sum()), rel=1e-5)


def test_own_loss_passes_and_unknown_name_is_explained():
    own = losses.Loss("own", lambda r, f: 0.0, lambda r, f: 0.0)
    assert losses.get(own) is own
    with pytest.raises(ValueError, match="unknown loss 'hing'; one of: hinge"):
        losses.get("hing")
