"""The moving picture of README.md: small enough to be sent to everybody, and what its caption says."""

import re

import numpy as np
import pytest
from PIL import Image

from tools import animation, committed

README = (committed.ROOT / "README.md").read_text(encoding="utf-8")


def blocks(count, size, value):
    """`count` steps of a training that draws nothing but a grey."""
    return [
        (f"step {i}", np.full((20 if size == 32 else 6, size, size, 3), value + i, np.uint8))
        for i in range(count)
    ]


def test_the_one_that_is_shipped_moves_and_is_small():
    assert animation.FILE.stat().st_size <= animation.MOST
    with Image.open(animation.FILE) as film:
        assert film.n_frames > 50 and film.info["loop"] == 0
        assert film.size[0] <= 800  # as wide as GitHub shows it


def test_the_readme_opens_with_it_and_says_what_it_shows_and_whose_art_it_is():
    alt, link = re.search(r"!\[([^]]+)\]\(([^)]+)\)", README).groups()
    assert committed.ROOT / link == animation.FILE
    assert len(alt) > 80
    caption = README[README.index(link) :].split("\n\n")[1]
    assert "Dungeon Crawl Stone Soup" in caption and "make animation" in caption


def test_the_moments_are_dense_at_first_and_reach_the_end():
    when = animation.moments(1300, 34)
    steps = np.diff(when)
    assert when[0] == 0 and when[-1] == 1300 and len(when) == len(set(when)) == 34
    assert steps[0] == 1 and (np.diff(steps) >= -1).all() and steps[-1] > 50


class Student:
    """A model that draws how many steps it has learnt, and whose child goes on from there."""

    def __init__(self, learnt=0):
        self.learnt = learnt

    def noise(self, count, seed):
        return np.full((count, 1), seed)

    def decode(self, z):
        return np.full((len(z), 32, 32, 3), self.learnt, np.uint8)

    def fit(self, data, steps, callbacks):
        assert data.shape[1:] == (32, 32, 3)
        for callback in callbacks:
            callback.set_model(self)
            callback.on_train_begin()
        for batch in range(steps):
            self.learnt += 1
            for callback in callbacks:
                callback.on_train_batch_end(batch)


def test_a_training_is_drawn_at_its_moments_and_the_child_goes_on(monkeypatch):
    monkeypatch.setattr(animation.gan, "make", lambda *words, **more: Student())
    monkeypatch.setattr(animation.transfer, "child", lambda parent: Student(parent.learnt))
    frames = animation.training({"heroes": 30, "creatures": 20}, (3, 2))
    assert [(words, pictures[0, 0, 0, 0]) for words, pictures in frames] == [
        ("heroes, step 0 of 30", 0),
        ("heroes, step 8 of 30", 8),
        ("heroes, step 30 of 30", 30),
        ("then creatures, step 0 of 20", 30),
        ("then creatures, step 20 of 20", 50),
    ]
    assert len(frames[0][1]) == animation.DRAWN


def test_the_cities_go_to_the_end_and_back():
    frames = animation.composed(blocks(8, 32, 100), blocks(4, 64, 200))
    assert len(frames) == 4 + 8 + 12
    right = [np.asarray(frame)[60, -10, 0] for frame in frames]
    assert right[0] == 200 and max(right) == 203 and right[-1] < 203
    left = [np.asarray(frame)[60, 10, 0] for frame in frames]
    assert left[0] == 100 and left == sorted(left) and left[-1] == 107


def test_what_is_written_over_the_cities():
    words = [animation.said(share) for share in (0.0, 0.25, 1.0)]
    assert words == ["day", "25% of the way from day to neon", "neon"]


def test_it_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    frames = animation.composed(blocks(3, 32, 100), blocks(3, 64, 200))[4:7]
    size = animation.write(frames, tmp_path / "a.webp")
    assert (tmp_path / "a.webp").stat().st_size == size
    with Image.open(tmp_path / "a.webp") as film:
        assert film.n_frames == 3
        film.seek(0)
        off = np.abs(np.asarray(film.convert("RGB"), int) - np.asarray(frames[0], int))
        assert off.mean() < 2  # of 255 levels: nobody sees it
    monkeypatch.setattr(animation, "MOST", size - 1)
    with pytest.raises(ValueError, match="take fewer moments"):
        animation.write(frames, tmp_path / "b.webp")
    assert not (tmp_path / "b.webp").exists()
