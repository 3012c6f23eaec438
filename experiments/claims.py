"""What `make claims` says at its end: which claims changed, seed by seed, since the committed results.

    python -m experiments.claims              # the files as they lie against those of the last commit
    python -m experiments.claims --against main~3

A claim is a sentence with the number of seeds (or draws) in which it holds; cards that count for
themselves say so under "claims", for the others the sentences stand in `READ`. Claims that are new or
gone are listed, too.
"""

import argparse
import json
import subprocess

import numpy as np

from helpers import metrics, results

HELD_OUT = 500  # heroes that lesson 04 scores against
ROOT, FOLDER = results.ROOT, results.FOLDER


def main(arguments=None):
    """Prints the comparison; returns how many claims changed."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--against", default="HEAD", metavar="REVISION")
    options = command.parse_args(arguments)
    now, before = {}, {}
    for name in results.names(FOLDER):
        now |= claims(name, results.card(name, FOLDER))
        before |= claims(name, committed(name, options.against))
    lines = compare(now, before)
    print("\n".join(lines) or "no claim changed")
    print(f"{len(now)} claims, {len(lines)} changed since {options.against}")
    return len(lines)


def committed(name, revision):
    """The card of a result in a revision; None where there is none."""
    shown = subprocess.run(
        ["git", "show", f"{revision}:data/results/{name}.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if shown.returncode:
        _check_revision(revision)
        return None
    return json.loads(shown.stdout)


def _check_revision(revision):
    asked = ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
    if subprocess.run(asked, cwd=ROOT, capture_output=True).returncode:
        raise SystemExit(
            f"there is no revision {revision!r} to compare with: this needs the course as a git "
            "clone, and a name that git knows, such as HEAD"
        )


def compare(now, before):
    """Sentences for what differs.

    Args:
        now, before: {claim: (holds in, of)}.

    Returns:
        List of lines, empty where all claims hold in as many seeds as before.
    """
    lines = []
    for claim in sorted(now.keys() | before.keys()):
        new, old = now.get(claim), before.get(claim)
        if new == old:
            continue
        words = " was ".join(
            f"{pair[0]} of {pair[1]}" if pair else "not there" for pair in (new, old)
        )
        lines.append(f"changed: {claim}: {words}")
    return lines


# Reading cards -----------------------------------------------------------------------------------


def claims(name, card):
    """The claims of one card.

    Args:
        name: of the result, such as "05_claims".
        card: dictionary, or None where there is no such file.

    Returns:
        {"05 · sentence": (seeds in which it holds, seeds)}.
    """
    if card is None:
        return {}
    found = dict(counted(card)) if "claims" in card else {}
    found |= READ[name](card) if name in READ else {}
    return {f"{name[:2]} · {sentence}": pair for sentence, pair in found.items()}


def counted(card):
    """Claims that the card counts itself: pairs (sentence, (holds in, of))."""
    for sentence, claim in card["claims"].items():
        values = next(value for value in claim.values() if isinstance(value, list))
        yield sentence, (claim["holds_in"], len(values))


def holds(condition):
    """(in how many, of how many) of an array of truths."""
    condition = np.asarray(condition)
    return int(condition.sum()), condition.size


def of_words(card):
    """Lesson 01 deeper: two ways to name an emoji from its text, by the labels there are."""
    found = {}
    for pair, sizes in card["differences"].items():
        for labels, row in sizes.items():
            found[f"{pair}, {labels} labels"] = row["draws_ahead"], card["draws"]
    return found


def of_sweep(card):
    """Lesson 02: the λ that validation chooses against the target alone (λ = ∞), on test pictures."""
    found = {}
    for pair, counts in card["sweeps"].items():
        for count, sweep in counts.items():
            middle = np.mean(sweep["validation"], axis=0)[1:-1].argmax() + 1
            test = np.array(sweep["second"])
            sentence = f"{pair}, {count} labels: the chosen λ beats the target alone"
            found[sentence] = holds(test[:, middle] > test[:, -1])
    return found


def of_ring(card):
    """Lesson 03: all eight modes found by the average, and how many modes are reached."""
    found = {}
    for arm, kinds in card["arms"].items():
        modes = np.array(kinds["averaged"]["modes"])[:, -1]
        found[f"{arm}: the average finds all eight modes"] = holds(modes == 8)
        found[f"{arm}: all eight are reached"] = holds(np.array(kinds["reached"])[:, -1] == 8)
    return found


def scores(card, score="kid"):
    """{arm: scores, in the order of the seeds} of a card with rows."""
    arms = dict.fromkeys(row["arm"] for row in card["rows"])
    rows = sorted(card["rows"], key=lambda row: row["seed"])
    return {arm: np.array([row[score] for row in rows if row["arm"] == arm]) for arm in arms}


def of_failures(card):
    """Lesson 04: each failure against its control."""
    kid, variety = scores(card), scores(card, "diversity")
    pairs = {
        "β1 = .9 scores worse than the control": ("momentum", "control"),
        "a slow G scores worse than the control": ("strong_discriminator", "control"),
        "without an average the score is worse": ("no_average", "control"),
        "batch norm in D scores worse": ("batch_norm", "control"),
        "60 pictures: shifts score better than no augmentation": ("few", "few_shifted"),
        "60 pictures: more augmentation scores better than shifts": (
            "few_shifted",
            "few_augmented",
        ),
    }
    found = {s: holds(kid[a] > kid[b]) for s, (a, b) in pairs.items() if {a, b} <= kid.keys()}
    found["a fast G without augmentation collapses: less diversity"] = holds(
        variety["collapse"] < variety["control"]
    )
    return found


def of_palette(card):
    """Lesson 04 deeper: palette and R1 at 2,700 steps."""
    kid = scores(card)
    return {
        "2,700 steps with R1: the palette scores better": holds(
            kid["palette and R1"] < kid["R1 alone"]
        ),
        "2,700 steps with a palette: R1 scores better": holds(
            kid["palette and R1"] < kid["palette alone"]
        ),
    }


def of_start(card):
    """Lesson 04: what a palette brings, and a start taken from the data."""
    kid = scores(card)
    soft = [row["kid"] < row["soft_kid"] for row in card["rows"] if "soft_kid" in row]
    return (of_first_gan(card) if "samples" in card else {}) | {
        "a palette scores better than three channels": holds(kid["palette"] < kid["plain"]),
        "a start from the data scores better": holds(kid["palette and start"] < kid["palette"]),
        "drawn at temperature ½ it scores better than at 1": holds(soft),
    }


def of_first_gan(card):
    """Lesson 04: no copies; and less typical pictures of fewer kinds than real ones."""
    rows = [row for row in card["rows"] if row["arm"] == "plain"]
    clean = [row["unseen_nearest"] > 0.1 and row["too_near"] < 0.03 for row in rows]
    expected = metrics.expected_coverage(HELD_OUT, card["samples"])
    fewer = [row["density"] < 1 and row["coverage"] < expected for row in rows]
    return {
        "the first GAN: no sign of copying": holds(clean),
        "the first GAN: less typical and fewer kinds than real heroes": holds(fewer),
    }


def of_response(card):
    """Lesson 04: what D notices after its first steps and at the end."""
    noticed = {name: np.array([row["noticed"][name] for row in card["rows"]])
               for name in card["rows"][0]["noticed"]}  # fmt: skip
    swapped, blurred = noticed["halves swapped"], noticed["blurred"]
    return {
        "D notices swapped halves less often at the end than after its first steps": holds(
            swapped[:, -1] < swapped[:, 1]
        ),
        "at the end D notices blur in more than 6 pairs of 10": holds(blurred[:, -1] > 0.6),
    }


def of_mixture(card):
    """Lesson 05: the larger share of a mixture is exaggerated."""
    share = {
        lam: np.array([r["share"] for r in card["rows"] if r["lam"] == lam]) for lam in card["lams"]
    }
    asked = {lam: lam / (1 + lam) for lam in share}
    return {
        "λ = 1/3: fewer neon pictures than asked": holds(share[card["lams"][0]] < asked[card["lams"][0]]),
        "λ = 3: more neon pictures than asked": holds(share[card["lams"][2]] > asked[card["lams"][2]]),
    }  # fmt: skip


def of_six_arms(card):
    """Lesson 05: six ways to train, after the longer of the two runs."""
    longest, kid = max(card["steps"]), {}
    for row in card["rows"]:
        if row["steps"] == longest:
            kid.setdefault(row["arm"], {})[row["seed"]] = row["kid"]
    pairs = {
        "both copied is nearer than scratch": ("both", "scratch"),
        "D only is nearer than scratch": ("discriminator", "scratch"),
        "G only is nearer than scratch": ("generator", "scratch"),
        "D only is nearer than G only": ("discriminator", "generator"),
        "projected D is nearer than both": ("projected", "both"),
    }
    return {
        sentence: holds([kid[a][seed] < kid[b][seed] for seed in kid[a] if seed in kid[b]])
        for sentence, (a, b) in pairs.items()
    }


READ = {
    "01_words": of_words,
    "02_lambda_sweep": of_sweep,
    "03_ring_modes": of_ring,
    "04_failures": of_failures,
    "04_palette": of_palette,
    "04_start": of_start,
    "04_response": of_response,
    "05_mixture": of_mixture,
    "05_six_arms": of_six_arms,
}


if __name__ == "__main__":
    main()
