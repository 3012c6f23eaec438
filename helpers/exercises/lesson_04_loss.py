"""Exercise 04.4: the generator's non-saturating loss, from logits, with its gradient."""

import numpy as np

from helpers.exercises.answers import Odd, read, same
from helpers.exercises.diagnosis import Idea

# No logit of 0: there right forms with |a| or max(a, 0) have a slope of their own.
PROBES = (([[-2.0], [0.5], [3.0]],), ([[-200.0]],), ([[200.0]],))
LABELS = ("the logits −2, 0.5 and 3", "the logit −200", "the logit 200")


def observe(answer, logits):
    """The loss of some logits and its slope in each of them."""
    import tensorflow as tf

    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = answer(logits)
    if loss is None:
        return None
    slope = tape.gradient(loss, logits) if tf.is_tensor(loss) else None
    return {"loss": read(loss), "slope": Odd("none") if slope is None else read(slope)}


def close(found, expected, *probe):
    """Whether loss and slope are right."""
    return same(found, expected, atol=1e-4)


def explain(found, expected):
    """A wrong shape, a wrong value, a gradient that is lost or wrong."""
    if np.shape(found["loss"]) != ():
        shape = list(np.shape(found["loss"]))
        return f"one number is wanted, the mean over the batch; yours has shape {shape}"
    if not isinstance(found["loss"], np.ndarray):
        return "one number is wanted, a tensor"
    if not same(found["loss"], expected["loss"], atol=1e-4):
        return (
            f"for these logits the loss is {float(expected['loss']):.4f}, yours is "
            f"{complex(found['loss']).real:.4f}"
        )
    if isinstance(found["slope"], Odd):
        return "the value is right, but no gradient passes: use TensorFlow's functions throughout"
    return "the value is right, but its slope is not: TensorFlow's functions must carry it"


def loss(each, reduce="reduce_mean"):
    """A function logits -> loss; TensorFlow is loaded when it runs."""

    def answer(a):
        import tensorflow as tf

        values = each(tf, a)
        return getattr(tf, reduce)(values) if reduce else values

    return answer


right = loss(lambda tf, a: tf.nn.softplus(-a))

IDEAS = (
    Idea(
        loss(lambda tf, a: -tf.nn.softplus(a)),
        "this is the saturating loss log(1 − σ(a)): no slope where D is sure. Want −log σ(a)",
    ),
    Idea(
        loss(lambda tf, a: tf.nn.softplus(a)),
        "this is the discriminator's loss on fakes, −log(1 − σ(a)): it falls when D sees through "
        "them. The generator wants the opposite",
    ),
    Idea(
        (
            loss(lambda tf, a: -tf.nn.softplus(-a)),
            loss(lambda tf, a: tf.math.log_sigmoid(a)),
        ),
        "the sign is turned: log σ(a) grows when G gets better; a loss must fall",
    ),
    Idea(
        (
            loss(lambda tf, a: -tf.math.log(tf.sigmoid(a))),
            loss(lambda tf, a: tf.math.log1p(tf.exp(-a))),
            loss(lambda tf, a: tf.math.log1p(tf.exp(a)) - a),
        ),
        "right, but not finite at every logit: exp(200) is too large for a float, and σ(−200) "
        "too small. Use a function of the logits themselves",
    ),
    Idea(
        loss(lambda tf, a: tf.nn.softplus(-a), "reduce_sum"),
        "this is the sum over the batch; the loss is the mean",
    ),
    Idea(
        loss(lambda tf, a: tf.nn.softplus(-a), None),
        "one number is wanted, the mean over the batch; this is one for each",
    ),
    Idea(
        (loss(lambda tf, a: -a), loss(lambda tf, a: a)),
        "this is the logit itself (the Wasserstein loss, up to its sign): −log σ(a) is asked",
    ),
    Idea(loss(lambda tf, a: 1 - tf.sigmoid(a)), "this is 1 − σ(a), without a logarithm"),
)
