"""The generators of the explorer's tests, made once."""

import numpy as np
import pytest

from helpers import explorer, gan


def gan_with(seed, size=8):
    """A small GAN whose averaged generator has something to show."""
    model = gan.make(size, width=4, latent_dim=6, seed=seed)
    rng = np.random.default_rng(seed)
    values = [
        3 * w + 0.2 * rng.random(w.shape, np.float32)
        for w in model.averaged_generator.get_weights()
    ]
    model.averaged_generator.set_weights(values)
    return model


def make_models():
    """One generator, a parent with its child, and one of larger pictures."""
    return {"a": gan_with(1), "a → b": (gan_with(1), gan_with(2)), "large": gan_with(3, size=16)}


@pytest.fixture(scope="session")
def models():
    return make_models()


@pytest.fixture(scope="session")
def scene(models):
    """Both are only looked at; set-up traces every generator, which takes its time."""
    return explorer.Scene(models, directions=2)
