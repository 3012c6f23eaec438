"""The drawing of two networks, a palette's colours, boards of swatches."""

import numpy as np
import pytest

from helpers import figures, gan
from helpers.gan import networks, views


def test_stages_are_the_shapes_on_the_way():
    generator, judge = (
        networks.generator(16, width=4, palette=0),
        networks.discriminator(16, width=4),
    )
    assert views.stages(generator) == [(4, 4, 8), (8, 8, 4), (16, 16, 3)]
    assert views.stages(judge) == [(8, 8, 4), (4, 4, 8)]


def test_the_diagram_names_every_shape_and_both_counts():
    generator, judge = (
        networks.generator(16, width=4, palette=0),
        networks.discriminator(16, width=4),
    )
    fig = views.diagram(generator, judge)
    words = [text.get_text() for text in fig.axes[0].texts]
    for shape in (
        "100",
        "4 × 4 × 8",
        "8 × 8 × 4",
        "16 × 16 × 3",
        "1",
        "noise z",
        "picture",
        "logit",
    ):
        assert shape in words, shape
    assert f"generator G: {generator.count_params():,} weights" in words
    assert f"discriminator D: {judge.count_params():,} weights" in words
    boxes = fig.axes[0].patches
    heights = [box.get_height() for box in boxes]
    assert len(boxes) == 7 and heights[3] == max(heights) == 16  # the picture is the highest
    assert figures.to_png(fig)


def test_colours_are_the_palette_s_own():
    model = gan.make(8, width=4, latent_dim=5, palette=4)
    model.prepare(np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3)).astype(np.uint8))
    painter = model.averaged_generator
    found = views.colours_of(painter, model.noise(3))
    assert found.shape == (3, 4, 3) and found.dtype == np.uint8 and (found[:, 0] == 255).all()
    painter.layers[-1].temperature = 0.001  # then a pixel has one of them and no mixture
    drawn = model.decode(model.noise(3))
    for picture, colours in zip(drawn, found):
        pixels = picture.reshape(-1, 1, 3).astype(int)
        assert np.median(np.abs(pixels - colours[None].astype(int)).max(-1).min(1)) <= 1


def test_a_free_painter_has_no_colours():
    with pytest.raises(ValueError, match="generator has no palette: it paints every pixel freely"):
        views.colours_of(networks.generator(8, width=4, palette=0), np.zeros((1, 100)))


def test_white_stands_out_on_a_board():
    colours = np.full((2, 16, 3), 255, np.uint8)
    colours[1, 5] = (1, 2, 3)
    boards = views.swatches(colours)
    assert boards.shape == (2, 32, 32, 3) and boards.dtype == np.uint8
    assert (boards[0, ::8] == 170).all() and (boards[0, :, ::8] == 170).all()
    assert (boards[0, 1:8, 1:8] == 255).all()
    assert (boards[1, 9:16, 9:16] == (1, 2, 3)).all()  # the sixth, second in the second row


@pytest.mark.parametrize("count, size", [(15, 32), (9, 32)])
def test_boards_that_do_not_fit_are_refused(count, size):
    with pytest.raises(ValueError, match=f"{count} colours do not fill a board of {size} px"):
        views.swatches(np.zeros((1, count, 3), np.uint8), size)
