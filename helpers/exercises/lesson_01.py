"""Checks of lesson 01's exercises."""

import numpy as np

from helpers.exercises import exercise, wrong


@exercise("01.1", "a linear head on the backbone")
def _(answer):
    from helpers.transfer import backbones

    backbone = backbones.load("efficientnet_lite0", size=32)
    model = answer(backbone, 5)
    if not hasattr(model, "predict_on_batch"):
        wrong(
            "attach_head(backbone, classes) should return a keras.Model; hint: section 2 builds "
            "one, end with `return keras.Model(pictures, …)`"
        )
    pixels = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.float32)
    said = np.asarray(model(pixels))
    if said.shape != (3, 5):
        wrong(
            f"for 3 pictures and 5 classes the answer has shape {said.shape}, expected (3, 5); "
            "hint: GlobalAveragePooling2D, then Dense(classes)"
        )
    if not np.allclose(said.sum(1), 1, atol=1e-3):
        wrong('the answers of one picture should add up to 1; hint: activation="softmax"')
    _check_parts(model, backbone, pixels, said)
    return f"It learns {1280 * 5 + 5:,} numbers and leaves the backbone alone."


def _check_parts(model, backbone, pixels, said):
    """The head is linear, the backbone frozen, and the preprocessing is in its place."""
    count = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    if count != 1280 * 5 + 5:
        wrong(
            f"{count:,} numbers would be trained, expected {1280 * 5 + 5:,}: one linear layer and "
            "nothing of the backbone; hint: backbone.network.trainable = False"
        )
    kernel, bias = (
        v.numpy() for v in sorted(model.trainable_variables, key=lambda v: -len(v.shape))
    )
    logits = backbone.features(pixels.astype(np.uint8)) @ kernel + bias
    right = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    if not np.allclose(said, right, atol=1e-3):
        wrong(
            "the network does not see what it was trained on; hint: put "
            "backbone.preprocessing()(pictures) before backbone.network(…, training=False)"
        )


@exercise("01.2", "what moved?")
def _(answer):
    import keras

    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, name="body"), keras.layers.Dense(2, name="head")]
    )

    def train():
        model.get_layer("head").bias.assign_add([0.0, 1e-6])

    found = answer(model, train)
    if found is None:
        wrong("your function returns nothing yet; hint: copy every weight before calling train()")
    paths = {v.path for v in model.variables}
    if not isinstance(found, set) or not found <= paths:
        wrong(f"expected a set of variable paths such as {sorted(paths)[0]!r}, got {found!r}")
    if answer(model, lambda: None):
        wrong(
            "nothing was trained, and yet your function reports a change; hint: copy before train()"
        )
    expected = {v.path for v in model.get_layer("head").variables if "bias" in v.path}
    if found != expected:
        wrong(
            f"only {sorted(expected)} moved (by 0.000001), you report {sorted(found)}; hint: "
            "v.numpy().copy() is a copy, and frozen means equal, not nearly equal"
        )
    return "Not a bit of a frozen weight may change, and now you can prove it."


@exercise("01.3", "how many labels is that worth?")
def _(answer):
    sizes = [50, 100, 200, 400]
    first = answer(sizes, [0.40, 0.50, 0.60, 0.70], 0.55)
    if first is None:
        wrong("your function returns nothing yet; hint: np.interp on the logarithm of the sizes")
    if not np.isscalar(first) and np.ndim(first):
        wrong(f"expected one number of labels, got {first!r}")
    if np.isclose(float(first), 150):
        wrong(
            "150 lies half-way between 100 and 200 on a plain axis; learning curves are straighter "
            "over log n: interpolate np.log(sizes), then np.exp"
        )
    if not np.isclose(float(first), 100 * 2**0.5, rtol=0.02):
        wrong(f"the curve reaches 0.55 at about 141 labels, you say {float(first):.4g}")
    if not np.isclose(float(answer(sizes, [0.40, 0.50, 0.60, 0.70], 0.40)), 50, rtol=0.02):
        wrong("the curve starts at 0.40 with 50 labels; your answer for the target 0.40 is not 50")
    beyond = answer(sizes, [0.40, 0.50, 0.60, 0.70], 0.90)
    if beyond is None or not np.isinf(float(beyond)):
        wrong('0.90 is never reached here; return float("inf") instead of a guess')
    return "Read off curves like this, transfer is worth a number of labels."
