"""Exercise 01.1: a linear head on a frozen backbone, tried on two small backbones."""

import functools

import numpy as np

from helpers.exercises.answers import Odd, Wrong, kind, read, same
from helpers.exercises.diagnosis import Idea

PROBES = (("a", 4), ("b", 3))
LABELS = (
    "a small backbone with 6 features and classes = 4",
    "a small backbone with 9 features and classes = 3",
)
SHAPES = {"a": (36, 6), "b": (48, 9)}  # pixels along a side, features


def small_backbone(name):
    """A backbone in miniature, with batch normalization, that no page has; a new one for each answer."""
    import keras

    from helpers.transfer import backbones

    size, channels = SHAPES[name]
    layers, seed = keras.layers, keras.initializers.RandomNormal(0, 0.4, seed=channels)
    with backbones.float32():
        network = keras.Sequential(
            [
                keras.Input((None, None, 3)),
                layers.Conv2D(5, 3, strides=2, kernel_initializer=seed, name="low_conv"),
                layers.BatchNormalization(name="low_norm"),
                layers.Conv2D(
                    channels, 3, activation="relu", kernel_initializer=seed, name="top_conv"
                ),
            ]
        )
    network.get_layer("low_norm").set_weights(
        [np.linspace(0.5, 1.5, 5), np.full(5, 0.1), np.linspace(-0.3, 0.3, 5), np.full(5, 0.6)]
    )
    return backbones.Backbone(name, network, ("low", "top"), size, "tensorflow", {})


@functools.cache
def pictures():
    """Three pictures with values 0–255, float32 [3, 32, 32, 3], as the course has them."""
    return np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.float32)


def observe(answer, name, classes):
    """Who learns, and what the model answers once its own weights have been set to fixed numbers."""
    import keras

    backbone = small_backbone(name)
    model = answer(backbone, classes)
    if model is None:
        return None
    if keras.backend.is_keras_tensor(model):
        raise Wrong(
            "this is the output of the last layer, not yet a model: keras.Model(inputs, outputs) "
            "makes one of it"
        )
    if not isinstance(model, keras.Model):
        return Odd(kind(model))
    return _watched(model, backbone)


def _watched(model, backbone):
    """What is compared of a model."""
    _answers(model)  # a Sequential has no variables before its first pictures
    body = {id(v) for v in backbone.network.variables}
    learns = [v for v in model.trainable_variables if id(v) not in body]
    _fix([v for v in model.variables if id(v) not in body])
    return {
        "head": sorted(tuple(int(n) for n in v.shape) for v in learns),
        "body": sum(id(v) in body for v in model.trainable_variables),
        "answers": read(_answers(model)),
    }


def _answers(model):
    """What the model says of three pictures."""
    try:
        return np.asarray(model(pictures(), training=False))
    except (ValueError, TypeError) as error:
        shape = getattr(model, "input_shape", None)
        if isinstance(shape, tuple) and shape[1:] not in ((None, None, 3), (32, 32, 3)):
            raise Wrong(
                f"your model takes inputs of shape {list(shape)}; the course's pictures are "
                "[n, 32, 32, 3]. keras.Input((None, None, 3)) takes pictures of any size"
            ) from error
        raise


def _fix(variables):
    """Numbers that depend on the shape alone, so that two models with equal layers answer alike."""
    for v in variables:
        if "float" in str(v.dtype):
            seed = sum((k + 1) * int(n) for k, n in enumerate(v.shape)) + 7 * len(v.shape)
            v.assign(np.random.default_rng(seed).normal(size=v.shape) * 0.5)


def close(found, expected):
    """Equal layers that learn, and equal answers to a thousandth."""
    if not (isinstance(found, dict) and isinstance(expected, dict)):
        return type(found) is type(expected) and found == expected
    learns = found["head"] == expected["head"] and found["body"] == expected["body"]
    return learns and same(found["answers"], expected["answers"], rtol=1e-3, atol=1e-4)


def explain(found, expected):
    """What differs, in words."""
    if not isinstance(found, dict):
        return f"your function returned {found.kind}, expected a keras.Model"
    answers = found["answers"]
    if not isinstance(answers, np.ndarray) or answers.shape != expected["answers"].shape:
        shape = list(np.shape(answers))
        return f"for 3 pictures the model's answer has shape {shape}, expected [3, classes]"
    if found["body"]:
        return f"{found['body']} arrays of the backbone would be trained, expected none"
    if found["head"] != expected["head"]:
        return (
            f"the arrays that learn have the shapes {found['head']}, expected "
            f"{expected['head']}: one kernel and one bias"
        )
    if not np.isfinite(answers).all():
        return "the model's answers hold NaN or ∞"
    return (
        "the right arrays learn, but the answers differ from those of a linear head on the "
        "backbone's averaged features: look at what happens to the pictures on their way, and to "
        "the scores at its end"
    )


def build(
    backbone,
    classes,
    *,
    frozen=True,
    prepare=1,
    hidden=(),
    bias=True,
    activation="softmax",
    pool="mean",
    before=None,
    after=None,
):
    """A head on a backbone, right with the defaults, with one fault of choice."""
    import keras
    from keras import layers

    backbone.network.trainable = not frozen
    inputs = keras.Input((None, None, 3))
    x = layers.Rescaling(before)(inputs) if before else inputs
    for _ in range(prepare):
        x = backbone.preprocessing()(x)
    x = backbone.network(x, training=False)
    pools = {"mean": layers.GlobalAveragePooling2D, "max": layers.GlobalMaxPooling2D}
    x = pools[pool]()(x) if pool else x
    for layer in hidden:
        x = layer()(x)
    model = keras.Model(inputs, layers.Dense(classes, activation=activation, use_bias=bias)(x))
    if after:
        after(model, backbone)
    return model


def attach_head(backbone, classes):
    """The right answer."""
    return build(backbone, classes)


def faulty(**faults):
    """A function that builds a head with faults."""
    return lambda backbone, classes: build(backbone, faults.pop("classes", classes), **faults)


def _dense(units, **options):
    def layer():
        import keras

        return keras.layers.Dense(units, **options)

    return layer


def _softmax_twice(scores):
    import keras

    return keras.ops.softmax(keras.ops.softmax(scores))


def _norm():
    import keras

    return keras.layers.BatchNormalization()


def _freeze_all(model, backbone):
    model.trainable = False


def _open_top(model, backbone):
    backbone.network.trainable = True
    for layer in backbone.network.layers[:-1]:
        layer.trainable = False


def _heads(found, test):
    """Whether a test holds for the shapes that learn beside a frozen backbone, on every probe."""
    return all(not f["body"] and test(f["head"]) for f in found)


def _other_weights(backbone, classes):
    import keras

    clone = keras.models.clone_model(backbone.network)
    fresh = type(backbone)("x", clone, backbone.blocks, backbone.size, backbone.scaling, {})
    return build(fresh, classes)


IDEAS = (
    Idea(
        faulty(frozen=False),
        "the backbone is not frozen: all its arrays would be trained, too. One line sets "
        "trainable of backbone.network",
        when=lambda found: all(f["body"] == 6 and len(f["head"]) == 2 for f in found),
    ),
    Idea(
        faulty(after=_open_top),
        "part of the backbone still learns: freeze the whole network, not some of its layers",
        when=lambda found: all(0 < f["body"] < 6 for f in found),
    ),
    Idea(
        faulty(after=_freeze_all),
        "nothing learns at all: the head is frozen, too. Freeze backbone.network, not the model",
        when=lambda found: _heads(found, lambda head: not head),
    ),
    Idea(
        (
            faulty(hidden=(_dense(8, activation="relu"),)),
            faulty(hidden=(_dense(16, activation="relu"), _dense(8))),
        ),
        "the head has a hidden layer: the backbone is frozen as it should be, but a linear head "
        "is a single Dense layer",
        when=lambda found: _heads(found, lambda head: sum(len(s) == 2 for s in head) > 1),
    ),
    Idea(
        faulty(hidden=(_norm,)),
        "the head has a normalization with arrays of its own that learn; a linear head is a "
        "single Dense layer",
        when=lambda found: _heads(found, lambda head: sum(len(s) == 1 for s in head) > 2),
    ),
    Idea(
        faulty(bias=False),
        "the head has no bias: without it every class starts equally likely. Dense has one "
        "unless it is told otherwise",
    ),
    Idea(
        faulty(activation=None),
        "these are logits: they may be negative and do not add up to 1. What turns scores into "
        "probabilities?",
    ),
    Idea(
        faulty(activation="sigmoid"),
        "sigmoid judges each class for itself, so that the answers do not add up to 1; exactly "
        "one group is right here: softmax",
    ),
    Idea(
        faulty(activation=_softmax_twice),
        "softmax is applied twice: the second takes probabilities for scores, and draws all answers "
        "together. Once is enough",
    ),
    Idea(
        faulty(activation="log_softmax"),
        "these are the logarithms of the probabilities, which are negative: softmax alone gives "
        "probabilities",
    ),
    Idea(
        faulty(activation="relu"),
        "relu is for hidden layers: these answers are no probabilities and do not add up to 1",
    ),
    Idea(
        (faulty(prepare=0), faulty(prepare=0, before=1 / 127.5)),
        "the preprocessing is missing: the network sees values of another range, and pictures of "
        "another size, than it was trained on. Section 3 measures what that costs",
    ),
    Idea(
        faulty(prepare=0, before=1 / 255),
        "dividing by 255 is not this network's preprocessing: it wants about −1 to 1, and its own "
        "size. Use backbone.preprocessing()",
    ),
    Idea(
        faulty(before=1 / 255),
        "the pixels are divided by 255 and then prepared once more: the preprocessing expects "
        "0–255, so the network now sees almost one single grey",
    ),
    Idea(
        faulty(prepare=2),
        "the pictures are prepared twice: the second time their values −1 to 1 are taken for "
        "pixels, and all become the same dark grey",
    ),
    Idea(
        faulty(pool="max"),
        "this takes the largest value of each feature over the picture; the exercise, like "
        "section 2, takes the average",
    ),
    Idea(
        faulty(pool=None),
        "the model answers once for every place of the map, shape [3, h, w, classes]: average "
        "over the places before the last layer",
    ),
    Idea(
        (
            lambda backbone, classes: build(backbone, 7),
            lambda backbone, classes: build(backbone, 5),
            lambda backbone, classes: build(backbone, 1000),
        ),
        "the model gives the same number of answers whatever `classes` is: use the argument",
        when=lambda found: (
            len({f["answers"].shape for f in found}) == 1
            and _heads(found, lambda head: len(head) == 2)
        ),
    ),
    Idea(
        lambda backbone, classes: build(backbone, classes - 1),
        "one class is missing: Dense needs as many units as there are classes",
    ),
    Idea(
        lambda backbone, classes: build(backbone, classes + 1),
        "there is one class too many: Dense needs as many units as there are classes",
    ),
    Idea(
        _other_weights,
        "this network is a new one with new weights, and nothing of what was learnt: use "
        "backbone.network itself",
    ),
)
