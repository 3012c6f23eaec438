"""Scores the shipped generators anew, against the test pictures, and writes it on their cards.

    python -m experiments.rescore             # all of data/checkpoints
    python -m experiments.rescore heroes      # some
    python -m experiments.rescore --second    # only the second yardstick; the other scores stay

The weights stay as they are. What a card said before moves to `earlier_scores`, with the revision
that it was shipped in.
"""

import argparse
import datetime
import subprocess

from helpers import art, checkpoints, files, results
from helpers.train import cards

SECOND = ("untrained", "real_untrained")
EARLIER = "the {} pictures that were held out before they became validation and test pictures"


def of_one_set():
    """Names of the shipped generators that learnt from one art set.

    The general one learnt from seven, in shards: its own command scored it, against their test pictures.
    """
    learnt_from = {
        name: checkpoints.card(name)["data"].split(":")[0] for name in checkpoints.names()
    }
    return [name for name, data in learnt_from.items() if data in art.names()]


def main(arguments=None):
    """Scores each generator and rewrites its card."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("names", nargs="*", metavar="NAME", help=", ".join(of_one_set()))
    command.add_argument("--second", action="store_true", help="only the second yardstick")
    options = command.parse_args(arguments)
    for name in options.names or of_one_set():
        if options.second:
            card = with_second(name)
            files.write_json(checkpoints.path(name).with_suffix(".json"), card)
            print(name, *(f"{key} {card['scores'][key]}" for key in ("kid", *SECOND)))
            continue
        card = rescored(name)
        files.write_json(checkpoints.path(name).with_suffix(".json"), card)
        print(
            f"{name}: KID {card['earlier_scores'][-1]['scores']['kid']} → {card['scores']['kid']}"
        )


def rescored(name):
    """The card of a shipped generator with new scores.

    Args:
        name: name of a shipped checkpoint.

    Returns:
        Dictionary: the card, its `scores` against the test pictures, `scored` (how), and
        `earlier_scores`, a list.
    """
    model, card = checkpoints.load(name), checkpoints.card(name)
    sides = art.load(card["data"].split(":")[0], size=model.size).split()
    scores = cards.score(model, sides.train.images, sides.test.images)
    return with_scores(card, scores, how(sides), before(name, card, sides))


def with_second(name):
    """The card of a shipped generator with the second yardstick's scores beside its own."""
    model, card = checkpoints.load(name), checkpoints.card(name)
    sides = art.load(card["data"].split(":")[0], size=model.size).split()
    found = cards.second(model.sample(cards.SCORED, seed=1), sides.test.images, sides.train.images)
    found = {key: round(float(value), 4) for key, value in found.items()}
    told = {**how(sides), "command": "python -m experiments.rescore --second"}
    return {**card, "scores": {**card["scores"], **found}, "scored_second": told}


def with_scores(card, scores, scored, earlier):
    """The card with new scores in the place of its own, which go to the end of earlier ones.

    Scores of the same pictures, made again, take the place of the last ones and leave no trace.
    """
    history = card.get("earlier_scores", [])
    if earlier["against"] != scored["against"]:
        history = [*history, earlier]
    entries = {"scores": scores, "scored": scored, "earlier_scores": history}
    rest = {key: value for key, value in card.items() if key not in entries}
    return {"data": rest.pop("data"), **entries, **rest}


def how(sides):
    """How scores are made: against what, by which command, when, on what, at which revision."""
    return {
        "against": f"the {len(sides.test)} test pictures",
        "samples": cards.SCORED,
        "seed": 1,
        "command": "python -m experiments.rescore",
        "date": datetime.date.today().isoformat(),
        "machine": cards.machine(),
        "revision": results.revision(),
    }


def before(name, card, sides):
    """The scores that a card has, as an entry of `earlier_scores`."""
    scored = card.get("scored", {"against": against(card, sides), "date": card["date"]})
    return {"scores": card["scores"], "revision": shipped_in(name), **scored}


def against(card, sides):
    """What the scores of a card without `scored` were made against, in words."""
    if "art" in card:  # a training of today's command, which knows three sides
        return f"the {card['art']['held_out']} test pictures"
    return EARLIER.format(len(sides.validation) + len(sides.test))


def shipped_in(name):
    """The revision that last changed the card of a shipped checkpoint."""
    words = ["log", "-1", "--format=%h", "--", f"{name}.json"]
    command = ["git", "-C", str(checkpoints.FOLDER), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
