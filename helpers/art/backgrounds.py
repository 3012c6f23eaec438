"""What see-through pictures stand on: white, unless white would swallow them."""

import re

import numpy as np

from helpers.art import framing
from helpers.art.files import ArtError

# In order of preference: white as everywhere in the course, then paper, greys, a soft blue, black.
CANDIDATES = (
    (255, 255, 255), (240, 228, 204), (208, 208, 208), (150, 190, 220), (128, 128, 128),
    (120, 96, 140), (64, 64, 72), (0, 0, 0),
)  # fmt: skip
_SEEN = 48  # levels of 255 by which ink must differ from its page
_ENOUGH = 0.5  # share of a picture's outline that must be seen
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


def choose(pictures, facts):
    """The page on which most of the see-through pictures can be seen.

    Args:
        pictures: list of decode.Decoded.
        facts: their facts.

    Returns:
        (r, g, b): white where nothing is see-through, or where white does.
    """
    seen = [_seen(p.pad) for p, fact in zip(pictures, facts) if fact["alpha"]]
    if not seen:
        return CANDIDATES[0]
    shares = np.array(seen)
    lost = (shares < _ENOUGH).mean(axis=0)
    # The first candidate on which nearly all are seen; else the one that loses fewest.
    good = np.flatnonzero(lost <= max(0.02, lost.min()))
    return CANDIDATES[good[0]]


def _seen(square):
    """Share of a cut-out's outline that can be seen on each candidate: float [candidates]."""
    alpha = square[..., 3] > 127
    inner = alpha.copy()
    inner[1:-1, 1:-1] &= alpha[:-2, 1:-1] & alpha[2:, 1:-1] & alpha[1:-1, :-2] & alpha[1:-1, 2:]
    inner[[0, -1]] = inner[:, [0, -1]] = False
    outline = alpha & ~inner
    if not outline.any():
        outline = square[..., 3] > 0
    shares = []
    for candidate in CANDIDATES:
        shown = framing.on(square[None], candidate)[0][outline].astype(int)
        shares.append((np.abs(shown - candidate).max(axis=-1) >= _SEEN).mean())
    return shares
