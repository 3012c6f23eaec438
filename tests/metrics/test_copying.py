"""Which samples are nearly copies: known copies are found, inventions are not, the sentence says what to do."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from helpers import metrics
from helpers.metrics import copying
from tests.art import hostile


def drawings(count, seed, size=32):
    return np.stack([np.asarray(hostile.drawing(seed + k, size, size)) for k in range(count)])


def copied(image, way):
    """The same drawing as a network would give it back."""
    if way == "blurred":
        return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(1)))
    if way == "moved":
        return np.roll(image, (1, -2), axis=(0, 1))
    if way == "mirrored":
        return image[:, ::-1]
    if way == "moved by an eighth":
        return np.concatenate([image[:1].repeat(4, axis=0), image[:-4]])
    noise = np.random.default_rng(0).normal(0, 20, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def real():
    return drawings(30, 0), drawings(40, 1000)


@pytest.mark.parametrize("way", ["blurred", "moved", "moved by an eighth", "mirrored", "noisy"])
def test_a_copy_is_found_and_paired_with_its_picture(real, way):
    train, held_out = real
    samples = np.stack([copied(image, way) for image in train[:6]])
    found = metrics.copies(samples, train, held_out)
    assert found.copied.all() and found.nearest.tolist() == list(range(6))
    assert found.verdict.startswith("6 of 6 samples are nearly copies")
    assert found.verdict.endswith("add pictures or stop earlier")
    assert not found.recoloured.any()


def test_inventions_are_none_and_chance_is_said(real):
    train, held_out = real
    found = metrics.copies(drawings(40, 5000), train, held_out)
    assert found.copied.mean() <= 0.1 and found.expected <= 0.15 and found.checked == 40
    assert "of 40 real pictures" in found.verdict and "it copies" not in found.verdict
    assert not metrics.copies(np.full((4, 32, 32, 3), 128, np.uint8), train).copied.any()


def test_a_few_copies_among_many_are_named(real):
    train, held_out = real
    samples = np.concatenate([train[:8], drawings(24, 7000)])
    found = metrics.copies(samples, train, held_out)
    assert found.copied[:8].all() and found.copied.sum() <= 10
    assert "it copies some pictures" in found.verdict
    pairs = found.pairs(8)
    assert pairs.shape == (2, 8, 32, 32, 3) and np.array_equal(pairs[0], pairs[1])


def test_a_training_picture_is_not_its_own_neighbour_and_two_pictures_are_enough(real):
    train, held_out = real
    assert metrics.copies(held_out[:3], train).limit > 0.05
    assert metrics.copies(train[:2], train[:2]).copied.all()


def test_where_all_pictures_are_alike_a_copy_must_be_nearer_than_they_are():
    base = drawings(1, 3)[0]
    train, held_out, others = (
        np.stack([_varied(base, seed + k) for k in range(25)]) for seed in (0, 100, 200)
    )
    found = metrics.copies(others, train, held_out)
    assert found.limit < 0.3 and found.copied.mean() <= 0.2
    if found.copied.any():
        assert found.verdict.endswith("chance may do so; look at each")
    assert metrics.copies(train, train, held_out).copied.all()


RECOLOURED = {
    "grey": lambda image: image.mean(axis=2, keepdims=True).repeat(3, axis=2),
    "darker": lambda image: image * 0.6,
    "red and blue exchanged": lambda image: image[:, ::-1, ::-1],  # and mirrored
    "negative": lambda image: 255 - image,
    "bluish": lambda image: image @ np.array([[0.5, 0.2, 0.2], [0, 0.6, 0.2], [0.2, 0, 0.6]]),
}


@pytest.mark.parametrize("way", RECOLOURED)
def test_a_copy_in_other_colours_is_found_and_paired_with_its_picture(real, way):
    train, held_out = real
    samples = np.stack([RECOLOURED[way](image) for image in train[:6]]).astype(np.uint8)
    found = metrics.copies(samples, train, held_out)
    assert found.copied.all() and found.nearest.tolist() == list(range(6))
    if way == "negative":  # the others may be near enough in colour, too
        assert found.recoloured.all() and "(6 in other colours)" in found.verdict


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_exact_copy_among_many_inventions_is_enough(real, count):
    train, held_out = real
    found = metrics.copies(np.concatenate([drawings(30, 7000), train[:count]]), train, held_out)
    assert found.expected_same == 0 and found.same.sum() == count
    assert found.order()[:count].tolist() == list(range(30, 30 + count))
    assert f"({count} the same picture" in found.verdict and "it copies some" in found.verdict


def test_no_copy_rules_out_only_as_much_as_the_number_of_samples_can(real):
    train, held_out = real
    inventions = np.full((16, 32, 32, 3), 128, np.uint8)
    found = metrics.copies(inventions, train, held_out)
    assert found.verdict.startswith("0 of 16 samples are nearly copies; of 40 real pictures")
    assert found.verdict.endswith("a share of copies above 17 % is unlikely")
    assert "above 3 %" in metrics.copies(np.resize(inventions, (100, 32, 32, 3)), train).verdict


def test_what_chance_brings_is_told_from_copying_by_the_number():
    limit, real = 0.2, np.full(50, 0.5)
    for count, words in ((3, "chance may do so; look at each"), (20, "it copies some pictures")):
        distance = np.r_[np.full(count, 0.15), np.full(100 - count, 0.5)]
        found = copying.Copies(
            *[np.zeros((100, 8, 8, 3), np.uint8)] * 2, _known(distance), _known(real), limit, True
        )
        assert f"{count} of 100" in found.verdict and words in found.verdict
    twins = _known(np.r_[0.05, real])  # a real picture that is as near as a copy
    found = copying.Copies(
        *[np.zeros((100, 8, 8, 3), np.uint8)] * 2,
        _known(np.r_[0.05, np.full(99, 0.5)]),
        twins,
        limit,
        True,
    )
    assert (
        "1 of 51 would be called so" not in found.verdict
        and "(1 the same picture)" in found.verdict
    )
    assert "of 51 real pictures that it was not trained on, 1 would" in found.verdict
    assert found.verdict.endswith("chance may do so; look at each")


def _known(distance):
    return copying.Nearest(distance, np.ones(len(distance)), *np.zeros((2, len(distance)), int))


def test_many_training_pictures_are_taken_in_parts(real, monkeypatch):
    train, held_out = real
    whole = metrics.copies(held_out[:5], train, held_out)
    monkeypatch.setattr(copying, "_AT_ONCE", 7)
    parts = metrics.copies(held_out[:5], train, held_out)
    assert np.allclose(whole.distance, parts.distance) and whole.limit == parts.limit
    assert whole.nearest.tolist() == parts.nearest.tolist()


def _varied(image, seed):
    image = image.copy()
    x, y = np.random.default_rng(seed).integers(0, 22, 2)
    image[y : y + 10, x : x + 10] = np.random.default_rng(seed).integers(0, 255, 3)
    return image


def test_it_shows_samples_above_what_they_copy(real, monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.figures.grid", lambda images, **more: shown.append((images, more)))
    metrics.copies(real[0][:3], *real).show(2)
    images, more = shown[0]
    assert images.shape == (4, 32, 32, 3) and np.array_equal(images[:2], images[2:])
    assert more["titles"] == ["0.00 copy"] * 2 and "nearly copies" in more["alt"]


@pytest.mark.parametrize(
    "samples, train, words",
    [
        (np.zeros((0, 8, 8, 3), np.uint8), np.zeros((4, 8, 8, 3), np.uint8), "samples: too few"),
        (np.zeros((3, 8, 8, 3), np.uint8), np.zeros((1, 8, 8, 3), np.uint8), "train: too few pictures, 1"),
        (np.zeros((3, 8, 8, 3)), np.zeros((4, 8, 8, 3), np.uint8), "samples: expected uint8"),
        (np.zeros((3, 8, 8, 3), np.uint8), np.zeros((4, 16, 16, 3), np.uint8), "of one size"),
    ],
)  # fmt: skip
def test_errors_name_the_thing(samples, train, words):
    with pytest.raises(metrics.MetricError, match=words):
        metrics.copies(samples, train)
