"""From ten pictures: a child whose pictures stay as alike, or unlike, as its parent's from the same latents.

    model = transfer.child(parent, discriminator="projected", colours=ten,
                           kind=functools.partial(few_shot.FewShot, weight=100))
    model.fit(ten, 150)

A GAN may learn ten pictures by heart, until all latents end at ten drawings. Two things are to prevent that. The
correspondence loss asks of the child that a latent's picture be near to the same other ones as in the parent.
And with `anchors` only a few regions of the latent space have to give whole pictures that D takes for real; everywhere
else D sees parts. What both bring on the course's pictures: data/results/07_few_shot.json.

Paper: Ojha et al., Few-shot image generation via cross-domain correspondence, arXiv 2104.06820.
"""

import keras
import tensorflow as tf

from helpers import gan, latents
from helpers.latents import blending

PAIRS, WINDOW = gan._MIXTURE + 4, gan._MIXTURE + 8  # streams of random numbers of their own
NEAR = 0.05  # how far from its anchor a latent is drawn
EVERY = 4  # one step in so many is an anchors' step
_ITSELF = -1e9  # what a picture's likeness to itself is set to: e to the power of it is 0


def correspondence(parent, child):
    """How differently two generators relate the pictures of one batch of latents to each other.

    In each layer every picture has a likeness, the cosine, to each other picture of the batch. The softmax of a
    picture's likenesses is its neighbourhood; the loss is the KL divergence of the child's from the parent's.

    Args:
        parent, child: for each layer the features of one batch, float [n, …], n at least 2.

    Returns:
        float32 scalar, the mean over layers and pictures: 0 where all likenesses are those of the parent.
    """
    return tf.add_n([_divergence(*pair) for pair in zip(parent, child)]) / len(parent)


def _divergence(parent, child):
    parent, child = map(_neighbourhood, (parent, child))
    return tf.reduce_mean(tf.reduce_sum(tf.exp(parent) * (parent - child), axis=1))


def _neighbourhood(features):
    """Logarithms of the softmax of a picture's likenesses to the others: float32 [n, n]."""
    flat = tf.math.l2_normalize(tf.reshape(features, [tf.shape(features)[0], -1]), axis=1)
    likeness = flat @ tf.transpose(flat)
    return tf.nn.log_softmax(tf.linalg.set_diag(likeness, tf.fill(tf.shape(flat)[:1], _ITSELF)))


def inner(generator):
    """A function from latents to what comes out of each batch norm, coarse to fine: a list of tensors.

    It goes through the generator's own layers, so that gradients reach them; `training=True` as for a network.
    """
    outputs = [norm.output for norm in blending.batch_norms(generator)]
    network = keras.Model(generator.inputs[0], outputs)
    return lambda z, **settings: keras.tree.flatten(network(z, **settings))


class FewShot(gan.GAN):
    """A GAN on very few pictures, held to the relations between its parent's pictures.

    With anchors this differs from the paper: there D judges parts by an inner layer; here the same D sees a quarter
    of each picture, enlarged to the whole side, real and drawn ones alike.

    Args:
        generator, discriminator, seed: as for `gan.GAN`.
        weight: of the correspondence loss, 0 or more; 0 asks for nothing.
        anchors: how many fixed latents give whole pictures, one step in four; 0: all do, always.
    """

    def __init__(self, generator, discriminator, *, weight, anchors=0, seed=0):
        super().__init__(generator, discriminator, seed=seed)
        self.weight, self.anchors = weight, anchors
        self.fixed, self.unlike = None, None

    def prepare(self, data):
        """As in GAN; also remembers the parent, the averaged generator as it is then."""
        super().prepare(data)
        if self.unlike is None:
            self.fixed = latents.noise(self.generator, self.anchors, self.seed)
            before, now = inner(blending.copy(self.averaged_generator)), inner(self.generator)
            self.unlike = lambda z: correspondence(before(z), now(z, training=True))
            self.train_function = None

    def generator_penalty(self):
        """The weighted correspondence loss on latents of its own: a scalar."""
        return self.weight * self.unlike(self.draw_noise(PAIRS)) if self.weight else 0.0

    def draw_noise(self, purpose):
        """As in GAN; in an anchors' step what D will see is drawn close to the anchors."""
        z = super().draw_noise(purpose)
        if not self.anchors or purpose != gan._NOISE:
            return z
        near = tf.gather(self.fixed, self.draw_rows(WINDOW, self.anchors)) + NEAR * z
        return tf.where(self._whole(), near, z)

    def augment(self, images, purpose):
        """As in GAN; outside the anchors' steps D then sees one and the same quarter of all pictures."""
        images = super().augment(images, purpose)
        if not self.anchors:
            return images
        corner = tf.random.stateless_uniform(
            [2], self.stream(WINDOW) + [1, 0], 0, self.size // 2 + 1, tf.int32, alg="philox"
        )
        return tf.cond(self._whole(), lambda: images, lambda: enlarged(images, corner))

    def _whole(self):
        return tf.equal(self.step.value % EVERY, 0)

    def get_config(self):
        """As in GAN, and the two settings."""
        return {**super().get_config(), "weight": self.weight, "anchors": self.anchors}


def enlarged(images, corner):
    """A quarter of each picture, every pixel four times: float [n, size, size, 3].

    Args:
        images: float [n, size, size, 3].
        corner: int [2], the first row and column of the quarter, 0 … size / 2.
    """
    half = images.shape[1] // 2
    part = tf.slice(images, [0, corner[0], corner[1], 0], [-1, half, half, 3])
    return tf.ensure_shape(tf.repeat(tf.repeat(part, 2, axis=1), 2, axis=2), images.shape)
