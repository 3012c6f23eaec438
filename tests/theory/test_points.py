"""Clouds of points and the count of modes, on samples whose answer is known."""

import numpy as np
import pytest

from helpers.theory import points


@pytest.mark.parametrize("name", points.PRESETS)
def test_presets_are_seeded_and_fit_the_picture(name):
    cloud = points.PRESETS[name](500, seed=3)
    assert cloud.shape == (500, 2) and cloud.dtype == np.float32
    assert np.abs(cloud).max() < 1.5
    assert np.array_equal(cloud, points.PRESETS[name](500, seed=3))
    assert not np.array_equal(cloud, points.PRESETS[name](500, seed=4))


def test_real_samples_reach_all_eight_modes():
    modes, near = points.count_modes(points.ring(2000, seed=1))
    assert modes == 8
    assert near == pytest.approx(1 - np.exp(-4.5), abs=0.01)  # within 3 sd of a 2-D normal


@pytest.mark.parametrize("kept", [1, 3, 7])
def test_missing_modes_are_missed(kept):
    cloud = points.ring(2000, seed=1)
    nearest = np.linalg.norm(cloud[:, None] - points.ring_centres(), axis=2).argmin(1)
    assert points.count_modes(cloud[nearest < kept])[0] == kept


def test_a_mode_counts_from_one_percent_on():
    centres = points.ring_centres()
    crowd = np.repeat(centres[:1], 990, axis=0)
    assert points.count_modes(np.concatenate([crowd, np.repeat(centres[1:2], 10, 0)]))[0] == 2
    assert points.count_modes(np.concatenate([crowd, np.repeat(centres[1:2], 9, 0)]))[0] == 1


def test_points_between_the_modes_count_nothing():
    assert points.count_modes(np.zeros((100, 2))) == (0, 0.0)


def test_points_follow_the_dark_of_a_picture():
    picture = np.full((20, 20, 3), 255, np.uint8)
    picture[2:6, 12:18] = 0
    cloud = points.from_picture(picture, 300, seed=0)
    assert (cloud[:, 0] > 0).all() and (cloud[:, 1] > 0).all()  # above and to the right
    assert np.abs(cloud).max() <= 1.2


def test_a_text_box_takes_words_and_places():
    word = points.from_text("GAN", 400)
    assert word.shape == (400, 2) and np.abs(word).max() <= 1.25
    assert word[:, 0].std() > word[:, 1].std()  # a word is wider than high
    places = points.from_text("1 0; -1, 0.5", 100)
    nearest = np.abs(places[:, None] - [[1, 0], [-1, 0.5]]).max(2).min(1)
    assert nearest.max() < 0.15


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: points.from_picture(np.full((4, 4, 3), 255, np.uint8)), "white all over"),
        (lambda: points.from_picture(np.zeros((4, 4))), "expected a uint8 picture"),
        (lambda: points.from_text("  "), "text box is empty"),
        (lambda: points.from_text("1 2; 3 4"), "keep numbers within"),
    ],
)
def test_errors_say_what_was_expected(call, words):
    with pytest.raises(ValueError, match=words):
        call()
