"""few_shot: relations between a parent's pictures that a child is asked to keep, anchors, parts of pictures."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from helpers import gan, latents
from helpers.gan import few_shot, transfer


def features(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def pictures(count=10, level=60, seed=0):
    noise = np.random.default_rng(seed).integers(0, 120, (count, 8, 8, 3))
    return (noise + level).astype(np.uint8)


@pytest.fixture(scope="module")
def parent():
    model = gan.make(8, width=4, latent_dim=6, seed=3, batch_size=8)
    model.fit(pictures(32, 20), 3, verbose=False)
    return model


def child(parent, **settings):
    return transfer.child(parent, seed=1, kind=functools.partial(few_shot.FewShot, **settings))


def by_hand(parent, child):
    total = 0.0
    for one, other in zip(parent, child):
        rows = []
        for x in (one, other):
            flat = x.reshape(len(x), -1).astype(float)
            flat /= np.linalg.norm(flat, axis=1, keepdims=True)
            likeness = np.exp(flat @ flat.T)
            np.fill_diagonal(likeness, 0)
            rows.append(likeness / likeness.sum(axis=1, keepdims=True))
        p, q = (r[~np.eye(len(r), dtype=bool)] for r in rows)
        total += np.sum(p * np.log(p / q)) / len(one)
    return total / len(parent)


def test_correspondence_is_the_divergence_by_hand():
    one = [features(0, 6, 4, 4, 3), features(1, 6, 8, 8, 2)]
    other = [features(2, 6, 4, 4, 3), features(3, 6, 8, 8, 2)]
    found = float(few_shot.correspondence(one, other))
    assert found == pytest.approx(by_hand(one, other), rel=1e-4) and found > 1e-3
    assert found != pytest.approx(float(few_shot.correspondence(other, one)), rel=1e-3)


def test_correspondence_asks_only_for_relations():
    one = features(0, 6, 12)
    turn = np.linalg.qr(features(1, 12, 12).astype(float))[0].astype(np.float32)
    assert float(few_shot.correspondence([one], [3 * one @ turn])) == pytest.approx(0, abs=1e-6)
    assert float(few_shot.correspondence([one], [one[::-1]])) > 1e-2  # other latents' relations


def test_without_weight_and_anchors_it_is_the_gan(parent):
    ones = [child(parent, weight=0), transfer.child(parent, seed=1)]
    for model in ones:
        model.fit(pictures(), 6, verbose=False)
    pairs = zip(*(model.generator.get_weights() for model in ones))
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_the_weight_keeps_the_parents_relations(parent):
    unlike = []
    for weight in (0, 1e4):
        model = child(parent, weight=weight)
        model.fit(pictures(), 40, verbose=False)
        z = model.noise(24, seed=5)
        looks = [few_shot.inner(g) for g in (parent.averaged_generator, model.averaged_generator)]
        unlike.append(float(few_shot.correspondence(*(look(z) for look in looks))))
        assert unlike[-1] == pytest.approx(float(model.unlike(z)), rel=2)
    assert unlike[1] < unlike[0] / 2


def test_the_parent_is_the_generator_before_the_first_step_and_stays(parent):
    model = child(parent, weight=10)
    model.prepare(pictures())
    z = model.noise(8, seed=2)
    look = few_shot.inner(parent.averaged_generator)(z)
    start = float(few_shot.correspondence(look, few_shot.inner(model.generator)(z, training=True)))
    assert float(model.unlike(z)) == pytest.approx(start, rel=1e-3)
    before = [w.copy() for w in parent.averaged_generator.get_weights()]
    model.fit(pictures(), 3, verbose=False)
    assert all(map(np.array_equal, before, parent.averaged_generator.get_weights()))
    now = few_shot.inner(model.generator)(z, training=True)
    assert float(model.unlike(z)) == pytest.approx(
        float(few_shot.correspondence(look, now)), rel=1e-3
    )


def test_one_step_in_four_draws_close_to_the_anchors(parent):
    model = child(parent, weight=0, anchors=3)
    model.prepare(pictures())
    anchors = latents.noise(model.generator, 3, model.seed)
    for step in range(8):
        model.step.assign(step)
        z = model.draw_noise(gan._NOISE).numpy()
        far = np.abs(z[:, None] - anchors).max(axis=2).min(axis=1)
        assert (far.max() < 0.3) == (step % few_shot.EVERY == 0), step
        other = model.draw_noise(few_shot.PAIRS).numpy()  # the relations are asked everywhere
        assert np.abs(other[:, None] - anchors).max(axis=2).min() > 0.3


def test_d_sees_the_same_part_of_real_and_drawn_pictures(parent):
    model = child(parent, weight=0, anchors=3)
    model.compile(augment="")
    model.prepare(pictures())
    images = tf.constant(features(0, 4, 8, 8, 3))
    for step in range(8):
        model.step.assign(step)
        real, fake = (model.augment(images, p).numpy() for p in (gan._REAL, gan._FAKE_G))
        assert np.array_equal(real, fake)
        assert np.allclose(real, images, atol=1e-5) == (step % few_shot.EVERY == 0)
    assert model.fit(pictures(), 4, verbose=False)


def test_a_quarter_is_enlarged():
    images = features(0, 2, 8, 8, 3)
    found = few_shot.enlarged(tf.constant(images), tf.constant([1, 4])).numpy()
    assert np.array_equal(found[:, ::2, ::2], images[:, 1:5, 4:8])
    assert np.array_equal(found[:, 1::2, 1::2], images[:, 1:5, 4:8])


def test_its_settings_are_told(parent):
    config = child(parent, weight=7, anchors=2).get_config()
    assert config["weight"] == 7 and config["anchors"] == 2
