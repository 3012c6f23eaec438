"""figures: one look, alt text on everything, crisp pixels, files whole or not at all."""

import base64
import io
import os

import numpy as np
import pytest
from PIL import Image

from helpers import figures

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as (data, metadata) pairs."""
    outputs = []
    monkeypatch.setattr(
        figures, "display", lambda data, metadata, raw, **_: outputs.append((data, metadata))
    )
    return outputs


def opened(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_alt_text_is_carried_and_printed(shown, capsys):
    figures.grid(PICTURES, alt="six  noisy\nsquares")
    data, metadata = shown[0]
    assert metadata["image/png"]["alt"] == data["text/plain"] == "six noisy squares"
    assert capsys.readouterr().out == "six noisy squares\n"


@pytest.mark.parametrize("alt", ["", "   ", None, 3])
def test_alt_text_is_demanded(shown, alt):
    with pytest.raises(ValueError, match="say in one sentence"):
        figures.grid(PICTURES, alt=alt)
    with pytest.raises(ValueError, match="say in one sentence"):
        figures.live(alt=alt)
    assert not shown


def test_grid_pixels_are_exact():
    fig = figures.sheet(PICTURES, columns=3, scale=4)
    page = opened(figures.to_png(fig))
    crisp = PICTURES[0].repeat(4, 0).repeat(4, 1)
    assert (page[6 : 6 + 32, 14 : 14 + 32] == crisp).all()


def test_grid_with_everything_fits_its_texts():
    titles, labels = ["a very long title indeed"] * 6, ["first", "second"]
    fig = figures.sheet(PICTURES, columns=3, titles=titles, row_labels=labels, title="title")
    texts = [t.get_text() for t in fig.texts]
    assert "title" in texts and "second" in texts and any(t.endswith("…") for t in texts)


def test_tile_places_every_picture_and_leaves_gaps():
    sheet = figures.tile(PICTURES[:5], columns=3, pad=2, background=7)
    assert sheet.shape == (18, 28, 3)
    assert (sheet[10:18, 10:18] == PICTURES[4]).all()
    assert (sheet[8:10] == 7).all() and (sheet[10:, 20:] == 7).all()


def test_curves_draw_median_and_range():
    _, ax = figures.new()
    values = np.array([[1.0, 2], [3, 4], [8, 9]])
    figures.curves([0, 1], {"a": values, "b": [0, 0]}, xlabel="x", ylabel="y", ax=ax)
    assert np.allclose(ax.lines[0].get_ydata(), [3, 4])
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.min() == 1 and band.max() == 9
    assert len(ax.collections) == 1


def test_curves_without_axes_are_shown_with_alt(shown):
    figures.curves(
        [1, 10], {"a": [1, 2]}, alt="a line", xlabel="x", ylabel="y", xlog=True, ylog=True
    )
    assert shown[0][1]["image/png"]["alt"] == "a line"


def test_bars_are_medians_with_dots(shown):
    _, ax = figures.new()
    figures.bars({"one": [1.0, 5.0, 2.0], "two": 3}, ylabel="y", ax=ax)
    assert [p.get_height() for p in ax.patches] == [2, 3]
    assert sorted(ax.lines[0].get_ydata()) == [1, 2, 5]
    figures.bars({"one": 1}, ylabel="y", alt="a bar")
    assert len(shown) == 1


def test_figures_are_opaque_so_that_dark_pages_can_show_them():
    fig, _ = figures.new()
    assert (opened(figures.to_png(fig))[0, 0] == 255).all()


def test_what_is_shown_is_light_and_looks_the_same(shown):
    chart, ax = figures.new()
    ax.fill_between([0, 1], [0, 1], alpha=0.2)
    art = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    art[:2], art[2:4] = 255, 253
    for picture, tolerance, share in ((chart, 12, 0.7), (art, 4, 0.8)):
        figures.show(picture, alt="a triangle, noise")
        small, exact = base64.b64decode(shown[-1][0]["image/png"]), figures.to_png(picture)
        assert len(small) < share * len(exact)
        assert np.abs(opened(small).astype(int) - opened(exact).astype(int)).max() <= tolerance
    assert (opened(small)[:4] == 255).all()


def test_a_gif_keeps_its_colours():
    frames = np.zeros((3, 4, 4, 3), np.uint8)
    frames[0, ..., 0] = frames[1, ..., 1] = frames[2, ..., 2] = 200
    film = Image.open(io.BytesIO(figures.to_gif(frames, scale=2)))
    colours = []
    for index in range(film.n_frames):
        film.seek(index)
        colours.append(film.convert("RGB").getpixel((3, 3)))
    assert colours == [(200, 0, 0), (0, 200, 0), (0, 0, 200)] and film.size == (8, 8)
    assert film.info["duration"] == 80 and film.info["loop"] == 0


def test_animation_loops_and_has_alt(shown):
    figures.animate(PICTURES, alt="flicker", seconds=0.05, scale=2)
    data, metadata = shown[0]
    encoded = data["text/html"].split("base64,")[1].split('"')[0]
    gif = Image.open(io.BytesIO(__import__("base64").b64decode(encoded)))
    assert gif.n_frames == 6 and gif.size == (16, 16)
    assert 'alt="flicker"' in data["text/html"] and metadata["text/html"]["alt"] == "flicker"


def test_live_updates_one_output(monkeypatch, capsys):
    calls = []

    class Handle:
        def update(self, data, metadata, raw):
            calls.append(("update", metadata["image/png"]["alt"]))

    monkeypatch.setattr(
        figures,
        "display",
        lambda data, **_: calls.append(("display", data["text/plain"])) or Handle(),
    )
    picture = figures.live(alt="growing")
    picture.update(PICTURES[0])
    picture.update(PICTURES[1])
    assert calls == [("display", "growing"), ("update", "growing")]
    assert capsys.readouterr().out == "growing\n"


@pytest.mark.parametrize("size, pixels", [(1024, 1024), (1023, 1016), (8, 8)])
def test_export_is_crisp(tmp_path, size, pixels):
    path = figures.export(PICTURES[0], tmp_path / "new" / "a.png", size=size)
    image = np.asarray(Image.open(path))
    assert image.shape == (pixels, pixels, 3)
    factor = pixels // 8
    assert (image[::factor, ::factor] == PICTURES[0]).all()


def test_export_errors(tmp_path):
    with pytest.raises(ValueError, match="end the name in .png"):
        figures.export(PICTURES[0], tmp_path / "a.jpg")
    with pytest.raises(ValueError, match="smaller than the picture"):
        figures.export(PICTURES[0], tmp_path / "a.png", size=7)


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    figures.export(PICTURES[0], path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        figures.export(PICTURES[1], path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.png"]


def test_wrong_pictures_are_named():
    with pytest.raises(TypeError, match=r"float64: convert with art.to_uint8"):
        figures.tile(PICTURES / 255)
    with pytest.raises(
        ValueError, match=r"expected images \[n, height, width, 3\], got .*\(8, 8, 3\)"
    ):
        figures.tile(PICTURES[0])
    with pytest.raises(ValueError, match="array is empty"):
        figures.tile(PICTURES[:0])
    with pytest.raises(ValueError, match=r"expected images \[height, width, 3\]"):
        figures.to_png(PICTURES)


@pytest.mark.parametrize(
    "text", ["$5", "a $_{$ b", "$\\frac{1}$", "100 $ and 200 $", r"$\\nonsense{$"]
)
def test_dollars_that_are_no_formula_are_drawn_as_they_are(text):
    fig, ax = figures.new()
    figures.curves([1, 2], {text: [1, 2], "b": [2, 1]}, xlabel=text, ylabel="y", title=text, ax=ax)
    assert figures.to_png(fig)
    picture = np.zeros((2, 4, 4, 3), np.uint8)
    figures.grid(picture, alt="two", titles=[text, text], row_labels=[text], columns=2, title=text)


def test_formulas_are_still_set_as_formulas():
    fig, ax = figures.new()
    ax.set(title="$L_1$")
    figures.to_png(fig)
    assert ax.title.get_parse_math() and ax.title.get_text() == "$L_1$"


def test_rounded_pictures_are_those_that_pages_show():
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    found = figures.rounded(every)
    assert found.dtype == np.uint8 and np.abs(found.astype(int) - every).max() <= 4
    assert set(found.ravel()) == {*range(0, 256, 8), 255}
    np.testing.assert_array_equal(figures.rounded(found), found)  # rounded twice: the same
