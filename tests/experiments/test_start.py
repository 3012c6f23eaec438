"""What the experiments of lesson 04 count: copies, and what D notices."""

import numpy as np
import pytest

from experiments import response, start
from helpers import metrics

RNG = np.random.default_rng(0)
KNOWN, UNSEEN, REAL = (RNG.normal(size=(n, 8)) for n in (300, 50, 60))


@pytest.fixture
def scored(monkeypatch):
    """Scores of pictures whose features are given."""

    def scores(features):
        monkeypatch.setattr(metrics, "features", lambda images, progress=True: images)
        return start.scores({"samples": features}, KNOWN, UNSEEN, REAL)

    return scores


def test_copies_are_counted_and_others_are_not(scored):
    copies = scored(KNOWN[:40])
    assert copies["unseen_nearest"] == 0 and copies["too_near"] == 1 and copies["copying"] < -5
    fresh = scored(RNG.normal(size=(400, 8)))
    assert abs(fresh["unseen_nearest"] - 1 / 7) < 0.06 and fresh["too_near"] < 0.05
    half = scored(np.concatenate([KNOWN[:200], RNG.normal(size=(200, 8))]))
    assert 0.5 <= half["too_near"] < 0.55
    assert scored(UNSEEN)["unseen_nearest"] == 1


def test_damages_keep_the_shape_and_change_what_they_say():
    whole = RNG.integers(0, 256, (6, 16, 16, 3)).astype(np.uint8)
    bad = response.damages(whole)
    assert all(pictures.shape == whole.shape for pictures in bad.values())
    assert (bad["mirrored"][:, :, ::-1] == whole).all()
    assert (np.roll(bad["halves swapped"], 8, axis=1) == whole).all()
    assert (bad["other colours"][..., 2] == whole[..., 0]).all()
    assert (bad["blurred"][:, ::2] == bad["blurred"][:, 1::2]).all()
    changed = (bad["speckled"] != whole).any(-1).mean()
    assert 0.01 < changed < 0.06


def test_each_moment_is_judged_once():
    pictures = RNG.integers(0, 256, (40, 8, 8, 3)).astype(np.uint8)
    noticed = response.follow(pictures, pictures[:10], 0, (0, 1, 3))
    assert {len(shares) for shares in noticed.values()} == {3}
    assert all(0 <= share <= 1 for shares in noticed.values() for share in shares)
