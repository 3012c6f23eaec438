"""Do the two yardsticks call more of a fault worse? Real pictures with faults by known degrees.

    python -m experiments.outside ART_FROM_OUTSIDE                # once, needs the internet
    python -m experiments.yardstick ART_FROM_OUTSIDE              # writes data/results/05_yardstick

The pictures with faults are training pictures; they are held against others that were held out. On
two sets, against validation pictures, the second yardstick was chosen; the rest are test pictures.
"""

import argparse
import pathlib

import numpy as np

from experiments.faults import DEGREES, damaged
from helpers import art, files, metrics, results

CHOSEN_ON = ("faces", "signs")
CONFIRMED_ON = ("heroes", "outlines", "desktop", "gardens")
DAMAGED, REAL, POOL, DRAWS = 80, 160, 200, 20
YARDSTICKS = {
    "kid": (lambda images: metrics.features(images, progress=False), metrics.kid),
    "untrained": (metrics.untrained_features, metrics.untrained_distance),
}


def main(arguments=None):
    """Measures every set and writes data/results/05_yardstick.json and .npz."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("folder", type=pathlib.Path, metavar="ART_FROM_OUTSIDE")
    options = command.parse_args(arguments)
    rows = []
    for name in CHOSEN_ON + CONFIRMED_ON:
        rows += measured(name, *sides(name, options.folder))
        results.write("05_yardstick", card(rows), {"pictures": examples()})
        print(name, *map(line, rows[-2 * len(DEGREES) :]), sep="\n  ", flush=True)
    return 0


def sides(name, folder):
    """(training pictures, held-out pictures) of a set at 32 pixels, each in a shuffled order."""
    if name in art.names():
        parts = art.load(name, size=32).split()
        found = parts.train.images, parts.test.images
    else:
        arrays = files.read_npz(
            folder / f"{name}_32.npz", cure="make it with `python -m experiments.outside`"
        )
        found = arrays["train"], arrays["validation" if name in CHOSEN_ON else "test"]
    rng = np.random.default_rng(0)
    train, held_out = (images[rng.permutation(len(images))] for images in found)
    return train[:POOL], held_out[:REAL]


def measured(name, train, held_out):
    """Rows of a set: one for each yardstick and fault."""
    rows = []
    for yardstick, (look, score) in YARDSTICKS.items():
        real, pool = look(held_out), look(train)
        generator = np.random.default_rng(1)
        count = min(DAMAGED, len(train) // 2)
        draws = [score(pool[generator.permutation(len(pool))[:count]], real) for _ in range(DRAWS)]
        for fault, degrees in DEGREES.items():
            looked = (look(damaged(train[:count], fault, degree)) for degree in degrees[1:])
            scores = [score(each, real) for each in (pool[:count], *looked)]
            rows.append(
                {
                    "set": name,
                    "yardstick": yardstick,
                    "fault": fault,
                    "scores": np.round(scores, 5).tolist(),
                    "real": round(float(np.mean(draws)), 5),
                    "real_sd": round(float(np.std(draws, ddof=1)), 5),
                    "pictures": [count, len(held_out)],
                }
            )
    return rows


def falls(row):
    """Degrees at which a score is not above the one before, with the step in standard deviations."""
    steps = np.diff(row["scores"]) / row["real_sd"]
    return {index + 1: round(float(step), 2) for index, step in enumerate(steps) if step <= 0}


def seen_from(row):
    """The first degree that scores above real pictures by more than three standard deviations."""
    z = (np.array(row["scores"]) - row["real"]) / row["real_sd"]
    found = np.flatnonzero(z[1:] > 3)
    return int(found[0]) + 1 if len(found) else None


def card(rows):
    """What stands beside the arrays."""
    tally = {
        yardstick: {
            "series": len(own),
            "rising": sum(not falls(row) for row in own),
            "falling_by_more_than_noise": sum(
                min(falls(row).values(), default=0) < -2 for row in own
            ),
            "seen_from_degree": {
                fault: [seen_from(row) for row in own if row["fault"] == fault] for fault in DEGREES
            },
        }
        for yardstick in YARDSTICKS
        if (own := [r for r in rows if r["yardstick"] == yardstick and r["set"] in CONFIRMED_ON])
    }
    return {
        "question": "does more of a fault score worse?",
        "degrees": {fault: list(degrees) for fault, degrees in DEGREES.items()},
        "chosen_on": list(CHOSEN_ON),
        "confirmed_on": [row for row in CONFIRMED_ON if any(r["set"] == row for r in rows)],
        "real": f"what {DRAWS} draws of real training pictures score: mean and standard deviation",
        "arrays": {"pictures": "uint8 [fault, degree, 32, 32, 3], one picture of heroes"},
        "tally": tally,
        "rows": [{**row, "falls": falls(row), "seen_from": seen_from(row)} for row in rows],
    }


def examples():
    """One hero with every fault: uint8 [fault, degree, 32, 32, 3]; few kinds: another each time."""
    heroes = art.load("heroes").images[:60]
    return np.stack(
        [
            np.stack([damaged(heroes, fault, degree)[7] for degree in degrees])
            for fault, degrees in DEGREES.items()
        ]
    )


def line(row):
    scores = " ".join(f"{value:8.4f}" for value in row["scores"])
    fell = f"  falls {falls(row)}" if falls(row) else ""
    return f"{row['yardstick']:9s} {row['fault']:12s} {scores}  real {row['real']:.4f} ± {row['real_sd']:.4f}{fell}"


if __name__ == "__main__":
    raise SystemExit(main())
