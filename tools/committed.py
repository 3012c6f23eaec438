"""The committed versions of the pages: what the tests read, and what `make reset` gives back.

A learner who has run or changed a page must not turn the tests red, so they look at HEAD. Where
there is no git (an unpacked zip), the files themselves are all there is.
"""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ".test_pages"
RELEASE = r"v\d+(\.\d+)+"  # what a release's tag looks like
NO_GIT = "not a git checkout: the pages are tested as they lie in notebooks/, with your changes"


def git(*words, root=ROOT):
    """What git prints, or None when it cannot answer."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True)
    except FileNotFoundError:  # no git on this machine
        return None
    return done.stdout.decode("utf-8") if done.returncode == 0 else None


def has_git(root=ROOT):
    """Whether `root` is itself a git checkout with a commit; inside another one does not count."""
    top = git("rev-parse", "--show-toplevel", root=root)
    same = top is not None and pathlib.Path(top.strip()).resolve() == pathlib.Path(root).resolve()
    return same and git("rev-parse", "--verify", "-q", "HEAD", root=root) is not None


def use_files(root=ROOT):
    """Whether to read the files: no git, or an author asks for it with PAGES=files."""
    return os.environ.get("PAGES") == "files" or not has_git(root)


def names(root=ROOT):
    """Paths below notebooks/ of all pages, lessons before solutions."""
    if use_files(root):
        found = [p.relative_to(root).as_posix() for p in (root / "notebooks").rglob("[0-9]*.ipynb")]
    else:
        found = git("ls-tree", "-r", "-z", "--name-only", "HEAD", "notebooks", root=root).split(
            "\0"
        )
    pages = [name.removeprefix("notebooks/") for name in found if name.endswith(".ipynb")]
    pages = [name for name in pages if ".ipynb_checkpoints" not in name]
    return sorted(pages, key=lambda name: ("/" in name, name))


def text(name, root=ROOT):
    """The committed text of a page, e.g. '05_new_styles.ipynb' or 'solutions/05_solutions.ipynb'."""
    path = root / "notebooks" / name
    if use_files(root):
        return path.read_text(encoding="utf-8")
    shown = git("show", f"HEAD:notebooks/{name}", root=root)
    if shown is None:
        raise FileNotFoundError(f"no page {name} is committed; `git status` shows what is not")
    return shown


def copies(root=ROOT):
    """Where `export` puts the pages, in order."""
    return [root / COPY / "notebooks" / name for name in names(root)]


def export(root=ROOT):
    """Copies the committed pages to .test_pages/notebooks and returns the copies in order.

    Their bootstrap cell finds the course from there, as it does from everywhere below it.
    """
    shutil.rmtree(root / COPY, ignore_errors=True)
    for name, copy in zip(names(root), copies(root)):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text(name, root), encoding="utf-8")
    return copies(root)
