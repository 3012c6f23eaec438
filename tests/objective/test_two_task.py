"""`TwoTaskModel`: exact ends, the gradient of the sum, every mistake caught before training."""

import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import objective
from helpers.objective import two_task

CE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
INF = float("inf")


def task(n, seed, classes=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)).astype("float32"), rng.integers(0, classes, n)


D1, D2 = task(40, 1), task(9, 2)


def network(lam=1.0, heads=1, seed=0, optimizer=None, losses=CE, penalty=None, **options):
    keras.utils.set_random_seed(seed)
    trunk = keras.Sequential([keras.Input((5,)), keras.layers.Dense(8, activation="tanh")])
    parts = [keras.layers.Dense(3) for _ in range(heads)]
    for part in parts:
        part.build((None, 8))
    model = two_task.TwoTaskModel(trunk, parts, lam=lam, **options)
    model.compile(optimizer or keras.optimizers.Adam(0.01), losses, penalty)
    return model


def trained(model):
    return [v.numpy() for v in model.trainable_variables]


def gradients(model, weights):
    """The gradient of a · L1 + b · L2, by hand."""
    variables = [v.value for v in model.trainable_variables]
    with tf.GradientTape() as tape:
        losses = [model.task_loss(t, *data) for t, data in enumerate((D1, D2))]
        loss = weights[0] * losses[0] + weights[1] * losses[1]
    return [g.numpy() for g in tape.gradient(loss, variables, unconnected_gradients="zero")]


@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("divide", [True, False])
def test_one_step_follows_the_sum_of_the_parts(heads, divide):
    model = network(3.0, heads, optimizer=keras.optimizers.SGD(1.0), divide=divide)
    before = trained(model)
    only1, only2 = gradients(model, (1, 0)), gradients(model, (0, 1))
    model.fit(D1, D2, steps=1, batch=None)
    a, b = (0.25, 0.75) if divide else (1.0, 3.0)
    for v, old, g1, g2 in zip(model.trainable_variables, before, only1, only2):
        np.testing.assert_allclose(old - v.numpy(), a * g1 + b * g2, atol=1e-6)


def test_dividing_is_only_a_smaller_step():
    small = network(3.0, optimizer=keras.optimizers.SGD(0.4))
    whole = network(3.0, optimizer=keras.optimizers.SGD(0.1), divide=False)
    for model in (small, whole):
        model.fit(D1, D2, steps=20, batch=None)
    for a, b in zip(small.trainable_variables, whole.trainable_variables):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5)


def test_reported_losses_are_those_of_the_tasks_in_order():
    model = network(3.0, heads=2, optimizer=keras.optimizers.SGD(0.0))
    seen = {k: v[0] for k, v in model.fit(D1, D2, steps=1, batch=None).history.items()}
    losses = [float(model.task_loss(t, *data)) for t, data in enumerate((D1, D2))]
    assert (seen["loss_1"], seen["loss_2"]) == pytest.approx(losses)
    assert seen["loss"] == pytest.approx(0.25 * losses[0] + 0.75 * losses[1])


ENDS = """
import numpy as np, keras, tensorflow as tf
tf.config.experimental.enable_op_determinism()
from tests.objective.test_two_task import CE, D1, D2, INF, network
from helpers.objective import two_task

def alone(task, heads):
    model = network(1.0, heads)
    single = keras.Sequential([model.trunk, model.head(task)])
    single.compile(keras.optimizers.Adam(0.01), CE, jit_compile=False)
    batches = two_task.pairs(D1, D2, batch=16, seed=5).map(lambda first, second: (first, second)[task])
    single.fit(batches, steps_per_epoch=12, verbose=0)
    return [v.numpy() for v in single.trainable_variables]

for heads, divide in ((1, True), (2, False)):
    for task, lam in ((0, 0.0), (1, INF)):
        model = network(lam, heads, divide=divide)
        untouched = model.head(1 - task).get_weights()
        model.fit(D1, D2, steps=12, batch=16, seed=5)
        found = [v.numpy() for v in model.active_variables()]
        expected = alone(task, heads)
        assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True)), (heads, lam)
        if heads == 2:
            assert all(np.array_equal(a, b) for a, b in
                       zip(model.head(1 - task).get_weights(), untouched))
print("equal")
"""


def test_the_ends_are_single_task_training_bit_for_bit():
    root = pathlib.Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", ENDS], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip().endswith("equal"), done.stderr[-2000:]


def test_training_in_two_parts_is_training_in_one():
    once, twice = network(2.0), network(2.0)
    once.fit(D1, D2, steps=20, batch=8)
    for _ in range(2):
        twice.fit(D1, D2, steps=10, batch=8)
    for a, b in zip(once.get_weights(), twice.get_weights()):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_lam_may_change_between_fits():
    model = network(0.0, heads=2)
    model.fit(D1, D2, steps=2)
    model.lam = INF
    trunk_and_second = [v.numpy() for v in model.active_variables()]
    first_head = model.head(0).get_weights()
    model.fit(D1, D2, steps=2)
    assert any(
        (v.numpy() != old).any() for v, old in zip(model.active_variables(), trunk_and_second)
    )
    for a, b in zip(model.head(0).get_weights(), first_head):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "bad,error", [(-1, ValueError), (float("nan"), ValueError), ("strong", TypeError)]
)
def test_bad_lam(bad, error):
    with pytest.raises(error, match="λ is"):
        network(bad)
    model = network()
    with pytest.raises(error, match="λ is"):
        model.lam = bad
    assert model.lam == 1.0


def batches(data, size, repeat=False):
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(size)
    return dataset.repeat() if repeat else dataset


EMPTY = (np.zeros((0, 5), "float32"), np.zeros(0, int))
MISTAKES = {
    "D2 is empty": (D1, EMPTY),
    "D1 is empty": (batches(EMPTY, 4), batches(D2, 4)),
    "40 inputs and 39 labels": ((D1[0], D1[1][:-1]), D2),
    "labels of D2 run from 0 to 7": (D1, task(60, 3, classes=8)),
    "labels of D1 run from -1": ((D1[0], D1[1] - 1), D2),
    "labels of D2 have shape": (D1, (D2[0], np.zeros((9, 2), "float32"))),
    "batches of 8, D2 of 4": (batches(D1, 8, True), batches(D2, 4, True)),
    "D1: 10 batches, D2: 3 batches": (batches(D1, 4), batches(D2, 4)),
    "one data set holds arrays": (batches(D1, 4), D2),
    r"expected \(x, y\)": (D1[0], D2),
}


@pytest.mark.parametrize("message", MISTAKES)
def test_mistakes_are_named_before_training_starts(message):
    model = network()
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        model.fit(*MISTAKES[message], steps=3, batch=4)
    for a, b in zip(model.get_weights(), before):
        np.testing.assert_array_equal(a, b)


def test_other_mistakes():
    with pytest.raises(ValueError, match="3 heads"):
        network(heads=3)
    bare = two_task.TwoTaskModel(keras.layers.Dense(2), keras.layers.Dense(3))
    with pytest.raises(ValueError, match="not compiled"):
        bare.fit(D1, D2, steps=1)


def test_datasets_of_equal_batches_and_unbuilt_layers_train():
    model = two_task.TwoTaskModel(keras.layers.Dense(4), [keras.layers.Dense(3)] * 2, lam=0.5)
    model.compile(keras.optimizers.Adam(0.01), CE)
    model.fit(batches(D1, 4, True), batches(D2, 4, True), steps=5)
    assert int(model.optimizer.iterations) == 5
    assert model(D1[0])[0].shape == (40, 3)


def test_regression_and_two_different_losses():
    model = network(heads=2, losses=(CE, "mse"))
    model.fit(D1, (D2[0], np.zeros((9, 3), "float32")), steps=3)


def test_chebyshev_follows_the_larger_loss():
    model = network(1.0, heads=2, optimizer=keras.optimizers.SGD(1.0), chebyshev=True)
    losses = [float(model.task_loss(t, *data)) for t, data in enumerate((D1, D2))]
    behind = model.head(int(losses[0] > losses[1])).get_weights()
    model.fit(D1, D2, steps=1, batch=None)
    for a, b in zip(model.head(int(losses[0] > losses[1])).get_weights(), behind):
        np.testing.assert_array_equal(a, b)


def test_penalty_pulls_back_to_the_anchor():
    free, held = network(INF, seed=3), network(INF, seed=3)
    held.compile(keras.optimizers.Adam(0.01), CE, two_task.Anchor(held, weight=10.0))
    start = trained(held)
    moved = []
    for model in (free, held):
        model.fit(D1, D2, steps=60, batch=None)
        moved.append(sum(np.sum((a - b) ** 2) for a, b in zip(trained(model), start)))
    assert moved[1] < 0.1 * moved[0]


def test_fisher_is_the_mean_squared_gradient():
    model = network(heads=2)
    fisher = two_task.diagonal_fisher(model, *D1)
    only = [[g**2 for g in one_gradient(model, i)] for i in range(40)]
    for f, expected in zip(fisher, (np.mean(g, 0) for g in zip(*only))):
        np.testing.assert_allclose(f, expected, atol=1e-6)
    assert all(np.all(f == 0) for f in fisher[4:])


def one_gradient(model, i):
    with tf.GradientTape() as tape:
        loss = CE(D1[1][i : i + 1], model.answer(D1[0][i : i + 1], 0))
    variables = [v.value for v in model.trainable_variables]
    return tape.gradient(loss, variables, unconnected_gradients="zero")


def test_agrees_with_the_closed_form():
    rng = np.random.default_rng(0)
    sets = [(rng.normal(size=(30, 2)).astype("float32"),) for _ in range(2)]
    sets = [(x, (x @ w)[:, None].astype("float32")) for (x,), w in zip(sets, ([1, 2], [3, -1]))]
    model = two_task.TwoTaskModel(
        keras.layers.Identity(), keras.layers.Dense(1, use_bias=False), lam=4.0
    )
    model.compile(keras.optimizers.SGD(0.3), "mse")
    model.fit(*sets, steps=300, batch=None)
    exact = objective.minimiser(*(objective.Quadratic.regression(x, y[:, 0]) for x, y in sets), 4.0)
    np.testing.assert_allclose(model.head(0).get_weights()[0][:, 0], exact, atol=1e-4)
