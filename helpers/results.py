"""The one door to data/results: what long experiments found, read whole and unchanged.

    results.card("05_mixture")["rows"]          # what was measured, by which command, when, on what
    results.arrays("05_mixture")["pictures"]    # the arrays beside it

A result is NAME.json, its card, and where it has arrays NAME.npz. `SHA256SUMS` lists both: a file that was
altered is refused, and `sha256sum --check SHA256SUMS` in that folder says the same.
"""

import datetime
import hashlib
import os
import pathlib
import platform
import shlex
import subprocess
import sys

from helpers import files

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "results"
SUMS = "SHA256SUMS"


def names(folder=FOLDER):
    """Returns the names of all results."""
    return sorted(path.stem for path in pathlib.Path(folder).glob("*.json"))


def card(name, folder=FOLDER):
    """Reads the card of a result.

    Args:
        name: a name of `names()`, such as "04_bench".
        folder: where results lie; data/results by default.

    Returns:
        dict; always with "command", "date", "machine" and "revision" (of the code that made it).

    Raises:
        ValueError: there is no such result, or the file was altered or damaged.
    """
    path = pathlib.Path(folder) / f"{_known(name, folder)}.json"
    return files.read_json(path, cure=_cure(path), raw=_unaltered(path, files.MOST_JSON))


def arrays(name, folder=FOLDER):
    """Reads the arrays of a result.

    Args:
        name, folder: as for `card`.

    Returns:
        Dictionary from names to numpy arrays; their meaning is on the card.

    Raises:
        ValueError: as `card`; or this result has no arrays.
    """
    path = pathlib.Path(folder) / f"{_known(name, folder)}.npz"
    if not path.exists() and path.name not in _sums(path.parent):
        raise ValueError(f"the result {name!r} has no arrays; all of it is on its card")
    return files.read_npz(path, cure=_cure(path), raw=_unaltered(path, files.MOST))


def write(name, card, arrays=None, *, folder=FOLDER):
    """Writes a result, stamped with how it was made; each file in one move, the checksums last.

    Args:
        name: without ending, such as "04_bench".
        card: dictionary that JSON can hold. "command", "date", "machine" and "revision" are filled in
            where the card does not say them.
        arrays: dictionary of numpy arrays, or None: an older `.npz` stays as it is.
        folder: where to; made when needed.

    Returns:
        pathlib.Path of the card.

    Raises:
        ValueError: nobody says which command made it.
    """
    folder, stamped = pathlib.Path(folder), {**_stamp(), **card}
    if not stamped.get("command"):
        raise ValueError(f"the result {name!r} does not say how it was made: give card['command']")
    written = [] if arrays is None else [files.write_npz(folder / f"{name}.npz", arrays)]
    written.append(files.write_json(folder / f"{name}.json", stamped))
    sums = _sums(folder) | {path.name: files.sha256(path) for path in written}
    lines = [f"{digest}  {file}\n" for file, digest in sorted(sums.items())]
    files.write_text(folder / SUMS, "".join(lines))
    return written[-1]


def revision(after=None):
    """Tells which revision of the course's code is running.

    Args:
        after: the "revision" of a card that this run goes on from.

    Returns:
        "1a2b3c4", with "-changed" where something is not committed; "unknown" where the course is no git
        clone; "1a2b3c4, then 5d6e7f8" where a run was continued with other code.
    """
    now = _revision()
    return now if not after else after if after.endswith(now) else f"{after}, then {now}"


def _revision():
    if not (ROOT / ".git").exists():  # else git would answer for a repository around the course
        return "unknown"
    try:
        name = _git("describe", "--always", "--tags").stdout.strip()
        same = _git("diff", "--quiet", "HEAD", "--", "*.py").returncode == 0
    except OSError:
        return "unknown"
    return f"{name}{'' if same else '-changed'}" if name else "unknown"


def _git(*words):
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)


def _stamp():
    return {
        "command": _command(),
        "date": datetime.date.today().isoformat(),
        "machine": f"{os.cpu_count()} CPU cores, {platform.machine()}",
        "revision": revision(),
    }


def _command():
    """`python -m module words` as this process was started, paths of this machine cut to their ends.

    "" where it was not started so.
    """
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is None or spec.name.partition(".")[0] not in ("experiments", "tools"):
        return ""
    words = [os.path.basename(w.rstrip("/")) if os.path.isabs(w) else w for w in sys.argv[1:]]
    return shlex.join(["python", "-m", spec.name.removesuffix(".__main__"), *words])


def _known(name, folder):
    if name not in (found := names(folder)) and f"{name}.json" not in _sums(folder):
        raise ValueError(f"no result {str(name)!r} in {folder}; one of: {', '.join(found)}")
    return name


def _cure(path):
    if path.parent != FOLDER:
        return "run the command again that made it"
    return f"get it back with `git restore data/results/{path.name}`"


def _sums(folder):
    """{file: SHA-256} as listed; {} where nothing was written yet."""
    path = pathlib.Path(folder) / SUMS
    if not path.exists():
        return {}
    lines = files.read_bytes(path, cure=_cure(path)).decode(errors="replace").splitlines()
    return {file: digest for digest, _, file in (line.partition("  ") for line in lines)}


def _unaltered(path, most):
    """The bytes of a file that SHA256SUMS knows."""
    try:
        raw = files.read_bytes(path, cure=_cure(path), most=most)
    except FileNotFoundError as error:
        raise ValueError(str(error)) from None
    if hashlib.sha256(raw).hexdigest() != _sums(path.parent).get(path.name):
        raise ValueError(
            f"{path} is not the file that {SUMS} lists beside it: it was altered or cut short; "
            f"{_cure(path)} (or {SUMS}, if that one was changed)"
        )
    return raw
