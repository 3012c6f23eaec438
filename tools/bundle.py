"""The course and all it installs as one folder, for a room without a network:

    make bundle                                              for computers like this one
    make bundle ARGS="--platform windows-x86_64 --python 3.12 --to /media/usb"

Writes the folder `course/`, a whole checkout with `wheels/` in it, `site/`, what `make book` wrote, and
READ_ME.txt. In course/ `make setup` takes everything from wheels/; site/ needs nothing but a browser.
Neither asks a network. Making the folder needs the internet once (about 600 MB). The wheels fit one platform and one Python; that the pins can be had for all others,
too, `make pins` has proved when it wrote them.
"""

import argparse
import json
import pathlib
import platform
import re
import shutil
import subprocess
import sys

from pip._vendor.packaging.markers import Marker

from tools import committed

ROOT = committed.ROOT
SITE = pathlib.Path("build_cache", "site")
PYTHONS = ("3.11", "3.12", "3.13")


def _linux(machine):
    newer = [f"manylinux_2_{k}_{machine}" for k in range(5, 36)]
    return [*newer, *(f"manylinux{name}_{machine}" for name in ("1", "2010", "2014"))]


# name: (what markers see, tags of wheels that fit)
PLATFORMS = {
    "linux-x86_64": (("linux", "Linux", "posix", "x86_64"), _linux("x86_64")),
    "linux-aarch64": (("linux", "Linux", "posix", "aarch64"), _linux("aarch64")),
    "macos-arm64": (("darwin", "Darwin", "posix", "arm64"), ["macosx_14_0_arm64"]),
    "windows-x86_64": (("win32", "Windows", "nt", "AMD64"), ["win_amd64"]),
}
PIN = re.compile(r"(?m)^([\w.-]+(?:\[[^]]*\])?==[^\s;]+)(?: ; ([^\\\n]*))?((?: \\\n +--hash=\S+)+)")
READ_ME = """\
The course, with everything it installs, for {platform} and Python {python}.

To read, on any computer: open site/index.html in a browser. The whole course is there as a book, with its
pictures and its formulas; pages are not run. On the first page two generators can be steered.

To work with it:

1. Copy the folder course/ to the computer.
2. Open a terminal in it and type:  make lab
   (without make:  python3 tools/setup.py, then .venv/bin/python -m jupyterlab)

Python {python} itself must be on the computer. No network is used for either. Links to Google Colab need one.
"""


def here():
    """The name of this machine's platform.

    Raises:
        ValueError: it is none of `PLATFORMS`.
    """
    system = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    machine = {"AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    if (name := f"{system}-{machine}") not in PLATFORMS:
        raise ValueError(f"{name} is none of {', '.join(PLATFORMS)}; say which with --platform")
    return name


def pins_for(text, name, python):
    """The pins that apply to a platform, with their checksums and without conditions.

    Args:
        text: a list of pins such as requirements.txt.
        name: one of `PLATFORMS`.
        python: a full version, such as "3.12.0": some pins differ between 3.11.4 and 3.11.5.
    """
    seen = dict(
        zip(("sys_platform", "platform_system", "os_name", "platform_machine"), PLATFORMS[name][0])
    )
    seen |= {"python_version": python.rpartition(".")[0], "python_full_version": python}
    seen |= {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    kept = [
        pin + hashes
        for pin, marker, hashes in PIN.findall(text)
        if not marker or Marker(marker.strip()).evaluate(seen)
    ]
    return "\n".join(kept) + "\n"


def fetch(pins, name, python, folder, run=subprocess.run):
    """Downloads the wheels into a folder, each held against its checksum (needs the internet)."""
    listed = folder / "pins.txt"
    listed.write_text(pins, encoding="utf-8")
    fits = [word for tag in PLATFORMS[name][1] for word in ("--platform", tag)]
    what = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(listed)]
    what += ["--python-version", python, "--implementation", "cp", *fits, "--dest", str(folder)]
    run([sys.executable, "-m", "pip", "download", "--disable-pip-version-check", *what], check=True)
    listed.unlink()


def checkout(to):
    """A copy of what is committed, with its history's last commit, so that `make reset` works."""
    subprocess.run(["git", "clone", "-q", "--depth", "1", ROOT.as_uri(), str(to)], check=True)


def make(name, python, to):
    """Makes the folder; beside `to` first, so that an interrupted one is never taken for whole.

    Raises:
        FileExistsError: `to` is there and holds something.
        RuntimeError: this is no git checkout.
        FileNotFoundError: the site was not made.
    """
    if to.exists() and any(to.iterdir()):
        raise FileExistsError(f"{to} is not empty: name another folder with --to")
    if not committed.has_git():
        raise RuntimeError("this folder was unpacked from a zip: a bundle is made from a git clone")
    if not (ROOT / SITE / "book" / "index.html").exists():
        raise FileNotFoundError(f"there is no {SITE}/book yet: `make book` writes it")
    part = to.with_name(to.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "course").parent.mkdir(parents=True, exist_ok=True)
    checkout(part / "course")
    shutil.copytree(ROOT / SITE, part / "site")
    wheels = part / "course" / "wheels"
    wheels.mkdir()
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    first, last = (pins_for(text, name, f"{python}.{patch}") for patch in (0, 99))
    fetch(first, name, f"{python}.0", wheels)
    if last != first:  # what is there already is not fetched again
        fetch(last, name, f"{python}.99", wheels)
    about = {"platform": name, "python": python}
    (wheels / "bundle.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    (part / "READ_ME.txt").write_text(READ_ME.format(**about), encoding="utf-8")
    if to.exists():
        to.rmdir()
    part.replace(to)
    return sum(f.stat().st_size for f in (to / "course" / "wheels").iterdir())


def main(argv=None):
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__)
    parser.add_argument("--platform", choices=PLATFORMS, help="by default this computer's")
    this = "{}.{}".format(*sys.version_info)
    parser.add_argument("--python", choices=PYTHONS, default=this, help="by default %(default)s")
    parser.add_argument("--to", type=pathlib.Path, default=ROOT / "build_cache" / "usb")
    options = parser.parse_args(argv)
    try:
        name = options.platform or here()
        size = make(name, options.python, options.to)
    except (OSError, ValueError, RuntimeError) as error:
        parser.error(str(error))
    except subprocess.CalledProcessError:
        print("That did not work (the message is above). Run it again.", file=sys.stderr)
        return 1
    print(
        f"{options.to} is ready for {name}, Python {options.python}: {size / 1e6:.0f} MB of wheels."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
