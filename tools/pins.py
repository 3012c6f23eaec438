"""Resolves requirements.in into requirements.txt: `make pins` (needs uv).

Authors run this when a dependency changes. Each pin carries the checksums of its files, which pip
then demands; requirements-gpu.txt is the same with TensorFlow's CUDA packages in the place of its
CPU ones. uv's universal resolution does not notice a platform without a wheel, so each result is
resolved once more for each Python and platform of the course.

    python -m tools.pins                newest versions
    python -m tools.pins --keep         the versions that are pinned, e.g. to add one package
"""

import itertools
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
LINUX = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")
EVERYWHERE = (*LINUX, "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
GPU = "requirements-gpu.txt"
# each list of pins, what it is made from, and where it must be installable
FILES = {
    "requirements.txt": ("requirements.in", EVERYWHERE),
    GPU: ("requirements.in", LINUX),
    "tests/colab/requirements.txt": ("tests/colab/requirements.in", EVERYWHERE),
    "requirements-book.txt": ("requirements-book.in", EVERYWHERE),
}


def compile_pins(*words, text=None):
    """One call of uv's resolver; raises CalledProcessError with uv's own message on the screen."""
    uv = shutil.which("uv") or str(ROOT / ".venv" / "bin" / "uv")
    subprocess.run(
        [uv, "pip", "compile", "-q", "--custom-compile-command", "make pins", *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        input=text,
        encoding="utf-8",
    )


def with_cuda(requests):
    """The requests with TensorFlow's CUDA packages in the place of its CPU ones; for Linux."""
    condition = re.search(r"(?m)^tensorflow-cpu(\S+)", requests).group(1)
    others = re.sub(r"(?m)^tensorflow(-cpu)?[<>=].*\n", "", requests)
    return f"tensorflow[and-cuda]{condition} ; sys_platform == 'linux'\n" + others


def resolve(name, keep):
    """Writes one list of pins, with markers for all platforms and the checksum of every file."""
    words = ["--universal", "--generate-hashes", "--python-version", "3.11", "-o", name]
    if not keep:
        words.append("--upgrade")
    if name == GPU:  # what both lists hold has one version
        requests = with_cuda((ROOT / FILES[name][0]).read_text(encoding="utf-8"))
        compile_pins(*words, "-c", "requirements.txt", "-", text=requests)
    else:
        compile_pins(*words, FILES[name][0])


def check_wheels(name):
    """Every pin has a wheel for every Python and platform."""
    for python, system in itertools.product(PYTHONS, FILES[name][1]):
        print(f"{name}: {python} {system}", flush=True)
        compile_pins(
            "--python-version",
            python,
            "--python-platform",
            system,
            "--only-binary",
            ":all:",
            name,
        )


def main(argv):
    if not shutil.which("uv") and not (ROOT / ".venv" / "bin" / "uv").exists():
        print("make pins needs uv: https://docs.astral.sh/uv/", file=sys.stderr)
        return 1
    for name in FILES:
        resolve(name, "--keep" in argv)
        check_wheels(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
