"""SVG: drawn by resvg, after everything is taken out that reads files, asks the network or never ends."""

import base64
import io
import re
import xml.etree.ElementTree as ElementTree

from helpers.art import kinds, painter
from helpers.art.kinds import Refused

MOST = 2**22  # bytes of text
_ELEMENTS, _DEPTH = 50_000, 200
_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*["']?#([^)"']+)""")
_EMBEDDED = 2**23  # pixels of a picture embedded in a drawing


def drawn(raw, side):
    """Draws an SVG.

    Args:
        raw: bytes of a .svg or .svgz.
        side: pixels along the longer side.

    Returns:
        (bytes of a PNG, list of notes).

    Raises:
        Refused: resvg-py is not installed, the drawing is damaged, or it would not end.
    """
    try:
        import resvg_py  # noqa: F401, to know whether it is there: painter's process draws
    except ImportError:
        raise Refused(
            "SVG is drawn only where resvg-py is installed (`pip install resvg-py`): or save it as PNG"
        ) from None
    text, notes = _plain(raw)
    fonts = "<text" in text or ":text" in text  # looking for them takes a while
    png, why = painter.paint(text, side, fonts)
    if not png:
        raise Refused(f"cannot be drawn ({kinds.safe(why, 100)}): save it as PNG")
    return base64.b64decode(png), ["drawn from SVG", *notes]


def _plain(raw):
    """(text, notes): the drawing without whatever points out of it."""
    if raw[:2] == b"\x1f\x8b":
        raw = kinds.unzipped(raw, MOST)
    if len(raw) > MOST:
        raise Refused(f"has {len(raw):,} bytes, a drawing at most {MOST:,}: save it as PNG")
    _check_entities(raw)
    try:
        root = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Refused(f"is no whole SVG ({str(error)[:80]}): save it again") from None
    if root.tag.rpartition("}")[2] != "svg":
        raise Refused("is XML, but no SVG")
    removed = sum(_cut_links(element) for element in root.iter())
    _check_work(root)
    try:
        text = ElementTree.tostring(root, encoding="unicode")
    except RecursionError:
        raise Refused("is nested too deeply: save it as PNG") from None
    return text, ["drawn without its links, which reach outside"] * bool(removed)


def _check_entities(raw):
    for found in re.findall(rb"<!ENTITY\s[^>]*>", raw):
        # Illustrator declares short names for addresses; anything else there is an attack.
        value = re.match(rb"""<!ENTITY\s+[\w:.-]+\s+(?:"([^"&<%]*)"|'([^'&<%]*)')\s*>""", found)
        if value is None or len(found) > 500:
            raise Refused("declares entities that read files or grow: save it as PNG")


def _cut_links(element):
    """Removes links out of the drawing; how many there were."""
    cut = 0
    for name in list(element.attrib):
        value = element.attrib[name].strip()
        if name.rpartition("}")[2] == "href" and not value.startswith("#") and not _embedded(value):
            del element.attrib[name]
            # A link to a page (<a>) changes nothing in the drawing.
            cut += element.tag.rpartition("}")[2] != "a" if isinstance(element.tag, str) else 0
    return cut


def _embedded(value):
    """Whether this is a picture inside of the file, of a size that can be decoded."""
    from PIL import Image

    if not (found := _DATA.match(value)):
        return False
    try:
        with Image.open(io.BytesIO(base64.b64decode(value[found.end() :]))) as image:
            return image.width * image.height <= _EMBEDDED
    except Exception:  # a picture that cannot be read is cut out, and the note says so
        return False


def _check_work(root):
    """Refuses drawings that repeat themselves without end: <use> of <use> of <use>."""
    known = {e.attrib["id"]: e for e in root.iter() if "id" in e.attrib}
    counts, open_ = {}, set()

    def count(element, depth):
        if depth > _DEPTH:
            raise Refused("is nested too deeply: save it as PNG")
        if id(element) in open_:
            return 0  # a circle: resvg leaves it out
        if id(element) not in counts:
            open_.add(id(element))
            total = 1 + sum(count(child, depth + 1) for child in element)
            for named in _referred(element):
                total += count(known[named], depth + 1) if named in known else 0
            open_.discard(id(element))
            counts[id(element)] = total
        return counts[id(element)]

    if count(root, 0) > _ELEMENTS:
        raise Refused("repeats itself more often than can be drawn: save it as PNG")


def _referred(element):
    """Ids of the parts that an element draws again: by <use>, as pattern, mask, clip, filter."""
    for name, value in element.attrib.items():
        if name.rpartition("}")[2] == "href":
            yield value.strip()[1:]
        yield from _URL.findall(value)
