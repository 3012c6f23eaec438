"""A run is never overwritten, never written by two, and always described truly."""

import errno
import json
import os

import numpy as np
import pytest
from PIL import Image

from helpers import checkpoints, gan
from helpers.train import folder as folders
from helpers.train import saver
from tests.train.conftest import SMALL, StopAfter, card, paint, run


def bytes_of(output):
    return {file.name: file.read_bytes() for file in output.iterdir()}


def test_a_path_whose_bytes_are_no_text_is_said(capsysbinary):
    folders.say("caf\udce9")
    assert capsysbinary.readouterr().out in (b"caf\\udce9\n", b"caf\\udce9\r\n")


def said(capsys):
    _, error, text = capsys.readouterr().err.strip().rpartition("error: ")  # a bar may stand before
    assert error and "\n" not in text and "Traceback" not in text
    return text


def test_a_folder_that_holds_a_run_is_left_alone_unless_told(folder, tmp_path, capsys):
    output = tmp_path / "out"
    words = [folder, *SMALL, "--output", output, "--steps"]
    assert run(*words, 2) == 0
    before = bytes_of(output)
    for again in (["3"], ["0"], ["3", "--init", output]):
        assert run(*words, *again) == 1
        assert "holds a run: go on with it (--resume)" in said(capsys)
    assert run(*words, 3, "--overwrite", "--init", output) == 1
    assert "would take away checkpoint.npz, which --init" in said(capsys)
    assert bytes_of(output) == before
    assert run(*words, 3, "--overwrite") == 0 and card(output)["steps"] == 3


def test_overwriting_leaves_nothing_of_the_old_run(folder, tmp_path, monkeypatch):
    output = tmp_path / "out"
    words = [folder, *SMALL, "--output", output, "--steps", 2]
    assert run(*words) == 0

    def killed(*_):
        assert set(bytes_of(output)) == {"card.json", ".lock"}
        raise KeyboardInterrupt

    monkeypatch.setattr(saver, "Saver", killed)
    assert run(*words, "--overwrite") == 130
    assert set(bytes_of(output)) == {"card.json"}


def test_a_second_process_is_kept_out_and_a_dead_one_leaves_no_lock(folder, tmp_path, capsys):
    output = tmp_path / "out"
    words = [folder, *SMALL, "--steps", 1, "--output", output]
    with folders.Folder(output).open():
        assert run(*words) == 1
        assert "another process is training into" in said(capsys)
        assert not (output / "card.json").exists()
    assert not output.exists()  # made for nothing, taken away again
    output.mkdir()
    (output / ".lock").touch()  # as a killed process leaves it
    assert run(*words) == 0 and not (output / ".lock").exists()


def test_the_lock_is_on_the_file_that_is_there(tmp_path, monkeypatch):
    """Its owner takes the file away at its end, maybe between another's opening and locking."""
    inner, path = folders._try_lock, tmp_path / ".lock"

    def late(file):
        if path.exists() and late.first:
            path.unlink()
            late.first = False
        return inner(file)

    late.first = True
    monkeypatch.setattr(folders, "_try_lock", late)
    lock = folders._locked(path)
    assert os.path.samestat(os.fstat(lock.fileno()), os.stat(path))
    assert folders._locked(path) is None
    lock.close()


def test_left_over_parts_are_swept_and_nothing_else(folder, tmp_path):
    output = tmp_path / "out"
    output.mkdir()
    for name in (".training.npz.abc.part", ".card.json.x.part", ".mine.npz.x.part", "notes.part"):
        (output / name).write_text("half")
    assert run(folder, *SMALL, "--steps", 1, "--output", output) == 0
    left = {file.name for file in output.iterdir()} - set(folders.FILES)
    assert left == {".mine.npz.x.part", "notes.part"}


def test_what_cannot_be_written_is_found_before_training(folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    assert run(folder, *SMALL, "--steps", 1, "--output", tmp_path / "file" / "out") == 1
    assert "cannot be written" in said(capsys)
    monkeypatch.setattr(folders, "open", denied, raising=False)
    assert run(folder, *SMALL, "--steps", 1, "--output", tmp_path / "out") == 1
    assert "out cannot be written (Permission denied): give another --output" in said(capsys)
    assert run(folder, *SMALL, "--steps", 1, "--output", folder) == 1
    assert "is the folder of pictures" in said(capsys)
    assert run(folder, *SMALL, "--steps", 1, "--output", "") == 1
    assert "--output is empty" in said(capsys)


def denied(*_):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_the_first_card_says_where_a_killed_run_came_from(folder, tmp_path, monkeypatch, capsys):
    first, second = tmp_path / "a", tmp_path / "b"
    assert run(folder, *SMALL, "--steps", 2, "--seed", 5, "--output", first) == 0
    start = [folder, "--init", first, "--output", second, "--take", 4, "--samples", 5, "--seed", 7]
    with monkeypatch.context() as patch:
        patch.setattr(saver, "FIRST", 0.0)
        patch.setattr(saver, "EVERY", 0.0)
        patch.setattr(saver.Saver, "_save", killed_after_three(saver.Saver._save))
        with pytest.raises(SystemError):
            run(*start, "--steps", 9)
    begun = card(second)
    assert begun["init"] == str(first) and begun["before"][0]["steps"] == 2 and begun["seed"] == 7
    assert "--steps 9" in begun["command"] and begun["revision"]
    assert begun["unfinished"]["steps"] == 3 and begun["unfinished"]["seconds"] > 0
    assert begun["art"]["take"] == 4 and len(begun["art"]["sha256"]) == 64
    assert "sha256" not in begun and set(bytes_of(second)) == {"card.json", "training.npz"}
    seconds = begun["unfinished"]["seconds"]
    assert run(folder, "--resume", "--steps", 5, "--samples", 5, "--output", second) == 0
    ended = card(second)
    kept = ("command", "init", "before", "seed", "art")
    assert {name: ended[name] for name in kept} == {name: begun[name] for name in kept}
    assert ended["steps"] == 5 and ended["seconds"] >= seconds and "unfinished" not in ended
    assert len(ended["resumed"]) == 1 and ended["data"].endswith("4 pictures, 8 px")
    assert ended["sha256"] == checkpoints.sha256(second / "checkpoint.npz")


def killed_after_three(save):
    def saved(self):
        save(self)
        if self.model.step_count == 3:
            raise SystemError("killed")

    return saved


def test_a_card_describes_the_checkpoint_while_a_resumed_run_goes_on(folder, tmp_path, monkeypatch):
    output = tmp_path / "out"
    assert run(folder, *SMALL, "--steps", 2, "--output", output) == 0
    before = card(output)
    for name in ("FIRST", "EVERY"):
        monkeypatch.setattr(saver, name, 0.0)
    monkeypatch.setattr(saver.Saver, "_save", killed_after_three(saver.Saver._save))
    with pytest.raises(SystemError):
        run(folder, "--resume", "--steps", 9, "--output", output)
    during = card(output)
    unfinished = during.pop("unfinished")
    assert during == before and unfinished["steps"] == 3
    assert during["sha256"] == checkpoints.sha256(output / "checkpoint.npz")


def test_nothing_is_saved_at_step_0(folder, tmp_path, monkeypatch, capsys):
    output = tmp_path / "out"
    monkeypatch.setattr(saver.Saver, "on_train_begin", interrupt, raising=False)
    assert run(folder, *SMALL, "--steps", 5, "--output", output) == 130
    text = capsys.readouterr().err
    assert (
        "Stopped before the first step." in text and "holds card.json, and no training.npz" in text
    )
    assert set(bytes_of(output)) == {"card.json"}
    monkeypatch.undo()
    assert run(folder, *SMALL, "--steps", 0, "--output", output) == 0  # a bare card is no run


def interrupt(*_):
    raise KeyboardInterrupt


CHANGES = {
    "--r1": (0.5, "--r1 0.5 is not what the run in"),
    "--batch": (3, "--batch 3 is not"),
    "--augment": ("cutout", "has (edge_translation)"),
    "--width": (8, "--width 8 is not"),
    "--size": (16, "--size 16 is not"),
    "--palette": (0, "--palette 0 is not what"),
    "--seed": (0, "--seed 0 is not"),
    "--take": (6, "--take 6 is not"),
    "--precision": ("mixed_bfloat16", "has (float32)"),
}


def test_a_resumed_run_keeps_what_it_is_and_changes_its_length_and_rates(
    folder, tmp_path, capsys, monkeypatch
):
    output, shown = tmp_path / "out", []
    words = [folder, *SMALL, "--seed", 3, "--take", 5, "--r1", 0.1, "--output", output]
    assert run(*words, "--steps", 2) == 0
    before = bytes_of(output)
    for option, (value, sentence) in CHANGES.items():
        assert run(folder, "--resume", "--steps", 4, "--output", output, option, value) == 1
        assert sentence in said(capsys)
    assert run("creatures", "--resume", "--steps", 4, "--output", output) == 1
    assert "creatures has no size 8" in said(capsys)
    assert run(paint(tmp_path / "other", 20), "--resume", "--steps", 4, "--output", output) == 1
    assert f"it was trained on {folder}, not on" in said(capsys)
    assert bytes_of(output) == before
    monkeypatch.setattr(saver, "Saver", lambda *_: StopAfter(9))
    monkeypatch.setattr("helpers.gan.GAN.prepare", remember("prepare", shown))
    assert run(*words, "--resume", "--steps", 3, "--learning-rate", 0.25) == 0
    assert card(output)["recipe"]["generator_rate"] == 0.25 and card(output)["steps"] == 3
    assert run(folder, "--resume", "--steps", 4, "--samples", 5, "--output", output) == 0
    assert len(shown) == 2 and (shown[0] == shown[1]).all() and len(shown[0]) == 5
    monkeypatch.undo()
    assert run(*words, "--steps", 1, "--overwrite") == 0
    assert len(card(output)["art"]["sha256"]) == 64


def remember(name, shown):
    inner = getattr(gan.GAN, name)

    def remembered(self, images):
        shown.append(np.array(images))
        return inner(self, images)

    return remembered


def test_a_resumed_run_notices_that_a_picture_has_changed(folder, tmp_path, capsys):
    output = tmp_path / "out"
    assert run(folder, *SMALL, "--steps", 1, "--output", output) == 0
    picture = folder / "03.png"
    kept = picture.read_bytes()
    again = [folder, "--resume", "--steps", 2, "--samples", 5, "--output", output]
    Image.new("RGB", (8, 8), (1, 2, 3)).save(picture)
    assert run(*again) == 1
    assert f"the pictures of {folder} have changed since it began" in said(capsys)
    picture.unlink()
    assert run(*again) == 1
    assert "then 9 to train on and 3 held out, now 10 to train on and 2" in said(capsys)
    picture.write_bytes(kept)
    assert run(*again) == 0
    (output / "card.json").unlink()
    assert run(*again[:3], 3, *again[4:]) == 0
    assert "no card that says" in capsys.readouterr().out and card(output)["init"] is None
    (output / "card.json").write_text("[1")
    assert run(*again) == 1
    assert "card.json is no readable JSON" in said(capsys)


def test_a_full_disk_is_reported_and_training_goes_on(folder, tmp_path, monkeypatch, capsys):
    output, inner = tmp_path / "out", folders.Folder.save_training
    full = {2, 3}

    def save(self, model, seconds):
        if model.step_count in full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        inner(self, model, seconds)

    monkeypatch.setattr(folders.Folder, "save_training", save)
    for name in ("FIRST", "EVERY"):
        monkeypatch.setattr(saver, name, 0.0)
    words = [folder, *SMALL, "--output", output, "--steps"]
    assert run(*words, 5) == 0
    text = capsys.readouterr().err
    assert "Step 2 was not saved (No space left on device); training goes on" in text
    assert "training.npz; --resume goes on from step 1" in text and card(output)["steps"] == 5
    full.add(6)
    assert run(folder, "--resume", "--output", output, "--steps", 6) == 1
    assert "error: " in capsys.readouterr().err and "unfinished" in card(output)
    assert checkpoints.load(output / "training.npz").step_count == 5


def test_a_nan_ends_a_run_with_its_last_good_step_saved(folder, tmp_path, monkeypatch, capsys):
    inner, output = gan.GAN.fit, tmp_path / "out"

    def poisoned(self, images, steps, **more):
        inner(self, images, 2, **more)
        raise FloatingPointError("a loss became NaN … Compile again … and call fit again")

    monkeypatch.setattr(gan.GAN, "fit", poisoned)
    assert run(folder, *SMALL, "--steps", 60, "--output", output) == 1
    assert "step 2 is saved. Go on from there with --resume and a lower rate" in said(capsys)
    assert card(output)["steps"] == 2 and checkpoints.load(output).sample(1).any()


def test_a_finished_run_has_nothing_left_to_train(folder, tmp_path, capsys):
    output = tmp_path / "out"
    assert run(folder, *SMALL, "--steps", 2, "--output", output) == 0
    before = bytes_of(output)
    again = [folder, "--resume", "--steps", 2, "--output", output, "--samples", 7]
    assert run(*again) == 0
    assert "is at step 2: nothing is left to train" in capsys.readouterr().out
    assert before["training.npz"] == bytes_of(output)["training.npz"]
    assert json.loads(before["card.json"])["seconds"] == card(output)["seconds"]
    assert len(np.load(output / "samples.npz")["images"]) == 7
