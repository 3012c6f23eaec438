"""Word vectors learnt from a dictionary: what a short name is about, as numbers.

    vectors = words.load()
    vectors.lookup(["dog face", "red apple"])      # float32 [2, 144], one row a name
    vectors.nearest("violin")                      # words whose vectors point the same way

A word's vector is the mean of the dictionary entries it stands in (WordNet; data/build/wordnet_words.py makes
the file). A name's vector is the mean of its words, each weighted by how rare it is.
"""

import functools
import hashlib
import pathlib
import re
from typing import NamedTuple

import numpy as np

from helpers import files

FILE = pathlib.Path(__file__).resolve().parents[2] / "data" / "weights" / "wordnet_words.npz"
_CURE = "get the shipped one back with `git restore data/weights`"
_ARRAYS = {"words", "vectors", "scale", "idf"}


def split(name):
    """The words of a name: lower case, letters only.

    Args:
        name: str, such as "T-Rex".
    Returns:
        list of str, such as ["t", "rex"].
    """
    return re.findall(r"[a-z]+", name.lower())


class Words(NamedTuple):
    """Words with their vectors; `load` reads the shipped ones.

    Attributes:
        rows: {word: its row}.
        vectors: float32 [n, d], each of unit length.
        idf: float32 [n]; the rarer the word in the dictionary, the larger.
    """

    rows: dict
    vectors: np.ndarray
    idf: np.ndarray

    def known(self, name):
        """Rows of the words of a name that have a vector; [] where none has one."""
        return [self.rows[word] for word in split(name) if word in self.rows]

    def lookup(self, names):
        """Vectors of names: the mean of their words' vectors, weighted by idf.

        Args:
            names: list of str.
        Returns:
            float32 [n, d]; zeros for a name with no known word (`known` says which).
        Raises:
            ValueError: one text instead of a list.
        """
        if isinstance(names, str):
            raise ValueError(f"lookup takes a list of names, got one text; write [{names!r}]")
        rows = [self.known(name) for name in names]
        found = np.zeros((len(rows), self.vectors.shape[1]), np.float32)
        for vector, known in zip(found, rows):
            if known:
                vector[:] = np.average(self.vectors[known], axis=0, weights=self.idf[known])
        return found

    def nearest(self, name, count=8):
        """Words whose vectors are nearest to a name's by angle, nearest first.

        Args:
            name: str, one word or more.
            count: how many; the name's own words are left out.
        Returns:
            list of str; [] where no word of the name is known.
        """
        own = self.known(name)
        if not own:
            return []
        closeness = self.vectors @ self.lookup([name])[0]
        closeness[own] = -np.inf
        every = list(self.rows)
        return [every[row] for row in np.argsort(-closeness, kind="stable")[:count]]


@functools.cache
def load():
    """Reads the shipped word vectors; once, then they are kept.

    Returns:
        Words.
    Raises:
        FileNotFoundError: the file or its card is missing.
        ValueError: the file is not the one that its card names, or is damaged.
    """
    return read(FILE)


def read(path):
    """Reads word vectors from a file with a card beside it; see `load`."""
    path = pathlib.Path(path)
    card = files.read_json(path.with_suffix(".json"), cure=_CURE)
    raw = files.read_bytes(path, cure=_CURE)
    if hashlib.sha256(raw).hexdigest() != card.get("sha256"):
        raise files.Damaged(f"{path} is not the file that its card describes; {_CURE}")
    arrays = files.read_npz(path, cure=_CURE, raw=raw)
    if missing := sorted(_ARRAYS - set(arrays)):
        raise files.Damaged(f"{path} holds no array {missing[0]!r}; {_CURE}")
    vectors = arrays["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # the steps' size drops out
    rows = {str(word): row for row, word in enumerate(arrays["words"])}
    return Words(rows, vectors, arrays["idf"].astype(np.float32))
