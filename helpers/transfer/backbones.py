"""Pretrained feature extractors, each with its own preprocessing.

backbone = backbones.load("efficientnet_lite0")      # ships with the course
features = backbone.features(heroes.images)          # float32 [n, 1280]
"""

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tqdm.auto import tqdm  # noqa: E402

from helpers import art, files
from helpers.transfer import efficientnet_lite  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "data" / "weights"
_CURE = "get the shipped ones back with `git restore data/weights`"
CAFFE_MEAN = (103.939, 116.779, 123.68)  # of ImageNet's blue, green, red


def names():
    """Names of the backbones, sorted."""
    return sorted(BUILDERS)


def load(name, size=None, weights="imagenet"):
    """Load a backbone.

    Args:
        name: "efficientnet_lite0" (shipped, works offline) or "vgg16" (the article's choice:
            59 MB that Keras fetches once from the internet).
        size: pixels along the side of what the network sees; None is the backbone's default.
        weights: "imagenet"; a path to a file of weights, `.npz` keyed by variable path or Keras'
            own `.h5`; None for random weights (a control: what the architecture alone brings).
    Returns:
        Backbone.
    Raises:
        ValueError: unknown name, wrong size, weights that do not fit.
        ConnectionError: the internet was needed and not there.
    """
    if name not in BUILDERS:
        raise ValueError(f"unknown backbone {name!r}; one of: {', '.join(names())}")
    with float32():
        backbone = BUILDERS[name](weights)
    backbone.size = _check_size(backbone.size if size is None else size)
    return backbone


@contextlib.contextmanager
def float32():
    """What is built inside counts in float32, also where a GAN trains in bfloat16.

    A backbone is a yardstick, and so is the generator that is scored with it.
    """
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


class Preprocessing(keras.layers.Layer):
    """Pictures of any size with values 0–255 → what a network was trained on.

    Bilinear resizing (smoothed when it shrinks), then the network's own scaling of values. The
    one place where a backbone's input is prepared.
    """

    def __init__(self, size, scaling, **kwargs):
        kwargs.setdefault("dtype", "float32")
        super().__init__(trainable=False, **kwargs)
        self.size, self.scaling = size, scaling

    def call(self, images):
        images = keras.ops.cast(images, "float32")
        if images.shape[1:3] != (self.size, self.size):
            images = keras.ops.image.resize(
                images, (self.size, self.size), interpolation="bilinear", antialias=True
            )
        return SCALINGS[self.scaling](images)

    def compute_output_shape(self, shape):
        return (shape[0], self.size, self.size, 3)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "scaling": self.scaling}


def _tensorflow_scaling(images):
    """0–255 → about −1 to 1, as Google's EfficientNet-Lite models were trained."""
    return (images - 127.0) / 128.0


def _caffe_scaling(images):
    """RGB 0–255 → BGR with ImageNet's mean taken off, as VGG was trained."""
    return images[..., ::-1] - keras.ops.array(CAFFE_MEAN, dtype="float32")


SCALINGS = {"tensorflow": _tensorflow_scaling, "caffe": _caffe_scaling}


@dataclass(eq=False)
class Backbone:
    """A pretrained network without its classifier.

    Attributes:
        name: name of the backbone.
        network: keras.Model, preprocessed float32 [n, size, size, 3] → [n, h, w, channels].
        blocks: names of its blocks from the picture upwards; a block's layers start with its name.
        size: pixels along the side of what the network sees.
        scaling: how pixel values are prepared, a key of SCALINGS.
        card: dict; source, licence, attribution.
        classifier: (kernel [channels, 1000], bias [1000]) of ImageNet's classes, or None.
    """

    name: str
    network: keras.Model
    blocks: tuple
    size: int
    scaling: str
    card: dict
    classifier: tuple = None
    twin: keras.Model = None  # the network without batch normalization, see efficientnet_lite.fold
    _steps: dict = field(default_factory=dict)

    @property
    def channels(self):
        """Numbers per picture that `features` gives."""
        return self.network.output_shape[-1]

    def preprocessing(self, size=None):
        """Keras layer: pictures with values 0–255, any size → the network's input."""
        return Preprocessing(_check_size(self.size if size is None else size), self.scaling)

    def block_of(self, layer):
        """Name of the block that a layer of the network belongs to; None for its input."""
        return next((name for name in self.blocks if layer.name.startswith(name)), None)

    def features(self, images, size=None, batch=16, pool=True, progress=True):
        """What the network sees in each picture.

        Args:
            images: uint8 [n, h, w, 3], or float in [-1, 1]; any h and w.
            size: pixels that they are resized to; None is self.size.
            batch: pictures at a time; 16 is fastest on two CPU cores, and the result is the same.
            pool: mean over the map's positions; False keeps the map.
            progress: show a bar when there is more than a moment to wait.
        Returns:
            float32 [n, channels], or [n, size/32, size/32, channels] with pool=False.
        Raises:
            ValueError: wrong dtype, range or shape, or no picture at all.
        """
        images = check_images(images)
        size = _check_size(self.size if size is None else size)
        step = self._step(size, pool)
        starts = range(0, len(images), batch)
        bar = tqdm(starts, desc="features", leave=False, disable=not progress or len(starts) < 8)
        return np.concatenate([step(images[i : i + batch]).numpy() for i in bar])

    def maps(self, blocks):
        """The lower part of the network as it stands now, with the output of some blocks.

        Args:
            blocks: names from `blocks`; the highest one is where the part ends.
        Returns:
            keras.Model, the network's input -> list of maps, one a block. EfficientNet-Lite0's has its
            batch normalization folded in: the same numbers sooner, and nothing for training to move.
        Raises:
            ValueError: unknown block.
        """
        if unknown := [name for name in blocks if name not in self.blocks]:
            raise ValueError(
                f"{self.name} has no block {unknown[0]!r}; any of: {', '.join(self.blocks)}"
            )
        if self.twin is not None:
            efficientnet_lite.fold(self.network, self.twin)
        network = self.twin or self.network
        last = {self.block_of(layer): layer.output for layer in network.layers}
        return keras.Model(network.inputs, [last[name] for name in blocks], name="maps")

    def logits(self, images, size=224):
        """Scores of ImageNet's 1000 classes, float32 [n, 1000]; trained at 224 px."""
        if self.classifier is None:
            raise ValueError(f"{self.name} was loaded without its classifier")
        kernel, bias = self.classifier
        return self.features(images, size=size) @ kernel + bias

    def _step(self, size, pool):
        """Compiled function from a uint8 batch to features, the network's weights as they are."""
        if self.twin is not None:
            efficientnet_lite.fold(self.network, self.twin)
        if (size, pool) not in self._steps:
            network, prepare = self.twin or self.network, self.preprocessing(size)

            @tf.function(
                input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)], jit_compile=False
            )  # XLA on a CPU is ten times slower here
            def step(images):
                maps = network(prepare(images), training=False)
                return tf.reduce_mean(maps, axis=(1, 2)) if pool else maps

            self._steps[size, pool] = step
        return self._steps[size, pool]


def check_images(images):
    """Pictures as uint8 [n, h, w, 3]; floats in [-1, 1] are rounded to the nearest pixel value.

    Raises:
        ValueError: says what was wrong and what to do.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] != 3:
        raise ValueError(
            f"expected pictures [n, height, width, 3], got {list(images.shape)}; "
            "one picture needs a first axis: image[None]"
        )
    if not images.size:
        raise ValueError(f"expected at least one picture, got {list(images.shape)}")
    if images.dtype == np.uint8:
        return images
    try:
        return art.to_uint8(images)
    except art.ArtError as error:
        raise ValueError(f"expected uint8 pixels 0–255 or floats in [-1, 1]: {error}") from error


def _check_size(size):
    if not 32 <= size <= 1024 or size != int(size):
        raise ValueError(f"size is pixels along a side, 32 to 1024, got {size}")
    return int(size)


def _efficientnet_lite0(weights):
    network, twin = efficientnet_lite.build(), efficientnet_lite.build(batch_norm=False)
    path = FOLDER / "efficientnet_lite0.npz"
    classifier = read_weights(network, path if weights == "imagenet" else weights)
    return Backbone(
        name="efficientnet_lite0",
        network=network,
        twin=twin,
        blocks=efficientnet_lite.BLOCKS,
        size=96,
        scaling="tensorflow",
        classifier=classifier,
        card=files.read_json(path.with_suffix(".json"), cure=_CURE),
    )


def _vgg16(weights):
    try:
        network = keras.applications.VGG16(
            weights="imagenet" if weights == "imagenet" else None, include_top=False
        )
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise ConnectionError(
            "VGG16's ImageNet weights (59 MB) come over the internet once, and could not be "
            f"fetched ({error}). Try again with a connection, pass weights='path/to/file', or use "
            'the one that ships with the course: backbones.load("efficientnet_lite0")'
        ) from error
    if weights != "imagenet":
        read_weights(network, weights)
    return Backbone(
        name="vgg16",
        network=network,
        blocks=tuple(f"block{i}" for i in range(1, 6)),
        size=224,
        scaling="caffe",
        card={
            "title": "VGG16, trained on ImageNet",
            "licence": "CC BY 4.0",
            "attribution": "Karen Simonyan and Andrew Zisserman, Visual Geometry Group, Oxford",
            "source": "keras.applications.VGG16",
        },
    )


BUILDERS = {"efficientnet_lite0": _efficientnet_lite0, "vgg16": _vgg16}


def read_weights(network, path):
    """Put a file's weights into a network; None leaves them random.

    Args:
        network: keras.Model.
        path: `.npz` keyed by variable path (all of them, float16 or float32), or what
            `network.load_weights` reads.
    Returns:
        (kernel, bias) of the file's classifier as float32, or None.
    Raises:
        ValueError: the file is missing, or does not fit the network.
    """
    if path is None:
        return None
    if not Path(path).is_file():
        raise ValueError(f"no file of weights at {path}; {_CURE}")
    if Path(path).suffix != ".npz":
        network.load_weights(path)
        return None
    found = files.read_npz(path, cure=_CURE)
    arrays = {key: value.astype(np.float32) for key, value in found.items()}
    classifier = [arrays.pop(key, None) for key in ("logits/kernel", "logits/bias")]
    _assign(network, arrays, path)
    return None if classifier[0] is None else tuple(classifier)


def _assign(network, arrays, path):
    expected = {variable.path: tuple(variable.shape) for variable in network.variables}
    found = {key: value.shape for key, value in arrays.items()}
    wrong = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
    if wrong:
        key = min(wrong)
        raise ValueError(
            f"{path} does not fit {network.name}: {len(wrong)} arrays differ, for example {key}: "
            f"expected {expected.get(key, 'none')}, found {found.get(key, 'none')}"
        )
    for variable in network.variables:
        variable.assign(arrays[variable.path])
