"""Makes a hundred and more files and folders that have broken readers, each with what should become of it.

    everything(folder)      writes them; returns {name: Expected}

`Expected.outcome` is "kept", "mended", "refused" or "passed over", or a set of those that are right;
`check`, where given, looks at the picture that came out (uint8 [size, size, 3]).
"""

import base64
import gzip
import io
import os
import random
import struct
import zipfile
import zlib
from typing import Callable, NamedTuple

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

GOOD, USED, REFUSED, PASSED = "kept", {"kept", "mended"}, "refused", "passed over"


class Expected(NamedTuple):
    outcome: object
    reason: str = ""
    check: Callable | None = None


def drawing(seed=0, width=48, height=48, mode="RGB"):
    """A drawing like no other: boxes of random colours on white, dark in its upper left corner."""
    rng = random.Random(seed)
    picture = Image.new("RGB", (width, height), "white")
    for _ in range(6):
        x, y = rng.randrange(width * 3 // 4), rng.randrange(height * 3 // 4)
        box = (x, y, x + rng.randrange(2, width // 2), y + rng.randrange(2, height // 2))
        picture.paste(tuple(rng.randrange(30, 226) for _ in range(3)), box)
    picture.paste((10, 10, 10), (width // 12, height // 12, width // 3, height // 3))
    picture.paste("white", (0, 0, width, 1))
    return picture.convert(mode)


def saved(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, *, depth=8, colour=2, data=b"", extra=b""):
    """A PNG put together by hand."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def spliced(raw, extra, at=33):
    """A PNG with chunks put in, by default behind its header."""
    return raw[:at] + extra + raw[at:]


def dark_corner(image):
    """The upper left is dark and no other corner: the picture stands upright."""
    half = image.shape[0] // 2
    parts = [image[:half, :half], image[:half, half:], image[half:, :half], image[half:, half:]]
    dark = [(part.max(axis=-1) < 60).mean() for part in parts]
    assert dark[0] > 0.1 and max(dark[1:]) < dark[0], dark


def mean_of(low, high):
    def check(image):
        assert low <= image.mean() <= high, image.mean()

    return check


def visible(image):
    """Something stands out from the page."""
    page = image[0, 0].astype(int)
    seen = (np.abs(image.astype(int) - page).max(axis=-1) > 40).mean()
    assert seen > 0.03, seen


def fills(share):
    """The drawing takes up this much of the square along one side."""

    def check(image):
        inked = (np.abs(image.astype(int) - image[0, 0]).max(axis=-1) > 40).any(axis=0)
        assert inked.mean() >= share, inked.mean()

    return check


def like(colour, tolerance=12):
    """The middle has this colour."""

    def check(image):
        middle = image[image.shape[0] // 2, image.shape[1] // 2].astype(int)
        assert np.abs(middle - colour).max() <= tolerance, middle

    return check


# Right ---------------------------------------------------------------------------------------------


def turned(orientation):
    """A picture lying on its side, with the word in its EXIF that sets it upright."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that undoes each
    picture = drawing(orientation, 60, 60)
    if orientation in undo:
        picture = picture.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return picture, exif.tobytes()


def right():
    """Yields (name, bytes, Expected) of honest files that are easily read wrongly."""
    for orientation in range(1, 9):
        picture, exif = turned(orientation)
        outcome = USED if orientation == 1 else "mended"
        word = "" if orientation == 1 else "EXIF"
        for end, kind in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")):
            yield (
                f"exif_{orientation}.{end}", saved(picture, kind, exif=exif),
                Expected(outcome, word, dark_corner),
            )  # fmt: skip
    ramp = np.tile(np.linspace(0, 65535, 64), (64, 1))
    ramps = {
        "grey_16.png": (ramp.astype(np.uint16), "PNG"),
        "grey_16.tiff": (ramp.astype(np.uint16), "TIFF"),
        "grey_12_in_16.png": ((ramp / 16).astype(np.uint16), "PNG"),
        "grey_32.tiff": (ramp.astype(np.int32), "TIFF"),
        "float_1.tiff": ((ramp / 65535).astype(np.float32), "TIFF"),
        "float_255.tiff": ((ramp / 257).astype(np.float32), "TIFF"),
        "float_odd.tiff": ((ramp / 30 - 700).astype(np.float32), "TIFF"),
    }
    for name, (array, kind) in ramps.items():
        yield (
            name,
            saved(Image.fromarray(array), kind),
            Expected("mended", "grey", mean_of(125, 130)),
        )
    dark = Image.fromarray((ramp / 65535 / 20).astype(np.float32))
    yield "float_dark.tiff", saved(dark, "TIFF"), Expected("mended", "grey", mean_of(125, 130))
    black = Image.fromarray(np.zeros((40, 40), np.uint16))
    yield "black_16.png", saved(black), Expected("mended", "grey", mean_of(0, 0))
    holes = (ramp / 65535).astype(np.float32)
    holes[:8, :8] = np.nan
    holes[8:9, :8] = np.inf
    yield (
        "float_nan.tiff",
        saved(Image.fromarray(holes), "TIFF"),
        Expected("mended", "", mean_of(115, 140)),
    )
    yield (
        "float_all_nan.tiff",
        saved(Image.fromarray(holes * np.nan), "TIFF"),
        Expected(REFUSED, "finite"),
    )
    red = Image.new("RGB", (64, 64), (200, 30, 30))
    red.paste((190, 40, 40), (0, 0, 64, 9))
    cmyk = red.convert("CMYK")
    profile = _cmyk_profile()
    yield (
        "cmyk.jpg",
        saved(cmyk, "JPEG", quality=95),
        Expected("mended", "CMYK", like((200, 30, 30), 20)),
    )
    yield (
        "cmyk_bad_profile.jpg",
        saved(cmyk, "JPEG", icc_profile=b"no profile" * 20),
        Expected("mended", "profile"),
    )
    if profile:
        yield (
            "cmyk_profile.jpg",
            saved(cmyk, "JPEG", icc_profile=profile),
            Expected("mended", "profile"),
        )
    yield "cmyk.tiff", saved(drawing(31).convert("CMYK"), "TIFF"), Expected("mended", "CMYK")
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    green = Image.new("RGB", (40, 40), (40, 160, 60))
    yield (
        "lab.tiff", saved(ImageCms.profileToProfile(green, srgb, lab, outputMode="LAB"), "TIFF"),
        Expected("mended", "Lab", like((40, 160, 60))),
    )  # fmt: skip
    srgb_bytes = ImageCms.ImageCmsProfile(srgb).tobytes()
    yield "srgb_profile.png", saved(drawing(32), icc_profile=srgb_bytes), Expected(USED)
    yield (
        "profile_garbage.png",
        saved(drawing(33), icc_profile=b"\0" * 500),
        Expected("mended", "profile"),
    )
    yield (
        "profile_huge.jpg",
        saved(drawing(34), "JPEG", icc_profile=b"A" * 5_000_000),
        Expected("mended", "profile"),
    )
    yield "profile_bomb.png", spliced(
        saved(drawing(35)), chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000)))
    ), Expected({REFUSED, *USED})  # fmt: skip
    yield from _palettes()
    yield from _animations()
    yield from _small()
    yield from _formats()


def _cmyk_profile():
    for path in (
        "/usr/share/color/icc/ghostscript/default_cmyk.icc",
        "/System/Library/ColorSync/Profiles/Generic CMYK Profile.icc",
    ):
        if os.path.exists(path):
            with open(path, "rb") as file:
                return file.read()
    return None


def cut_out(seed, colour=None, size=48):
    """A drawing on nothing."""
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    inner = (
        Image.new("RGB", (size // 2, size // 2), colour)
        if colour
        else drawing(seed, size // 2, size // 2)
    )
    picture.paste(inner, (size // 4, size // 4))
    return picture


def _palettes():
    palette = cut_out(40).quantize(16)
    yield "palette_alpha.png", saved(palette), Expected(USED, "", visible)
    half = drawing(41).quantize(8)
    half.info["transparency"] = bytes([0, 128, 255, 255, 255, 255, 255, 255])
    yield (
        "palette_partly.png",
        saved(half, transparency=half.info["transparency"]),
        Expected(USED, "", visible),
    )
    yield "palette_index.gif", saved(palette, "GIF", transparency=0), Expected(USED)
    yield (
        "rgb_key.png",
        saved(drawing(42), transparency=(255, 255, 255)),
        Expected(USED, "", visible),
    )
    yield (
        "grey_key.png",
        saved(drawing(43, mode="L"), transparency=255),
        Expected(USED, "", visible),
    )
    yield "grey_alpha.png", saved(cut_out(44).convert("LA")), Expected(USED, "", visible)
    yield "pa.png", saved(cut_out(45).convert("PA").convert("RGBA")), Expected(USED, "", visible)
    yield "one_bit.png", saved(drawing(46).convert("1")), Expected(USED)
    yield (
        "one_bit.tiff",
        saved(drawing(47).convert("1"), "TIFF", compression="group4"),
        Expected(USED, "", dark_corner),
    )
    yield "four_colours.png", saved(drawing(48).quantize(4)), Expected(USED)
    white = cut_out(49, (255, 255, 255))
    yield "white_on_nothing.png", saved(white), Expected(USED, "", visible)
    yield "black_on_nothing.png", saved(cut_out(50, (0, 0, 0))), Expected(USED, "", visible)
    yield (
        "white_on_nothing.webp",
        saved(cut_out(51, (254, 254, 254), 40), "WEBP", lossless=True),
        Expected(USED, "", visible),
    )
    dirty = np.zeros((40, 40, 4), np.uint8)
    dirty[..., 0], dirty[10:30, 10:30] = 255, (20, 60, 200, 255)  # red under the see-through part
    yield "red_under_alpha.png", saved(Image.fromarray(dirty)), Expected(USED, "", _no_red)
    yield "nothing.png", saved(Image.new("RGBA", (32, 32))), Expected(REFUSED, "transparent")


def _no_red(image):
    red = (image[..., 0].astype(int) - image[..., 1:].max(axis=-1)) > 60
    assert not red.any()


def _animations():
    frames = [drawing(60 + k) for k in range(3)]
    more = {"save_all": True, "append_images": frames[1:]}
    yield (
        "moving.gif",
        saved(frames[0], "GIF", **more),
        Expected("mended", "first of 3 frames", dark_corner),
    )
    yield (
        "moving.webp",
        saved(frames[0].rotate(0), "WEBP", lossless=True, **more),
        Expected("mended", "first of 3", dark_corner),
    )
    yield (
        "moving.png",
        saved(drawing(64), append_images=[drawing(65)], save_all=True),
        Expected("mended", "first of 2", dark_corner),
    )
    yield (
        "pages.tiff",
        saved(drawing(66), "TIFF", save_all=True, append_images=[drawing(67)]),
        Expected("mended", "2 pages", dark_corner),
    )


def _small():
    for side, seed in ((8, 70), (16, 71), (24, 72), (31, 73)):
        sprite = Image.fromarray(
            np.random.default_rng(seed).integers(0, 200, (side, side, 3), dtype=np.uint8)
        )
        framed = Image.new("RGBA", (side, side))
        framed.paste(sprite.crop((0, 0, side - 2, side - 2)), (1, 1))
        yield f"sprite_{side}.png", saved(framed), Expected("mended", "enlarged", fills(0.6))
    yield "sprite_8_opaque.png", saved(drawing(74, 8, 8)), Expected("mended", "enlarged")
    yield "one_pixel.png", saved(Image.new("RGB", (1, 1), "red")), Expected(REFUSED, "too few")
    yield "a_line.png", saved(Image.new("RGB", (2000, 2), "red")), Expected(REFUSED, "line")
    wide = Image.fromarray(np.random.default_rng(75).integers(0, 255, (40, 120, 3), dtype=np.uint8))
    yield "wide_full.png", saved(wide), Expected("mended", "middle square")
    yield "wide_paper.png", saved(drawing(76, 150, 60)), Expected(USED, "", visible)
    yield "tall_paper.png", saved(drawing(77, 60, 150)), Expected(USED, "", visible)


def _formats():
    for end, kind in (
        ("bmp", "BMP"), ("tif", "TIFF"), ("ppm", "PPM"), ("tga", "TGA"), ("pcx", "PCX"),
        ("jp2", "JPEG2000"), ("webp", "WEBP"), ("ico", "ICO"), ("jfif", "JPEG"), ("qoi", "QOI"),
    ):  # fmt: skip
        Image.init()
        if kind in Image.SAVE:
            yield f"plain.{end}", saved(drawing(80 + len(end) + len(kind)), kind), Expected(USED)
    yield (
        "progressive.jpg",
        saved(drawing(90), "JPEG", progressive=True),
        Expected(USED, "", dark_corner),
    )
    yield "grey.jpg", saved(drawing(91, mode="L"), "JPEG"), Expected(USED, "", dark_corner)
    yield "UPPER.JPG", saved(drawing(92), "JPEG"), Expected(USED)
    yield "no_ending", saved(drawing(93)), Expected("mended", "without its ending")
    yield "really_a_jpeg.png", saved(drawing(94), "JPEG"), Expected("mended", "a JPEG named .png")
    yield "really_a_webp.jpg", saved(drawing(95), "WEBP"), Expected("mended", "a WEBP named .jpg")
    yield (
        "lzw.tiff",
        saved(drawing(96), "TIFF", compression="tiff_lzw"),
        Expected(USED, "", dark_corner),
    )
    yield "interlaced.png", interlaced(97), Expected(USED)
    deep = png(
        16,
        16,
        depth=16,
        data=b"".join(b"\0" + bytes([200, 0, 40, 0, 60, 0]) * 16 for _ in range(16)),
    )
    yield "colour_16.png", deep, Expected(USED, "", like((200, 40, 60)))
    yield "comment.png", saved(drawing(98), pnginfo=_text(1000)), Expected(USED)
    yield "trailing.jpg", saved(drawing(99), "JPEG") + b"more" * 1000, Expected(USED)


def interlaced(seed, size=16):
    """A PNG in Adam7 order, put together by hand: Pillow cannot write one."""
    pixels = np.asarray(drawing(seed, size, size))
    passes = (
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    )
    data = b"".join(
        b"\0" + row.tobytes()
        for top, left, down, across in passes
        for row in pixels[top::down, left::across]
        if row.size
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def _text(length):
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "a" * length)
    return info


# Refused -------------------------------------------------------------------------------------------


def bad():
    """Yields (name, bytes, Expected) of files that are broken, or meant to break something."""
    good = saved(drawing(100, 80, 80))
    photo = saved(
        Image.fromarray(np.random.default_rng(1).integers(0, 255, (80, 80, 3), dtype=np.uint8)),
        "JPEG",
    )
    yield "zero.png", b"", Expected(REFUSED, "0 bytes")
    yield "zero.jpg", b"", Expected(REFUSED, "0 bytes")
    yield "cut.png", good[: len(good) // 2], Expected(REFUSED, "cut off")
    yield "cut.jpg", photo[: len(photo) // 2], Expected(REFUSED, "cut off")
    yield "cut_header.png", good[:20], Expected(REFUSED)
    yield "cut_header.jpg", photo[:10], Expected(REFUSED)
    for end, kind in (
        ("gif", "GIF"),
        ("bmp", "BMP"),
        ("webp", "WEBP"),
        ("tiff", "TIFF"),
        ("jp2", "JPEG2000"),
    ):
        whole = saved(drawing(101), kind)
        yield f"cut.{end}", whole[: len(whole) * 6 // 10], Expected({REFUSED, *USED})
    yield (
        "flipped.png",
        bytes(b ^ 0x55 if 60 < i < 90 else b for i, b in enumerate(good)),
        Expected(REFUSED),
    )
    yield "words.png", b"this is no picture", Expected(REFUSED, "whatever its name")
    yield (
        "page.jpg",
        b"<html><body>404 not found</body></html>",
        Expected(REFUSED, "is a web page"),
    )
    yield "notes.txt", b"my notes", Expected(REFUSED, "no picture")
    yield "zeros.png", bytes(5000), Expected(REFUSED)
    yield "noise.jpg", random.Random(2).randbytes(5000), Expected(REFUSED)
    yield (
        "noise_behind_magic.jpg",
        b"\xff\xd8\xff\xe0" + random.Random(3).randbytes(5000),
        Expected(REFUSED),
    )
    yield "book.pdf", b"%PDF-1.7 and so on", Expected(REFUSED, "PDF")
    yield "drawing.kra", b"PK\3\4" + bytes(100), Expected(REFUSED, "Krita")
    yield "drawing.clip", b"CSFCHUNK" + bytes(100), Expected(REFUSED, "Clip Studio")
    yield "more.rar", b"Rar!\x1a\x07" + bytes(100), Expected(REFUSED, "unpack")
    yield "film.mp4", b"\0\0\0\x18ftypisom" + bytes(100), Expected(REFUSED, "film")
    yield "phone.heic", b"\0\0\0\x18ftypheic" + bytes(100), Expected(REFUSED)
    yield "bomb_claim.png", png(100_000, 100_000, data=bytes(1000)), Expected(REFUSED, "pixels")
    yield "bomb_claim_2.png", png(2**31 - 1, 2**31 - 1), Expected(REFUSED)
    yield (
        "bomb_9000.png",
        png(9000, 9000, depth=1, colour=0, data=bytes(9000 * 1126)),
        Expected(REFUSED, "million"),
    )
    yield "bomb.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"," + struct.pack(
        "<HHHHB", 0, 0, 65535, 65535, 0) + b"\2\2\x4c\1\0;", Expected(REFUSED)  # fmt: skip
    yield (
        "bomb.bmp",
        b"BM" + struct.pack("<IHHIIiiHH", 100, 0, 0, 54, 40, 60000, 60000, 1, 24) + bytes(200),
        Expected(REFUSED),
    )
    yield "no_width.png", png(0, 10), Expected(REFUSED)
    yield (
        "minus.bmp",
        b"BM" + struct.pack("<IHHIIiiHH", 100, 0, 0, 54, 40, -5, 5, 1, 24) + bytes(200),
        Expected(REFUSED),
    )
    text = chunk(b"tEXt", b"comment\0" + b"a" * 2_000_000)
    yield "text_2_mb.png", spliced(good, text), Expected(REFUSED, "text")
    packed = chunk(b"zTXt", b"comment\0\0" + zlib.compress(b"a" * 2_000_000))
    yield "text_bomb.png", spliced(good, packed), Expected(REFUSED, "text")
    late = chunk(b"iTXt", b"c\0\1\0\0\0" + zlib.compress(b"a" * 3_000_000))
    yield "text_bomb_late.png", spliced(good, late, len(good) - 12), Expected({REFUSED, *USED})
    yield "loop.tiff", b"II*\0\x08\0\0\0\1\0\0\1\3\0\1\0\0\0\5\0\0\0\x08\0\0\0", Expected(REFUSED)
    yield "colour_float.tiff", float_tiff(), Expected(REFUSED)
    yield "icon.ico", b"\0\0\1\0\1\0" + bytes(16), Expected(REFUSED)
    yield "exif_broken.jpg", broken_exif(), Expected(USED)
    yield from _drawings()


def float_tiff():
    """A colour TIFF in floating point, which Pillow does not know."""
    entries = (
        (256, 4),
        (257, 4),
        (258, 32),
        (259, 1),
        (262, 2),
        (273, 200),
        (277, 3),
        (278, 4),
        (279, 192),
        (339, 3),
    )
    body = struct.pack("<H", len(entries))
    for tag, value in entries:
        body += struct.pack("<HHII", tag, 4 if tag in (273, 279) else 3, 1, value)
    return (b"II*\0\x08\0\0\0" + body + bytes(4)).ljust(200, b"\0") + bytes(192)


def broken_exif():
    raw = saved(drawing(110), "JPEG")
    exif = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xee" * 60
    return raw[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + raw[2:]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 20">'
INK = '<rect x="4" y="4" width="12" height="12" fill="#c02030"/>'


def _drawings():
    def svg(inner, before="", end="</svg>"):
        return f"{before}{SVG}{inner}{end}".encode()

    try:
        import resvg_py  # noqa: F401
    except ImportError:
        yield "plain.svg", svg(INK), Expected(REFUSED, "resvg-py")
        return
    square = like((192, 32, 48))
    yield "plain.svg", svg(INK), Expected("mended", "SVG", square)
    yield (
        "packed.svgz",
        gzip.compress(svg(INK + "<desc>packed</desc>")),
        Expected("mended", "SVG", square),
    )
    yield (
        "packed_bomb.svgz",
        gzip.compress(svg(INK + " " * 50_000_000)),
        Expected(REFUSED, "unpacks"),
    )
    secret = "<!DOCTYPE svg [<!ENTITY s SYSTEM 'file:///etc/passwd'>]>"
    yield (
        "entity_file.svg",
        svg(f"{INK}<text y='9'>&s;</text>", secret),
        Expected(REFUSED, "entities"),
    )
    lol = "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY a{k} '{'&a' + (str(k - 1) if k else '') + ';'}{'&a' + (str(k - 1) if k else '') + ';'}'>"
        for k in range(30)
    ) + "]>"  # fmt: skip
    yield "entity_bomb.svg", svg(f"{INK}<text>&a29;</text>", lol), Expected(REFUSED, "entities")
    colour = "<!DOCTYPE svg [<!ENTITY ink '#c02030'>]>"
    yield (
        "entity_honest.svg",
        svg(INK.replace("#c02030", "&ink;"), colour),
        Expected("mended", "SVG", square),
    )
    for name, target in (
        ("file", "../right.png"),
        ("absolute", "/tmp/a.png"),
        ("net", "http://example.com/a.png"),
    ):
        image = f'<image href="{target}" width="20" height="20"/>'
        yield f"link_{name}.svg", svg(image + INK), Expected("mended", "reach outside", square)
    inner = base64.b64encode(saved(drawing(111, 20, 20))).decode()
    embedded = f'<image href="data:image/png;base64,{inner}" width="20" height="20"/>'
    yield "embedded.svg", svg(embedded), Expected("mended", "SVG")
    big = base64.b64encode(png(20000, 20000, depth=1, colour=0, data=bytes(20000 * 2501))).decode()
    bomb = f'<image href="data:image/png;base64,{big}" width="20" height="20"/>'
    yield "embedded_bomb.svg", svg(bomb + INK), Expected("mended", "reach outside", square)
    uses = "".join(
        f'<g id="a{k + 1}"><use href="#a{k}"/><use href="#a{k}"/></g>' for k in range(40)
    )
    yield (
        "use_bomb.svg",
        svg(f'<g id="a0">{INK}</g>{uses}<use href="#a40"/>'),
        Expected(REFUSED, "repeats"),
    )
    yield (
        "use_circle.svg",
        svg(f'<g id="a"><use href="#a"/>{INK}</g>'),
        Expected({REFUSED, "mended"}),
    )
    yield "deep.svg", svg("<g>" * 100_000 + INK + "</g>" * 100_000), Expected(REFUSED, "deep")
    yield "not_closed.svg", svg(INK, end=""), Expected(REFUSED, "no whole SVG")
    yield "empty.svg", svg(""), Expected(REFUSED, "transparent")
    yield (
        "no_size.svg",
        SVG.replace("viewBox", "data-x").encode() + INK.encode() + b"</svg>",
        Expected("mended", "SVG"),
    )
    yield (
        "endless.svg",
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 100000">{INK}</svg>'.encode(),
        Expected({REFUSED, "mended"}),
    )
    yield (
        "script.svg",
        svg(f"<script>while(true){{}}</script>{INK}"),
        Expected("mended", "SVG", square),
    )
    yield (
        "css.svg",
        svg(f"<style>@import url(http://example.com/a.css); rect{{opacity:1}}</style>{INK}"),
        Expected("mended", "SVG", square),
    )


NAMES = (
    "new\nline.png", "tab\tname.png", "bell\a.png", "\u202egnp.exe.png", "😀🏳️‍🌈.png", "naïve ünï.png",
    "日本語.png", "עברית.png", "a" * 250 + ".png", " space .png", "a..png..png", "-rf.png", "%s%n.png",
    "<b>bold</b>.png", "a&b;.png", "$(id).png", "`id`.png", "'quote\".png", "back\\slash.png",
    "nul.png", "con.png", "a,b;c.png", "#hash?.png", "\x1b[31mred.png", "*.png",
)  # fmt: skip


def names():
    """Yields honest pictures with names that print badly."""
    for index, name in enumerate(NAMES):
        yield name, saved(drawing(200 + index)), Expected(USED)


def hidden():
    """Yields what systems leave behind."""
    for name in ("._a.png", ".hidden.png", "Thumbs.db", "desktop.ini", ".DS_Store", "__MACOSX/._b.png", ".git/x.png",
                 ".ipynb_checkpoints/a-checkpoint.png"):  # fmt: skip
        yield name, saved(drawing(300)) if name.endswith("png") else b"x", Expected(PASSED)


def files(folder):
    """Writes all single files into a folder.

    Returns:
        {name: Expected}; passed-over folders are named with "/" at their end.
    """
    expected = {}
    for name, raw, wanted in (*right(), *bad(), *names(), *hidden()):
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        except (OSError, ValueError):
            continue  # this file system knows no such name
        top = f"{name.partition('/')[0]}/" if "/" in name and wanted.outcome == PASSED else name
        expected[top] = wanted
    return expected


def folders(folder):
    """Writes folders, links, pipes and locked files.

    Returns:
        {name: Expected}
    """
    expected = {}

    def write(name, raw=None, wanted=None):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw or saved(drawing(abs(hash(name)) % 10**6)))
        expected[name] = wanted or Expected(USED)
        return path

    write("cats/tom.png", saved(drawing(400)))
    write("cats/kittens/a/b/c/d/e.png", saved(drawing(401)))
    write("a folder.png/inside.png", saved(drawing(402)))
    (folder / "empty").mkdir()
    if hasattr(os, "symlink"):
        (folder / "loop").symlink_to(folder, target_is_directory=True)
        expected["loop/"] = Expected(REFUSED, "link to a folder")
        (folder / "self.png").symlink_to("self.png")
        expected["self.png"] = Expected(REFUSED, "cannot be opened")
        (folder / "nowhere.png").symlink_to("not_there.png")
        expected["nowhere.png"] = Expected(REFUSED, "cannot be opened")
        (folder / "linked.png").symlink_to(folder / "cats/tom.png")
        expected["linked.png"] = Expected(USED)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.png")
        expected["pipe.png"] = Expected(REFUSED, "pipe")
    if hasattr(os, "geteuid") and os.geteuid() != 0:  # root may read everything
        write("locked.png", None, Expected(REFUSED, "may not be read")).chmod(0)
        write("locked_folder/a.png").parent.chmod(0)
        del expected["locked_folder/a.png"]
        expected["locked_folder/"] = Expected(REFUSED, "cannot be opened")
    run = {
        "card.json": b"{}",
        "checkpoint.npz": b"x",
        "samples.png": saved(drawing(403)),
        "samples.npz": b"x",
    }
    for name, raw in run.items():
        write(f"a_run/{name}", raw, Expected(PASSED, "training"))
    write("a_run/mine.png", saved(drawing(404)))
    return expected


# Zips ----------------------------------------------------------------------------------------------


def zips(folder):
    """Writes zips.

    Returns:
        {path: {member's name: Expected}, or a text that the error must hold}
    """
    good = {f"{index}.png": saved(drawing(500 + index)) for index in range(3)}
    fine = dict.fromkeys(good, Expected(USED))
    found = {}

    def write(name, members, expected, compress=zipfile.ZIP_DEFLATED):
        path = folder / name
        with zipfile.ZipFile(path, "w", compress) as archive:
            for info, raw in members:
                archive.writestr(info, raw)
        found[path] = expected
        return path

    write("good.zip", good.items(), fine)
    write("bzip2.zip", good.items(), fine, zipfile.ZIP_BZIP2)
    write("lzma.zip", good.items(), fine, zipfile.ZIP_LZMA)
    write("nested.zip", [(f"a/b/{name}", raw) for name, raw in good.items()],
          {f"a/b/{name}": want for name, want in fine.items()})  # fmt: skip
    out = {
        "../out.png": "leads out",
        "/abs.png": "leads out",
        "a/../../out.png": "leads out",
        "C:\\out.png": "leads out",
    }
    write("out.zip", [*good.items(), *((name, good["0.png"]) for name in out)],
          fine | {name.replace("\\", "/"): Expected(REFUSED, why) for name, why in out.items()})  # fmt: skip
    link = zipfile.ZipInfo("link.png")
    link.create_system, link.external_attr = 3, (0o120777 << 16)
    write(
        "link.zip",
        [*good.items(), (link, b"/etc/passwd")],
        fine | {"link.png": Expected(REFUSED, "link")},
    )
    hide = {"__MACOSX/._0.png": b"x", ".DS_Store": b"x", "a/Thumbs.db": b"x"}
    write("mac.zip", [*good.items(), *hide.items()], fine | dict.fromkeys(hide, Expected(PASSED)))
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("x.png", good["0.png"])
    write("matryoshka.zip", [*good.items(), ("more.zip", inside.getvalue())],
          fine | {"more.zip": Expected(REFUSED, "unpack")})  # fmt: skip
    locked = write("locked.zip", good.items(), dict.fromkeys(good, Expected(REFUSED, "password")))
    raw = bytearray(locked.read_bytes())
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    locked.write_bytes(raw)
    found[locked] = "no picture that can be read"
    write("bomb.zip", [(f"{k}.png", bytes(2**24)) for k in range(80)], "would unpack to")
    write(
        "one_bomb.zip",
        [*good.items(), ("bomb.png", bytes(2**28 + 1))],
        fine | {"bomb.png": Expected(REFUSED, "bytes")},
    )
    write("empty.zip", [], "no picture that can be read")
    write("text.zip", [("a.txt", b"x")], "no picture that can be read")
    twice = write("twice.zip", good.items(), fine)
    with zipfile.ZipFile(twice, "a") as archive:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr("0.png", saved(drawing(510)))
    lying = write("lying.zip", good.items(), None, zipfile.ZIP_STORED)
    raw = bytearray(lying.read_bytes())
    at = raw.find(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)  # claims ten bytes
    lying.write_bytes(raw)
    found[lying] = {**fine, "0.png": Expected(REFUSED)}
    cut = folder / "cut.zip"
    cut.write_bytes((folder / "good.zip").read_bytes()[:-30])
    found[cut] = "no zip"
    many = folder / "many.zip"
    many.write_bytes(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**31, 0, 0))
    found[many] = "zip"
    crc = write("bad_crc.zip", good.items(), None, zipfile.ZIP_STORED)
    raw = bytearray(crc.read_bytes())
    raw[raw.find(b"IDAT") + 20] ^= 255
    crc.write_bytes(raw)
    found[crc] = {**fine, "0.png": Expected(REFUSED, "unpacked")}
    return found


def twins(folder, count=12):
    """Writes different pictures, and four more of the first ones that are the same pictures.

    Returns:
        {name of a copy: name of the picture that it copies}
    """
    for index in range(count):
        saved_to(folder / f"one_{index:02d}.png", drawing(600 + index, 96, 96))
    first = [Image.open(folder / f"one_{index:02d}.png") for index in range(5)]
    saved_to(folder / "z_exact.png", first[0])
    saved_to(folder / "z_mirrored.png", first[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    first[2].save(folder / "z_again.jpg", quality=60)
    saved_to(folder / "z_resized.png", first[3].resize((53, 53), Image.Resampling.BILINEAR))
    mixed = (
        first[4]
        .transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        .resize((70, 70), Image.Resampling.BICUBIC)
    )
    mixed.save(folder / "z_mixed.jpg", quality=70)
    copies = ("exact.png", "mirrored.png", "again.jpg", "resized.png", "mixed.jpg")
    return {f"z_{name}": f"one_{index:02d}.png" for index, name in enumerate(copies)}


def saved_to(path, picture):
    path.write_bytes(saved(picture))
