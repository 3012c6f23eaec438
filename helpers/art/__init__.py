"""The art: named, licensed, checksummed sets of small pictures, and your own.

heroes = art.load("heroes")        # 4,000 pictures, uint8 [4000, 32, 32, 3]
train, validation, test = heroes.split()       # the split that all lessons share
mine, report = art.from_folder("my_art/pictures")        # your own, and what became of each file
"""

import difflib
import functools
from pathlib import Path

import numpy as np

from helpers.art import checks, files, splits
from helpers.art.files import ArtError
from helpers.art.sets import ArtSet, Split
from helpers.art.sources import keep as keep_uploads
from helpers.art.suited import suits

__all__ = ["ArtError", "ArtSet", "Split", "from_folder", "load", "names", "reduce", "to_float"]
__all__ += ["keep_uploads", "suits", "to_uint8"]
FOLDER = Path(__file__).resolve().parents[2] / "data" / "art"


def names(folder=None):
    """Names of the sets that are there, sorted."""
    return sorted(path.stem for path in Path(folder or FOLDER).glob("*.json"))


def load(name, size=None, folder=None):
    """Load an art set.

    Args:
        name: one of art.names().
        size: pixels along a side; None is the stored size, smaller ones are box averages.
        folder: where the .npz files and cards are; None is the course's data/art.
    Returns:
        ArtSet.
    Raises:
        ArtError: there is no such set or size, or something is wrong with its files.
    """
    folder = Path(folder or FOLDER)
    _check_name(name, folder)
    arrays, card = files.read_set(folder, name)
    size = checks.check_size(size, card)
    kind = name.split("_")[0]
    family_names = splits.families_of(kind, arrays)
    return ArtSet(
        name=name,
        images=reduce(arrays["images"], card["size"] // size),
        labels=arrays["labels"].astype(np.int64),
        label_names=arrays["label_names"].tolist(),
        item_names=arrays["item_names"].tolist(),
        card=card,
        parts=arrays.get("parts"),
        part_names=arrays["part_names"].tolist() if "part_names" in arrays else None,
        layer_names=arrays["layer_names"].tolist() if "layer_names" in arrays else None,
        families=np.unique(family_names, return_inverse=True)[1],
        folds=splits.fixed_folds(kind, family_names, arrays["labels"]),
    )


def from_folder(
    place,
    size=64,
    *,
    fit="auto",
    background="auto",
    name=None,
    source="",
    licence="",
    attribution="",
    show=True,
    progress=True,
):
    """Read your own pictures: a folder with all that lies below it, a zip, or uploaded files.

    Args:
        place: folder, zip, ipywidgets.FileUpload or its value. A relative path is looked for here,
            then in the course's folder.
        size: pixels along a side, 8 to 256.
        fit: "pad" shows each picture whole, "crop" its middle square, "trim" the drawing without its
            empty page; "auto" crops what fills its frame, and shows the others whole, or trimmed
            where half of them take up less than half of their page.
        background: what see-through pictures stand on: "auto" (white where that leaves them
            visible), "white", "black", "grey", "#rrggbb" or (r, g, b).
        name: of the set; None for the folder's own.
        source, licence, attribution: for the card: whose pictures these are, and what is allowed.
        show: show the report.
        progress: show a bar when there is more than a moment to wait.
    Returns:
        (ArtSet, Report). The set has a fixed split, in which copies of one picture (mirrored, saved
        again, at another size) stand on one side; its labels are the folders below the place. The
        report names every file that was mended, refused or passed over, and why.
    Raises:
        ArtError: there is no such place, nothing in it can be read, or an argument is impossible.
    """
    from helpers.art import folder  # here, so that looking at art does not wait for Pillow

    return folder.read(
        place, size, fit=fit, background=background, name=name, source=source, licence=licence,
        attribution=attribution, show=show, progress=progress,
    )  # fmt: skip


def reduce(images, factor):
    """Shrink by a whole factor, each new pixel the mean of factor × factor old ones.

    Args:
        images: uint8 [n, size, size, 3], size a multiple of factor.
        factor: whole number ≥ 1.
    Returns:
        uint8 [n, size/factor, size/factor, 3], halves rounded up.
    """
    if factor == 1:
        return images
    size, area = images.shape[1] // factor, factor * factor
    tall = images.reshape(len(images), size, factor, size * factor * 3)
    wide = np.add.reduce(tall, axis=2, dtype=np.uint16).reshape(-1, factor, 3)
    small = np.empty((len(wide), 3), dtype=np.uint8)
    for channel in range(3):  # all pixels of one channel in one go take a third of the time
        total = sum(wide[:, column, channel] for column in range(factor))
        small[:, channel] = (total + area // 2) // area
    return small.reshape(-1, size, size, 3)


def to_float(images):
    """uint8 0–255, any shape → float32 in [-1, 1]; a TensorFlow tensor stays one.

    Raises:
        ArtError: the input is not uint8.
    """
    if type(images).__module__.startswith("tensorflow"):
        import tensorflow as tf  # here, so that looking at art does not wait for TensorFlow

        floats = functools.partial(tf.cast, dtype=tf.float32)
    else:
        images, floats = np.asarray(images), np.float32
    if images.dtype != np.uint8:
        raise ArtError(
            f"to_float takes uint8 pixels 0–255, got {images.dtype}; "
            "floats in [-1, 1] need no conversion"
        )
    return floats(images) / np.float32(127.5) - np.float32(1)


def to_uint8(images):
    """float in [-1, 1], any shape → uint8 0–255, rounded to the nearest.

    Raises:
        ArtError: not float, not finite, or outside [-1, 1] by more than 0.001.
    """
    images = np.asarray(images)
    if images.dtype.kind != "f":
        raise ArtError(
            f"to_uint8 takes floats in [-1, 1], got {images.dtype}; "
            "uint8 pictures need no conversion"
        )
    if not np.isfinite(images).all():
        raise ArtError(
            "to_uint8 found NaN or infinite pixels; look at what made them "
            "(often a training that diverged)"
        )
    if images.size and max(-images.min(), images.max()) > 1.001:
        raise ArtError(
            f"to_uint8 takes floats in [-1, 1], got {images.min():.3g} to "
            f"{images.max():.3g}; bring them there first: np.clip(x, -1, 1)"
        )
    return np.rint((np.clip(images, -1, 1) + 1) * 127.5).astype(np.uint8)


def _check_name(name, folder):
    known = sorted({path.stem for end in ("json", "npz") for path in folder.glob(f"*.{end}")})
    if name in known:
        return
    close = difflib.get_close_matches(str(name), known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ArtError(f"unknown art set {name!r}; one of: {', '.join(known) or 'none found'}.{hint}")
