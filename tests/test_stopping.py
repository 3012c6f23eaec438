"""Interrupts: noted wherever they fall, acted on where it is safe. The command's are in tests/train/."""

import signal
import threading

import numpy as np
import pytest
import tensorflow as tf

from helpers import gan, stopping

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
