"""What is too long for `make test`: benchmarks, and the claims that are held over ten seeds."""

import helpers  # noqa: F401  (switches TensorFlow's fast kernels on, before a script imports it)
