"""Build sets into a temporary folder, hold them against the shipped files, say what was found."""

import json
import tempfile
from pathlib import Path

import fetch
import numpy as np
import write

from helpers import files

SAME, REPACKED, DIFFERS, MISSING, UNREACHABLE, FAILED = (
    "same",
    "same",
    "differs",
    "not shipped",
    "package not reachable",
    "cannot be built",
)


def all_sets(sets, *, ship=False, shipped=write.ART):
    """Build and compare each set; print a line for each; 1 when one differs, else 0."""
    tally = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (build, about) in sets.items():
            status, detail = one_set(name, build, about, Path(folder), Path(shipped))
            if ship and status in (DIFFERS, MISSING):
                put(name, Path(folder), Path(shipped))
                status, detail = "written", detail
            print(f"{name:17} {status}{': ' if detail else ''}{detail}", flush=True)
            tally[status] = tally.get(status, 0) + 1
    print(", ".join(f"{count} {status}" for status, count in tally.items()))
    return int(any(status in tally for status in (DIFFERS, MISSING, FAILED)))


def one_set(name, build, about, folder, shipped):
    """(status, detail) of one set, built into `folder`."""
    try:
        card = write.save(name, build(), about, folder)
    except fetch.PackageNotReachable as error:
        return UNREACHABLE, str(error)
    except ImportError as error:
        return FAILED, f"{error}; run `make setup`, which installs what building needs"
    except (fetch.PackageChanged, ValueError, OSError) as error:
        return FAILED, str(error)
    return compare(name, card, folder, shipped)


def compare(name, card, folder, shipped):
    """(status, detail): the built set against the shipped one, file and card."""
    path, card_path = shipped / f"{name}.npz", shipped / f"{name}.json"
    if not (path.exists() and card_path.exists()):
        return MISSING, "run again with --write to ship it"
    try:
        shipped_card = json.loads(card_path.read_text(encoding="utf-8"))
        if files.sha256(path) != shipped_card["sha256"]:
            return DIFFERS, "the shipped file is not the one its card describes"
        detail = "bit for bit"
        if shipped_card["sha256"] != card["sha256"]:
            changes = content_changes(path, folder / path.name)
            if changes:
                return DIFFERS, changes
            detail = "the same arrays, packed by another zlib"
    except (OSError, ValueError, KeyError) as error:
        return DIFFERS, f"the shipped files cannot be read ({error})"
    ignored = {"sha256"}
    keys = [
        key
        for key in {**card, **shipped_card}
        if key not in ignored and card.get(key) != shipped_card.get(key)
    ]
    return (DIFFERS, f"the card, in {', '.join(keys)}") if keys else (SAME, detail)


def content_changes(old, new):
    """What differs between the arrays of two .npz files, in words; "" when nothing does."""
    old, new = (files.read_npz(path, cure="build it again") for path in (old, new))
    changed = [
        key
        for key in sorted({*old, *new})
        if key not in old or key not in new or not equal(old[key], new[key])
    ]
    if "images" in changed and old["images"].shape == new["images"].shape:
        return f"arrays {', '.join(changed)}; {pixel_changes(old['images'], new['images'])}"
    return f"arrays {', '.join(changed)}" if changed else ""


def equal(one, other):
    """True for arrays of one type, shape and content."""
    return one.dtype == other.dtype and np.array_equal(one, other)


def pixel_changes(old, new):
    """How many pictures changed, and by how much at most."""
    off = np.abs(old.astype(np.int16) - new.astype(np.int16)).reshape(len(old), -1).max(axis=1)
    return f"{np.count_nonzero(off)} of {len(off)} pictures, by at most {off.max()} of 255"


def put(name, folder, shipped):
    """Ship a built set: the pictures, then the card that describes them."""
    for suffix in (".npz", ".json"):
        files.write_bytes(shipped / f"{name}{suffix}", (folder / f"{name}{suffix}").read_bytes())
