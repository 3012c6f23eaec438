"""The GAN as a Keras model: it draws when called, its callbacks, its data, its files."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import gan
from helpers.gan import recipe

PICTURES = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)


def tiny(seed=0, **changes):
    """Small, and run eagerly: tracing would take longer than all the steps of a test."""
    model = gan.make(
        8, width=4, latent_dim=6, seed=seed, **{"batch_size": 4, "steps_per_execution": 1} | changes
    )
    model.run_eagerly = True
    return model


def differences(one, other):
    a, b = one.state(), other.state()
    return [key for key in a.keys() | b.keys() if not np.array_equal(a.get(key), b.get(key))]


def stream(pictures=PICTURES):
    return tf.data.Dataset.from_tensor_slices(pictures).batch(4, drop_remainder=True)


def test_calling_it_and_predict_draw_with_the_averaged_generator():
    model = tiny()
    model.generator.get_layer("dense").bias.assign_add(tf.ones_like(model.generator.layers[0].bias))
    z = model.noise(5)
    expected = model.averaged_generator(z, training=False).numpy()
    np.testing.assert_array_equal(model(z), expected)
    np.testing.assert_allclose(model.predict(z, verbose=0), expected, atol=1e-6)


def test_metrics_are_means_of_the_steps_since_the_last_reset():
    model = tiny()
    model.prepare(PICTURES)
    logs = [model.train_step() for _ in range(3)]
    assert {tracker.name for tracker in model.metrics} == set(logs[0])
    for name, value in model.get_metrics_result().items():
        assert np.isclose(float(value), np.mean([float(row[name]) for row in logs]), rtol=1e-5)
    model.reset_metrics()
    assert not any(float(value) for value in model.get_metrics_result().values())


def test_callbacks_hear_of_each_execution_and_of_an_epoch_every_20_steps():
    seen = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append((batch, self.model.step_count, sorted(logs)))

        def on_epoch_end(self, epoch, logs=None):
            seen.append(("epoch", epoch))

    model = tiny(steps_per_execution=15)
    history = model.fit(PICTURES, 23, verbose=False, callbacks=[Look()])
    names = ["accuracy", "discriminator_loss", "generator_loss"]
    steps = [(14, 15, names), (19, 20, names), ("epoch", 0), (22, 23, names), ("epoch", 1)]
    assert seen == steps and history.history["step"] == [20, 23]


def test_early_stopping_stops():
    patience = {"mode": "min", "patience": 1, "min_delta": 10.0, "restore_best_weights": True}
    model = tiny()
    model.fit(
        PICTURES, 100, verbose=False,
        callbacks=[keras.callbacks.EarlyStopping("generator_loss", **patience)],
    )  # fmt: skip
    assert model.step_count == 20  # stopped after 40, and back at the best epoch's end


def test_a_model_checkpoint_goes_on_like_the_original(tmp_path):
    model = tiny(discriminator_rate=1e-3)
    saver = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", save_freq=5)
    model.fit(PICTURES, 5, verbose=False, callbacks=[saver])
    loaded = keras.saving.load_model(tmp_path / "1.keras")
    loaded.run_eagerly = True
    assert loaded.step_count == 5 and loaded.recipe == model.recipe
    loaded.calibrate()  # as fit does after its last callback
    assert not differences(loaded, model)
    for one in (loaded, model):
        one.fit(PICTURES, 2, verbose=False)
    assert not differences(loaded, model)
    loaded.load_checkpoint(model.save_checkpoint(tmp_path / "ours.npz"))  # variable paths as ever


def test_weights_alone_and_a_csv_file(tmp_path):
    model, other = tiny(), tiny(seed=1)
    callbacks = [
        keras.callbacks.ModelCheckpoint(
            tmp_path / "best.weights.h5", "accuracy", save_weights_only=True, save_best_only=True,
            mode="max",
        ),
        keras.callbacks.CSVLogger(tmp_path / "curves.csv"),
    ]  # fmt: skip
    model.fit(PICTURES, 20, verbose=False, callbacks=callbacks)
    other.load_weights(tmp_path / "best.weights.h5")
    other.calibrate()
    assert not differences(model, other)
    header, *rows = (tmp_path / "curves.csv").read_text().splitlines()
    assert header.startswith("epoch,accuracy,discriminator_loss,generator_loss") and len(rows) == 1


@pytest.mark.parametrize(
    "callback",
    [
        keras.callbacks.LearningRateScheduler(lambda epoch: 1e-3),
        keras.callbacks.ReduceLROnPlateau("generator_loss"),
        keras.callbacks.BackupAndRestore("nowhere"),
        keras.callbacks.SwapEMAWeights(),
    ],
)
def test_callbacks_that_cannot_work_are_refused(callback):
    model = tiny()
    with pytest.raises(ValueError, match=f"{type(callback).__name__} does not work with a GAN: "):
        model.fit(PICTURES, 1, callbacks=[callback])
    assert model.step_count == 0


@pytest.mark.parametrize("palette", [None, 0])
def test_a_generator_in_keras_format_loads_again_without_custom_objects(tmp_path, palette):
    model = tiny(palette=palette)
    model.fit(PICTURES, 1, verbose=False)
    model.sample(2)
    model.averaged_generator.save(tmp_path / "g.keras")
    z = model.noise(4)
    loaded = keras.saving.load_model(tmp_path / "g.keras")
    np.testing.assert_array_equal(loaded(z), model(z))


def test_steps_per_execution_is_a_whole_number_above_zero():
    with pytest.raises(ValueError, match="steps_per_execution takes 1 or more, got 0"):
        tiny(steps_per_execution=0)


def test_a_stream_is_read_in_order_and_can_be_gone_on_with():
    through, first = tiny(), tiny()
    through.fit(stream(), 6, verbose=False)
    first._make_plan = lambda steps: setattr(first, "plan", (0, 6))  # one run of six steps
    for done, steps in ((0, 2), (2, 4)):
        first.plan = (0, 6)
        first.stop_training = False
        seen = stream().skip(done)
        first.prepare(seen)
        for batch in seen.take(steps):
            first.set_rates(first.step_count / 6)
            first.train_step(batch)
    first.calibrate()
    assert not differences(through, first)
    np.testing.assert_array_equal(
        first.draw_batch(next(iter(stream()))), first.draw_batch(PICTURES[:4])
    )


def test_a_stream_is_traced_too_and_its_start_sees_its_first_batch():
    model, array = tiny(), tiny()
    model.run_eagerly = False
    array.prepare(PICTURES[:4])
    start = array.generator.get_layer("palette").which_start.numpy()
    model.prepare(stream())
    np.testing.assert_array_equal(model.generator.get_layer("palette").which_start, start)
    with pytest.raises(
        ValueError, match="has ended after step 12, and the run goes to 30: .repeat"
    ):
        model.fit(stream(), 30, verbose=False)
    assert model.step_count == 12


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.map(lambda x: tf.cast(x, tf.float32)),
        lambda data: data.unbatch().batch(4),
        lambda data: data.unbatch().batch(5, drop_remainder=True),
        lambda data: data.map(lambda x: (x, x)),
    ],
)
def test_wrong_streams_are_explained(change):
    with pytest.raises(ValueError, match=r"Dataset of uint8 batches of shape \[4, 8, 8, 3\], got"):
        tiny().fit(change(stream()), 1)


def test_the_recipe_s_adam_gives_the_numbers_of_keras():
    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape).astype("float32") for shape in [(3, 4), (4,)]]
    found = []
    for kind in (recipe.Adam, keras.optimizers.Adam):
        rng, weights = np.random.default_rng(1), [keras.Variable(value) for value in start]
        optimizer = kind(3e-3, beta_1=0.5, beta_2=0.99)
        optimizer.build(weights)
        for _ in range(30):
            gradients = [rng.normal(size=value.shape).astype("float32") for value in start]
            optimizer.apply_gradients(zip(map(tf.constant, gradients), weights))
        assert int(optimizer.iterations) == 30
        found.append([v.value.numpy() for v in (*weights, *optimizer.variables)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
