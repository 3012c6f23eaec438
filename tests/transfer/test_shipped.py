"""The shipped grid gives each side its own pictures; one's own pictures come on white, square."""

import numpy as np
import pytest
from PIL import Image

from helpers import figures
from helpers.transfer import labels_needed, own, paired, shipped, views

FOUND = {
    "noto_validation": np.array(2),
    "noto_labels": np.array([0, 1, 0, 1, 1]),
    "noto_x/0": np.array([[0, 1, 1, 1, 0]]),
    "noto_x/1": np.array([[0, 0, 0, 1, 1]]),
    "habit y/0": np.array([[1, 1, 0, 0, 0]]),
}


@pytest.fixture
def grid(monkeypatch):
    monkeypatch.setattr(shipped.results, "arrays", lambda name: FOUND)
    shipped.load.cache_clear()
    yield
    shipped.load.cache_clear()


def test_the_first_pictures_are_for_choosing_and_the_others_for_the_score(grid):
    assert shipped.load("validation")["noto_x"].tolist() == [[[0, 1]], [[0, 0]]]
    assert shipped.load()["noto_x"].tolist() == [[[1, 1, 0]], [[0, 1, 1]]]
    assert shipped.load("held out")["noto_x"].shape == (2, 1, 5)
    assert shipped.hits("noto_x").tolist() == [[[False, True, False]], [[True, True, True]]]
    assert shipped.hits("habit y", "validation").tolist() == [[[False, True]]]


def test_an_unknown_side_or_arm_is_named(grid):
    with pytest.raises(ValueError, match="no predictions for the side 'train'; one of: validation"):
        shipped.load("train")
    with pytest.raises(ValueError, match="no arm 'noto_z'; one of: habit y"):
        shipped.hits("noto_z")


def test_a_paired_difference_is_over_what_both_share():
    one, two = np.array([[1, 0, 1, 1], [1, 1, 1, 0]]), np.array([0, 0.5, 1, 0])
    mean, error = paired(one, two)
    apart = np.array([1, 0, 0, 0.5])
    assert mean == pytest.approx(apart.mean())
    assert error == pytest.approx(apart.std(ddof=1) / 2)
    assert paired(one, one) == (0, 0)
    for wrong in ([1, 2, 3], [1]):
        with pytest.raises(ValueError, match="paired scores belong to the same pictures"):
            paired(wrong, [1] if len(wrong) == 1 else two)


@pytest.mark.parametrize(
    "target, labels",
    [(0.3, 50), (0.4, 50), (0.5, 100), (0.6, 200 * 2**0.5), (0.7, 400), (0.71, np.inf)],
)
def test_labels_are_read_off_the_curve_where_it_first_meets_the_target(target, labels):
    found = labels_needed([50, 100, 200, 400], [0.4, 0.5, 0.45, 0.7], target)
    assert found == pytest.approx(labels, rel=1e-9)


def test_learning_curves_say_that_they_are_medians():
    _, ax = figures.new()
    views.learning_curves((50, 100), {"a": np.ones((5, 2)), "b": np.zeros((5, 2))}, ax=ax)
    assert ax.get_ylabel() == "test accuracy, median of 5"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["50", "100"]


def test_a_confusion_matrix_writes_every_count_and_the_names_first_words():
    fig = views.confusion(np.array([[3, 1], [0, 0]]), ["food & drink", "x"], "title")
    texts = [t.get_text() for t in fig.axes[0].texts]
    assert texts == ["3", "1", "0", "0"]
    assert [t.get_text() for t in fig.axes[0].get_xticklabels()] == ["food", "x"]


def test_own_pictures_come_in_order_on_white_and_square(tmp_path):
    clear = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    clear.putpixel((10, 5), (255, 0, 0, 255))
    clear.save(tmp_path / "b.png")
    Image.new("L", (8, 8), 0).save(tmp_path / "a.JPG", "jpeg")
    (tmp_path / "notes.txt").write_text("no picture")
    found = own.pictures(tmp_path, otherwise=None, size=16)
    assert found.shape == (2, 16, 16, 3) and found.dtype == np.uint8
    assert found[0].max() < 5 and (found[1][0] == 255).all() and found[1].min() < 255
    assert own.pictures(tmp_path, otherwise=None, most=1).shape[0] == 1


def test_without_own_pictures_others_stand_in_and_that_is_said(tmp_path, capsys):
    assert own.pictures(tmp_path / "five", otherwise="others") == "others"
    assert "no pictures in my_art/five yet" in capsys.readouterr().out


def test_a_file_that_is_no_picture_is_named(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(ValueError, match="broken.png could not be read as a picture .*save it as"):
        own.pictures(tmp_path, otherwise=None)
