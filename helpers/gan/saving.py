"""Saving a GAN to one `.npz` file and building it again; `GAN.save_checkpoint` and its sisters.

The shipped generators and their cards are one floor up, in helpers/checkpoints.py.
"""

from helpers import weights
from helpers.gan import networks


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
        "frozen": [layer.name for layer in model.discriminator.layers if not layer.trainable],
        "recipe": settings(model),
        "seed": model.seed,
        "step": model.step_count,
        "plan": list(model.plan),
    }


def settings(model):
    """A GAN's recipe in words that JSON can hold."""
    return {**model.recipe, "loss": model.adversarial_loss.name}


def restore(model, path):
    """Loads weights into a GAN; from a full checkpoint also the optimizers and the step.

    Args:
        model: gan.GAN with the same networks as when it was saved.
        path: file from `save`. After a full one training goes on exactly as it would have; after
            an inference one the optimizers and the step stay as they are.

    Raises:
        FileNotFoundError, ValueError: missing, damaged, or from other networks.
    """
    _fill(model, *weights.read(path))


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
    pair = (networks.build(info[name]) for name in ("generator", "discriminator"))
    model = kind(*pair, **arguments)
    for name in info["frozen"]:
        model.discriminator.get_layer(name).trainable = False
    model.compile(**info["recipe"])
    _fill(model, arrays, info)
    return model


def _fill(model, arrays, info):
    if info["kind"] == "full":
        model.restore(arrays)
        model.plan = tuple(info["plan"])
    else:
        weights.unpack("discriminator", model.discriminator.variables, arrays)
        weights.unpack("generator", model.generator.variables, arrays)
        model.averaged_generator.set_weights(model.generator.get_weights())
    model.seed = info["seed"]
