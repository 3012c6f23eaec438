"""Every test of the exercises starts with no tries and no progress."""

import pytest

import helpers.exercises as exercises


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """No tries, and a file of progress that is not there yet; gives its path."""
    exercises._TRIES.clear()
    monkeypatch.setenv(exercises.record.VARIABLE, str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"
