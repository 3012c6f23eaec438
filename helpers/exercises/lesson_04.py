"""Checks of lesson 04's exercises."""

import numpy as np

from helpers.exercises import exercise, wrong


@exercise("04.1", "the generator's non-saturating loss")
def _(answer):
    import tensorflow as tf

    logits = tf.constant([[-2.0], [0.0], [3.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = answer(logits)
    if loss is None:
        wrong("your function returns nothing yet; hint: tf.nn.softplus(-a) is -log σ(a)")
    if np.ndim(loss) != 0:
        wrong(f"one number is wanted, the mean over the batch; yours has shape {np.shape(loss)}")
    expected = np.log1p(np.exp([2.0, 0.0, -3.0])).mean()
    saturating = -np.log1p(np.exp([-2.0, 0.0, 3.0])).mean()
    if np.isclose(float(loss), saturating, atol=1e-4):
        wrong("this is the saturating loss log(1 − σ(a)): no slope where D is sure. Want −log σ(a)")
    if not np.isclose(float(loss), expected, atol=1e-4):
        wrong(f"for logits −2, 0, 3 the loss is {expected:.4f}, yours is {float(loss):.4f}")
    slope = tape.gradient(loss, logits)
    if slope is None:
        wrong("the value is right, but no gradient passes: use TensorFlow's functions throughout")
    far = answer(tf.constant([[-200.0]]))
    if not np.isfinite(float(far)):
        wrong("right, but not finite at logit −200: tf.math.log(tf.sigmoid(a)) underflows there; "
              "use tf.nn.softplus(-a)")  # fmt: skip
    return "At logit −200 its slope is still −1: a losing generator learns fastest."


@exercise("04.2", "a mended training step")
def _(answer):
    from helpers import gan

    model = gan.make(8, width=4, latent_dim=6, batch_size=8, augment="", seed=1)
    noise = model.noise(8, seed=1)
    discriminator = [np.array(w) for w in model.discriminator.get_weights()]
    generator = model.generator.get_layer("dense").get_weights()[0]
    before = _mean_logit(model, noise)
    for _ in range(5):
        if answer(model, noise) is None:
            wrong("your function returns nothing yet; hint: return the loss at its end")
    if any((a != b).any() for a, b in zip(discriminator, model.discriminator.get_weights())):
        wrong("D's weights moved: in the generator's step only G's trainable variables may be given "
              "to the tape and to the optimizer")  # fmt: skip
    if (generator == model.generator.get_layer("dense").get_weights()[0]).all():
        wrong("G's weights did not move: is the fake picture made inside the tape, and are "
              "G's gradients applied?")  # fmt: skip
    after = _mean_logit(model, noise)
    if after <= before:
        wrong(f"G now looks worse to D than before (mean logit {before:.3f} → {after:.3f}): "
              "the sign of the loss is the wrong way round")  # fmt: skip
    return f"D's mean logit of the fakes rose from {before:.3f} to {after:.3f}, and D kept still."


def _mean_logit(model, noise):
    return float(np.mean(model.discriminator(model.generator(noise, training=True))))


@exercise("04.3", "KID by hand for three points")
def _(answer):
    try:
        value = float(answer)
    except (TypeError, ValueError):
        wrong(f"a number is wanted, got {answer!r}")
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])

    def kernel(a, b):
        return (np.outer(a, b) + 1) ** 3

    def pairs(k):
        return k.sum() - np.trace(k)

    right = pairs(kernel(x, x)) / 6 + pairs(kernel(y, y)) / 6 - 2 * kernel(x, y).mean()
    biased = kernel(x, x).mean() + kernel(y, y).mean() - 2 * kernel(x, y).mean()
    once = pairs(kernel(x, x)) / 6 + pairs(kernel(y, y)) / 6 - kernel(x, y).mean()
    if np.isclose(value, biased, atol=0.01):
        wrong("the diagonals are still in: a point compared with itself biases the value upwards")
    if np.isclose(value, once, atol=0.01):
        wrong("the cross term counts twice: … − 2 · mean of k(x, y)")
    if not np.isclose(value, right, atol=0.01):
        wrong(f"not {value:.3f}. Hint: three 3×3 tables of (a·b + 1)³; leave the diagonals of the "
              "first two out and divide by 6, the third by 9")  # fmt: skip
    return "A negative value is possible too: the estimate is unbiased, so it scatters around 0."


@exercise("04.4", "the collapsed run, found by its numbers")
def _(answer):
    letter = str(answer).strip().upper()
    hints = {
        "A": "A covers far more of the real pictures than the others do: the healthiest of the four",
        "B": "B's pictures are bad, but they differ from each other as much as A's do",
        "C": "C's pictures are bad, but they differ from each other as much as A's do",
        "D": None,
    }
    if letter not in hints:
        wrong(f"answer with one letter of A, B, C, D; got {answer!r}")
    if hints[letter]:
        wrong(f"{hints[letter]}. Hint: a collapsed generator's pictures lie close to each other; "
              "which column measures that?")  # fmt: skip
    return "It lost more than a quarter of its diversity; KID and coverage alone would not tell it from B and C."
