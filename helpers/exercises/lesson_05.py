"""Checks of lesson 05's exercises."""

import numpy as np

from helpers.exercises import exercise, wrong


@exercise("05.1", "copying the weights that are asked for")
def _(answer):
    from helpers import gan

    parts = ("generator", "averaged_generator", "discriminator")

    def weights(model, part):
        return np.concatenate([w.ravel() for w in getattr(model, part).get_weights()])

    parent = gan.make(8, width=4, latent_dim=6, seed=1)
    blurred = [0.9 * w for w in parent.generator.get_weights()]
    parent.averaged_generator.set_weights(blurred)  # so that G and its average differ
    before = {part: weights(parent, part) for part in parts}
    for flags in ((True, True), (True, False), (False, True), (False, False)):
        child = gan.make(8, width=4, latent_dim=6, seed=2)
        own = {part: weights(child, part) for part in parts}
        answer(parent, child, *flags)
        said = f"with generator={flags[0]}, discriminator={flags[1]}"
        if any((weights(parent, part) != before[part]).any() for part in parts):
            wrong(f"{said} the parent changed: it is to be left alone")
        for part, source in zip(
            parts, ("averaged_generator", "averaged_generator", "discriminator")
        ):
            asked = flags[1] if part == "discriminator" else flags[0]
            found = weights(child, part)
            if not asked and (found != own[part]).any():
                wrong(f"{said} the child's {part} changed, although its flag is False")
            if asked and part == "generator" and (found == before["generator"]).all():
                wrong(f"{said} the child's generator got the weights of the parent's latest G; "
                      "its averaged generator draws better")  # fmt: skip
            if asked and (found != before[source]).any():
                wrong(f"{said} the child's {part} does not hold the parent's weights")
    return "Copied where asked, left alone where not, and the parent is as it was."


@exercise("05.2", "the true share behind a judge that errs")
def _(answer):
    cases = {(0.1, 0.1, 0.95): 0.0, (0.95, 0.1, 0.95): 1.0, (0.525, 0.1, 0.95): 0.5}
    for (o, fpr, tpr), right in cases.items():
        found = answer(o, fpr, tpr)
        if found is None:
            wrong("your function returns nothing yet")
        if not np.isclose(found, right, atol=1e-6):
            wrong(
                f"for o = {o}, FPR = {fpr}, TPR = {tpr} the true share is {right}, yours is {found:.3f}"
            )
    for o, right in ((0.0, 0.0), (1.0, 1.0)):
        found = answer(o, 0.1, 0.95)
        if not np.isclose(found, right):
            wrong(
                f"for o = {o} the formula leaves 0 … 1 (it gives {found:.3f}): no share does; clip it"
            )
    return "Even a judge that errs counts right, as long as one knows how it errs."


@exercise("05.3", "the best child of those that have arrived")
def _(answer):
    chosen = str(answer).strip().upper()
    if chosen == "A":
        wrong("A has the best KID, but half of its pictures are still taken for heroes")
    if chosen == "B":
        wrong("B has arrived; another one that has is nearer (KID) and covers more")
    if chosen == "D":
        wrong("D has left the heroes, but draws the fewest kinds of creatures: coverage .47")
    if chosen != "C":
        wrong("name one of them: A, B, C or D")
    return "C: arrived, and nearest and widest among those that have."


@exercise("05.4", "the λ that gives a share")
def _(answer):
    for share, right in ((0.5, 1.0), (0.9, 9.0), (0.2, 0.25), (0.0, 0.0)):
        found = answer(share)
        if found is None:
            wrong("your function returns nothing yet")
        if not np.isclose(found, right, atol=1e-6):
            wrong(f"for a share of {share} λ is {right:g}, yours is {found:.3f}")
    return "A share of 90 % takes λ = 9: λ counts odds, not percent."
