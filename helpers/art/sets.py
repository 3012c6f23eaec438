"""What a set of art is: the pictures, what is known of each, the split, how it shows itself."""

import base64
import html
from collections import namedtuple
from dataclasses import dataclass, replace

import numpy as np

from helpers.art import checks, splits
from helpers.art.files import ArtError

Split = namedtuple("Split", splits.SIDES)


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
