"""How much the pictures of one set differ."""

import numpy as np

from helpers.metrics.checks import blocks, check


def diversity(points):
    """Mean distance between two pictures of one set; a collapsed generator's is near zero.

    Args:
        points: features [n, d], n at least 2.

    Returns:
        float; compare it with the value of real pictures.

    Raises:
        MetricError: the features do not fit.
    """
    (points,) = check(points=(points, 2))
    total = sum(block.sum() for _, block in blocks(points, points))
    return float(total / (len(points) * (len(points) - 1)))


def spread_around(points, centres):
    """How much pictures differ that lie nearest to the same one of a few others; copies of these differ by nothing.

    Args:
        points: features of pictures [n, d].
        centres: features of the few [k, d], such as the pictures that were trained on.

    Returns:
        (spread, used): the mean distance between two pictures with the same nearest centre, the mean over all
        centres that are nearest to two or more (0.0 where there is none); and how many such centres there are.

    Raises:
        MetricError: the features do not fit.

    Paper: Ojha et al., Few-shot image generation via cross-domain correspondence, arXiv 2104.06820.
    """
    points, centres = check(points=(points, 1), centres=(centres, 1))
    nearest = np.concatenate([block.argmin(axis=1) for _, block in blocks(points, centres)])
    groups = [points[nearest == centre] for centre in np.unique(nearest)]
    found = [diversity(group) for group in groups if len(group) > 1]
    return float(np.mean(found)) if found else 0.0, len(found)
