"""What is asked of a set and cannot be given is refused, with what can."""

import pytest

from helpers import art
from tests.art.conftest import refuses


@pytest.mark.parametrize(
    "size", [8, 64, 0, -32, 16.5, "32", True, float("nan"), float("inf"), [32], 10**400, 32j]
)
def test_impossible_sizes(make, size):
    text = refuses(make(), size=size, match="no size")
    assert "[32, 16]" in text


@pytest.mark.parametrize("n", [25, 0, -1, 2.5, "3", None, True, float("nan")])
def test_take_refuses(make, n):
    whole = art.load("heroes", folder=make())
    with pytest.raises(art.ArtError, match="from 1 to 24"):
        whole.take(n)


@pytest.mark.parametrize("seed", [-1, 0.5, None, "0", 2**63])
def test_seeds_are_whole_numbers(make, seed):
    whole = art.load("heroes", folder=make())
    for use in (
        lambda: whole.take(3, seed=seed),
        lambda: whole.split((0.5, 0.5), seed=seed),
    ):
        with pytest.raises(art.ArtError, match="seed must be a whole number"):
            use()


@pytest.mark.parametrize("indices", [[24], [-1], [], [0.5], 3, [[1]], [True, False], "ab"])
def test_select_refuses(make, indices):
    with pytest.raises(art.ArtError, match="indices"):
        art.load("heroes", folder=make()).select(indices)


@pytest.mark.parametrize(
    "fractions",
    [
        (0.8, 0.3),
        (0.5, 0.4),
        (1.5, -0.5),
        (1, 0),
        (),
        "half",
        0.5,
        (float("nan"), 0.5),
        ("a", "b"),
        [[0.5, 0.5]],
    ],
)
def test_fractions_must_sum_to_one(make, fractions):
    with pytest.raises(art.ArtError, match="sum to 1"):
        art.load("heroes", folder=make()).split(fractions)


def test_a_side_may_not_be_empty(make):
    with pytest.raises(art.ArtError, match="too few for this split"):
        art.load("heroes", folder=make()).split((0.99, 0.01))
