"""Pictures in shards on the disk, for more of them than fit into memory.

    python -m helpers.records heroes --output my_art/shards --shards 4
    python -m helpers.records my_art/part1 my_art/part2.zip --size 64 --output my_art/shards
    python -m helpers.records --check my_art/shards

A shard is a TFRecord file; each record is one picture's bytes, height · width · 3, and no more. Of a
batch each shard gives the same number, in the shards' order. So k workers that read a k-th of the shards each
see together what one worker sees that reads them all.
"""

import argparse
import contextlib
import pathlib
import shutil
import sys
import tempfile
from typing import NamedTuple

import numpy as np

from helpers import art, files, places

CARD, HELD_OUT = "shards.json", "held_out.npz"
BLOCK = 1024  # pictures of a shard that are mixed with each other while they are read
MOST_HELD_OUT = 1000
_ENTRIES = {"name": str, "size": int, "pictures": int, "shards": list, "rights": dict}


class Part(NamedTuple):
    """Pictures that are in memory at one time.

    Attributes:
        train: uint8 [n, size, size, 3], for the shards.
        held_out: uint8 [m, size, size, 3], to score against.
        rights: dictionary for the card: licence, attribution, …
    """

    train: np.ndarray
    held_out: np.ndarray
    rights: dict


def write(parts, output, *, name, shards=4, seed=0):
    """Writes pictures to shards; the folder appears when all of it is there.

    Args:
        parts: iterable of Part; one at a time is in memory.
        output: the folder to make.
        name: what the pictures are called.
        shards: how many files; a multiple of the number of workers that will read them.
        seed: in which order the pictures of a part are dealt to the shards.

    Returns:
        pathlib.Path of the folder.

    Raises:
        ValueError: the folder is there already, sizes differ, or a shard would stay empty.
    """
    output = pathlib.Path(output)
    if output.exists():
        raise ValueError(f"{output} is there already: give another --output, or take it away")
    output.parent.mkdir(parents=True, exist_ok=True)
    work = pathlib.Path(
        tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}.", suffix=".part")
    )
    try:
        counts, size, aside, rights = _deal(parts, work, shards, seed)
        files.write_npz(work / HELD_OUT, {"images": aside[:MOST_HELD_OUT]})
        rows = [
            {"file": path.name, "pictures": count, "bytes": path.stat().st_size, "sha256": files.sha256(path)}
            for path, count in zip(_paths(work, shards), counts)
        ]  # fmt: skip
        card = {"name": name, "size": size, "pictures": sum(counts), "shards": rows}
        files.write_json(work / CARD, card | {"rights": rights})
        work.chmod(0o755)
        work.rename(output)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return output


def _paths(folder, shards):
    return [folder / f"pictures-{k:05d}-of-{shards:05d}.tfrecord" for k in range(shards)]


def _deal(parts, folder, shards, seed):
    """Deals pictures to shards as one deals cards.

    Returns:
        (list of pictures of each shard, their side, uint8 array of those held out, rights).
    """
    import tensorflow as tf

    rng, counts, size = np.random.default_rng(seed), [0] * shards, None
    aside, rights = [], {}
    with contextlib.ExitStack() as stack:
        writers = [
            stack.enter_context(tf.io.TFRecordWriter(str(path))) for path in _paths(folder, shards)
        ]
        for part in parts:
            images, size = part.train, size or part.train.shape[1]
            if images.dtype != np.uint8 or images.shape[1:] != (size, size, 3):
                raise ValueError(
                    f"expected uint8 pictures of shape [n, {size}, {size}, 3] in every part, got "
                    f"{images.dtype} {list(images.shape)}"
                )
            for row in rng.permutation(len(images)):
                shard = sum(counts) % shards
                writers[shard].write(images[row].tobytes())
                counts[shard] += 1
            aside.append(part.held_out)
            rights = _joined(rights, part.rights)
    if not all(counts):
        raise ValueError(f"{sum(counts)} pictures do not fill {shards} shards: give fewer --shards")
    return counts, size, np.concatenate(aside), rights


def _joined(first, second):
    """The rights of both: what differs stands side by side, for each set keeps its own licence."""
    joined = {**second, **first}
    for key in first.keys() & second.keys():
        if isinstance(first[key], str) and second[key] not in first[key].split(" + "):
            joined[key] = f"{first[key]} + {second[key]}"
    return joined


# Reading ---------------------------------------------------------------------------------------------


def card(folder):
    """Reads the card of a folder of shards, and sees to it that no shard is missing or cut short.

    Args:
        folder: path.

    Returns:
        Dictionary: name, size, pictures, rights, and shards, a list of {file, pictures, bytes, sha256}.

    Raises:
        ValueError: it is no such folder, or a shard is not as long as it was.
    """
    folder = places.find(folder)
    try:
        found = files.read_json(folder / CARD, cure=_cure(folder))
    except FileNotFoundError:
        raise ValueError(
            f"{folder} holds no {CARD}: `python -m helpers.records ART --output {folder}` makes shards"
        ) from None
    if not all(isinstance(found.get(key), kind) for key, kind in _ENTRIES.items()):
        raise files.Damaged(f"{folder / CARD} is damaged; {_cure(folder)}")
    for row in found["shards"]:
        path = folder / pathlib.Path(row["file"]).name
        length = path.stat().st_size if path.is_file() else None
        if length != row["bytes"]:
            what = "is missing" if length is None else f"has {length:,} bytes, not {row['bytes']:,}"
            raise files.Damaged(f"{path} {what}; {_cure(folder)}")
    return found


def check(folder):
    """Reads every shard whole, and names those that are not what was written.

    Raises:
        ValueError: as `card`, or a shard's checksum differs.
    """
    folder = places.find(folder)
    rows = card(folder)["shards"]
    bad = [row["file"] for row in rows if files.sha256(folder / row["file"]) != row["sha256"]]
    if bad:
        is_are = "is" if len(bad) == 1 else "are"
        raise files.Damaged(f"{folder}: {', '.join(bad)} {is_are} damaged; {_cure(folder)}")


def _cure(folder):
    return f"copy it again from where it was made, or take {folder} away and make it again"


def held_out(folder):
    """The pictures that were kept apart to score against: uint8 [m, size, size, 3]."""
    return files.read_npz(places.find(folder) / HELD_OUT, cure=_cure(folder))["images"]


def first(folder, count=512):
    """The first pictures of the shards in turn, the same for every worker: uint8 [n, size, size, 3]."""
    import tensorflow as tf

    found = card(folder)
    each = -(-count // len(found["shards"]))
    lanes = [_lane(folder, found, k).batch(each) for k in range(len(found["shards"]))]
    try:
        return np.concatenate([next(iter(lane)).numpy() for lane in lanes])[:count]
    except tf.errors.DataLossError:
        check(folder)  # names the shard
        raise


def dataset(folder, batch_size, *, seed=0, step=0, worker=0, workers=1):
    """An endless stream of batches for `GAN.fit`, which is a pure function of (shards, seed, step).

    Args:
        folder: of shards.
        batch_size: pictures in a step, of all workers together; a multiple of the number of shards.
        seed: of the order.
        step: the step that the first batch belongs to: `model.step_count` goes on where a run stopped.
        worker, workers: this worker's number, from 0, and how many there are; each reads its own
            shards, and gives batch_size / workers pictures a step.

    Returns:
        tf.data.Dataset of uint8 [batch_size / workers, size, size, 3].

    Raises:
        ValueError: shards are missing or cut short, or the numbers do not go up.
    """
    import tensorflow as tf

    found = card(folder)
    count = len(found["shards"])
    if count % workers:
        raise ValueError(
            f"{count} shards cannot be shared evenly by {workers} workers: make them again with "
            f"--shards {workers * max(1, count // workers)}"
        )
    if batch_size % count:
        raise ValueError(
            f"a batch of {batch_size} cannot take as many from each of {count} shards: "
            f"--batch {count * max(1, batch_size // count)}, say"
        )
    own = range(worker * count // workers, (worker + 1) * count // workers)
    lanes = tuple(_mixed(folder, found, k, batch_size // count, seed, step) for k in own)
    together = tf.data.Dataset.zip(lanes).map(lambda *parts: tf.concat(parts, 0))
    return together.prefetch(4)


def _lane(folder, found, shard):
    """One shard's pictures once, in the order of the file."""
    import tensorflow as tf

    size, path = found["size"], places.find(folder) / found["shards"][shard]["file"]
    return tf.data.TFRecordDataset(str(path)).map(
        lambda record: tf.reshape(tf.io.decode_raw(record, tf.uint8), (size, size, 3))
    )


def _mixed(folder, found, shard, share, seed, step):
    """One shard's pictures for ever, `share` at a time, from those of `step` on."""
    import tensorflow as tf

    first_round, done = divmod(step * share, found["shards"][shard]["pictures"])
    once = _lane(folder, found, shard)

    def one_round(number):
        blocks = once.batch(BLOCK).enumerate()

        def mix(index, block):
            # The seed's parts: which run and shard; which round and block of it.
            key = tf.stack([tf.constant(seed * 2**16 + shard, tf.int64), number * 2**24 + index])
            return tf.random.experimental.stateless_shuffle(block, key)

        return blocks.map(mix).unbatch()

    rounds = tf.data.Dataset.range(first_round, 2**38).flat_map(one_round)
    return rounds.skip(done).batch(share, drop_remainder=True)


# The command -----------------------------------------------------------------------------------------


def main(arguments=None):
    """`python -m helpers.records`; returns the exit code, 1 after an error in one sentence."""
    options = _parser().parse_args(arguments)
    try:
        if options.check:
            check(options.check)
            print(f"{options.check}: all shards are as they were written.")
        else:
            _make(options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser():
    command = argparse.ArgumentParser(prog="python -m helpers.records", description="Make shards.")
    add = command.add_argument
    add("art", nargs="*", help="an art set, or folders or zips of pictures, each read alone")
    add("--output", metavar="DIR", help="the folder to make, such as my_art/shards")
    add("--size", type=int, default=32, help="side in pixels (default 32)")
    add(
        "--shards",
        type=int,
        default=4,
        help="how many files (default 4): a multiple of the workers",
    )
    add("--seed", type=int, default=0, help="of the order (default 0)")
    add("--check", metavar="DIR", help="read all shards of a folder, and name damaged ones")
    return command


def _make(options):
    if not options.art or not options.output:
        raise ValueError("give what to read and where to: heroes --output my_art/shards, say")
    if not 1 <= options.shards <= 10**4:
        raise ValueError(f"--shards takes 1 to 10000, got {options.shards}")
    output = write(
        (_part(name, options.size) for name in options.art),
        places.own(options.output),
        name=" + ".join(options.art),
        shards=options.shards,
        seed=options.seed,
    )
    found = card(output)
    print(
        f"{output}: {found['pictures']:,} pictures of {found['size']} px in {options.shards} shards, "
        f"{sum(row['bytes'] for row in found['shards']) / 1e6:.1f} MB"
    )


def _part(name, size):
    """An art set, or a folder or zip of one's own, split as everywhere in the course."""
    own = name not in art.names()
    found = art.from_folder(name, size, show=False)[0] if own else art.load(name, size=size)
    split = found.split()
    kept = ("source", "licence", "attribution", "suits")
    rights = {key: found.card[key] for key in kept if key in found.card}
    return Part(split.train.images, split.test.images, rights)


if __name__ == "__main__":
    sys.exit(main())
