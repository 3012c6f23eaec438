"""Where what a learner makes goes: my_art/ in the course, or a folder that can be written."""

import functools
import os
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def my_art():
    """The folder for what a learner makes: the course's my_art/, made when needed.

    Where the course cannot be written it is my_art/ in the home folder, and that is said once.

    Returns:
        pathlib.Path of a folder that can be written.

    Raises:
        PermissionError: neither the course, nor the home, nor the temporary folder can be written.
    """
    course, *others = (
        folder / "my_art"
        for folder in (ROOT, pathlib.Path.home(), pathlib.Path(tempfile.gettempdir()))
    )
    if can_write(course):
        return course
    folder = next(filter(can_write, others), None)
    if not folder:
        raise PermissionError(f"nothing can be saved: {course} and {others[0]} cannot be written")
    _say_once(f"{course} cannot be written: what you make goes to {folder}.")
    return folder


def in_my_art(path):
    """Where a file below the course's my_art/ really goes; every other path stays as it is.

    Args:
        path: as a page writes it, e.g. "../my_art/city.png".

    Returns:
        pathlib.Path: the same, or its twin in `my_art()` where the course cannot be written.
    """
    path, course = pathlib.Path(path), ROOT / "my_art"
    absolute = pathlib.Path(os.path.abspath(path))
    if not absolute.is_relative_to(course) or (folder := my_art()) == course:
        return path
    return folder / absolute.relative_to(course)


def can_write(folder):
    """Whether files can be made in the folder, which is made when needed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@functools.cache
def _say_once(sentence):
    print(sentence)


def find(path):
    """Where a path lies: as given, or else below the course's folder.

    A page runs in notebooks/, a command mostly in the folder above: "my_art/mine" means the same in both.

    Args:
        path: of a file or folder.

    Returns:
        pathlib.Path: of the one that is there; the path itself where none is.
    """
    path = pathlib.Path(path)
    below = in_my_art(ROOT / path)
    return below if not os.path.lexists(path) and os.path.lexists(below) else path


def own(path):
    """A path to write to: "my_art/…" is the course's own, whatever folder one is in.

    Args:
        path: as it was given.

    Returns:
        pathlib.Path.
    """
    path = pathlib.Path(path)
    below = not path.is_absolute() and path.parts[:1] == ("my_art",)
    return in_my_art(ROOT / path if below else path)
