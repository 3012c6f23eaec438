"""Files that once ended the reading, hung it, filled the memory, or were refused though they were whole."""

import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from helpers import art, files, places
from helpers.art import cache, decode, duplicates, framing, kinds
from tests.art import hostile

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")


def one(folder, name, raw, size=16):
    """The row and the square of one file."""
    (folder / name).write_bytes(raw)
    hostile.saved_to(folder / "other.png", hostile.drawing(99))
    found, report = art.from_folder(folder, size, show=False)
    (row,) = (row for row in report.rows if row.name == name)
    return row, None if row.index is None else found.images[row.index]


# Names --------------------------------------------------------------------------------------------


@posix
def test_a_name_whose_bytes_are_no_text_ends_nothing(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.png"  # Latin-1, from an old disk
    try:
        with open(path, "wb") as file:
            file.write(hostile.saved(hostile.drawing(1)))
    except OSError:
        pytest.skip("this system takes names in UTF-8 only")
    _, report = art.from_folder(tmp_path, 16, show=False)
    assert len(report.rows) == 1 and "caf\\udce9.png" in report.text()


@posix
def test_the_name_of_the_folder_itself_is_shown_safely(tmp_path):
    place = tmp_path / "red\x1b[31m\nturned\u202e"
    place.mkdir()
    hostile.saved_to(place / "a.png", hostile.drawing(1))
    _, report = art.from_folder(place, 16, show=False)
    for text in (report.text(), report._repr_html_()):
        assert "\x1b" not in text and "\u202e" not in text and "red\\x1b[31m\\nturned" in text


# SVG ----------------------------------------------------------------------------------------------


def _svg(body):
    return f"{hostile.SVG}{body}{hostile.INK}</svg>".encode()


@pytest.mark.parametrize(
    "body",
    [
        # Its rectangle stands in a tile of a million pixels: resvg asks for 160 TB, and ends its process.
        '<pattern id="p" width="1e6" height="1e6" patternUnits="userSpaceOnUse"><rect width="1" '
        'height="1"/></pattern><rect width="40" height="40" fill="url(#p)"/>',
        '<filter id="f"><feTurbulence baseFrequency="0.1" numOctaves="2000000000"/></filter>'
        '<rect width="40" height="40" filter="url(#f)"/>',
    ],
    ids=["crash", "endless"],
)
def test_a_drawing_that_crashes_or_never_ends_is_refused(tmp_path, body):
    pytest.importorskip("resvg_py")
    (tmp_path / "a.svg").write_bytes(_svg(body))
    (tmp_path / "b.svg").write_bytes(_svg(""))
    words = "from helpers import art; from helpers.art import cache, painter; import pathlib; "
    words += (
        f"cache._root = lambda: pathlib.Path({str(tmp_path / 'cache')!r}); painter.SECONDS = 2; "
    )
    words += f"art.from_folder({str(tmp_path)!r}, 16)"
    ended = subprocess.run(
        [sys.executable, "-c", words], cwd=places.ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    assert "refused     a.svg: takes more than 2 seconds or too much memory" in ended.stdout
    assert "mended      b.svg: drawn from SVG" in ended.stdout


# What is kept between two readings ----------------------------------------------------------------


def _many(folder, count):
    for index in range(count):
        hostile.saved_to(folder / f"{index}.png", hostile.drawing(index))


def test_a_flipped_bit_in_the_cache_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_root", lambda: tmp_path / "cache")
    (tmp_path / "in").mkdir()
    _many(tmp_path / "in", 3)
    before, _ = art.from_folder(tmp_path / "in", 64, show=False)
    (part,) = (tmp_path / "cache").rglob("*.npz")
    raw = bytearray(part.read_bytes())
    raw[9000] ^= 1  # among the pixels
    part.write_bytes(raw)
    found, _ = art.from_folder(tmp_path / "in", 64, show=False)
    assert np.array_equal(found.images, before.images)


def test_a_full_disk_stops_no_reading(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    _many(tmp_path, 5)
    monkeypatch.setattr(cache, "PART", 2)
    monkeypatch.setattr(files, "write_npz", full)
    assert len(art.from_folder(tmp_path, 16, show=False)[0]) == 5


def test_two_readings_at_once_leave_each_other_their_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_root", lambda: tmp_path / "cache")
    one, other = cache.Cache("here", 16), cache.Cache("here", 16)
    other.put("a", decode.picture(hostile.saved(hostile.drawing(1)), "a.png", 16))
    other.flush()
    one.tidy([])
    assert other.get("a").pad.shape == (16, 16, 4)


# Places -------------------------------------------------------------------------------------------


@posix
def test_more_zips_than_a_process_may_have_files_open(tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for index in range(60):
        with zipfile.ZipFile(tmp_path / f"{index}.zip", "w") as archive:
            archive.writestr("a.png", hostile.saved(hostile.drawing(index)))
    few = len(os.listdir("/dev/fd")) + 30
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard))
    try:
        found, _ = art.from_folder(tmp_path, 16, show=False)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(found) == 60


@posix
def test_folders_within_folders_have_an_end(tmp_path):
    hostile.saved_to(tmp_path / "a.png", hostile.drawing(1))
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1200):  # os.walk of Python 3.11 calls itself for each
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        found, report = art.from_folder(tmp_path, 16, show=False)
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # shutil's is as deep as os.walk
    assert found.item_names == ["a.png"] and "100 folders within each other" in report.text()


def test_a_home_that_is_not_there_is_no_place(tmp_path):
    with pytest.raises(art.ArtError, match="there is no ~nobody-of-this-name/art"):
        art.from_folder("~nobody-of-this-name/art", show=False)


def test_a_zip_with_a_file_named_like_a_folder_says_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.png", hostile.saved(hostile.drawing(1)))
        archive.writestr("folder/", b"")
        archive.writestr("b.png/", hostile.saved(hostile.drawing(2)))
    _, report = art.from_folder(tmp_path / "a.zip", 16, show=False)
    assert [row.outcome for row in report.rows] == ["kept", "refused"], report.rows
    assert "named like a folder" in report.rows[1].reason


def test_dropped_files_with_long_chinese_names_are_kept(tmp_path):
    raw = hostile.saved(hostile.drawing(1))
    name = "水彩画" * 60 + ".png"
    art.keep_uploads(((name, raw), (name, raw), (name, raw + b"more")), tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(kept) == 2 and all(
        path.startswith("水彩画") and path.endswith(".png") for path in kept
    )


# Copies -------------------------------------------------------------------------------------------


def test_thousands_of_copies_are_one_family_in_little_memory():
    import tracemalloc

    images = np.full((2000, 16, 16, 3), 200, np.uint8)
    images[7] = np.random.default_rng(0).integers(0, 256, (16, 16, 3))
    tracemalloc.start()
    found = duplicates.families(images)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(np.flatnonzero(found), [7]) and peak < 60e6, peak


def test_what_is_one_with_one_of_them_in_turn_is_one_with_all():
    rng = np.random.default_rng(0)
    first, last = rng.integers(0, 256, (2, 16, 16, 3)).astype(np.float32)
    steps = [first + (last - first) * share for share in np.linspace(0, 1, 12)]
    found = duplicates.families(
        np.rint(steps)[[0, 11, 5, *range(1, 5), *range(6, 11)]].astype(np.uint8)
    )
    apart = duplicates.families(np.rint(steps)[[0, 11]].astype(np.uint8))
    assert not found.any() and apart.tolist() == [0, 1]


# Files --------------------------------------------------------------------------------------------


def _exif(kind, count, value):
    entry = struct.pack("<HHI", 0x0112, kind, count) + value.ljust(4, b"\0")
    return b"II*\0\x08\0\0\0\1\0" + entry + bytes(4)


@pytest.mark.parametrize(
    "exif", [_exif(2, 2, b"6\0"), _exif(11, 1, struct.pack("<f", 6.0)), b"garbage"]
)
def test_an_exif_of_nonsense_costs_nobody_the_picture(tmp_path, exif):
    raw = hostile.spliced(hostile.saved(hostile.drawing(1)), hostile.chunk(b"eXIf", exif))
    row, _ = one(tmp_path, "a.png", raw)
    assert row.outcome == "kept", row


def test_a_tiff_whose_second_page_is_damaged_gives_its_first(tmp_path):
    raw = bytearray(hostile.saved(hostile.drawing(1), "TIFF"))
    start = struct.unpack("<I", raw[4:8])[0]
    end = start + 2 + 12 * struct.unpack("<H", raw[start : start + 2])[0]
    raw[end : end + 4] = struct.pack("<I", len(raw) + 1000)
    row, _ = one(tmp_path, "a.tif", bytes(raw))
    assert row.outcome == "mended" and "what comes after it is damaged" in row.reason, row


def _tiled(side):
    """A TIFF of 64 × 64 pixels in one tile of this side."""
    data = zlib.compress(bytes(side * side))
    tags = [(256, 64), (257, 64), (258, 8), (259, 8), (262, 1), (277, 1), (322, side), (323, side)]
    tags += [(324, 8 + 2 + 12 * 10 + 4), (325, len(data))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4) + data


def test_a_small_tiff_in_a_giant_tile_is_not_decoded(tmp_path):
    assert one(tmp_path, "a.tif", _tiled(64))[0].outcome == "kept"
    row, _ = one(tmp_path, "b.tif", _tiled(8192))
    assert row.outcome == "refused" and "tiles" in row.reason, row


def test_a_picture_in_an_icon_is_no_way_round_the_limit(tmp_path):
    side = 10_000
    inside = hostile.png(side, side, colour=0, data=bytes((side + 1) * side))
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(inside), 22)
    with pytest.raises(kinds.Refused, match="more pixels than fit into memory: not decoded"):
        decode.picture(struct.pack("<HHH", 0, 1, 1) + entry + inside, "a.ico", 16)


@pytest.mark.parametrize(
    "name, raw",
    [
        ("a.qoi", b"qoif" + struct.pack(">IIBB", 3000, 3000, 3, 0) + b"\xfd" * 200_000),
        ("a.ppm", b"P3 3000 3000 255\n" + b"1 2 3 " * 9),
    ],
)
def test_what_is_decoded_slowly_has_a_smaller_limit(name, raw):
    with pytest.raises(kinds.Refused, match="at most 2 million are decoded"):
        decode.picture(raw, name, 16)


def test_half_a_download_filled_with_zeros_is_refused_at_once():
    raw = hostile.saved(hostile.drawing(1))[:60] + bytes(2**26)
    began = time.process_time()
    with pytest.raises(kinds.Refused):
        decode.picture(raw, "a.png", 16)
    assert time.process_time() - began < 1


def test_a_see_through_grey_of_16_bit_stays_see_through():
    rows = b"".join(b"\0" + struct.pack(">16H", *[0] * 8, *[40000] * 8) for _ in range(16))
    raw = hostile.png(16, 16, depth=16, colour=0, data=rows, extra=hostile.chunk(b"tRNS", b"\0\0"))
    found = decode.picture(raw, "a.png", 16)
    assert found.facts["alpha"] and found.pad[0, :, 3].tolist() == [0] * 8 + [255] * 8


def test_looking_for_the_drawing_takes_little_memory():
    import tracemalloc

    pixels = np.full((4000, 1500, 3), 255, np.uint8)
    pixels[3000:3100, 200:900] = 0
    tracemalloc.start()
    assert framing.drawing(pixels, [255, 255, 255]) == (200, 3000, 900, 3100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6, peak


@pytest.mark.parametrize(
    "name, raw, reason",
    [
        ("a.jpg", b"\n<!DOCTYPE html><html><svg></svg></html>", "is a web page"),
        ("a.png", b"\xef\xbb\xbf<HTML lang='en'>", "is a web page"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "^is damaged, or of a kind that cannot be read"),
    ],
)
def test_what_is_no_picture_is_named(name, raw, reason):
    with pytest.raises(kinds.Refused, match=reason):
        decode.picture(raw, name, 16)


def test_a_cursor_of_windows_is_read():
    dib = hostile.saved(hostile.drawing(1, 32, 32), "BMP")[14:]
    dib = dib[:8] + struct.pack("<i", 64) + dib[12:] + bytes(128)  # twice as tall: with its mask
    entry = struct.pack("<BBBBHHII", 32, 32, 0, 0, 0, 0, len(dib), 22)
    found = decode.picture(struct.pack("<HHH", 0, 2, 1) + entry + dib, "a.cur", 32)
    assert (found.facts["width"], found.facts["height"]) == (32, 32)
    assert Image.fromarray(found.pad).getcolors(1) is None
