"""What watches a run from inside: saves it now and then, and stops it when asked."""

import sys
import time

import keras

from helpers.train.folder import say

FIRST, EVERY = 5, 60  # seconds of training before the first save, and between two


class Saver(keras.callbacks.Callback):
    """Saves the first time after seconds, then every minute; a full disk stops no training.

    Args:
        place: folder.Folder.
        stop: stopping.Stop; from the first step on there is something to save.
        earlier: seconds of training before this run.
        together: devices.Devices; of several processes all stop, or none.
    """

    def __init__(self, place, stop, earlier, together):
        super().__init__()
        self.place, self.stop, self.seconds, self.together = place, stop, earlier, together
        self.last = self.due = None

    def on_train_batch_end(self, batch, logs=None):
        now = time.monotonic()
        if self.last is None:  # the step that traced: not counted
            self.stop.holding, self.due = True, now + FIRST
        else:
            self.seconds += now - self.last
        self.last = now
        if self.together.any(self.stop.asked):
            self.model.stop_training = True
        elif now >= self.due:
            self._save()
            self.due = time.monotonic() + EVERY

    def _save(self):
        try:
            self.place.save_training(self.model, self.seconds)
        except OSError as error:
            say(
                f"\nStep {self.model.step_count} was not saved ({error.strerror or error}); training "
                f"goes on. Make room on the disk. {self.place.contents()}",
                file=sys.stderr,
            )
