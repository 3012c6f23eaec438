"""The small pair of networks: each step moves one player, runs repeat, the penalty is a slope."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers.theory import points, toy_gan


@pytest.fixture(scope="module")
def gan():
    return toy_gan.ToyGAN(points.ring(200), width=8, batch=16)


def weights(player):
    return [w.numpy() for w in player.weights]


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b))


def by_hand(gan, real, z, *, gamma=0.0, rate=0.1):
    """D's and then G's gradient step, non-saturating, written out; returns the new weights."""
    d, g = gan.discriminator, gan.generator
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softplus(-d(real))) + tf.reduce_mean(tf.nn.softplus(d(g(z))))
        with tf.GradientTape() as inner:
            inner.watch(real)
            total = tf.reduce_sum(d(real))
        slope = inner.gradient(total, real)
        loss += gamma / 2 * tf.reduce_mean(tf.reduce_sum(slope**2, axis=1))
    new_d = [w - rate * s for w, s in zip(weights(d), tape.gradient(loss, d.weights))]
    old_d = weights(d)
    d.set_weights(new_d)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softplus(-d(g(z))))
    new_g = [w - rate * s for w, s in zip(weights(g), tape.gradient(loss, g.weights))]
    d.set_weights(old_d)
    return new_d, new_g


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_one_step_is_the_step_written_by_hand(gan, gamma):
    gan.set(loss="non_saturating", gamma=gamma, rate=1e-3)
    gan.reset(0)
    real, z = gan.draw(tf.constant(0))
    new_d, new_g = by_hand(gan, real, z, gamma=gamma)
    before, gan.optimizers = gan.optimizers, [keras.optimizers.SGD(0.1) for _ in "dg"]
    gan.alternate(real, z)
    gan.optimizers = before
    for found, expected in ((gan.discriminator, new_d), (gan.generator, new_g)):
        assert max(np.abs(a - b).max() for a, b in zip(weights(found), expected)) < 1e-6


def test_each_players_step_moves_that_player_alone(gan):
    gan.reset(0)
    real, z = gan.draw(tf.constant(0))
    touched = []
    plain = toy_gan.update
    toy_gan.update = lambda optimizer, tape, loss, player: touched.append(
        (player.name, [g is None for g in tape.gradient(loss, gan.generator.weights)])
    )
    try:
        gan.alternate(real, z)
    finally:
        toy_gan.update = plain
    assert touched[0] == ("discriminator", [True] * 6)  # D's loss does not reach G at all
    assert touched[1] == ("generator", [False] * 6)


def test_slope_penalty_of_a_linear_discriminator_is_half_its_squared_weight():
    def linear(x):
        return x @ tf.constant([[3.0], [4.0]])

    assert float(toy_gan.slope_penalty(linear, tf.zeros([7, 2]))) == pytest.approx(12.5)


def test_a_run_can_stop_anywhere_and_repeats(gan):
    gan.set(loss="non_saturating", gamma=0.0, rate=1e-3)
    whole = weights(gan.reset(3).train(6).generator)
    parts = weights(gan.reset(3).train(2).train(4).generator)
    assert same(whole, parts)
    assert gan.step == 6 and len(gan.history["generator"]) == 6
    assert not same(whole, weights(gan.reset(4).train(6).generator))


def test_the_average_follows_the_generator_by_its_decay(gan):
    gan.set(loss="non_saturating", gamma=0.0, rate=1e-2)
    start = weights(gan.reset(2).generator)
    assert same(start, weights(gan.averaged))
    after = weights(gan.train(1).generator)
    for mean, old, new in zip(weights(gan.averaged), start, after):
        assert mean == pytest.approx(toy_gan.DECAY * old + (1 - toy_gan.DECAY) * new, abs=1e-7)
    assert not np.array_equal(gan.sample(9), gan.sample(9, averaged=True))


def test_the_generators_rate_is_the_ratio_times_the_discriminators():
    gan = toy_gan.ToyGAN(points.ring(50), width=4, batch=8, ratio=10.0, rate=1e-3)
    assert [float(o.learning_rate) for o in gan.optimizers] == pytest.approx([1e-3, 1e-2])
    gan.set(loss="min_max", gamma=0.0, rate=2e-3)
    assert [float(o.learning_rate) for o in gan.optimizers] == pytest.approx([2e-3, 2e-2])


def test_a_run_on_the_ring_counts_every_so_many_steps():
    run = toy_gan.ring_run("R1", seeds=[0, 1, 2], steps=4, every=2)
    for part in (run, run["averaged"]):
        assert part["samples"].shape == (3, 1000, 2)
        assert part["modes"].shape == part["near"].shape == part["reached"].shape == (3, 2)
        assert part["modes"][1, -1] == points.count_modes(part["samples"][1])[0]
        assert part["reached"][2, -1] == points.count_reached(part["samples"][2])


def test_the_shipped_counts_are_of_the_arms_that_the_code_has():
    shipped = toy_gan.shipped_modes()
    assert list(shipped["arms"]) == list(toy_gan.ARMS)
    assert shipped["settings"] == {a: {**toy_gan.RING, **g} for a, g in toy_gan.ARMS.items()}
    for arm in shipped["arms"].values():
        assert np.shape(arm["modes"]) == np.shape(arm["averaged"]["near"]) == (10, 4)


def test_nothing_is_compiled_again_for_another_loss_or_cloud(gan):
    gan.train(1)
    graphs = gan.compiled.experimental_get_tracing_count()
    for loss in toy_gan.LOSSES:
        gan.set(loss=loss, gamma=0.5, rate=1e-2)
        gan.reset(0, points.spiral(77)).train(2)
    assert gan.compiled.experimental_get_tracing_count() == graphs
    assert np.isfinite(gan.history["discriminator"]).all()


def test_the_generator_finds_two_clusters():
    gan = toy_gan.ToyGAN(points.two_clusters(400), width=32, batch=64, rate=3e-3)
    gan.train(400)
    near = np.linalg.norm(gan.sample(500)[:, None] - [[-0.7, -0.35], [0.7, 0.35]], axis=2) < 0.6
    assert near.any(1).mean() > 0.7 and near.mean(0).min() > 0.1


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: toy_gan.check_cloud(np.zeros(3)), r"shape \(3,\), expected \[n, 2\]"),
        (lambda: toy_gan.check_cloud([[0, np.nan]]), "nan or infinity"),
        (lambda: toy_gan.ring_run("luck", seeds=[0]), "unknown arm 'luck'; one of: plain"),
    ],
)
def test_errors_say_what_was_expected(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_unknown_loss_and_negative_gamma(gan):
    with pytest.raises(ValueError, match="unknown loss 'hinge'; one of: non_saturating"):
        gan.set(loss="hinge", gamma=0.0, rate=1e-3)
    with pytest.raises(ValueError, match="gamma is -1"):
        gan.set(loss="min_max", gamma=-1, rate=1e-3)
