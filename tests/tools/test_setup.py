"""Set-up: one clear sentence when it cannot be, nothing to do the second time, safe to interrupt."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import types
import zipfile

import pytest

from tools import installed, setup

PINS = "numpy==2.4.6 \\\n    --hash=sha256:aa\nkeras==3.15.1 \\\n    --hash=sha256:bb\n"


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_the_course_runs_on(version):
    assert setup.version_problem(version, []) is None


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_named_with_the_way_out(version):
    sentence = setup.version_problem(version, ["python3.12"])
    assert "3.11, 3.12 or 3.13" in sentence and f"this is {version[0]}.{version[1]}" in sentence
    assert "make lab PYTHON=python3.12" in sentence
    assert "install one of them" in setup.version_problem(version, [])


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_says_what_to_install(missing):
    sentence = setup.venv_problem(lambda name: name != missing)
    assert f"no {missing} module" in sentence and "python3-venv" in sentence


def test_venv_problem_is_none_here():
    assert setup.venv_problem(setup.has_module) is None
    assert not setup.has_module("no_such_module_anywhere")


@pytest.mark.parametrize(
    "system, machine",
    [
        ("Linux", "x86_64"),
        ("Linux", "aarch64"),
        ("Darwin", "arm64"),
        ("Windows", "AMD64"),
    ],
)
def test_platforms_with_a_wheel(system, machine):
    assert setup.platform_problem(system, machine) is None


@pytest.mark.parametrize(
    "words, named",
    [
        (("Darwin", "x86_64"), "macOS on Intel"),
        (("Linux", "armv7l"), "Linux armv7l"),
        (("Windows", "ARM64"), "Windows ARM64"),
        (("Linux", "x86_64", 32), "32-bit Python"),
        (("Linux", "x86_64", 64, True), "Linux x86_64 with musl"),
        (("FreeBSD", "amd64"), "FreeBSD amd64"),
    ],
)
def test_platforms_without_a_wheel_are_sent_to_colab(words, named):
    sentence = setup.platform_problem(*words)
    assert named in sentence and "Colab" in sentence


def test_cuda_is_for_linux():
    assert setup.gpu_problem("Linux") is None
    assert "without GPU=1" in setup.gpu_problem("Darwin")


def test_a_full_disk_is_named_beforehand():
    assert setup.space_problem(3.1, "cpu") is None
    assert "3 GB of disk and 1.5 GB are free" in setup.space_problem(1.5, "cpu")
    assert setup.space_problem(3.1, "gpu")


def test_each_problem_is_one_sentence():
    sentences = [
        setup.version_problem((3, 9), []),
        setup.venv_problem(lambda name: False),
        setup.platform_problem("Darwin", "x86_64"),
        setup.gpu_problem("Windows"),
        setup.space_problem(0, "cpu"),
        setup.place_problem(setup.pathlib.Path("/a{}b/.venv".format(os.pathsep))),
    ]
    assert all(s.endswith(".") and "\n" not in s and len(s) < 220 for s in sentences)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose environments only look like some; nothing is made or installed for real."""
    course = types.SimpleNamespace(root=tmp_path, folder=tmp_path / ".venv", made=[], lacks=[])
    course.new, course.old = tmp_path / ".venv.new", tmp_path / ".venv.old"
    course.pins = tmp_path / "requirements.txt"
    course.pins.write_text(PINS)
    (tmp_path / "requirements-gpu.txt").write_text("nvidia-cudnn-cu12==9.28.0.42\n" + PINS)

    def make(environment, clear):
        course.made.append((environment.name, clear))
        python = setup.python_of(environment)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        version = ".".join(map(str, sys.version_info[:3]))
        (environment / "pyvenv.cfg").write_text(f"home = x\nversion = {version}\n")

    def set_up(run=lambda command: 0, kind="cpu"):
        return setup.set_up(course.folder, setup.pins_of(kind), kind, run=run)

    course.set_up = set_up
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "make_environment", make)
    monkeypatch.setattr(setup, "lacking", lambda *words, **named: course.lacks)
    monkeypatch.setattr(setup, "problem", lambda *words: None)
    monkeypatch.delenv("GPU", raising=False)
    return course


def stamped(course, kind="cpu", version=None):
    """Whether the environment has the stamp for these pins."""
    pins = setup.pins_of(kind)
    text = setup.stamp_text(pins.read_text(), kind, version)
    return setup.is_done(course.folder, text, pins)


def test_set_up_says_the_size_first_and_leaves_a_stamp(course, capsys):
    assert course.set_up() == 0
    out = capsys.readouterr().out
    assert out.index("about 2 GB") < out.index("is ready")
    assert stamped(course) and not course.new.exists()


def test_the_stamp_knows_pins_kind_and_python(course):
    course.set_up()
    assert not stamped(course, "gpu") and not stamped(course, version=(3, 99))
    course.pins.write_text(PINS + "tqdm==4.70.1\n")
    assert not stamped(course)
    course.pins.write_text(PINS)
    assert stamped(course)
    setup.python_of(course.folder).unlink()
    assert not stamped(course)


@pytest.mark.parametrize("lacks", [["keras: missing"], None])
def test_a_stamp_alone_is_not_believed(course, lacks):
    course.set_up()
    course.lacks = lacks
    assert not stamped(course)


def test_what_is_lacking_is_repaired_where_it_is(course, capsys):
    course.set_up()
    course.made.clear()
    course.lacks = ["keras: keras/__init__.py is gone"]

    def pip(command):
        course.lacks = []
        return 0

    assert course.set_up(pip) == 0
    assert "Bringing .venv in order: keras: keras/__init__.py is gone." in capsys.readouterr().out
    assert course.made == [] and stamped(course)


def test_what_is_still_lacking_afterwards_is_said(course, capsys):
    course.lacks = ["keras: missing"]
    assert course.set_up() == 1
    assert "not in order: keras: missing" in capsys.readouterr().err
    assert not course.folder.exists()


def test_an_import_that_fails_is_no_success(course, capsys):
    assert course.set_up(lambda command: int(command[1] == "-c")) == 1
    assert "does not start on this computer" in capsys.readouterr().err
    assert not course.folder.exists()


@pytest.fixture
def other(course):
    """An environment of another Python, finished and with something in it."""
    course.set_up()
    (course.folder / "pyvenv.cfg").write_text("version = 3.99.1\n")
    (course.folder / "mine").touch()
    return course


def test_another_python_is_built_beside_and_swapped_in(other, capsys):
    seen = []

    def run(command):
        return seen.append((other.folder / "mine").exists()) or 0

    assert other.set_up(run) == 0
    assert seen and all(seen[:2]), "the old one stood while pip was at work"
    assert stamped(other) and not (other.folder / "mine").exists()
    assert not other.new.exists() and not other.old.exists()
    assert "The one that is there stays until then" in capsys.readouterr().out


def test_without_network_the_old_environment_is_as_it_was(other, capsys):
    before = sorted(p.relative_to(other.folder) for p in other.folder.rglob("*"))
    assert other.set_up(lambda command: 3) == 3
    assert sorted(p.relative_to(other.folder) for p in other.folder.rglob("*")) == before
    assert "run the same command again" in capsys.readouterr().err


def test_an_interrupted_build_goes_on_and_the_old_one_stands(other):
    def interrupt(command):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        other.set_up(interrupt)
    assert (other.folder / "mine").exists() and not (other.new / "course.stamp").exists()
    other.made.clear()
    assert other.set_up() == 0
    assert other.made == [(".venv.new", False)] and stamped(other)


def test_the_other_tensorflow_is_built_beside_too(course):
    course.set_up()
    assert not setup.must_be_new(course.folder, "cpu")
    assert setup.must_be_new(course.folder, "gpu")
    assert course.set_up(kind="gpu") == 0
    assert "nvidia-" in (course.folder / "course_pins.txt").read_text()


def test_an_environment_whose_python_does_not_run_is_made_anew(course):
    course.set_up()
    course.made.clear()
    course.lacks = None

    def run(command):
        return setattr(course, "lacks", []) or 0

    assert course.set_up(run) == 0 and course.made == [(".venv.new", True)]


def test_an_environment_of_your_own_is_kept(course, capsys):
    course.folder.mkdir()
    (course.folder / "mine").touch()
    assert course.set_up() == 0
    assert (course.old / "mine").exists() and stamped(course)
    assert "is kept as .venv.old" in capsys.readouterr().out


def test_a_swap_that_fails_gives_the_old_one_back(other, monkeypatch):
    rename = os.rename

    def refuse(old, new):
        if str(old).endswith(".new"):
            raise PermissionError("in use")
        rename(old, new)

    monkeypatch.setattr(setup.os, "rename", refuse)
    with pytest.raises(PermissionError):
        other.set_up()
    assert (other.folder / "mine").exists() and not other.old.exists()


def test_a_swap_cut_off_between_its_moves_is_put_right(other):
    os.rename(other.folder, other.old)
    setup.recover(other.folder)
    assert (other.folder / "mine").exists() and not other.old.exists()
    setup.recover(other.folder)
    assert (other.folder / "mine").exists()


def test_a_link_is_exchanged_and_what_it_points_to_stays(other):
    elsewhere = other.root / "elsewhere"
    os.rename(other.folder, elsewhere)
    other.folder.symlink_to(elsewhere)
    assert other.set_up() == 0
    assert not other.folder.is_symlink() and (elsewhere / "mine").exists()


def test_gpu_is_remembered_until_told_otherwise(course):
    assert setup.wanted_kind("", course.folder) == "cpu"
    course.set_up(kind="gpu")
    assert setup.wanted_kind("", course.folder) == "gpu"
    assert setup.wanted_kind("0", course.folder) == "cpu"
    assert setup.wanted_kind("1", course.folder) == "gpu"


def test_pip_demands_checksums_and_is_quiet_in_ci(course, monkeypatch):
    setup.make_environment(course.folder, True)
    calls = []
    for ci in ("", "true"):
        monkeypatch.setenv("CI", ci)
        setup.install(course.folder, course.pins, run=lambda command: calls.append(command) or 0)
    assert calls[0][1:4] == ["-m", "pip", "install"]
    demands = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(course.pins)]
    assert calls[0][-6:] == demands
    assert "--quiet" in calls[1] and "--quiet" not in calls[0]


def test_the_news_pop_up_is_off(course):
    course.set_up()
    file = course.folder / "share/jupyter/lab/settings/overrides.json"
    settings = json.loads(file.read_text())["@jupyterlab/apputils-extension:notification"]
    assert settings["fetchNews"] == "false" and settings["checkForUpdates"] is False


def test_main_prints_the_problem_and_ends_with_1(course, monkeypatch, capsys):
    monkeypatch.setattr(setup, "problem", lambda kind, environment: "No.")
    assert setup.main([]) == 1
    assert capsys.readouterr().err == "No.\n" and not course.folder.exists()


def test_the_book_has_an_environment_of_its_own(course, monkeypatch):
    asked = []
    monkeypatch.setattr(setup, "problem", lambda kind, environment: None)
    monkeypatch.setattr(setup, "set_up", lambda *words: asked.append(words) or 0)
    assert setup.main(["--book"]) == 0
    assert asked == [(course.root / ".venv-book", course.root / "requirements-book.txt", "book")]
    tried = []
    setup.try_imports(course.folder, lambda words: tried.append(words[-1]), setup.BOOK)
    assert "myst_nb" in tried[0] and "tensorflow" not in tried[0]


def test_main_does_nothing_when_all_is_done(course, monkeypatch, capsys):
    course.set_up()
    capsys.readouterr()
    monkeypatch.setattr(setup, "set_up", None)
    assert setup.main([]) == 0 and capsys.readouterr().out == ""


def test_a_python_too_new_for_the_course_still_opens_what_is_there(course, monkeypatch):
    course.set_up()
    monkeypatch.setattr(setup.sys, "version_info", (3, 14, 0))
    assert setup.main([]) == 0
    course.lacks = ["keras: missing"]
    monkeypatch.setattr(setup, "problem", lambda *words: setup.version_problem((3, 14), []))
    assert setup.main([]) == 1


def test_one_set_up_at_a_time(course, capsys):
    held = setup.lock(course.root / ".venv.lock")
    assert setup.main([]) == 1
    assert "Another set-up is at work" in capsys.readouterr().err
    held.close()
    assert setup.lock(course.root / ".venv.lock")


@pytest.mark.skipif(os.name == "nt", reason="links and rights are other things there")
def test_places_where_no_environment_can_stand(tmp_path, monkeypatch):
    said = setup.place_problem
    assert said(tmp_path / ".venv") is None
    (tmp_path / "a:b").mkdir()
    assert "no environment below a folder with : in its name" in said(tmp_path / "a:b" / ".venv")
    (tmp_path / "file").touch()
    assert "file is a file" in said(tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert f"is a link to {tmp_path / 'nowhere'}, which is not there" in said(tmp_path / "link")
    monkeypatch.setattr(setup.os, "access", lambda path, how: False)
    assert "cannot be written; copy the course" in said(tmp_path / ".venv")


# ---- with a real environment and a real pip, and one small package from this disk


def wheel(folder, version="1.0"):
    """Makes the package `tiny` with a command; returns its pin with the checksum."""
    path = folder / f"tiny-{version}-py3-none-any.whl"
    files = {
        "tiny/__init__.py": f"__version__ = {version!r}\ndef main(): print('tiny', __version__)\n",
        f"tiny-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"tiny-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"tiny-{version}.dist-info/entry_points.txt": "[console_scripts]\ntiny = tiny:main\n",
    }
    record = f"tiny-{version}.dist-info/RECORD"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
        file.writestr(
            record, "".join(f"{n},,{len(t)}\n" for n, t in files.items()) + f"{record},,\n"
        )
    return (
        f"tiny=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    )


def use_course(patch, root):
    """Lets set-up work in the course of one package, without network."""
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(root), "CONSTRAINT": ""}.items():
        patch.setenv(f"PIP_{name}", value)
    patch.setenv("CI", "true")
    patch.delenv("GPU", raising=False)
    patch.setattr(setup, "ROOT", root)
    patch.setattr(setup, "MAIN", ["tiny"])
    patch.setattr(setup, "problem", lambda *words: None)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A finished environment with one package, in a course of its own."""
    root = tmp_path_factory.mktemp("real") / "course"
    (root / "tools").mkdir(parents=True)
    shutil.copy(setup.ROOT / "tools" / "installed.py", root / "tools")
    (root / "requirements.txt").write_text(wheel(root))
    with pytest.MonkeyPatch.context() as patch:
        use_course(patch, root)
        assert setup.main([]) == 0
    return root


@pytest.fixture
def real(built, monkeypatch):
    """The same, and set-up working in it."""
    use_course(monkeypatch, built)
    return built


def command(root):
    """What the package's command prints."""
    bin = setup.python_of(root / ".venv").parent
    return subprocess.run([bin / "tiny"], capture_output=True, text=True).stdout


def test_a_real_one_is_complete_and_where_it_should_be(real, capfd):
    assert command(real) == "tiny 1.0\n"
    assert os.listdir(real / ".venv" / "share") and not (real / ".venv.new").exists()
    assert setup.is_settled(real / ".venv")
    assert setup.main([]) == 0 and capfd.readouterr() == ("", "")


def gone(site):
    """Takes one file of the package away."""
    (site / "tiny" / "__init__.py").unlink()


DAMAGE = {
    "tiny/__init__.py is gone": gone,
    "tiny/__init__.py has changed": lambda site: (site / "tiny/__init__.py").write_text("x"),
    "its list of files is gone": lambda site: (site / "tiny-1.0.dist-info/RECORD").unlink(),
    "missing": lambda site: shutil.rmtree(site / "tiny-1.0.dist-info"),
    "two versions at once": lambda site: (site / "tiny-2.0.dist-info").mkdir(),
    "1.1 instead of 1.0": lambda site: os.rename(
        site / "tiny-1.0.dist-info", site / "tiny-1.1.dist-info"
    ),
}


@pytest.mark.parametrize("words", DAMAGE)
def test_each_damage_is_seen(tmp_path, words):
    pin = wheel(tmp_path)
    zipfile.ZipFile(tmp_path / "tiny-1.0-py3-none-any.whl").extractall(tmp_path)
    assert installed.problems(pin, tmp_path) == {}
    DAMAGE[words](tmp_path)
    assert installed.problems(pin, tmp_path) == {"tiny": words}
    installed.forget(["tiny"], tmp_path)
    assert installed.problems(pin, tmp_path) == {"tiny": "missing"}


def test_only_the_pins_for_this_machine_are_wanted():
    pins = "A_b==1.0 ; python_version < '3' \\\n    --hash=sha256:a\nC.d[x]==2 \\\n    --hash=sha256:b\n"
    pins += "e==3 ; sys_platform != 'x' or os_name == 'y' \\\n    --hash=sha256:c\nf==4\n"
    assert installed.wanted(pins) == {"c-d": "2", "e": "3", "f": "4"}


def test_what_was_damaged_is_repaired(real, capfd):
    gone(next((real / ".venv").rglob("site-packages")))
    assert setup.main([]) == 0
    assert "in order: tiny: tiny/__init__.py is gone" in capfd.readouterr().out
    assert command(real) == "tiny 1.0\n"


def test_a_pip_that_is_gone_counts_as_no_environment(real):
    pip = next((real / ".venv").rglob("site-packages")) / "pip"
    pip.rename(pip.with_name("hidden"))
    assert setup.lacking(real / ".venv", real / "requirements.txt") is None
    pip.with_name("hidden").rename(pip)
    assert setup.lacking(real / ".venv", real / "requirements.txt") == []
    assert setup.lacking(real / "nowhere", real / "requirements.txt") is None


def test_a_file_with_another_checksum_is_refused(real, capfd):
    good = (real / "requirements.txt").read_text()
    (real / "requirements.txt").write_text(wheel(real, "2.0")[:-9] + "00000000\n")
    assert setup.main([]) != 0 and "HASHES" in capfd.readouterr().err
    assert command(real) == "tiny 1.0\n", "what was there still works"
    (real / "requirements.txt").write_text(good)


@pytest.mark.skipif(os.name == "nt", reason="commands are programs there, with their path inside")
def test_a_moved_course_works(real, tmp_path, monkeypatch, capfd):
    moved = tmp_path / "another name"
    shutil.copytree(real, moved, symlinks=True)
    os.rename(real, hidden := real.with_name("gone"))
    try:
        monkeypatch.setattr(setup, "ROOT", moved)
        assert command(moved) == "tiny 1.0\n"
        assert not setup.is_settled(moved / ".venv")
        assert setup.main([]) == 0 and setup.is_settled(moved / ".venv")
        line = f'. "{moved}/.venv/bin/activate" && python -c "import sys, tiny; print(sys.prefix)"'
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
        assert done.stdout == f"{moved / '.venv'}\n"
    finally:
        os.rename(hidden, real)


def test_scripts_that_are_no_python_stay(tmp_path):
    (tmp_path / "bin").mkdir()
    scripts = {"a": b"#!/bin/sh\necho\n", "b": b"\x7fELF", "c": b"#!/usr/bin/env node\n"}
    scripts["activate"] = b"VIRTUAL_ENV=/x/bin/python\n"
    for name, raw in scripts.items():
        (tmp_path / "bin" / name).write_bytes(raw)
    (tmp_path / "bin" / "d").write_bytes(b"#!/x/bin/python3.12\nimport y\n")
    long = b"#!/bin/sh\n'''exec' \"/a b/bin/python\" \"$0\" \"$@\"\n' '''\nimport y\n"
    (tmp_path / "bin" / "e").write_bytes(long)
    setup.free_scripts(tmp_path)
    if os.name != "nt":
        assert {n: (tmp_path / "bin" / n).read_bytes() for n in scripts} == scripts
        for name in "de":
            raw = (tmp_path / "bin" / name).read_bytes()
            assert raw == setup.FREE + b"import y\n"


def test_old_pythons_can_read_the_file():
    """No syntax newer than 3.6, so that an old Python prints the sentence and no SyntaxError."""
    import ast

    source = (setup.ROOT / "tools" / "setup.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


def make(*arguments):
    """What make prints, as a person at a terminal sees it: `make test` must not hand its own flags down."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    command = ["make", *arguments]
    return subprocess.run(command, cwd=setup.ROOT, env=env, capture_output=True, text=True).stdout


@pytest.mark.skipif(os.name == "nt", reason="make is for Linux and macOS")
def test_make_help_names_every_target():
    makefile = (setup.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = makefile.split(".PHONY:")[1].splitlines()[0].split()
    shown = make("-s", "help")
    assert [line.split()[1] for line in shown.splitlines()] == targets
    assert "--no-browser" in shown


@pytest.mark.skipif(os.name == "nt", reason="make is for Linux and macOS")
def test_make_lab_passes_its_arguments_through():
    shown = make("-n", "lab", "ARGS=--no-browser --port 9999")
    assert "--notebook-dir=." in shown and "/lab/tree/notebooks/00_start_here.ipynb" in shown
    assert shown.rstrip().endswith("--no-browser --port 9999")


def test_a_pyc_that_a_wheel_lists_may_differ(tmp_path):
    """NumPy 2.1 lists one, and pip compiles it anew: Colab's versions could not be set up."""
    from tools import installed

    record = tmp_path / "numpy-2.1.3.dist-info"
    record.mkdir()
    (tmp_path / "a.pyc").write_bytes(b"xyz")
    (tmp_path / "a.py").write_bytes(b"xyz")
    (record / "RECORD").write_text("a.pyc,sha256=x,99\na.py,sha256=x,3\n", encoding="utf-8")
    assert installed.damage(record) is None
    (tmp_path / "a.py").write_bytes(b"xy")
    assert installed.damage(record) == "a.py has changed"
