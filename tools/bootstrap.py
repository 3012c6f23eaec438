"""The course's public address and the first code cell of every notebook, each in this one place.

Standard library only. `make publish REPO=owner/name` rewrites REPO and TAG here and then every page.
"""

import pathlib
import re

# Where the course lives on GitHub. An underscore cannot stand in an account name there, so nobody
# can own this placeholder and hand learners other code.
REPO = "your_account/course"
# The release that these pages belong to: a page saved today must not meet another year's helpers.
TAG = "v1.0"

COLAB = "https://colab.research.google.com"
# What cannot be in the course, because it finds the course; the rest is helpers/start.py.
TEMPLATE = """\
# Finds the course; in Colab it fetches it first. Installs nothing. Safe to run again.
import os, pathlib, shutil, subprocess, sys
KEEP_IN_DRIVE = False  # in Colab, True keeps what you make in your Google Drive
LANGUAGE = None  # "zh" 中文: checkers, panels and figures speak Chinese
ADDRESS, TAG = "{address}", "{tag}"
def find_course():
    here = pathlib.Path.cwd()
    places = [here / "course", here, *here.parents, *pathlib.Path(sys.prefix).parents]
    return next((p for p in places if (p / "helpers" / "start.py").exists()), None)
if "google.colab" in sys.modules and not find_course():
    print("Fetching the course: 80 MiB, over Colab's network and not yours …")
    shutil.rmtree("course.part", ignore_errors=True)  # what an interrupted try left
    git = f"git clone --progress --depth 1 -b {{TAG}} {{ADDRESS}} course.part".split()
    if subprocess.run(git, stderr=subprocess.STDOUT).returncode == 0:
        os.rename("course.part", "course")
if not (course := find_course()):
    raise FileNotFoundError(f"no course here: start Jupyter in its folder; {{ADDRESS}}")
sys.path.insert(0, str(course))
from helpers import start
start.page(keep_in_drive=KEEP_IN_DRIVE, language=LANGUAGE)"""

REPO_PATTERN = r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+"
# A link in words: the usual badge is a picture from Google's server, broken in a room without network.
BADGE = re.compile(
    rf"\[Open in Colab\]\({COLAB}/github/{REPO_PATTERN}/blob/[^)\s]*?/(notebooks/[\w/.-]+\.ipynb)\)"
)
SITE = re.compile(r"https://[A-Za-z0-9_.-]+\.github\.io/[A-Za-z0-9_.-]+/")


def address(repo=None):
    """The address that `git clone` takes."""
    return f"https://github.com/{repo or REPO}"


def site(repo=None):
    """The address of the site that a release publishes: the front page, and the book in book/."""
    owner, _, name = (repo or REPO).partition("/")
    return f"https://{owner}.github.io/{name}/"


def source(repo=None, tag=None):
    """The text of the bootstrap cell."""
    return TEMPLATE.format(address=address(repo), tag=tag or TAG)


def badge(page, repo=None, tag=None):
    """Markdown of the Colab badge; page is e.g. '00_start_here.ipynb' or 'solutions/…'."""
    page = page.removeprefix("notebooks/")
    link = f"{COLAB}/github/{repo or REPO}/blob/{tag or TAG}/notebooks/{page}"
    return f"[Open in Colab]({link})"


def is_bootstrap(cell):
    """Whether a notebook cell (a plain dict) is the bootstrap cell, by its tag."""
    return "bootstrap" in cell.get("metadata", {}).get("tags", [])


if __name__ == "__main__":
    import sys

    page = pathlib.Path(sys.argv[1]).name if len(sys.argv) > 1 else "00_start_here.ipynb"
    print(source(), "", badge(page), sep="\n")
