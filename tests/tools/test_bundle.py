"""A bundle holds what its platform needs, and set-up takes it from there or says why not."""

import json
import subprocess
import sys

import pytest

from tools import bundle, installed, setup

PINS = (bundle.ROOT / "requirements.txt").read_text(encoding="utf-8")
SOME = """\
same==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via x
wide[extra]==2.0 ; sys_platform == 'win32' or (os_name == 'nt' and python_version < '3') \\
    --hash=sha256:ba
mac==3.0 ; sys_platform == 'darwin' and platform_machine == 'arm64' \\
    --hash=sha256:ca
old==4.0 ; python_full_version < '3.11.5' \\
    --hash=sha256:da
"""


def names(name, python="3.12.9"):
    return [
        line.split("=")[0]
        for line in bundle.pins_for(SOME, name, python).splitlines()
        if "==" in line
    ]


def test_conditions_are_those_of_the_other_computer():
    assert names("linux-x86_64") == ["same"]
    assert names("windows-x86_64") == ["same", "wide[extra]"]
    assert names("macos-arm64") == ["same", "mac"]
    assert names("linux-aarch64", "3.11.2") == ["same", "old"]
    assert "--hash=sha256:ab" in bundle.pins_for(SOME, "linux-x86_64", "3.12.0")
    assert " ; " not in bundle.pins_for(SOME, "windows-x86_64", "3.12.0")


def test_for_this_computer_it_is_what_set_up_wants():
    python = "{}.{}.{}".format(*sys.version_info)
    got = bundle.pins_for(PINS, bundle.here(), python)
    assert installed.wanted(got) == installed.wanted(PINS)


def test_tensorflow_is_the_one_of_each_platform():
    for name in bundle.PLATFORMS:
        got = installed.wanted(bundle.pins_for(PINS, name, "3.13.0"))
        small = name in ("linux-x86_64", "windows-x86_64")
        assert ("tensorflow-cpu" in got) == small and ("tensorflow" in got) != small


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A checkout with two packages to fetch, and a site; what pip is asked is kept in a list."""
    root = tmp_path / "the course"
    (root / bundle.SITE / "book").mkdir(parents=True)
    (root / bundle.SITE / "book" / "index.html").write_text("the book")
    (root / ".gitignore").write_text("build_cache/\n")
    (root / "requirements.txt").write_text(SOME)
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    monkeypatch.setattr(bundle, "ROOT", root)
    monkeypatch.setattr(bundle.committed, "has_git", lambda: True)
    asked = []

    def fetch(pins, name, python, folder):
        asked.append((pins, name, python))
        (folder / "same-1.0-py3-none-any.whl").write_bytes(b"wheel")

    monkeypatch.setattr(bundle, "fetch", fetch)
    return asked


def test_the_folder_holds_the_course_its_wheels_and_what_to_do(course, tmp_path, capsys):
    to = tmp_path / "usb 课程"
    assert bundle.main(["--platform", "linux-aarch64", "--python", "3.11", "--to", str(to)]) == 0
    assert sorted(p.name for p in to.iterdir()) == ["READ_ME.txt", "course", "site"]
    assert (to / "site" / "book" / "index.html").read_text() == "the book"
    assert "site/index.html" in (to / "READ_ME.txt").read_text()
    assert (to / "course" / "requirements.txt").read_text() == SOME
    about = json.loads((to / "course" / "wheels" / "bundle.json").read_text())
    assert about == {"platform": "linux-aarch64", "python": "3.11"}
    assert "linux-aarch64 and Python 3.11" in (to / "READ_ME.txt").read_text()
    assert "ready for linux-aarch64" in capsys.readouterr().out
    assert len(course) == 2  # a pin differs between two patches of 3.11, so both are fetched


def test_what_is_there_is_not_overwritten(course, tmp_path, capsys):
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "thesis.doc").write_text("dear")
    with pytest.raises(SystemExit):
        bundle.main(["--to", str(tmp_path / "usb")])
    assert "is not empty" in capsys.readouterr().err and not course


def test_an_interrupted_one_is_not_taken_for_whole(course, tmp_path, monkeypatch, capsys):
    def broken(*words):
        raise subprocess.CalledProcessError(1, "pip")

    good = bundle.fetch
    monkeypatch.setattr(bundle, "fetch", broken)
    assert bundle.main(["--to", str(tmp_path / "usb")]) == 1
    assert not (tmp_path / "usb").exists() and "Run it again" in capsys.readouterr().err
    monkeypatch.setattr(bundle, "fetch", good)
    assert bundle.main(["--to", str(tmp_path / "usb")]) == 0


def test_a_zip_makes_no_bundle(course, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bundle.committed, "has_git", lambda: False)
    with pytest.raises(SystemExit):
        bundle.main(["--to", str(tmp_path / "usb")])
    assert "made from a git clone" in capsys.readouterr().err


def test_without_a_site_there_is_no_bundle(course, tmp_path, capsys):
    (bundle.ROOT / bundle.SITE / "book" / "index.html").unlink()
    with pytest.raises(SystemExit):
        bundle.main(["--to", str(tmp_path / "usb")])
    assert "`make book` writes it" in capsys.readouterr().err and not course
    assert not (tmp_path / "usb").exists()


def test_pip_is_asked_for_the_platform_and_holds_the_checksums(tmp_path):
    asked = []
    bundle.fetch(
        SOME, "macos-arm64", "3.12.0", tmp_path, run=lambda words, check: asked.append(words)
    )
    words = asked[0]
    assert words[words.index("--platform") + 1] == "macosx_14_0_arm64" and "3.12.0" in words
    assert {"--require-hashes", "--no-deps", ":all:"} <= set(words)
    assert list(tmp_path.iterdir()) == []


def test_set_up_takes_the_wheels_and_no_network(tmp_path, monkeypatch):
    asked = []
    (tmp_path / "pins").write_text("")
    for lies in (False, True):
        monkeypatch.setattr(setup, "BUNDLE", tmp_path / "bundle.json")
        if lies:
            setup.BUNDLE.write_text("{}")
        setup.install(tmp_path, tmp_path / "pins", run=asked.append)
    assert "--no-index" not in asked[0]
    assert (
        asked[1][asked[1].index("--find-links") + 1] == str(tmp_path) and "--no-index" in asked[1]
    )


def test_whoever_has_the_wheels_is_not_told_of_a_download(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "BUNDLE", tmp_path / "wheels" / "bundle.json")
    said = [setup.announcement(tmp_path / ".venv", tmp_path / "pins", "cpu", True)]
    setup.BUNDLE.parent.mkdir()
    setup.BUNDLE.write_text("{}")
    said += [setup.announcement(tmp_path / ".venv", tmp_path / "pins", "cpu", True)]
    assert "GB will be downloaded" in said[0] and "GB" not in said[1]
    assert "from wheels/, nothing is downloaded" in said[1]


@pytest.mark.parametrize(
    "system, machine, version, told",
    [
        ("Linux", "x86_64", (3, 12), None),
        ("Linux", "x86_64", (3, 13), "this is linux-x86_64, Python 3.13"),
        ("Windows", "AMD64", (3, 12), "this is windows-x86_64"),
        ("Darwin", "arm64", (3, 12), "this is macos-arm64"),
    ],
)
def test_wheels_of_another_computer_are_named(system, machine, version, told):
    about = {"platform": "linux-x86_64", "python": "3.12"}
    said = setup.bundle_problem(about, system, machine, version)
    assert said is None if told is None else told in said and "wheels/" in said


def test_names_of_platforms_agree_between_both(monkeypatch):
    for name, (seen, _) in bundle.PLATFORMS.items():
        about = {"platform": name, "python": "3.12"}
        assert setup.bundle_problem(about, seen[1], seen[3], (3, 12)) is None
    monkeypatch.setattr(bundle.platform, "machine", lambda: "riscv64")
    with pytest.raises(ValueError, match="riscv64 is none of"):
        bundle.here()
