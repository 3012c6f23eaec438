"""Networks: shapes, ranges, seeds, specs, freezing."""

import keras
import numpy as np
import pytest

from helpers.gan import networks


@pytest.mark.parametrize("size", [8, 16, 32, 64])
def test_shapes_and_range(size):
    generator = networks.generator(size, width=4, latent_dim=5)
    discriminator = networks.discriminator(size, width=4)
    pictures = np.array(generator(np.random.default_rng(0).normal(size=(3, 5)).astype("float32")))
    assert pictures.shape == (3, size, size, 3) and abs(pictures).max() <= 1
    assert discriminator(pictures).shape == (3, 1)


def test_default_sizes_fit_a_shipped_file():
    count = networks.generator(32).count_params() + networks.discriminator(32).count_params()
    assert count * 4 <= 8e6


def test_width_is_the_outer_layer_and_doubles_inwards_up_to_four_times():
    network = networks.discriminator(64, width=8)
    widths = [layer.filters for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert widths == [8, 16, 32, 32]


def test_no_normalisation_in_the_discriminator():
    """One picture's logit must not depend on its neighbours in the batch."""
    network = networks.discriminator(16, width=4)
    batch = np.random.default_rng(1).uniform(-1, 1, (6, 16, 16, 3)).astype("float32")
    together = np.array(network(batch, training=True))
    alone = np.concatenate([np.array(network(batch[i : i + 1], training=True)) for i in range(6)])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_batch_norm_forgets_its_start_in_a_short_run():
    norms = [
        layer
        for layer in networks.generator(16).layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert norms and all(layer.momentum == 0.9 for layer in norms)


def test_seed_decides_the_weights_whatever_was_built_before():
    first = networks.generator(8, width=4, latent_dim=3, seed=7).get_weights()
    networks.discriminator(8)
    again = networks.generator(8, width=4, latent_dim=3, seed=7).get_weights()
    other = networks.generator(8, width=4, latent_dim=3, seed=8).get_weights()
    assert all((a == b).all() for a, b in zip(first, again))
    assert not all((a == b).all() for a, b in zip(first, other))


def test_layers_do_not_start_with_one_another_s_numbers():
    kernels = [w for w in networks.generator(32, width=4).get_weights() if w.ndim == 4]
    heads = {tuple(kernel.ravel()[:3] / kernel.std()) for kernel in kernels}
    assert len(heads) == len(kernels)


@pytest.mark.parametrize(
    "make",
    [networks.generator, networks.discriminator, networks.article_generator,
     networks.article_discriminator],
)  # fmt: skip
def test_build_makes_the_same_network_from_its_spec(make):
    network = make(seed=3)
    copy = networks.build(dict(network.spec), seed=3)
    assert all((a == b).all() for a, b in zip(network.get_weights(), copy.get_weights()))


def test_the_article_s_networks_meet():
    noise = np.random.default_rng(0).normal(size=(2, 100)).astype("float32")
    pictures = networks.article_generator()(noise)
    assert pictures.shape == (2, 32, 32, 3)
    assert networks.article_discriminator()(pictures).shape == (2, 1)


def test_freezing_the_first_layers():
    network = networks.discriminator(16, width=4)
    everything = len(network.trainable_variables)
    assert networks.freeze_first(network, 1) == ["down0"]
    assert len(network.trainable_variables) == everything - 2
    networks.freeze_first(network, 0)
    assert len(network.trainable_variables) == everything
    with pytest.raises(ValueError, match="cannot freeze 3 layers: discriminator has 2"):
        networks.freeze_first(network, 3)


@pytest.mark.parametrize("size", [0, 4, 12, 33, 48])
def test_impossible_sizes_are_explained(size):
    with pytest.raises(ValueError, match="does not fit: use 8, 16, 32, 64 or 128"):
        networks.generator(size)


def test_missing_and_unknown_specs_are_explained():
    with pytest.raises(ValueError, match="not made by helpers.gan.networks"):
        networks.build({})
    with pytest.raises(ValueError, match="unknown network 'unet'; one of: article_"):
        networks.build({"network": "unet"})
