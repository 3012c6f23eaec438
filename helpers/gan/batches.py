"""What a GAN can be trained on: pictures in memory, or a Dataset that brings them batch by batch."""

import numpy as np
import tensorflow as tf


def is_stream(data):
    """Whether this is a tf.data.Dataset."""
    return isinstance(data, tf.data.Dataset)


def check(data, shape, batch_size):
    """Refuses what the networks cannot be trained on.

    Args:
        data: uint8 array [n, height, width, channels], or a Dataset of such batches.
        shape: what D takes, (height, width, channels).
        batch_size: pictures in a step.

    Raises:
        ValueError: another type, another shape, or nothing at all.
    """
    if is_stream(data):
        return _check_stream(data.element_spec, shape, batch_size)
    if getattr(data, "dtype", None) != np.uint8 or data.shape[1:] != shape:
        raise ValueError(
            f"expected uint8 pictures of shape [n, {_commas(shape)}], got "
            f"{getattr(data, 'dtype', type(data).__name__)} {np.shape(data)}; "
            "art.load(name, size=…) gives them"
        )
    if len(data) == 0:
        raise ValueError("no pictures to train on: the array is empty")


def _check_stream(spec, shape, batch_size):
    wanted = tf.TensorSpec((batch_size, *shape), tf.uint8)
    if spec != wanted:
        raise ValueError(
            f"expected a Dataset of uint8 batches of shape [{_commas(wanted.shape)}], got {spec}; "
            f"bytes, not floats, and .batch({batch_size}, drop_remainder=True) gives them "
            "(compile(batch_size=…) sets another size)"
        )


def first_of(data):
    """The pictures that a new training looks at before its first step: all, or the first batch."""
    return next(iter(data)).numpy() if is_stream(data) else data


def _commas(numbers):
    return ", ".join(map(str, numbers))
