"""The latent explorer: steer generators, keep what you like, bring it back from a line of text.

    made = {"heroes": heroes, "heroes → creatures": (heroes, creatures)}     # GANs; parent and child
    explorer.panel(made)                                                     # with widgets
    scene = explorer.Scene(made)
    picture = scene.picture(scene.start("heroes", seed=7))                   # and without

What is on screen is a pure function of a `State`, a few numbers; the panel only moves them.
"""

import asyncio
import contextlib
import dataclasses
import html
import pathlib
import re
import time

import numpy as np

from helpers import figures, files, places, widgets
from helpers.explorer.parts import FRAMES, Parts
from helpers.explorer.scene import Scene
from helpers.explorer.state import State

_REST = 0.25  # seconds after a drag's last move until wall and strip follow: some 15 ms of work and 17 pictures
_BREATH = 0.005  # seconds between two parts of them, in which the kernel hears of a new move
_SAME_MOVE = 0.7  # seconds within which moves of one control are one step for undo


def panel(generators, *, directions=5, named=None, folder=None, width=384):
    """The explorer as a panel; leave it as a cell's last expression to show it.

    Args:
        generators, directions, named: as for `Scene`.
        folder: where pictures are saved; None for the course's my_art/.
        width: side of the big picture on the page, in pixels.

    Returns:
        Explorer.
    """
    return Explorer(Scene(generators, directions=directions, named=named), folder, width)


class Explorer(Parts):
    """The panel that `panel` makes.

    Attributes:
        scene, state, history: the pure part, what is shown, and what was shown before.
        origin: the state at which the strip begins.
        controls: {name: widget}: generator, seed, direction_1 …, truncation, blend, swap_1 …, spread.
        play, restore, buttons: the strip's ▶, the box for a text, {name: button}.
        wall_pictures, wall_buttons: 16 images and the buttons that put them in the centre.
        strip_picture: the strip's image.
    """

    def __init__(self, scene, folder=None, width=384):
        self.scene, self.folder = scene, folder and pathlib.Path(folder)
        self.state = self.origin = scene.start()
        self.history, self.clock = [], time.monotonic
        self._last_move, self._quiet, self._pending = (None, 0.0), False, None
        self._side = width
        self._make_parts()
        alt = (
            "The generator's picture for the sliders' latent; below it 16 variations of it and the way "
            "there from the picture that was marked as the start."
        )
        super().__init__(None, self._make_controls(), alt, width)
        self._arrange(html.escape(alt))
        self.play.observe(lambda change: self.attempt(self._show_frame), names="value")
        self.restore.observe(self._restore_changed, names="value")

    # Moves

    def become(self, state, move=None):
        """Shows another state and remembers the present one for undo.

        Args:
            state: State.
            move: name of what was moved; quick moves of one thing are undone in one step.

        Raises:
            ValueError: the state does not belong to these generators; nothing changes then.
        """
        self.scene.check(state)
        now, (last, before) = self.clock(), self._last_move
        if move is None or move != last or now - before > _SAME_MOVE:
            self.history = [*self.history[-199:], self.state]
        self._last_move = move, now
        self._go(state)

    def choose(self, number):
        """Puts a variation of the wall in the centre: 0 … 15."""
        self.become(self.scene.vary(self.state, number, self._spread()))

    def undo(self):
        """Goes back to the state before the last move."""
        if not self.history:
            raise ValueError("nothing to undo: this is where you began")
        self._last_move = None, 0.0
        self._go(self.history.pop())

    def start_here(self):
        """Lets the strip begin at the picture on screen."""
        self.origin = self.state
        self._soon(self._paint_around())

    def save_picture(self):
        """Saves the big picture, crisp, at 1,024 px; returns its path."""
        return self._save(_crisp(self.scene.picture(self.state)), ".png")

    def save_sheet(self):
        """Saves the 16 variations as one picture; returns its path."""
        sheet = figures.tile(self.scene.wall(self.state, self._spread()), columns=4)
        return self._save(_crisp(sheet), "-sheet.png")

    def save_gif(self):
        """Saves the way from the strip's start to here and back as an animation; returns its path."""
        if self.origin == self.state:
            raise ValueError(
                "the strip begins and ends here: press “start here”, move on, then save"
            )
        there = self.scene.strip(self.origin, self.state, FRAMES + 1)
        film = np.concatenate([there, there[-2:0:-1]])  # and back
        return self._save(
            figures.to_gif(film, scale=_whole(film[0], 512), comment=figures.MADE), ".gif"
        )

    # What a control's move does

    def _changed(self, change):
        if self._quiet:
            return
        name = next(name for name, control in self.controls.items() if control is change["owner"])
        if name == "spread":
            self.attempt(self._paint_wall)
        else:
            self.attempt(lambda: self.become(self._moved(name, change["new"]), name))

    def _moved(self, name, value):
        """The state after a control's move."""
        if name == "generator":
            return self.scene.start(value, self.state.seed)
        if name == "seed":  # the variations chosen belonged to the old seed
            return dataclasses.replace(self.state, seed=value, path=(), latent=())
        kind, _, number = name.partition("_")
        if kind == "direction":
            label = self.scene.sources[self.state.generator].labels[int(number) - 1]
            return self.scene.along(self.state, label, round(value, 4))
        if kind == "swap":
            swap = self._ticked()
            shares = [share for share in self.state.shares if share[0] not in swap]
            return dataclasses.replace(self.state, swap=swap, shares=shares)
        return dataclasses.replace(self.state, **{name: round(value, 4)})

    def _ticked(self):
        blocks = self.scene.sources[self.state.generator].blocks
        return [b for i, b in enumerate(blocks, 1) if self.controls[f"swap_{i}"].value]

    def _spread(self):
        return round(self.controls["spread"].value, 4)

    def _restore_changed(self, change):
        if not self._quiet:
            with self._silence():
                self._stop()  # a playing strip would write over what is wrong with the text
            self.attempt(lambda: self.become(State.from_text(change["new"])))

    def _stop(self):
        self.play.value = 0
        # The trait's name in ipywidgets 8, and in 7.7.
        widgets.playing(self.play, False)

    def _show_frame(self):
        # ■ sets the count to zero: back to the picture itself
        if self._quiet:
            return
        if self.play.value == 0:
            return self._paint_centre()
        t = self.play.value / FRAMES
        self._put(self.scene.between(self.origin, self.state, t))
        self.say(f"{t:.0%} of the way")

    # Painting: the big picture first, so that it is on its way while the rest is drawn

    def repaint(self):
        """Draws everything once more."""
        self.attempt(self._paint_all)

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
        self._put(self.scene.picture(self.state))
        self.say(self._words())

    def _words(self):
        z, steps = self.scene.latent(self.state), len(self.state.path)
        chosen = f" · {steps} chosen" if steps else ""
        norms = f"‖z‖ = {np.linalg.norm(z):.1f}, √d = {len(z) ** 0.5:.1f}"
        start = "a latent of its own" if self.state.latent else f"seed {self.state.seed}"
        own = [f"{block}: {share:.0%} child" for block, share in self.state.shares]
        return " · ".join([start + chosen, norms, *own])

    def _put(self, picture):
        # The page enlarges it (`_CRISP`): encoding 384 pixels takes 4 ms, 64 take a quarter of one.
        self.picture.width = self.picture.height = str(_whole(picture, self._side) * len(picture))
        self.picture.value = figures.to_png(picture)

    def _paint_wall(self):
        pictures = self.scene.wall(self.state, self._spread())
        for image, picture in zip(self.wall_pictures, pictures):
            image.value = figures.to_png(picture, _whole(picture, 96))

    def _paint_strip(self):
        parts = []
        for part in self.scene.strip_parts(self.origin, self.state):
            parts.append(part)
            yield
        frames = np.concatenate(parts)
        row = figures.tile(frames, columns=len(frames))
        self.strip_picture.value = figures.to_png(row, _whole(frames[0], 96))

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

    # Files

    def _save(self, data, ending):
        """Writes bytes under the first free name: what was saved once is never overwritten."""
        folder = self.folder or places.my_art()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", self.state.generator).strip("-")[:40] or "picture"
        path = files.write_new(folder, lambda number: f"{stem}-{number:03d}{ending}", data)
        self.say(f"saved {path}")
        return path


def _crisp(picture):
    """PNG bytes of a picture at about 1,024 pixels."""
    return figures.to_png(picture, _whole(picture, 1024), software=figures.MADE)


def _whole(picture, side):
    """The whole factor that brings a picture to about this side."""
    return max(1, side // len(picture))


def _set(control, value):
    # Not for a rounding error: writing back to a slider that is being dragged would move it.
    if isinstance(value, float) and abs(control.value - value) < 1e-6:
        return
    control.value = value
