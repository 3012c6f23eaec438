"""Photographs in a game for children: of old paintings, put together from the pieces of a puzzle, and others."""

import io
import re
import struct
import zlib

from PIL import Image

from experiments.outside.archives import contents
from experiments.outside.photographs import squares

TITLE = re.compile(r'qsTr\("(.+?)"\)')
SIZE = re.compile(r'"width":\s*(\d+),\s*"height":\s*(\d+)')
PIECE = re.compile(r'"image/([^"]+\.webp)",\s*"x"\s*:\s*"([\d.]+)",\s*"y"\s*:\s*"([\d.]+)"')


def patches():
    """Squares of paintings, side by side without overlap; the group is (painting, left edge)."""
    (data,) = contents("gcompris-qt-data", r"/paintings\.rcc$").values()
    files, found = resources(data), []
    for name in sorted(files):
        if name.startswith("board"):
            board = files[name].decode()
            title = TITLE.search(board)[1]
            found += [((title, left), patch) for left, patch in squares(painting(board, files))]
    return found


def photographs(*activities):
    """Squares of the photographs of some activities, as `patches` gives those of the paintings."""
    found = []
    for activity in activities:
        (data,) = contents("gcompris-qt-data", rf"/{activity}\.rcc$").values()
        for name, content in sorted(resources(data).items()):
            if name.endswith(".webp"):
                with Image.open(io.BytesIO(content)) as image:
                    cut = squares(image.convert("RGB"))
                    found += [((name, left), patch) for left, patch in cut]
    return found


def painting(board, files):
    """The whole picture: each piece with its middle where the board says, the empty rim cut off."""
    width, height = map(int, SIZE.search(board).groups())
    whole = Image.new("RGBA", (width, height))
    for name, x, y in PIECE.findall(board):
        with Image.open(io.BytesIO(files[name])) as piece:
            piece = piece.convert("RGBA")
        place = (
            round(float(x) * width - piece.width / 2),
            round(float(y) * height - piece.height / 2),
        )
        whole.alpha_composite(piece, tuple(max(0, edge) for edge in place))
    return whole.crop(whole.getbbox()).convert("RGB")


def resources(data):
    """{name: bytes} of the files in a binary Qt resource, folders forgotten (Qt's rcc, version 2 or later)."""
    magic, version, tree, start, names = struct.unpack_from(">4s4I", data)
    if magic != b"qres" or version < 2:
        raise ValueError("this is no Qt resource file of version 2 or later")
    found, waiting = {}, [0]
    while waiting:
        node = tree + 22 * waiting.pop()
        name, flags, one, two = struct.unpack_from(">IHII", data, node)
        if flags & 2:  # a folder of `one` entries, the first at `two`
            waiting += range(two, two + one)
            continue
        (size,) = struct.unpack_from(">I", data, start + two)
        content = data[start + two + 4 : start + two + 4 + size]
        found[called(data, names + name)] = zlib.decompress(content[4:]) if flags & 1 else content
    return found


def called(data, place):
    """The name that stands there: its length, a hash, UTF-16."""
    (length,) = struct.unpack_from(">H", data, place)
    return data[place + 6 : place + 6 + 2 * length].decode("utf-16-be")
