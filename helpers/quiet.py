"""Keeps TensorFlow's start-up notes off the page, and shows them when they matter.

At its first import TensorFlow's C++ part writes notes to file descriptor 2 that no log level hides;
JupyterLab shows them in a red box. `helpers` installs the hook, so that the notes are caught
wherever TensorFlow is imported first: in a page, in Keras, or in a script.
"""

import contextlib
import importlib.util
import os
import re
import sys
import tempfile

# What TensorFlow and absl write of themselves: dated or numbered log lines, and two without either.
_NOTE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] |[IWE]\d{4} \d\d:\d\d:|[IWE]0000 00:00:"
    r"|WARNING: All log messages before absl::InitializeLog|To enable the following instructions:"
)


def install():
    """Lets the next first import of TensorFlow be a quiet one; a second call changes nothing."""
    if "tensorflow" not in sys.modules and not any(isinstance(f, _Finder) for f in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Stands in front of Python's own finders until TensorFlow is looked for, once."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec and spec.loader:
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda module: _load_quietly(load, module)
        return spec


def _load_quietly(load, module):
    with caught_stderr():
        load(module)


@contextlib.contextmanager
def caught_stderr():
    """Catches what is written to file descriptor 2, by C++ code too.

    Afterwards the lines that are no start-up notes of TensorFlow are printed on sys.stderr; after an
    error all of them are.
    """
    try:
        kept = os.dup(2)
    except OSError:  # a program without a terminal has no descriptor 2: there is nothing to hide
        yield
        return
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            if sys.stderr:
                sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            _show(file.read().decode(errors="replace"), everything=failed)


def _show(text, everything):
    lines = [line for line in text.splitlines() if everything or not _NOTE.match(line)]
    if any(line.strip() for line in lines):
        print(*lines, sep="\n", file=sys.stderr)
