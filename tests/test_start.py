"""The first cell's helper: the page's place, and my_art/ in Google Drive when asked."""

import json
import os
import re
import subprocess
import sys
import types

import pytest

from helpers import language, places, start
from tools import committed


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of its own, so that the real my_art/ is not touched."""
    (tmp_path / "course" / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(places, "ROOT", tmp_path / "course")
    monkeypatch.setattr(start, "_DRIVE", tmp_path / "drive")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "course"


@pytest.fixture
def colab(monkeypatch):
    """Stand-ins for Colab's modules; returns the one with `mount`."""
    for name in ("google.colab", "google.colab.drive"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    drive = sys.modules["google.colab.drive"]
    drive.mount = lambda folder: None
    return drive


def test_a_page_starts_in_notebooks_and_says_nothing(course, capsys):
    start.page()
    assert os.getcwd() == str(course / "notebooks") and capsys.readouterr().out == ""


def test_the_language_is_chosen_and_taken_back(course, monkeypatch):
    monkeypatch.setenv("COURSE_LANGUAGE", "en")
    start.page(language="zh")
    assert language.current() == "zh"
    start.page()  # the line taken back: as the computer has it
    assert language.current() == "en"
    with pytest.raises(ValueError, match="no language 'fr'; one of: en, zh"):
        start.page(language="fr")


def test_drive_outside_colab_is_one_sentence(course, capsys):
    start.page(keep_in_drive=True)
    assert "KEEP_IN_DRIVE is for Colab" in capsys.readouterr().out
    assert not (course / "my_art").exists()


def test_a_page_copied_to_drive_gets_a_full_link_to_each_page(course, colab, monkeypatch, capsys):
    def git(*words):
        name = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", "-C", str(course), *name, *words], check=True)

    start.page()
    assert capsys.readouterr().out == "", "a course without an address names none"
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    git("remote", "add", "origin", "https://github.com/art-school/gans.git")
    git("tag", "v1.0")
    for name in ("00_start_here.ipynb", "01_transfer_learning.ipynb", "notes.ipynb"):
        (course / "notebooks" / name).touch()
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    start.page()
    (data,) = shown
    place = "github.com/art-school/gans/tree/v1.0/notebooks"
    assert data["text/plain"].endswith(f"All pages: https://{place}")
    assert re.findall('href="([^"]+)"', data["text/html"]) == [
        "https://colab.research.google.com/github/art-school/gans/blob/v1.0/notebooks/00_start_here.ipynb",
        "https://colab.research.google.com/github/art-school/gans/blob/v1.0/notebooks/01_transfer_learning.ipynb",
        f"https://{place}",
    ]


def test_elsewhere_no_address_is_printed(course, monkeypatch, capsys):
    monkeypatch.setattr(start, "_address", lambda: "https://github.com/a/b")
    start.page()
    assert capsys.readouterr().out == ""


def test_in_colab_the_browser_saves_what_is_packed(course, colab, monkeypatch, capsys):
    saved = []
    module = types.ModuleType("google.colab.files")
    module.download = saved.append
    monkeypatch.setitem(sys.modules, "google.colab.files", module)
    start.download(course / "my_art.zip")
    assert saved == [str(course / "my_art.zip")] and capsys.readouterr().out == ""

    def refuse(path):
        raise RuntimeError("blocked by the browser")

    module.download = refuse
    start.download(course / "my_art.zip")
    assert "did not take it (blocked by the browser)" in capsys.readouterr().out


def test_elsewhere_nothing_is_downloaded(course, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    start.download(course / "my_art.zip")
    assert capsys.readouterr().out == ""


def test_the_page_that_packs_offers_the_zip_to_the_browser():
    (packing,) = [
        "".join(cell["source"])
        for cell in json.loads(committed.text("00_start_here.ipynb"))["cells"]
        if "make_archive" in "".join(cell["source"])
    ]
    assert packing.splitlines()[-1].startswith("start.download(archive)")


def test_a_drive_that_does_not_open_is_said_and_the_page_goes_on(course, colab, capsys):
    def refuse(folder):
        raise ValueError("mount failed")

    colab.mount = refuse
    start.page(keep_in_drive=True)
    said = capsys.readouterr().out
    assert "did not open (mount failed)" in said and "goes when this session ends" in said
    assert not (course / "my_art").is_symlink()


def test_nothing_in_drive_is_replaced(course, colab, tmp_path, capsys):
    kept = tmp_path / "drive" / "MyDrive" / "my_art"
    for folder, text in ((kept, "last week"), (course / "my_art", "today")):
        (folder / "run").mkdir(parents=True)
        (folder / "city.png").write_text(text)
        (folder / "run" / "card.json").write_text(text)
    start.page(keep_in_drive=True)
    start.page(keep_in_drive=True)  # a second time changes nothing
    assert capsys.readouterr().out.count("what you make stays") == 2
    assert sorted(p.name for p in kept.iterdir()) == ["city-2.png", "city.png", "run", "run-2"]
    assert (kept / "city.png").read_text() == "last week"
    assert (kept / "run-2" / "card.json").read_text() == "today"
    assert (course / "my_art" / "city-2.png").read_text() == "today"
    assert places.my_art() == course / "my_art"
