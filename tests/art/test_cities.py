"""helpers.art.cities: a seed is a city, a style only paints it, and the bytes never change."""

import hashlib

import numpy as np
import pytest

from helpers import art
from helpers.art import cities, city_paint

SEEDS = [0, 1, 2, 7, 40, 1007, 2**40]

# Shipped sets are drawn by this program: a change here is a change of the data.
HASHES = {
    "day": "b96bfd7fe3923690",
    "neon": "2119edf70f709967",
    "sunset": "162c955c084ca7e6",
    "ink": "b175aca5316a1b87",
}


@pytest.mark.parametrize("style", cities.styles())
def test_the_bytes_never_change(style):
    drawn = cities.draw(style, SEEDS, size=128)
    assert hashlib.sha256(drawn.tobytes()).hexdigest()[:16] == HASHES[style]


@pytest.mark.parametrize("style", cities.styles())
def test_a_picture_depends_on_its_seed_alone(style):
    together = cities.draw(style, SEEDS)
    alone = [cities.draw(style, seed)[0] for seed in reversed(SEEDS)]
    assert np.array_equal(together, alone[::-1])
    assert len({picture.tobytes() for picture in together}) == len(SEEDS)
    state = np.random.get_state()[1].copy()
    cities.draw(style, 3)
    assert np.array_equal(state, np.random.get_state()[1])


@pytest.mark.parametrize("size", [128, 64, 32])
def test_sizes_are_box_averages_of_one_drawing(size):
    full = np.array([city_paint.paint(cities.plan(seed), "sunset") for seed in SEEDS], np.int64)
    factor = 128 // size
    blocks = full.reshape(len(SEEDS), size, factor, size, factor, 3).mean(axis=(2, 4))
    drawn = cities.draw("sunset", SEEDS, size=size)
    assert drawn.shape == (len(SEEDS), size, size, 3) and drawn.dtype == np.uint8
    assert np.array_equal(drawn, (np.floor(blocks + 0.5) + 2) // 5 * 5)


def test_rounded_colours_keep_black_and_white():
    values = cities._rounded(np.arange(256, dtype=np.uint8))
    assert values.dtype == np.uint8 and values[0] == 0 and values[255] == 255
    assert not np.any(values % 5) and np.abs(values.astype(int) - np.arange(256)).max() == 2


def test_every_kind_of_seeds():
    expected = cities.draw("ink", [3, 4, 5])
    for seeds in (range(3, 6), (3, 4, 5), np.arange(3, 6), (seed for seed in (3, 4, 5))):
        assert np.array_equal(cities.draw("ink", seeds), expected)
    assert np.array_equal(cities.draw("ink", 4), expected[1:2])
    assert cities.draw("ink", []).shape == (0, 64, 64, 3)


def shown(style, city, depth):
    """Where the near, middle or far row shows: what changes when it is torn down."""
    rows = [row if index != depth else [] for index, row in enumerate(city.rows)]
    before, after = (
        city_paint.paint(one, style).astype(int) for one in (city, city._replace(rows=rows))
    )
    return np.abs(before - after).max(axis=-1) > 0


@pytest.mark.parametrize("seed", range(8))
def test_styles_paint_the_same_plan(seed):
    city = cities.plan(seed)._replace(ground=128)  # without the mirror, one place a building
    standing = np.zeros((128, 128), dtype=bool)
    for building in city.rows[2]:
        rows, columns = np.nonzero(city_paint.silhouette(building)[::-1])
        columns = columns + building.left
        inside = (columns >= 0) & (columns < 128)
        standing[127 - rows[inside], columns[inside]] = True
    for style in cities.styles():
        seen = shown(style, city, depth=2)
        assert not (seen & ~standing).any()
        assert seen.sum() > 0.9 * standing.sum()  # here and there two colours are equal


def test_styles_look_different():
    pictures = [cities.draw(style, range(20)).astype(float) for style in cities.styles()]
    for one in range(4):
        for other in range(one):
            assert np.abs(pictures[one] - pictures[other]).mean() > 25


def test_nearer_rows_stand_out_more():
    for style in cities.styles():
        city = cities.plan(3)
        contrast = [city_paint.STYLES[style].depths[depth] for depth in range(3)]
        assert contrast == sorted(contrast, reverse=True) and shown(style, city, 2).any()


def test_water_mirrors_the_lights():
    by_the_water = [seed for seed in range(40) if cities.plan(seed).ground < 128]
    for style in cities.styles():
        city = cities.plan(by_the_water[0])
        seen = shown(style, city, 2)
        assert seen[: city.ground].any() and seen[city.ground :].any()


def test_plans_stay_on_the_canvas():
    for seed in range(300):
        city = cities.plan(seed)
        assert 0 <= city.sky.x < 128 and 0 <= city.sky.y < 128
        for row in city.rows:
            assert row and row[-1].left + row[-1].width >= 100
            for one in row:
                assert one.left % 4 == one.width % 4 == one.height % 4 == 0
                assert 8 <= one.height <= city.ground - 12
                assert city_paint.silhouette(one)[-1].any()


def test_there_is_variety():
    found = [
        building.shape for seed in range(100) for row in cities.plan(seed).rows for building in row
    ]
    assert set(found) == set(cities.SHAPES)
    assert {cities.plan(seed).sky.ring for seed in range(60)} == {-1, 0, 1}


def test_kinds_say_where_the_water_is():
    kinds = cities.kinds(range(50))
    assert kinds.tolist() == [int(cities.plan(seed).ground < 128) for seed in range(50)]
    assert set(kinds) == {0, 1} and len(cities.KINDS) == 2


def test_chance_is_even_and_repeatable():
    draws = [cities.Chance(seed, 1, 2).whole(3, 6) for seed in range(400)]
    assert set(draws) == {3, 4, 5, 6} and draws[9] == cities.Chance(9, 1, 2).whole(3, 6)
    chance = cities.Chance(0)
    assert {chance.fourth(8, 16) for _ in range(99)} == {8, 12, 16}
    assert 20 < sum(chance.percent(30) for _ in range(100)) < 42
    grid = chance.grid(30, 30)
    assert grid.shape == (30, 30) and grid.min() == 0 and grid.max() == 99


@pytest.mark.parametrize("style", ["dawn", "", None, "NEON", 3, ["day"]])
def test_unknown_style(style):
    with pytest.raises(ValueError, match="unknown city style .*; one of: day, neon, sunset, ink"):
        cities.draw(style, [0])


@pytest.mark.parametrize("size", [48, 0, -64, 256, "64", None, True, 64.5, [64]])
def test_impossible_size(size):
    with pytest.raises(ValueError, match="cities have no size .*choose one of \\[128, 64, 32\\]"):
        cities.draw("day", [0], size=size)


@pytest.mark.parametrize(
    "seeds", [-1, [0, -3], 0.5, [1.0], ["1"], "12", None, True, 2**63, np.array([0.5])]
)
def test_impossible_seed(seeds):
    with pytest.raises(ValueError, match="a city's seed is a whole number from 0"):
        cities.draw("day", seeds)


@pytest.mark.parametrize("style", cities.styles())
def test_shipped_sets_are_what_the_program_draws(style):
    if f"city_{style}" not in art.names():
        pytest.skip("no art built")
    shipped, seeds = art.load(f"city_{style}"), [0, 1, 999, 1999]
    assert np.array_equal(shipped.images[seeds], cities.draw(style, seeds, size=64))
    assert np.array_equal(shipped.labels[seeds], cities.kinds(seeds))
    assert shipped.label_names == list(cities.KINDS)
    small = art.load(f"city_{style}", size=32).images[seeds]
    # Averages of colours in steps of 5 against averages put in steps of 5: one step at most.
    assert np.abs(small.astype(int) - cities.draw(style, seeds, size=32)).max() <= cities.STEP
