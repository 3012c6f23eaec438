"""The course's recipe for training a GAN: every number that was tuned, in one place."""

import math
import numbers
import reprlib

import keras
import tensorflow as tf

from helpers.gan import augment, losses

# Where the numbers come from is measured in experiments.
RECIPE = {
    "loss": "non_saturating",
    "generator_rate": 3e-3,
    "discriminator_rate": 3e-3,
    "beta_1": 0.5,  # Keras' default .9 fails at rates like these, see lesson 04
    "beta_2": 0.99,
    "batch_size": 16,  # many small steps learn faster here, see experiments/RESULTS.md
    "decay": 1.0,  # over this last part of a run, here all of it, the rates fall linearly to zero
    "augment": "translation",
    "average": 0.999,  # its warm-up makes that a tenth of the steps taken, up to step 9,000
    "r1": 0.1,
    "r2": 0.0,
    "penalty_every": 4,  # steps between two penalties, each then four times as strong
}
# What a discriminator of another kind needs otherwise, by the kind in its spec.
OTHERWISE = {
    "projected_discriminator": {
        "loss": "hinge",
        "r1": 0.0,
    },
}
# The least and the most that a number may be, whoever wrote it.
LIMITS = {
    "generator_rate": (0, 10), "discriminator_rate": (0, 10), "beta_1": (0, 1), "beta_2": (0, 1),
    "batch_size": (1, 4096), "r1": (0, 1e6), "r2": (0, 1e6), "penalty_every": (1, 10**6),
}  # fmt: skip


def of(discriminator):
    """The recipe for a discriminator: RECIPE, or with what its kind needs otherwise."""
    kind = (getattr(discriminator, "spec", None) or {}).get("network")
    return {**RECIPE, **OTHERWISE.get(kind, {})}


def handed_on(recipe, old, new):
    """A recipe from one discriminator to another: what depends on D's kind is the new kind's.

    Args:
        recipe: full recipe that was used with `old`.
        old, new: discriminators.

    Returns:
        Dictionary with all entries.
    """
    before, after = of(old), of(new)
    return {**recipe, **{name: after[name] for name in RECIPE if after[name] != before[name]}}


def changed(changes, recipe=RECIPE):
    """A recipe with some entries changed.

    Args:
        changes: dictionary of entries of RECIPE with other values.
        recipe: full recipe to change, see `of`.

    Returns:
        Dictionary with all entries.

    Raises:
        ValueError: a name is not in RECIPE, or a value is impossible.
    """
    unknown = sorted(set(changes) - set(RECIPE))
    if unknown:
        raise ValueError(f"unknown setting {unknown[0]!r}; any of: {', '.join(sorted(RECIPE))}")
    recipe = {**recipe, **changes}
    for name, value in changes.items():
        _check(name, value)
    augment.parse(recipe["augment"])
    losses.get(recipe["loss"])
    if not 0 <= recipe["decay"] <= 1:
        raise ValueError(f"decay is a share of the run, 0 to 1, got {recipe['decay']}")
    if not 0 <= recipe["average"] < 1:
        raise ValueError(f"average must lie in [0, 1), got {recipe['average']}; 0 averages nothing")
    return recipe


def _check(name, value):
    """Raises a ValueError unless the value is of its default's kind and within LIMITS."""
    default, told = RECIPE[name], reprlib.repr(value)
    if isinstance(default, (bool, str)):
        if not isinstance(value, type(default)) or len(str(value)) > 200:
            raise ValueError(f"{name} takes a {type(default).__name__}, got {told}")
        return
    kind = numbers.Integral if isinstance(default, int) else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(
            f"{name} takes a {'whole ' * (kind is numbers.Integral)}number, got {told}"
        )
    low, high = LIMITS.get(name, (-math.inf, math.inf))
    if not low <= value <= high:
        raise ValueError(f"{name} takes {low:g} to {high:g}, got {told}")


def adam(recipe, rate):
    """Adam with the recipe's betas.

    Args:
        recipe: full recipe.
        rate: name of the entry with the learning rate.

    Returns:
        keras optimizer.
    """
    return Adam(
        recipe[rate], beta_1=recipe["beta_1"], beta_2=recipe["beta_2"], name=rate.split("_")[0]
    )


@keras.saving.register_keras_serializable("course")
class Adam(keras.optimizers.Adam):
    """Keras' Adam in one operation a variable instead of some twenty: the same numbers, sooner.

    A tenth of a small step on a CPU. Only `amsgrad` is left out; Keras' own has it.

    Paper: Kingma & Ba, Adam, arXiv 1412.6980.
    """

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations.value + 1, variable.dtype)
        beta_1, beta_2, rate = (
            tf.cast(value, variable.dtype) for value in (self.beta_1, self.beta_2, learning_rate)
        )
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=beta_1**step,
            beta2_power=beta_2**step,
            lr=rate,
            beta1=beta_1,
            beta2=beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(gradient, variable.dtype),
        )


def build_optimizer(optimizer, network):
    """Builds an optimizer for a network; under float16 it scales its loss.

    It happens here, outside any tf.function and inside any strategy's scope: an optimizer that is
    not built fails under tf.distribute.
    """
    if any(layer.compute_dtype == "float16" for layer in network.layers):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(network.trainable_variables)
    return optimizer
