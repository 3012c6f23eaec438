"""Resolves requirements.in into requirements.txt: `make pins` (needs uv on the PATH).

Authors run this when a dependency changes. uv's universal resolution does not notice a platform
without a wheel, so the result is resolved once more for each Python and platform of the course.
"""

import itertools
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
FILES = ("requirements", "tests/colab/requirements")


def compile_pins(*words):
    """One call of uv's resolver; raises CalledProcessError with uv's own message on the screen."""
    subprocess.run(
        ["uv", "pip", "compile", "-q", "--custom-compile-command", "make pins", *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def resolve(name):
    """Writes NAME.txt from NAME.in, one file with markers for all platforms."""
    compile_pins(
        "--universal", "--upgrade", "--python-version", "3.11", f"{name}.in", "-o", f"{name}.txt"
    )


def check_wheels(name):
    """Every pin has a wheel for every Python and platform."""
    for python, system in itertools.product(PYTHONS, PLATFORMS):
        print(f"{name}.txt: {python} {system}", flush=True)
        compile_pins(
            "--python-version",
            python,
            "--python-platform",
            system,
            "--only-binary",
            ":all:",
            f"{name}.txt",
        )


def main():
    if not shutil.which("uv"):
        print("make pins needs uv: https://docs.astral.sh/uv/", file=sys.stderr)
        return 1
    for name in FILES:
        resolve(name)
        check_wheels(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
