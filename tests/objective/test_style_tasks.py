"""Two styles as two tasks: draws, scores, sweeps and what validation chooses."""

import dataclasses

import numpy as np
import pytest

from helpers import art, results
from helpers.objective import style_tasks

INF = float("inf")


@pytest.fixture(scope="module")
def pair():
    """Three well separated classes; in the target all pictures are shifted."""
    rng = np.random.default_rng(0)
    centres = 3.0 * rng.normal(size=(3, 6))

    def draw(n, shift):
        y = rng.integers(0, 3, n)
        return (centres[y] + shift + rng.normal(size=(n, 6))).astype("float32"), y

    return style_tasks.StylePair(
        draw(120, 0),
        draw(60, 0),
        draw(60, 0),
        draw(120, 1),
        draw(60, 1),
        draw(60, 1),
        ["a", "b", "c"],
    )


@pytest.fixture(scope="module")
def model():
    return style_tasks.network(inputs=6, classes=3, hidden=8)


def test_few_draws_from_the_pool_without_repeats(pair):
    x, y = pair.few(30, seed=1)
    assert x.shape == (30, 6) and y.shape == (30,)
    assert len(np.unique(x, axis=0)) == 30
    assert {tuple(r) for r in x} <= {tuple(r) for r in pair.second_pool[0]}
    np.testing.assert_array_equal(x, pair.few(30, seed=1)[0])
    assert (x != pair.few(30, seed=2)[0]).any()
    for n in (0, 121):
        with pytest.raises(ValueError, match="1 to 120"):
            pair.few(n)


def test_shuffling_the_source_touches_its_training_labels_only(pair):
    other = pair.with_shuffled_source()
    assert (other.first[1] != pair.first[1]).any()
    np.testing.assert_array_equal(np.sort(other.first[1]), np.sort(pair.first[1]))
    assert other.first[0] is pair.first[0] and other.first_test is pair.first_test
    assert other.second_test is pair.second_test


def test_principal_components():
    x = np.random.default_rng(0).normal(size=(50, 8)) * np.arange(8, 0, -1) + 3
    squeeze = style_tasks.principal_components(x, 4)
    z = squeeze(x)
    assert z.shape == (50, 4) and z.dtype == np.float32
    np.testing.assert_allclose(z.mean(0), 0, atol=1e-5)
    assert np.mean(z**2) == pytest.approx(1, abs=1e-4)
    assert list(np.argsort(-z.var(0))) == [0, 1, 2, 3]
    off = np.cov(z.T) - np.diag(np.diag(np.cov(z.T)))
    assert np.abs(off).max() < 1e-4


def test_a_run_is_a_function_of_its_seed(model, pair):
    few = pair.few(10)
    runs = [style_tasks.train(model, pair, few, 1.0, seed=s, steps=20) for s in (0, 1, 0)]
    assert runs[0] == runs[2]
    weights = []
    for seed in (0, 1, 0):
        style_tasks.start_afresh(model, seed)
        weights.append(model.trainable_variables[0].numpy())
    assert (weights[0] == weights[2]).all() and (weights[0] != weights[1]).any()
    assert runs[0]["first"] > 0.8


def test_sweep_rows_are_seeds_and_columns_are_lam(model, pair):
    table = style_tasks.lam_sweep(model, pair, [0.5, 2.0], n=10, seeds=[3, 4, 5], steps=10)
    assert list(table["lam"]) == [0.5, 2.0]
    assert all(
        table[k].shape == (3, 2) for k in ("first", "second", "validation", "first_validation")
    )
    one = style_tasks.train(model, pair, pair.few(10, 4), 2.0, seed=4, steps=10)
    assert one["second"] == table["second"][1, 1]


def test_fine_tuning_starts_at_the_source(model, pair):
    few = pair.few(10)
    walk = style_tasks.fine_tuning_path(model, pair, few, seed=0, marks=[5, 10], steps=20)
    source = style_tasks.train(model, pair, few, 0.0, seed=0, steps=20)
    assert list(walk["step"]) == [0, 5, 10]
    assert walk["first"][0] == source["first"]
    assert walk["loss"][-1] < walk["loss"][0]
    assert model.lam == 0.0


def test_the_path_on_the_target_starts_where_the_model_is(model, pair):
    few = pair.few(10)
    style_tasks.start_afresh(model, 7)
    here = style_tasks.scores(model, pair)
    path = style_tasks.target_path(model, pair, few, seed=0, marks=[5, 15])
    assert list(path["step"]) == [0, 5, 15] and path["second"][0] == here["second"]
    assert path["loss"][2] < path["loss"][1] < path["loss"][0]
    style_tasks.start_afresh(model, 7)
    again = style_tasks.target_path(model, pair, few, seed=0, marks=[15])
    assert again["second"][-1] == path["second"][-1]  # looking on the way changes nothing


def test_each_score_is_on_its_own_pictures(model, pair):
    style_tasks.train(model, pair, pair.few(10), 1.0, seed=0, steps=20)
    wrong = {side: (getattr(pair, side)[0], 2 - getattr(pair, side)[1]) for side in
             ("first_test", "second_test", "first_validation", "second_validation")}  # fmt: skip
    keys = ("first", "second", "first_validation", "validation")
    before = style_tasks.scores(model, pair)
    for side, key in zip(wrong, keys):
        after = style_tasks.scores(model, dataclasses.replace(pair, **{side: wrong[side]}))
        assert {k for k in keys if after[k] != before[k]} == {key}


def test_twins_have_the_same_weights_and_nothing_in_common():
    model, copy = style_tasks.twins(2.0, seed=3, inputs=6, classes=3, hidden=8)
    assert style_tasks.largest_gap(model, copy) == 0 and model.lam == 2.0
    copy.trainable_variables[1].assign_add([0.25] * 8)
    assert style_tasks.largest_gap(model, copy) == 0.25


def test_validation_chooses_and_test_reports():
    table = {
        "lam": np.array([0.0, 1.0, INF]),
        "validation": np.array([[1, 3, 2], [5, 4, 4]]),
        "second": np.array([[0.1, 0.2, 0.9], [0.3, 0.8, 0.7]]),
    }
    lam, test = style_tasks.chosen(table)
    assert list(lam) == [1.0, 0.0] and list(test) == [0.2, 0.3]


def test_both_validations_choose_together_and_one_column_a_seed_is_read():
    table = {
        "validation": np.array([[1, 3, 2], [5, 4, 4]]),
        "first_validation": np.array([[9, 1, 1], [0, 0, 3]]),
        "first": np.array([[0.5, 0.6, 0.7], [0.1, 0.2, 0.3]]),
        "second": np.array([[0.1, 0.2, 0.9], [0.3, 0.8, 0.7]]),
    }
    assert list(style_tasks.choice(table)) == [1, 0]
    both = style_tasks.choice(table, both=True)
    assert list(both) == [0, 2]
    found = style_tasks.at(table, both)
    assert list(found["first"]) == [0.5, 0.3] and list(found["second"]) == [0.1, 0.7]


def test_differences_are_paired_and_carry_their_standard_error():
    # differences 1, 2, 3 points: mean 2, deviation 1, error 1/√3
    assert style_tasks.points([0.51, 0.32, 0.93], [0.50, 0.30, 0.90]) == "+2.0 ± 0.6 points"
    assert style_tasks.points([0.5, 0.3, 0.9], [0.51, 0.32, 0.93]) == "-2.0 ± 0.6 points"


def test_steps_must_fit_the_steps_of_one_execution(model, pair):
    with pytest.raises(ValueError, match="multiple of steps_per_execution = 5"):
        model.fit(pair.first, pair.few(5), steps=7)


def test_shipped_results_are_whole():
    result = style_tasks.shipped()
    for key in ("title", "data", "seeds", "steps", "minutes", "machine", "date", "command"):
        assert result[key]
    seeds = len(result["seeds"])
    assert seeds >= 10
    for name in ("openmoji → noto", "noto → openmoji"):
        assert set(result["sweeps"][name]) == {25, 50, 100}
    for sizes in result["sweeps"].values():
        for table in sizes.values():
            assert table["lam"][0] == 0 and np.isinf(table["lam"][-1])
            assert table["second"].shape == (seeds, len(table["lam"]))
            assert 0 < table["second"].min() and table["second"].max() < 1
    for name in ("fine-tuning", "Chebyshev", "L2-SP", "EWC"):  # one budget for every route
        assert result["routes"][name]["second"].shape == (seeds, 6), name
    assert len(result["sweeps"]["openmoji → noto"][50]["lam"]) == 6
    assert set(result["starts"]) == {"source", "random", "shuffled source"}
    for table in result["again"].values():  # other seeds, as many
        assert len(table["second"]) == len(table["validation"]) == seeds


def standard_errors(difference):
    """The mean over the seeds in standard errors."""
    return difference.mean() / (difference.std(ddof=1) / len(difference) ** 0.5)


def test_what_lesson_02_concludes_holds_over_ten_seeds():
    result = style_tasks.shipped()
    table, starts = result["sweeps"]["openmoji → noto"][25], result["starts"]
    ends = {name: path["second"][:, -1] for name, path in starts.items()}
    best = style_tasks.chosen(table)[1]
    assert standard_errors(best - table["second"][:, -1]) > 2  # λ pays against the target alone
    lost = starts["source"]["first"]
    assert standard_errors(lost[:, 1] - lost[:, -1]) > 2  # fine-tuning forgets the source
    for other in ("random", "shuffled source"):  # the start matters, and it is what it knows
        assert standard_errors(ends["source"] - ends[other]) > 2
    assert all(path["loss"][:, -1].max() < 0.01 for path in starts.values())


def test_lam_against_early_stopping_needs_more_than_ten_seeds():
    """What the first ten show clearly, ten others do not; all twenty do."""
    result = style_tasks.shipped()
    again, gains = result["again"], []
    first = result["sweeps"]["openmoji → noto"][25], result["starts"]["source"]
    for joint, walk in (first, (again["joint"], again["fine-tuning"])):
        tuned = {k: v[:, 1:7] for k, v in walk.items() if v.ndim == 2}
        stop = style_tasks.at(tuned, style_tasks.choice(tuned))
        gains.append(style_tasks.chosen(joint)[1] - stop["second"])
    assert standard_errors(gains[0]) > 2 > standard_errors(gains[1]) > 0
    assert standard_errors(np.concatenate(gains)) > 2


@pytest.mark.parametrize("name", ["openmoji → noto", "noto → openmoji"])
def test_the_source_is_worth_less_the_more_there_is_of_the_target(name):
    gains = [
        style_tasks.chosen(table)[1] - table["second"][:, -1]
        for table in style_tasks.shipped()["sweeps"][name].values()
    ]
    assert all(standard_errors(a - b) > 2 for a, b in zip(gains, gains[1:]))


def test_shipped_pictures_are_those_of_the_art_sets():
    for name, digest in results.card(style_tasks.RESULT)["data"].items():
        assert art.load(f"emoji_{name}").card["sha256"] == digest
