"""A learner's own folder becomes an art set, with a report of every file."""

import contextlib
import hashlib
import os

import numpy as np

from helpers.art import cache, decode, duplicates, framing, kinds, report, sources, splits
from helpers.art.backgrounds import choose, parse
from helpers.art.files import ArtError
from helpers.art.sets import ArtSet

LEAST = 10  # pictures to train a network on
_MOST_BYTES = 2**29  # of all pictures together
_MOST_SIDE, _LEAST_SIDE = 256, 8
FITS = ("auto", "pad", "crop")
_UNSTATED = "not stated"


def read(place, size, *, fit, background, name, source, licence, attribution, show, progress):
    """See art.from_folder."""
    _check(size, fit)
    background = parse(background)
    title, found = sources.find(place)
    kept, rows, store = _decode(found, place, size, progress)
    _check_some(kept, rows, place)
    facts = [store.get(key).facts for _, key in kept]
    colour = background or choose([store.get(key) for _, key in kept], facts)
    images, thumbs, rows = _frame(kept, rows, store, size, fit, colour)
    store.tidy([key for _, key in kept])
    linked, _ = duplicates.pairs(thumbs)
    families = duplicates.families(len(images), linked)
    names = [name for name, _ in kept]
    label_names, labels = _labels(names)
    card = {
        "name": name or title,
        "title": kinds.safe(name or title, 60),
        "source": source or _UNSTATED,
        "licence": licence or _UNSTATED,
        "attribution": attribution or _UNSTATED,
        "count": len(images),
        "size": size,
        "sizes": [size],
        "background": "#%02x%02x%02x" % tuple(colour),
        "fit": fit,
    }
    art = ArtSet(
        name=card["name"], images=images, labels=labels, label_names=label_names,
        item_names=names, card=card, families=np.unique(families, return_inverse=True)[1],
        folds=splits.own_folds(families, names),
    )  # fmt: skip
    told = report.Report(art, rows, families)
    card |= {
        "read": told.counts(),
        "sha256": hashlib.sha256(np.ascontiguousarray(images)).hexdigest(),
    }
    if show:
        told.show()
    return art, told


def _check(size, fit):
    if not isinstance(size, (int, np.integer)) or not _LEAST_SIDE <= size <= _MOST_SIDE:
        raise ArtError(f"size is a side in pixels, {_LEAST_SIDE} to {_MOST_SIDE}, got {size!r}")
    if fit not in FITS:
        raise ArtError(f"fit is one of {', '.join(FITS)}; got {fit!r}")


def _check_some(kept, rows, place):
    if kept:
        return
    bad = [row for row in rows.values() if row.outcome == "refused"]
    told = "".join(f"\n  {kinds.safe(row.name)}: {row.reason}" for row in bad[:20])
    more = f"\n  and {len(bad) - 20} more" if len(bad) > 20 else ""
    where = (
        f"{kinds.safe(place, 200)} " if isinstance(place, (str, os.PathLike)) else "what was given "
    )
    raise ArtError(
        f"{where}holds no picture that can be read. {len(bad)} files were refused, "
        f"{len(rows) - len(bad)} passed over.{told}{more}"
    )


def _decode(found, place, size, progress):
    """Reads every file once.

    Returns:
        (list of (name, key) of the pictures, {position: report.Row}, cache.Cache).
    """
    from tqdm.auto import tqdm

    where = place if isinstance(place, (str, os.PathLike)) else "uploads"
    store = cache.Cache(os.path.abspath(where), size)
    most = _MOST_BYTES // (3 * size * size)
    kept, rows = [], {}
    bar = tqdm(found, unit=" files", leave=False, delay=2, disable=not progress)
    try:
        for item in bar:
            if isinstance(item, sources.Skipped):
                rows[len(rows)] = report.Row(*item)
                continue
            try:
                if len(kept) == most:
                    raise kinds.Refused(
                        f"is beyond the {most:,} pictures that fit into memory at {size} px"
                    )
                if item.key not in store.known and item.key not in store.waiting:
                    store.put(item.key, decode.picture(item.read(), item.name, size))
            except kinds.Refused as refused:
                rows[len(rows)] = report.Row(item.name, "refused", str(refused))
                continue
            rows[len(rows)] = report.Row(item.name, "kept", "", len(kept))
            kept.append((item.name, item.key))
    finally:
        bar.close()
        with contextlib.suppress(OSError):  # a full disk: the next call decodes again
            store.flush()
    return kept, rows, store


def _frame(kept, rows, store, size, fit, colour):
    """The pictures as squares on their backgrounds, and the rows with what was mended."""
    images = np.empty((len(kept), size, size, 3), np.uint8)
    thumbs = np.empty((len(kept), framing.THUMB, framing.THUMB, 3), np.uint8)
    for position, row in rows.items():
        if row.index is None:
            continue
        one = store.get(kept[row.index][1])
        whole = fit == "pad" or (
            fit == "auto" and (one.facts["alpha"] or one.facts["border"] is not None)
        )
        images[row.index] = framing.on((one.pad if whole else one.crop)[None], colour)[0]
        thumbs[row.index] = framing.on(one.thumb[None], colour)[0]
        notes = [*one.facts["notes"], *_shape_notes(one.facts, whole, size)]
        rows[position] = row._replace(
            outcome="mended" if notes else "kept", reason="; ".join(notes)
        )
    return images, thumbs, list(rows.values())


def _shape_notes(facts, whole, size):
    width, height = facts["width"], facts["height"]
    short, long = sorted((width, height))
    if whole and long * 2 <= size:
        yield f"enlarged {size // long} times"
    elif not whole and short < size:
        yield f"enlarged {size / short:.2g} times"
    if not whole and long > short:
        yield f"cut to its middle square ({100 * (1 - short / long):.0f} % lost)"


def _labels(names):
    """The folder right below the place is a picture's label."""
    folders = [name.partition("/")[0] if "/" in name else "" for name in names]
    shown = sorted(set(folders))
    return [kinds.safe(folder, 60) or "(no folder)" for folder in shown], np.array(
        [shown.index(folder) for folder in folders], np.int64
    )
