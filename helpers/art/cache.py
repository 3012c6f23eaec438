"""What was decoded stays decoded: an interrupted reading goes on, an unchanged folder is there at once.

A cache is a folder of parts, each one .npz with some hundred squares and the facts of each as JSON.
Parts are written whole; one that is damaged or of another version is read as if it were not there.
"""

import contextlib
import hashlib
import json
import pathlib
import shutil
import tempfile
import time

import numpy as np

from helpers import files, places
from helpers.art.decode import Decoded

VERSION = 5  # of decode and framing: a change there makes old parts useless
PART = 256  # pictures in a part
_SECONDS = 20  # after which a part is written though it is not full: so much a killed process loses
_KEPT = 4  # caches of other places that stay


class Cache:
    """Decoded pictures of one place at one size.

    Attributes:
        known: dictionary from a source's key to (part's path, position in it).
    """

    def __init__(self, place, size):
        digest = hashlib.sha256(f"{place}:{size}:{VERSION}".encode(errors="replace"))
        self.folder = _root() / digest.hexdigest()[:16]
        self.size, self.known, self.waiting, self.old = size, {}, {}, {}
        self._open, self._written = (None, None), time.monotonic()
        self._found = sorted(self.folder.glob("*.npz"))
        for path in self._found:
            for position, fact in enumerate(_facts(path)):
                self.known[fact["key"]] = (path, position)

    def put(self, key, decoded):
        """Keeps one picture; it is on the disk after the next `flush`, or when a part is full."""
        self.waiting[key] = decoded
        if len(self.waiting) == PART or time.monotonic() - self._written > _SECONDS:
            with contextlib.suppress(OSError):  # a full disk: what waits stays in memory
                self.flush()

    def get(self, key):
        """The picture of a key that is in `known` or was put."""
        if key in self.waiting:
            return self.waiting[key]
        path, position = self.known[key]
        if self._open[0] != path:
            self._open = (path, _part(path))
        pad, more, which, thumbs, facts = self._open[1]
        whole = pad[position]
        others = [more[place] if place >= 0 else whole for place in which[position]]
        return Decoded(whole, *others, thumbs[position], facts[position])

    def flush(self):
        """Writes what waits."""
        self._written = time.monotonic()
        if not self.waiting:
            return
        pairs = list(self.waiting.items())
        more, which = [np.zeros((self.size, self.size, 4), np.uint8)], []
        for _, one in pairs:
            places_of = []
            for square in (one.crop, one.trim):
                own = square is not one.pad  # most are the same: they are written once
                places_of.append(len(more) if own else -1)
                more += [square] * own
            which.append(places_of)
        facts = [{"key": key, **one.facts} for key, one in pairs]
        arrays = {
            "pad": np.stack([one.pad for _, one in pairs]),
            "more": np.stack(more),
            "which": np.array(which),
            "thumb": np.stack([one.thumb for _, one in pairs]),
            "facts": np.array(json.dumps(facts)),
        }
        name = hashlib.sha256(arrays["facts"].tobytes()).hexdigest()[:16]
        path = files.write_npz(self.folder / f"{name}.npz", arrays, compress=False)
        self.known |= {key: (path, position) for position, (key, _) in enumerate(pairs)}
        self.waiting = {}

    def tidy(self, used):
        """Takes away parts of which nothing is in use, and the caches of places not read for long."""
        wanted = {self.known[key][0] for key in used if key in self.known}
        for path in self._found:  # not those that another process has written in the meantime
            if path not in wanted:
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.touch()
            others = sorted(_root().iterdir(), key=lambda path: -path.stat().st_mtime)
            for old in others[_KEPT + 1 :]:
                shutil.rmtree(old, ignore_errors=True)


def _root():
    folder = places.ROOT / "build_cache"
    if not places.can_write(folder):
        folder = pathlib.Path(tempfile.gettempdir())
    return folder / "own_art"


def _facts(path):
    """The facts of a part; [] where anything in it is damaged."""
    try:
        *arrays, facts = _part(path)
        whole = {len(array) for array in (arrays[0], *arrays[2:])} == {len(facts)}
        return facts if whole and all("key" in fact for fact in facts) else []
    except (ValueError, KeyError, OSError, TypeError):
        return []


def _part(path):
    arrays = files.read_npz(path, cure="read the folder again")
    facts = json.loads(str(arrays["facts"]))
    return *(arrays[name] for name in ("pad", "more", "which", "thumb")), facts
