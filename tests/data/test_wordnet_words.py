"""The parts of data/build/wordnet_words.py that need no download."""

import json
import pathlib
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data" / "build"))

import wordnet_words  # noqa: E402
import write  # noqa: E402

from helpers import files  # noqa: E402

LINE = (
    "00001740 03 a 02 able(p) 0 well-off 0 001 ! 00002098 a 0101 | having means; 'able to swim'  "
)


def test_an_entry_is_its_words_and_its_definition():
    assert wordnet_words.entry(LINE) == "able well-off ; having means; 'able to swim'"


def test_lines_of_the_licence_are_no_entries(tmp_path):
    path = files.write_text(tmp_path / "data.adj", f"  1 This software\n{LINE}\n")
    assert wordnet_words.lines(path) == [LINE]


def test_a_package_of_another_size_stops_the_build(tmp_path):
    for part in wordnet_words.PARTS:
        files.write_text(tmp_path / f"data.{part}", f"{LINE}\n")
    with pytest.raises(ValueError, match="expected 117,791 entries"):
        wordnet_words.entries(tmp_path)


TEXTS = [
    "cat pet purrs",
    "dog pet barks",
    "cat dog pet",
    "oak tree leaf",
    "elm tree leaf",
    "oak elm",
]


def test_words_of_one_kind_of_entry_point_one_way():
    names, vectors, idf = wordnet_words.learn(TEXTS, dimensions=2, rare=2)
    assert names == ["cat", "dog", "elm", "leaf", "oak", "pet", "tree"]
    closeness = vectors @ vectors.T
    assert closeness[0, 1] > 0.9 and closeness[2, 4] > 0.9 and closeness[0, 4] < -0.5
    assert idf[names.index("pet")] < idf[names.index("cat")]


def test_learning_twice_gives_the_same_arrays():
    one, two = (wordnet_words.packed(*wordnet_words.learn(TEXTS, 2)) for _ in range(2))
    assert write.content_sha256(one) == write.content_sha256(two)


def test_packing_moves_a_number_by_half_a_step_at_most():
    vectors = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    arrays = wordnet_words.packed(["w"] * 50, vectors, np.ones(50))
    assert arrays["vectors"].dtype == np.int8
    assert np.abs(arrays["vectors"] * arrays["scale"] - vectors).max() <= arrays["scale"] * 0.5001
    with pytest.raises(ValueError, match="127"):
        wordnet_words.packed(["w"], np.float32([[1e-9] * 99999 + [1]]), np.ones(1))


def test_the_card_knows_the_shipped_content():
    path = ROOT / "data" / "weights" / "wordnet_words.npz"
    card = json.loads(path.with_suffix(".json").read_text("utf-8"))
    arrays = files.read_npz(path, cure="")
    assert card["content_sha256"] == write.content_sha256(arrays)
    assert card["source_files"] == {wordnet_words.PACKAGE.file: wordnet_words.PACKAGE.sha256}
