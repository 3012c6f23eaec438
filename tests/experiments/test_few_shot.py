"""Ten pictures: who sees what, how the weight is chosen, and what the shipped runs hold."""

import numpy as np
import pytest

from experiments import few_shot
from helpers import results


def rows_of(kids):
    return [
        {**run, "kid": kids[run["weight"]] + (run["target"] == "ink") * 0.1}
        for run in few_shot.runs()
    ]


def test_the_weight_is_chosen_by_the_mean_kid_and_zero_is_no_candidate():
    kids = {0: 0.1, 100: 0.5, 1000: 0.3, 10000: 0.4}
    rows = rows_of(kids)
    assert few_shot.chosen(rows) == 1000
    assert few_shot.chosen(rows[1:]) is None  # a run is missing
    assert few_shot.chosen(rows + [{**rows[0], "arm": "plain", "weight": 100, "kid": 0}]) == 1000


def test_nothing_is_scored_before_the_weight_is_chosen_and_each_run_once():
    assert {run["arm"] for run in few_shot.runs()} == {"choosing"}
    listed = [tuple(sorted(run.items())) for run in few_shot.runs(1000)]
    assert len(set(listed)) == len(listed)
    assert {run["weight"] for run in few_shot.runs(1000) if run["arm"] == "both"} == {1000}


def test_ten_are_learnt_and_neither_chosen_nor_scored_with(monkeypatch):
    train = np.arange(60, dtype=np.uint8).reshape(60, 1, 1, 1)
    rest = np.arange(100, 120, dtype=np.uint8).reshape(20, 1, 1, 1)
    monkeypatch.setattr(few_shot, "sides", lambda target: (train, None, rest))
    ten, chooser, scored = (set(x.ravel()) for x in few_shot.pictures("smileys", 3))
    assert len(ten) == 10 and not ten & chooser and ten | chooser == set(train.ravel())
    assert scored == set(rest.ravel())
    assert ten != set(few_shot.pictures("smileys", 4)[0].ravel())


def test_kept_tells_relations_from_chance():
    x = np.random.default_rng(0).normal(size=(40, 6))
    assert few_shot.kept(x, 2 * x + 1) == pytest.approx(1)
    assert abs(few_shot.kept(x, x[::-1])) < 0.2
    assert few_shot.kept(x, np.zeros((40, 6))) == 0  # all the same picture


def test_matched_finds_a_picture_in_other_colours_and_chance_in_others():
    images = np.random.default_rng(0).integers(0, 256, (50, 32, 32, 3), np.uint8)
    assert few_shot.matched(images, images // 2 + 40) == 1
    assert few_shot.matched(images, images[::-1]) < 0.1
    assert few_shot.matched(images, np.full_like(images, 9)) == pytest.approx(0.02)


def test_the_half_lies_between_two_parents_and_draws_as_firmly_as_the_rest():
    half, one = few_shot.parent_of("half"), few_shot.checkpoints.load("heroes")
    other = few_shot.checkpoints.load("creatures")
    kernels = [m.averaged_generator.get_layer("up1").kernel.numpy() for m in (one, other, half)]
    assert np.allclose(kernels[2], (kernels[0] + kernels[1]) / 2, atol=1e-6)
    assert half.generator.spec["temperature"] == few_shot.TEMPERATURE


def test_the_shipped_runs_are_whole():
    card = results.card("07_few_shot")
    assert few_shot.chosen(card["rows"]) == card["weight"]
    wanted = [
        run
        for run in few_shot.runs(card["weight"])
        if run["seed"] in (*card["seeds"], *few_shot.CHOOSING)
    ]
    assert len(wanted) == len(card["rows"]) and len(card["seeds"]) >= 3
    assert all(any(run.items() <= row.items() for row in card["rows"]) for run in wanted)
    assert all(row["copied"] <= 1 and row["used"] <= few_shot.TEN for row in card["rows"])
