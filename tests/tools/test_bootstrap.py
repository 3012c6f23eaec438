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
REPORT = """
import json
print("REPORT" + json.dumps([os.getcwd(), sys.path[0], "tensorflow" in sys.modules,
                             os.environ["KERAS_BACKEND"], os.environ["TF_ENABLE_ONEDNN_OPTS"]]))
"""


def run(cwd, cell=None, colab=False, times=1, python=sys.executable):
    """Runs the cell in a fresh interpreter that started in `cwd`; returns its report or raises."""
    stand_in = "import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')\n"
    code = (stand_in if colab else "") + ((cell or bootstrap.source()) + "\n") * times + REPORT
    plain = {
        k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "TF_ENABLE_ONEDNN_OPTS")
    }
    done = subprocess.run(
        [python, "-c", code],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**plain, "GIT_TERMINAL_PROMPT": "0"},
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.split("REPORT")[1])


@pytest.fixture
def remote(repository):
    """The cell as it would be if the small course were the public one."""
    public = bootstrap.source(tag="main").replace(bootstrap.address(), repository.as_uri())
    assert public != bootstrap.source(), "the address was not replaced"
    return public


@pytest.fixture
def bare_python(tmp_path):
    """An interpreter whose environment does not lie inside the course."""
    return getattr(sys, "_base_executable", None) or sys.executable


@pytest.mark.parametrize("folder", [".", "notebooks", "notebooks/solutions", "helpers", "data"])
def test_found_from_everywhere_in_the_course(folder):
    cwd, first, tensorflow, backend, kernels = run(ROOT / folder)
    assert (cwd, first) == (str(ROOT / "notebooks"), str(ROOT))
    assert not tensorflow and (backend, kernels) == ("tensorflow", "1")


def test_running_it_twice_changes_nothing():
    assert run(ROOT / "notebooks", times=2) == run(ROOT / "notebooks")


def test_found_from_anywhere_with_the_courses_own_python(tmp_path, repository):
    environment = repository / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    assert run(tmp_path, python=str(python))[0] == str(repository / "notebooks")


def test_a_folder_without_the_course_is_named(tmp_path, bare_python):
    with pytest.raises(
        RuntimeError, match="no course here: start Jupyter in its folder, or see https://"
    ):
        run(tmp_path, python=bare_python)


def test_colab_clones_once_into_an_empty_folder(tmp_path, remote, bare_python):
    content = tmp_path / "content"
    content.mkdir()
    cwd, first, *_ = run(content, remote, colab=True, times=2, python=bare_python)
    assert (cwd, first) == (str(content / "course" / "notebooks"), str(content / "course"))
    marker = content / "course" / "my_work.txt"
    marker.touch()
    # a restarted runtime begins in /content again
    assert run(content, remote, colab=True, python=bare_python)[0] == cwd
    assert marker.exists() and os.listdir(content) == ["course"]


def test_colab_without_the_repository_says_what_failed(tmp_path, remote, bare_python):
    gone = remote.replace('"file://', '"file:///nowhere')
    with pytest.raises(RuntimeError, match="no course here.*file:///nowhere") as error:
        run(tmp_path, gone, colab=True, python=bare_python)
    assert "nowhere" in str(error.value)


def test_elsewhere_nothing_is_cloned(tmp_path, remote, bare_python):
    with pytest.raises(RuntimeError, match="no course here"):
        run(tmp_path, remote, python=bare_python)
    assert "course" not in os.listdir(tmp_path)


def test_it_changes_no_installed_package(tmp_path, remote):
    installed = lambda: sorted((d.name, d.version) for d in importlib.metadata.distributions())  # noqa: E731
    before = installed()
    content = tmp_path / "content"
    content.mkdir()
    run(content, remote, colab=True, times=2)
    assert installed() == before
    assert "pip" not in bootstrap.source()


def test_it_is_short_and_old_enough_for_colab():
    assert len(bootstrap.source().splitlines()) <= 20
    assert compile(bootstrap.source(), "cell", "exec")


def test_nobody_can_own_the_placeholder():
    owner = "your_account/course".split("/")[0]
    assert "_" in owner  # GitHub account names have letters, digits and hyphens only


def test_badge_and_pattern_agree():
    for page in ("00_start_here.ipynb", "solutions/05_solutions.ipynb"):
        for repo, tag in ((None, None), ("art-school/gans.2026", "v1.0")):
            assert bootstrap.BADGE.findall(bootstrap.badge(page, repo, tag)) == [
                f"notebooks/{page}"
            ]


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
        ("a/b", "-x", "is no branch or tag"),
        ('a/b"; import os', "main", "is no address"),
    ],
)
def test_publish_refuses_what_is_no_address(repo, tag, says, capsys):
    assert publish.main([repo, tag]) == 1
    assert says in capsys.readouterr().err
