"""Ctrl-C and its sisters, heard at a safe moment instead of at any line.

Python raises KeyboardInterrupt wherever it happens to be. Inside TensorFlow it can be swallowed (some of
its clean-up has a bare `except`), come out as another error, or leave a file half written. So a training
only notes it, and looks between two steps.
"""

import contextlib
import os
import signal
import threading

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last one is Windows' Ctrl-Break


@contextlib.contextmanager
def left_to_the_system():
    """For a call that lets no Python run for long: signals end the process at once, without a word.

    Those that are ignored stay ignored; outside the main thread it changes nothing.
    """
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    heard = [number for number, handler in before.items() if callable(handler)]
    if threading.current_thread() is not threading.main_thread():
        heard = []
    for number in heard:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])


class Noted:
    """Notes Ctrl-C (in a notebook: ■) for the length of a `with`; `asked` says whether it came.

    Where somebody else listens already, and outside the main thread, it changes nothing.
    """

    asked = False

    def __enter__(self):
        main = threading.current_thread() is threading.main_thread()
        self._ours = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._ours:
            signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number, frame):
        self.asked = True

    def __exit__(self, *error):
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


class Stop:
    """How a command is stopped: at once while there is nothing to save, else after saving.

    Without `listen` it hears nothing, and Ctrl-C is Python's KeyboardInterrupt as ever.

    Attributes:
        holding: whether there is something to save, so that a signal is only noted.
        last_words: function without arguments; the sentence for when it stops at once.
    """

    def __init__(self, last_words):
        self.number, self.holding, self.last_words = None, False, last_words
        self._numbers, self._terminals, self._out = [], [], 2

    def listen(self):
        """Takes the signals over; one that is ignored (as under nohup) stays ignored."""
        with contextlib.suppress(OSError):
            self._out = os.dup(2)  # of our own: descriptor 2 is caught while TensorFlow starts
        self._terminals = [place for place in (1, 2, self._out) if os.isatty(place)]
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)
                self._numbers.append(number)

    def finish(self):
        """From here on all is written and said: a late signal changes nothing any more."""
        for number in self._numbers:
            signal.signal(number, signal.SIG_IGN)

    @property
    def asked(self):
        """Whether a signal came."""
        return self.number is not None

    @property
    def code(self):
        """The exit code that shells give a command stopped so: 128 and the signal's number."""
        return 128 + (self.number or signal.SIGINT)

    @contextlib.contextmanager
    def held(self):
        """While something is written, signals are only noted."""
        before, self.holding = self.holding, True
        try:
            yield
        finally:
            self.holding = before

    def check(self):
        """Raises KeyboardInterrupt, here where it is safe, when a signal was noted."""
        if self.asked:
            raise KeyboardInterrupt

    def _hear(self, number, frame):
        first, self.number = not self.asked, self.number or number
        if number == getattr(signal, "SIGHUP", None):
            self._leave_terminal()
        if not self.holding:
            # Not by an exception: this may be anywhere inside TensorFlow. Nothing is left to save, and the
            # system takes the lock back.
            self._tell(self.last_words())
            os._exit(self.code)
        if first:
            self._tell("Stopping: saving first …")

    def _tell(self, text):
        # Not print: the signal may have come in the middle of one, which cannot be entered twice.
        with contextlib.suppress(OSError):
            os.write(self._out, f"\n{text}\n".encode())

    def _leave_terminal(self):
        # The terminal is gone; writing to it would fail, and the training is still to be saved.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in self._terminals:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)
