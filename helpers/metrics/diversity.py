"""How much the pictures of one set differ."""

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
