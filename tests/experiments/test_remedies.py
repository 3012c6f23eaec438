"""Calibrated attacks on remedies: what is trained, who has seen whom, and what the shipped errors say."""

import numpy as np
import pytest

from experiments import membership, remedies
from helpers import privacy, results


def test_clip_and_noise_are_taken_apart_with_the_same_noise():
    """Four arms without R1: nothing, clip, noise, both; the noise is equally strong in both that have it."""
    noise = {}
    for name in ("no R1", "clipped", "noise alone", "clipped, noise"):
        how, changes, steps = remedies.ARMS[name]
        assert changes == {"r1": 0.0} and steps == membership.STEPS
        noise[name] = how.get("noise", 0.0) * how.get("clip", 1.0)
    assert noise["no R1"] == noise["clipped"] == 0
    assert noise["noise alone"] == pytest.approx(noise["clipped, noise"]) == pytest.approx(0.1)


def test_each_gan_is_attacked_once_and_a_split_can_be_done_alone():
    listed = remedies.runs()
    assert len(set(listed)) == len(listed)
    assert sorted(listed) == sorted(run for s in membership.SPLITS for run in remedies.runs([s]))
    assert listed.index(("plain", 50, "C", 4)) < listed.index(("moved", 50, "A", 0))


def test_stops_lie_on_the_way_of_one_plain_training(tmp_path, monkeypatch):
    """A stop is saved by the plain GAN, which is trained once, and only its weights at that step."""
    monkeypatch.setattr(remedies, "FOLDER", tmp_path)
    monkeypatch.setattr(remedies, "STEPS", 40)
    monkeypatch.setitem(remedies.ARMS, "stopped 200", ({}, {}, 20))
    monkeypatch.setitem(remedies.ARMS, "stopped 100", ({}, {}, 39))
    monkeypatch.setattr(membership, "heap", lambda split, name, n: HEAP)
    monkeypatch.setattr(membership, "WIDTH", 4)
    stop, whole = (remedies.trained((arm, 50, "A", 0)) for arm in ("stopped 200", "plain"))
    written = whole.stat().st_mtime_ns
    start = membership.built({}, {}, HEAP, seed=0).discriminator.get_weights()[0]
    ends = [
        remedies.gan.GAN.from_checkpoint(p).discriminator.get_weights()[0] for p in (stop, whole)
    ]
    early, late = (np.abs(end - start).mean() for end in ends)
    assert 0 < early < late
    assert remedies.trained(("plain", 50, "A", 0)) == whole
    assert whole.stat().st_mtime_ns == written


HEAP = np.random.default_rng(0).integers(0, 256, (16, 32, 32, 3), np.uint8)


def test_unseen_cities_are_in_no_heap_that_is_trained_on(monkeypatch):
    monkeypatch.setattr(membership, "pool", lambda: np.arange(3000))
    seen, unseen = np.split(remedies.candidates(3), [100])
    heaps = np.concatenate([membership.heap(3, name, 200) for name in "ABC"])
    assert set(seen) <= set(heaps) and len(unseen) == 50 and not set(unseen) & set(heaps)


def test_only_splits_without_a_gap_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(remedies, "FOLDER", tmp_path)
    for split in (0, 1, 2, 4):
        remedies.file(("plain", 50, "A", split)).touch()
    remedies.file(("plain", 50, "B", 1)).touch()
    assert remedies.done() == {("plain", 50, "A"): [0, 1, 2]}


def test_the_shipped_scores_tell_members_and_no_unseen_cities():
    """Calibrated by a GAN on C; D tells all, but where gradients are clipped and noisy, stopped early, or moved."""
    card, arrays = results.card("08_remedies"), results.arrays("08_remedies")
    luck = privacy.chance_interval(50, 50, z=4.0)
    arms = {key.split("/")[0] for key in card["kid"] if key.endswith("/50")}
    assert {"plain", "stopped 200", "moved", "rejecting", "clipped", "clipped, noise"} <= arms
    for arm in arms:
        left, logit = (arrays[f"{arm}/50/A/{name}"].astype(float) for name in ("left", "logit"))
        score = arrays["plain/50/C/left"].astype(float) - left
        assert score.shape == logit.shape == (5, 3, 50)
        for _, b, unseen in score:
            assert luck[0] < privacy.auc(unseen, b) < luck[1]
        assert np.mean([privacy.auc(a, b) for a, b, _ in score]) > 0.6
        told = np.mean([privacy.auc(a, b) for a, b, _ in logit])
        lowered = ("stopped 200", "stopped 100", "moved", "clipped, noise")
        assert (told < 0.9) == (arm in lowered)
