"""The card of a run: what it came from, how it was trained, what it scores."""

import datetime
import os
import platform

import numpy as np

from helpers import art, checkpoints, results
from helpers.train.folder import TRAINING, say

SCORED = 1000  # samples


def begun(options, model, pictures, command):
    """The card of a run that begins: all that is known before its first step.

    Args:
        options: checked options.
        model: gan.GAN.
        pictures: pictures.Pictures.
        command: the command line.

    Returns:
        Dictionary.
    """
    return {
        "data": pictures.title,
        "art": pictures.card,
        "scores": {},
        "command": command,
        "init": options.init,
        "before": before(options.init),
        **_rights(options.art, pictures),
        "seed": model.seed,
        "steps": 0,
        "seconds": 0.0,
        **made(model, options.precision),
        "unfinished": {"steps": 0, "seconds": 0.0, "resumed": []},
    }


def resumed(last, first, command):
    """The card of a run that goes on; until its end it still describes the old checkpoint.npz.

    Args:
        last: the card that the folder has; {} where it was lost.
        first: what `begun` says of this command.
        command: the command line.

    Returns:
        Dictionary.
    """
    known = last.get("unfinished", last)
    unfinished = {
        "steps": known.get("steps", 0),
        "seconds": float(known.get("seconds", 0.0)),
        "resumed": [*known.get("resumed", []), command],
    }
    return {**first, **last, "art": first["art"], "unfinished": unfinished}


def ended(card, options, model, seconds, sha256):
    """The card of a run that has stopped: it describes the checkpoint.npz with this checksum.

    Args:
        card: the card so far.
        options, model: as for `begun`.
        seconds: of training, earlier runs included.
        sha256: of checkpoint.npz.

    Returns:
        Dictionary, with no scores yet.
    """
    entries = {key: value for key, value in card.items() if key != "unfinished"}
    if again := card["unfinished"]["resumed"]:
        entries["resumed"] = again
    now = {"scores": {}, "steps": model.step_count, "seconds": round(seconds, 1), "sha256": sha256}
    # What was scored later on belongs to the weights that were there then.
    old = ("scored", "earlier_scores", "copies")
    kept = {key: value for key, value in entries.items() if key not in old}
    return {**kept, **now, **made(model, options.precision)}


def made(model, precision):
    """Where and how a model was made: machine, kind of D, recipe, precision, revision, date."""
    from helpers.gan import networks  # here: it needs TensorFlow, and --help should be quick

    return {
        "machine": machine(),
        "discriminator": networks.kind_of(model.discriminator),
        "recipe": model.recipe,
        "precision": precision,
        "revision": results.revision(),
        "date": datetime.date.today().isoformat(),
    }


def before(init):
    """The runs behind the checkpoint that a run starts from, oldest first."""
    try:
        last = checkpoints.card(init) if init else {}
    except (ValueError, FileNotFoundError):
        last = {}  # a file alone
    if last and checkpoints.path(init).name == TRAINING:
        last = last | last.get("unfinished", {})
    kept = ("command", "resumed", "steps", "seconds", "data", "licence", "attribution")
    run = {name: last[name] for name in kept if last.get(name, []) != []}
    return [*last.get("before", []), *([run] if run else [])]


def _rights(name, pictures):
    """Licence and attribution of the pictures trained on; of one's own also source, count, what was read."""
    if pictures.own:
        return pictures.own
    source = art.load(name).card
    return {"licence": source["licence"], "attribution": source["attribution"]}


def machine():
    """What kind of machine this is, and how busy: a shared one trains fewer steps in its minutes."""
    import tensorflow as tf

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "gpus": len(tf.config.list_physical_devices("GPU")),
        "system": platform.system(),
        "load_average": None if load is None else round(load, 1),
    }


def score(model, train, held_out):
    """Scores as the lessons do: 1,000 samples against the held-out pictures.

    Args:
        model: gan.GAN.
        train, held_out: uint8 [n, size, size, 3].

    Returns:
        Dictionary of rounded numbers: those of `metrics.Scorer.score` and of `second`.
    """
    from helpers import metrics

    try:
        samples = model.sample(SCORED, seed=1)
        found = metrics.report(samples, held_out, train) | second(samples, held_out, train)
    except metrics.MetricError as error:
        say(f"Not scored: {error}")
        return {}
    return {name: np.round(value, 4).tolist() for name, value in found.items()}


def second(samples, held_out, train):
    """What the second yardstick says, which has never seen ImageNet.

    Args:
        samples, held_out, train: uint8 [n, size, size, 3].

    Returns:
        {"untrained": of the samples, "real_untrained": of as many real training pictures}.
    """
    from helpers import metrics

    chosen = np.random.default_rng(0).permutation(len(train))[: len(samples)]
    real = metrics.untrained_features(held_out)
    pairs = (("untrained", samples), ("real_untrained", train[chosen]))
    return {
        name: metrics.untrained_distance(metrics.untrained_features(images), real)
        for name, images in pairs
    }


def copied(model, train, held_out):
    """Whether samples are nearly copies of training pictures, for the card.

    Args:
        model: gan.GAN.
        train, held_out: as for `score`.

    Returns:
        Dictionary: verdict (a sentence), copied and of (numbers of samples), limit, expected; of those copied
        same, the same picture, and recoloured, in other colours. Cards made before hold no such two.
    """
    from helpers import metrics

    return told(metrics.copies(model.sample(metrics.SAMPLES, seed=1), train, held_out))


def told(found):
    """metrics.Copies as a card holds it: dictionary as from `copied`."""
    return {
        "verdict": found.verdict,
        "copied": int(found.copied.sum()),
        "same": int(found.same.sum()),
        "recoloured": int(found.recoloured.sum()),
        "of": len(found.copied),
        "limit": round(found.limit, 3),
        "expected": round(found.expected, 3),
    }
