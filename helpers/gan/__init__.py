"""A GAN as a Keras model: one training step, an averaged generator, fit, sample, checkpoint, resume.

Training is a pure function of (data, seed, step): the batch, the noise and the augmentation of a
step are drawn statelessly from the seed and the step's number, so a run that stopped anywhere goes
on as if it had not.
"""

import keras
import tensorflow as tf

from helpers import art, latents, stopping, weights
from helpers.gan import augment as augmentation
from helpers.gan import batches, execution, losses, networks, recipe, replicas, saving
from helpers.gan.recipe import RECIPE  # noqa: F401  (gan.RECIPE)
from helpers.gan.watch import Watch
from helpers.latents import blending

# Streams of random numbers within a step; 4 apart, since an augmentation uses two of its own.
_BATCH, _NOISE, _, _REAL, _FAKE_D, _FAKE_G, _REAL_G, _MIXTURE = range(0, 32, 4)
_STREAMS = 64
_METRICS = ("discriminator_loss", "generator_loss", "accuracy")


def make(
    size=32,
    *,
    discriminator="pixels",
    seed=0,
    width=None,
    latent_dim=None,
    palette=None,
    start=True,
    **changes,
):
    """Builds and compiles the course's GAN with its recipe, or with parts of the recipe changed.

    Args:
        size: side of the pictures in pixels.
        discriminator: "pixels" looks at the pictures itself; "projected" through a frozen network
            that has seen ImageNet, for few pictures and little time; a `projected.Form` is a
            projected one in another form.
        seed: seed of the weights and of the whole training.
        width: channels of both networks' outer layers; None for the tuned defaults. A projected
            discriminator has widths of its own, in its form.
        latent_dim: length of the noise vector; None for the default.
        palette: colours of one picture; None for the default, 0 to paint every pixel freely.
        start: whether the training begins at the paper and the colours of its pictures; False for
            a generator that takes nothing from them before its first step.
        **changes: entries of RECIPE with other values; a projected discriminator has its own
            defaults for some of them, `recipe.OTHERWISE`.

    Returns:
        GAN.

    Raises:
        ValueError: a name in changes is not in RECIPE, or there is no such discriminator.
    """
    model = GAN(
        networks.generator(
            size, width=width, latent_dim=latent_dim, palette=palette, start=start, seed=seed
        ),
        networks.discriminator_of(discriminator, size, width=width, seed=seed),
        seed=seed,
    )
    model.compile(**changes)
    return model


@keras.saving.register_keras_serializable("course")
class GAN(keras.Model):
    """Two networks in a game, and a running average of the generator.

    Called like any Keras model, or by `predict`, it draws with the averaged generator: latents
    [n, latent_dim] -> float32 [n, size, size, 3] in [-1, 1]. `sample` gives uint8 pictures.

    Args:
        generator: network, noise [n, latent_dim] -> pictures [n, size, size, 3] in [-1, 1].
        discriminator: network, pictures -> logits [n, k], high for real; each of several counts the
            same in the loss. Any keras.Sequential or functional keras.Model will do.
        seed: integer from which all random numbers of the training follow.

    Raises:
        ValueError: the discriminator's shapes are not known, or its logits are not [n, k].

    Paper: Goodfellow et al., Generative adversarial nets, arXiv 1406.2661.
    """

    def __init__(self, generator, discriminator, *, seed=0):
        super().__init__(name="gan")
        networks.check_discriminator(discriminator)
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
        self.batches = None  # iterator over a Dataset, when trained on one
        self._data = self._images = None
        self._trackers = [keras.metrics.Mean(name=name) for name in _METRICS]
        for network in (generator, discriminator):
            replicas.synchronise(network, self.distribute_strategy)

    def compile(
        self,
        *,
        generator_optimizer=None,
        discriminator_optimizer=None,
        jit_compile=False,
        steps_per_execution=None,
        **changes,
    ):
        """Sets the loss, the optimizers and the rest of the recipe; call it again to change them.

        Args:
            generator_optimizer: keras optimizer; None for Adam with the recipe's rate and betas.
            discriminator_optimizer: likewise.
            jit_compile: whether XLA compiles the step; what that brings was not measured, so False.
            steps_per_execution: steps that `fit` takes in one call of TensorFlow; callbacks are
                called in between. None: 10, or 1 where `fit` is given callbacks, so that they
                hear of every step. The training is the same; 10 are a tenth quicker.
            **changes: entries of RECIPE with other values: loss, generator_rate, beta_1, r1, …

        Raises:
            ValueError: a name in changes is not in RECIPE, or a value is impossible.
        """
        if steps_per_execution is not None and steps_per_execution < 1:
            raise ValueError(f"steps_per_execution takes 1 or more, got {steps_per_execution}")
        self.recipe = recipe.changed(changes, recipe.of(self.discriminator))
        self.adversarial_loss = losses.get(self.recipe["loss"])
        self.generator_optimizer = recipe.build_optimizer(
            generator_optimizer or recipe.adam(self.recipe, "generator_rate"), self.generator
        )
        self.discriminator_optimizer = recipe.build_optimizer(
            discriminator_optimizer or recipe.adam(self.recipe, "discriminator_rate"),
            self.discriminator,
        )
        self.own_optimizers = bool(generator_optimizer or discriminator_optimizer)
        super().compile(
            optimizer=self.generator_optimizer,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution or 1,
        )
        self.steps_in_a_call = steps_per_execution

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

    @property
    def metrics(self):
        """The means since the last `reset_metrics`: both losses and D's accuracy, Keras trackers."""
        return list(self._trackers)

    def call(self, latents):
        """Draws with the averaged generator: float32 [n, size, size, 3] in [-1, 1]."""
        return self.averaged_generator(latents, training=False)

    # Training ------------------------------------------------------------------------------------

    def fit(self, data, steps, *, callbacks=(), verbose=True, seconds=None):
        """Trains for a number of steps more; an interrupt stops between two steps.

        To callbacks, 20 steps are an epoch, and a batch is a step, counted from this call's first;
        with `compile(steps_per_execution=)` they are called once for so many steps. `logs` holds the means of
        both losses and of D's accuracy since the epoch began. Callbacks of your own work, and of
        Keras' own ModelCheckpoint, EarlyStopping (both with `mode="min"` or `"max"`), CSVLogger,
        and LambdaCallback; those that set a rate or average weights are refused.

        Args:
            data: uint8 [n, size, size, 3]; an art set; or, for more than fits into memory, a
                tf.data.Dataset of uint8 batches [batch_size, size, size, 3], which is read from
                its start: to go on where a run stopped, hand over `dataset.skip(model.step_count)`
                or a better way to get there. A new training sets its start from the first batch.
                On several devices each reads the whole batch and takes its part; where several
                processes train together it may also give one's own part of each batch.
            steps: how many steps to add.
            callbacks: Keras callbacks.
            verbose: whether to show a progress bar with steps per second.
            seconds: stop after so many seconds of training (tracing apart), if that comes first.

        Returns:
            keras History; `.history` has "step", "discriminator_loss", "generator_loss" and
            "accuracy", each a list with a mean for every 20 steps or so.

        Raises:
            ValueError: the pictures do not fit the networks, the batch does not fit the devices, a
                callback cannot work here, or a Dataset ended before the steps did.
            FloatingPointError: a loss became NaN; the last good weights are back in place.
        """
        if steps < 1 or steps != int(steps):
            raise ValueError(f"steps takes a whole number, 1 or more, got {steps}")
        steps = int(steps)
        execution.check_callbacks(callbacks)
        with stopping.Noted() as interrupt:  # from set-up to the end: none escapes, none is lost
            self.prepare(data)
            self._make_plan(steps)
            watch = Watch(steps, verbose=verbose, seconds=seconds)
            try:
                execution.run(self, watch, callbacks, interrupt=interrupt)
            except KeyboardInterrupt:
                interrupt.asked = True
            finally:
                watch.close()
            self.calibrate()
            self.history = watch.result()
            if interrupt.asked:
                print(
                    f"Interrupted after step {self.step_count}: nothing is lost. "
                    "Sample as you like, or call fit again to go on from here."
                )
        return self.history

    def prepare(self, data):
        """Puts the pictures to train on where `train_step` finds them; `fit` does it by itself.

        Args:
            data: as for `fit`.

        Raises:
            ValueError: they do not fit the networks, or the batch does not fit the devices.
        """
        replicas.check_batch(self.recipe["batch_size"], self.distribute_strategy)
        data = getattr(data, "images", data)
        workers = replicas.workers(self.distribute_strategy)
        shape, size = self.discriminator.input_shape[1:], self.recipe["batch_size"]
        batches.check(data, shape, size, workers)
        stream = batches.is_stream(data)
        self.batches = iter(data) if stream else None
        if data is self._data:
            return
        # An array is small enough to live on the device as bytes: no input pipeline, no copies.
        self._data, self._images = data, None if stream else tf.constant(data)
        self.train_function = None  # the traced step holds the old pictures
        if self.step_count == 0:
            self.start_at(batches.first_of(data))

    def start_at(self, images):
        """Lets the training begin at the paper and the colours of pictures; `fit` does it by itself.

        What has begun somewhere, or has learnt, stays as it is. Processes that train together on a
        Dataset each must call it before `fit`, with the same pictures.

        Args:
            images: uint8 [n, size, size, 3].
        """
        for layer in (*self.generator.layers, *self.averaged_generator.layers):
            if isinstance(layer, (networks.Canvas, networks.Palette)):
                layer.start_at(images)

    def _make_plan(self, steps):
        # A run that was interrupted and now goes on to the same last step keeps its plan, so its
        # rates go on falling as they would have; any other run starts with the full rates.
        end = self.step_count + steps
        if end != self.plan[1]:
            self.plan = (self.step_count, end)

    def set_rates(self, share_done):
        """Sets both learning rates for a run of which this share is done.

        Args:
            share_done: 0 to 1, a number or a float64 scalar. Over the last part of the run, `decay`
                of the recipe, the rates fall linearly to zero. Optimizers of your own are left
                alone.
        """
        decay = self.recipe["decay"]
        if not decay or self.own_optimizers:
            return
        left = 1.0 - tf.convert_to_tensor(share_done, tf.float64)
        scale = tf.clip_by_value(left / decay, 0.0, 1.0)
        self.generator_optimizer.learning_rate = scale * self.recipe["generator_rate"]
        self.discriminator_optimizer.learning_rate = scale * self.recipe["discriminator_rate"]

    def make_train_function(self, force=False):
        """Makes what `fit` calls: some steps in one call of TensorFlow; see `execution.compiled`."""
        if self.train_function is None or force:
            self.train_function = execution.compiled(self)

    # One training step ---------------------------------------------------------------------------

    def train_step(self, data=None):
        """One step of D, one step of G, one step of the average.

        Both learn from the same fake pictures: G's gradient goes back through the pass that drew
        them, and through the D that has just learnt from them. A second draw for G costs a sixth
        more time and scores no better, see data/results/04_step.json.

        Args:
            data: uint8 [batch_size, size, size, 3]; None draws from the pictures in memory.

        Returns:
            Dictionary of scalars, those of this step; `metrics` hold the means.
        """
        real = self.draw_batch(data)
        with tf.GradientTape() as tape:
            fake = self.generator(self.draw_noise(_NOISE), training=True)
            with tape.stop_recording():
                logs = self._discriminator_step(real, fake)
            loss = self._generator_loss(fake, real)
            total = self._scaled(self.generator_optimizer, loss + self.generator_penalty())
        _apply(self.generator_optimizer, tape, total, self.generator)
        logs["generator_loss"] = loss
        self.update_average()
        self.step.assign_add(1)
        for tracker in self.metrics:
            tracker.update_state(logs[tracker.name])
        return logs

    def discriminator_step(self, real, noise):
        """Moves D alone: real logits up, fake logits down.

        Args:
            real: float32 [n, size, size, 3] in [-1, 1].
            noise: float32 [n, latent_dim].

        Returns:
            Dictionary of scalars: discriminator_loss, and D's accuracy before the step.
        """
        return self._discriminator_step(real, self.generator(noise, training=True))

    def _discriminator_step(self, real, fake):
        with tf.GradientTape() as tape:
            real_logits = self.discriminator(self.augment(real, _REAL), training=True)
            fake_logits = self.discriminator(self.augment(fake, _FAKE_D), training=True)
            loss = self.adversarial_loss.discriminator(real_logits, fake_logits)
            total = self._scaled(self.discriminator_optimizer, loss + self.penalty(real, fake))
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
        with tf.GradientTape() as tape:
            loss = self._generator_loss(self.generator(noise, training=True), real)
            total = self._scaled(self.generator_optimizer, loss + self.generator_penalty())
        _apply(self.generator_optimizer, tape, total, self.generator)
        return {"generator_loss": loss}

    def _generator_loss(self, fake, real):
        real_logits = None
        if self.adversarial_loss.generator_needs_real:
            real_logits = self.discriminator(self.augment(real, _REAL_G), training=True)
        fake_logits = self.discriminator(self.augment(fake, _FAKE_G), training=True)
        return self.adversarial_loss.generator(real_logits, fake_logits)

    def _scaled(self, optimizer, loss):
        return optimizer.scale_loss(replicas.divided(loss))

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
        """What is added to G's loss: nothing here, something in `transfer.Anchored`."""
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

    def calibrate(self, count=512):
        """Gives the averaged generator the batch-norm statistics of its own pictures.

        The average of the statistics that G had on its way are not those of G's average weights.
        `fit` calls this at its end; what it sets is a function of the averaged weights alone.

        Args:
            count: pictures in the one batch whose statistics are taken.
        """
        if blending.batch_norms(self.averaged_generator):
            blending.calibrate(self.averaged_generator, self.noise(count, seed=0))

    # Random numbers of a step --------------------------------------------------------------------

    def stream(self, purpose):
        """The seed of one purpose in this step, the same on every device: an int64 tensor [2]."""
        first = self.seed * _STREAMS + purpose
        return tf.stack([tf.constant(first, tf.int64), self.step.value * 1024])

    def draw_batch(self, data=None):
        """This step's real pictures, this device's part: float32 [n, size, size, 3] in [-1, 1].

        Args:
            data: uint8 [batch_size, size, size, 3], or this process's part of it; None draws from
                the pictures in memory.
        """
        if data is None:
            return art.to_float(tf.gather(self._images, self.draw_rows(_BATCH, len(self._images))))
        return art.to_float(replicas.own_of_stream(data, self.recipe["batch_size"]))

    def draw_rows(self, purpose, count):
        """Draws one of `count` for each picture of this step, this device's part: int32 [n]."""
        shape, seed = [self.recipe["batch_size"]], self.stream(purpose)
        return replicas.own(
            tf.random.stateless_uniform(shape, seed, 0, count, tf.int32, alg="philox")
        )

    def draw_noise(self, purpose):
        """Draws this step's noise, this device's part: float32 [n, latent_dim], N(0, I)."""
        shape = [self.recipe["batch_size"], self.latent_dim]
        return replicas.own(tf.random.stateless_normal(shape, self.stream(purpose), alg="philox"))

    def augment(self, images, purpose):
        """Applies the recipe's augmentation with this step's random numbers."""
        return augmentation.augment(
            images, self.recipe["augment"], seed=self.stream(purpose), part=replicas.part()
        )

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
        """Draws latents, float32 array [count, latent_dim]; see `latents.noise`."""
        return latents.noise(self.generator, count, seed)

    def decode(self, z, *, averaged=True, batch_size=64):
        """Turns latents into pictures, with the averaged generator or the latest; see `latents.decode`.

        Args:
            z: float [n, latent_dim].
            averaged: whether the averaged generator draws or the latest.
            batch_size: pictures at a time.

        Returns:
            uint8 [n, size, size, 3].
        """
        return latents.decode(
            self.averaged_generator if averaged else self.generator, z, batch_size
        )

    # Saving --------------------------------------------------------------------------------------

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
    def from_checkpoint(cls, path, **arguments):
        """Builds a compiled GAN from a file; see `saving.build`."""
        return saving.build(cls, path, **arguments)

    # Keras' own format, for ModelCheckpoint and `keras.saving.load_model`.

    def get_config(self):
        """Both networks and the seed, as Keras saves them."""
        return {
            "generator": saving.description(self.generator),
            "discriminator": saving.description(self.discriminator),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        """A GAN from its config, not compiled yet."""
        pair = {name: saving.described(config.pop(name)) for name in ("generator", "discriminator")}
        return cls(**pair, **config)

    def get_compile_config(self):
        """The recipe, as Keras saves it."""
        return saving.settings(self)

    def compile_from_config(self, config):
        """Compiles as when it was saved."""
        self.compile(**config)


def _apply(optimizer, tape, loss, network):
    variables = network.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


def _share(condition):
    return tf.reduce_mean(tf.cast(condition, tf.float32))
