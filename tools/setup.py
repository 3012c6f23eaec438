"""Makes the course's environment: `python3 tools/setup.py` (also `make setup`).

Runs before anything is installed and on Pythons too old for the course, so that it can say so:
standard library only, and no syntax newer than Python 3.6.

    python3 tools/setup.py            .venv with the pins of requirements.txt
    GPU=1 python3 tools/setup.py      the same with TensorFlow's CUDA wheels (Linux)
    python3 tools/setup.py --colab    .venv-colab with the versions that Colab publishes
"""

import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHONS = ((3, 11), (3, 12), (3, 13))
NEEDED_GB = {"cpu": 3, "gpu": 10}  # the download, pip's copy of it, and what it unpacks to
COMING_GB = {"cpu": 2, "gpu": 6}
# What the course's own .venv tells JupyterLab: no news pop-up over the first page.
OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": False,
    },
}


def version_problem(version, others):
    """One sentence when this Python is not one the course runs on."""
    if tuple(version[:2]) in PYTHONS:
        return None
    try_this = (
        "try: make lab PYTHON={}".format(others[0])
        if others
        else "install one of them (python.org, your package manager, or `uv python install 3.12`)"
    )
    return "This course needs Python 3.11, 3.12 or 3.13, and this is {}.{}; {}.".format(
        version[0], version[1], try_this
    )


def venv_problem(has):
    """One sentence when this Python cannot make environments. `has` says whether a module is there."""
    missing = [name for name in ("venv", "ensurepip") if not has(name)]
    if not missing:
        return None
    return (
        "This Python has no {} module, which makes the course's own environment; on Debian or "
        "Ubuntu install it with: sudo apt install python3-venv.".format(missing[0])
    )


def platform_problem(system, machine, bits=64, musl=False):
    """One sentence when TensorFlow publishes no wheel for this machine."""
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    known = {
        ("Linux", "x86_64"),
        ("Linux", "aarch64"),
        ("Darwin", "aarch64"),
        ("Windows", "x86_64"),
    }
    if (system, machine) in known and bits == 64 and not musl:
        return None
    name = {"Darwin": "macOS on Intel" if machine == "x86_64" else "macOS"}.get(
        system, "{} {}{}".format(system, machine, " with musl" if musl else "")
    )
    name += "" if bits == 64 else " with a 32-bit Python"
    return (
        "TensorFlow has no package for {}; read the lessons in Google Colab instead "
        "(each page has a button), or use another machine.".format(name)
    )


def gpu_problem(system):
    """One sentence when CUDA wheels are asked for where there are none."""
    if system == "Linux":
        return None
    return "TensorFlow's CUDA packages exist for Linux only; run it without GPU=1."


def space_problem(free_gb, kind):
    """One sentence when the disk is too full."""
    if free_gb >= NEEDED_GB[kind]:
        return None
    return "The course's environment needs {} GB of disk and {:.1f} GB are free here; make room first.".format(
        NEEDED_GB[kind], free_gb
    )


def other_pythons():
    """Commands on this machine that start a Python the course runs on."""
    names = ["python{}.{}".format(*version) for version in reversed(PYTHONS)]
    return [name for name in names if shutil.which(name)]


def has_module(name):
    """Whether the module can be imported, without importing it."""
    import importlib.util

    return importlib.util.find_spec(name) is not None


def problem(kind):
    """The first reason why this machine cannot run the course, or None."""
    musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    bits = 64 if sys.maxsize > 2**32 else 32
    return (
        version_problem(sys.version_info, other_pythons())
        or platform_problem(platform.system(), platform.machine(), bits, musl)
        or (gpu_problem(platform.system()) if kind == "gpu" else None)
        or venv_problem(has_module)
        or space_problem(shutil.disk_usage(str(ROOT)).free / 1e9, kind)
    )


def cuda_pins(pins):
    """The pins with TensorFlow's CUDA wheels in the place of its CPU wheel."""
    version = re.search(r"(?m)^tensorflow(?:-cpu)?==(\S+)", pins).group(1)
    others = re.sub(r"(?m)^tensorflow(-cpu)?==.*\n", "", pins)
    return "tensorflow[and-cuda]=={}\n".format(version) + others


def stamp_text(pins, kind, version=None):
    """What the stamp says: these pins, for this kind of machine, on this Python."""
    digest = hashlib.sha256((pins + json.dumps(OVERRIDES)).encode("utf-8")).hexdigest()
    return "{} {} {}.{}\n".format(digest, kind, *(version or sys.version_info)[:2])


def is_done(environment, text):
    """Whether an earlier set-up finished with exactly this."""
    return read(environment / "course.stamp") == text and python_of(environment).exists()


def python_of(environment):
    """The environment's interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted_kind(gpu, environment):
    """'gpu' or 'cpu': as asked with GPU=1 or GPU=0, else as the environment was made before."""
    before = read(environment / "course.stamp").split()[1:2] or ["cpu"]
    return before[0] if not gpu else "cpu" if gpu == "0" else "gpu"


def must_be_new(environment, kind, version=None):
    """Whether what is there cannot be built upon: another Python, or the other TensorFlow."""
    if not python_of(environment).exists():
        return True
    made_by = re.search(r"(?m)^version *= *(\d+)\.(\d+)", read(environment / "pyvenv.cfg"))
    if not made_by or tuple(map(int, made_by.groups())) != tuple((version or sys.version_info)[:2]):
        return True
    pins = read(environment / "course_pins.txt")
    return bool(pins) and ("[and-cuda]" in pins) != (kind == "gpu")


def read(path):
    """The file's text; '' when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def make_environment(environment, clear):
    """An environment with pip and nothing else."""
    import venv

    venv.EnvBuilder(with_pip=True, clear=clear, symlinks=os.name != "nt").create(str(environment))


def install(environment, pins, run=subprocess.call):
    """Has pip install the pins; returns its exit code."""
    wanted = environment / "course_pins.txt"
    wanted.write_text(pins, encoding="utf-8")
    quiet = ["--quiet"] if os.environ.get("CI") else []
    return run(
        [
            str(python_of(environment)),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            *quiet,
            "-r",
            str(wanted),
        ]
    )


def write_overrides(environment):
    """JupyterLab's defaults for everyone who starts it from this environment."""
    folder = environment / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(OVERRIDES, indent=2) + "\n", encoding="utf-8")


def write_stamp(environment, text):
    """The last thing a set-up does, in one move."""
    part = environment / "course.stamp.part"
    part.write_text(text, encoding="utf-8")
    os.replace(str(part), str(environment / "course.stamp"))


def set_up(environment, pins, kind, run=subprocess.call):
    """Makes the environment, or goes on with one that was interrupted.

    Returns:
        0, or pip's exit code. Without a finished installation there is no stamp, and the next call
        goes on where this one stopped.
    """
    print(
        "Setting up {}: about {} GB will be downloaded, once. This takes some minutes.".format(
            environment.name, COMING_GB[kind]
        ),
        flush=True,
    )
    clear = must_be_new(environment, kind)
    if (environment / "course.stamp").exists():
        (environment / "course.stamp").unlink()
    make_environment(environment, clear)
    code = install(environment, cuda_pins(pins) if kind == "gpu" else pins, run)
    if code:
        print(
            "pip could not install everything (its message is above). Mostly it is the network: "
            "run the same command again, what has arrived is kept.",
            file=sys.stderr,
        )
        return code
    write_overrides(environment)
    write_stamp(environment, stamp_text(pins, kind))
    print("{} is ready.".format(environment.name), flush=True)
    return 0


def main(argv):
    colab = "--colab" in argv
    pins = ROOT / ("tests/colab/requirements.txt" if colab else "requirements.txt")
    environment = ROOT / (".venv-colab" if colab else ".venv")
    kind = wanted_kind("0" if colab else os.environ.get("GPU", ""), environment)
    text = pins.read_text(encoding="utf-8")
    if is_done(environment, stamp_text(text, kind)):
        return 0
    sentence = problem(kind)
    if sentence:
        print(sentence, file=sys.stderr)
        return 1
    return set_up(environment, text, kind)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped. The next start goes on from here.", file=sys.stderr)
        sys.exit(130)
