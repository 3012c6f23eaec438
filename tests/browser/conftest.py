"""A JupyterLab as `make lab` starts it, and a Chromium that looks at it.

    def test_my_panel(lab):
        lab.open_notebook("05_new_styles.ipynb")    # a copy of the committed page
        lab.run_all()
        lab.move_slider(2)                          # focuses the first slider, ArrowRight twice
        lab.wait_for_picture(lambda rgb: rgb[0] > 200)

The server's root is a folder with links to the repository and copies of the committed pages, so
that nothing a browser test does changes a file of the course. Without Chromium or playwright the
tests are skipped; BROWSER_TESTS=required (as in CI) makes that a failure.
"""

import contextlib
import functools
import os
import pathlib
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from helpers import machine
from tools import bootstrap, committed
from tools.notebooks import KERNELSPEC

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
SECONDS = 120
# The first point of the panel's picture, once it is painted.
CORNER = """() => {
  const picture = document.querySelector('.jp-OutputArea .widget-html-content img');
  if (!picture || !picture.complete || !picture.naturalWidth) return null;
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  canvas.getContext('2d').drawImage(picture, 0, 0, 1, 1, 0, 0, 1, 1);
  return Array.from(canvas.getContext('2d').getImageData(0, 0, 1, 1).data).slice(0, 3);
}"""
# From now on notes when a person acted and when the last panel's picture was on the screen anew, in ms.
WATCH = """() => {
  window.acts = []; window.paints = [];
  document.addEventListener('load', event => {  // each picture is an element of its own
    if (event.target === [...document.querySelectorAll('.jp-OutputArea .widget-html-content img')].pop())
      requestAnimationFrame(() => window.paints.push(performance.now()));
  }, true);
  for (const kind of ['keydown', 'mousedown'])
    document.addEventListener(kind, () => window.acts.push(performance.now()), true);
}"""


@functools.cache
def slowness():
    """How many times slower this machine multiplies than the one the lessons were timed on; at least 1.

    Limits in milliseconds are for that machine, and on a slower one they are so many times as long.
    """
    return max(1.0, machine.timings()["matrix_speed"] / machine.matrix_speed())


def find_chromium():
    """The browser's command, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def missing(chromium, required):
    """Skips, or fails where the tests are required, in words that say what to install."""
    lacks = "playwright (make setup)" if chromium else "Chromium (Debian: apt install chromium)"
    (pytest.fail if required else pytest.skip)(f"the browser tests need {lacks}")


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_root(root):
    """A folder that looks like the repository and may be written to."""
    (root / "notebooks").mkdir(parents=True)
    for entry in ("helpers", "data", "README.md", "requirements.txt"):
        (root / entry).symlink_to(ROOT / entry)
    for name in committed.names():
        (root / "notebooks" / name).parent.mkdir(exist_ok=True)
        (root / "notebooks" / name).write_text(committed.text(name), encoding="utf-8")
    return root


def lab_command(port):
    """The command of `make lab`, with this interpreter in the place of .venv's."""
    words = f"ARGS=--no-browser --port {port} --IdentityProvider.token= --LabApp.expose_app_in_browser=True"
    shown = subprocess.run(
        ["make", "-n", "lab", words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    line = [line for line in shown.stdout.splitlines() if " jupyterlab " in line][0]
    return [sys.executable, *shlex.split(line)[1:]]


def wait_for_server(url, server):
    """Returns once the server answers."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(f"{url}/api", timeout=5).read()
        except OSError:
            time.sleep(0.2)
    pytest.fail("Jupyter did not start; see the log above")


@contextlib.contextmanager
def serving(command, root, own, folders, port):
    """The address of a Jupyter that runs in `root`, with nobody's settings.

    Args:
        command: what starts it.
        own: a folder for its log and its settings.
        folders: names of the environment's variables that say where settings lie.
    """
    environ = {**os.environ, **{name: str(own / name) for name in folders}}
    with open(own / "log", "w") as log:
        server = subprocess.Popen(command, cwd=root, env=environ, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for_server(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(30)
        print((own / "log").read_text()[-2000:])


class Lab:
    """The page, and what a person does on it."""

    def __init__(self, page, url, root):
        self.page, self.url, self.root = page, url, root

    def write_notebook(self, name, *sources):
        """Makes a notebook of code cells, the bootstrap cell first."""
        cells = [nbformat.v4.new_code_cell(text) for text in (bootstrap.source(), *sources)]
        # without the kernel's name JupyterLab asks for it in a dialog, and waits
        nb = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})
        nbformat.write(nb, self.root / "notebooks" / name)

    def open_notebook(self, name):
        """Opens notebooks/NAME and waits until its kernel can take orders."""
        self.page.goto(f"{self.url}/lab/tree/notebooks/{name}?reset")
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        # without this wait, cells now and then stay at [ ] with an idle kernel
        self.wait_for_promise("window.jupyterapp.shell.currentWidget.sessionContext.ready")

    def run_all(self):
        """Runs all cells; returns when the last one has its number."""
        self.wait_for_promise("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")

    def wait_for_promise(self, promise, seconds=SECONDS):
        """Awaits a JavaScript promise, which playwright alone would do for ever."""
        late = f"new Promise((_, no) => setTimeout(() => no('{seconds} s have passed'), {seconds} * 1000))"
        self.page.evaluate(f"Promise.race([{promise}, {late}]).then(() => null)")

    def move_slider(self, steps=1, slider=0):
        """Moves a slider by whole steps with the arrow keys, as a keyboard user does."""
        handle = self.page.locator(".noUi-handle").nth(slider)
        handle.wait_for()
        handle.focus()
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")

    def corner(self):
        """The first panel's top left point as [r, g, b]; None before there is a picture."""
        return self.page.evaluate(CORNER)

    def wait_for_picture(self, fits, seconds=SECONDS):
        """Waits until the panel's top left point fits; returns it, or fails with what was there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rgb = self.corner()
            if rgb and fits(rgb):
                return rgb
            self.page.wait_for_timeout(50)
        pytest.fail(
            f"the panel's picture did not change as expected; its first point is {self.corner()}"
        )

    def watch(self):
        """Starts the watch over the last panel's picture; see `delay` and `paints`."""
        self.page.evaluate(WATCH)

    def delay(self, act, seconds=20):
        """Milliseconds from a key or mouse press, made by `act`, to the next picture on the screen."""
        self.page.evaluate("() => { window.acts = []; window.paints = []; }")
        act()
        try:
            self.page.wait_for_function(
                "() => window.paints.some(t => t > window.acts[0])", timeout=seconds * 1000
            )
        except Exception:
            pytest.fail(f"no new picture came; the page says: {self.text()[-400:]}")
        return self.page.evaluate(
            "() => window.paints.find(t => t > window.acts[0]) - window.acts[0]"
        )

    def paints(self, seconds):
        """How many new pictures come on the screen in so many seconds."""
        self.page.evaluate("() => { window.paints = []; }")
        self.page.wait_for_timeout(seconds * 1000)
        return self.page.evaluate("() => window.paints.length")

    def text(self):
        """All words on the page."""
        return self.page.inner_text("body")


@pytest.fixture(scope="package")
def chromium():
    """A running browser."""
    required = os.environ.get("BROWSER_TESTS") == "required"
    command = find_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return missing(command, required)
    if not command:
        return missing(command, required)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(chromium, tmp_path_factory):
    """The address, root folder and workspaces of a JupyterLab with nobody's settings."""
    root, own, port = (
        make_root(tmp_path_factory.mktemp("lab") / "course"),
        tmp_path_factory.mktemp("own"),
        free_port(),
    )
    folders = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    with serving(lab_command(port), root, own, folders, port) as url:
        yield url, root, own / folders[-1]


@pytest.fixture
def lab(chromium, server):
    """A fresh page of the browser on the running JupyterLab."""
    url, root, workspaces = server
    shutil.rmtree(
        workspaces, ignore_errors=True
    )  # or JupyterLab opens what an earlier test had open
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    page.set_default_timeout(SECONDS * 1000)
    yield Lab(page, url, root)
    page.close()
