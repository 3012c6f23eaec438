"""A learner's own few pictures, for looking up what a network makes of them."""

import numpy as np
from PIL import Image, ImageOps

from helpers import places

KINDS = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def pictures(folder="../my_art/five", *, otherwise, most=5, size=64):
    """The pictures of a folder, in the order of their names, on white and made square.

    Args:
        folder: where they lie; it may be missing.
        otherwise: uint8 [n, size, size, 3], given back when there is none.
        most: how many at most.
        size: pixels along a side.
    Returns:
        uint8 [n, size, size, 3].
    Raises:
        ValueError: a file is no picture; says which, and what to do.
    """
    folder = places.in_my_art(folder)
    paths = sorted(p for p in folder.glob("*") if p.suffix.lower() in KINDS)[:most]
    if not paths:
        print(f"no pictures in my_art/{folder.name} yet: others stand in for yours")
        return otherwise
    return np.stack([read(path, size) for path in paths])


def read(path, size):
    """One picture, uint8 [size, size, 3]; what is transparent, and what fills up a square, is white."""
    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(file).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(
            f"{path.name} could not be read as a picture ({type(error).__name__}): save it as PNG "
            "or JPEG, or take it out of the folder"
        ) from None
    page = Image.new("RGBA", image.size, "white")
    whole = Image.alpha_composite(page, image).convert("RGB")
    return np.asarray(ImageOps.pad(whole, (size, size), color="white"))
