"""Pictures of what a GAN is made of: its two networks with their shapes, and a palette's colours."""

import keras
import numpy as np
from matplotlib.patches import Rectangle

from helpers import art, figures
from helpers.gan.palette import Palette

_G, _D, _REAL = figures.PALETTE[0], figures.PALETTE[1], figures.PALETTE[2]
_LINE = 170  # grey between swatches, so that white shows on white paper


def diagram(generator, discriminator):
    """Draws both networks as a row of boxes: as high as the side of what is in them, as wide as it has channels.

    Args:
        generator: keras.Sequential from noise [n, latent_dim] to pictures [n, size, size, 3].
        discriminator: keras.Sequential from such pictures to logits [n, 1].

    Returns:
        matplotlib Figure: noise, G's stages, the picture, D's stages, the logit.
    """
    drawn, judged = stages(generator), stages(discriminator)
    boxes = [((generator.input_shape[-1],), "noise z", "black")]
    boxes += [(shape, "", _G) for shape in drawn[:-1]] + [(drawn[-1], "picture", _REAL)]
    boxes += [(shape, "", _D) for shape in judged] + [((1,), "logit", "black")]
    fig, ax = figures.new(width=11, height=3.3)
    x, top = 0.0, max(shape[0] for shape in drawn + judged)
    edges = []  # left and right of each box
    for shape, name, color in boxes:
        side = shape[0] if len(shape) == 3 else 1 if shape[0] == 1 else top / 2
        wide = 0.8 if len(shape) == 1 else 1 + np.sqrt(shape[-1]) / 3
        ax.add_patch(Rectangle((x, -side / 2), wide, side, fc=color, alpha=0.75, ec="black"))
        words = " × ".join(map(str, shape))
        ax.text(x + wide / 2, -top / 2 - 3, words, ha="center", va="top", fontsize=10)
        ax.text(x + wide / 2, side / 2 + 1.5, name, ha="center", va="bottom", fontsize=12)
        edges.append((x, x + wide))
        x += wide + 4.2
    for left, right, name, color in (
        (0, len(drawn), f"generator G: {generator.count_params():,} weights", _G),
        (len(drawn), len(boxes) - 1, f"discriminator D: {discriminator.count_params():,} weights", _D),
    ):  # fmt: skip
        middle = (edges[left][1] + edges[right][0]) / 2
        ax.text(middle, top / 2 + 9, name, ha="center", color=color, fontsize=14, weight="bold")
        for k in range(left, right):
            ends = (edges[k + 1][0] - 0.4, 0), (edges[k][1] + 0.4, 0)
            ax.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": "black"})
    ax.set(xlim=(-1.5, x - 2.5), ylim=(-top / 2 - 9, top / 2 + 14))
    ax.axis("off")
    return fig


def stages(network):
    """Shapes [height, width, channels] that a picture takes on its way, one for each side or width.

    Args:
        network: keras.Sequential.

    Returns:
        List of tuples, in order.
    """
    found = []
    for layer in network.layers:
        shape = tuple(layer.output.shape[1:])
        if len(shape) == 3 and (not found or found[-1] != shape):
            found.append(shape)
    return found


def colours_of(generator, latents):
    """The colours that a palette chooses for each latent.

    Args:
        generator: a generator that ends in a `Palette`.
        latents: float [n, latent_dim].

    Returns:
        uint8 [n, colours, 3], the first one white.

    Raises:
        ValueError: it paints freely.
    """
    palette = generator.layers[-1]
    if not isinstance(palette, Palette):
        raise ValueError(f"{generator.name} has no palette: it paints every pixel freely")
    features = keras.Model(generator.inputs[0], palette.input)(latents)
    return art.to_uint8(np.array(palette.chosen(features)))


def swatches(colours, size=32):
    """Boards of colours, four a row, with grey lines so that white shows on white paper.

    Args:
        colours: uint8 [n, k, 3], k a square number such as 16.
        size: side of a board in pixels, a multiple of the colours in a row.

    Returns:
        uint8 [n, size, size, 3].

    Raises:
        ValueError: k is no square number, or they do not fit the size.
    """
    n, k, _ = np.shape(colours)
    row = int(k**0.5)
    if row * row != k or size % row:
        raise ValueError(f"{k} colours do not fill a board of {size} px: take 4, 9 or 16")
    boards = np.reshape(colours, (n, row, row, 3)).repeat(size // row, 1).repeat(size // row, 2)
    for line in range(0, size, size // row):
        boards[:, line], boards[:, :, line] = _LINE, _LINE
    return boards
