"""The palette layer: few colours a picture, white paper, its start, its copies."""

import keras
import numpy as np
import pytest

from helpers import art, blending, networks
from helpers.palette import Palette

FEATURES = np.random.default_rng(0).normal(size=(5, 4, 4, 6)).astype("float32")


def layer(colours=4, **kwargs):
    made = Palette(colours, seed=1, **kwargs)
    made(FEATURES)
    return made


def pictures():
    """Black crosses at random places and red corners on white, uint8 [30, 8, 8, 3]."""
    images = np.full((30, 8, 8, 3), 255, np.uint8)
    for image, (x, y) in zip(images, np.random.default_rng(2).integers(2, 6, (30, 2))):
        image[x], image[:, y] = 0, 0
    images[:, :2, :2] = (200, 10, 10)
    return images


def test_a_picture_is_shares_of_its_colours():
    made = layer()
    shares, colours = np.array(made.shares(FEATURES)), np.array(made.chosen(FEATURES))
    assert shares.shape == (5, 8, 8, 4) and colours.shape == (5, 4, 3)
    np.testing.assert_allclose(shares.sum(-1), 1, atol=1e-6)
    np.testing.assert_allclose(made(FEATURES), np.einsum("nyxk,nkc->nyxc", shares, colours), atol=1e-6)
    assert shares.min() >= 0 and abs(np.array(made(FEATURES))).max() <= 1


def test_the_first_colour_is_white_and_the_others_are_the_picture_s_own():
    colours = np.array(layer().chosen(10 * FEATURES))
    assert (colours[:, 0] == 1).all()
    assert colours[:, 1:].std(axis=0).min() > 1e-3


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_the_temperature_makes_drawn_pixels_firmer_and_leaves_training_alone(temperature):
    plain, other = layer(), layer(temperature=temperature)
    soft = np.array(plain.shares(FEATURES))
    firm = soft ** (1 / temperature)
    np.testing.assert_allclose(
        other.shares(FEATURES), firm / firm.sum(-1, keepdims=True), rtol=1e-4, atol=1e-7
    )
    assert (np.array(other(FEATURES, training=True)) == np.array(plain(FEATURES))).all()
    assert not np.allclose(other(FEATURES), plain(FEATURES), atol=1e-3)


@pytest.mark.parametrize("temperature", [0, -1, float("nan")])
def test_a_temperature_is_above_zero(temperature):
    with pytest.raises(ValueError, match="a temperature above 0, got"):
        networks.generator(8, temperature=temperature)


def test_a_generator_draws_firmly_in_its_copies_too_and_old_files_do_not():
    generator = networks.generator(8, width=4, latent_dim=5)
    assert generator.spec["temperature"] == networks.DEFAULTS["temperature"] == 0.5
    twins = [networks.build(generator.spec), blending.copy(generator)]
    assert [twin.get_layer("palette").temperature for twin in twins] == [0.5, 0.5]
    old = {name: value for name, value in generator.spec.items() if name != "temperature"}
    assert networks.build(old).get_layer("palette").temperature == 1
    assert "temperature" not in networks.generator(8, palette=0).spec


def test_where_a_pixel_is_all_paper_it_is_exactly_white():
    made = layer()
    start = np.zeros(made.where_start.shape)
    start[:3, :, 0] = 200
    made.where_start.assign(start)
    drawn = np.array(made(FEATURES))
    pixels = art.to_uint8(drawn)
    assert (pixels[:, :3] == 255).all() and (pixels[:, 3:] < 255).any(axis=-1).all()


def test_the_start_has_the_paper_s_share_and_colours_of_the_pictures():
    made, images = layer(6), pictures()
    made.where.kernel.assign(0 * made.where.kernel)
    made.which.kernel.assign(0 * made.which.kernel)
    made.start_at(images)
    paper = (images == 255).all(-1).mean(0)
    np.testing.assert_allclose(np.array(made.shares(FEATURES))[0, ..., 0], paper, atol=0.011)
    seen = {tuple(c) for c in images[~(images == 255).all(-1)]}
    chosen = np.array(made.chosen(FEATURES))[0, 1:]
    wanted = np.clip(np.array(sorted(seen)) / 127.5 - 1, -0.98, 0.98)
    assert all(np.abs(wanted - colour).max(1).min() < 1e-5 for colour in chosen)


def test_the_start_is_set_once_and_the_same_each_time():
    one, other = layer(), layer()
    one.start_at(pictures()), other.start_at(pictures())
    assert all((a == b).all() for a, b in zip(one.get_weights(), other.get_weights()))
    before = one.get_weights()
    one.start_at(255 - pictures())
    assert all((a == b).all() for a, b in zip(before, one.get_weights()))


def test_blank_pages_start_white():
    made = layer()
    made.start_at(np.full((3, 8, 8, 3), 255, np.uint8))
    assert np.array(made(FEATURES)).mean() > 0.9


def test_a_palette_needs_two_colours():
    with pytest.raises(ValueError, match="white and at least one more colour, got 1"):
        networks.generator(8, palette=1)


def test_a_copy_draws_the_same_and_files_without_palettes_still_build():
    generator = networks.generator(8, width=4, latent_dim=5, palette=3)
    noise = np.random.default_rng(1).normal(size=(4, 5)).astype("float32")
    assert (np.array(blending.copy(generator)(noise)) == np.array(generator(noise))).all()
    old = networks.build({"network": "generator", "size": 8, "width": 4, "latent_dim": 5})
    names = [one.name for one in old.layers]
    assert names[-3:] == ["to_rgb", "canvas", "pixels"] and old.spec["palette"] == 0


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_pixels_are_float32_in_any_precision(policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        generator = networks.generator(8, width=4, latent_dim=5)
        made = generator.get_layer("palette")
        assert made.where.compute_dtype == policy.removeprefix("mixed_")
        drawn = generator(np.random.default_rng(1).normal(size=(4, 5)).astype("float32"))
        assert drawn.dtype == "float32"
        assert np.array(made.chosen(np.ones((1, 4, 4, 4), "float32"))).dtype == "float32"
    finally:
        keras.config.set_dtype_policy(before)


def test_every_weight_learns():
    import tensorflow as tf

    generator = networks.generator(8, width=4, latent_dim=5)
    generator.get_layer("palette").start_at(pictures())
    noise = tf.random.stateless_normal((8, 5), (0, 1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(generator(noise, training=True) ** 2)
    for variable, gradient in zip(
        generator.trainable_variables, tape.gradient(loss, generator.trainable_variables)
    ):
        assert gradient is not None, variable.path
        assert float(tf.reduce_max(abs(gradient))) > 0 or "bias" in variable.path, variable.path
