"""`.ci/run` with a make that only pretends: what runs in which order, and what it counts."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason=".ci/run is for Debian and Ubuntu")

MAKE = """#!/usr/bin/env bash
echo "$1 $BROWSER_TESTS" >> "$LOG"
[[ " $DIES " = *" $1 "* ]] && exit 1
[[ " $BAD " = *" $1 "* ]]
bad=$((1 - $?))
[ $# = 1 ] || echo "<a><testsuite tests='5' failures='$bad' errors='0' skipped='1'/></a>" > "${2#*=*=}"
exit $bad
"""


@pytest.fixture
def ci(tmp_path):
    """Runs a copy of .ci/run; gives its exit code, its last line, and what make was asked for."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "bin").mkdir()
    for name in ("make", "chromium"):
        stub = tmp_path / "bin" / name
        stub.write_text(MAKE)
        stub.chmod(0o755)

    def run(bad="", dies=""):
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environ = {
            **os.environ,
            "PATH": path,
            "LOG": str(tmp_path / "log"),
            "BAD": bad,
            "DIES": dies,
        }
        done = subprocess.run(
            ["bash", ".ci/run"], cwd=tmp_path, env=environ, capture_output=True, text=True
        )
        asked = (tmp_path / "log").read_text().split("\n")[:-1]
        return done.returncode, done.stdout.splitlines()[-1], asked

    return run


def test_the_lint_comes_first_and_the_browser_is_required(ci):
    assert ci() == (
        0,
        "9 passed, 0 failed",
        ["lint required", "test required", "test-colab required"],
    )


@pytest.mark.parametrize(
    "what, count",
    [
        ({"bad": "lint"}, "8 passed, 1 failed"),
        ({"bad": "test"}, "8 passed, 1 failed"),
        ({"bad": "test-colab"}, "8 passed, 1 failed"),
        ({"dies": "test"}, "5 passed, 1 failed"),
        ({"bad": "lint test test-colab"}, "6 passed, 3 failed"),
    ],
)
def test_what_fails_is_counted_and_the_rest_still_runs(ci, what, count):
    code, line, asked = ci(**what)
    assert (code, line, len(asked)) == (1, count, 3)
