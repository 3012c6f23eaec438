"""Augmentation: a blank page stays blank, gradients pass, the same seed does the same."""

import numpy as np
import pytest
import tensorflow as tf

from helpers.gan import augment

EVERYTHING = ",".join(augment.names())
IMAGES = tf.random.stateless_uniform([16, 32, 32, 3], [1, 2], -1, 1)


def test_blank_white_stays_exactly_white():
    white = tf.ones([64, 32, 32, 3])
    for policy in (*augment.names(), EVERYTHING):
        assert (augment.augment(white, policy, seed=(3, 4)).numpy() == 1.0).all(), policy


def test_what_is_uncovered_takes_the_background_colour():
    moved = augment.augment(-tf.ones([64, 32, 32, 3]), "translation", seed=(0, 0)).numpy()
    assert set(np.unique(moved)) == {-1.0, 1.0}
    black = augment.augment(tf.ones([64, 32, 32, 3]), "cutout", seed=(0, 0), background=-1.0)
    assert set(np.unique(black.numpy())) == {-1.0, 1.0}


def test_edge_translation_uncovers_nothing_but_the_edge():
    black = augment.augment(-tf.ones([64, 32, 32, 3]), "edge_translation", seed=(0, 0)).numpy()
    assert (black == -1).all()
    picture = np.arange(32, dtype=np.float32)[None, :, None, None] / 16 - 1  # rows from -1 to .94
    images = tf.constant(np.broadcast_to(picture, (64, 32, 32, 3)).copy())
    moved = augment.augment(images, "edge_translation", seed=(5, 6)).numpy()[:, :, 0, 0]
    shifts = np.round((moved[:, 16] - images[:, 16, 0, 0].numpy()) * 16).astype(int)
    expected = np.clip(np.arange(32)[None] + shifts[:, None], 0, 31) / 16 - 1
    assert np.allclose(moved, expected, atol=1e-6) and set(shifts) == set(range(-4, 5))


def test_translation_is_a_shift_of_at_most_an_eighth_and_all_shifts_occur():
    images = np.ones((400, 32, 32, 3), np.float32)
    images[:, 16, 16] = 0
    moved = augment.augment(tf.constant(images), "translation", seed=(5, 6)).numpy()
    count, rows, columns = np.nonzero(moved[..., 0] == 0)
    assert len(count) == 400  # the dot is there exactly once in each
    assert set(rows) == set(columns) == set(range(12, 21))
    assert np.corrcoef(rows, columns)[0, 1] < 0.2  # the two directions are independent


def test_cutout_wipes_at_most_a_quarter():
    left = augment.augment(-tf.ones([200, 32, 32, 3]), "cutout", seed=(0, 0)).numpy()
    share = (left[..., 0] == 1).mean(axis=(1, 2))
    assert share.max() == 0.25 and share.min() >= 0.0625 and share.std() > 0.01


def test_flip_mirrors_about_half():
    flipped = augment.augment(IMAGES, "flip", seed=(1, 1)).numpy()
    same = np.isclose(flipped, IMAGES.numpy(), atol=1e-6).all(axis=(1, 2, 3))
    mirrored = np.isclose(flipped, IMAGES.numpy()[:, :, ::-1], atol=1e-6).all(axis=(1, 2, 3))
    assert (same ^ mirrored).all() and 3 < mirrored.sum() < 13


def test_color_keeps_grey_grey_and_scales_the_ink():
    grey = tf.zeros([200, 8, 8, 3])
    changed = augment.augment(grey, "color", seed=(2, 2)).numpy()
    assert np.allclose(changed, changed[..., :1], atol=1e-6)
    assert -0.5 <= changed.min() < -0.3 and 0.3 < changed.max() <= 0.5


@pytest.mark.parametrize("policy", [*augment.names(), EVERYTHING])
def test_gradients_pass_and_equal_finite_differences(policy):
    images = tf.cast(IMAGES[:4, :8, :8], tf.float32)
    weights = tf.random.stateless_normal(images.shape, [7, 7])

    def value(pictures):
        return tf.reduce_sum(weights * augment.augment(pictures, policy, seed=(8, 9)))

    with tf.GradientTape() as tape:
        tape.watch(images)
        total = value(images)
    slope = tape.gradient(total, images)
    direction = tf.random.stateless_normal(images.shape, [9, 9])
    expected = (value(images + direction) - total).numpy()  # the changes are linear in the ink
    assert float(tf.reduce_sum(slope * direction)) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    assert float(tf.reduce_sum(tf.abs(slope))) > 0


def test_same_seed_same_change_other_seed_other_change():
    first, again, other = (
        augment.augment(IMAGES, EVERYTHING, seed=seed).numpy() for seed in ((0, 1), (0, 1), (0, 2))
    )
    assert (first == again).all() and not np.allclose(first, other)


def test_no_policy_changes_nothing_and_unknown_names_are_explained():
    for empty in ("", None, " , "):
        assert np.allclose(augment.augment(IMAGES, empty, seed=(0, 0)), IMAGES, atol=1e-6)
    with pytest.raises(ValueError, match="unknown augmentation 'zoom'; any of: color, cutout"):
        augment.augment(IMAGES, "translation,zoom", seed=(0, 0))
