"""Set-up: one clear sentence when it cannot be, nothing to do the second time, safe to interrupt."""

import json
import os
import subprocess
import sys
import types

import pytest

from tools import setup

PINS = "numpy==2.4.6\ntensorflow-cpu==2.21.0 ; sys_platform == 'linux'\nkeras==3.15.1\n"


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
    ]
    assert all(s.endswith(".") and "\n" not in s and len(s) < 220 for s in sentences)


def test_gpu_swaps_only_tensorflow():
    pins = setup.cuda_pins(PINS)
    assert pins == "tensorflow[and-cuda]==2.21.0\nnumpy==2.4.6\nkeras==3.15.1\n"


def test_gpu_replaces_both_lines_of_the_real_pins():
    real = setup.read(setup.ROOT / "requirements.txt")
    names = [
        line.split("==")[0]
        for line in setup.cuda_pins(real).splitlines()
        if line.startswith("tensorflow")
    ]
    assert names.count("tensorflow[and-cuda]") == 1 and "tensorflow-cpu" not in names


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """A folder that looks like a fresh environment; nothing is made or installed for real."""
    folder = tmp_path / ".venv"

    def make(environment, clear):
        made.append(clear)
        python = setup.python_of(environment)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        version = ".".join(map(str, sys.version_info[:3]))
        (environment / "pyvenv.cfg").write_text(f"home = x\nversion = {version}\n")

    made = []
    monkeypatch.setattr(setup, "make_environment", make)
    return types.SimpleNamespace(folder=folder, made=made)


def test_set_up_says_the_size_first_and_leaves_a_stamp(environment, capsys):
    assert setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0) == 0
    out = capsys.readouterr().out
    assert out.index("about 2 GB") < out.index("is ready")
    assert setup.is_done(environment.folder, setup.stamp_text(PINS, "cpu"))


def test_the_stamp_knows_pins_kind_and_python(environment):
    setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0)
    done = lambda text: setup.is_done(environment.folder, text)  # noqa: E731
    assert not done(setup.stamp_text(PINS + "tqdm==4.70.1\n", "cpu"))
    assert not done(setup.stamp_text(PINS, "gpu"))
    assert not done(setup.stamp_text(PINS, "cpu", version=(3, 99)))
    setup.python_of(environment.folder).unlink()
    assert not done(setup.stamp_text(PINS, "cpu"))


def test_a_failed_install_leaves_no_stamp_and_says_so(environment, capsys):
    setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0)
    assert setup.set_up(environment.folder, PINS + "x==1\n", "cpu", run=lambda command: 3) == 3
    assert not (environment.folder / "course.stamp").exists()
    assert "run the same command again" in capsys.readouterr().err


def test_an_interrupted_install_leaves_no_stamp(environment):
    def interrupt(command):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        setup.set_up(environment.folder, PINS, "cpu", run=interrupt)
    assert not (environment.folder / "course.stamp").exists()
    assert not setup.must_be_new(environment.folder, "cpu")
    assert setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0) == 0


def test_an_environment_is_made_anew_only_when_it_must(environment):
    assert setup.must_be_new(environment.folder, "cpu")
    setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0)
    assert not setup.must_be_new(environment.folder, "cpu")
    assert setup.must_be_new(environment.folder, "gpu")
    assert setup.must_be_new(environment.folder, "cpu", version=(3, 99))
    setup.set_up(environment.folder, PINS, "gpu", run=lambda command: 0)
    assert environment.made == [True, True]
    assert "[and-cuda]" in (environment.folder / "course_pins.txt").read_text()


def test_gpu_is_remembered_until_told_otherwise(environment):
    assert setup.wanted_kind("", environment.folder) == "cpu"
    setup.set_up(environment.folder, PINS, "gpu", run=lambda command: 0)
    assert setup.wanted_kind("", environment.folder) == "gpu"
    assert setup.wanted_kind("0", environment.folder) == "cpu"
    assert setup.wanted_kind("1", environment.folder) == "gpu"


def test_pip_gets_the_pins_and_is_quiet_in_ci(environment, monkeypatch):
    setup.make_environment(environment.folder, True)
    calls = []
    for ci in ("", "true"):
        monkeypatch.setenv("CI", ci)
        setup.install(environment.folder, PINS, run=lambda command: calls.append(command) or 0)
    assert calls[0][1:4] == ["-m", "pip", "install"] and calls[0][-2] == "-r"
    assert "--quiet" in calls[1] and "--quiet" not in calls[0]


def test_the_news_pop_up_is_off(environment):
    setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0)
    file = environment.folder / "share/jupyter/lab/settings/overrides.json"
    settings = json.loads(file.read_text())["@jupyterlab/apputils-extension:notification"]
    assert settings["fetchNews"] == "false" and settings["checkForUpdates"] is False


def test_main_prints_the_problem_and_ends_with_1(environment, monkeypatch, capsys):
    monkeypatch.setattr(setup, "ROOT", environment.folder.parent)
    (environment.folder.parent / "requirements.txt").write_text(PINS)
    monkeypatch.setattr(setup, "problem", lambda kind: "No.")
    assert setup.main([]) == 1
    assert capsys.readouterr().err == "No.\n" and not environment.folder.exists()


def test_main_does_nothing_when_all_is_done(environment, monkeypatch, capsys):
    monkeypatch.setattr(setup, "ROOT", environment.folder.parent)
    monkeypatch.delenv("GPU", raising=False)
    (environment.folder.parent / "requirements.txt").write_text(PINS)
    setup.set_up(environment.folder, PINS, "cpu", run=lambda command: 0)
    capsys.readouterr()
    monkeypatch.setattr(setup, "set_up", None)
    assert setup.main([]) == 0 and capsys.readouterr().out == ""


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
