"""Counts modes of the ring over ten seeds for every arm and writes the shipped result.

python -m experiments.ring_modes                      # all arms, about five minutes
python -m experiments.ring_modes --arms plain R1      # only these; the card keeps the others
"""

import argparse
import time

import numpy as np

from helpers import results
from helpers.theory import points, toy_gan

STEPS, EVERY, SEEDS = 2000, 500, 10
KINDS = ("modes", "near", "reached")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arms", nargs="+", choices=list(toy_gan.ARMS), metavar="ARM")
    chosen = parser.parse_args(argv).arms
    arms = {arm: measured(arm) for arm in chosen or toy_gan.ARMS}
    if chosen:
        arms = {**toy_gan.shipped_modes()["arms"], **arms}
    results.write(
        "03_ring_modes",
        {
            "description": "Modes found and modes reached (of 8) and share of samples near one, per "
            "seed and per count; of the generator and, under 'averaged', of its moving average.",
            "data": "eight Gaussians on a ring, standard deviation 0.04, 1000 points",
            "counted_by": "helpers.theory.points.count_modes and count_reached",
            "seeds": SEEDS,
            "steps": STEPS,
            "every": EVERY,
            "samples": 1000,
            "settings": {arm: {**toy_gan.RING, **given} for arm, given in toy_gan.ARMS.items()},
            "circle": control(),
            "command": "python -m experiments.ring_modes",
            "arms": {arm: arms[arm] for arm in toy_gan.ARMS if arm in arms},
        },
    )


def measured(arm):
    """What the card holds of one arm."""
    start = time.process_time()
    run = toy_gan.ring_run(arm, seeds=range(SEEDS), steps=STEPS, every=EVERY)
    print(arm, run["modes"][:, -1], run["averaged"]["modes"][:, -1], flush=True)
    seconds = round(time.process_time() - start)
    return {**plain(run), "averaged": plain(run["averaged"]), "cpu_seconds": seconds}


def plain(run):
    """What a card holds of a run."""
    return {kind: np.round(run[kind], 3).tolist() for kind in KINDS}


def control():
    """The same counts for a circle without modes, of several widths."""
    circles = {sd: points.circle(1000, seed=1, sd=sd) for sd in (0.0, 0.05, 0.1, 0.15)}
    found = {str(sd): points.count_modes(circle) for sd, circle in circles.items()}
    return {sd: {"modes": modes, "near": round(near, 3)} for sd, (modes, near) in found.items()}


if __name__ == "__main__":
    main()
