"""Emoji in five styles: the same 1,152 subjects, in the same order, 64 pixels wide."""

import json
from functools import cache
from pathlib import Path

import fetch
import numpy as np
import pixels
import write

SIZE, SVG_SIZE = 64, 256
COMMON, CANDIDATES, SUBJECTS, GROUPS, SUBGROUPS = 1549, 1153, 1152, 7, 78
TOO_CLOSE = 0.012  # root of the mean squared difference at 32 pixels, in any style

NO_GROUP = {"Flags", "Component"}
NO_SUBGROUP = set(
    "family alphanum keycap geometric arrow av-symbol zodiac religion punctuation math gender "
    "transport-sign warning other-symbol time currency person-symbol".split()
)
SIGNS = {"2640", "2642", "27a1"}  # female, male, facing right
ROLES = ("1f468-", "1f469-")  # man or woman with something; the neutral 1f9d1 stays


def key_of(code):
    """Code points in lower-case hex, joined by "-", without the selector fe0f."""
    return "-".join(part for part in code.lower().split("-") if part != "fe0f")


def listed():
    """Rows of the emoji list (no skin tones), in the order of a keyboard, without flags and keycaps."""
    folder = fetch.unpacked("emoji-datasource", lambda name: name == "package/emoji.json")
    rows = json.loads((folder / "package/emoji.json").read_text(encoding="utf-8"))
    rows = [
        row for row in rows if row["category"] not in NO_GROUP and row["subcategory"] != "keycap"
    ]
    return sorted(rows, key=lambda row: row["sort_order"])


def is_subject(row):
    """False for signs, clocks and letters, and for what repeats a subject by gender or direction."""
    key = key_of(row["unified"])
    return (
        row["subcategory"] not in NO_SUBGROUP
        and not SIGNS & set(key.split("-"))
        and not key.startswith(ROLES)
    )


def files(package, prefix, suffix):
    """{key: file} of the pictures in a package."""
    folder = fetch.unpacked(package, lambda name: name.startswith(prefix) and name.endswith(suffix))
    found = sorted((folder / prefix).glob(f"*{suffix}"))
    # Where two files share a key, the shorter name wins: it has no selector.
    found.sort(key=lambda path: -len(path.name))
    return {key_of(path.stem): path for path in found}


def from_bitmap(path):
    """A bitmap file as uint8 [64, 64, 3] on white."""
    return pixels.on_white(pixels.squared(pixels.read_rgba(path)), SIZE)


def from_svg(svg):
    """An SVG text as uint8 [64, 64, 3] on white: drawn at 256, so that boxes are whole."""
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=SVG_SIZE, height=SVG_SIZE, skip_system_fonts=True
    )
    return pixels.on_white(pixels.read_rgba(bytes(png)), SIZE)


def from_svg_file(path):
    """An SVG file as uint8 [64, 64, 3] on white."""
    return from_svg(Path(path).read_text(encoding="utf-8"))


def flat_icons():
    """{key: SVG text} of Fluent Emoji Flat, which is stored as bodies without their frames."""
    folder = fetch.unpacked("@iconify-json/fluent-emoji-flat", lambda name: name.endswith(".json"))
    icons = json.loads((folder / "package/icons.json").read_text(encoding="utf-8"))
    chars = json.loads((folder / "package/chars.json").read_text(encoding="utf-8"))
    return {key_of(code): framed(name, icons) for code, name in chars.items()}


def framed(name, icons):
    """The SVG of an icon: aliases followed (and mirrored), the frame put around the body."""
    icon, mirrored = {}, False
    while name in icons.get("aliases", {}):
        alias = icons["aliases"][name]
        mirrored ^= alias.get("hFlip", False)
        name = alias["parent"]
    icon = icons["icons"][name]
    defaults = {"left": 0, "top": 0, "width": 16, "height": 16}
    left, top, width, height = (
        icon.get(key, icons.get(key, default)) for key, default in defaults.items()
    )
    body = icon["body"]
    if mirrored:
        body = f'<g transform="translate({2 * left + width} 0) scale(-1 1)">{body}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {width} {height}" '
        f'width="{SVG_SIZE}" height="{SVG_SIZE}">{body}</svg>'
    )


# style: (how to list its pictures, how to draw one, how many of the listed emoji it has)
STYLES = {
    "noto": (
        lambda: files("emoji-datasource-google", "package/img/google/64/", ".png"),
        from_bitmap,
        1623,
    ),
    "twemoji": (
        lambda: files("emoji-datasource-twitter", "package/img/twitter/64/", ".png"),
        from_bitmap,
        1623,
    ),
    "openmoji": (lambda: files("openmoji", "package/color/svg/", ".svg"), from_svg_file, 1623),
    "fluent3d": (
        lambda: files("@lobehub/fluent-emoji-3d", "package/assets/", ".webp"),
        from_bitmap,
        1586,
    ),
    "fluentflat": (flat_icons, from_svg, 1573),
}


@cache
def subjects():
    """The rows that every style has, and {style: uint8 [n, 64, 64, 3]} in the same order."""
    rows = listed()
    art = {style: find() for style, (find, _, _) in STYLES.items()}
    for style, (_, _, count) in STYLES.items():
        found = sum(key_of(row["unified"]) in art[style] for row in rows)
        write.expect(f"emoji drawn in {style}", count, found)
    rows = [row for row in rows if all(key_of(row["unified"]) in found for found in art.values())]
    write.expect("emoji that all five styles have", COMMON, len(rows))
    rows = [row for row in rows if is_subject(row)]
    write.expect("emoji that show a subject", CANDIDATES, len(rows))
    images = {
        style: np.stack([draw(art[style][key_of(row["unified"])]) for row in rows])
        for style, (_, draw, _) in STYLES.items()
    }
    kept = np.flatnonzero(~np.any([later_twins(stack) for stack in images.values()], axis=0))
    write.expect("subjects", SUBJECTS, len(kept))
    return [rows[row] for row in kept], {style: stack[kept] for style, stack in images.items()}


def later_twins(images):
    """Which pictures are all but equal to an earlier one: bool [n]."""
    n, size = images.shape[:2]
    boxes = images.reshape(n, size // 2, 2, size // 2, 2, 3).mean(axis=(2, 4)) / 255.0
    flat = boxes.reshape(n, -1)
    squares = (flat**2).sum(axis=1)
    distance = (squares[:, None] + squares - 2 * flat @ flat.T) / flat.shape[1]
    earlier = np.tril(np.ones((n, n), bool), k=-1)
    return np.any((distance < TOO_CLOSE**2) & earlier, axis=1)


def style(name):
    """One style's set: 1,152 subjects labelled by group; `codes` are the same in all styles."""
    rows, images = subjects()
    groups = sorted({row["category"] for row in rows})
    subgroups = sorted({row["subcategory"] for row in rows})
    write.expect("groups", GROUPS, len(groups))
    write.expect("subgroups", SUBGROUPS, len(subgroups))
    return write.arrays_of(
        images[name],
        [groups.index(row["category"]) for row in rows],
        groups,
        [label(row["name"]) for row in rows],
        codes=write.text(key_of(row["unified"]) for row in rows),
        subgroups=np.array([subgroups.index(row["subcategory"]) for row in rows], np.int16),
        subgroup_names=write.text(subgroups),
    )


def label(name):
    """ "GRINNING FACE" → "grinning face"."""
    return " ".join(name.lower().split())
