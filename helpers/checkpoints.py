"""Checkpoints of GANs: the generators shipped with the course, and finding those of your own.

    model = checkpoints.load("heroes")       # a GAN, ready to sample or to be trained further
    checkpoints.card("heroes")["scores"]     # what it was measured to be

How a GAN is saved is in helpers/gan/saving.py.
"""

import hashlib
import json
import os
import pathlib
import shutil

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "checkpoints"


def names():
    """Returns the names of the shipped checkpoints."""
    return sorted(path.stem for path in FOLDER.glob("*.npz"))


def path(name):
    """Finds a checkpoint by name or by file.

    Args:
        name: a shipped checkpoint's name ("heroes"), a `.npz` file, or a folder with one in it.

    Returns:
        pathlib.Path of the file.

    Raises:
        ValueError: there is no such checkpoint.
    """
    shipped, given = FOLDER / f"{name}.npz", pathlib.Path(name)
    for candidate in (shipped, given, given / "checkpoint.npz"):
        if candidate.is_file():
            return candidate
    raise ValueError(
        f"no checkpoint {str(name)!r}: give a file, a folder that holds checkpoint.npz, "
        f"or one of: {', '.join(names()) or '(none shipped)'}"
    )


def card(name):
    """Reads the card of a checkpoint: data, seed, steps, seconds, scores, command.

    Args:
        name: as for `path`.

    Returns:
        Dictionary; "before" lists the runs that it went on from, oldest first.

    Raises:
        ValueError: there is no such checkpoint, or it has no card.
    """
    file = path(name)
    place = file.with_suffix(".json") if file.parent == FOLDER else file.with_name("card.json")
    if not place.is_file():
        raise ValueError(f"{file} has no card: expected {place.name} beside it")
    return json.loads(place.read_text(encoding="utf-8"))


def load(name):
    """Loads a GAN, ready to sample or to be trained further.

    Args:
        name: a shipped checkpoint's name, a `.npz` file, or a folder with checkpoint.npz in it.

    Returns:
        gan.GAN, compiled with the recipe it was trained with.

    Raises:
        ValueError: unknown name, damaged file, or a shipped file that differs from its card.
    """
    file = path(name)
    if file.parent == FOLDER:
        verify(file)
    from helpers import gan  # here, not above: reading a card must not start TensorFlow

    return gan.GAN.from_checkpoint(file)


def verify(file):
    """Holds a shipped file against the sha256 on its card.

    Args:
        file: path of the `.npz`; the card lies beside it as `.json`.

    Raises:
        ValueError: the checksum differs.
    """
    expected = json.loads(pathlib.Path(file).with_suffix(".json").read_text("utf-8"))["sha256"]
    if sha256(file) != expected:
        raise ValueError(
            f"{file} is not the file that its card describes (sha256 differs): fetch it again, "
            "or run make checkpoints"
        )


def sha256(file):
    """Returns the SHA-256 of a file as hexadecimal text."""
    return hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()


def ship(folder, name):
    """Copies a finished run into the course: checkpoint.npz and card.json become NAME.npz, .json.

    Args:
        folder: the output folder of `python -m helpers.train`.
        name: the checkpoint's name from now on.

    Returns:
        pathlib.Path of the shipped checkpoint.

    Raises:
        FileNotFoundError: the run is not finished; nothing is copied.
    """
    parts = {"checkpoint.npz": ".npz", "card.json": ".json"}
    if missing := [part for part in parts if not (pathlib.Path(folder) / part).is_file()]:
        raise FileNotFoundError(
            f"{folder} holds no {missing[0]}: wait for the run's end, then ship it"
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    for source, ending in parts.items():
        temporary = FOLDER / f".{name}{ending}.part"
        shutil.copyfile(pathlib.Path(folder) / source, temporary)
        os.replace(temporary, FOLDER / f"{name}{ending}")
    return FOLDER / f"{name}.npz"
