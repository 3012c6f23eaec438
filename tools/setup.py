"""Makes the course's environment: `python3 tools/setup.py` (also `make setup`).

Runs before anything is installed and on Pythons too old for the course, so that it can say so:
standard library only, and no syntax newer than Python 3.6.

    python3 tools/setup.py            .venv with the pins of requirements.txt
    GPU=1 python3 tools/setup.py      the same with TensorFlow's CUDA packages (Linux)
    python3 tools/setup.py --colab    .venv-colab with the versions that Colab publishes
    python3 tools/setup.py --book     .venv-book with what `make book` writes the pages with

Each start looks at every installed file (tools/installed.py) and repairs what is lacking. A new
environment is built beside the old one, which stays until the new one is ready.
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
BUNDLE = ROOT / "wheels" / "bundle.json"  # what `make bundle` puts there: then no network is asked
PYTHONS = ((3, 11), (3, 12), (3, 13))
NEEDED_GB = {
    "cpu": 3,
    "gpu": 10,
    "book": 0.5,
}  # the download, pip's copy of it, and what it unpacks to
COMING_GB = {"cpu": 2, "gpu": 6, "book": 0.1}
# helpers first: it keeps the start-up notes of TensorFlow away.
MAIN = (
    "helpers",
    "ipykernel",
    "ipywidgets",
    "keras",
    "matplotlib",
    "scipy",
    "sklearn",
    "tensorflow",
)
BOOK = ("furo", "mathjax", "myst_nb", "sphinx")
# A script's first lines as pip writes them, with the Python's whole path, and without any path.
FIXED = re.compile(rb"\A(?:#![^\n]*/bin/python[^\n]*\n|#!/bin/sh\n'''exec' [^\n]*\n' '''\n)")
FREE = (
    b'#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$(realpath -- "$0")")/python" "$0" "$@"\n\' \'\'\'\n'
)
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


def place_problem(environment):
    """One sentence when no environment can stand there."""
    path = str(environment)
    if os.pathsep in path:
        return (
            "The course lies in {}, and Python makes no environment below a folder with {} in its "
            "name; rename that folder.".format(environment.parent, os.pathsep)
        )
    if environment.is_symlink() and not environment.exists():
        return "{} is a link to {}, which is not there; remove the link.".format(
            path, os.readlink(path)
        )
    if environment.exists() and not environment.is_dir():
        return (
            "{} is a file, and the course's environment must have that name; move it away.".format(
                path
            )
        )
    if not os.access(str(environment.parent), os.W_OK):
        return "The course's folder {} cannot be written; copy the course to a folder of yours.".format(
            environment.parent
        )
    return None


def other_pythons():
    """Commands on this machine that start a Python the course runs on."""
    names = ["python{}.{}".format(*version) for version in reversed(PYTHONS)]
    return [name for name in names if shutil.which(name)]


def has_module(name):
    """Whether the module can be imported, without importing it."""
    import importlib.util

    return importlib.util.find_spec(name) is not None


def problem(kind, environment):
    """The first reason why this machine cannot run the course, or None."""
    musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    bits = 64 if sys.maxsize > 2**32 else 32
    fresh = must_be_new(environment, kind)
    return (
        version_problem(sys.version_info, other_pythons())
        or platform_problem(platform.system(), platform.machine(), bits, musl)
        or (gpu_problem(platform.system()) if kind == "gpu" else None)
        or venv_problem(has_module)
        or (
            bundle_problem(
                json.loads(read(BUNDLE)),
                platform.system(),
                platform.machine(),
                sys.version_info[:2],
            )
            if BUNDLE.exists()
            else None
        )
        or place_problem(environment)
        or (space_problem(shutil.disk_usage(str(ROOT)).free / 1e9, kind) if fresh else None)
    )


def pins_of(kind, colab=False):
    """The list of pins for this kind of machine."""
    if colab:
        return ROOT / "tests" / "colab" / "requirements.txt"
    if kind == "book":
        return ROOT / "requirements-book.txt"
    return ROOT / ("requirements-gpu.txt" if kind == "gpu" else "requirements.txt")


def stamp_text(pins, kind, version=None):
    """What the stamp says: these pins, for this kind of machine, on this Python."""
    digest = hashlib.sha256((pins + json.dumps(OVERRIDES)).encode("utf-8")).hexdigest()
    return "{} {} {}.{}\n".format(digest, kind, *(version or sys.version_info)[:2])


def wanted_version(environment):
    """This Python's version; the environment's own when the course does not run on this Python."""
    made = made_by(environment)
    this = tuple(sys.version_info[:2])
    return made if made in PYTHONS and this not in PYTHONS else this


def is_done(environment, text, pins):
    """Whether an earlier set-up finished with exactly this, and all of it is still there."""
    return (
        read(environment / "course.stamp") == text
        and python_of(environment).exists()
        and lacking(environment, pins) == []
    )


def lacking(environment, pins, forget=False):
    """What an environment lacks, a line for each package, or None when its Python does not run.

    Args:
        environment: its folder.
        pins: the file with the pins.
        forget: have pip install what is damaged anew.
    """
    words = [str(python_of(environment)), "-I", str(ROOT / "tools" / "installed.py")]
    try:
        done = subprocess.run(
            words + (["--forget"] if forget else []) + [str(pins)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
        )
    except OSError:
        return None
    return None if done.stderr or done.returncode > 1 else done.stdout.splitlines()


def python_of(environment):
    """The environment's interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted_kind(gpu, environment):
    """'gpu' or 'cpu': as asked with GPU=1 or GPU=0, else as the environment was made before."""
    before = read(environment / "course.stamp").split()[1:2] or ["cpu"]
    return before[0] if not gpu else "cpu" if gpu == "0" else "gpu"


def made_by(environment):
    """(major, minor) of the Python that made the environment, or None."""
    found = re.search(r"(?m)^version *= *(\d+)\.(\d+)", read(environment / "pyvenv.cfg"))
    return tuple(map(int, found.groups())) if found else None


def must_be_new(environment, kind, version=None):
    """Whether what is there cannot be built upon: another Python, or the other TensorFlow."""
    if not python_of(environment).exists():
        return True
    if made_by(environment) != tuple((version or sys.version_info)[:2]):
        return True
    pins = read(environment / "course_pins.txt")
    return bool(pins) and ("nvidia-" in pins or "[and-cuda]" in pins) != (kind == "gpu")


def read(path):
    """The file's text; '' when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def make_environment(environment, clear):
    """An environment with pip and nothing else."""
    import venv

    venv.EnvBuilder(with_pip=True, clear=clear, symlinks=os.name != "nt").create(str(environment))


def install(environment, pins, run=subprocess.call):
    """Has pip install the pins, each file held against its checksum; returns pip's exit code."""
    shutil.copyfile(str(pins), str(environment / "course_pins.txt"))
    quiet = ["--quiet"] if os.environ.get("CI") else []
    # Nothing is built here: that would bring tools for building, and those without checksums.
    # Nothing is resolved either: the list is complete, and older pips ask for extras outside of it.
    how = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(pins)]
    if BUNDLE.exists():
        how += ["--no-index", "--find-links", str(BUNDLE.parent)]
    pip = [str(python_of(environment)), "-m", "pip", "install", "--disable-pip-version-check"]
    return run(pip + quiet + how)


def bundle_problem(about, system, machine, version):
    """One sentence when the wheels that lie in the course's folder are for another computer."""
    system = {"Darwin": "macos"}.get(system, system.lower())
    machine = {"AMD64": "x86_64"}.get(machine, machine)
    have = "{}-{}, Python {}.{}".format(system, machine, *version)
    wants = "{}, Python {}".format(about.get("platform"), about.get("python"))
    if have == wants:
        return None
    return (
        "The packages in wheels/ are for {}, and this is {}. Use such a computer and Python, or take "
        "the folder wheels/ away and set up with a network.".format(wants, have)
    )


def try_imports(environment, run=subprocess.call, modules=MAIN):
    """Starts what the lessons stand on, once; returns the exit code."""
    code = "import sys; sys.path.insert(0, {!r}); import {}".format(str(ROOT), ", ".join(modules))
    return run([str(python_of(environment)), "-c", code])


def free_scripts(environment):
    """Lets the scripts find their Python beside themselves: the folder may be moved or renamed."""
    if os.name == "nt":
        return
    for script in (environment / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            raw = script.read_bytes()
            free = FIXED.sub(FREE, raw, count=1)
            if free != raw:
                script.write_bytes(free)


def is_settled(environment):
    """Whether `activate` names the folder in which the environment stands now."""
    text = read(python_of(environment).parent / "activate")
    return not text or os.path.realpath(str(environment)) in text


def settle(environment, run=subprocess.call):
    """Writes `activate` anew, for the folder in which the environment stands now."""
    where = os.path.realpath(str(environment))
    return run([str(python_of(environment)), "-m", "venv", "--without-pip", where])


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


def fill(environment, pins, kind, run=subprocess.call):
    """Installs what is lacking and looks at all of it; returns 0, or the exit code of what failed."""
    if (environment / "course.stamp").exists():
        (environment / "course.stamp").unlink()
    lacking(environment, pins, forget=True)
    code = install(environment, pins, run)
    if code:
        say(
            "pip could not install everything (its message is above). Mostly it is the network: "
            "run the same command again, what has arrived is kept."
        )
        return code
    left = lacking(environment, pins)
    if left != []:
        say("After the installation these are not in order: {}.".format("; ".join(left or ["pip"])))
        return 1
    if try_imports(environment, run, BOOK if kind == "book" else MAIN):
        say(
            "Everything is installed, but it does not start on this computer (the message is above). "
            "The pages also run in Google Colab: each has a link."
        )
        return 1
    free_scripts(environment)
    write_overrides(environment)
    write_stamp(environment, stamp_text(read(pins), kind))
    return 0


def set_up(environment, pins, kind, run=subprocess.call):
    """Makes the environment, repairs it, or goes on with one that was interrupted.

    A new one is built beside the old one and takes its place when it is ready.

    Args:
        environment: its folder.
        pins: the file with the pins.
        kind: 'cpu' or 'gpu'.

    Returns:
        0, or the exit code of what failed. Then there is no new stamp, and the next call goes on
        where this one stopped.
    """
    fresh = must_be_new(environment, kind) or lacking(environment, pins) is None
    print(announcement(environment, pins, kind, fresh), flush=True)
    place = beside(environment, "new") if fresh else environment
    if fresh:
        make_environment(place, must_be_new(place, kind) or lacking(place, pins) is None)
    code = fill(place, pins, kind, run)
    if code:
        return code
    if fresh:
        swap(place, environment)
    if not is_settled(environment):
        settle(environment, run)
    print("{} is ready.".format(environment.name), flush=True)
    return 0


def announcement(environment, pins, kind, fresh):
    """What is going to happen, with what it costs."""
    if fresh:
        stays = " The one that is there stays until then." if environment.exists() else ""
        costs = "about {} GB will be downloaded, once".format(COMING_GB[kind])
        if BUNDLE.exists():
            costs = "from {}/, nothing is downloaded".format(BUNDLE.parent.name)
        return "Setting up {}: {}. This takes some minutes.{}".format(
            environment.name, costs, stays
        )
    lines = lacking(environment, pins) or ["nothing is missing"]
    more = " and {} more".format(len(lines) - 3) if len(lines) > 3 else ""
    return "Bringing {} in order: {}{}.".format(environment.name, "; ".join(lines[:3]), more)


def beside(environment, ending):
    """The folder .venv.new or .venv.old."""
    return environment.with_name("{}.{}".format(environment.name, ending))


def remove(path):
    """Takes a folder away, or a link and not what it points to."""
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(str(path))


def swap(new, environment):
    """Puts the finished environment in its place; an old one goes when that has worked.

    An environment that this set-up has not made is kept as .venv.old.
    """
    old = beside(environment, "old")
    ours = (environment / "course_pins.txt").exists()
    if environment.exists():
        remove(old)
        os.rename(str(environment), str(old))
    try:
        os.rename(str(new), str(environment))
    except OSError:
        recover(environment)
        raise
    if ours:
        remove(old)
    elif old.exists():
        print("What was in {} before is kept as {}.".format(environment.name, old.name))


def recover(environment):
    """Gives the old environment its name back when a swap ended between its two moves."""
    old = beside(environment, "old")
    if old.exists() and not os.path.lexists(str(environment)):
        os.rename(str(old), str(environment))


def say(sentence):
    """A sentence about what went wrong."""
    print(sentence, file=sys.stderr)


def lock(path):
    """An open file that one process at a time can have, or None."""
    file = open(str(path), "w")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def main(argv):
    colab, book = "--colab" in argv, "--book" in argv
    environment = ROOT / (".venv-colab" if colab else ".venv-book" if book else ".venv")
    kind = wanted_kind("0" if colab else os.environ.get("GPU", ""), environment)
    kind = "book" if book else kind
    pins = pins_of(kind, colab)
    text = stamp_text(read(pins), kind, wanted_version(environment))
    done = is_done(environment, text, pins)
    if done and is_settled(environment):
        return 0
    recover(environment)
    sentence = problem(kind, environment)
    if sentence:
        say(sentence)
        return 1
    held = lock(beside(environment, "lock"))
    if not held:
        say("Another set-up is at work in this folder; wait until it has ended.")
        return 1
    with held:
        return settle(environment) if done else set_up(environment, pins, kind)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("\nStopped. The next start goes on from here.")
        sys.exit(130)
    except OSError as error:
        say(
            "Set-up stopped: {}. What was there is still there. Close JupyterLab and whatever else "
            "uses the course's folder, and run the same command again.".format(error)
        )
        sys.exit(1)
