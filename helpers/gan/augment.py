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


def augment(images, policy, *, seed, background=WHITE):
    """Applies a policy to a batch, each picture with its own random strength.

    Args:
        images: float [n, size, size, 3] in [-1, 1].
        policy: names joined by commas, applied in that order: "translation", "edge_translation",
            "cutout", "color", "flip"; "" changes nothing. Pictures that fill their frame want
            "edge_translation". Leave "color" out where colour is the style.
        seed: two integers (or an int tensor [2]); the same seed gives the same changes.
        background: value of the background, 1.0 for white.

    Returns:
        Tensor like images; differentiable with respect to images.

    Raises:
        ValueError: the policy holds an unknown name.
    """
    ink = images - background  # zero where there is nothing: filling with 0 fills with background
    for index, name in enumerate(parse(policy)):
        ink = _CHANGES[name](ink, tf.convert_to_tensor(seed) + [0, 7919 * (index + 1)])
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


def _translation(ink, seed, edge=False):
    """Moves each picture by up to an eighth of its side, up or down and left or right."""
    rows = _shift_matrices(ink, seed, edge)
    columns = _shift_matrices(ink, seed + [1, 0], edge)
    moved = tf.einsum("nij,njkc->nikc", rows, ink)
    return tf.einsum("nij,nkjc->nkic", columns, moved)


def _edge_translation(ink, seed):
    """The same, but what is uncovered repeats the edge.

    For pictures that fill their frame: there a white margin leaks. D sees one in every other real
    picture, so G may paint one for nothing (measured on cities: the outermost columns 40 of 255 too bright).
    """
    return _translation(ink, seed, edge=True)


def _shift_matrices(ink, seed, edge):
    # A product with a matrix of ones off the diagonal is a shift that drops what leaves the
    # picture; on a CPU this is faster than gathering pixels, and its gradient is a product too.
    count, side = tf.shape(ink)[0], ink.shape[1]
    reach = side // 8
    shifts = tf.random.stateless_uniform([count, 1, 1], seed, -reach, reach + 1, dtype=tf.int32)
    sources = tf.range(side)[None, :, None] + shifts  # which row comes here
    sources = tf.clip_by_value(sources, 0, side - 1) if edge else sources
    return tf.cast(tf.equal(tf.range(side)[None, None, :], sources), ink.dtype)


def _cutout(ink, seed):
    """Wipes out a square of half the side, its centre anywhere in the picture."""
    count, side = tf.shape(ink)[0], ink.shape[1]
    rows = _outside(count, side, seed)[:, :, None]
    columns = _outside(count, side, seed + [1, 0])[:, None, :]
    return ink * tf.cast(rows | columns, ink.dtype)[..., None]


def _outside(count, side, seed):
    centre = tf.random.stateless_uniform([count, 1], seed, 0, side + 1, dtype=tf.int32)
    positions = tf.range(side)[None]
    return (positions < centre - side // 4) | (positions >= centre + side // 4)


def _color(ink, seed):
    """Scales the ink by .5 to 1.5 (lighter, darker) and its saturation by 0 to 2."""
    shape = [tf.shape(ink)[0], 1, 1, 1]
    strength = tf.random.stateless_uniform(shape, seed, 0.5, 1.5, dtype=ink.dtype)
    saturation = tf.random.stateless_uniform(shape, seed + [1, 0], 0.0, 2.0, dtype=ink.dtype)
    grey = tf.reduce_mean(ink, axis=-1, keepdims=True)
    return strength * (grey + saturation * (ink - grey))


def _flip(ink, seed):
    """Mirrors half of the pictures; only for motifs without a left and a right hand."""
    coins = tf.random.stateless_uniform([tf.shape(ink)[0], 1, 1, 1], seed) < 0.5
    return tf.where(coins, ink[:, :, ::-1], ink)


_CHANGES = {
    "translation": _translation,
    "edge_translation": _edge_translation,
    "cutout": _cutout,
    "color": _color,
    "flip": _flip,
}
