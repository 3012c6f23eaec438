"""Small art sets for the tests of helpers.art: builders, and the fixture that writes one."""

import hashlib
import io
import json

import numpy as np
import pytest

from helpers import art
from helpers.art import cache


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path_factory):
    """What is decoded for a test stays out of the course's folder."""
    monkeypatch.setattr(cache, "_root", lambda: tmp_path_factory.getbasetemp() / "cache")


def arrays_of(count=24, size=32, seed=0, **changes):
    rng = np.random.default_rng(seed)
    count = len(changes.get("images", range(count)))
    arrays = {
        "images": rng.integers(0, 256, (count, size, size, 3), dtype=np.uint8),
        "labels": (np.arange(count) % 3).astype(np.int16),
        "label_names": np.array(["cat", "dog", "fox"]),
        "item_names": np.array([f"item {row}" for row in range(count)]),
    }
    return {**arrays, **changes}


def save_arrays(folder, name, arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    (folder / f"{name}.npz").write_bytes(buffer.getvalue())


def save_card(folder, name, **changes):
    raw = (folder / f"{name}.npz").read_bytes()
    card = {
        "name": name,
        "title": "A <b>test</b> set",
        "licence": "CC0-1.0",
        "count": 24,
        "attribution": "nobody & co",
        "size": 32,
        "sizes": [32, 16],
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    card.update(changes)
    (folder / f"{name}.json").write_text(json.dumps(card))


@pytest.fixture
def make(tmp_path):
    """make(name, …) writes a small set and its card; returns the folder."""

    def write(name="heroes", card=None, **options):
        arrays = arrays_of(**options)
        save_arrays(tmp_path, name, arrays)
        save_card(tmp_path, name, **{"count": len(arrays["images"]), **(card or {})})
        return tmp_path

    return write


def refuses(folder, name="heroes", match=None, size=None):
    """Loading must raise an ArtError; returns its text, which says what to do."""
    with pytest.raises(art.ArtError, match=match) as caught:
        art.load(name, size=size, folder=folder)
    return str(caught.value)


def names_of(sides):
    return [set(side.item_names) for side in sides]


def shipped():
    return art.names() or [pytest.param("none", marks=pytest.mark.skip(reason="no art built"))]
