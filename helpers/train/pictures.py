"""The pictures that a run is trained on and scored against, and their checksum."""

import hashlib
from typing import NamedTuple

import numpy as np

from helpers import art, places, records

OWN = ("source", "licence", "attribution", "count", "background", "fit", "read", "suits")
SHOWN = 1000  # pictures of shards that a run starts from and is scored with
LEAST = 10  # pictures of one's own: fewer teach a network nothing but themselves
SIDES = 3  # of a split: copies stay on one of them, so as many pictures must differ


class Pictures(NamedTuple):
    """What a run learns from.

    Attributes:
        train, held_out: uint8 [n, size, size, 3].
        title: text for the card.
        card: what --resume compares: name, number, what was taken, and the SHA-256 of all pixels.
        own: of a learner's folder: source, licence, attribution, count and how it was read; else {}.
    """

    train: np.ndarray
    held_out: np.ndarray
    title: str
    card: dict
    own: dict


def load(name, size, *, take=None, seed=0, rights=None, say=print):
    """The pictures to train on and those held out.

    Args:
        name: a set's name, a folder or a zip.
        size: side in pixels.
        take: train on so many of the training pictures only; None for all.
        seed: which of them.
        rights: source, licence and attribution of a folder's pictures, for the card.
        say: function that is given the report on a folder.

    Returns:
        Pictures.

    Raises:
        ValueError: unknown set, too few pictures.
    """
    if is_own(name):
        found, report = own(name, size, **(rights or {}))
        say(report)
    else:
        found = art.load(name, size=size)
    split = found.split()
    train, held_out = split.train.images, split.test.images
    card = {"name": name, "pictures": len(train), "held_out": len(held_out), "take": take}
    card["sha256"] = checksum(train, held_out)
    if take is not None:
        if take > len(train):
            raise ValueError(f"--take {take} is more than the {len(train)} training pictures")
        train = train[np.random.default_rng(seed).permutation(len(train))[:take]]
    kept = {key: found.card[key] for key in OWN if key in found.card} if is_own(name) else {}
    return Pictures(train, held_out, f"{name}: {len(train)} pictures, {size} px", card, kept)


def split(name, size):
    """The split of a set or of a learner's folder, without a word.

    Args:
        name: a set's name, a folder or a zip.
        size: side in pixels.

    Returns:
        art.Split.

    Raises:
        ValueError: as `load`.
    """
    found = own(name, size)[0] if is_own(name) else art.load(name, size=size)
    return found.split()


def of_shards(folder, size):
    """Some of the pictures in shards, and those held out: a run's start and its scores need no more.

    Args:
        folder: that `python -m helpers.records` has made.
        size: side in pixels of the model's pictures.

    Returns:
        Pictures.

    Raises:
        ValueError: another size, or the shards are not whole.
    """
    card = records.card(folder)
    if card["size"] != size:
        raise ValueError(
            f"--data {folder} holds pictures of {card['size']} px, and the model draws {size}"
        )
    aside = records.held_out(folder)
    digest = hashlib.sha256("".join(row["sha256"] for row in card["shards"]).encode()).hexdigest()
    known = {
        "name": card["name"],
        "pictures": card["pictures"],
        "held_out": len(aside),
        "take": None,
    }
    title = f"{card['name']}: {card['pictures']} pictures in shards, {size} px"
    rights = {"licence": "not stated", "attribution": "not stated", **card["rights"]}
    return Pictures(records.first(folder, SHOWN), aside, title, known | {"sha256": digest}, rights)


def checksum(*arrays):
    """Returns the SHA-256 of arrays, their shapes included, as hexadecimal text."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def check_unchanged(found, known, folder):
    """Holds pictures against those that a run began with.

    Args:
        found: Pictures of today.
        known: `Pictures.card` as the run's card has it.
        folder: the run's folder, for the sentence.

    Raises:
        ValueError: another set, or the pictures have changed.
    """
    if found.card["sha256"] == known["sha256"]:
        return
    name, before = found.card["name"], known["name"]
    if str(name) != before:
        why = f"it was trained on {before}, not on {name}"
    else:
        sides = [
            f"{x['pictures']} to train on and {x['held_out']} held out" for x in (known, found.card)
        ]
        why = (
            f"the pictures of {name} have changed since it began (then {sides[0]}, now {sides[1]})"
        )
    raise ValueError(
        f"{folder} cannot be resumed: {why}; put them back, or begin a run from its weights with "
        f"--init {folder} and another --output"
    )


def is_own(name):
    """Whether this names a folder or a zip of one's own, and no art set."""
    path = places.find(name)
    return path.is_dir() or (path.is_file() and path.suffix.lower() == ".zip")


def own(place, size, **more):
    """Reads a learner's pictures for a training.

    Args:
        place: folder or zip.
        size: side in pixels.
        **more: further arguments of art.from_folder.

    Returns:
        (ArtSet, Report), see art.from_folder.

    Raises:
        ValueError: fewer than 10 pictures, all copies of very few, or no such place.
    """
    found, report = art.from_folder(place, size, show=False, **more)
    if len(found) < LEAST:
        raise ValueError(
            f"{place} holds {len(found)} pictures; at least {LEAST} are needed\n{report}"
        )
    if (different := len(set(found.families.tolist()))) < SIDES:
        raise ValueError(
            f"{place} holds {len(found)} pictures, and they are copies of {different}; at least {SIDES} different "
            f"ones are needed: to learn from, to choose with, to score\n{report}"
        )
    return found, report


def folder_pictures(folder, size):
    """Reads a folder's pictures as art.from_folder does, without a word.

    Args:
        folder: path.
        size: side in pixels.

    Returns:
        (train, held_out): uint8 arrays [n, size, size, 3].

    Raises:
        ValueError: fewer than 10 pictures, or no such folder.
    """
    split = own(folder, size)[0].split()
    return split.train.images, np.concatenate([split.validation.images, split.test.images])
