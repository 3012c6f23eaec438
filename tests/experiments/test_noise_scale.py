"""The experiment on noisy gradients runs what the page shows, at the steps that it says."""

import numpy as np
import pytest

from experiments import noise_scale


def test_the_page_holds_all_that_the_experiment_runs():
    page = noise_scale.cells_of_the_page()
    assert {"heroes", "measured", "DRAWS"} <= page.keys()
    assert {16, 256} <= page["DRAWS"].keys()  # the batches that the page reads from the result


def test_a_page_without_them_is_refused(monkeypatch, tmp_path):
    (tmp_path / "page.ipynb").write_text('{"cells": []}')
    monkeypatch.setattr(noise_scale, "PAGE", tmp_path / "page.ipynb")
    with pytest.raises(ValueError):
        noise_scale.cells_of_the_page()


def test_it_looks_at_the_first_step_the_last_and_those_between():
    heroes = np.random.default_rng(0).integers(0, 256, (16, 32, 32, 3), dtype=np.uint8)
    looked = {"heroes": heroes, "measured": lambda gan: {"D": {16: np.array([gan.step_count, 0])}}}
    found = noise_scale.run(looked, 0, (0, 2, 5))
    assert found == [{"D": {16: step / 2}} for step in (0, 2, 5)]
