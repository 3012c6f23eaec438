"""TensorFlow's start-up notes are caught, real errors are not, and nothing is imported for it."""

import pathlib
import subprocess
import sys

import pytest

from helpers import quiet

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTES = [
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795961381.527819   12430 port.cc:153] oneDNN custom operations are on.",
    "2026-11-23 18:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow",
    "E0000 00:00:1795961381.527819   12430 cuda_dnn.cc:8579] Unable to register cuDNN factory",
]


def import_fake(tmp_path, body, code="import helpers, tensorflow"):
    """What a script writes that imports a TensorFlow with this body."""
    (tmp_path / "tensorflow").mkdir(exist_ok=True)
    (tmp_path / "tensorflow" / "__init__.py").write_text(body)
    code = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]\n{code}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def writes(lines):
    """Python that writes lines to file descriptor 2, as C++ does."""
    return "import os\n" + f"os.write(2, {chr(10).join(lines).encode()!r} + b'\\n')\n"


def test_the_notes_do_not_show(tmp_path):
    done = import_fake(tmp_path, writes(NOTES))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_that_is_no_note_shows(tmp_path):
    body = writes([*NOTES, "UserWarning: your card is old"]) + "import sys\n"
    body += "print('from python', file=sys.stderr)\n"
    assert import_fake(tmp_path, body).stderr.splitlines() == [
        "UserWarning: your card is old",
        "from python",
    ]


def test_an_import_that_fails_shows_everything(tmp_path):
    done = import_fake(tmp_path, writes(NOTES) + "raise ImportError('DLL load failed')")
    assert done.returncode and "DLL load failed" in done.stderr
    assert all(note in done.stderr for note in NOTES)


def test_afterwards_errors_show_again(tmp_path):
    code = "import helpers, tensorflow, os; os.write(2, b'I0000 00:00:1 later')"
    assert import_fake(tmp_path, writes(NOTES), code).stderr == "I0000 00:00:1 later"


def test_an_error_behind_the_first_import_is_not_hidden_by_a_second(tmp_path):
    code = "import helpers\ntry:\n    import tensorflow\nexcept ImportError:\n    pass\nimport tensorflow"
    done = import_fake(tmp_path, "raise ImportError('gone')", code)
    assert done.stderr.count("gone") >= 1 and done.returncode


def test_without_tensorflow_the_error_is_python_s_own():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import helpers, tensorflow"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    assert "No module named 'tensorflow'" in done.stderr


def test_the_hook_is_there_once_and_goes(tmp_path):
    code = (
        "import helpers; from helpers import quiet; quiet.install()\n"
        "count = lambda: sum(isinstance(f, quiet._Finder) for f in sys.meta_path)\n"
        "print(count()); import json, tensorflow; quiet.install(); print(count())"
    )
    assert import_fake(tmp_path, "", code).stdout.split() == ["1", "0"]


def test_without_a_descriptor_nothing_is_caught_and_nothing_fails(monkeypatch):
    def closed(number):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(quiet.os, "dup", closed)
    with quiet.caught_stderr():
        pass


def test_an_error_inside_is_passed_on(capfd):
    with pytest.raises(ZeroDivisionError), quiet.caught_stderr():
        quiet.os.write(2, b"why\n")
        1 / 0  # noqa: B018
    assert capfd.readouterr().err == "why\n"
