"""Lesson 08's views: what they say is what the helpers measure, and what they cannot show is refused."""

import functools

import keras
import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import art, bias, challenges, explain, privacy, results
from helpers.gan import networks

RNG = np.random.default_rng(0)
SEEN, UNSEEN = RNG.normal(1, 1, 60), RNG.normal(0, 1, 50)
RATES = {"careful": (0.95, 0.05), "hasty": (0.8, 0.3), "features": (0.9, 0.1)}
CARD = {"arm_order": ["10", "50"], "psis": [0.5, 1.0], "arms": {"10": {"share": 0.1}, "50": {"share": 0.5}}}  # fmt: skip


def said(rng, judge, share, shape):
    """What a judge of known rates says where a share of the pictures is the minority's."""
    hits, alarms = RATES[judge]
    return rng.random(shape) < share * hits + (1 - share) * alarms


@pytest.fixture(scope="module")
def arrays():
    """A result like 08_groups: at ψ = .5 the minority's share is half of the training set's."""
    rng = np.random.default_rng(1)
    found = {"bearers/shown": np.zeros((2, 2, 8, 32, 32, 3), np.uint8)}
    for judge, (hits, alarms) in RATES.items():
        n = 400 if judge != "features" else 150
        psis = (0.5, 1.0) if judge != "features" else (1.0,)
        generated = [[said(rng, judge, s * psi, (5, n)) for psi in psis] for s in (0.1, 0.5)]
        found[f"bearers/{judge}/generated"] = np.swapaxes(generated, 1, 2)
        for side in ("test", "validation"):
            found[f"bearers/{judge}/{side}/minority"] = rng.random(3000) < hits
            found[f"bearers/{judge}/{side}/majority"] = rng.random(3000) < alarms
    return found


def drawn(view):
    picture, words = view
    assert isinstance(picture, Figure) or picture.dtype == np.uint8
    return words


# ---- An attack


def test_an_attack_is_read_as_the_helpers_read_it():
    words = drawn(challenges.attack(SEEN, UNSEEN, 0.5))
    hits, alarms = privacy.rates(SEEN, UNSEEN, 0.5)
    low, high = privacy.chance_interval(60, 50)
    assert f"AUC {privacy.auc(SEEN, UNSEEN):.2f}" in words
    assert f"luck alone {low:.2f} to {high:.2f}" in words
    assert f"here {hits:.0%} of the members and {alarms:.0%} of the others" in words


def test_the_curve_ends_in_its_corners_and_holds_the_auc():
    fig, _ = challenges.attack(SEEN, UNSEEN, 0.0)
    alarms, hits = fig.axes[1].lines[0].get_data()
    assert (alarms[0], hits[0], alarms[-1], hits[-1]) == (1, 1, 0, 0)
    area = np.sum(-np.diff(alarms) * (np.array(hits)[1:] + np.array(hits)[:-1]) / 2)
    assert area == pytest.approx(privacy.auc(SEEN, UNSEEN))


def test_scores_that_are_all_equal_can_be_shown():
    assert "AUC 0.50" in drawn(challenges.attack(np.ones(5), np.ones(5), 1.0))


# ---- A share


@pytest.mark.parametrize("judge", challenges.JUDGES)
@pytest.mark.parametrize("arm, share", [("10", 0.1), ("50", 0.5)])
def test_the_correction_finds_the_share_behind_each_judge(arrays, judge, arm, share):
    found = challenges.found_share(arrays, CARD, "bearers", arm, 1.0, judge)
    assert found["corrected"].mean() == pytest.approx(share, abs=0.05)
    low, high = found["interval"]
    assert low <= share <= high and found["corrected"].shape == (5,)
    assert found["hits"][1] == 3000 and found["hits"][0] > found["false_alarms"][0]


def test_the_column_of_psi_and_the_side_are_those_asked_for(arrays):
    at = [challenges.found_share(arrays, CARD, "bearers", "50", psi, "careful") for psi in (0.5, 1)]
    assert at[0]["corrected"].mean() == pytest.approx(0.25, abs=0.05)
    other = challenges.found_share(arrays, CARD, "bearers", "50", 1.0, "careful", side="validation")
    assert other["hits"] != at[1]["hits"] and (other["said"] == at[1]["said"]).all()


def test_a_share_in_words_and_the_third_judge_where_it_was_asked(arrays):
    words = drawn(challenges.share(arrays, CARD, "bearers", "10", 1.0))
    found = challenges.found_share(arrays, CARD, "bearers", "10", 1.0, "hasty")
    assert (
        f"hasty: said {found['said'].mean():.2f}, corrected {found['corrected'].mean():.2f}"
        in words
    )
    assert "features" in words
    assert "features" not in drawn(challenges.share(arrays, CARD, "bearers", "10", 0.5))


@pytest.mark.parametrize(
    "wrong, says",
    [
        (("20", 1.0, "careful"), "no arm '20' at ψ = 1.0"),
        (("10", 0.6, "careful"), "ψ = 0.6"),
        (("10", 1.0, "kind"), "the judge 'kind'"),
        (("10", 0.5, "features"), "at ψ = 1 only"),
    ],
)
def test_what_was_not_measured_is_refused(arrays, wrong, says):
    with pytest.raises(ValueError, match=says.replace("(", r"\(")):
        challenges.found_share(arrays, CARD, "bearers", *wrong)


def test_the_corrected_share_is_the_formula(arrays):
    found = challenges.found_share(arrays, CARD, "bearers", "10", 0.5, "careful")
    hits, alarms = (k / n for k, n in (found["hits"], found["false_alarms"]))
    expected = bias.corrected(found["said"], hits=hits, false_alarms=alarms)
    np.testing.assert_allclose(found["corrected"], expected)


# ---- A map


@pytest.fixture(scope="module")
def model():
    return networks.discriminator(32, width=4, seed=1)


@pytest.fixture(scope="module")
def pictures():
    return RNG.integers(0, 256, (2, 32, 32, 3)).astype(np.uint8)


@pytest.mark.parametrize("method", challenges.METHODS)
def test_each_method_gives_its_map(model, pictures, method):
    found = challenges.map_of(model, pictures, method, "leaky1", prepare=art.to_float, steps=5)
    assert len(found) == 2 and np.isfinite(found).all()
    assert found.shape[1:3] == ((8, 8) if method == "Grad-CAM" else (32, 32))


def test_a_baseline_is_prepared_like_the_picture(model, pictures):
    found = challenges.map_of(model, pictures, "integrated, white", prepare=art.to_float, steps=5)
    expected = explain.integrated_gradients(explain.logit(model), art.to_float(pictures), 1.0, 5)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_map_explains_the_answer_that_the_model_gives(pictures):
    layer = keras.layers.Dense(2, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), layer])
    layer.bias.assign([0.0, 2.5])
    picture, words = challenges.explained(model, pictures[0], "gradient", names=("cat", "dog"))
    assert words.startswith("answer: dog (+2.5)") and picture.dtype == np.uint8


def test_a_coarse_map_is_called_so(model, pictures):
    with_cam = challenges.explained(model, pictures[0], "Grad-CAM", "leaky1", prepare=art.to_float)
    assert "a map of 8 × 8 places" in drawn(with_cam)
    assert "places" not in drawn(challenges.explained(model, pictures[0], "edges"))


def test_an_unknown_method_is_refused(model, pictures):
    with pytest.raises(ValueError, match="no method 'LIME'; one of: Grad-CAM"):
        challenges.map_of(model, pictures, "LIME")


def test_words_say_what_the_set_says_what_is_missed_and_when_a_map_is_empty(
    model, pictures, monkeypatch
):
    def words(method, layer=None, net=model):
        return drawn(challenges.explained(net, pictures[0], method, layer, names=("cat",),
                                          given=0, prepare=art.to_float))  # fmt: skip

    assert "the set says: cat" in words("gradient") and "empty" not in words("gradient")
    assert "% of the gain is missed" in words("integrated, grey")
    whole = functools.partial(explain.integrated_gradients, steps=500)
    for factor, complete in ((1.0, True), (1.02, False)):
        with monkeypatch.context() as patch:
            patch.setattr(explain, "integrated_gradients",
                          lambda *given, factor=factor: factor * whole(*given[:3]))  # fmt: skip
            assert ("this map is not complete" in words("integrated, grey")) != complete
    dead = networks.discriminator(32, width=4, seed=1)
    dead.layers[-1].kernel.assign(np.zeros(dead.layers[-1].kernel.shape))
    assert "the map is empty: 0 everywhere" in words("Grad-CAM", "leaky1", dead)


# ---- By eye


def test_what_looking_found_is_counted_where_both_passes_agree():
    first = np.repeat([0, 1, 2], [10, 180, 50]).astype(np.uint8)
    second = first.copy()
    second[0] = 1  # the passes disagree: unclear
    first[100] = second[100] = 0
    judge = {name: first == 0 for name in ("careful", "hasty")}
    found = challenges.by_eye({"first": first, "second": second, **judge,
                               "features": np.ones(240, bool)}, "bearers")  # fmt: skip
    assert (found["minority"], found["majority"], found["unclear"]) == (9, 90, 1)
    assert found["share"] == 9 / 99 and found["most"] == 0.1
    assert found["interval"] == bias.wilson(9, 99)
    assert found["alarms"] == {"careful": 0, "hasty": 0, "features": 1}
    assert found["right"]["careful"] == 1 and found["right"]["features"] == 9 / 99
    other = challenges.by_eye({"first": first, "second": second, **judge,
                               "features": np.ones(240, bool)}, "empty")  # fmt: skip
    assert (other["minority"], other["majority"], other["unclear"]) == (89, 1, 10)
    with pytest.raises(ValueError, match="no direction 'all'"):
        challenges.by_eye({}, "all")


def test_the_shipped_labels_say_what_the_lesson_says():
    arrays = results.arrays("08_by_eye")
    one, other = (challenges.by_eye(arrays, who) for who in ("bearers", "empty"))
    assert (one["minority"], one["majority"], one["unclear"]) == (2, 78, 20)
    assert (other["minority"], other["majority"], other["unclear"]) == (1, 64, 35)
    assert other["alarms"]["features"] > 3 * other["alarms"]["hasty"] > 0
    for letter, rows in ((0, np.s_[200:220]), (1, np.s_[220:240])):  # the control: real heroes
        assert (arrays["first"][rows] == letter).all() and (arrays["second"][rows] == letter).all()
