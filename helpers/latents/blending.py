"""Two generators in one: weights between a parent and its child, or layers of each.

    half = blending.blend(heroes, creatures, 0.5, latents=latents.noise(heroes, 256))
    mixed = blending.swap_layers(heroes, creatures, blending.blocks(heroes)["8 px"])

It works because a child fine-tuned from its parent keeps what the latents mean (StyleAlign,
arXiv 2110.11323); an unrelated generator gives mud.
"""

import keras
import numpy as np
from keras import layers

from helpers.latents import checked, traced


def blend(parent, child, share, *, latents=None):
    """A new generator between two: every weight is (1 − share) · parent's + share · child's.

    Args:
        parent, child: generators of one build; both are left alone.
        share: 0 … 1; the ends are the parent and the child bit for bit (unless `latents` is given).
        latents: float [n, latent_dim] on which batch norm's statistics are measured anew, 256 or
            more; None also blends them, which is only nearly right.

    Returns:
        keras.Sequential.

    Raises:
        ValueError: the generators do not fit each other, or share is outside 0 … 1.

    Paper: Wang et al., Deep network interpolation, arXiv 1811.10515.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}: it must lie between 0 (parent) and 1 (child)")
    return _mixed(parent, child, {layer.name: share for layer in parent.layers}, latents)


def swap_layers(parent, child, layers_from_child, *, latents=None):
    """A new generator with the parent's layers, except some that come from the child.

    Layers of few pixels settle structure, layers of many settle colour and surface.

    Args:
        parent, child: generators of one build; both are left alone.
        layers_from_child: names of layers; `blocks` lists them by the side of their pictures.
        latents: as in `blend`; without them batch norm's statistics come with their layer.

    Returns:
        keras.Sequential.

    Raises:
        ValueError: the generators do not fit each other, or there is no such layer.

    Paper: Pinkney & Adler, Resolution dependent GAN interpolation, arXiv 2010.05334.
    """
    names = [layers_from_child] if isinstance(layers_from_child, str) else list(layers_from_child)
    known = [layer.name for layer in parent.layers if layer.weights]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(
            f"no layer with weights is called {unknown[0]!r}; one of: {', '.join(known)}"
        )
    return _mixed(parent, child, dict.fromkeys(names, 1.0), latents)


def blocks(generator):
    """Names of the layers with weights, grouped by the side of the pictures they make.

    Returns:
        Dictionary {"4 px": ["dense", "norm"], "8 px": ["up1", "norm1"], …}, in order.
    """
    side = next(x.output.shape[1] for x in generator.layers if len(x.output.shape) == 4)
    found = {}
    for layer in generator.layers:
        side = layer.output.shape[1] if len(layer.output.shape) == 4 else side
        if layer.weights:
            found.setdefault(f"{side} px", []).append(layer.name)
    return found


def calibrate(generator, latents):
    """Measures batch norm's means and variances anew, in place; after mixing the old ones are wrong.

    Exact in one pass: each norm sees all the latents, after the norms below it have been set. Going
    on with Keras' running averages (.99) would leave 90 % of the old values after ten batches.

    Args:
        generator: any Keras network; its moving means and variances are replaced.
        latents: float [n, latent_dim]; 256 or more for steady values.

    Raises:
        ValueError: the latents do not fit the generator.
    """
    latents = checked(latents, "latents", generator)
    if len(latents) < 2:
        raise ValueError(f"{len(latents)} latents have no variance: give 256 or more")
    traced(generator, _calibration, latents)


def statistics(generator):
    """Batch norm's means and variances, the ones that `calibrate` sets: a list of Keras variables."""
    return [v for norm in batch_norms(generator) for v in (norm.moving_mean, norm.moving_variance)]


def batch_norms(network):
    """The batch norms of a network, those of networks inside it included: a list of layers."""
    found = []
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            found.append(layer)
        elif hasattr(layer, "layers"):
            found += batch_norms(layer)
    return found


def _calibration(generator, x):
    # While this is traced, a norm keeps nothing of its old statistics, not even when it is frozen.
    norms = batch_norms(generator)
    before = [(norm.momentum, norm.trainable) for norm in norms]
    for norm in norms:
        norm.momentum, norm.trainable = 0.0, True
    try:
        generator(x, training=True)
    finally:
        for norm, (momentum, trainable) in zip(norms, before):
            norm.momentum, norm.trainable = momentum, trainable


def copy(generator):
    """A new generator with the same weights, and the same `.spec` where there is one."""
    twin = keras.models.clone_model(generator)
    twin.set_weights(generator.get_weights())
    if hasattr(generator, "spec"):
        twin.spec = dict(generator.spec)
    return twin


def _mixed(parent, child, shares, latents):
    _check_pair(parent, child)
    mixture = []
    for one, other in zip(parent.layers, child.layers):
        share = np.float32(shares.get(one.name, 0.0))
        mixture += [_between(a, b, share) for a, b in zip(one.get_weights(), other.get_weights())]
    twin = copy(parent)
    twin.set_weights(mixture)
    if latents is not None:
        calibrate(twin, latents)
    return twin


def _between(a, b, share):
    if share in (0, 1):  # exactly the one or the other, also where 0 · b would not be 0
        return b if share else a
    return ((1 - share) * a + share * b).astype(a.dtype)


def _check_pair(parent, child):
    builds = [
        [(x.name, [tuple(w.shape) for w in x.weights]) for x in g.layers] for g in (parent, child)
    ]
    if builds[0] == builds[1]:
        return
    odd = next((pair for pair in zip(*builds) if pair[0] != pair[1]), None)
    where = f"{len(builds[0])} and {len(builds[1])} layers"
    if odd:
        where = f"first difference: {odd[0]} and {odd[1]}"
    raise ValueError(
        f"the two generators are built differently ({where}): weights can be mixed only between "
        "networks of one size and width, best a child fine-tuned from its parent"
    )
