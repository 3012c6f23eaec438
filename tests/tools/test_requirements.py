"""Every import is asked for, every request is pinned, and helpers stay within what Colab has."""

import ast
import pathlib
import re
import subprocess
import sys

import pytest

from tools.pins import with_cuda

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What Colab has preinstalled and helpers may import; a helper that needs more breaks the lessons there.
COLAB = {
    "numpy",
    "scipy",
    "sklearn",
    "matplotlib",
    "PIL",
    "tqdm",
    "ipywidgets",
    "IPython",
    "keras",
    "tensorflow",
    "cycler",  # a part of matplotlib that is a package of its own
}
# Used where it is there, and said where it is not: without it an SVG is refused with the way to convert it.
OPTIONAL = {"helpers/art/svg.py": {"resvg_py"}}
# Where the name of the import is not that of the package.
PACKAGES = {
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "IPython": "ipython",
    "resvg_py": "resvg-py",
    "tensorflow": "tensorflow-cpu",
    "_pytest": "pytest",
    "yaml": "pyyaml",
}
OWN = {"helpers", "tools", "data", "tests", "conftest", "experiments"}
OWN |= {"pip"}  # every environment begins with it


def modules(folder):
    """All Python files of a folder of the course."""
    return sorted(p for p in (ROOT / folder).rglob("*.py") if "build_cache" not in p.parts)


def imports(path):
    """Top names of everything that a file imports, inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    plain = [name.name for n in nodes if isinstance(n, ast.Import) for name in n.names]
    taken = [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.level == 0]
    beside = {
        p.stem for folder in (path.parent, ROOT / "data" / "build") for p in folder.glob("*.py")
    }
    names = {name.split(".")[0] for name in plain + taken}
    return names - set(sys.stdlib_module_names) - OWN - beside


def requested(name="requirements.in"):
    """The packages that a .in file asks for, as written, with their conditions."""
    lines = [
        re.split(r"\s#|^#", line)[0].strip()
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line]


def canonical(name):
    """The form in which package names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(line):
    """The package's name on a line of requirements."""
    return canonical(re.match(r"[\w.-]+", line)[0])


def pins(name="requirements.txt"):
    """{package: [versions]} of a resolved file."""
    found = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if hit := re.match(r"([\w.-]+)==([^\s;]+)", line):
            found.setdefault(canonical(hit[1]), []).append(hit[2])
    return found


def holds(version, condition):
    """Whether a plain release satisfies one condition such as '>=4.6'."""
    sign, bound = re.fullmatch(r"(>=|<|==)([\d.]+)", condition).groups()
    have, want = ([int(p) for p in v.split(".")] for v in (version, bound))
    return {">=": have >= want, "<": have < want, "==": have == want}[sign]


ASKED = ["requirements", "tests/colab/requirements", "requirements-book"]


@pytest.mark.parametrize("name", ASKED)
def test_everything_asked_for_is_pinned(name):
    pinned = pins(f"{name}.txt")
    missing = [line for line in requested(f"{name}.in") if name_of(line) not in pinned]
    assert not missing, f"`make pins` would pin {missing}"


@pytest.mark.parametrize("name", ASKED)
def test_every_pin_is_within_what_is_asked_for(name):
    pinned = pins(f"{name}.txt")
    for line in requested(f"{name}.in"):
        conditions = re.findall(r"(?:>=|<|==)[\d.]+", line.split(";")[0])
        for version in pinned[name_of(line)]:
            assert all(holds(version, c) for c in conditions), (
                f"{line}: pinned {version}; run `make pins`"
            )


LISTS = ["requirements.txt", "requirements-gpu.txt", "tests/colab/requirements.txt"]
LISTS += ["requirements-book.txt"]


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_carries_checksums(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[\w.-]+(?:\[.*\])?==)", text)[1:]
    bare = [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry]
    assert len(entries) > 50 and not bare, f"without a checksum: {bare}; run `make pins`"


def test_gpu_pins_differ_in_nothing_but_tensorflow():
    cpu, gpu = pins(), pins("requirements-gpu.txt")
    text = (ROOT / "requirements-gpu.txt").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^tensorflow\S*", text) == [f"tensorflow=={cpu['tensorflow'][0]}"]
    assert "\nnvidia-cudnn-cu12==" in text
    assert {n for n in gpu if n not in cpu if not n.startswith("nvidia-")} == set()
    shared = gpu.keys() & cpu.keys()
    assert len(shared) > 100 and all(set(gpu[n]) <= set(cpu[n]) for n in shared)


def test_the_requests_for_a_gpu():
    asked = "a>=1  # why\ntensorflow-cpu>=2.20,<2.22 ; x  # y\ntensorflow>=2.20,<2.22 ; z\ntensorflow-hub>=1\n"
    assert with_cuda(asked) == (
        "tensorflow[and-cuda]>=2.20,<2.22 ; sys_platform == 'linux'\na>=1  # why\ntensorflow-hub>=1\n"
    )


@pytest.mark.parametrize("name", ["requirements.in", "requirements-book.in"])
def test_every_request_has_its_reason(name):
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert not line or line.startswith("#") or re.search(r" # ?\S", line), (
            f"no reason beside {line!r}"
        )


@pytest.mark.parametrize("path", modules("helpers"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_helpers_import_only_what_colab_has(path):
    extra = imports(path) - COLAB - OPTIONAL.get(path.relative_to(ROOT).as_posix(), set())
    assert not extra, (
        f"{path.name} imports {extra}, which Colab does not have; allowed: {sorted(COLAB)}"
    )


@pytest.mark.parametrize(
    "path",
    [*modules("helpers"), *modules("tools"), *modules("data"), *modules("tests")],
    ids=lambda p: p.relative_to(ROOT).as_posix(),
)
def test_every_import_is_listed(path):
    listed = {name_of(line) for line in requested()} | set(pins())
    unknown = {n for n in imports(path) if canonical(PACKAGES.get(n, n)) not in listed}
    assert not unknown, (
        f"{path.name} imports {unknown}: add it to requirements.in and run `make pins`"
    )


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "tools" / f"{n}.py"
        for n in (
            "setup",
            "bootstrap",
            "publish",
            "reset",
            "committed",
            "pins",
            "rules",
            "book",
            "book_check",
        )
    ],
    ids=lambda p: p.name,
)
def test_tools_that_run_before_set_up_need_nothing(path):
    assert not imports(path)


def test_what_needs_no_tensorflow_starts_without_it():
    """One process for all: a card is read, a picture drawn, `--help` shown in a moment."""
    light = "checkpoints, exercises, figures, files, machine, metrics, places, results, start, weights, widgets"
    code = f"""import sys, helpers.art
assert "PIL" not in sys.modules and "matplotlib" not in sys.modules
from helpers import {light}
assert not {{"tensorflow", "keras"}} & set(sys.modules)"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_checks_see_what_is_wrong(tmp_path):
    (tmp_path / "a.py").write_text(
        "import torch\ndef f():\n    from pandas.io import x\nimport os, b\n"
    )
    (tmp_path / "b.py").write_text("")
    assert imports(tmp_path / "a.py") == {"torch", "pandas"}
    assert not holds("7.4.0", "<7") and holds("6.31.0", "<7") and holds("6.31.0", ">=6.29")
