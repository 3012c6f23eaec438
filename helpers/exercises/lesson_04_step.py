"""Exercise 04.1: a generator's step that moves the wrong network the wrong way, to be mended."""

import re

import numpy as np

from helpers.exercises.answers import Raised, read, same
from helpers.exercises.diagnosis import Idea

NETWORKS = ("generator", "discriminator")
STEPS = 5
RATE = 0.02  # of plain gradient descent: Adam's step hides which loss it came from
D_MOVED = (
    "D's weights moved: in the generator's step only G's trainable variables may be given to the "
    "tape and to the optimizer"
)
BOTH = "both networks moved: this step is G's alone, D has had its own"
G_KEPT = (
    "G's weights did not move: is the fake picture made inside the tape, and are G's gradients "
    "applied?"
)
TURNED = (
    "G now looks worse to D than before: the sign of the loss is the wrong way round. It should be "
    "small where the logits are high"
)
SATURATING = (
    "G learns, but from the saturating loss log(1 − σ(a)), which has no slope where D is sure. Want "
    "−log σ(a)"
)
TOTAL = "right, but for a sum over the batch: the loss is the mean"
RAW = "this is the logit itself, without softplus: −log σ(a) is asked"
OTHER_OPTIMIZER = (
    "an optimizer moves the variables that it was made for: G's variables go with "
    "model.generator_optimizer"
)
D_GIVEN = "G's optimizer is given D's variables: in the generator's step take G's trainable ones"
STATISTICS = (
    "batch norm's moving mean and variance are no weights to be learnt: take "
    "trainable_variables, not variables"
)
NO_WAY = (
    "no gradient comes to these variables: the fake picture has to be made inside the tape, from "
    "model.generator, and the loss from D's logits of it"
)
TWICE = "G moves more than once in a step: call apply_gradients once"
BY_HAND = "G moves, but not by model.generator_optimizer: let its apply_gradients make the move"
ANOTHER = (
    "the loss that you return is right, but G has moved by the slope of another one: give the tape "
    "the loss that you return"
)
DRAWS = (
    "G is called as if it drew: in training it takes training=True, so that batch norm uses this "
    "batch's own statistics and keeps them"
)


NO_LOGITS = (
    "G's weights did not move: Keras takes the logits for probabilities here. Give the loss "
    "from_logits=True"
)
NO_LOG = "the logarithm is missing: −log σ(a) is asked"
MEAN_FIRST = "the mean comes last: softplus of each logit, then the mean"
LATE = "this is the loss after the step: return the one from inside the tape"
NAN = (
    "the loss is not finite: is the logarithm taken of a logit itself, which may be negative? Want "
    "−log σ(a)"
)
IN_ARRAY = "right, but the loss comes in an array or a list: return it as one number"
ORDER = "the function is given the model first, then the noise"
GIVEN = (
    "a network cannot take what it is given: the noise goes to model.generator, and its picture to "
    "model.discriminator"
)
PAIRS = "the order in zip is the other way round: gradients first, then variables"


def observe(answer):
    """What some steps of an answer do to both networks."""
    import keras

    from helpers import gan

    descent = {f"{name}_optimizer": keras.optimizers.SGD(RATE) for name in NETWORKS}
    model = gan.make(8, width=4, latent_dim=6, batch_size=8, augment="", seed=1)
    model.compile(**model.recipe | descent)
    noise = model.noise(8, seed=7123)  # no answer that draws its own noise hits on this one
    before = [np.array(w) for w in model.discriminator.get_weights()]
    dense, norm = (model.generator.get_layer(name) for name in ("dense", "norm"))
    kernel, mean = np.array(dense.kernel), np.array(norm.moving_mean)
    logit = mean_logit(model, noise)
    returned = [answer(model, noise) for _ in range(STEPS)]
    if any(loss is None for loss in returned):
        return None
    first = read(returned[0])
    pairs = zip(before, model.discriminator.get_weights())
    return {
        "d moved": any((a != b).any() for a, b in pairs),
        "g moved": bool((kernel != np.array(dense.kernel)).any()),
        "rises": mean_logit(model, noise) > logit,
        "statistics": bool((mean != np.array(norm.moving_mean)).any()),
        "steps": int(model.generator_optimizer.iterations),
        "slope": np.array(kernel - np.array(dense.kernel)) / RATE,
        "loss": first if isinstance(first, np.ndarray) else None,
    }


def mean_logit(model, noise):
    """What D thinks of G's pictures on average; leaves G's statistics as they are."""
    kept = model.generator.get_weights()
    logits = model.discriminator(model.generator(noise, training=True))
    model.generator.set_weights(kept)
    return float(np.mean(logits))


def raised(words):
    """Whether an answer raised an error with these words."""
    return lambda found: isinstance(found[0], Raised) and re.search(words, found[0].text)


def step(*, mover="generator", loss=None, training=True, reduce="mean", times=1):
    """A step with faults; without any it is the right answer.

    Args:
        mover: whose variables move: "generator", "discriminator" or "both".
        loss: function (tf, logits) -> loss of each; None for softplus(−logit).
        training: how G is called.
        reduce: "mean" or "sum" over the batch.
        times: how often the gradients are applied; 0 for plain descent without the optimizer.
    """

    def answer(model, noise):
        import tensorflow as tf

        with tf.GradientTape(persistent=True) as tape:
            logits = model.discriminator(model.generator(noise, training=training))
            each = loss(tf, logits) if loss else tf.nn.softplus(-logits)
            total = getattr(tf, f"reduce_{reduce}")(each)
        for name in ("discriminator", "generator"):
            if mover in (name, "both"):
                variables = getattr(model, name).trainable_variables
                gradients = tape.gradient(total, variables)
                for _ in range(times):
                    getattr(model, f"{name}_optimizer").apply_gradients(zip(gradients, variables))
                for variable, gradient in zip(variables, gradients) if not times else ():
                    variable.assign_sub(0.01 * gradient)
        return total

    return answer


right = step()


def late(model, noise):
    """The right step, which returns the loss of the G that has moved."""
    import tensorflow as tf

    right(model, noise)
    logits = model.discriminator(model.generator(noise, training=True))
    return tf.reduce_mean(tf.nn.softplus(-logits))


def of_probabilities(tf, logits):
    """Keras's cross entropy as it comes, which takes logits for probabilities."""
    import keras

    return keras.losses.BinaryCrossentropy()(tf.ones_like(logits), logits)


IDEAS = (
    Idea(
        step(mover="discriminator", loss=lambda tf, a: tf.nn.softplus(a)),
        f"two things are wrong still. {D_MOVED}. And the loss should be small where the logits "
        "are high",
    ),
    Idea(step(mover="discriminator"), D_MOVED),
    Idea((step(mover="both"), step(mover="both", loss=lambda tf, a: tf.nn.softplus(a))), BOTH),
    Idea(
        (
            step(loss=lambda tf, a: tf.nn.softplus(a)),
            step(loss=lambda tf, a: -tf.nn.softplus(-a)),
        ),
        TURNED,
    ),
    Idea(step(loss=lambda tf, a: -tf.nn.softplus(a)), SATURATING),
    Idea(step(reduce="sum"), TOTAL),
    Idea(step(loss=lambda tf, a: -a), RAW),
    Idea(
        (
            step(loss=lambda tf, a: -tf.sigmoid(a)),
            step(loss=lambda tf, a: tf.sigmoid(-a)),
        ),
        NO_LOG,
    ),
    Idea(step(loss=lambda tf, a: tf.nn.softplus(-tf.reduce_mean(a))), MEAN_FIRST),
    Idea(step(loss=of_probabilities), NO_LOGITS),
    Idea(late, LATE),
    Idea((step(training=False), step(training=None)), DRAWS),
    Idea(step(times=2), TWICE),
    Idea(step(times=0), BY_HAND),
    # Told by their texts alone: answers that raise errors of one kind count as equal.
    Idea((), D_GIVEN, when=raised("Unknown variable.*path=discriminator")),
    Idea((), STATISTICS, when=raised("Unknown variable.*/moving_")),
    Idea((), OTHER_OPTIMIZER, when=raised("Unknown variable")),
    Idea((), ORDER, when=raised("ndarray' object has no attribute '(generator|discriminator)'")),
    Idea((), GIVEN, when=raised("Exception encountered when calling")),
    Idea((), PAIRS, when=raised("no attribute '_unique_id'")),
    Idea((), NO_WAY, when=raised("No gradients provided")),
)


def explain(found, expected):
    """For what is no known idea: the first thing that went wrong."""
    if found["d moved"]:
        return BOTH if found["g moved"] else D_MOVED
    if not found["g moved"]:
        return G_KEPT
    loss, wanted = found["loss"], float(expected["loss"])
    if loss is not None and not np.isfinite(loss).all():
        return NAN
    if not found["rises"]:
        return TURNED
    if not found["statistics"]:
        return DRAWS
    if found["steps"] != STEPS:
        return TWICE if found["steps"] else BY_HAND
    if same(loss, expected["loss"]):
        return ANOTHER
    if loss is None or loss.size != 1:
        return f"G learns; return the loss, one number: {wanted:.4f} at the first step"
    number = loss.item()
    if loss.ndim and same(np.array(number), np.array(wanted)):
        return IN_ARRAY
    return (
        f"G learns, but the loss that you return is {number:.6g} at the first step; the mean of "
        f"−log σ(a) is {wanted:.6g}"
    )
