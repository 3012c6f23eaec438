"""Every score at once, of pictures against one art set."""

import functools

import numpy as np

from helpers.metrics.backbone import features
from helpers.metrics.checks import check
from helpers.metrics.diversity import diversity
from helpers.metrics.kernel_distance import kid, kid_interval
from helpers.metrics.neighbours import (
    NEIGHBOURS,
    copying_score,
    density_and_coverage,
    expected_coverage,
)
from helpers.metrics.untrained import untrained_distance, untrained_features


class Scorer:
    """Scores generated pictures against one art set; the real pictures' features are kept.

    Args:
        reference: an art set (its training and test pictures), or a pair
            (training pictures, held-out pictures) of uint8 [n, size, size, 3].
        extract: function pictures → features; None for `features`.
        progress: show a bar while the backbone looks.

    Raises:
        MetricError: there are fewer than two held-out pictures.
    """

    def __init__(self, reference, *, extract=None, progress=True):
        if hasattr(reference, "split"):
            parts = reference.split()
            reference = parts.train.images, parts.test.images
        self.extract = extract or (lambda images: features(images, progress=progress))
        self.train_images, self.held_out_images = reference
        self._train = None
        self.held_out = self.extract(self.held_out_images)
        check(held_out=(self.held_out, 2))

    @property
    def train(self):
        """Features of the training pictures, computed when first asked for."""
        if self._train is None:
            self._train = self.extract(self.train_images)
        return self._train

    def kid(self, images):
        """KID of pictures against the held-out ones."""
        return kid(self.extract(images), self.held_out)

    def floor(self, count=1000, seed=0):
        """KID of real training pictures: what a perfect generator would score."""
        return kid(self.train[self._some(count, seed)], self.held_out)

    def untrained(self, images):
        """Energy distance in untrained features of pictures against the held-out ones."""
        return untrained_distance(untrained_features(images), self._untrained_held_out)

    def untrained_floor(self, count=1000, seed=0):
        """Energy distance of real training pictures: what a perfect generator would score."""
        return self.untrained(self.train_images[self._some(count, seed)])

    @functools.cached_property
    def _untrained_held_out(self):
        return untrained_features(self.held_out_images)

    def _some(self, count, seed):
        return np.random.default_rng(seed).permutation(len(self.train_images))[:count]

    def score(self, images):
        """Every score of a batch of generated pictures.

        Args:
            images: uint8 [n, size, size, 3].

        Returns:
            Dictionary of floats: kid, kid_low and kid_high (95 % interval), density, coverage,
            expected_coverage, copying, diversity and real_diversity. With five held-out pictures
            or fewer there are no five neighbours: density and the coverages are left out.
        """
        generated = self.extract(images)
        low, high = kid_interval(generated, self.held_out)
        return {
            "kid": kid(generated, self.held_out),
            "kid_low": low,
            "kid_high": high,
            **self._coverage(generated),
            "copying": copying_score(generated, self.held_out, self.train),
            "diversity": diversity(generated),
            "real_diversity": diversity(self.held_out),
        }

    def _coverage(self, generated):
        if len(self.held_out) <= NEIGHBOURS:
            return {}
        density, coverage = density_and_coverage(generated, self.held_out)
        expected = expected_coverage(len(self.held_out), len(generated))
        return {"density": density, "coverage": coverage, "expected_coverage": expected}


def report(generated, held_out, train, *, progress=True):
    """Every score of generated pictures, see Scorer.score.

    Args:
        generated: uint8 [n, size, size, 3].
        held_out: uint8 [m, size, size, 3], real pictures that were not trained on.
        train: uint8 [l, size, size, 3], the training pictures.
        progress: show a bar while the backbone looks.

    Returns:
        Dictionary of scores.
    """
    return Scorer((train, held_out), progress=progress).score(generated)
