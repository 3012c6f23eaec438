"""The shelf in the panel: every button, the name, files and mixtures, and undo through all of it."""

import io
import json

import numpy as np
from PIL import Image

from helpers.explorer import shelf
from tests.explorer.test_explorer import fails, panel, pixels, shown  # noqa: F401


def three(panel):  # noqa: F811
    for seed in (1, 2, 3):
        panel.controls["seed"].value = seed
        panel.buttons["keep"].click()
    assert not fails(panel)
    return panel.shelf


def names(panel):  # noqa: F811
    return [kept.name for kept in panel.kept]


def shown_names(kept):
    places = kept.grid.children
    return [place.children[1].description for place in places]


def test_keeping_shows_the_picture_with_a_name(panel):  # noqa: F811
    assert "nothing is kept yet" in panel.shelf.hint.value and panel.shelf.name.disabled
    kept = three(panel)
    assert names(panel) == ["a 1", "a 2", "a 3"] and panel.shelf.hint.value == ""
    assert shown_names(kept) == ["1 · a 1", "2 · a 2", "3 · a 3"]
    for picture, one in zip(kept.pictures, panel.kept):
        assert (pixels(picture) == panel.scene.picture(one.state)).all() and picture.alt == one.name
    assert kept.selected == 2 and kept.name.value == "a 3" and kept.name.description == "name of 3"
    assert [mark.button_style for mark in kept.marks] == ["", "", "info"]
    assert "kept as 3 · a 3" in panel.message.value
    panel.buttons["keep"].click()
    assert fails(panel) and "kept already: it is 3 · a 3" in panel.message.value


def test_a_frame_of_the_strip_on_screen_is_what_is_kept_and_saved(panel):  # noqa: F811
    panel.controls["seed"].value = 4
    panel.along.value = 8
    frame = shown(panel)
    panel.buttons["keep"].click()
    assert (panel.scene.picture(panel.kept[0].state) == frame).all() and panel.state.seed == 4
    path = panel.save_picture()
    assert (np.asarray(Image.open(path))[::128, ::128] == frame).all()


def test_going_back_to_a_kept_picture_and_undo(panel):  # noqa: F811
    kept = three(panel)
    kept.marks[0].click()
    assert panel.state == panel.kept[0].state and kept.selected == 0 and kept.name.value == "a 1"
    assert panel.controls["seed"].value == 1
    steps = len(panel.history)
    kept.marks[0].click()  # it is there already
    assert len(panel.history) == steps
    panel.undo()
    assert panel.state.seed == 3 and len(panel.kept) == 3


def test_removing_moving_and_naming_can_be_undone(panel):  # noqa: F811
    kept = three(panel)
    kept.marks[1].click()
    kept.buttons["later"].click()
    assert names(panel) == ["a 1", "a 3", "a 2"] and kept.selected == 2
    kept.buttons["later"].click()  # it is the last
    kept.buttons["earlier"].click()
    assert names(panel) == ["a 1", "a 2", "a 3"] and kept.selected == 1
    kept.name.value = "knight"
    assert names(panel) == ["a 1", "knight", "a 3"] and kept.marks[1].description == "2 · knight"
    assert kept.pictures[1].alt == "knight"
    kept.buttons["remove"].click()
    assert names(panel) == ["a 1", "a 3"] and len(kept.grid.children) == 2
    assert (pixels(kept.pictures[1]) == panel.scene.picture(panel.kept[1].state)).all()
    kept.buttons["remove"].click()
    assert fails(panel) and "no kept picture is selected" in panel.message.value
    for want in (["a 1", "knight", "a 3"], ["a 1", "a 2", "a 3"], ["a 1", "a 3", "a 2"]):
        panel.buttons["undo"].click()
        assert names(panel) == want and shown_names(kept)[1].endswith(want[1])
    while panel.history:
        panel.buttons["undo"].click()
    assert panel.kept == () and panel.state == panel.scene.start() and len(kept.grid.children) == 0


def test_a_bad_name_changes_nothing(panel):  # noqa: F811
    kept = three(panel)
    for name in ("x" * 33, " ", "a\tb"):
        kept.name.value = name
        assert fails(panel) and "expected 1 to 32 letters" in panel.message.value
        assert names(panel) == ["a 1", "a 2", "a 3"]
    kept.name.value = "<script>"
    assert names(panel)[2] == "<script>" and "<script>" not in kept.pictures[2].value


def test_a_mixture_of_two_kept_pictures_is_in_the_centre(panel):  # noqa: F811
    assert panel.shelf.mixing.layout.display == "none"
    kept = three(panel)
    assert kept.mixing.layout.display is None and (kept.first.value, kept.second.value) == (0, 1)
    kept.second.value = 2
    a, _, b = (one.state for one in panel.kept)
    assert (shown(panel) == panel.scene.between(a, b, 0.5)).all()
    kept.share.value = 0.2
    assert (shown(panel) == panel.scene.between(a, b, 0.2)).all() and panel.state.latent
    kept.share.value = 1.0
    assert panel.state == b
    panel.undo()
    assert panel.state == panel.scene.mixture(a, b, 0.2)
    kept.first.value = 2
    assert fails(panel) and "a mixture takes two pictures" in panel.message.value
    panel.controls["generator"].value = "large"
    panel.buttons["keep"].click()
    state = panel.state
    kept.first.value = 0
    assert (
        fails(panel)
        and "no way from &#x27;a&#x27; to &#x27;large&#x27;: both" in panel.message.value
    )
    assert panel.state == state


def test_the_lists_stay_with_their_pictures(panel):  # noqa: F811
    kept = three(panel)
    kept.second.value = 2
    first, second = (panel.kept[i].state for i in (0, 2))
    steps = len(panel.history)
    kept.marks[0].click()
    kept.buttons["later"].click()
    kept.name.value = "moved"
    assert (kept.first.value, kept.second.value) == (1, 2) and len(panel.history) == steps + 3
    assert panel.kept[1].state == first and panel.kept[2].state == second
    assert [words for words, _ in kept.first.options] == ["1 · a 2", "2 · moved", "3 · a 3"]
    kept.buttons["remove"].click()
    assert (kept.first.value, kept.second.value) == (0, 1)


def test_everything_is_saved_as_a_file_and_a_sheet_and_read_again(panel, scene):  # noqa: F811
    kept = three(panel)
    kept.name.value = "last"
    kept.buttons["save_all"].click()
    assert not fails(panel) and "kept-001.json and kept-001.png" in panel.message.value
    (panel.folder / "kept-002.png").write_bytes(b"mine")
    kept.save_all()
    kept.buttons["save_film"].click()
    files = sorted(path.name for path in panel.folder.iterdir())
    assert files == ["kept-001.gif", "kept-001.json", "kept-001.png", "kept-002-2.png",
                     "kept-002.json", "kept-002.png"]  # fmt: skip
    row = panel.kept
    while panel.history:
        panel.undo()
    panel.open_kept(panel.folder / "kept-001.json")
    assert panel.kept == row and "3 pictures from kept-001.json" in panel.message.value
    panel.open_kept(panel.folder / "kept-001.json")
    assert panel.kept == row and "0 pictures from kept-001.json, 3 were here" in panel.message.value
    panel.undo()  # one step
    assert panel.kept == ()
    for name in ("save_all", "save_film"):
        kept.buttons[name].click()
        assert fails(panel) and "nothing is kept yet" in panel.message.value


def upload(kept, name, raw):
    """As if a person had chosen a file in the browser."""
    file = {"name": name, "type": "application/json", "size": len(raw), "last_modified": 0}
    if kept.upload.has_trait("_counter"):  # ipywidgets 7.7
        count = kept.upload._counter + 1
        kept.upload.set_state({"metadata": [file], "data": [memoryview(raw)], "_counter": count})
    else:
        kept.upload.set_state({"value": [file | {"content": memoryview(raw)}]})


def test_a_file_is_opened_from_the_browser_twice(panel):  # noqa: F811
    row = shelf.keep((), panel.scene.start("large", 4), "big")
    for _ in range(2):
        upload(panel.shelf, "theirs.json", shelf.write(row))
        assert panel.kept == row and "1 pictures from theirs.json" in panel.message.value
        panel.undo()
    upload(panel.shelf, "bad.json", b"{")
    assert fails(panel) and "bad.json is no readable JSON" in panel.message.value
    assert panel.kept == ()


def test_what_is_left_out_of_a_file_is_told(panel):  # noqa: F811
    row = shelf.keep((), panel.scene.start("large", 4), "big")
    file = json.loads(shelf.write(row))
    file["pictures"] += [{"name": "<b>", "text": "x"}] * 5
    panel.shelf.add_file(json.dumps(file).encode(), "half.json")
    assert panel.kept == row and fails(panel) and "<b>" not in panel.message.value
    assert "1 pictures from half.json; left out: picture 2:" in panel.message.value
    assert "; 2 more" in panel.message.value


def test_a_file_fills_the_shelf_and_no_more(panel):  # noqa: F811
    three(panel)
    row = tuple(shelf.Kept("x", panel.scene.start("a", seed)) for seed in range(100, 148))
    panel.shelf.add_file(shelf.write(row), "full.json")
    assert len(panel.kept) == 48 and "3 pictures for which there is no room" in panel.message.value


def test_pictures_of_unequal_sizes_stand_on_the_shelf_alike(panel):  # noqa: F811
    for name in ("a", "large"):
        panel.controls["generator"].value = name
        panel.keep(f"of {name}")
    sizes = [picture.value.partition("width='")[2][:2] for picture in panel.shelf.pictures]
    assert sizes == ["96", "96"] and names(panel) == ["of a", "of large"]
    png = Image.open(io.BytesIO(panel.shelf.pictures[1].png))
    assert png.size == (16, 16)
