"""Scenes carry the box that is really there; IoU has its known values."""

import numpy as np
import pytest

from helpers.transfer import localisation


def sticker(height=5, width=7, size=16):
    picture = np.full((1, size, size, 3), 255, np.uint8)
    picture[0, 2 : 2 + height, 3 : 3 + width] = 10
    picture[0, 3, 4] = 255  # a white spot inside belongs to the motif
    return picture


def test_the_box_encloses_what_changed_and_nothing_else():
    background = np.full((20, 32, 32, 3), 120, np.uint8)
    pictures, boxes = localisation.scenes(background, sticker(), seed=1)
    assert (background == 120).all()
    for picture, box in zip(pictures, np.rint(boxes * 32).astype(int)):
        rows, columns = np.nonzero((picture != 120).any(-1))
        assert [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1] == box.tolist()
        assert len(rows) == 35
    assert len({tuple(box) for box in boxes.tolist()}) > 10
    again = localisation.scenes(background, sticker(), seed=1)[1]
    assert np.array_equal(boxes, again)


def test_iou_of_known_boxes():
    one = [[0, 0, 1, 1]] * 4
    two = [[0, 0, 1, 1], [0.5, 0, 1.5, 1], [2, 2, 3, 3], [1, 1, 0, 0]]
    assert np.allclose(localisation.iou(one, two), [1, 1 / 3, 0, 0])


def test_an_empty_sticker_is_refused():
    with pytest.raises(ValueError, match="all white"):
        localisation.cut_out(np.full((8, 8, 3), 255, np.uint8))


def test_outlines_are_drawn_on_a_copy():
    pictures = np.zeros((1, 16, 16, 3), np.uint8)
    drawn = localisation.outlined(pictures, np.array([[0.25, 0.25, 0.75, 1.0]]))
    assert pictures.max() == 0
    assert (drawn[0, 4:16, 4] == (213, 94, 0)).all() and not drawn[0, 8, 8].any()
