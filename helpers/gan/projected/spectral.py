"""The convolutions that learn in a projected discriminator, held by their spectral norm."""

import keras
import tensorflow as tf
from keras import layers, ops

_SQUARINGS = 5  # 2⁵ = 32 power iterations


@keras.saving.register_keras_serializable("course")
class SpectralConv2D(layers.Layer):
    """A convolution whose kernel is divided by its largest singular value: its spectral norm is 1.

    The kernel counts as a matrix [height · width · channels in, filters]. The singular vector is
    found anew each time, by power iteration with no memory: nothing but the kernel and the bias is
    state, and devices that share a step agree.

    Args:
        filters: channels out.
        kernel_size: side of the kernel.
        strides: step of the kernel.
        padding: "same" or "valid".
        seed: seed of the initial kernel.

    Paper: Miyato et al., Spectral normalization for GANs, arXiv 1802.05957.
    """

    def __init__(self, filters, kernel_size, strides=1, padding="same", seed=None, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides = filters, kernel_size, strides
        self.padding, self.seed = padding, seed

    def build(self, shape):
        self.kernel = self.add_weight(
            shape=(self.kernel_size, self.kernel_size, shape[-1], self.filters),
            initializer=keras.initializers.HeNormal(seed=self.seed),
            autocast=False,  # its norm is taken in float32, also under mixed precision
            name="kernel",
        )
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, maps):
        kernel = self.kernel / spectral_norm(ops.convert_to_tensor(self.kernel))
        kernel = ops.cast(kernel, self.compute_dtype)
        return ops.conv(maps, kernel, self.strides, self.padding) + self.bias

    def compute_output_shape(self, shape):
        missing = self.kernel_size - 1 if self.padding == "valid" else 0
        sides = [-(-(side - missing) // self.strides) for side in shape[1:3]]
        return (shape[0], *sides, self.filters)

    def get_config(self):
        own = ("filters", "kernel_size", "strides", "padding", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def spectral_norm(kernel):
    """The largest singular value of a kernel as a matrix [inputs, filters], 32 power iterations near.

    Args:
        kernel: float32 [..., filters].

    Returns:
        Scalar, never above the true value.
    """
    matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
    if matrix.shape[1] == 1:
        return tf.norm(matrix)
    power = tf.stop_gradient(tf.matmul(matrix, matrix, transpose_a=True))
    for _ in range(_SQUARINGS):
        power = power / tf.linalg.trace(power)  # its eigenvalues sum to 1: no overflow
        power = tf.matmul(power, power)
    vector = tf.reduce_sum(power, axis=1, keepdims=True)
    return tf.norm(tf.matmul(matrix, vector / tf.norm(vector)))
