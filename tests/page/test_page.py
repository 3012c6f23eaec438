"""Generators in one HTML file: what is in it, what is refused. What it does: tests/browser/test_page.py."""

import base64
import json
import re
import zlib

import keras
import numpy as np
import pytest
from keras import layers

from helpers import checkpoints, explorer, files, latents, page
from helpers.latents import blending
from helpers.page import command, data, given, network
from tests.explorer.conftest import gan_with

HOSTILE = "</script><script>document.title = 'bad'</script><!-- \u2028 @data@ & \" '"


@pytest.fixture(scope="module")
def small():
    """Made once: a small generator, and a parent with its child."""
    return {"a": gan_with(1), "a → b": (gan_with(1), gan_with(2))}


@pytest.fixture(scope="module")
def file(small, tmp_path_factory):
    """A page of the two."""
    about = {"a": {"attribution": HOSTILE, "licence": "CC0"}}
    path = tmp_path_factory.mktemp("page") / "new folder" / "mine.html"
    return page.export(small, path, directions=2, title=HOSTILE, about=about)


def card_of(file):
    found = re.search(r'id="card" data-crc="(\w+)">(.*?)</script>', file.read_text(), re.DOTALL)
    assert found[1] == f"{zlib.crc32(found[2].encode()):08x}"
    return json.loads(found[2])


def block_of(file, name):
    return base64.b64decode(re.search(f'id="{name}">([^<]*)<', file.read_text())[1])


def read_back(entry, raw):
    """A tensor as the page reads it."""
    kind = {"f2": "<f2", "f4": "<f4", "i2": "<i2"}[entry["as"]]
    count = int(np.prod(entry["shape"]))
    row = np.frombuffer(raw, kind, count, entry["at"]).astype(np.float32)
    return (row * np.float32(entry.get("scale", 1))).reshape(entry["shape"])


def test_the_page_asks_nobody_and_runs_nothing_but_its_own_script(file):
    text = file.read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"'unsafe|https?:|\*", policy)
    assert not re.search(
        r"""(?:src|href)\s*=\s*["'](?!data:,)|@import|url\(|//[a-z]+\.[a-z]""", text
    )
    assert text.index("Content-Security-Policy") < text.index("<style>") < text.index("<script")
    script = re.search(r'<script id="code">(.*?)</script>', text, re.DOTALL)[1]
    assert page._hash(script) in policy and "innerHTML" not in script and "eval" not in script


def test_names_and_cards_cannot_leave_their_place(file):
    text = file.read_text()
    assert "document.title" not in re.sub(
        r'(?s)<script type="application/json".*?</script>', "", text
    ).replace("&lt;script&gt;document.title", "")
    card = card_of(file)
    assert card["title"] == HOSTILE
    assert [entry["attribution"] for entry in card["about"] if entry["generators"] == ["a"]] == [
        HOSTILE
    ]
    assert text.count("</script>") == 1 + 1 + len(card["networks"]) + len(card["sources"])


def test_the_card_says_what_the_explorer_says(file, small):
    scene, card = explorer.Scene(small, directions=2), card_of(file)
    for source, told in zip(scene.sources.values(), card["sources"]):
        assert told["weights"] == source.weights and told["labels"] == source.labels
        assert told["marks"] == list(source.marks) and told["blocks"] == list(source.blocks)
    raw = block_of(file, "source-1")
    assert (read_back(card["sources"][1]["directions"], raw) == source.directions).all()
    assert card["sources"][1]["crc"] == f"{zlib.crc32(raw):08x}"
    assert [(s["parent"], s["child"]) for s in card["sources"]] == [(0, None), (0, 1)]
    assert len(card["networks"]) == 2  # `a` and the pair's parent are one


def test_batch_norms_statistics_are_there_for_every_blend_and_swap(file, small):
    source, card = explorer.Scene(small, directions=2).sources["a → b"], card_of(file)["sources"][1]
    row, at = read_back(card["statistics"], block_of(file, "source-1")), 0
    assert card["knots"] == [
        ["0", "1", "2", "3", "4"]
    ]  # blocks 4 and 8 px; the palette has no norm
    for key in card["knots"][0]:
        want = source.measured((int(key) / 4, 0.0))
        assert (row[at : at + len(want)] == want).all()
        at += len(want)
    assert at == len(row)


def test_a_norm_is_stored_once_for_all_mixtures_that_look_alike_to_it():
    assert [len(data._knots(blocks)) for blocks in (0, 1, 2, 3, 4)] == [0, 5, 13, 29, 61]
    assert set(data._knots(2)) >= {(0, 0), (3, 3), (4, 1), (2, 4), (4, 4)}
    assert len(data._knots(5)) == 25  # 125 would take a minute: the page measures the others


def test_shipped_numbers_travel_exactly_in_half_the_bytes():
    card, letters = network.described(checkpoints.load("heroes").averaged_generator)
    entries = [entry for op in card["operations"] for entry in op["weights"].values()]
    assert {entry["as"] for entry in entries} == {"f2"}
    assert len(letters) < 2_000_000


def test_other_numbers_take_two_bytes_where_the_pictures_bear_it():
    generator = blending.copy(checkpoints.load("heroes").averaged_generator)
    rng = np.random.default_rng(0)
    generator.set_weights(
        [w * (1 + rng.uniform(-1, 1, w.shape) * 2**-11) for w in generator.get_weights()]
    )
    before = latents.decode(generator, latents.noise(generator, 50, seed=5))
    card, letters = network.described(generator)
    raw, kinds, rounded = base64.b64decode(letters), [], []
    for operation in card["operations"]:
        for entry in operation["weights"].values():
            kinds.append(entry["as"])
            rounded.append(read_back(entry, raw))
    assert set(kinds) == {"i2", "f4"} and len(letters) < 2_200_000
    order = [w.shape for w in generator.get_weights()]
    assert sorted(r.shape for r in rounded) == sorted(order)
    for weight in generator.weights:
        near = [r for r in rounded if r.shape == weight.shape]
        weight.assign(min(near, key=lambda r: np.abs(r - weight).max()))
    after = latents.decode(generator, latents.noise(generator, 50, seed=5))
    assert np.abs(after.astype(int) - before).max() == 1


def test_numbers_that_two_bytes_would_spoil_keep_four():
    spread = np.ones((100, 100), np.float32)
    spread[0, 0], spread[1, 1] = 1e9, 1.00001
    generator = gan_with(1).averaged_generator
    assert not network._shorter_will_not_do(generator)
    keras.utils.set_random_seed(0)
    stack = [keras.Input((100,)), layers.Dense(4 * 4 * 8), layers.Reshape((4, 4, 8))]
    stack += [layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")]
    wild = keras.Sequential(stack)
    kernel = wild.layers[0].kernel
    kernel.assign(np.where(np.arange(100)[:, None] == 0, 3e3, kernel))  # one row of a hundred
    assert network._shorter_will_not_do(wild)
    card, _ = network.described(wild)
    assert card["operations"][0]["weights"]["dense"]["as"] == "f4"


def test_networks_that_a_page_cannot_draw_with_are_refused():
    def ends_in(*more):
        return keras.Sequential(
            [keras.Input((6,)), layers.Dense(48), layers.Reshape((4, 4, 3)), *more]
        )

    with pytest.raises(
        ValueError, match=r"layer 'odd' \(Conv2D\) is none that a page draws with: it knows"
    ):
        network.described(ends_in(layers.Conv2D(3, 3, padding="same", name="odd")))
    for odd in (
        layers.Conv2DTranspose(3, 4, strides=1, padding="same"),
        layers.Conv2DTranspose(3, 3, strides=2, padding="same"),
        layers.Conv2DTranspose(3, 4, strides=2, padding="valid"),
        layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="gelu"),
        layers.ReLU(max_value=6),
        layers.Activation("gelu"),
    ):
        with pytest.raises(ValueError, match="none that a page draws with"):
            network.described(ends_in(odd))
    with pytest.raises(ValueError, match=r"goes from \[None, 6\] to \[None, 4, 4, 2\]"):
        network.described(
            keras.Sequential([keras.Input((6,)), layers.Dense(32), layers.Reshape((4, 4, 2))])
        )


def test_a_run_of_ones_own_becomes_a_page_and_says_what_nobody_said(tmp_path, small):
    run = tmp_path / "my_art" / "mine"
    small["a"].save_checkpoint(run / "checkpoint.npz", full=False)
    files.write_json(run / "card.json", {"data": "mine: 40 pictures, 8 px", "init": None})
    card = card_of(page.export(run, tmp_path / "mine.html"))
    assert card["title"] == "Steer: mine" and [s["name"] for s in card["sources"]] == ["mine"]
    (about,) = card["about"]
    assert about["data"] == "mine: 40 pictures, 8 px" and about["licence"] == given._UNSAID
    said = {"mine": {"licence": "CC BY 4.0", "attribution": "Me"}}
    (about,) = card_of(page.export([str(run)], tmp_path / "mine.html", about=said))["about"]
    assert (about["licence"], about["attribution"]) == ("CC BY 4.0", "Me")


def test_cards_travel_with_their_generators(tmp_path, small):
    _, (about,) = given.loaded({"x": checkpoints.load("heroes").averaged_generator}, {})
    assert about["name"] == "heroes" and about["licence"].startswith("CC0")  # known by its weights
    run = tmp_path / "mine"
    small["a"].save_checkpoint(run / "checkpoint.npz", full=False)
    files.write_json(run / "card.json", {"init": "heroes"})
    _, (about,) = given.loaded(run / "checkpoint.npz", {"mine": {"attribution": "Me"}})
    assert about["attribution"].startswith("Me; it went on from heroes: Dungeon Crawl")
    files.write_json(run / "card.json", {"licence": "x" * 1001})
    with pytest.raises(
        ValueError, match="the licence of 'mine' is no text of at most 1,000 letters"
    ):
        given.loaded(run, {})
    files.write_text(run / "card.json", "{")
    with pytest.raises(files.Damaged, match="card.json is no readable JSON"):
        given.loaded(run, {})


def test_pairs_and_lists_are_called_by_their_names():
    assert list(given.by_name(["heroes", ("city_day", "my_art/dusk/checkpoint.npz"), "a/b.npz"])) == [
        "heroes", "city_day to dusk", "b",
    ]  # fmt: skip
    assert list(given.by_name(("heroes", "creatures"))) == ["heroes", "creatures"]
    with pytest.raises(ValueError, match="two generators are called 'mine'"):
        given.by_name(["a/mine", "b/mine"])
    with pytest.raises(ValueError, match="has no name of its own: give {'mine': network}"):
        given.by_name([object()])


def test_what_is_wrong_is_said_and_the_old_page_stays(tmp_path, small):
    path = tmp_path / "old.html"
    path.write_text("old")
    for wrong, match in (
        (dict(generators="hero"), "no checkpoint 'hero'"),
        (
            dict(generators=explorer.Scene({"a": small["a"]}, directions=1), named={}),
            "a scene has its directions already",
        ),
        (dict(generators={}), "no generator to explore"),
        (dict(generators={"a": small["a"]}, about={"b": {}}), "about speaks of 'b'"),
        (dict(generators={"a": small["a"]}, about={"a": {"by": "x"}}), "about has 'by'"),
        (dict(generators={"a": small["a"]}, title="x" * 201), "the title has 201 letters"),
        (dict(generators={"x" * 81: small["a"]}), "generator is 'xxx.*: expected 1 to 80 letters"),
        (
            dict(generators={"a": small["a"]}, named={"a": {"x" * 81: np.ones(6)}}),
            "a direction is 'xxx",
        ),
    ):
        with pytest.raises(ValueError, match=match):
            page.export(path=path, **wrong)
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["old.html"]
    with pytest.raises(ValueError, match="is no name for a page: let it end in .html"):
        page.export("heroes", tmp_path / "mine")
    (tmp_path / "x.html").mkdir()
    with pytest.raises(ValueError, match="is a folder"):
        page.export("heroes", tmp_path / "x.html")


def test_the_command_writes_a_page(tmp_path, capsys, small):
    small["a"].save_checkpoint(tmp_path / "one" / "checkpoint.npz", full=False)
    small["a → b"][1].save_checkpoint(tmp_path / "two" / "checkpoint.npz", full=False)
    one, two, out = (str(tmp_path / name) for name in ("one", "two", "out.html"))
    words = [one, "--pair", one, two, "--output", out, "--licence", "CC0", "--title", "Mine"]
    assert command.main(words) == 0
    assert re.fullmatch(r".*out\.html: 0\.\d MB\. Open it .*\n", capsys.readouterr().out)
    card = card_of(tmp_path / "out.html")
    assert [s["name"] for s in card["sources"]] == ["one", "one to two"] and card["title"] == "Mine"
    assert {entry["licence"] for entry in card["about"]} == {"CC0"}
    assert command.main(["nothing", "--output", out]) == 1
    assert capsys.readouterr().err.startswith("error: no checkpoint 'nothing'")
    with pytest.raises(SystemExit):
        command.main(["--output", out])
    assert "no generator: name one" in capsys.readouterr().err
