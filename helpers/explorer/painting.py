"""What the latent explorer paints, and when: the big picture at once, the rest when a drag rests."""

import asyncio
import contextlib

import numpy as np

from helpers import figures, widgets
from helpers.explorer.parts import FRAMES, Parts
from helpers.language import say

_REST = 0.25  # seconds after a drag's last move until wall and strip follow: some 15 ms of work and 17 pictures
_BREATH = 0.005  # seconds between two parts of them, in which the kernel hears of a new move


class Painting(Parts):
    """The explorer's pictures and controls, kept in step with its `state`, `origin` and `scene`."""

    def repaint(self):
        """Draws everything once more."""
        self.attempt(self._paint_all)

    # The big picture first, so that it is on its way while the rest is drawn

    def _go(self, state):
        self.state = state
        if self.origin.generator != state.generator:
            self.origin = state
        self._paint_centre()
        self._follow()
        self._soon(self._paint_around())

    def _paint_all(self):
        self._paint_centre()
        self._follow()
        self._finish(self._paint_around())

    def _paint_around(self):
        """Wall and strip, in parts: a move that comes between two of them is shown first."""
        self._paint_wall()
        yield
        yield from self._paint_strip()

    def _soon(self, parts):
        """Runs the parts once a drag rests, on the kernel's own loop; at once where no loop runs."""
        if self._pending is not None:
            self._pending.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._finish(parts)
        self._pending = loop.call_later(_REST, self.attempt, lambda: self._go_on(parts, loop))

    def _go_on(self, parts, loop):
        with contextlib.suppress(StopIteration):
            next(parts)
            self._pending = loop.call_later(_BREATH, self.attempt, lambda: self._go_on(parts, loop))

    def _finish(self, parts):
        for _ in parts:
            pass

    def _paint_centre(self):
        self._put(self.scene.picture(self.state), self.state.in_words())
        self.say(self._words())

    def _words(self):
        z, steps = self.scene.latent(self.state), len(self.state.path)
        start = "a latent of its own" if self.state.latent else f"seed {self.state.seed}"
        chosen = [f"{steps} chosen"] if steps else []
        norms = f"‖z‖ = {np.linalg.norm(z):.1f}, √d = {len(z) ** 0.5:.1f}"
        own = [f"{block}: {share:.0%} child" for block, share in self.state.shares]
        return " · ".join(say(part) for part in [start, *chosen, norms, *own])

    def _put(self, picture, alt):
        # The page enlarges it (`_CRISP`): encoding 384 pixels takes 4 ms, 64 take a quarter of one.
        side = whole(picture, self._side) * len(picture)
        self.picture.show(figures.to_png(picture), alt, side)

    def _paint_wall(self):
        pictures = self.scene.wall(self.state, self._spread())
        for i, (image, picture) in enumerate(zip(self.wall_pictures, pictures), 1):
            image.show(figures.to_png(picture), say(f"variation {i}"), small(picture))

    def _paint_strip(self):
        parts = []
        for part in self.scene.strip_parts(self.origin, self.state):
            parts.append(part)
            yield
        frames = np.concatenate(parts)
        row = figures.tile(frames, columns=len(frames))
        alt = say(f"nine pictures, from {self.origin.in_words()} to {self.state.in_words()}")
        self.strip_picture.show(figures.to_png(row, whole(frames[0], 96)), alt)

    # The strip's frames

    def _show_frame(self):
        """Shows the strip's picture at the slider; at 0 the centre itself."""
        with self._silence():
            self.play.value = self.along.value  # so that it runs on from there
        if self.along.value == 0:
            return self._paint_centre()
        t = self.along.value / FRAMES
        words = f"{t:.0%} of the way"
        self._put(self.scene.between(self.origin, self.state, t), say(words))
        self.say(words)

    def _ticked_on(self, change):
        # A tick that was under way when the strip was stopped comes too late, and is not shown.
        if not self._quiet and (widgets.is_playing(self.play) or change["new"] == 0):
            self.along.value = change["new"]

    def _stop(self):
        widgets.playing(self.play, False)
        self.play.value = self.along.value = 0

    # Controls that follow the state

    def _follow(self):
        """Sets every control to the state, without hearing them."""
        source, state = self.scene.sources[self.state.generator], self.state
        values = {"generator": state.generator, "seed": state.seed, "truncation": state.truncation}
        amounts = {direction: amount for direction, amount, _ in state.steps}
        values |= {
            f"direction_{i}": amounts.get(label, 0.0) for i, label in enumerate(source.labels, 1)
        }
        values |= {f"swap_{i}": block in state.swap for i, block in enumerate(source.blocks, 1)}
        values["blend"] = state.blend
        with self._silence():
            for name in values.keys() & self.controls.keys():  # without a child no blend, no swap
                _set(self.controls[name], values[name])
            self._stop()
            self.restore.value = state.to_text()
            if state.generator != self._labelled:
                self._label(source)

    @contextlib.contextmanager
    def _silence(self):
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _spread(self):
        return round(self.controls["spread"].value, 4)


def small(picture):
    """The side at which a row of eight shows a picture: whole pixels, about 96."""
    return whole(picture, 96) * len(picture)


def whole(picture, side):
    """The whole factor that brings a picture to about this side."""
    return max(1, side // len(picture))


def _set(control, value):
    # Not for a rounding error: writing back to a slider that is being dragged would move it.
    if isinstance(value, float) and abs(control.value - value) < 1e-6:
        return
    control.value = value
