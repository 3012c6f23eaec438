"""The explorer's panel: each control moved without a browser; tests/browser/ has one."""

import asyncio
import dataclasses
import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from helpers import explorer, widgets
from tests.explorer.conftest import gan_with
from tests.explorer.test_state import HOSTILE


@pytest.fixture
def panel(scene, tmp_path):
    made = explorer.Explorer(scene, folder=tmp_path / "my_art")
    made.time = 0.0

    def clock():  # an hour between any two moves
        made.time += 3600
        return made.time

    made.clock = clock
    return made


def shown(panel):
    """The big picture, from its PNG, one pixel a pixel."""
    return pixels(panel.picture)


def pixels(picture):
    """What a picture of the panel shows, one pixel a pixel."""
    return np.asarray(Image.open(io.BytesIO(picture.png)))


def lengths(state):
    return [length for _, length, _ in state.steps]


def fails(panel):
    return "color:#B00020" in panel.message.value


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_explained_and_change_nothing(panel, name):
    text, _ = HOSTILE[name]
    before = panel.state, panel.picture.png, len(panel.history)
    panel.restore.value = "x"
    panel.restore.value = text
    assert (
        fails(panel)
        and "ValueError" in panel.message.value
        and "<script" not in panel.message.value
    )
    assert (panel.state, panel.picture.png, len(panel.history)) == before
    panel.controls["seed"].value = 3
    assert not fails(panel) and panel.state.seed == 3


def test_another_generators_text_is_told_from_ones_own(scene, panel):
    other = explorer.Scene({"a": gan_with(9)}, directions=2)  # the same name, other weights
    for text, words in [
        (other.start("a").to_text(), "another generator called"),
        (
            dataclasses.replace(scene.start("a"), generator="cities").to_text(),
            "not here; one of: a, a → b, large",
        ),
        (dataclasses.replace(scene.start("a"), blend=0.5).to_text(), "has no child"),
        (
            dataclasses.replace(scene.start("a → b"), swap=("64 px",)).to_text(),
            "to swap; one of: 4 px, 8 px",
        ),
        (
            dataclasses.replace(scene.start("a"), steps=[("up", 1, 1)]).to_text(),
            "there is no direction",
        ),
        (
            dataclasses.replace(scene.start("a"), steps=[("direction 1", 1, 9)]).to_text(),
            "another direction",
        ),
    ]:
        panel.restore.value = text
        assert fails(panel) and words in panel.message.value and panel.state == scene.start("a")


def test_no_move_traces_anything_anew(scene, panel):
    def traces():
        networks = [n for s in scene.sources.values() for n in (s.parent, s.child, s._mixture)]
        return [len(n.__dict__["_latents_traced"]) for n in networks if n is not None]

    before = traces()
    panel.controls["generator"].value = "a → b"
    panel.controls["blend"].value = 0.4
    panel.start_here()
    panel.controls["blend"].value = 1.0
    panel.play.value = 5
    assert traces() == before


def moved(panel, name, value):
    before = panel.picture.png, [w.png for w in panel.wall_pictures]
    panel.controls[name].value = value
    assert not fails(panel), panel.message.value
    assert (shown(panel) == panel.scene.picture(panel.state)).all()
    return panel.picture.png != before[0], [w.png for w in panel.wall_pictures] != before[1]


def test_every_control_moves_its_part_of_the_state(panel):
    assert moved(panel, "generator", "a → b") == (False, False) or panel.state.generator == "a → b"
    one, two = panel.scene.sources["a → b"].marks
    for name, value, field, want in [
        ("seed", 12, "seed", 12), ("direction_1", 2.5, "steps", (("direction 1", 2.5, one),)),
        ("direction_2", -3.0, "steps", (("direction 1", 2.5, one), ("direction 2", -3.0, two))),
        ("truncation", 0.5, "truncation", 0.5),
        ("blend", 0.35, "blend", 0.35), ("swap_2", True, "swap", ("8 px",)),
        ("swap_1", True, "swap", ("4 px", "8 px")), ("swap_2", False, "swap", ("4 px",)),
        ("seed", 13, "seed", 13), ("generator", "large", "generator", "large"),
    ]:  # fmt: skip
        assert moved(panel, name, value) == (True, True), name
        assert getattr(panel.state, field) == want, name
        assert panel.restore.value == panel.state.to_text()
    assert len(panel.history) == 11


def test_how_varied_moves_the_wall_alone(panel):
    picture, wall = panel.picture.png, [w.png for w in panel.wall_pictures]
    panel.controls["spread"].value = 0.9
    assert panel.picture.png == picture and [w.png for w in panel.wall_pictures] != wall
    assert panel.history == []


def test_controls_that_a_generator_has_no_use_for_are_hidden(panel):
    def hidden():
        return {n for n, c in panel.controls.items() if c.layout.display == "none"}

    assert hidden() == {"blend", "swap_1", "swap_2"}
    panel.controls["generator"].value = "a → b"
    assert hidden() == set() and panel.controls["swap_2"].description == "8 px from the child"
    panel.undo()
    assert hidden() == {"blend", "swap_1", "swap_2"}


def test_a_panel_without_pairs_has_no_blend(models):
    made = explorer.panel({"a": models["a"]}, directions=2, named={"a": {"beard": np.eye(6)[0]}})
    directions = [f"direction_{i}" for i in (1, 2, 3)]
    assert list(made.controls) == ["generator", "seed", *directions, "truncation", "spread"]
    assert made.controls["direction_1"].description == "beard" and not fails(made)


def test_each_variation_can_be_chosen_and_becomes_the_centre(panel):
    for i in (0, 9, 15):
        on_the_wall = pixels(panel.wall_pictures[i]).astype(int)
        panel.wall_buttons[i].click()
        assert panel.state.path[-1] == (i, 0.4) and np.abs(shown(panel) - on_the_wall).max() <= 1
    assert [b.description for b in panel.wall_buttons] == [str(i) for i in range(1, 17)]
    panel.controls["seed"].value = 4
    assert panel.state.path == ()


def test_undo_goes_back_through_everything(panel):
    pictures, states = [panel.picture.png], [panel.state]

    for move in (
        lambda: setattr(panel.controls["generator"], "value", "a → b"),
        lambda: setattr(panel.controls["direction_1"], "value", 3.0),
        panel.wall_buttons[5].click,
        lambda: setattr(panel.controls["swap_1"], "value", True),
        lambda: setattr(panel.restore, "value", panel.scene.start("large", 3).to_text()),
    ):
        move()
        pictures.append(panel.picture.png)
        states.append(panel.state)
    assert panel.controls["seed"].value == 3 and panel.controls["generator"].value == "large"
    for picture, state in list(zip(pictures, states))[-2::-1]:
        panel.buttons["undo"].click()
        assert panel.state == state and panel.picture.png == picture
        assert panel.restore.value == state.to_text()
    assert panel.controls["direction_1"].value == 0 and panel.controls["generator"].value == "a"
    assert panel.history == []
    panel.buttons["undo"].click()
    assert fails(panel) and "nothing to undo" in panel.message.value


def test_a_drag_is_one_step_for_undo(panel):
    panel.clock = lambda: panel.time
    for value in (1.0, 2.0, 3.0):
        panel.time += 0.1
        panel.controls["direction_1"].value = value
    panel.controls["direction_2"].value = 1.0  # another control: another step
    panel.time += 1.0
    panel.controls["direction_2"].value = 2.0  # and so is a later move
    assert [lengths(state) for state, _ in panel.history] == [[], [3], [3, 1]]
    panel.undo()
    panel.controls["direction_2"].value = 4.0  # at once after undo: still a step of its own
    assert [lengths(state) for state, _ in panel.history] == [[], [3], [3, 1]]


def test_the_slider_that_is_dragged_is_not_written_to(panel):
    written = []
    panel.controls["direction_1"].observe(
        lambda change: written.append(change["new"]), names="value"
    )
    panel.controls["direction_1"].value = 0.1 + 0.2  # .30000000000000004
    assert written == [0.1 + 0.2] and lengths(panel.state) == [0.3]


def test_the_strip_begins_where_one_says_and_plays(panel):
    panel.controls["seed"].value = 1
    before = panel.strip_picture.png
    panel.buttons["start_here"].click()
    assert panel.origin == panel.state and panel.strip_picture.png != before
    panel.controls["seed"].value = 2
    end = panel.picture.png
    widgets.playing(panel.play, True)
    for tick in (6, 12):
        panel.play.value = tick
        want = panel.scene.between(panel.origin, panel.state, tick / 24)
        assert (shown(panel) == want).all() and f"{tick / 24:.0%} of the way" in panel.message.value
        assert panel.along.value == tick and panel.picture.alt == f"{tick / 24:.0%} of the way"
    panel.play.value = 24
    assert panel.picture.png == end
    panel.play.value = 12
    panel.play.value = 0  # rewind
    assert panel.picture.png == end and panel.along.value == 0
    strip = np.asarray(Image.open(io.BytesIO(panel.strip_picture.png)))
    assert strip.shape[:2] == (8 * 12, (9 * 9 - 1) * 12)
    assert panel.play.max == 24
    panel.controls["generator"].value = "large"
    assert not fails(panel) and panel.origin == panel.state


def test_the_strips_slider_shows_its_frames_and_runs_on_from_there(panel):
    panel.controls["seed"].value = 2
    panel.along.value = 9
    want = panel.scene.between(panel.origin, panel.state, 9 / 24)
    assert (shown(panel) == want).all() and panel.play.value == 9
    panel.play.value = 20  # a tick that comes although nothing runs: it was under way
    assert (shown(panel) == want).all() and panel.along.value == 9
    panel.controls["seed"].value = 3
    assert panel.along.value == panel.play.value == 0 and not widgets.is_playing(panel.play)


def test_a_frame_of_the_strip_becomes_the_centre_and_can_be_undone(panel):
    panel.controls["generator"].value = "a → b"
    panel.start_here()
    panel.controls["seed"].value = 2
    panel.controls["swap_2"].value = True
    before = panel.state
    panel.buttons["take_frame"].click()
    assert fails(panel) and "move “along the strip”" in panel.message.value
    panel.along.value = 6
    frame = shown(panel)
    panel.buttons["take_frame"].click()
    assert not fails(panel) and (shown(panel) == frame).all() and panel.along.value == 0
    assert panel.state.latent and panel.state.shares == (("8 px", 0.25),)
    assert "a latent of its own" in panel.message.value and "8 px: 25% child" in panel.message.value
    again = explorer.State.from_text(panel.restore.value)
    assert (panel.scene.picture(again) == frame).all()
    panel.controls["swap_2"].value = True  # a block that is ticked has no other share
    assert not fails(panel) and panel.state.swap == ("8 px",) and panel.state.shares == ()
    panel.undo()
    panel.undo()
    assert panel.state == before


def test_a_latent_that_was_found_becomes_the_centre(panel):
    z = np.linspace(-1, 1, 6)
    panel.show_latent(z, "large")
    assert panel.state == panel.scene.from_latent(z, "large")
    assert panel.controls["generator"].value == "large"
    panel.wall_buttons[3].click()
    assert panel.state.latent and panel.state.path == ((3, 0.4),)
    panel.controls["seed"].value = 5  # a seed leaves the latent behind
    assert panel.state == panel.scene.start("large", 5)
    with pytest.raises(ValueError, match="has 5 numbers, those of 'large' have 6"):
        panel.show_latent(np.ones(5))
    assert panel.state == panel.scene.start("large", 5)


def test_every_picture_says_what_it_is(panel):
    panel.controls["generator"].value = "a → b"
    panel.controls["direction_2"].value = -1.5
    panel.controls["truncation"].value = 0.7
    panel.controls["blend"].value = 0.3
    panel.wall_buttons[3].click()
    words = "a → b, seed 0, 1 variation chosen, direction 2 by -1.5, ψ 0.7, 30% child"
    assert panel.picture.alt == words and f"alt='{words}'" in panel.picture.value
    assert panel.wall_pictures[4].alt == "variation 5"
    assert panel.strip_picture.alt == f"nine pictures, from a → b, seed 0 to {words}"
    hostile = explorer.Explorer(explorer.Scene({"<b> & 'x'": gan_with(1)}, directions=1))
    assert "alt='&lt;b&gt; &amp; &#x27;x&#x27;, seed 0'" in hostile.picture.value


def test_saving_writes_new_files_and_leaves_no_litter(panel):
    panel.controls["seed"].value = 5
    for name in ("save_picture", "save_sheet", "save_gif", "save_picture"):
        panel.buttons[name].click()
        assert not fails(panel) and "saved" in panel.message.value, panel.message.value
    files = sorted(path.name for path in panel.folder.iterdir())
    assert files == ["a-001-sheet.png", "a-001.gif", "a-001.png", "a-002.png"]
    picture = np.asarray(Image.open(panel.folder / "a-001.png"))
    assert picture.shape == (1024, 1024, 3)
    assert (picture[::128, ::128] == panel.scene.picture(panel.state)).all()
    assert (
        picture == np.kron(picture[::128, ::128], np.ones((128, 128, 1), np.uint8))
    ).all()  # crisp
    sheet = np.asarray(Image.open(panel.folder / "a-001-sheet.png"))
    factor = 1024 // 35
    assert (sheet[::factor, ::factor][9:17, :8] == panel.scene.wall(panel.state)[4]).all()
    with Image.open(panel.folder / "a-001.gif") as film:
        assert film.n_frames == 48 and film.size == (512, 512) and film.info["loop"] == 0
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert (frames[1] == frames[-1]).all() and (frames[1] != frames[24]).any()  # there and back


def test_a_film_of_one_picture_and_a_full_disk_are_explained(panel, monkeypatch):
    panel.buttons["save_gif"].click()
    assert fails(panel) and "press “start here”" in panel.message.value

    def full_disk(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(explorer.figures, "to_png", full_disk)
    panel.buttons["save_picture"].click()
    assert fails(panel) and "No space left" in panel.message.value
    assert not panel.folder.exists() or list(panel.folder.iterdir()) == []


def test_in_a_kernel_wall_and_strip_wait_until_a_drag_rests(panel, monkeypatch):
    monkeypatch.setattr(explorer.painting, "_REST", 0.02)
    painted = []
    monkeypatch.setattr(panel, "_paint_wall", lambda: painted.append(panel.state.seed))

    async def drag():
        for seed in (1, 2, 3):
            before = panel.picture.png
            panel.controls["seed"].value = seed
            assert panel.picture.png != before and painted == []
        await asyncio.sleep(0.1)

    asyncio.run(drag())
    assert painted == [3]


def test_a_move_is_shown_between_two_parts_of_the_strip_and_the_old_strip_is_dropped(
    panel, monkeypatch
):
    monkeypatch.setattr(explorer.painting, "_REST", 0.0)
    panel.controls["generator"].value = "a → b"
    drawn, strips, parts = [], [], panel.scene.strip_parts

    def counted(origin, state):
        for part in parts(origin, state):
            drawn.append(state.blend)
            yield part

    monkeypatch.setattr(panel.scene, "strip_parts", counted)
    panel.strip_picture.observe(
        lambda change: strips.append(panel.strip_picture.png), names="value"
    )

    async def move():
        panel.controls["blend"].value = 0.6
        while not drawn:
            await asyncio.sleep(0)
        before = panel.picture.png
        panel.controls["blend"].value = 0.9
        assert panel.picture.png != before
        while not strips:
            await asyncio.sleep(0.01)

    asyncio.run(move())
    assert drawn == [0.6] + [0.9] * 9 and len(strips) == 1
    monkeypatch.undo()
    panel.repaint()
    assert panel.strip_picture.png == strips[0]


def test_a_bad_text_stops_the_strip_which_would_write_over_the_message(panel):
    name = "playing" if panel.play.has_trait("playing") else "_playing"
    setattr(panel.play, name, True)
    panel.play.value = 3
    panel.restore.value = "no picture"
    assert getattr(panel.play, name) is False and panel.play.value == 0
    assert "is no picture&#x27;s text" in panel.message.value
