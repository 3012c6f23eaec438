"""Draws SVGs in a process of its own: a drawing that crashes, never ends or takes all memory ends that one only.

A few hundred bytes of SVG are enough for any of the three, and there are more ways to it than can be looked for
beforehand. The process starts with the first drawing and is used for all that follow.
"""

import atexit
import contextlib
import json
import subprocess
import sys
import threading

from helpers.art.kinds import Refused

SECONDS = 20  # that one drawing may take
_MEMORY = 2**29  # bytes that the process may take, on systems that can say so
# Without site and the user's own settings it starts in a moment; it imports what this process would.
_CODE = """
import sys
sys.path[:] = {path!r}
import base64, json, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this
import resvg_py
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
except (ImportError, ValueError, OSError):
    pass
for line in sys.stdin:
    text, side, fonts = json.loads(line)
    try:
        png = resvg_py.svg_to_bytes(svg_string=text, width=side, height=side, skip_system_fonts=not fonts)
        told = [base64.b64encode(bytes(png)).decode(), ""]
    except BaseException as error:  # a panic of its Rust code is no Exception
        told = ["", str(error) or "no reason given"]
    print(json.dumps(told), flush=True)
"""
_lock, _running = threading.Lock(), []


def paint(text, side, fonts):
    """Draws an SVG.

    Args:
        text: the SVG.
        side: pixels along the longer side.
        fonts: whether to look for the system's fonts, which takes a while.

    Returns:
        (base64 of a PNG, ""), or ("", why it cannot be drawn).

    Raises:
        Refused: it would not end, or crashed.
    """
    with _lock:
        process = _started()
        late = threading.Timer(SECONDS, process.kill)
        late.start()
        answer = ""
        try:
            with contextlib.suppress(OSError):  # it has died: there is no answer
                process.stdin.write(json.dumps([text, side, fonts]) + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
        finally:
            late.cancel()
            if not answer.endswith("\n"):  # dead, killed, or this one was interrupted
                _end()
    if not answer.endswith("\n"):
        raise Refused(
            f"takes more than {SECONDS} seconds or too much memory to draw: save it as PNG"
        )
    return tuple(json.loads(answer))


def _started():
    """The process, which is started where there is none."""
    if not _running or _running[0].poll() is not None:
        _end()
        code = _CODE.format(path=sys.path, memory=_MEMORY)
        _running.append(
            subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="ascii",  # of JSON
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows
            )
        )
    return _running[0]


@atexit.register
def _end():
    while _running:
        process = _running.pop()
        process.kill()
        with contextlib.suppress(OSError):  # what was not written yet
            process.stdin.close()
        process.stdout.close()
        process.wait()
