"""Saving a GAN to one `.npz` file and building it again; `GAN.save_checkpoint` and its sisters.

The shipped generators and their cards are one floor up, in helpers/checkpoints.py.
"""

import contextlib
import numbers

import keras

from helpers import weights
from helpers.gan import networks, recipe

_FARTHEST = 2**50  # seeds and steps: times 64 or 1,024 they must stay whole numbers of 64 bits


def save(model, path, *, full=True, dtype=None):
    """Saves a GAN to one `.npz`, atomically.

    Args:
        model: gan.GAN.
        path: the file.
        full: True keeps all that a resumed training needs; False only the averaged generator
            and the discriminator, for sampling and for fine-tuning.
        dtype: "float16" halves a file that is not full; None keeps float32.

    Returns:
        pathlib.Path of the file.
    """
    if full:
        arrays = model.state()
    else:
        arrays = weights.pack("generator", model.averaged_generator.variables)
        arrays |= weights.pack("discriminator", model.discriminator.variables)
        arrays = {key: array.astype(dtype or array.dtype) for key, array in arrays.items()}
    # A full one is saved every minute of a run, so it must be quick; the other is kept and shared.
    return weights.write(path, arrays, _info(model, full), compress=not full)


def _info(model, full):
    return {
        "kind": "full" if full else "inference",
        "generator": dict(getattr(model.generator, "spec", None) or {}),
        "discriminator": dict(getattr(model.discriminator, "spec", None) or {}),
        "frozen": frozen(model.discriminator),
        "recipe": settings(model),
        "seed": model.seed,
        "step": model.step_count,
        "plan": list(model.plan),
    }


def settings(model):
    """A GAN's recipe in words that JSON can hold."""
    return {**model.recipe, "loss": model.adversarial_loss.name}


def description(network):
    """A network in words that JSON can hold: its spec where there is one, else Keras' own config."""
    if not getattr(network, "spec", None):
        return keras.saving.serialize_keras_object(network)
    return {"spec": dict(network.spec), "frozen": frozen(network)}


def described(words):
    """An untrained network from its description."""
    if "spec" not in words:
        return keras.saving.deserialize_keras_object(words)
    return _with_frozen(networks.build(words["spec"]), words["frozen"])


def frozen(network):
    """Names of the layers that do not learn."""
    return [layer.name for layer in network.layers if not layer.trainable]


def _with_frozen(network, names):
    for name in names:
        network.get_layer(name).trainable = False
    return network


def restore(model, path):
    """Loads weights into a GAN; from a full checkpoint also the optimizers and the step.

    Args:
        model: gan.GAN with the same networks as when it was saved.
        path: file from `save`. After a full one training goes on exactly as it would have; after
            an inference one the optimizers and the step stay as they are.

    Raises:
        FileNotFoundError, ValueError: missing, damaged, or from other networks.
    """
    arrays, info = weights.read(path)
    with _named(path):
        check(info)
        _fill(model, arrays, info)


def build(kind, path, **arguments):
    """Builds a compiled GAN from a file, with the networks and the recipe it was saved with.

    Args:
        kind: the class, gan.GAN or one that inherits from it.
        path: file from `save`.
        **arguments: what `kind` takes beside its networks, such as Mixture's λ.

    Returns:
        An instance of `kind`.

    Raises:
        FileNotFoundError, ValueError: missing, damaged, or networks of your own making.
    """
    arrays, info = weights.read(path)
    with _named(path):
        check(info)
        pair = [networks.build(info[name]) for name in ("generator", "discriminator")]
        if pair[0].output_shape != pair[1].input_shape:
            raise ValueError(
                f"its generator draws other sizes than its discriminator sees; {weights.CURE}"
            )
        model = kind(*pair, **arguments)
        for name in info["frozen"]:
            _layer(model.discriminator, name).trainable = False
        model.compile(**info["recipe"])
        _fill(model, arrays, info)
    return model


@contextlib.contextmanager
def _named(path):
    """Puts the file's name before what is wrong with its content."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def check(info):
    """Holds what a file says about its GAN against what `save` writes, before anything is built."""
    if info.get("kind") not in ("full", "inference"):
        raise ValueError(f"it is neither a full nor an inference checkpoint; {weights.CURE}")
    for name, kind in {
        "generator": dict,
        "discriminator": dict,
        "recipe": dict,
        "frozen": list,
    }.items():
        if not isinstance(info.get(name), kind):
            raise ValueError(f"its {name!r} is missing or no {kind.__name__}; {weights.CURE}")
    for name in ("generator", "discriminator"):
        if info[name]:  # none: networks of the learner's own
            networks.check(info[name])
    recipe.changed(info["recipe"])
    plan = info.get("plan")
    counts = [info.get("step"), *(plan if isinstance(plan, list) and len(plan) == 2 else [None])]
    if not (all(_whole(n) and n >= 0 for n in counts) and _whole(info.get("seed"))):
        raise ValueError(f"its seed, step and plan are no whole numbers in range; {weights.CURE}")


def _whole(value):
    return (
        isinstance(value, numbers.Integral) and type(value) is not bool and abs(value) < _FARTHEST
    )


def _layer(network, name):
    found = [layer for layer in network.layers if layer.name == name]
    if not found:
        raise ValueError(f"it freezes a layer that its discriminator does not have; {weights.CURE}")
    return found[0]


def _fill(model, arrays, info):
    if info["kind"] == "full":
        model.restore(arrays)
        model.plan = tuple(info["plan"])
    else:
        weights.unpack("discriminator", model.discriminator.variables, arrays)
        weights.unpack("generator", model.generator.variables, arrays)
        model.averaged_generator.set_weights(model.generator.get_weights())
    model.seed = info["seed"]
