"""The preflight says ✓, or ✗ with what to do, and one failed check hides no other."""

import subprocess

import pytest

from helpers import machine, places
from tools import bootstrap, preflight


def test_this_machine_has_versions_disk_art_and_a_panel(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(places, "my_art", lambda: tmp_path)
    assert preflight.run(["versions", "disk", "art", "panel"])
    out = capsys.readouterr().out
    assert out.count("✓") == 4 and out.endswith("Ready.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_version_outside_the_range_is_named(monkeypatch):
    now = machine.versions()
    monkeypatch.setattr(machine, "versions", lambda: {**now, "Keras": "2.15.0"})
    with pytest.raises(preflight.NotReady, match="Keras is 2.15.0.*3.13 to 3.15"):
        preflight.check_versions()


def test_little_memory_and_little_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(preflight, "free_memory", lambda: 0.7)
    with pytest.raises(preflight.NotReady, match="0.7 GB are free.*Shut Down All"):
        preflight.check_memory()
    monkeypatch.setattr(preflight, "free_memory", lambda: None)
    assert "cannot be read" in preflight.check_memory()
    monkeypatch.setattr(places, "my_art", lambda: tmp_path)
    monkeypatch.setitem(preflight.NEEDED, "disk", 10**9)
    with pytest.raises(preflight.NotReady, match="make room"):
        preflight.check_disk()


def test_a_folder_that_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "my_art").write_text("a file in the way")
    monkeypatch.setattr(places, "my_art", lambda: tmp_path / "my_art")
    with pytest.raises(preflight.NotReady, match="my_art/ cannot be written"):
        preflight.check_disk()


def test_the_memory_of_this_machine_is_some_gigabytes():
    assert preflight.free_memory() is None or 0.1 < preflight.free_memory() < 10_000


def test_a_panel_that_does_not_answer(monkeypatch):
    from helpers.art import cities

    one = cities.draw("neon", [1], size=64)
    monkeypatch.setattr(cities, "draw", lambda style, numbers, size: one)
    with pytest.raises(preflight.NotReady, match="moves nothing"):
        preflight.check_panel()


def test_seconds_to_expect_follow_the_speed(monkeypatch):
    reference = {"steps_per_second": 50.0, "seconds": {"00": 10.0, "04": 70.0}}
    monkeypatch.setattr(machine, "timings", lambda: reference)
    monkeypatch.setattr(preflight, "steps_per_second", lambda: 25.0)
    assert preflight.check_training() == "25 steps a second; expect about 00 20 s, 04 140 s"
    monkeypatch.setattr(preflight, "steps_per_second", lambda: 5.0)
    with pytest.raises(preflight.NotReady, match="04 700 s. That is slow"):
        preflight.check_training()


def test_steps_are_counted_by_training():
    assert 0.1 < preflight.steps_per_second(steps=10) < 10_000
    assert machine.timings()["steps_per_second"] > 1


@pytest.fixture
def published(monkeypatch):
    monkeypatch.setattr(bootstrap, "REPO", "owner/name")

    def answers(returncode=0, stdout="", error=None):
        def ask(*words, **options):
            if error:
                raise error
            return subprocess.CompletedProcess(words, returncode, stdout, "")

        monkeypatch.setattr(preflight.subprocess, "run", ask)

    return answers


def test_the_address_must_exist_answer_and_have_the_release(published, monkeypatch):
    published(stdout="3f2a\trefs/tags/v1.0\n")
    assert preflight.check_address() == f"https://github.com/owner/name has {bootstrap.TAG}"
    for how, told in (
        ({"returncode": 128}, "does not answer"),
        ({"stdout": ""}, "has no release"),
        ({"error": subprocess.TimeoutExpired("git", 1)}, "could not be asked"),
        ({"error": FileNotFoundError()}, "could not be asked"),
    ):
        published(**how)
        with pytest.raises(preflight.NotReady, match=told):
            preflight.check_address()
    monkeypatch.setattr(bootstrap, "REPO", "your_account/course")
    with pytest.raises(preflight.NotReady, match="make publish"):
        preflight.check_address()


def test_one_failed_check_hides_no_other(monkeypatch, capsys):
    def broken():
        raise ZeroDivisionError("oh")

    def bad():
        raise preflight.NotReady("do this")

    checks = {"a": broken, "b": bad, "c": lambda: "fine"}
    monkeypatch.setattr(preflight, "CHECKS", checks)
    assert not preflight.run()
    assert capsys.readouterr().out.splitlines() == [
        "✗ a: ZeroDivisionError: oh",
        "✗ b: do this",
        "✓ c: fine",
        "Not ready: see the lines with ✗.",
    ]
