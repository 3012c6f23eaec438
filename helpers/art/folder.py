"""A learner's own folder becomes an art set, with a report of every file."""

import contextlib
import hashlib
import os

import numpy as np

from helpers.art import (
    backgrounds,
    cache,
    decode,
    duplicates,
    framing,
    kinds,
    report,
    sources,
    splits,
    suited,
)
from helpers.art.files import ArtError
from helpers.art.sets import ArtSet

LEAST = 10  # pictures to train a network on
_MOST_BYTES = 2**29  # of all pictures together
_MOST_SIDE, _LEAST_SIDE = 256, 8
FITS = ("auto", "pad", "crop", "trim")
_LOST = 0.5  # of its page: drawings that take up less are cut out of it
_UNSTATED = "not stated"


def read(place, size, *, fit, background, name, source, licence, attribution, show, progress):
    """See art.from_folder."""
    _check(size, fit)
    given = backgrounds.parse(background)
    title, found = sources.find(place)
    kept, rows, store = _decode(found, place, size, progress)
    _check_some(kept, rows, place)
    ways, pages, colour, clear = _look(kept, store, fit, given)
    images, thumbs, rows = _frame(kept, rows, store, size, ways, pages)
    store.tidy([key for _, key in kept])
    families = duplicates.families(thumbs)
    names = [name for name, _ in kept]
    label_names, labels = _labels(names)
    suits = suited.suits(images)
    card = {
        "name": name or title, "title": kinds.safe(name or title, 60),
        "source": source or _UNSTATED, "licence": licence or _UNSTATED,
        "attribution": attribution or _UNSTATED, "count": len(images), "size": size,
        "sizes": [size], "background": "#%02x%02x%02x" % tuple(colour),
        "fit": {way: ways.count(way) for way in FITS if way in ways}, "suits": suits.card(),
        "sha256": hashlib.sha256(np.ascontiguousarray(images)).hexdigest(),
    }  # fmt: skip
    art = ArtSet(
        name=card["name"], images=images, labels=labels, label_names=label_names,
        item_names=names, card=card, families=np.unique(families, return_inverse=True)[1],
        folds=splits.own_folds(families, names),
    )  # fmt: skip
    told = report.Report(art, rows, suits, _choices(ways, _only(pages, clear), fit, given))
    card["read"] = told.counts()
    if show:
        told.show()
    return art, told


def _choices(ways, pages, fit, given):
    """Sentences: how the pictures were framed, and what see-through ones stand on."""
    words = {
        "pad": "shown whole",
        "crop": "cut to their middle square",
        "trim": "cut out of their page",
    }
    parts = ", ".join(f"{ways.count(way):,} {words[way]}" for way in words if way in ways)
    yield f"fit={fit!r}: {parts}"
    if pages:
        counts = ((page, pages.count(page)) for page in sorted(set(pages), key=pages.count)[::-1])
        shades = ", ".join(f"{'#%02x%02x%02x' % page} ({count:,})" for page, count in counts)
        chosen = "background='auto'" if given is None else "background"
        yield f"{chosen}: {len(pages):,} see-through pictures stand on {shades}"


def _only(values, chosen):
    return [value for value, one in zip(values, chosen) if one]


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
    if not rows:
        raise ArtError(
            f"{where}is empty and holds no picture that can be read: put pictures into it first"
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
                passed = isinstance(refused, kinds.PassedOver)
                outcome = "passed over" if passed else "refused"
                rows[len(rows)] = report.Row(item.name, outcome, str(refused))
                continue
            rows[len(rows)] = report.Row(item.name, "kept", "", len(kept))
            kept.append((item.name, item.key))
    finally:
        bar.close()
        with contextlib.suppress(OSError):  # a full disk: the next call decodes again
            store.flush()
    return kept, rows, store


def _look(kept, store, fit, given):
    """How each picture is framed, and what it stands on, chosen by looking at all of them.

    Returns:
        (list of n of "pad", "crop", "trim"; list of n of (r, g, b); (r, g, b) of the set; list of n:
        whether one can see through parts of it).
    """
    facts, seen = [], []
    for _, key in kept:
        one = store.get(key)
        facts.append(one.facts)
        seen.append(backgrounds.visible(one.trim) if one.facts["alpha"] else None)
    on_page = [fact["alpha"] or fact["border"] is not None for fact in facts]
    extents = [fact["extent"] for fact, whole in zip(facts, on_page) if whole]
    whole = "trim" if extents and np.median(extents) < _LOST else "pad"
    ways = [fit if fit != "auto" else whole if page else "crop" for page in on_page]
    clear = [one is not None for one in seen]
    if given:
        return ways, [given] * len(kept), given, clear
    common, own = backgrounds.choose(np.array([one for one in seen if one is not None]))
    places = iter(own)
    pages = [backgrounds.CANDIDATES[common if one is None else next(places)] for one in seen]
    return ways, pages, backgrounds.CANDIDATES[common], clear


def _frame(kept, rows, store, size, ways, pages):
    """The pictures as squares on their pages, and the rows with what was mended.

    Returns:
        (images uint8 [n, size, size, 3], thumbs uint8 [n, 16, 16, 3], list of report.Row).
    """
    images = np.empty((len(kept), size, size, 3), np.uint8)
    thumbs = np.empty((len(kept), framing.THUMB, framing.THUMB, 3), np.uint8)
    common = max(set(pages), key=pages.count)
    for position, row in rows.items():
        if row.index is None:
            continue
        one, way, page = store.get(kept[row.index][1]), ways[row.index], pages[row.index]
        images[row.index] = framing.on(getattr(one, way)[None], page)[0]
        thumbs[row.index] = framing.on(one.thumb[None], page)[0]
        notes = [*one.facts["notes"], *_shape_notes(one.facts, way, size)]
        if page != common:
            notes.append("stands on grey or colour: it cannot be seen on the others' page")
        rows[position] = row._replace(
            outcome="mended" if notes else "kept", reason="; ".join(notes)
        )
    return images, thumbs, list(rows.values())


def _shape_notes(facts, way, size):
    width, height = facts["width"], facts["height"]
    short, long = sorted((width, height))
    if way == "trim" and facts["extent"] < 0.9:
        yield f"its empty page cut away (the drawing took up {100 * facts['extent']:.0f} %)"
    elif way != "crop" and long * 2 <= size:
        yield f"enlarged {size // long} times"
    elif way == "crop" and short < size:
        yield f"enlarged {size / short:.2g} times"
    if way == "crop" and long > short:
        yield f"cut to its middle square ({100 * (1 - short / long):.0f} % lost)"


def _labels(names):
    """The folder right below the place is a picture's label."""
    folders = [name.partition("/")[0] if "/" in name else "" for name in names]
    shown = sorted(set(folders))
    return [kinds.safe(folder, 60) or "(no folder)" for folder in shown], np.array(
        [shown.index(folder) for folder in folders], np.int64
    )
