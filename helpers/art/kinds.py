"""What kind of file this is, by its first bytes and not by its name."""

import gzip
import importlib.util
import re

_CONVERT = "save it as PNG or JPEG"
_HEIC = (
    "HEIC is not read here: export it as JPEG (Mac: Preview, File, Export; Windows: Photos, Save as; "
    "iPhone: Settings, Camera, Formats, Most Compatible), or `pip install pillow-heif`"
)
_FORMATS = {
    "PNG": (".png", ".apng"), "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "GIF": (".gif",), "WEBP": (".webp",), "BMP": (".bmp", ".dib"), "TIFF": (".tif", ".tiff"),
    "ICO": (".ico",), "CUR": (".cur",), "ICNS": (".icns",), "PPM": (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
    "JPEG2000": (".jp2", ".j2k", ".jpf", ".jpx"), "PSD": (".psd",), "QOI": (".qoi",),
    "TGA": (".tga",), "PCX": (".pcx",), "AVIF": (".avif",), "HEIF": (".heic", ".heif"),
    "SVG": (".svg", ".svgz"),
}  # fmt: skip
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"II+\0", "TIFF"), (b"MM\0+", "TIFF"),
    (b"\0\0\1\0", "ICO"), (b"icns", "ICNS"), (b"8BPS", "PSD"), (b"qoif", "QOI"),
    (b"\0\0\0\x0cjP  ", "JPEG2000"), (b"\xff\x4f\xff\x51", "JPEG2000"),
)  # fmt: skip
_OTHERS = (  # what artists have and Pillow cannot read: the way to a picture
    (b"%PDF", "a PDF", _CONVERT), (b"%!PS", "PostScript", _CONVERT), (b"gimp xcf", "a GIMP drawing", _CONVERT),
    (b"\xff\x0a", "JPEG XL", _CONVERT), (b"\0\0\0\x0cJXL ", "JPEG XL", _CONVERT),
    (b"SQLite format 3", "a database", "some programs draw into one: save its pages as PNG"),
    (b"Rar!", "an archive (RAR)", "unpack it"), (b"7z\xbc\xaf", "an archive (7z)", "unpack it"),
    (b"\x1f\x8b", "an archive (gzip)", "unpack it"), (b"PK\3\4", "an archive (zip) inside another", "unpack it"),
    (b"FUJIFILM", "a camera's raw file", _CONVERT),
)  # fmt: skip
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_TEXT = 2**20  # bytes of one text in a PNG
_DRAWN = {".clip": "Clip Studio", ".kra": "Krita", ".procreate": "Procreate", ".ase": "Aseprite",
          ".aseprite": "Aseprite", ".sai": "SAI", ".afphoto": "Affinity", ".ai": "Illustrator"}  # fmt: skip


class Refused(ValueError):
    """A file that is no use here; the text says why, and what to do."""


class PassedOver(Refused):
    """A file that does not belong to the pictures."""


def safe(name, most=120):
    """A name that can be printed: nothing in it starts a new line, turns the text round or hides.

    Args:
        name: any text.
        most: letters; a longer one is cut in its middle.
    """
    shown = "".join(
        letter if letter.isprintable() or letter == "\u200d"  # which joins the parts of an emoji
        else letter.encode("unicode_escape", "backslashreplace").decode()
        for letter in str(name)
    )  # fmt: skip
    return shown if len(shown) <= most else f"{shown[: most // 2]}…{shown[-(most // 2 - 1) :]}"


def ending(name):
    """The name's ending, in small letters, with its dot; "" without one."""
    found = re.search(r"\.[^./\\]*$", str(name))
    return found[0].lower() if found else ""


def of(raw, name):
    """Which kind of picture a file holds.

    Args:
        raw: the file's bytes.
        name: its name: decides only where the bytes cannot.

    Returns:
        A key of the formats, such as "PNG" or "SVG".

    Raises:
        Refused: it is empty, no picture, or one that cannot be read.
    """
    if not raw:
        raise Refused("is empty (0 bytes)")
    for magic, kind in _MAGIC:
        if raw.startswith(magic):
            return kind
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "WEBP"
    if raw[4:8] == b"ftyp":
        return _in_a_box(raw)
    end = ending(name)
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+)?html\b", raw[:1024], re.IGNORECASE):
        raise Refused("is a web page, no picture: open it, and save the picture that it shows")
    if b"<svg" in raw[:65536] or (raw[:2] == b"\x1f\x8b" and end == ".svgz"):
        return "SVG"
    if end == ".cur" and raw.startswith(b"\0\0\2\0"):  # as many a TGA begins
        return "CUR"
    if re.match(rb"P[1-7fF]\s", raw):
        return "PPM"
    if end in (".tga", ".pcx"):  # nothing in their first bytes says so
        return end[1:].upper()
    raise Refused(_no_picture(raw, end))


def _in_a_box(raw):
    brands = {raw[start : start + 4] for start in range(8, min(64, len(raw)), 4)}
    if raw[8:12] in (b"avif", b"avis") or (b"avif" in brands and raw[8:12] in _HEIF):
        return "AVIF"
    if raw[8:12] in _HEIF:
        return "HEIF"
    raise Refused(f"is a film or another container, no picture: {_CONVERT}")


def _no_picture(raw, end):
    for magic, what, cure in _OTHERS:
        if raw.startswith(magic):
            what = f"a drawing of {_DRAWN[end]}" if end in _DRAWN else what
            return f"is {what}: {cure if end not in _DRAWN else _CONVERT}"
    if end in _DRAWN:
        return f"is a drawing of {_DRAWN[end]}: {_CONVERT}"
    known = any(end in endings for endings in _FORMATS.values())
    if known:
        return f"is no picture, whatever its name says (starts with {raw[:8]!r})"
    return "is no picture"


def wrong_ending(kind, name):
    """A note where the name promises another kind, else None."""
    end = ending(name)
    if end in _FORMATS.get(kind, ()):
        return None
    promised = [other for other, endings in _FORMATS.items() if end in endings]
    return f"a {kind} named {safe(end, 12)}" if promised else f"a {kind} without its ending"


def formats(kind):
    """What Pillow may try on a file of this kind: one format, never those that start a program.

    Raises:
        Refused: nothing that is installed can read it.
    """
    if kind == "HEIF":
        _register("pillow_heif", "register_heif_opener", _HEIC)
    if kind == "AVIF":
        from PIL import features

        if not features.check("avif"):
            raise Refused(
                f"AVIF is not read by this Pillow: {_CONVERT}, or `pip install -U pillow`"
            )
    return (kind,)  # "JPEG" opens a phone's MPO too


def _register(module, function, refusal):
    if importlib.util.find_spec(module) is None:
        raise Refused(refusal)
    getattr(importlib.import_module(module), function)()


def check_chunks(raw, kind):
    """Looks through a PNG's parts for texts of a size that no honest file has.

    Raises:
        Refused: one has more than a megabyte.
    """
    start = 8
    while kind == "PNG" and start + 8 <= len(raw):
        length, name = int.from_bytes(raw[start : start + 4], "big"), raw[start + 4 : start + 8]
        if not name.isalpha():  # no part begins here: half a download is often filled with zeros
            return
        if name in (b"tEXt", b"zTXt", b"iTXt") and length > _TEXT:
            raise Refused(f"carries a text of {length:,} bytes: save it again as PNG")
        start += 12 + length


def unzipped(raw, most):
    """The bytes inside of a gzip (an .svgz), at most so many.

    Raises:
        Refused: there are more, or it is damaged.
    """
    import io

    try:
        with gzip.open(io.BytesIO(raw)) as file:
            inside = file.read(most + 1)
    except (OSError, EOFError, gzip.zlib.error):
        raise Refused("is a damaged .svgz: copy or fetch it again") from None
    if len(inside) > most:
        raise Refused(f"unpacks to more than {most:,} bytes")
    return inside
