"""The panel's three functions: settings act at once, states are independent."""

import numpy as np
import pytest

from helpers import gan
from helpers.gan import playground

PICTURES = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    make = gan.make
    monkeypatch.setattr(gan, "make", lambda size, **k: make(size, width=4, latent_dim=4, **k))


def test_settings_act_from_the_next_step_on_without_a_new_trace():
    state = playground.start(images=PICTURES)
    model = state["model"]
    playground.step(state)
    traced = state["steps"][True]
    weights = model.generator.get_weights()
    playground.step(state, rate=0.0, beta_1=0.9)
    same = [w for w in model.generator.trainable_variables]
    assert all(
        (a == b.numpy()).all() for a, b in zip(weights[:2], same[:2])
    )  # rate 0 moves nothing
    playground.step(state, rate=1e-2)
    assert (weights[0] != model.generator.get_weights()[0]).any()
    assert traced.experimental_get_tracing_count() == 1
    assert model.generator_optimizer.beta_1.numpy() == 0.5 and len(state["logs"]) == 3


def test_augmentation_off_is_a_step_of_its_own():
    state = playground.start(images=PICTURES)
    playground.step(state, augment=True)
    playground.step(state, augment=False)
    assert set(state["steps"]) == {True, False} and state["model"].recipe["augment"] == ""


def test_drawing_is_a_picture_and_a_line():
    state = playground.start(images=PICTURES)
    picture, words = playground.draw(state)
    assert picture.dtype == np.uint8 and picture.ndim == 3 and words == "step 0"
    playground.step(state)
    assert "D is right on" in playground.draw(state)[1]


def test_variety_is_zero_for_one_picture():
    assert playground.variety(np.repeat(PICTURES[:1], 5, axis=0)) < 1e-9
    assert playground.variety(PICTURES) > 0.2
