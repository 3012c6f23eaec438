"""Word vectors: the shipped file and its card, and what a name is turned into."""

import json
import shutil

import numpy as np
import pytest

from helpers import art, files, results
from helpers.transfer import words

SMALL = words.Words(
    {"red": 0, "apple": 1, "dog": 2, "wine": 3},
    np.float32([[1, 0], [0, 1], [-1, 0], [0.8, 0.6]]),
    np.float32([1, 3, 2, 2]),
)


def test_a_name_is_the_mean_of_its_words_weighted_by_idf():
    np.testing.assert_allclose(SMALL.lookup(["red apple", "dog"]), [[0.25, 0.75], [-1, 0]])


def test_unknown_words_count_nothing_and_a_name_of_them_is_zeros():
    found = SMALL.lookup(["dog qzx", "qzx", ""])
    np.testing.assert_array_equal(found, np.float32([[-1, 0], [0, 0], [0, 0]]))
    assert found.dtype == np.float32 and SMALL.lookup([]).shape == (0, 2)


def test_one_text_is_no_list_of_names():
    with pytest.raises(ValueError, match=r"write \['dog'\]"):
        SMALL.lookup("dog")


def test_names_are_split_at_all_but_letters():
    assert words.split("T-Rex No. 1 (O2)") == ["t", "rex", "no", "o"]


def test_nearest_goes_by_angle_and_leaves_the_word_itself_out():
    assert SMALL.nearest("Red", count=2) == ["wine", "apple"]
    assert SMALL.nearest("qzx") == []


# ---- the shipped file


def test_the_card_describes_the_shipped_file():
    card = json.loads(words.FILE.with_suffix(".json").read_text("utf-8"))
    assert card["sha256"] == files.sha256(words.FILE)
    assert words.FILE.stat().st_size <= 4_000_000
    assert card["count"] == len(words.load().rows) == len(words.load().vectors)
    for key in ("source", "version", "licence", "attribution", "changes", "known_biases"):
        assert card[key], key
    licence = words.FILE.parents[1] / "licences" / "WordNet.txt"
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in licence.read_text("utf-8")


def test_shipped_vectors_are_of_unit_length_and_finite():
    vectors = words.load().vectors
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert words.load().idf.min() > 1 and np.isfinite(words.load().idf).all()


def test_shipped_vectors_know_what_belongs_together():
    dog, wolf, violin, cello = words.load().lookup(["dog", "wolf", "violin", "cello"])
    assert violin @ cello > 2 * abs(dog @ cello) and dog @ wolf > 2 * abs(violin @ wolf)


def test_few_names_of_the_emoji_are_unknown():
    names = art.load("emoji_noto", size=32).item_names
    assert sum(not words.load().known(name) for name in names) == 45


def test_another_file_than_the_cards_is_refused(tmp_path):
    for ending in (".npz", ".json"):
        shutil.copy(words.FILE.with_suffix(ending), tmp_path / f"w{ending}")
    with open(tmp_path / "w.npz", "ab") as file:
        file.write(b"x")
    with pytest.raises(ValueError, match="not the file that its card describes.*git restore"):
        words.read(tmp_path / "w.npz")
    (tmp_path / "w.npz").unlink()
    with pytest.raises(FileNotFoundError, match="git restore"):
        words.read(tmp_path / "w.npz")


def test_a_file_without_its_arrays_is_refused(tmp_path):
    path = files.write_npz(tmp_path / "w.npz", {"words": np.array(["a"])})
    files.write_json(tmp_path / "w.json", {"sha256": files.sha256(path)})
    with pytest.raises(ValueError, match="no array 'idf'"):
        words.read(path)


def test_what_01_deeper_claims_of_words_holds_over_ten_draws():
    """Made by experiments/claims_words.py."""
    card = results.card("01_words")
    for pair in ("dictionary over counting", "dictionary over shuffled"):
        for row in card["differences"][pair].values():
            assert row["gain"] > 2 * row["error"] and row["draws_ahead"] == 10, pair
    for alone in ("dictionary", "picture"):
        rows = card["differences"][f"name and picture over {alone}"]
        assert all(rows[n]["gain"] > 2 * rows[n]["error"] for n in ("100", "250", "576"))
    for row in card["differences"]["dictionary over picture"].values():
        assert abs(row["gain"]) < 2 * row["error"]
    tuned, scratch = card["embedding, 100 labels"].values()
    assert all(a > b for a, b in zip(tuned, scratch))
    assert card["draws in which the dictionary with 100 labels beats counting with 250"] == 10
