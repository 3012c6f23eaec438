"""The lesson's pictures: right size, right content, and panels that answer without a browser."""

import time

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import figures, widgets
from helpers.theory import games, points, toy_gan, views


@pytest.fixture(scope="module")
def gan():
    return toy_gan.ToyGAN(points.ring(200), width=8, batch=16).train(1)


def test_line_game_tells_value_and_divergence():
    fig, words = views.line_game(mean=1.0, sd=1.0, gap=2.0)
    assert isinstance(fig, Figure) and words.startswith("V(D*, G) = -")
    _, apart = views.line_game(mean=4.0, sd=0.3, gap=0.0)
    assert "inf" not in apart
    assert float(apart.split("JSD = ")[1].split()[0]) > 0.68


def test_dirac_portrait_tells_distance_and_eigenvalue():
    fig, words = views.dirac_portrait(0, gamma=0.0)
    assert isinstance(fig, Figure) and "distance 1.000" in words and "0.00+0.50j" in words
    _, settled = views.dirac_portrait(400, gamma=1.0)
    assert "distance 0.000" in settled


def test_portrait_and_radii_draw_on_given_axes():
    paths = {"a": np.zeros((3, 2)), "b": np.ones((3, 2))}
    fig, axes = figures.new(1, 2)
    assert views.portrait(games.bilinear, paths, ax=axes[0]) is axes[0]
    assert views.radii(paths, ax=axes[1]) is axes[1]


def test_side_by_side_views():
    paths = {"a": np.zeros((300, 2)), "b": np.ones((300, 2))}
    fig = views.paths_and_radii(games.bilinear, paths)
    assert len(fig.axes) == 2 and len(fig.axes[1].lines[0].get_xdata()) == 300
    titles = [ax.get_title() for ax in views.portraits((0, 1)).axes]
    assert titles[0].startswith("γ = 0: 0.98") and titles[1] == "γ = 1: 0.0000"
    fig = views.answers([0.5, 0.5], [0.25, 0.75], [0.5, 0.5])
    best = next(line for line in fig.axes[0].lines if line.get_label() == "p / (p + q)")
    assert best.get_ydata() == pytest.approx([2 / 3, 0.4])


def test_a_scene_can_show_the_average(gan):
    gan.reset(0).train(3)
    now, mean = (views.scene(gan, size=120, averaged=k) for k in (False, True))
    assert not np.array_equal(now, mean)


def test_field_is_blue_where_d_says_real():
    def right(places):
        return 50.0 * places[:, :1]

    image = views.field_image(right, size=100).astype(int)
    assert image.shape == (100, 100, 3)
    assert image[50, 90, 2] > image[50, 90, 0]  # right: blue
    assert image[50, 10, 0] > image[50, 10, 2]  # left: orange
    up = views.field_image(lambda places: 50.0 * places[:, 1:], size=100).astype(int)
    assert up[10, 50, 2] > up[10, 50, 0]  # up is up


def test_dots_lie_where_they_belong_and_none_beyond_the_edge():
    pixels = np.full((101, 101, 3), 255, np.uint8)
    reach = views.REACH
    views.dots(pixels, np.array([[reach / 2, reach / 2], [reach, 0], [0, 9]]), "#102030", radius=1)
    painted = np.argwhere((pixels == [16, 32, 48]).all(-1))  # rows and columns
    assert (painted.mean(0) == [25, 75]).all() and len(painted) == 5  # a plus


def test_pictures_of_the_toy_gan(gan):
    assert views.toy_picture(gan).shape == (400, 700, 3)
    assert views.scene(gan, size=120).shape == (120, 120, 3)
    assert views.ring_scatter(gan.sample(50)).shape == (240, 240, 3)


def test_painting_takes_little_of_a_processor(gan):
    views.toy_picture(gan)
    start = time.process_time()
    for _ in range(5):
        figures.to_png(views.toy_picture(gan))
    assert (time.process_time() - start) / 5 < 0.12


def test_own_points_win_over_the_preset():
    own = views.chosen_cloud("ring", "0.5 0.5")
    assert np.abs(own - 0.5).max() < 0.2
    assert views.chosen_cloud("ring", "").shape == (1000, 2)


def test_a_new_shape_starts_the_run_again_and_a_new_rate_does_not(gan):
    controls = dict(loss="non_saturating", gamma=0.0, rate=1e-3, shape="line")
    views.follow(gan, **controls)
    gan.train(3)
    views.follow(gan, **{**controls, "rate": 1e-2})
    assert gan.step == 3
    views.follow(gan, **{**controls, "shape": "spiral"})
    assert gan.step == 0


def test_the_trainer_runs_under_the_panel(gan):
    controls = dict(
        shape=widgets.choice("shape", list(points.PRESETS)),
        own=widgets.text("own points"),
        loss=widgets.choice("loss", list(toy_gan.LOSSES)),
        gamma=widgets.slider("γ", 0.0, 2.0, 0.0),
        rate=widgets.slider("rate", 1e-4, 1e-2, 1e-3, log=True),
    )
    panel = widgets.training_panel(
        lambda **values: views.follow(gan, **values).reset(0),
        lambda gan, **values: views.follow(gan, **values).train(10),
        lambda gan, **values: views.toy_picture(views.follow(gan, **values)),
        alt="test",
        **controls,
    )
    before = panel.picture.png
    panel.step_button.click()
    assert gan.step == 10 and panel.picture.png != before
    controls["own"].value = "word!"
    assert gan.step == 0 and not panel.message.value.count("Error")
    controls["own"].value = "9 9"
    assert "keep numbers within" in panel.message.value
    controls["own"].value = ""
    panel.step_button.click()
    panel.reset_button.click()
    assert gan.step == 0
