"""The sets from outside: near-equal drawings count once, sides are disjoint, files are found by name."""

import io
import struct
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from data.build import fetch
from experiments import outside
from experiments.outside import archives, drawings, paintings, photographs, sets
from experiments.outside.__main__ import main


def drawing(value, size=64, alpha=255):
    rgba = np.full((size, size, 4), value, np.uint8)
    rgba[..., 3] = alpha
    return rgba


def test_drawings_that_are_nearly_equal_count_once():
    kept = sets.distinct([("a", drawing(10)), ("b", drawing(12)), ("c", drawing(200))])
    assert len(kept) == 2 and {"c"} < {name for name, _ in kept}


def test_a_nearly_clear_picture_is_no_picture():
    spot = drawing(0, alpha=0)
    spot[:10, :10, 3] = 255
    assert sets.distinct([("spot", spot)]) == []


def test_the_sides_have_the_numbers_that_were_asked_for():
    items = [(str(k), k) for k in range(400)]
    sides = sets.split(items, (None, 60, 70))
    assert [len(sides[side]) for side in ("train", "validation", "test")] == [270, 60, 70]
    assert len({name for side in sides.values() for name, _ in side}) == 400


def test_too_few_drawings_are_refused():
    with pytest.raises(ValueError, match="120 drawings are too few for"):
        sets.split([("a", 0)] * 120, (None, 60, 60))


def test_a_photograph_is_on_one_side_only():
    items = [((f"p{k % 10}", 0.0), k) for k in range(100)]
    sides = sets.split(items, sets.PHOTOGRAPH)
    names = [{group[0] for group, _ in side} for side in sides.values()]
    assert [len(side) for side in names] == [6, 2, 2] and len(set.union(*names)) == 10


def test_strips_of_a_photograph_go_from_left_to_right():
    items = [(("p", edge), edge) for edge in (0.0, 0.5, 0.65, 0.7, 0.9)]
    sides = sets.split(items, sets.STRIP)
    assert {side: [edge for _, edge in found] for side, found in sides.items()} == {
        "train": [0.0, 0.5],
        "validation": [0.65, 0.7],
        "test": [0.9],
    }


def test_patches_lie_side_by_side_and_empty_ones_are_left_out():
    rng = np.random.default_rng(0)
    picture = np.full((photographs.HEIGHT, photographs.HEIGHT, 3), 90, np.uint8)
    picture[:, :192] = rng.integers(0, 256, (384, 192, 3))
    cut = list(photographs.squares(Image.fromarray(picture)))
    assert {left for left, _ in cut} == {0.0, 64 / 384, 128 / 384} and len(cut) == 18
    np.testing.assert_array_equal(cut[1][1][..., :3], picture[:64, 64:128])


def resource(**files):
    """A binary Qt resource with these files in one folder."""
    names, data, nodes = b"", b"", struct.pack(">IHIIQ", 0, 2, len(files), 1, 0)
    for name, content in files.items():
        nodes += struct.pack(">IHHHIQ", len(names), 0, 0, 0, len(data), 0)
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
        data += struct.pack(">I", len(content)) + content
    head = 20
    edges = head, head + len(nodes), head + len(nodes) + len(data)
    return struct.pack(">4s4I", b"qres", 2, *edges) + nodes + data + names


def test_a_resource_gives_its_files_by_name():
    files = {"a": b"one", "board": b"", "c": b"\x00\xff"}
    assert paintings.resources(resource(**files)) == files
    with pytest.raises(ValueError, match="no Qt resource"):
        paintings.resources(b"RIFF" + bytes(20))


def test_the_pieces_of_a_painting_lie_where_the_board_says():
    colours = {"red.webp": (255, 0, 0, 255), "blue.webp": (0, 0, 255, 255)}
    files = {}
    for name, colour in colours.items():
        file = io.BytesIO()
        Image.new("RGBA", (20, 40), colour).save(file, "webp", lossless=True)
        files[name] = file.getvalue()
    board = (
        '"width": 100, "height": 80 "image/blue.webp", "x" : "0.5", "y" : "0.5" '
        '"image/red.webp", "x" : "0.3", "y" : "0.5"'
    )
    found = np.asarray(paintings.painting(board, files))
    assert found.shape == (40, 40, 3)  # the empty rim is cut off
    assert (found[:, :20] == (255, 0, 0)).all() and (found[:, 20:] == (0, 0, 255)).all()


def test_a_wide_drawing_stands_in_the_middle_of_a_square():
    square = drawings.squared(drawing(9)[:20], 64)
    assert square.shape == (64, 64, 4)
    assert square[22:42, :, 3].all() and not square[:22, :, 3].any()


def test_the_drawn_part_is_cut_out_whole_when_it_fits():
    canvas = drawing(5, size=72, alpha=0)
    canvas[30:60, 4:66, 3] = 255
    assert drawings.cropped(canvas).shape == (30, 62, 4)


def test_files_inside_a_package_are_found_by_their_path(tmp_path, monkeypatch):
    wheel, pack = tmp_path / "a.whl", tmp_path / "a.tgz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("a/one.png", b"1")
        archive.writestr("a/two.txt", b"2")
    with tarfile.open(pack, "w:gz") as archive:
        info = tarfile.TarInfo("a/one.png")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"1"))
    for path in (wheel, pack):
        monkeypatch.setattr(archives, "archive", lambda name, path=path: path)
        assert archives.contents("a", r"\.png$") == {"a/one.png": b"1"}
    with pytest.raises(fetch.PackageError, match="a: no file matches .*gif"):
        archives.contents("a", r"\.gif$")


def test_an_unknown_set_is_named_with_those_there_are(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path), "nosuch"])
    assert "unknown set nosuch; one of: faces, signs" in capsys.readouterr().err


def test_every_package_of_a_set_is_known():
    known = {*outside.packages.PACKAGES, "scikit-learn"}
    assert all(set(recipe.packages) <= known for recipe in sets.SETS.values())
