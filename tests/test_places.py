"""Where things are saved: in the course, or where one can write, said once."""

import pathlib
import tempfile

import numpy as np
import pytest

from helpers import figures, places


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """A course in which my_art/ cannot be made (a file has its name: that stops root, too), and a home."""
    for name in ("course", "home", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "course" / "my_art").touch()
    monkeypatch.setattr(places, "ROOT", tmp_path / "course")
    monkeypatch.setattr(pathlib.Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    places._say_once.cache_clear()
    return tmp_path


def test_the_course_has_it_and_makes_it_again(closed, capsys):
    (closed / "course" / "my_art").unlink()
    for _ in range(2):
        folder = places.my_art()
        assert folder == closed / "course" / "my_art" and folder.is_dir()
        folder.rmdir()
    assert capsys.readouterr().out == ""


def test_a_course_that_cannot_be_written_is_said_once(closed, capsys):
    assert places.my_art() == places.my_art() == closed / "home" / "my_art"
    said = capsys.readouterr().out
    assert said.count("cannot be written: what you make goes to") == 1
    assert str(closed / "home" / "my_art") in said


def test_then_the_temporary_folder_and_then_a_sentence(closed):
    (closed / "home" / "my_art").touch()
    assert places.my_art() == closed / "tmp" / "my_art"
    (closed / "tmp" / "my_art").rmdir()
    (closed / "tmp" / "my_art").touch()
    with pytest.raises(PermissionError, match="nothing can be saved: .*course.*home"):
        places.my_art()


def test_a_page_s_path_finds_its_twin(closed, monkeypatch):
    (closed / "course" / "notebooks").mkdir()
    monkeypatch.chdir(closed / "course" / "notebooks")
    assert places.in_my_art("../my_art/run/a.png") == closed / "home" / "my_art" / "run" / "a.png"
    assert places.in_my_art("other/a.png") == pathlib.Path("other/a.png")
    (closed / "course" / "my_art").unlink()
    assert places.in_my_art("../my_art/a.png") == pathlib.Path("../my_art/a.png")


def test_a_picture_is_saved_there(closed, monkeypatch):
    (closed / "course" / "notebooks").mkdir()
    monkeypatch.chdir(closed / "course" / "notebooks")
    path = figures.export(np.zeros((8, 8, 3), np.uint8), "../my_art/a.png", size=8)
    assert path == closed / "home" / "my_art" / "a.png" and path.is_file()


def test_a_path_is_found_from_a_page_and_from_the_course_s_folder(closed, monkeypatch):
    course = closed / "course"
    (course / "my_art").unlink()
    for folder in ("notebooks", "my_art/mine"):
        (course / folder).mkdir(parents=True)
    for here in (course, course / "notebooks"):
        monkeypatch.chdir(here)
        assert places.find("my_art/mine").resolve() == course / "my_art" / "mine"
        assert places.own("my_art/new").resolve() == course / "my_art" / "new"
        assert places.find("nowhere") == pathlib.Path("nowhere")
        assert places.own("other/new") == pathlib.Path("other/new")
    (course / "notebooks" / "my_art" / "mine").mkdir(parents=True)
    assert places.find("my_art/mine") == pathlib.Path("my_art/mine")  # what is here comes first
