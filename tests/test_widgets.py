"""widgets: each control moves the picture; errors stay in the panel. Runs on ipywidgets 7.7 and 8."""

import datetime
import math

import numpy as np
import pytest

from helpers import widgets


def square(value, flip=False):
    """A picture whose every pixel encodes `value`."""
    return np.full((8, 8, 3), 255 - value if flip else value, np.uint8)


def test_each_control_changes_the_picture():
    panel = widgets.panel(
        square,
        alt="a grey square",
        value=widgets.slider("grey", 0, 255, 10),
        flip=widgets.toggle("flip"),
    )
    seen = [panel.picture.png]
    panel.controls["value"].value = 99
    seen.append(panel.picture.png)
    panel.controls["flip"].value = True
    seen.append(panel.picture.png)
    assert len(set(seen)) == 3 and seen[0].startswith(b"\x89PNG")


def test_words_go_under_the_picture():
    panel = widgets.panel(
        lambda value: (square(value), f"grey <{value}>"),
        alt="x",
        value=widgets.slider("grey", 0, 9, 3),
    )
    assert "grey &lt;3&gt;" in panel.message.value


def test_a_screen_reader_hears_what_a_panel_shows_now():
    panel = widgets.panel(
        lambda value: (square(value), f"grey {value}" if value else ""),
        alt="a <grey> square",
        value=widgets.slider("grey", 0, 9, 3),
    )
    assert panel.picture.alt == "a <grey> square. grey 3."
    assert "alt='a &lt;grey&gt; square. grey 3.'" in panel.picture.value
    panel.controls["value"].value = 0
    assert panel.picture.alt == "a <grey> square."


def test_an_error_is_told_and_the_panel_lives_on():
    def draw(value):
        if value == 5:
            raise ValueError("five <b>is</b> not drawn")
        return square(value)

    panel = widgets.panel(draw, alt="x", value=widgets.slider("grey", 0, 9, 3))
    before = panel.picture.png
    panel.controls["value"].value = 5
    assert "ValueError: five &lt;b&gt;is&lt;/b&gt; not drawn" in panel.message.value
    assert panel.picture.png == before
    panel.controls["value"].value = 6
    assert "ValueError" not in panel.message.value and panel.picture.png != before


def test_sliders_choose_their_kind():
    assert type(widgets.slider("n", 1, 9, 3)).__name__ == "IntSlider"
    assert type(widgets.slider("x", 0, 1, 0.5)).__name__ == "FloatSlider"
    log = widgets.slider("rate", 1e-4, 1e-1, 1e-3, log=True)
    assert math.isclose(log.min, -4) and math.isclose(log.max, -1)
    with pytest.raises(ValueError, match="n: the start 12 lies outside 1 … 9"):
        widgets.slider("n", 1, 9, 12)
    sizes = widgets.slider("n", 2, 200, 10, log=True)
    assert sizes.value == 10 and {type(n) for n in sizes.options} == {int}
    assert (sizes.options[0], sizes.options[-1]) == (2, 200) and list(sizes.options) == sorted(
        sizes.options
    )
    assert max(b / a for a, b in zip(sizes.options[20:], sizes.options[21:])) < 1.1


def test_lam_slider_has_both_ends():
    lam = widgets.lam_slider()
    values = [value for _, value in lam.options]
    assert lam.value == 1.0 and values[0] == 0.0 and values[-1] == math.inf
    assert values == sorted(values) and 0.001 in values and 1000.0 in values
    assert widgets.lam_slider(0.0).value == 0.0 and widgets.lam_slider(math.inf).value == math.inf
    assert widgets.lam_slider(2.5).value == pytest.approx(2.5, rel=0.4)


def test_choice_takes_lists_and_names():
    assert widgets.choice("style", ["noto", "openmoji"]).value == "noto"
    named = widgets.choice("style", {"Noto": 1, "OpenMoji": 2}, 2)
    assert named.value == 2


@pytest.fixture
def training():
    return widgets.training_panel(
        lambda rate: {"steps": 0, "rate": rate},
        lambda state, rate: state.update(steps=state["steps"] + 1, used=rate),
        lambda state, rate: (square(state["steps"] % 256), f"step {state['steps']}"),
        alt="steps as grey",
        slice_seconds=0.02,
        rate=widgets.slider("rate", 0.0, 1.0, 0.5),
    )


def test_training_panel_steps_and_resets(training):
    before = training.picture.png
    training.step_button.click()
    assert training.state["steps"] == 1 and training.picture.png != before
    training.controls["rate"].value = 0.25
    training.step_button.click()
    assert training.state["used"] == 0.25
    training.reset_button.click()
    assert training.state == {"steps": 0, "rate": 0.25} and "step 0" in training.message.value


def test_training_panel_trains_in_slices(training):
    training.play.value = 1
    first = training.state["steps"]
    assert first > 0
    training.play.value = 2
    second = training.state["steps"]
    assert second > first
    training.play.value = 0  # the stop button
    assert training.state["steps"] == second


def test_training_errors_are_told(training):
    def explode(state, rate):
        raise FloatingPointError("the loss is NaN: lower the rate")

    training.advance = explode
    training.step_button.click()
    training.play.value = 1
    assert "the loss is NaN: lower the rate" in training.message.value


def test_slices_that_would_block_the_buttons_are_refused():
    with pytest.raises(ValueError, match=r"slice_seconds is 2: it must lie in \(0, 0.3\]"):
        widgets.training_panel(dict, lambda s: None, lambda s: square(1), alt="x", slice_seconds=2)


def test_run_and_pause_have_words_and_work_the_clock():
    training = widgets.training_panel(
        dict, lambda state: None, lambda state: np.zeros((4, 4, 3), np.uint8), alt="a picture"
    )
    switch = "playing" if training.play.has_trait("playing") else "_playing"
    assert [b.description for b in (training.run_button, training.pause_button)] == ["run", "pause"]
    training.run_button.click()
    assert getattr(training.play, switch)
    training.pause_button.click()
    assert not getattr(training.play, switch)


def test_a_panel_shows_a_counter_as_words_and_rewinds_it():
    count = widgets.play("steps", 40, step=4)
    made = widgets.panel(lambda steps: np.zeros((4, 4, 3), np.uint8), alt="a picture", steps=count)
    row = made.children[0]
    assert [b.description for b in row.children[:3]] == ["run", "pause", "rewind"]
    assert count.layout.display == "none"
    count.value = 12
    row.children[2].click()
    assert count.value == 0


def test_play_counts_the_steps_of_a_plain_panel():
    shown = []
    count = widgets.play("steps", 40, step=4)
    panel = widgets.panel(
        lambda steps: shown.append(steps) or np.zeros((4, 4, 3), np.uint8), alt="x", steps=count
    )
    count.value = 8
    assert shown == [0, 8] and panel.controls["steps"].max == 40 and count.step == 4


def test_an_upload_button_is_read_by_from_folder():
    from helpers import art
    from tests.art import hostile

    button = widgets.upload("my pictures")
    assert button.multiple and ".zip" in button.accept and button.description == "my pictures"
    raw = hostile.saved(hostile.drawing(1))
    item = {"name": "a.png", "type": "image/png", "size": len(raw), "content": raw}
    if isinstance(button.value, dict):  # ipywidgets 7
        meta = {"name": "a.png", "size": len(raw)}
        button.set_trait("value", {"a.png": {"metadata": meta, "content": raw}})  # read-only there
    else:
        button.value = ({**item, "last_modified": datetime.datetime.now(datetime.timezone.utc)},)
    found, _ = art.from_folder(button, 16, show=False)
    assert found.item_names == ["a.png"]
