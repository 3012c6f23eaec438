"""Maps: the formulas on networks whose right map is known, and the tests of the maps themselves."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from helpers import art, explain, results
from helpers.explain import checks

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(-1, 1, (3, 8, 8, 3)).astype(np.float32)


def start(seed):
    return keras.initializers.GlorotUniform(seed=seed)


def body(x, seed=0):
    x = layers.Conv2D(4, 3, padding="same", kernel_initializer=start(seed), name="conv0")(x)
    x = layers.LeakyReLU(negative_slope=0.2, name="leaky0")(x)
    x = layers.Conv2D(5, 3, 2, "same", kernel_initializer=start(seed + 1), name="conv1")(x)
    return layers.ReLU(name="relu1")(x)


def pooled(seed=0, outputs=2):
    """A flat network with pooling and a linear head."""
    inputs = keras.Input((8, 8, 3))
    x = layers.GlobalAveragePooling2D()(body(inputs, seed))
    head = layers.Dense(outputs, kernel_initializer=start(seed + 2), name="head")
    return keras.Model(inputs, head(x))


def nested(seed=0):
    """The same network, its body a network inside a Sequential."""
    inputs = keras.Input((8, 8, 3))
    head = layers.Dense(2, kernel_initializer=start(seed + 2), name="head")
    inside = keras.Model(inputs, body(inputs, seed), name="body")
    return keras.Sequential([keras.Input((8, 8, 3)), inside, layers.GlobalAveragePooling2D(), head])


def linear(weights):
    """A score that is linear in the pixels: every right map is known."""
    return lambda pictures: tf.reduce_sum(pictures * weights, axis=(1, 2, 3))


# ---- Grad-CAM


def test_grad_cam_is_its_formula():
    model = pooled()
    maps = keras.Model(model.inputs[0], model.get_layer("relu1").output)(PICTURES).numpy()
    weights = model.get_layer("head").kernel.numpy()[:, 1] / maps[0, ..., 0].size
    expected = np.maximum((maps * weights).sum(axis=-1), 0)
    found = explain.grad_cam(model, PICTURES, "relu1", 1)
    assert expected.max() > 0 and found.shape == (3, 4, 4)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("layer", ["leaky0", "relu1"])
def test_flat_sequential_and_nested_networks_give_the_same_map(layer):
    flat, inside = pooled(), nested()
    plain = keras.Sequential([keras.Input((8, 8, 3)), *flat.layers[1:]])
    expected = explain.grad_cam(flat, PICTURES, layer)
    for model in (inside, plain):
        np.testing.assert_allclose(explain.grad_cam(model, PICTURES, layer), expected, atol=1e-6)


def test_the_network_is_left_as_it_was():
    model = nested()
    layer, before = explain.find_layer(model, "relu1"), model(PICTURES).numpy()
    explain.grad_cam(model, PICTURES, "relu1")
    with pytest.raises(ValueError):
        explain.grad_cam(model, PICTURES, "head")
    assert "call" not in vars(layer)
    np.testing.assert_array_equal(model(PICTURES).numpy(), before)


def test_grad_cam_on_the_frozen_backbone():
    from helpers.transfer import backbones

    backbone = backbones.load("efficientnet_lite0")
    backbone.network.trainable = False
    parts = [backbone.preprocessing(128), backbone.network, layers.GlobalAveragePooling2D()]
    model = keras.Sequential([keras.Input((None, None, 3)), *parts, layers.Dense(3)])
    picture = art.load("emoji_noto").images[:1]
    assert explain.grad_cam(model, picture, "block11_add", 2).shape == (1, 8, 8)


@pytest.mark.parametrize(
    "layer, says",
    [
        ("nowhere", "has 0 layers named 'nowhere', expected one; for example conv0, conv1"),
        ("head", "gives [3, 2]: expected a map"),
    ],
)
def test_a_layer_that_will_not_do(layer, says):
    with pytest.raises(ValueError) as error:
        explain.grad_cam(pooled(), PICTURES, layer)
    assert says in str(error.value)


def test_a_layer_that_the_output_does_not_hear():
    inputs = keras.Input((8, 8, 3))
    deaf = layers.Lambda(lambda x: tf.stop_gradient(x))(body(inputs))
    model = keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling2D()(deaf)))
    with pytest.raises(ValueError, match="does not depend on the layer 'relu1'"):
        explain.grad_cam(model, PICTURES, "relu1")


def test_pictures_of_the_wrong_shape():
    with pytest.raises(ValueError, match=r"expected pictures \[n, h, w, 3\], got \[8, 8, 3\]"):
        explain.gradient(linear(1.0), PICTURES[0])


# ---- Gradients


def test_the_maps_of_a_linear_score_are_its_weights():
    weights = RNG.normal(size=(8, 8, 3)).astype(np.float32)
    score = linear(weights)
    np.testing.assert_allclose(explain.gradient(score, PICTURES), np.stack([weights] * 3))
    np.testing.assert_allclose(
        explain.integrated_gradients(score, PICTURES, -1.0, 7), (PICTURES + 1) * weights, atol=1e-5
    )
    np.testing.assert_allclose(
        explain.smooth_gradient(score, PICTURES, samples=3), np.stack([weights] * 3), rtol=1e-5
    )


def test_integrated_gradients_of_a_square_are_exact_with_one_piece():
    """∂Σx²/∂x = 2x is linear on the way, so the middle of one piece is exact: x² − x′²."""
    found = explain.integrated_gradients(
        lambda x: tf.reduce_sum(x * x, (1, 2, 3)), PICTURES, 0.5, 1
    )
    np.testing.assert_allclose(found, PICTURES**2 - 0.25, atol=1e-5)


@pytest.mark.parametrize("baseline", [0.0, 1.0, np.full((8, 8, 3), 0.3)])
def test_integrated_gradients_are_complete(baseline):
    score = explain.logit(pooled(seed=4), 1)
    maps = explain.integrated_gradients(score, PICTURES, baseline, 200)
    assert explain.completeness(score, PICTURES, baseline, maps).max() < 0.01
    assert explain.completeness(score, PICTURES, baseline, 1.1 * maps).min() > 0.08


def test_a_gradient_is_not_complete():
    score = explain.logit(pooled(seed=4), 1)
    slope = explain.gradient(score, PICTURES)
    assert explain.completeness(score, PICTURES, 0.0, slope).min() > 0.5


def test_no_way_without_a_piece():
    with pytest.raises(ValueError, match="steps is 0"):
        explain.integrated_gradients(linear(1.0), PICTURES, 0.0, 0)


# ---- The way cut finer where it must be


def test_a_linear_score_needs_no_finer_pieces():
    weights = RNG.normal(size=(8, 8, 3)).astype(np.float32)
    found = explain.complete_gradients(linear(weights), PICTURES, -1.0, most=2)
    np.testing.assert_allclose(found.maps, (PICTURES + 1) * weights, atol=1e-5)
    assert found.missed.max() < 1e-4 and found.evaluations.tolist() == [2, 2, 2]


def bent(bend):
    """relu(Σx/Σ1 − bend): from black (0) to white (1) flat up to the bend, then rising."""
    return lambda x: tf.nn.relu(tf.reduce_mean(x, (1, 2, 3)) - bend)


@pytest.mark.parametrize("bend", [0.0003, 0.27, 0.998])
def test_a_bend_on_the_way_is_found_wherever_it_lies(bend):
    white = np.ones((1, 8, 8, 3), np.float32)
    found = explain.complete_gradients(bent(bend), white, 0.0)
    np.testing.assert_allclose(found.maps, (1 - bend) / white.size, rtol=0.011)
    assert found.missed[0] < 0.01 and found.evaluations[0] < 40
    even = explain.integrated_gradients(bent(bend), white, 0.0, int(found.evaluations[0]))
    assert bend != 0.998 or explain.completeness(bent(bend), white, 0.0, even)[0] > 0.5


def test_errors_that_cancel_are_errors():
    """Two bends whose errors even out over eight pieces: the sum is right by luck."""
    there = np.ones((1, 2, 2, 3), np.float32)

    def score(x):
        return bent(0.26)(x) - bent(0.635)(x)

    with pytest.warns(UserWarning, match="of the gain may be missed after 9 slopes"):
        lucky = explain.complete_gradients(score, there, 0.0, most=9)
    assert lucky.missed[0] < 1e-4
    assert explain.complete_gradients(score, there, 0.0).evaluations[0] > 12


def test_too_few_slopes_are_said_with_the_picture_that_needs_more():
    pictures = np.stack([np.zeros((8, 8, 3)), np.ones((8, 8, 3))]).astype(np.float32)
    with pytest.warns(
        UserWarning, match="picture 1: .* of the gain may be missed after 10 slopes"
    ) as said:
        found = explain.complete_gradients(bent(0.26), pictures, 0.0, most=10)
    assert len(said) == 1 and found.evaluations.tolist() == [9, 10]
    assert not found.maps[0].any() and found.missed[0] == 0  # the picture is its own baseline


@pytest.mark.parametrize("how", [{"within": 0}, {"within": np.nan}, {"most": 1}])
def test_a_share_and_a_number_that_will_not_do(how):
    with pytest.raises(ValueError, match="expected above 0, and 2 or more"):
        explain.complete_gradients(linear(1.0), PICTURES, 0.0, **how)


def test_finer_pieces_come_nearer_to_the_map_of_very_many_steps():
    score = explain.logit(pooled(seed=4), 1)
    very_many = explain.integrated_gradients(score, PICTURES, 1.0, 2000)

    def apart(within):
        maps = explain.complete_gradients(score, PICTURES, 1.0, within=within).maps
        return np.abs(maps - very_many).sum() / np.abs(very_many).sum()

    coarse, fine = apart(0.5), apart(0.001)
    assert fine < 0.01 and fine < coarse / 2


def test_every_shipped_map_of_lesson_01s_classifier_misses_less_than_one_percent():
    """40 maps, 20 pictures from two baselines; the last three took more than 1,000 slopes."""
    found = results.arrays("08_complete")
    assert found["missed"].shape == (2, 20) and found["missed"].max() < 0.01
    assert found["slopes"].max() <= results.card("08_complete")["most"]


def test_without_noise_smoothing_is_the_gradient():
    score = explain.logit(pooled())
    np.testing.assert_allclose(
        explain.smooth_gradient(score, PICTURES, noise=0.0, samples=2),
        explain.gradient(score, PICTURES),
        atol=1e-6,
    )


def test_smoothing_has_its_seed():
    score = explain.logit(pooled())
    maps = [explain.smooth_gradient(score, PICTURES, samples=2, seed=s) for s in (0, 0, 1)]
    np.testing.assert_array_equal(maps[0], maps[1])
    assert np.abs(maps[0] - maps[2]).max() > 1e-4


def test_a_direction_is_the_slope_of_the_picture():
    from helpers.gan import networks

    generator = networks.generator(8, width=4, latent_dim=5, palette=4, seed=1)
    z, along = RNG.normal(size=(2, 2, 5)).astype(np.float32)
    found = explain.direction(generator, z, along[0])
    ends = [generator(z + h * along[0], training=False).numpy() for h in (1e-3, -1e-3)]
    apart = np.abs(found - (ends[0] - ends[1]) / 2e-3)
    assert np.quantile(apart, 0.95) < 2e-3  # the rest lies at kinks of ReLUs
    assert np.abs(found).max() > 0.01


# ---- Pictures of maps


def test_flat_adds_the_sizes_of_the_channels():
    np.testing.assert_allclose(explain.flat(PICTURES), np.abs(PICTURES).sum(-1))
    np.testing.assert_array_equal(explain.flat(PICTURES[..., 0]), PICTURES[..., 0])


def test_an_overlay_is_red_where_the_map_is():
    pictures = np.full((1, 8, 8, 3), 255, np.uint8)
    maps = np.zeros((1, 8, 8))
    maps[0, 2, 5] = 3.0
    shown = explain.overlay(pictures, maps)
    red = shown[..., 0].astype(int) - shown[..., 2]
    assert shown.dtype == np.uint8 and np.argmax(red) == 2 * 8 + 5 and red.min() == 0
    assert (
        explain.overlay(pictures, np.zeros((1, 4, 4))).std() == 0
    )  # a map of nothing shows nothing


# ---- Tests of maps


def test_rank_correlation_is_spearmans():
    from scipy.stats import spearmanr

    one, two = RNG.normal(size=(2, 2, 4, 4)).round(1)
    expected = [spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(one, two)]
    np.testing.assert_allclose(checks.rank_correlation(one, two), expected)
    np.testing.assert_allclose(checks.rank_correlation(one, one**3), 1)
    assert checks.rank_correlation(one, np.ones((2, 4, 4))).tolist() == [0, 0]
    with pytest.raises(ValueError, match="bring them to one with enlarge"):
        checks.rank_correlation(one, np.ones((2, 8, 8)))


def test_edges_are_where_colours_change():
    picture = np.zeros((1, 8, 8, 3), np.uint8)
    picture[0, :, 4:] = 255
    columns = checks.edges(picture)[0].sum(axis=0)
    assert set(np.flatnonzero(columns)) == {3, 4}


def test_randomised_goes_from_the_top_down_and_back():
    model = nested()
    before = [v.numpy() for v in model.variables]
    names = ["head", "conv1", "conv0"]
    for count in range(4):
        with checks.randomised(model, count, seed=1) as chosen:
            assert chosen == names[:count]
            for variable, old in zip(model.variables, before):
                moved = variable.numpy()
                inside = any(name in variable.path for name in chosen) and "kernel" in variable.path
                assert inside == (np.abs(moved - old).max() > 0)
                np.testing.assert_allclose(np.sort(moved.ravel()), np.sort(old.ravel()))
        for variable, old in zip(model.variables, before):
            np.testing.assert_array_equal(variable.numpy(), old)


def test_randomised_gives_back_after_an_error():
    model = pooled()
    before = model.get_weights()
    with pytest.raises(RuntimeError), checks.randomised(model, 2):
        raise RuntimeError
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_randomised_leaves_batch_norms_and_counts():
    model = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(2, 3), layers.BatchNormalization()]
    )
    with checks.randomised(model, 1) as chosen:
        assert chosen == [model.layers[0].name]
    with pytest.raises(ValueError, match="has 1 layers with weights, not 2"):
        with checks.randomised(model, 2):
            pass


def test_what_is_planted_tells_the_class_and_the_decoy_does_not():
    pictures = np.full((400, 32, 32, 3), 255, np.uint8)
    found = checks.plant(pictures, seed=3)
    ink = (found.pictures < 255).any(-1)
    assert found.where.sum() == found.decoy.sum() == 25 and not (found.where & found.decoy).any()
    np.testing.assert_array_equal(ink[:, found.where].any(1), found.labels == 1)
    np.testing.assert_array_equal(ink[:, found.decoy].any(1), found.decoyed)
    assert not ink[:, ~(found.where | found.decoy)].any()
    assert found.labels.sum() == found.decoyed.sum() == 200
    assert abs(np.corrcoef(found.labels, found.decoyed)[0, 1]) < 0.15
    assert (pictures == 255).all()  # the pictures handed in are left alone
    assert (checks.plant(pictures, seed=4).labels != found.labels).any()
    assert checks.plant(pictures[:2], size=3).where.sum() == 9


def test_inside_is_the_share_of_the_map():
    where = np.zeros((8, 8), bool)
    where[6:, 6:] = True
    maps = np.zeros((3, 8, 8))
    maps[0, 7, 7], maps[1] = 5, 1
    np.testing.assert_allclose(checks.inside(maps, where), [1, 4 / 64, 0])
    signed = np.zeros((1, 8, 8, 3))
    signed[0, 7, 7, 0], signed[0, 0, 0, 1] = -1, 1
    np.testing.assert_allclose(checks.inside(signed, where), [0.5])


def test_points_at_takes_the_place_that_holds_the_region():
    where = np.zeros((8, 8), bool)
    where[7, 7] = True
    coarse = np.zeros((3, 2, 2))
    coarse[0, 1, 1] = coarse[1, 0, 1] = 1
    assert checks.points_at(coarse, where).tolist() == [True, False, False]


# ---- The control with a known answer


@pytest.fixture(scope="module")
def planted():
    """A network that can use nothing but a mark, and pictures with mark and decoy."""
    sides = art.load("emoji_noto", size=32).split()
    learn, look = checks.plant(sides.train.images), checks.plant(sides.test.images, seed=1)
    convolutions = [
        layer
        for k, width in enumerate((16, 32, 64))
        for layer in (
            layers.Conv2D(width, 4, 2, "same", kernel_initializer=start(k), name=f"down{k}"),
            layers.LeakyReLU(negative_slope=0.2, name=f"leaky{k}"),
        )
    ]
    top = [
        layers.GlobalAveragePooling2D(),
        layers.Dense(1, kernel_initializer=start(9), name="head"),
    ]
    model = keras.Sequential([keras.Input((32, 32, 3)), *convolutions, *top])
    model.compile(keras.optimizers.Adam(2e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    keras.utils.set_random_seed(0)
    model.fit(art.to_float(learn.pictures), learn.labels.astype(float), epochs=8, verbose=0)
    answers = model(art.to_float(look.pictures)).numpy()[:, 0] > 0
    assert np.mean(answers == look.labels) > 0.99  # else the right map is not known
    both = (look.labels == 1) & look.decoyed
    return model, art.to_float(look.pictures[both][:40]), look


def test_integrated_gradients_find_the_planted_mark(planted):
    model, pictures, look = planted
    maps = explain.integrated_gradients(explain.logit(model), pictures, 1.0, 100)
    assert checks.inside(maps, look.where).mean() > 0.25  # ten times its share of the area
    assert checks.inside(maps, look.decoy).mean() < 0.05
    assert checks.points_at(maps, look.where).mean() > 0.95


@pytest.mark.parametrize("layer, least", [("leaky1", 0.06), ("leaky2", 0.1)])
def test_grad_cam_finds_the_planted_mark_where_the_network_pools(planted, layer, least):
    model, pictures, look = planted
    maps = explain.grad_cam(model, pictures, layer)
    assert checks.points_at(maps, look.where).mean() > 0.95
    assert (
        checks.inside(maps, look.where).mean() > least > 3 * checks.inside(maps, look.decoy).mean()
    )


def test_an_edge_filter_cannot_tell_the_mark_from_the_decoy(planted):
    _, pictures, look = planted
    maps = checks.edges(pictures)
    shares = [checks.inside(maps, corner).mean() for corner in (look.where, look.decoy)]
    assert max(shares) < 2 * min(shares)


def test_without_what_it_learnt_the_network_has_no_map_of_the_mark(planted):
    model, pictures, look = planted
    with checks.randomised(model, 4):
        maps = explain.integrated_gradients(explain.logit(model), pictures, 1.0, 50)
    assert checks.inside(maps, look.where).mean() < 0.12
