"""results: every shipped one is whole and says how it was made; an altered one is refused."""

import datetime
import json
import subprocess
import sys

import numpy as np
import pytest

from helpers import files, results

CARD = {"command": "python -m experiments.nothing", "rows": [1, 2]}


@pytest.fixture
def folder(tmp_path):
    results.write("09_a", CARD, {"x": np.arange(3)}, folder=tmp_path)
    results.write("09_b", CARD, folder=tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", results.names())
def test_each_shipped_result_is_whole_and_says_how_it_was_made(name):
    card = results.card(name)
    for key in ("command", "date", "machine", "revision"):
        assert isinstance(card[key], str) and card[key], key
    assert card["command"].startswith("python -m ")
    assert datetime.date.fromisoformat(card["date"])
    if (results.FOLDER / f"{name}.npz").exists():
        assert results.arrays(name)


def test_the_list_of_checksums_names_just_the_files_that_are_there():
    listed = {
        line.split("  ")[1] for line in (results.FOLDER / results.SUMS).read_text().splitlines()
    }
    assert listed == {path.name for path in results.FOLDER.iterdir()} - {results.SUMS}


def test_a_result_comes_back_with_what_made_it(folder):
    card = results.card("09_a", folder)
    assert card["rows"] == [1, 2] and card["command"] == CARD["command"]
    assert card["date"] == datetime.date.today().isoformat()
    assert "CPU cores" in card["machine"] and card["revision"]
    assert results.arrays("09_a", folder)["x"].tolist() == [0, 1, 2]
    assert results.names(folder) == ["09_a", "09_b"]


def test_writing_anew_keeps_the_others_and_their_checksums(folder):
    results.write("09_a", {**CARD, "rows": [3]}, folder=folder)
    assert results.card("09_a", folder)["rows"] == [3]
    assert results.card("09_b", folder)["rows"] == [1, 2]
    assert results.arrays("09_a", folder)["x"].tolist() == [0, 1, 2]


def test_the_list_is_what_sha256sum_writes(folder):
    digest = files.sha256(folder / "09_a.json")
    assert f"{digest}  09_a.json\n" in (folder / results.SUMS).read_text()


def test_a_result_that_nobody_knows_how_to_make_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="does not say how it was made"):
        results.write("09_c", {"rows": []}, folder=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending, read", [("json", results.card), ("npz", results.arrays)])
def test_an_altered_file_is_refused_in_one_sentence(folder, ending, read):
    path = folder / f"09_a.{ending}"
    raw = path.read_bytes()
    for change in (raw + b" ", bytes([raw[0] ^ 1]) + raw[1:], raw[:-1], b"{}", b""):
        path.write_bytes(change)
        with pytest.raises(ValueError, match="09_a.* run the command again that made it") as error:
            read("09_a", folder)
        assert "\n" not in str(error.value)
    path.unlink()
    with pytest.raises(ValueError, match="is missing; run the command again"):
        read("09_a", folder)


def test_a_shipped_file_says_how_to_get_it_back():
    path = results.FOLDER / "04_bench.json"
    assert results._cure(path) == "get it back with `git restore data/results/04_bench.json`"


def test_a_file_without_its_line_in_the_list_is_refused(folder):
    (folder / results.SUMS).unlink()
    with pytest.raises(ValueError, match="is not the file that SHA256SUMS lists"):
        results.card("09_a", folder)
    (folder / results.SUMS).write_bytes(b"\xff\x00 nonsense")
    with pytest.raises(ValueError, match="is not the file that SHA256SUMS lists"):
        results.card("09_a", folder)


def test_unknown_names_and_results_without_arrays(folder):
    with pytest.raises(
        ValueError,
        match="no result 'bench' in .*; one of: 00_colab_ratio, 00_fuzz, 00_lesson_seconds, 01_",
    ):
        results.card("bench")
    with pytest.raises(ValueError, match="'09_b' has no arrays"):
        results.arrays("09_b", folder)


def test_the_command_names_no_folder_of_this_machine(monkeypatch):
    spec = type("Spec", (), {"name": "experiments.start"})
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", spec, raising=False)
    monkeypatch.setattr(sys, "argv", ["start.py", "--output", "/somewhere/out/", "--steps", "3"])
    assert results._command() == "python -m experiments.start --output out --steps 3"


def test_the_command_is_told_by_how_the_process_was_started(tmp_path):
    """A module of experiments/ need not say its own name."""
    code = "import runpy, sys; sys.argv = ['x', '--steps', '3 4']\n"
    code += "import types; sys.modules['__main__'].__spec__ = types.SimpleNamespace(name='{}')\n"
    code += "from helpers import results; print(results._command())"
    for name, told in {
        "experiments.palette": "python -m experiments.palette --steps '3 4'",
        "pytest.__main__": "",
    }.items():
        done = subprocess.run(
            [sys.executable, "-c", code.format(name)],
            cwd=results.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == told


def test_a_run_that_goes_on_with_other_code_names_both(monkeypatch):
    monkeypatch.setattr(results, "_revision", lambda: "b2")
    assert results.revision() == "b2" and results.revision(after="b2") == "b2"
    assert results.revision(after="a1") == "a1, then b2"
    assert results.revision(after="a1, then b2") == "a1, then b2"


def test_the_revision_is_unknown_outside_git(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "ROOT", tmp_path)
    assert results.revision() == "unknown"
    (tmp_path / ".git").mkdir()  # one that git does not take for a repository
    assert results.revision() == "unknown"


def test_the_revision_of_a_clone_tells_whether_code_was_changed(monkeypatch, tmp_path):
    def git(*words):
        name = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *name, *words], cwd=tmp_path, check=True)

    (tmp_path / "a.py").write_text("1")
    (tmp_path / "b.json").write_text(json.dumps(1))
    git("init", "-q"), git("add", "."), git("commit", "-qm", "one"), git("tag", "v1")
    monkeypatch.setattr(results, "ROOT", tmp_path)
    (tmp_path / "b.json").write_text(json.dumps(2))  # a result is no code
    assert results.revision() == "v1"
    (tmp_path / "a.py").write_text("2")
    assert results.revision() == "v1-changed"
