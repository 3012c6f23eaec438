"""What the lessons import: one module per idea."""

import os

from helpers import quiet

# Read by Keras and TensorFlow when they are imported, so set here, before any helper does that.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# TensorFlow leaves its fast CPU kernels (oneDNN) off on processors without AVX512-VNNI, most
# laptops among them; with them a convolution's backward pass is two to five times faster.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
# Real errors reach Python as exceptions; what C++ calls an error besides ("remapper failed", at the
# first step of a training) is a missed shortcut, and JupyterLab would show it in red.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
quiet.install()
