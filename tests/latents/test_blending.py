"""blending: mixtures of two generators. Each test can fail for one line."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import latents
from helpers.gan import networks
from helpers.latents import blending


def small(seed=0, size=8, latent_dim=6):
    """A generator of width 8 whose batch norms and biases are not at rest."""
    network = networks.generator(size, width=8, latent_dim=latent_dim, seed=seed)
    rng = np.random.default_rng(seed + 100)
    network.set_weights([w + 0.1 * rng.random(w.shape, np.float32) for w in network.get_weights()])
    return network


def same_bits(one, other):
    return [w.tobytes() for w in one.get_weights()] == [w.tobytes() for w in other.get_weights()]


def layer_bits(network, name):
    return [w.tobytes() for w in network.get_layer(name).get_weights()]


@pytest.fixture
def two():
    return small(1), small(2)


def test_blending_ends_are_the_ends_and_both_are_left_alone(two):
    parent, child = two
    kept = blending.copy(parent), blending.copy(child)
    assert same_bits(blending.blend(parent, child, 0), parent)
    assert same_bits(blending.blend(parent, child, 1), child)
    half = blending.blend(parent, child, 0.25, latents=latents.noise(parent, 32))
    assert half is not parent and same_bits(parent, kept[0]) and same_bits(child, kept[1])
    assert half.spec == parent.spec


def test_blending_is_linear_in_every_weight_statistics_too(two):
    parent, child = two
    mixed = blending.blend(parent, child, 0.25)
    rows = zip(mixed.variables, parent.variables, child.variables)
    for variable, a, b in rows:
        assert np.allclose(variable.numpy(), 0.75 * a.numpy() + 0.25 * b.numpy(), atol=1e-6), (
            variable.path
        )
    assert any("moving_mean" in variable.path for variable in mixed.variables)


def test_the_ends_hold_even_where_the_other_is_broken(two):
    parent, child = two
    child.set_weights([np.full_like(w, np.inf) for w in child.get_weights()])
    assert same_bits(blending.blend(parent, child, 0), parent)


def test_swapping_takes_exactly_the_named_layers(two):
    parent, child = two
    swapped = blending.swap_layers(parent, child, ["dense", "norm"])
    for layer in parent.layers:
        source = child if layer.name in ("dense", "norm") else parent
        assert layer_bits(swapped, layer.name) == layer_bits(source, layer.name), layer.name
    assert layer_bits(parent, "dense") != layer_bits(child, "dense")
    one = blending.swap_layers(parent, child, "palette")
    assert layer_bits(one, "palette") == layer_bits(child, "palette")
    assert layer_bits(one, "dense") == layer_bits(parent, "dense")
    with pytest.raises(ValueError, match="is called 'relu'; one of: dense, norm"):
        blending.swap_layers(parent, child, ["relu"])


def test_statistics_are_measured_anew_norm_after_norm():
    parent, child = small(1, size=16), small(2, size=16)
    z = latents.noise(parent, 128)
    mixed = blending.blend(parent, child, 0.5, latents=z)
    x = tf.constant(z)
    checked = 0
    for layer in mixed.layers:
        before, x = x, layer(x, training=False)
        if isinstance(layer, keras.layers.BatchNormalization):
            axes = tuple(range(len(x.shape) - 1))
            assert np.allclose(layer.moving_mean.numpy(), before.numpy().mean(axes), atol=1e-5)
            # what comes out has then the layer's own mean β, and its γ as standard deviation
            assert np.allclose(x.numpy().mean(axes), layer.beta.numpy(), atol=1e-4)
            spread = np.sqrt(before.numpy().var(axes) / (before.numpy().var(axes) + layer.epsilon))
            assert np.allclose(x.numpy().std(axes), layer.gamma.numpy() * spread, atol=1e-3)
            checked += 1
    assert checked == 2
    assert not same_bits(mixed, blending.blend(parent, child, 0.5))
    with pytest.raises(ValueError, match="no variance"):
        blending.calibrate(mixed, z[:1])


def test_blocks_group_layers_by_their_side():
    inner = {"4 px": ["dense", "norm"], "8 px": ["up1", "norm1"]}
    assert blending.blocks(networks.generator(16, width=4)) == inner | {"16 px": ["palette"]}
    free = networks.generator(16, width=4, palette=0)
    assert blending.blocks(free) == inner | {"16 px": ["to_rgb", "canvas"]}
    assert list(blending.blocks(networks.article_generator())) == ["4 px", "8 px", "16 px", "32 px"]


def test_generators_that_do_not_fit_are_told_apart(two):
    with pytest.raises(ValueError, match="built differently.*first difference.*dense"):
        blending.blend(two[0], small(latent_dim=5), 0.5)
    with pytest.raises(ValueError, match="built differently"):
        blending.swap_layers(two[0], small(size=16), ["dense"])
    for share in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="share is"):
            blending.blend(*two, share)
