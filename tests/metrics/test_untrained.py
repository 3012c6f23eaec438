"""The second yardstick: worse by degrees, unbiased, equal everywhere, and it says what is wrong."""

import numpy as np
import pytest

from helpers import metrics
from helpers.metrics import MetricError, untrained, untrained_distance, untrained_features


def pictures(n, seed, size=32):
    """Coloured rectangles on white."""
    rng = np.random.default_rng(seed)
    drawn = np.full((n, size, size, 3), 255, np.uint8)
    for picture in drawn:
        for _ in range(3):
            top, left = rng.integers(0, size // 2, 2)
            height, width = rng.integers(size // 8, size // 2, 2)
            picture[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return drawn


def score(generated, real):
    return untrained_distance(untrained_features(generated), untrained_features(real))


def test_the_features_of_a_picture_do_not_depend_on_its_neighbours():
    drawn = pictures(70, 0)
    alone = untrained_features(drawn[65:66])
    assert alone.shape == (1, 3 * 16 * 64) and alone.dtype == np.float32
    np.testing.assert_allclose(untrained_features(drawn)[65:66], alone, rtol=1e-4, atol=1e-4)


def test_scales_are_halved_until_eight_pixels():
    assert untrained_features(pictures(2, 0, 64)).shape == (2, 4 * 16 * 64)
    assert untrained_features(pictures(2, 0, 8)).shape == (2, 16 * 64)


def test_the_scales_add_up_to_the_picture():
    drawn = pictures(2, 0).astype(np.float32)
    bands = list(untrained._bands(drawn))
    assert [band.shape[1] for band in bands] == [32, 16, 8]
    whole = bands[-1]
    for band in bands[-2::-1]:
        larger = np.zeros_like(band)
        larger[:, ::2, ::2] = 4.0 * whole
        whole = band + untrained._blurred(larger)
    np.testing.assert_allclose(whole, drawn, atol=0.01)


def test_bytes_and_floats_of_the_same_pictures_give_the_same_features():
    drawn = pictures(3, 0)
    np.testing.assert_allclose(
        untrained_features(drawn), untrained_features(drawn / 127.5 - 1.0), rtol=1e-4, atol=1e-4
    )


def test_the_distance_equals_the_textbook():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 4)), rng.normal(size=(5, 4)) + 1.0
    scale = y.std(axis=0)
    x, y = x / scale, y / scale

    def gap(a, b):
        return np.sqrt(sum((p - q) ** 2 for p, q in zip(a, b)) / 4)

    across = np.mean([gap(a, b) for a in x for b in y])
    within_x = np.mean([gap(x[i], x[j]) for i in range(6) for j in range(6) if i != j])
    within_y = np.mean([gap(y[i], y[j]) for i in range(5) for j in range(5) if i != j])
    found = untrained_distance(x * scale, y * scale)
    assert found == pytest.approx(2 * across - within_x - within_y, abs=1e-12)


def test_it_is_zero_on_average_for_equal_distributions():
    looked = untrained_features(pictures(400, 0))
    rng, values = np.random.default_rng(1), []
    for _ in range(60):
        order = rng.permutation(400)
        values.append(untrained_distance(looked[order[:60]], looked[order[60:180]]))
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(60)
    assert 0.2 < np.mean(np.array(values) < 0) < 0.8  # negative values are not clipped


def test_the_interval_surrounds_the_value_and_is_reproducible():
    x, y = untrained_features(pictures(80, 0)), untrained_features(255 - pictures(90, 1))
    low, high = metrics.untrained_interval(x, y)
    assert low < untrained_distance(x, y) < high
    assert (low, high) == metrics.untrained_interval(x, y)
    narrow = metrics.untrained_interval(x, y, confidence=0.5)
    assert low < narrow[0] < narrow[1] < high


@pytest.mark.parametrize("kind", ["lighter", "shifted", "checkerboard", "few kinds", "grey"])
def test_more_of_a_fault_scores_worse(kind):
    generated, real = pictures(150, 0), pictures(200, 1)
    board = (np.indices((32, 32)).sum(axis=0) % 2)[None, :, :, None]
    worse = {
        "lighter": lambda g: generated - (generated - 128) * (g / 4),
        "shifted": lambda g: np.roll(generated, 3 * g, axis=1),
        "checkerboard": lambda g: generated - 12 * g * board,
        "few kinds": lambda g: generated[np.arange(150) % (150, 30, 10, 3)[g]],
        "grey": lambda g: generated + (generated.mean(-1, keepdims=True) - generated) * (g / 3),
    }[kind]
    found = [score(np.clip(worse(g), 0, 255).astype(np.uint8), real) for g in range(4)]
    assert abs(found[0]) < 0.02 and (np.diff(found) > 0.005).all()


def test_one_scale_for_all_cells_of_a_filter():
    """A cell that hardly varies in real pictures does not outweigh the others."""
    real, generated = pictures(100, 0), pictures(100, 1)
    real[:, :8, :8] = np.random.default_rng(2).integers(254, 256, (100, 8, 8, 1))
    generated[:, :8, :8] = 128
    assert score(generated, real) < 0.2  # 0.76 with a scale for each cell


def test_what_has_no_variance_at_all_is_refused():
    same = untrained_features(np.repeat(pictures(1, 0), 9, axis=0))
    rounded = same * (1 + 5e-7 * np.random.default_rng(0).standard_normal(same.shape))
    for real in (same, rounded):  # threads cut the work in other places: the last bits differ
        with pytest.raises(MetricError, match="real pictures are all the same"):
            untrained_distance(untrained_features(pictures(9, 0)), real)


def test_one_grey_level_in_one_pixel_is_a_difference():
    images = np.repeat(pictures(1, 0), 9, axis=0)
    images[0, 9, 9] ^= 1
    assert np.isfinite(score(pictures(9, 0), images))


@pytest.mark.parametrize(
    "images, said",
    [
        (
            np.zeros((2, 32, 32), np.uint8),
            r"expected pictures \[n, size, size, 3\], got \[2, 32, 32\]",
        ),
        (np.zeros((2, 32, 16, 3), np.uint8), r"got \[2, 32, 16, 3\]"),
        (np.zeros((2, 48, 48, 3), np.uint8), "48 pixels wide; expected 8, 16, 32, 64 or 128"),
        (np.zeros((2, 4, 4, 3), np.uint8), "4 pixels wide"),
        (np.zeros((2, 32, 32, 3), np.int64), "expected uint8 or floats in .*, got int64"),
        (np.full((2, 32, 32, 3), 9.0), r"must lie in \[-1, 1\]"),
        (np.full((2, 32, 32, 3), np.nan), "or hold NaN"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(images, said):
    with pytest.raises(ValueError, match=said):
        untrained_features(images)


def test_too_few_pictures_are_refused():
    looked = untrained_features(pictures(3, 0))
    with pytest.raises(MetricError, match="generated: too few pictures, 1; at least 2"):
        untrained_distance(looked[:1], looked)


def test_the_scorer_uses_it_beside_kid():
    train, held_out = pictures(40, 0), pictures(50, 1)
    scorer = metrics.Scorer((train, held_out), extract=lambda x: x.reshape(len(x), -1)[:, :9] / 1.0)
    assert scorer.untrained(train) == pytest.approx(score(train, held_out))
    assert scorer.untrained_floor(20) == pytest.approx(
        score(train[np.random.default_rng(0).permutation(40)[:20]], held_out)
    )
