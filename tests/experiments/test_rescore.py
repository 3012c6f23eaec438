"""Scoring what is shipped anew: older scores stay on the card, with what they were scored against."""

import numpy as np
import pytest

from experiments import rescore
from helpers import art, checkpoints, metrics
from helpers.train import cards

OLD = {"data": "dots: 3 pictures", "scores": {"kid": 0.5}, "steps": 3, "sha256": "0"}
NEW = {"against": "the 5 test pictures"}
EARLIER = {"scores": {"kid": 0.5}, "revision": "abc", "against": "10 others"}


def test_older_scores_move_to_the_history():
    card = rescore.with_scores(OLD, {"kid": 0.4}, NEW, EARLIER)
    assert list(card) == ["data", "scores", "scored", "earlier_scores", "steps", "sha256"]
    assert card["scores"] == {"kid": 0.4} and card["scored"] == NEW
    assert card["earlier_scores"] == [EARLIER]


def test_the_same_scores_made_again_leave_no_trace():
    once = rescore.with_scores(OLD, {"kid": 0.4}, NEW, EARLIER)
    same = {"scores": {"kid": 0.4}, **NEW}
    twice = rescore.with_scores(once, {"kid": 0.3}, NEW, same)
    assert twice["scores"] == {"kid": 0.3} and twice["earlier_scores"] == [EARLIER]
    other = rescore.with_scores(once, {"kid": 0.3}, {"against": "others"}, same)
    assert other["earlier_scores"] == [EARLIER, same]


def test_what_scores_were_made_against_is_named():
    sides = art.load("items").split()
    assert rescore.against(OLD, sides).startswith("the 200 pictures that were held out")
    assert rescore.against(OLD | {"art": {"held_out": 7}}, sides) == "the 7 test pictures"


@pytest.mark.parametrize("name", rescore.of_one_set())
def test_shipped_scores_are_those_of_the_test_pictures(name):
    card = checkpoints.card(name)
    test = art.load(card["data"].split(":")[0]).card["split"]["test"]
    assert card["scored"]["against"] == f"the {test} test pictures"
    assert {"date", "machine", "revision", "command"} <= set(card["scored"])
    assert all(entry["revision"] and entry["against"] for entry in card["earlier_scores"])


def test_the_second_yardstick_stands_beside_what_was_scored():
    assert set(checkpoints.names()) - set(rescore.of_one_set()) == {"general", "general_64"}
    for name in rescore.of_one_set():
        card = checkpoints.card(name)
        scores = card["scores"]
        assert scores["untrained"] > scores["real_untrained"] + 0.005, name
        assert abs(scores["real_untrained"]) < 0.01, name
        assert card["scored_second"]["against"] == card["scored"]["against"], name
        assert card["scored_second"]["command"] == "python -m experiments.rescore --second"


def test_the_second_yardstick_of_a_generator_is_that_of_metrics():
    sides = art.load("items").split()
    train, held_out = sides.train.images, sides.test.images[:60]
    found = cards.second(train[:50], held_out, train)
    looked = [metrics.untrained_features(images) for images in (train[:50], held_out)]
    assert found["untrained"] == pytest.approx(metrics.untrained_distance(*looked))
    others = train[np.random.default_rng(0).permutation(len(train))[:50]]
    again = cards.second(others, held_out, train)
    assert found["real_untrained"] == pytest.approx(again["untrained"])
    assert set(found) == set(rescore.SECOND)
