"""The four city sets: 2,000 seeds drawn by the course's own program, the same cities in each."""

from functools import cache

import write

from helpers.art import cities

SIZE = 64
SEEDS = range(2000)


@cache
def kinds():
    """Label of each seed's city, the same in every style."""
    return cities.kinds(SEEDS)


def style(name):
    """2,000 cities in one style; picture i is the city of seed i."""
    return write.arrays_of(
        cities.draw(name, seeds=SEEDS, size=SIZE),
        kinds(),
        cities.KINDS,
        [f"city {seed:04d}" for seed in SEEDS],
    )
