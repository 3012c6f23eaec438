"""The course's noise in NumPy alone, as helpers/explorer/text.py describes it for other languages."""

import numpy as np

_SCRAMBLE = 0x3EC8F720, 0x02461E29
_STREAM = 28
_WORD = 0xFFFFFFFF


def normals(seed, count):
    """The first numbers of the latent that belongs to a seed: float32 [count]."""
    counter = [[seed & _WORD, seed >> 32, _STREAM, 0]]
    m0, m1, m2, m3 = (int(word) for word in philox(counter, _SCRAMBLE)[0])
    blocks = [(i, 0, m2, m3) for i in range(-(-count // 4))]
    words = philox(blocks, (m0, m1)).astype(np.int64) % 2**23
    u = np.maximum(words[:, 0::2] / 2**23, 1e-7)
    v = 2 * np.pi * words[:, 1::2] / 2**23
    pairs = np.sqrt(-2 * np.log(u))[..., None] * np.stack([np.sin(v), np.cos(v)], axis=-1)
    return pairs.astype(np.float32).ravel()[:count]


def philox(counters, key):
    """Philox4x32-10: four words for each counter of four words; uint64 [n, 4] that fit 32 bits."""
    c0, c1, c2, c3 = np.array(counters, np.uint64).T
    (k0, k1), word = key, np.uint64(_WORD)
    for _ in range(10):
        left, right = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (
            (right >> np.uint64(32)) ^ c1 ^ np.uint64(k0),
            right & word,
            (left >> np.uint64(32)) ^ c3 ^ np.uint64(k1),
            left & word,
        )
        k0, k1 = (k0 + 0x9E3779B9) & _WORD, (k1 + 0xBB67AE85) & _WORD
    return np.stack([c0, c1, c2, c3], axis=1)
