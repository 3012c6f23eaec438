"""The panels of the committed lessons in a real browser: how soon a control's move is on the screen."""

import json
import statistics

import pytest

from tests.browser.conftest import slowness
from tools import committed, rules

MOVES = 12
REPORT = "median {:.0f} ms, slowest {:.0f} ms"


def cells(name, *words):
    """The lesson's imports and the first cells that hold each of the words, in the page's order."""
    code = [rules.text(c["source"]) for c in rules.code_cells(json.loads(committed.text(name)))][1:]
    wanted = ["numpy as np", *words]
    return [next(source for source in code if word in source) for word in wanted]


def show(lab, page, sources):
    """Runs these cells on a page of their own and waits for the panel."""
    lab.write_notebook(page, *sources)
    lab.open_notebook(page)
    lab.run_all()
    lab.page.locator(".jp-OutputArea .widget-html-content img").last.wait_for()
    lab.watch()


def delays(lab, slider):
    """Milliseconds from the key to the screen, for a slider moved to and fro."""
    lab.page.locator(".noUi-handle").nth(slider).focus()
    keys = ["ArrowRight"] * 3 + ["ArrowLeft"] * 3
    return [lab.delay(lambda key=keys[i % 6]: lab.page.keyboard.press(key)) for i in range(MOVES)]


# name: (page, the cells that its panel needs, the sliders to move, milliseconds it may take)
LESSONS = {
    "02, the bowls": (
        "02_lambda_objective.ipynb",
        ["H1, w1 =", "bowls = ", "scene = views.LamScene(bowls,"],
        [0],
        150,
    ),
    "02, bias and variance": (
        "02_lambda_objective.ipynb",
        ["law_scene = views.BiasVarianceScene()"],
        [0, 2, 3],
        150,
    ),
    "03, the game on a line": ("03_gan_theory.ipynb", ["views.line_game,"], [0, 1, 2], 500),
    "03, the Dirac-GAN": ("03_gan_theory.ipynb", ["views.dirac_portrait"], [1, 2], 500),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_sliders_move_is_on_the_screen_at_once(lab, name):
    page, words, sliders, limit = LESSONS[name]
    show(lab, "panel_of_a_lesson.ipynb", cells(page, *words))
    times = [ms for slider in sliders for ms in delays(lab, slider)]
    assert "Error:" not in lab.text()
    print(name, REPORT.format(statistics.median(times), max(times)))
    assert statistics.median(times) < limit * slowness()


def test_the_trainer_on_points_repaints_and_obeys(lab):
    show(
        lab, "trainer.ipynb", cells("03_gan_theory.ipynb", "gan = toy_gan.ToyGAN(points.spiral())")
    )

    def press(title):
        return lab.page.locator(f"button[title='{title}']").last.click()

    step = [lab.delay(lambda: press("one training step")) for _ in range(5)]
    reset = [lab.delay(lambda: press("start again with new weights")) for _ in range(5)]
    press("go on until pause is pressed")
    lab.page.wait_for_timeout(2000)
    rate = max(
        lab.paints(4) / 4 for _ in range(2)
    )  # the better of two: other programs' bursts aside
    press("stop for now")
    lab.page.wait_for_timeout(1000)
    after = lab.paints(2)
    print(
        f"step {statistics.median(step):.0f} ms, reset {statistics.median(reset):.0f} ms, {rate:.1f} repaints a second"
    )
    assert (
        statistics.median(step) < 500 * slowness() and statistics.median(reset) < 500 * slowness()
    )
    assert rate >= 8 / slowness()
    assert after == 0  # a pause is a pause
