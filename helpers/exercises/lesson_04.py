"""Lesson 04: the generator's loss, a mended step, KID by hand, a collapsed run."""

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register
from helpers.exercises.answers import Odd, read, same

# ---- 04.1

LOGITS, FAR = [[-2.0], [0.0], [3.0]], [[-200.0]]


def _loss_and_slope(answer, logits):
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


def _explain_loss(found, expected):
    if np.shape(found["loss"]) != ():
        shape = list(np.shape(found["loss"]))
        return f"one number is wanted, the mean over the batch; yours has shape {shape}"
    if not same(found["loss"], expected["loss"], atol=1e-4):
        return (
            f"for these logits the loss is {float(expected['loss']):.4f}, yours is "
            f"{float(found['loss']):.4f}"
        )
    if isinstance(found["slope"], Odd):
        return "the value is right, but no gradient passes: use TensorFlow's functions throughout"
    return "the value is right, but its slope is not: TensorFlow's functions must carry it"


def _losses():
    """The right loss and those that commit a mistake; TensorFlow is loaded when they run."""

    def mean(f):
        def loss(a):
            import tensorflow as tf

            return tf.reduce_mean(f(tf, a))

        return loss

    def total(a):
        import tensorflow as tf

        return tf.reduce_sum(tf.nn.softplus(-a))

    def each(a):
        import tensorflow as tf

        return tf.nn.softplus(-a)

    return mean, total, each


_mean, _total, _each = _losses()

register(
    "04.1",
    Exercise(
        title="the generator's non-saturating loss",
        right=_mean(lambda tf, a: tf.nn.softplus(-a)),
        wants="one number, a tensor that carries its gradient",
        ideas=(
            Idea(
                _mean(lambda tf, a: -tf.nn.softplus(a)),
                "this is the saturating loss log(1 − σ(a)): no slope where D is sure. Want "
                "−log σ(a)",
            ),
            Idea(
                _mean(lambda tf, a: tf.nn.softplus(a)),
                "this is the discriminator's loss on fakes, −log(1 − σ(a)): it falls when D sees "
                "through them. The generator wants the opposite",
            ),
            Idea(
                (
                    _mean(lambda tf, a: -tf.nn.softplus(-a)),
                    _mean(lambda tf, a: tf.math.log_sigmoid(a)),
                ),
                "the sign is turned: log σ(a) grows when G gets better; a loss must fall",
            ),
            Idea(
                _mean(lambda tf, a: -tf.math.log(tf.sigmoid(a))),
                "right, but not finite at logit −200: tf.math.log(tf.sigmoid(a)) underflows there. "
                "A function that never leaves the logits does not",
            ),
            Idea(_total, "this is the sum over the batch; the loss is the mean"),
            Idea(_each, "one number is wanted, the mean over the batch; this is one for each"),
            Idea(
                (_mean(lambda tf, a: -a), _mean(lambda tf, a: a)),
                "this is the logit itself (the Wasserstein loss, up to its sign): −log σ(a) is "
                "asked",
            ),
            Idea(_mean(lambda tf, a: 1 - tf.sigmoid(a)), "this is 1 − σ(a), without a logarithm"),
        ),
        hints=(
            "σ(a) is how real D thinks a fake is, and the loss is small where that is near 1",
            "−log σ(a) is log(1 + exp(−a)): TensorFlow has a function for log(1 + exp(x))",
        ),
        probes=((LOGITS,), (FAR,)),
        labels=("the logits −2, 0 and 3", "the logit −200"),
        observe=_loss_and_slope,
        close=lambda found, expected, *probe: same(found, expected, atol=1e-4),
        explain=_explain_loss,
        praise="At logit −200 its slope is still −1: a losing generator learns fastest.",
    ),
)

# ---- 04.2


def _after_steps(answer):
    """What five steps of an answer do to both networks."""
    from helpers import gan

    model = gan.make(8, width=4, latent_dim=6, batch_size=8, augment="", seed=1)
    noise = model.noise(8, seed=1)
    discriminator = [np.array(w) for w in model.discriminator.get_weights()]
    generator = np.array(model.generator.get_layer("dense").get_weights()[0])
    before = _mean_logit(model, noise)
    returned = [answer(model, noise) for _ in range(5)]
    if any(loss is None for loss in returned):
        return None
    pairs = zip(discriminator, model.discriminator.get_weights())
    return {
        "d moved": any((a != b).any() for a, b in pairs),
        "g moved": bool((generator != model.generator.get_layer("dense").get_weights()[0]).any()),
        "rises": _mean_logit(model, noise) > before,
    }


def _mean_logit(model, noise):
    return float(np.mean(model.discriminator(model.generator(noise, training=True))))


def _step(model, noise):
    """The right answer."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        fake = model.generator(noise, training=True)
        loss = tf.reduce_mean(tf.nn.softplus(-model.discriminator(fake)))
    variables = model.generator.trainable_variables
    model.generator_optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


D_MOVED = (
    "D's weights moved: in the generator's step only G's trainable variables may be given to the "
    "tape and to the optimizer"
)
G_KEPT = (
    "G's weights did not move: is the fake picture made inside the tape, and are G's gradients "
    "applied?"
)


def _explain_step(found, expected):
    if found["d moved"]:
        return D_MOVED
    if not found["g moved"]:
        return G_KEPT
    return "G now looks worse to D than before: the sign of the loss is the wrong way round"


register(
    "04.2",
    Exercise(
        title="a mended training step",
        right=_step,
        wants="the loss",
        ideas=(),  # what the steps did to both networks says it; each takes seconds to compute
        hints=(
            "two things are wrong: which way the loss points, and whose weights it moves",
            "the logits should rise: which loss falls when they do?",
        ),
        observe=_after_steps,
        expected=({"d moved": False, "g moved": True, "rises": True},),
        explain=_explain_step,
        praise="D's mean logit of the fakes rose, and D kept still.",
    ),
)

# ---- 04.3

X, Y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])


def _kid(kernel, *, diagonal=False, cross=2.0, x=X, y=Y, root=False):
    """KID of three points against three, with one fault of choice."""
    kx, ky, kxy = (kernel(a, b) for a, b in ((x, x), (y, y), (x, y)))
    own = [k.mean() if diagonal else (k.sum() - np.trace(k)) / 6 for k in (kx, ky)]
    return sum(own) - cross * kxy.mean()


def _cubic(a, b):
    return (np.outer(a, b) + 1) ** 3


def _off(k):
    return k.sum() - np.trace(k)


register(
    "04.3",
    Exercise(
        title="KID by hand for three points",
        right=_kid(_cubic),
        wants="one number",
        value=True,
        ideas=(
            Idea(
                _kid(_cubic, diagonal=True),
                "the diagonals are still in: a point compared with itself biases the value upwards",
            ),
            Idea(
                _kid(_cubic, cross=1.0),
                "the cross term counts twice: … − 2 · mean of k(x, y)",
            ),
            Idea(
                (_off(_cubic(X, X)) + _off(_cubic(Y, Y))) / 9 - 2 * _cubic(X, Y).mean(),
                "without the diagonal a table holds 6 numbers, not 9: divide its sum by 6",
            ),
            Idea(
                _off(_cubic(X, X)) / 6 + _off(_cubic(Y, Y)) / 6 - 2 * _off(_cubic(X, Y)) / 6,
                "the table of x and y keeps its diagonal: no point is compared with itself there",
            ),
            Idea(
                (
                    _kid(lambda a, b: np.outer(a, b) ** 3),
                    _kid(lambda a, b: np.outer(a, b) ** 3, diagonal=True),
                ),
                "the 1 in (a·b + 1)³ is missing",
            ),
            Idea(_kid(lambda a, b: np.outer(a, b) + 1.0), "the third power is missing"),
            Idea(_kid(lambda a, b: (np.outer(a, b) + 1.0) ** 2), "the power is 3, not 2"),
            Idea(
                -_kid(_cubic),
                "the sign is turned: both own terms with plus, the cross term with minus",
            ),
            Idea(
                _off(_cubic(X, X)) / 6 + _off(_cubic(Y, Y)) / 6 + 2 * _cubic(X, Y).mean(),
                "the cross term is subtracted: it says how alike the two sets are",
            ),
        ),
        hints=(
            "three tables, 3 × 3 each, of (a·b + 1)³: x with x, y with y, x with y",
            "leave the diagonals of the first two out and divide by the count of what remains; "
            "take the mean of the whole third",
        ),
        close=lambda found, expected, *probe: same(found, expected, rtol=0, atol=0.01),
        near=lambda found, wrong: same(found, wrong, rtol=0, atol=0.01),
        praise="A negative value is possible too: the estimate is unbiased, so it scatters around 0.",
    ),
)

# ---- 04.4

CLOSE = " A collapsed generator's pictures lie close to each other; which column measures that?"

register(
    "04.4",
    Question(
        title="the collapsed run, found by its numbers",
        right="D",
        replies={
            "A": "A covers far more of the real pictures than the others do: the healthiest of the "
            "four." + CLOSE,
            "B": "B's pictures are bad, but they differ from each other as much as A's do." + CLOSE,
            "C": "C's pictures are bad, but they differ from each other as much as A's do." + CLOSE,
            "D": "It lost more than a quarter of its diversity; KID and coverage alone would not "
            "tell it from B and C.",
        },
    ),
)
