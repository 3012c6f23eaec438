"""Ten pictures: a child that keeps the parent's variety, by two ideas of Ojha et al. (2021).

    child = few_shot.child(parent, weight=few_shot.WEIGHT, anchors=10, seed=0)
    child.fit(ten, 60)

*Consistency*: two latents whose pictures are alike in the parent stay alike in the child. *Anchors*: only
pictures from a few fixed latents have to pass for whole pictures of the ten; all others only in their pieces.
What both bring here is in data/results/07_few_shot.json.

Paper: Ojha et al., Few-shot image generation via cross-domain correspondence, arXiv 2104.06820.
"""

import functools

import keras
import tensorflow as tf
from keras import layers

from helpers import gan, latents
from helpers.gan import losses, networks, transfer

WEIGHT = (
    10000.0  # of the consistency loss; at the 1,000 of the paper it changes next to nothing here
)
SPREAD = 0.05  # of the latents round an anchor, as in the paper
PIECES = "leaky1"  # D's layer that sees pieces: of 10 by 10 pixels
_CONSISTENCY = 32  # stream of random numbers, behind those of gan


def child(parent, *, weight=0.0, anchors=0, discriminator=True, seed=0, **changes):
    """A child of a parent for very few pictures.

    Args:
        parent: gan.GAN; left alone.
        weight: of the consistency loss; 0 for none.
        anchors: number of fixed latents, one for each picture; 0: D judges all pictures whole.
        discriminator, seed, **changes: as for `transfer.child`.

    Returns:
        FewShot, compiled.

    Raises:
        ValueError: weight or anchors are below 0, or anchors are asked for with another D than the parent's.
    """
    if weight < 0 or anchors < 0:
        raise ValueError(f"weight and anchors are 0 or more, got {weight} and {anchors}")
    if anchors and (
        discriminator is not True or networks.kind_of(parent.discriminator) != "pixels"
    ):
        raise ValueError("anchors need a D that looks at pixels, copied from the parent")
    kind = functools.partial(
        FewShot, parent=parent.averaged_generator, weight=weight, anchors=anchors
    )
    model = transfer.child(parent, discriminator=discriminator, seed=seed, kind=kind, **changes)
    if anchors:
        model.discriminator = with_pieces(model.discriminator, seed)
        model.compile(**model.recipe)
    return model


def with_pieces(discriminator, seed=0):
    """D with a second logit: the mean of what a small head says of each piece of the picture.

    Args:
        discriminator: the course's own, which looks at pixels; its layers are shared.
        seed: of the head's weights.

    Returns:
        keras.Model, pictures -> float32 logits [n, 2]: of the whole, and of the pieces.
    """
    head = layers.Conv2D(
        1, 1, kernel_initializer=keras.initializers.GlorotUniform(seed), name="pieces"
    )
    pieces = layers.GlobalAveragePooling2D(name="mean_of_pieces", dtype="float32")(
        head(discriminator.get_layer(PIECES).output)
    )
    both = layers.Concatenate(dtype="float32", name="logits")([*discriminator.outputs, pieces])
    return keras.Model(discriminator.inputs, both, name="discriminator")


class FewShot(gan.GAN):
    """A GAN whose G keeps how alike its parent's pictures are; with anchors, D is strict with few of them.

    Args:
        generator, discriminator, seed: as for `gan.GAN`.
        parent: generator of the same build, which stays as it is.
        weight: of the consistency loss.
        anchors: number of fixed latents; the discriminator must then be one of `with_pieces`.
    """

    def __init__(self, generator, discriminator, *, parent, weight=0.0, anchors=0, seed=0):
        super().__init__(generator, discriminator, seed=seed)
        self.weight, self.then, self.now = weight, hidden(parent), hidden(self.generator)
        self.places = latents.noise(generator, anchors, seed=seed) if anchors else None

    def compile(self, **settings):
        """As in GAN; with anchors, the loss on whole pictures is that of half a batch, near the anchors."""
        super().compile(**settings)
        if self.places is not None:
            self.adversarial_loss = of_both(self.adversarial_loss, self.recipe["batch_size"] // 2)

    def draw_noise(self, purpose):
        """As in GAN; with anchors, the first half of a batch lies near them."""
        free = super().draw_noise(purpose)
        if self.places is None or purpose == _CONSISTENCY:
            return free
        half = self.recipe["batch_size"] // 2
        rows = self.draw_rows(_CONSISTENCY, len(self.places))[:half]
        return tf.concat([tf.gather(self.places, rows) + SPREAD * free[:half], free[half:]], axis=0)

    def generator_penalty(self):
        """The pull towards the parent's likenesses: a scalar."""
        if not self.weight:
            return 0.0
        z = self.draw_noise(_CONSISTENCY)
        return self.weight * consistency(self.then(z, training=False), self.now(z, training=True))


def hidden(generator):
    """What a generator holds on its way: latents -> the list of its layers' maps behind each ReLU."""
    maps = [layer.output for layer in generator.layers if isinstance(layer, layers.ReLU)]
    return keras.Model(generator.inputs, maps, name="hidden")


def consistency(then, now):
    """How differently two generators arrange the same latents: a scalar, 0 where they agree.

    For each picture, the cosines to all others become shares (softmax); the loss is the Kullback–Leibler
    distance of the parent's shares and the child's, the mean over pictures and layers.

    Args:
        then, now: lists of maps, float [n, …], of the parent and of the child for the same latents.
    """
    return tf.reduce_mean([_between(_shares(a), _shares(b)) for a, b in zip(then, now)])


def _shares(maps):
    """Log of the shares: float32 [n, n], of each picture to all others; its own is nearly none."""
    points = tf.cast(tf.reshape(maps, [tf.shape(maps)[0], -1]), tf.float32)
    points = tf.math.l2_normalize(points, axis=1)
    cosines = tf.matmul(points, points, transpose_b=True)
    return tf.nn.log_softmax(cosines - 1e9 * tf.eye(tf.shape(points)[0]), axis=1)


def _between(then, now):
    return tf.reduce_mean(tf.reduce_sum(tf.exp(then) * (then - now), axis=1))


def of_both(loss, half):
    """A loss on two logits: of the whole for the first `half` fakes, of the pieces for all.

    Args:
        loss: losses.Loss.
        half: number of fakes near anchors, which come first.

    Returns:
        losses.Loss.
    """

    def part(judge):
        return lambda real, fake: (
            (judge(real[:, :1], fake[:half, :1]) + judge(real[:, 1:], fake[:, 1:])) / 2
        )

    return losses.Loss(
        loss.name,
        part(loss.discriminator),
        lambda real, fake: (
            (loss.generator(None, fake[:half, :1]) + loss.generator(None, fake[:, 1:])) / 2
        ),
    )
