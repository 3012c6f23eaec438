"""The file format of checkpoints: one `.npz` with arrays and a line of JSON.

A checkpoint is data, never code: it is read with `allow_pickle=False`. Writing is atomic: a file is
complete or it is the old one.
"""

import json
import os
import pathlib
import re
import tempfile
import zipfile
import zlib

import numpy as np

_INFO = "info.json"
_FORMAT = "course-gan-1"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, OSError)


def write(path, arrays, info, *, compress=False):
    """Writes a checkpoint, so that a crash at any moment leaves the old file or the new one.

    Args:
        path: where to; the folder is made when needed.
        arrays: dictionary from names ("generator/00/dense/kernel") to numpy arrays.
        info: dictionary that JSON can hold: the recipe, the specs, the step.
        compress: whether to make the file smaller by about a tenth, which takes seconds.

    Returns:
        pathlib.Path of the file.
    """
    path, store = pathlib.Path(path), np.savez_compressed if compress else np.savez
    path.parent.mkdir(parents=True, exist_ok=True)
    text = np.array(json.dumps({"format": _FORMAT, **info}))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            store(file, **{_INFO: text}, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        pathlib.Path(temporary).unlink(missing_ok=True)
        raise
    return path


def read(path):
    """Reads a checkpoint.

    Args:
        path: file written by `write`.

    Returns:
        (arrays, info): dictionary of numpy arrays, dictionary.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or is something else than a checkpoint.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint at {path}; train one, or see checkpoints.names()")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except _UNREADABLE as error:
        raise ValueError(
            f"{path} cannot be read as a checkpoint ({type(error).__name__}): the file is damaged "
            "or of another kind; train again or fetch it again"
        ) from None
    return arrays, _info(arrays, path)


def _info(arrays, path):
    text = arrays.pop(_INFO, None)
    try:
        info = json.loads(str(text))
    except json.JSONDecodeError:
        info = None
    if not isinstance(info, dict) or info.get("format") != _FORMAT:
        raise ValueError(
            f"{path} is an .npz file, but no checkpoint of this course: it has no {_INFO} of "
            f"format {_FORMAT}; a checkpoint comes from gan.save_checkpoint"
        )
    return info


def pack(owner, variables):
    """Turns variables into arrays keyed by their paths.

    Args:
        owner: first part of each key, such as "generator".
        variables: Keras variables, in a fixed order.

    Returns:
        Dictionary from "owner/index/path" to numpy arrays.
    """
    return {
        key: np.array(variable.value.numpy())  # a copy: TensorFlow may reuse its buffer
        for key, variable in zip(_keys(owner, variables), variables)
    }


def unpack(owner, variables, arrays):
    """Writes stored arrays into variables; changes nothing unless every one of them fits.

    Args:
        owner: first part of each key, as given to `pack`.
        variables: Keras variables to fill, in the same order as when they were packed.
        arrays: dictionary as `pack` or `read` return it.

    Raises:
        ValueError: an array is missing, left over, or of another shape.
    """
    keys = _keys(owner, variables)
    stored = {key for key in arrays if key.startswith(f"{owner}/")}
    if stored != set(keys):
        odd = sorted(stored.symmetric_difference(keys))[0]
        raise ValueError(
            f"the checkpoint's {owner} does not match this one (first difference: {odd}): "
            "build the GAN with the same networks, sizes and frozen layers as when it was saved"
        )
    for key, variable in zip(keys, variables):
        if tuple(arrays[key].shape) != tuple(variable.shape):
            raise ValueError(
                f"{key} has shape {tuple(arrays[key].shape)} in the checkpoint but "
                f"{tuple(variable.shape)} here: build the network with the same size and width"
            )
    for key, variable in zip(keys, variables):
        variable.assign(arrays[key].astype(variable.dtype))


def _keys(owner, variables):
    return [f"{owner}/{index:02d}/{_path(variable)}" for index, variable in enumerate(variables)]


def _path(variable):
    # Keras numbers unnamed layers through the life of a process (dense, dense_1, …): a checkpoint
    # must not depend on how often a cell was run, so the counter goes and the index stays.
    parts = variable.path.split("/")
    parts = parts[1:] if len(parts) > 1 else parts
    return "/".join(re.sub(r"_\d+(?=_|$)", "", part) for part in parts)
