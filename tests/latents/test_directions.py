"""directions: planted ones, those of the first layer. Each test can fail for one line."""

import keras
import numpy as np
import pytest

from helpers.gan import networks
from helpers.latents import directions

D = 64


def normal(count, d=D, seed=0):
    return np.random.default_rng(seed).standard_normal((count, d)).astype(np.float32)


def planted(seed=5):
    direction = normal(1, seed=seed)[0]
    return direction / np.linalg.norm(direction)


def test_regression_finds_a_planted_direction_with_its_sign():
    z, direction = normal(1500) + 2.0, planted()  # off centre: the mean must not matter
    noise = np.random.default_rng(1).standard_normal(1500)
    found = directions.directions_by_regression(z, 3 * z @ direction + noise + 50)
    assert found @ direction > 0.98 and np.isclose(np.linalg.norm(found), 1, atol=1e-6)
    labels = (z - 2) @ direction + 0.3 * noise > 0
    assert directions.directions_by_regression(z, labels) @ direction > 0.95
    assert directions.directions_by_regression(z, ~labels) @ direction < -0.95


def test_labels_are_found_with_fewer_latents_than_dimensions():
    z, direction = normal(48), planted()
    labels = z @ direction > 0
    assert directions.directions_by_regression(z, labels) @ direction > 0.4
    with pytest.raises(ValueError, match="48 latents are too few.*draw at least 128"):
        directions.directions_by_regression(z, z @ direction)


def test_several_scores_give_several_directions():
    z, one, two = normal(400), planted(), planted(6)
    found = directions.directions_by_regression(z, np.stack([z @ one, z @ two], axis=1))
    assert found.shape == (2, D) and found[0] @ one > 0.999 and found[1] @ two > 0.999


@pytest.mark.parametrize("scores, words", [
    (np.ones(100), "all equal"), (np.full(100, np.nan), "not finite"), (np.ones(99), "do not fit"),
])  # fmt: skip
def test_useless_labels_are_refused(scores, words):
    with pytest.raises(ValueError, match=words):
        directions.directions_by_regression(normal(100), scores)


def linear(values, *, after=(), units=40, seed=0):
    """A network that begins with Dense(units), its kernel's singular values as given."""
    d = len(values)
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.standard_normal((m, d)))[0] for m in (d, units))
    network = keras.Sequential([keras.Input((d,)), keras.layers.Dense(units), *after])
    kernel = (left * values) @ right.T
    network.layers[0].set_weights([kernel.astype(np.float32), rng.random(units).astype(np.float32)])
    return network, left.T


@pytest.mark.parametrize("units", [40, 300])  # both ways to the principal axes
def test_pca_equals_the_closed_form_where_singular_values_are_apart(units):
    network, truth = linear([9, 6, 4, 2.5, 1.5, 1, 0.5, 0.2], units=units)
    closed = directions.closed_form_directions(network, 5)
    found = directions.principal_directions(network, 5)
    assert np.allclose(np.abs(np.sum(closed * truth[:5], axis=1)), 1, atol=1e-5)  # strongest first
    assert (np.abs(np.sum(closed * found, axis=1)) > 0.99).all()
    assert np.allclose(closed @ closed.T, np.eye(5), atol=1e-5)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert found.dtype == closed.dtype == np.float32


def test_pca_does_not_equal_the_closed_form_where_there_are_no_gaps():
    network, _ = linear(np.ones(8))
    closed, found = (
        directions.closed_form_directions(network, 5),
        directions.principal_directions(network, 5),
    )
    assert np.abs(np.sum(closed * found, axis=1)).min() < 0.9


def test_signs_are_the_same_on_every_machine():
    network, _ = linear([9, 6, 4, 2.5, 1.5])
    for found in (
        directions.closed_form_directions(network, 3),
        directions.principal_directions(network, 3),
    ):
        assert (found[np.arange(3), np.abs(found).argmax(axis=1)] > 0).all()


def test_a_batch_norm_straight_after_the_layer_counts_in():
    norm = keras.layers.BatchNormalization()
    network, _ = linear([3, 2, 1.5, 1], units=32, after=[keras.layers.Reshape((2, 2, 8)), norm])
    gamma, variance = np.array([9, *[0.1] * 7]), np.full(8, 2.0)
    norm.set_weights([gamma, np.zeros(8), np.zeros(8), variance])
    kernel = network.layers[0].kernel.numpy() * np.tile(gamma / np.sqrt(2 + norm.epsilon), 4)
    want = np.linalg.svd(kernel)[0][:, 0]
    assert abs(directions.closed_form_directions(network, 1)[0] @ want) > 0.9999
    assert abs(directions.principal_directions(network, 1)[0] @ want) > 0.99
    plain, _ = linear([3, 2, 1.5, 1], units=32)
    assert abs(directions.closed_form_directions(plain, 1)[0] @ want) < 0.99  # so the test can fail


def test_sefas_own_code_normalises_the_units_first():
    network, _ = linear([3, 2, 1.5, 1])
    kernel = network.layers[0].kernel.numpy()
    want = np.linalg.svd(kernel / np.linalg.norm(kernel, axis=0))[0][:, 0]
    assert abs(directions.closed_form_directions(network, 1, normalise=True)[0] @ want) > 0.9999


def test_directions_need_a_dense_layer_and_a_possible_number():
    network, _ = linear([3, 2, 1])
    for make in (directions.closed_form_directions, directions.principal_directions):
        with pytest.raises(ValueError, match=r"n is 4: a kernel \[3, 40\] has 1 to 3"):
            make(network, 4)
        with pytest.raises(ValueError, match="expected a Dense layer"):
            make(networks.discriminator(8, width=4), 1)
