"""fuzz: a quick run of every kind finds no fault, and a fault would be seen."""

import json
import pathlib

import numpy as np
import pytest

from experiments import fuzz
from helpers import results

FEW = {"checkpoint members": 12, "checkpoint specs": 12}  # those that load take a third of a second


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_damaged_and_hostile_files_are_refused_in_one_sentence(kind, tmp_path):
    found = fuzz.run(
        kind, fuzz.KINDS[kind](tmp_path / "x"), seed=1, seconds=60, most=FEW.get(kind, 40)
    )
    assert found["faults"] == [] and found["refused"] > 0
    assert found["cases"] == sum(found[key] for key in ("refused", "same", "other"))


@pytest.mark.parametrize("error, fault", [
    (KeyError("x"), True), (RecursionError(), True), (MemoryError(), True),
    (ValueError("no name"), True), (ValueError("theirs.npz: two\nlines"), True),
    (ValueError("theirs.npz is damaged"), False),
])  # fmt: skip
def test_a_fault_is_seen(error, fault):
    def read():
        raise error

    outcome = fuzz.judge(pathlib.Path("folder/theirs.npz"), read, None)
    assert (outcome != "refused") == fault


def test_a_changed_reading_is_told_from_the_same_one():
    before = {"a": np.arange(3), "b": {"c": [1]}}
    path = pathlib.Path("a")
    assert fuzz.judge(path, lambda: {"a": np.arange(3), "b": {"c": [1]}}, before) == "same"
    assert fuzz.judge(path, lambda: {"a": np.arange(3.0), "b": {"c": [1]}}, before) == "other"


def test_the_shipped_run_found_no_fault_and_stayed_small():
    card = results.card(fuzz.NAME)
    assert card["faults"] == 0 and card["peak_memory_mb"] < fuzz.MOST_MB
    assert set(card["rows"]) == set(fuzz.KINDS)
    assert not [row["faults"] for row in card["rows"].values() if row["faults"]]
    assert json.dumps(card)
