"""What does a generator give away about the pictures it learnt from? Attacks, and how to read them.

    seen, unseen = privacy.discriminator_scores(model, members), privacy.discriminator_scores(model, others)
    privacy.auc(seen, unseen)                      # .5: the attack knows nothing; 1: it knows everybody
    privacy.chance_interval(len(seen), len(unseen))   # where luck alone would end

A *member* is a picture that the generator was trained on. An attack gives every candidate one score,
higher for "more like a member". Members and non-members must be drawn from one heap by chance: else
an attack may tell the two heaps apart and know nothing of the training.
"""

import numpy as np

from helpers import art
from helpers.latents import inversion

# Reading an attack -----------------------------------------------------------------------------


def auc(members, others):
    """Chance that a member scores higher than a non-member, ties counted half.

    Args:
        members, others: scores [m] and [n], higher for "more like a member".
    Returns:
        float: .5 for an attack that knows nothing, 1 for one that knows everybody; below .5 it
        knows something and reads it from the wrong side.
    Raises:
        ValueError: there are no scores, or they are not finite.
    """
    members, others = _scores(members, "members"), _scores(others, "others")
    ranks = _ranks(np.concatenate([members, others]))[: len(members)]
    above = ranks.sum() - len(members) * (len(members) + 1) / 2
    return float(above / (len(members) * len(others)))


def _ranks(values):
    from scipy.stats import rankdata

    return rankdata(values)


def auc_interval(members, others, *, confidence=0.95, resamples=1000, seed=0):
    """Bootstrap interval of the AUC over the pictures: another heap of pictures, the same generator.

    Args:
        members, others: as for `auc`.
        confidence: share of the resampled values inside.
        resamples: how many times both heaps are drawn anew, with replacement.
        seed: of the draws.
    Returns:
        (low, high), floats.
    """
    members, others = _scores(members, "members"), _scores(others, "others")
    rng = np.random.default_rng(seed)
    found = [
        auc(rng.choice(members, len(members)), rng.choice(others, len(others)))
        for _ in range(resamples)
    ]
    tail = 50 * (1 - confidence)
    low, high = np.percentile(found, [tail, 100 - tail])
    return float(low), float(high)


def chance_interval(members, others, *, z=1.96):
    """Where the AUC of an attack that knows nothing ends, 95 times in 100: ½ ± z·√((m+n+1)/(12mn)).

    Args:
        members, others: how many there are, m and n.
        z: how many standard deviations; 1.96 are 95 %.
    Returns:
        (low, high), floats: .386 to .614 for 50 and 50, .475 to .525 for 1,000 and 1,000.
    """
    if members < 1 or others < 1:
        raise ValueError(f"at least one member and one other are needed, got {members}, {others}")
    half = z * np.sqrt((members + others + 1) / (12 * members * others))
    return float(0.5 - half), float(0.5 + half)


def rates(members, others, threshold):
    """What an attack does that calls "member" whatever scores above a threshold.

    Returns:
        (hits, false alarms): shares of the members and of the others that are called members.
    """
    members, others = _scores(members, "members"), _scores(others, "others")
    return float(np.mean(members > threshold)), float(np.mean(others > threshold))


def set_success(members, others, size, *, draws=2000, seed=0):
    """How often the mean score of a set of members lies above that of a set of others, ties half.

    Single pictures may give away little and a whole set much, since its mean is steadier. At size 1
    this is the AUC.

    Args:
        members, others: as for `auc`.
        size: pictures in each of the two sets, drawn without repeats.
        draws: pairs of sets.
        seed: of the draws.
    Returns:
        float, 0 to 1.
    Raises:
        ValueError: there are fewer scores than a set takes.

    Paper: Hilprecht et al., Monte Carlo and reconstruction membership inference attacks, PoPETs 2019.
    """
    members, others = _scores(members, "members"), _scores(others, "others")
    if not 1 <= size <= min(len(members), len(others)):
        raise ValueError(
            f"sets of {size} cannot be drawn from {len(members)} members and {len(others)} others"
        )
    rng = np.random.default_rng(seed)
    means = [
        np.array([rng.choice(some, size, replace=False).mean() for _ in range(draws)])
        for some in (members, others)
    ]
    return float(np.mean(means[0] > means[1]) + np.mean(means[0] == means[1]) / 2)


def _scores(values, name):
    values = np.asarray(values, np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{name}: expected scores [n], one for each picture, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: scores hold NaN or infinity; has the training diverged?")
    return values


# Attacks ---------------------------------------------------------------------------------------


def discriminator_scores(model, pictures, *, shifts=0):
    """D's logits: it was trained to give members a high one. Needs the discriminator.

    Args:
        model: gan.GAN, or anything with a `.discriminator`.
        pictures: uint8 [n, size, size, 3], the candidates.
        shifts: pixels; D's mean over all moves by up to so many, for a D that learnt from moved
            pictures. 0 looks at the picture as it is.
    Returns:
        float64 [n].

    Paper: Hayes et al., LOGAN, arXiv 1705.07663.
    """
    moved = [_moved(pictures, x, y) for x in _steps(shifts) for y in _steps(shifts)]
    return np.mean([_logits(model.discriminator, some) for some in moved], axis=0)


def _steps(shifts):
    return range(-shifts, shifts + 1, max(shifts, 1)) if shifts else (0,)


def _moved(pictures, right, down):
    """Pictures moved by whole pixels; what is uncovered repeats the edge."""
    size = np.arange(pictures.shape[1])
    rows, columns = (np.clip(size - step, 0, len(size) - 1) for step in (down, right))
    return pictures[:, rows][:, :, columns]


def _logits(discriminator, pictures):
    parts = [
        discriminator(art.to_float(pictures[i : i + 100]), training=False).numpy()[:, 0]
        for i in range(0, len(pictures), 100)
    ]
    return np.concatenate(parts).astype(np.float64)


def nearest_scores(samples, pictures):
    """How near the nearest of many generated pictures comes: minus its distance in pixel values.

    Needs nothing but the generator's pictures.

    Args:
        samples: uint8 [m, size, size, 3], generated.
        pictures: uint8 [n, size, size, 3], the candidates.
    Returns:
        float64 [n]: minus the root mean square difference, 0 to 255 levels.

    Paper: Chen et al., GAN-Leaks, arXiv 1909.03935 (full black box).
    """
    return -nearest_distance(pictures, samples)


def nearest_distance(pictures, among):
    """Root mean square difference in levels to the nearest of other pictures, float64 [n]."""
    x, y = (np.asarray(p).reshape(len(p), -1).astype(np.float64) for p in (pictures, among))
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"pictures of {np.shape(pictures)[1:]} and {np.shape(among)[1:]}: bring them to one size")  # fmt: skip
    lengths = (y**2).sum(axis=1)
    rows = [x[i : i + 100] for i in range(0, len(x), 100)]
    # |x − y|² in one matrix product; its rounding, some 1e-7 of |x|², would hide an exact copy.
    nearest = np.concatenate([(lengths - 2 * part @ y.T).argmin(axis=1) for part in rows])
    return np.sqrt(np.mean((x - y[nearest]) ** 2, axis=1))


def reconstruction_scores(generator, pictures, *, reference=None, restarts=4, steps=100, seed=0,
                          progress=True):  # fmt: skip
    """How well the generator can be made to draw each candidate: minus the error that is left.

    Some pictures are easy for every generator. A *reference*, trained on other pictures of the same
    kind, says how easy: its error is subtracted. It must have seen none of the candidates.

    Args:
        generator: latents → pictures; with its weights at hand, for the gradient.
        pictures: uint8 [n, size, size, 3], the candidates.
        reference: another generator, or None.
        restarts, steps, seed, progress: of the search, as for `inversion.errors`.
    Returns:
        float64 [n].

    Paper: Chen et al., GAN-Leaks, arXiv 1909.03935 (white box, calibrated).
    """
    search = dict(restarts=restarts, steps=steps, seed=seed, progress=progress)
    left = inversion.errors(generator, pictures, **search)
    return (inversion.errors(reference, pictures, **search) if reference else 0.0) - left


# A control --------------------------------------------------------------------------------------


class Leaking:
    """A generator that leaks by construction: it hands out its training pictures.

    With m draws from n pictures each of them is missed with the chance (1 − 1/n)^m. So the nearest
    sample tells members with an AUC of 1 − ½(1 − 1/n)^m: an attack that scores less is broken.

    Args:
        pictures: uint8 [n, size, size, 3].
    """

    def __init__(self, pictures):
        self.pictures = pictures

    def sample(self, count, seed=0):
        """`count` training pictures, drawn with repeats."""
        return self.pictures[np.random.default_rng(seed).integers(len(self.pictures), size=count)]

    def expected_auc(self, count):
        """What `nearest_scores` reaches with so many samples."""
        return 1 - 0.5 * (1 - 1 / len(self.pictures)) ** count
