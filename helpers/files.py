"""Files: written whole or not at all, known by their checksum, read without pickle."""

import contextlib
import hashlib
import json
import os
import pathlib
import tempfile


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


def write_json(path, value):
    """Writes JSON atomically, indented and in UTF-8; returns the file's pathlib.Path."""
    return write_bytes(path, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


def sha256(path):
    """Returns the SHA-256 of a file as hexadecimal text."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
