"""The output folder of a run: one process at a time, nothing overwritten, always described truly."""

import contextlib
import os
import pathlib

from helpers import files

CHECKPOINT, CARD, SAMPLES = "checkpoint.npz", "card.json", "samples.npz"
SHEET, TRAINING, _LOCK = "samples.png", "training.npz", ".lock"
FILES = (CHECKPOINT, CARD, SHEET, SAMPLES, TRAINING)
_ENTRIES = {  # what a resumed run reads from the card, where the card says it
    "precision": str, "seconds": (int, float), "steps": int, "resumed": list, "unfinished": dict,
    "art": dict,
}  # fmt: skip
_ART = {"name", "pictures", "held_out", "take", "sha256"}


class Folder:
    """A run's folder.

    Attributes:
        path: pathlib.Path.
        card: the card as it is or will be written; it describes checkpoint.npz. While a run goes on,
            its entry "unfinished" describes training.npz.
        step: the step of training.npz where known, else None.
        writes: False for all but one of several processes that train together: they only read.
    """

    def __init__(self, path, *, writes=True):
        self.path, self.card, self.step, self.writes = pathlib.Path(path), {}, None, writes

    @contextlib.contextmanager
    def open(self):
        """Makes the folder, keeps other processes out, and sweeps what dead ones left half written.

        Raises:
            ValueError: it cannot be written, or another process is training into it.
        """
        if not self.writes:
            yield self
            return
        made = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = _locked(self.path / _LOCK)
        except OSError as error:
            raise ValueError(
                f"{self.path} cannot be written ({error.strerror}): give another --output"
            ) from None
        if lock is None:
            raise ValueError(
                f"another process is training into {self.path}: wait for its end, stop it, or give "
                "another --output"
            )
        try:
            self._sweep()
            yield self
        finally:
            _unlock(lock, self.path / _LOCK)
            if made:
                with contextlib.suppress(OSError):  # it stays if there is anything in it
                    self.path.rmdir()

    def _sweep(self):
        # Only this command writes these files, and the lock says that it is not running elsewhere.
        for name in FILES:
            for part in self.path.glob(f".{name}.*.part"):
                part.unlink(missing_ok=True)

    def read_card(self):
        """Reads the card; {} where there is none.

        Raises:
            ValueError: it is damaged.
        """
        file = self.path / CARD
        if not file.is_file():
            return {}
        cure = "put it back, or delete it to go on without the run's history"
        card = files.read_json(file, cure=cure)
        if not (_sound(card) and _sound(card.get("unfinished", {}))):
            raise files.Damaged(f"{file} is damaged; {cure}")
        return card

    def holds_a_run(self):
        """Whether there is anything that a new run would destroy; a bare first card is nothing."""
        with contextlib.suppress(ValueError):
            if "unfinished" in self.read_card():
                return any((self.path / name).exists() for name in FILES if name != CARD)
        return any((self.path / name).exists() for name in FILES)

    def clear(self):
        """Takes an old run away, its card first: no moment at which a card describes another file."""
        if not self.writes:
            return
        for name in (CARD, *(name for name in FILES if name != CARD)):
            (self.path / name).unlink(missing_ok=True)

    def write_card(self):
        """Writes the card."""
        if self.writes:
            files.write_json(self.path / CARD, self.card)

    def save_training(self, model, seconds):
        """Saves all that --resume needs.

        Args:
            model: gan.GAN.
            seconds: of training so far, earlier runs included.

        Raises:
            OSError: the disk is full, say; the last good file is kept.
        """
        if not self.writes:
            return
        model.save_checkpoint(self.path / TRAINING)
        self.step = model.step_count
        self.card["unfinished"] |= {"steps": self.step, "seconds": round(seconds, 1)}
        self.write_card()

    def contents(self):
        """Says in a sentence what the folder holds now."""
        found = [name for name in FILES if (self.path / name).is_file()]
        if TRAINING not in found:
            what = ", ".join(found) or "nothing of it"
            return f"{self.path} holds {what}, and no {TRAINING} to go on from."
        at = "" if self.step is None else f" from step {self.step}"
        return f"{self.path} holds {', '.join(found)}; --resume goes on{at}."


def _sound(card):
    kinds = all(isinstance(card[name], kind) for name, kind in _ENTRIES.items() if name in card)
    return kinds and _ART <= set(card.get("art", _ART))


def _locked(path):
    """An open file with a lock that vanishes with the process; None where another process has it."""
    while True:
        file = open(path, "ab")
        if not _try_lock(file):
            file.close()
            return None
        with contextlib.suppress(FileNotFoundError):
            if os.name == "nt" or os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                return file
        file.close()  # its last owner took it away between our two steps: that one is no lock


def _try_lock(file):
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks (some network drives): better trained than refused
    return True


def _unlock(file, path):
    if os.name == "nt":  # there an open file cannot be taken away
        file.close()
    with contextlib.suppress(OSError):
        path.unlink()
    file.close()


def say(text, file=None):
    """Prints a line at once; where nobody listens any more (a closed pipe), that stops nothing."""
    # A path may hold bytes that are no text.
    text = str(text).encode(errors="backslashreplace").decode()
    with contextlib.suppress(OSError):
        print(text, file=file, flush=True)
