"""The shipped art against its cards, and the parts of data/build that need no download."""

import hashlib
import io
import json
import pathlib
import sys
import tarfile

import numpy as np
import pytest
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
ART = ROOT / "data" / "art"
sys.path.insert(0, str(ROOT / "data" / "build"))

import dcss  # noqa: E402
import emoji  # noqa: E402
import fetch  # noqa: E402
import gallery  # noqa: E402
import pixels  # noqa: E402
import rebuild  # noqa: E402
import sets  # noqa: E402
import write  # noqa: E402

COUNTS = {
    "heroes": 4000,
    "creatures": 791,
    "items": 622,
    **{f"emoji_{style}": 1152 for style in emoji.STYLES},
    **{f"city_{style}": 2000 for style in ("day", "neon", "sunset", "ink")},
}
EMOJI = [name for name in COUNTS if name.startswith("emoji_")]
CARD_KEYS = (
    "title description source version source_files licence licence_url attribution changes "
    "known_biases sizes command"
).split()


def card(name):
    return json.loads((ART / f"{name}.json").read_text(encoding="utf-8"))


def arrays(name, *keys):
    with np.load(ART / f"{name}.npz", allow_pickle=False) as archive:
        return [archive[key] for key in keys] if keys else {key: archive[key] for key in archive}


# --- what is shipped


def test_all_sets_are_shipped_and_no_other():
    assert {path.stem for path in ART.glob("*.npz")} == set(COUNTS) == set(sets.SETS)
    assert {path.stem for path in ART.glob("*.json")} == set(COUNTS)


def test_the_art_stays_small():
    assert sum(path.stat().st_size for path in ART.iterdir()) <= 40_000_000


@pytest.mark.parametrize("name", COUNTS)
def test_a_set_is_what_its_card_says(name):
    about, content = card(name), arrays(name)
    assert about["size"] == max(about["sizes"])
    assert about["count"] == COUNTS[name] == len(content["images"])
    assert content["images"].shape[1:] == (about["size"], about["size"], 3)
    assert hashlib.sha256((ART / f"{name}.npz").read_bytes()).hexdigest() == about["sha256"]
    assert write.content_sha256(content) == about["content_sha256"]
    assert content["labels"].dtype == np.int16 and len(content["labels"]) == about["count"]
    tally = np.bincount(content["labels"])
    assert tally.min() > 0
    assert dict(zip(content["label_names"].tolist(), tally.tolist())) == about["labels"]
    assert len(set(content["item_names"].tolist())) == about["count"]


@pytest.mark.parametrize("name", COUNTS)
def test_a_card_is_complete_and_says_what_the_builder_says(name):
    about = card(name)
    assert all(key in about for key in CARD_KEYS)
    for key, value in sets.SETS[name][1].items():
        assert about[key] == value, f"{key}: run `make data ARGS='--write {name}'`"


@pytest.mark.parametrize(
    "name, key", [("creatures", "item_names"), ("items", "item_names"), ("heroes", "part_names")]
)
def test_no_excluded_tile_is_shipped(name, key):
    used = {pathlib.PurePosixPath(item).name + ".png" for item in arrays(name, key)[0].tolist()}
    assert not used & dcss.excluded_names()


def test_the_exclusion_list_is_whole():
    assert len(dcss.excluded_names()) == 641


def test_heroes_wear_what_their_parts_say():
    parts, part_names, layers, labels, label_names = arrays(
        "heroes", "parts", "part_names", "layer_names", "labels", "label_names"
    )
    assert parts.shape == (4000, len(layers)) and parts.min() == -1
    assert parts.max() < len(part_names) == sum(count for _, count in dcss.LAYERS.values())
    for column, layer in enumerate(layers):
        worn = parts[:, column][parts[:, column] >= 0]
        assert all(name.startswith(f"{layer}/") for name in part_names[np.unique(worn)])
    base = parts[:, list(layers).index("base")]
    assert [dcss.species(name) for name in part_names[base]] == label_names[labels].tolist()


def test_emoji_hold_the_same_subjects_in_the_same_order():
    first = arrays(EMOJI[0], "codes", "item_names", "labels", "subgroups")
    for name in EMOJI[1:]:
        for one, other in zip(first, arrays(name, "codes", "item_names", "labels", "subgroups")):
            np.testing.assert_array_equal(one, other)
    assert not any("fe0f" in code for code in first[0].tolist())


def test_no_two_heroes_are_the_same_picture():
    (images,) = arrays("heroes", "images")
    assert len({image.tobytes() for image in images}) == len(images)


def test_the_gallery_is_up_to_date():
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert page == gallery.page(gallery.cards()), "run `python data/build/gallery.py`"
    for name in COUNTS:
        assert f"gallery/{name}.png" in page
        with Image.open(ROOT / "data" / "gallery" / f"{name}.png") as picture:
            assert picture.width > 700
    for file in gallery.LICENCE_FILES.values():
        assert (ROOT / "data" / "licences" / file).stat().st_size > 300


# --- pixels


def test_clear_pixels_leave_no_fringe():
    rgba = np.zeros((2, 2, 4), np.uint8)  # three clear pixels that are secretly black
    rgba[0, 0] = (255, 0, 0, 255)
    assert pixels.on_white(rgba, 1).tolist() == [[[255, 191, 191]]]  # a quarter red, the rest white


def test_half_clear_black_on_white_is_grey():
    rgba = np.array([[[0, 0, 0, 51]]], np.uint8)
    assert pixels.on_white(rgba).tolist() == [[[204, 204, 204]]]


def test_halves_round_up():
    rgba = np.full((2, 2, 4), 255, np.uint8)
    rgba[0, :, :3] = 254
    assert pixels.on_white(rgba, 1).tolist() == [[[255, 255, 255]]]  # of 254.5


def test_box_average_refuses_fractions():
    with pytest.raises(ValueError, match="cannot box-average 3×3 pixels to 2×2"):
        pixels.on_white(np.zeros((3, 3, 4), np.uint8), 2)


def test_over_hides_what_is_below_and_agrees_with_on_white():
    red, clear = np.zeros((1, 2, 4), np.uint8), np.zeros((1, 2, 4), np.uint8)
    red[:] = (200, 0, 0, 255)
    clear[0, 1] = (0, 0, 250, 255)
    stacked = pixels.floats_on_white(pixels.over([red, clear]))
    assert stacked.tolist() == [[[200, 0, 0], [0, 0, 250]]]


def test_a_small_tile_stands_in_the_middle_of_the_ground():
    square = pixels.standing(np.full((2, 2, 4), 9, np.uint8), 4)
    assert np.argwhere(square[..., 3]).tolist() == [[2, 1], [2, 2], [3, 1], [3, 2]]


def test_only_clear_margins_are_cut():
    tall = np.zeros((4, 2, 4), np.uint8)
    tall[1:3, :, 3] = 255
    assert pixels.squared(tall).shape == (2, 2, 4)
    tall[0, 0, 3] = 1
    with pytest.raises(ValueError, match="margins are drawn on"):
        pixels.squared(tall)


# --- names, labels, choices


@pytest.mark.parametrize(
    "base, species",
    [
        ("deep_elf_f.png", "deep elf"),
        ("gnoll2_m", "gnoll"),
        ("lorc_f6", "lava orc"),
        ("draconian_black_m", "draconian"),
        ("tengu_wingless_brown_f", "tengu"),
        ("minotaur_brown1_m", "minotaur"),
        ("base/formicid", "formicid"),
    ],
)
def test_species_drop_sex_number_and_colour(base, species):
    assert dcss.species(base) == species


@pytest.mark.parametrize(
    "path, label",
    [
        ("mon/fungi_plants/x.png", "fungi plants"),
        ("UNUSED/food/x.png", "unused food"),
        ("mon/undead/zombies/x.png", "undead"),
    ],
)
def test_folders_become_labels(path, label):
    assert dcss.folder_label(path) == label


def test_exclusion_is_by_file_name_in_any_folder():
    paths = ["a/troll.png", "b/c/troll.png", "a/troll2.png"]
    assert dcss.without_excluded(paths, {"troll.png"}) == ["a/troll2.png"]


def test_emoji_keys_have_no_selector():
    assert emoji.key_of("1F441-FE0F-200D-1F5E8-FE0F") == "1f441-200d-1f5e8"


@pytest.mark.parametrize(
    "code, subgroup, kept",
    [
        ("1F600", "face-smiling", True),
        ("1F468-200D-1F373", "person-role", False),
        ("1F9D1-200D-1F373", "person-role", True),
        ("1F468", "person", True),
        ("1F3C3-200D-2640-FE0F", "person-activity", False),
        ("1F550", "time", False),
    ],
)
def test_which_emoji_are_subjects(code, subgroup, kept):
    assert emoji.is_subject({"unified": code, "subcategory": subgroup}) is kept


def test_the_later_of_two_twins_goes():
    images = np.zeros((3, 4, 4, 3), np.uint8)
    images[1] = 200
    images[2] = 1
    assert emoji.later_twins(images).tolist() == [False, False, True]


def test_icons_follow_aliases_and_mirror():
    icons = {
        "icons": {"left": {"body": "<a/>"}},
        "width": 32,
        "height": 32,
        "aliases": {"right": {"parent": "left", "hFlip": True}},
    }
    assert "scale" not in emoji.framed("left", icons)
    assert 'viewBox="0 0 32 32"' in emoji.framed("left", icons)
    assert "translate(32 0) scale(-1 1)" in emoji.framed("right", icons)


def test_unused_labels_leave_no_gap():
    made = write.arrays_of(np.zeros((2, 1, 1, 3)), [0, 2], ["a", "never", "c"], ["x", "y"])
    assert made["labels"].tolist() == [0, 1] and made["label_names"].tolist() == ["a", "c"]


def test_a_wrong_count_stops_the_build():
    with pytest.raises(ValueError, match="expected species, found 22, 21"):
        write.expect("species", 22, 21)


# --- fetch and compare


def test_a_changed_package_is_refused(tmp_path):
    package = fetch.Package("npm", "thing", "1", "thing.tgz", "0" * 64)
    (tmp_path / "thing.tgz").write_bytes(b"else")
    with pytest.raises(fetch.PackageChanged, match="delete .*thing.tgz"):
        fetch.check(package, tmp_path / "thing.tgz")


def test_a_missing_package_manager_is_named():
    package = fetch.Package("npm", "thing", "1", "thing.tgz", "")
    with pytest.raises(fetch.PackageNotReachable, match="no command 'no-such-tool'"):
        fetch.run(["no-such-tool"], package=package, folder=".")


def test_a_failing_package_manager_is_quoted(tmp_path):
    package = fetch.Package("npm", "thing", "1", "thing.tgz", "")
    with pytest.raises(fetch.PackageNotReachable, match="thing 1 could not be downloaded.*no net"):
        fetch.run(
            [sys.executable, "-c", "raise SystemExit('no net')"], package=package, folder=tmp_path
        )


def test_only_wanted_files_are_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "thing.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("keep.txt", "leave.bin"):
            info = tarfile.TarInfo(name)
            info.size = 2
            tar.addfile(info, io.BytesIO(b"hi"))
    package = fetch.Package("npm", "thing", "1", "thing.tgz", fetch.sha256(path))
    monkeypatch.setitem(fetch.PACKAGES, "thing", package)
    folder = fetch.unpacked("thing", lambda name: name.endswith(".txt"), cache=tmp_path)
    assert [item.name for item in folder.iterdir()] == ["keep.txt"]


def tiny(value=0):
    return write.arrays_of(np.full((2, 4, 4, 3), value), [0, 1], ["a", "b"], ["x", "y"])


def unreachable():
    raise fetch.PackageNotReachable("thing 1 could not be downloaded")


def test_saving_twice_gives_the_same_bytes(tmp_path):
    one = write.save("t", tiny(), {"title": "T"}, tmp_path / "a")
    assert one == write.save("t", tiny(), {"title": "T"}, tmp_path / "b")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["t.json", "t.npz"]


def test_compare_says_same_differs_or_not_reachable(tmp_path, capsys):
    write.save("t", tiny(), {"title": "T"}, tmp_path)
    shipped = (tmp_path / "t.npz").read_bytes()
    assert rebuild.all_sets({"t": (tiny, {"title": "T"})}, shipped=tmp_path) == 0
    assert rebuild.all_sets({"t": (lambda: tiny(7), {"title": "T"})}, shipped=tmp_path) == 1
    assert rebuild.all_sets({"t": (tiny, {"title": "U"})}, shipped=tmp_path) == 1
    assert rebuild.all_sets({"t": (unreachable, {})}, shipped=tmp_path) == 0
    assert rebuild.all_sets({"new": (tiny, {})}, shipped=tmp_path) == 1
    said = capsys.readouterr().out
    for words in (
        "same: bit for bit",
        "differs: arrays images; 2 of 2 pictures, by at most 7",
        "differs: the card, in title",
        "package not reachable: thing 1",
        "not shipped",
    ):
        assert words in said
    assert (tmp_path / "t.npz").read_bytes() == shipped  # nothing was overwritten
    assert not (tmp_path / "new.npz").exists()


def test_another_zlib_is_no_difference(tmp_path, capsys):
    about = write.save("t", tiny(), {"title": "T"}, tmp_path)
    np.savez(tmp_path / "t.npz", **tiny())
    about["sha256"] = fetch.sha256(tmp_path / "t.npz")
    (tmp_path / "t.json").write_text(json.dumps(about))
    assert rebuild.all_sets({"t": (tiny, {"title": "T"})}, shipped=tmp_path) == 0
    assert "packed by another zlib" in capsys.readouterr().out


def test_a_damaged_shipped_file_differs(tmp_path, capsys):
    write.save("t", tiny(), {"title": "T"}, tmp_path)
    (tmp_path / "t.npz").write_bytes(b"PK")
    assert rebuild.all_sets({"t": (tiny, {"title": "T"})}, shipped=tmp_path) == 1
    assert "not the one its card describes" in capsys.readouterr().out


def test_write_ships_what_was_built(tmp_path):
    assert rebuild.all_sets({"t": (tiny, {"title": "T"})}, shipped=tmp_path, ship=True) == 0
    assert rebuild.all_sets({"t": (tiny, {"title": "T"})}, shipped=tmp_path) == 0
