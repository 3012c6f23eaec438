"""Lesson 05: copied weights, the share behind a judge that errs, the best child, λ for a share."""

import functools

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register
from helpers.exercises.answers import same

# ---- 05.1

PARTS = ("generator", "averaged_generator", "discriminator")
FLAGS = ((True, True), (True, False), (False, True), (False, False))


def _weights(model, part):
    return np.concatenate([w.ravel() for w in getattr(model, part).get_weights()])


@functools.cache
def _models():
    """Two small GANs and their weights, built once."""
    from helpers import gan

    parent, child = (gan.make(8, width=4, latent_dim=6, seed=seed) for seed in (1, 2))
    blurred = [0.9 * w for w in parent.generator.get_weights()]
    parent.averaged_generator.set_weights(blurred)  # so that G and its average differ
    own = {
        (k, part): getattr(m, part).get_weights()
        for k, m in enumerate((parent, child))
        for part in PARTS
    }
    return (parent, child), own


def _where_from(answer, generator, discriminator):
    """Whose weights each network of a child holds afterwards, and whether the parent is whole."""
    (parent, child), own = _models()
    for (k, part), weights in own.items():
        getattr((parent, child)[k], part).set_weights(weights)
    before = {f"the parent's {part}": _weights(parent, part) for part in PARTS}
    mine = {part: _weights(child, part) for part in PARTS}
    answer(parent, child, generator, discriminator)
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
            "B": "B has arrived; another one that has is nearer (KID) and covers more",
            "C": "C has arrived, and is nearest and widest among those that have.",
            "D": "D has left the heroes, but draws the fewest kinds of creatures: coverage .47",
        },
    ),
)

# ---- 05.4

register(
    "05.4",
    Exercise(
        title="the λ that gives a share",
        right=lambda share: share / (1 - share),
        wants="one number of at least 0",
        ideas=(
            Idea(
                lambda share: share / (1 + share),
                "this is the way there, from λ to a share; asked is the way back. At a share of one "
                "half λ is 1",
            ),
            Idea(lambda share: share, "a share is not a λ: λ counts odds. At one half it is 1"),
            Idea(lambda share: 100 * share, "percent are no odds: at one half λ is 1"),
            Idea(
                lambda share: (1 - share) / share if share else np.inf,
                "the odds are turned over: λ weighs the *new* art, so that it grows with its share",
            ),
            Idea(lambda share: 1 / (1 - share), "this is λ + 1: at a share of 0 λ is 0"),
            Idea(
                lambda share: 2 * share,
                "right at 0 and at one half alone: λ grows beyond all bounds",
            ),
        ),
        hints=(
            "with λ, the new art gets λ parts and the old art one: which share of 1 + λ is that?",
            "solve share = λ/(1 + λ) for λ",
        ),
        probes=((0.5,), (0.9,), (0.2,), (0.0,)),
        names=("share",),
        close=lambda found, expected, *probe: same(found, expected),
        praise="A share of 90 % takes λ = 9: λ counts odds, not percent.",
    ),
)
