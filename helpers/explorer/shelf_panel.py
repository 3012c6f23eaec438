"""The shelf's widgets: kept pictures with their buttons, a name, files, and mixtures of two."""

import functools

import ipywidgets

from helpers import figures, widgets
from helpers.explorer import shelf
from helpers.explorer.painting import small
from helpers.explorer.parts import across
from helpers.language import say

_HINT = "nothing is kept yet: press “keep”, and the picture on screen stays here"
_TOLD = 3  # pictures left out that a message tells one by one


class ShelfPanel(ipywidgets.VBox):
    """Shows `explorer.kept` and changes it with `explorer.put_on_shelf`, so that undo knows.

    Attributes:
        selected: place of the picture that was pressed last, or None.
        pictures, marks: what shows the kept pictures, and the buttons under them; of removed ones, too.
        name, upload, buttons: the box for a name, the file's, {name: button}.
        first, second, share: the lists and the slider of a mixture.
    """

    def __init__(self, explorer):
        self.explorer, self.selected = explorer, None
        self._quiet, self._row = False, ()
        self.pictures, self.marks = [], []
        self._png = functools.lru_cache(maxsize=256)(self._draw)
        self._make_buttons()
        self.name = widgets.text("name", hint="the selected picture's name")
        self.first = widgets.choice("mix", [""])
        self.second = widgets.choice("with", [""])
        self.share = widgets.slider("second's share", 0.0, 1.0, 0.5, step=0.01)
        self.grid, self.hint = across([]), ipywidgets.HTML()
        self.mixing = ipywidgets.VBox([self.first, self.second, self.share])
        self.name.observe(lambda change: self._heard(self.rename), names="value")
        for control in (self.first, self.second, self.share):
            control.layout = ipywidgets.Layout(width="28em", max_width=widgets.FIT)
            control.observe(lambda change: self._heard(self.mix), names="value")
        buttons = widgets.row(*self.buttons.values(), self.upload)
        super().__init__([self.hint, self.grid, buttons, self.name, self.mixing])
        self.follow()

    def _make_buttons(self):
        self.buttons = {
            "earlier": widgets.button("earlier", "the selected picture goes one place to the left"),
            "later": widgets.button("later", "the selected picture goes one place to the right"),
            "remove": widgets.button("remove", "the selected picture goes; undo brings it back"),
            "save_all": widgets.button(
                "save all", "one sheet, and one file for “open”, into my_art"
            ),
            "save_film": widgets.button("save film", "from one picture to the next, into my_art"),
        }
        for name, button in self.buttons.items():
            button.layout.width = "94px"
            button.on_click(lambda _, name=name: self.explorer.attempt(getattr(self, name)))
        self.upload = ipywidgets.FileUpload(accept=".json", description=say("open"))
        self.upload.layout.width = "110px"
        # In ipywidgets 7.7 the same file chosen again changes the count alone.
        counted = "_counter" if self.upload.has_trait("_counter") else "value"
        self.upload.observe(lambda change: self._heard(self._uploaded), names=counted)

    def _heard(self, action):
        if not self._quiet:
            self.explorer.attempt(action)

    # What the buttons do

    def keep(self, name=None):
        """Keeps the picture on screen, at the end and selected."""
        row = shelf.keep(self.explorer.kept, self.explorer.on_screen(), name)
        self.selected = len(row) - 1
        self.explorer.put_on_shelf(row)
        self.explorer.say(f"kept as {shelf.label(row, self.selected)}")

    def go(self, index):
        """Selects a kept picture, and puts it in the centre."""
        self.selected = index
        self.follow()
        if self.explorer.state != (state := self.explorer.kept[index].state):
            self.explorer.become(state)

    def earlier(self):
        """Moves the selected picture one place to the left."""
        self._move(-1)

    def later(self):
        """Moves the selected picture one place to the right."""
        self._move(1)

    def _move(self, by):
        row, self.selected = shelf.move(self.explorer.kept, self._chosen(), by)
        if row != self.explorer.kept:
            self.explorer.put_on_shelf(row)

    def remove(self):
        """Takes the selected picture away."""
        row = shelf.remove(self.explorer.kept, self._chosen())
        self.selected = None
        self.explorer.put_on_shelf(row)

    def rename(self):
        """Gives the selected picture the name in the box."""
        row = shelf.rename(self.explorer.kept, self._chosen(), self.name.value)
        self.explorer.put_on_shelf(row)

    def mix(self):
        """Puts the mixture of the two pictures in the centre."""
        kept, (a, b) = self.explorer.kept, (self.first.value, self.second.value)
        if a == b:
            raise ValueError("a mixture takes two pictures: choose another one in “with”")
        state = self.explorer.scene.mixture(
            kept[a].state, kept[b].state, round(self.share.value, 4)
        )
        self.explorer.become(state, "mixture")

    def _chosen(self):
        if self.selected is None:
            raise ValueError("no kept picture is selected: press the button under one")
        return self.selected

    # Files

    def save_all(self):
        """Saves a file for `open`, and a sheet with the names; returns both paths."""
        row = self._filled()
        pictures = [self.explorer.scene.picture(kept.state) for kept in row]
        sheet = shelf.sheet(row, pictures)
        file = self.explorer.save(shelf.write(row), lambda number: f"kept-{number:03d}.json")
        # Under the same name, if nobody else's picture has it.
        sheet = self.explorer.save(
            sheet, lambda number: f"{file.stem}{f'-{number}' if number > 1 else ''}.png"
        )
        self.explorer.say(f"saved {file} and {sheet.name}")
        return file, sheet

    def save_film(self):
        """Saves the way from each kept picture to the next as an animation; returns its path."""
        row, parts = self._filled(), []
        for part in shelf.film(row, self.explorer.scene):
            self.explorer.say(f"drawing the film: {len(parts) + 1} of {len(row)}")
            parts.append(part)
        film = shelf.to_gif(parts)
        return self.explorer.save(film, lambda number: f"kept-{number:03d}.gif")

    def _filled(self):
        if not self.explorer.kept:
            raise ValueError(_HINT)
        return self.explorer.kept

    def add_file(self, raw, name="the file"):
        """Adds the pictures of a file that `save_all` wrote.

        Args:
            raw: the file's bytes.
            name: its name, for messages.

        Raises:
            ValueError: it is no such file; a single bad picture is left out, and said so.
        """
        found, left_out = shelf.read(raw, self.explorer.scene, name)
        row, here = self.explorer.kept, {kept.state for kept in self.explorer.kept}
        new = tuple({kept.state: kept for kept in found if kept.state not in here}.values())
        room = shelf.MOST - len(row)
        if len(new) > room:
            left_out.append(f"{len(new) - room} pictures for which there is no room: remove some")
        if new[:room]:
            self.explorer.put_on_shelf((*row, *new[:room]))
        words = f"{len(new[:room])} pictures from {name}"
        if len(found) > len(new):
            words += f", {len(found) - len(new)} were here already"
        told = left_out[:_TOLD] + ([f"{len(left_out) - _TOLD} more"] * (len(left_out) > _TOLD))
        words += f"; left out: {'; '.join(told)}" if left_out else ""
        self.explorer.say(words, bad=bool(left_out))

    def _uploaded(self):
        for name, raw in _uploads(self.upload.value):
            self.add_file(raw, name)
        if not self.upload.has_trait("_counter"):  # so that the same file can be chosen again
            self._quiet, self.upload.value = True, ()
            self._quiet = False

    # What is shown

    def follow(self):
        """Shows the explorer's kept pictures as they are now."""
        row = self.explorer.kept
        if self.selected is not None and self.selected >= len(row):
            self.selected = None
        for index in range(len(self.pictures), len(row)):
            self._make_place(index)
        for index, kept in enumerate(row):
            png, side = self._png(kept.state)
            picture, mark = self.pictures[index], self.marks[index]
            if (picture.png, picture.alt) != (png, kept.name):
                picture.show(png, kept.name, side)
            mark.description = shelf.label(row, index)
            mark.button_style = "info" if index == self.selected else ""
        self.grid.children = across(zip(self.pictures[: len(row)], self.marks)).children
        self.hint.value = "" if row else f"<small>{say(_HINT)}</small>"
        self._quiet = True
        try:
            self._follow_name(row)
            self._follow_lists(row)
        finally:
            self._quiet, self._row = False, row

    def _follow_name(self, row):
        selected = self.selected is not None
        self.name.disabled = not selected
        self.name.value = row[self.selected].name if selected else ""
        self.name.description = say(f"name of {self.selected + 1}" if selected else "name")

    def _follow_lists(self, row):
        self.mixing.layout.display = None if len(row) > 1 else "none"
        # The same two pictures, wherever they are now.
        places = {kept.state: index for index, kept in enumerate(row)}
        before = [
            self._row[c.value].state if self._row else None for c in (self.first, self.second)
        ]
        first = places.get(before[0], 0)
        second = places.get(before[1], first)
        options = [(shelf.label(row, i), i) for i in range(len(row))] or [""]
        self.first.options = self.second.options = options
        if row:
            self.first.value, self.second.value = first, len(row) - 1 if second == first else second

    def _make_place(self, index):
        mark = widgets.button("", "this kept picture becomes the centre")
        mark.layout.width = "96px"
        mark.on_click(lambda _: self.explorer.attempt(lambda: self.go(index)))
        self.marks.append(mark)
        self.pictures.append(widgets.Picture())

    def _draw(self, state):
        picture = self.explorer.scene.picture(state)
        return figures.to_png(picture), small(picture)


def _uploads(value):
    """(name, bytes) of each uploaded file: ipywidgets 7.7 has a dictionary, 8 a row of them."""
    if isinstance(value, dict):
        return [(name, bytes(file["content"])) for name, file in value.items()]
    return [(file["name"], bytes(file["content"])) for file in value]
