"""Makes the moving picture that README.md opens with: `make animation` (about three minutes on two cores).

    python -m tools.animation      # data/gallery/course.webp

On the left one training as lessons 04 and 05 do it, each picture always from the same noise: an untrained network
learns heroes in 1,300 steps (a minute), then goes on with creatures. On the right the shipped
city_day is blended into city_neon, as in lesson 06. Nothing is chosen by hand: the latents are the first ones.
"""

import io
import sys

import keras
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from helpers import art, checkpoints, figures, files, fonts, gan, latents
from helpers.gan import transfer
from helpers.latents import blending
from tools import committed

FILE = committed.ROOT / "data" / "gallery" / "course.webp"
MOST = 1_200_000  # bytes: who clones the course and who opens its page on a phone pays for them
STEPS = {"heroes": 1300, "creatures": 700}
DRAWN = 20  # pictures of the training
SHARES = np.linspace(0, 1, 13)
SECONDS = 0.1  # of a frame
INK, PAPER = "#24292f", "#ffffff"


class Film(keras.callbacks.Callback):
    """Draws the same latents at chosen steps of a training.

    Args:
        moments: the steps at which it draws.
        count: how many pictures.
    """

    def __init__(self, moments, count=DRAWN):
        super().__init__()
        self.moments, self.count, self.frames = set(moments), count, []

    def on_train_begin(self, logs=None):
        self.z = self.model.noise(self.count, seed=1)
        if 0 in self.moments:
            self.frames.append(self.model.decode(self.z))

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 in self.moments:
            self.frames.append(self.model.decode(self.z))


def moments(steps, count):
    """Steps from 0 to the last, near each other at first, when most changes."""
    return sorted({round(steps * (i / (count - 1)) ** 2) for i in range(count)})


def training(steps=STEPS, counts=(34, 22)):
    """Trains on heroes, then goes on with creatures.

    Returns:
        list of (caption, uint8 [DRAWN, size, size, 3]).
    """
    model = gan.make(32, seed=0, start=False)
    frames = []
    for name, count in zip(steps, counts):
        when = moments(steps[name], count)
        model = model if not frames else transfer.child(model)
        film = Film(when)
        model.fit(art.load(name).split().train.images, steps[name], callbacks=[film])
        start = f"then {name}" if frames else f"{name}"
        words = [f"{start}, step {step:,} of {steps[name]:,}" for step in when]
        frames += list(zip(words, film.frames))
    return frames


def cities(shares=SHARES, count=6):
    """The same cities from day to neon.

    Returns:
        list of (caption, uint8 [count, 64, 64, 3]).
    """
    day, neon = (checkpoints.load(f"city_{n}").averaged_generator for n in ("day", "neon"))
    z, measured = latents.noise(day, count, seed=1), latents.noise(day, 256)
    mixed = (blending.blend(day, neon, share, latents=measured) for share in map(float, shares))
    return [(said(share), latents.decode(one, z)) for share, one in zip(shares, mixed)]


def said(share):
    """What stands above a city that is so much neon's."""
    return {0: "day", 1: "neon"}.get(float(share), f"{share:.0%} of the way from day to neon")


def composed(left, right):
    """All frames of the animation, as pictures; the cities go to neon and back while the training runs once.

    Args:
        left, right: lists as `training` and `cities` give them.
    """
    left = [left[0]] * 4 + left + [left[-1]] * 12
    there = [right[0]] * 2 + right + [right[-1]] * 2
    there = [one for one in there for _ in range(2)]  # two frames each: that halves the file
    right = (there + there[::-1]) * (1 + len(left) // (2 * len(there)))
    return [frame(one, other) for one, other in zip(left, right)]


def frame(left, right):
    """One frame: two blocks of pictures, each with its caption above it."""
    blocks = [figures.tile(left[1], columns=5, pad=0), figures.tile(right[1], columns=3, pad=0)]
    blocks = [np.kron(block, np.ones((2, 2, 1), np.uint8)) for block in blocks]
    height, gap, top = max(len(block) for block in blocks), 16, 26
    width = sum(block.shape[1] for block in blocks) + gap
    picture = Image.new("RGB", (width, top + height), PAPER)
    pen, x = ImageDraw.Draw(picture), 0
    for (words, _), block in zip((left, right), blocks):
        font = ImageFont.truetype(fonts.covering(words)[1], 15)
        pen.text((x + 2, 3), words, fill=INK, font=font)
        picture.paste(Image.fromarray(block), (x, top))
        x += block.shape[1] + gap
    return picture


def write(frames, path=FILE, seconds=SECONDS):
    """Writes the frames as one animated WebP that runs for ever; returns its size in bytes.

    Raises:
        ValueError: the file would be larger than `MOST`; nothing is written.
    """
    raw = io.BytesIO()
    how = {"quality": 20, "method": 3}  # a third of lossless, and hardly to be told from it
    frames[0].save(
        raw,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 * seconds),
        loop=0,
        **how,
    )
    if len(raw.getvalue()) > MOST:
        raise ValueError(
            f"the animation has {len(raw.getvalue()):,} bytes, at most {MOST:,} are wanted: take "
            "fewer moments of the training"
        )
    files.write_bytes(path, raw.getvalue())
    return len(raw.getvalue())


def main():
    frames = composed(training(), cities())
    size = write(frames)
    print(f"{FILE}: {len(frames)} frames, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
