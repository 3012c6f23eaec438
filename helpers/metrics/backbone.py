"""Features of pictures: what the course's own backbone sees."""

import functools

SIZE = 128  # pixels to which pictures are resized before the backbone sees them


def features(images, progress=True):
    """What the shipped backbone sees in pictures, resized bilinearly to 128 px.

    Args:
        images: uint8 [n, h, w, 3], or float in [-1, 1].
        progress: show a bar when there is more than a moment to wait.

    Returns:
        float32 [n, 1280].

    Raises:
        ValueError: wrong dtype, range or shape.
    """
    return _backbone().features(images, size=SIZE, progress=progress)


@functools.cache
def _backbone():
    from helpers.transfer import backbones  # here: it takes TensorFlow with it

    return backbones.load("efficientnet_lite0")
