"""The GAN listing that an introductory article prints, number for number, to be read critically.

    print(listing.GENERATOR)
    listing.attempt(lambda: listing.build(listing.GENERATOR))     # what Keras says to it

What becomes of it once it is mended is in `networks.article_generator` and `article_discriminator`.
"""

import re

import keras
from keras import layers

GENERATOR = """\
Sequential([
    keras.Input((100,)),
    Dense(256, activation="relu"), BatchNormalization(), Reshape((4, 4, 256)),
    UpSampling2D(), Conv2D(128, kernel_size=3, padding="same", activation="relu"),
    BatchNormalization(),
    UpSampling2D(), Conv2D(64, kernel_size=3, padding="same", activation="relu"),
    BatchNormalization(),
    UpSampling2D(), Conv2D(3, kernel_size=3, padding="same", activation="tanh"),
])"""

DISCRIMINATOR = """\
Sequential([
    keras.Input((28 * 28,)),
    Dense(256, activation="relu"), BatchNormalization(), Reshape((4, 4, 256)),
    Conv2D(128, kernel_size=3, padding="same", activation="relu"), BatchNormalization(),
    Conv2D(64, kernel_size=3, padding="same", activation="relu"), BatchNormalization(),
    Flatten(), Dense(1, activation="sigmoid"),
])"""

IMPORTED = (
    "Dense",
    "Reshape",
    "Conv2D",
    "UpSampling2D",
    "BatchNormalization",
)  # all that it imports
_TELLING = re.compile("The total size.*|Expected shape.*|name .* is not defined")


def build(text, *also, dense=None):
    """Runs one of the listings, or one that you changed.

    Args:
        text: GENERATOR, DISCRIMINATOR or a variant of yours.
        *also: names of Keras layers to import beside IMPORTED, such as "Flatten".
        dense: units of the first Dense layer in place of the printed 256.

    Returns:
        keras.Sequential.

    Raises:
        Whatever Keras or Python raises at it.
    """
    if dense is not None:
        text = text.replace("Dense(256,", f"Dense({dense},")
    names = {name: getattr(layers, name) for name in (*IMPORTED, *also)}
    return eval(text, {"keras": keras, "Sequential": keras.Sequential, **names})


def attempt(action):
    """Calls a function; prints the telling line of what it raises, if it raises.

    Args:
        action: function without arguments.

    Returns:
        What it returns; None after an error.
    """
    try:
        return action()
    except Exception as error:  # whatever a listing raises is what there is to see
        text = re.sub(r"\x1b\[\d+m", "", str(error)).strip()
        telling = _TELLING.search(text)
        print(f"{type(error).__name__}: {(telling[0] if telling else text)[:150]}")
