"""Where pictures come from: a folder, a zip, files dropped on a panel. Nothing is ever unpacked to the disk."""

import contextlib
import hashlib
import io
import os
import pathlib
import re
import stat
import struct
import zipfile
from collections.abc import Mapping
from typing import Callable, NamedTuple

from helpers import files, places
from helpers.art.files import ArtError
from helpers.art.kinds import Refused, ending, safe

MOST = 2**28  # bytes of one file
_MOST_IN_ZIP = 2**30  # bytes of all files in a zip, or a hundred times its own size
_MEMBERS, _DIRECTORY = 2**16, 2**25  # of a zip: files, and bytes of its table of contents
_DEPTH = 100  # folders within each other: os.walk calls itself for each, and paths have an end
_MOST_UPLOADED = "put the files into a folder below my_art/ and give that folder's name"
_LONGEST = 200  # bytes of a name: systems have 255, and a Chinese letter takes three
_CLUTTER = {"thumbs.db", "desktop.ini", "__macosx", "icon\r", "$recycle.bin", "@eadir"}
RUN = {"checkpoint.npz", "training.npz", "card.json", "samples.png", "samples.npz"}


class Source(NamedTuple):
    """One file that may be a picture.

    Attributes:
        name: path below the place, with "/"; folder names in it become labels.
        key: what a cache knows its content by.
        read: function without arguments: the file's bytes; raises Refused.
    """

    name: str
    key: str
    read: Callable


class Skipped(NamedTuple):
    """A file that was not looked into.

    Attributes:
        name: as in Source.
        outcome: "refused" or "passed over".
        reason: in words.
    """

    name: str
    outcome: str
    reason: str


def find(place):
    """All files of a place, in the order of their names.

    Args:
        place: a folder, a zip, the value of an ipywidgets.FileUpload (of version 7 or 8), or the
            widget itself. A relative path is looked for here, then in the course's folder.

    Returns:
        (title, list of Source and Skipped).

    Raises:
        ArtError: there is no such place, or it is something else.
    """
    if (uploads := uploaded(place)) is not None:
        return "uploaded files", [item for one in uploads for item in _upload(*one, _Archives())]
    if not isinstance(place, (str, os.PathLike)) or not str(place).strip():
        raise ArtError(
            f"{place!r:.80} is no place with pictures: give a folder's or a zip's name, or what was dropped "
            "on an upload button"
        )
    path = _path(place)
    archives = _Archives()
    if path.is_dir():
        return path.resolve().name, list(_in_folder(path, archives))
    if not path.is_file():
        raise ArtError(
            f"{safe(path, 300)} is no folder: give a folder of pictures, or a zip of one"
        )
    with _opened(path) as file:
        if not zipfile.is_zipfile(file):
            raise ArtError(
                f"{safe(path, 300)} is one file and no zip: give the folder that it lies in, or a zip of pictures"
            )
    if trouble := _zip_trouble(path):
        raise ArtError(f"{safe(path, 300)} {trouble}")
    return path.stem, list(_in_zip(path, "", _stamp(path), archives))


def _path(place):
    path = pathlib.Path(place)
    with contextlib.suppress(RuntimeError):  # "~nobody": there is no such home
        path = path.expanduser()
    path = places.find(path)
    try:
        path.lstat()
    except FileNotFoundError:
        raise ArtError(
            f"there is no {safe(path, 300)} (looked in {safe(os.getcwd(), 300)} and in "
            f"{places.ROOT}): make a folder below my_art/, put the pictures there, and give its name"
        ) from None
    except (OSError, ValueError) as error:
        raise ArtError(f"{safe(path, 300)} cannot be opened ({error})") from None
    return path


def _opened(path):
    try:
        return open(path, "rb")
    except OSError as error:
        raise ArtError(f"{safe(path, 300)} cannot be read ({error.strerror})") from None


# A folder -----------------------------------------------------------------------------------------


def _in_folder(top, archives):
    failed = []
    for folder, names, found in os.walk(top, onerror=failed.append):
        below = pathlib.Path(folder).relative_to(top)
        names.sort()
        if len(below.parts) == _DEPTH:
            deeper, names[:] = names[:], []
            reason = f"lies in {_DEPTH} folders within each other: bring it further up"
            yield from (
                Skipped(f"{(below / name).as_posix()}/", "refused", reason) for name in deeper
            )
        for name in list(names):
            path, shown = pathlib.Path(folder, name), (below / name).as_posix()
            if _clutter(name):
                names.remove(name)
                yield Skipped(f"{shown}/", "passed over", "hidden, or made by the system")
            elif path.is_symlink():
                names.remove(name)
                yield Skipped(
                    f"{shown}/", "refused", "a link to a folder: copy the folder itself here"
                )
        run = {"card.json"} < RUN & set(found)
        for name in sorted(found):
            shown = (below / name).as_posix()
            if run and name in RUN:
                yield Skipped(shown, "passed over", "made by a training: no input of the next one")
            elif _clutter(name):
                yield Skipped(shown, "passed over", "hidden, or made by the system")
            else:
                yield from _file(pathlib.Path(folder, name), shown, archives)
    for error in failed:
        name = os.path.relpath(error.filename, top)
        yield Skipped(f"{name}/", "refused", f"this folder cannot be opened ({error.strerror})")


def _clutter(name):
    return name.startswith(".") or name.lower() in _CLUTTER


def _file(path, shown, archives):
    try:
        status = path.stat()
    except OSError as error:  # a link that leads nowhere, or round in a circle
        yield Skipped(shown, "refused", f"cannot be opened ({error.strerror})")
        return
    if not stat.S_ISREG(status.st_mode):
        yield Skipped(shown, "refused", "is no file but a pipe, a device or a socket")
    elif status.st_size > MOST and path.suffix.lower() != ".zip":
        yield Skipped(shown, "refused", _too_large(status.st_size))
    elif path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        if trouble := _zip_trouble(path):
            yield Skipped(shown, "refused", trouble)
        else:
            yield from _in_zip(path, f"{shown}/", _stamp(path), archives)
    else:
        key = f"{path.resolve()}:{status.st_size}:{status.st_mtime_ns}"
        yield Source(shown, key, lambda: _read(path))


def _too_large(size):
    return f"has {size:,} bytes, at most {MOST:,} are read: save it smaller"


def _read(path):
    try:
        with open(path, "rb") as file:
            raw = file.read(MOST + 1)
    except PermissionError:
        raise Refused("may not be read: allow it in the file's properties (chmod u+r)") from None
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})") from None
    if len(raw) > MOST:
        raise Refused(_too_large(len(raw)))
    return raw


# A zip --------------------------------------------------------------------------------------------


def _zip_trouble(path_or_file):
    """Why a zip is not opened, or None: it is looked at before its table of contents is read."""
    try:
        file = open(path_or_file, "rb") if isinstance(path_or_file, os.PathLike) else path_or_file
        if (trouble := _directory_trouble(file)) is not None:
            return trouble
        with zipfile.ZipFile(path_or_file) as archive:
            total = sum(member.file_size for member in archive.infolist())
        size = file.seek(0, os.SEEK_END)
    except PermissionError:
        return "may not be read: allow it in the file's properties (chmod u+r)"
    except Exception as error:  # zipfile raises half a dozen kinds on bad bytes
        return (
            f"is a damaged zip ({str(error)[:80] or type(error).__name__}): make or fetch it again"
        )
    finally:
        if isinstance(path_or_file, os.PathLike) and "file" in locals():
            file.close()
    if total > max(_MOST_IN_ZIP, 100 * size):
        return (
            f"has {size:,} bytes and would unpack to {total:,}: no pictures grow like that. If they do, "
            "unpack it yourself and give the folder"
        )
    return None


def _directory_trouble(file):
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2**16 - 22))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) - end < 22:
        return "is a damaged zip: make or fetch it again"
    members, length = struct.unpack("<HI", tail[end + 10 : end + 16])
    if members == 0xFFFF or length == 0xFFFFFFFF:  # the numbers stand in a larger record
        large = tail.rfind(b"PK\6\6", 0, end)
        if large >= 0 and end - large >= 48:
            members, length = struct.unpack("<QQ", tail[large + 32 : large + 48])
    if members > _MEMBERS or length > _DIRECTORY:
        return (
            f"holds {members:,} files, at most {_MEMBERS:,} are read: unpack it and give the folder"
        )
    return None


class _Archives:
    """Opens zips, and keeps one of them open: a process may not have as many files open as a folder has zips."""

    def __init__(self):
        self._where, self._archive = None, None

    def get(self, path_or_file):
        """The zipfile.ZipFile of a path or an open file."""
        if self._where is not path_or_file:
            if self._archive is not None:
                self._archive.close()
            self._where, self._archive = None, None  # while the next one cannot be opened
            self._archive = zipfile.ZipFile(path_or_file)
            self._where = path_or_file
        return self._archive


def _stamp(path):
    return f"{path.resolve()}:{path.stat().st_mtime_ns}"


def _in_zip(path_or_file, prefix, stamp, archives):
    archive = archives.get(path_or_file)
    members = [m for m in archive.infolist() if not m.is_dir() or m.file_size]
    for member in sorted(members, key=lambda member: member.filename):
        name = member.filename.replace("\\", "/")
        shown = prefix + name
        if trouble := _member_trouble(member, name):
            yield Skipped(shown, *trouble)
            continue
        key = f"{stamp}:{name}:{member.CRC}:{member.file_size}"
        yield Source(shown, key, _reader(archives, path_or_file, member))


def _member_trouble(member, name):
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        return "refused", "its name leads out of the zip"
    if name.endswith("/"):
        return "refused", "is named like a folder and holds bytes: make the zip again"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "refused", "is a link: put the picture itself into the zip"
    if any(_clutter(part) for part in parts):
        return "passed over", "hidden, or made by the system"
    if member.flag_bits & 1:
        return "refused", "is locked with a password: unpack the zip yourself and give the folder"
    if member.file_size > MOST:
        return "refused", _too_large(member.file_size)
    return None


def _reader(archives, path_or_file, member):
    def read():
        try:
            with archives.get(path_or_file).open(member) as file:
                raw = file.read(MOST + 1)
        except Exception as error:  # zipfile and its three decompressors raise a dozen kinds
            why = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
            raise Refused(f"cannot be unpacked ({why}): make the zip again") from None
        if len(raw) > MOST:
            raise Refused(_too_large(len(raw)))
        return raw

    return read


# Files dropped on a panel -------------------------------------------------------------------------


def uploaded(value):
    """What an upload button holds, in one shape for ipywidgets 7 and 8.

    Args:
        value: an ipywidgets.FileUpload or its value: a dict {name: {"content": …}} in 7, a tuple of
            dicts with "name" and "content" in 8; or pairs (name, bytes).

    Returns:
        List of (name, bytes, size that the browser gave or None); None where it is no such thing.
    """
    if hasattr(value, "value") and hasattr(value, "accept"):
        value = value.value
    if isinstance(value, Mapping):
        value = [{"name": name, **item.get("metadata", {}), **item} for name, item in value.items()
                 if isinstance(item, Mapping)]  # fmt: skip
    if not isinstance(value, (list, tuple)):
        return None
    found = []
    for item in value:
        if isinstance(item, Mapping) and "content" in item:
            item = (item.get("name", "file"), item["content"], item.get("size"))
        if not isinstance(item, (list, tuple)) or len(item) not in (2, 3):
            return None
        name, content, size = (*item, None)[:3]
        if not isinstance(content, (bytes, bytearray, memoryview)):
            return None
        found.append((str(name), bytes(content), size))
    return found


def _upload(name, content, size, archives):
    if size is not None and len(content) != size or not content:
        told = f" of {size:,}" if size else ""
        reason = f"arrived with {len(content):,}{told} bytes: {_MOST_UPLOADED}"
        yield Skipped(name, "refused", reason)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        file = io.BytesIO(content)
        if trouble := _zip_trouble(file):
            yield Skipped(name, "refused", trouble)
        else:
            yield from _in_zip(file, f"{name}/", hashlib.sha256(content).hexdigest(), archives)
    elif _clutter(name):
        yield Skipped(name, "passed over", "hidden, or made by the system")
    else:
        yield Source(name, f"{hashlib.sha256(content).hexdigest()}{ending(name)}", lambda: content)


def keep(value, folder):
    """Writes uploaded files into a folder, so that they are there tomorrow and for the command.

    Args:
        value: as for `uploaded`.
        folder: where to; made when needed. "my_art/…" is the course's own.

    Returns:
        pathlib.Path of the folder.

    Raises:
        ArtError: nothing was uploaded, or a file did not arrive whole.
    """
    found = uploaded(value)
    if not found:
        raise ArtError("nothing was uploaded: choose files first")
    for name, content, size in found:
        if not content or (size is not None and len(content) != size):
            raise ArtError(
                f"{safe(name)} did not arrive whole ({len(content):,} bytes): {_MOST_UPLOADED}"
            )
    folder = places.own(folder)
    for name, content, _ in found:
        base = (
            re.sub(r"[^\w.+ -]", "_", re.split(r"[/\\]", name)[-1]).strip(". ")[-100:] or "picture"
        )
        stem, end = os.path.splitext(base)
        stem = stem.encode()[: _LONGEST - len(end.encode())].decode(errors="ignore")
        base = stem + end
        path = folder / base
        if path.is_file() and path.read_bytes() == content:
            continue  # the same file once more
        files.write_new(
            folder, lambda n, s=stem, e=end: f"{s}{e}" if n == 1 else f"{s}-{n}{e}", content
        )
    return folder
