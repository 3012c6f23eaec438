"""The file format of checkpoints: one `.npz` with arrays and a line of JSON.

A checkpoint is data, never code, and may come from anybody: it is read without pickle and in bounded
memory, and its numbers are checked before a network takes them. Writing is atomic: a file is complete or
it is the old one.
"""

import json
import pathlib
import re

import numpy as np

from helpers import files

CURE = "train again or fetch it again"
_INFO = "info.json"
_FORMAT = "course-gan-1"
_LONGEST = 2**18  # characters of the line of JSON; shipped ones have a thousand
_COUNTED = 2**50  # no counter of steps gets there


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
    text = np.array(json.dumps({"format": _FORMAT, **info}))
    return files.write_npz(path, {_INFO: text, **arrays}, compress=compress)


def read(path):
    """Reads a checkpoint.

    Args:
        path: file written by `write`.

    Returns:
        (arrays, info): dictionary of numpy arrays, dictionary.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, may not be read, is too large, or is no checkpoint.
    """
    path = pathlib.Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no checkpoint at {path}; train one, or see checkpoints.names()")
    raw = files.read_bytes(path, cure=CURE)
    info = _info(path, raw)
    arrays = files.read_npz(path, cure=CURE, raw=raw)
    del arrays[_INFO]
    return arrays, info


def _info(path, raw):
    """The line of JSON, read before anything else is unpacked."""
    shape, dtype = files.headers(path, cure=CURE, raw=raw).get(_INFO, ((), np.dtype(bool)))
    info = None
    if shape == () and dtype.kind == "U" and dtype.itemsize <= 4 * _LONGEST:
        text = files.read_npz(path, cure=CURE, raw=raw, only=[_INFO])[_INFO]
        try:
            info = json.loads(str(text))
        except (ValueError, RecursionError):
            info = None
    if not isinstance(info, dict) or info.get("format") != _FORMAT:
        raise files.Damaged(
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
        key: np.asarray(variable.value.numpy())  # a copy already: TensorFlow may reuse its buffer
        for key, variable in zip(_keys(owner, variables), variables)
    }


def unpack(owner, variables, arrays):
    """Writes stored arrays into variables; changes nothing unless every one of them fits.

    Args:
        owner: first part of each key, as given to `pack`.
        variables: Keras variables to fill, in the same order as when they were packed.
        arrays: dictionary as `pack` or `read` return it.

    Raises:
        ValueError: an array is missing, left over, of another shape or kind, or holds numbers that
            nothing can be drawn with.
    """
    keys = _keys(owner, variables)
    stored = {key for key in arrays if key.startswith(f"{owner}/")}
    if stored != set(keys):
        odd = sorted(stored.symmetric_difference(keys))[0]
        raise ValueError(
            f"the checkpoint's {owner} does not match this one (first difference: {odd}): "
            "build the GAN with the same networks, sizes and frozen layers as when it was saved"
        )
    values = []
    for key, variable in zip(keys, variables):
        if tuple(arrays[key].shape) != tuple(variable.shape):
            raise ValueError(
                f"{key} has shape {tuple(arrays[key].shape)} in the checkpoint but "
                f"{tuple(variable.shape)} here: build the network with the same size and width"
            )
        values.append(_fitting(key, arrays[key], variable.dtype))
    for value, variable in zip(values, variables):
        variable.assign(value)


def _fitting(key, array, dtype):
    """The array in a variable's dtype, unless its numbers cannot be what training wrote."""
    dtype = np.dtype(dtype)
    if (array.dtype.kind in "iu") != (dtype.kind in "iu") or array.dtype.kind not in "iuf":
        raise ValueError(f"{key} holds {array.dtype} where {dtype} is needed; {CURE}")
    with np.errstate(over="ignore"):  # a float64 may be too large for float32: infinite, then
        value = array.astype(dtype)
    if not np.isfinite(value).all():
        raise ValueError(
            f"{key} holds numbers that are not finite: the training had failed when this was saved; "
            "take an earlier checkpoint, or train again with lower rates"
        )
    if array.dtype.kind in "iu" and array.size and not 0 <= array.min() <= array.max() < _COUNTED:
        raise ValueError(f"{key} counts from {array.min()} to {array.max()}, no run does; {CURE}")
    return value


def _keys(owner, variables):
    return [f"{owner}/{index:02d}/{_path(variable)}" for index, variable in enumerate(variables)]


def _path(variable):
    # Keras numbers unnamed layers through the life of a process (dense, dense_1, …): a checkpoint
    # must not depend on how often a cell was run, so the counter goes and the index stays.
    parts = variable.path.split("/")
    parts = parts[1:] if len(parts) > 1 else parts
    return "/".join(re.sub(r"_\d+(?=_|$)", "", part) for part in parts)
