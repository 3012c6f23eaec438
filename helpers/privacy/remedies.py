"""Two trainings that are meant to give away less; what they do is measured in lesson 08."""

import tensorflow as tf

from helpers import art, gan

_AUGMENTED_REAL, _AUGMENTED_FAKE, _NOISE = 32, 36, 40  # streams of random numbers of a Clipped step


class Rejecting(gan.GAN):
    """A GAN whose generator learns nothing from a picture that comes too near to a training picture.

    After Bai et al.; here nearness is that of pixels, and only G's step is concerned.

    Args:
        generator, discriminator, seed: as for `gan.GAN`.
        nearest: root mean square difference in levels, 0 to 255, below which a picture is dropped.

    Paper: Bai et al., Training with memorization rejection, arXiv 2210.12231.
    """

    def __init__(self, generator, discriminator, *, nearest, seed=0):
        super().__init__(generator, discriminator, seed=seed)
        self.nearest = nearest

    def far_enough(self, fake):
        """Which pictures of a batch are no near-copies: bool tensor [n].

        Args:
            fake: float32 [n, size, size, 3] in [-1, 1].
        """
        seen = tf.reshape(art.to_float(self._images), (len(self._images), -1))
        fake = tf.reshape(fake, (-1, seen.shape[1]))
        apart = tf.reduce_sum(tf.square(fake[:, None] - seen[None]), axis=2)
        return tf.sqrt(tf.reduce_min(apart, axis=1) / seen.shape[1]) * 127.5 > self.nearest

    def _generator_loss(self, fake, real):
        keep = self.far_enough(fake)[:, None, None, None]
        return super()._generator_loss(tf.where(keep, fake, tf.stop_gradient(fake)), real)

    def get_config(self):
        """As in GAN, and the distance."""
        return {**super().get_config(), "nearest": self.nearest}


class Clipped(gan.GAN):
    """A GAN whose discriminator hears each picture only so loud, under noise.

    Each example's gradient is cut to a norm of at most `clip`; normal noise of `noise` · clip is
    added to their sum. D alone sees real pictures, so what G learns has passed through this. It is
    the step of differentially private training without its accountant: no ε is claimed.
    R1 looks at real pictures, too, and is left out.

    Args:
        generator, discriminator, seed: as for `gan.GAN`.
        clip: largest norm C of one example's gradient.
        noise: σ, standard deviation of the noise in units of C; 0 clips alone.

    Papers: Abadi et al., Deep learning with differential privacy, arXiv 1607.00133; Xie et al., DPGAN,
    1802.06739.
    """

    def __init__(self, generator, discriminator, *, clip=1.0, noise=0.0, seed=0):
        super().__init__(generator, discriminator, seed=seed)
        self.clip, self.noise_scale = clip, noise

    def _discriminator_step(self, real, fake):
        real, fake = self.augment(real, _AUGMENTED_REAL), self.augment(fake, _AUGMENTED_FAKE)
        parts = [self._one(real[i : i + 1], fake[i : i + 1]) for i in range(real.shape[0])]
        gradients = [tf.add_n(group) for group in zip(*(part[0] for part in parts))]
        gradients = [(g + self._noise_like(g, k)) / real.shape[0] for k, g in enumerate(gradients)]
        self.discriminator_optimizer.apply_gradients(
            zip(gradients, self.discriminator.trainable_variables)
        )
        loss, right = (tf.reduce_mean([part[k] for part in parts]) for k in (1, 2))
        return {"discriminator_loss": loss, "accuracy": right}

    def _one(self, real, fake):
        """(clipped gradients, loss, share right) of one real and one generated picture."""
        with tf.GradientTape() as tape:
            logits = self.discriminator(tf.concat([real, fake], 0), training=True)
            loss = self.adversarial_loss.discriminator(logits[:1], logits[1:])
        gradients = tape.gradient(loss, self.discriminator.trainable_variables)
        gradients, _ = tf.clip_by_global_norm(gradients, self.clip)
        right = tf.reduce_mean(tf.cast([logits[0] > 0, logits[1] < 0], tf.float32))
        return gradients, loss, right

    def _noise_like(self, gradient, k):
        drawn = tf.random.stateless_normal(
            gradient.shape, self.stream(_NOISE) + [0, k], alg="philox"
        )
        return self.noise_scale * self.clip * drawn

    def get_config(self):
        """As in GAN, and both numbers."""
        return {**super().get_config(), "clip": self.clip, "noise": self.noise_scale}
