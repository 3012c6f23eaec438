"""Few pictures: the consistency loss, pieces and anchors, and what a child may not ask for."""

import numpy as np
import pytest
import tensorflow as tf

from helpers import gan, latents
from helpers.gan import few_shot, losses

TEN = np.random.default_rng(0).integers(0, 256, (10, 16, 16, 3), np.uint8)


@pytest.fixture(scope="module")
def parent():
    model = gan.make(16, width=4, latent_dim=8)
    model.prepare(TEN)
    return model


def maps(seed, scale=0.0):
    points = np.random.default_rng(seed).normal(size=(6, 4, 4, 3)).astype(np.float32)
    noise = np.random.default_rng(9).normal(size=points.shape).astype(np.float32)
    return points + scale * noise


def test_consistency_is_nothing_where_likenesses_agree_and_grows_with_what_differs():
    near, far, other = ([maps(0, scale)] for scale in (0.1, 1.0, 9.0))
    assert float(few_shot.consistency([maps(0)], [3 * maps(0)])) == pytest.approx(0, abs=1e-6)
    found = [float(few_shot.consistency([maps(0)], each)) for each in (near, far, other)]
    assert 0 < found[0] < found[1] < found[2]


def test_consistency_by_hand():
    then, now = (np.eye(3, dtype=np.float32), np.array([[1, 0], [1, 0], [0, 1]], np.float32))
    p = np.array([0.5, 0.5])  # three pictures that have nothing in common
    alike, apart = np.exp([1, 0]) / np.exp([1, 0]).sum(), p
    expected = (2 * np.sum(p * np.log(p / alike)) + np.sum(p * np.log(p / apart))) / 3
    assert float(few_shot.consistency([then], [now])) == pytest.approx(expected, abs=1e-6)


def test_the_loss_keeps_the_child_nearer_to_its_parents_likenesses(parent):
    z = latents.noise(parent.generator, 12, seed=1)

    def distance(weight):
        child = few_shot.child(parent, weight=weight, seed=0)
        child.fit(TEN, 25, verbose=False)
        assert child.step_count == 25
        now = few_shot.hidden(child.averaged_generator)(z, training=False)
        return float(few_shot.consistency(child.then(z, training=False), now))

    assert distance(1e5) < 0.7 * distance(0.0)


def test_anchors_are_fixed_and_pieces_get_a_logit(parent):
    child = few_shot.child(parent, anchors=10, seed=3)
    noise = child.draw_noise(gan._NOISE).numpy()
    to_anchor = np.linalg.norm(noise[:, None] - child.places, axis=-1).min(axis=1)
    half = len(noise) // 2
    assert to_anchor[:half].max() < 10 * few_shot.SPREAD < to_anchor[half:].min()
    assert child.discriminator(tf.zeros((2, 16, 16, 3))).shape == (2, 2)
    child.fit(TEN, 2, verbose=False)
    copied, own = child.discriminator.get_layer("down0"), parent.discriminator.get_layer("down0")
    assert not np.array_equal(copied.get_weights()[0], own.get_weights()[0])
    assert child.sample(3).shape == (3, 16, 16, 3)


def test_whole_pictures_are_judged_near_anchors_only():
    loss = few_shot.of_both(losses.get("hinge"), half=1)
    real = tf.constant([[2.0, 2.0], [2.0, 2.0]])
    for free, expected in ((5.0, 0.0), (-5.0, 0.0)):
        fake = tf.constant([[-2.0, -2.0], [free, -2.0]])
        assert float(loss.discriminator(real, fake)) == pytest.approx(expected)
    assert float(loss.generator(None, tf.constant([[1.0, 3.0], [9.0, 5.0]]))) == -(1 + 4) / 2


def test_what_cannot_be_asked_for(parent):
    with pytest.raises(ValueError, match="weight and anchors are 0 or more, got -1 and 0"):
        few_shot.child(parent, weight=-1)
    with pytest.raises(ValueError, match="anchors need a D that looks at pixels"):
        few_shot.child(parent, anchors=3, discriminator="projected")
