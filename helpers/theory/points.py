"""Clouds of points in the plane for the smallest GAN: presets, your own, and a ring to count modes on.

All clouds lie within about −1.5 to 1.5. Only numpy and Pillow: no network in here.
"""

import pathlib
import re

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from helpers import fonts

RING_SD = 0.04
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def ring_centres(modes=8, radius=1.0):
    """Centres [modes, 2] of Gaussians evenly spaced on a circle."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def ring(n=1000, *, seed=0, sd=RING_SD):
    """Eight narrow Gaussians on a ring, float32 [n, 2] (idea: Metz et al. 2017)."""
    rng = np.random.default_rng(seed)
    centres = ring_centres()[rng.integers(0, 8, n)]
    return (centres + sd * rng.normal(size=(n, 2))).astype(np.float32)


def line(n=1000, *, seed=0):
    """A slanted line, float32 [n, 2]."""
    rng = np.random.default_rng(seed)
    t = rng.uniform(-1, 1, n)
    return (np.stack([t, 0.6 * t], 1) + 0.04 * rng.normal(size=(n, 2))).astype(np.float32)


def two_clusters(n=1000, *, seed=0):
    """Two round clusters, float32 [n, 2]."""
    rng = np.random.default_rng(seed)
    side = rng.choice([-0.7, 0.7], n)
    return (np.stack([side, 0.5 * side], 1) + 0.15 * rng.normal(size=(n, 2))).astype(np.float32)


def spiral(n=1000, *, seed=0):
    """One arm of a spiral, float32 [n, 2]."""
    rng = np.random.default_rng(seed)
    t = np.sqrt(rng.uniform(0.03, 1, n))
    angle = 3.5 * np.pi * t
    arm = 1.2 * t * np.stack([np.cos(angle), np.sin(angle)])
    return (arm.T + 0.025 * rng.normal(size=(n, 2))).astype(np.float32)


PRESETS = {"line": line, "two clusters": two_clusters, "ring": ring, "spiral": spiral}


def from_picture(image, n=1000, *, seed=0):
    """Points where a picture is dark.

    Args:
        image: uint8 [height, width, 3], dark on light; one of your own or of the course's art.
        n: how many points.
        seed: of the draw.
    Returns: float32 [n, 2], the longer side spanning −1.2 to 1.2.
    Raises: ValueError when nothing in the picture is darker than white.
    """
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(
            f"expected a uint8 picture [height, width, 3], got {image.dtype} of shape "
            f"{image.shape}; convert it with art.to_uint8 or Pillow's convert('RGB')"
        )
    ink = np.maximum(0.0, 240.0 - image.mean(axis=2))
    if not ink.any():
        raise ValueError("the picture is white all over: draw something dark on it")
    rng = np.random.default_rng(seed)
    rows, columns = np.divmod(rng.choice(ink.size, n, p=(ink / ink.sum()).ravel()), ink.shape[1])
    places = np.stack([columns, -rows], 1) + rng.uniform(-0.5, 0.5, (n, 2))
    middle = np.array([ink.shape[1] - 1, 1 - ink.shape[0]]) / 2
    return ((places - middle) * 2.4 / max(ink.shape)).astype(np.float32)


def from_text(text, n=1000, *, seed=0):
    """Points from a text box: "0.5 -1; 1 0.2; …" as places, anything else as a written word.

    Args:
        text: pairs of numbers separated by ";" or new lines, or a word of up to 12 letters.
        n, seed: as above; few places are repeated with a little spread.
    Returns: float32 [n, 2]. Raises: ValueError when there is nothing to read.
    """
    places = parse_places(text)
    if places is None:
        return from_picture(write_word(text), n, seed=seed)
    rng = np.random.default_rng(seed)
    chosen = places[rng.integers(0, len(places), n)]
    return (chosen + 0.03 * rng.normal(size=(n, 2))).astype(np.float32)


def own(what, n=1000, *, seed=0):
    """Points of your own: a picture file, or what `from_text` takes.

    Args:
        what: the name of a picture file (.png, .jpg, .jpeg, .gif or .webp), dark on light; or
            places, or a word.
        n, seed: as above.
    Returns: float32 [n, 2].
    Raises: FileNotFoundError, when there is no such picture; ValueError as `from_picture`,
        `from_text`, or when the file holds no picture.
    """
    path = pathlib.Path(what.strip())
    if path.suffix.lower() not in PICTURES:
        return from_text(what, n, seed=seed)
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no picture {what!r}; from this page a file in my_art/ is "
            f'"../my_art/{path.name}"'
        )
    return from_picture(read_picture(path), n, seed=seed)


def read_picture(path):
    """A picture file on white, at most 200 pixels a side, uint8 [height, width, 3]."""
    try:
        with Image.open(path) as image:
            image.thumbnail((200, 200))
            image = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path.name} cannot be read as a picture: {error}") from None
    return np.asarray(Image.alpha_composite(Image.new("RGBA", image.size, "white"), image))[..., :3]


def parse_places(text):
    """Pairs of numbers [k, 2] within −1.5 … 1.5, or None when the text is not made of pairs."""
    rows = [row for row in re.split(r"[;\n]", text) if row.strip()]
    try:
        places = np.array([[float(v) for v in re.split(r"[,\s]+", row.strip())] for row in rows])
    except ValueError:
        return None
    if places.ndim != 2 or places.shape[1] != 2:
        return None
    if not np.abs(places).max() <= 1.5:
        raise ValueError(
            f"{text.strip()[:40]!r} leaves the picture: keep numbers within −1.5 to 1.5"
        )
    return places


def write_word(word):
    """A word drawn in black on white, uint8 [height, width, 3]; Chinese where a font has it."""
    word = word.strip()[:12]
    if not word:
        raise ValueError("the text box is empty: type a word, or places such as 0.5 -1; 1 0.2")
    plain = word.isascii()
    font = ImageFont.load_default(40) if plain else ImageFont.truetype(fonts.covering(word)[1], 40)
    left, top, right, bottom = font.getbbox(word)
    image = Image.new("RGB", (int(right - left) + 8, int(bottom - top) + 8), "white")
    ImageDraw.Draw(image).text((4 - left, 4 - top), word, fill="black", font=font)
    return np.asarray(image)


def circle(n=1000, *, seed=0, sd=0.0):
    """A circle through the ring's centres, even all round, float32 [n, 2]: it has no modes.

    Args:
        n, seed: as above.
        sd: standard deviation of the distance from the middle.
    """
    rng = np.random.default_rng(seed)
    angle, radius = rng.uniform(0, 2 * np.pi, n), 1 + sd * rng.normal(size=n)
    return (radius * np.stack([np.cos(angle), np.sin(angle)])).T.astype(np.float32)


def near_on_circle(*, modes=8, radius=1.0, sd=RING_SD):
    """Share of a thin circle that lies within 3 sd of some centre: what chance alone gives."""
    return modes * 2 * np.arcsin(3 * sd / (2 * radius)) / np.pi


def count_reached(samples, centres=None, *, least=0.25):
    """How many modes are the nearest one for at least `least` of their fair share of samples.

    A wide net: it does not ask whether a mode is hit. A generator that reaches few has collapsed.
    """
    centres = ring_centres() if centres is None else np.asarray(centres)
    nearest = np.linalg.norm(np.asarray(samples)[:, None] - centres, axis=2).argmin(axis=1)
    share = np.bincount(nearest, minlength=len(centres)) / len(nearest)
    return int((share >= least / len(centres)).sum())


def count_modes(samples, centres=None, *, sd=RING_SD, least=0.25, most=0.5):
    """How many modes the samples hold, and how many samples lie near any.

    A mode is found when enough samples lie near it *and* most of those that have it as the nearest
    one do. The second half is what a circle through all centres fails: see `near_on_circle`.

    Args:
        samples: [n, 2].
        centres: [modes, 2]; the ring's eight by default.
        sd: standard deviation of a mode; "near" is within 3 of them.
        least: how much of its fair share, 1/modes of all samples, must be near (a convention).
        most: how much of the samples nearest to it must be near (a convention).
    Returns: (modes found, share of samples near some mode).
    """
    centres = ring_centres() if centres is None else np.asarray(centres)
    distance = np.linalg.norm(np.asarray(samples)[:, None] - centres, axis=2)
    near = distance < 3 * sd
    own = np.eye(len(centres), dtype=bool)[distance.argmin(axis=1)]
    enough = near.mean(axis=0) >= least / len(centres)
    sharp = (near & own).sum(axis=0) >= most * own.sum(axis=0)
    return int((enough & sharp).sum()), float(near.any(axis=1).mean())


def coverage(real, generated, *, reach=0.1):
    """How well two clouds lie on each other.

    Args:
        real, generated: [n, 2] and [m, 2].
        reach: distance that counts as close by.
    Returns: (share of the real points with a generated one close by, share of the generated
        points with a real one close by).
    """
    close = np.linalg.norm(np.asarray(real)[:, None] - np.asarray(generated), axis=2) < reach
    return float(close.any(axis=1).mean()), float(close.any(axis=0).mean())
