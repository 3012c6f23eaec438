"""Where a training on a learner's own pictures starts: from nothing, or from a shipped generator?

    model = parents.start(parents.usual(train.images), train.images, seed=1)
    parents.nearest(train.images)                     # [("heroes", .62), …]: whose art is the most alike?
    race = parents.race(train.images, validation.images)     # a few equal steps of some starts
    print(race); race.show()

The general parents have learnt several kinds of art. Their children came nearer than a start from nothing where
pictures were few; where they were many, the two ended close to each other at 32 px, and by KID mostly the start from
nothing nearer where the many were much alike (data/results/07_choice.json). A race is advice, and no more: a hundred steps do not tell who will arrive.
"""

from typing import NamedTuple

import numpy as np

from helpers import art, checkpoints, figures, gan, metrics
from helpers.gan import transfer

SCRATCH = ("projected", "pixels")  # starts without a parent, by the kind of D
STEPS = 100  # of each start in a race
SAMPLES = 200  # pictures that a generator is judged by
FEWEST = 8  # pictures to choose with: by fewer a race would be decided by chance
GENERAL = {32: "general", 64: "general_64"}  # the shipped parents for pictures of any kind
# From so many pictures to learn from, and below this `metrics.diversity`, the usual start is nothing.
MANY, ALIKE = 100, 28.0


def candidates(size):
    """Names of the shipped generators that draw pictures of so many pixels, sorted."""
    return [name for name in checkpoints.names() if _size(name) == size]


def general(size):
    """Name of the general parent for pictures of so many pixels; None where there is none."""
    name = GENERAL.get(size)
    return name if name in candidates(size) else None


def usual(images):
    """The start to take without further knowledge, by the number of pictures and how much they are alike.

    Args:
        images: training pictures, uint8 [n, size, size, 3], n at least 2.

    Returns:
        "projected", from nothing, where no general parent draws this size, or where MANY pictures are much
        alike: their diversity, the mean distance of their features, is below ALIKE. Else the general one. The rule
        was found on seven sets at 32 px; data/results/07_choice.json has them, and sets tried afterwards.
    """
    shipped = general(images.shape[1])
    if shipped is None or len(images) < MANY:
        return shipped or SCRATCH[0]
    alike = metrics.diversity(metrics.features(images, progress=False)) < ALIKE
    return SCRATCH[0] if alike else shipped


def _size(name):
    """Side of a shipped generator's pictures, as its card has it: "heroes: 3000 pictures, 32 px"."""
    return int(checkpoints.card(name)["data"].rpartition(", ")[2].split()[0])


def nearest(images, names=None, *, seed=1):
    """How far each shipped generator's drawings are from pictures, the nearest first.

    Args:
        images: training pictures, uint8 [n, size, size, 3], n at least 2.
        names: checkpoints to look at; None for all of this size.
        seed: of the drawings.

    Returns:
        List of (name, KID): the smaller, the more alike. Empty where none has this size.
    """
    real = metrics.features(images, progress=False)
    found = []
    for name in candidates(images.shape[1]) if names is None else names:
        drawn = checkpoints.load(name).sample(SAMPLES, seed=seed)
        found.append((name, metrics.kid(metrics.features(drawn, progress=False), real)))
    return sorted(found, key=lambda pair: pair[1])


def start(name, images, *, seed=0, suits=None):
    """A GAN before its first step on one's own pictures.

    Args:
        name: "pixels" or "projected": a new G and a D of that kind (see `gan.make`); else a checkpoint:
            its G, with the colours of the pictures, and a new projected D.
        images: training pictures, uint8 [n, size, size, 3].
        seed: of new weights and of the whole training.
        suits: art.Suits of the pictures; None: they are looked at.

    Returns:
        gan.GAN, compiled.

    Raises:
        ValueError: there is no such checkpoint, or it draws pictures of another size.
    """
    suits = suits or art.suits(images)
    size = images.shape[1]
    if name in SCRATCH:
        palette, augment = suits.palette, suits.augment
        return gan.make(size, discriminator=name, seed=seed, palette=palette, augment=augment)
    parent = checkpoints.load(name)
    if parent.size != size:
        raise ValueError(
            f"{name} draws pictures of {parent.size} px, and yours have {size}: read them with size={parent.size}, "
            "or start without a parent"
        )
    colours = images if parent.generator.spec.get("palette") else None
    return transfer.child(
        parent, discriminator="projected", colours=colours, seed=seed, augment=suits.augment
    )


class Row(NamedTuple):
    """One start of a race.

    Attributes:
        name: as for `start`.
        kid: after its steps, to the pictures to choose with.
        low, high: 95 % interval over the pictures of both sides; another seed moves it further.
        drawn: uint8 [n, size, size, 3], what it draws then.
        untouched: KID of the same start before its first step, to the same pictures.
        second: what the yardstick says that has never seen ImageNet (`metrics.untrained_distance`). KID looks through
            the network that a projected D looks through, too, and may flatter it.
    """

    name: str
    kid: float
    low: float
    high: float
    drawn: np.ndarray
    untouched: float | None = None
    second: float | None = None


class Race:
    """What a race found so far; an interrupted one keeps the starts that came through.

    Attributes:
        rows: list of Row, in the order of running.
        distances: as from `nearest`.
        steps: of each start.
        chooser: number of pictures that the KIDs rest on.
        asked: names of all starts that were to run.
        usual: the start that another one has to beat.
    """

    def __init__(self, distances, steps, chooser, asked, usual):
        self.rows, self.distances = [], distances
        self.steps, self.chooser, self.asked, self.usual = steps, chooser, asked, usual

    @property
    def best(self):
        """The start to take: the usual one, unless another's interval lies wholly below that one's.

        Where the usual one did not run, the least KID; without any row, the usual one.
        """
        own = next((row for row in self.rows if row.name == self.usual), None)
        ahead = [row for row in self.rows if own is None or row.high < own.low]
        return min(ahead, key=lambda row: row.kid).name if ahead else self.usual

    @property
    def why(self):
        """One sentence: what is chosen, and by what."""
        if self.chooser < FEWEST:
            return (
                f"{self.best}, the usual start: {self.chooser} pictures to choose with are too few for a race "
                f"(at least {FEWEST})"
            )
        if len(self.rows) < len(self.asked):
            left = [name for name in self.asked if name not in {row.name for row in self.rows}]
            return f"{self.best}: the best so far; the race was stopped before {', '.join(left)}"
        if self.usual not in self.asked:
            return f"{self.best}: the least KID"
        if self.best == self.usual:
            return (
                f"{self.best}, the usual start: no other one's interval lies wholly below its own"
            )
        return f"{self.best}: its interval lies wholly below that of {self.usual}, the usual start"

    def __str__(self):
        lines = [
            f"{name:14} KID {kid:.2f} to the training pictures" for name, kid in self.distances
        ]
        if lines:
            lines = ["Untouched:", *(f"  {line}" for line in lines)]
        if self.rows:
            lines.append(f"After {self.steps} steps, by {self.chooser} pictures to choose with:")
        for row in self.rows:
            more = (("untouched", row.untouched), ("second yardstick", row.second))
            more = "".join(f", {name} {value:.2f}" for name, value in more if value is not None)
            lines.append(
                f"  {row.name:14} KID {row.kid:.2f} (95 %: {row.low:.2f} to {row.high:.2f}){more}"
            )
        return "\n".join([*lines, f"The race names {self.why}."])

    __repr__ = __str__

    def sheet(self, columns=8):
        """matplotlib Figure: a row of drawings for each start; raises a ValueError before the first came through."""
        if not self.rows:
            raise ValueError("no start came through: there is nothing to show")
        pictures = np.concatenate([row.drawn[:columns] for row in self.rows])
        labels = [f"{row.name} {row.kid:.2f}" for row in self.rows]
        return figures.sheet(pictures, columns=columns, row_labels=labels, scale=2)

    def show(self, columns=8):
        """Shows a row of drawings for each start; nothing where none came through."""
        if self.rows:
            named = ", ".join(f"{row.name} (KID {row.kid:.2f})" for row in self.rows)
            alt = f"drawings after {self.steps} steps, a row for each start: {named}"
            figures.show(self.sheet(columns), alt=alt)


def race(train, chooser, starts=None, *, steps=STEPS, seed=0, suits=None, verbose=True):
    """Lets some starts run equal steps, and scores what they draw by pictures that they were not shown.

    Args:
        train: pictures to learn from, uint8 [n, size, size, 3].
        chooser: pictures to choose with, uint8 [m, size, size, 3]; with fewer than FEWEST nothing runs.
        starts: names as for `start`; None: nothing with a projected D, the general parent, and the
            nearest one of one kind of art.
        steps: of each start; a rate falls to zero within them, as in a whole training.
        seed: of every start.
        suits: as for `start`.
        verbose: whether to show progress bars.

    Returns:
        Race. An interrupt ends it with what is known.
    """
    suits = suits or art.suits(train)
    distances = nearest(train) if starts is None and len(train) > 1 else []
    first = usual(train)
    if starts is None:
        shipped = general(train.shape[1])
        others = [name for name, _ in distances if name != shipped]
        starts = (SCRATCH[0], *filter(None, [shipped]), *others[:1])
    found = Race(distances, steps, len(chooser), tuple(starts), first)
    if len(chooser) < FEWEST:
        return found
    try:
        real, second = (
            metrics.features(chooser, progress=False),
            metrics.untrained_features(chooser),
        )
        for name in starts:
            model = start(name, train, seed=seed, suits=suits)
            model.prepare(train)  # the paper and colours that even a start from nothing begins with
            untouched = metrics.features(model.sample(SAMPLES, seed=1), progress=False)
            model.fit(train, steps, verbose=verbose)
            if model.step_count < steps:  # an interrupt ends a fit without an error
                break
            drawn = model.sample(SAMPLES, seed=1)
            seen = metrics.features(drawn, progress=False)
            low, high = metrics.kid_interval(seen, real)
            found.rows.append(
                Row(
                    name,
                    metrics.kid(seen, real),
                    low,
                    high,
                    drawn,
                    metrics.kid(untouched, real),
                    metrics.untrained_distance(metrics.untrained_features(drawn), second),
                )
            )
    except KeyboardInterrupt:  # between two trainings: what is known stays known
        print("Interrupted: the race ends here, with what is known.")
    return found
