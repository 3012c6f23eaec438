"""Splits keep a subject on one side, meet their counts, and never change."""

import hashlib

import numpy as np
import pytest

from helpers import art
from helpers.art import splits
from tests.art.conftest import names_of, shipped


def test_fixed_split_covers_all_and_has_its_names(make):
    whole = art.load("emoji_x", folder=make("emoji_x"))
    train, validation, test = split = whole.split()
    assert (train, validation, test) == (split.train, split.validation, split.test)
    assert [len(side) for side in split] == [12, 4, 8]
    assert set.union(*names_of(split)) == set(whole.item_names)
    other = art.load("heroes", folder=make("heroes")).split()
    assert other._fields == ("train", "validation", "test")
    assert [len(side) for side in other] == [18, 3, 3]
    assert set.union(*names_of(other)) == set(whole.item_names)


@pytest.mark.parametrize("kind", ["heroes", "creatures", "items", "city", "mine"])
def test_the_validation_side_is_cut_from_the_held_out_one(kind):
    rng = np.random.default_rng(0)
    families, labels = [f"family {n}" for n in rng.integers(0, 300, 800)], rng.integers(0, 4, 800)
    folds = splits.fixed_folds(kind, families, labels)
    shares = np.array(splits.FIXED.get(kind, splits.DEFAULT))
    order = splits._order(kind, families)
    known = labels if kind in splits.STRATIFIED else np.zeros_like(labels)
    two = splits._deal(order, (shares[0], shares[1:].sum()), known)
    assert np.array_equal(folds == 0, two == 0)  # what shipped weights were trained on
    assert np.array_equal(np.bincount(folds), splits.counts_of(shares / shares.sum(), 800))
    sides = {}
    for family, fold in zip(families, folds):
        assert sides.setdefault(family, fold) == fold


def test_a_set_of_one_picture_trains():
    assert splits.fixed_folds("mine", ["one"], np.array([0])).tolist() == [0]


def test_fixed_split_follows_the_subject_not_the_order(make):
    names = [f"item {row}" for row in range(24)]
    one = art.load("emoji_a", folder=make("emoji_a", item_names=np.array(names)))
    two = art.load("emoji_b", folder=make("emoji_b", seed=1, item_names=np.array(names[::-1])))
    assert names_of(one.split()) == names_of(two.split())
    part = one.take(12).split()
    assert all(few <= all_ for few, all_ in zip(names_of(part), names_of(one.split())))


def test_split_by_fractions(make):
    whole = art.load("city_x", folder=make("city_x"))
    sides = whole.split((0.5, 0.25, 0.25), seed=1)
    assert type(sides) is tuple and [len(side) for side in sides] == [12, 6, 6]
    assert set.union(*names_of(sides)) == set(whole.item_names)
    assert names_of(sides) == names_of(whole.split((0.5, 0.25, 0.25), seed=1))
    assert names_of(sides) != names_of(whole.split((0.5, 0.25, 0.25), seed=2))


def test_families_stay_together(make):
    names = (
        [f"rat{row}" for row in range(5)]
        + ["yak", "zombie_yak"]
        + [f"beast {chr(97 + row)}" for row in range(17)]
    )
    images = np.full((24, 32, 32, 3), 255, np.uint8)
    for row in range(24):  # no two outlines alike
        images[row, row // 6 * 7 : row // 6 * 7 + 7, row % 6 * 5 : row % 6 * 5 + 5] = row
    folder = make("creatures", images=images, item_names=np.array(names))
    whole = art.load("creatures", folder=folder)
    for sides in [whole.split()] + [whole.split((0.7, 0.3), seed=seed) for seed in range(20)]:
        assert sum(map(len, sides)) == 24
        for family in ({f"rat{row}" for row in range(5)}, {"yak", "zombie_yak"}):
            assert sum(bool(family & side) for side in names_of(sides)) == 1


def test_heroes_of_one_base_and_armour_stay_together(make):
    parts = np.stack([np.arange(24) % 4, np.arange(24), np.arange(24) // 4 % 3], axis=1)
    options = {
        "parts": parts.astype(np.int16),
        "layer_names": np.array(["base", "hair", "body"]),
        "part_names": np.array([f"part {row}" for row in range(24)]),
    }
    train, *others = art.load("heroes", folder=make("heroes", **options)).split()
    pairs = [set(map(tuple, side.parts[:, [0, 2]])) for side in (train, *others)]
    assert sum(map(len, pairs)) == len(set.union(*pairs)) and len(train) == 18
    assert train.part_names[3] == "part 3" and train.layer_names == ["base", "hair", "body"]


@pytest.mark.parametrize(
    "name, family",
    [
        ("mon/animals/green_rat", "rat"),
        ("mon/animals/rat", "rat"),
        ("mon/dragons/hydra5", "hydra"),
        ("mon/undead/zombies/zombie_yak", "yak"),
        ("UNUSED/monsters/tiamat_black", "tiamat"),
        ("UNUSED/monsters/asmodeus.small", "asmodeus"),
        ("a/plant_07", "plant"),
        ("mon/draco/draco-base-red", "draco base"),
        ("item/potion/black", "item/potion/black"),
        ("mon/x/fire_dragon", "fire dragon"),
    ],
)
def test_family_of_a_name(name, family):
    assert splits.family_of(name) == family


def test_assign_meets_the_counts_and_cuts_no_family():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        families, labels = rng.integers(0, 300, 500), rng.integers(0, 4, 500)
        counts = splits.counts_of(np.array([0.6, 0.1, 0.3]), 500)
        sides = splits.assign(families, counts, labels)
        assert all(len(set(sides[families == family])) == 1 for family in set(families))
        assert np.bincount(sides).tolist() == counts.tolist() == [300, 50, 150]


def test_assign_gives_each_label_its_share():
    labels = np.random.default_rng(0).integers(0, 5, 600)
    sides = splits.assign(np.arange(600), np.array([300, 100, 200]), labels)
    for label in range(5):
        found = np.bincount(sides[labels == label], minlength=3)
        assert np.abs(found - np.array([3, 1, 2]) / 6 * found.sum()).max() < 2


def test_assign_with_one_huge_family():
    zeros = np.zeros(10, dtype=int)
    sides = splits.assign(zeros, np.array([6, 4]), zeros)
    assert len(set(sides)) == 1 and len(sides) == 10


def test_one_outline_is_one_family(make):
    images = np.full((24, 32, 32, 3), 255, np.uint8)
    for row in range(24):
        images[row, 4 : 8 + row, 4 + row % 2 * 8 : 28] = 9 * row
    images[9, 4:12, 4:28] = (200, 30, 40)  # the outline of picture 4, in red
    images[9, 12:] = 255
    images[9, 4:12, 27] = 255  # but for one column
    linked = splits.same_outline(images)
    assert linked[4, 9] and linked[9, 4] and not linked[4, 8] and linked.diagonal().all()
    names = np.array([f"thing {chr(97 + row)}" for row in range(24)])
    whole = art.load("items", folder=make("items", images=images, item_names=names))
    assert whole.families[4] == whole.families[9] != whole.families[0]
    for seed in range(20):
        sides = names_of(whole.split((0.5, 0.5), seed=seed))
        assert sum(bool({"thing e", "thing j"} & side) for side in sides) == 1
    chain = np.eye(4, dtype=bool)
    chain[0, 3] = chain[3, 0] = chain[3, 2] = chain[2, 3] = True
    assert splits._joined(list("abcd"), chain) == ["a", "b", "a", "a"]


# Scores and shipped checkpoints stand on these splits: they may never change.
SIDES = {
    "emoji": ("0e337f6ef2bbccdb", "fa6cb1dbe597b0b7", "754cd0542a13ce5d"),
    "heroes": ("43e96b88ca768f12", "d29c5e01c4e33e32", "a8af31c0c01ca468"),
    "creatures": ("81f77c9fb61fd87c", "ac328e795dd693a9", "7d42d37642795c8f"),
    "items": ("73cb71caaec5e711", "a5d125eff2f7f2a4", "9e28b560fe3a6cc0"),
    "city": ("66c80b5f6fa17897", "44ee9e5573f85a4b", "60e5037f1a14037b"),
}


@pytest.mark.parametrize("name", shipped())
def test_the_fixed_split_never_changes(name):
    listed = ["\n".join(side.item_names) for side in art.load(name).split()]
    found = tuple(hashlib.sha256(text.encode()).hexdigest()[:16] for text in listed)
    assert found == SIDES[name.split("_")[0]]


@pytest.mark.parametrize("name", shipped())
def test_a_card_records_the_split(name):
    whole = art.load(name)
    recorded = whole.card["split"]
    for side, pictures in whole.split()._asdict().items():
        assert recorded[side] == len(pictures)
    assert recorded["sha256"] == hashlib.sha256(bytes(whole.folds.tolist())).hexdigest()
    assert recorded == splits.record(whole.folds, name.split("_")[0])


@pytest.mark.parametrize("kind", ["emoji", "city"])
def test_styles_share_subjects_and_splits(kind):
    sets = [art.load(name) for name in art.names() if name.startswith(f"{kind}_")]
    if not sets:
        pytest.skip("no art built")
    for other in sets[1:]:
        assert other.item_names == sets[0].item_names
        assert np.array_equal(other.folds, sets[0].folds)
        assert np.array_equal(other.labels, sets[0].labels)
