"""Heads, freezing, unfreezing, probes, fine-tuning: what moves, what must not, what is refused."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import results, transfer
from helpers.transfer import backbones, fine_tuning, shipped

BLOCKS = ("stem", "block01", "block02", "top")


@pytest.fixture(scope="module")
def tiny():
    """A backbone of four blocks, built like the real ones, that trains in no time."""
    keras.utils.set_random_seed(0)
    x = inputs = keras.Input((None, None, 3))
    for name, width in zip(BLOCKS, (4, 6, 6, 8)):
        x = layers.Conv2D(width, 3, strides=2, padding="same", name=f"{name}_conv")(x)
        x = layers.BatchNormalization(name=f"{name}_bn")(x)
        x = layers.ReLU(name=f"{name}_relu")(x)
    return backbones.Backbone(
        name="tiny",
        network=keras.Model(inputs, x),
        blocks=BLOCKS,
        size=32,
        scaling="tensorflow",
        card={},
    )


@pytest.fixture
def backbone(tiny):
    return fine_tuning.copy(tiny)


@pytest.fixture
def pictures():
    return np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)


LABELS = np.arange(12) % 3


def weights(network):
    return {v.path: np.asarray(v).copy() for v in network.variables}


def moved(network, before):
    return {
        path for path, value in weights(network).items() if not np.array_equal(value, before[path])
    }


def train(model, pictures):
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    model.fit(pictures.astype("float32"), LABELS, batch_size=4, epochs=1, verbose=0)


def test_frozen_weights_are_bit_identical_after_training(backbone, pictures):
    model = transfer.attach(backbone, classes=3, head="linear")
    transfer.freeze(backbone)
    before, head = weights(backbone.network), np.asarray(model.layers[-1].kernel).copy()
    train(model, pictures)
    assert moved(backbone.network, before) == set()  # statistics of batch normalization included
    assert not np.array_equal(np.asarray(model.layers[-1].kernel), head)


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_unfreezing_moves_those_blocks_and_no_others(backbone, pictures, blocks):
    model = transfer.attach(backbone, classes=3, head="linear")
    opened = transfer.unfreeze(backbone, blocks)
    before = weights(backbone.network)
    train(model, pictures)
    names = {path.split("/")[0] for path in moved(backbone.network, before)}
    chosen = backbone.blocks[-blocks:]
    assert names == {layer.name for layer in opened}
    assert {name.split("_")[0] for name in names} == set(chosen)
    assert not any(name.endswith("_bn") for name in names)


def test_statistics_do_not_drift_even_when_everything_is_trainable(backbone, pictures):
    model = transfer.attach(backbone, classes=3, head="linear")
    transfer.unfreeze(backbone, len(backbone.blocks))
    before = weights(backbone.network)
    train(model, pictures)
    changed = moved(backbone.network, before)
    assert "stem_conv/kernel" in changed
    assert not [path for path in changed if "moving" in path]
    backbone.network.trainable = True  # the article's way: no freezing at all
    before = weights(backbone.network)
    train(model, pictures)
    assert not [path for path in moved(backbone.network, before) if "moving" in path]


def test_attach_includes_the_preprocessing(backbone, pictures):
    model = transfer.attach(backbone, classes=3, head="linear", seed=1)
    kernel, bias = model.layers[-1].get_weights()
    logits = backbone.features(pictures) @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.allclose(model(pictures.astype("float32")), expected, atol=1e-4)


def test_heads_have_the_shapes_they_promise(backbone):
    article = transfer.attach(backbone, classes=7, head="article")
    assert [layer.units for layer in article.layers[-3:]] == [1024, 512, 7]
    one, two = (transfer.head_layers(7, "linear", seed=seed) for seed in (0, 0))
    for layer in (*one, *two):
        layer.build((None, 5))
    assert np.array_equal(one[0].kernel, two[0].kernel)
    with pytest.raises(ValueError, match="unknown head 'big'; one of: linear, article"):
        transfer.head_layers(7, "big")
    with pytest.raises(ValueError, match="at least 2 classes, got 1"):
        transfer.head_layers(1)


def test_unfreezing_more_than_there_is(backbone):
    with pytest.raises(ValueError, match="has 4 blocks, cannot unfreeze 5"):
        transfer.unfreeze(backbone, 5)


def test_the_cut_network_is_the_network(tiny, pictures):
    head = tiny.features(pictures)
    for blocks in range(5):
        tuner = fine_tuning.FineTuner(tiny, classes=3, blocks=blocks)
        below = tuner.below(pictures, progress=False)
        kernel, bias = tuner.model.layers[-1].get_weights()
        assert np.allclose(tuner.model(below), head @ kernel + bias, atol=1e-4), blocks


def test_the_shipped_backbone_can_be_cut_between_any_two_blocks(pictures):
    lite0 = backbones.load("efficientnet_lite0", size=32)
    tuner = fine_tuning.FineTuner(lite0, classes=3, blocks=3)
    kernel, bias = tuner.model.layers[-1].get_weights()
    expected = lite0.features(pictures[:2]) @ kernel + bias
    assert np.allclose(tuner.model(tuner.below(pictures[:2], progress=False)), expected, atol=1e-4)


def test_fine_tuning_leaves_the_original_alone_and_starts_afresh(tiny, pictures):
    before = weights(tiny.network)
    tuner = fine_tuning.FineTuner(tiny, classes=3, blocks=1, batch=4, body_rate=1e-3)
    below = tuner.below(pictures, progress=False)
    start = weights(tuner.backbone.network)
    losses = tuner.fit(below, LABELS, steps=8, seed=3, progress=False)
    first = tuner.predict(below)
    assert losses[-1] < losses[0] and np.allclose(first.sum(1), 1, atol=1e-5)
    assert {path.split("_")[0] for path in moved(tuner.backbone.network, start)} == {"top"}
    assert moved(tiny.network, before) == set()
    tuner.fit(below, LABELS, steps=8, seed=4, progress=False)
    tuner.fit(below, LABELS, steps=8, seed=3, progress=False)
    assert np.allclose(tuner.predict(below), first, atol=1e-4)


def test_warm_up_trains_the_head_alone(tiny, pictures):
    tuner = fine_tuning.FineTuner(tiny, classes=3, blocks=1, batch=4)
    below = tuner.below(pictures, progress=False)
    start = weights(tuner.backbone.network)
    tuner.fit(below, LABELS, steps=3, warm_up=3, progress=False)
    assert moved(tuner.backbone.network, start) == set()


def test_versions_of_pictures_are_all_visited(tiny, pictures):
    tuner = fine_tuning.FineTuner(tiny, classes=3, blocks=0, batch=4)
    versions = fine_tuning.augmented(pictures, versions=3)
    assert versions.shape == (12, 3, 32, 32, 3) and np.array_equal(versions[:, 0], pictures)
    below = tuner.below(versions, progress=False)
    assert below.shape[:2] == (12, 3)
    assert np.allclose(below[:, 0], tuner.below(pictures, progress=False), atol=1e-5)
    below[:, 1:] = np.nan  # a visit to any version but the first would show
    assert np.isnan(tuner.fit(below, LABELS, steps=3, progress=False)).any()


def test_augmentation_fills_with_white_and_follows_its_seed(pictures):
    dark = np.zeros_like(pictures)
    one, two = (fine_tuning.augmented(dark, versions=4, seed=5) for _ in range(2))
    assert np.array_equal(one, two)
    assert one[:, 1:].max() == 255 and one[:, 0].max() == 0


def test_training_from_scratch_learns_and_follows_its_seed():
    pictures = np.zeros((20, 32, 32, 3), np.uint8)
    labels = np.arange(20) % 2
    pictures[labels == 1, 8:24] = 255
    trainer = fine_tuning.scratch(32, classes=2, batch=10)
    trainer.fit(pictures, labels, steps=30, seed=1, progress=False)
    first = trainer.predict(pictures)
    assert (first.argmax(1) == labels).all()
    trainer.fit(pictures, labels, steps=30, seed=1, progress=False)
    assert np.allclose(trainer.predict(pictures), first, atol=1e-4)


def test_probe_finds_what_is_linear_and_nothing_in_noise():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 120)
    noise = rng.normal(size=(120, 40))
    signal = noise + 3 * np.eye(3)[labels] @ rng.normal(size=(3, 40))
    assert (
        transfer.accuracy(transfer.probe(signal[:80], labels[:80]), signal[80:], labels[80:]) > 0.95
    )
    assert transfer.accuracy(transfer.probe(noise[:80], labels[:80]), noise[80:], labels[80:]) < 0.6


def test_probe_on_pixels_and_its_errors(pictures):
    model = transfer.probe(pictures, LABELS)
    assert transfer.accuracy(model, pictures, LABELS) > 0.9
    with pytest.raises(ValueError, match="12 feature vectors but 11 labels"):
        transfer.probe(pictures, LABELS[:11])
    with pytest.raises(ValueError, match="at least two classes"):
        transfer.probe(pictures, np.zeros(12, int))


def test_draws_hold_every_class_and_grow():
    labels = np.repeat([0, 1, 2], [90, 8, 2])
    small, large = transfer.draw(labels, 10, seed=1), transfer.draw(labels, 50, seed=1)
    assert set(labels[small]) == {0, 1, 2} and len(set(large)) == 50
    assert np.array_equal(small, large[:10])
    assert sorted(transfer.draw(labels, 100, seed=2)) == list(range(100))
    assert not np.array_equal(small, transfer.draw(labels, 10, seed=2))
    for n in (2, 101):
        with pytest.raises(ValueError, match=f"cannot draw {n} of 100 pictures in 3"):
            transfer.draw(labels, n)


def test_learning_curve_hands_out_draws():
    curve = transfer.learning_curve(
        lambda rows, seed: len(rows) + seed / 10, LABELS, (3, 6), draws=2
    )
    assert np.allclose(curve, [[3, 6], [3.1, 6.1]])


def test_confusion_and_worst():
    truth, said = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    assert transfer.confusion(truth, said, 3).tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
    assert transfer.worst(probabilities, np.array([1, 1, 0, 1]), count=2).tolist() == [0, 2]


def test_nearest_goes_by_angle():
    features = np.array([[1.0, 0], [0, 5], [3, 3]])
    assert transfer.nearest(features, np.array([0.1, 1.0])).tolist() == [1, 2, 0]


def test_the_vgg16_command_says_what_it_needs(monkeypatch):
    from experiments import transfer_vgg16

    def unreachable(*_, **__):
        raise ConnectionError("needs the internet once")

    monkeypatch.setattr(backbones, "load", unreachable)
    with pytest.raises(SystemExit, match="needs the internet once"):
        transfer_vgg16.main([])


def test_the_vgg16_command_runs_on_any_backbone(tiny, monkeypatch):
    from experiments import transfer_vgg16
    from helpers import art

    whole = art.load("emoji_noto", size=32)
    few = whole.select(np.arange(0, 1152, 12))
    monkeypatch.setattr(art, "load", lambda name: few)
    scores = transfer_vgg16.run(tiny, steps=4, count=20)
    assert set(scores) == {"probe", "head"} and all(0 <= v <= 1 for v in scores.values())


def test_what_lesson_01_claims_live_holds_over_ten_draws():
    """Made by experiments/claims_01.py."""
    claims = results.card("01_claims")["claims"]
    assert len(claims) == 4
    for name, claim in claims.items():
        assert len(claim["better"]) == 10 and claim["holds_in"] == 10, name


def test_the_grid_knows_every_choice_of_the_panel():
    for side, count in (("validation", 192), ("test", 384)):
        for blocks in shipped.BLOCKS:
            for head in shipped.HEADS:
                right = shipped.hits(f"noto_{shipped.arm(blocks, head)}", side)
                assert right.shape == (shipped.DRAWS, 4, count)
    assert shipped.arm(0, "linear") == "features" and shipped.arm(3, "article") == "article3"


def test_one_change_is_measured_with_several_draws_an_arm():
    """Made by experiments/one_change.py."""
    card = results.card("01_one_change")
    found = card["accuracy"]
    assert len(found["listing"]) == card["draws"] == 10
    assert all(len(found[arm]) == card["fewer_draws"].get(arm, 10) for arm in found)
    assert np.mean(found["head alone"]) > 2 * np.mean(found["listing"])
