"""A GAN to break by hand: three functions for `widgets.training_panel`, and the same without widgets.

panel = widgets.training_panel(playground.start, playground.step, playground.draw, …)
picture = playground.play(200, rate=0.002, beta_1=0.9, augment=True)
"""

import numpy as np
import tensorflow as tf

from helpers import art, figures, gan

_SHOWN = 24
_COLUMNS = 8


def start(rate=2e-3, beta_1=0.5, augment=True, *, images=None, seed=0):
    """A fresh GAN on small heroes.

    Args:
        rate, beta_1, augment: accepted so that the panel's reset can call this; see `step`.
        images: uint8 [n, size, size, 3]; None for the training heroes at 16 px, where a step
            costs a quarter.
        seed: seed of weights and noise.

    Returns:
        The state that `step` and `draw` take.
    """
    if images is None:
        images = art.reduce(art.load("heroes").split().train.images, 2)
    # The plain build, as in the lesson's failures, and nothing that is drawn before the first step.
    model = gan.make(images.shape[1], seed=seed, palette=0, start=False, r1=0.0, decay=0.0)
    model.prepare(images)
    # Variables instead of numbers: a moved slider then acts without a new trace of the step.
    for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
        optimizer.beta_1 = tf.Variable(beta_1, dtype=tf.float32)
    state = {"model": model, "steps": {}, "latents": model.noise(_SHOWN, seed=1), "logs": []}
    _traced(state, augment).get_concrete_function()  # now, so that the first step is as quick
    return state


def step(state, rate=2e-3, beta_1=0.5, augment=True):
    """One training step with these settings; the first without augmentation takes a while to trace.

    Args:
        state: from `start`; changed in place.
        rate: learning rate of both networks.
        beta_1: Adam's first decay.
        augment: whether D sees the pictures shifted at random.
    """
    model = state["model"]
    for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
        optimizer.learning_rate = rate
        optimizer.beta_1.assign(beta_1)
    logs = _traced(state, augment)()
    state["logs"].append({name: float(value) for name, value in logs.items()})


def _traced(state, augment):
    model, steps = state["model"], state["steps"]
    if augment not in steps:
        policy = gan.RECIPE["augment"] if augment else ""

        def train_step():
            model.recipe["augment"] = policy  # read while tracing
            return model.train_step()

        steps[augment] = tf.function(train_step)
    return steps[augment]


def draw(state, rate=None, beta_1=None, augment=None):
    """What the generator draws now from 24 latents that never change.

    Args:
        state: from `start`.
        rate, beta_1, augment: ignored; the panel passes them.

    Returns:
        (uint8 picture, a line with the step, D's accuracy and how varied the pictures are).
    """
    images = state["model"].decode(state["latents"], averaged=False, batch_size=_SHOWN)
    recent = [row["accuracy"] for row in state["logs"][-50:]]
    words = f"step {len(state['logs'])}"
    if recent:
        words += f" · D is right on {np.mean(recent):.0%} · variety {variety(images):.2f}"
    sheet = figures.tile(images, columns=_COLUMNS)
    return sheet.repeat(3, axis=0).repeat(3, axis=1), words


def variety(images):
    """Root mean square of pixels around their mean picture, 0 to 1; heroes have about .29.

    Args:
        images: uint8 [n, size, size, 3].

    Returns:
        float; near 0 when all pictures are one.
    """
    pixels = images.astype(float) / 255
    return float(np.sqrt(np.mean((pixels - pixels.mean(axis=0)) ** 2)))


def play(steps, *, rate=2e-3, beta_1=0.5, augment=True, seed=0):
    """The panel without its buttons: train, then draw.

    Args:
        steps: number of steps.
        rate, beta_1, augment: as in `step`.
        seed: as in `start`.

    Returns:
        (uint8 picture, text), as `draw`.
    """
    state = start(rate, beta_1, augment, seed=seed)
    for _ in range(steps):
        step(state, rate, beta_1, augment)
    return draw(state)
