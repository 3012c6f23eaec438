"""Interrupts: noted wherever they fall, acted on where it is safe. The command's are in tests/train/."""

import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
import tensorflow as tf

from helpers import gan, stopping
from tests.conftest import ROOT

LOCKED = """
import ctypes, signal, sys
from helpers import stopping
signal.signal(signal.SIGTERM, lambda *_: print("heard", flush=True))
library, mutex = ctypes.PyDLL(None), ctypes.create_string_buffer(128)  # PyDLL: Python waits, too
library.pthread_mutex_init(mutex, None)
library.pthread_mutex_lock(mutex)
with stopping.left_to_the_system():
    print("waiting", flush=True)
    library.pthread_mutex_lock(mutex)  # never returns
"""
PICTURES = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)


def press():
    signal.raise_signal(signal.SIGINT)


def swallowed():
    """As TensorFlow's clean-up does it: an interrupt that falls here is gone."""
    try:
        press()
    except BaseException:
        pass


@pytest.fixture
def model():
    tf.config.run_functions_eagerly(True)
    yield gan.make(8, width=4, latent_dim=6, batch_size=4, steps_per_execution=1)
    tf.config.run_functions_eagerly(False)


@pytest.mark.parametrize(
    "place, steps",
    [("prepare", 0), ("_make_plan", 0), ("train_step", 1), ("update_average", 1), ("calibrate", 5)],
)
@pytest.mark.parametrize("interrupt", [press, swallowed])
def test_fit_hears_an_interrupt_wherever_it_falls(
    model, monkeypatch, capsys, place, steps, interrupt
):
    inner = getattr(model, place)

    def interrupted(*args, **kwargs):
        interrupt()
        return inner(*args, **kwargs)

    monkeypatch.setattr(model, place, interrupted)
    model.fit(PICTURES, 5, verbose=False)
    assert model.step_count == steps
    assert f"Interrupted after step {steps}: nothing is lost" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_after_fit_an_interrupt_is_python_s_again(model):
    model.fit(PICTURES, 1, verbose=False)
    with pytest.raises(KeyboardInterrupt):
        press()
    with pytest.raises(ValueError):
        model.fit(PICTURES[:0], 1, verbose=False)
    with pytest.raises(KeyboardInterrupt):
        press()


def test_where_somebody_else_listens_fit_leaves_them_the_signal(model, monkeypatch):
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        monkeypatch.setattr(model, "calibrate", press)
        model.fit(PICTURES, 2, verbose=False)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard and model.step_count == 2


def test_in_another_thread_nothing_is_taken_over():
    entered = []
    thread = threading.Thread(target=lambda: entered.append(stopping.Noted().__enter__()._ours))
    thread.start()
    thread.join()
    assert entered == [False]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_call_that_lets_no_python_run_can_be_ended():
    """As TensorFlow does while workers wait for each other."""
    process = subprocess.Popen([sys.executable, "-c", LOCKED], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == -signal.SIGTERM
    finally:
        process.kill()


def test_afterwards_signals_are_heard_as_before():
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
    try:
        with stopping.left_to_the_system():
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [1]
