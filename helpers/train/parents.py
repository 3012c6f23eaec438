"""Where a training on a learner's own pictures starts: from nothing, or from a shipped generator?

    model = parents.start(parents.usual(32), train.images, seed=1)
    parents.nearest(train.images)                     # [("heroes", .62), …]: whose art is the most alike?
    race = parents.race(train.images, validation.images)     # a whole short training from each of two starts
    print(race); race.show()

The general parents have learnt several kinds of art. Their children came nearer than a start from nothing where
pictures were few; where they were many, on some sets the one ended nearer and on some the other, and neither a
rule by their diversity nor a race of 300 steps told which (data/results/07_choice.json). So both train, and pictures that
neither was shown choose.
"""

from typing import NamedTuple

import numpy as np

from helpers import art, checkpoints, figures, gan, metrics
from helpers.gan import transfer

SCRATCH = ("projected", "pixels")  # starts without a parent, by the kind of D
STEPS = 800  # of each start in a race: as many as lesson 07 trains
SAMPLES = 200  # pictures that a generator is judged by
FEWEST = 8  # pictures to choose with: by fewer a race would be decided by chance
GENERAL = {32: "general", 64: "general_64"}  # the shipped parents for pictures of any kind


def candidates(size):
    """Names of the shipped generators that draw pictures of so many pixels, sorted."""
    return [name for name in checkpoints.names() if _size(name) == size]


def general(size):
    """Name of the general parent for pictures of so many pixels; None where there is none."""
    name = GENERAL.get(size)
    return name if name in candidates(size) else None


def usual(size):
    """The start for pictures of so many pixels without further knowledge: the general parent; "projected" where there is none."""
    return general(size) or SCRATCH[0]


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
        usual: the start to take where nothing ran.
    """

    def __init__(self, distances, steps, chooser, asked, usual):
        self.rows, self.distances = [], distances
        self.steps, self.chooser, self.asked, self.usual = steps, chooser, asked, usual

    @property
    def best(self):
        """The start with the least KID; without any row, the usual one."""
        return min(self.rows, key=lambda row: row.kid).name if self.rows else self.usual

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
        first = next(row for row in self.rows if row.name == self.best)
        near = [row.name for row in self.rows if row is not first and row.low <= first.high]
        unsure = (
            f", though not for certain: the interval of {', '.join(near)} overlaps" if near else ""
        )
        return f"{self.best}: the least KID{unsure}"

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
    """Trains from some starts for equal steps, and scores what they draw by pictures that they were not shown.

    Args:
        train: pictures to learn from, uint8 [n, size, size, 3].
        chooser: pictures to choose with, uint8 [m, size, size, 3]; with fewer than FEWEST nothing runs.
        starts: names as for `start`; None: nothing with a projected D, and the general parent (where
            there is none, the nearest shipped generator).
        steps: of each start; a rate falls to zero within them, as in a whole training.
        seed: of every start.
        suits: as for `start`.
        verbose: whether to show progress bars.

    Returns:
        Race. An interrupt ends it with what is known.
    """
    suits = suits or art.suits(train)
    distances = nearest(train) if starts is None and len(train) > 1 else []
    first = usual(train.shape[1])
    if starts is None:
        shipped = general(train.shape[1])
        starts = (SCRATCH[0], *([shipped] if shipped else [name for name, _ in distances][:1]))
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
