"""A folder of pictures, the command, and its quick surroundings."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from helpers import train
from helpers.art import cache
from helpers.gan import execution
from helpers.train import cards

SMALL = ["--size", "8", "--width", "4", "--palette", "16", "--samples", "5"]


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path_factory):
    """Scores take a pretrained network; here only that they reach the card matters."""
    monkeypatch.setattr(cards, "score", lambda model, pictures, held_out: {"kid": 0.5})
    monkeypatch.setattr(cache, "_root", lambda: tmp_path_factory.getbasetemp() / "cache")
    monkeypatch.setattr(execution, "STEPS", 1)  # so that a test can stop after any step
    tf.config.run_functions_eagerly(True)  # tracing would take longer than the steps
    yield
    tf.config.run_functions_eagerly(False)
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def folder(tmp_path):
    return paint(tmp_path / "art", 15)


def paint(place, count):
    """Makes a folder of small pictures."""
    place.mkdir()
    rng = np.random.default_rng(0)
    for index in range(count):
        image = rng.integers(0, 256, (8, 6 + index % 3, 3), dtype=np.uint8)
        Image.fromarray(image).save(place / f"{index:02d}.png")
    return place


def run(*words):
    return train.main([str(word) for word in words])


def card(output):
    return json.loads((output / "card.json").read_text(encoding="utf-8"))


class StopAfter(keras.callbacks.Callback):
    """As Ctrl-C would between two steps; takes the place of `saver.Saver`."""

    def __init__(self, steps):
        super().__init__()
        self.steps, self.seconds = steps, 0.1

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.steps - 1:
            raise KeyboardInterrupt
