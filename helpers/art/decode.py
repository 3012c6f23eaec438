"""One file of a learner's folder becomes one small square picture, or a sentence that says why not.

Nothing is decoded before its size is known, and a large picture is converted strip by strip: memory
stays below some 600 MB whatever the file claims.
"""

import io
import math
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms, ImageOps

from helpers.art import framing, kinds, svg
from helpers.art.kinds import Refused
from helpers.figures import MADE

MOST_PIXELS = 2**26  # 8,192 × 8,192: 256 MB in Pillow's four bytes a pixel
_SLOW = ("qoi", "ppm_plain")  # decoders that Pillow has in Python: seconds for a million pixels
_MOST_SLOW = 2**21
_HIDING = ("ICO", "ICNS")  # they hide a picture whose size is known only when it is decoded
_MOST_PROFILE = 2**22  # bytes of a colour profile; real ones have half a megabyte at most
_STRIP = 2**22  # pixels that are converted at a time
_NAMES = {"MPO": "JPEG"}
_SRGB = ("srgb", "iec61966")


class Decoded(NamedTuple):
    """One picture, ready for a background.

    Attributes:
        pad: uint8 [size, size, 4], the whole picture; colours premultiplied by alpha.
        crop, trim: the same of its middle square, and of the drawing without its empty page; pad
            itself where it is equal.
        thumb: uint8 [16, 16, 4], the whole picture pressed into a square, whatever its size: what
            copies are found by.
        facts: dictionary: width, height, alpha (it has see-through parts), border (its border's one
            colour [r, g, b], or None), extent (how much of its page the drawing takes up, 0 to 1), notes (list of what was mended, in words).
    """

    pad: np.ndarray
    crop: np.ndarray
    trim: np.ndarray
    thumb: np.ndarray
    facts: dict


def picture(raw, name, size):
    """Decodes a file's bytes.

    Args:
        raw: bytes.
        name: the file's name, for its ending.
        size: side in pixels of the squares.

    Returns:
        Decoded.

    Raises:
        Refused: it cannot be used; the text is the reason.
    """
    kind = kinds.of(raw, name)
    notes = []
    if kind == "SVG":
        raw, notes = svg.drawn(raw, 4 * size)
        kind = "PNG"
    elif wrong := kinds.wrong_ending(kind, name):
        notes.append(wrong)
    kinds.check_chunks(raw, kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is checked or named here
            if kind in _HIDING:
                warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(raw), formats=kinds.formats(kind))
            _check_pixels(image)
            said = (image.info.get("Software", ""), image.info.get("comment", ""))
            if MADE in str(said):
                raise kinds.PassedOver(
                    "drawn by a network of this course: no input of the next one"
                )
            return _decoded(image, size, notes)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("claims more pixels than fit into memory: not decoded") from None
    except MemoryError:
        raise Refused("does not fit into this machine's memory") from None
    except (
        Exception
    ) as error:  # Pillow raises a dozen kinds on bad bytes; each is told to the reader
        raise Refused(_why(error)) from None


def _check_pixels(image):
    width, height = image.size
    if width < 1 or height < 1:
        raise Refused(f"has no pixels ({width} × {height})")
    most = _most_pixels(image)
    if width * height > most:
        raise Refused(
            f"claims {width:,} × {height:,} pixels, at most {most / 1e6:.0f} million are "
            "decoded: save it smaller"
        )
    tags = getattr(image, "tag_v2", {})  # of a TIFF: a small picture may stand in one giant tile
    if tags.get(322, 1) * tags.get(323, 1) > MOST_PIXELS // 4:
        raise Refused("claims tiles of more pixels than fit into memory: save it as PNG")
    if max(width, height) > 20 * min(width, height):
        raise Refused(f"{width:,} × {height:,} pixels are a line, not a picture")
    if max(width, height) < 4:
        raise Refused(f"{width} × {height} pixels are too few: at least 4 on one side")


def _most_pixels(image):
    """How many pixels of this kind of picture are decoded: memory and time set the limit."""
    if any(tile[0] in _SLOW for tile in image.tile):
        return _MOST_SLOW
    # A baseline JPEG is shrunk while it is decoded, and stands in memory at its full size only where
    # its colours come one after the other: six bytes a pixel, eight with four inks.
    streamed = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    return MOST_PIXELS * (2 if streamed and image.mode != "CMYK" else 1)


def _decoded(image, size, notes):
    width, height = image.size
    _note_frames(image, notes)
    image.draft(image.mode, (3 * size, 3 * size))  # JPEG alone: decodes at 1/2, 1/4 or 1/8
    image.load()
    turned = _orientation(image)
    profile = image.info.get("icc_profile")
    base = _reduced(image, max(1, min(image.size) // (3 * size)), notes)
    base = _to_srgb(base, profile, notes)
    if turned > 1 and image.format != "TIFF":  # Pillow turns a TIFF while it loads
        base = _turned(base, turned)
        notes.append("turned upright as its EXIF says")
        width, height = base.size if turned < 5 else (height, width)
    base = base.convert("RGBa" if base.mode == "RGBA" else "RGB")
    pixels = np.asarray(base)
    alpha = pixels.shape[-1] == 4 and bool((pixels[..., 3] < 250).any())
    if alpha and not pixels[..., 3].any():
        raise Refused("is transparent all over: there is nothing to see")
    border = None if alpha else framing.border(pixels[..., :3])
    box = framing.drawing(pixels, border)
    facts = {
        "width": width, "height": height, "alpha": alpha, "border": border, "notes": notes,
        "extent": max(box[2] - box[0], box[3] - box[1]) / max(base.size),
    }  # fmt: skip
    return Decoded(*framing.squares(base, size, border, box), framing.thumb(base), facts)


def _note_frames(image, notes):
    try:
        frames = getattr(image, "n_frames", 1)
    except Exception:  # as above: a later page is damaged, and this one may be whole
        notes.append("the first page: what comes after it is damaged")
        image.seek(0)
        return
    if frames > 1 and image.format != "MPO":  # a phone hides a second picture in an MPO
        word = "pages" if image.format == "TIFF" else "frames"
        notes.append(f"the first of {frames} {word}")
        image.seek(0)


def _orientation(image):
    """1 to 8, as EXIF counts them; 1 where it is missing, damaged or says something else."""
    try:
        turned = image.getexif().get(0x0112, 1)
    except Exception:  # Pillow raises a dozen kinds on bad bytes, and the picture itself is whole
        return 1
    return turned if isinstance(turned, int) and 2 <= turned <= 8 else 1


def _turned(image, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.info["exif"] = exif.tobytes()
    image.getexif().load(exif.tobytes())
    return ImageOps.exif_transpose(image)


# Every mode becomes RGB, RGBA, CMYK or LAB, strip by strip ----------------------------------------


def _reduced(image, factor, notes):
    """The picture in a plain mode, `factor` times smaller, each pixel the mean of what it covers."""
    convert = _conversion(image, notes)
    rows = max(factor, _STRIP // image.width // factor * factor)
    strips = [
        convert(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        for top in range(0, image.height, rows)
    ]
    if len(strips) == 1:
        return strips[0]
    whole = Image.new(strips[0].mode, (strips[0].width, sum(s.height for s in strips)))
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole


def _conversion(image, notes):
    """A function that brings a strip of this picture into a plain mode."""
    mode = image.mode
    if mode in ("F", "I") or mode.startswith("I;16"):
        low, high = _levels(image)
        notes.append(f"{_depth(mode)} grey: {low:g} to {high:g} shown as black to white")
        clear = image.info.get("transparency")
        return lambda strip: _eight_bit(strip, low, high, clear)
    if mode in ("CMYK", "LAB"):
        return lambda strip: strip
    if mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        info = {"transparency": image.info["transparency"]} if "transparency" in image.info else {}
        return lambda strip: _with_alpha(strip, info)
    return lambda strip: strip.convert("RGB")


def _with_alpha(strip, info):
    strip.info.update(info)  # a cut-out strip does not always keep it
    if strip.mode == "La":
        strip = strip.convert("LA")
    return strip.convert("RGBA")


def _depth(mode):
    return "floating-point" if mode == "F" else "16-bit" if mode.startswith("I;16") else "32-bit"


def _eight_bit(strip, low, high, clear):
    levels = np.nan_to_num(np.asarray(strip, np.float32), nan=low, posinf=high, neginf=low)
    scaled = np.clip((levels - low) * (255.0 / (high - low)), 0, 255)
    grey = Image.fromarray(np.rint(scaled).astype(np.uint8)).convert("RGB")
    if isinstance(clear, int):  # the one grey that is see-through
        grey.putalpha(
            Image.fromarray(np.where(np.asarray(strip) == clear, 0, 255).astype(np.uint8))
        )
    return grey


def _levels(image):
    """(black, white) of a deep grey: the range of its kind where the picture uses it, else its own."""
    rows = max(1, _STRIP // image.width)
    low, high = math.inf, -math.inf
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(top + rows, image.height))
        strip = np.asarray(image.crop(box), np.float32)
        strip = strip[np.isfinite(strip)]
        if strip.size:
            low, high = min(low, float(strip.min())), max(high, float(strip.max()))
    if low > high:
        raise Refused("holds no finite number: there is nothing to see")
    ranges = (1.0, 255.0, 65535.0)
    if image.mode != "F":
        ranges = tuple(
            2.0**bits - 1 for bits in (8, 10, 12, 14, 16)
        )  # what scanners and cameras give
    for white in ranges:
        if low >= 0 and white / 4 <= high <= white:
            return 0.0, white
    return (
        (low, high) if high > low else (0.0, max(ranges[-1], high))
    )  # one grey: as dark as its number


# Colours ------------------------------------------------------------------------------------------


def _to_srgb(image, profile, notes):
    """RGB or RGBA in sRGB, by the file's own colour profile where it has one."""
    if image.mode == "LAB":
        notes.append("converted from Lab colours")
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if profile and (image.mode == "CMYK" or image.mode.startswith("RGB")):
        converted = _by_profile(image, profile, notes)
        if converted is not None:
            return converted
    if image.mode == "CMYK":
        notes.append("converted from CMYK without a profile")
        return image.convert("RGB")
    return image


def _by_profile(image, profile, notes):
    """The picture in sRGB; None where it is there already or the profile is of no use."""
    if len(profile) > _MOST_PROFILE:
        notes.append(f"its colour profile of {len(profile):,} bytes was not used")
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip().strip("\0")
        if any(word in name.lower() for word in _SRGB):
            return None
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        colours = image.convert("RGB") if alpha is not None else image
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(colours, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        notes.append("its colour profile is damaged and was not used")
        return None
    if alpha is not None:
        converted.putalpha(alpha)
    notes.append(f"colours converted by its profile ({kinds.safe(name, 40)})")
    return converted


def _why(error):
    text = (str(error).splitlines() or [""])[0]
    if "cannot identify" in text:
        return "is damaged, or of a kind that cannot be read: save it as PNG"
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return "is cut off: its end is missing; copy or fetch it again"
    if "too large" in text or "MAX_TEXT" in text:
        return "carries a text or profile too large to be honest: save it again as PNG"
    return f"is damaged ({text[:100] or type(error).__name__}): copy or fetch it again"
