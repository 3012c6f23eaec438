"""What the lessons import: one module per idea."""

import os

# TensorFlow leaves its fast CPU kernels (oneDNN) off on processors without AVX512-VNNI, most
# laptops among them; with them a convolution's backward pass is two to five times faster. The
# variable is read when TensorFlow is imported, so it is set here, before any helper does that.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
