"""The starts that experiments.own_art compares: which networks each begins with."""

import numpy as np
import pytest

from experiments import own_art


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3), np.uint8)


def test_no_run_is_asked_for_twice():
    found = [tuple(run.items()) for run in own_art.runs()]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("name", "discriminator", "looks_through"),
    [
        ("general", "projected", True),
        ("general", "pixels", False),
        ("creatures", "pixels", False),
        ("pixels", "projected", False),
        ("twin", "projected", True),
    ],
)
def test_each_start_has_the_discriminator_of_its_name(pictures, name, discriminator, looks_through):
    model = own_art.started(name, pictures, 0, discriminator)
    assert ("form" in model.discriminator.spec) == looks_through
