"""The course's public address and the first code cell of every notebook, each in this one place.

Standard library only. `make publish REPO=owner/name` rewrites REPO and TAG here and then every page.
"""

import pathlib
import re

# Where the course lives on GitHub. An underscore cannot stand in an account name there, so nobody
# can own this placeholder and hand learners other code.
REPO = "your_account/course"
TAG = "main"

COLAB = "https://colab.research.google.com"
TEMPLATE = """\
# Finds the course (in Colab it fetches it first) and installs nothing. Safe to run again.
import os, pathlib, subprocess, sys
ADDRESS, TAG = "{address}", "{tag}"
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # fewer start-up notes from TensorFlow
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # its fast kernels, on any processor


def find_course():
    here = pathlib.Path.cwd()
    places = [here / "course", here, *here.parents, *pathlib.Path(sys.prefix).parents]
    return next((p for p in places if (p / "helpers" / "figures.py").exists()), None)


if "google.colab" in sys.modules and not find_course():
    subprocess.run(["git", "clone", "-q", "--depth", "1", "-b", TAG, ADDRESS, "course"])
if not (course := find_course()):
    raise FileNotFoundError(f"no course here: start Jupyter in its folder, or see {{ADDRESS}}")
os.chdir(course / "notebooks")
sys.path.insert(0, str(course))"""

REPO_PATTERN = r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+"
BADGE = re.compile(
    rf"\[!\[[^\]]*\]\({COLAB}/assets/colab-badge\.svg\)\]"
    rf"\({COLAB}/github/{REPO_PATTERN}/blob/[^)\s]*?/(notebooks/[\w/.-]+\.ipynb)\)"
)


def address(repo=None):
    """The address that `git clone` takes."""
    return f"https://github.com/{repo or REPO}"


def source(repo=None, tag=None):
    """The text of the bootstrap cell."""
    return TEMPLATE.format(address=address(repo), tag=tag or TAG)


def badge(page, repo=None, tag=None):
    """Markdown of the Colab badge; page is e.g. '00_start_here.ipynb' or 'solutions/…'."""
    page = page.removeprefix("notebooks/")
    link = f"{COLAB}/github/{repo or REPO}/blob/{tag or TAG}/notebooks/{page}"
    return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({link})"


def is_bootstrap(cell):
    """Whether a notebook cell (a plain dict) is the bootstrap cell, by its tag."""
    return "bootstrap" in cell.get("metadata", {}).get("tags", [])


if __name__ == "__main__":
    import sys

    page = pathlib.Path(sys.argv[1]).name if len(sys.argv) > 1 else "00_start_here.ipynb"
    print(source(), "", badge(page), sep="\n")
