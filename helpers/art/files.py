"""Read one art set and its card from disk, and say plainly what is wrong with a bad one.

A set is two files: NAME.npz holds arrays, NAME.json is its card. Nothing in either can run code:
arrays are read without pickle, the card is plain JSON.
"""

import contextlib
import hashlib
import json

import numpy as np

from helpers import files

CARD_KEYS = ("name", "title", "licence", "attribution", "count", "size", "sizes", "sha256")
ARRAY_KEYS = ("images", "labels", "label_names", "item_names")
PART_KEYS = ("parts", "part_names", "layer_names")  # a set of put-together pictures has all three


class ArtError(ValueError):
    """Something is wrong with an art set or with what was asked of it; the text says what to do."""


def read_set(folder, name):
    """Read and check one set.

    Args:
        folder: pathlib.Path that holds NAME.npz and NAME.json.
        name: name of the set.
    Returns:
        (arrays, card): dict of numpy arrays, dict of the card's entries.
    Raises:
        ArtError: a file is missing, unreadable, damaged, of another set, or holds wrong arrays.
    """
    card = read_card(folder, name)
    path = folder / f"{name}.npz"
    with _art_errors():
        raw = files.read_bytes(path, cure=_cure(path))
    _check_sum(raw, path, card)
    arrays = _read_arrays(raw, path)
    _check_images(arrays["images"], card)
    _check_labels(arrays, card)
    _check_parts(arrays, card)
    return arrays, card


def read_card(folder, name):
    """Read NAME.json.

    Returns:
        dict with at least the entries CARD_KEYS.
    Raises:
        ArtError: the card is missing, unreadable, damaged, or of another set.
    """
    path = folder / f"{name}.json"
    with _art_errors():
        card = files.read_json(path, cure=_cure(path))
    missing = [key for key in CARD_KEYS if key not in card]
    if missing:
        raise ArtError(f"{path} lacks the entries {', '.join(missing)}; {_cure(path)}")
    if card["name"] != name:
        raise ArtError(f"{path} is the card of {card['name']!r}, not of {name!r}; {_cure(path)}")
    _check_card_sizes(card, path)
    return card


def _cure(path):
    return f"get it back with `git restore data/art/{path.name}` or build it again with `make data`"


@contextlib.contextmanager
def _art_errors():
    """Says what is wrong with a file in art's own error, which also other callers catch."""
    try:
        yield
    except (FileNotFoundError, ValueError) as error:
        raise ArtError(str(error)) from None


def _check_card_sizes(card, path):
    whole = [card["count"], card["size"], *_as_list(card["sizes"])]
    if any(type(value) is not int or value < 1 for value in whole):
        raise ArtError(f"{path}: count, size and sizes must be whole numbers; {_cure(path)}")
    if card["size"] not in card["sizes"] or any(card["size"] % size for size in card["sizes"]):
        raise ArtError(
            f"{path}: sizes {card['sizes']} must hold {card['size']} and whole fractions of it; "
            f"{_cure(path)}"
        )


def _as_list(value):
    return value if isinstance(value, list) else [None]


def _check_sum(raw, path, card):
    """Compare the file's sha256 with its card's and tell the three ways to differ apart."""
    found = hashlib.sha256(raw).hexdigest()
    if found == card["sha256"]:
        return
    owner = _owner(found, path.parent)
    if owner:
        raise ArtError(f"{path} holds the set {owner!r}, not {card['name']!r}; {_cure(path)}")
    _read_arrays(raw, path)  # a broken archive is reported as damaged
    raise ArtError(
        f"{path} does not belong to its card: sha256 {found[:12]}…, the card says "
        f"{str(card['sha256'])[:12]}…; {_cure(path)}"
    )


def _owner(sha256, folder):
    """Name of the set whose card carries this checksum, or None."""
    for path in sorted(folder.glob("*.json")):
        try:
            if json.loads(path.read_bytes())["sha256"] == sha256:
                return path.stem
        except (OSError, ValueError, KeyError, TypeError):
            continue  # another set's bad card is not this set's news
    return None


def _read_arrays(raw, path):
    with _art_errors():
        arrays = files.read_npz(path, cure=_cure(path), raw=raw)
    missing = [key for key in ARRAY_KEYS if key not in arrays]
    if missing:
        raise ArtError(f"{path} lacks the arrays {', '.join(missing)}; {_cure(path)}")
    return arrays


def _check_images(images, card):
    name, size = card["name"], card["size"]
    expected = (card["count"], size, size, 3)
    if images.dtype != np.uint8:
        raise ArtError(f"{name}: images are {images.dtype}, expected uint8; save them as 0–255")
    if images.shape != expected:
        raise ArtError(
            f"{name}: images have shape {images.shape}, the card promises {expected}; "
            "correct the array or the card's count and size"
        )
    if images.max() <= 1:
        raise ArtError(
            f"{name}: pixels run from {images.min()} to {images.max()}, expected 0 to 255; "
            "multiply by 255 before saving"
        )


def _check_labels(arrays, card):
    name, count = card["name"], card["count"]
    labels, label_names = arrays["labels"], arrays["label_names"]
    if labels.dtype.kind not in "iu":
        raise ArtError(f"{name}: labels are {labels.dtype}, expected whole numbers (int16)")
    for key in ("label_names", "item_names"):
        if arrays[key].dtype.kind != "U" or arrays[key].ndim != 1:
            raise ArtError(f"{name}: {key} must be a list of strings, found {arrays[key].dtype}")
    for key in ("labels", "item_names"):
        if arrays[key].shape != (count,):
            raise ArtError(
                f"{name}: {key} has shape {arrays[key].shape}, expected ({count},): one per picture"
            )
    if labels.min() < 0 or labels.max() >= len(label_names):
        raise ArtError(
            f"{name}: labels run from {labels.min()} to {labels.max()}, but there are only "
            f"{len(label_names)} label names (0 to {len(label_names) - 1})"
        )


def _check_parts(arrays, card):
    name, present = card["name"], [key for key in PART_KEYS if key in arrays]
    if not present:
        return
    if len(present) < len(PART_KEYS):
        raise ArtError(f"{name}: {', '.join(PART_KEYS)} go together, only {present} are there")
    parts, part_names, layer_names = (arrays[key] for key in PART_KEYS)
    expected = (card["count"], layer_names.size)
    if parts.dtype.kind not in "iu" or parts.shape != expected:
        raise ArtError(
            f"{name}: parts has shape {parts.shape} and is {parts.dtype}, "
            f"expected whole numbers of shape {expected}"
        )
    if parts.size and (parts.min() < -1 or parts.max() >= part_names.size):
        raise ArtError(
            f"{name}: parts run from {parts.min()} to {parts.max()}, "
            f"expected -1 (none) to {part_names.size - 1}"
        )
