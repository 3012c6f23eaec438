"""The pictures that a run is trained on and scored against, and their checksum."""

import hashlib
import os
import pathlib
from typing import NamedTuple

import numpy as np

from helpers import art


class Pictures(NamedTuple):
    """What a run learns from.

    Attributes:
        train, held_out: uint8 [n, size, size, 3].
        title: text for the card.
        card: what --resume compares: name, number, what was taken, and the SHA-256 of all pixels.
    """

    train: np.ndarray
    held_out: np.ndarray
    title: str
    card: dict


def load(name, size, *, take=None, seed=0):
    """The pictures to train on and those held out.

    Args:
        name: a set's name or a folder.
        size: side in pixels.
        take: train on so many of the training pictures only; None for all.
        seed: which of them.

    Returns:
        Pictures.

    Raises:
        ValueError: unknown set, too few pictures.
    """
    if os.path.isdir(name):
        train, held_out = folder_pictures(name, size)
    else:
        split = art.load(name, size=size).split()
        train, held_out = split.train.images, split.test.images
    card = {"name": name, "pictures": len(train), "held_out": len(held_out), "take": take}
    card["sha256"] = checksum(train, held_out)
    if take is not None:
        if take > len(train):
            raise ValueError(f"--take {take} is more than the {len(train)} training pictures")
        train = train[np.random.default_rng(seed).permutation(len(train))[:take]]
    return Pictures(train, held_out, f"{name}: {len(train)} pictures, {size} px", card)


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


def folder_pictures(folder, size):
    """Reads a folder's pictures: each fitted into a white square, every fifth held out.

    Args:
        folder: path; PNG, JPEG, GIF, WebP and BMP files in it are read, by name.
        size: side in pixels.

    Returns:
        (train, held_out): uint8 arrays [n, size, size, 3].

    Raises:
        ValueError: fewer than 10 pictures, or a file that is no picture.
    """
    kinds = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}
    files = sorted(f for f in pathlib.Path(folder).iterdir() if f.suffix.lower() in kinds)
    if len(files) < 10:
        raise ValueError(f"{folder} holds {len(files)} pictures; at least 10 are needed")
    images = np.stack([_picture(file, size) for file in files])
    held = np.arange(len(images)) % 5 == 4
    return images[~held], images[held]


def _picture(file, size):
    from PIL import Image

    try:
        picture = Image.open(file).convert("RGBA")
    except OSError:
        raise ValueError(f"{file} cannot be read as a picture; take it out of the folder") from None
    picture.thumbnail((size, size), Image.Resampling.BOX)
    square = Image.new("RGBA", (size, size), "white")
    corner = ((size - picture.width) // 2, (size - picture.height) // 2)
    square.alpha_composite(picture, corner)
    return np.asarray(square.convert("RGB"))
