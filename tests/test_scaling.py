"""Costs by hand, speeds from times that are known, and forecasts that say what they stand on."""

import keras
import numpy as np
import pytest

from helpers import gan, scaling
from helpers.gan import networks


def rows(network):
    return {row.name: row for row in scaling.count(network)}


def test_multiply_adds_are_those_of_a_hand():
    network = keras.Sequential(
        [
            keras.Input((8, 6, 3)),
            keras.layers.Conv2D(5, 3, strides=2, padding="same", name="conv"),
            keras.layers.Conv2DTranspose(7, 4, strides=2, padding="same", name="up"),
            keras.layers.Flatten(),
            keras.layers.Dense(11, name="dense"),
        ]
    )
    found = rows(network)
    assert found["conv"][1:] == (4 * 3 * 9 * 3 * 5, 3 * 9 * 5 + 5, 4 * 3 * 5)
    assert found["up"][1:] == (4 * 3 * 16 * 5 * 7, 16 * 5 * 7 + 7, 8 * 6 * 7)  # laid on the input
    assert found["dense"][1:] == (8 * 6 * 7 * 11, 8 * 6 * 7 * 11 + 11, 11)


@pytest.mark.parametrize("network", [networks.generator(32), networks.discriminator(16, width=8)])
def test_every_weight_is_counted_once_and_the_network_stays_as_it_was(network):
    before = [layer.call for layer in network.layers]
    found = scaling.count(network)
    assert sum(row.parameters for row in found) == network.count_params()
    assert [layer.call for layer in network.layers] == before


def test_layers_inside_layers_are_found():
    assert rows(networks.generator(32))["where"].multiply_adds == 16 * 16 * 16 * 32 * 16


def test_a_projected_discriminator_is_refused():
    with pytest.raises(ValueError, match="takes or gives several tensors"):
        scaling.count(networks.discriminator_of("projected", 32))


def test_a_step_is_3_g_and_8_d_and_its_cost_grows_with_the_batch():
    one, two = scaling.cost(16, 8, 1), scaling.cost(16, 8, 2)
    g, d = (sum(r.multiply_adds for r in scaling.count(n)) for n in
            (networks.generator(16, width=8), networks.discriminator(16, width=8)))  # fmt: skip
    assert (
        one.multiply_adds == 3 * g + (8 + 6 / 4) * d and two.multiply_adds == 2 * one.multiply_adds
    )
    assert scaling.cost(16, 8, 1, r1_every=0).multiply_adds == 3 * g + 8 * d
    assert one.parameters == two.parameters and one.memory < two.memory < 2 * one.memory
    assert one.bytes_moved < two.bytes_moved < 2 * one.bytes_moved
    model = gan.make(16, width=8)
    assert one.parameters == model.generator.count_params() + model.discriminator.count_params()


COSTS = [scaling.cost(size, width, batch) for size, width, batch in
         [(16, 8, 8), (32, 8, 8), (32, 16, 32), (16, 32, 16), (8, 8, 64)]]  # fmt: skip


def test_a_known_speed_is_found_again():
    known = scaling.Speed(0.004, 3e-11, 2e-10)
    found = scaling.fit(COSTS, [known.seconds(cost) for cost in COSTS])
    np.testing.assert_allclose(found, known, rtol=1e-6)


def test_no_part_of_a_speed_is_negative():
    times = [1e-3 + 1e-12 * cost.multiply_adds - 1e-14 * cost.bytes_moved for cost in COSTS]
    assert min(scaling.fit(COSTS, times)) >= 0


@pytest.mark.parametrize(
    "costs, seconds", [(COSTS[:1], [1.0]), (COSTS, [1.0] * 4 + [0.0]), (COSTS, [1.0])]
)
def test_measurements_that_cannot_be_fitted_are_refused(costs, seconds):
    with pytest.raises(
        ValueError, match="expected two or more costs and as many times above 0, got"
    ):
        scaling.fit(costs, seconds)


def test_each_setting_is_measured_in_its_turn(monkeypatch):
    turns, prepared = iter([3.0, 5.0, 2.0, 6.0]), []
    monkeypatch.setattr(scaling, "_prepared", lambda *setting: prepared.append(setting) or setting)
    monkeypatch.setattr(scaling, "_turn", lambda model, steps: next(turns))
    assert scaling.measure([(8, 4, 2), (8, 4, 4)], rounds=2, steps=7) == [2.0, 5.0]
    assert prepared == [(8, 4, 2, 7), (8, 4, 4, 7)]


def test_a_step_is_really_taken(monkeypatch):
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)  # tracing would take longer
    try:
        assert 0 < scaling.measure([(8, 4, 2)], rounds=1, steps=2)[0] < 60
    finally:
        tf.config.run_functions_eagerly(False)


def test_a_forecast_is_steps_times_seconds():
    cost = scaling.Cost(1e9, 1e8, 100, 2e9)
    found = scaling.forecast(cost, 600, scaling.Speed(0.01, 1e-11, 1e-10))
    assert found == pytest.approx((600 * 0.03 / 60, 2.0)) and str(found) == "0.3 minutes, 2 GB"


def test_a_card_reaches_at_best_what_is_published():
    best, poor = scaling.published("T4"), scaling.published("T4", 0.2)
    assert best.product == pytest.approx(2 / 8.1e12) and poor.product == pytest.approx(
        5 * best.product
    )
    with pytest.raises(ValueError, match="unknown card 'T5'; one of: T4, A100, H100"):
        scaling.published("T5")
    with pytest.raises(ValueError, match="share lies above 0"):
        scaling.published("T4", 0)


def test_a_start_of_one_s_own_is_added_to_each_step():
    assert scaling.published("H100", start=2e-4)[0] == 2e-4 and scaling.published("T4")[0] == 5e-3


def test_what_is_larger_than_a_card_does_not_fit():
    sizes = [15.1e9, 14.9e9]
    assert [scaling.fits(scaling.Cost(0, 0, 0, n), "T4") for n in sizes] == [False, True]


@pytest.mark.parametrize(
    "minutes, words",
    [(0.848, "0.85 min"), (7.26, "7.3 min"), (119, "119 min"), (210, "3.5 hours"), (29104, "20 days")],
)  # fmt: skip
def test_minutes_are_told_as_one_says_them(minutes, words):
    assert scaling.told(minutes) == words


def test_a_ring_sends_at_most_twice_the_gradients():
    cost = scaling.Cost(0, 0, 1000, 0)
    assert scaling.shared(cost, 1, 1e6) == 0
    assert scaling.shared(cost, 2, 1e6) == pytest.approx(0.004)
    assert scaling.shared(cost, 100, 1e6) == pytest.approx(0.008 * 0.99)
