"""Differentiable augmentation: D sees every picture, real and generated, only after a random change.

The changes are the same kind for both, so D cannot tell them apart by the change, and gradients
pass through to G. Our art stands on a plain background: whatever a change uncovers is filled with
that colour, so a blank page stays a blank page.

Paper: Zhao et al., Differentiable augmentation for data-efficient GAN training, arXiv 2006.10738.
"""

import tensorflow as tf

WHITE = 1.0


def names():
    """Returns the names of the single changes that a policy is made of."""
    return sorted(_CHANGES)


def augment(images, policy, *, seed, background=WHITE, part=(0, 1)):
    """Applies a policy to a batch, each picture with its own random strength.

    Args:
        images: float [n, size, size, 3] in [-1, 1].
        policy: names joined by commas, applied in that order: "translation", "edge_translation",
            "cutout", "color", "flip"; "" changes nothing. Pictures that fill their frame want
            "edge_translation". Leave "color" out where colour is the style.
        seed: two integers (or an int tensor [2]); the same seed gives the same changes.
        background: value of the background, 1.0 for white.
        part: (i, k) when these are the i-th of k equal parts of a batch: each picture is changed as
            it would be in the whole batch.

    Returns:
        Tensor like images; differentiable with respect to images.

    Raises:
        ValueError: the policy holds an unknown name.
    """
    ink = images - background  # zero where there is nothing: filling with 0 fills with background
    for index, name in enumerate(parse(policy)):
        ink = _CHANGES[name](ink, Draws(tf.convert_to_tensor(seed) + [0, 7919 * (index + 1)], part))
    return ink + background


def parse(policy):
    """Splits a policy into its names.

    Args:
        policy: such as "translation,cutout", "" or None.

    Returns:
        List of names.

    Raises:
        ValueError: a name is unknown.
    """
    chosen = [name.strip() for name in (policy or "").split(",") if name.strip()]
    for name in chosen:
        if name not in _CHANGES:
            raise ValueError(f"unknown augmentation {name!r}; any of: {', '.join(names())}")
    return chosen


class Draws:
    """Random numbers for one change, one row a picture: those of the whole batch, in part.

    Args:
        seed: int tensor [2].
        part: as for `augment`.
    """

    def __init__(self, seed, part):
        self.seed, self.part = seed, part

    def uniform(self, like, shape=(), low=0.0, high=1.0, *, stream=0, dtype=tf.float32):
        """Numbers from low to high, of shape [pictures of `like`, *shape]."""
        index, parts = self.part
        count = tf.shape(like)[0]
        drawn = tf.random.stateless_uniform(
            [count * parts, *shape], self.seed + [stream, 0], low, high, dtype, alg="philox"
        )
        return drawn if parts == 1 else drawn[index * count : (index + 1) * count]


def _translation(ink, draws, edge=False):
    """Moves each picture by up to an eighth of its side, up or down and left or right."""
    rows, columns = (_shift_matrices(ink, draws, edge, stream) for stream in (0, 1))
    moved = tf.einsum("nij,njkc->nikc", rows, ink)
    return tf.einsum("nij,nkjc->nkic", columns, moved)


def _edge_translation(ink, draws):
    """The same, but what is uncovered repeats the edge.

    For pictures that fill their frame: there a white margin leaks. D sees one in every other real
    picture, so G may paint one for nothing (measured on cities: the outermost columns 40 of 255 too bright).
    """
    return _translation(ink, draws, edge=True)


def _shift_matrices(ink, draws, edge, stream):
    # A product with a matrix of ones off the diagonal is a shift that drops what leaves the
    # picture; on a CPU this is faster than gathering pixels, and its gradient is a product too.
    side, reach = ink.shape[1], ink.shape[1] // 8
    shifts = draws.uniform(ink, (1, 1), -reach, reach + 1, stream=stream, dtype=tf.int32)
    sources = tf.range(side)[None, :, None] + shifts  # which row comes here
    sources = tf.clip_by_value(sources, 0, side - 1) if edge else sources
    return tf.cast(tf.equal(tf.range(side)[None, None, :], sources), ink.dtype)


def _cutout(ink, draws):
    """Wipes out a square of half the side, its centre anywhere in the picture."""
    rows, columns = _outside(ink, draws, 0)[:, :, None], _outside(ink, draws, 1)[:, None, :]
    return ink * tf.cast(rows | columns, ink.dtype)[..., None]


def _outside(ink, draws, stream):
    side = ink.shape[1]
    centre = draws.uniform(ink, (1,), 0, side + 1, stream=stream, dtype=tf.int32)
    positions = tf.range(side)[None]
    return (positions < centre - side // 4) | (positions >= centre + side // 4)


def _color(ink, draws):
    """Scales the ink by .5 to 1.5 (lighter, darker) and its saturation by 0 to 2."""
    strength = draws.uniform(ink, (1, 1, 1), 0.5, 1.5, dtype=ink.dtype)
    saturation = draws.uniform(ink, (1, 1, 1), 0.0, 2.0, stream=1, dtype=ink.dtype)
    grey = tf.reduce_mean(ink, axis=-1, keepdims=True)
    return strength * (grey + saturation * (ink - grey))


def _flip(ink, draws):
    """Mirrors half of the pictures; only for motifs without a left and a right hand."""
    return tf.where(draws.uniform(ink, (1, 1, 1)) < 0.5, ink[:, :, ::-1], ink)


_CHANGES = {
    "translation": _translation,
    "edge_translation": _edge_translation,
    "cutout": _cutout,
    "color": _color,
    "flip": _flip,
}
