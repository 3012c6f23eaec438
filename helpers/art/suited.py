"""What suits a set of pictures: which augmentation, and what a palette leaves out. Measured, not guessed.

suits = art.suits(mine.images)            # Suits(palette=16, augment="translation", …); print it to see why
suits.augment = "translation,flip"        # where you know better
model = gan.make(64, palette=suits.palette, augment=suits.augment)
"""

from dataclasses import dataclass

import numpy as np

# Colours of one picture, as the generators of the course have. With the projected discriminator they came nearer
# than free colours on each of five sets that fill their frame, two of photographs (data/results/07_choice.json).
# With the one on pixels, photographs do better with free ones: `gan.make(…, palette=0)`.
PALETTE = 16
_SHOWN = 200  # pictures that are looked at, spread over the set
_ONE_COLOUR = 24  # levels of 255 within which border pixels count as one colour
_DRAWS = 200  # sets with random pictures mirrored that the set is held against


@dataclass
class Suits:
    """What suits a set, and the measurements behind it. What is chosen may be changed.

    Attributes:
        palette: colours for gan.make, PALETTE; 0 would be free ones.
        augment: policy for compile.
        mirror: whether mirrored pictures would look like the others.
        residual: levels of 255 (root mean square, the median picture) that 16 colours leave unexplained.
        on_paper: share of the pictures whose border is the set's one page colour.
        page: that colour, (r, g, b), or None.
        handed: share of the pictures' left-right difference that all have in common, 0 to 1.
        chance: the largest such share in 19 of 20 sets in which random pictures are mirrored.
        count: pictures looked at.
    """

    palette: int
    augment: str
    mirror: bool
    residual: float
    on_paper: float
    page: tuple | None
    handed: float
    chance: float
    count: int

    def reasons(self):
        """Sentences: what was chosen, and the measurement it rests on."""
        colours = f"{PALETTE} colours a picture leave {self.residual:.1f} of 255 levels unexplained"
        said = [f"palette={self.palette}: {colours}; 0 would paint each pixel freely"]
        share = f"{100 * self.on_paper:.0f} % of the pictures stand on one plain page"
        if "edge" not in self.augment:
            why = f"{share}, a white one: what a shift uncovers is page, too"
        elif self.page is None:
            why = (
                f"{share}: the others fill their frame, so what a shift uncovers repeats their edge"
            )
        else:
            why = f"{share}, but it is not white: what a shift uncovers repeats the edge"
        said.append(f"augment={self.augment!r}: {why}")
        hand = f"{100 * self.handed:.0f} % of the difference between left and right is common to all pictures"
        chance = f"by chance up to {100 * self.chance:.0f} %"
        said.append(
            f"mirroring shows no left or right hand ({hand}, {chance}): if there is no writing in them, "
            f"augment='{self.augment},flip' makes more of few pictures"
            if self.mirror
            else f"no mirroring: {hand}, {chance}: they have a left and a right hand"
        )
        return said

    def card(self):
        """Dictionary for a card: what was chosen and measured, rounded."""
        found = {"palette": self.palette, "augment": self.augment, "mirror": self.mirror}
        measured = ("residual", "on_paper", "handed", "chance")
        return found | {name: round(getattr(self, name), 3) for name in measured}

    def __str__(self):
        return "\n".join(self.reasons())


def suits(images, seed=0):
    """Looks at pictures and says what suits them.

    Args:
        images: uint8 [n, size, size, 3].
        seed: of the random mirrorings.

    Returns:
        Suits.
    """
    rows = np.unique(np.linspace(0, len(images) - 1, _SHOWN).astype(int))
    images = images[rows]
    residual = float(np.median([residual_of(image) for image in images]))
    page, on_paper = paper(images)
    handed, chance = handedness(images, seed)
    augment = "translation" if page == (255, 255, 255) else "edge_translation"
    return Suits(
        palette=PALETTE, augment=augment, mirror=handed <= chance, residual=residual,
        on_paper=on_paper, page=page, handed=handed, chance=chance, count=len(images),
    )  # fmt: skip


def residual_of(image, colours=PALETTE):
    """Root mean square, in levels of 255, of what so many colours leave unexplained of a picture."""
    from PIL import Image

    picture = Image.fromarray(image)
    few = picture.quantize(
        colours, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE
    )
    off = np.asarray(few.convert("RGB"), np.float32) - image
    return float(np.sqrt((off**2).mean()))


def paper(images):
    """The page that most pictures stand on.

    Returns:
        ((r, g, b), share of the pictures on it); (None, share on a page of their own) where fewer than
        four of five share one.
    """
    edges = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    edges = edges.astype(np.int16)
    own = np.median(edges, axis=1)
    page = np.median(own, axis=0)
    page = (
        np.where(page > 255 - _ONE_COLOUR, 255, page) if (page > 255 - _ONE_COLOUR).all() else page
    )
    near = (np.abs(edges - page).max(axis=-1) <= _ONE_COLOUR).mean(axis=1) >= 0.8
    share = float(near.mean())
    return (tuple(page.astype(int).tolist()), share) if share >= 0.8 else (None, share)


def handedness(images, seed=0):
    """How much of the pictures' left-right difference is common to them, against chance.

    Args:
        images: uint8 [n, size, size, 3].
        seed: of the random mirrorings.

    Returns:
        (share, chance): both 0 to 1; chance is what 19 of 20 sets with random pictures mirrored stay below.
    """
    from helpers.art import duplicates

    small = duplicates.small(images).mean(axis=-1)
    difference = (small - small[:, :, ::-1]).reshape(len(small), -1)
    total = (difference**2).sum(axis=1).mean()
    if total < 1e-9:
        return 0.0, 0.0

    def common(signs):
        return (((signs @ difference) / len(difference)) ** 2).sum(axis=-1) / total

    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (_DRAWS, len(difference)))
    return float(common(np.ones(len(difference)))), float(np.quantile(common(signs), 0.95))
