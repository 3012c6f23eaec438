"""Checks of lesson 06's exercises."""

import numpy as np

from helpers.exercises import exercise, wrong


@exercise("06.1", "the great circle between two latents, also where they are equal")
def _(answer):
    rng = np.random.default_rng(0)
    a, b = (10 * v / np.linalg.norm(v) for v in rng.normal(size=(2, 100)))
    middle = _vector(answer(a, b, 0.5), a.shape)
    if np.allclose(middle, (a + b) / 2):
        wrong(
            f"this is the straight line: halfway its length is {np.linalg.norm(middle):.1f}, not 10"
        )
    if not np.isclose(np.linalg.norm(middle), 10, atol=1e-3):
        wrong(f"halfway the length is {np.linalg.norm(middle):.1f}; on the circle it stays 10")
    if not np.allclose([answer(a, b, 0.0), answer(a, b, 1.0)], [a, b], atol=1e-6):
        wrong("t = 0 must give a, and t = 1 must give b")
    quarter = answer(a, b, 0.25)

    def angle(x, y):
        return np.arccos(np.clip(x @ y / 100, -1, 1))

    if not np.isclose(angle(a, quarter), angle(a, b) / 4, atol=1e-3):
        wrong(
            "a quarter of the way must be a quarter of the angle: weights sin((1 − t)Ω) and sin(tΩ)"
        )
    a = 10 * np.eye(len(a))[0]  # its angle with itself is exactly 0 on every processor
    with np.errstate(all="ignore"):
        same = _vector(answer(a, a, 0.5), a.shape)
    if not np.isfinite(same).all():
        wrong(
            "right, but from a to a itself it gives NaN: 0 divided by 0; take the line where Ω is tiny"
        )
    if not np.allclose(same, a, atol=1e-6):
        wrong("the way from a to a itself must stay at a")
    return "It stays on the shell, and stands still where there is no way to go."


@exercise("06.2", "the direction along which one score rises and another stays")
def _(answer):
    rng = np.random.default_rng(1)
    z, (wanted, other) = rng.normal(size=(400, 20)), rng.normal(size=(2, 20))
    other = other / np.linalg.norm(other)
    wanted = wanted / np.linalg.norm(wanted) + other  # so that the two go together
    noise = 0.1 * rng.normal(size=(2, 400))
    found = _vector(answer(z, 7 + 3 * z @ wanted + noise[0], 2 + z @ other + noise[1]), other.shape)
    length = np.linalg.norm(found)
    if length == 0 or not np.isclose(length, 1, atol=1e-3):
        wrong(f"a unit vector is wanted; yours has length {length:.3f}: divide by np.linalg.norm")
    if abs(found @ other) > 0.05:
        wrong(f"along your direction the score to keep changes, too: its cosine with that score's "
              f"direction is {found @ other:.2f}, 0 is wanted")  # fmt: skip
    right = wanted - (wanted @ other) * other
    cosine = found @ right / np.linalg.norm(right)
    if cosine < -0.99:
        wrong("along your direction the score falls: turn the sign")
    if cosine < 0.995:
        wrong(f"the cosine with the best direction is {cosine:.3f}; least squares with a constant "
              "reaches .999")  # fmt: skip
    return "The one rises and the other rests: a knob that does one thing."


@exercise("06.3", "day's plan in neon colours, with the fewest blocks")
def _(answer):
    from helpers import checkpoints, latents
    from helpers.latents import blending

    day, neon = (checkpoints.load(name).averaged_generator for name in ("city_day", "city_neon"))
    blocks = blending.blocks(day)
    chosen = [answer] if isinstance(answer, str) else list(answer or [])
    unknown = [block for block in chosen if block not in blocks]
    if unknown or not chosen:
        wrong(f"a list of blocks is wanted, of: {', '.join(blocks)}")
    z = latents.noise(day, 32, seed=5)
    mixed = blending.swap_layers(
        day, neon, [layer for block in chosen for layer in blocks[block]],
        latents=latents.noise(day, 256, seed=9),
    )  # fmt: skip
    colours = [latents.decode(g, z).mean(axis=(1, 2)) for g in (day, mixed, neon)]
    whole, left = (np.abs(colours[2] - some).mean() for some in colours[:2])
    if left > 0.1 * whole:
        wrong(f"{left / whole:.1%} of the way from day's mean colours to neon's is left; "
              "at most 10 % is wanted")  # fmt: skip
    if len(set(chosen)) > 2:
        wrong(f"the colours are right, but with {len(set(chosen))} blocks; fewer will do")
    return "The child's colours on the parent's plan, with two blocks."


def _vector(value, shape):
    """The answer as an array of this shape, or what is wrong with it."""
    if value is None:
        wrong("your function returns nothing yet")
    value = np.asarray(value, float)
    if value.shape != shape:
        wrong(f"expected an array of shape {list(shape)}, got {list(value.shape)}")
    return value
