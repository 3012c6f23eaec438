"""Several devices that take one step together: each works on its part of one global batch.

The random numbers of a step are drawn for the global batch on every device and then cut, gradients
are divided by the number of devices before TensorFlow adds them up, and batch norm looks at all
devices: so k devices do what one would do, up to rounding.
"""

import tensorflow as tf

from helpers.latents import blending


def part():
    """(i, k): this code runs on the i-th of k devices; (0, 1) outside of any strategy."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0, 1
    return context.replica_id_in_sync_group, context.num_replicas_in_sync


def own(values):
    """This device's part of the rows of a global batch.

    Args:
        values: tensor [n, …], n a multiple of the number of devices.

    Returns:
        Tensor [n / devices, …].
    """
    index, count = part()
    if count == 1:
        return values
    return tf.reshape(values, [count, values.shape[0] // count, *values.shape[1:]])[index]


def own_of_stream(values, size):
    """This device's part of what its worker's Dataset gave.

    Args:
        values: tensor [n, …]: a global batch, or the part of it that the devices of one worker share,
            whose shards hold no more.
        size: pictures in the global batch.

    Returns:
        Tensor [size / devices, …].
    """
    index, count = part()
    parts = count * values.shape[0] // size  # devices that share these rows: all, or one worker's
    if parts == 1:
        return values
    return tf.reshape(values, [parts, values.shape[0] // parts, *values.shape[1:]])[index % parts]


def workers(strategy):
    """How many processes train together."""
    cluster = getattr(strategy, "cluster_resolver", None)
    spec = cluster.cluster_spec().as_dict() if cluster else {}
    return len(spec.get("worker", ())) or 1


def divided(loss):
    """A loss divided by the number of devices, since their gradients are added up."""
    count = part()[1]
    return loss if count == 1 else loss / count


def check_batch(size, strategy):
    """Refuses a batch that cannot be shared out evenly.

    Args:
        size: pictures in the global batch.
        strategy: a tf.distribute.Strategy.

    Raises:
        ValueError: the number of devices does not divide it.
    """
    count = strategy.num_replicas_in_sync
    if size % count:
        raise ValueError(
            f"a batch of {size} cannot be shared evenly by {count} devices: "
            f"compile(batch_size={size - size % count or count}), say, or any multiple of {count}"
        )


def synchronise(network, strategy):
    """Lets the batch norms of a network look at the pictures of all devices, where there are several."""
    if strategy.num_replicas_in_sync > 1:
        for norm in blending.batch_norms(network):
            norm.synchronized = True
