"""helpers.art: what a set gives, its conversions, how it looks on a page; the sets of the course."""

import base64
import io
import time
from html.parser import HTMLParser

import numpy as np
import pytest

from helpers import art
from tests.art.conftest import arrays_of, names_of, refuses, shipped

KINDS = {
    "emoji": (576, 192, 384),
    "heroes": (3000, 500, 500),
    "creatures": (591, 100, 100),
    "items": (422, 100, 100),
    "city": (1500, 250, 250),
}


def test_load_gives_what_was_stored(make):
    folder, stored = make("emoji_x"), arrays_of()
    loaded = art.load("emoji_x", folder=folder)
    assert np.array_equal(loaded.images, stored["images"]) and loaded.images.dtype == np.uint8
    assert np.array_equal(loaded.labels, stored["labels"]) and loaded.labels.dtype == np.int64
    assert loaded.label_names == ["cat", "dog", "fox"] and loaded.item_names[3] == "item 3"
    assert (loaded.name, loaded.size, len(loaded)) == ("emoji_x", 32, 24)
    assert loaded.card["licence"] == "CC0-1.0" and loaded.parts is None


def test_names_lists_the_sets(make, tmp_path):
    assert art.names(tmp_path) == []
    make("heroes"), make("city_day")
    assert art.names(tmp_path) == ["city_day", "heroes"]


def test_a_smaller_size_is_the_box_average(make):
    folder = make("emoji_x")
    for size in (16, 16.0, np.int64(16)):
        small = art.load("emoji_x", size=size, folder=folder)
        blocks = arrays_of()["images"].reshape(24, 16, 2, 16, 2, 3).mean(axis=(2, 4))
        assert np.array_equal(small.images, np.floor(blocks + 0.5)) and small.size == 16


def test_unknown_name_suggests_the_close_one(make):
    text = refuses(make("heroes"), "hero")
    assert "one of: heroes" in text and "Did you mean 'heroes'?" in text
    for name in ("../heroes", "", 7, None, ["heroes"], "heroes\0"):
        refuses(make("heroes"), name, match="unknown art set")


def test_unknown_name_in_an_empty_folder(tmp_path):
    refuses(tmp_path / "nowhere", match="none found")


def test_take_is_random_repeatable_and_nested(make):
    whole = art.load("heroes", folder=make())
    few, more = whole.take(5, seed=3), whole.take(9, seed=3)
    assert few.item_names == more.item_names[:5] and len(set(more.item_names)) == 9
    assert whole.take(5, seed=4).item_names != few.item_names
    row = whole.item_names.index(few.item_names[2])
    assert np.array_equal(few.images[2], whole.images[row])
    assert few.labels[2] == whole.labels[row]


def test_select_by_position_and_by_mask(make):
    whole = art.load("heroes", folder=make())
    assert whole.select([3, 1]).item_names == ["item 3", "item 1"]
    cats = whole.select(whole.labels == 0)
    assert len(cats) == 8 and set(cats.labels) == {0}


def test_conversions_are_exact_inverses():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    floats = art.to_float(levels)
    assert floats.dtype == np.float32 and floats.min() == -1 and floats.max() == 1
    assert np.array_equal(art.to_uint8(floats), levels)
    assert art.to_uint8(np.float64([-1.0004, 0.0, 1.0004])).tolist() == [0, 128, 255]
    assert art.to_uint8(np.zeros((0, 4), np.float16)).shape == (0, 4)


@pytest.mark.parametrize("bad", [np.zeros(3, np.float32), np.zeros(3, np.int64), [True]])
def test_to_float_takes_uint8_only(bad):
    with pytest.raises(art.ArtError, match="takes uint8"):
        art.to_float(bad)


@pytest.mark.parametrize(
    "bad, match",
    [
        (np.zeros(3, np.uint8), "takes floats"),
        ([1, 0], "takes floats"),
        ([np.nan, 0.0], "NaN"),
        ([np.inf], "NaN or infinite"),
        ([0.0, 200.0], "np.clip"),
        ([-1.1, 0.0], "-1.1 to 0"),
    ],
)
def test_to_uint8_takes_floats_in_range(bad, match):
    with pytest.raises(art.ArtError, match=match):
        art.to_uint8(bad)


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.text = {}, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found[tag] = dict(attrs)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("count", [1, 5, 24, 90])
def test_the_page_shows_a_contact_sheet(make, count):
    from PIL import Image

    whole = art.load("heroes", folder=make(count=count))
    tags = Tags(whole._repr_html_())
    assert "b" not in tags.found and "A <b>test</b> set" in tags.text  # escaped
    assert "CC0-1.0" in tags.text and "nobody & co" in tags.text and str(count) in tags.text
    assert "pictures" in tags.found["img"]["alt"]
    kind, _, data = tags.found["img"]["src"].partition(",")
    sheet = Image.open(io.BytesIO(base64.b64decode(data)))
    assert kind == "data:image/png;base64" and sheet.format == "PNG"
    pixels = np.asarray(sheet)
    assert np.array_equal(pixels[:32, :32], whole.images[0])


def test_a_contact_sheet_is_small():
    for name in art.names():
        assert len(art.load(name)._repr_html_()) < 70_000


def test_repr_names_the_set(make):
    assert repr(art.load("heroes", folder=make())) == (
        "ArtSet 'heroes': 24 pictures, 32 × 32 px, 3 labels, CC0-1.0"
    )


@pytest.mark.parametrize("name", shipped())
def test_shipped_set(name):
    """How the loader and the splits see it; that the file is what its card says, tests/data holds."""
    whole = art.load(name)
    smallest = min(whole.card["sizes"])
    assert whole.size == max(whole.card["sizes"])
    assert art.load(name, size=smallest).images.shape == (len(whole), smallest, smallest, 3)
    split = whole.split()
    assert tuple(len(side) for side in split) == KINDS[name.split("_")[0]]
    folds = np.concatenate([side.families for side in split])
    sizes = np.cumsum([len(side) for side in split])[:-1]
    sides = [set(side) for side in np.split(folds, sizes)]
    assert sum(map(len, sides)) == len(set.union(*sides)), "a family stands on two sides"
    assert sum(map(len, names_of(split))) == len(set(whole.item_names))


def test_the_largest_set_loads_in_half_a_second():
    if not art.names():
        pytest.skip("no art built")
    largest = max(art.names(), key=lambda name: (art.FOLDER / f"{name}.npz").stat().st_size)
    seconds = []
    for _ in range(5):
        start = time.process_time()  # its own work, whatever else the machine does
        art.load(largest)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.5
