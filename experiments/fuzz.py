"""Files that were damaged, or made to harm: is each refused in one sentence, or read as it was?

    python -m experiments.fuzz                   # data/results/00_fuzz.json; two minutes
    python -m experiments.fuzz --seed 7 --seconds 20 --output /tmp/fuzz

Every case follows from (seed, kind, number), which a fault names, so that it can be made again.
"""

import argparse
import collections
import io
import json
import pathlib
import resource
import tempfile
import time
import zipfile

import numpy as np

from helpers import art, checkpoints, files, gan, results, weights

NAME = "00_fuzz"
ODD = (None, True, False, 0, -1, 3, 10**9, 2**70, 1e300, float("nan"), float("inf"), "", "x", "../x",
       [], [[]], [None], {}, {"x": 1}, "x" * 5000, [[[[]]]] * 99, "generator", "hinge")  # fmt: skip
MOST_MB = 2000


def main(arguments=None):
    """Fuzzes each kind for its share of the time and writes the card."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--seconds", type=float, default=120)
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    options = command.parse_args(arguments)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, cases in KINDS.items():
            place = pathlib.Path(folder) / kind.replace(" ", "_")
            found[kind] = run(kind, cases(place), options.seed, options.seconds / len(KINDS))
            print(f"seed {options.seed}, {kind}: {found[kind]}", flush=True)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    card = {
        "title": "Damaged and hostile files: what came of them",
        "description": "refused: a ValueError of one line with the file's name; same: read as it was; "
        "other: read, with values that a file may have; faults: anything else.",
        "seed": options.seed, "seconds": options.seconds, "peak_memory_mb": peak,
        "faults": sum(len(row["faults"]) for row in found.values()) + (peak > MOST_MB),
        "rows": found,
    }  # fmt: skip
    results.write(NAME, card, folder=options.output)
    print(f"{card['faults']} faults, {peak} MB at most")
    return card


def run(kind, case, seed, seconds, most=None):
    """Cases of one kind, one after another: {outcome: count}, and the faults in words.

    Args:
        kind: its name.
        case: function from a random generator to (file, function that reads it, what was in it).
        seed: of the whole run.
        seconds: when to stop.
        most: cases, at most.
    """
    tally, faults, number, end = collections.Counter(), [], 0, time.monotonic() + seconds
    while time.monotonic() < end and number != most:
        rng = np.random.default_rng([seed, *kind.encode(), number])
        file, read, before = case(rng)
        outcome = judge(file, read, before)
        tally[outcome if outcome in ("refused", "same", "other") else "fault"] += 1
        if outcome not in tally:
            faults.append(f"seed {seed}, {kind}, case {number}: {outcome}")
        number += 1
    return {
        "cases": number,
        **{k: tally[k] for k in ("refused", "same", "other")},
        "faults": faults,
    }


def judge(file, read, before):
    """ "refused", "same", "other", or what went wrong."""
    try:
        after = read()
    except (ValueError, FileNotFoundError) as error:
        text = str(error)
        named = file.name in text or file.stem in text
        return "refused" if named and "\n" not in text else f"{type(error).__name__}: {text[:200]}"
    except (
        BaseException
    ) as error:  # a KeyError, a RecursionError, a MemoryError: that is the question
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "same" if equal(before, after) else "other"


def equal(one, two):
    """Whether two readings hold the same."""
    if isinstance(one, dict):
        return (
            isinstance(two, dict)
            and one.keys() == two.keys()
            and all(equal(one[key], two[key]) for key in one)
        )
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and np.array_equal(one, two)
    return one == two


# What is done to a file ------------------------------------------------------------------------


def flipped(raw, rng):
    """One to four bits changed, a part cut out, or bytes put in."""
    raw, kind = bytearray(raw), rng.integers(4)
    place = int(rng.integers(len(raw)))
    if kind < 2:
        for bit in rng.integers(0, 8 * len(raw), 1 + 3 * kind):
            raw[bit // 8] ^= 1 << bit % 8
    elif kind == 2:
        del raw[place : place + int(rng.integers(1, len(raw)))]
    else:
        raw[place:place] = rng.bytes(int(rng.integers(1, 40)))
    return bytes(raw)


def edited(value, rng):
    """JSON with one value, anywhere in it, replaced, added or left out."""
    value = json.loads(json.dumps(value))
    part, key = value, None
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not keys:
            break
        key = keys[rng.integers(len(keys))]
        if not isinstance(part[key], dict | list) or not part[key] or rng.random() < 0.3:
            break
        part = part[key]
    action = rng.integers(4)
    if action == 0 and key is not None:
        del part[key]
    elif action == 1 and isinstance(part, dict):
        part["x" * int(rng.integers(1, 9))] = ODD[rng.integers(len(ODD))]
    elif key is not None:
        part[key] = ODD[rng.integers(len(ODD))]
    return value


def odd_array(array, rng):
    """Another array in place of one: of another kind or shape, not finite, huge, or a promise."""
    array = np.zeros(array.shape) if array.dtype.kind == "U" else array
    return [
        lambda: array.astype(bool), lambda: array.astype(np.float64) * np.nan,
        lambda: array.astype(np.float64) + 1e300, lambda: array.astype("U9"),
        lambda: array.astype(np.complex64), lambda: array[..., None], lambda: array.ravel()[:-1],
        lambda: np.zeros(2**24), lambda: np.array("x" * 10_000), lambda: np.int64(-1),
        lambda: array.astype(np.int8), lambda: np.zeros((0, 5)),
    ][rng.integers(12)]()  # fmt: skip


def rezipped(arrays, rng, path):
    """An .npz whose members were renamed, doubled, left out, replaced, or promise terabytes."""
    members = [(f"{name}.npy", _npy(array)) for name, array in arrays.items()]
    index, action = int(rng.integers(len(members))), rng.integers(6)
    name, data = members[index]
    if action == 0:
        members[index] = (["x", "../x.npy", "x.npy", ".npy", "a/b/c.npy"][rng.integers(5)], data)
    elif action == 1:
        members.append((name, data))
    elif action == 2:
        del members[index]
    elif action == 3:
        members[index] = (name, _npy(odd_array(arrays[name[:-4]], rng)))
    elif action == 4:
        members[index] = (name, data[: int(rng.integers(len(data)))])
    else:
        side = 2 ** int(rng.integers(20, 60))
        header = {"descr": "<f4", "fortran_order": False, "shape": (side,)}
        buffer = io.BytesIO()
        np.lib.format.write_array_header_1_0(buffer, header)
        members[index] = (name, buffer.getvalue() + bytes(2 ** int(rng.integers(0, 24))))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)


def _npy(array):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array))
    return buffer.getvalue()


# Files to start from ---------------------------------------------------------------------------


def small_checkpoint(folder):
    """A checkpoint of a tiny GAN: (file, its arrays, its info, its bytes)."""
    model = gan.make(8, width=4, latent_dim=6, seed=0, batch_size=4)
    file = model.save_checkpoint(folder / "theirs.npz")
    return file, *weights.read(file), file.read_bytes()


def checkpoint_bytes(folder):
    file, arrays, _, raw = small_checkpoint(folder)

    def case(rng):
        file.write_bytes(flipped(raw, rng))  # no need for care here, and quicker
        return file, lambda: checkpoints.load(file).state(), arrays

    return case


def checkpoint_members(folder):
    file, arrays, info, _ = small_checkpoint(folder)
    text = {"info.json": np.array(json.dumps({"format": "course-gan-1", **info}))}

    def case(rng):
        rezipped(text | arrays, rng, file)
        return file, lambda: checkpoints.load(file).state(), arrays

    return case


def checkpoint_specs(folder):
    file, arrays, info, _ = small_checkpoint(folder)

    def case(rng):
        weights.write(file, arrays, edited(info, rng))
        return file, lambda: checkpoints.load(file).state(), arrays

    return case


def cards(folder):
    """Cards of checkpoints: flipped bits, or values that are none."""
    file, *_ = small_checkpoint(folder)
    name = checkpoints.names()[0]
    place = (checkpoints.FOLDER / f"{name}.json").read_bytes()
    before = json.loads(place)

    def case(rng):
        changed = flipped(place, rng) if rng.random() < 0.5 else None
        changed = changed or json.dumps(edited(before, rng)).encode()
        file.with_name("card.json").write_bytes(changed)
        return file.with_name("card.json"), lambda: checkpoints.card(file), before

    return case


def shipped_results(folder):
    """Every file of data/results."""

    def case(rng):
        name = results.names()[rng.integers(len(results.names()))]
        for source in results.FOLDER.glob(f"{name}.*"):
            files.write_bytes(folder / source.name, source.read_bytes())
        sums = (results.FOLDER / results.SUMS).read_bytes()
        files.write_bytes(folder / results.SUMS, sums)
        kinds = [path for path in folder.glob(f"{name}.*")] + [folder / results.SUMS]
        file = kinds[rng.integers(len(kinds))]
        files.write_bytes(file, flipped(file.read_bytes(), rng))
        door = results.arrays if file.suffix == ".npz" else results.card
        return folder / name, lambda: door(name, folder), door(name)

    return case


def art_sets(folder):
    """A small art set of somebody else's, with a card that describes the damaged file."""
    source = art.load("creatures").select(np.arange(8))
    arrays = {"images": source.images, "labels": np.zeros(8, np.int16),
              "label_names": np.array(["a"]), "item_names": np.array(list("abcdefgh"))}  # fmt: skip
    file = files.write_npz(folder / "theirs.npz", arrays)
    raw = file.read_bytes()

    def case(rng):
        if rng.random() < 0.5:
            file.write_bytes(flipped(raw, rng))  # no need for care here, and quicker
        else:
            rezipped(arrays, rng, file)
        card = {"name": "theirs", "title": "t", "licence": "l", "attribution": "a", "count": 8,
                "size": 32, "sizes": [32], "sha256": files.sha256(file)}  # fmt: skip
        if rng.random() < 0.3:
            card = edited(card, rng)
        files.write_json(folder / "theirs.json", card)
        return file, lambda: art.files.read_set(folder, "theirs")[0], arrays

    return case


KINDS = {
    "checkpoint bytes": checkpoint_bytes, "checkpoint members": checkpoint_members,
    "checkpoint specs": checkpoint_specs, "cards": cards, "results": shipped_results,
    "art sets": art_sets,
}  # fmt: skip


if __name__ == "__main__":
    main()
