"""Several processes that train together, shards in place of pictures, and a process that is lost."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from helpers import gan, records, workers
from helpers.train import command, devices, saver
from tests.train.conftest import SMALL, StopAfter, card, run

ROOT = Path(__file__).resolve().parents[2]
FOUR = ["--width", "4", "--palette", "0", "--samples", "5", "--batch", "8"]
# The command as it is, but eager, since tracing would take longer than the steps.
EAGER = "import sys, tensorflow as tf; tf.config.run_functions_eagerly(True);"
EAGER += "from helpers.train import cards, command; cards.score = lambda *_: {};"
EAGER += "sys.exit(command.main(sys.argv[1:]))"


@pytest.fixture
def shards(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
    part = records.Part(images, images[:12], {"licence": "CC0"})
    return records.write([part], tmp_path / "shards", name="some")


def state(output):
    with np.load(output / "training.npz", allow_pickle=False) as file:
        return {name: file[name] for name in file.files if file[name].dtype.kind in "fi"}


def test_two_processes_do_what_one_does(shards, tmp_path):
    """On shards, of which each reads its own half; and one file of the two is written."""
    words = ["--data", shards, "--steps", 3, *FOUR, "--output"]
    together = [*words, tmp_path / "two", "--strategy", "multiworker"]
    done = subprocess.run(
        [sys.executable, "-m", "helpers.workers", "2", "-c", EAGER, *map(str, together)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[0] 2 devices in 2 processes" in done.stdout and "[0] Step 3 after" in done.stdout
    assert "[1] Step" not in done.stdout
    assert run(*words, tmp_path / "one") == 0
    one, two = state(tmp_path / "one"), state(tmp_path / "two")
    assert one.keys() == two.keys()
    for name in one:
        np.testing.assert_allclose(two[name], one[name], rtol=2e-3, atol=2e-5, err_msg=name)


def test_a_run_on_shards_goes_on_as_if_it_had_not_stopped(shards, tmp_path, monkeypatch):
    words = ["--data", shards, *FOUR, "--steps", 9, "--output"]
    assert run(*words, tmp_path / "whole") == 0
    with monkeypatch.context() as patch:
        patch.setattr(saver, "Saver", lambda *_: StopAfter(4))
        assert run(*words, tmp_path / "parts") == 130
    assert run(*words, tmp_path / "parts", "--resume") == 0
    whole, parts = state(tmp_path / "whole"), state(tmp_path / "parts")
    for name in whole:
        np.testing.assert_array_equal(parts[name], whole[name], err_msg=name)
    found = card(tmp_path / "parts")
    assert found["data"] == "some: 50 pictures in shards, 8 px" and found["licence"] == "CC0"
    assert found["art"]["pictures"] == 50 and found["art"]["held_out"] == 12


def test_a_file_that_the_clock_saved_at_the_last_step_is_not_the_end(folder, tmp_path, monkeypatch):
    """It lacks the batch norms that the end of a run measures; a run that is killed there has only that."""
    words = [folder, *SMALL, "--steps", 3, "--output"]
    assert run(*words, tmp_path / "whole") == 0
    for name in ("FIRST", "EVERY"):
        monkeypatch.setattr(saver, name, 0.0)
    assert run(*words, tmp_path / "busy") == 0
    with monkeypatch.context() as patch:
        patch.setattr(command, "save", killed)
        assert run(*words, tmp_path / "killed") == 1
    assert run(*words, tmp_path / "killed", "--resume") == 0
    whole = state(tmp_path / "whole")
    for output in ("busy", "killed"):
        for name, array in state(tmp_path / output).items():
            np.testing.assert_array_equal(array, whole[name], err_msg=f"{output} {name}")


def killed(*_):
    raise OSError("killed before the last save")


def test_other_shards_are_not_gone_on_with(shards, tmp_path, capsys):
    words = [*FOUR, "--output", tmp_path / "a", "--data"]
    assert run("--steps", 1, *words, shards) == 0
    images = np.zeros((20, 8, 8, 3), np.uint8)
    other = records.write([records.Part(images, images[:9], {})], tmp_path / "b", name="some")
    assert run("--steps", 2, *words, other, "--resume") == 1
    assert "the pictures of some have changed since it began" in capsys.readouterr().err


def test_a_shard_that_is_damaged_on_the_way_is_named(shards, tmp_path, monkeypatch, capsys):
    path = shards / records.card(shards)["shards"][1]["file"]
    raw = bytearray(path.read_bytes())
    raw[-40] ^= 1
    path.write_bytes(raw)
    words = ["--data", shards, "--steps", 9, *FOUR, "--output", tmp_path / "a"]
    assert run(*words) == 1  # where the first pictures are looked at
    assert f"{path.name} is damaged; copy it again" in capsys.readouterr().err
    monkeypatch.setattr(records, "first", lambda folder, count: np.zeros((9, 8, 8, 3), np.uint8))
    assert run(*words) == 1  # while it trains
    assert f"{path.name} is damaged; copy it again" in capsys.readouterr().err


def test_when_a_process_is_lost_nothing_of_the_broken_step_is_saved(
    folder, tmp_path, monkeypatch, capsys
):
    def broken(*_, **__):
        raise tf.errors.UnavailableError(None, None, "Collective ops is aborted by: …")

    monkeypatch.setattr(gan.GAN, "fit", broken)
    two = devices.Devices(tf.distribute.get_strategy(), 0, 2)
    monkeypatch.setattr(devices, "find", lambda options: two)
    words = [folder, *SMALL, "--steps", 9, "--output", tmp_path / "a", "--strategy", "multiworker"]
    assert run(*words) == 1
    told = capsys.readouterr().err
    assert "another of the 2 workers has stopped or cannot be reached" in told
    assert "start all workers again, with --resume where there is a training.npz" in told
    assert "UnavailableError" in told and "Traceback" not in told
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["card.json"]


@pytest.mark.parametrize("where", ["started", "begin"])
def test_a_process_that_is_lost_before_the_first_step_is_told_of_too(
    folder, tmp_path, monkeypatch, capsys, where
):
    """Weights are handed round when they are made: there TensorFlow may notice it first."""

    def broken(*_, **__):
        raise tf.errors.InternalError(None, None, "Connection reset by peer")

    monkeypatch.setattr(command, where, broken)
    two = devices.Devices(tf.distribute.get_strategy(), 0, 2)
    monkeypatch.setattr(devices, "find", lambda options: two)
    words = [folder, *SMALL, "--steps", 9, "--output", tmp_path / "a", "--strategy", "multiworker"]
    assert run(*words) == 1
    assert "another of the 2 workers has stopped or cannot be reached" in capsys.readouterr().err


def test_of_one_process_tensorflows_error_stays_as_it_is(folder, tmp_path, monkeypatch):
    """Too little memory, say, is no lost worker."""

    def broken(*_, **__):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM")

    monkeypatch.setattr(gan.GAN, "fit", broken)
    with pytest.raises(tf.errors.ResourceExhaustedError):
        run(folder, *SMALL, "--steps", 9, "--output", tmp_path / "a")


def test_a_process_that_is_lost_while_all_wait_for_each_other_is_told_of(
    tmp_path, monkeypatch, capsys
):
    def broken():
        raise tf.errors.UnavailableError(None, None, "failed to connect to all addresses")

    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", broken)
    monkeypatch.setenv("TF_CONFIG", workers.Worker(0, ("a:1", "b:1")).tf_config())
    words = ["heroes", "--steps", 9, "--output", tmp_path / "a", "--strategy", "multiworker"]
    assert run(*words) == 1 and not (tmp_path / "a").exists()
    told = capsys.readouterr().err
    assert (
        "another of the 2 workers has stopped" in told and "Nothing was trained or written." in told
    )


def test_a_stop_that_one_hears_stops_all():
    alone = devices.Devices(tf.distribute.get_strategy())
    assert alone.any(True) and not alone.any(False)
    two = devices.Devices(tf.distribute.get_strategy(), 1, 2)
    assert two.any(True) is True and two.any(False) is False and not two.chief


@pytest.mark.parametrize(
    "words, told",
    [
        (["heroes", "--seconds", 5, "--strategy", "multiworker"], "--seconds end at another step on each"),
        (["--steps", 5], "give either ART, an art set or a folder of pictures, or --data SHARDS"),
        (["heroes", "--data", "x", "--steps", 5], "give either ART"),
        (["--data", "nowhere", "--steps", 5], "nowhere holds no shards.json"),
        (["--data", "nowhere", "--steps", 5, "--take", 3], "--take belongs to where the shards were made"),
        (["heroes", "--steps", 5, "--strategy", "multiworker"], "nothing says which worker this is"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(words, told, tmp_path, monkeypatch, capsys):
    for name in ("TF_CONFIG", "SLURM_PROCID", "JOB_COMPLETION_INDEX"):
        monkeypatch.delenv(name, raising=False)
    assert run(*words, "--output", tmp_path / "a") == 1
    assert told in capsys.readouterr().err and not (tmp_path / "a").exists()


def test_the_variables_of_a_launcher_reach_tensorflow(monkeypatch):
    made = []
    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", lambda: made.append(
        workers.find(os.environ)) or tf.distribute.get_strategy())  # fmt: skip
    for name, value in {"SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_JOB_NODELIST": "a[1-2]",
                        "SLURM_TASKS_PER_NODE": "1(x2)"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    asked = type("Options", (), {"strategy": "multiworker", "precision": None})
    found = devices.find(asked)
    assert made == [(1, ("a1:20000", "a2:20000"))] and (found.index, found.count) == (1, 2)
    assert not found.chief
