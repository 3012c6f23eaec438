"""The latent explorer's widgets and where they stand; the package's front module says what they do."""

import ipywidgets

from helpers import widgets
from helpers.explorer.state import PSI, REACH, SEEDS, WALL
from helpers.language import say

FRAMES = 24
_CRISP = "<style>.latent-explorer img {image-rendering: pixelated; max-width: 100%; height: auto}</style>"
# Rows of eight, or of fewer where the window is narrower than that, as on a tablet.
_ACROSS = ipywidgets.Layout(
    width="816px", max_width="100%", grid_template_columns="repeat(auto-fill, 102px)"
)


class Parts(widgets.Panel):
    """A panel with the explorer's controls, pictures and buttons; `explorer.Explorer` gives them work."""

    def _make_parts(self):
        self._labelled = None
        self.wall_pictures = [widgets.Picture() for _ in range(WALL)]
        self.wall_buttons = [
            widgets.button(str(i), f"variation {i} becomes the centre") for i in range(1, WALL + 1)
        ]
        self.strip_picture = widgets.Picture()
        self.play = widgets.play("play the strip", FRAMES)
        self.along = widgets.slider("along the strip", 0, FRAMES, 0)
        self.restore = widgets.text("as text", hint="paste a picture's text here")
        self.restore.layout = ipywidgets.Layout(width="816px", max_width=widgets.FIT)
        self.buttons = {
            "keep": widgets.button("keep", "this picture stays below, with a name"),
            "undo": widgets.button("undo", "back to what was before"),
            "save_picture": widgets.button("save PNG", "this picture, 1,024 px, into my_art"),
            "save_gif": widgets.button("save GIF", "the strip as an animation, into my_art"),
            "save_sheet": widgets.button("save sheet", "the 16 variations, into my_art"),
            "start_here": widgets.button("start here", "the strip begins at this picture"),
            "take_frame": widgets.button(
                "take frame", "the strip's picture on screen becomes the centre"
            ),
        }
        for name, button in self.buttons.items():
            button.layout.width = "94px"
            button.on_click(lambda _, name=name: self.attempt(getattr(self, name)))
        for i, button in enumerate(self.wall_buttons):
            button.layout.width = "96px"
            button.on_click(lambda _, i=i: self.attempt(lambda: self.choose(i)))

    def _make_controls(self):
        sources = self.scene.sources.values()
        controls = {
            "generator": widgets.choice("generator", list(self.scene.sources)),
            "seed": widgets.slider("seed", 0, SEEDS, 0),
        }
        for i in range(1, 1 + max(len(source.labels) for source in sources)):
            controls[f"direction_{i}"] = widgets.slider(
                f"direction {i}", -REACH, REACH, 0.0, step=0.1
            )
        controls["truncation"] = widgets.slider("truncation ψ", 0.0, PSI, 1.0, step=0.01)
        pairs = [source for source in sources if source.child is not None]
        if pairs:
            controls["blend"] = widgets.slider("child's share", 0.0, 1.0, 0.0, step=0.01)
            for i in range(1, 1 + max(len(source.blocks) for source in pairs)):
                controls[f"swap_{i}"] = widgets.toggle(f"swap {i}")
        controls["spread"] = widgets.slider("how varied", 0.0, 1.0, 0.4, step=0.01)
        for (
            control
        ) in controls.values():  # sliders share one layout: hiding one would hide them all
            control.layout = ipywidgets.Layout(width="28em", max_width=widgets.FIT)
        return controls

    def _arrange(self, shelf):
        *rows, spread = self.controls.values()
        *buttons, start, take = self.buttons.values()
        narrow = ipywidgets.Layout(max_width="100%")
        left = ipywidgets.VBox([*rows, widgets.row(*buttons, width="28em"), spread], layout=narrow)
        picture = ipywidgets.VBox([self.picture, self.message], layout=narrow)
        self.children = (
            widgets.row(left, picture, flex_flow="row wrap-reverse"),  # picture first on a tablet
            across(zip(self.wall_pictures, self.wall_buttons)),
            widgets.row(start, *widgets.in_words(self.play).children),
            widgets.row(self.along, take),
            self.strip_picture,
            self.restore,
            shelf,
            ipywidgets.HTML(_CRISP),
            widgets.arrows(self),
        )
        self.add_class("latent-explorer")

    def _label(self, source):
        """Gives the sliders the generator's own names, and hides those it has no use for."""
        names = {f"direction_{i}": label for i, label in enumerate(source.labels, 1)}
        if source.child is not None:
            names |= {"blend": "child's share"}
            names |= {
                f"swap_{i}": f"{block} from the child" for i, block in enumerate(source.blocks, 1)
            }
        for name, control in self.controls.items():
            if name.startswith(("direction_", "swap_", "blend")):
                control.description = say(names.get(name, ""))
                control.layout.display = None if name in names else "none"
        self._labelled = self.state.generator


def across(pairs):
    """Pictures with their buttons in rows of at most eight."""
    return ipywidgets.GridBox([ipywidgets.VBox(pair) for pair in pairs], layout=_ACROSS)
