"""The art: named, licensed, checksummed sets of small pictures.

heroes = art.load("heroes")        # 4,000 pictures, uint8 [4000, 32, 32, 3]
train, validation, test = heroes.split()       # the split that all lessons share
"""

import base64
import difflib
import functools
import html
from collections import namedtuple
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from helpers.art import checks, files, splits
from helpers.art.files import ArtError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "art"


Split = namedtuple("Split", splits.SIDES)


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


@dataclass(frozen=True, eq=False, repr=False)
class ArtSet:
    """n pictures that belong together.

    Attributes:
        name: name of the set.
        images: uint8 [n, size, size, 3], on white.
        labels: int64 [n], index into label_names.
        label_names: k strings.
        item_names: n strings, one per picture.
        card: dict; source, licence, attribution, what was changed, known biases.
        parts, part_names, layer_names: heroes only, what each is made of (int16 [n, layers]).
        families: int64 [n]; pictures of one family never stand on two sides of a split.
        folds: int64 [n]; side of each picture in the fixed split.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    label_names: list
    item_names: list
    card: dict
    families: np.ndarray
    folds: np.ndarray
    parts: np.ndarray = None
    part_names: list = None
    layer_names: list = None

    def __len__(self):
        return len(self.images)

    @property
    def size(self):
        """Pixels along a side."""
        return self.images.shape[1]

    def select(self, indices):
        """The pictures at these positions, in this order.

        Args:
            indices: whole numbers in 0 … len(self) − 1, or a boolean mask of len(self).
        Raises:
            ArtError: no such position.
        """
        rows = checks.check_indices(indices, len(self))
        return replace(
            self,
            images=self.images[rows],
            labels=self.labels[rows],
            item_names=[self.item_names[row] for row in rows],
            parts=None if self.parts is None else self.parts[rows],
            families=self.families[rows],
            folds=self.folds[rows],
        )

    def take(self, n, seed=0):
        """n pictures drawn at random; with one seed, fewer are the first of more.

        Raises:
            ArtError: n is not a whole number from 1 to len(self).
        """
        n = checks.check_count(n, "n", len(self), self.name)
        return self.select(checks.shuffled(len(self), seed)[:n])

    def split(self, fractions=None, seed=0):
        """Split by subject: pictures of one family always stay together.

        Args:
            fractions: None for the course's fixed split, else numbers > 0 that sum to 1.
            seed: order in which families are dealt; the fixed split does not use it.
        Returns:
            Split (train, validation, test) of ArtSets: learn from the first, choose with the
            second, score once on the third. A plain tuple for given fractions.
        Raises:
            ArtError: other fractions, or a side would stay empty.
        """
        if fractions is None:
            return Split(*(self._side(self.folds, side) for side in range(len(splits.SIDES))))
        fractions = checks.check_fractions(fractions)
        order = checks.shuffled(int(self.families.max()) + 1, seed)
        folds = splits.assign(
            order[self.families], splits.counts_of(fractions, len(self)), np.zeros_like(self.labels)
        )
        return tuple(self._side(folds, side) for side in range(len(fractions)))

    def _side(self, folds, side):
        rows = np.flatnonzero(folds == side)
        if not len(rows):
            raise ArtError(
                f"{self.name}: {len(self)} pictures are too few for this split, "
                f"side {side + 1} would be empty; take more pictures"
            )
        return self.select(rows)

    def __repr__(self):
        return (
            f"ArtSet {self.name!r}: {len(self):,} pictures, {self.size} × {self.size} px, "
            f"{len(self.label_names)} labels, {self.card['licence']}"
        )

    def _repr_html_(self):
        rows = 2 if self.size <= 32 else 1  # a page of many sets must stay small
        alt = html.escape(
            f"{self.card['title']}: {min(len(self), 12 * rows)} of {len(self):,} pictures"
        )
        caption = html.escape(
            f"{self.card['title']} · {len(self):,} pictures, "
            f"{self.size} × {self.size} px · {self.card['licence']} · "
            f"{self.card['attribution']}"
        )
        from helpers import figures  # here, so that loading art does not wait for matplotlib

        spread = np.unique(np.linspace(0, len(self) - 1, 12 * rows).astype(int))
        sheet = figures.tile(self.images[spread], columns=12, pad=4)
        png = base64.b64encode(figures.to_png(sheet)).decode()
        return (
            f'<figure style="margin:0"><img src="data:image/png;base64,{png}" alt="{alt}" '
            'style="width:600px;max-width:100%;image-rendering:pixelated">'
            f"<figcaption>{caption}</figcaption></figure>"
        )
