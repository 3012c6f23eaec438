"""Lesson 09: a step's time at another batch, gradients summed twice, a plan for four workers, a batch's price."""

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register

# ---- 09.1


def _line(t16, t64, batch):
    slope = (t64 - t16) / 48
    return t16 - 16 * slope + batch * slope


register(
    "09.1",
    Exercise(
        title="the time of a batch that was not measured",
        right=_line,
        wants="one number, seconds of a step",
        ideas=(
            Idea(
                (
                    lambda t16, t64, batch: t16 * batch / 16,
                    lambda t16, t64, batch: t64 * batch / 64,
                    lambda t16, t64, batch: (t16 / 16 + t64 / 64) / 2 * batch,
                ),
                "this takes the time for proportional to the batch. A step also has a start that costs "
                "the same whatever the batch is: the two measurements together show it",
            ),
            Idea(
                lambda t16, t64, batch: (t64 - t16) / 48 * batch,
                "the price of one picture is right; the start that every step pays is missing",
            ),
            Idea(
                lambda t16, t64, batch: t16 + (t64 - t16) / 48 * batch,
                "the 16 pictures of the first measurement are paid twice here: its start is t16 less "
                "16 times the price of a picture",
            ),
            Idea(
                (
                    lambda t16, t64, batch: t16 + (t64 - t16) / 64 * (batch - 16),
                    lambda t16, t64, batch: t16 - 16 * (t64 - t16) / 64 + batch * (t64 - t16) / 64,
                ),
                "between the two measurements lie 64 − 16 = 48 pictures, not 64",
            ),
            Idea(
                lambda t16, t64, batch: _line(t16, t64, batch) / batch,
                "this is the time of one picture; asked is that of a step",
            ),
            Idea(
                lambda t16, t64, batch: t64 + (t64 - t16) / 48 * (batch - 16),
                "the line goes through t16 at a batch of 16, and through t64 at 64: count the further pictures "
                "from the batch whose time you begin with",
            ),
            Idea(
                lambda t16, t64, batch: t16 * (t64 / t16) ** ((batch - 16) / 48),
                "this lets the time grow by the same factor for each picture; each adds the same "
                "number of seconds",
            ),
        ),
        hints=(
            "a straight line goes through two points: what does one picture more cost?",
            "the start is what is left of t16 when its 16 pictures are taken away",
        ),
        probes=(
            (0.04, 0.1, 32),
            (0.04, 0.1, 16),
            (0.02, 0.08, 128),
            (0.05, 0.05, 256),
            (0.03, 0.09, 1),
        ),
        names=("t16", "t64", "batch"),
        praise="A start that is always paid, and a price for each picture: that is the whole model.",
    ),
)

# ---- 09.2

# Gradients of mean((w - x)²) with respect to w, on each device's own pictures.


def _global(w, parts):
    return 2 * np.mean(w - np.concatenate(parts))


def _each(w, parts):
    return [2 * np.mean(w - part) for part in parts]


_EQUAL, _ODD = (
    [np.array([1.0, 3.0]), np.array([5.0, 8.0])],
    [np.array([1.0, 3.0, 2.0]), np.array([8.0])],
)
_FOUR = [np.array([1.0]), np.array([2.0]), np.array([4.0]), np.array([9.0])]

register(
    "09.2",
    Exercise(
        title="gradients that are summed twice",
        right=_global,
        wants="one number, the gradient of the whole batch",
        ideas=(
            Idea(
                lambda w, parts: sum(_each(w, parts)),
                "each device took the mean over its own pictures, and then the devices' gradients were "
                "added up: with k devices the gradient is k times too large. The sum must become a mean over all "
                "pictures",
            ),
            Idea(
                lambda w, parts: np.mean(_each(w, parts)),
                "right while all parts are equally large. The last part of an epoch may be smaller, and "
                "then its pictures count for more: weigh each part by its pictures",
            ),
            Idea(
                lambda w, parts: sum(2 * np.sum(w - part) for part in parts),
                "this is the sum over all pictures; the loss is their mean, so that the rate does not "
                "depend on the batch",
            ),
            Idea(
                lambda w, parts: sum(_each(w, parts)) / len(parts) ** 2,
                "divided once too often: with four devices the gradient is four times too small",
            ),
            Idea(
                lambda w, parts: _each(w, parts)[0],
                "this is the first device's gradient alone: the others' pictures are never learnt from",
            ),
            Idea(
                lambda w, parts: -_global(w, parts),
                "this points uphill: the gradient of (w − x)² is 2 (w − x), and the optimizer subtracts it",
            ),
            Idea(
                lambda w, parts: _global(w, parts) / 2,
                "the 2 of the square's derivative is lost",
            ),
        ),
        hints=(
            "what would one device give that has all pictures? Work it out for parts [1, 3] and [5, 8]",
            "then try parts of different sizes, [1, 3, 2] and [8]",
        ),
        probes=((0.0, _EQUAL), (2.0, _EQUAL), (0.0, _ODD), (1.0, _FOUR), (3.0625, [np.array([1.0, 2.0])])),
        names=("w", "parts"),
        praise="Now k devices do what one would do, whatever their parts are.",
    ),
)  # fmt: skip

# ---- 09.3


def _plan(batch, rate, steps, workers):
    return np.array([batch * workers, rate * workers**0.5, round(steps / workers)], float)


def _other(batch=None, rate=None, steps=None):
    """Plans with mistakes of choice: steps that are right may be rounded or not."""

    def plan(b, r, s, k, rounded=True):
        right = _plan(b, r, s, k) if rounded else (*_plan(b, r, s, k)[:2], s / k)
        given = [f and f(b, r, s, k) for f in (batch, rate, steps)]
        return np.array([x if g is None else g for x, g in zip(right, given)], float)

    return plan, lambda *inputs: plan(*inputs, rounded=False)


register(
    "09.3",
    Exercise(
        title="batch, rate and steps for several workers",
        right=_plan,
        wants="three numbers: the batch of all workers together, the rate, the steps",
        ideas=(
            Idea(
                _other(batch=lambda b, r, s, k: b),
                "with this batch each worker has fewer pictures a step than the one worker had. "
                "`batch_size` counts the pictures of all workers together",
            ),
            Idea(
                _other(rate=lambda b, r, s, k: r * k),
                "a rate that grows as the batch does is the rule for plain gradient descent; the rule for "
                "Adam takes the square root",
            ),
            Idea(
                _other(rate=lambda b, r, s, k: r),
                "this is the old rate; by the rule it grows with the square root of the batch",
            ),
            Idea(
                (
                    lambda b, r, s, k: np.array([b * k, r, s], float),
                    lambda b, r, s, k: np.array([b * k, r * k, s], float),
                ),
                "two mistakes: by the rule Adam's rate grows with the square root of the batch, and the steps "
                "fall so that the number of pictures stays",
            ),
            Idea(
                (
                    lambda b, r, s, k: np.array([b, r * k**0.5, s], float),
                    lambda b, r, s, k: np.array([b, r, s / k], float),
                    lambda b, r, s, k: np.array([b, r * k, s], float),
                ),
                "two mistakes: the batch of all workers together has to grow with their number, so that each "
                "keeps as many pictures; and then the rate by its root, and the steps fall",
            ),
            Idea(
                lambda b, r, s, k: np.array([b * k, r * k**0.5, s / k], float),
                "`fit` takes a whole number of steps: round it",
            ),
            Idea(
                (
                    lambda b, r, s, k: np.array([b * k, r * k**0.5, s // k], float),
                    lambda b, r, s, k: np.array([b * k, r * k**0.5, -(-s // k)], float),
                ),
                "this rounds always down or always up; the nearest whole number comes closest to the same "
                "number of pictures",
            ),
            Idea(
                lambda b, r, s, k: np.array([b * k, r * (b * k) ** 0.5, round(s / k)], float),
                "the rate grows with the root of what the batch is multiplied by, not with the root of the batch",
            ),
            Idea(
                _other(steps=lambda b, r, s, k: s),
                "with as many steps as before the run sees k times as many pictures, and takes as long as "
                "one worker did: asked is the same number of pictures",
            ),
            Idea(
                _other(steps=lambda b, r, s, k: s * k),
                "this multiplies the steps; the batch already holds more pictures, so fewer are needed",
            ),
            Idea(
                _other(rate=lambda b, r, s, k: r / k),
                "a larger batch has a surer gradient, not a weaker one: by the rule its rate grows",
            ),
            Idea(
                lambda b, r, s, k: np.array([b, r, s], float),
                "these are the old three numbers: with them each worker has only a part of the old batch",
            ),
        ),
        hints=(
            "each worker keeps as many pictures as the one had; so what is the batch of all?",
            "pictures seen = batch · steps, and that stays; for Adam the rate goes with the root of the batch",
        ),
        probes=(
            (16, 0.003, 4000, 4),
            (32, 0.001, 900, 9),
            (16, 0.003, 4000, 1),
            (8, 0.002, 1000, 2),
            (16, 0.003, 4000, 3),
            (16, 0.003, 5000, 3),
        ),
        names=("batch", "rate", "steps", "workers"),
        praise="A rule of thumb to start from; a short run with half and with twice the rate tells more.",
    ),
)

# ---- 09.4


def _price(scale, batch):
    return np.array([1 + scale / batch, 1 + batch / scale])


register(
    "09.4",
    Exercise(
        title="what a batch costs in steps and in pictures",
        right=_price,
        wants="two numbers: how many times as many steps, how many times as many pictures",
        ideas=(
            Idea(
                lambda scale, batch: np.array([scale / batch, batch / scale]),
                "at a batch as large as the noise scale a step gains half of what it could, so it takes twice as "
                "many steps; this says once. In both numbers something is missing that is always paid",
            ),
            Idea(
                (
                    lambda scale, batch: np.array([1 + scale / batch, batch / scale]),
                    lambda scale, batch: np.array([scale / batch, 1 + batch / scale]),
                ),
                "one of the two numbers is right. The other falls below 1 somewhere, and no batch is better than "
                "the best one",
            ),
            Idea(
                lambda scale, batch: _price(scale, batch)[::-1],
                "the two numbers stand the other way round: with a large batch it takes few steps and many pictures",
            ),
            Idea(
                (
                    lambda scale, batch: 1 / _price(scale, batch),
                    lambda scale, batch: _price(scale, batch) ** np.array([-1, 1]),
                ),
                "this is what a step gains. The less it gains, the more steps it takes",
            ),
            Idea(
                lambda scale, batch: np.array([1 + scale / batch, batch + scale]),
                "the second number is steps times batch; asked is how many times as many that is as with "
                "tiny batches. What does steps times batch come to for those?",
            ),
            Idea(
                lambda scale, batch: np.full(2, 1 + scale / batch),
                "both numbers are those of the steps; each step of a larger batch shows more pictures",
            ),
            Idea(
                lambda scale, batch: np.array(
                    [1 + scale / batch, (1 + scale / batch) * batch / 16]
                ),
                "the second number compares with a batch of 16; asked is a comparison with tiny batches, "
                "which need the fewest pictures",
            ),
        ),
        hints=(
            "if a step gains a third of what it could, how many steps replace one?",
            "pictures = steps · batch; let the batch become tiny in that, and divide by what you find",
        ),
        probes=((10.0, 64), (10.0, 16), (200.0, 16), (16.0, 16), (0.5, 2)),
        names=("scale", "batch"),
        praise="Steps fall and pictures rise with the batch; where the batch is the noise scale, each is twice its least.",
    ),
)

# ---- questions

register(
    "09.q1",
    Question(
        title="half the width",
        right="B",
        replies={
            "A": "a layer multiplies each channel that comes in with each that goes out, and both are halved",
            "B": "½ · ½: channels in times channels out. Only a layer with one side that keeps its size (noise, "
            "picture, colours, logit) is merely halved.",
            "C": "size and width are two things: at the same size each layer lies on as many places, and "
            "costs less at each",
            "D": "the kernel's two sides do not change with the width: only channels in and channels out do",
        },
    ),
)

register(
    "09.q2",
    Question(
        title="bfloat16 on a laptop",
        right="C",
        replies={
            "A": "fewer digits make a gradient less exact; they do not make a step slower",
            "B": "half the bytes are moved; that alone would make it faster",
            "C": "without an instruction for such numbers TensorFlow has only a slow way.",
            "D": "loss scaling is for float16, whose range is short; bfloat16 has the range of float32",
        },
    ),
)

register(
    "09.q3",
    Question(
        title="two workers and the same batch",
        right="A",
        replies={
            "A": "each has 8 of the same 16 pictures, and the mean of both gradients is that of the whole.",
            "B": "noise and pictures are drawn for the whole batch on each worker, from the seed and the step, "
            "and then cut: there are no seeds of their own",
            "C": "the gradients are averaged at every step, and both apply the same one",
            "D": "the mean of two halves is as long as the gradient of the whole. (Even a sum would hardly change a step "
            "of Adam, which divides each gradient by its own size)",
        },
    ),
)

register(
    "09.q4",
    Question(
        title="a worker dies",
        right="D",
        replies={
            "A": "worker 0 alone writes files, and from whole steps only",
            "B": "the others wait for each gradient: without it there is no step, so they stop",
            "C": "then two runs with one seed would differ; pictures and noise hang on seed and step alone",
            "D": "steps 1,201 to 1,250 are taken once more, with the same pictures and noise as before.",
        },
    ),
)
