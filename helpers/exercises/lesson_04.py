"""Lesson 04: a mended step, two trainings that are measured, the generator's loss, KID by hand."""

from helpers.exercises import Exercise, Question, register
from helpers.exercises import lesson_04_kid as kid
from helpers.exercises import lesson_04_loss as loss
from helpers.exercises import lesson_04_runs as runs
from helpers.exercises import lesson_04_step as step

register(
    "04.1",
    Exercise(
        title="a mended training step",
        right=step.right,
        wants="the loss",
        ideas=step.IDEAS,
        hints=(
            "two things are wrong: which way the loss points, and whose weights it moves",
            "the logits should rise: which loss falls when they do?",
            "there are two optimizers in the model, one for each network's variables",
        ),
        observe=step.observe,
        explain=step.explain,
        praise="D's mean logit of the fakes rose, and D kept still.",
    ),
)

register(
    "04.2",
    Exercise(
        title="the same training with two seeds",
        right=runs.RUNS,
        wants="two rows, each [KID, low, high]",
        value=True,
        ideas=runs.SEED_IDEAS,
        hints=(
            "`trained(0)` returns 300 pictures; metrics.features turns pictures into features",
            "the real side: features of art.reduce(unseen.images, 2), which have the same size",
            "metrics.kid gives one number, metrics.kid_interval two; a star, *, unpacks the two "
            "into a list",
        ),
        observe=runs.seeds_observe,
        close=runs.seeds_close,
        explain=lambda found, expected: (
            "these rows are of the right form, but KID of this training lies between "
            f"{runs.LIKELY[0]} and {runs.LIKELY[1]}: 16 pixels, 300 steps, 300 pictures against "
            "500 validation heroes"
        ),
        praise=runs.seeds_praise,
    ),
)

register(
    "04.3",
    Exercise(
        title="one change, predicted and measured",
        right=runs.CHANGE,
        wants="the change, the prediction, and two rows [KID, low, high]",
        value=True,
        ideas=runs.CHANGE_IDEAS,
        hints=(
            "predict from section 7 or from a guess: a wrong prediction does not fail, a missing "
            "one does",
            "`trained(0)` is the control; the changed run takes the change as a keyword, as in "
            "trained(0, r1=0.0)",
            "score both as in 04.2, with the same validation heroes",
        ),
        observe=runs.change_observe,
        close=runs.change_close,
        explain=lambda found, expected: (
            "the rows are of the right form, but KID of the control lies between "
            f"{runs.LIKELY[0]} and {runs.LIKELY[1]}, of a changed run below {runs.LIKELY_CHANGED[1]}"
        ),
        praise=runs.change_praise,
    ),
)

register(
    "04.4",
    Exercise(
        title="the generator's non-saturating loss",
        right=loss.right,
        wants="one number, a tensor that carries its gradient",
        ideas=loss.IDEAS,
        hints=(
            "σ(a) is how real D thinks a fake is, and the loss is small where that is near 1",
            "−log σ(a) is log(1 + exp(−a)): TensorFlow has a function for log(1 + exp(x))",
        ),
        probes=loss.PROBES,
        labels=loss.LABELS,
        observe=loss.observe,
        close=loss.close,
        explain=loss.explain,
        praise="At logit −200 its slope is still −1: a losing generator learns fastest.",
    ),
)

register(
    "04.5",
    Exercise(
        title="KID by hand for three points",
        right=kid.RIGHT,
        wants="one number",
        value=True,
        ideas=kid.IDEAS,
        hints=(
            "three tables, 3 × 3 each, of (a·b + 1)³: x with x, y with y, x with y",
            "leave the diagonals of the first two out and divide by the count of what remains; "
            "take the mean of the whole third",
        ),
        close=kid.close,
        near=kid.close,
        praise="A negative value is possible too: the estimate is unbiased, so it scatters around 0.",
    ),
)

register(
    "04.q1",
    Question(
        title="a discriminator that is always right",
        right="C",
        replies={
            "A": "D tells *these* fakes from *these* heroes. An easy game is won early: after a few "
            "steps D is right too, and knows of heroes only what G gets wrong",
            "B": "that is the saturating loss, log(1 − σ(a)). Ours, −log σ(a), has a slope near −1 "
            "where D is sure (lesson 03, section 3)",
            "C": "the slope in the logit is near −1, but a D that is sure tells hardly one fake from "
            "another, or knows its pictures by heart. A lower rate for D, augmentation or R1 weaken "
            "it.",
            "D": "a collapse usually shows the other way: G has found what this D takes for real. "
            "D's accuracy alone does not tell; look at the variety of the pictures",
        },
    ),
)

register(
    "04.q2",
    Question(
        title="one run each, and intervals that do not meet",
        right="B",
        replies={
            "A": "the intervals say how surely these *two networks* differ. The same setting, "
            "trained with another seed, gives another network (exercise 04.2)",
            "B": "they cover the choice of pictures alone. Train both settings with several seeds "
            "and look at the difference, seed by seed, beside its standard error.",
            "C": "with many runs far smaller differences can be told from noise: deeper/04 shows one "
            "of .022 ± .004, over twenty runs",
            "D": "unbiased means right on average over *pictures*. One training is still one draw "
            "among many",
        },
    ),
)

register(
    "04.q3",
    Question(
        title="high density, low coverage",
        right="D",
        replies={
            "A": "bad pictures lie in no ball of a real hero: their density would be near 0",
            "B": "heroes that are each a little wrong lie in few balls: their density would be low, as with "
            "the faint grain of section 4",
            "C": "neither number knows the training heroes. Copies of all of them would have a "
            "density of 1 and full coverage",
            "D": "each picture lies in many balls, so that it is typical; but four in five balls "
            "stay empty. KID may still look fair: look at the diversity and at a large sheet.",
        },
    ),
)
