"""What an environment lacks; run by its own Python: `.venv/bin/python tools/installed.py requirements.txt`.

Prints a line for each pinned package that is missing, has another version, or has lost a file or
had one changed. Every file is looked at, which takes some tenths of a second. With `--forget` such
packages are also struck from pip's records, so that pip installs them again. Standard library and
pip only.
"""

import os
import pathlib
import re
import shutil
import sys
import sysconfig

from pip._vendor.packaging.markers import Marker

PIN = re.compile(r"(?m)^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)(?: ; ([^\\\n]*))?")


def canonical(name):
    """The form in which package names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(pins):
    """{package: version} of the pins that apply to this Python and platform."""
    return {
        canonical(name): version
        for name, version, marker in PIN.findall(pins)
        if not marker or Marker(marker.strip()).evaluate()
    }


def records(site):
    """{package: [its records]}: the folders in which pip notes what it has installed."""
    found = {}
    for record in sorted(site.glob("*.dist-info")):
        found.setdefault(canonical(record.name.split("-")[0]), []).append(record)
    return found


def damage(record):
    """What is wrong with an installed package's files, in a few words, or None."""
    site = f"{record.parent}{os.sep}"
    try:
        lines = (record / "RECORD").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "its list of files is gone"
    for line in lines:
        path, _, size = line.rsplit(",", 2)
        path = path.strip('"').replace('""', '"')
        # Compiled files and the list itself; some wheels list a .pyc, which pip compiles anew.
        if not size or path.endswith(".pyc"):
            continue
        try:
            found = os.stat(site + path).st_size
        except OSError:
            return f"{path} is gone"
        if found != int(size) and not path.startswith(".."):  # scripts know their environment
            return f"{path} has changed"
    return None


def problem(version, found):
    """What is wrong with one package, given its records, in a few words, or None."""
    if not found:
        return "missing"
    if len(found) > 1:
        return "two versions at once"
    have = found[0].name[: -len(".dist-info")].split("-", 1)[1]
    return f"{have} instead of {version}" if have != version else damage(found[0])


def problems(pins, site):
    """{package: what is wrong with it}, empty when all is as pinned.

    Args:
        pins: text of a list of pins.
        site: pathlib.Path of the environment's site-packages.
    """
    have = records(site)
    found = {name: problem(version, have.get(name, [])) for name, version in wanted(pins).items()}
    return {name: words for name, words in found.items() if words}


def forget(names, site):
    """Removes pip's records of packages, so that pip installs them anew over what is left."""
    for name, found in records(site).items():
        for record in found if name in names else []:
            shutil.rmtree(record)


def main(argv):
    site = pathlib.Path(sysconfig.get_path("purelib"))
    pins = pathlib.Path(argv[-1]).read_text(encoding="utf-8")
    found = problems(pins, site)
    if "--forget" in argv:
        forget([n for n, words in found.items() if " instead of " not in words], site)
    for name, words in found.items():
        print(f"{name}: {words}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
