"""Is what was asked of an art set something it can give? If not, say what it can."""

import math
import numbers

import numpy as np

from helpers.art.files import ArtError


def _whole(value):
    """value as int, or None if it is not a whole number (True is not one, 32.0 is)."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        return None
    if isinstance(value, numbers.Integral):
        return int(value)
    return int(value) if math.isfinite(value) and value == int(value) else None


def check_size(size, card):
    if size is None:
        return card["size"]
    if _whole(size) not in card["sizes"]:
        raise ArtError(f"{card['name']} has no size {size!r}; choose one of {card['sizes']}")
    return _whole(size)


def check_count(value, what, most, name):
    count = _whole(value)
    if count is None or not 1 <= count <= most:
        raise ArtError(
            f"{what} must be a whole number from 1 to {most}, the pictures in {name}; got {value!r}"
        )
    return count


def check_seed(seed):
    if _whole(seed) is None or seed < 0 or seed >= 2**63:
        raise ArtError(f"seed must be a whole number ≥ 0 such as 0 or 7, got {seed!r}")
    return int(seed)


def shuffled(n, seed):
    return np.random.default_rng(check_seed(seed)).permutation(n)


def check_indices(indices, n):
    rows = np.asarray(indices)
    if rows.dtype == bool and rows.shape == (n,):
        rows = np.flatnonzero(rows)
    if rows.ndim != 1 or not rows.size or rows.dtype.kind not in "iu":
        raise ArtError(
            "indices must be a list of whole numbers, at least one, "
            f"or a mask of length {n}; got {rows.dtype} of shape {rows.shape}"
        )
    if rows.min() < 0 or rows.max() >= n:
        raise ArtError(f"indices run from {rows.min()} to {rows.max()}, expected 0 to {n - 1}")
    return rows


def check_fractions(fractions):
    try:
        shares = np.asarray(fractions, dtype=np.float64)
    except (TypeError, ValueError):
        shares = np.zeros(0)
    good = shares.ndim == 1 and len(shares) and (shares > 0).all()
    if not good or abs(shares.sum() - 1) > 1e-6:
        raise ArtError(
            f"fractions must be numbers above 0 that sum to 1, for example "
            f"(0.8, 0.2); got {fractions!r}"
        )
    return shares
