"""What see-through pictures stand on: white, unless white would swallow them."""

import re

import numpy as np

from helpers.art import framing
from helpers.art.files import ArtError

# In order of preference: white as everywhere in the course, greys, a soft blue, a violet, black.
CANDIDATES = (
    (255, 255, 255), (208, 208, 208), (128, 128, 128), (64, 64, 72), (150, 190, 220), (120, 96, 140),
    (0, 0, 0),
)  # fmt: skip
_SEEN = 24  # levels of 255 by which ink must differ from its page
_LOST = 0.1  # a picture of which less of the ink can be seen is lost
_FEW = 0.1  # share of the pictures that may be lost on white: those stand on another page by themselves
_NAMES = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
    "gray": (128, 128, 128),
}


def parse(background):
    """[r, g, b] of what a caller gave; None for "auto".

    Raises:
        ArtError: it is no colour.
    """
    if isinstance(background, str):
        text = background.strip().lower()
        if text == "auto":
            return None
        if text in _NAMES:
            return _NAMES[text]
        if re.fullmatch("#[0-9a-f]{6}", text):
            return tuple(bytes.fromhex(text[1:]))
    elif np.shape(background) == (3,):
        colour = np.asarray(background)
        if colour.dtype.kind in "iu" and colour.min() >= 0 and colour.max() <= 255:
            return tuple(colour.tolist())
    raise ArtError(
        f'background is "auto", "white", "black", "grey", "#rrggbb" or (r, g, b) of 0 to 255; got {background!r}'
    )


def choose(seen):
    """The page on which the see-through pictures can be seen.

    Args:
        seen: float [n, candidates], from `visible`.

    Returns:
        (index of the set's page among CANDIDATES, int [n] index of each picture's own page): the two
        differ where a picture would be lost on the set's.
    """
    if not len(seen):
        return 0, np.zeros(0, int)
    lost = seen < _LOST
    share = lost.mean(axis=0)
    common = 0 if share[0] <= _FEW else int(np.argmin(share))
    return common, np.where(lost[:, common], np.argmax(seen, axis=1), common)


def visible(square):
    """How much of a cut-out's ink can be seen on each candidate.

    Args:
        square: uint8 [size, size, 4], premultiplied.

    Returns:
        float32 [candidates] in 0–1.
    """
    ink = square[..., 3] > 127
    if not ink.any():
        ink = square[..., 3] > 0
    inked = square[ink][:, None, None]  # a row of pictures of one pixel
    return np.array(
        [
            (np.abs(framing.on(inked, colour).astype(int) - colour).max(axis=-1) >= _SEEN).mean()
            for colour in CANDIDATES
        ],
        np.float32,
    )
