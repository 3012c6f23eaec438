"""Shared by all tests: the import path, a quiet TensorFlow, the committed pages, the table of times."""

import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # as in the pages
os.environ["MPLBACKEND"] = "agg"  # figures without a screen; kernels choose their own again
os.environ["COURSE_PROGRESS"] = "off"  # a learner's progress is neither read nor written
os.environ["COURSE_LANGUAGE"] = "en"  # also where the computer speaks Chinese
# What the code of a page or of a helper calls must not be on its way out: in every process that a
# test starts, the pages' kernels among them. For this process pyproject.toml says so.
OWN = [
    "__main__",
    *(
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for p in sorted((ROOT / "helpers").rglob("*.py"))
    ),
]
os.environ["PYTHONWARNINGS"] = ",".join(
    f"error::{kind}:{module}" for kind in ("DeprecationWarning", "FutureWarning") for module in OWN
)

import pytest  # noqa: E402

from tools import committed  # noqa: E402

# `--colab`: what can differ with the versions that Colab has of TensorFlow, Keras, NumPy, ipywidgets
# and IPython. The rest of the tests is about files, commands and closed forms, and ran before.
COLAB_TESTS = (
    "gan",
    "latents",
    "explorer",
    "page",
    "browser/test_classic.py",
    "transfer",
    "exercises",
    "objective/test_two_task.py",
    "objective/test_style_tasks.py",
    "objective/test_style_views.py",
    "objective/test_views.py",
    "theory/test_toy_gan.py",
    "theory/test_views.py",
    "test_checkpoints.py",
    "test_figures.py",
    "test_machine.py",
    "metrics",
    "test_missing.py",
    "test_old_work.py",
    "test_quiet.py",
    "test_start.py",
    "test_widgets.py",
)
WIDGET = "application/vnd.jupyter.widget-view+json"
# The entrance, one lesson with a panel, and the solutions, which import what their lessons do.
COLAB_PAGES = ("00_", "02_", "solutions/")


def pytest_addoption(parser):
    """Adds --colab and --long."""
    parser.addoption("--colab", action="store_true", help="only what differs with Colab's versions")
    parser.addoption(
        "--long",
        action="store_true",
        help="also every section that trains, by itself, and every generator as a page",
    )


def pytest_configure(config):
    """Without named files, the committed pages are tested, too: nbval runs copies of them.

    Copies of HEAD, because a learner who has run or changed a page must not see red tests. They lie
    in .test_pages/notebooks, below the repository, where the bootstrap cell finds the helpers.
    """
    config.pluginmanager.register(Table())
    if hasattr(config, "workerinput"):
        # A second process (pytest-xdist) inherits PYTHONWARNINGS, and pytest would then show nobody's
        # warnings but those named there.
        sys.warnoptions.clear()
    _compare_without_bars()
    # Started in the background, or under nohup, we would ignore signals that tests send to themselves.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if config.args_source is not config.ArgsSource.TESTPATHS or config.option.help:
        return
    # Of several processes (pytest-xdist) only the first writes them.
    pages = committed.copies() if hasattr(config, "workerinput") else committed.export()
    if config.option.colab:
        config.args = [str(ROOT / "tests" / name) for name in COLAB_TESTS]
        top = ROOT / committed.COPY / "notebooks"
        pages = [p for p in pages if p.relative_to(top).as_posix().startswith(COLAB_PAGES)]
    config.args += [str(page) for page in pages]


def _compare_without_bars():
    """A progress bar is no part of what a page claims: a slow machine shows one, a fast one does not.

    Bars are widgets, and no committed output holds a widget. nbval skips the widget's own MIME type,
    not the text that stands beside it.
    """
    from nbval import plugin

    joined = plugin.transform_streams_for_comparison
    plugin.transform_streams_for_comparison = lambda outputs: joined(
        [o for o in outputs if WIDGET not in o.get("data", ())]
    )


def pytest_terminal_summary(terminalreporter):
    """Says so when the pages were not the committed ones."""
    if committed.use_files():
        why = (
            "PAGES=files: the pages as they lie in notebooks/"
            if committed.has_git()
            else committed.NO_GIT
        )
        terminalreporter.line(why)


class Table:
    """Each notebook's seconds, printed at the end.

    A plugin of its own, because pytest keeps a conftest's hooks from items outside its folder, and
    the copied pages are outside.
    """

    def __init__(self):
        self.pages = {}

    def pytest_runtest_logreport(self, report):
        """Adds up what the cells took."""
        name = report.nodeid.split("::")[0]
        if name.endswith(".ipynb"):
            key = name.split("notebooks/", 1)[-1]
            seconds, cells, failed = self.pages.get(key, (0, 0, 0))
            called = report.when == "call"
            self.pages[key] = (seconds + report.duration, cells + called, failed + report.failed)

    def pytest_terminal_summary(self, terminalreporter):
        """The table."""
        if not self.pages:
            return
        terminalreporter.section("notebooks")
        for name, (seconds, cells, failed) in self.pages.items():
            verdict = f"{failed} failed" if failed else "ok"
            terminalreporter.line(f"{name:<52}{cells:>4} cells {seconds:>7.1f} s  {verdict}")
        total = sum(seconds for seconds, _, _ in self.pages.values())
        terminalreporter.line(f"{'together':<52}{'':>10} {total:>7.1f} s")


def git(root, *words):
    """What git prints in that folder; an error of git's is one of the test's."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A small course in a git repository of its own, for tests that change things."""
    root = tmp_path / "repository"
    for name, text in {
        "helpers/figures.py": "",
        "notebooks/00_a.ipynb": "{}\n",
        "README.md": "x\n",
        ".gitignore": "my_art/\n.test_pages/\n*.part\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Test")
    git(root, "config", "user.email", "test@example.org")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "pages")
    return root
