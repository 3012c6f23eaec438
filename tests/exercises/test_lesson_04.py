"""Lesson 04's checkers, with answers that are none of the stated wrong ideas."""

import decimal
import fractions

import numpy as np
import pytest

from helpers import exercises
from helpers.exercises import lesson_04_kid as kid
from helpers.exercises.lesson_04_runs import MOMENTUM, ONE, ZERO


def said(capsys, number, answer):
    exercises.check(number, answer)
    return capsys.readouterr().out


def nested(row):
    return [row[0], tuple(row[1:])]


def moves(optimizer, loss):
    """A generator's step with another optimizer, or another loss."""

    def step(model, noise):
        import tensorflow as tf

        with tf.GradientTape() as tape:
            total = loss(tf, model.discriminator(model.generator(noise, training=True)))
        variables = model.generator.trainable_variables
        getattr(model, optimizer).apply_gradients(zip(tape.gradient(total, variables), variables))
        return total

    return step


def right(model, noise):
    return moves("generator_optimizer", mean)(model, noise)


def in_two_moves(model, noise):
    """A step that is made twice."""
    right(model, noise)
    return right(model, noise)


def own_noise(model, noise):
    """A step that does not use the noise it is given."""
    return right(model, model.noise(8, seed=1))


def by_hand(model, noise):
    """A step without an optimizer."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = mean(tf, model.discriminator(model.generator(noise, training=True)))
    variables = model.generator.trainable_variables
    for variable, slope in zip(variables, tape.gradient(loss, variables)):
        variable.assign_sub(0.1 * slope)
    return loss


def by_another_loss(model, noise):
    """A step that returns the right loss and learns from D's logits themselves."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        logits = model.discriminator(model.generator(noise, training=True))
        total, other = tf.reduce_mean(tf.nn.softplus(-logits)), -tf.reduce_mean(logits)
    variables = model.generator.trainable_variables
    model.generator_optimizer.apply_gradients(zip(tape.gradient(other, variables), variables))
    return total


def too_early(model, noise):
    """A step whose fake picture is made outside the tape."""
    import tensorflow as tf

    fake = model.generator(noise, training=True)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softplus(-model.discriminator(fake)))
    variables = model.generator.trainable_variables
    gradients = tape.gradient(loss, variables)
    model.generator_optimizer.apply_gradients(zip(gradients, variables))
    return loss


def mean(tf, logits):
    return tf.reduce_mean(tf.nn.softplus(-logits))


def by_parts(logits):
    """The loss without softplus: right, with a slope of its own where a logit is 0."""
    import tensorflow as tf

    flat = tf.math.log1p(tf.exp(-tf.abs(logits)))
    return tf.reduce_mean(tf.maximum(-logits, 0) + flat)


def log_of_sum(logits):
    """The loss by way of exp(a): at a logit of 200 it is ∞ − 200."""
    import tensorflow as tf

    return tf.reduce_mean(tf.math.log(1 + tf.exp(logits)) - logits)


def capped(logits):
    """A loss that stays finite since its logits are cut off at ± 80."""
    import tensorflow as tf

    return tf.reduce_mean(tf.nn.softplus(-tf.clip_by_value(logits, -80.0, 80.0)))


def after_the_step(model, noise):
    """A step that returns the loss of the G that has moved."""
    import tensorflow as tf

    right(model, noise)
    return mean(tf, model.discriminator(model.generator(noise, training=True)))


def of_all(variables):
    """A step that gives G's optimizer other variables than G's trainable ones."""

    def answer(model, noise):
        import tensorflow as tf

        with tf.GradientTape() as tape:
            loss = mean(tf, model.discriminator(model.generator(noise, training=True)))
        chosen = variables(model)
        model.generator_optimizer.apply_gradients(zip(tape.gradient(loss, chosen), chosen))
        return loss

    return answer


def turned_pairs(model, noise):
    """A step whose pairs stand the other way round."""
    model.generator_optimizer.apply_gradients(
        (variable, 0 * variable.value) for variable in model.generator.trainable_variables
    )
    return 0.0


def judges_noise(model, noise):
    """A step that shows D the noise instead of a picture."""
    return model.discriminator(noise)


def from_probabilities(tf, logits):
    import keras

    return keras.losses.BinaryCrossentropy()(tf.ones_like(logits), logits)


def from_logits(tf, logits):
    import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return loss(tf.ones_like(logits), logits)


def listed(model, noise):
    """The right loss, in a list."""
    return [right(model, noise)]


WRONG = [
    ("04.1", of_all(lambda m: m.discriminator.trainable_variables), "is given D's variables"),
    ("04.1", of_all(lambda m: m.trainable_variables), "is given D's variables"),
    ("04.1", of_all(lambda m: m.generator.variables), "take trainable_variables, not variables"),
    ("04.1", moves("generator_optimizer", from_probabilities), "from_logits=True"),
    (
        "04.1",
        moves("generator_optimizer", lambda tf, a: -tf.reduce_mean(tf.math.log(a))),
        "the logarithm taken of a logit itself",
    ),
    (
        "04.1",
        moves("generator_optimizer", lambda tf, a: 1e-3 - tf.reduce_mean(tf.nn.sigmoid(a))),
        "the loss that you return is -0.489",
    ),
    (
        "04.1",
        moves("generator_optimizer", lambda tf, a: -tf.reduce_mean(tf.nn.sigmoid(a))),
        "the logarithm is missing",
    ),
    (
        "04.1",
        moves("generator_optimizer", lambda tf, a: tf.nn.softplus(-tf.reduce_mean(a))),
        "the mean comes last",
    ),
    ("04.1", after_the_step, "this is the loss after the step"),
    ("04.1", listed, "return it as one number"),
    ("04.1", lambda noise, model: right(model, noise), "the model first, then the noise"),
    ("04.1", turned_pairs, "gradients first, then variables"),
    ("04.1", judges_noise, "the noise goes to model.generator"),
    ("04.1", moves("discriminator_optimizer", mean), "go with model.generator_optimizer"),
    ("04.1", too_early, "made inside the tape"),
    (
        "04.1",
        moves("generator_optimizer", lambda tf, a: 2 * mean(tf, a)),
        "the loss that you return is 1.4",
    ),
    ("04.1", moves("generator_optimizer", lambda tf, a: tf.nn.softplus(-a)), "one number: 0.71"),
    ("04.1", in_two_moves, "more than once in a step"),
    ("04.1", own_noise, "the loss that you return is"),
    ("04.1", by_another_loss, "by the slope of another one"),
    ("04.1", by_hand, "not by model.generator_optimizer"),
    ("04.2", [nested(ZERO), nested(ONE)], "unpack them with a star"),
    ("04.2", [[k, k - 0.5, k + 0.5] for k in (ZERO[0], ONE[0])], "too wide for 300 pictures"),
    ("04.3", ["A", "worse", nested(ZERO), nested(MOMENTUM)], "unpack them with a star"),
    ("04.3", ["A", "worse", ZERO, [k + 0.03 for k in ZERO]], "has beta_1=0.9 reached gan.make"),
    ("04.3", ["C", "better", ZERO, ONE], "have both of your runs the same seed"),
    ("04.4", log_of_sum, "not finite at every logit"),
    ("04.4", capped, "for the logit −200"),
    ("04.5", round(kid.RIGHT), "is not it"),
    ("04.5", [kid.RIGHT, kid.RIGHT], "is not it"),
    ("04.5", str(kid.RIGHT), "give the number without quotes"),
]
RIGHT = [
    ("04.3", ["a", " Worse. ", list(ZERO), np.array(MOMENTUM)]),
    ("04.3", ["Ａ", "ｗｏｒｓｅ", list(ZERO), list(MOMENTUM)]),
    ("04.1", moves("generator_optimizer", lambda tf, a: -tf.reduce_mean(tf.math.log_sigmoid(a)))),
    ("04.1", moves("generator_optimizer", from_logits)),
    ("04.1", lambda model, noise: model.generator_step(noise)["generator_loss"]),
    ("04.1", lambda model, noise: float(right(model, noise))),
    ("04.3", ["C", "no  clear change", ZERO, [k + 0.03 for k in ZERO]]),
    ("04.4", by_parts),
    ("04.5", round(kid.RIGHT, 1)),
    ("04.5", fractions.Fraction(65, 3)),
    ("04.5", decimal.Decimal("21.67")),
    ("04.5", [kid.RIGHT]),
]


@pytest.mark.parametrize("number, answer, words", WRONG)
def test_a_mistake_is_named(number, answer, words, capsys):
    found = said(capsys, number, answer)
    assert found.startswith(f"✗ {number} not yet: ") and words in found


@pytest.mark.parametrize("number, answer", RIGHT)
def test_a_right_answer_passes(number, answer, capsys):
    assert f"✓ {number} passed" in said(capsys, number, answer)


@pytest.mark.parametrize("near", [0.02, 0.0])
def test_two_honest_seeds_may_be_near_and_only_equal_rows_are_refused(near, capsys):
    other = [value + near for value in ZERO]
    told = said(capsys, "04.2", [list(ZERO), other])
    assert told.startswith("✓" if near else "✗")
    assert ("as 6 of the 45 recorded pairs are" in told) == bool(near)
    assert "recorded pairs" not in said(capsys, "04.2", [list(ZERO), list(ONE)])
