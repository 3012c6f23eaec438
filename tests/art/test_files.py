"""Whatever is wrong with a set's files is said plainly, with what to do; nothing inside can run."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from helpers import art
from tests.art.conftest import arrays_of, refuses, save_arrays, save_card


@pytest.mark.parametrize("ending", ["npz", "json"])
def test_missing_file_and_missing_card(make, ending):
    folder = make()
    (folder / f"heroes.{ending}").unlink()
    text = refuses(folder, match=f"heroes.{ending} is missing")
    assert "git restore" in text and "make data" in text


@pytest.mark.parametrize("ending", ["npz", "json"])
def test_empty_file(make, ending):
    folder = make()
    (folder / f"heroes.{ending}").write_bytes(b"")
    assert "git restore" in refuses(folder, match="is empty")


@pytest.mark.parametrize("keep", [3, 0.1, 0.5, 0.99, -1])
def test_truncated_file(make, keep):
    folder = make()
    raw = (folder / "heroes.npz").read_bytes()
    cut = raw[: int(keep * len(raw)) if isinstance(keep, float) else keep]
    (folder / "heroes.npz").write_bytes(cut)
    refuses(folder, match="git restore")
    save_card(folder, "heroes")  # even with a card that agrees
    refuses(folder, match="git restore")


def test_any_flipped_bit_is_noticed(make):
    folder = make(count=3, size=8, card={"size": 8, "sizes": [8]})
    raw = (folder / "heroes.npz").read_bytes()
    for place in np.random.default_rng(0).integers(0, len(raw), 60):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << int(place) % 8
        (folder / "heroes.npz").write_bytes(flipped)
        with pytest.raises(art.ArtError):
            art.load("heroes", folder=folder)


def test_flipped_bit_that_the_card_confirms(make):
    folder = make(count=3, size=8, card={"size": 8, "sizes": [8]})
    raw = (folder / "heroes.npz").read_bytes()
    for place in range(0, len(raw), max(len(raw) // 150, 1)):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 8
        (folder / "heroes.npz").write_bytes(flipped)
        save_card(folder, "heroes", count=3, size=8, sizes=[8])
        try:
            art.load("heroes", folder=folder)  # a time stamp may differ
        except art.ArtError:
            pass  # anything else but an ArtError fails the test


def test_flipped_bits_in_the_card(make):
    folder = make()
    raw = (folder / "heroes.json").read_bytes()
    for place in range(len(raw)):
        flipped = bytearray(raw)
        flipped[place] ^= 128
        (folder / "heroes.json").write_bytes(flipped)
        refuses(folder, match="is no readable JSON")


def test_file_of_another_set(make):
    folder = make("heroes", seed=1)
    make("creatures", seed=2)
    (folder / "heroes.npz").write_bytes((folder / "creatures.npz").read_bytes())
    refuses(folder, match="holds the set 'creatures', not 'heroes'")
    (folder / "heroes.json").write_bytes((folder / "creatures.json").read_bytes())
    refuses(folder, match="is the card of 'creatures', not of 'heroes'")


def test_card_with_another_checksum(make):
    folder = make(card={"sha256": "0" * 64})
    refuses(folder, match="does not belong to its card")
    save_card(folder, "heroes", sha256=None)
    refuses(folder, match="does not belong to its card")


def test_another_sets_broken_card_does_not_matter(make):
    folder = make(card={"sha256": "0" * 64})
    (folder / "zebras.json").write_text("{")
    (folder / "yaks.json").write_text("[]")
    refuses(folder, match="does not belong to its card")


@pytest.mark.parametrize("text", ["{", "[]", "3", "null", "[" * 100_000, "\xff", "nan"])
def test_a_card_that_is_no_card(make, text):
    folder = make()
    (folder / "heroes.json").write_text(text, encoding="latin-1")
    refuses(folder, match="heroes.json")


@pytest.mark.parametrize("key", ["licence", "sha256", "sizes", "count", "name"])
def test_a_card_that_lacks_an_entry(make, key):
    folder = make()
    card = json.loads((folder / "heroes.json").read_text())
    del card[key]
    (folder / "heroes.json").write_text(json.dumps(card))
    refuses(folder, match=f"lacks the entries {key}")


@pytest.mark.parametrize(
    "change",
    [
        {"size": "32"},
        {"sizes": 32},
        {"sizes": [32, 15]},
        {"sizes": [16]},
        {"sizes": [0, 32]},
        {"count": 24.5},
    ],
)
def test_a_card_with_impossible_sizes(make, change):
    refuses(make(card=change), match="sizes")


@pytest.mark.parametrize("ending", ["npz", "json"])
def test_folder_instead_of_a_file(make, ending):
    folder = make()
    (folder / f"heroes.{ending}").unlink()
    (folder / f"heroes.{ending}").mkdir()
    refuses(folder, match="is a folder, expected a file")


@pytest.mark.parametrize("ending", ["npz", "json"])
@pytest.mark.parametrize(
    "error, cure",
    [
        (PermissionError(13, "Permission denied"), "chmod u\\+r"),
        (OSError(5, "Input/output error"), "git restore"),
    ],
)
def test_no_read_permission(make, monkeypatch, ending, error, cure):
    folder, read = make(), type(make()).read_bytes

    def denied(path):
        if path.suffix == f".{ending}":
            raise error
        return read(path)

    monkeypatch.setattr(type(folder), "read_bytes", denied)
    refuses(folder, match=cure)


class Bomb:
    """Unpickling it would write a file: nothing may ever do so."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return exec, (f"open({str(self.target)!r}, 'w').close()",)


def raw_pickle(folder, bomb):
    (folder / "heroes.npz").write_bytes(pickle.dumps(bomb))


def object_array(folder, bomb):
    save_arrays(folder, "heroes", arrays_of(item_names=np.array([bomb] * 24, dtype=object)))


def pickle_inside(folder, bomb):
    save_arrays(folder, "heroes", arrays_of())
    with zipfile.ZipFile(folder / "heroes.npz", "a") as archive:
        archive.writestr("extra.npy", pickle.dumps(bomb))


def code_in_the_header(folder, bomb):
    save_arrays(folder, "heroes", arrays_of())
    header = f"exec(\"open('{bomb.target}', 'w')\")\n".encode()
    with zipfile.ZipFile(folder / "heroes.npz", "a") as archive:
        archive.writestr(
            "extra.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        )


@pytest.mark.parametrize("hide", [raw_pickle, object_array, pickle_inside, code_in_the_header])
def test_nothing_inside_can_run(tmp_path, hide):
    target = tmp_path / "it_ran"
    hide(tmp_path, Bomb(target))
    save_card(tmp_path, "heroes")
    refuses(tmp_path, match="git restore")
    assert not target.exists()


def npy():
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "raw, match",
    [
        (npy(), "not an .npz archive"),
        (b"<html>not found</html>", "not an .npz archive"),
        (b"PK", "is damaged or no plain .npz"),
        (b"PK\x03\x04" + bytes(90), "is damaged or no plain .npz"),
    ],
)
def test_not_an_archive_of_arrays(make, raw, match):
    folder = make()
    (folder / "heroes.npz").write_bytes(raw)
    save_card(folder, "heroes")
    refuses(folder, match=match)


def test_an_array_that_claims_to_be_huge(tmp_path):
    save_arrays(tmp_path, "heroes", arrays_of())
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999,), }\n"
    with zipfile.ZipFile(tmp_path / "heroes.npz", "a") as archive:
        archive.writestr(
            "extra.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        )
    save_card(tmp_path, "heroes")
    refuses(tmp_path, match="'extra' is not as long as its shape says")


@pytest.mark.parametrize("key", ["images", "labels", "label_names", "item_names"])
def test_a_lacking_array(tmp_path, key):
    arrays = arrays_of()
    del arrays[key]
    save_arrays(tmp_path, "heroes", arrays)
    save_card(tmp_path, "heroes")
    refuses(tmp_path, match=f"lacks the arrays {key}")


IMAGES = arrays_of()["images"]
LABELS = arrays_of()["labels"]


@pytest.mark.parametrize(
    "changes, match",
    [
        ({"images": IMAGES / np.float32(255)}, "float32, expected uint8"),
        ({"images": IMAGES.astype(np.int64)}, "int64, expected uint8"),
        ({"images": IMAGES[..., :1]}, "shape .*, the card promises \\(24, 32, 32, 3\\)"),
        ({"images": IMAGES[..., 0]}, "shape"),
        ({"images": IMAGES[:, :16]}, "shape"),
        ({"images": IMAGES[:-1]}, "shape"),
        ({"images": IMAGES // 255}, "run from 0 to 1, expected 0 to 255"),
        ({"labels": LABELS[:-1]}, "labels has shape \\(23,\\), expected \\(24,\\)"),
        ({"labels": LABELS[:, None]}, "labels has shape"),
        ({"labels": LABELS / 2}, "labels are float64"),
        ({"labels": LABELS + 1}, "run from 1 to 3, but there are only 3"),
        ({"labels": LABELS - 1}, "run from -1 to 1"),
        ({"label_names": np.array([])}, "label_names must be a list of strings"),
        ({"label_names": np.array([], dtype="<U3")}, "only 0 label names"),
        ({"item_names": np.arange(24)}, "item_names must be a list of strings"),
        ({"item_names": np.array(["a", "b"])}, "item_names has shape"),
        ({"parts": np.zeros((24, 2), np.int16)}, "parts, part_names, layer_names go together"),
        (
            {
                "parts": np.zeros((9, 1), np.int16),
                "part_names": np.array(["a"]),
                "layer_names": np.array(["base"]),
            },
            "parts has shape",
        ),
        (
            {
                "parts": np.ones((24, 1), np.int16),
                "part_names": np.array(["a"]),
                "layer_names": np.array(["base"]),
            },
            "parts run from 1 to 1",
        ),
    ],
)
def test_wrong_content(tmp_path, changes, match):
    save_arrays(tmp_path, "heroes", arrays_of(**changes))
    save_card(tmp_path, "heroes")
    refuses(tmp_path, match=match)
