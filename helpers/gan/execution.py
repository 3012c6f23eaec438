"""Several training steps in one call of TensorFlow, and the loop that calls Keras' callbacks.

Between two steps inside a call there is no Python. So the learning rates are computed there, from
the step's number alone: a run goes on as if it had never stopped, however its steps were shared
out among calls.
"""

import functools
import itertools

import keras
import tensorflow as tf

from helpers.gan import batches

STEPS = 10  # in one call; a tenth quicker than 1, and 25 are hardly quicker still
EPOCH = 20  # steps: what callbacks know as an epoch is one point of the curves

# What these would change belongs to the recipe or to checkpoints of our own.
_REFUSED = {
    "LearningRateScheduler": "a GAN has two rates, which the recipe's `decay` lets fall: "
    "compile(decay=…), or give compile two optimizers with a keras schedule each",
    "ReduceLROnPlateau": "a GAN's losses are no measure of progress, and it has two rates: "
    "compile(decay=…) lets both fall",
    "BackupAndRestore": "save_checkpoint and GAN.from_checkpoint go on with the very same numbers",
    "SwapEMAWeights": "`averaged_generator` is that average, and sample() draws with it",
}


def check_callbacks(callbacks):
    """Refuses Keras callbacks that would do nothing here, or harm.

    Raises:
        ValueError: names the callback and what does its work.
    """
    for callback in callbacks:
        for kind, instead in _REFUSED.items():
            if isinstance(callback, getattr(keras.callbacks, kind)):
                raise ValueError(f"{kind} does not work with a GAN: {instead}")


def run(model, watch, callbacks, *, interrupt):
    """Steps until the plan's end, or until `model.stop_training`.

    Args:
        model: gan.GAN, prepared.
        watch: watch.Watch.
        callbacks: Keras callbacks beside it.
        interrupt: stopping.Noted; once it is asked, the run stops before the next call.

    Raises:
        KeyboardInterrupt: the run was interrupted, between two steps.
        ValueError: a Dataset has ended too early.
    """
    first, epoch = model.step_count, 0
    limit = model.steps_in_a_call or (1 if callbacks else STEPS)
    epochs = -(-(model.plan[1] - first) // EPOCH)
    callbacks = keras.callbacks.CallbackList(
        [watch, *callbacks], model=model, epochs=epochs, steps=EPOCH, verbose=0
    )
    model.stop_training = False
    model.make_train_function()
    callbacks.on_train_begin()
    while model.step_count < model.plan[1] and not model.stop_training:
        model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        logs = _epoch(model, watch, callbacks, limit=limit, first=first, interrupt=interrupt)
        callbacks.on_epoch_end(epoch, dict(logs))
        epoch += 1
    callbacks.on_train_end()


def _epoch(model, watch, callbacks, *, limit, first, interrupt):
    """Steps up to the next multiple of EPOCH; returns the means of the metrics over them."""
    step = model.step_count
    end = min(model.plan[1], step - step % EPOCH + EPOCH)
    while step < end and not model.stop_training:
        if interrupt.asked:
            raise KeyboardInterrupt
        count = min(limit, end - step)
        callbacks.on_train_batch_begin(step - first)
        logs = _call(model, count, watch.horizon())
        step = model.step_count
        callbacks.on_train_batch_end(step - first - 1, logs)
    return logs


def _call(model, count, horizon):
    pictures = [] if model.batches is None else [_next_batches(model, count)]
    count = len(pictures[0]) if pictures else count
    logs = model.train_function(tf.constant(count), tf.constant(horizon, tf.float64), *pictures)
    return {name: float(value) for name, value in logs.items()}


def _next_batches(model, count):
    """The next batches of a Dataset, fewer at its end: uint8 [count, batch_size, …]."""
    # Read out here: inside a graph a step would begin before its batch, and half of it be done.
    with batches.whole():
        found = list(itertools.islice(model.batches, count))
    if not found:
        raise ValueError(
            f"the Dataset has ended after step {model.step_count}, and the run goes to "
            f"{model.plan[1]}: .repeat() makes it endless; what was trained so far is kept"
        )
    return tf.stack(found)


def compiled(model):
    """Makes the function that takes steps: (count, horizon[, batches]) → means of the metrics.

    `horizon` is the first and the last step of the run that the falling rates belong to; `batches`,
    uint8 [count, batch_size, …], are there when a Dataset is read.
    """
    step = functools.partial(_step, model)
    traced = not (model.run_eagerly or tf.config.functions_run_eagerly())
    if traced:
        step = tf.function(step, autograph=False, jit_compile=model.jit_compile)

    def several(count, horizon, *batches):
        def body(done):
            step(horizon, *(some[done] for some in batches))
            return [done + 1]

        tf.while_loop(lambda done: done < count, body, [0])
        return model.get_metrics_result()

    if not traced:
        return several
    # A concrete function: TensorFlow would else warn of frequent tracing wherever many models are
    # trained for a short time.
    stream = [] if model.batches is None else [model.batches.element_spec]
    return tf.function(several, autograph=False).get_concrete_function(
        tf.TensorSpec([], tf.int32),
        tf.TensorSpec([2], tf.float64),
        *(tf.TensorSpec([None, *spec.shape], spec.dtype) for spec in stream),
    )


def _step(model, horizon, *batch):
    step = tf.cast(model.step.value, tf.float64)
    with model.distribute_strategy.scope():
        model.set_rates((step - horizon[0]) / (horizon[1] - horizon[0]))
    model.distribute_strategy.run(model.train_step, args=batch)
