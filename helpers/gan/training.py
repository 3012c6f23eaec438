"""Fitting a GAN: the run's plan, the progress bar, the curves, and the guard against NaN."""

import time

import keras
import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from helpers import stopping
from helpers.gan import networks

_RECORD_EVERY = 20
_SNAPSHOT_EVERY = 50


class Fits:
    """What `gan.GAN` inherits for training: fit, and what it needs."""

    def fit(self, images, steps, *, callbacks=(), verbose=True, seconds=None):
        """Trains for a number of steps more; an interrupt stops between two steps.

        Args:
            images: uint8 [n, size, size, 3], or an art set.
            steps: how many steps to add.
            callbacks: Keras callbacks; `on_train_batch_end` is called after each step.
            verbose: whether to show a progress bar with steps per second.
            seconds: stop after so many seconds of training (tracing apart), if that comes first.

        Returns:
            keras History; `.history` has "step", "discriminator_loss", "generator_loss" and
            "accuracy", each a list with a mean for every 20 steps or so.

        Raises:
            ValueError: the pictures do not fit the networks.
            FloatingPointError: a loss became NaN; the last good weights are back in place.
        """
        if steps < 1:
            raise ValueError(f"steps takes 1 or more, got {steps}")
        with stopping.Noted() as interrupt:  # from set-up to the end: none escapes, none is lost
            self.prepare(images)
            self._make_plan(steps)
            watch = Watch(steps, verbose=verbose, seconds=seconds)
            counter = tf.data.Dataset.range(steps).batch(1)
            replicas = self.distribute_strategy.num_replicas_in_sync
            if replicas > 1:
                counter = counter.map(lambda index: tf.repeat(index, replicas))
            calls = [_Stopper(interrupt), watch, *callbacks]
            try:
                super().fit(counter, epochs=1, shuffle=False, verbose=0, callbacks=calls)
            except KeyboardInterrupt:
                interrupt.asked = True
            finally:
                watch.close()
            self.settle()
            history = watch.result()
            if interrupt.asked:
                print(
                    f"Interrupted after step {self.step_count}: nothing is lost. "
                    "Sample as you like, or call fit again to go on from here."
                )
        return history

    def _make_plan(self, steps):
        # A run that was interrupted and now goes on to the same last step keeps its plan, so its
        # rates go on falling as they would have; any other run starts with the full rates.
        end = self.step_count + steps
        if end != self.plan[1]:
            self.plan = (self.step_count, end)

    def set_rates(self, share_done):
        """Sets both learning rates for a run of which this share is done.

        Args:
            share_done: 0 to 1. Over the last part of the run, `decay` of the recipe, the rates
                fall linearly to zero. Optimizers of your own are left alone.
        """
        decay = self.recipe["decay"]
        if not decay or self.own_optimizers:
            return
        scale = min(1.0, max(0.0, (1.0 - share_done) / decay))
        self.generator_optimizer.learning_rate = scale * self.recipe["generator_rate"]
        self.discriminator_optimizer.learning_rate = scale * self.recipe["discriminator_rate"]

    def prepare(self, images):
        """Puts the pictures to train on where `train_step` finds them; `fit` does it by itself.

        Args:
            images: uint8 [n, size, size, 3], or an art set.

        Raises:
            ValueError: they do not fit the networks.
        """
        images = getattr(images, "images", images)
        if images is not None and images is self._images_source:
            return
        expected = tuple(self.discriminator.input_shape[1:])
        if getattr(images, "dtype", None) != np.uint8 or images.shape[1:] != expected:
            raise ValueError(
                f"expected uint8 pictures of shape [n, {', '.join(map(str, expected))}], got "
                f"{getattr(images, 'dtype', type(images).__name__)} {np.shape(images)}; "
                "art.load(name, size=…) gives them"
            )
        if len(images) == 0:
            raise ValueError("no pictures to train on: the array is empty")
        # Small enough to live on the device as bytes: no input pipeline, no copies in a step.
        self._images, self._images_source = tf.constant(images), images
        self.train_function = None  # the traced step holds the old pictures
        if self.step_count == 0:
            self._start_at(images)

    def _start_at(self, images):
        for layer in (*self.generator.layers, *self.averaged_generator.layers):
            if isinstance(layer, (networks.Canvas, networks.Palette)):
                layer.start_at(images)


class _Stopper(keras.callbacks.Callback):
    """Stops a run between two steps once an interrupt was noted."""

    def __init__(self, interrupt):
        super().__init__()
        self.interrupt = interrupt

    def on_train_batch_begin(self, batch, logs=None):
        if self.interrupt.asked:
            raise KeyboardInterrupt


class Watch(keras.callbacks.Callback):
    """Keeps the curves, shows progress, and stops with the last good weights when a loss is NaN.

    Args:
        steps: number of steps to come.
        verbose: whether to show a progress bar.
        seconds: stop after so many seconds, the first step (which traces) not counted; or None.
    """

    def __init__(self, steps, *, verbose=True, seconds=None):
        super().__init__()
        self.bar = _bar(steps, seconds, verbose)
        self.seconds_limit, self.seconds = seconds, 0.0
        self.rows, self.pending = [], []
        self.good = None

    def on_train_begin(self, logs=None):
        self.last_time = None
        self.good, self.step = self.model.state(), self.model.step_count

    def on_train_batch_begin(self, batch, logs=None):
        first, last = self.model.plan
        if self.seconds_limit is None:
            share = (self.step - first) / (last - first)
        else:  # how many steps there will be is unknown: such a run cannot be repeated exactly
            share = self.seconds / self.seconds_limit
        self.model.set_rates(share)

    def on_train_batch_end(self, batch, logs=None):
        self._clock()
        values = {name: float(np.mean(value)) for name, value in logs.items()}
        if not all(map(np.isfinite, values.values())):
            self._go_back()
        self.pending.append(values)
        self.step += 1
        if self.step % _RECORD_EVERY == 0:
            self._record(self.step)
        if self.step % _SNAPSHOT_EVERY == 0:
            self._snapshot()
        self._show()
        if self.seconds_limit is not None and self.seconds >= self.seconds_limit:
            self.model.stop_training = True

    def _show(self):
        if self.seconds_limit is None:
            self.bar.update(1)
        else:  # the time left follows from the seconds, not from the steps
            self.bar.set_postfix_str(f"step {self.step}", refresh=False)
            self.bar.update(min(self.seconds, self.seconds_limit) - self.bar.n)

    def _clock(self):
        now = time.perf_counter()
        if self.last_time is not None:
            self.seconds += now - self.last_time
        self.last_time = now

    def _record(self, step):
        means = {name: np.mean([row[name] for row in self.pending]) for name in self.pending[0]}
        self.rows.append({"step": step, **{name: float(value) for name, value in means.items()}})
        self.pending = []

    def _snapshot(self):
        # A loss can be finite while its gradient was not, so the arrays themselves are looked at.
        state = self.model.state()
        if all(np.isfinite(array).all() for array in state.values()):
            self.good = state

    def _go_back(self):
        failed = self.model.step_count
        self.model.restore(self.good)
        raise FloatingPointError(
            f"a loss became NaN or infinite at step {failed}; the weights are back at step "
            f"{self.model.step_count}. Compile again with a lower learning rate (half of it, say) "
            "or a weaker penalty, and call fit again"
        )

    def close(self):
        """Takes the progress bar away."""
        self.bar.close()

    def result(self):
        """The curves as a keras History."""
        if self.pending:
            self._record(self.model.step_count)
        history = keras.callbacks.History()
        names = self.rows[0] if self.rows else ()
        history.history = {name: [row[name] for row in self.rows] for name in names}
        history.seconds = self.seconds
        return history


def _bar(steps, seconds, verbose):
    if seconds is None:
        return tqdm(total=steps, unit=" steps", leave=False, disable=not verbose)
    layout = "{percentage:3.0f}%|{bar}| {n:.0f} of {total:.0f} s [{remaining} left]{postfix}"
    return tqdm(total=seconds, bar_format=layout, leave=False, disable=not verbose)
