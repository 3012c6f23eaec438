"""Building blocks of panels: sliders, a picture that follows them, training in slices.

A panel is a pure function `draw(**values)` and one control for each of its arguments. The function
can be called, tested and printed without any widget. Everything here works with ipywidgets 7.7
(Colab) and 8.
"""

import base64
import html
import time

import ipywidgets
import numpy as np

from helpers import figures
from helpers.language import say

# JupyterLab takes arrow keys for itself, to go from cell to cell, unless the element that has the
# keyboard carries this attribute; widgets have no other way to say so.
_ARROWS = (
    "<style onload=\"const panel = this.closest('.course-panel'); panel && panel.addEventListener("
    "'focusin', event => event.target.matches('select, .noUi-handle') && "
    "event.target.setAttribute('data-lm-suppress-shortcuts', ''))\"></style>"
)
_WIDE = {"description_width": "9em"}
FIT = "calc(100% - 4px)"  # a control's largest width: its place, less the margins
_FULL = ipywidgets.Layout(width="28em", max_width=FIT)


def slider(label, minimum, maximum, value, step=None, log=False):
    """A slider for numbers.

    Args:
        label: the text beside it.
        minimum, maximum, value: bounds and start; whole numbers give a whole-number slider.
        step: by default a hundredth of the range (of the exponent's range if `log`).
        log: spread the values evenly on a logarithmic scale; the bounds must be positive, and
            whole bounds give whole numbers here, too.
    """
    if not minimum <= value <= maximum:
        raise ValueError(f"{label}: the start {value} lies outside {minimum} … {maximum}")
    options = dict(description=say(label), value=value, style=_WIDE, layout=_FULL)
    whole = all(isinstance(v, (int, np.integer)) for v in (minimum, maximum, value, step or 1))
    if log and whole:  # ipywidgets' own logarithmic slider gives floats only
        numbers = {*np.geomspace(minimum, maximum, 101).round().astype(int).tolist(), value}
        return ipywidgets.SelectionSlider(options=sorted(numbers), **options)
    if log:
        low, high = np.log10(minimum), np.log10(maximum)
        step = step or (high - low) / 100
        return ipywidgets.FloatLogSlider(
            min=low, max=high, step=step, readout_format=".3g", **options
        )
    if whole:
        return ipywidgets.IntSlider(min=minimum, max=maximum, step=step or 1, **options)
    step = step or (maximum - minimum) / 100
    return ipywidgets.FloatSlider(
        min=minimum, max=maximum, step=step, readout_format=".3g", **options
    )


def lam_slider(value=1.0, label="λ", steps_per_decade=4):
    """A slider for λ: 0, then 10⁻³ to 10³ on a logarithmic scale, then ∞ (`float("inf")`)."""
    between = np.logspace(-3, 3, 6 * steps_per_decade + 1)
    values = [0.0, *(float(f"{v:.3g}") for v in between), float("inf")]
    names = ["0", *(f"{v:g}" for v in values[1:-1]), "∞"]
    nearest = min(values, key=lambda v: (abs(np.log(v / value)) if 0 < v < np.inf and 0 < value < np.inf
                                         else (0 if v == value else np.inf)))  # fmt: skip
    return ipywidgets.SelectionSlider(
        options=list(zip(names, values)),
        value=nearest,
        description=say(label),
        style=_WIDE,
        layout=_FULL,
    )


def choice(label, options, value=None):
    """A drop-down list. `options`: a list, or a dict {shown text: value}."""
    options = options if isinstance(options, dict) else {str(o): o for o in options}
    pairs = [(say(str(shown)), meant) for shown, meant in options.items()]
    value = pairs[0][1] if value is None else value
    return ipywidgets.Dropdown(
        options=pairs, value=value, description=say(label), style=_WIDE, layout=_FULL
    )


def toggle(label, value=False):
    """A box to tick."""
    return ipywidgets.Checkbox(value=value, description=say(label), indent=False)


def button(label, hint=""):
    """A button; give it work with `.on_click(function)`."""
    return ipywidgets.Button(description=say(label), tooltip=say(hint))


def upload(label="choose pictures"):
    """A button for files of one's own, or a zip of them; `art.from_folder(button)` reads what was chosen.

    A browser sends them in one message: in Colab files above 1 MB are reported to arrive empty, elsewhere
    all together may have 10 MB. More is put into a folder below my_art/, and its name given instead.
    """
    return ipywidgets.FileUpload(
        description=say(label), multiple=True, accept="image/*,.svg,.zip", layout=_FULL
    )


def play(label, maximum, step=1, seconds=0.1):
    """A whole number that counts itself up to `maximum`, by `step`; a panel shows run, pause, rewind."""
    return ipywidgets.Play(
        value=0, min=0, max=maximum, step=step, interval=int(1000 * seconds), description=say(label)
    )


def playing(play, on):
    """Starts or stops an ipywidgets.Play from Python; its switch is private before ipywidgets 8."""
    setattr(play, _switch(play), on)


def is_playing(play):
    """Whether an ipywidgets.Play runs."""
    return getattr(play, _switch(play))


def _switch(play):
    return "playing" if play.has_trait("playing") else "_playing"


def _switches(play):
    """Buttons "run" and "pause" for a Play, which is hidden: its icons do not show in Colab."""
    run, pause = button("run", "go on until pause is pressed"), button("pause", "stop for now")
    run.on_click(lambda _: playing(play, True))
    pause.on_click(lambda _: playing(play, False))
    play.layout.display = "none"
    return run, pause


def in_words(play):
    """A row of buttons with words for a Play: run, pause, rewind."""
    rewind = button("rewind", "back to the start")
    rewind.on_click(lambda _: setattr(play, "value", play.min))
    return row(*_switches(play), rewind, play)


def row(*children, **layout):
    """Widgets side by side; where the window is too narrow for that, in two lines or more."""
    wide = {"flex_flow": "row wrap", "max_width": "100%"}
    return ipywidgets.HBox(children, layout=ipywidgets.Layout(**wide | layout))


def text(label, value="", hint=""):
    """A box for a line of text, read when Enter is pressed or the box is left."""
    return ipywidgets.Text(
        value=value, description=say(label), placeholder=say(hint), continuous_update=False,
        style=_WIDE, layout=_FULL,
    )  # fmt: skip


class Picture(ipywidgets.HTML):
    """A picture that screen readers can describe, as `ipywidgets.Image` cannot; no slower than that.

    Attributes:
        png: bytes of what is shown; b"" for nothing.
        alt: its description.
    """

    png, alt = b"", ""

    def show(self, png, alt, side=None):
        """Shows another picture.

        Args:
            png: bytes.
            alt: what there is to see, in plain words.
            side: width and height on the page in pixels; None for the picture's own.
        """
        self.png, self.alt = png, alt
        size = f" width='{side}' height='{side}'" if side else ""
        fit = "" if side else "; max-width: 100%"
        data = base64.b64encode(png).decode()
        # Decoded at once: else the page may flash between two pictures.
        self.value = (
            f"<img decoding='sync' style='display: block{fit}'{size} alt='{html.escape(alt)}' "
            f"src='data:image/png;base64,{data}'>"
        )


def arrows(panel):
    """Lets the arrow keys act on the panel's lists and sliders, also in JupyterLab.

    Args:
        panel: a widget that holds others.

    Returns:
        ipywidgets.HTML that shows nothing and has to lie somewhere in the panel.
    """
    panel.add_class("course-panel")
    return ipywidgets.HTML(_ARROWS)


class Panel(ipywidgets.VBox):
    """Controls, a picture that follows them and a line for messages.

    Attributes:
        controls: {name: widget}.
        picture: the Picture; its description is `alt` and the present message.
        message: the `ipywidgets.HTML` line under it.
    """

    def __init__(self, draw, controls, alt, width, buttons=()):
        self.draw, self.controls = draw, controls
        self.alt = alt
        self.picture = Picture(layout=ipywidgets.Layout(max_width=f"{width}px"))
        self.message = ipywidgets.HTML()
        rows = list(controls.values())
        shown = [in_words(row) if isinstance(row, ipywidgets.Play) else row for row in rows]
        bar = [row(*buttons)] if buttons else []
        caption = ipywidgets.HTML(f"<small>{html.escape(say(alt))}</small>")
        super().__init__([*bar, *shown, self.picture, self.message, caption])
        self.children += (arrows(self),)
        for control in rows:
            control.observe(self._changed, names="value")
        self.repaint()

    def values(self):
        """The controls' present values, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def repaint(self):
        """Draw once more with the present values."""
        self.attempt(lambda: self._paint(self.draw(**self.values())))

    def attempt(self, action):
        """Run `action`; an error becomes a message in the panel, and the panel stays usable."""
        try:
            action()
        except Exception as error:
            self.say(f"{type(error).__name__}: {say(str(error))}", bad=True)

    def say(self, words, bad=False):
        """Put plain text into the message line."""
        words = html.escape(say(str(words)))
        self.message.value = (
            f"<span role='status' style='color:#B00020'>{words}</span>"
            if bad
            else (f"<span role='status'>{words}</span>")
        )

    def _changed(self, _):
        self.repaint()

    def _paint(self, drawn):
        picture, words = drawn if isinstance(drawn, tuple) else (drawn, "")
        self.picture.show(
            figures.to_png(picture), f"{say(self.alt)}. {say(words)}".rstrip(". ") + "."
        )
        self.say(words)


def panel(draw, *, alt, width=720, **controls):
    """Put a panel together: each control's move calls `draw` and shows what it returns.

    Args:
        draw: pure function of the controls' values; returns a Figure or a uint8 image
            [height, width, 3], or (picture, text to show underneath).
        alt: one sentence on what the picture shows, printed under it.
        width: the picture's largest width on the page, in pixels.
        **controls: a widget for each argument of `draw`.
    Returns:
        Panel; leave it as a cell's last expression to show it.
    """
    return Panel(draw, controls, alt, width)


class TrainingPanel(Panel):
    """A panel that trains while it is watched; see `training_panel`."""

    def __init__(self, make, advance, draw, controls, alt, width, slice_seconds):
        self.make, self.advance, self.slice_seconds = make, advance, slice_seconds
        self.state = None
        # A slice is run for each tick. While the kernel works, ticks are merged by ipywidgets
        # itself (one message may be under way at a time), so that nothing piles up.
        self.play = ipywidgets.Play(value=0, min=0, max=10**6, interval=int(1000 * slice_seconds))
        self.run_button, self.pause_button = _switches(self.play)
        self.step_button = button("step", "one training step")
        self.reset_button = button("reset", "start again with new weights")

        def draw_state(**values):
            return draw(self.state, **values)

        self.state = make(**{name: control.value for name, control in controls.items()})
        super().__init__(
            draw_state,
            controls,
            alt,
            width,
            (self.run_button, self.pause_button, self.step_button, self.reset_button, self.play),
        )
        self.play.observe(self._tick, names="value")
        self.step_button.on_click(lambda _: self.attempt(self.step))
        self.reset_button.on_click(lambda _: self.attempt(self.reset))

    def step(self):
        """One training step, then a repaint."""
        self.advance(self.state, **self.values())
        self.repaint()

    def reset(self):
        """Make everything new with the present values of the controls."""
        self.state = self.make(**self.values())
        self.repaint()

    def run_slice(self):
        """Train for one slice of time, then repaint."""
        end = time.monotonic() + self.slice_seconds
        while time.monotonic() < end:
            self.advance(self.state, **self.values())
        self.repaint()

    def _tick(self, change):
        if change["new"] > change["old"]:  # ■ sets the count back to zero: nothing to train
            self.attempt(self.run_slice)


def training_panel(make, advance, draw, *, alt, width=720, slice_seconds=0.1, **controls):
    """A panel that trains in short slices while you watch: run, pause, step, reset.

    Args:
        make: `make(**values)` returns a fresh state (any object); called at the start and by reset.
        advance: `advance(state, **values)` does one training step and changes the state in place.
        draw: `draw(state, **values)` returns a picture, as in `panel`.
        alt, width, **controls: as in `panel`. A moved control acts from the next step on.
        slice_seconds: how long to train between two repaints, at most 0.3.
    Returns:
        TrainingPanel, with `.play`, `.run_button`, `.pause_button`, `.step_button`, `.reset_button` and
        `.state` besides a Panel's own.
    """
    if not 0 < slice_seconds <= 0.3:
        raise ValueError(
            f"slice_seconds is {slice_seconds}: it must lie in (0, 0.3], or buttons lag"
        )
    return TrainingPanel(make, advance, draw, controls, alt, width, slice_seconds)
