"""Kept pictures without widgets: rows, files from whomever, sheets and films."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from helpers import explorer
from helpers.explorer import shelf
from tests.explorer.test_scene import full


@pytest.fixture
def row(scene):
    made = shelf.keep((), scene.start("a", 1), "captain")
    made = shelf.keep(made, full(scene), "half & half")
    return shelf.keep(made, scene.from_latent(np.linspace(-1, 1, 6), "large"))


def names(row):
    return [kept.name for kept in row]


def test_a_row_is_kept_renamed_moved_and_thinned(scene, row):
    assert names(row) == ["captain", "half & half", "large 1"]
    assert [shelf.label(row, i) for i in (0, 2)] == ["1 · captain", "3 · large 1"]
    assert names(shelf.keep(row, scene.start("large", 3)))[-1] == "large 2"
    assert names(shelf.rename(row, 1, "  both ")) == ["captain", "both", "large 1"]
    assert shelf.rename(row, 1, "both")[1].state == row[1].state
    assert names(shelf.remove(row, 1)) == ["captain", "large 1"]
    for index, by, want, place in [
        (0, 1, [1, 0, 2], 1), (2, -1, [0, 2, 1], 1), (0, -1, [0, 1, 2], 0), (2, 1, [0, 1, 2], 2),
    ]:  # fmt: skip
        moved, now = shelf.move(row, index, by)
        assert moved == tuple(row[i] for i in want) and now == place and moved[now] == row[index]


def test_what_cannot_be_kept_is_explained(scene, row):
    with pytest.raises(ValueError, match="this picture is kept already: it is 2 · half & half"):
        shelf.keep(row, full(scene), "twice")
    most = tuple(shelf.Kept("x", scene.start("a", i)) for i in range(48))
    with pytest.raises(ValueError, match="48 pictures are as many as can be kept"):
        shelf.keep(most, scene.start("a", 48))
    for name in ("", "  ", "x" * 33, "two\nlines", "\x1b[31m", None, 5):
        with pytest.raises(ValueError, match="name is .*: expected 1 to 32 letters"):
            shelf.rename(row, 0, name)


def test_a_file_brings_everything_back(scene, row):
    raw = shelf.write(row)
    assert shelf.read(raw, scene) == (row, [])
    first = json.loads(raw)["pictures"][0]
    assert first == {"name": "captain", "text": row[0].state.to_text()}
    assert "half & half" in raw.decode() and raw.endswith(b"}\n")


def file_of(*pictures, **changes):
    made = {"kind": "pictures kept in the latent explorer", "version": 1, "pictures": pictures}
    return json.dumps(made | changes).encode()


@pytest.mark.parametrize("raw, words", [
    (b"", "no readable JSON"), (b"import os", "no readable JSON"), (b"[1]", "holds a list"),
    (b"[" * 10**5, "no readable JSON"), (b"\xff\xfe", "no readable JSON"),
    (b"{}", "is JSON, but holds no kept pictures; choose a file"),
    (file_of(kind="recipe"), "holds no kept pictures"), (file_of(pictures={}), "holds no kept"),
    (file_of(version=2), "is of version 2, this course reads 1: update"),
    (file_of(version=["x" * 99]), r"of version \['xxx"), (b" " * (2**20 + 1), "has 1,048,577 bytes"),
])  # fmt: skip
def test_what_is_no_such_file_is_refused(scene, raw, words):
    with pytest.raises(ValueError, match=words):
        shelf.read(raw, scene, "theirs.json")


def test_one_bad_picture_is_left_out_and_said_so(scene, models, row):
    good = {"name": "good", "text": row[0].state.to_text()}
    theirs = explorer.Scene({"cities": models["large"]}, directions=1).start().to_text()
    bad = [
        ("text", "is no name with a text"), ({}, "is no name with a text"), (7, "is no name"),
        (good | {"name": "<b>\n<i>"}, "a kept picture's name is '<b>"),
        (good | {"text": 5}, "there is no text"),
        (good | {"text": "art3.AA.00000000"}, "damaged on its way"),
        (good | {"text": theirs}, "the generator 'cities' is not here"),
    ]  # fmt: skip
    found, left_out = shelf.read(file_of(*(picture for picture, _ in bad), good), scene)
    assert found == (shelf.Kept("good", row[0].state),)
    for number, ((_, words), said) in enumerate(zip(bad, left_out, strict=True), 1):
        assert said.startswith(f"picture {number}: ") and words in said


def test_a_file_of_too_many_is_read_as_far_as_fits(scene):
    pictures = [{"name": "x", "text": scene.start("a", i).to_text()} for i in range(50)]
    found, left_out = shelf.read(file_of(*pictures), scene)
    assert len(found) == 48 and left_out == ["the pictures after the 48th: more are not read"]


def test_a_sheet_shows_every_picture_crisp_under_its_name(scene, row):
    pictures = [scene.picture(kept.state) for kept in row]
    sheet = np.asarray(Image.open(io.BytesIO(shelf.sheet(row, pictures))).convert("RGB"))
    assert sheet.shape[1] == 14 + 3 * 260 + 10
    for i, picture in enumerate(pictures):  # 8, 8 and 16 pixels, all 256 wide
        x, y, factor = 14 + 260 * i, 6 + 18, 256 // len(picture)
        part = sheet[y : y + 256, x : x + 256]
        assert (part[::factor, ::factor] == picture).all()
        assert (part == picture.repeat(factor, 0).repeat(factor, 1)).all()
        assert (sheet[6 : 6 + 18, x : x + 256] < 128).any()  # the name


def test_a_film_goes_round_and_cuts_between_generators(scene, row):
    parts = list(shelf.film((*row[:2], row[0]), scene))
    assert [len(part) for part in parts] == [6, 6, 18]  # a to a → b and back: cuts; a to itself
    row = tuple(shelf.Kept("x", scene.start("a", i)) for i in range(2))
    there, back = shelf.film(row, scene)
    way = scene.strip(row[0].state, row[1].state, 14)
    assert (there[:6] == scene.picture(row[0].state)).all() and (there[6:] == way[1:-1]).all()
    assert (back[6:][::-1].astype(int) - way[1:-1]).max() <= 1
    mixed = list(shelf.film((*row, shelf.Kept("y", scene.start("large"))), scene))
    assert {part.shape[1:] for part in mixed} == {(16, 16, 3)}
    with Image.open(io.BytesIO(shelf.to_gif(mixed))) as film:
        assert film.size == (512, 512) and film.info["loop"] == 0 and film.n_frames > 12
    with pytest.raises(ValueError, match="keep two or more"):
        list(shelf.film(row[:1], scene))


def test_pictures_of_sides_that_do_not_divide_are_brought_to_one():
    small, large = np.arange(27, dtype=np.uint8).reshape(3, 3, 3), np.zeros((4, 4, 3), np.uint8)
    made = shelf._alike([small, large], 4)
    assert made.shape == (2, 4, 4, 3) and (made[0][[0, 2, 3]][:, [0, 2, 3]] == small).all()
