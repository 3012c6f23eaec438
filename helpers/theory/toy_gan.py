"""A small pair of Keras networks that plays the GAN game on points in the plane.

Small enough that a thousand steps take a few seconds on a laptop, real enough to collapse. A run
is a pure function of (points, seed, step): noise and batches come from stateless random numbers,
so it can stop anywhere and go on as if it had not.
"""

import keras
import numpy as np
import tensorflow as tf

from helpers import results
from helpers.gan import losses
from helpers.theory import points

LOSSES = ("non_saturating", "min_max", "relativistic")
DECAY = 0.995  # of the generator's moving average: it looks back over about 200 steps
# The arms of the mode-collapse experiment: what differs from `RING` and the defaults of `ToyGAN`.
RING = {"rate": 2e-3}
ARMS = {
    "plain": {},
    "R1": {"gamma": 0.1},
    "relativistic": {"gamma": 0.1, "loss": "relativistic"},
    "slow": {"rate": 5e-4},  # the control of the next one, which differs in the ratio alone
    "fast generator": {"rate": 5e-4, "ratio": 10.0},
    "momentum 0.9": {"beta_1": 0.9},
    "momentum 0.9, R1": {"beta_1": 0.9, "gamma": 0.1},
    "momentum 0.9, relativistic": {"beta_1": 0.9, "gamma": 0.1, "loss": "relativistic"},
}


def network(inputs, outputs, *, width=64, name):
    """A plain multilayer perceptron with two hidden layers."""
    dense = keras.layers.Dense
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            dense(width, activation="leaky_relu"),
            dense(width, activation="leaky_relu"),
            dense(outputs),
        ],
        name=name,
    )


def slope_penalty(discriminator, places):
    """½·E‖∇D‖² at `places` [n, 2]: R1 on real points, R2 on fake ones, before the factor γ."""
    with tf.GradientTape() as tape:
        tape.watch(places)
        total = tf.reduce_sum(discriminator(places))
    slopes = tape.gradient(total, places)
    return 0.5 * tf.reduce_mean(tf.reduce_sum(slopes**2, axis=1))


class ToyGAN:
    """A GAN on a cloud of points.

    Args:
        cloud: float [n, 2], about within −1.5 to 1.5; see `helpers.theory.points`.
        loss: "non_saturating", "min_max" or "relativistic", as in `helpers.gan.losses`.
        gamma: γ ≥ 0, weight of the slope penalty: R1, and R1 + R2 with the relativistic loss.
        rate: learning rate of both players' Adam (β2 = 0.99).
        beta_1: Adam's momentum.
        ratio: the generator's learning rate, divided by the discriminator's.
        batch: points per step.
        latent_dim: numbers in the generator's noise.
        width: units per hidden layer.
        seed: of weights, noise and batches.
    Attributes: generator, discriminator (keras.Sequential), averaged (keras.Sequential, the
        generator's moving average), step (int), history {"discriminator": [...],
        "generator": [...]} with one loss a step.
    """

    def __init__(
        self,
        cloud,
        *,
        loss="non_saturating",
        gamma=0.0,
        rate=1e-3,
        beta_1=0.5,
        ratio=1.0,
        batch=128,
        latent_dim=2,
        width=64,
        seed=0,
    ):
        self.cloud = tf.Variable(check_cloud(cloud), shape=[None, 2], trainable=False)
        self.generator = network(latent_dim, 2, width=width, name="generator")
        self.discriminator = network(2, 1, width=width, name="discriminator")
        self.averaged = network(latent_dim, 2, width=width, name="averaged")
        self.optimizers = [adam(player, beta_1) for player in (self.discriminator, self.generator)]
        self.gamma = tf.Variable(0.0, trainable=False)
        self.choice = tf.Variable(0, trainable=False)  # of the loss: in a variable, so that a
        # panel can change it without waiting seconds for a new graph
        self.seed = tf.Variable(0, trainable=False)
        self.batch, self.latent_dim, self.ratio = batch, latent_dim, ratio
        self.compiled = tf.function(self.run)
        # Keras called from Python takes 10 ms, a graph 1 ms: that matters at every repaint.
        self.generate = tf.function(self.generator, reduce_retracing=True)
        self.generate_averaged = tf.function(self.averaged, reduce_retracing=True)
        self.judge = tf.function(self.discriminator, reduce_retracing=True)
        self.set(loss=loss, gamma=gamma, rate=rate)
        self.reset(seed)

    def set(self, *, loss, gamma, rate):
        """Change the loss, γ and the learning rate, also in the middle of a run."""
        if loss not in LOSSES:
            raise ValueError(f"unknown loss {loss!r}; one of: {', '.join(LOSSES)}")
        self.choice.assign(LOSSES.index(loss))
        if gamma < 0:
            raise ValueError(f"gamma is {gamma}, expected a number of at least 0")
        self.gamma.assign(float(gamma))
        for optimizer, factor in zip(self.optimizers, (1.0, self.ratio)):
            optimizer.learning_rate = rate * factor

    def reset(self, seed=0, cloud=None):
        """Start again from new weights without compiling anything again; returns self."""
        self.step, self.history = 0, {"discriminator": [], "generator": []}
        self.seed.assign(int(seed))
        if cloud is not None:
            self.cloud.assign(check_cloud(cloud))
        for k, weight in enumerate(self.generator.weights + self.discriminator.weights):
            glorot = keras.initializers.GlorotUniform(seed=1000 * int(seed) + k)
            weight.assign(glorot(weight.shape) if len(weight.shape) == 2 else 0 * weight)
        self.averaged.set_weights(self.generator.get_weights())
        for optimizer in self.optimizers:
            for variable in optimizer.variables:
                if variable is not optimizer.learning_rate:
                    variable.assign(0 * variable.value)
        return self

    def train(self, steps):
        """Take `steps` alternating steps; returns self."""
        d, g = self.compiled(tf.constant(self.step), tf.constant(int(steps)))
        self.history["discriminator"].extend(d.numpy())
        self.history["generator"].extend(g.numpy())
        self.step += int(steps)
        return self

    def sample(self, n=1000, *, seed=0, averaged=False):
        """Generated points, float32 [n, 2], always from the same noise for one seed.

        Args:
            n: how many.
            seed: of the noise.
            averaged: ask the moving average of the generator instead of the generator.
        """
        z = np.random.default_rng(seed).normal(size=(n, self.latent_dim)).astype(np.float32)
        return (self.generate_averaged if averaged else self.generate)(z).numpy()

    def run(self, first, steps):
        """`steps` steps in one graph; returns both players' losses, [steps] each."""
        d_losses = tf.TensorArray(tf.float32, size=steps)
        g_losses = tf.TensorArray(tf.float32, size=steps)
        for k in tf.range(steps):
            real, z = self.draw(first + k)
            d, g = self.alternate(real, z)
            d_losses, g_losses = d_losses.write(k, d), g_losses.write(k, g)
        return d_losses.stack(), g_losses.stack()

    def alternate(self, real, z):
        """One alternating step: D first, then G against the new D. Returns both losses."""
        fake = self.generator(z)  # outside the tape: D's step sends nothing back into G
        with tf.GradientTape() as tape:
            logits = self.discriminator(real), self.discriminator(fake)
            d = self.chosen("discriminator", *logits)
            total = d + tf.cond(self.gamma > 0, lambda: self.penalty(real, fake), lambda: 0.0)
        update(self.optimizers[0], tape, total, self.discriminator)
        with tf.GradientTape() as tape:
            fake_logits = self.discriminator(self.generator(z))
            g = self.chosen("generator", self.discriminator(real), fake_logits)
        update(self.optimizers[1], tape, g, self.generator)
        for mean, weight in zip(self.averaged.weights, self.generator.weights):
            mean.assign(DECAY * mean + (1 - DECAY) * weight)
        return d, g

    def chosen(self, player, real_logits, fake_logits):
        """The chosen loss of one player, a scalar."""
        every = [getattr(losses.get(name), player)(real_logits, fake_logits) for name in LOSSES]
        return tf.stack(every)[self.choice]

    def penalty(self, real, fake):
        """γ times R1, plus γ times R2 with the relativistic loss."""
        r1, r2 = (slope_penalty(self.discriminator, places) for places in (real, fake))
        relativistic = tf.equal(self.choice, LOSSES.index("relativistic"))
        return self.gamma * (r1 + tf.where(relativistic, r2, 0.0))

    def draw(self, step):
        """The real points [batch, 2] and the noise [batch, latent_dim] of one step."""
        n = tf.shape(self.cloud)[0]
        index = tf.random.stateless_uniform([self.batch], [2 * self.seed, step], 0, n, tf.int32)
        shape = [self.batch, self.latent_dim]
        z = tf.random.stateless_normal(shape, [2 * self.seed + 1, step])
        return tf.gather(self.cloud, index), z


def adam(player, beta_1):
    """Keras' Adam, built for one player's variables."""
    optimizer = keras.optimizers.Adam(1e-3, beta_1=beta_1, beta_2=0.99)
    optimizer.build(player.trainable_variables)
    return optimizer


def update(optimizer, tape, loss, player):
    """Apply one player's gradient, and nobody else's."""
    variables = player.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)


def ring_run(arm, *, seeds, steps=2000, every=None):
    """Train one arm of the mode-collapse experiment on the ring.

    Args:
        arm: a name in `ARMS`.
        seeds: an iterable of whole numbers.
        steps: steps per run.
        every: count after so many steps; by default at the end only.
    Returns: {"modes", "near", "reached"} [seeds, counts] and {"samples"} [seeds, 1000, 2] of the
        generator, and the same of its moving average under "averaged".
    """
    if arm not in ARMS:
        raise ValueError(f"unknown arm {arm!r}; one of: {', '.join(ARMS)}")
    gan = ToyGAN(points.ring(), **{**RING, **ARMS[arm]})
    pairs = [ring_counts(gan.reset(seed), steps, every or steps) for seed in seeds]
    now, mean = (
        {key: np.array([run[key] for run in runs]) for key in runs[0]} for runs in zip(*pairs)
    )
    return {**now, "averaged": mean}


def ring_counts(gan, steps, every):
    """Train and count; a pair, of the generator and of its moving average."""
    taken = [], []
    for _ in range(steps // every):
        gan.train(every)
        for samples, averaged in zip(taken, (False, True)):
            samples.append(gan.sample(averaged=averaged))
    return [counted(samples) for samples in taken]


def counted(samples):
    """Modes found, share near one and modes reached of each set of samples, and the last set."""
    modes, near = zip(*map(points.count_modes, samples))
    reached = [points.count_reached(s) for s in samples]
    return {"modes": modes, "near": near, "reached": reached, "samples": samples[-1]}


def shipped_modes():
    """The shipped count of modes for every arm over ten seeds, with its card (a dict)."""
    return results.card("03_ring_modes")


def check_cloud(cloud):
    """Points as float32 [n, 2], or a ValueError that says what is wrong."""
    cloud = np.asarray(cloud, dtype=np.float32)
    if cloud.ndim != 2 or cloud.shape[1] != 2 or len(cloud) == 0:
        raise ValueError(f"points have shape {cloud.shape}, expected [n, 2]: one row per point")
    if not np.isfinite(cloud).all():
        raise ValueError("points hold nan or infinity; leave those rows out")
    return cloud
