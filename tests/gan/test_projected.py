"""The projected discriminator: what is frozen, what is mixed, what learns, and what a file holds."""

import dataclasses
import json
import pathlib
import runpy
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import art, gan
from helpers.gan import losses, networks, projected, recipe, saving, transfer
from helpers.gan.projected import looking, spectral
from helpers.transfer import backbones

ROOT = pathlib.Path(__file__).resolve().parents[2]
PICTURES = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
REAL = tf.random.stateless_uniform([4, 8, 8, 3], [0, 0], -1, 1)
NOISE = tf.random.stateless_normal([4, 6], [0, 1])
SMALL = projected.Form(looks=(("block01", 2, 8), ("block03", 2, 8)), pixels=4)
LOOKS = projected.Form().looks
PLAYERS = ("generator", "discriminator")
FORMS = {
    "default": projected.Form(),
    "maps alone": projected.Form(pixels=0),
    "fine": projected.Form(looks=(*LOOKS, ("block01", 2, 32))),
    "across": projected.Form(cross_scale=True),
    "pixels alone": projected.Form(looks=(), pixels=8),
    "one": projected.Form(looks=(("block02", 1, 16),)),
    "high": projected.Form(looks=(("block11", 4, 16), ("block16", 4, 16))),
}


def tiny(seed=0, form=SMALL, **changes):
    """Small and run eagerly: tracing would take longer than all the steps of a test."""
    small = {"batch_size": 4, "steps_per_execution": 1}
    model = gan.make(
        8, discriminator=form, width=4, latent_dim=6, seed=seed, **{**small, **changes}
    )
    model.run_eagerly = True
    return model


def values(variables):
    return [np.array(variable.numpy()) for variable in variables]  # a copy


def same(first, second):
    return [np.array_equal(a, b) for a, b in zip(first, second, strict=True)]


def differences(one, other):
    a, b = one.state(), other.state()
    return [key for key in a.keys() | b.keys() if not np.array_equal(a.get(key), b.get(key))]


@pytest.fixture(scope="module")
def backbone():
    return backbones.load("efficientnet_lite0")


# What it sees ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("name", FORMS)
def test_a_logit_for_each_look_and_one_for_the_pixels(name, size):
    form = FORMS[name]
    network = projected.discriminator(size, form)
    pictures = np.random.default_rng(0).uniform(-1, 1, (2, size, size, 3)).astype("float32")
    logits = network(pictures)
    count = len(form.looks) + bool(form.pixels)
    assert logits.shape == (2, count) == (2, *network.output_shape[1:])
    assert logits.dtype == "float32" and (np.ptp(logits, axis=0) > 0).all()


def test_no_head_is_linear_in_its_map():
    network = projected.discriminator(32, projected.Form(looks=(("block05", 1, 8),), pixels=0))
    head = keras.Model(network.get_layer("block05_same").input, network.output)
    maps = tf.random.stateless_normal([64, *head.input_shape[1:]], [0, 0])
    middle = (head(maps) + head(-maps)) / 2
    assert np.std(middle) > 0.05 * np.std(head(maps))


def test_the_maps_are_those_of_the_backbone_with_its_own_preprocessing(backbone):
    pictures = art.load("heroes").images[:4]
    layer = looking.FrozenMaps([("block03", 2), ("block01", 1), ("block05", 1)])
    found = layer(art.to_float(pictures))
    large = pictures.repeat(2, axis=1).repeat(2, axis=2)
    for maps, (images, block) in zip(
        found, [(large, "block03"), (pictures, "block01"), (pictures, "block05")]
    ):
        # With batch norm, and from pixels 0–255, as lesson 01 uses it.
        last = [x for x in backbone.network.layers if x.name.startswith(block)][-1]
        whole = keras.Model(backbone.network.inputs, last.output)
        expected = whole(backbone.preprocessing(images.shape[1])(images), training=False)
        np.testing.assert_allclose(maps, expected, atol=2e-4)
    assert layer.compute_output_shape((4, 32, 32, 3)) == [tuple(maps.shape) for maps in found]


def test_a_backbone_s_maps_end_with_their_blocks_and_unknown_ones_are_named(backbone):
    network = backbone.maps(["stem", "block05"])
    assert [x.shape[-1] for x in network.outputs] == [32, 40]
    assert not any("block06" in layer.name or "_bn" in layer.name for layer in network.layers)
    with pytest.raises(ValueError, match="efficientnet_lite0 has no block 'block17'; any of: stem"):
        backbone.maps(["block17"])


@pytest.mark.parametrize("scale, block", [(0.5, 2), (0.25, 4)])
def test_a_scale_below_one_takes_the_mean_of_squares(scale, block):
    pictures = np.random.default_rng(1).uniform(-1, 1, (2, 8, 8, 3)).astype("float32")
    side = 8 // block
    expected = pictures.reshape(2, side, block, side, block, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(looking.scaled(pictures, scale), expected, atol=1e-6)


@pytest.mark.parametrize("scale", [2, 4])
def test_a_scale_above_one_makes_squares(scale):
    pictures = np.random.default_rng(1).uniform(-1, 1, (2, 4, 4, 3)).astype("float32")
    expected = pictures.repeat(scale, axis=1).repeat(scale, axis=2)
    np.testing.assert_array_equal(looking.scaled(pictures, scale), expected)


def test_one_picture_s_logits_do_not_depend_on_its_neighbours():
    network = projected.discriminator(8, SMALL)
    together = np.array(network(REAL, training=True))
    alone = np.concatenate([network(REAL[i : i + 1], training=True) for i in range(4)])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-4)


# Random mixing -----------------------------------------------------------------------------------


def test_the_mixing_is_drawn_from_its_seed_alone_with_he_s_variance():
    maps = [tf.random.stateless_normal([2, 4, 4, 50], [0, 0]), tf.zeros([2, 2, 2, 7])]
    layers = [looking.RandomMixing([300, 5], seed) for seed in (3, 3, 4)]
    mixed = [layer(maps)[0].numpy() for layer in layers]
    np.testing.assert_array_equal(mixed[0], mixed[1])
    assert abs(mixed[0] - mixed[2]).max() > 1
    kernel = layers[0].within[0]
    assert kernel.shape == (1, 1, 50, 300) and kernel.var() == pytest.approx(2 / 50, rel=0.05)
    np.testing.assert_allclose(mixed[0], maps[0].numpy() @ kernel[0, 0], rtol=1e-4, atol=1e-4)
    assert not layers[0].weights


def test_across_scales_small_maps_reach_large_ones_and_not_the_other_way():
    layer = looking.RandomMixing([6, 6, 6], 0, cross_scale=True)
    maps = [tf.random.stateless_normal([1, side, side, 5], [side, 0]) for side in (4, 16, 8)]
    before = layer(maps)
    assert [tuple(one.shape) for one in before] == [(1, side, side, 6) for side in (4, 16, 8)]
    for changed, reached in ((0, [1, 1, 1]), (2, [0, 1, 1]), (1, [0, 1, 0])):
        other = [one + (index == changed) for index, one in enumerate(maps)]
        moved = [bool(abs(a - b).numpy().max() > 1e-3) for a, b in zip(before, layer(other))]
        assert moved == [bool(x) for x in reached]
    assert layer.across[0].var() == pytest.approx(2 / 54, rel=0.3)


# Heads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4, 4, 64, 64), (4, 4, 8, 1), (4, 4, 3, 16)])
def test_the_spectral_norm_is_the_largest_singular_value(shape):
    kernel = np.random.default_rng(2).normal(size=shape).astype("float32")
    kernel[..., 0] *= 1.3
    largest = np.linalg.svd(kernel.reshape(-1, shape[-1]), compute_uv=False)[0]
    found = spectral.spectral_norm(tf.constant(kernel))
    assert float(found) == pytest.approx(largest, rel=2e-3)
    assert float(found) <= largest * (1 + 1e-6)
    for factor in (1e-12, 1e12):
        scaled = spectral.spectral_norm(tf.constant(kernel * factor))
        assert float(scaled) == pytest.approx(factor * float(found), rel=1e-4)


def test_its_slope_is_that_of_the_largest_singular_value():
    kernel = tf.constant(np.random.default_rng(2).normal(size=(2, 2, 3, 4)).astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        norm = spectral.spectral_norm(kernel)
    left, _, right = np.linalg.svd(kernel.numpy().reshape(-1, 4))
    expected = np.outer(left[:, 0], right[0]).reshape(kernel.shape)
    np.testing.assert_allclose(tape.gradient(norm, kernel), expected, atol=1e-3)


@pytest.mark.parametrize("strides, padding", [(2, "same"), (1, "valid"), (1, "same")])
def test_a_spectral_convolution_is_one_with_its_kernel_divided(strides, padding):
    layer = spectral.SpectralConv2D(5, 4, strides=strides, padding=padding, seed=1)
    maps = tf.random.stateless_normal([2, 8, 8, 3], [0, 0])
    found = layer(maps)
    layer.bias.assign([0.0, 1, 2, 3, 4])
    plain = keras.layers.Conv2D(5, 4, strides=strides, padding=padding)
    plain.build(maps.shape)
    largest = np.linalg.svd(layer.kernel.numpy().reshape(-1, 5), compute_uv=False)[0]
    plain.set_weights([layer.kernel.numpy() / largest, layer.bias.numpy()])
    np.testing.assert_allclose(layer(maps), plain(maps), atol=1e-4)
    assert layer.compute_output_shape(maps.shape) == tuple(found.shape)
    layer.kernel.assign(7 * layer.kernel.value)
    layer.bias.assign(np.zeros(5))
    np.testing.assert_allclose(layer(maps), found, atol=1e-5)


# Training ----------------------------------------------------------------------------------------


def test_only_the_heads_are_weights_and_only_they_move():
    model = tiny()
    names = {
        variable.path.split("/")[0].split("_")[0] for variable in model.discriminator.variables
    }
    assert names == {"block01", "block03", "pixels"}
    assert len(model.discriminator.variables) == len(model.discriminator.trainable_variables)
    counted = sum(np.prod(v.shape) for v in model.discriminator_optimizer.variables)
    assert counted < 2.1 * model.discriminator.count_params()
    look = keras.Model(model.discriminator.inputs, model.discriminator.get_layer("mixing").output)
    # Kernels: under the hinge loss a bias need not move, real and fake pull at it alike.
    kernels = [v for v in model.discriminator.variables if v.path.endswith("kernel")]
    maps, before = values(look(REAL)), values(kernels)
    averaged = [variable.path for variable in model.averaged_generator.variables]
    assert not any("block" in path for path in averaged)
    model.fit(PICTURES, 3, verbose=False)
    assert all(same(values(look(REAL)), maps))
    assert not any(same(values(kernels), before))


def test_a_generator_step_leaves_the_discriminator_bit_for_bit():
    model = tiny()
    before, own = values(model.discriminator.variables), values(model.generator.variables)
    model.generator_step(NOISE)
    assert all(same(before, values(model.discriminator.variables)))
    assert not all(same(own, values(model.generator.variables)))


def test_tuning_the_backbone_of_lesson_01_changes_no_discriminator(backbone):
    network = projected.discriminator(8, SMALL)
    before = network(REAL).numpy()
    kernel = backbone.network.get_layer("stem_conv").kernel
    old = kernel.numpy()
    kernel.assign(2 * old)
    np.testing.assert_array_equal(network(REAL), before)
    np.testing.assert_array_equal(projected.discriminator(8, SMALL)(REAL), before)
    kernel.assign(old)


@pytest.mark.parametrize("palette", [None, 0])
@pytest.mark.parametrize("augment", ["translation,cutout,color,flip", "edge_translation", ""])
def test_it_trains_with_every_augmentation_and_both_kinds_of_last_layer(palette, augment):
    model = tiny(augment=augment, palette=palette)
    before = values(model.generator.trainable_variables)
    history = model.fit(PICTURES, 2, verbose=False).history
    assert np.isfinite(history["generator_loss"]).all()
    assert not any(same(before, values(model.generator.trainable_variables)))


@pytest.mark.parametrize("name", ["non_saturating", "relativistic"])
def test_it_trains_with_other_losses_and_with_the_penalties(name):
    history = tiny(loss=name, r1=0.1, r2=0.1, penalty_every=2).fit(PICTURES, 3, verbose=False)
    assert np.isfinite(history.history["generator_loss"]).all()


def test_in_a_graph_a_step_is_the_same_and_under_xla_the_logits_are():
    models = [tiny(augment="") for _ in range(2)]
    models[1].run_eagerly = False
    for (
        model
    ) in models:  # plain steps: Adam's first ones are signs, which a rounding can turn round
        rates = {f"{player}_optimizer": keras.optimizers.SGD(0.01) for player in PLAYERS}
        model.compile(**rates, **model.recipe)
        model.fit(PICTURES, 1, verbose=False)
    for key, array in models[0].state().items():
        np.testing.assert_allclose(models[1].state()[key], array, atol=1e-4, err_msg=key)
    network = models[0].discriminator
    compiled = tf.function(lambda x: network(x, training=True), jit_compile=True, autograph=False)
    np.testing.assert_allclose(compiled(REAL), network(REAL, training=True), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_keeps_the_maps_and_the_norms_in_float32(precision, monkeypatch):
    plain, measured = tiny(), []
    norm = spectral.spectral_norm
    monkeypatch.setattr(
        spectral,
        "spectral_norm",
        lambda kernel: measured.append(tf.as_dtype(kernel.dtype)) or norm(kernel),
    )
    keras.config.set_dtype_policy(precision)
    try:
        model = tiny()
        assert model.discriminator.get_layer("maps").compute_dtype == "float32"
        assert model.discriminator.get_layer("pixels_down0").compute_dtype != "float32"
        logits = model.discriminator(REAL)
        assert logits.dtype == "float32" and set(measured) == {tf.float32}
        np.testing.assert_allclose(logits, plain.discriminator(REAL), rtol=0.1, atol=0.1)
        assert np.isfinite(model.fit(PICTURES, 2, verbose=False).history["generator_loss"]).all()
    finally:
        keras.config.set_dtype_policy("float32")


# The gradient penalty ----------------------------------------------------------------------------


def test_r1_is_the_mean_of_each_logit_s_own_penalty_and_reaches_the_heads():
    network = projected.discriminator(8, SMALL)
    with tf.GradientTape() as tape:
        tape.watch(REAL)
        logits = network(REAL, training=True)
    jacobian = tape.batch_jacobian(logits, REAL).numpy()  # [4, logits, 8, 8, 3]
    expected = 0.5 * (jacobian**2).sum(axis=(2, 3, 4)).mean()
    found = losses.gradient_penalty(network, REAL)
    assert float(found) == pytest.approx(expected, rel=1e-4) and expected > 0


@pytest.mark.parametrize("layer", ["block03_at_2_logit", "block01_at_2_down0", "pixels_logit"])
def test_r1_s_slope_in_a_head_equals_finite_differences(layer):
    network = projected.discriminator(8, SMALL)
    kernel = network.get_layer(layer).kernel
    with tf.GradientTape() as tape:
        penalty = losses.gradient_penalty(network, REAL)
    slope = tape.gradient(penalty, kernel.value).numpy()
    start, nudge = kernel.numpy(), 1e-2 * slope / np.linalg.norm(slope)
    found = []
    for sign in (1, -1):
        kernel.assign(start + sign * nudge)
        found.append(float(losses.gradient_penalty(network, REAL)))
    assert (found[0] - found[1]) / 2e-2 == pytest.approx(np.linalg.norm(slope), rel=0.02)


def test_several_equal_logits_are_punished_like_one():
    inputs = keras.Input((8, 8, 3))
    logit = keras.layers.Dense(1)(keras.layers.Flatten()(inputs))
    one = keras.Model(inputs, logit)
    three = keras.Model(inputs, keras.layers.Concatenate()([logit] * 3))
    expected = float(losses.gradient_penalty(one, REAL))
    assert float(losses.gradient_penalty(three, REAL)) == pytest.approx(expected)


# Any Keras model as D ----------------------------------------------------------------------------


def own(outputs):
    inputs = keras.Input((8, 8, 3))
    return keras.Model(inputs, outputs(inputs))


def test_a_gan_takes_any_discriminator_with_several_logits(tmp_path):
    network = own(lambda x: keras.layers.Dense(5)(keras.layers.Flatten()(x)))
    model = gan.GAN(networks.generator(8, width=4, latent_dim=6), network)
    model.compile(batch_size=4)
    model.run_eagerly = True
    model.fit(PICTURES, 2, verbose=False)
    assert networks.kind_of(network) == "own" and model.recipe["loss"] == gan.RECIPE["loss"]
    again = gan.GAN(model.generator, keras.models.clone_model(network))
    again.compile(batch_size=4)
    again.load_checkpoint(model.save_checkpoint(tmp_path / "own.npz"))
    np.testing.assert_array_equal(again.discriminator(REAL), network(REAL))


@pytest.mark.parametrize(
    "network, match",
    [
        (lambda: own(lambda x: keras.layers.Conv2D(1, 4)(x)), r"logits must be \[n, k\].*5, 5, 1"),
        (
            lambda: own(lambda x: [keras.layers.Flatten()(x)] * 2),
            r"logits must be \[n, k\].*Concat",
        ),
        (lambda: keras.Sequential([keras.layers.Flatten()]), "shapes are not known: make it a"),
    ],
)
def test_a_discriminator_that_cannot_work_is_refused(network, match):
    with pytest.raises(ValueError, match=match):
        gan.GAN(networks.generator(8, width=4, latent_dim=6), network())


def test_maps_of_one_s_own_learn_with_the_heads():
    """The control: another network in the backbone's place."""
    inputs = keras.Input((8, 8, 3))
    maps = keras.Model(inputs, [keras.layers.Conv2D(5, 3, 2, "same", name="theirs")(inputs)])
    form = projected.Form(looks=(("block01", 1, 8),))
    network = projected.discriminator(8, form, maps=maps)
    model = gan.GAN(networks.generator(8, width=4, latent_dim=6), network)
    model.compile(batch_size=4)
    model.run_eagerly = True
    before = maps.get_weights()
    model.fit(PICTURES, 1, verbose=False)
    assert not any(same(before, maps.get_weights())) and not hasattr(network, "spec")


# The recipe --------------------------------------------------------------------------------------


def test_its_recipe_is_its_own_also_when_compiled_again():
    model = tiny()
    expected = recipe.OTHERWISE["projected_discriminator"]
    assert expected.items() <= model.recipe.items() and model.recipe["r1"] == 0
    model.compile(batch_size=8)
    assert expected.items() <= model.recipe.items()
    model.compile(r1=0.5)
    assert model.recipe["r1"] == 0.5 and model.recipe["loss"] == "hinge"
    assert gan.make(8, width=4).recipe == gan.RECIPE


def test_the_default_is_pixels_and_an_unknown_kind_is_named():
    assert networks.kind_of(gan.make(8, width=4).discriminator) == "pixels"
    assert networks.kind_of(gan.make(8, width=4, discriminator="pixels").discriminator) == "pixels"
    assert networks.kind_of(tiny().discriminator) == "projected"
    for odd in ("projection", None, 3, ["pixels"]):
        with pytest.raises(
            ValueError, match="unknown discriminator .*'pixels' or 'projected', or a"
        ):
            gan.make(8, discriminator=odd)


def test_seeds_draw_the_heads_and_the_mixing():
    first, again, other = (projected.discriminator(8, SMALL, seed=seed) for seed in (1, 1, 2))
    assert all(same(first.get_weights(), again.get_weights()))
    kernels = [w for w in first.get_weights() if w.ndim > 1]
    assert not any(same(kernels, [w for w in other.get_weights() if w.ndim > 1]))
    assert len({tuple(w.ravel()[:3] / w.std()) for w in kernels}) == len(kernels)
    seeds = [network.get_layer("mixing").seed for network in (first, other)]
    fixed = projected.discriminator(8, dataclasses.replace(SMALL, mixing_seed=7), seed=1)
    assert seeds == [1, 2] and fixed.get_layer("mixing").seed == 7


def test_freezing_its_first_layers_is_refused_with_a_reason():
    network = projected.discriminator(8, SMALL)
    networks.freeze_first(network, 0)
    assert len(network.trainable_variables) == len(network.variables)
    with pytest.raises(ValueError, match="next to the picture are frozen already"):
        networks.freeze_first(network, 1)


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_a_spec_builds_the_same_network_also_by_way_of_json(name):
    network = projected.discriminator(32, FORMS[name], seed=3)
    spec = json.loads(json.dumps(network.spec))
    assert spec == network.spec
    copy = networks.build(spec, seed=9)
    copy.set_weights(network.get_weights())
    pictures = tf.random.stateless_uniform([2, 32, 32, 3], [0, 0], -1, 1)
    np.testing.assert_array_equal(copy(pictures), network(pictures))


def test_a_shared_checkpoint_holds_heads_alone_and_is_small(tmp_path):
    model = gan.make(32, discriminator="projected")
    path = model.save_checkpoint(tmp_path / "shared.npz", full=False)
    assert path.stat().st_size < 4e6
    with np.load(path, allow_pickle=False) as file:
        held = [key for key in file if key.startswith("discriminator/")]
    assert len(held) == len(model.discriminator.variables)
    parts = {variable.path.split("/")[0] for variable in model.discriminator.variables}
    assert {part.split("_")[1][:4] for part in parts} == {"down", "logi", "same"}
    small = model.save_checkpoint(tmp_path / "half.npz", full=False, dtype="float16")
    assert small.stat().st_size < path.stat().st_size


ELSEWHERE = """
    import sys
    import numpy as np
    from helpers import gan
    model = gan.GAN.from_checkpoint(sys.argv[1])
    model.run_eagerly = True
    pictures = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
    model.fit(pictures, 2, verbose=False)
    model.save_checkpoint(sys.argv[2])
"""


def test_a_run_goes_on_in_another_process_to_the_same_numbers(tmp_path):
    model, straight = tiny(seed=2), tiny(seed=2)
    stop = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: setattr(model, "stop_training", batch == 2)
    )
    model.fit(PICTURES, 5, verbose=False, callbacks=[stop])
    assert model.step_count == 3
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    model.save_checkpoint(first)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ELSEWHERE), str(first), str(second)],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    straight.fit(PICTURES, 5, verbose=False)
    loaded = gan.GAN.from_checkpoint(second)
    assert loaded.step_count == 5 and loaded.recipe == model.recipe
    assert loaded.discriminator.spec == model.discriminator.spec
    for key, array in straight.state().items():
        np.testing.assert_allclose(loaded.state()[key], array, atol=1e-5, err_msg=key)
    np.testing.assert_allclose(loaded.discriminator(REAL), straight.discriminator(REAL), atol=1e-4)


def test_keras_own_format_goes_on_too_and_holds_no_frozen_weights(tmp_path):
    model = tiny(seed=2)
    saver = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", save_freq=3)
    model.fit(PICTURES, 3, verbose=False, callbacks=[saver])
    loaded = keras.saving.load_model(tmp_path / "1.keras")
    loaded.run_eagerly = True
    loaded.calibrate()  # as fit does after its last callback
    assert not differences(loaded, model) and loaded.recipe == model.recipe
    for one in (loaded, model):
        one.fit(PICTURES, 2, verbose=False)
    assert not differences(loaded, model)
    np.testing.assert_allclose(model.predict(NOISE, verbose=0), model(NOISE), atol=1e-6)


@pytest.mark.parametrize("name", ["default", "fine", "across"])
def test_the_discriminator_alone_loads_in_keras_own_format(tmp_path, name):
    network = projected.discriminator(32, FORMS[name], seed=5)
    network.save(tmp_path / "d.keras")
    loaded = keras.saving.load_model(tmp_path / "d.keras")
    pictures = tf.random.stateless_uniform([2, 32, 32, 3], [0, 0], -1, 1)
    np.testing.assert_array_equal(loaded(pictures), network(pictures))


@pytest.mark.parametrize(
    "form, match",
    [
        ({"looks": [["block99", 1, 8]]}, "unknown block 'block99'; any of: block01"),
        ({"looks": [[["a"], 1, 8]]}, "unknown block"),
        ({"looks": [["block01", 3, 8]]}, "scale is one of 0.25, 0.5, 1, 2, 4, got 3"),
        ({"looks": [["block01", True, 8]]}, "scale is one of"),
        (
            {"looks": [["block01", 1, 10**6]]},
            "channels is a whole number from 1 to 256, got 1000000",
        ),
        ({"looks": [["block01", 1, 8.0]]}, "channels is a whole number"),
        ({"looks": [["block01", 1]]}, r"a look is \(block, scale, channels\), got"),
        ({"looks": "block01"}, "looks lists up to 8 maps"),
        ({"looks": [["block01", 1, 8]] * 9}, "looks lists up to 8 maps"),
        ({"looks": [["block01", 1, 8]] * 2}, "one block twice at the same scale"),
        ({"looks": [], "pixels": 0}, "needs something to look at"),
        ({"pixels": -1}, "pixels is a whole number from 0 to 256, got -1"),
        ({"pixels": True}, "pixels is a whole number"),
        ({"cross_scale": 1}, "cross_scale takes True or False, got 1"),
        ({"mixing_seed": 2**50}, "mixing_seed is a whole number from 0"),
        ({"colour": 1}, "a form has no entry 'colour'; any of: looks, pixels, cross_scale"),
        ([1], "a form is a projected.Form, got"),
        (
            {"looks": [["block01", 1, 8], ["block02", 1, 9]], "cross_scale": True},
            "they need the same number of channels",
        ),
        ({"looks": [["block06", 1, 8]]}, "block06 makes 2 px of a picture of 32 px at scale 1"),
    ],
)
def test_impossible_forms_are_explained_before_anything_is_built(form, match):
    with pytest.raises(ValueError, match=match):
        projected.discriminator(32, form)
    with pytest.raises(ValueError, match=match):  # as a file may ask for it
        networks.check({"network": "projected_discriminator", "size": 32, "form": form})


@pytest.mark.parametrize(
    "more, match",
    [
        ({"size": 33}, "size 33 does not fit: use one of 8, 16, 32, 64, 128 pixels"),
        ({"size": [32]}, r"size \[32\] does not fit"),
        (
            {"size": 16},
            "block05 makes 2 px of a picture of 16 px at scale 1, and a head needs 4 or more: take pictures of 32 px",
        ),
        ({"maps": 1}, "has no setting 'maps'"),
        ({"seed": 1}, "has no setting 'seed'"),
    ],
)
def test_what_a_file_asks_for_is_bounded(more, match):
    with pytest.raises(ValueError, match=match):
        networks.build({"network": "projected_discriminator", **more})


def test_missing_weights_of_the_backbone_are_named_with_their_cure(monkeypatch, tmp_path):
    looking._frozen.cache_clear()
    looking._backbone.cache_clear()
    monkeypatch.setattr(backbones, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="no file of weights at .*git restore data/weights"):
        projected.discriminator(8, SMALL)


# From a parent -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parents():
    found = {
        "pixels": gan.make(8, width=4, latent_dim=6, batch_size=4, augment=""),
        "projected": tiny(augment=""),
    }
    for model in found.values():
        model.run_eagerly = True
        model.fit(PICTURES, 2, verbose=False)
    return found


@pytest.mark.parametrize("kind", ["pixels", "projected"])
def test_a_parent_s_generator_meets_a_new_discriminator(parents, kind):
    parent = parents[kind]
    child = transfer.child(parent, discriminator=SMALL, seed=7)
    drawn = values(parent.averaged_generator.variables)
    assert all(same(values(child.generator.variables), drawn))
    fresh = projected.discriminator(8, SMALL, seed=7)
    assert all(same(child.discriminator.get_weights(), fresh.get_weights()))
    assert child.discriminator.spec == fresh.spec and child.recipe["loss"] == "hinge"
    assert child.recipe["r1"] == 0 and child.recipe["generator_rate"] == transfer.RATE
    assert child.recipe["augment"] == "" and child.recipe["batch_size"] == 4
    child.run_eagerly = True
    child.fit(PICTURES, 1, verbose=False)


def test_a_projected_parent_hands_down_its_heads_and_its_mixing(parents):
    parent = parents["projected"]
    child = transfer.child(parent, seed=7)
    np.testing.assert_array_equal(child.discriminator(REAL), parent.discriminator(REAL))
    assert child.recipe == {**parent.recipe, "generator_rate": 2e-3, "discriminator_rate": 2e-3}
    new = transfer.child(parent, discriminator=False, seed=7)
    kernels = [[w for w in m.discriminator.get_weights() if w.ndim > 1] for m in (new, parent)]
    assert not any(same(*kernels)) and new.recipe["loss"] == "hinge"
    back = transfer.child(parent, discriminator="pixels")
    assert networks.kind_of(back.discriminator) == "pixels"
    assert back.recipe["loss"] == gan.RECIPE["loss"] and back.recipe["r1"] == gan.RECIPE["r1"]


def test_a_new_discriminator_cannot_have_frozen_layers_of_the_parent(parents):
    with pytest.raises(ValueError, match="freeze keeps the parent's layers of D"):
        transfer.child(parents["pixels"], discriminator="projected", freeze=1)
    with pytest.raises(ValueError, match="frozen already"):
        transfer.child(parents["projected"], freeze=1)
    with pytest.raises(ValueError, match="unknown discriminator 'vgg'"):
        transfer.child(parents["pixels"], discriminator="vgg")


# Several devices ---------------------------------------------------------------------------------

TWO = """
    import keras, numpy as np, tensorflow as tf
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    from helpers import gan
    from helpers.gan import projected
    pictures = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
    form = projected.Form(looks=(("block01", 1, 8), ("block01", 2, 8)), pixels=4, cross_scale=True)

    def make():
        model = gan.make(8, discriminator=form, width=4, latent_dim=6, batch_size=8, r1=0.01,
                         penalty_every=2)
        rates = [keras.optimizers.SGD(0.01) for _ in "gd"]  # Adam would hide a factor
        model.compile(generator_optimizer=rates[0], discriminator_optimizer=rates[1],
                      **model.recipe)
        return model

    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        two = make()
    one = make()
    mixing = [model.discriminator.get_layer("mixing").within for model in (one, two)]
    assert all(np.array_equal(a, b) for a, b in zip(*mixing))
    start = one.state()
    for model in (one, two):
        model.fit(pictures, 3, verbose=False)
    states = one.state(), two.state()
    for name in start:
        np.testing.assert_allclose(*(state[name] for state in states), atol=2e-5, err_msg=name)
    moved = [np.abs(states[0][name] - start[name]).max() for name in start
             if name.startswith("discriminator/") and name.endswith("kernel")]
    assert min(moved) > 1e-4, moved
    print("equal")
"""


def test_two_devices_do_what_one_does():
    """R1 included, and the mixing the same."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(TWO)],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.stdout.strip().endswith("equal"), done.stderr[-3000:]


# By hand -----------------------------------------------------------------------------------------


def test_the_heart_by_hand_is_the_helper():
    path = pathlib.Path(__file__).with_name("projected_by_hand.py")
    text = path.read_text(encoding="utf-8")
    for cell in text.split("# %%")[1:]:
        lines = [line for line in cell.splitlines()[1:] if line.strip()]
        assert len(lines) <= 20 and max(map(len, lines)) <= 88
    found = runpy.run_path(str(path))
    assert abs(found["difference"].numpy()).max() < 1e-6
    real, fake = found["pictures"][:4], found["pictures"][4:]
    loss, judge = losses.get("hinge"), found["model"].discriminator
    assert float(found["discriminator_loss"](real, fake)) == pytest.approx(
        float(loss.discriminator(judge(real), judge(fake))), abs=1e-6
    )
    assert float(found["generator_loss"](fake)) == pytest.approx(
        float(loss.generator(None, judge(fake))), abs=1e-6
    )
    assert saving.description(judge)["spec"]["form"]["looks"] == [list(look) for look in LOOKS]
