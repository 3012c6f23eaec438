"""Lesson 05: copied weights, the share behind a judge that errs, the best child, dither and where it comes from."""

import functools

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register
from helpers.exercises import lesson_05_branch as branch
from helpers.exercises.answers import Wrong

# ---- 05.1

PARTS = ("generator", "averaged_generator", "discriminator")
SHARED = (
    "the child got another network in the place of its own: parent and child would then be trained "
    "as one. Copy the weights, with get_weights and set_weights"
)
FLAGS = ((True, True), (True, False), (False, True), (False, False))


def _weights(model, part):
    return np.concatenate([w.ravel() for w in getattr(model, part).get_weights()])


@functools.cache
def _models():
    """Two small GANs, and their networks with the weights of each, built once."""
    from helpers import gan

    parent, child = (gan.make(8, width=4, latent_dim=6, seed=seed) for seed in (1, 2))
    blurred = [0.9 * w for w in parent.generator.get_weights()]
    parent.averaged_generator.set_weights(blurred)  # so that G and its average differ
    own = {
        (k, part): (getattr(m, part), getattr(m, part).get_weights())
        for k, m in enumerate((parent, child))
        for part in PARTS
    }
    return (parent, child), own


def _where_from(answer, generator, discriminator):
    """Whose weights each network of a child holds afterwards, and whether the parent is whole."""
    (parent, child), own = _models()
    for (k, part), (network, weights) in own.items():
        network.set_weights(weights)
        setattr((parent, child)[k], part, network)  # an earlier answer may have put another there
    before = {f"the parent's {part}": _weights(parent, part) for part in PARTS}
    mine = {part: _weights(child, part) for part in PARTS}
    answer(parent, child, generator, discriminator)
    if any(getattr(child, part) is not own[1, part][0] for part in PARTS):
        raise Wrong(SHARED)
    found = {part: _source(_weights(child, part), mine[part], before) for part in PARTS}
    kept = all((_weights(parent, part) == before[f"the parent's {part}"]).all() for part in PARTS)
    return found | {"parent kept": kept}


def _source(weights, own, parents):
    """A name for weights: its own, one of the parent's networks, or others."""
    known = {"its own": own} | parents
    equal = (n for n, w in known.items() if w.shape == weights.shape and (w == weights).all())
    return next(equal, "other")


def _explain_copy(found, expected):
    if not found["parent kept"]:
        return "the parent changed: it is to be left alone"
    part = next(part for part in PARTS if found[part] != expected[part])
    if expected[part] == "its own":
        return f"the child's {part} changed, although its flag is False"
    if found[part] == "the parent's generator":
        return (
            f"the child's {part} got the weights of the parent's latest G; its averaged generator "
            "draws better"
        )
    return f"the child's {part} does not hold the parent's weights"


def _copy(*, source="averaged_generator", both=True, respect=True, spoil=False, swap=False):
    """A transfer with faults of choice."""

    def transfer(parent, child, generator, discriminator):
        if swap:
            generator, discriminator = discriminator, generator
        if generator or not respect:
            for part in PARTS[: 2 if both else 1]:
                getattr(child, part).set_weights(getattr(parent, source).get_weights())
        if discriminator or not respect:
            child.discriminator.set_weights(parent.discriminator.get_weights())
        if spoil:
            parent.discriminator.set_weights(child.discriminator.get_weights())

    return transfer


def _backwards(parent, child, generator, discriminator):
    _copy()(child, parent, generator, discriminator)


def _stub(parent, child, generator, discriminator):
    child.generator.set_weights(parent.generator.get_weights())


register(
    "05.1",
    Exercise(
        title="copying the weights that are asked for",
        right=_copy(),
        wants="nothing: it changes the child",
        ideas=(
            Idea(
                (
                    _copy(source="generator"),
                    _copy(source="generator", both=False),
                    _copy(source="generator", respect=False),
                    _stub,
                ),
                "the child's generator got the weights of the parent's latest G; its averaged "
                "generator draws better",
                when=lambda found: found[1]["generator"] == "the parent's generator",
            ),
            Idea(
                _copy(both=False),
                "the child's averaged_generator does not hold the parent's weights: what is drawn "
                "comes from it, so that it needs them, too",
            ),
            Idea(
                _copy(respect=False),
                "everything is copied, although its flag is False",
            ),
            Idea(
                _copy(swap=True),
                "the two flags have changed places: the first is the generator's",
            ),
            Idea(
                (_copy(spoil=True), _backwards),
                "the parent changed: it is to be left alone",
                when=lambda found: not all(f["parent kept"] for f in found),
            ),
            Idea(
                lambda parent, child, g, d: None,
                "nothing was copied",
            ),
        ),
        hints=(
            "three networks of the child, two flags: which network goes with which flag?",
            "the parent's best drawer is its averaged generator; both of the child's generators "
            "start from it",
        ),
        probes=FLAGS,
        names=("generator", "discriminator"),
        observe=_where_from,
        explain=_explain_copy,
        praise="Copied where asked, left alone where not, and the parent is as it was.",
    ),
)

# ---- 05.2


def _share(o, fpr, tpr):
    return np.clip((o - fpr) / (tpr - fpr), 0, 1)


register(
    "05.2",
    Exercise(
        title="the true share behind a judge that errs",
        right=_share,
        wants="one number from 0 to 1",
        ideas=(
            Idea(
                lambda o, fpr, tpr: (o - fpr) / (tpr - fpr),
                "right inside; but where o is below FPR or above TPR the formula leaves 0 … 1, and "
                "no share does: clip it",
            ),
            Idea(
                (
                    lambda o, fpr, tpr: (o - fpr) / tpr,
                    lambda o, fpr, tpr: np.clip((o - fpr) / tpr, 0, 1),
                ),
                "at o = TPR the true share is 1.0: every one is a creature. The false positives "
                "come from the *rest*, 1 − π, so that TPR − FPR stands below the line",
            ),
            Idea(
                (lambda o, fpr, tpr: o, lambda o, fpr, tpr: np.clip(o, 0, 1)),
                "this takes the judge at its word; it errs, and one knows how often",
            ),
            Idea(
                (
                    lambda o, fpr, tpr: o / tpr,
                    lambda o, fpr, tpr: np.clip(o / tpr, 0, 1),
                ),
                "this counts the missed creatures, and not the heroes that are taken for some",
            ),
            Idea(
                (lambda o, fpr, tpr: o - fpr, lambda o, fpr, tpr: np.clip(o - fpr, 0, 1)),
                "this takes the false positives away, as if all pictures were heroes, and forgets "
                "the creatures that the judge misses",
            ),
            Idea(
                (
                    lambda o, fpr, tpr: o * tpr + (1 - o) * fpr,
                    lambda o, fpr, tpr: np.clip(o * tpr + (1 - o) * fpr, 0, 1),
                ),
                "this is the way there: from a true share to what the judge says. Asked is the way "
                "back",
            ),
            Idea(
                lambda o, fpr, tpr: np.clip((tpr - o) / (tpr - fpr), 0, 1),
                "this is the share of the others, 1 − π",
            ),
        ),
        hints=(
            "which o does a true share π give? Creatures are seen with TPR, heroes mistaken with "
            "FPR",
            "solve that for π; then look at an o below FPR",
        ),
        probes=(
            (0.1, 0.1, 0.95),
            (0.95, 0.1, 0.95),
            (0.525, 0.1, 0.95),
            (0.4, 0.2, 0.7),
            (0.6, 0.1, 0.95),
            (0.0, 0.1, 0.95),
            (1.0, 0.1, 0.95),
        ),
        names=("o", "fpr", "tpr"),
        praise="Even a judge that errs counts right, as long as one knows how it errs.",
    ),
)

# ---- 05.3

register(
    "05.3",
    Question(
        title="the best child of those that have arrived",
        right="C",
        replies={
            "A": "A has the best KID, but half of its pictures are still taken for heroes",
            "B": "B is taken for creatures, but reaches fewer of the real ones than the untouched "
            "parent does (.50 against .63): by this page's word it has not arrived",
            "C": "C alone is taken for creatures *and* covers more than the untouched parent.",
            "D": "D has left the heroes, but reaches the fewest real creatures: coverage .47, less "
            "than its untouched parent's",
        },
    ),
)

# ---- 05.4


def _windows(pictures):
    """Brightness of the four corners of every window of two by two pixels."""
    grey = np.asarray(pictures, float).mean(axis=-1)
    return grey[:, :-1, :-1], grey[:, :-1, 1:], grey[:, 1:, :-1], grey[:, 1:, 1:]


def dither(pictures):
    """The right answer of 05.4: the mean of |a − b − c + d| / 2 over all windows of two by two pixels."""
    a, b, c, d = _windows(pictures)
    return np.abs(a - b - c + d).mean() / 2


def _without_abs(pictures):
    a, b, c, d = _windows(pictures)
    return (a - b - c + d).mean() / 2


def _net(pictures):
    return np.abs(_without_abs(pictures))


def _apart(pictures):
    a, b, c, d = (part[:, ::2, ::2] for part in _windows(pictures))
    return np.abs(a - b - c + d).mean() / 2


def _differences(pictures):
    a, b, c, d = _windows(pictures)
    return (np.abs(a - b) + np.abs(a - c)).mean() / 2


def _bytes(pictures):
    grey = np.asarray(pictures).mean(axis=-1).astype(np.uint8)
    a, b, c, d = grey[:, :-1, :-1], grey[:, :-1, 1:], grey[:, 1:, :-1], grey[:, 1:, 1:]
    return np.abs(a - b - c + d).mean() / 2


def _whole(pictures):
    a, b, c, d = _windows(pictures)
    return np.abs(a - b - c + d).mean()


def _quarter(pictures):
    return _whole(pictures) / 4


def _by_channel(pictures):
    p = np.asarray(pictures).astype(float)
    return np.abs(p[:, :-1, :-1] - p[:, :-1, 1:] - p[:, 1:, :-1] + p[:, 1:, 1:]).mean() / 2


def _first_picture(pictures):
    return dither(pictures[:1])


def _tests():
    """Pictures with and without dither: flat, checkers, stripes, an edge, noise; two in colour."""
    side = np.arange(8)
    board = (side[:, None] + side) % 2 * 255
    stripes = np.broadcast_to(side % 2 * 255, (8, 8))
    edge = np.broadcast_to((side > 3) * 200, (8, 8))
    half = np.where(side[:, None] < 4, board, 255)
    shifted = np.pad(board[1:7, 1:7], 1, constant_values=255)
    noise = np.random.default_rng(0).integers(0, 256, (8, 8))
    grey = np.stack([np.full((8, 8), 90), board, stripes, edge, half, shifted, noise])
    two = np.random.default_rng(1).integers(0, 256, (2, 8, 6, 3)).astype(np.uint8)
    two[1] //= 4
    return [*(p[None, :, :, None].repeat(3, 3).astype(np.uint8) for p in grey), two]


register(
    "05.4",
    Exercise(
        title="a number for dither",
        right=dither,
        wants="one number from 0 to 255",
        ideas=(
            Idea(
                (_without_abs, _net),
                "in a checkerboard every second window gives the opposite sign, and they cancel: "
                "take the absolute value of each window before the mean",
            ),
            Idea(
                _apart,
                "this looks at every second window only; those between them count, too",
            ),
            Idea(
                _differences,
                "stripes and edges count as well here. Dither is what is left when both are "
                "subtracted: a − b − c + d",
            ),
            Idea(
                _bytes,
                "bytes run over: 10 − 20 is 246 in uint8. Convert the pictures to float first",
            ),
            Idea(_whole, "twice as much: divide by 2, so that a full checkerboard gives 255"),
            Idea(_quarter, "half as much: a full checkerboard is to give 255"),
            Idea(
                _by_channel,
                "each channel is measured by itself; the brightness is the mean of the three, taken "
                "first",
            ),
            Idea(_first_picture, "only the first picture counts here: the mean goes over all"),
        ),
        hints=(
            "first floats, then the mean over the channels; of that four shifted copies, one without "
            "its last row and column",
            "of each window |a − b − c + d| / 2, then the mean over all windows and pictures",
        ),
        probes=tuple((pictures,) for pictures in _tests()),
        names=("pictures",),
        labels=("a flat picture", "a checkerboard", "stripes", "an edge", "half a checkerboard",
                "a checkerboard in a frame", "noise", "two pictures of coloured noise"),
        praise="Flat areas, stripes and edges give 0 or nearly so, checkers 255.",
    ),
)  # fmt: skip

register(
    "05.5",
    Exercise(
        title="the branch for single pixels, predicted and measured",
        right=branch.RIGHT,
        wants="the prediction, and the dither with the branch and without it",
        value=True,
        ideas=branch.IDEAS,
        hints=(
            "a wrong prediction does not fail, a missing one does",
            "Form(pixels=16) has the branch, Form(pixels=0) has none",
        ),
        observe=branch.observe,
        close=branch.close,
        explain=branch.explain,
        praise=branch.praise,
    ),
)

# ---- questions

register(
    "05.q1",
    Question(
        title="a better KID after 20 seconds",
        right="B",
        replies={
            "A": "held-out pictures guard against copies of the training set; they do not tell a "
            "sketch from a portrait that has hardly changed",
            "B": "portraits may lie near to sketches of faces, as heroes lie near to creatures. "
            "Without the untouched parent's score and a judge, the number says nothing.",
            "C": "perhaps; but a longer day would not show what the child's score is made of",
            "D": "few held-out pictures make KID uncertain; that is a matter of its error, and not "
            "why this one is so good",
        },
    ),
)

register(
    "05.q2",
    Question(
        title="what the frozen network gives the discriminator",
        right="C",
        replies={
            "A": "it has never seen these games' pictures, and its weights never change; what it "
            "knows is edges and shapes of photographs",
            "B": "G learns through D's gradient, and that flows through the frozen maps: frozen "
            "means that their weights stay, not that nothing passes",
            "C": "the maps are there before the first step; what is left to learn are small heads.",
            "D": "D sees more numbers than before: 5,120 in the mixed maps beside the picture's 3,072",
        },
    ),
)

register(
    "05.q3",
    Question(
        title="two generators, averaged",
        right="B",
        replies={
            "A": "that needs the same number to mean the same thing in both networks",
            "B": "channel 7 of the one has nothing to do with channel 7 of the other. A child "
            "keeps its parent's numbering, and that is why the mixtures of this section work.",
            "C": "one latent gives one picture; a mean of weights makes no choice",
            "D": "the shapes fit, so no error stops you; the picture does",
        },
    ),
)
