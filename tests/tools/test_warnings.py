"""A call that is on its way out is an error where it is ours, in this process and in the kernels."""

import subprocess
import sys
import warnings

import pytest

WARNS = "import warnings; warnings.warn('on its way out', {}, stacklevel=1)"


@pytest.mark.parametrize("kind", ["DeprecationWarning", "FutureWarning"])
@pytest.mark.parametrize("module", ["helpers.gan.networks", "tests.conftest", "tools.setup"])
def test_our_own_call_is_an_error(module, kind):
    with pytest.raises(Warning, match="on its way out"):
        exec(WARNS.format(kind), {"__name__": module})


def test_a_third_partys_is_not():
    with warnings.catch_warnings(record=True) as seen:
        exec(WARNS.format("DeprecationWarning"), {"__name__": "keras.src.helpers"})
    assert [str(w.message) for w in seen] == ["on its way out"]


@pytest.mark.parametrize("module", ["__main__", "helpers.figures", "helpers.gan", "keras.helpers"])
def test_kernels_and_other_processes_are_told_the_same(module):
    code = f"exec({WARNS.format('DeprecationWarning')!r}, {{'__name__': {module!r}}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == (0 if module.startswith("keras") else 1), done.stderr
