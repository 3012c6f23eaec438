"""Lesson 08's shipped results and its three panels' pictures.

Made by `python -m experiments.membership`, `.groups` and `.maps`; raw scores and verdicts, so that everything
shown here can be computed again from the files.
"""

import functools

import numpy as np

from helpers import bias, explain, figures, metrics, privacy, results
from helpers.explain import checks

MEMBERSHIP, GROUPS, MAPS = "08_membership", "08_groups", "08_maps"
SIDES = {"both": ("A", "B"), "A": ("A",), "B": ("B",)}
METHODS = ("Grad-CAM", "gradient", "SmoothGrad", "integrated gradients, white",
           "integrated gradients, grey", "edges (no network)")  # fmt: skip


@functools.cache
def shipped(name):
    """(card, arrays) of a result, read once."""
    return results.card(name), results.arrays(name)


# Privacy ---------------------------------------------------------------------------------------


def scores(n, attack="discriminator", *, arm="plain", steps=None, side="both"):
    """Raw scores of an attack on the shipped GANs.

    Args:
        n: pictures that each was trained on: 50, 200 or 1,000.
        attack: "discriminator", "nearest", "reconstruction", "calibrated".
        arm: "plain", "moved", "rejecting", "noisy".
        steps: 100, 200, 400 or 700, the default.
        side: "A", "B" (the other direction of each split), "both", or "C", the control that saw neither.
    Returns:
        (members, others), float [runs, pictures].
    Raises:
        ValueError: there is no such run.
    """
    card, arrays = shipped(MEMBERSHIP)
    steps = steps or card["steps"]
    keys = [f"{arm}/{n}/{s}/{attack}/{steps}" for s in SIDES.get(side, (side,))]
    keys = [key for key in keys if f"{key}/members" in arrays]
    if not keys:
        known = sorted({key.rsplit("/", 1)[0] for key in arrays})
        raise ValueError(f"no scores of {arm}/{n}/{side}/{attack}/{steps}; for example {known[0]}")
    return tuple(
        np.concatenate([arrays[f"{key}/{group}"] for key in keys])
        for group in ("members", "others")
    )


def aucs(n, attack="discriminator", **which):
    """The AUC of each run, float [runs]; arguments as for `scores`."""
    return np.array([privacy.auc(*pair) for pair in zip(*scores(n, attack, **which))])


def mean_and_error(values):
    """Mean over runs and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def attack_view(*, n, attack, share, run=0):
    """Panel 1: both heaps' scores with a threshold, and what it would catch.

    Args:
        n, attack: as for `scores`; plain training.
        share: the threshold leaves this share of the others above it, 0 to 1.
        run: which of the ten.
    Returns:
        (figure, text).
    """
    members, others = (some[run] for some in scores(n, attack))
    threshold = np.quantile(others, 1 - share)
    hits, alarms = privacy.rates(members, others, threshold)
    low, high = privacy.chance_interval(len(members), len(others))
    fig, (left, right) = figures.new(columns=2, width=9.5, height=3.4)
    bins = np.linspace(*np.quantile(np.concatenate([members, others]), [0, 1]), 25)
    for values, name in ((members, "trained on"), (others, "never seen")):
        left.hist(values, bins=bins, alpha=0.6, label=name, density=True)
    left.axvline(threshold, color="black", ls="--")
    left.set(xlabel=f"score: {attack}", yticks=[])
    left.legend(fontsize=10)
    cuts = np.sort(np.concatenate([members, others, [-np.inf]]))
    curve = np.array([privacy.rates(members, others, cut) for cut in cuts])
    right.plot([0, 1], [0, 1], color="grey", ls=":")
    right.plot(curve[:, 1], curve[:, 0])
    right.plot(alarms, hits, "o", color="black")
    right.set(xlabel="others called members", ylabel="members found", title=f"AUC {privacy.auc(members, others):.2f}")  # fmt: skip
    words = f"called members: {hits:.0%} of the members and {alarms:.0%} of the others · luck alone ends between {low:.2f} and {high:.2f}"
    return fig, words


# Bias ------------------------------------------------------------------------------------------


def said(arm, psi=1.0, *, minority="bearers", judge="careful"):
    """Verdicts on generated pictures: bool [seeds, pictures], True for "the minority's".

    Args:
        arm: training set and repair, a name of the card's `arm_order`.
        psi: truncation, one of the card's `psis`.
        minority: "bearers" (with a shield) or "empty" (left hands).
        judge: "careful" and "hasty" look at pixels; "features" is there at ψ = 1 only.
    """
    card, arrays = shipped(GROUPS)
    found = arrays[f"{minority}/{judge}/generated"][card["arm_order"].index(arm)]
    return found[:, 0 if judge == "features" and psi == 1 else card["psis"].index(psi)]


def judged(minority="bearers", judge="careful", side="validation"):
    """Verdicts on real held-out pictures: (of the majority's, of the minority's), bool arrays."""
    arrays = shipped(GROUPS)[1]
    return tuple(arrays[f"{minority}/{judge}/{side}/{group}"] for group in ("majority", "minority"))


def shares(arm, psi=1.0, *, minority="bearers", judge="careful"):
    """Corrected share of the minority in each seed's pictures, float [seeds]."""
    alarms, hits = (group.mean() for group in judged(minority, judge))
    raw = said(arm, psi, minority=minority, judge=judge).mean(axis=1)
    return bias.corrected(raw, hits=hits, false_alarms=alarms)


def covered(arm, psi=1.0, *, minority="bearers"):
    """Coverage of the held-out pictures of (majority, minority), float [seeds, 2]; NaN where not measured."""
    card, arrays = shipped(GROUPS)
    place = card["arm_order"].index(arm), slice(None), card["psis"].index(psi)
    return arrays[f"{minority}/covered"][place]


def best_coverage(arm, psi=1.0, *, minority="bearers"):
    """What a perfect generator would cover of (majority, minority) with as many pictures of each."""
    sizes = [len(group) for group in judged(minority, side="test")]
    drawn = shipped(GROUPS)[0]["looked_at"]
    few = max(1, round(drawn * float(np.mean(shares(arm, psi, minority=minority)))))
    counts = max(1, drawn - few), few
    return tuple(metrics.expected_coverage(*pair) for pair in zip(sizes, counts))


def share_view(*, arm, psi, minority="bearers"):
    """Panel 2: eight pictures of a generator, and the share of the minority over ψ and seeds.

    Args:
        arm: training set and repair, a name of the card's `arm_order`.
        psi: truncation, one of the card's `psis`.
        minority: "bearers" (with a shield) or "empty" (left hands).
    Returns:
        (figure, text).
    """
    card, arrays = shipped(GROUPS)
    row, column = card["arm_order"].index(arm), card["psis"].index(psi)
    fig, (left, right) = figures.new(columns=2, width=9.5, height=3.2)
    left.imshow(
        figures.tile(arrays[f"{minority}/shown"][row, column], columns=4), interpolation="nearest"
    )
    left.set(title=f"ψ = {psi:g}", xticks=[], yticks=[])
    left.grid(False)
    lines = np.array([shares(arm, p, minority=minority) for p in card["psis"]]).T
    figures.curves(
        card["psis"], {"drawn": lines}, ax=right, xlabel="ψ", ylabel="share of the minority"
    )
    given = card["arms"][arm]["share"]
    right.axhline(given, color="grey", ls=":")
    right.plot(psi, np.median(lines[:, column]), "o", color="black")
    right.set(ylim=(0, max(0.6, lines.max() + 0.05)), title="dotted: the training set")
    now = shares(arm, psi, minority=minority)
    return (
        fig,
        f"of the training set {given:.0%}, drawn {now.mean():.1%} ± {now.std(ddof=1) / len(now) ** 0.5:.1%} (mean of five seeds and its error)",
    )


# Interpretability ------------------------------------------------------------------------------


def map_view(model, picture, *, layer, method, index=0, names=None):
    """Panel 3: a map under a picture.

    Args:
        model: keras.Model, pictures 0–255 → logits.
        picture: uint8 [size, size, 3].
        layer: name of the layer, for Grad-CAM.
        method: one of METHODS.
        index: the output that is explained.
        names: names of the outputs, for the text.
    Returns:
        (uint8 image, text): the picture, and beside it the map.
    """
    score, one = explain.logit(model, index), picture[None]
    maps = {
        "Grad-CAM": lambda: explain.grad_cam(model, one, layer, index),
        "gradient": lambda: explain.gradient(score, one),
        "SmoothGrad": lambda: explain.smooth_gradient(score, one, samples=8),
        "integrated gradients, white": lambda: explain.integrated_gradients(score, one, 255.0, 50),
        "integrated gradients, grey": lambda: explain.integrated_gradients(score, one, 127.0, 50),
        "edges (no network)": lambda: checks.edges(one),
    }[method]()
    heat = explain.overlay(one, maps)[0]
    likeness = checks.rank_correlation(
        explain.enlarge(explain.flat(maps), picture.shape[0]), checks.edges(one)
    )[0]
    shown = figures.tile(np.stack([picture, heat]), columns=2, pad=2)
    words = f"{names[index] if names else 'output'}: {float(score(one.astype(np.float32))[0]):.2f} · rank correlation with the edges {likeness:.2f}"
    return shown.repeat(4, axis=0).repeat(4, axis=1), words
