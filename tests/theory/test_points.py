"""Clouds of points and the count of modes, on samples whose answer is known."""

import numpy as np
import pytest
from PIL import Image

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


def test_a_mode_counts_from_a_quarter_of_its_fair_share_on():
    centres = points.ring_centres()
    for few, found in ((32, 2), (31, 1)):  # of 1,000: a quarter of an eighth is 31.25
        crowd = np.repeat(centres[:2], (1000 - few, few), axis=0)
        assert points.count_modes(crowd)[0] == points.count_reached(crowd) == found


@pytest.mark.parametrize("away, found", [(49, 1), (51, 0)])
def test_a_mode_counts_when_most_of_its_nearest_samples_lie_on_it(away, found):
    centre = points.ring_centres()[:1]
    cloud = np.concatenate([np.repeat(centre, 100 - away, 0), np.repeat(0.7 * centre, away, 0)])
    assert points.count_modes(cloud)[0] == found
    assert points.count_reached(cloud) == 1


@pytest.mark.parametrize("sd", [0.0, 0.05, 0.1, 0.15])
@pytest.mark.parametrize("arc", [1.0, 0.5])
def test_a_circle_without_modes_finds_none_and_reaches_all(sd, arc):
    for seed in range(10):
        circle = points.circle(1000, seed=seed, sd=sd)
        angle = np.arctan2(circle[:, 1], circle[:, 0])
        part = circle[np.abs(angle) <= arc * np.pi]
        assert points.count_modes(part)[0] == 0
        assert points.count_reached(part) >= 8 * arc


def test_what_chance_gives_a_thin_circle():
    near = points.count_modes(points.circle(200_000, seed=1))[1]
    assert near == pytest.approx(points.near_on_circle(), abs=0.005)
    assert points.near_on_circle() == pytest.approx(0.30576, abs=1e-5)
    assert points.count_modes(points.circle(100_000, sd=0.05))[1] < near


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


def test_own_points_come_from_a_picture_a_word_or_places(tmp_path):
    picture = np.full((300, 400, 4), 255, np.uint8)
    picture[:, 200:] = 0, 0, 0, 0  # see-through is white, not black
    picture[10:60, 20:80] = 0, 0, 0, 255  # dark above and to the left
    Image.fromarray(picture).save(tmp_path / "mine.PNG")
    cloud = points.own(str(tmp_path / "mine.PNG"), 300)
    assert cloud.shape == (300, 2) and (cloud[:, 0] < 0).all() and (cloud[:, 1] > 0).all()
    assert np.array_equal(points.own("GAN", 50), points.from_text("GAN", 50))
    assert np.array_equal(points.own(" 0.5 0.5", 50), points.from_text("0.5 0.5", 50))


def test_a_picture_that_is_none_or_not_there_is_named(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"GIF89a")
    with pytest.raises(ValueError, match="broken.png cannot be read as a picture"):
        points.own(str(tmp_path / "broken.png"))
    with pytest.raises(FileNotFoundError, match='no picture .*"../my_art/none.png"'):
        points.own("none.png")


def test_coverage_has_two_sides():
    real, generated = [[0, 0], [1, 0]], [[0.05, 0], [0, 0.09], [0.4, 0], [5, 5]]
    assert points.coverage(real, generated) == (0.5, 0.5)
    assert points.coverage(generated, real) == (0.5, 0.5)
    assert points.coverage(real, [[0, 0]]) == (0.5, 1.0)
    assert points.coverage(real, real, reach=2) == (1.0, 1.0)


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
