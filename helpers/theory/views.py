"""The pictures of the theory lesson: pure functions from numbers to figures or images.

Blue is real and orange is generated, everywhere.
"""

import functools

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from helpers import figures, theory
from helpers.theory import games, points

REAL, FAKE, THIRD = figures.PALETTE[0], figures.PALETTE[1], figures.PALETTE[2]
LINE = np.linspace(-6, 6, 601)
REACH = 1.6  # the plane is drawn from −1.6 to 1.6
FIELD = 400  # pixels of the field's side
CHART = 300  # pixels of the width beside it


# --- the game on a line -------------------------------------------------------------------------


def two_bumps(gap=2.0, sd=0.7):
    """Data on the line: two equal normals `gap` apart, as a histogram on LINE."""
    return 0.5 * sum(theory.normal(LINE, mean=m, sd=sd) for m in (-gap / 2, gap / 2))


def line_game(mean=1.0, sd=1.0, gap=2.0):
    """The game on a line: p, q, the best discriminator against q, the value and JSD.

    Args:
        mean, sd: the generator's normal.
        gap: distance of the data's two bumps.
    Returns: (Figure, text).
    """
    p, q = two_bumps(gap), theory.normal(LINE, mean=mean, sd=sd)
    best = theory.optimal_discriminator(p, q)
    fig, axes = figures.new(2, 1, width=6.4, height=3.9, sharex=True, height_ratios=[3, 2])
    width = LINE[1] - LINE[0]
    for name, h, color in (("data p", p, REAL), ("generator q", q, FAKE)):
        axes[0].fill_between(LINE, h / width, color=color, alpha=0.35, lw=0)
        axes[0].plot(LINE, h / width, color=color, label=name)
    axes[1].plot(LINE, best, color=THIRD, label="D* = p / (p + q)")
    axes[1].axhline(0.5, color="black", lw=1, ls=":")
    axes[0].set(ylabel="density", ylim=(0, None))
    axes[1].set(xlabel="x", ylabel="D*(x)", ylim=(-0.04, 1.04))
    for ax in axes:
        ax.legend(loc="upper right")
    value, jsd = theory.best_value(p, q), theory.jsd(p, q)
    words = f"V(D*, G) = {value:.4f}   ·   JSD = {jsd:.4f} of at most 0.6931"
    fig.suptitle(words, fontsize=14)
    return fig, words


def answers(p, q, learnt):
    """Data and generator on a few places, with the best discriminator by formula and as learnt.

    Args:
        p, q: histograms [k].
        learnt: a discriminator's answers [k].
    """
    fig, ax = figures.new(width=8, height=3.4)
    place, best = np.arange(len(p)), theory.optimal_discriminator(p, q)
    ax.bar(place - 0.2, p, 0.4, color=REAL, label="data p")
    ax.bar(place + 0.2, q, 0.4, color=FAKE, label="generator q")
    ax.plot(place, learnt, "o", color="black", ms=9, label="D learnt by climbing")
    ax.plot(place, best, "x", color=THIRD, ms=13, mew=2.5, label="p / (p + q)")
    ax.set(xlabel="place", ylabel="probability", ylim=(0, 1.05))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return fig


# --- phase portraits ----------------------------------------------------------------------------


def portrait(field, paths, *, reach=1.6, title=None, ax=None, arrows=11):
    """Arrows of a two-player field with paths on top; the dot is where each path stands now.

    Args:
        field: a function (x, y) -> (dx, dy).
        paths: {name: [n, 2]}.
        reach: both axes run from −reach to reach.
        ax: draw there and return it; without it a new Figure is returned.
        arrows: how many a side.
    """
    fig = None
    if ax is None:
        fig, ax = figures.new(width=5.6, height=5.6)
    side = np.linspace(-reach, reach, arrows)
    x, y = np.meshgrid(side, side)
    moves = np.array([field(a, b) for a, b in zip(x.ravel(), y.ravel())])
    ax.quiver(x.ravel(), y.ravel(), *moves.T, color="#9a9a9a", width=0.004)
    colors = figures.PALETTE if len(paths) > 1 else figures.PALETTE[1:]
    for (name, path), color in zip(paths.items(), colors):
        ax.plot(*path.T, color=color, label=name, lw=1.8)
        ax.plot(*path[0], "o", mfc="white", mec=color, ms=8)
        ax.plot(*path[-1], "o", color=color, ms=10)
    ax.plot(0, 0, "+", color="black", ms=16, mew=2.5)
    ax.set(
        xlim=(-reach, reach),
        ylim=(-reach, reach),
        aspect="equal",
        title=title or "",
        xlabel="generator θ",
        ylabel="discriminator ψ",
    )
    ax.grid(False)
    if len(paths) > 1:
        ax.legend(loc="upper right", fontsize=11)
    return fig or ax


def dirac_portrait(
    steps=200,
    *,
    method="alternating",
    rate=0.2,
    gamma=0.0,
    noise=0.0,
    loss="min_max",
    start=(1.0, 0.0),
):
    """Phase portrait of the Dirac-GAN after some steps; returns (Figure, text)."""
    field = games.dirac_gan(loss=loss, gamma=gamma, noise=noise)
    path = games.play(field, start, rate=rate, steps=steps, method=method)
    now = games.radius(path)[-1]
    words = f"step {steps}: distance {now:.3f}   ·   eigenvalue of the pull "
    words += f"{games.eigenvalues(field)[0]:.2f}"
    if method != "optimistic":  # its step also depends on the last one: no 2 × 2 matrix
        matrix = games.step_matrix(field, rate=rate, method=method)
        size = np.abs(np.linalg.eigvals(matrix)).max()
        words += f"   ·   a step near the cross multiplies by {size:.4f}"
    return portrait(field, {"path": path}, title=f"step {steps}, distance {now:.3f}"), words


def portraits(gammas, *, steps=200, rate=0.2):
    """The Dirac-GAN with R1 of several strengths side by side, after some alternating steps."""
    fig, axes = figures.new(1, len(gammas), width=2.7 * len(gammas), height=3.3)
    for ax, gamma in zip(axes, gammas):
        field = games.dirac_gan(gamma=gamma)
        path = games.play(field, (1.0, 0.0), rate=rate, steps=steps, method="alternating")
        title = f"γ = {gamma:g}: {games.radius(path)[-1]:.4f}"
        portrait(field, {"path": path}, ax=ax, title=title, arrows=7)
        ax.set(ylabel="discriminator ψ" if ax is axes[0] else "")
    return fig


def paths_and_radii(field, paths, *, shown=250, reach=2.0):
    """Paths over a field's arrows, their first rounds only, and beside it all their distances."""
    fig, axes = figures.new(1, 2, width=9, height=3.9)
    first = {name: path[:shown] for name, path in paths.items()}
    portrait(field, first, ax=axes[0], reach=reach, arrows=7).get_legend().remove()
    radii(paths, ax=axes[1])
    return fig


def radii(paths, *, ax):
    """Distance from the equilibrium against steps, one curve a path; returns the axes."""
    steps = np.arange(len(next(iter(paths.values()))))
    return figures.curves(
        steps,
        {name: games.radius(path) for name, path in paths.items()},
        xlabel="step",
        ylabel="distance from the equilibrium",
        ax=ax,
    )


# --- the GAN on points: painted by hand, since a figure would take five times as long ------------


def toy_picture(gan, *, samples=400, title=""):
    """What both players do now: field, real and generated points, and the course of the losses.

    Args:
        gan: a `toy_gan.ToyGAN`.
        samples: points drawn of each kind.
        title: a line above the chart.
    Returns: uint8 image [400, 700, 3].
    """
    sheet = paper()
    chart(ImageDraw.Draw(sheet), gan, title)
    pixels = np.array(sheet)
    pixels[:, :FIELD] = scene(gan, size=FIELD, samples=samples, radius=2)
    return pixels


def scene(gan, *, size, samples=400, radius=1, averaged=False):
    """The field with both clouds, of the generator or of its average: uint8 [size, size, 3]."""
    pixels = field_image(gan.judge, size=size)
    dots(pixels, gan.cloud.numpy()[:samples], REAL, radius=radius)
    dots(pixels, gan.sample(samples, averaged=averaged), FAKE, radius=radius)
    return pixels


def field_image(discriminator, *, cells=48, size=FIELD):
    """D's opinion of every place: blue looks real, orange looks generated, white is undecided."""
    side = np.linspace(-REACH, REACH, cells, dtype=np.float32)
    places = np.stack(np.meshgrid(side, side[::-1]), axis=-1).reshape(-1, 2)
    logits = np.asarray(discriminator(places)).reshape(cells, cells)
    opinion = Image.fromarray((2 * theory.sigmoid(logits) - 1).astype(np.float32))
    smooth = np.asarray(opinion.resize((size, size), Image.Resampling.BILINEAR))
    # Bands instead of a smooth ramp: they read as contour lines, and a PNG packs them well.
    return _BANDS[np.round(smooth * _STEPS).astype(int) + _STEPS]


def dots(pixels, places, color, *, radius=2):
    """Paints filled discs at places [n, 2] into pixels [size, size, 3]; those outside are left out."""
    size = len(pixels)
    x, y = np.round((places * [1, -1] + REACH) / (2 * REACH) * (size - 1)).astype(int).T
    inside = (np.minimum(x, y) >= radius) & (np.maximum(x, y) < size - radius)
    x, y = x[inside], y[inside]
    for dx, dy in _disc(radius):
        pixels[y + dy, x + dx] = rgb(color)


@functools.cache
def _disc(radius):
    side = range(-radius, radius + 1)
    return [(dx, dy) for dx in side for dy in side if dx**2 + dy**2 <= (radius + 0.4) ** 2]


_LEFT, _RIGHT, _TOP, _BOTTOM = FIELD + 48, FIELD + CHART - 12, 150, FIELD - 40


def paper():
    """A copy of what never changes: white paper with the chart's legend and axes."""
    return _printed().copy()


@functools.cache
def _printed():
    sheet = Image.new("RGB", (FIELD + CHART, FIELD), "white")
    draw = ImageDraw.Draw(sheet)
    left, right, top, bottom = _LEFT, _RIGHT, _TOP, _BOTTOM
    for k, (name, color) in enumerate((("real points", REAL), ("generated points", FAKE))):
        y = 54 + 24 * k
        draw.ellipse((left - 30, y, left - 18, y + 12), fill=color)
        write(draw, (left - 10, y - 4), name, 16)
    write(draw, (left - 30, top - 38), "loss of D (blue), of G (orange)", 15)
    draw.line([(left, top), (left, bottom), (right, bottom)], fill="#555555", width=1)
    for value in (0, 1, 2, 3):
        y = bottom - (bottom - top) * value / 3
        write(draw, (left - 18, y - 9), str(value), 15)
        draw.line([(left, y), (right, y)], fill="#dddddd", width=1)
    write(draw, (right - 36, bottom + 8), "steps", 15)
    return sheet


def chart(draw, gan, title):
    """What changes on the right-hand side: the step and the losses of both players."""
    left, right, top, bottom = _LEFT, _RIGHT, _TOP, _BOTTOM
    write(draw, (left - 30, 10), title or f"step {gan.step}", 22)
    for name, color in (("discriminator", REAL), ("generator", FAKE)):
        count = len(gan.history[name])
        if count > 1:
            places = np.linspace(0, count - 1, min(count, 240)).astype(int)
            losses = np.array([gan.history[name][k] for k in places])
            x = left + (right - left) * places / (count - 1)
            y = bottom - (bottom - top) * np.clip(losses, 0, 3) / 3
            draw.line(list(zip(x.tolist(), y.tolist())), fill=color, width=2)


def write(draw, place, text, size):
    """Dark text in Pillow's own font."""
    draw.text(place, text, fill="#222222", font=_font(size))


@functools.cache
def _font(size):
    return ImageFont.load_default(size=size)


def rgb(color):
    """ "#rrggbb" as three numbers."""
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)])


# The field's colours, from surely generated to surely real, in equal steps.
_STEPS = 6
_SHADES = np.arange(-_STEPS, _STEPS + 1)[:, None] / _STEPS
_TINTS = np.where(_SHADES > 0, rgb("#7db9e3"), rgb("#f3a973"))
_BANDS = (255 + np.abs(_SHADES) * (_TINTS - 255)).round().astype(np.uint8)


def ring_scatter(samples, *, size=240):
    """Generated points [n, 2] over the rings of the eight modes: uint8 [size, size, 3]."""
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    reach = 3 * points.RING_SD / (2 * REACH) * size
    for x, y in (points.ring_centres() * [1, -1] + REACH) / (2 * REACH) * (size - 1):
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=REAL, width=2)
    pixels = np.array(image)
    dots(pixels, samples, FAKE, radius=1)  # small: where many lie must look darker than a thread
    return pixels


# --- a trainer to watch ---------------------------------------------------------------------------


def chosen_cloud(shape, own=""):
    """The points of a preset, or of the text box when there is something in it."""
    return points.from_text(own) if own.strip() else points.PRESETS[shape]()


def follow(gan, *, loss, gamma, rate, shape, own=""):
    """Bring a GAN up to the controls: a new shape starts it again, the rest acts at once."""
    gan.set(loss=loss, gamma=gamma, rate=rate)
    if (shape, own) != getattr(gan, "shape", None):
        cloud = chosen_cloud(shape, own)
        gan.reset(int(gan.seed.numpy()), cloud)
        gan.shape = shape, own
    return gan
