"""What this computer is, and how long the lessons will take on it."""

import os
import platform
import time

from helpers import results
from helpers.language import say

TIMINGS = "00_lesson_seconds"  # the result's name
RATIOS = "00_colab_ratio"  # how many times as long a lesson takes with Colab's versions
TOLD = "COURSE_SPEED"  # GFLOP/s, measured once for a server that many share (teach/hub.md)


def versions():
    """What the lessons stand on here: {name: text}."""
    import ipywidgets
    import keras
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return {
        "Python": platform.python_version(),
        "TensorFlow": tf.__version__,
        "Keras": keras.__version__,
        "ipywidgets": ipywidgets.__version__,
        "processor cores": str(os.cpu_count()),
        "GPU": ", ".join(gpu.name for gpu in gpus) or "none, and none is needed",
    }


def matrix_speed(size=1024, seconds=1.0):
    """Speed of float32 matrix products, in GFLOP/s: a rough measure of how fast networks train.

    Where the environment's COURSE_SPEED tells it, nothing is measured: thirty people on one server would
    all measure each other.

    Args:
        size: rows and columns of the two square matrices.
        seconds: how long to multiply; the best of the rounds counts, since other programs interfere.

    Raises:
        ValueError: COURSE_SPEED is not a positive number.
    """
    if told := os.environ.get(TOLD):
        return _told(told)

    import tensorflow as tf

    a = tf.random.stateless_normal((size, size), seed=(0, 0))
    tf.linalg.matmul(a, a).numpy()  # the first call sets things up
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        tf.linalg.matmul(a, a).numpy()
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best / 1e9


def _told(text):
    """The speed that COURSE_SPEED tells; says that it does."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise ValueError(f"{TOLD} is {text!r}: expected a positive number of GFLOP/s")
    print(say("Measured once for this server, with nobody else at work. With others it is slower."))
    return speed


def timings():
    """Measured seconds of every lesson on the reference machine; see `make timings`.

    Returns:
        dict with "machine", "date", "matrix_speed" (GFLOP/s), "steps_per_second" (of lesson
        04's training) and "seconds" ({lesson: seconds}).
    """
    return results.card(TIMINGS)


def colab_ratio(lesson):
    """How many times as long a lesson ("07") computes with Colab's versions as with the course's.

    Returns:
        float; None where it was not measured (see tools/timings.py).
    """
    return results.card(RATIOS)["lessons"].get(lesson, {}).get("ratio")


def minutes_to_expect(speed, reference=None):
    """Minutes each lesson will compute here, by comparison with the reference machine.

    Args:
        speed: this machine's `matrix_speed()`, GFLOP/s.
        reference: what `timings()` returns.
    Returns:
        {lesson: minutes}; an estimate within a factor of two, since networks are not only matrix
        products.
    Raises:
        ValueError: if the speed is not a positive number.
    """
    if not speed > 0:
        raise ValueError(f"speed is {speed}: expected a positive number of GFLOP/s")
    reference = reference or timings()
    factor = reference["matrix_speed"] / speed
    return {name: seconds * factor / 60 for name, seconds in reference["seconds"].items()}
