"""Who goes to which side of a split: by subject, so that no subject stands on two sides."""

import hashlib
import re

import numpy as np

SIDES = ("train", "validation", "test")
# Counts of each side, fixed once for the whole course. All five emoji styles and all four city
# styles share one split, because it follows the subject's name and not the picture.
FIXED = {
    "emoji": (576, 192, 384),
    "heroes": (3000, 500, 500),
    "creatures": (591, 100, 100),
    "items": (422, 100, 100),
    "city": (1500, 250, 250),
}
DEFAULT = (6, 1, 1)
# Dealt to all three sides at once. The other sets are dealt to train and the rest first, and the
# rest is cut afterwards: so their training sides are those that the shipped weights learned from.
AT_ONCE = ("emoji",)
# Sets to classify: each label has its share on each side, as far as families allow.
STRATIFIED = ("emoji", "creatures", "items")
_BY_NAME_OR_OUTLINE = (
    "by family, one name or one outline; each label in its share as far as families allow"
)
RULES = {  # in words, for the cards; families_of has it in code
    "emoji": "by subject, each group of subjects in its share; the same in all emoji styles",
    "heroes": "by family, the same base in the same body armour",
    "creatures": _BY_NAME_OR_OUTLINE,
    "items": _BY_NAME_OR_OUTLINE,
    "city": "by seed, the same in all city styles",
    None: "by subject",
}
# Words in file names that make a variant, not another subject.
VARIANTS = frozenset(
    "black blue brown crimson cyan dark gold golden gray green grey light magenta mottle mottled "
    "orange pale pink purple red silver white yellow new old left right water melee staveless "
    "swordless weaponless zombie skeleton simulacrum spectral".split()
)


def fixed_folds(kind, families, labels):
    """The fixed split of a whole set.

    Args:
        kind: "emoji", "heroes", "creatures", "items" or "city"; anything else is split 6 : 1 : 1.
        families: list of n strings; equal strings stay on one side.
        labels: int [n].
    Returns:
        int64 [n]: 0 train, 1 validation, 2 test, as in SIDES.
    """
    shares = FIXED.get(kind, DEFAULT)
    order = _order(kind, families)
    labels = labels if kind in STRATIFIED else np.zeros_like(labels)
    if kind in AT_ONCE:
        return _deal(order, shares, labels)
    folds = _deal(order, (shares[0], shares[1] + shares[2]), labels)
    rest = np.flatnonzero(folds)
    folds[rest] += _deal(order[rest], shares[1:], labels[rest])
    return folds


def _order(kind, families):
    """int [n]: the place of each picture's family in the order of dealing."""
    names = sorted(set(families), key=lambda name: _digest(f"{kind}:{name}"))
    rank = {name: position for position, name in enumerate(names)}
    return np.array([rank[name] for name in families])


def _deal(order, shares, labels):
    """assign(), with counts in these proportions."""
    shares = np.array(shares)
    return assign(order, counts_of(shares / shares.sum(), len(order)), labels)


def _digest(text):
    # A hash and not a random generator: the same order on every machine and numpy, for ever.
    # A file's name on Linux may hold bytes that are no text: Python carries them as lone surrogates.
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def counts_of(fractions, total):
    """Whole numbers nearest to fractions · total that sum to total."""
    edges = np.rint(np.cumsum(fractions) * total).astype(int)
    edges[-1] = total
    return np.diff(edges, prepend=0)


def assign(families, counts, labels):
    """Deal families to sides, large ones first, so that each label gets its share of each side.

    Args:
        families: int [n], the family of each picture; smaller numbers are dealt first.
        counts: pictures wanted on each side; met exactly when enough families have one member.
        labels: int [n]; a family counts with the label of its first member.
    Returns:
        int64 [n]: the side of each picture. A family is never cut in two.
    """
    _, first, inverse, sizes = np.unique(
        families, return_index=True, return_inverse=True, return_counts=True
    )
    label, share = labels[first], np.array(counts) / max(sum(counts), 1)
    side = np.zeros(len(sizes), dtype=np.int64)
    room = np.array(counts)
    wish = np.bincount(labels)[:, None] * share  # still wanted of each label on each side
    for family in np.argsort(-sizes, kind="stable"):
        fits = room >= min(sizes[family], room.max())
        chosen = np.argmax(np.where(fits, wish[label[family]] / np.maximum(share, 1e-9), -np.inf))
        side[family] = chosen
        room[chosen] -= sizes[family]
        wish[label[family], chosen] -= sizes[family]
    return side[inverse]


def own_folds(families, names):
    """The fixed split of a learner's pictures: 6 : 1 : 1, and with few of them more held out.

    Args:
        families: int [n]; equal numbers stay on one side.
        names: n strings; the same names are dealt in the same way on every machine.
    Returns:
        int64 [n], as from fixed_folds; sides are empty only where there are too few families.
    """
    families = np.asarray(families)
    numbers, first = np.unique(families, return_index=True)
    ranked = np.argsort(np.argsort([_digest(f"own:{names[row]}") for row in first], kind="stable"))
    order = ranked[np.searchsorted(numbers, families)]
    held = held_out(len(numbers))
    counts = np.array((len(families) - 2 * held, held, held))
    return assign(order, counts, np.zeros(len(families), np.int64))


def held_out(count):
    """How many of so many pictures stand on each of the two held-out sides."""
    if count < 3:
        return 0
    # Scores of fewer than 8 are noise; but a fifth at most, for who has few needs them to learn from.
    return max(1, min(count // 5, max(8, round(count / 8))))


def record(folds, kind):
    """What a card says about the fixed split.

    Args:
        folds: int [n], from fixed_folds.
        kind: as for fixed_folds.
    Returns:
        dict: pictures on each side, the rule in words, sha256 of the sides as one byte a picture.
    """
    counts = np.bincount(folds, minlength=len(SIDES)).tolist()
    return {
        **dict(zip(SIDES, counts)),
        "rule": f"{RULES.get(kind, RULES[None])} (helpers/art/splits.py)",
        "sha256": hashlib.sha256(folds.astype(np.uint8).tobytes()).hexdigest(),
    }


def families_of(kind, arrays):
    """What must stay together, as one string for each picture.

    Heroes: the same base in the same body armour. Creatures and items: the same name apart from
    number, colour and age, or the same outline, which is one drawing in other colours (so all
    potions, rods, scrolls and staves of `items` come to stand in train). Others: each subject is
    its own family.

    Args:
        kind: as for fixed_folds.
        arrays: the arrays of a set.
    Returns:
        list of n strings.
    """
    names = arrays["item_names"].tolist()
    if kind == "heroes" and "parts" in arrays:
        body = np.flatnonzero(np.isin(arrays["layer_names"], ("base", "body")))
        return ["+".join(map(str, row)) for row in arrays["parts"][:, body].tolist()]
    if kind in ("creatures", "items"):
        return _joined([family_of(name) for name in names], same_outline(arrays["images"]))
    return names


def same_outline(images, overlap=0.9):
    """Which pictures have the same outline on white.

    Returns:
        bool [n, n]: the outlines share at least `overlap` of the pixels that either covers.
    """
    inked = (images.min(axis=-1) < 250).reshape(len(images), -1).astype(np.float32)
    both, area = inked @ inked.T, inked.sum(axis=1)
    return both >= overlap * (area[:, None] + area - both)


def _joined(names, linked):
    """Give linked pictures, and those linked to them in turn, one name."""
    _, ids = np.unique(names, return_inverse=True)
    linked = linked | (ids[:, None] == ids)
    number, before = np.arange(len(names)), None
    while not np.array_equal(number, before):
        before = number
        number = np.where(linked, number, len(names)).min(axis=1)
    return [names[first] for first in number]


def family_of(name):
    """What a tile's file name says about its subject, apart from folder, number, colour and age.

    `mon/animals/green_rat` and `rat2` are one family; so are a yak and the zombie of a yak, which
    is the yak in other colours. A name of nothing but such words stays a family of its own.
    """
    base = name.split("/")[-1].split(".")[0]
    words = [re.sub(r"\d+$", "", word) for word in re.split(r"[-_ ]", base)]
    subject = [word for word in words if word and word not in VARIANTS]
    return " ".join(subject) or name
