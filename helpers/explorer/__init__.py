"""The latent explorer: steer generators, keep what you like, bring it back from a line of text.

    made = {"heroes": heroes, "heroes → creatures": (heroes, creatures)}     # GANs; parent and child
    explorer.panel(made)                                                     # with widgets
    scene = explorer.Scene(made)
    picture = scene.picture(scene.start("heroes", seed=7))                   # and without

What is on screen is a pure function of a `State`, a few numbers; the panel only moves them.
"""

import collections
import dataclasses
import pathlib
import re
import time

import numpy as np

from helpers import figures, files, places
from helpers.explorer import shelf
from helpers.explorer.painting import Painting, whole
from helpers.explorer.parts import FRAMES
from helpers.explorer.scene import Scene
from helpers.explorer.shelf_panel import ShelfPanel
from helpers.explorer.state import State

_SAME_MOVE = 0.7  # seconds within which moves of one control are one step for undo
Moment = collections.namedtuple("Moment", "state kept")


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


class Explorer(Painting):
    """The panel that `panel` makes.

    Attributes:
        scene, state, kept: the pure part, what is shown, and the kept pictures (a row of shelf.py).
        history: what was shown and kept before.
        origin: the state at which the strip begins.
        controls: {name: widget}: generator, seed, direction_1 …, truncation, blend, swap_1 …, spread.
        play, along, restore, buttons: the strip's counter and slider, the box for a text, {name: button}.
        wall_pictures, wall_buttons: 16 pictures and the buttons that put them in the centre.
        strip_picture, shelf: the strip's picture, and the ShelfPanel.
    """

    def __init__(self, scene, folder=None, width=384):
        self.scene, self.folder = scene, folder and pathlib.Path(folder)
        self.state = self.origin = scene.start()
        self.kept, self.history, self.clock = (), [], time.monotonic
        self._last_move, self._quiet, self._pending = (None, 0.0), False, None
        self._side = width
        self._make_parts()
        super().__init__(None, self._make_controls(), "", width)
        self.shelf = ShelfPanel(self)
        self._arrange(self.shelf)
        self.play.observe(self._ticked_on, names="value")
        self.along.observe(self._along_changed, names="value")
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
            self._remember()
        self._last_move = move, now
        self._go(state)

    def choose(self, number):
        """Puts a variation of the wall in the centre: 0 … 15."""
        self.become(self.scene.vary(self.state, number, self._spread()))

    def undo(self):
        """Goes back to what was before the last move: on screen, and on the shelf."""
        if not self.history:
            raise ValueError("nothing to undo: this is where you began")
        self._last_move = None, 0.0
        state, kept = self.history.pop()
        if kept != self.kept:
            self.kept = kept
            self.shelf.follow()
        self._go(state)

    def _remember(self):
        self.history = [*self.history[-199:], Moment(self.state, self.kept)]

    def start_here(self):
        """Lets the strip begin at the picture on screen."""
        self.origin = self.state
        self._soon(self._paint_around())

    def take_frame(self):
        """Puts the strip's picture at the slider in the centre; the strip still begins where it did."""
        if self.along.value == 0:
            raise ValueError(
                "no picture of the strip is on screen: move “along the strip”, or press run"
            )
        self.become(self.on_screen())

    def show_latent(self, latent, generator=None):
        """Puts a latent in the centre, for example one that a search has found.

        Args:
            latent: float [latent_dim].
            generator: a name; None for the one on screen.

        Raises:
            ValueError: no such generator, or the latent does not fit it.
        """
        self.become(self.scene.from_latent(latent, generator or self.state.generator))

    def on_screen(self):
        """The state of the big picture: the centre's, or that of the strip's frame."""
        if self.along.value == 0:
            return self.state
        return self.scene.mixture(self.origin, self.state, self.along.value / FRAMES)

    # Kept pictures

    def keep(self, name=None):
        """Keeps the picture on screen; a name is made up where none is given."""
        self.shelf.keep(name)

    def put_on_shelf(self, row):
        """Shows another row of kept pictures and remembers the present one for undo."""
        self._remember()
        self._last_move, self.kept = (None, 0.0), row
        self.shelf.follow()

    def open_kept(self, path):
        """Adds the kept pictures of a file that “save all” wrote.

        Args:
            path: the file.

        Raises:
            FileNotFoundError, ValueError: it is missing, or no such file.
        """
        cure = "give the path of a file that “save all” wrote"
        raw = files.read_bytes(path, cure=cure, most=shelf.BYTES)
        self.shelf.add_file(raw, pathlib.Path(path).name)

    # Files

    def save_picture(self):
        """Saves the big picture, crisp, at 1,024 px; returns its path."""
        return self.save(_crisp(self.scene.picture(self.on_screen())), self._named(".png"))

    def save_sheet(self):
        """Saves the 16 variations as one picture; returns its path."""
        sheet = figures.tile(self.scene.wall(self.state, self._spread()), columns=4)
        return self.save(_crisp(sheet), self._named("-sheet.png"))

    def save_gif(self):
        """Saves the way from the strip's start to here and back as an animation; returns its path."""
        if self.origin == self.state:
            raise ValueError(
                "the strip begins and ends here: press “start here”, move on, then save"
            )
        there = self.scene.strip(self.origin, self.state, FRAMES + 1)
        film = np.concatenate([there, there[-2:0:-1]])  # and back
        gif = figures.to_gif(film, scale=whole(film[0], 512), comment=figures.MADE)
        return self.save(gif, self._named(".gif"))

    def save(self, data, name_of):
        """Writes bytes under the first free name: what was saved once is never overwritten.

        Args:
            data: bytes.
            name_of: function from 1, 2, 3, … to a file's name.

        Returns:
            pathlib.Path of the file.
        """
        path = files.write_new(self.folder or places.my_art(), name_of, data)
        self.say(f"saved {path}")
        return path

    def _named(self, ending):
        stem = re.sub(r"[^A-Za-z0-9]+", "-", self.state.generator).strip("-")[:40] or "picture"
        return lambda number: f"{stem}-{number:03d}{ending}"

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

    def _restore_changed(self, change):
        if not self._quiet:
            with self._silence():
                self._stop()  # a playing strip would write over what is wrong with the text
            self.attempt(lambda: self.become(State.from_text(change["new"])))

    def _along_changed(self, change):
        if not self._quiet:
            self.attempt(self._show_frame)


def _crisp(picture):
    """PNG bytes of a picture at about 1,024 pixels."""
    return figures.to_png(picture, whole(picture, 1024), software=figures.MADE)
