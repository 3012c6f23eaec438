"""Which samples are nearly copies of training pictures, in plain words and side by side.

    found = metrics.copies(model.sample(16), train.images, held_out.images)
    print(found)            # 12 of 16 samples are nearly copies: add pictures or stop earlier
    found.show()            # each of them beside the picture that it copies

The copying test C_T says whether a generator as a whole comes too near to its training pictures. This
looks at each sample, in pixels, so that the eye can check it.
"""

import itertools

import numpy as np
from scipy.stats import binom

from helpers.metrics.checks import MetricError

SIDE = 16  # pixels along a side at which pictures are compared: strokes count, noise does not
SHIFTS = (-2, -1, 0, 1, 2)  # thirty-seconds of a side: a copy that has moved so far is one, too
NEAREST = 0.65  # farther than this nothing looks like a copy, however alone it stands
RARE = 0.05  # share of real pictures that may be so near to another real one
_LOOKED_AT = 500  # real pictures that the limit is taken from, at most
_FLAT = 0.02  # least contrast, of 1: pictures of one colour are compared by that colour


class Copies:
    """What `copies` found.

    Attributes:
        copied: bool [n], the samples that are nearly copies.
        nearest: int [n], the training picture nearest to each sample.
        distance: float [n], to that picture: 0 for the same pixels, about 1.4 for unlike pictures.
        limit: the distance below which a sample counts as nearly a copy.
        expected: share of real pictures that would count as one by chance.
        checked: number of real pictures behind `expected`.
        fresh: whether those are held-out ones; else training pictures, each held against the others.
        samples, train: the pictures, uint8.
    """

    def __init__(self, samples, train, nearest, distance, limit, expected, checked, fresh):
        self.samples, self.train, self.nearest, self.distance = samples, train, nearest, distance
        self.limit, self.expected, self.checked = limit, expected, checked
        self.copied, self.fresh = distance < limit, fresh

    @property
    def verdict(self):
        """One sentence: how many are nearly copies, how many would be by chance, what to do."""
        count, of = int(self.copied.sum()), len(self.copied)
        said = f"{count} of {of} samples {'is' if count == 1 else 'are'} nearly {'a copy' if count == 1 else 'copies'}"
        those = (
            "real pictures that it was not trained on"
            if self.fresh
            else "training pictures, held against the others"
        )
        chance = f"of {self.checked} {those}, {100 * self.expected:.0f} % would be called so"
        # More than chance brings in 1 of 100 cases.
        if count == 0 or binom.sf(count - 1, of, max(self.expected, RARE)) > 0.01:
            return f"{said}; {chance}: no sign of copying at this number of samples"
        if count * 2 >= of:
            return f"{said}; {chance}: add pictures or stop earlier"
        return (
            f"{said}; {chance}: it copies some pictures; look at them, add pictures or stop earlier"
        )

    def __str__(self):
        return self.verdict

    __repr__ = __str__

    def pairs(self, most=16):
        """The nearest pairs, copies first: uint8 [2, m, size, size, 3], samples above, training pictures below."""
        order = np.argsort(self.distance, kind="stable")[:most]
        return np.stack([self.samples[order], self.train[self.nearest[order]]])

    def show(self, most=12):
        """Shows samples above the training pictures nearest to them, the nearest first."""
        from helpers import figures

        pairs = self.pairs(most)
        order = np.argsort(self.distance, kind="stable")[: pairs.shape[1]]
        titles = [f"{self.distance[k]:.2f}{' copy' if self.copied[k] else ''}" for k in order]
        figures.grid(
            np.concatenate(list(pairs)),
            columns=pairs.shape[1],
            titles=titles,
            row_labels=["samples", "nearest"],
            alt=f"above samples, below the training picture nearest to each. {self.verdict}",
        )


def copies(samples, train, held_out=None):
    """Looks for samples that are nearly copies of training pictures: mirrored or moved a little, too.

    Two pictures are as far apart as the root mean square of their difference at 16 × 16 pixels, in units
    of their own contrast. A sample is nearly a copy when it is nearer to a training picture than .65 (a
    correlation of about .8), and nearer than 19 of 20 real pictures are to another real one.

    Args:
        samples: uint8 [n, size, size, 3].
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
    distance, nearest = _nearest(np.concatenate([train[own], fresh, samples]), train, own)
    among, outside, distance = np.split(distance, [len(own), len(own) + len(fresh)])
    nearest = nearest[-len(samples) :]
    limit = min(NEAREST, float(np.quantile(np.concatenate([among, outside]), RARE)))
    # What a limit lets through is told by pictures that did not set it, where there are some.
    judged = outside if len(outside) else among
    return Copies(
        samples,
        train,
        nearest,
        distance,
        limit,
        float((judged < limit).mean()),
        len(judged),
        len(outside) > 0,
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


def _nearest(images, train, own):
    """(distance float [n], index int [n]) of the nearest training picture, over shifts and mirrors.

    The first pictures are the training pictures `own` themselves: none of them is its own neighbour.
    """
    points, spread = _points(images)
    squares = (points**2).mean(axis=1)[:, None]
    best, index, every = (
        np.full(len(points), np.inf),
        np.zeros(len(points), int),
        np.arange(len(points)),
    )
    for mirror, down, right in itertools.product((1, -1), SHIFTS, SHIFTS):
        others, contrast = _points(_moved(train[:, :, ::mirror], down, right))
        between = squares + (others**2).mean(axis=1) - 2 / points.shape[1] * (points @ others.T)
        between = np.maximum(between, 0) / (spread[:, None] * contrast)
        between[every[: len(own)], own] = np.inf
        place = between.argmin(axis=1)
        nearer = between[every, place] < best
        best[nearer], index[nearer] = between[every, place][nearer], place[nearer]
    return np.sqrt(best), index


def _points(images):
    """(float32 [n, 768], float32 [n] contrast) of pictures averaged to 16 × 16."""
    from helpers.art import duplicates

    small = duplicates.small(images)
    contrast = np.maximum(small.reshape(len(small), -1, 3).std(axis=1).mean(axis=-1), _FLAT)
    return small.reshape(len(small), -1), contrast


def _moved(images, down, right):
    """Pictures moved by thirty-seconds of their side; what comes in repeats the edge."""
    size = images.shape[1]
    rows = np.clip(np.arange(size) - round(down * size / 32), 0, size - 1)
    columns = np.clip(np.arange(size) - round(right * size / 32), 0, size - 1)
    return images[:, rows][:, :, columns]
