"""Lesson 08's three views: an attack and its threshold, a share and its judges, a map over a picture.

    challenges.attack(members, others, threshold=1.0)         # each returns (picture, words), for a
    challenges.share(arrays, "bearers", "10", psi=0.5)        # panel, or for figures.show
    challenges.explained(model, picture, "Grad-CAM", "block11_add")
    challenges.by_eye(arrays, "bearers")                      # what looking found, as numbers

`found_share` is what the second one draws, as numbers.
"""

import numpy as np

from helpers import bias, explain, figures, privacy
from helpers.explain import checks

MEMBERS, OTHERS, DASHED = (
    figures.PALETTE[1],
    figures.PALETTE[0],
    {"color": "black", "ls": "--", "lw": 1},
)

# An attack -------------------------------------------------------------------------------------


def attack(members, others, threshold):
    """Scores of members and of others, and what an attack does that calls "member" above a threshold.

    Args:
        members, others: scores [m] and [n], higher for "more like a member".
        threshold: in the unit of the scores.
    Returns:
        (Figure, words): left how often each score is found, right hits against false alarms of every
        threshold, this one as a dot; the words hold the AUC, its interval and that of chance.
    """
    fig, (left, right) = figures.new(1, 2, height=3.2)
    everything = np.concatenate([members, others])
    bins = np.linspace(everything.min(), everything.max() + 1e-9, 26)
    for scores, name, color in ((members, "members", MEMBERS), (others, "others", OTHERS)):
        left.hist(scores, bins, weights=np.full(len(scores), 1 / len(scores)),
                  color=color, alpha=0.55, label=name)  # fmt: skip
    left.axvline(threshold, **DASHED)
    left.set(xlabel="score", ylabel="share of pictures")
    left.legend()
    cuts = np.concatenate([[-np.inf], np.sort(everything), [np.inf]])
    hits, alarms = zip(*(privacy.rates(members, others, cut) for cut in cuts))
    right.plot(alarms, hits, color=MEMBERS)
    right.plot([0, 1], [0, 1], **DASHED)
    hit, alarm = privacy.rates(members, others, threshold)
    right.plot([alarm], [hit], "o", color="black", ms=9)
    right.set(xlabel="others called members", ylabel="members called so")
    return (
        fig,
        f"{read(members, others)}; here {hit:.0%} of the members and {alarm:.0%} of the others",
    )


def read(members, others):
    """An AUC in words, with its interval beside that of chance."""
    low, high = privacy.auc_interval(members, others, resamples=300)
    least, most = privacy.chance_interval(len(members), len(others))
    return (
        f"AUC {privacy.auc(members, others):.2f} ({low:.2f} to {high:.2f}); "
        f"luck alone {least:.2f} to {most:.2f}"
    )


# A share ---------------------------------------------------------------------------------------

JUDGES = ("careful", "hasty", "features")
LOOKED_AT = 100  # drawn heroes of each direction in the result "08_by_eye"


def found_share(arrays, card, direction, arm, psi, judge, *, side="test"):
    """What a judge said of an arm's pictures, and the share that is left after correction.

    Args:
        arrays, card: of the result "08_groups".
        direction: who is the minority, "bearers" or "empty".
        arm: name of a training, one of card["arm_order"].
        psi: truncation, one of card["psis"].
        judge: "careful", "hasty" or "features"; the last one at ψ = 1 only.
        side: held-out pictures that its errors are counted on, "test" or "validation".
    Returns:
        Dictionary: "hits" and "false_alarms", counts (k, n) on real pictures; "said" and "corrected",
        float [seeds]; "interval", (low, high) of the corrected share of all seeds together.
    Raises:
        ValueError: it was not measured.
    """
    if arm not in card["arm_order"] or psi not in card["psis"] or judge not in JUDGES:
        raise ValueError(
            f"no arm {arm!r} at ψ = {psi} with the judge {judge!r}: arms {card['arm_order']}, ψ "
            f"{card['psis']}, judges {list(JUDGES)}"
        )
    verdicts = arrays[f"{direction}/{judge}/generated"][card["arm_order"].index(arm)]
    column = card["psis"].index(psi) if judge != "features" else 0
    if judge == "features" and psi != 1:
        raise ValueError(f"the judge on features was asked at ψ = 1 only, not at {psi}")
    called = verdicts[:, column]
    hits, alarms = (
        (int(real.sum()), len(real))
        for real in (arrays[f"{direction}/{judge}/{side}/{group}"] for group in ("minority", "majority"))
    )  # fmt: skip
    rates = {"hits": hits[0] / hits[1], "false_alarms": alarms[0] / alarms[1]}
    return {
        "hits": hits, "false_alarms": alarms, "said": called.mean(axis=1),
        "corrected": bias.corrected(called.mean(axis=1), **rates),
        "interval": bias.corrected_interval(int(called.sum()), called.size, hits, alarms),
    }  # fmt: skip


def by_eye(arrays, direction):
    """What looking found among 100 drawn heroes, and how often each judge contradicts it.

    Args:
        arrays: of the result "08_by_eye". A label counts where both passes gave it.
        direction: who is the minority, "bearers" or "empty".
    Returns:
        Dictionary: "minority", "majority", "unclear", counts; "share" of the minority among clear ones and
        its "interval"; "most", the share if every unclear one belonged to it; "alarms" and "right", {judge:
        share}: of the majority seen, how many it calls minority; of all clear ones, how many it names as seen.
    Raises:
        ValueError: there is no such direction.
    """
    if direction not in (directions := ("bearers", "empty")):
        raise ValueError(f"no direction {direction!r}; one of: {', '.join(directions)}")
    k = directions.index(direction)
    part = slice(k * LOOKED_AT, (k + 1) * LOOKED_AT)
    first, second = arrays["first"][part], arrays["second"][part]
    label = np.where(first == second, first, 2)  # 0 a shield, 1 an empty hand, 2 unclear
    few, many, unclear = (int(np.sum(label == x)) for x in (k, 1 - k, 2))
    called = {name: np.where(arrays[name][part], 0, 1) for name in JUDGES}
    return {
        "minority": few, "majority": many, "unclear": unclear, "share": few / (few + many),
        "interval": bias.wilson(few, few + many), "most": (few + unclear) / LOOKED_AT,
        "alarms": {name: float(np.mean(c[label == 1 - k] == k)) for name, c in called.items()},
        "right": {name: float(np.mean((c == label)[label < 2])) for name, c in called.items()},
    }  # fmt: skip


def share(arrays, card, direction, arm, psi):
    """The minority's share as each judge sees it, before and after correction, and eight pictures.

    Args:
        arrays, card, direction, arm, psi: as for `found_share`.
    Returns:
        (Figure, words). A hollow dot is the mean of what a judge said, small dots are the corrected
        shares of the seeds, the bar is the interval of all of them together.
    """
    fig, (top, ax) = figures.new(2, 1, width=7, height=4.4, height_ratios=(1, 2.6))
    shown = arrays[f"{direction}/shown"][card["arm_order"].index(arm), card["psis"].index(psi)]
    top.imshow(np.concatenate(list(shown), axis=1), interpolation="nearest")
    top.axis("off")
    words = []
    for row, judge in enumerate(name for name in JUDGES if name != "features" or psi == 1):
        found = found_share(arrays, card, direction, arm, psi, judge)
        color, said = figures.PALETTE[row], found["said"].mean()
        ax.plot(found["interval"], [row, row], color=color, lw=5, alpha=0.35)
        ax.plot(found["corrected"], np.full(len(found["corrected"]), row), "o", color=color, ms=5)
        ax.plot([said], [row], "o", mfc="white", color="black", ms=9)
        words.append(f"{judge}: said {said:.2f}, corrected {found['corrected'].mean():.2f}")
    ax.axvline(card["arms"][arm]["share"], **DASHED)
    ax.set(xlim=(-0.02, 1.02), ylim=(len(words) - 0.5, -0.5), xlabel="share of the minority")
    ax.set_yticks(range(len(words)), [line.split(":")[0] for line in words])
    return fig, "; ".join(words)


# A map -----------------------------------------------------------------------------------------

METHODS = (
    "Grad-CAM", "gradient", "SmoothGrad", "integrated, white", "integrated, grey", "edges"
)  # fmt: skip

COMPLETE = 0.01  # share of the gain that a map of integrated gradients may miss


def map_of(model, pictures, method, layer=None, index=0, *, prepare=np.float32, steps=50):
    """Maps of one method.

    Args:
        model: keras.Model, pictures → [n, outputs].
        pictures: uint8 [n, size, size, 3].
        method: one of METHODS.
        layer: of Grad-CAM; others do not look at it.
        index: which output is explained.
        prepare: what the model takes from uint8 pictures: `np.float32` for 0 to 255, `art.to_float`
            for -1 to 1.
        steps: of integrated gradients.
    Returns:
        float32 [n, a, b] or [n, size, size, 3].
    Raises:
        ValueError: there is no such method; or of explain.grad_cam.
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; one of: {', '.join(METHODS)}")
    given, score = prepare(pictures), explain.logit(model, index)
    if method == "Grad-CAM":
        return explain.grad_cam(model, given, layer, index)
    if method == "edges":
        return checks.edges(given)
    if method == "gradient":
        return explain.gradient(score, given)
    if method == "SmoothGrad":
        return explain.smooth_gradient(score, given, samples=10)
    paper = np.full_like(pictures[0], _paper(method))
    return explain.integrated_gradients(score, given, prepare(paper), steps)


def _paper(method):
    """The level of a baseline's name."""
    return 255 if method == "integrated, white" else 127


def explained(model, picture, method, layer=None, *, names=("its logit",), given=None,
              prepare=np.float32, scale=3):  # fmt: skip
    """A picture beside the map of the answer that the model gives it.

    Args:
        model, method, layer, prepare: as for `map_of`.
        picture: uint8 [size, size, 3].
        names: of the model's outputs.
        given: what the set says it is, an index of names, or None.
        scale: whole factor by which pixels are repeated.
    Returns:
        (uint8 image, words): what the model answers; whether the map is empty, how coarse one of
        Grad-CAM is, what one of integrated gradients misses of the gain, and that it is not complete
        where this is COMPLETE or more.
    """
    answers = np.asarray(model(prepare(picture[None]), training=False))[0]
    index = int(answers.argmax())
    found = map_of(model, picture[None], method, layer, index, prepare=prepare)
    beside = np.stack([picture, explain.overlay(picture[None], found)[0]])
    words = f"answer: {names[index]} ({answers[index]:+.1f})"
    words += "" if given is None else f"; the set says: {names[given]}"
    if method == "Grad-CAM":
        words += f"; a map of {found.shape[1]} × {found.shape[2]} places"
    if method.startswith("integrated"):
        paper = prepare(np.full_like(picture, _paper(method)))
        missed = explain.completeness(
            explain.logit(model, index), prepare(picture[None]), paper, found
        )
        words += f"; {missed[0]:.0%} of the gain is missed"
        words += "; this map is not complete" if missed[0] >= COMPLETE else ""
    words += "" if np.any(found) else "; the map is empty: 0 everywhere"
    return figures.tile(beside.repeat(scale, 1).repeat(scale, 2), columns=2), words
