"""A GAN as a Keras model: one training step, an averaged generator, fit, sample, checkpoint, resume.

Training is a pure function of (data, seed, step): the batch, the noise and the augmentation of a
step are drawn statelessly from the seed and the step's number, so a run that stopped anywhere goes
on as if it had not.
"""

import functools

import keras
import numpy as np
import tensorflow as tf

from helpers import art, weights
from helpers.gan import augment as augmentation
from helpers.gan import losses, networks, recipe, saving
from helpers.gan.recipe import RECIPE  # noqa: F401  (gan.RECIPE)
from helpers.gan.training import Fits
from helpers.latents import blending

# Streams of random numbers within a step; 4 apart, since an augmentation uses two of its own.
_BATCH, _NOISE_D, _NOISE_G, _REAL, _FAKE_D, _FAKE_G, _REAL_G, _SAMPLE = range(0, 32, 4)
_STREAMS = 64


def make(size=32, *, seed=0, width=None, latent_dim=None, palette=None, **changes):
    """Builds and compiles the course's GAN with its recipe, or with parts of the recipe changed.

    Args:
        size: side of the pictures in pixels.
        seed: seed of the weights and of the whole training.
        width: channels of both networks' outer layers; None for the tuned defaults.
        latent_dim: length of the noise vector; None for the default.
        palette: colours of one picture; None for the default, 0 to paint every pixel freely.
        **changes: entries of RECIPE with other values.

    Returns:
        GAN.

    Raises:
        ValueError: a name in changes is not in RECIPE.
    """
    model = GAN(
        networks.generator(size, width=width, latent_dim=latent_dim, palette=palette, seed=seed),
        networks.discriminator(size, width=width, seed=seed),
        seed=seed,
    )
    model.compile(**changes)
    return model


class GAN(Fits, keras.Model):
    """Two networks in a game, and a running average of the generator.

    Args:
        generator: network, noise [n, latent_dim] -> pictures [n, size, size, 3] in [-1, 1].
        discriminator: network, pictures -> logits [n, 1], high for real.
        seed: integer from which all random numbers of the training follow.

    Paper: Goodfellow et al., Generative adversarial nets, arXiv 1406.2661.
    """

    def __init__(self, generator, discriminator, *, seed=0):
        super().__init__(name="gan")
        self.generator = generator
        self.discriminator = discriminator
        self.averaged_generator = blending.copy(generator)
        self.seed = seed
        self.step = keras.Variable(
            0, dtype="int64", trainable=False, name="step", aggregation="only_first_replica"
        )
        self.latent_dim = generator.input_shape[-1]
        self.size = discriminator.input_shape[1]
        self.built = True  # Keras need not guess shapes: both networks are built
        self.plan = (0, 0)  # first and last step of the run that the rates' decay belongs to
        self._images = self._images_source = None

    def compile(
        self,
        *,
        generator_optimizer=None,
        discriminator_optimizer=None,
        jit_compile=False,
        **changes,
    ):
        """Sets the loss, the optimizers and the rest of the recipe; call it again to change them.

        Args:
            generator_optimizer: keras optimizer; None for Adam with the recipe's rate and betas.
            discriminator_optimizer: likewise.
            jit_compile: whether XLA compiles the step; measured slower on a CPU, so False.
            **changes: entries of RECIPE with other values: loss, generator_rate, beta_1, r1, …

        Raises:
            ValueError: a name in changes is not in RECIPE, or a value is impossible.
        """
        self.recipe = recipe.changed(changes)
        self.adversarial_loss = losses.get(self.recipe["loss"])
        self.generator_optimizer = recipe.ready(
            generator_optimizer or recipe.adam(self.recipe, "generator_rate"), self.generator
        )
        self.discriminator_optimizer = recipe.ready(
            discriminator_optimizer or recipe.adam(self.recipe, "discriminator_rate"),
            self.discriminator,
        )
        self.own_optimizers = bool(generator_optimizer or discriminator_optimizer)
        super().compile(optimizer=self.generator_optimizer, jit_compile=jit_compile)

    @property
    def seed(self):
        """The seed that all random numbers of a training follow from."""
        return self._seed

    @seed.setter
    def seed(self, value):
        self._seed = int(value)
        self.train_function = None  # a traced step holds the old seed

    @property
    def step_count(self):
        """Steps taken so far, as a Python integer."""
        return int(self.step.value.numpy())

    # One training step ---------------------------------------------------------------------------

    def train_step(self, data=None):
        """One step of D on real and fake pictures, one step of G, one step of the average."""
        real = self.draw_batch()
        logs = self.discriminator_step(real, self.draw_noise(_NOISE_D))
        logs |= self.generator_step(self.draw_noise(_NOISE_G), real)
        self.update_average()
        self.step.assign_add(1)
        return logs

    def discriminator_step(self, real, noise):
        """Moves D alone: real logits up, fake logits down.

        Args:
            real: float32 [n, size, size, 3] in [-1, 1].
            noise: float32 [n, latent_dim].

        Returns:
            Dictionary of scalars: discriminator_loss, and D's accuracy before the step.
        """
        fake = self.generator(noise, training=True)
        with tf.GradientTape() as tape:
            real_logits = self.discriminator(self.augment(real, _REAL), training=True)
            fake_logits = self.discriminator(self.augment(fake, _FAKE_D), training=True)
            loss = self.adversarial_loss.discriminator(real_logits, fake_logits)
            total = self.discriminator_optimizer.scale_loss(loss + self.penalty(real, fake))
        _apply(self.discriminator_optimizer, tape, total, self.discriminator)
        return {
            "discriminator_loss": loss,
            "accuracy": (_share(real_logits > 0) + _share(fake_logits < 0)) / 2,
        }

    def generator_step(self, noise, real=None):
        """Moves G alone, so that D takes its pictures for real.

        Args:
            noise: float32 [n, latent_dim].
            real: real pictures; only a relativistic loss looks at them.

        Returns:
            Dictionary with the scalar generator_loss.
        """
        real_logits = None
        if self.adversarial_loss.generator_needs_real:
            real_logits = self.discriminator(self.augment(real, _REAL_G), training=True)
        with tf.GradientTape() as tape:
            fake = self.augment(self.generator(noise, training=True), _FAKE_G)
            fake_logits = self.discriminator(fake, training=True)
            loss = self.adversarial_loss.generator(real_logits, fake_logits)
            total = self.generator_optimizer.scale_loss(loss + self.generator_penalty())
        _apply(self.generator_optimizer, tape, total, self.generator)
        return {"generator_loss": loss}

    def penalty(self, real, fake):
        """R1 and R2, every `penalty_every` steps and then that many times as strong."""
        r1, r2, every = (self.recipe[name] for name in ("r1", "r2", "penalty_every"))
        if not r1 and not r2:
            return 0.0

        def value():
            total = tf.constant(0.0)
            if r1:
                total += r1 * losses.gradient_penalty(self.discriminator, real)
            if r2:
                total += r2 * losses.gradient_penalty(self.discriminator, fake)
            return every * total

        return tf.cond(tf.equal(self.step.value % every, 0), value, lambda: tf.constant(0.0))

    def generator_penalty(self):
        """What is added to G's loss: nothing here, something in `gan_transfer.Anchored`."""
        return 0.0

    def update_average(self):
        """Moves the averaged generator, batch-norm statistics included, towards the generator.

        The decay warms up as (1 + step)/(10 + step), so that the start is soon forgotten.
        """
        step = tf.cast(self.step.value, tf.float32)
        decay = tf.minimum(self.recipe["average"], (1.0 + step) / (10.0 + step))
        pairs = zip(self.averaged_generator.variables, self.generator.variables)
        for average, variable in pairs:
            if average.dtype.startswith("float"):
                average.assign_sub((1.0 - decay) * (average.value - variable.value))

    def settle(self, count=512):
        """Gives the averaged generator the batch-norm statistics of its own pictures.

        The average of the statistics that G had on its way are not those of G's average weights.
        `fit` calls this at its end; what it sets is a function of the averaged weights alone.

        Args:
            count: pictures that the statistics are taken from.

        Paper: Izmailov et al., Averaging weights leads to wider optima, arXiv 1803.05407, 3.2.
        """
        norms = [
            x
            for x in self.averaged_generator.layers
            if isinstance(x, keras.layers.BatchNormalization)
        ]
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.momentum = 0.0  # the statistics of this one large batch, and nothing else
        self.averaged_generator(self.noise(count, seed=0), training=True)
        for norm, momentum in zip(norms, momenta):
            norm.momentum = momentum

    # Random numbers of a step --------------------------------------------------------------------

    def stream(self, purpose):
        """The seed of one purpose in this step, on this replica: an int64 tensor [2]."""
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        first = self.seed * _STREAMS + purpose
        second = self.step.value * 1024 + tf.cast(replica, tf.int64)
        return tf.stack([tf.constant(first, tf.int64), second])

    def draw_batch(self):
        """Draws this step's real pictures: float32 [batch_size, size, size, 3] in [-1, 1]."""
        count = self._images.shape[0]
        indices = tf.random.stateless_uniform(
            [self.replica_batch], self.stream(_BATCH), 0, count, dtype=tf.int32
        )
        return _to_float(tf.gather(self._images, indices))

    def draw_noise(self, purpose):
        """Draws this step's noise: float32 [batch_size, latent_dim], N(0, I)."""
        shape = [self.replica_batch, self.latent_dim]
        return tf.random.stateless_normal(shape, self.stream(purpose))

    @property
    def replica_batch(self):
        """Pictures in a step on each device."""
        return self.recipe["batch_size"] // self.distribute_strategy.num_replicas_in_sync

    def augment(self, images, purpose):
        """Applies the recipe's augmentation with this step's random numbers."""
        return augmentation.augment(images, self.recipe["augment"], seed=self.stream(purpose))

    # Sampling ----------------------------------------------------------------------------------

    def sample(self, count, seed=0, *, averaged=True):
        """Draws pictures.

        Args:
            count: how many.
            seed: the same seed gives the same noise.
            averaged: whether the averaged generator draws (it is the better one) or the latest.

        Returns:
            uint8 [count, size, size, 3].
        """
        return self.decode(self.noise(count, seed), averaged=averaged)

    def noise(self, count, seed=0):
        """Draws latents: float32 array [count, latent_dim], N(0, I)."""
        shape = [count, self.latent_dim]
        return tf.random.stateless_normal(shape, [int(seed), _SAMPLE]).numpy()

    def decode(self, latents, *, averaged=True, batch_size=64):
        """Turns latents into pictures.

        Args:
            latents: float [n, latent_dim].
            averaged: whether the averaged generator draws or the latest.
            batch_size: pictures at a time; one shape, so TensorFlow traces once.

        Returns:
            uint8 [n, size, size, 3].
        """
        network = self.averaged_generator if averaged else self.generator
        latents = np.asarray(latents, np.float32)
        parts = []
        for start in range(0, len(latents), batch_size):
            part = latents[start : start + batch_size]
            padded = np.zeros((batch_size, self.latent_dim), np.float32)
            padded[: len(part)] = part
            parts.append(_draw(network)(padded).numpy()[: len(part)])
        if not parts:
            return np.zeros((0, *network.output_shape[1:]), np.uint8)
        return art.to_uint8(np.concatenate(parts))

    # Keeping -------------------------------------------------------------------------------------

    def state(self):
        """Everything that training changes, as a dictionary of numpy arrays."""
        arrays = {}
        for owner, variables in self._parts().items():
            arrays |= weights.pack(owner, variables)
        return arrays

    def restore(self, arrays):
        """Puts back what `state` returned.

        Args:
            arrays: dictionary from `state`.

        Raises:
            ValueError: it comes from other networks or other optimizers.
        """
        for owner, variables in self._parts().items():
            weights.unpack(owner, variables, arrays)

    def _parts(self):
        return {
            "generator": self.generator.variables,
            "discriminator": self.discriminator.variables,
            "averaged_generator": self.averaged_generator.variables,
            "generator_optimizer": self.generator_optimizer.variables,
            "discriminator_optimizer": self.discriminator_optimizer.variables,
            "training": [self.step],
        }

    def save_checkpoint(self, path, *, full=True, dtype=None):
        """Saves to one `.npz`, atomically; see `saving.save`."""
        return saving.save(self, path, full=full, dtype=dtype)

    def load_checkpoint(self, path):
        """Loads weights in place, and from a full checkpoint all the rest; `saving.restore`."""
        saving.restore(self, path)

    @classmethod
    def from_checkpoint(cls, path):
        """Builds a compiled GAN from a file; see `saving.build`."""
        return saving.build(cls, path)


_LOW, _HIGH = (float(value) for value in art.to_float(np.array([0, 255], np.uint8)))


def _to_float(images):
    # art.to_float, inside TensorFlow: its two ends fix the line.
    return tf.cast(images, tf.float32) * ((_HIGH - _LOW) / 255) + _LOW


def _apply(optimizer, tape, loss, network):
    variables = network.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


def _share(condition):
    return tf.reduce_mean(tf.cast(condition, tf.float32))


def _draw(network):
    if not hasattr(network, "traced_draw"):
        network.traced_draw = tf.function(functools.partial(network, training=False))
    return network.traced_draw
