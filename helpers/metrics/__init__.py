"""How good are generated pictures? Scores of distance, coverage, copying and variety.

    scorer = metrics.Scorer(art.load("heroes"))       # looks at the real pictures once
    scorer.score(gan.sample(1000))                    # {"kid": .31, "kid_low": .29, …}

    scorer.untrained(gan.sample(1000))                # a second yardstick, see metrics/untrained.py

Every score is a function of features, float [n, d], one row a picture; `features` makes them with
the course's own backbone. Values are comparable within this course only, never with a paper's.
"""

from helpers.metrics import views
from helpers.metrics.backbone import SIZE, features
from helpers.metrics.checks import MetricError
from helpers.metrics.copying import SAMPLES, Copies, copies
from helpers.metrics.diversity import diversity, spread_around
from helpers.metrics.frechet import frechet_bias, frechet_distance
from helpers.metrics.kernel_distance import kernel, kid, kid_interval
from helpers.metrics.neighbours import (
    NEIGHBOURS,
    copying_score,
    density_and_coverage,
    expected_coverage,
    nearest,
)
from helpers.metrics.scorer import Scorer, report
from helpers.metrics.untrained import untrained_distance, untrained_features, untrained_interval

__all__ = [
    "SAMPLES",
    "NEIGHBOURS",
    "SIZE",
    "Copies",
    "MetricError",
    "Scorer",
    "copies",
    "copying_score",
    "density_and_coverage",
    "diversity",
    "expected_coverage",
    "features",
    "frechet_bias",
    "frechet_distance",
    "kernel",
    "kid",
    "kid_interval",
    "nearest",
    "report",
    "spread_around",
    "untrained_distance",
    "untrained_features",
    "untrained_interval",
    "views",
]
