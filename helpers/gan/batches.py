"""What a GAN can be trained on: pictures in memory, or a Dataset that brings them batch by batch."""

import contextlib

import numpy as np
import tensorflow as tf

from helpers import files


def is_stream(data):
    """Whether this is a tf.data.Dataset."""
    return isinstance(data, tf.data.Dataset)


def check(data, shape, batch_size, workers=1):
    """Refuses what the networks cannot be trained on.

    Args:
        data: uint8 array [n, height, width, channels], or a Dataset of such batches.
        shape: what D takes, (height, width, channels).
        batch_size: pictures in a step.
        workers: how many processes train together; a Dataset may also give one's part of a batch.

    Raises:
        ValueError: another type, another shape, or nothing at all.
    """
    if is_stream(data):
        return _check_stream(data.element_spec, shape, batch_size, workers)
    if getattr(data, "dtype", None) != np.uint8 or data.shape[1:] != shape:
        raise ValueError(
            f"expected uint8 pictures of shape [n, {_commas(shape)}], got "
            f"{getattr(data, 'dtype', type(data).__name__)} {np.shape(data)}; "
            "art.load(name, size=…) gives them"
        )
    if len(data) == 0:
        raise ValueError("no pictures to train on: the array is empty")


def _check_stream(spec, shape, batch_size, workers):
    wanted = tf.TensorSpec((batch_size, *shape), tf.uint8)
    if spec not in (wanted, tf.TensorSpec((batch_size // workers, *shape), tf.uint8)):
        raise ValueError(
            f"expected a Dataset of uint8 batches of shape [{_commas(wanted.shape)}], got {spec}; "
            f"bytes, not floats, and .batch({batch_size}, drop_remainder=True) gives them "
            "(compile(batch_size=…) sets another size)"
        )


def first_of(data):
    """The pictures that a new training looks at before its first step: all, or the first batch."""
    if not is_stream(data):
        return data
    with whole():
        return next(iter(data)).numpy()


@contextlib.contextmanager
def whole():
    """Says in a sentence that what a Dataset reads is damaged."""
    try:
        yield
    except tf.errors.DataLossError as error:
        raise files.Damaged(
            f"what the Dataset reads is damaged ({error.message.partition(' [Op')[0]}); of shards, "
            "`python -m helpers.records --check FOLDER` names the file"
        ) from None


def _commas(numbers):
    return ", ".join(map(str, numbers))
