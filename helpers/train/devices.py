"""The devices and processes that a run is shared out among: one, those of a machine, or several machines."""

import contextlib
import os

from helpers import stopping, workers
from helpers.train.folder import say


class Devices:
    """Who trains.

    Args:
        strategy: tf.distribute.Strategy.
        index: this process's number, from 0; number 0 alone writes files.
        count: how many processes train together.

    Attributes:
        strategy, index, count: as given.
    """

    def __init__(self, strategy, index=0, count=1):
        self.strategy, self.index, self.count = strategy, index, count
        self._sum = None

    @property
    def chief(self):
        """Whether this process writes the files."""
        return self.index == 0

    def any(self, flag):
        """Whether a flag is set in any of the processes; all of them must ask at the same step.

        One that stops while the others go on would leave them waiting for it.
        """
        if self.count == 1:
            return flag
        import tensorflow as tf

        if self._sum is None:
            self._sum = tf.function(self._add_up, autograph=False)
        return bool(self._sum(tf.constant(float(flag))) > 0)

    def _add_up(self, flag):
        return self.strategy.reduce("SUM", self.strategy.run(lambda: flag), axis=None)

    @contextlib.contextmanager
    def all_there(self, contents):
        """Says in a sentence that another process does not answer, wherever TensorFlow notices it.

        Args:
            contents: function without arguments; a sentence on what the output folder holds.

        Raises:
            ConnectionError: in the place of TensorFlow's error, where there are several processes.
        """
        import tensorflow as tf

        try:
            yield
        except tf.errors.OpError as error:
            if self.count == 1:
                raise
            raise lost(self.count, contents(), error) from None


def lost(count, contents, error):
    """The error for when another of `count` processes does not answer; `error` is TensorFlow's."""
    return ConnectionError(
        f"another of the {count} workers has stopped or cannot be reached, so this one stops as well. "
        f"{contents} Its own message stands in its log; then start all workers again, with --resume where "
        f"there is a training.npz (TensorFlow says: {type(error).__name__})"
    )


def find(options):
    """The devices that the options ask for. Nothing of TensorFlow may have run before.

    Args:
        options: checked options.

    Returns:
        Devices. With "multiworker" it waits here until all workers are there.

    Raises:
        ValueError: nothing says which worker this is, or the precision does not work there.
        ConnectionError: another worker stopped while all waited for each other.
    """
    worker = workers.find(os.environ) if options.strategy == "multiworker" else None
    import tensorflow as tf  # here: --help and a wrong option should be quick

    if worker is None:
        mirrored = options.strategy == "mirrored"
        found = Devices(
            tf.distribute.MirroredStrategy() if mirrored else tf.distribute.get_strategy()
        )
    else:
        os.environ["TF_CONFIG"] = worker.tf_config()
        say(
            f"Worker {worker.index} of {len(worker.hosts)} at {worker.hosts[worker.index]}: waiting for all; Ctrl-C ends it …"
        )
        try:  # while TensorFlow waits for the others it holds Python: only the system can end that
            with stopping.left_to_the_system():
                strategy = tf.distribute.MultiWorkerMirroredStrategy()
        except tf.errors.OpError as error:
            nothing = "Nothing was trained or written."
            raise lost(len(worker.hosts), nothing, error) from None
        found = Devices(strategy, worker.index, len(worker.hosts))
    replicas = found.strategy.num_replicas_in_sync
    if options.strategy and found.chief:
        say(f"{replicas} devices in {found.count} processes take each step together.")
    if replicas > 1 and options.precision == "mixed_float16":
        raise ValueError(
            "--precision mixed_float16 fails on several devices (keras issue 18666): mixed_bfloat16 does not"
        )
    return found
