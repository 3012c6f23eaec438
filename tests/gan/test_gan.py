"""The GAN: who moves in a step, the average, purity in (data, seed, step), interrupts, NaN."""

import subprocess
import sys
import textwrap
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import gan
from helpers.gan import losses, networks
from helpers.latents import blending

ROOT = Path(__file__).resolve().parents[2]
PICTURES = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
REAL = tf.random.stateless_uniform([4, 8, 8, 3], [0, 0], -1, 1)
NOISE = tf.random.stateless_normal([4, 6], [0, 1])


def tiny(seed=0, **changes):
    """Small and run eagerly: tracing would take longer than all the steps of a test."""
    small = {"batch_size": 4, "steps_per_execution": 1}
    model = gan.make(8, width=4, latent_dim=6, seed=seed, **{**small, **changes})
    model.run_eagerly = True
    return model


def values(variables):
    return [np.array(variable.numpy()) for variable in variables]  # a copy


def equal(first, second):
    return all((a == b).all() for a, b in zip(first, second, strict=True))


def test_a_discriminator_step_leaves_the_generator_and_moves_its_statistics_once():
    model = tiny()
    trainable = values(model.generator.trainable_variables)
    norm = model.generator.get_layer("norm")
    dense = model.generator.get_layer("relu").output
    before_norm = keras.Model(model.generator.inputs, dense)(NOISE).numpy()
    model.discriminator_step(REAL, NOISE)
    assert equal(trainable, values(model.generator.trainable_variables))
    expected = 0.1 * before_norm.mean(axis=(0, 1, 2))  # from 0, momentum .9, one pass
    np.testing.assert_allclose(norm.moving_mean.numpy(), expected, atol=1e-6)


def test_the_averaged_generator_can_be_built_again_like_g():
    model = tiny()
    again = networks.build(model.averaged_generator.spec)
    again.set_weights(model.averaged_generator.get_weights())
    expected = model.averaged_generator(NOISE, training=False)
    np.testing.assert_array_equal(again(NOISE, training=False), expected)


def test_the_average_of_a_network_from_elsewhere_can_be_copied():
    own = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(12), keras.layers.Reshape((2, 2, 3))]
    )
    model = gan.GAN(own, tiny().discriminator)
    copy = blending.copy(model.averaged_generator)
    for twin in (model.averaged_generator, copy):
        assert not hasattr(twin, "spec")
        assert all(np.array_equal(a, b) for a, b in zip(twin.get_weights(), own.get_weights()))


def test_a_generator_step_leaves_the_discriminator_bit_for_bit():
    model = tiny()
    before, own = values(model.discriminator.variables), values(model.generator.variables)
    model.generator_step(NOISE, REAL)
    assert equal(before, values(model.discriminator.variables))
    assert not equal(own, values(model.generator.variables))


@pytest.mark.parametrize("loss", ["non_saturating", "relativistic"])
def test_a_step_is_d_s_and_then_g_s_on_the_same_noise(loss):
    """G's gradient goes through the D that has just learnt, and through one pass of its own."""
    model, twin = tiny(loss=loss), tiny(loss=loss)
    for each in (model, twin):
        each.prepare(PICTURES)
    logs = model.train_step()
    real, noise = twin.draw_batch(), twin.draw_noise(gan._NOISE)
    expected = twin.discriminator_step(real, noise) | twin.generator_step(noise, real)
    assert {name: float(v) for name, v in logs.items()} == pytest.approx(
        {name: float(v) for name, v in expected.items()}, rel=1e-5
    )
    for ours, theirs in (
        (model.generator, twin.generator),
        (model.discriminator, twin.discriminator),
    ):
        for a, b in zip(values(ours.trainable_variables), values(theirs.trainable_variables)):
            np.testing.assert_allclose(a, b, atol=2e-5)
    norm = model.generator.get_layer("norm").moving_mean  # one pass moved it once, not twice
    assert not np.allclose(norm, twin.generator.get_layer("norm").moving_mean)


def test_without_callbacks_ten_steps_are_one_call_and_with_them_each_is_heard():
    model, heard = tiny(steps_per_execution=None), []
    model.fit(PICTURES, 3, verbose=False)
    counts = []
    model.train_function = lambda count, *rest, call=model.train_function: (
        counts.append(int(count)) or call(count, *rest)
    )
    model.fit(PICTURES, 20, verbose=False)
    each = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: heard.append(batch)
    )
    model.fit(PICTURES, 4, verbose=False, callbacks=[each])
    assert counts[:3] == [10, 7, 3] and heard == [0, 1, 2, 3]


@pytest.mark.parametrize("name", losses.names())
def test_every_loss_trains(name):
    history = tiny(loss=name, r1=0.1, r2=0.1, penalty_every=2).fit(PICTURES, 3, verbose=False)
    assert np.isfinite(history.history["generator_loss"]).all()


def test_discriminator_learns_to_tell_the_two_apart():
    """With G left alone, accuracy rises: the signs of the losses are right."""
    model = tiny(discriminator_rate=1e-2)
    logs = [model.discriminator_step(REAL, NOISE) for _ in range(25)]
    assert float(logs[-1]["discriminator_loss"]) < 0.8 * float(logs[0]["discriminator_loss"])
    before = float(tf.reduce_mean(model.discriminator(model.generator(NOISE, training=True))))
    for _ in range(10):
        model.generator_step(NOISE)
    after = float(tf.reduce_mean(model.discriminator(model.generator(NOISE, training=True))))
    assert after > before


def test_penalty_counts_every_k_steps_and_k_times():
    model = tiny(r1=2.0, penalty_every=3)
    once = float(losses.gradient_penalty(model.discriminator, REAL))
    found = []
    for _ in range(4):
        found.append(float(model.penalty(REAL, REAL)))
        model.step.assign_add(1)
    np.testing.assert_allclose(found, [6 * once, 0, 0, 6 * once], rtol=1e-5)


def test_average_equals_the_closed_form():
    model = tiny(average=0.7)
    rng, history = np.random.default_rng(1), []
    weight = model.generator.get_layer("dense").bias
    moving = model.generator.get_layer("norm").moving_mean  # batch-norm statistics count too
    start = values([weight])[0]
    for _ in range(12):
        value = rng.normal(size=weight.shape).astype("float32")
        history.append(value)
        weight.assign(value)
        moving.assign(value[: moving.shape[0]])
        model.update_average()
        model.step.assign_add(1)
    decays = [min(0.7, (1 + k) / (10 + k)) for k in range(12)]
    expected = np.prod(decays) * start
    for k, value in enumerate(history):
        expected = expected + (1 - decays[k]) * np.prod(decays[k + 1 :]) * value
    found = model.averaged_generator.get_layer("dense").bias.numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)
    statistics = model.averaged_generator.get_layer("norm").moving_mean.numpy()
    np.testing.assert_allclose(statistics, expected[: len(statistics)], atol=1e-6)


def test_the_average_gets_the_statistics_of_its_own_pictures():
    model = tiny()
    model.fit(PICTURES, 3, verbose=False)
    net = model.averaged_generator
    before = [v.numpy() for v in net.trainable_variables]
    net.get_layer("norm").moving_mean.assign(7 + 0 * net.get_layer("norm").moving_mean)
    model.calibrate(64)
    norm = net.get_layer("norm")
    inside = keras.Model(net.inputs[0], norm.input)(model.noise(64, seed=0)).numpy()
    np.testing.assert_allclose(norm.moving_mean, inside.mean((0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(norm.moving_variance, inside.var((0, 1, 2)), atol=1e-5)
    assert norm.momentum == 0.9  # as it was
    assert equal(before, [v.numpy() for v in net.trainable_variables])
    # with its own statistics the average draws in one pass as it does in training (no firmer)
    net.get_layer("palette").temperature = 1.0
    drawn = (
        net(model.noise(64, seed=0), training=False),
        net(model.noise(64, seed=0), training=True),
    )
    np.testing.assert_allclose(*drawn, atol=1e-4)


def test_fit_ends_with_a_calibrated_average():
    model = tiny()
    model.fit(PICTURES, 2, verbose=False)
    calibrated = model.state()
    model.calibrate()
    assert equal(calibrated.values(), model.state().values())


def test_training_depends_on_data_seed_and_step_alone():
    """Stopped, saved, loaded by a new model and gone on: bit for bit the uninterrupted run.

    Nor does it matter how many steps TensorFlow takes in one call.
    """
    code = textwrap.dedent("""
        import keras, numpy as np, tensorflow as tf
        tf.config.experimental.enable_op_determinism()
        from helpers import gan
        pictures = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
        def make(steps):
            return gan.make(8, width=4, latent_dim=6, seed=3, batch_size=4, r1=0.1,
                            penalty_every=2, augment="translation,cutout,color,flip",
                            steps_per_execution=steps)
        import tempfile, pathlib
        class Stop(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                if batch == 3:
                    raise KeyboardInterrupt
        through, first = make(3), make(2)
        through.fit(pictures, 7, verbose=False)
        first.fit(pictures, 7, verbose=False, callbacks=[Stop()])
        with tempfile.TemporaryDirectory() as folder:
            file = first.save_checkpoint(pathlib.Path(folder) / "half.npz")
            resumed = gan.GAN.from_checkpoint(file)
        assert resumed.step_count == 4
        resumed.fit(pictures, 3, verbose=False)
        a, b = through.state(), resumed.state()
        assert a.keys() == b.keys() and resumed.step_count == 7
        assert all((a[k] == b[k]).all() for k in a), [k for k in a if (a[k] != b[k]).any()]
        print("equal")
    """)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.strip().endswith("equal"), done.stderr[-2000:]


def test_the_seed_is_part_of_a_checkpoint(tmp_path):
    model, other = tiny(seed=3), tiny(seed=4)
    assert not np.allclose(model.draw_noise(0), other.draw_noise(0))
    other.load_checkpoint(model.save_checkpoint(tmp_path / "a.npz"))
    assert np.allclose(model.draw_noise(0), other.draw_noise(0))


def test_random_numbers_of_a_step_differ_between_purposes_and_steps():
    model = tiny()
    draws = [model.draw_noise(gan._NOISE), model.draw_noise(gan._FAKE_D)]
    model.step.assign_add(1)
    draws.append(model.draw_noise(gan._NOISE))
    assert not any(np.allclose(a, b) for a, b in [draws[:2], draws[1:], draws[::2]])


def test_batches_are_the_pictures_in_minus_one_to_one():
    model = tiny()
    model.prepare(PICTURES)
    batch = model.draw_batch().numpy()
    known = {picture.tobytes() for picture in PICTURES}
    back = np.rint((batch + 1) * 127.5).astype(np.uint8)
    assert batch.dtype == np.float32 and all(picture.tobytes() in known for picture in back)


def test_a_nan_loss_stops_with_advice_and_keeps_the_last_good_weights():
    model = tiny()
    model.fit(PICTURES, 5, verbose=False)
    good = model.state()

    class Poison(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                kernel = self.model.discriminator.get_layer("logit").kernel
                kernel.assign(kernel.value * np.nan)

    with pytest.raises(FloatingPointError, match="back at step 5. Compile again with a lower"):
        model.fit(PICTURES, 9, verbose=False, callbacks=[Poison()])
    assert equal(good.values(), model.state().values())
    model.compile(generator_rate=1e-4, discriminator_rate=1e-4, batch_size=4)
    model.run_eagerly = True
    model.fit(PICTURES, 2, verbose=False)
    assert model.step_count == 7


def test_an_interrupt_leaves_a_usable_state_and_says_so(capsys):
    model, straight = tiny(), tiny()

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.step_count == 3:
                raise KeyboardInterrupt

    history = model.fit(PICTURES, 6, verbose=False, callbacks=[Stop()])
    assert "Interrupted after step 3: nothing is lost" in capsys.readouterr().out
    assert history.history["step"] == [3] and model.sample(2).shape == (2, 8, 8, 3)
    model.fit(PICTURES, 3, verbose=False)
    straight.fit(PICTURES, 6, verbose=False)
    for a, b in zip(values(model.generator.variables), values(straight.generator.variables)):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_rates_fall_over_the_last_part_of_the_run():
    model, seen = tiny(decay=0.5, generator_rate=1.0, discriminator_rate=0.1), []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            optimizers = (model.generator_optimizer, model.discriminator_optimizer)
            seen.append([float(optimizer.learning_rate.numpy()) for optimizer in optimizers])

    model.fit(PICTURES, 8, verbose=False, callbacks=[Look()])
    expected = np.array([1, 1, 1, 1, 1, 0.75, 0.5, 0.25])
    np.testing.assert_allclose(seen, np.stack([expected, 0.1 * expected], 1), rtol=1e-6)


def test_own_optimizers_are_left_alone():
    model = tiny()
    rates = keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.25)
    model.compile(generator_optimizer=rates[0], discriminator_optimizer=rates[1], batch_size=4)
    model.run_eagerly = True
    model.fit(PICTURES, 2, verbose=False)
    assert [float(rate.learning_rate.numpy()) for rate in rates] == [0.5, 0.25]


def test_fit_records_curves_and_stops_by_seconds():
    model = tiny()
    model.run_eagerly = False
    history = model.fit(PICTURES, 45, verbose=False)
    assert history.history["step"] == [20, 40, 45]
    assert set(history.history) == {"step", "discriminator_loss", "generator_loss", "accuracy"}
    history = model.fit(PICTURES, 100_000, seconds=0.2, verbose=False)
    assert 45 < model.step_count < 100_000 and 0.2 <= history.seconds < 3


def test_fit_takes_an_art_set_and_new_pictures():
    class Set:
        images = PICTURES

    model = tiny()
    model.fit(Set(), 1, verbose=False)
    model.fit(255 - PICTURES, 1, verbose=False)
    model.prepare(PICTURES)
    assert model.step_count == 2


@pytest.mark.parametrize(
    "wrong", [PICTURES.astype("float32"), PICTURES[:, :4], PICTURES[0], PICTURES[:0], None]
)
def test_wrong_pictures_are_explained(wrong):
    with pytest.raises(ValueError, match="expected uint8 pictures of shape|no pictures to train"):
        tiny().fit(wrong, 1)


def test_a_freely_painting_generator_starts_at_the_mean_picture_once():
    model = tiny(palette=0)
    model.prepare(PICTURES)
    mean = PICTURES.mean(axis=0)
    for averaged in (True, False):
        drawn = model.sample(200, averaged=averaged).astype(float).mean(axis=0)
        assert np.corrcoef(drawn.ravel(), mean.ravel())[0, 1] > 0.7  # noise has no mean of its own
    learnt = model.generator.get_layer("canvas").map
    learnt.assign(learnt.value + 1)
    before = learnt.numpy()
    model.prepare(255 - PICTURES)  # fine-tuning on other pictures does not paint over
    assert (before == learnt.numpy()).all()


def test_both_generators_palettes_start_at_the_pictures_once():
    model = tiny()
    model.prepare(PICTURES)
    for generator in (model.generator, model.averaged_generator):
        assert np.any(generator.get_layer("palette").which_start.numpy())
    before = model.generator.get_weights()
    model.prepare(255 - PICTURES)
    assert all((a == b).all() for a, b in zip(before, model.generator.get_weights()))


@pytest.mark.parametrize("palette", [None, 0])
def test_without_a_start_nothing_is_taken_from_the_pictures(palette):
    model = tiny(palette=palette, start=False)
    before = model.generator.get_weights() + model.averaged_generator.get_weights()
    model.prepare(PICTURES)
    after = model.generator.get_weights() + model.averaged_generator.get_weights()
    assert all((a == b).all() for a, b in zip(before, after))
    assert model.generator.spec["start"] is False
    assert "canvas" not in [layer.name for layer in model.generator.layers]


def test_without_a_start_a_generator_is_rebuilt_from_its_file(tmp_path):
    model = tiny(palette=0, start=False)
    model.save_checkpoint(tmp_path / "plain.npz")
    twin = gan.GAN.from_checkpoint(tmp_path / "plain.npz")
    assert (twin.sample(3) == model.sample(3)).all()
    assert [a.name for a in twin.generator.layers] == [a.name for a in model.generator.layers]


def test_sampling_is_seeded_and_does_not_depend_on_the_batch():
    model = tiny()
    assert (model.sample(70, seed=2) == model.sample(70, seed=2)).all()
    assert not (model.sample(5, seed=2) == model.sample(5, seed=3)).all()
    latents = model.noise(70, seed=2)
    some = model.decode(latents[:3], batch_size=3)
    np.testing.assert_allclose(some.astype(int), model.decode(latents)[:3].astype(int), atol=1)
    assert model.sample(0).shape == (0, 8, 8, 3)
    model.fit(PICTURES, 5, verbose=False)
    assert not (model.sample(5) == model.sample(5, averaged=False)).all()


def test_an_inference_checkpoint_holds_the_average_and_the_discriminator(tmp_path):
    model = tiny(seed=5, loss="hinge")
    model.fit(PICTURES, 8, verbose=False)
    file = model.save_checkpoint(tmp_path / "small.npz", full=False, dtype="float16")
    loaded = gan.GAN.from_checkpoint(file)
    assert loaded.step_count == 0 and loaded.recipe["loss"] == "hinge" and loaded.seed == 5
    for averaged in (True, False):
        drawn = loaded.sample(6, averaged=averaged).astype(int)
        np.testing.assert_allclose(drawn, model.sample(6).astype(int), atol=2)
    for a, b in zip(values(loaded.discriminator.variables), values(model.discriminator.variables)):
        np.testing.assert_allclose(a, b, atol=1e-3)


def test_checkpoints_of_other_networks_are_explained(tmp_path):
    file = tiny().save_checkpoint(tmp_path / "a.npz")
    wider = gan.make(8, width=6, latent_dim=6, batch_size=4)
    before = wider.state()
    with pytest.raises(ValueError, match="build the network with the same size and width"):
        wider.load_checkpoint(file)
    assert equal(before.values(), wider.state().values())
    frozen = tiny()
    networks.freeze_first(frozen.discriminator, 1)
    frozen.compile(batch_size=4)
    with pytest.raises(ValueError, match="frozen layers"):
        frozen.load_checkpoint(file)


def test_own_networks_can_be_saved_and_loaded_in_place(tmp_path):
    def own(seed):
        shape = (8, 8, 3)
        generator = keras.Sequential(
            [keras.Input((6,)), keras.layers.Dense(192, activation="tanh"),
             keras.layers.Reshape(shape)])  # fmt: skip
        discriminator = keras.Sequential(
            [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(1)]
        )
        model = gan.GAN(generator, discriminator, seed=seed)
        model.compile(batch_size=4)
        model.run_eagerly = True
        return model

    first, second = own(0), own(1)
    first.fit(PICTURES, 3, verbose=False)
    file = first.save_checkpoint(tmp_path / "own.npz")
    second.load_checkpoint(file)
    assert equal(first.state().values(), second.state().values()) and second.seed == 0
    with pytest.raises(ValueError, match="not made by helpers.gan.networks"):
        gan.GAN.from_checkpoint(file)


def test_frozen_layers_stay():
    model = tiny()
    networks.freeze_first(model.discriminator, 1)
    model.compile(batch_size=4)
    model.run_eagerly = True
    first = values(model.discriminator.get_layer("down0").variables)
    model.fit(PICTURES, 3, verbose=False)
    assert equal(first, values(model.discriminator.get_layer("down0").variables))


def test_wrong_settings_are_explained():
    with pytest.raises(ValueError, match="unknown setting 'learning_rate'; any of: augment"):
        tiny(learning_rate=1e-3)
    with pytest.raises(ValueError, match="decay is a share of the run"):
        tiny(decay=2)
    with pytest.raises(ValueError, match="average must lie in"):
        tiny(average=1.0)
    with pytest.raises(ValueError, match="steps takes a whole number, 1 or more, got 0"):
        tiny().fit(PICTURES, 0)
    with pytest.raises(ValueError, match="steps takes a whole number, 1 or more, got 1.5"):
        tiny().fit(PICTURES, 1.5)
    with pytest.raises(ValueError, match="unknown augmentation"):
        tiny(augment="zoom")
