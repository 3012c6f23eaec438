"""Scores of generated pictures: closed forms, slow textbook versions, edges, errors."""

import numpy as np
import pytest

from helpers import metrics
from helpers.metrics import MetricError


def gaussians(n, d, seed, shift=0.0):
    return np.random.default_rng(seed).normal(size=(n, d)) + shift


def slow_kid(x, y):
    def k(a, b):
        return (sum(p * q for p, q in zip(a, b)) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    xx = sum(k(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(k(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return xx + yy - 2 * sum(k(a, b) for a in x for b in y) / (n * m)


# KID


def test_kid_equals_the_textbook():
    x, y = gaussians(7, 3, 0), gaussians(5, 3, 1, shift=0.5)
    assert metrics.kid(x, y) == pytest.approx(slow_kid(x.tolist(), y.tolist()), abs=1e-12)


def test_kid_by_hand():
    assert metrics.kid([[0.0], [1.0]], [[2.0], [3.0]]) == pytest.approx(
        1 + 343 - 2 * (1 + 1 + 27 + 64) / 4
    )


def test_kid_is_zero_on_average_for_equal_distributions():
    values = [metrics.kid(gaussians(30, 4, 2 * i), gaussians(40, 4, 2 * i + 1)) for i in range(200)]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(200)
    assert 0.3 < np.mean(np.array(values) < 0) < 0.8  # negative values are not clipped


def test_kid_is_symmetric_and_ignores_order():
    x, y = gaussians(20, 3, 0), gaussians(30, 3, 1, shift=1.0)
    assert metrics.kid(x, y) == pytest.approx(metrics.kid(y[::-1], x))
    assert metrics.kid(x, y) > 1.0


def test_kid_accumulates_in_double_precision():
    x, y = gaussians(200, 64, 0, shift=5).astype("f4"), gaussians(200, 64, 1, shift=5).astype("f4")
    assert metrics.kid(x, y) == pytest.approx(metrics.kid(x.astype("f8"), y.astype("f8")), abs=1e-9)


def test_kid_interval_surrounds_the_value_and_is_reproducible():
    x, y = gaussians(150, 4, 0), gaussians(150, 4, 1, shift=0.5)
    low, high = metrics.kid_interval(x, y)
    assert low < metrics.kid(x, y) < high
    assert (low, high) == metrics.kid_interval(x, y)
    narrow = metrics.kid_interval(x, y, confidence=0.5)
    assert low < narrow[0] < narrow[1] < high


def test_kid_interval_holds_zero_for_equal_distributions():
    inside = 0
    for seed in range(40):
        low, high = metrics.kid_interval(
            gaussians(60, 3, seed), gaussians(60, 3, 1000 + seed), seed=seed
        )
        inside += low <= 0 <= high
    assert inside >= 32


def test_resamples_of_the_interval_are_unbiased():
    x, y = gaussians(80, 4, 0), gaussians(80, 4, 1)
    low, high = metrics.kid_interval(x, y, confidence=0.01, resamples=3000)
    assert (low + high) / 2 == pytest.approx(metrics.kid(x, y), abs=0.03)


# Coverage


@pytest.mark.parametrize("count, expected", [(200, 0.970), (500, 0.969), (100_000, 0.969)])
def test_expected_coverage_values(count, expected):
    assert metrics.expected_coverage(count, count) == pytest.approx(expected, abs=5e-4)


def test_coverage_and_density_of_equal_distributions():
    pairs = [
        metrics.density_and_coverage(gaussians(100, 3, i), gaussians(150, 3, 500 + i))
        for i in range(40)
    ]
    density, coverage = np.mean(pairs, axis=0)
    assert density == pytest.approx(1.0, abs=0.04)
    assert coverage == pytest.approx(metrics.expected_coverage(150, 100), abs=0.02)


def test_density_and_coverage_by_hand():
    real = np.array([[0.0], [1.0], [3.0], [10.0]])  # radii for k = 1: 1, 1, 2, 7
    density, coverage = metrics.density_and_coverage([[0.5], [4.0]], real, k=1)
    assert (density, coverage) == (2.0, 1.0)  # 0.5 in two balls, 4 in two others


def test_a_collapsed_generator_covers_little():
    real = gaussians(200, 2, 0)
    _, coverage = metrics.density_and_coverage(np.zeros((200, 2)), real)
    assert coverage < 0.1


# Neighbours, copies, variety


def test_nearest_finds_the_pictures_and_distances():
    indices, distances = metrics.nearest(
        [[0.9, 0.0]], [[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]], count=2
    )
    assert indices.tolist() == [[1, 0]]
    assert distances[0] == pytest.approx([0.1, 0.9])


def test_nearest_over_several_blocks_equals_brute_force():
    x, y = gaussians(600, 3, 0), gaussians(50, 3, 1)
    brute = np.linalg.norm(x[:, None] - y[None], axis=2)
    indices, distances = metrics.nearest(x, y)
    assert (indices[:, 0] == brute.argmin(1)).all()
    assert distances[:, 0] == pytest.approx(brute.min(1))


def test_copying_score_is_standard_normal_without_copying():
    train = gaussians(300, 2, 9999)
    scores = [
        metrics.copying_score(gaussians(60, 2, i), gaussians(50, 2, 400 + i), train)
        for i in range(200)
    ]
    assert abs(np.mean(scores)) < 0.25
    assert np.std(scores) == pytest.approx(1.0, abs=0.15)


def test_copying_score_sees_copies_and_strangers():
    train, held_out = gaussians(200, 3, 0), gaussians(100, 3, 1)
    assert metrics.copying_score(train[:100] + 1e-3, held_out, train) < -5
    assert metrics.copying_score(gaussians(100, 3, 2, shift=4), held_out, train) > 5


def test_copying_score_counts_pairs():
    generated, held_out, train = [[1.0], [3.0]], [[2.0], [4.0], [3.0]], [[0.0]]
    pairs = 0 + (1 + 0.5)  # the first is never farther; the second beats 2, ties with 3
    expected = (pairs - 3) / np.sqrt(2 * 3 * 6 / 12)
    assert metrics.copying_score(generated, held_out, train) == pytest.approx(expected)


def test_diversity():
    points = np.array([[0.0], [0.0], [3.0]])
    assert metrics.diversity(points) == pytest.approx(2.0)
    assert metrics.diversity(np.ones((10, 4)) / 3) == pytest.approx(0.0, abs=1e-6)


# The Fréchet distance and its bias


def test_frechet_distance_closed_form():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 1))
    y = 3 * x + 2
    expected = (x.mean() - y.mean()) ** 2 + (2 * x.std(ddof=1)) ** 2
    assert metrics.frechet_distance(x, y) == pytest.approx(expected)
    assert metrics.frechet_distance(x, x) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("d, n, bias", [(1, 1000, 0.003), (16, 1000, 0.168), (64, 500, 4.416)])
def test_frechet_bias_formula(d, n, bias):
    assert metrics.frechet_bias(d, n) == pytest.approx(bias, rel=2e-3)


def test_frechet_distance_of_equal_distributions_is_its_bias_and_kid_is_not():
    pairs = [(gaussians(1000, 16, i), gaussians(1000, 16, 70 + i)) for i in range(12)]
    frechet = np.mean([metrics.frechet_distance(*pair) for pair in pairs])
    assert frechet == pytest.approx(metrics.frechet_bias(16, 1000), rel=0.05)


# The scorer


def colours(images):
    return images.reshape(len(images), -1, 3).mean(1) / 255.0


def pictures(n, seed, low=0):
    return np.random.default_rng(seed).integers(low, 256, (n, 4, 4, 3), dtype=np.uint8)


def test_scorer_scores_everything_and_looks_at_real_pictures_once():
    calls = []

    def extract(images):
        calls.append(len(images))
        return colours(images)

    scorer = metrics.Scorer((pictures(80, 0), pictures(50, 1)), extract=extract)
    good, bad = scorer.score(pictures(60, 2)), scorer.score(pictures(60, 3, low=250))
    assert calls == [50, 60, 80, 60]
    assert set(good) == {
        "kid", "kid_low", "kid_high", "density", "coverage", "expected_coverage", "copying",
        "diversity", "real_diversity"}  # fmt: skip
    assert all(isinstance(value, float) for value in good.values())
    assert good["kid_low"] < good["kid"] < good["kid_high"] < bad["kid"]
    assert bad["coverage"] == 0 and bad["diversity"] < good["diversity"]
    assert abs(scorer.floor(60)) < 0.1
    assert scorer.kid(pictures(60, 2)) == good["kid"]


def test_scorer_takes_the_split_of_an_art_set():
    from helpers import art

    heroes = art.load("heroes")
    scorer = metrics.Scorer(heroes, extract=colours)
    assert len(scorer.held_out) == 500 and len(scorer.train) == 3000


@pytest.mark.parametrize("count", [2, 5, 6])
def test_few_held_out_pictures_get_the_scores_that_their_number_allows(count):
    scorer = metrics.Scorer((pictures(9, 0), pictures(count, 1)), extract=colours)
    found = scorer.score(pictures(40, 2))
    always = {"kid", "kid_low", "kid_high", "copying", "diversity", "real_diversity"}
    coverage = {"density", "coverage", "expected_coverage"}
    assert set(found) == (always | coverage if count > 5 else always)
    assert np.isfinite(list(found.values())).all() and found["kid_low"] <= found["kid_high"]


def test_features_and_report_with_the_shipped_backbone():
    images = np.random.default_rng(0).integers(0, 256, (14, 32, 32, 3), dtype=np.uint8)
    found = metrics.features(images[:3], progress=False)
    assert found.shape == (3, 1280) and found.dtype == np.float32
    scores = metrics.report(images[:4], images[4:10], images[10:], progress=False)
    assert np.isfinite(list(scores.values())).all()


# Bad input


@pytest.mark.parametrize("call, words", [
    (lambda: metrics.kid(gaussians(1, 3, 0), gaussians(9, 3, 1)), "generated: too few pictures, 1"),
    (lambda: metrics.kid(gaussians(5, 3, 0), gaussians(5, 4, 1)), "other dimensions"),
    (lambda: metrics.kid(np.full((5, 3), np.nan), gaussians(5, 3, 1)), "NaN or infinity"),
    (lambda: metrics.kid(np.zeros((5, 4, 4, 3)), gaussians(5, 3, 1)), r"expected features \[n, d\]"),
    (lambda: metrics.kid_interval(gaussians(5, 3, 0), gaussians(5, 3, 1), confidence=95), "confidence"),
    (lambda: metrics.density_and_coverage(gaussians(5, 3, 0), gaussians(5, 3, 1)), "at least 6"),
    (lambda: metrics.density_and_coverage(gaussians(5, 3, 0), gaussians(9, 3, 1), k=0), "1 or more"),
    (lambda: metrics.expected_coverage(5, 100), "more than k = 5"),
    (lambda: metrics.nearest(gaussians(5, 3, 0), gaussians(2, 3, 1), count=3), "train: too few"),
    (lambda: metrics.nearest(gaussians(5, 3, 0), gaussians(2, 3, 1), count=0), "1 or more"),
    (lambda: metrics.copying_score(gaussians(5, 3, 0), gaussians(5, 2, 1), gaussians(5, 3, 2)),
     "same backbone"),
    (lambda: metrics.diversity(gaussians(1, 3, 0)), "points: too few"),
    (lambda: metrics.frechet_distance(gaussians(5, 3, 0), [1.0, 2.0]), r"y: expected features"),
    (lambda: metrics.Scorer((pictures(9, 0), pictures(1, 1)), extract=colours), "held_out: too few"),
])  # fmt: skip
def test_errors_name_the_thing(call, words):
    with pytest.raises(MetricError, match=words):
        call()


# spread around a few


def test_spread_around_by_hand():
    few = np.array([[0.0, 0.0], [10.0, 0.0], [50.0, 50.0]])
    points = np.array([[0.0, 0.0], [0.0, 2.0], [10.0, 0.0], [10.0, 3.0], [10.0, 6.0]])
    spread, used = metrics.spread_around(points, few)
    assert used == 2 and spread == pytest.approx((2 + (3 + 3 + 6) / 3) / 2)


def test_copies_of_the_few_have_no_spread_and_lonely_points_are_left_out():
    few = gaussians(4, 5, 0)
    assert metrics.spread_around(np.repeat(few, 6, axis=0), few) == (pytest.approx(0, abs=1e-6), 4)
    assert metrics.spread_around(few, few) == (0.0, 0)
    assert metrics.diversity(np.repeat(few, 6, axis=0)) > 1  # which diversity alone would not tell
