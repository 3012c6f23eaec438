"""What `make lab` opens, and a panel that answers its slider, in a real browser."""

import pytest

from tests.browser import conftest

PANEL = """
import numpy as np
from helpers import widgets
def draw(level):
    return np.full((8, 8, 3), [level, 255 - level, 30], np.uint8)
"""
SHOW = "widgets.panel(draw, alt='one colour', level=widgets.slider('level', 0, 250, 100, step=10))"


def test_it_opens_on_the_first_page_with_the_repository_as_root(lab):
    lab.page.goto(lab.url)  # the address alone: the default page does the rest
    lab.page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    title = lab.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current").inner_text()
    assert title.strip() == "00_start_here.ipynb"
    assert lab.page.url.endswith("/lab/tree/notebooks/00_start_here.ipynb")
    lab.page.locator(".jp-FileBrowser .jp-BreadCrumbs-home").click()
    for entry in ("helpers", "data", "notebooks"):
        lab.page.locator(f".jp-DirListing-item:has-text('{entry}')").first.wait_for()


def test_no_news_pop_up_covers_the_page(lab):
    lab.open_notebook("00_start_here.ipynb")
    lab.page.wait_for_timeout(3000)  # it used to come up within two
    assert lab.page.locator(".Toastify__toast").count() == 0
    assert "official Jupyter news" not in lab.text()


def test_a_slider_moves_its_picture(lab):
    lab.write_notebook("panel.ipynb", PANEL, SHOW)
    lab.open_notebook("panel.ipynb")
    lab.run_all()
    lab.wait_for_picture(lambda rgb: rgb == [100, 155, 30])
    lab.move_slider(+3)
    lab.wait_for_picture(lambda rgb: rgb == [130, 125, 30], seconds=20)
    lab.move_slider(-1)
    lab.wait_for_picture(lambda rgb: rgb == [120, 135, 30], seconds=20)


def test_an_error_in_a_panel_is_a_message_and_the_panel_lives(lab):
    broken = PANEL + "    # and one value that draw cannot take\n"
    broken = broken.replace(
        "    return", "    if level > 100: raise ValueError('too much light')\n    return"
    )
    lab.write_notebook("broken.ipynb", broken, SHOW)
    lab.open_notebook("broken.ipynb")
    lab.run_all()
    lab.wait_for_picture(lambda rgb: rgb[0] == 100)
    lab.move_slider(+1)
    lab.page.get_by_text("ValueError: too much light").wait_for()
    lab.move_slider(-2)
    lab.wait_for_picture(lambda rgb: rgb[0] == 90, seconds=20)


@pytest.mark.parametrize(
    "chromium, lacks", [(None, "Chromium"), ("/usr/bin/chromium", "playwright")]
)
def test_what_is_missing_is_named(chromium, lacks):
    with pytest.raises(pytest.skip.Exception, match=lacks):
        conftest.missing(chromium, required=False)
    with pytest.raises(pytest.fail.Exception, match=lacks):
        conftest.missing(chromium, required=True)
