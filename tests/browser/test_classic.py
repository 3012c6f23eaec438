"""Lesson 00's panels in the classic notebook with ipywidgets 7.7: as near to Google Colab as can be had here.

One page is opened once; each test moves one kind of control on it and waits for another picture.
"""

import json
import sys

import ipywidgets
import nbformat
import pytest
from playwright.sync_api import TimeoutError

from tests.browser import conftest
from tools import bootstrap, committed, rules
from tools.notebooks import KERNELSPEC

pytestmark = pytest.mark.skipif(
    ipywidgets.__version__.split(".")[0] != "7", reason="`make test-colab` has the classic notebook"
)
LESSON = "00_start_here.ipynb"
NEEDED = ("from helpers.art import cities", "widgets.panel(city", "explorer.panel(painters")
FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
RUN = "() => { Jupyter.notebook.execute_all_cells(); }"
# As a person who looks first: the notebook is there, its kernel has answered and waits, and so has the
# widgets' own extension. What a cell shows before that is never drawn.
READY = """() => {
    const notebook = window.Jupyter?.notebook, kernel = notebook?.kernel;
    return notebook?._fully_loaded && kernel?.is_connected() && kernel.widget_manager
        && kernel.info_reply?.status === "ok" && document.querySelector(".kernel_idle_icon");
}"""


class Classic:
    """The page, and what a person does on it."""

    def __init__(self, page, url):
        self.page = page
        page.goto(f"{url}/notebooks/notebooks/{LESSON}")
        page.wait_for_function(READY)
        page.evaluate(RUN)
        last = self.output(2).locator("img").nth(17)  # picture, wall, strip
        try:
            last.wait_for(timeout=240_000)
        except TimeoutError as error:
            raise AssertionError(page.inner_text("#notebook-container")[-3000:]) from error

    def output(self, panel):
        """Where a panel is: 1 is the city, 2 the explorer."""
        return self.page.locator(".code_cell").nth(panel + 1).locator(".output")

    def changes(self, panel, act):
        """Does something; returns once the panel's first picture is another one."""
        picture = self.output(panel).locator("img").first
        before = picture.get_attribute("src")
        act()
        self.page.wait_for_function(
            "([panel, before]) => { const now = panel.querySelector('img'); return now && now.src !== before; }",
            arg=[self.output(panel).first.element_handle(), before],
            timeout=120_000,
        )
        assert "Error:" not in self.page.inner_text("body")


@pytest.fixture(scope="module")
def classic(chromium, tmp_path_factory):
    """Lesson 00's first two panels, run."""
    root, own = (
        conftest.make_root(tmp_path_factory.mktemp("classic") / "course"),
        tmp_path_factory.mktemp("own"),
    )
    code = [rules.text(c["source"]) for c in rules.code_cells(json.loads(committed.text(LESSON)))]
    sources = [bootstrap.source(), *(next(s for s in code if words in s) for words in NEEDED)]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}),
        root / "notebooks" / LESSON,
    )
    port = conftest.free_port()
    words = ["--no-browser", "--allow-root", f"--port={port}", "--NotebookApp.token="]
    with conftest.serving(
        [sys.executable, "-m", "notebook", *words], root, own, FOLDERS, port
    ) as url:
        page = chromium.new_page(viewport={"width": 1300, "height": 900})
        page.set_default_timeout(conftest.SECONDS * 1000)
        yield Classic(page, url)
        page.close()


def test_a_list_and_a_slider_draw_another_city(classic):
    city = classic.output(1)
    classic.changes(1, lambda: city.locator("select").select_option("neon"))
    classic.changes(1, lambda: city.locator(".ui-slider-handle").press("ArrowRight"))


def test_a_slider_and_a_button_of_the_explorer_draw_another_hero(classic):
    explorer = classic.output(2)
    classic.changes(2, lambda: explorer.locator(".ui-slider-handle").first.press("ArrowRight"))
    classic.changes(2, lambda: explorer.get_by_role("button", name="7", exact=True).click())
