"""Is this machine ready for a class? `make preflight`, or in a page after its first cell:

    from tools import preflight; preflight.run()

Goes through what a lesson needs, in about a minute: versions, memory, disk, a folder for what
people make, the art, a panel, a training step with the seconds to expect, and the address from which
Colab fetches the course. Each line is ✓, or ✗ with what to do. The address is the one check that
asks the internet; everything else works without.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

from tools import bootstrap, committed

STEPS = 150  # of training, after those that build the network
NEEDED = {"memory": 2.0, "disk": 1.0}  # GB: the longest lesson takes 1.5, my_art/ grows slowly
VERSIONS = {
    "Python": ((3, 11), (3, 13)),
    "TensorFlow": ((2, 20), (2, 21)),
    "Keras": ((3, 13), (3, 15)),
    "ipywidgets": ((7, 7), (8, 99)),
}


class NotReady(Exception):
    """A check failed; the text says what was found and what to do."""


def check_versions():
    """The versions that the course is tested with."""
    from helpers import machine

    have = machine.versions()
    for name, (first, last) in VERSIONS.items():
        if not first <= tuple(int(part) for part in have[name].split(".")[:2]) <= last:
            known = " to ".join(".".join(map(str, v)) for v in (first, last))
            raise NotReady(
                f"{name} is {have[name]}; the course is tested with {known}. On your own computer: "
                "`make setup`. In Colab: Runtime ▸ Change runtime type offers older versions"
            )
    return ", ".join(f"{name} {have[name]}" for name in VERSIONS) + f"; GPU: {have['GPU']}"


def check_memory():
    """Enough memory for the longest lesson."""
    free = free_memory()
    if free is None:
        return "cannot be read on this system; the longest lesson takes 1.5 GB"
    if free < NEEDED["memory"]:
        raise NotReady(
            f"{free:.1f} GB are free, the longest lesson takes 1.5 GB: shut down other kernels "
            "(Running ▸ Shut Down All in JupyterLab, Runtime ▸ Manage sessions in Colab)"
        )
    return f"{free:.1f} GB free; the longest lesson takes 1.5 GB"


def free_memory():
    """Free memory in GB, the limit of a container counted; None where the system does not tell."""
    try:
        lines = pathlib.Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    free = next(int(row.split()[1]) / 1e6 for row in lines if row.startswith("MemAvailable"))
    try:
        limit = int(pathlib.Path("/sys/fs/cgroup/memory.max").read_text())
        used = int(pathlib.Path("/sys/fs/cgroup/memory.current").read_text())
    except (OSError, ValueError):  # no container, or one without a limit
        return free
    return min(free, (limit - used) / 1e9)


def check_disk():
    """A folder for what people make, and room in it."""
    from helpers import files, places

    mine = places.my_art()
    try:
        files.write_text(mine / ".preflight", "can be deleted")
        (mine / ".preflight").unlink()
    except OSError as error:
        raise NotReady(
            f"{mine.name}/ cannot be written ({error.strerror}): start Jupyter as who owns it"
        ) from None
    free = shutil.disk_usage(mine).free / 1e9
    if free < NEEDED["disk"]:
        raise NotReady(f"{free:.1f} GB are free where {mine.name}/ lies: make room for 1 GB")
    return f"my_art/ can be written; {free:.0f} GB free"


def check_art():
    """Every picture set is there and whole."""
    from helpers import art

    names = art.names()
    for name in names:
        art.load(name)
    return f"{len(names)} picture sets, each as its checksum says"


def check_panel():
    """A slider that is moved draws another picture."""
    from helpers import widgets
    from helpers.art import cities

    def city(number):
        return cities.draw("neon", [number], size=64)[0]

    slider = widgets.slider("number", 0, 9, 1)
    panel = widgets.panel(city, alt="a city", number=slider)
    before = panel.picture.png
    slider.value = 2
    if panel.picture.png == before:
        raise NotReady("a panel's slider moves nothing: restart the kernel; then `make setup`")
    return "a slider redraws its picture here; whether the browser shows it you see in lesson 00"


def check_training():
    """Training steps of lesson 04, and what the lessons will take at that speed."""
    from helpers import machine

    speed, reference = steps_per_second(), machine.timings()
    factor = reference["steps_per_second"] / speed
    lessons = ", ".join(f"{name} {s * factor:.0f} s" for name, s in reference["seconds"].items())
    text = f"{speed:.0f} steps a second; expect about {lessons}"
    if max(reference["seconds"].values()) * factor > 300:
        raise NotReady(
            f"{text}. That is slow for a class: close other programs, or let two people share a "
            "machine; teach/ says what to leave out"
        )
    return text


def steps_per_second(steps=STEPS):
    """Speed of lesson 04's training at 32 px and batch 16, its first steps not counted."""
    from helpers import art, gan

    model = gan.make(32, seed=0)
    pictures = art.load("heroes").split()[0].images
    model.fit(pictures, 20, verbose=False)
    start = time.perf_counter()
    model.fit(pictures, steps, verbose=False)
    return steps / (time.perf_counter() - start)


def check_address(wait=20):
    """The address answers and has the release that the pages ask for (asks the internet)."""
    address, tag = bootstrap.address(), bootstrap.TAG
    if "_" in bootstrap.REPO.split("/")[0]:
        raise NotReady(
            "the course has no address of its own yet, so Colab cannot fetch it: "
            "`make publish REPO=owner/name TAG=v1.0` writes one into all pages"
        )
    command = ["git", "ls-remote", "--tags", address, tag]
    quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=wait, env=quiet)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise NotReady(f"{address} could not be asked ({type(error).__name__})") from None
    if answer.returncode:
        raise NotReady(f"{address} does not answer; without a network, use `make lab` and no Colab")
    if not answer.stdout.strip():
        raise NotReady(f"{address} has no release {tag}: push its tag (`git push --tags`)")
    return f"{address} has {tag}"


CHECKS = {
    "versions": check_versions,
    "memory": check_memory,
    "disk": check_disk,
    "art": check_art,
    "panel": check_panel,
    "training": check_training,
    "address": check_address,
}


def run(names=None):
    """Goes through the checks and prints a line each.

    Args:
        names: which of `CHECKS`; all by default.
    Returns: True if all are ✓.
    """
    good = True
    for name in names or CHECKS:
        try:
            print(f"✓ {name}: {CHECKS[name]()}", flush=True)
        except NotReady as problem:
            good = False
            print(f"✗ {name}: {problem}", flush=True)
        except Exception as error:  # one broken part must not hide the state of the others
            good = False
            print(f"✗ {name}: {type(error).__name__}: {error}", flush=True)
    print("Ready." if good else "Not ready: see the lines with ✗.")
    return good


def main():
    """The command; its exit status is 0 when all is ready."""
    if not committed.has_git():
        print("(unpacked from a zip: pages cannot be given back with `make reset`)")
    return 0 if run() else 1


if __name__ == "__main__":
    sys.exit(main())
