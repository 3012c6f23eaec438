"""Checks of lesson 00's exercise."""

import numpy as np

from helpers import art
from helpers.exercises import exercise, wrong


@exercise("00.1", "pixels from 0…255 to −1…1")
def _(answer):
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(3, axis=-1)
    result = answer(pixels)
    if result is None:
        wrong("your function returns nothing yet; hint: end it with `return …`")
    result = np.asarray(result)
    if result.shape != pixels.shape:
        wrong(f"the shape should stay {pixels.shape}, yours is {result.shape}")
    low, high = float(result.min()), float(result.max())
    if not np.isclose(low, -1) or not np.isclose(high, 1):
        wrong(
            f"0 should become −1 and 255 should become 1; yours become {result.ravel()[0]:.3g} and "
            f"{result.ravel()[-1]:.3g}. Hint: divide by half of 255, then shift"
        )
    if not np.allclose(result, art.to_float(pixels), atol=1e-6):
        wrong("the two ends are right, but not everything between; hint: a straight line does it")
    return "The course's own art.to_float does the same."
