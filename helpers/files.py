"""Files: written whole or not at all, known by their checksum, read as data and never as code.

Whoever reads says how to get a good file (`cure`), so that every error is one sentence with the file's name
and what to do. Nothing is unpacked before its size is known: a small `.npz` can promise terabytes.
"""

import contextlib
import hashlib
import io
import json
import math
import os
import pathlib
import re
import tempfile
import zipfile

import numpy as np

MOST = 2**29  # bytes of a file, and of all arrays in it: shipped ones have a tenth of it
MOST_JSON = 2**23  # a list of lists takes thirty times its text in memory
_MEMBERS = 4096
# In indented JSON: a list of numbers or texts, and a dictionary of them that stands in a list.
_ROW = re.compile(r"\[\n\s*[^\[\]{}]*?\n\s*\]|^ +\{\n\s*[^\[\]{}]*?\n\s*\}", re.MULTILINE)
_KINDS = "biufU"  # what arrays may hold: truth values, whole numbers, floating point, text


class Damaged(ValueError):
    """A file is there and can be opened, but does not hold what it should."""


@contextlib.contextmanager
def replacing(path):
    """Gives a binary file to write; what is written takes the place of `path` all at once.

    A crash or an error at any moment leaves the old file. The folder is made when needed.

    Args:
        path: the file to make or to replace.

    Yields:
        An open binary file under a temporary name (ending in `.part`) in the same folder.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a power cut can leave an empty file under the new name
        os.chmod(temporary, 0o644)  # mkstemp's 600 would hide it from a class that shares a folder
        os.replace(temporary, path)
    except BaseException:
        pathlib.Path(temporary).unlink(missing_ok=True)
        raise


def write_bytes(path, data):
    """Writes bytes atomically; returns the file's pathlib.Path."""
    with replacing(path) as file:
        file.write(data)
    return pathlib.Path(path)


def write_text(path, text):
    """Writes text atomically, in UTF-8 and with \\n on every system; returns the pathlib.Path."""
    return write_bytes(path, text.encode())


def write_json(path, value):
    """Writes JSON atomically, indented and in UTF-8, each row of numbers or texts on one line.

    Returns: the file's pathlib.Path.
    """
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    text = _ROW.sub(_on_one_line, text)
    # A path whose bytes are no text has lone surrogates; JSON reads them back from \udcff.
    return write_bytes(path, text.encode(errors="backslashreplace"))


def _on_one_line(row):
    """A row without its line ends; none is inside a string, where JSON writes \\n."""
    indent, text = re.match(r"(\s*)(.*)", row[0], re.DOTALL).groups()
    text = re.sub(r"(?<=[\[{])\n\s*|\n\s*(?=[\]}])", "", text)
    return indent + re.sub(r"\n\s*", " ", text)


def write_npz(path, arrays, *, compress=True):
    """Writes arrays atomically to one `.npz`.

    Args:
        path: the file.
        arrays: dictionary from names to numpy arrays.
        compress: False is quicker, for what is soon written again.

    Returns:
        pathlib.Path of the file.
    """
    with replacing(path) as file:
        (np.savez_compressed if compress else np.savez)(file, **arrays)
    return pathlib.Path(path)


def write_new(folder, name_of, data):
    """Writes bytes under the first free name; no two processes ever take the same one.

    Args:
        folder: where to; made when needed.
        name_of: function from 1, 2, 3, … to a file's name.
        data: bytes.

    Returns:
        pathlib.Path of the file.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = folder / name_of(number)
        try:
            path.touch(exist_ok=False)  # exclusive: who makes the empty file owns the name
            break
        except FileExistsError:
            number += 1
    try:
        return write_bytes(path, data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sha256(path):
    """Returns the SHA-256 of a file as hexadecimal text."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_bytes(path, *, cure, most=MOST):
    """Reads a file that should be there.

    Args:
        path: the file.
        cure: end of each error's sentence: how to get a good file.
        most: bytes; a larger file is not read.

    Returns:
        bytes, at least one.

    Raises:
        FileNotFoundError: it is missing.
        ValueError: it is a folder, empty, too large, or may not be read.
    """
    path = pathlib.Path(path)
    try:
        if path.is_dir():
            raise ValueError(f"{path} is a folder, expected a file; move it away, then {cure}")
        if (size := path.stat().st_size) > most:
            raise Damaged(f"{path} has {size:,} bytes, at most {most:,} were expected; {cure}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing; {cure}") from None
    except PermissionError:
        raise ValueError(
            f"{path} may not be read; allow it with `chmod u+r {path.name}` in that folder"
        ) from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); {cure}") from None
    if not raw:
        raise Damaged(f"{path} is empty; {cure}")
    return raw


def read_json(path, *, cure, raw=None):
    """Reads one JSON object.

    Args:
        path: the file.
        cure: see `read_bytes`.
        raw: the file's bytes, where they are already read.

    Returns:
        dict.

    Raises:
        FileNotFoundError: it is missing.
        ValueError: see `read_bytes`; or it is no JSON, or no object.
    """
    raw = read_bytes(path, cure=cure, most=MOST_JSON) if raw is None else raw
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{path} is no readable JSON ({_first_line(error)}); {cure}") from None
    if not isinstance(value, dict):
        raise Damaged(f"{path} holds a {type(value).__name__}, expected a JSON object; {cure}")
    return value


def read_npz(path, *, cure, most=MOST, raw=None, only=None):
    """Reads arrays from one `.npz`, without pickle and in bounded memory.

    Args:
        path: the file.
        cure: see `read_bytes`.
        most: bytes that all arrays together may take; a file that promises more is not unpacked.
        raw: the file's bytes, where they are already read.
        only: names of the arrays wanted; None for all of them.

    Returns:
        Dictionary from names to numpy arrays.

    Raises:
        FileNotFoundError: it is missing.
        ValueError: see `read_bytes`; or it holds something else than whole, plain arrays.
    """
    raw = read_bytes(path, cure=cure) if raw is None else raw
    known = headers(path, cure=cure, raw=raw)
    total = sum(_bytes(*known[name]) for name in known)
    if total > most:
        raise Damaged(f"{path} would unpack to {total:,} bytes, at most {most:,} fit; {cure}")
    with _readable(path, cure), zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: _array(archive, name) for name in known if only is None or name in only}


def headers(path, *, cure, raw=None):
    """Reads what an `.npz` says of its arrays, and unpacks none of them.

    Args:
        path, cure, raw: as for `read_npz`.

    Returns:
        Dictionary from names to (shape, dtype).

    Raises:
        As `read_npz`.
    """
    raw = read_bytes(path, cure=cure) if raw is None else raw
    if raw[:2] != b"PK":
        raise Damaged(f"{path} is not an .npz archive (starts with {raw[:4]!r}); {cure}")
    with _readable(path, cure), zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
        if len({member.filename for member in members}) != len(members) or len(members) > _MEMBERS:
            raise ValueError(f"{len(members)} members, or one name twice")
        return dict(_header(archive, member) for member in members)


def _header(archive, member):
    """(name, (shape, dtype)) of a member, which must be exactly as long as they say."""
    name, dot, ending = member.filename.rpartition(".")
    if not dot or ending != "npy":
        raise ValueError(f"{member.filename!r} is no array")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("a compression that numpy does not use")  # and whose blocks can be huge
    with archive.open(member) as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{name!r} is not in version 1.0 of the .npy format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        start = file.tell()
    if dtype.kind not in _KINDS or min(shape, default=0) < 0:
        raise ValueError(f"{name!r} holds {dtype} of shape {shape}")
    if member.file_size != start + _bytes(shape, dtype):
        raise ValueError(f"{name!r} is not as long as its shape says")
    return name, (shape, dtype)


def _bytes(shape, dtype):
    return math.prod(shape) * dtype.itemsize


def _array(archive, name):
    with archive.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


@contextlib.contextmanager
def _readable(path, cure):
    try:
        yield
    except Exception as error:  # zipfile, zlib, numpy and ast raise a dozen kinds on bad bytes
        raise Damaged(
            f"{path} is damaged or no plain .npz ({_first_line(error)}); {cure}"
        ) from None


def _first_line(error):
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
