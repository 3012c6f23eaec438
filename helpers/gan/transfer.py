"""From one art to another: a GAN that starts where another one stopped.

    child = transfer.child(parent)                        # both networks, new optimizers
    child.fit(creatures.take(100), 600)
    judge = transfer.StyleJudge(heroes, creatures)
    judge.share(child.sample(400))                            # how many look like creatures?

Paper: Wang et al., Transferring GANs, arXiv 1805.01677.
"""

import numpy as np
import tensorflow as tf
from keras import layers

from helpers import art, gan, metrics, objective
from helpers.gan import networks, palette, recipe, replicas

RATE = (
    2e-3  # of both networks when fine-tuning: gentler rates keep drawing the parent, see lesson 05
)
# For 100 to 150 steps: at a higher pace, G's above all, a child leaves its parent in them, see lesson 05.
FAST = {"generator_rate": 8e-3, "discriminator_rate": 4e-3, "decay": 0.6}
# For 100 steps to another style, with `colours=`: the rates do most of it, the paint the rest, see lesson 05.
REPAINT = {"generator_rate": 4e-3, "discriminator_rate": 1e-3}


def child(parent, *, generator=True, discriminator=True, freeze=0, only_norms=False, colours=None,
          seed=0, kind=gan.GAN, **changes):  # fmt: skip
    """A new GAN with the parent's build, and copies of its weights where asked for.

    The parent is left alone. Optimizers are new, and so is the average, which starts at G.

    Args:
        parent: gan.GAN; its averaged generator is what is copied.
        generator, discriminator: whether that network starts with the parent's weights; with
            neither, this is a training from scratch. For the discriminator also "pixels",
            "projected" or a `projected.Form`: a new one of that kind, with that kind's loss and
            penalty.
        freeze: how many of D's first convolutions stay as they are (FreezeD).
        only_norms: train nothing in G but its batch norms' scale and shift.
        colours: pictures, uint8 [m, height, width, 3], whose colours G's palette takes over at the
            start (`repaint`); None keeps the parent's.
        seed: seed of new weights and of the whole training.
        kind: class of the child: gan.GAN, or a class made from it with its own arguments, such as
            functools.partial(Mixture, first=pictures, lam=1.0).
        **changes: entries of gan.RECIPE with other values; the rest is the parent's recipe, but
            with rates of 2e-3 where a network is copied.

    Returns:
        gan.GAN, compiled.

    Raises:
        ValueError: freeze, only_norms or colours are asked for in a network that is not copied, or
            colours for a G without a palette.

    Papers: Mo et al., FreezeD, arXiv 2002.10964; Noguchi & Harada, scale and shift, 1904.01774.
    """
    copied = discriminator is True
    if freeze and not copied:
        raise ValueError("freeze keeps the parent's layers of D: it needs discriminator=True")
    if only_norms and not generator:
        raise ValueError("only_norms keeps the parent's layers of G: it needs generator=True")
    if colours is not None and not generator:
        raise ValueError("colours repaints the parent's G: it needs generator=True")
    model = kind(
        networks.build(parent.generator.spec, seed),
        _discriminator(parent, discriminator, seed),
        seed=seed,
    )
    if generator:
        for network in (model.generator, model.averaged_generator):
            network.set_weights(parent.averaged_generator.get_weights())
    if colours is not None:
        repaint(model, colours)
    if copied:
        model.discriminator.set_weights(parent.discriminator.get_weights())
    networks.freeze_first(model.discriminator, freeze)
    for layer in model.generator.layers:
        layer.trainable = not only_norms or isinstance(layer, layers.BatchNormalization)
    rates = dict.fromkeys(("generator_rate", "discriminator_rate"), RATE)
    kept = recipe.handed_on(parent.recipe, parent.discriminator, model.discriminator)
    model.compile(**{**kept, **(rates if generator or copied else {}), **changes})
    return model


def _discriminator(parent, asked, seed):
    if isinstance(asked, bool):
        return networks.build(parent.discriminator.spec, seed)
    return networks.discriminator_of(asked, parent.size, seed=seed)


def repaint(model, images):
    """Gives both generators of a GAN the colours of other pictures; see `palette.repaint`.

    Args:
        model: gan.GAN, changed in place.
        images: uint8 [m, height, width, 3], of any size.

    Raises:
        ValueError: G has no palette, or there are no images.
    """
    for generator in (model.generator, model.averaged_generator):
        palette.repaint(generator, images, model.noise(256))


class Anchored(gan.GAN):
    """A GAN whose generator is held to the weights it has when training begins.

    To G's loss it adds (β/2) Σ (w − w₁)², lesson 02's `quadratic_penalty`, in which the parent's
    weights stand in for the parent's art.

    Args:
        generator, discriminator, seed: as for `gan.GAN`.
        weight: β, 0 or more; 0 anchors nothing.
    """

    def __init__(self, generator, discriminator, *, weight, seed=0):
        super().__init__(generator, discriminator, seed=seed)
        self.weight, self.anchor = weight, None

    def prepare(self, data):
        """As in GAN; also remembers where the weights are."""
        super().prepare(data)
        if self.anchor is None:
            self.anchor = [tf.constant(w.value) for w in self.generator.trainable_variables]

    def generator_penalty(self):
        """The pull back to the parent: a scalar."""
        weights = [w.value for w in self.generator.trainable_variables]
        return objective.quadratic_penalty(weights, self.anchor, weight=self.weight)

    def get_config(self):
        """As in GAN, and β."""
        return {**super().get_config(), "weight": self.weight}


class Mixture(gan.GAN):
    """A GAN on two arts: each real picture comes from the second with the chance λ/(1 + λ).

    That is minimising L_D1 + λ L_D2 of one discriminator. Most of G's pictures look like the one
    art or like the other, few like a blend; and G exaggerates the larger share (lesson 05, §5).
    The second art is what `fit` is given.

    Args:
        generator, discriminator, seed: as for `gan.GAN`.
        first: the pictures of D1, uint8 [n, size, size, 3].
        lam: λ, 0 ≤ λ ≤ ∞.
    """

    def __init__(self, generator, discriminator, *, first, lam=1.0, seed=0):
        super().__init__(generator, discriminator, seed=seed)
        self.first, self.lam = first, lam

    def draw_batch(self, data=None):
        """This step's real pictures from both arts: float32 [n, size, size, 3] in [-1, 1]."""
        second = super().draw_batch(data)
        first = tf.gather(self.first, self.draw_rows(gan._MIXTURE, len(self.first)))
        seed = self.stream(gan._MIXTURE) + [1, 0]
        coins = tf.random.stateless_uniform([self.recipe["batch_size"]], seed, alg="philox")
        from_second = replicas.own(coins < objective.share(self.lam))[:, None, None, None]
        return tf.where(from_second, second, art.to_float(first))


class StyleJudge:
    """Tells which of two arts a picture looks like: logistic regression on the scorer's features.

    Beside KID it is what a table of fine-tuned generators needs: two arts can lie so near to each
    other that a child scores well while it still draws its parent's pictures.

    Args:
        parent, target: pictures to learn from, uint8 [n, size, size, 3], or their features [n, d].
        extract: function pictures → features; None for `metrics.features`.

    Raises:
        ValueError: one of them is empty.
    """

    def __init__(self, parent, target, *, extract=None):
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        if not len(parent) or not len(target):
            raise ValueError(
                f"a judge learns from both arts, got {len(parent)} and {len(target)} pictures"
            )
        self.extract = extract or (lambda images: metrics.features(images, progress=False))
        both = [self._features(pictures) for pictures in (parent, target)]
        labels = np.repeat([0, 1], [len(x) for x in both])
        # Balanced, since targets are small: else "parent" would be the safe guess. C as small as
        # 1,280 features ask for.
        regression = LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000)
        self.model = make_pipeline(StandardScaler(), regression).fit(np.concatenate(both), labels)

    def share(self, pictures):
        """Share of pictures (or of their features) that are taken for the target's art, 0 to 1."""
        return float(np.mean(self.model.predict(self._features(pictures)) == 1))

    def accuracy(self, parent, target):
        """Share of pictures it names right, each art counting half; of held-out ones, please."""
        return (1 - self.share(parent) + self.share(target)) / 2

    def _features(self, pictures):
        pictures = np.asarray(pictures)
        return self.extract(pictures) if pictures.ndim == 4 else pictures
