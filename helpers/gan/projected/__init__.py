"""A discriminator that looks through a frozen network: transfer learning inside the GAN.

The pictures go through the low blocks of lesson 01's backbone, which stay as ImageNet left them. A
fixed random mixing of each map's channels keeps D from resting on the few that are easiest. Small
heads, one a map and one on the pixels themselves, are all that learns; each gives a logit of its own.
The default form is what did best in experiments/projected.py, at equal time.

    model = gan.make(32, discriminator="projected")
    model = gan.make(32, discriminator=projected.Form(pixels=0))    # without the branch on single pixels

Papers: Sauer et al., Projected GANs converge faster, arXiv 2111.01007; Kumari et al., Ensembling
off-the-shelf models for GAN training, 2112.09130; Miyato et al., Spectral normalization, 1802.05957.
"""

import dataclasses
import math

import keras
from keras import layers

from helpers.gan.projected.forms import SIDE, Form, check, form_of  # noqa: F401 (projected.Form)
from helpers.gan.projected.looking import FrozenMaps, RandomMixing
from helpers.gan.projected.spectral import SpectralConv2D

_WIDEST = 4  # the pixel branch grows to so many times its width, as the plain discriminator does


def discriminator(size=32, form=None, *, seed=0, maps=None):
    """The projected discriminator: frozen maps, random mixing, a head on each, one logit a head.

    Args:
        size: side of the pictures in pixels: 8, 16, 32, 64 or 128; the default form needs 32.
        form: Form; None for the default one. A dictionary of its entries does, too.
        seed: seed of the heads' initial weights, and of the mixing where the form names none.
        maps: what gives the maps instead of the frozen backbone: a Keras layer or model, pictures
            float32 [n, size, size, 3] in [-1, 1] -> list of maps, one for each of the form's looks. Such
            a discriminator has no spec: a file cannot say how to build it again.

    Returns:
        keras.Model, float32 [n, size, size, 3] in [-1, 1] -> float32 logits [n, k], high for real.
        `.spec` is what `networks.build` makes an untrained copy of.

    Raises:
        ValueError: another size, or a form that does not fit it.
    """
    form = form_of(form)
    if form.mixing_seed is None:
        form = dataclasses.replace(form, mixing_seed=int(seed))
    check(size, form)
    starts = iter(range((seed + 1) * 1000, (seed + 2) * 1000))
    picture = keras.Input((size, size, 3), name="picture")
    logits = []
    if form.looks:
        found = (maps or FrozenMaps([look[:2] for look in form.looks], name="maps"))(picture)
        channels = [look[2] for look in form.looks]
        mixing = RandomMixing(channels, form.mixing_seed, form.cross_scale, name="mixing")
        for look, mixed in zip(_names(form.looks), mixing(list(found))):
            logits.append(_head(mixed, [mixed.shape[-1]] * 9, starts, name=look))
    if form.pixels:
        widths = [form.pixels * min(2**level, _WIDEST) for level in range(9)]
        logits.append(_head(picture, widths, starts, name="pixels"))
    if len(logits) > 1:
        logits = [layers.Concatenate(dtype="float32", name="logits")(logits)]
    network = keras.Model(picture, logits[0], name="discriminator")
    if maps is None or not form.looks:
        network.spec = {
            "network": "projected_discriminator",
            "size": size,
            "form": {**dataclasses.asdict(form), "looks": [list(look) for look in form.looks]},
        }
    return network


def _head(maps, widths, starts, *, name):
    """Strided convolutions down to 4 px, at least one convolution, then one logit that sees them all."""
    if maps.shape[1] == SIDE:  # else this head were linear in its map, and scores far worse
        same = SpectralConv2D(widths[0], 3, seed=next(starts), name=f"{name}_same")
        maps = layers.LeakyReLU(negative_slope=0.2, name=f"{name}_leaky")(same(maps))
    for level in range(int(math.log2(maps.shape[1] // SIDE))):
        down = SpectralConv2D(
            widths[level], 4, strides=2, seed=next(starts), name=f"{name}_down{level}"
        )
        maps = layers.LeakyReLU(negative_slope=0.2, name=f"{name}_leaky{level}")(down(maps))
    logit = SpectralConv2D(
        1, SIDE, padding="valid", seed=next(starts), dtype="float32", name=f"{name}_logit"
    )
    return layers.Flatten(dtype="float32", name=f"{name}_flat")(logit(maps))


def _names(looks):
    """A name for the head of each look, such as block01 or block01_at_2."""
    return [
        block if scale == 1 else f"{block}_at_{scale:g}".replace(".", "_")
        for block, scale, _ in looks
    ]
