"""Drawings of the packages: uint8 [256, 256, 4] or [128, 128, 4], each with its name."""

import json
import os
import re
import subprocess

import numpy as np

from data.build import fetch, pixels
from experiments.outside.archives import contents

CANVAS = 256  # pixels at which drawings are rendered


def rendered(svg):
    """An SVG drawing as uint8 [256, 256, 4]."""
    import resvg_py

    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=CANVAS, height=CANVAS))
    return squared(pixels.read_rgba(png))


def squared(rgba, size=None):
    """A picture in the middle of a clear square of `size` pixels (None: of its longer side)."""
    height, width = rgba.shape[:2]
    size = size or max(height, width)
    square = np.zeros((size, size, 4), np.uint8)
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = rgba
    return square


def icons(name):
    """Every drawing of an icon set as SVG text: {name: svg}."""
    found = contents(f"@iconify-json/{name}", r"^package/icons\.json$")
    listed = json.loads(found["package/icons.json"])
    defaults = {"left": 0, "top": 0, "width": 16, "height": 16}
    drawn = {}
    for key, icon in sorted(listed["icons"].items()):
        box = [icon.get(k, listed.get(k, defaults[k])) for k in defaults]
        drawn[key] = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{" ".join(map(str, box))}">{icon["body"]}</svg>'
        )
    return drawn


def composed(style, count=1900):
    """Drawings that a DiceBear style puts together from parts, one a seed: {seed: svg}."""
    modules = fetch.CACHE / "outside_modules"
    for name in ("@dicebear/core", f"@dicebear/{style}"):
        target = modules / "node_modules" / name
        if not target.exists():
            part = fetch.scratch(target)
            for path, data in contents(name, r"^package/.*\.(js|json)$").items():
                file = part / path.removeprefix("package/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            os.replace(part, target)
    script = (
        f"import {{createAvatar}} from '@dicebear/core'; import * as s from '@dicebear/{style}';"
        f"const all = {{}}; for (let i = 0; i < {count}; i++) "
        "all[`course-${i}`] = createAvatar(s, {seed: `course-${i}`}).toString();"
        "console.log(JSON.stringify(all))"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=modules, capture_output=True, check=True
    )
    return json.loads(done.stdout)


def from_svg(drawings):
    return [(key, rendered(svg)) for key, svg in drawings.items()]


def units():
    """Figures of a strategy game as they stand, without the frames in which they move."""
    moving = (
        r"-(attack|defend|magic|bow|melee|ranged|die|death|idle|lead|move|run|se|ne|sw|nw|n|s|e|w|"
        r"heal|recruit|sword|staff|halo|stand|bob|fly|blink|moving|dying|frame|glow|torch|tail|"
        r"mask|top|rise|dive|float|low)|unknown|random|\d\.png$"
    )
    found = contents("wesnoth-1.16-data", r"/core/images/units/.*\.png$")
    return [
        (path, squared(cropped(pixels.read_rgba(data)), 64).repeat(4, 0).repeat(4, 1))
        for path, data in found.items()
        if not re.search(moving, path.rsplit("/", 1)[1])
    ]


def cropped(rgba, size=64):
    """The middle of a drawing whose margins are mostly clear."""
    rows, columns = (np.flatnonzero((rgba[..., 3] > 25).any(axis)) for axis in (1, 0))
    spans = [slice(*middle(line, size)) for line in (rows, columns)]
    return rgba[spans[0], spans[1]]


def middle(line, size):
    first, last = (line[0], line[-1] + 1) if len(line) else (0, 1)
    if last - first <= size:
        return first, last
    start = first + (last - first - size) // 2
    return start, start + size


def desktop():
    """Shaded drawings of things, 128 pixels wide."""
    found = contents("oxygen-icon-theme", r"/oxygen/base/128x128/.*\.png$")
    return [(path, squared(pixels.read_rgba(data), 128)) for path, data in found.items()]
