"""The palette layer: few colours a picture, white paper, its start, its copies."""

import keras
import numpy as np
import pytest

from helpers import art
from helpers.gan import networks, palette
from helpers.gan.palette import Palette
from helpers.latents import blending

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
    np.testing.assert_allclose(
        made(FEATURES), np.einsum("nyxk,nkc->nyxc", shares, colours), atol=1e-6
    )
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


def test_a_start_that_is_off_stays_off_in_copies():
    made = layer(start=False)
    made.start_at(pictures())
    assert not np.any(made.where_start.numpy()) and not np.any(made.which_start.numpy())
    assert Palette.from_config(made.get_config()).start is False
    generator = networks.generator(8, width=4, latent_dim=5, start=False)
    twins = [networks.build(generator.spec), blending.copy(generator)]
    assert [twin.get_layer("palette").start for twin in twins] == [False, False]
    assert "start" not in networks.generator(8, width=4).spec


@pytest.mark.parametrize("start", [0, None, "no"])
def test_a_start_is_true_or_false(start):
    with pytest.raises(ValueError, match="start is True or False, got"):
        networks.generator(8, start=start)


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


LIGHT, DARK = (240, 230, 210), (40, 20, 60)
LUMA = (0.299, 0.587, 0.114)


def two_colours(dark, size=12):
    """Pictures of another size whose lower rows, a share `dark` of all, are dark: uint8 [3, size, size, 3]."""
    images = np.full((3, size, size, 3), LIGHT, np.uint8)
    images[:, size - round(dark * size) :] = DARK
    return images


def repainted(images, seed=1):
    generator = networks.generator(8, width=4, latent_dim=5, palette=6, seed=seed)
    twin, latents = blending.copy(generator), np.random.default_rng(0).normal(size=(50, 5))
    made = generator.get_layer("palette")
    made.which_start.assign(np.linspace(-1, 1, 18).reshape(3, 6).T)  # colours of their own
    made.where_start.assign(
        np.tile([0, 1, 0.5, -1, -1, 0.5], (8, 8, 1))
    )  # some are used more than others
    twin.set_weights(generator.get_weights())
    palette.repaint(twin, images, latents)
    return generator, twin, latents


def features(generator, latents):
    return keras.Model(generator.inputs[0], generator.layers[-1].input)(latents)


def test_repainting_keeps_the_drawing_and_takes_only_colours_of_the_pictures():
    generator, twin, latents = repainted(two_colours(0.5))
    below = features(twin, latents)
    layers = generator.get_layer("palette"), twin.get_layer("palette")
    assert (np.array(layers[0].shares(below)) == np.array(layers[1].shares(below))).all()
    assert (np.array(features(generator, latents)) == np.array(below)).all()
    chosen = (np.array(layers[1].chosen(below)) + 1) * 127.5
    assert (chosen[:, 0] == 255).all() and np.ptp(chosen, axis=0).max() < 1e-3  # for all pictures
    gaps = [np.abs(chosen[0, 1:] - colour).max(1) for colour in (LIGHT, DARK)]
    assert np.min(gaps, axis=0).max() < 1e-3 and {
        int(np.argmin(g)) for g in np.transpose(gaps)
    } == {0, 1}


@pytest.mark.parametrize("dark", [0.4, 0.6, 0.75])
def test_repainting_gives_dark_its_share_and_keeps_the_order(dark):
    generator, twin, latents = repainted(two_colours(dark))
    below = features(twin, latents)
    shares, old = (
        np.array(getattr(generator.get_layer("palette"), name)(below))
        for name in ("shares", "chosen")
    )
    new = np.array(twin.get_layer("palette").chosen(below))[0]
    use = shares.mean((0, 1, 2))
    order = np.argsort(np.einsum("nk,nkc->kc", shares.sum((1, 2)), old) @ LUMA / use)
    middles = (np.cumsum(use[order]) - use[order] / 2)[order > 0]  # white stays where it is
    is_dark = np.abs((new + 1) * 127.5 - DARK).max(1) < 1e-3
    assert (is_dark[order[order > 0]] == (middles < dark)).all()
    assert 0 < is_dark.sum() < 5


def test_a_colour_that_nothing_is_painted_with_does_not_hurt():
    generator, latents = networks.generator(8, width=4, latent_dim=5, palette=6), np.zeros((4, 5))
    start = np.zeros(generator.get_layer("palette").where_start.shape)
    start[..., 2] = 1000
    generator.get_layer("palette").where_start.assign(start)
    with np.errstate(all="raise"):
        palette.repaint(
            generator, two_colours(0.75, size=1001)[:1], latents
        )  # more than are sorted
    assert np.isfinite(generator(latents)).all()
    assert (
        art.to_uint8(np.array(generator(latents))) == DARK
    ).all()  # the median, for all that is painted


@pytest.mark.parametrize("free, images, message", [
    (True, two_colours(0.5), "paints every pixel freely: only a palette can be repainted"),
    (False, np.zeros((0, 8, 8, 3), np.uint8), "no pictures to take colours from"),
])  # fmt: skip
def test_repainting_says_what_it_needs(free, images, message):
    generator = networks.generator(8, width=4, latent_dim=5, palette=0 if free else 6)
    before = generator.get_weights()
    with pytest.raises(ValueError, match=message):
        palette.repaint(generator, images, np.zeros((4, 5)))
    assert all((a == b).all() for a, b in zip(before, generator.get_weights()))
