"""Lesson 00: pixels as numbers from −1 to 1."""

import numpy as np

from helpers import art
from helpers.exercises import Exercise, Idea, Question, register
from helpers.exercises.answers import same

HALF = 255 / 2


def to_unit(pixels):
    """The right answer, for whole numbers and floats alike."""
    return np.asarray(pixels, np.float32) / HALF - 1


def _pictures(dtype, low, high, shape):
    """Pictures whose values go from `low` to `high`."""
    values = np.linspace(low, high, int(np.prod(shape))).reshape(shape)
    return values.round().astype(dtype) if np.dtype(dtype).kind in "iu" else values.astype(dtype)


PROBES = (
    (_pictures(np.uint8, 0, 255, (1, 16, 16, 1)),),
    (_pictures(np.uint8, 60, 200, (2, 5, 4, 3)),),  # no picture need hold black and white
    (_pictures(np.float32, 0, 255, (3, 4, 3)),),
    (_pictures(np.float32, 10, 120.5, (3, 2, 2, 3)),),
)


def _wraps(found):
    """Right for floats and wrong for uint8: whole numbers of one byte went beyond 0 … 255."""
    right = [same(f, to_unit(*p), atol=1e-3) for f, p in zip(found, PROBES)]
    return right[2] and right[3] and not right[0]


IDEAS = (
    Idea(lambda p: p / 255, "this gives numbers from 0 to 1. Black should become −1, not 0"),
    Idea(
        lambda p: p / HALF,
        "this gives numbers from 0 to 2: they are spread as they should be, and lie one too high",
    ),
    Idea(
        (lambda p: 1 - p / HALF, lambda p: -(p / HALF - 1)),
        "upside down: black became 1 and white −1. Which way should the line rise?",
    ),
    Idea(
        lambda p: p / HALF + 1,
        "this gives numbers from 1 to 3: they are spread as they should be, and the shift goes the "
        "wrong way",
    ),
    Idea(
        lambda p: p - HALF,
        "the middle is at 0 as it should be; the ends are still at −127.5 and 127.5",
    ),
    Idea(
        (lambda p: p / 255 - 0.5, lambda p: (p - HALF) / 255),
        "this gives numbers from −0.5 to 0.5: the middle is right, the spread only half of it",
    ),
    Idea(lambda p: p / 255 - 1, "this gives numbers from −1 to 0: the spread is only half of it"),
    Idea(
        (lambda p: 2 * p / 255 - 1, lambda p: (p * 2 - 255) / 255),
        "right for floats, wrong for uint8: one byte holds 0 … 255, so that 2 · 200 becomes 144 "
        "without a warning (*overflow*). Divide first, or make the pixels floats first",
        when=_wraps,
    ),
    Idea(
        (lambda p: p / 128 - 1, lambda p: (p - 128) / 128, lambda p: (p - 128.0) / 128),
        "255 does not become 1 here: the middle of 0 … 255 is not 128",
    ),
    Idea(
        (lambda p: p / 127 - 1, lambda p: (p - 127) / 127, lambda p: (p - 127.0) / 127),
        "255 becomes more than 1 here: half of 255 is not 127",
    ),
    Idea(
        (lambda p: (p - 127.0) / 128, lambda p: (p - 127) / 128),
        "this is what EfficientNet-Lite expects (about −1 to 1). Here the ends are exactly −1 and 1",
    ),
    Idea(
        (
            lambda p: 2 * ((p - p.min()) / float(p.max() - p.min())) - 1,
            lambda p: (p - p.min()) / float(p.max() - p.min()),
        ),
        "this stretches each batch to its own darkest and brightest pixel: one grey would become "
        "another number in another picture. Use 0 and 255, which are the same for all",
    ),
    Idea(
        lambda p: p / p.max() * 2 - 1,
        "this divides by the brightest pixel of the batch: one grey would become another number "
        "in another picture. White is 255, also where no pixel is white",
    ),
    Idea(
        lambda p: (p - p.mean()) / p.std(),
        "this standardises (mean 0, spread 1 of each batch). Asked is a fixed line: 0 to −1, "
        "255 to 1",
    ),
    Idea(
        (lambda p: p // HALF - 1, lambda p: np.floor(p / HALF) - 1),
        "the division drops what stands behind the point (//): only −1, 0 and 1 are left",
    ),
    Idea(
        (lambda p: (p / HALF - 1).astype(int), lambda p: np.trunc(p / HALF - 1)),
        "these are whole numbers: only −1, 0 and 1 are left of 256 greys",
    ),
    Idea(
        (lambda p: np.round(p / HALF - 1),),
        "these are rounded: only −1, 0 and 1 are left of 256 greys",
    ),
    Idea(
        (lambda p: np.where(p > HALF, 1.0, -1.0), lambda p: np.sign(p - HALF)),
        "this leaves only black and white: every grey between should keep its place",
    ),
    Idea(
        lambda p: np.clip(p / HALF - 1, 0, 1),
        "everything darker than middle grey is cut off at 0",
    ),
    Idea(
        (lambda p: np.clip(p, -1.0, 1.0), lambda p: np.clip(p / 1.0, -1, 1)),
        "cutting off at −1 and 1 makes all pixels but black white: the numbers must shrink first",
    ),
    Idea(
        (lambda p: np.tanh(p / HALF - 1), lambda p: np.tanh((p - HALF) / HALF)),
        "tanh bends the line: 255 becomes .76. A straight line does it",
    ),
    Idea(
        art.to_float,
        "art.to_float takes uint8 only and refuses floats; write the line yourself, for both",
    ),
    Idea(
        (lambda p: p, lambda p: np.asarray(p, float)),
        "the pixels come back as they were, 0 to 255",
    ),
)

register(
    "00.1",
    Exercise(
        title="pixels from 0…255 to −1…1",
        right=to_unit,
        wants="numbers from −1 to 1, shaped like pixels",
        ideas=IDEAS,
        hints=(
            "a straight line does it: 0 goes to −1, and 255 goes to 1",
            "how long is the way from −1 to 1, and over how many steps of a pixel does it go? "
            "That is the slope",
            "with the right slope alone, black becomes 0; what is left to do?",
        ),
        probes=PROBES,
        names=("pixels",),
        close=lambda found, expected, *probe: same(found, expected, rtol=0, atol=1e-3),
        near=lambda found, wrong: same(found, wrong, rtol=0, atol=1e-4),
        praise="The course's own art.to_float does the same for uint8.",
    ),
)

register(
    "00.q1",
    Question(
        title="what transfer learning keeps",
        right="B",
        replies={
            "A": "that would be training on both data sets at once, and it needs the old pictures. "
            "Transfer learning needs only what they left behind: the weights",
            "B": "what was learnt sits in the weights; the new task starts there instead of at "
            "random numbers.",
            "C": "the network knows its old classes, not yours: something has to learn from the 50 "
            "drawings, if only a new last layer",
            "D": "the layout alone knows nothing: lesson 01 tries the same network with random "
            "weights, and it is no better than raw pixels",
        },
    ),
)

register(
    "00.q2",
    Question(
        title="what λ = 10 means",
        right="C",
        replies={
            "A": "that is λ = ∞. At λ = 10 the old task still counts a little, so that the "
            "minimum stops short of D₂'s best",
            "B": "the path bends, and λ does not measure distances: where the minimum lies depends "
            "on how steep both valleys are, too",
            "C": "λ is the weight of a loss. The minimum moves towards D₂'s best and does not "
            "arrive there.",
            "D": "the formula holds no *first* and no *then*, and no time: it weighs two losses of "
            "one and the same w",
        },
    ),
)

register(
    "00.q3",
    Question(
        title="what the generator hears of real pictures",
        right="A",
        replies={
            "A": "the discriminator looked at the real pictures; to the generator it passes on "
            "which changes would make a drawing look more real.",
            "B": "there is no picture to compare with: which real hero should random numbers "
            "resemble? Such a network would learn an average, or a copy",
            "C": "the generator stores weights, no pictures. Whether a trained one copies all the "
            "same is a good question, and lesson 04 measures it",
            "D": "one bit a picture says nothing about where to go. The generator follows a slope: "
            "how the verdict changes with every pixel",
        },
    ),
)
