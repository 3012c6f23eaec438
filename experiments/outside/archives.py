"""Files inside the packages, whoever serves them."""

import io
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

from data.build import fetch
from experiments.outside.packages import PACKAGES


def archive(name):
    """The package's file on this disk, downloaded once and checked."""
    package = PACKAGES[name]
    path = fetch.CACHE / package.file
    if not path.exists():
        print(f"downloading {name} {package.version} …", file=sys.stderr, flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        if package.manager == "npm":
            fetch.npm_download(package, path)
        else:
            other_download(package, path)
    fetch.check(package, path)
    return path


def other_download(package, path):
    """A Debian package (built, not its source) or a wheel."""
    command = {
        "deb": ["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download"],
        "pip": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
        + ["--python-version=3.8", "--platform=manylinux1_x86_64"],
    }[package.manager]
    sign = {"deb": "=", "pip": "=="}[package.manager]
    folder = fetch.scratch(path)
    fetch.run([*command, f"{package.name}{sign}{package.version}"], package=package, folder=folder)
    fetch.keep(folder, path, package)
    shutil.rmtree(folder)


def contents(name, pattern):
    """{path inside the package: bytes} of the files whose path matches a regular expression."""
    path = archive(name)
    wanted = re.compile(pattern).search
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            found = {item: wheel.read(item) for item in wheel.namelist() if wanted(item)}
    elif path.suffix == ".deb":
        listed = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", str(path)], capture_output=True, check=True
        )
        found = read_tar(io.BytesIO(listed.stdout), wanted)
    else:
        found = read_tar(path.open("rb"), wanted)
    if not found:
        raise fetch.PackageError(f"{name}: no file matches {pattern}")
    return dict(sorted(found.items()))


def read_tar(stream, wanted):
    with stream, tarfile.open(fileobj=stream) as tar:
        members = [item for item in tar if item.isfile() and wanted(item.name)]
        return {item.name: tar.extractfile(item).read() for item in members}
