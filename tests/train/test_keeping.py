"""A generator from a page is saved with a card that says all, and takes no run's place."""

import json

import numpy as np
import pytest

from helpers import art, checkpoints, gan, metrics, page, train
from tests.train.conftest import SMALL, run


@pytest.fixture
def kept(folder, tmp_path):
    mine, _ = art.from_folder(
        folder, 8, show=False, source="my sketchbook", licence="CC BY 4.0", attribution="Ann"
    )
    model = gan.make(8, width=4, seed=5)
    images = mine.split().train.images
    copies = metrics.copies(model.sample(6), images)
    output = train.keep(
        model, mine, tmp_path / "kept", seconds=12.34, scores={"kid": 0.123456}, copies=copies
    )
    return model, mine, output, copies


def test_the_card_says_whose_pictures_how_trained_and_how_good(kept):
    model, mine, output, copies = kept
    card = checkpoints.card(output)
    assert (card["source"], card["licence"], card["attribution"]) == (
        "my sketchbook",
        "CC BY 4.0",
        "Ann",
    )
    assert (card["count"], card["seed"], card["steps"], card["seconds"]) == (15, 5, 0, 12.3)
    assert card["scores"] == {"kid": 0.1235} and card["copies"]["verdict"] == copies.verdict
    assert (
        card["init"] is None and card["before"] == [] and card["recipe"]["r1"] == model.recipe["r1"]
    )
    assert card["sha256"] == checkpoints.sha256(output / "checkpoint.npz")


def test_what_was_kept_draws_the_same_and_goes_on_a_page(kept, tmp_path):
    model, _, output, _ = kept
    again = checkpoints.load(output)
    off = again.sample(4).astype(int) - model.sample(4).astype(int)
    assert np.abs(off).mean() < 2
    text = page.export(output, tmp_path / "mine.html").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text and "Ann" in text


def test_keep_replaces_its_own_and_nothing_else(kept, folder, tmp_path):
    model, mine, output, _ = kept
    train.keep(model, mine, output, init="heroes")
    card = json.loads((output / "card.json").read_text(encoding="utf-8"))
    assert (
        card["init"] == "heroes"
        and card["before"]
        and "copies" not in card
        and card["scores"] == {}
    )
    assert run(folder, *SMALL, "--steps", 1, "--output", tmp_path / "run") == 0
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    with pytest.raises(ValueError, match="holds a run of .*give another folder"):
        train.keep(model, mine, tmp_path / "run")
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before


def test_what_was_kept_is_no_input_of_the_next_training(kept):
    _, _, output, _ = kept
    with pytest.raises(art.ArtError, match="holds no picture"):
        art.from_folder(output, 8, show=False)
