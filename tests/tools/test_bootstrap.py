"""The one bootstrap cell: found from anywhere, cloned in Colab, nothing installed; and `publish`."""

import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from tools import bootstrap, committed, publish

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = ("KERAS_BACKEND", "TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL")
REPORT = """
import json
print("REPORT" + json.dumps([os.getcwd(), sys.path[0], "tensorflow" in sys.modules,
                             os.environ["KERAS_BACKEND"], os.environ["TF_ENABLE_ONEDNN_OPTS"]]))
"""
COLAB = """
import sys, types
for name in ("google", "google.colab", "google.colab.drive"):
    sys.modules[name] = types.ModuleType(name)
def mount(folder):
    print("mounted", folder)
sys.modules["google.colab.drive"].mount = mount
"""


def execute(
    cwd, cell=None, colab=False, times=1, python=sys.executable, before="", path=None, env=()
):
    """Runs the cell in a fresh interpreter that started in `cwd`; returns the finished process."""
    code = (COLAB if colab else "") + before + "\n"
    code += ((cell or bootstrap.source()) + "\n") * times + REPORT
    env = {k: v for k, v in os.environ.items() if k not in SETTINGS} | dict(env)
    env |= {"GIT_TERMINAL_PROMPT": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    if path:
        env["PATH"] = f"{path}{os.pathsep}{env['PATH']}"
    return subprocess.run([python, "-c", code], cwd=cwd, capture_output=True, text=True, env=env)


def run(*words, **named):
    """The report of a cell that ran through; raises RuntimeError with the message of one that did not."""
    done = execute(*words, **named)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.split("REPORT")[1])


@pytest.fixture
def small(repository):
    """A course in a repository that has no more than the first cell needs, with its release's tag."""
    for name in ("__init__", "language", "missing", "quiet", "places", "start"):
        shutil.copy(ROOT / "helpers" / f"{name}.py", repository / "helpers")
    name = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for words in (["add", "."], [*name, "commit", "-q", "-m", "helpers"], ["tag", "v1.0"]):
        subprocess.run(["git", "-C", str(repository), *words], check=True)
    return repository


@pytest.fixture
def remote(small):
    """The cell as it would be if the small course were the public one."""
    public = bootstrap.source(tag="v1.0").replace(bootstrap.address(), small.as_uri())
    assert public != bootstrap.source(), "the address was not replaced"
    return public


@pytest.fixture
def content(tmp_path):
    """The empty folder that Colab starts in."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def bare_python():
    """An interpreter whose environment does not lie inside the course."""
    return getattr(sys, "_base_executable", None) or sys.executable


def fake_git(folder, body):
    """A `git` that does what the shell lines say; returns the folder for the PATH."""
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\n" + body)
    (folder / "git").chmod(0o755)
    return folder


@pytest.mark.parametrize("folder", [".", "notebooks", "notebooks/solutions", "helpers", "data"])
def test_found_from_everywhere_in_the_course(folder):
    cwd, first, tensorflow, backend, kernels = run(ROOT / folder)
    assert (cwd, first) == (str(ROOT / "notebooks"), str(ROOT))
    assert not tensorflow and (backend, kernels) == ("tensorflow", "1")


def test_it_says_nothing_on_your_own_computer():
    done = execute(ROOT)
    assert done.stdout.startswith("REPORT") and done.stderr == ""


def test_running_it_twice_changes_nothing():
    assert run(ROOT / "notebooks", times=2) == run(ROOT / "notebooks")


def test_found_from_anywhere_with_the_courses_own_python(tmp_path, small):
    environment = small / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    assert run(tmp_path, python=str(python))[0] == str(small / "notebooks")


def test_a_folder_without_the_course_is_named(tmp_path, bare_python):
    with pytest.raises(RuntimeError, match="no course here: start Jupyter in its folder; https://"):
        run(tmp_path, python=bare_python)


def test_colab_clones_once_into_an_empty_folder(content, remote, bare_python):
    done = execute(content, remote, colab=True, times=2, python=bare_python)
    assert done.stdout.count("80 MiB, over Colab's network") == 1
    assert "Cloning into" in done.stdout and done.stderr == "", "git's progress is no error"
    marker = content / "course" / "my_work.txt"
    marker.touch()
    # a restarted runtime begins in /content again
    cwd, first, *_ = run(content, remote, colab=True, python=bare_python)
    assert (cwd, first) == (str(content / "course" / "notebooks"), str(content / "course"))
    assert marker.exists() and os.listdir(content) == ["course"]


def test_colab_gets_the_release_of_the_page(content, small, remote, bare_python):
    name = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    (small / "helpers" / "start.py").write_text("raise RuntimeError('another year')")
    subprocess.run(["git", "-C", str(small), *name, "commit", "-qam", "later"], check=True)
    assert run(content, remote, colab=True, python=bare_python)[0].endswith("notebooks")


def test_colab_without_the_repository_says_what_failed(content, remote, bare_python):
    gone = remote.replace('"file://', '"file:///nowhere')
    done = execute(content, gone, colab=True, python=bare_python)
    assert "no course here" in done.stderr and "file:///nowhere" in done.stderr
    assert "fatal:" in done.stdout and os.listdir(content) == []


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for git is a shell script")
@pytest.mark.parametrize("end", ["exit 128", "kill -9 $$"])
def test_half_a_clone_is_never_taken_for_the_course(tmp_path, content, remote, bare_python, end):
    half = "mkdir -p course.part/helpers && touch course.part/helpers/start.py\n" + end
    path = fake_git(tmp_path / "bin", half)
    with pytest.raises(RuntimeError, match="no course here"):
        run(content, remote, colab=True, python=bare_python, path=path)
    assert not (content / "course").exists()
    assert run(content, remote, colab=True, python=bare_python)[0].endswith("course/notebooks")
    assert os.listdir(content) == ["course"], "what was left has been taken away"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for git is a shell script")
def test_an_interrupt_while_cloning_leaves_no_course(tmp_path, content, remote, bare_python):
    path = fake_git(tmp_path / "bin", "mkdir course.part && kill -INT $PPID && sleep 2")
    with pytest.raises(RuntimeError, match="KeyboardInterrupt"):
        run(content, remote, colab=True, python=bare_python, path=path)
    assert not (content / "course").exists()
    assert run(content, remote, colab=True, python=bare_python)[0].endswith("course/notebooks")
    assert os.listdir(content) == ["course"]


def test_elsewhere_nothing_is_cloned(tmp_path, remote, bare_python):
    with pytest.raises(RuntimeError, match="no course here"):
        run(tmp_path, remote, python=bare_python)
    assert "course" not in os.listdir(tmp_path)


def test_it_changes_no_installed_package(content, remote):
    def installed():
        return sorted((d.name, d.version) for d in importlib.metadata.distributions())

    before = installed()
    run(content, remote, colab=True, times=2)
    assert installed() == before
    assert "pip" not in bootstrap.source()


def test_drive_is_offered_and_not_forced(content, remote, bare_python):
    done = execute(content, remote, colab=True, python=bare_python)
    assert "mounted" not in done.stdout
    asked = remote.replace("KEEP_IN_DRIVE = False", "KEEP_IN_DRIVE = True")
    assert asked != remote
    drive = content / "drive"
    made = content / "course" / "my_art"
    made.mkdir()
    (made / "mine.png").write_text("made before")
    moved = asked.replace(
        "start.page(", f"start._DRIVE = pathlib.Path({str(drive)!r})\nstart.page("
    )
    done = execute(content, moved, colab=True, python=bare_python)
    assert f"mounted {drive}" in done.stdout and "in your Google Drive" in done.stdout
    assert (drive / "MyDrive" / "my_art" / "mine.png").read_text() == "made before"
    (made / "later.png").touch()
    assert (drive / "MyDrive" / "my_art" / "later.png").exists()


def test_the_language_is_one_word_in_the_cell():
    asked = bootstrap.source().replace("LANGUAGE = None", 'LANGUAGE = "zh"')
    assert asked != bootstrap.source()
    ask = "\nfrom helpers import language; print(language.current(), language.say('holds'))"
    assert execute(ROOT, asked + ask).stdout.startswith("zh 成立")
    assert execute(ROOT, bootstrap.source() + ask, env={"LANG": "C"}).stdout.startswith("en holds")
    wrong = execute(ROOT, asked.replace('"zh"', '"xx"'))
    assert "there is no language 'xx'; one of: en, zh" in wrong.stderr


def test_it_is_short_and_old_enough_for_colab():
    lines = bootstrap.source("a-long-account-name/with-a-long-name").splitlines()
    assert len(lines) <= 20 and max(map(len, lines)) <= 88
    assert compile(bootstrap.source(), "cell", "exec")


def test_nobody_can_own_the_placeholder():
    owner = "your_account/course".split("/")[0]
    assert "_" in owner  # GitHub account names have letters, digits and hyphens only


def test_badge_and_pattern_agree():
    for page in ("00_start_here.ipynb", "solutions/05_solutions.ipynb"):
        for repo, tag in ((None, None), ("art-school/gans.2026", "v1.0")):
            badge = bootstrap.badge(page, repo, tag)
            assert bootstrap.BADGE.findall(badge) == [f"notebooks/{page}"]
            assert not badge.startswith("[!["), "a picture from the network is broken without one"


@pytest.fixture
def course(tmp_path):
    """A copy of what `publish` rewrites, with one page."""
    for name in ("tools/bootstrap.py", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    page = {
        "cells": [
            {
                "cell_type": "markdown",
                "id": "a",
                "metadata": {},
                "source": [bootstrap.badge("00_a.ipynb") + "\n", "Hello λ"],
            },
            {
                "cell_type": "code",
                "id": "b",
                "metadata": {"tags": ["bootstrap"]},
                "source": ["old"],
                "outputs": [],
            },
            {
                "cell_type": "code",
                "id": "c",
                "metadata": {},
                "source": ["print('your_account/course')"],
                "outputs": [],
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_a.ipynb").write_text(json.dumps(page), encoding="utf-8")
    return tmp_path


def test_publish_rewrites_every_place(course):
    publish.publish("art-school/gans", "v2", root=course)
    cells = json.loads((course / "notebooks/00_a.ipynb").read_text(encoding="utf-8"))["cells"]
    assert (
        "".join(cells[0]["source"])
        == bootstrap.badge("00_a.ipynb", "art-school/gans", "v2") + "\nHello λ"
    )
    assert "".join(cells[1]["source"]) == bootstrap.source("art-school/gans", "v2")
    assert cells[2]["source"] == ["print('your_account/course')"]
    module = (course / "tools/bootstrap.py").read_text(encoding="utf-8")
    assert 'REPO = "art-school/gans"' in module and 'TAG = "v2"' in module
    assert not publish.publish("art-school/gans", "v2", root=course), (
        "a second time changes nothing"
    )


def test_publish_and_back_gives_the_same_files(course):
    publish.publish("a/b", "main", root=course)
    before = (course / "notebooks/00_a.ipynb").read_bytes()
    publish.publish("art-school/gans", "v2", root=course)
    publish.publish("a/b", "main", root=course)
    assert (course / "notebooks/00_a.ipynb").read_bytes() == before


@pytest.mark.parametrize("name", committed.names())
def test_publishing_the_present_address_leaves_pages_byte_for_byte(name):
    raw = committed.text(name)
    assert publish.set_page(raw, bootstrap.REPO, bootstrap.TAG) == raw


@pytest.mark.parametrize(
    "repo, tag, says",
    [
        ("", "main", "make publish REPO=owner/name"),
        ("only-a-name", "main", "is no address"),
        ("https://github.com/a/b", "main", "is no address"),
        ("a/b", "-x", "is no release"),
        ("a/b", "main", "is no release: make publish REPO=owner/name TAG=v1.0"),
        ("a/b", "v1", "is no release"),
        ('a/b"; import os', "main", "is no address"),
    ],
)
def test_publish_refuses_what_is_no_address(repo, tag, says, capsys):
    assert publish.main([repo, tag]) == 1
    assert says in capsys.readouterr().err
