"""`TwoTaskModel`: one network, two data sets, two losses, one λ.

It minimises (L1 + λ L2)/(1 + λ), or L1 + λ L2 with `divide=False`. At λ = 0 it trains on D1 alone
and at λ = ∞ on D2 alone, bit for bit as an ordinary model would.
"""

import keras
import numpy as np
import tensorflow as tf

from helpers import objective

BOTH, FIRST, SECOND = (0, 1), (0,), (1,)


class TwoTaskModel(keras.Model):
    """A shared trunk with one head for both tasks, or with a head for each.

    Args:
        trunk: a built or unbuilt layer or model, inputs → features.
        heads: one layer (both tasks give the same answers) or a pair of layers.
        lam: 0 ≤ λ ≤ ∞; may be set again later: `model.lam = 3`.
        divide: divide the sum by 1 + λ: same minimiser, and a large λ does not blow up the step.
        chebyshev: minimise max(L1, λ L2) instead of the sum.
    """

    def __init__(self, trunk, heads, lam=1.0, *, divide=True, chebyshev=False, **options):
        super().__init__(**options)
        self.trunk, self.divide, self.chebyshev = trunk, divide, chebyshev
        self.heads = list(heads) if isinstance(heads, (list, tuple)) else [heads]
        if len(self.heads) not in (1, 2):
            raise ValueError(f"{len(self.heads)} heads; expected one for both tasks, or two")
        self.first_weight = self.add_weight(name="first_weight", shape=(), trainable=False)
        self.second_weight = self.add_weight(name="second_weight", shape=(), trainable=False)
        self.graphs = {}
        self.means = {name: keras.metrics.Mean(name) for name in ("loss", "loss_1", "loss_2")}
        self.lam = lam

    @property
    def lam(self):
        """λ; setting it keeps weights and optimizer."""
        return self._lam

    @lam.setter
    def lam(self, value):
        first, second = objective.weights(value, self.divide)
        tasks = FIRST if second == 0 else SECOND if first == 0 else BOTH
        if getattr(self, "tasks", tasks) != tasks:  # another set of tasks is another graph
            self.graphs[self.tasks] = self.train_function
            self.train_function = self.graphs.get(tasks)
        self._lam, self.tasks = float(value), tasks
        self.first_weight.assign(first)
        self.second_weight.assign(second)

    def head(self, task):
        """The head of task 0 (D1) or 1 (D2)."""
        return self.heads[min(task, len(self.heads) - 1)]

    def answer(self, x, task, training=False):
        """What the network answers to inputs of one task."""
        return self.head(task)(self.trunk(x, training=training), training=training)

    def call(self, x, training=False):
        """One answer a head."""
        answers = [self.answer(x, task, training) for task in range(len(self.heads))]
        return answers[0] if len(answers) == 1 else answers

    def compile(self, optimizer, losses, penalty=None, **options):
        """Choose optimizer and losses.

        Args:
            losses: a Keras loss for both tasks, or a pair; each a mean over the batch.
            penalty: None, or a function without arguments whose value is added to the sum,
                such as `Anchor(model, weight=0.1)` (L2-SP, EWC).
        """
        super().compile(optimizer=optimizer, jit_compile=False, **options)
        self.graphs.clear()
        pair = losses if isinstance(losses, (list, tuple)) else (losses, losses)
        self.task_losses = [keras.losses.get(loss) for loss in pair]
        self.penalty = penalty

    def task_loss(self, task, x, y, training=True):
        """The mean loss of a batch of one task."""
        return tf.reduce_mean(self.task_losses[task](y, self.answer(x, task, training)))

    def joint_loss(self, losses):
        """L1 and L2 as one number; `losses` maps a task to its loss."""
        weights = (self.first_weight, self.second_weight)
        parts = [weights[task] * loss for task, loss in losses.items()]
        loss = tf.reduce_max(parts) if self.chebyshev else tf.add_n(parts)
        return loss if self.penalty is None else loss + self.penalty()

    def active_variables(self):
        """What a step may change: a head whose task has no weight stays as it is."""
        heads = {id(self.head(task)): self.head(task) for task in self.tasks}
        return self.trunk.trainable_variables + [
            v for head in heads.values() for v in head.trainable_variables
        ]

    def train_step(self, data):
        """One step on a batch of each task: `loss = a · L1 + b · L2`, then down the gradient."""
        variables = self.active_variables()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in variables])
            losses = {task: self.task_loss(task, *data[task]) for task in self.tasks}
            loss = self.joint_loss(losses)
        self.optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)
        self.means["loss"].update_state(loss)
        for task, value in losses.items():
            self.means[f"loss_{task + 1}"].update_state(value)
        return {name: self.means[name].result() for name in self._reported()}

    def _reported(self):
        return ["loss"] + [f"loss_{task + 1}" for task in self.tasks]

    @property
    def metrics(self):
        """The running means of the losses."""
        return list(self.means.values())

    def fit(self, first, second, *, steps, batch=32, seed=0, verbose=0, **options):
        """Train on both data sets at once; everything is checked before the first step.

        Args:
            first, second: D1 and D2, each (x, y) arrays or a `tf.data.Dataset` of batches. Arrays
                may differ in length: each step draws a batch of each, from (seed, step) alone,
                so that training 20 steps twice is training 40 steps.
            steps: number of steps, a multiple of `steps_per_execution`.
            batch: pictures of each task in a step; None for all of them (arrays only).
            seed: of the draws.
        Returns:
            the Keras history, with the mean losses.
        Raises:
            ValueError: an empty set, lengths or batch sizes that do not match, or labels that do
                not match the head.
        """
        if not hasattr(self, "task_losses"):
            raise ValueError("the model is not compiled: call model.compile(optimizer, losses)")
        if steps % self.steps_per_execution:
            raise ValueError(
                f"steps = {steps}; expected a multiple of steps_per_execution = "
                f"{self.steps_per_execution}"
            )
        self._build_for(first, second)
        start = int(self.optimizer.iterations)
        data = pairs(first, second, batch=batch, seed=seed, start=start)
        return super().fit(data, steps_per_epoch=steps, verbose=verbose, shuffle=False, **options)

    def _build_for(self, first, second):
        for task, data in enumerate((first, second)):
            x, y = _first_batch(data, f"D{task + 1}")
            _match(y, self.answer(x[:1], task).shape, f"D{task + 1}")
        if not self.optimizer.built:
            heads = [v for head in self.heads for v in head.trainable_variables]
            self.optimizer.build(self.trunk.trainable_variables + heads)
        self.built = True

    def restart(self, weights=None):
        """Forget the optimizer's memory; with `weights` (from `get_weights()`) also go back there."""
        lam = self.lam
        if weights is not None:
            self.set_weights(weights)
            self.lam = lam
        rate = self.optimizer.learning_rate
        for variable in self.optimizer.variables:
            if variable is not rate:
                variable.assign(tf.zeros_like(variable))


class Anchor:
    """A penalty (β/2) Σ F (w − w1)² for `compile`: L2-SP, or EWC if given a Fisher matrix.

    Args:
        model: w1 is where its weights are now.
        weight: β; it plays the part of 1/λ.
        fisher: None (F = 1, L2-SP) or a list from `diagonal_fisher` (EWC).
    """

    def __init__(self, model, *, weight, fisher=None):
        self.watched = model.trainable_variables
        self.weight = tf.Variable(float(weight))
        self.anchor = [tf.Variable(v.numpy()) for v in self.watched]
        self.fisher = [tf.Variable(tf.ones_like(a)) for a in self.anchor]
        self.move(weight=weight, fisher=fisher)

    def move(self, *, weight, fisher=None):
        """Anchor the weights where they are now, without a new graph."""
        self.weight.assign(weight)
        for i, v in enumerate(self.watched):
            self.anchor[i].assign(v)
            self.fisher[i].assign(tf.ones_like(v) if fisher is None else fisher[i])

    def __call__(self):
        return objective.quadratic_penalty(
            [v.value for v in self.watched], self.anchor, weight=self.weight, fisher=self.fisher
        )


def diagonal_fisher(model, x, y, task=0):
    """Mean squared gradient of the loss of each single example, a list shaped like the weights.

    This is the *empirical* Fisher information (with the given labels), which EWC uses as H1.
    """
    total = [tf.zeros_like(v) for v in model.trainable_variables]
    for i in range(len(x)):
        with tf.GradientTape() as tape:
            loss = model.task_loss(task, x[i : i + 1], y[i : i + 1], training=False)
        gradients = tape.gradient(
            loss, [v.value for v in model.trainable_variables], unconnected_gradients="zero"
        )
        total = [t + g**2 for t, g in zip(total, gradients)]
    return [t / len(x) for t in total]


def accuracy(model, x, y, task=0):
    """The share of pictures whose label has the largest logit."""
    return float(np.mean(np.argmax(model.answer(x, task), axis=-1) == np.asarray(y)))


def pairs(first, second, *, batch=32, seed=0, start=0):
    """A `tf.data.Dataset` of ((x1, y1), (x2, y2)), checked; see `TwoTaskModel.fit`."""
    if all(isinstance(data, tf.data.Dataset) for data in (first, second)):
        _check_datasets(first, second)
        return tf.data.Dataset.zip((first, second))
    if any(isinstance(data, tf.data.Dataset) for data in (first, second)):
        raise ValueError("one data set holds arrays, the other batches; give both in the same form")
    arrays = [tuple(tf.constant(a) for a in data) for data in (first, second)]
    if batch is None:
        return tf.data.Dataset.from_tensors(tuple(arrays)).repeat()
    # One `map` for both sets: each costs about 0.3 ms a step, more than a small network.
    return tf.data.Dataset.counter(start).map(
        lambda step: tuple(
            _draw(data, batch, (2 * seed + task, step)) for task, data in enumerate(arrays)
        )
    )


def _draw(data, batch, seed):
    """A batch of (x, y), drawn from the pair of numbers `seed` alone."""
    rows = tf.random.stateless_uniform([batch], seed=seed, maxval=len(data[0]), dtype=tf.int64)
    return tuple(tf.gather(a, rows) for a in data)


def _first_batch(data, name):
    """One batch (x, y) of a data set; for arrays all of it."""
    if isinstance(data, tf.data.Dataset):
        data = next(iter(data.take(1)), None)
        if data is None:
            raise ValueError(f"{name} is empty; expected at least one batch")
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise ValueError(f"{name} is {type(data).__name__}; expected (x, y) or a dataset of them")
    x, y = data
    if len(x) != len(y):
        raise ValueError(
            f"{name} has {len(x)} inputs and {len(y)} labels; expected as many of each"
        )
    if len(x) == 0:
        raise ValueError(f"{name} is empty; expected at least one picture")
    return x, y


def _match(y, outputs, name):
    """Labels must be classes that the head knows, or have the shape of its answers."""
    y, outputs = np.asarray(y), tuple(outputs)
    if np.issubdtype(y.dtype, np.integer) and y.ndim == 1:
        if y.min() < 0 or y.max() >= outputs[-1]:
            raise ValueError(
                f"labels of {name} run from {y.min()} to {y.max()}, its head answers "
                f"0 to {outputs[-1] - 1}: give it a head with {y.max() + 1} outputs"
            )
    elif y.shape[1:] != outputs[1:]:
        raise ValueError(
            f"labels of {name} have shape {y.shape[1:]} each, its head answers "
            f"{outputs[1:]}: they must be equal, or labels whole numbers"
        )


def _check_datasets(first, second):
    sizes = [len(_first_batch(d, f"D{i}")[0]) for i, d in enumerate((first, second), start=1)]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"D1 comes in batches of {sizes[0]}, D2 of {sizes[1]}: use one size for "
            "both, so that both losses are means over as many pictures"
        )
    lengths = [int(d.cardinality()) for d in (first, second)]
    if lengths[0] != lengths[1]:
        say = ["endless" if n == -1 else "unknown" if n == -2 else f"{n} batches" for n in lengths]
        raise ValueError(
            f"D1: {say[0]}, D2: {say[1]}: training would stop with the shorter one. "
            "Repeat both (`.repeat()`), or give arrays (x, y)"
        )
