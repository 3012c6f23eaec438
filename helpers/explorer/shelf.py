"""Pictures that one keeps: states with names in a row, and the row as a file, a sheet and a film.

row = shelf.keep((), scene.start("heroes", seed=7), "captain")
row, left_out = shelf.read(pathlib.Path("kept-001.json").read_bytes(), scene)

A row is a tuple of `Kept`; each function gives a new one. The file is JSON: each picture's name and its
line of text (text.py), so that another machine, or another program, can show them.
"""

import dataclasses
import json

import numpy as np

from helpers import figures, files
from helpers.explorer.state import State, short

MOST, LONGEST, BYTES = 48, 32, 2**20  # pictures of a row, letters of a name, bytes of a file
_KIND, _VERSION = "pictures kept in the latent explorer", 1
_CURE = "choose a file that “save all” wrote"
_WAY, _REST = 12, 6  # frames of a film from one picture to the next, and on each


@dataclasses.dataclass(frozen=True)
class Kept:
    """A kept picture.

    Attributes:
        name: 1 to 32 letters.
        state: State.

    Raises:
        ValueError: the name is empty, too long, or holds what cannot be printed.
    """

    name: str
    state: State

    def __post_init__(self):
        name = self.name.strip() if isinstance(self.name, str) else self.name
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST or not name.isprintable():
            raise ValueError(
                f"a kept picture's name is {short(self.name)}: expected 1 to {LONGEST} letters in a line"
            )
        object.__setattr__(self, "name", name)


def keep(row, state, name=None):
    """The row with one more picture at its end.

    Args:
        row: tuple of Kept.
        state: State.
        name: None for the generator's name and a number.

    Raises:
        ValueError: it is there already, the row is full, or the name will not do.
    """
    there = [i for i, kept in enumerate(row) if kept.state == state]
    if there:
        raise ValueError(f"this picture is kept already: it is {label(row, there[0])}")
    if len(row) >= MOST:
        raise ValueError(f"{MOST} pictures are as many as can be kept: save them, and remove some")
    return (*row, Kept(name or _new_name(row, state.generator), state))


def _new_name(row, generator):
    taken = {kept.name for kept in row}
    names = (f"{generator[: LONGEST - 4]} {i}" for i in range(1, MOST + 2))
    return next(name for name in names if name not in taken)


def label(row, index):
    """How a picture of the row is called in lists and messages: "2 · captain"."""
    return f"{index + 1} · {row[index].name}"


def rename(row, index, name):
    """The row with another name at a place; ValueError if it will not do."""
    return (*row[:index], dataclasses.replace(row[index], name=name), *row[index + 1 :])


def remove(row, index):
    """The row without the picture at a place."""
    return row[:index] + row[index + 1 :]


def move(row, index, by):
    """The row with a picture so many places later, or earlier; at most to the end. And its new place."""
    others = remove(row, index)
    place = min(max(index + by, 0), len(others))
    return (*others[:place], row[index], *others[place:]), place


# Files


def write(row):
    """The row as the bytes of a JSON file, for `read` on any machine."""
    pictures = [{"name": kept.name, "text": kept.state.to_text()} for kept in row]
    file = {"kind": _KIND, "version": _VERSION, "pictures": pictures}
    return (json.dumps(file, indent=1, ensure_ascii=False) + "\n").encode()


def read(raw, scene, name="the file"):
    """The pictures that `write` wrote, as far as they can be shown here.

    Args:
        raw: bytes, from whomever.
        scene: Scene; pictures of generators that it does not have are left out.
        name: the file's name, for messages.

    Returns:
        (tuple of Kept, list of sentences that say what was left out and why).

    Raises:
        ValueError: the file is too large, or no such file at all; a single bad picture is left out.
    """
    if len(raw) > BYTES:
        raise ValueError(f"{name} has {len(raw):,} bytes, at most {BYTES:,} are read; {_CURE}")
    file = files.read_json(name, cure=_CURE, raw=raw)
    pictures = file.get("pictures")
    if file.get("kind") != _KIND or not isinstance(pictures, list):
        raise ValueError(f"{name} is JSON, but holds no kept pictures; {_CURE}")
    if file.get("version") != _VERSION:
        raise ValueError(
            f"{name} is of version {short(file.get('version'))}, this course reads {_VERSION}: "
            "update the course"
        )
    row, left_out = (), []
    for number, picture in enumerate(pictures[:MOST], 1):
        try:
            row = (*row, _picture(picture, scene))
        except ValueError as error:
            left_out.append(f"picture {number}: {error}")
    if len(pictures) > MOST:
        left_out.append(f"the pictures after the {MOST}th: more are not read")
    return row, left_out


def _picture(picture, scene):
    if not isinstance(picture, dict) or not {"name", "text"} <= picture.keys():
        raise ValueError(f"{short(picture)} is no name with a text")
    kept = Kept(picture["name"], State.from_text(picture["text"]))
    scene.check(kept.state)
    return kept


# Pictures of the row


def sheet(row, pictures):
    """PNG bytes: the row's pictures, each under its number and name.

    Args:
        row: tuple of Kept.
        pictures: uint8 [size, size, 3] of each; sizes may differ.
    """
    titles = [label(row, i) for i in range(len(row))]
    figure = figures.sheet(_alike(pictures, 256), columns=4, titles=titles, scale=1)
    return figures.to_png(figure, software=figures.MADE)


def film(row, scene):
    """Frames from each picture to the next one, and from the last one back to the first.

    Args:
        row: tuple of Kept, two or more.
        scene: Scene.

    Yields:
        uint8 [n, side, side, 3] for each picture: a rest on it, then the way to the next one. Between
        pictures of different generators there is no way: the film cuts.

    Raises:
        ValueError: the row is too short.
    """
    if len(row) < 2:
        raise ValueError("a film goes from one kept picture to the next: keep two or more")
    side = max(len(scene.picture(kept.state)) for kept in row)
    for kept, after in zip(row, (*row[1:], row[0])):
        rest = np.repeat(scene.picture(kept.state)[None], _REST, axis=0)
        if kept.state.generator == after.state.generator:
            way = scene.strip(kept.state, after.state, _WAY + 2)[1:-1]
            rest = np.concatenate([rest, way])
        yield _alike(rest, side)


def to_gif(parts):
    """GIF bytes of a film's parts."""
    frames = np.concatenate(parts)
    scale = max(1, 512 // len(frames[0]))
    return figures.to_gif(frames, scale=scale, comment=figures.MADE)


def _alike(pictures, side):
    """Pictures of one side, pixels repeated; sides that do not divide it get the nearest pixel."""
    places = [np.arange(side) * len(picture) // side for picture in pictures]
    return np.stack([picture[i][:, i] for picture, i in zip(pictures, places)])
