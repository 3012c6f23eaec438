"""What learners made with an earlier version still loads and shows the same: tests/fixtures/old."""

import json
import pathlib

import numpy as np
import pytest

from helpers import checkpoints, explorer, gan

OLD = pathlib.Path(__file__).resolve().parent / "fixtures" / "old"
LATENTS = np.linspace(-2, 2, 24, dtype=np.float32).reshape(4, 6)
TEXTS = json.loads((OLD / "texts.json").read_text(encoding="utf-8"))
TEXTS_3 = json.loads((OLD / "texts_3.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pictures():
    with np.load(OLD / "pictures.npz", allow_pickle=False) as file:
        return dict(file)


def same(drawn, before):
    """Pictures that differ by rounding at most: another processor adds in another order."""
    return np.abs(drawn.astype(int) - before.astype(int)).max() <= 1


def test_a_full_checkpoint_draws_the_same_and_trains_on(pictures):
    model = checkpoints.load(OLD / "full.npz")
    assert model.step_count == 3 and model.seed == 3
    assert same(model.decode(LATENTS), pictures["full"])
    assert same(model.decode(LATENTS, averaged=False), pictures["full_now"])
    model.fit(np.random.default_rng(0).integers(0, 256, (16, 8, 8, 3), dtype=np.uint8), 1)
    assert model.step_count == 4
    assert not same(model.decode(LATENTS, averaged=False), pictures["full_now"])


def test_an_inference_checkpoint_draws_the_same(pictures):
    model = gan.GAN.from_checkpoint(OLD / "inference.npz")
    assert same(model.decode(LATENTS), pictures["inference"])


@pytest.mark.parametrize("name", TEXTS["version 2"])
def test_a_text_brings_its_state_back(name):
    text, fields = TEXTS["version 2"][name].values()
    assert explorer.State.from_text(text) == explorer.State(**fields)


def test_a_text_brings_its_picture_back(pictures):
    heroes, creatures = checkpoints.load("heroes"), checkpoints.load("creatures")
    scene = explorer.Scene({"heroes": heroes, "heroes to creatures": (heroes, creatures)})
    for name in scene.sources:
        state = explorer.State.from_text(TEXTS["version 2"][name]["text"])
        assert same(scene.picture(state), pictures[name]), name


@pytest.mark.parametrize("name", TEXTS_3)
def test_a_text_of_version_3_brings_its_state_back(name):
    text, fields, _ = TEXTS_3[name].values()
    assert explorer.State.from_text(text) == explorer.State(**fields)


def test_a_text_of_version_3_brings_its_latent_and_picture_back():
    heroes, creatures, day, neon = map(
        checkpoints.load, ("heroes", "creatures", "city_day", "city_neon")
    )
    scene = explorer.Scene(
        {
            "heroes": heroes,
            "heroes to creatures": (heroes, creatures),
            "day to neon": (day, neon),
        }
    )
    with np.load(OLD / "pictures_3.npz", allow_pickle=False) as file:
        for name, recorded in TEXTS_3.items():
            state = explorer.State.from_text(recorded["text"])
            assert np.allclose(scene.latent(state), recorded["latent shown"], atol=2e-4), name
            assert same(scene.picture(state), file[name]), name


def test_a_text_of_version_1_says_who_can_read_it():
    with pytest.raises(ValueError, match="version 1, .*only the older course"):
        explorer.State.from_text(TEXTS["version 1"])
