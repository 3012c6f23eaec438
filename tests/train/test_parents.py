"""Which start suits a learner's pictures: the distances, the race, its rule, and what an interrupt leaves."""

import numpy as np
import pytest

from helpers import art, checkpoints, metrics
from helpers.gan import networks
from helpers.train import parents


@pytest.fixture(autouse=True)
def plain_features(monkeypatch):
    """Colours of a 4 × 4 picture stand in for the network's features."""

    def small(images, progress=True):
        return art.reduce(images, images.shape[1] // 4).reshape(len(images), -1) / 255.0

    monkeypatch.setattr(metrics, "features", small)


@pytest.fixture(scope="module")
def heroes():
    return art.load("heroes").split().train.images[:40]


class Stub:
    """A GAN that paints everything in one grey, the grey of its name."""

    greys = {"projected": 90, "general": 120, "heroes": 150}
    stops = None

    def __init__(self, name):
        self.name, self.step_count = name, 0

    def prepare(self, images):
        self.prepared = True

    def fit(self, images, steps, verbose):
        self.step_count = steps - 1 if self.name == self.stops else steps

    def sample(self, count, seed):
        assert self.prepared
        noise = np.random.default_rng(0).integers(-5, 6, (count, 32, 32, 3))
        return (self.greys[self.name] - 30 * (self.step_count == 0) + noise).astype(np.uint8)


@pytest.fixture
def stubs(monkeypatch):
    monkeypatch.setattr(parents, "start", lambda name, images, *, seed, suits: Stub(name))
    monkeypatch.setattr(parents, "nearest", lambda images: [("heroes", 0.1), ("creatures", 0.2)])
    monkeypatch.setattr(Stub, "stops", None)


def grey(value, count=20):
    noise = np.random.default_rng(1).integers(-5, 6, (count, 32, 32, 3))
    return (value + noise).astype(np.uint8)


def test_only_generators_of_this_size_are_candidates():
    assert set(parents.candidates(32)) == {"heroes", "creatures", "city_day_32", "general"}
    assert "heroes" not in parents.candidates(64) and parents.candidates(48) == []
    for name in checkpoints.names():
        assert parents._size(name) == checkpoints.load(name).size


def test_the_nearest_parent_is_the_one_whose_art_is_the_most_alike(heroes):
    assert parents.nearest(heroes, ["city_day_32", "heroes"])[0][0] == "heroes"
    city = art.load("city_day", size=32).images[:40]
    found = parents.nearest(city, ["heroes", "city_day_32"])
    assert found[0][0] == "city_day_32" and found[0][1] < found[1][1]


def test_a_start_has_its_kind_of_d_and_what_suits_the_pictures(heroes):
    suits = art.suits(heroes)
    for name, kind in (
        ("pixels", "pixels"),
        ("projected", "projected"),
        ("creatures", "projected"),
    ):
        model = parents.start(name, heroes, seed=3, suits=suits)
        assert networks.kind_of(model.discriminator) == kind and model.seed == 3
        assert model.recipe["augment"] == suits.augment and model.step_count == 0
    suits.palette, suits.augment = 0, "cutout"  # whoever knows better says so
    free = parents.start("projected", heroes, suits=suits)
    assert free.generator.spec["palette"] == 0 and free.recipe["augment"] == "cutout"


def test_a_parent_hands_over_its_g_in_the_colours_of_the_pictures(heroes):
    night = art.load("city_neon", size=32).images[:60]
    parent = checkpoints.load("city_day_32")
    child = parents.start("city_day_32", night)
    equal = [np.array_equal(a, b) for a, b in zip(parent.averaged_generator.get_weights(),
                                                  child.generator.get_weights())]  # fmt: skip
    assert 0.5 < np.mean(equal) < 1
    bright = [images.mean() for images in (parent.sample(60), child.sample(60), night)]
    assert abs(bright[1] - bright[2]) < abs(bright[0] - bright[2]) / 2


def test_a_parent_of_another_size_is_refused(heroes):
    with pytest.raises(ValueError, match="draws pictures of 64 px, and yours have 32.*size=64"):
        parents.start("city_day", heroes)
    with pytest.raises(ValueError, match="no checkpoint 'nobody'"):
        parents.start("nobody", heroes)


@pytest.mark.parametrize("shade, best", [(120, "general"), (90, "projected")])
def test_the_start_nearest_to_the_chooser_wins(stubs, shade, best):
    race = parents.race(grey(0), grey(shade), verbose=False)
    assert [row.name for row in race.rows] == ["projected", "general"]
    assert race.steps == parents.STEPS == 800
    assert race.best == best and best in race.why
    assert all(row.low <= row.high and row.drawn.shape == (200, 32, 32, 3) for row in race.rows)
    assert min(race.rows, key=lambda row: row.kid).name == best
    assert min(race.rows, key=lambda row: row.second).name == best
    row = next(row for row in race.rows if row.name == best)
    assert row.kid < row.untouched
    assert f"untouched {row.untouched:.2f}, second yardstick" in str(race)
    assert f"The race names {best}" in str(race) and "heroes         KID 0.10 to the" in str(race)


@pytest.mark.parametrize("size, start", [(32, "general"), (64, "general_64"), (16, "projected")])
def test_the_usual_start_is_the_general_parent_where_one_draws_this_size(size, start):
    assert parents.usual(size) == start


def test_at_another_size_nothing_and_the_nearest_race(stubs, monkeypatch):
    monkeypatch.setattr(parents, "candidates", lambda size: ["heroes"])
    race = parents.race(grey(0), grey(150), verbose=False)
    assert [row.name for row in race.rows] == ["projected", "heroes"] and race.best == "heroes"


def row(name, low, kid, high):
    return parents.Row(name, kid, low, high, grey(0, 2))


@pytest.mark.parametrize("high, unsure", [(0.39, ""), (0.4, "the interval of general overlaps")])
def test_the_least_kid_is_named_and_whether_that_is_certain(high, unsure):
    race = parents.Race([], 100, 20, ("projected", "general"), "general")
    race.rows = [row("projected", 0.2, 0.3, high), row("general", 0.4, 0.5, 0.6)]
    assert race.best == "projected" and race.why.startswith("projected: the least KID")
    assert unsure in race.why and ("not for certain" in race.why) == bool(unsure)


def test_few_pictures_are_not_raced(stubs):
    race = parents.race(grey(0, 10), grey(150, parents.FEWEST - 1), verbose=False)
    assert race.rows == [] and race.best == "general"
    assert race.why.startswith("general, the usual start: 7 pictures to choose with are too few")
    race.show()
    with pytest.raises(ValueError, match="nothing to show"):
        race.sheet()


def test_an_interrupt_leaves_what_is_known(stubs, monkeypatch):
    monkeypatch.setattr(Stub, "stops", "general")
    race = parents.race(grey(0), grey(150), verbose=False)
    assert [row.name for row in race.rows] == ["projected"] and race.best == "projected"
    assert "stopped before general" in race.why


def test_an_interrupt_between_trainings_leaves_what_is_known(stubs, monkeypatch):
    def sample(self, count, seed):
        raise KeyboardInterrupt

    monkeypatch.setattr(Stub, "sample", sample)
    race = parents.race(grey(0), grey(150), verbose=False)
    assert race.rows == [] and race.best == "general"


def test_a_race_among_given_starts_looks_for_no_parent(stubs, monkeypatch):
    monkeypatch.setattr(parents, "nearest", None)
    race = parents.race(grey(0), grey(150), ["projected"], steps=7, verbose=False)
    assert [row.name for row in race.rows] == ["projected"] and race.steps == 7
    assert race.best == "projected" and race.why == "projected: the least KID"
    assert "After 7 steps, by 20 pictures" in str(race)
    assert race.sheet(columns=4).get_size_inches().min() > 0
