"""What `GAN.fit` watches while it trains: the progress bar, the curves, and the guard against NaN."""

import time

import keras
import numpy as np
from tqdm.auto import tqdm

_SNAPSHOT_EVERY = 50  # steps


class Watch(keras.callbacks.Callback):
    """Keeps the curves, shows progress, and stops with the last good weights when a loss is NaN.

    Args:
        steps: number of steps to come.
        verbose: whether to show a progress bar.
        seconds: stop after so many seconds, the first call (which traces) not counted; or None.
    """

    def __init__(self, steps, *, verbose=True, seconds=None):
        super().__init__()
        self.bar = _bar(steps, seconds, verbose)
        self.seconds_limit, self.seconds = seconds, 0.0
        self.rows, self.latest = [], None
        self.last_good = None

    def on_train_begin(self, logs=None):
        self.last_time = None
        self.last_good = self.model.state()
        self.first = self.step = self.model.step_count

    def horizon(self):
        """First and last step of the run, as far as can be told: the rates fall towards the last.

        Where seconds limit the run, its end is guessed from the pace so far, so such a run cannot
        be repeated exactly.
        """
        if self.seconds_limit is None:
            return self.model.plan
        done = self.step - self.first
        steps = done * self.seconds_limit / self.seconds if self.seconds else np.inf
        return self.first, self.first + steps

    def on_train_batch_end(self, batch, logs=None):
        self._clock()
        if not all(map(np.isfinite, logs.values())):
            self._go_back()
        before, self.step = self.step, self.model.step_count
        self.latest = {"step": self.step, **logs}
        if before // _SNAPSHOT_EVERY < self.step // _SNAPSHOT_EVERY:
            self._snapshot()
        self._show(self.step - before)
        if self.seconds_limit is not None and self.seconds >= self.seconds_limit:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        self.rows.append(self.latest)
        self.latest = None

    def _show(self, steps):
        if self.seconds_limit is None:
            self.bar.update(steps)
        else:  # the time left follows from the seconds, not from the steps
            self.bar.set_postfix_str(f"step {self.step}", refresh=False)
            self.bar.update(min(self.seconds, self.seconds_limit) - self.bar.n)

    def _clock(self):
        now = time.perf_counter()
        if self.last_time is not None:
            self.seconds += now - self.last_time
        self.last_time = now

    def _snapshot(self):
        # A loss can be finite while its gradient was not, so the arrays themselves are looked at.
        state = self.model.state()
        if all(np.isfinite(array).all() for array in state.values()):
            self.last_good = state

    def _go_back(self):
        failed = self.model.step_count
        self.model.restore(self.last_good)
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
        if self.latest:  # stopped in the middle
            self.rows.append(self.latest)
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
