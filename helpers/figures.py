"""One look for every picture: grids, strips, curves, captions, alt text, crisp export.

Every figure of the course passes through `show`, `grid`, `strip`, `curves`, `bars` or `animate`, and
each of them demands `alt`: it travels in the output's metadata for screen readers and is printed
underneath as a one-line caption for everybody else.
"""

import base64
import html
import io

import numpy as np
from cycler import cycler
from IPython.display import display
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from helpers import files, fonts, language, places
from helpers.language import say

# Okabe & Ito's palette (2008): told apart with every common kind of colour blindness.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
DPI = 80
MADE = "drawn by a network of this course"  # in files that a network should not learn from again
_UNSEEN = 12  # levels of 255 by which a pixel may differ from the exact one
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 13,  # legible from the back of a room when projected
    "axes.titlesize": 14,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "axes.prop_cycle": cycler(color=PALETTE),
    "lines.linewidth": 2.4,
    "legend.frameon": False,
    # An opaque light page behind every figure keeps it readable on JupyterLab's dark theme.
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}
rcParams.update(STYLE)  # at import, so that whatever a cell adds to a figure has the same look


def new(rows=1, columns=1, width=None, height=None, **options):
    """Make an empty figure in the course's style.

    Args:
        rows, columns: number of axes.
        width, height: size in inches (80 px each); by default 5.5 × 3.8 per axes, at most 11 wide.
        **options: passed to `Figure.subplots` (`sharex`, `subplot_kw`, `width_ratios`, …).
    Returns:
        (figure, axes), axes as `Figure.subplots` gives them: one Axes or an array of them.
    """
    width = width or min(11.0, 5.5 * columns if columns > 1 else 7.0)
    height = height or 3.8 * rows
    fig = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(fig)
    return fig, fig.subplots(rows, columns, **options)


def to_png(picture, scale=1, *, software=None):
    """Encode a figure or an image as PNG bytes.

    Args:
        picture: a matplotlib Figure, or a uint8 image [height, width, 3].
        scale: whole factor by which an image's pixels are repeated (figures ignore it).
        software: written into the file; with `MADE` in it `art.from_folder` passes the file over.
    Raises:
        TypeError: for anything else.
    """
    image = _enlarge(_pixels(picture), 1 if isinstance(picture, Figure) else scale)
    buffer = io.BytesIO()
    said = PngInfo()
    if software is not None:
        said.add_text("Software", software)
    options = {"format": "png", "compress_level": 4, "pnginfo": said}
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, **options)
    return buffer.getvalue()


def _pixels(picture):
    """uint8 [height, width, 3] of a Figure or of an image."""
    if not isinstance(picture, Figure):
        return _checked(picture, 3)
    # One drawing and Pillow's encoder: half the time of `savefig`, which matters under a slider.
    for axes in picture.axes if language.current() != "en" else ():
        _name_ticks(axes.xaxis)
        _name_ticks(axes.yaxis)
    for text in picture.findobj(Text):
        text.set_text(say(text.get_text()))
        text.set_parse_math(_is_math(text.get_text()))
        if len(families := fonts.families(text.get_text())) > 1:
            text.set_fontfamily(families)
    canvas = FigureCanvasAgg(picture)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def _name_ticks(axis):
    """Gives an axis the names of its ticks in the reader's language: it writes them anew at each drawing."""
    if isinstance(axis.get_major_locator(), FixedLocator):
        axis.set_ticklabels([say(label.get_text()) for label in axis.get_majorticklabels()])


def _is_math(text):
    """Whether the dollars in a text enclose formulas; "$5" and "a_$1$_{" do not."""
    if "$" not in text:
        return True  # as matplotlib has it: nothing to tell apart
    try:
        MathTextParser("agg").parse(text)
    except ValueError:
        return False
    return True


def show(picture, *, alt):
    """Show a figure or a uint8 image, with alt text and the same text as a printed caption.

    Args:
        picture: a matplotlib Figure or a uint8 image [height, width, 3].
        alt: one sentence that says what there is to see; it must not be empty.
    Raises:
        ValueError: if `alt` is empty.
    """
    _publish(_lighter(to_png(picture)), "image/png", alt)


def _lighter(png):
    """The PNG at about half its size, and hardly changed: pages hold dozens.

    Charts get a palette of 256 colours. Pictures with more colours have each channel rounded to a
    multiple of 8 (at most 4 levels off), which takes out noise; `export` keeps every bit.
    """
    exact = Image.open(io.BytesIO(png))
    few = exact.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    levels = np.asarray(exact, int)
    if np.abs(np.asarray(few.convert("RGB"), int) - levels).max() > _UNSEEN:
        few = Image.fromarray(rounded(levels))
    buffer = io.BytesIO()
    few.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def rounded(images):
    """Pictures with each channel rounded to a multiple of 8, as pages show them: files of half the size.

    Args:
        images: uint8 or int, 0 … 255, of any shape.

    Returns:
        uint8 of the same shape, at most 4 levels off.
    """
    return np.minimum((np.asarray(images, int) + 4) // 8 * 8, 255).astype(np.uint8)


def grid(images, *, alt, columns=8, titles=None, row_labels=None, title=None, scale=None):
    """Show pictures side by side with crisp pixels.

    Args:
        images: uint8 [n, height, width, 3].
        alt: one sentence for screen readers, printed as the caption.
        columns: pictures per row.
        titles: a text above each picture, or None.
        row_labels: a text left of each row, or None.
        title: a text above everything, or None.
        scale: whole factor by which pixels are repeated; by default as large as fits the page.
    """
    options = dict(titles=titles, row_labels=row_labels, title=title, scale=scale)
    show(sheet(images, columns=columns, **options), alt=alt)


def sheet(images, *, columns=8, titles=None, row_labels=None, title=None, scale=None):
    """The figure that `grid` shows, to repaint with `live`: pictures on whole pixels, none blurred.

    Args:
        images, columns, titles, row_labels, title, scale: as for `grid`.
    Returns:
        matplotlib Figure.
    """
    images = _checked(images, 4)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width = images.shape[1:3]
    left = 14 + (8 * max(map(len, row_labels)) if row_labels else 0)
    scale = scale or max(1, min(6, (860 - left) // (columns * (width + 1))))
    step_x, step_y = width * scale + 4, height * scale + 4 + (18 if titles else 0)
    top = 30 if title else 6
    pixels = (left + columns * step_x + 10, top + rows * step_y + 6)
    fig = Figure(figsize=(pixels[0] / DPI, pixels[1] / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(fig)

    def place(x, y):
        return dict(x=x / pixels[0], y=1 - y / pixels[1])

    for i, image in enumerate(images):
        x, y = left + (i % columns) * step_x, top + (i // columns) * step_y
        if titles and i < len(titles):
            text = _fitting(titles[i], step_x)
            fig.text(**place(x + width * scale / 2, y + 14), s=text, ha="center", fontsize=10)
        bottom = y + (18 if titles else 0) + height * scale
        fig.figimage(_enlarge(image, scale), xo=x, yo=pixels[1] - bottom, resize=False)
    for row, label in enumerate(row_labels or []):
        middle = top + row * step_y + (18 if titles else 0) + height * scale / 2
        fig.text(**place(left - 8, middle), s=label, ha="right", va="center", fontsize=11)
    if title:
        fig.text(**place(left, 20), s=title, fontsize=13, weight="bold")
    return fig


def strip(images, *, alt, labels=None, title=None, scale=None):
    """Show one row of pictures, each with its label: before and after, or a slider's stations."""
    images = _checked(images, 4)
    grid(images, alt=alt, columns=len(images), titles=labels, title=title, scale=scale)


def curves(x, series, *, alt=None, xlabel, ylabel, title=None, xlog=False, ylog=False, ax=None):
    """Draw named curves; a curve given for several seeds gets a band from its least to its largest.

    Args:
        x: [m] positions.
        series: {name: [m] values, or [seeds, m] values}; the line is then the median.
        alt: one sentence for screen readers (needed unless `ax` is given).
        xlabel, ylabel: names of the axes, with units.
        ax: draw there and return it; without it the figure is shown at once.
    """
    own = ax is None
    if own:
        fig, ax = new()
    for name, values in series.items():
        values = np.atleast_2d(np.asarray(values, dtype=float))
        (line,) = ax.plot(x, np.median(values, axis=0), label=name)
        if len(values) > 1:
            ax.fill_between(
                x, values.min(0), values.max(0), color=line.get_color(), alpha=0.18, lw=0
            )
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title or "")
    ax.set_xscale("log" if xlog else ax.get_xscale())
    ax.set_yscale("log" if ylog else ax.get_yscale())
    if len(series) > 1:
        ax.legend()
    if not own:
        return ax
    show(fig, alt=alt)


def bars(series, *, alt=None, ylabel, title=None, ax=None):
    """Draw one bar a name; several values (seeds) give the median, with every value as a dot.

    Args:
        series: {name: value, or [seeds] values}.
        alt, ylabel, title, ax: as in `curves`.
    """
    own = ax is None
    if own:
        fig, ax = new()
    for i, values in enumerate(series.values()):
        values = np.atleast_1d(np.asarray(values, dtype=float))
        ax.bar(i, np.median(values), color=PALETTE[i % len(PALETTE)], width=0.7)
        if len(values) > 1:
            ax.plot(np.full(len(values), i), values, "o", color="black", ms=4, alpha=0.6)
    ax.set_xticks(range(len(series)), list(series))
    ax.set(ylabel=ylabel, title=title or "")
    ax.grid(axis="x", visible=False)
    if not own:
        return ax
    show(fig, alt=alt)


def tile(images, columns=8, pad=1, background=255):
    """Put pictures together into one: a contact sheet as an array.

    Args:
        images: uint8 [n, height, width, 3].
        columns: pictures per row; missing places are left empty.
        pad: empty pixels between pictures.
    Returns:
        uint8 [rows·(height+pad)−pad, columns·(width+pad)−pad, 3].
    """
    images = _checked(images, 4)
    n, height, width, _ = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (height + pad), columns * (width + pad), 3), background, np.uint8)
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + pad), (i % columns) * (width + pad)
        sheet[top : top + height, left : left + width] = image
    return sheet[: sheet.shape[0] - pad, : sheet.shape[1] - pad]


def to_gif(frames, *, seconds=0.08, scale=1, colours=256, comment=None):
    """Encode pictures as a looping animation (GIF) with crisp pixels.

    Args:
        frames: uint8 [n, height, width, 3].
        seconds: time each frame stays.
        scale: whole factor by which pixels are repeated.
        colours: size of the palette, 2 to 256; fewer make a smaller file.
        comment: written into the file, as `software` in `to_png`.
    Returns:
        bytes.
    """
    # One palette for all frames: separate ones flicker and double the size.
    palette = Image.fromarray(tile(frames, pad=0)).quantize(colours)
    large = [Image.fromarray(_enlarge(frame, scale)) for frame in frames]
    first, *others = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in large]
    buffer = io.BytesIO()
    options = dict(save_all=True, append_images=others, duration=round(1000 * seconds), loop=0)
    options |= {} if comment is None else {"comment": comment}
    first.save(buffer, format="gif", **options)
    return buffer.getvalue()


def animate(frames, *, alt, seconds=0.1, scale=1):
    """Show a looping animation (GIF) from uint8 images [n, height, width, 3] or a list of figures.

    Args:
        seconds: time each frame stays.
        scale: whole factor by which pixels of images are repeated (figures ignore it).
    """
    scale = 1 if isinstance(frames[0], Figure) else scale
    frames = np.stack([_pixels(frame) for frame in frames])
    film = to_gif(frames, seconds=seconds, scale=scale, colours=64)
    # As HTML: pages made by nbconvert leave out an output that is an image/gif alone.
    encoded, alt = base64.b64encode(film).decode(), _checked_alt(alt)
    page = f'<img src="data:image/gif;base64,{encoded}" alt="{html.escape(alt)}">'
    display({"text/html": page, "text/plain": alt}, metadata={"text/html": {"alt": alt}}, raw=True)
    print(alt)


class live:
    """A picture that repaints in place while a cell runs.

    picture = figures.live(alt="heroes from the same 32 latents, every 100 steps")
    picture.update(figures.tile(images))
    """

    def __init__(self, *, alt, scale=1):
        self.alt, self.scale, self.handle = _checked_alt(alt), scale, None

    def update(self, picture):
        """Show a Figure or a uint8 image in place of the last one."""
        data, metadata = _bundle(_lighter(to_png(picture, self.scale)), "image/png", self.alt)
        if self.handle is None:
            self.handle = display(data, metadata=metadata, raw=True, display_id=True)
            print(self.alt)
        else:
            self.handle.update(data, metadata=metadata, raw=True)


def export(image, path, size=1024):
    """Save one picture as a crisp PNG, pixels repeated by a whole factor.

    Args:
        image: uint8 [height, width, 3].
        path: where to; must end in ".png". An existing file is replaced only when the new one is whole.
        size: the longer side in pixels; rounded down to a whole multiple of the image's own size.
    Returns:
        pathlib.Path of the file.
    Raises:
        ValueError: for another ending, or a size smaller than the image.
    """
    image, path = _checked(image, 3), places.in_my_art(path)
    if path.suffix.lower() != ".png":
        raise ValueError(
            f"cannot save {path.name!r}: pictures are saved as PNG; end the name in .png"
        )
    factor = int(size) // max(image.shape[:2])
    if factor < 1:
        raise ValueError(f"size {size} is smaller than the picture ({max(image.shape[:2])} px)")
    return files.write_bytes(path, to_png(image, factor, software=MADE))


def _checked(images, dimensions):
    images = np.asarray(images)
    shape = "[n, height, width, 3]" if dimensions == 4 else "[height, width, 3]"
    if images.ndim != dimensions or images.shape[-1] != 3:
        raise ValueError(f"expected images {shape}, got an array of shape {images.shape}")
    if images.dtype != np.uint8:
        raise TypeError(
            f"expected uint8 images, got {images.dtype}: convert with art.to_uint8(images)"
        )
    if images.size == 0:
        raise ValueError("there is no picture to show: the array is empty")
    return images


def _checked_alt(alt):
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError("alt is empty: say in one sentence what the picture shows")
    return say(" ".join(alt.split()))


def _enlarge(image, scale):
    return image.repeat(scale, axis=0).repeat(scale, axis=1) if scale > 1 else image


def _fitting(text, width):
    """Cut a title that would run into its neighbour (10-point letters are about 8 px wide)."""
    text, room = str(text), max(4, width // 8)
    return text if len(text) <= room else text[: room - 1] + "…"


def _bundle(data, mime, alt):
    encoded = base64.b64encode(data).decode()
    return {mime: encoded, "text/plain": alt}, {mime: {"alt": alt}}


def _publish(data, mime, alt):
    alt = _checked_alt(alt)
    bundle, metadata = _bundle(data, mime, alt)
    display(bundle, metadata=metadata, raw=True)
    print(alt)
