"""Ctrl-C, SIGTERM and SIGHUP at every stage: saved first, told truly, no traceback."""

import os
import signal
import subprocess
import sys
import time

import pytest

from helpers import checkpoints, gan, stopping, train
from helpers.train import cards, command, saver
from helpers.train import folder as folders
from tests.conftest import ROOT
from tests.train.conftest import SMALL, card, run

NAMES = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Exit(BaseException):
    """In the place of `os._exit`, which would end pytest."""


@pytest.fixture
def listening(monkeypatch):
    """The command's own handlers, for the length of a test; what they say goes to a pipe."""
    before = {name: signal.getsignal(getattr(signal, name)) for name in NAMES}

    def leave(code):
        raise Exit(code)

    monkeypatch.setattr(stopping.os, "_exit", leave)
    stop = stopping.Stop(None)
    stop.listen()
    end, stop._out = os.pipe()
    stop._terminals = []
    stop.told = lambda: (os.write(stop._out, b"."), os.read(end, 10**5))[1].decode()
    yield stop
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)
    os.close(end)
    os.close(stop._out)


def at(monkeypatch, owner, name, number, *, times=1, before=True):
    """Lets a signal fall just before or after the first call of a function."""
    inner, left = getattr(owner, name), [times]

    def interrupted(*args, **kwargs):
        result = None if before else inner(*args, **kwargs)
        while left[0]:
            left[0] -= 1
            signal.raise_signal(number)
        return inner(*args, **kwargs) if before else result

    monkeypatch.setattr(owner, name, interrupted)


def go(stop, folder, output, *more):
    words = [folder, *SMALL, "--output", output, "--steps", 6, *more]
    return command.main([str(word) for word in words], stop=stop)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "owner, place",
    [(command, "started"), (command, "shown_pictures"), (gan.GAN, "prepare"), (gan.GAN, "penalty")],
)
def test_before_the_first_step_it_ends_at_once(
    listening, folder, tmp_path, monkeypatch, name, owner, place
):
    number = getattr(signal, name)
    at(monkeypatch, owner, place, number)
    with pytest.raises(Exit) as left:
        go(listening, folder, tmp_path / "out")
    assert left.value.args == (128 + number,)
    held = "card.json" if owner is gan.GAN else "nothing of it"
    expected = f"Stopped before the first step. {tmp_path}/out holds {held}, and no training.npz"
    assert expected in listening.told()
    files = {"card.json"} if owner is gan.GAN else set()
    there = set(os.listdir(tmp_path / "out")) if (tmp_path / "out").exists() else set()
    assert there == files


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("times", [1, 2])
def test_while_training_it_saves_first(listening, folder, tmp_path, monkeypatch, name, times):
    number, output = getattr(signal, name), tmp_path / "out"
    at(monkeypatch, saver.Saver, "on_train_batch_end", number, times=times, before=False)
    monkeypatch.setattr(cards, "score", lambda *_: pytest.fail("saved first, and stopped then"))
    assert go(listening, folder, output) == 128 + number
    assert listening.told().count("Stopping: saving first") == 1
    assert set(os.listdir(output)) == set(folders.FILES)
    assert card(output)["steps"] == checkpoints.load(output / "training.npz").step_count == 2
    assert card(output)["sha256"] == checkpoints.sha256(output / "checkpoint.npz")
    assert "unfinished" not in card(output) and card(output)["scores"] == {}


@pytest.mark.parametrize(
    "owner, place",
    [
        (folders.Folder, "write_card"),
        (folders.os, "replace"),
        (command, "_draw"),
        (command, "save"),
    ],
)
def test_while_files_are_written_it_waits(
    listening, folder, tmp_path, monkeypatch, capsys, owner, place
):
    output = tmp_path / "out"
    train.folder_pictures(folder, 8)  # so that the first file written is the run's and no cache
    at(monkeypatch, owner, place, signal.SIGTERM, times=2)
    assert go(listening, folder, output) == 143
    first = place in ("write_card", "replace")  # the first card
    assert set(os.listdir(output)) == ({"card.json"} if first else set(folders.FILES))
    said = capsys.readouterr().err
    assert ("Stopped before the first step." if first else "Stopped after step 6.") in said


def test_while_scoring_all_is_saved_already(listening, folder, tmp_path, monkeypatch):
    output = tmp_path / "out"
    at(monkeypatch, cards, "score", signal.SIGINT)
    with pytest.raises(Exit):
        go(listening, folder, output)
    told = listening.told()
    assert "Stopped at step 6, before it was scored." in told and "goes on from step 6" in told
    assert set(os.listdir(output)) == set(folders.FILES) and card(output)["scores"] == {}


def test_when_all_is_done_a_late_signal_changes_nothing(listening, folder, tmp_path, monkeypatch):
    output = tmp_path / "out"
    at(monkeypatch, command, "report", signal.SIGINT, before=False)
    assert go(listening, folder, output) == 0 and card(output)["scores"] == {"kid": 0.5}
    signal.raise_signal(signal.SIGTERM)


def test_what_is_ignored_stays_ignored(monkeypatch):
    """As under nohup."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    others = {name: signal.getsignal(getattr(signal, name)) for name in NAMES}
    try:
        stop = stopping.Stop(lambda: "")
        stop.listen()
        signal.raise_signal(signal.SIGTERM)
        assert not stop.asked
    finally:
        for name, handler in others.items():
            signal.signal(getattr(signal, name), handler)
        signal.signal(signal.SIGTERM, before)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_real_process_stopped_twice_while_training_goes_on_where_it_was(folder, tmp_path):
    output = tmp_path / "out"
    words = [sys.executable, "-m", "helpers.train", folder, *SMALL, "--output", output]
    words = [*map(str, words), "--seconds", "600"]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(output / "training.npz", process)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=120)[1]
    finally:
        process.kill()
    assert process.returncode in (128 + signal.SIGHUP, 128 + signal.SIGTERM)
    assert "Traceback" not in said and "Stopping: saving first" in said
    assert set(os.listdir(output)) == set(folders.FILES)
    steps = card(output)["steps"]
    assert f"Stopped after step {steps}." in said and card(output)["seconds"] >= 4
    assert run(folder, "--resume", "--steps", steps + 1, "--samples", 5, "--output", output) == 0
    assert card(output)["steps"] == steps + 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_real_process_stopped_while_tensorflow_starts_says_so_at_once(folder, tmp_path):
    output = tmp_path / "out"
    words = [
        sys.executable,
        "-m",
        "helpers.train",
        folder,
        *SMALL,
        "--output",
        output,
        "--steps",
        3,
    ]
    process = subprocess.Popen(list(map(str, words)), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(output / ".lock", process)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()
    assert process.returncode == 130 and "Traceback" not in said
    assert "Stopped before the first step." in said and not (output / "training.npz").exists()
    with folders.Folder(output).open():
        pass  # its lock went with it


def wait_for(path, process, seconds=240):
    end = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.05)
    assert path.exists(), process.communicate(timeout=10)[1]
