"""Checkpoints of GANs: the generators shipped with the course, and finding those of your own.

    model = checkpoints.load("heroes")       # a GAN, ready to sample or to be trained further
    checkpoints.card("heroes")["scores"]     # what it was measured to be

How a GAN is saved is in helpers/gan/saving.py.
"""

import pathlib

from helpers import files, places
from helpers.files import sha256

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "checkpoints"
_NUMBER, _TEXT = (int, float), (str, type(None))
# What a card says, where it says it, and as what: pages and panels rely on it.
_ENTRIES = {
    "data": str, "scores": dict, "command": str, "init": _TEXT, "before": list, "licence": _TEXT,
    "attribution": _TEXT, "seed": int, "steps": int, "seconds": _NUMBER, "recipe": dict,
    "date": str, "sha256": str,
}  # fmt: skip


def names():
    """Returns the names of the shipped checkpoints."""
    return sorted(path.stem for path in FOLDER.glob("*.npz"))


def path(name):
    """Finds a checkpoint by name or by file.

    Args:
        name: a shipped checkpoint's name ("heroes"), a `.npz` file, or a folder with one in it. A
            relative path is looked for here, then in the course's folder.

    Returns:
        pathlib.Path of the file.

    Raises:
        ValueError: there is no such checkpoint.
    """
    shipped, given = FOLDER / f"{name}.npz", places.find(name)
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
        ValueError: there is no such checkpoint, it has no card, or the card is damaged.
    """
    file = path(name)
    place = _card_of(file)
    if not place.is_file():
        raise ValueError(f"{file} has no card: expected {place.name} beside it")
    cure = _cure(place)
    found = files.read_json(place, cure=cure)
    for key, kind in _ENTRIES.items():
        value = found.get(key)
        if key in found and (not isinstance(value, kind) or isinstance(value, bool)):
            raise files.Damaged(f"{place} is damaged: {key!r} is a {type(value).__name__}; {cure}")
    if not all(isinstance(run, dict) for run in found.get("before", [])):
        raise files.Damaged(f"{place} is damaged: 'before' lists something else than runs; {cure}")
    return found


def _card_of(file):
    """NAME.json beside NAME.npz, as the course ships them; card.json in the folder of a run."""
    beside = file.with_suffix(".json")
    return beside if beside.is_file() or _is_shipped(file) else file.with_name("card.json")


def _is_shipped(file):
    return file.resolve().parent == FOLDER.resolve()


def _cure(file):
    if _is_shipped(file):
        return f"get it back with `git restore data/checkpoints/{file.name}`"
    return "train again or fetch it again"


def load(name):
    """Loads a GAN, ready to sample or to be trained further.

    Args:
        name: a shipped checkpoint's name, a `.npz` file, or a folder with checkpoint.npz in it.

    Returns:
        gan.GAN, compiled with the recipe it was trained with.

    Raises:
        ValueError: unknown name, damaged file, or one that differs from the NAME.json beside it.
    """
    file = path(name)
    if _is_shipped(file) or file.with_suffix(".json").is_file():
        verify(file)
    from helpers import gan  # here, not above: reading a card must not start TensorFlow

    return gan.GAN.from_checkpoint(file)


def verify(file):
    """Holds a file against the sha256 on its card.

    Args:
        file: path of the `.npz`; the card lies beside it as `.json`.

    Raises:
        ValueError: the checksum differs, or there is no whole card.
    """
    file = pathlib.Path(file)
    expected = card(file).get("sha256")
    if expected is None and _is_shipped(file):
        raise files.Damaged(f"the card of {file} names no sha256; {_cure(_card_of(file))}")
    if expected is not None and sha256(file) != expected:
        raise files.Damaged(
            f"{file} is not the file that its card describes (sha256 differs): {_cure(file)}"
        )


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
    if "unfinished" in card(pathlib.Path(folder) / "checkpoint.npz"):
        raise FileNotFoundError(
            f"the run in {folder} goes on, or was killed: wait for its end or --resume it, then ship it"
        )
    for source, ending in parts.items():
        data = (pathlib.Path(folder) / source).read_bytes()
        files.write_bytes(FOLDER / f"{name}{ending}", data)
    return FOLDER / f"{name}.npz"
