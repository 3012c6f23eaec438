"""Published recipes to measure the course's against, written from their descriptions at 32 px.

Each is a class with `step()` (one traced training step), `progress(share_done)` for what depends
on the length of the run, `sample(count, seed)`, the two networks, and `passes`: how many times a
step runs through G and through D, a backward pass counted for what it computes (gradients of
weights 1, of inputs 1).
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from helpers import art, gan
from helpers.gan import networks

NAMES = (
    "course",
    "course_no_start",
    "course_plain",
    "article",
    "tensorflow_tutorial",
    "keras_dcgan",
    "keras_gan_ada",
)


def make(name, images, seed=0):
    """Builds a recipe.

    Args:
        name: one of NAMES.
        images: uint8 [n, 32, 32, 3], the training pictures.
        seed: seed of weights and training.

    Returns:
        An object with step, sample, generator, discriminator, batch_size and passes.

    Raises:
        ValueError: the name is unknown.
    """
    kinds = {
        "course": Course,
        "course_no_start": CourseNoStart,
        "course_plain": CoursePlain,
        "article": Article,
        "tensorflow_tutorial": TensorFlowTutorial,
        "keras_dcgan": KerasDCGAN,
        "keras_gan_ada": KerasGANAda,
    }
    if name not in kinds:
        raise ValueError(f"unknown recipe {name!r}; one of: {', '.join(NAMES)}")
    keras.utils.set_random_seed(seed)
    return kinds[name](images, seed)


class Course:
    """The course's default, through its own engine."""

    passes = (4, 8)

    def __init__(self, images, seed):
        self.model = self.build(seed)
        self.model.prepare(images)
        self.generator, self.discriminator = self.model.generator, self.model.discriminator
        self.batch_size = self.model.recipe["batch_size"]
        self.step = tf.function(self.model.train_step)

    def build(self, seed):
        return gan.make(32, seed=seed)

    def progress(self, share_done):
        """Lets the rates fall as `fit` does."""
        self.model.set_rates(share_done)

    def sample(self, count, seed=0):
        self.model.calibrate()
        return self.model.sample(count, seed=seed)


class CourseNoStart(Course):
    """The course's recipe with nothing taken from the pictures before the first step."""

    def build(self, seed):
        return gan.make(32, seed=seed, start=False)


class CoursePlain(Course):
    """The course's recipe on lesson 04's first networks: three free channels, no start."""

    def build(self, seed):
        return gan.make(32, seed=seed, palette=0, start=False)


class Article(Course):
    """The source article's listing, mended: an adversary is trained, with β1 = .5.

    Rate and batch are those of its `optimizer='adam'` and of Keras' fit.
    """

    def build(self, seed):
        model = gan.GAN(
            networks.article_generator(seed=seed), networks.article_discriminator(seed=seed),
            seed=seed,
        )  # fmt: skip
        model.compile(
            generator_rate=1e-3, discriminator_rate=1e-3, beta_1=0.5, beta_2=0.999, batch_size=32,
            augment="", average=0.0, decay=0.0, r1=0.0,
        )  # fmt: skip
        return model


class Baseline:
    """What the three published loops share."""

    latent_dim, batch_size, rate, beta_1, passes = 128, 32, 1e-4, 0.9, (4, 8)
    lowest = -1.0  # of the pictures' values; the highest is 1

    def __init__(self, images, seed):
        scaled = art.to_float(images)
        self.images = tf.constant(scaled if self.lowest < 0 else (scaled + 1) / 2)
        self.generator, self.discriminator = self.build_generator(), self.build_discriminator()
        self.optimizers = []
        for network in (self.generator, self.discriminator):
            self.optimizers.append(keras.optimizers.Adam(self.rate, beta_1=self.beta_1))
            self.optimizers[-1].build(network.trainable_variables)
        self.step = tf.function(self.train_step)

    def progress(self, share_done):
        """These recipes keep their rates."""

    def real(self):
        """A batch of training pictures."""
        rows = tf.random.uniform([self.batch_size], 0, len(self.images), dtype=tf.int32)
        return tf.gather(self.images, rows)

    def noise(self):
        return tf.random.normal([self.batch_size, self.latent_dim])

    def apply(self, tape, g_loss=None, d_loss=None):
        """Moves the networks whose loss is given."""
        for loss, network, optimizer in zip(
            (g_loss, d_loss), (self.generator, self.discriminator), self.optimizers
        ):
            if loss is not None:
                variables = network.trainable_variables
                optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

    def train_step(self):
        """D on real and fake apart, then G on fresh noise, logits and softplus."""
        fake = self.generator(self.noise(), training=True)
        with tf.GradientTape() as tape:
            real = self.discriminator(self.real(), training=True)
            d_loss = tf.reduce_mean(tf.nn.softplus(-real))
            d_loss += tf.reduce_mean(tf.nn.softplus(self.discriminator(fake, training=True)))
        self.apply(tape, d_loss=d_loss)
        with tf.GradientTape() as tape:
            fake = self.generator(self.noise(), training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(-self.discriminator(fake, training=True)))
        self.apply(tape, g_loss=g_loss)

    def drawing(self):
        """The network that draws samples."""
        return self.generator

    def sample(self, count, seed=0):
        noise = tf.random.stateless_normal([count, self.latent_dim], [seed, 0])
        network = tf.function(lambda z: self.drawing()(z, training=False))
        values = np.concatenate([network(noise[i : i + 50]).numpy() for i in range(0, count, 50)])
        return art.to_uint8(values if self.lowest < 0 else 2 * values - 1)


class TensorFlowTutorial(Baseline):
    """TensorFlow's DCGAN tutorial: 5×5 kernels, dropout in D, Adam at 1e-4, one pass of G a step."""

    latent_dim, batch_size, passes = 100, 256, (3, 7)

    def build_generator(self):
        stack = [
            keras.Input((100,)), layers.Dense(8 * 8 * 256, use_bias=False),
            layers.BatchNormalization(), layers.LeakyReLU(), layers.Reshape((8, 8, 256)),
        ]  # fmt: skip
        for channels, stride in ((128, 1), (64, 2)):
            up = layers.Conv2DTranspose(channels, 5, stride, padding="same", use_bias=False)
            stack += [up, layers.BatchNormalization(), layers.LeakyReLU()]
        stack.append(layers.Conv2DTranspose(3, 5, 2, "same", use_bias=False, activation="tanh"))
        return keras.Sequential(stack)

    def build_discriminator(self):
        stack = [keras.Input((32, 32, 3))]
        for channels in (64, 128):
            down = layers.Conv2D(channels, 5, 2, "same")
            stack += [down, layers.LeakyReLU(), layers.Dropout(0.3)]
        return keras.Sequential([*stack, layers.Flatten(), layers.Dense(1)])

    def train_step(self):
        with tf.GradientTape(persistent=True) as tape:
            fake = self.discriminator(self.generator(self.noise(), training=True), training=True)
            real = self.discriminator(self.real(), training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(-fake))
            d_loss = tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))
        self.apply(tape, g_loss, d_loss)


class KerasDCGAN(Baseline):
    """keras.io's DCGAN: no batch norm, real and fake in one pass, noisy labels, values 0 to 1."""

    lowest = 0.0

    def build_generator(self):
        stack = [keras.Input((128,)), layers.Dense(4 * 4 * 128), layers.Reshape((4, 4, 128))]
        for channels in (128, 256, 512):
            up = layers.Conv2DTranspose(channels, 4, 2, "same")
            stack += [up, layers.LeakyReLU(negative_slope=0.2)]
        return keras.Sequential([*stack, layers.Conv2D(3, 5, padding="same", activation="sigmoid")])

    def build_discriminator(self):
        stack = [keras.Input((32, 32, 3))]
        for channels in (64, 128, 128):
            stack += [layers.Conv2D(channels, 4, 2, "same"), layers.LeakyReLU(negative_slope=0.2)]
        return keras.Sequential([*stack, layers.Flatten(), layers.Dropout(0.2), layers.Dense(1)])

    def train_step(self):
        both = tf.concat([self.generator(self.noise(), training=True), self.real()], 0)
        labels = tf.concat([tf.ones([self.batch_size, 1]), tf.zeros([self.batch_size, 1])], 0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        with tf.GradientTape() as tape:
            d_loss = _cross_entropy(labels, self.discriminator(both, training=True))
        self.apply(tape, d_loss=d_loss)
        with tf.GradientTape() as tape:
            logits = self.discriminator(self.generator(self.noise(), training=True), training=True)
            g_loss = _cross_entropy(tf.zeros_like(logits), logits)  # here fake is labelled 1
        self.apply(tape, g_loss=g_loss)


def _cross_entropy(labels, logits):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


class KerasGANAda(Baseline):
    """keras.io's gan_ada: width 128, batch norm in both, an averaged G.

    Its adaptive augmentation reacts over 1,000 steps, so within a minute it stays near zero; it is
    left out, which also spares this recipe its cost.
    """

    latent_dim, batch_size, rate, beta_1, lowest = 64, 128, 2e-4, 0.5, 0.0

    def __init__(self, images, seed):
        super().__init__(images, seed)
        self.average = keras.models.clone_model(self.generator)
        self.average.set_weights(self.generator.get_weights())

    def build_generator(self):
        stack = [
            keras.Input((64,)), layers.Dense(4 * 4 * 128, use_bias=False),
            layers.BatchNormalization(scale=False), layers.ReLU(), layers.Reshape((4, 4, 128)),
        ]  # fmt: skip
        for _ in range(2):
            up = layers.Conv2DTranspose(128, 4, 2, "same", use_bias=False)
            stack += [up, layers.BatchNormalization(scale=False), layers.ReLU()]
        return keras.Sequential(
            [*stack, layers.Conv2DTranspose(3, 4, 2, "same", activation="sigmoid")]
        )

    def build_discriminator(self):
        stack = [keras.Input((32, 32, 3))]
        for _ in range(3):
            down = layers.Conv2D(128, 4, 2, "same", use_bias=False)
            norm = layers.BatchNormalization(scale=False)
            stack += [down, norm, layers.LeakyReLU(negative_slope=0.2)]
        return keras.Sequential([*stack, layers.Flatten(), layers.Dropout(0.4), layers.Dense(1)])

    def train_step(self):
        super().train_step()
        for average, variable in zip(self.average.weights, self.generator.weights):
            if average.dtype.startswith("float"):
                average.assign(0.99 * average + 0.01 * variable)

    def drawing(self):
        return self.average
