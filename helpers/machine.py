"""What this computer is, and how long the lessons will take on it."""

import os
import platform
import time

from helpers import results

TIMINGS = "00_lesson_seconds"  # the result's name


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

    Args:
        size: rows and columns of the two square matrices.
        seconds: how long to multiply; the best of the rounds counts, since other programs interfere.
    """
    import tensorflow as tf

    a = tf.random.stateless_normal((size, size), seed=(0, 0))
    tf.linalg.matmul(a, a).numpy()  # the first call sets things up
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        tf.linalg.matmul(a, a).numpy()
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best / 1e9


def timings():
    """Measured seconds of every lesson on the reference machine; see `make timings`.

    Returns:
        dict with "machine", "date", "matrix_speed" (GFLOP/s), "steps_per_second" (of lesson
        04's training) and "seconds" ({lesson: seconds}).
    """
    return results.card(TIMINGS)


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
