"""What the first cell of every page does once the course is found."""

import importlib
import os
import pathlib
import shutil
import subprocess
import sys

from helpers import language as languages
from helpers import missing, places

_DRIVE = pathlib.Path("/content/drive")


def page(*, keep_in_drive=False, language=None):
    """Gives a page its place and language, and in Colab, when asked, my_art/ in Google Drive.

    In Colab it shows a link to each page: the links of a page copied to Drive lead nowhere. The place is
    the folder notebooks/. From then on a name that is not defined yet is answered with the section that
    makes it. The settings for Keras and TensorFlow are made by importing `helpers`.

    Args:
        keep_in_drive: ask Google Drive for access and keep my_art/ there. Colab only.
        language: "en" or "zh", for what checkers, panels and figures say; None goes by the computer's.
    Raises:
        ValueError: there is no such translation.
    """
    languages.use(language)
    os.chdir(places.ROOT / "notebooks")
    missing.install(places.ROOT / "notebooks")
    if "google.colab" in sys.modules and (pages := _address()):
        _show_links(pages)
    if keep_in_drive:
        print(_open_drive() or _keep_my_art(_DRIVE / "MyDrive" / "my_art"))


def download(path):
    """In Colab the browser saves a file. Elsewhere nothing happens: it lies on this computer already.

    Args:
        path: of the file.
    """
    if "google.colab" in sys.modules:
        try:
            importlib.import_module("google.colab.files").download(str(path))
        except Exception as error:  # a browser that refuses; Colab's own classes differ by version
            print(f"Your browser did not take it ({error}): download it behind the folder symbol.")


def _address():
    """Where this release's pages are on the internet: a page that was copied to Drive has lost its links."""
    words = (("config", "--get", "remote.origin.url"), ("describe", "--tags", "--exact-match"))
    try:
        asked = [
            subprocess.run(["git", "-C", str(places.ROOT), *w], capture_output=True, text=True)
            for w in words
        ]
    except FileNotFoundError:  # no git: then the course did not come from an address
        return None
    address, tag = (done.stdout.strip() for done in asked)
    return f"{address.removesuffix('.git')}/tree/{tag or 'HEAD'}/notebooks" if address else None


def _show_links(pages):
    """A line with a full link to each page, which opens it in Colab; as text the address of all."""
    from IPython.display import display

    base = pages.replace("https://github.com/", "https://colab.research.google.com/github/")
    base = base.replace("/tree/", "/blob/", 1)
    names = sorted(path.name for path in (places.ROOT / "notebooks").glob("[0-9]*.ipynb"))
    links = " · ".join(f'<a href="{base}/{name}" target="_blank">{name[:2]}</a>' for name in names)
    text = f"A link on this page leads nowhere? All pages: {pages}"
    html = f'A link on this page leads nowhere? All pages: {links} · <a href="{pages}">list</a>'
    display({"text/plain": text, "text/html": html}, raw=True)


def _open_drive():
    """Asks for access; returns a sentence when there is none."""
    try:
        importlib.import_module("google.colab.drive").mount(str(_DRIVE))
    except ImportError:
        return "KEEP_IN_DRIVE is for Colab: on your own computer my_art/ stays anyway."
    except Exception as error:  # refused, or out of time; Colab's own classes differ by version
        return f"Google Drive did not open ({error}): my_art/ goes when this session ends."


def _keep_my_art(kept):
    """Moves what my_art/ holds to the folder `kept` and lets my_art/ point there."""
    here = places.ROOT / "my_art"
    kept.mkdir(parents=True, exist_ok=True)
    if here.is_symlink():
        here.unlink()
    elif here.is_dir():
        for made in here.iterdir():
            shutil.move(made, _free(kept / made.name))
        here.rmdir()
    here.symlink_to(kept, target_is_directory=True)
    return "my_art/ is the folder my_art in your Google Drive: what you make stays."


def _free(path):
    """The path, numbered when there is one of that name: what is in Drive is never replaced."""
    names = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 1_000_000))
    return path if not path.exists() else next(p for p in names if not p.exists())
