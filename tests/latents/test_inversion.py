"""inversion: from a picture to a latent. Each test can fail for one line."""

import numpy as np
import pytest
import tensorflow as tf

from helpers import latents
from helpers.latents import inversion
from tests.latents.test_latents import small


def test_inversion_finds_the_latent_of_the_generators_own_picture():
    network = small(palette=0)  # an untrained palette draws nearly the same grey from every latent
    z = latents.noise(network, 1, seed=3)
    picture = latents.decode(network, z, 1)[0]
    before = [w.copy() for w in network.get_weights()]
    found = inversion.invert(network, picture, restarts=6, steps=200, seed=1, progress=False)
    assert np.abs(found.picture.astype(int) - picture).max() <= 3
    assert np.abs(found.latent - z[0]).max() < 0.1
    assert found.losses.shape == (6,) and found.latents.shape == (6, 6)
    assert (found.latent == found.latents[found.losses.argmin()]).all()
    assert (latents.decode(network, found.latent[None], 1)[0] == found.picture).all()
    assert all((a == b).all() for a, b in zip(before, network.get_weights()))


def test_inversion_stays_on_the_shell_and_repeats_itself():
    network = small()
    picture = latents.decode(network, 5 * latents.noise(network, 1, seed=3), 1)[
        0
    ]  # from far outside
    one, two = (
        inversion.invert(network, picture, 3, 60, seed=2, rate=0.5, progress=False)
        for _ in range(2)
    )
    norms = np.linalg.norm(one.latents, axis=1)
    assert (norms < np.sqrt(6) + 2.001).all() and norms.max() > np.sqrt(
        6
    ) + 1.9  # it wants to leave
    assert (one.latents == two.latents).all()
    starts = [
        inversion.invert(network, picture, 3, 1, seed=s, progress=False).latents for s in (2, 3)
    ]
    assert (starts[0] != starts[1]).all()


def test_inversion_can_look_at_features_too():
    network, seen = small(), []
    picture = latents.decode(network, latents.noise(network, 1, 3), 1)[0]

    def features(pictures):
        seen.append(pictures.shape)
        return 100.0 + 10.0 * tf.reduce_mean(pictures, axis=[1, 2])

    plain = inversion.invert(network, picture, 2, 1, seed=1, progress=False)
    both = inversion.invert(network, picture, 2, 1, seed=1, features=features, progress=False)
    assert seen and (both.losses > plain.losses).all() and (both.losses < 1000).all()


@pytest.mark.parametrize(
    "picture", [np.zeros((16, 16, 3), np.uint8), np.zeros((8, 8, 3), np.float32), "hero.png"]
)
def test_inversion_refuses_other_pictures(picture):
    with pytest.raises(ValueError, match=r"expected a uint8 picture of shape \[8, 8, 3\]"):
        inversion.invert(small(), picture, progress=False)
    with pytest.raises(ValueError, match="restarts is 0"):
        inversion.invert(small(), np.zeros((8, 8, 3), np.uint8), restarts=0)


def test_errors_of_many_pictures_are_those_of_each_alone(monkeypatch):
    generator = small(palette=0)
    pictures = latents.decode(generator, latents.noise(generator, 3, seed=4))
    alone = [
        inversion.invert(generator, picture, restarts=2, steps=15, progress=False).losses.min()
        for picture in pictures
    ]
    monkeypatch.setattr(inversion, "_PICTURES", 2)  # so that two chunks are needed
    found = inversion.errors(generator, pictures, restarts=2, steps=15, progress=False)
    np.testing.assert_allclose(found, alone, rtol=1e-3)
    with pytest.raises(ValueError, match="both must be 1 or more"):
        inversion.errors(generator, pictures, restarts=0)
