"""art.from_folder: what people really have in their folders, read rightly or refused with a reason."""

import re
import sys

import numpy as np
import pytest
from PIL import Image

from helpers import art, figures, places
from helpers.art import cache, decode
from tests.art import hostile


def judge(expected, found, report):
    """Every file is in the report, with the outcome and the picture that it should have."""
    rows, wrong = {row.name: row for row in report.rows}, []
    assert set(rows) == set(expected)
    for name, wanted in expected.items():
        row = rows[name]
        outcomes = {wanted.outcome} if isinstance(wanted.outcome, str) else wanted.outcome
        if row.outcome not in outcomes or not re.search(wanted.reason, row.reason):
            wrong.append((name, row.outcome, row.reason, wanted))
        if wanted.check is not None and row.index is not None:
            try:
                wanted.check(found.images[row.index])
            except AssertionError as error:
                wrong.append((name, "looks wrong", str(error)))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """(expected, ArtSet, Report) of all hostile files in one folder."""
    place = tmp_path_factory.mktemp("files")
    expected = hostile.files(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.art.cache._root", lambda: place.parent / "cache_of_files")
        return expected, *art.from_folder(place, show=False)


def test_every_hostile_file_is_read_rightly_or_refused_with_a_reason(files):
    assert len(files[0]) > 150
    judge(*files)


def test_the_report_shows_every_file_and_no_name_breaks_it(files):
    _, found, report = files
    text, page = report.text(), report._repr_html_()
    assert "Report" not in text and all(ord(letter) >= 32 or letter == "\n" for letter in text)
    assert "\u202e" not in text and "new\\nline.png" in text and "\x1b" not in page
    for row in report.rows:
        if row.reason and len(row.name) < 60 and row.name.isprintable():
            assert row.name in text and row.reason in text
    assert len(text.splitlines()) >= len(report.rows)
    assert "<b>bold" not in page and 'alt="contact sheet of' in page and len(page) < 600_000
    assert sum(report.counts().values()) == len(report.rows)


def test_folders_links_pipes_and_the_runs_of_the_course(tmp_path):
    expected = hostile.folders(tmp_path)
    found, report = art.from_folder(tmp_path, show=False)
    judge(expected, found, report)
    labels = {name: found.label_names[k] for name, k in zip(found.item_names, found.labels)}
    assert labels["cats/tom.png"] == labels["cats/kittens/a/b/c/d/e.png"] == "cats"


def test_zips(tmp_path):
    (tmp_path / "in").mkdir()
    found = hostile.zips(tmp_path / "in")
    before = sorted(path for path in tmp_path.rglob("*"))
    assert len(found) >= 15
    for path, expected in found.items():
        if isinstance(expected, str):
            with pytest.raises(art.ArtError, match=expected):
                art.from_folder(path, show=False)
        else:
            judge(expected, *art.from_folder(path, show=False))
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_copies_stand_on_one_side(tmp_path):
    copies = hostile.twins(tmp_path)
    found, report = art.from_folder(tmp_path, show=False)
    rows = {name: row for row, name in enumerate(found.item_names)}
    for copy, original in copies.items():
        assert found.families[rows[copy]] == found.families[rows[original]], copy
        assert found.folds[rows[copy]] == found.folds[rows[original]]
    assert len(set(found.families)) == len(found) - len(copies)
    assert sorted(map(sorted, report.twins())) == sorted(sorted(pair) for pair in copies.items())


@pytest.mark.parametrize("count", [3, 10, 15, 29, 30, 60])
def test_few_pictures_get_a_split(tmp_path, count):
    for index in range(count):
        hostile.saved_to(tmp_path / f"{index}.png", hostile.drawing(index))
    found, _ = art.from_folder(tmp_path, 16, show=False)
    sides = found.split()
    assert sum(map(len, sides)) == count and min(map(len, sides)) >= min(2, count // 5 or 1)
    assert len(sides.train) >= count * 0.6 - 1 or count == 3
    again, _ = art.from_folder(tmp_path, 16, show=False)
    assert np.array_equal(again.folds, found.folds) and np.array_equal(again.images, found.images)


def test_a_size_that_is_a_whole_part_gives_plain_means(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    found, _ = art.from_folder(tmp_path, 16, show=False)
    assert np.abs(found.images[0].astype(int) - art.reduce(pixels[None], 4)[0]).max() <= 1


@pytest.mark.parametrize(
    "place, more, sentence",
    [
        ("nowhere", {}, "there is no .*nowhere .looked in"),
        ("", {}, "is no place with pictures"),
        (None, {}, "is no place with pictures"),
        (7, {}, "is no place with pictures"),
        ("HERE", {"size": 7}, "size is a side in pixels, 8 to 256, got 7"),
        ("HERE", {"size": 64.0}, "size is a side"),
        ("HERE", {"fit": "stretch"}, "fit is one of auto, pad, crop"),
        ("HERE", {"background": "pink-ish"}, 'background is "auto"'),
        ("HERE", {"background": (1, 2, 300)}, 'background is "auto"'),
        ("HERE", {}, "holds no picture that can be read"),
        ("HERE/a.txt", {}, "is one file and no zip"),
    ],
)
def test_errors_say_what_to_do(tmp_path, place, more, sentence):
    (tmp_path / "a.txt").write_text("x")
    place = place.replace("HERE", str(tmp_path)) if isinstance(place, str) else place
    with pytest.raises(art.ArtError, match=sentence):
        art.from_folder(place, show=False, **more)


def test_an_empty_folder_asks_for_pictures(tmp_path):
    with pytest.raises(art.ArtError, match="is empty .*: put pictures into it"):
        art.from_folder(tmp_path, show=False)


def uploads(files):
    """What ipywidgets 8 and 7 hold after the same files were dropped."""
    eight = tuple(
        {
            "name": name,
            "type": "",
            "size": len(raw),
            "last_modified": None,
            "content": memoryview(raw),
        }
        for name, raw in files.items()
    )
    seven = {
        name: {"metadata": {"name": name, "type": "", "size": len(raw)}, "content": raw}
        for name, raw in files.items()
    }
    return eight, seven


def test_dropped_files_come_in_the_shape_of_ipywidgets_7_and_8():
    files = {f"{k}.png": hostile.saved(hostile.drawing(k)) for k in range(4)}
    for value in uploads(files):
        found, report = art.from_folder(value, 32, show=False)
        assert found.item_names == list(files) and report.counts()["refused"] == 0


def test_an_upload_that_arrived_empty_names_the_way_round_it():
    raw = hostile.saved(hostile.drawing(1))
    for value in uploads({"ok.png": raw, "big.png": b""}):
        value = list(value) if isinstance(value, tuple) else value
        item = value["big.png"]["metadata"] if isinstance(value, dict) else value[1]
        item["size"] = 2_000_000
        _, report = art.from_folder(value, 32, show=False)
        row = next(row for row in report.rows if row.name == "big.png")
        assert (
            row.outcome == "refused" and "below my_art/" in row.reason and "2,000,000" in row.reason
        )


def test_a_dropped_zip_is_opened(tmp_path):
    hostile.zips(tmp_path)
    for value in uploads({"good.zip": (tmp_path / "good.zip").read_bytes()}):
        found, _ = art.from_folder(value, 32, show=False)
        assert len(found) == 3


def test_the_page_keeps_every_picture_visible(tmp_path):
    """White where it does; a few that it would swallow stand on another; many decide for all."""
    for index in range(20):
        hostile.saved_to(tmp_path / f"{index}.png", hostile.cut_out(index, (40, 90, 12 * index)))
    hostile.saved_to(tmp_path / "white.png", hostile.cut_out(99, (255, 255, 255)))
    found, report = art.from_folder(tmp_path, show=False)
    row = next(row for row in report.rows if row.name == "white.png")
    assert found.card["background"] == "#ffffff" and "cannot be seen" in row.reason
    hostile.visible(found.images[row.index])
    assert (found.images[0][0, 0] == 255).all()
    for index in range(20, 40):
        hostile.saved_to(
            tmp_path / f"{index}.png", hostile.cut_out(index, (255, 255, 230 + index % 9))
        )
    found, _ = art.from_folder(tmp_path, show=False)
    assert found.card["background"] != "#ffffff"
    for image in found.images:
        hostile.visible(image)
    found, _ = art.from_folder(tmp_path, show=False, background="#102030")
    assert found.card["background"] == "#102030" and (found.images[:, 0, 0] == (16, 32, 48)).all()


def test_what_fills_its_frame_is_cropped_and_a_drawing_on_paper_is_shown_whole(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (100, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "full.png")
    paper = Image.new("RGB", (200, 100), (250, 240, 200))
    paper.paste((20, 20, 90), (10, 10, 190, 90))
    paper.save(tmp_path / "paper.png")
    found, report = art.from_folder(tmp_path, show=False)
    full, paper = found.images
    assert full.std() > 20 and "50 % lost" in report.rows[0].reason
    assert (paper[:10] == (250, 240, 200)).all()  # its own paper goes on, not a white bar
    assert (np.abs(paper[32].astype(int) - (20, 20, 90)).max(axis=-1) < 9).mean() > 0.85
    padded = art.from_folder(tmp_path, show=False, fit="pad")[0].images[0]
    assert (padded[:10] == 255).all() and not (padded[32] == 255).all()


def test_small_drawings_on_large_pages_are_cut_out(tmp_path):
    for index in range(3):
        page = Image.new("RGB", (900, 1200), "white")
        page.paste(
            hostile.drawing(index, 200, 200).crop((10, 10, 190, 190)), (100 + 90 * index, 500)
        )
        page.save(tmp_path / f"{index}.png")
    found, report = art.from_folder(tmp_path, show=False)
    for image, row in zip(found.images, report.rows):
        hostile.fills(0.5)(image)
        assert "its empty page cut away" in row.reason
    whole, _ = art.from_folder(tmp_path, show=False, fit="pad")
    with pytest.raises(AssertionError):
        hostile.fills(0.5)(whole.images[0])


def test_an_interrupt_keeps_what_was_decoded(tmp_path, monkeypatch):
    for index in range(12):
        hostile.saved_to(tmp_path / f"{index:02d}.png", hostile.drawing(index))
    inner, seen = decode.picture, []

    def interrupted(raw, name, size):
        if len(seen) == 7:
            raise KeyboardInterrupt
        seen.append(name)
        return inner(raw, name, size)

    monkeypatch.setattr(decode, "picture", interrupted)
    with pytest.raises(KeyboardInterrupt):
        art.from_folder(tmp_path, show=False)
    monkeypatch.setattr(decode, "picture", lambda *words: seen.append(words[1]) or inner(*words))
    found, _ = art.from_folder(tmp_path, show=False)
    assert seen == found.item_names  # each decoded once
    art.from_folder(tmp_path, show=False)
    assert len(seen) == 12
    hostile.saved_to(tmp_path / "03.png", hostile.drawing(77))
    changed, _ = art.from_folder(tmp_path, show=False)
    assert seen[12:] == ["03.png"] and not np.array_equal(changed.images[3], found.images[3])


def test_a_damaged_cache_is_read_as_if_it_were_not_there(tmp_path):
    for index in range(3):
        hostile.saved_to(tmp_path / f"{index}.png", hostile.drawing(index))
    first, _ = art.from_folder(tmp_path, show=False)
    for part in cache.Cache(str(tmp_path), 64).folder.glob("*.npz"):
        part.write_bytes(part.read_bytes()[:200])
    again, _ = art.from_folder(tmp_path, show=False)
    assert np.array_equal(first.images, again.images)


def test_more_than_one_part_comes_back_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "PART", 3)
    for index in range(10):
        Image.new("RGB", (30 + index % 2, 30), (25 * index, 0, 0)).save(tmp_path / f"{index}.png")
    for _ in range(2):
        found, _ = art.from_folder(tmp_path, 16, show=False)
        assert found.images[:, 8, 8, 0].tolist() == [25 * index for index in range(10)]


def test_what_the_course_has_drawn_is_no_input(tmp_path):
    pixels = np.asarray(hostile.drawing(1, 64, 64))
    figures.export(pixels, tmp_path / "drawn.png", 128)
    film = np.stack([pixels, pixels[::-1]])
    (tmp_path / "film.gif").write_bytes(figures.to_gif(film, comment=figures.MADE))
    hostile.saved_to(tmp_path / "mine.png", hostile.drawing(2))
    found, report = art.from_folder(tmp_path, show=False)
    assert found.item_names == ["mine.png"] and report.counts()["passed over"] == 2
    assert all("network" in row.reason for row in report.rows if row.name != "mine.png")


def test_uploads_are_kept_under_safe_names_and_never_over_another_file(tmp_path):
    raw, other = (hostile.saved(hostile.drawing(k)) for k in (1, 2))
    place = tmp_path / "pictures"
    odd = {"../../out.png": raw, "a\nb.png": raw, "C:\\x\\c.png": raw, "…": raw, "": raw}
    for value in uploads(odd):
        art.keep_uploads(value, place)
    assert sorted(path.name for path in place.iterdir()) == [
        "_",
        "a_b.png",
        "c.png",
        "out.png",
        "picture",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pictures"]
    art.keep_uploads((("c.png", other),), place)
    assert (place / "c.png").read_bytes() == raw and (place / "c-2.png").read_bytes() == other
    with pytest.raises(art.ArtError, match="big.png did not arrive whole .0 bytes.: put the files"):
        art.keep_uploads((("ok.png", raw), ("big.png", b"")), place)
    assert not (place / "ok.png").exists()
    with pytest.raises(art.ArtError, match="nothing was uploaded"):
        art.keep_uploads((), place)
    with pytest.raises(art.ArtError, match="holds no picture"):
        art.from_folder((), show=False)


def test_without_resvg_an_svg_is_refused_with_the_way_to_convert_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)  # as in Colab
    (tmp_path / "a.svg").write_text(f"{hostile.SVG}{hostile.INK}</svg>")
    hostile.saved_to(tmp_path / "b.png", hostile.drawing(1))
    _, report = art.from_folder(tmp_path, show=False)
    assert report.rows[0].outcome == "refused" and "save it as PNG" in report.rows[0].reason


def test_from_folder_reads_a_path_from_a_page_as_from_the_course(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "ROOT", tmp_path)
    for folder in ("notebooks", "my_art/own"):
        (tmp_path / folder).mkdir(parents=True)
    hostile.saved_to(tmp_path / "my_art/own/a.png", hostile.drawing(1))
    monkeypatch.chdir(tmp_path / "notebooks")
    found, _ = art.from_folder("my_art/own", show=False)
    assert len(found) == 1 and found.name == "own"


def test_an_svg_reads_no_other_file(tmp_path, monkeypatch):
    pytest.importorskip("resvg_py")
    (tmp_path / "in").mkdir()
    Image.new("RGB", (20, 20), (250, 0, 0)).save(tmp_path / "secret.png")
    monkeypatch.chdir(tmp_path / "in")
    links = {
        "a": tmp_path / "secret.png",
        "b": "../secret.png",
        "c": f"file://{tmp_path}/secret.png",
    }
    blue = '<rect width="5" height="5" fill="#0000ff"/>'
    for name, link in links.items():
        for word in ("href", "xlink:href"):
            image = f'<image {word}="{link}" width="20" height="20"/>'
            svg = f"{hostile.SVG}{image}{blue}</svg>"
            (tmp_path / "in" / f"{name}{len(word)}.svg").write_text(svg)
    found, _ = art.from_folder(tmp_path / "in", show=False)
    assert len(found) == 6
    for image in found.images:
        red = (image[..., 0] > 200) & (image[..., 1:].max(axis=-1) < 80)
        assert not red.any() and (image[..., 2] > 200).any()
