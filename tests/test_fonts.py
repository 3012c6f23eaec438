"""A text is drawn with a font that has its letters, or an error says so."""

import logging

import numpy as np
import pytest

from helpers import figures, fonts
from helpers.theory import points

CJK = any(name in fonts.PREFERRED for name, _ in fonts._others())
needs_cjk = pytest.mark.skipif(not CJK, reason="no font with Chinese letters is installed")


@pytest.fixture
def only_dejavu(monkeypatch):
    monkeypatch.setattr(fonts, "_others", lambda: [])


def test_latin_greek_and_signs_need_no_other_font():
    assert fonts.families("hero 3") == [fonts.DEFAULT]
    assert fonts.families("λ = .3 → −1 …") == [fonts.DEFAULT]


def test_missing_letters_are_an_error_that_names_them(only_dejavu):
    with pytest.raises(ValueError, match="你好.*fonts-noto-cjk.*Latin"):
        fonts.covering("hello 你好")


def test_a_figure_does_not_print_boxes(only_dejavu):
    fig, ax = figures.new()
    ax.set_title("艺术")
    with pytest.raises(ValueError, match="艺术"):
        figures.to_png(fig)


def test_white_space_and_control_characters_need_no_letter(only_dejavu):
    assert fonts.covering("a\n\t b\u3000c")[0] == fonts.DEFAULT


def test_a_damaged_font_of_the_system_is_passed_over(tmp_path, monkeypatch):
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_others", lambda: [("Bad", str(bad))])
    with pytest.raises(ValueError, match="你"):
        fonts.covering("你")


def test_a_text_that_the_usual_font_has_looks_for_no_other(monkeypatch):
    monkeypatch.setattr(fonts, "_others", lambda: pytest.fail("looked through the system's fonts"))
    assert fonts.covering("λ → ±2 …")[0] == fonts.DEFAULT


@needs_cjk
def test_chinese_in_a_figure_has_its_own_shapes():
    def drawn(text):
        fig, ax = figures.new(width=2, height=2)
        ax.set_title(text)
        return figures.to_png(fig)

    assert drawn("你好") != drawn("艺术")
    assert len(fonts.families("你好")) == 2


def test_the_boxes_of_matplotlibs_last_font_are_no_letters():
    assert not [name for name, _ in fonts._others() if "Last Resort" in name]


@needs_cjk
def test_two_fonts_share_a_text():
    assert fonts.families("对 D₁ 最好")[1] == fonts.families("对")[1]


@needs_cjk
def test_two_chinese_words_become_two_clouds():
    one, other = points.write_word("你好"), points.write_word("艺术")
    assert one.shape != other.shape or not np.array_equal(one, other)
    assert (one < 128).any()


def test_the_font_of_last_resort_is_not_talked_about(caplog):
    log = logging.getLogger("matplotlib.font_manager")
    log.warning("Failed to find font weight bold for Last Resort High-Efficiency, now using 400.")
    log.warning("Failed to find font weight bold for Another, now using 400.")
    assert [record.message for record in caplog.records] == [
        "Failed to find font weight bold for Another, now using 400."
    ]
