"""Several devices do what one does: the same pictures, noise, gradients and statistics."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import tensorflow as tf

from helpers.gan import augment, batches, replicas

ROOT = Path(__file__).resolve().parents[2]

TWO = """
    import keras, numpy as np, tensorflow as tf
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    from helpers import gan
    pictures = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

    def make(sgd):
        model = gan.make(8, width=4, latent_dim=6, batch_size=8, r1=1.0, penalty_every=2,
                         augment="translation,cutout,color,flip")
        if sgd:
            rates = [keras.optimizers.SGD(0.1) for _ in "gd"]
            model.compile(generator_optimizer=rates[0], discriminator_optimizer=rates[1],
                          **model.recipe)
        return model

    for sgd in (True, False):
        one = make(sgd)
        with strategy.scope():
            two = make(sgd)
        start = one.state()
        curves = [model.fit(pictures, 3, verbose=False).history for model in (one, two)]
        states = one.state(), two.state()
        for name in start:
            np.testing.assert_allclose(*(state[name] for state in states), atol=2e-6, err_msg=name)
        for kernel in ("generator/01/dense/kernel", "discriminator/00/down0/kernel"):
            key = next(name for name in start if name.split("/")[0] == kernel.split("/")[0]
                       and name.endswith("kernel"))
            assert np.abs(states[0][key] - start[key]).max() > 1e-3
        for name in curves[0]:
            np.testing.assert_allclose(curves[0][name], curves[1][name], rtol=1e-5)
        for variable in two.generator.trainable_variables:
            assert np.array_equal(*(v.numpy() for v in variable.value.values))

    two.compile(batch_size=5)
    try:
        two.fit(pictures, 1)
    except ValueError as error:
        assert "a batch of 5 cannot be shared evenly by 2 devices: compile(batch_size=4)" in str(error)
        print("equal")
"""


def test_two_devices_do_what_one_does_and_refuse_an_odd_batch():
    """For SGD, which shows a factor, and for Adam; R1 included."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(TWO)],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.stdout.strip().endswith("equal"), done.stderr[-3000:]


@pytest.mark.parametrize("policy", augment.names())
def test_a_part_of_a_batch_is_changed_as_in_the_whole(policy):
    images = tf.random.stateless_uniform([6, 16, 16, 3], [0, 1], -1, 1)
    whole = augment.augment(images, policy, seed=(3, 4))
    parts = [
        augment.augment(images[2 * i : 2 * i + 2], policy, seed=(3, 4), part=(i, 3))
        for i in range(3)
    ]
    tf.debugging.assert_near(tf.concat(parts, 0), whole, 1e-6)


def test_alone_everything_is_one_s_own():
    values = tf.range(6)
    assert replicas.own(values) is values and replicas.divided(3.0) == 3.0
    assert replicas.part() == (0, 1)


def test_of_a_stream_each_device_takes_its_part_of_the_batch_or_of_its_worker_s_share(monkeypatch):
    """Two workers with two devices each, and a global batch of 8."""
    whole = tf.range(8)
    for index in range(4):
        monkeypatch.setattr(replicas, "part", lambda index=index: (index, 4))
        share = whole[4 * (index // 2) : 4 * (index // 2) + 4]
        for given in (whole, share):
            taken = replicas.own_of_stream(given, 8)
            assert taken.numpy().tolist() == [2 * index, 2 * index + 1]


def test_one_process_counts_as_one():
    assert replicas.workers(tf.distribute.get_strategy()) == 1


def test_a_stream_may_give_a_worker_s_share_and_no_other():
    stream = tf.data.Dataset.from_tensors(tf.zeros((4, 8, 8, 3), tf.uint8))
    batches.check(stream, (8, 8, 3), 8, workers=2)
    batches.check(stream, (8, 8, 3), 4, workers=2)
    with pytest.raises(ValueError, match=r"batches of shape \[8, 8, 8, 3\]"):
        batches.check(stream, (8, 8, 3), 8, workers=1)
