"""How good are generated pictures? Scores of distance, coverage, copying and variety.

    scorer = metrics.Scorer(art.load("heroes"))       # looks at the real pictures once
    scorer.score(gan.sample(1000))                    # {"kid": .31, "kid_low": .29, …}

Every score is a function of features, float [n, d], one row a picture; `features` makes them with
the course's own backbone. Values are comparable within this course only, never with a paper's.
"""

import functools

import numpy as np

SIZE = 128  # pixels to which pictures are resized before the backbone sees them
NEIGHBOURS = 5
_ROWS = 256  # rows of a distance matrix at a time, so that memory stays small


class MetricError(ValueError):
    """Features that no score can be computed from."""


def features(images, progress=True):
    """What the shipped backbone sees in pictures, resized bilinearly to 128 px.

    Args:
        images: uint8 [n, h, w, 3], or float in [-1, 1].
        progress: show a bar when there is more than a moment to wait.

    Returns:
        float32 [n, 1280].

    Raises:
        ValueError: wrong dtype, range or shape.
    """
    return _backbone().features(images, size=SIZE, progress=progress)


@functools.cache
def _backbone():
    from helpers.transfer import backbones  # here: it takes TensorFlow with it

    return backbones.load("efficientnet_lite0")


# Kernel inception distance ---------------------------------------------------------------------


def kernel(x, y):
    """The cubic kernel of KID, (x·y/d + 1)³.

    Args:
        x: features [n, d].
        y: features [m, d].

    Returns:
        float64 [n, m].
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    return (x @ y.T / x.shape[1] + 1.0) ** 3


def kid(generated, real):
    """Kernel distance, unbiased: 0 on average for equal distributions, so about half below zero.

    Args:
        generated: features [n, d], n at least 2.
        real: features [m, d] of pictures that the generator has not seen, m at least 2.

    Returns:
        float: squared maximum mean discrepancy with the kernel (x·y/d + 1)³.

    Raises:
        MetricError: the features do not fit.

    Paper: Bińkowski et al., Demystifying MMD GANs, arXiv 1801.01401.
    """
    generated, real = _check(generated=(generated, 2), real=(real, 2))
    within_generated = _mean_off_diagonal(kernel(generated, generated))
    within_real = _mean_off_diagonal(kernel(real, real))
    return float(within_generated + within_real - 2.0 * kernel(generated, real).mean())


def _mean_off_diagonal(matrix):
    count = len(matrix)
    return (matrix.sum() - np.trace(matrix)) / (count * (count - 1))


def kid_interval(generated, real, *, confidence=0.95, resamples=300, seed=0):
    """Bootstrap interval of KID over the pictures of both sets.

    It says how much the value would move with other pictures from the same generator; another
    training seed moves it further.

    Args:
        generated: features [n, d].
        real: features [m, d].
        confidence: share of the resampled values inside.
        resamples: how many times both sets are drawn anew, with replacement.
        seed: seed of the draws.

    Returns:
        (low, high), floats.

    Raises:
        MetricError: the features do not fit, or confidence is not in (0, 1).
    """
    generated, real = _check(generated=(generated, 2), real=(real, 2))
    if not 0 < confidence < 1 or resamples < 2:
        raise MetricError(
            f"expected 0 < confidence < 1 and at least 2 resamples, got {confidence}, {resamples}"
        )
    a = _counts(len(generated), resamples, seed)
    b = _counts(len(real), resamples, seed + 1)
    within = _weighted(kernel(generated, generated), a) + _weighted(kernel(real, real), b)
    cross = np.sum((a @ kernel(generated, real)) * b, axis=1) / (len(generated) * len(real))
    tail = 50.0 * (1.0 - confidence)
    low, high = np.percentile(within - 2.0 * cross, [tail, 100.0 - tail])
    return float(low), float(high)


def _counts(count, resamples, seed):
    """How often each picture is in each resample, float64 [resamples, count]."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(count, np.full(count, 1.0 / count), resamples).astype(np.float64)


def _weighted(matrix, counts):
    # A picture drawn twice makes no pair with itself: such pairs would bias every resample.
    pairs = counts.sum(1) ** 2 - np.sum(counts**2, axis=1)
    off_diagonal = matrix - np.diag(np.diag(matrix))
    return np.sum((counts @ off_diagonal) * counts, axis=1) / np.maximum(pairs, 1.0)


# Coverage and neighbours -----------------------------------------------------------------------


def density_and_coverage(generated, real, k=NEIGHBOURS):
    """Fidelity and diversity from balls around the real pictures.

    A real picture's ball reaches to its k-th nearest other real picture. Density is the mean number
    of balls that a generated picture lies in, divided by k (1 for equal distributions); coverage
    is the share of balls with a generated picture inside (see expected_coverage).

    Args:
        generated: features [n, d].
        real: features [m, d], m greater than k.
        k: which neighbour sets the radius.

    Returns:
        (density, coverage), floats.

    Raises:
        MetricError: the features do not fit.

    Paper: Naeem et al., Reliable fidelity and diversity metrics, arXiv 2002.09797.
    """
    _check_k(k)
    generated, real = _check(generated=(generated, 1), real=(real, k + 1))
    radius = _kth_distance(real, k)
    count, nearest_one = np.zeros(len(generated)), np.full(len(real), np.inf)
    for rows, block in _blocks(generated, real):
        count[rows] = (block <= radius).sum(axis=1)
        nearest_one = np.minimum(nearest_one, block.min(axis=0))
    return float(count.mean() / k), float(np.mean(nearest_one <= radius))


def expected_coverage(n_real, n_generated, k=NEIGHBOURS):
    """Coverage that a perfect generator has on average: 1 − ∏ (N − j)/(N + M − j), j = 1 … k.

    Args:
        n_real: number N of real pictures, greater than k.
        n_generated: number M of generated pictures.
        k: which neighbour sets the radius.

    Returns:
        float; .969 for k = 5 and large equal numbers.

    Raises:
        MetricError: the numbers are too small.
    """
    _check_k(k)
    if n_real <= k or n_generated < 1:
        raise MetricError(
            f"expected more than k = {k} real pictures and 1 generated, got {n_real}, {n_generated}"
        )
    j = np.arange(1, k + 1)
    return float(1.0 - np.prod((n_real - j) / (n_real + n_generated - j)))


def nearest(samples, train, count=1):
    """The training pictures that look most like each sample.

    Args:
        samples: features [n, d].
        train: features [m, d].
        count: how many neighbours for each sample, at most m.

    Returns:
        (indices int [n, count], distances float64 [n, count]), nearest first.

    Raises:
        MetricError: the features do not fit.
    """
    samples, train = _check(samples=(samples, 1), train=(train, max(count, 1)))
    if count < 1:
        raise MetricError(f"count is a number of neighbours, 1 or more, got {count}")
    indices = np.empty((len(samples), count), int)
    distances = np.empty((len(samples), count))
    for rows, block in _blocks(samples, train):
        indices[rows] = np.argsort(block, axis=1, kind="stable")[:, :count]
        distances[rows] = np.take_along_axis(block, indices[rows], axis=1)
    return indices, distances


# Copying and variety ---------------------------------------------------------------------------


def copying_score(generated, held_out, train):
    """Copying test C_T: are samples nearer to the training pictures than fresh real ones are?

    z of a Mann–Whitney test on distances to the nearest training picture. About N(0, 1) when
    generated and held-out pictures are equally far; far below zero means copying, far above
    means pictures unlike the data. A good value is no proof that nothing was copied.

    Args:
        generated: features [n, d].
        held_out: features [m, d] of real pictures that were not trained on.
        train: features [l, d] of the training pictures.

    Returns:
        float.

    Raises:
        MetricError: the features do not fit.

    Paper: Meehan et al., A non-parametric test to detect data-copying, arXiv 2004.05675.
    """
    from scipy.stats import rankdata

    generated, held_out, train = _check(
        generated=(generated, 1), held_out=(held_out, 1), train=(train, 1)
    )
    n, m = len(generated), len(held_out)
    distances = [nearest(points, train)[1][:, 0] for points in (generated, held_out)]
    farther = rankdata(np.concatenate(distances))[:n].sum() - n * (n + 1) / 2  # ties count half
    return float((farther - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))


def diversity(points):
    """Mean distance between two pictures of one set; a collapsed generator's is near zero.

    Args:
        points: features [n, d], n at least 2.

    Returns:
        float; compare it with the value of real pictures.

    Raises:
        MetricError: the features do not fit.
    """
    (points,) = _check(points=(points, 2))
    total = sum(block.sum() for _, block in _blocks(points, points))
    return float(total / (len(points) * (len(points) - 1)))


# The distance that the course does not use -----------------------------------------------------


def frechet_distance(x, y):
    """Fréchet distance of the Gaussians fitted to two sets (FID's formula), to show its bias.

    Args:
        x: features [n, d].
        y: features [m, d].

    Returns:
        float; above zero on average even for equal distributions, see frechet_bias.

    Raises:
        MetricError: the features do not fit.

    Paper: Heusel et al., TTUR, arXiv 1706.08500; its bias: Chong & Forsyth, arXiv 1911.07023.
    """
    x, y = _check(x=(x, 2), y=(y, 2))
    a, b = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (x, y))
    eigenvalues = np.linalg.eigvals(a @ b)
    root = np.sqrt(np.clip(eigenvalues.real, 0.0, None)).sum()
    return float(np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(a) + np.trace(b) - 2.0 * root)


def frechet_bias(dimensions, count):
    """Fréchet distance between two samples of the same N(0, I), on average: (2d + d(d+1)/2)/n."""
    return (2 * dimensions + dimensions * (dimensions + 1) / 2) / count


# All of them -----------------------------------------------------------------------------------


class Scorer:
    """Scores generated pictures against one art set; the real pictures' features are kept.

    Args:
        reference: an art set (its training and test pictures), or a pair
            (training pictures, held-out pictures) of uint8 [n, size, size, 3].
        extract: function pictures → features; None for `features`.
        progress: show a bar while the backbone looks.

    Raises:
        MetricError: there are too few held-out pictures.
    """

    def __init__(self, reference, *, extract=None, progress=True):
        if hasattr(reference, "split"):
            parts = reference.split()
            reference = parts.train.images, parts.test.images
        self.extract = extract or (lambda images: features(images, progress=progress))
        self.train_images, self.held_out_images = reference
        self._train = None
        self.held_out = self.extract(self.held_out_images)
        _check(held_out=(self.held_out, NEIGHBOURS + 1))

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
        rows = np.random.default_rng(seed).permutation(len(self.train))[:count]
        return kid(self.train[rows], self.held_out)

    def score(self, images):
        """Every score of a batch of generated pictures.

        Args:
            images: uint8 [n, size, size, 3].

        Returns:
            Dictionary of floats: kid, kid_low and kid_high (95 % interval), density, coverage,
            expected_coverage, copying, diversity and real_diversity.
        """
        generated = self.extract(images)
        density, coverage = density_and_coverage(generated, self.held_out)
        low, high = kid_interval(generated, self.held_out)
        return {
            "kid": kid(generated, self.held_out),
            "kid_low": low,
            "kid_high": high,
            "density": density,
            "coverage": coverage,
            "expected_coverage": expected_coverage(len(self.held_out), len(generated)),
            "copying": copying_score(generated, self.held_out, self.train),
            "diversity": diversity(generated),
            "real_diversity": diversity(self.held_out),
        }


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


# Checks and distances --------------------------------------------------------------------------


def _check(**named):
    """Features as float64 arrays; each argument is (array, least number of rows)."""
    checked = {name: _one(name, *value) for name, value in named.items()}
    dimensions = {name: array.shape[1] for name, array in checked.items()}
    if len(set(dimensions.values())) > 1:
        raise MetricError(
            f"features have other dimensions: {dimensions}; make them with the same backbone"
        )
    return list(checked.values())


def _one(name, array, least):
    array = np.asarray(array)
    if array.ndim != 2:
        raise MetricError(
            f"{name}: expected features [n, d], got {list(array.shape)}; "
            "metrics.features(images) makes them from pictures"
        )
    if len(array) < least:
        raise MetricError(f"{name}: too few pictures, {len(array)}; at least {least} are needed")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise MetricError(f"{name}: features hold NaN or infinity; has the training diverged?")
    return array


def _check_k(k):
    if k < 1:
        raise MetricError(f"k is a number of neighbours, 1 or more, got {k}")


def _blocks(x, y):
    """Yields (slice of rows of x, their distances to all of y, float64 [rows, m])."""
    squares = np.sum(y**2, axis=1)
    for start in range(0, len(x), _ROWS):
        rows = slice(start, min(start + _ROWS, len(x)))
        square = np.sum(x[rows] ** 2, axis=1)[:, None] + squares - 2.0 * x[rows] @ y.T
        if x is y:  # rounding leaves about 1e-7 where there is exactly nothing
            square[np.arange(len(square)), np.arange(rows.start, rows.stop)] = 0.0
        yield rows, np.sqrt(np.maximum(square, 0.0))


def _kth_distance(points, k):
    """Distance of each point to its k-th nearest other point."""
    return np.concatenate(
        [np.partition(block, k, axis=1)[:, k] for _, block in _blocks(points, points)]
    )
