"""Which samples are nearly copies of training pictures, in plain words and side by side.

    found = metrics.copies(model.sample(100, seed=4), train.images, held_out.images)
    print(found)            # 60 of 100 samples are nearly copies (41 the same picture) …
    found.show()            # each of them beside the picture that it copies

The copying test C_T says whether a generator as a whole comes too near to its training pictures. This
looks at each sample, in pixels, so that the eye can check it.

What it finds, by copies made on purpose (smileys, heroes and creatures at 32 pixels; shares that were found):

    the same, mirrored, or moved by 1 to 4 pixels      1    1    1
    hue turned by 20° or 90°, red and blue exchanged   1    1    1
    grey, darker, a negative                           1    1    1
    noise of 20 levels on each pixel                  .71   1    1
    30 or 34 pixels instead of 32                      0   .9    0
    28 pixels; eight colours drawn anew                0    0    0
    real pictures held out: false alarms             .13  .05  .02

So a copy at another size, or in colours that are not its own in another mixture, has to be found by eye. Of
the smileys' false alarms many are nearly the same picture: a face with another mouth.
"""

import itertools
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from helpers.metrics.checks import MetricError

SAMPLES = 100  # drawings to look at: of sixteen, none copied rules out no more than a share of 17 %
SIDE = 16  # pixels along a side at which pictures are compared: strokes count, noise does not
SHIFTS = (-4, -3, -2, -1, 0, 1, 2, 3, 4)  # thirty-seconds of a side: as far as training moves them
NEAREST = 0.65  # farther than this nothing looks like a copy, however alone it stands
SAME = 0.1  # nearer than this it is the same picture to the eye, or the same in other colours
RARE = 0.05  # share of real pictures that may be so near to another real one
_LOOKED_AT = 200  # real pictures that the limit is taken from, at most
_AT_ONCE = 500  # training pictures held against all others at a time, so that memory stays small
_FLAT = 0.02  # least contrast, of 1: pictures of one colour are compared by that colour
_LEAST = SIDE**2 * _FLAT**2  # the same, as a sum of squares over all points


class Copies:
    """What `copies` found.

    Attributes:
        copied: bool [n], the samples that are nearly copies: below the limit, or `recoloured`.
        same: bool [n], those whose distance is below SAME.
        recoloured: bool [n], those that are a training picture in other colours.
        nearest: int [n], the training picture nearest to each sample.
        distance: float [n], to that picture: 0 for the same pixels, 1 or more for unlike pictures.
        limit: the distance below which a sample counts as nearly a copy.
        expected: share of real pictures that would count as one by chance.
        expected_same: share of real pictures whose distance is below SAME.
        checked: number of real pictures behind `expected`.
        fresh: whether those are held-out ones; else training pictures, each held against the others.
        samples, train: the pictures, uint8.
    """

    def __init__(self, samples, train, found, real, limit, fresh):
        self.samples, self.train, self.limit, self.fresh = samples, train, limit, fresh
        self.distance, self.same = found.distance, found.distance < SAME
        self.recoloured = found.recoloured(limit)
        self.copied = (self.distance < limit) | self.same | self.recoloured
        self.nearest = np.where(self.recoloured, found.in_shape, found.nearest)
        chance = (real.distance < limit) | (real.distance < SAME) | real.recoloured(limit)
        self.expected, self.expected_same = (
            float(each.mean()) for each in (chance, real.distance < SAME)
        )
        self.checked = len(chance)

    @property
    def verdict(self):
        """One sentence: how many are nearly copies, how many would be by chance, what to do."""
        count, of = int(self.copied.sum()), len(self.copied)
        chance = f"of {self.checked} {self._real()}, {round(self.expected * self.checked)} would be called so"
        said = f"{count} of {of} samples {'is' if count == 1 else 'are'} nearly {'a copy' if count == 1 else 'copies'}"
        if not count:
            most = 1 - 0.05 ** (1 / of)
            return f"{said}; {chance}: a share of copies above {100 * most:.0f} % is unlikely"
        said += self._kinds()
        # More than chance brings in 1 of 100 cases; or the same picture, where no real one comes so near.
        by_count = binom.sf(count - 1, of, max(self.expected, RARE)) <= 0.01
        if not by_count and (not self.same.any() or self.expected_same):
            return f"{said}; {chance}: chance may do so; look at each"
        if count * 2 >= of:
            return f"{said}; {chance}: add pictures or stop earlier"
        return (
            f"{said}; {chance}: it copies some pictures; look at them, add pictures or stop earlier"
        )

    def _real(self):
        if self.fresh:
            return "real pictures that it was not trained on"
        return "training pictures, held against the others"

    def _kinds(self):
        counts = {"the same picture": self.same.sum(), "in other colours": self.recoloured.sum()}
        kinds = [f"{count} {kind}" for kind, count in counts.items() if count]
        return f" ({', '.join(kinds)})" if kinds else ""

    def __str__(self):
        return self.verdict

    __repr__ = __str__

    def order(self):
        """int [n]: the samples, copies first, then by distance."""
        return np.lexsort([self.distance, ~self.copied, ~self.same])

    def pairs(self, most=16):
        """Pairs, copies first, then the nearest: uint8 [2, m, size, size, 3], samples above, training pictures below."""
        order = self.order()[:most]
        return np.stack([self.samples[order], self.train[self.nearest[order]]])

    def show(self, most=12):
        """Shows samples above the training pictures nearest to them, copies first."""
        from helpers import figures

        pairs, order = self.pairs(most), self.order()[:most]
        figures.grid(
            np.concatenate(list(pairs)),
            columns=pairs.shape[1],
            titles=[self._title(k) for k in order],
            row_labels=["samples", "nearest"],
            alt=f"above samples, below the training picture nearest to each. {self.verdict}",
        )

    def _title(self, sample):
        words = "colours" if self.recoloured[sample] else "copy" if self.copied[sample] else ""
        return f"{self.distance[sample]:.2f} {words}".strip()


def copies(samples, train, held_out=None):
    """Looks for samples that are nearly copies of training pictures: mirrored, moved, in other colours, too.

    Two pictures are as far apart as the root mean square of their difference at 16 × 16 pixels, in units
    of their own contrast (the mean of the three channels' standard deviations). A sample is nearly a copy

    - when that is below SAME, whatever other real pictures do;
    - or when it is below .65 (a correlation of about .8) and below what 19 of 20 real pictures have to
      another real one;
    - or when a training picture whose three channels may be mixed anew leaves of it no more than that
      distance below SAME: the same picture in other colours.

    Args:
        samples: uint8 [n, size, size, 3]; SAMPLES of them are a good number.
        train: uint8 [m, size, size, 3], the pictures that were trained on, at least two.
        held_out: uint8 [k, size, size, 3], real pictures that were not; None: the limit comes from the
            training pictures alone.

    Returns:
        Copies.

    Raises:
        MetricError: too few pictures, or of other sizes.
    """
    samples, train = _checked("samples", samples, 1), _checked("train", train, 2)
    fresh = train[:0] if held_out is None else _checked("held_out", held_out, 0)
    if len({images.shape[1:] for images in (samples, train, fresh)}) > 1:
        raise MetricError(
            f"pictures of one size are compared, got {samples.shape[1:]} and {train.shape[1:]}"
        )
    own = np.unique(np.linspace(0, len(train) - 1, _LOOKED_AT).astype(int))
    fresh = fresh[:_LOOKED_AT]
    found = _nearest(np.concatenate([train[own], fresh, samples]), train, own)
    among, outside, drawn = found.parts(len(own), len(fresh))
    limit = min(NEAREST, float(np.quantile(found.distance[: len(own) + len(fresh)], RARE)))
    # What a limit lets through is told by pictures that did not set it, where there are some.
    return Copies(
        samples, train, drawn, outside if len(fresh) else among, limit, fresh=len(fresh) > 0
    )


def _checked(name, images, least):
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8:
        raise MetricError(
            f"{name}: expected uint8 [n, size, size, 3], got {images.dtype} {images.shape}"
        )
    if len(images) < least:
        raise MetricError(f"{name}: too few pictures, {len(images)}; at least {least} are needed")
    return images


class Nearest(NamedTuple):
    """The nearest training picture of each picture, over shifts and mirrors, in colour and in shape.

    Attributes:
        distance, shape: float [n].
        nearest, in_shape: int [n], the training pictures that these belong to.
    """

    distance: np.ndarray
    shape: np.ndarray
    nearest: np.ndarray
    in_shape: np.ndarray

    def recoloured(self, limit):
        """bool [n]: a training picture in other colours, and none in its own."""
        return (self.shape < SAME) & (self.distance >= max(limit, SAME))

    def parts(self, *sizes):
        """This, cut into parts of these sizes, and the rest."""
        return map(Nearest, *(np.split(each, np.cumsum(sizes)) for each in self))


def _nearest(images, train, own):
    """Looks through all training pictures.

    Args:
        images: uint8 [n, size, size, 3]; the first are the training pictures `own` themselves, and none
            of them is its own neighbour.
        train: uint8 [m, size, size, 3].
        own: int [k].

    Returns:
        Nearest.
    """
    count, look = len(images), Look(images)
    found = Nearest(*np.full((2, count), np.inf), *np.zeros((2, count), int))
    for first in range(0, len(train), _AT_ONCE):
        part = train[first : first + _AT_ONCE]
        itself = (own >= first) & (own < first + len(part))
        itself = np.flatnonzero(itself), own[itself] - first
        ways = sorted({round(shift * part.shape[1] / 32) for shift in SHIFTS})
        for mirror, down, right in itertools.product((1, -1), ways, ways):
            others = Look(_moved(part[:, :, ::mirror], down, right))
            _keep(found.distance, found.nearest, in_colour(look, others), first, itself)
            _keep(found.shape, found.in_shape, in_shape(look, others), first, itself)
    return found


def _keep(best, index, found, first, itself):
    """Takes over what is nearer than before."""
    found[itself] = np.inf
    place = found.argmin(axis=1)
    value = found[np.arange(len(found)), place]
    nearer = value < best
    best[nearer], index[nearer] = value[nearer], place[nearer] + first


class Look:
    """Pictures averaged to 16 × 16, and what both distances need of them.

    Attributes:
        flat: float32 [n, 768]; squares: float32 [n], the mean of its squares.
        contrast: float32 [n], the mean of the channels' standard deviations.
        shape: float32 [n, 256, 3], without each channel's mean; total: float32 [n], its sum of squares.
    """

    def __init__(self, images):
        from helpers.art import duplicates

        points = duplicates.small(images).reshape(len(images), SIDE**2, 3)
        self.flat = points.reshape(len(points), -1)
        self.squares = np.einsum("ik,ik->i", self.flat, self.flat) / self.flat.shape[1]
        self.shape = points - points.mean(axis=1, keepdims=True)
        variances = np.einsum("ikc,ikc->ic", self.shape, self.shape)
        self.contrast = np.maximum(np.sqrt(variances / SIDE**2).mean(axis=1), _FLAT)
        self.total = np.maximum(variances.sum(axis=1), 3 * _LEAST)


def in_colour(look, others):
    """Distances float [n, m]: root mean square of the difference, in units of the contrasts."""
    squares = look.squares[:, None] + others.squares
    squares -= 2 / look.flat.shape[1] * (look.flat @ others.flat.T)
    return np.sqrt(np.maximum(squares, 0) / (look.contrast[:, None] * others.contrast))


def in_shape(look, others):
    """The same distance where the other picture's channels may be mixed anew: float [n, m].

    A sample's channels are laid on the plane that the other picture's three span. The correlation r is the
    root of the share of contrast that lies in it; √(2 − 2 r) is the distance, 1.4 where nothing does.
    """
    sizes, ways = np.linalg.eigh(others.shape.transpose(0, 2, 1) @ others.shape)
    lengths = np.where(sizes > _LEAST, 1 / np.sqrt(np.maximum(sizes, _LEAST)), 0)
    plane = others.shape @ (ways * lengths[:, None, :])
    plane = plane.transpose(1, 0, 2).reshape(SIDE**2, -1)
    laid = look.shape.transpose(0, 2, 1).reshape(-1, SIDE**2) @ plane
    laid = laid.reshape(len(look.total), 3, len(others.total), 3)
    share = np.einsum("icjd,icjd->ij", laid, laid) / look.total[:, None]
    return np.sqrt(np.maximum(2 - 2 * np.sqrt(np.minimum(share, 1)), 0))


def _moved(images, down, right):
    """Pictures moved by so many pixels; what comes in repeats the edge."""
    place = np.arange(images.shape[1])
    rows, columns = (np.clip(place - step, 0, len(place) - 1) for step in (down, right))
    return images[:, rows][:, :, columns]
