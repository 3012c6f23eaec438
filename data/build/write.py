"""Write an art set: one .npz and, beside it, the card that says what it is."""

import hashlib
import json
from pathlib import Path

import numpy as np

from helpers import files
from helpers.art import splits

ART = Path(__file__).resolve().parents[1] / "art"


def arrays_of(images, labels, label_names, item_names, **more):
    """The arrays of a set under their names, in the types that every set has.

    Labels that no picture carries are left out, so that the numbers have no gaps.
    """
    used, labels = np.unique(labels, return_inverse=True)
    arrays = {
        "images": np.asarray(images, np.uint8),
        "labels": labels.astype(np.int16),
        "label_names": text([label_names[index] for index in used]),
        "item_names": text(item_names),
        **more,
    }
    expect(f"{len(images)} labels and item names", len(images), len(labels), len(item_names))
    return arrays


def text(names):
    """A list of strings as an array that needs no pickle."""
    return np.asarray(list(names), dtype=np.str_)


def expect(what, *counts):
    """Stop the build when counts are not all equal: the recipe no longer fits the package."""
    if len(set(counts)) != 1:
        raise ValueError(f"expected {what}, found {', '.join(map(str, counts))}")


def content_sha256(arrays):
    """Checksum of what is inside: each array's name, type, shape and bytes, in order of names.

    It stays the same when another zlib packs the same arrays into other bytes.
    """
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def save(name, arrays, about, folder=ART):
    """Write `name.npz` and `name.json` into a folder, each whole or not at all."""
    folder = Path(folder)
    path = files.write_npz(folder / f"{name}.npz", {key: arrays[key] for key in sorted(arrays)})
    card = card_of(name, arrays, about, files.sha256(path))
    write_card(folder / f"{name}.json", card)
    return card


def write_card(path, card):
    """Write a card in the layout that all cards of data/ have."""
    files.write_text(path, json.dumps(card, indent=2, ensure_ascii=False) + "\n")


def card_of(name, arrays, about, npz_sha256):
    """The card: what the builder says about the set, and what can be counted."""
    count, size = arrays["images"].shape[:2]
    tally = np.bincount(arrays["labels"], minlength=len(arrays["label_names"]))
    labels = {str(label): int(n) for label, n in zip(arrays["label_names"], tally)}
    kind = name.split("_")[0]
    families = splits.families_of(kind, arrays)
    folds = splits.fixed_folds(kind, families, arrays["labels"])
    return {
        "name": name,
        **about,
        "count": count,
        "size": size,
        "sizes": [part for part in (32, 64) if part <= size],
        "labels": labels,
        "split": splits.record(folds, kind),
        "sha256": npz_sha256,
        "content_sha256": content_sha256(arrays),
        "command": "make data",
    }
