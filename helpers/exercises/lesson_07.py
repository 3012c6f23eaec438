"""Lesson 07: reading a report, framing and augmenting a set, copies told by distances."""

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register
from helpers.exercises.answers import Missing, Wrong, is_stub

# ---- 07.1

register(
    "07.1",
    Question(
        title="what a report asks to be changed first",
        right="B",
        replies={
            "A": "two files of sixty were refused, each with its reason; with them the set would have 60 instead of "
            "58. Something in this report costs much more",
            "B": "36 of 58 pictures lose a third or more, and all of them are said to be drawings that fill their "
            "frame. If they are portraits, heads and feet are gone: look at the sheet, and try fit='pad'. Its price is a "
            "bar on two sides; or crop them by hand, with the head in the square.",
            "C": "copies on one side are what one wants: they cost variety, but they make no score a lie",
            "D": "16 colours a picture leave 4 of 255 levels unexplained, which hardly shows, and with the projected D "
            "they came nearer than free ones on each set that fills its frame (section 9)",
        },
    ),
)

# ---- 07.2

SETS = ("postcards", "stickers", "fighters")
FITS, AUGMENTS = ("pad", "crop", "trim"), ("translation", "edge_translation", "flip")
SUITED = {
    "postcards": ("crop", "edge_translation"),
    "stickers": ("trim", "translation,flip"),
    "fighters": ("pad", "translation"),
}


def _read(answer):
    """{set: (fit, frozenset of augmentations)}; Wrong where it is something else."""
    if not isinstance(answer, dict) or set(answer) != set(SETS):
        raise Wrong(f"a dictionary is wanted, with the keys {', '.join(SETS)}")
    found = {}
    for name, pair in answer.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise Wrong(f"{name}: a pair is wanted, such as ('pad', 'translation')")
        fit, augment = pair
        wrong = Missing if is_stub(fit) and is_stub(augment) else Wrong
        augment = ",".join(map(str, augment)) if isinstance(augment, (tuple, list)) else augment
        fit, augment = (str(word).strip().lower() for word in (fit, augment))
        parts = frozenset(part.strip() for part in augment.split(",") if part.strip())
        if fit not in FITS:
            raise wrong(f"{name}: the first is one of {', '.join(FITS)}; this is {fit!r:.40}")
        if not parts or parts - set(AUGMENTS):
            raise Wrong(
                f"{name}: the second is made of {', '.join(AUGMENTS)}; this is {augment!r:.60}"
            )
        if len(parts - {"flip"}) != 1:
            raise Wrong(
                f"{name}: the second says what a shift uncovers: either translation or edge_translation, with "
                "or without a flip behind it"
            )
        found[name] = (fit, parts)
    return found


def _with(**changed):
    return SUITED | changed


def _fit(name, *fits):
    return lambda found: found[0][name][0] in fits


def _has(name, *parts):
    return lambda found: any(part in found[0][name][1] for part in parts)


register(
    "07.2",
    Exercise(
        title="framing and augmentation for three sets",
        right=SUITED,
        wants="a dictionary of pairs (fit, augment)",
        value=True,
        observe=_read,
        close=lambda found, expected, *probe: found == expected,
        near=lambda found, wrong: found == wrong,
        explain=lambda found, expected: (
            "not yet for " + ", ".join(name for name in SETS if found[name] != expected[name])
        ),
        ideas=(
            Idea(
                _with(postcards=("crop", "translation")),
                "postcards: they fill their frame, and plain translation fills what it uncovers with white: D would "
                "see white borders that no postcard has",
                when=lambda found: "translation" in found[0]["postcards"][1],
            ),
            Idea(
                _with(postcards=("crop", "edge_translation,flip")),
                "postcards: there is writing in each, and mirrored writing is none: the network would learn both",
                when=_has("postcards", "flip"),
            ),
            Idea(
                (
                    _with(postcards=("pad", "edge_translation")),
                    _with(postcards=("trim", "edge_translation")),
                ),
                "postcards: shown whole, a wide picture gets bars above and below, and the network learns to draw "
                "bars; what matters stands in the middle here. They have no empty page to trim either",
                when=_fit("postcards", "pad", "trim"),
            ),
            Idea(
                _with(stickers=("pad", "translation,flip")),
                "stickers: shown whole, they keep their empty page, and of 32 pixels only 10 are left for the "
                "drawing",
                when=_fit("stickers", "pad"),
            ),
            Idea(
                _with(stickers=("crop", "translation,flip")),
                "stickers: a middle square of a page that is mostly empty is still mostly empty",
                when=_fit("stickers", "crop"),
            ),
            Idea(
                _with(stickers=("trim", "translation")),
                "stickers: a mirrored sticker could be another sticker, and there are only 40: let them be mirrored",
                when=lambda found: "flip" not in found[0]["stickers"][1],
            ),
            Idea(
                _with(stickers=("trim", "edge_translation,flip")),
                "stickers: they stand on white, so what a shift uncovers is white page; plain translation is right",
                when=_has("stickers", "edge_translation"),
            ),
            Idea(
                _with(fighters=("pad", "translation,flip")),
                "fighters: all hold the sword in the right hand; mirrored ones would make half of them left-handed",
                when=_has("fighters", "flip"),
            ),
            Idea(
                (_with(fighters=("crop", "translation")), _with(fighters=("trim", "translation"))),
                "fighters: they are tall and take up their page: a middle square loses head and feet, and there is "
                "no empty page to trim",
                when=_fit("fighters", "crop", "trim"),
            ),
            Idea(
                _with(fighters=("pad", "edge_translation")),
                "fighters: they stand on white, so what a shift uncovers is white page; plain translation is right",
                when=_has("fighters", "edge_translation"),
            ),
        ),
        hints=(
            "for each set ask three things: does it fill its frame? Is most of the page empty? Would a mirrored "
            "picture belong to the set?",
            "only one of the three sets may be mirrored",
        ),
        praise="Each set framed whole and changed only in ways that leave it one of its kind.",
    ),
)

# ---- 07.3

CAP, SHARE = 0.65, 0.05


def _copied(samples, real):
    return np.asarray(samples) < min(CAP, np.quantile(real, SHARE))


register(
    "07.3",
    Exercise(
        title="copies told from inventions by distances",
        right=_copied,
        wants="an array of True and False, one a sample",
        ideas=(
            Idea(
                lambda samples, real: np.asarray(samples) > min(CAP, np.quantile(real, SHARE)),
                "turned round: a copy is *near* to a training picture",
            ),
            Idea(
                lambda samples, real: np.asarray(samples) < np.quantile(real, SHARE),
                "right where real pictures are alike; but where all real pictures are far apart, a sample at .7 is no "
                "copy, however alone it stands: the limit is never above .65",
            ),
            Idea(
                lambda samples, real: np.asarray(samples) < CAP,
                "a fixed limit: where real pictures are as alike as smileys, many of them lie nearer than .65, and "
                "you would call most inventions copies",
            ),
            Idea(
                (
                    lambda samples, real: np.asarray(samples) < min(CAP, np.mean(real)),
                    lambda samples, real: np.asarray(samples) < min(CAP, np.median(real)),
                ),
                "by the mean or the median half of the *real* pictures would be copies; the limit is what only one "
                "real picture in twenty is below",
            ),
            Idea(
                lambda samples, real: np.asarray(samples) < min(CAP, np.quantile(real, 1 - SHARE)),
                "this is the far end: nineteen of twenty real pictures are nearer than that",
            ),
            Idea(
                lambda samples, real: np.asarray(samples) < min(CAP, np.min(real)),
                "the smallest of all real distances, or nearly (np.percentile counts in percent): one pair of real twins would set it to nothing, and no sample "
                "would be a copy any more",
            ),
            Idea(
                lambda samples, real: np.asarray(samples) < max(CAP, np.quantile(real, SHARE)),
                "the larger of the two; asked is the smaller",
            ),
            Idea(
                lambda samples, real: np.asarray(samples) < min(CAP, np.quantile(samples, SHARE)),
                "the limit has to come from the *real* pictures: by its own quantile one sample in twenty is always a "
                "copy, even of a perfect generator",
            ),
        ),
        hints=(
            "np.quantile(real, 0.05) is the distance that one real picture in twenty stays below",
            "the limit is the smaller of two numbers; between two conditions on arrays stands &, not and",
        ),
        probes=(
            (np.array([0.05, 0.11, 0.2, 0.35, 0.45, 0.49, 0.6]), np.linspace(0.1, 0.5, 81)),
            (np.array([0.05, 0.2, 0.3, 0.5, 0.9]), np.linspace(0.25, 1.2, 96)),
            (np.array([0.1, 0.6, 0.64, 0.66, 0.7, 0.8, 1.0]), np.linspace(0.72, 1.3, 60)),
            # No sample lies between the neighbours of the limit: every way of counting 5 % gives the same.
            (
                np.array([0.02, 0.12, 0.33, 0.345, 0.37, 0.6]),
                np.array([0.0, *np.linspace(0.34, 0.9, 79)]),
            ),
            # A limit rounded to .22 misses .2216.
            (np.array([0.21, 0.2216, 0.2248, 0.4]), np.linspace(0.2032, 0.6032, 401)),
        ),
        names=("samples", "real"),
        praise="The real pictures say how near is near, and .65 keeps lonely pictures from setting it.",
    ),
)

# ---- questions

register(
    "07.q1",
    Question(
        title="one drawing, saved twice",
        right="C",
        replies={
            "A": "one more picture of the same drawing weighs a little more in training; that is not the harm",
            "B": "the network has no way to look at a held-out picture; the score does",
            "C": "the picture counts as new, and the network has seen it: drawing it from memory is rewarded.",
            "D": "they are kept, both; only on which side they stand is settled",
        },
    ),
)

register(
    "07.q2",
    Question(
        title="two starts whose intervals overlap",
        right="D",
        replies={
            "A": "to go on with it is the best guess; but another twenty pictures, or another seed, could turn .60 and "
            ".68 round: each interval holds the other's KID. Choosing needs less than claiming",
            "B": "they were trained apart: the same place in both networks does not mean the same thing (lesson 05)",
            "C": "what is chosen by the pictures that score is flattered by their score",
            "D": "choosing asks for the better guess, and it costs little where both are near. Claiming asks for more.",
        },
    ),
)

register(
    "07.q3",
    Question(
        title="none of sixteen is nearly a copy",
        right="B",
        replies={
            "A": "where one drawing in ten is a copy, sixteen of them hold none in nearly one case of five",
            "B": "what was seen rules out a large share of copies, of the kinds that the test finds; not a small one.",
            "C": "they are few, but half of all drawings copied would have shown: something is ruled out",
            "D": "real pictures that are no copies should not be called so. Copies would be: section 5 put one in",
        },
    ),
)

register(
    "07.q4",
    Question(
        title="pictures from a museum's site",
        right="A",
        replies={
            "A": "that the painter is long dead frees the painting. The photograph of it, and the site's terms, are "
            "two more questions, and the card has to say how you answered them.",
            "B": "the style of a painter is free, and so may be its use; but what you trained on were files",
            "C": "that nobody recognises a picture is what the copying verdict may say; it gives no right to the files",
            "D": "a small number is no licence; copying is judged by picture",
        },
    ),
)
