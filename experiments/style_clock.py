"""Lesson 05's aim by the clock: a child after 10 seconds beside scratch after 60, on this machine.

    python -m experiments.style_clock      # data/results/05_clock.json; about 14 minutes on 2 quiet cores

Seconds of training, tracing apart; the rates of both fall to zero over the given time. Each arm has the
rates that suited it best; scratch in ink has two pairs of them, each the better one at some length.
On a busy machine the figures mean nothing.
"""

import numpy as np

from helpers import machine, results

from .style_transfer import SCORED, Bench

RACES = {
    "ink_200": {"repaint": 10, "scratch_calm": 60, "scratch": 60},
    "creatures": {"fast": 10, "scratch_fast": 60},
}
SEEDS = (0, 1, 2)


def main():
    """Runs both races and writes the card after each training."""
    speed, rows = round(machine.matrix_speed(seconds=3), 1), []
    for pair, arms in RACES.items():
        bench = Bench(pair)
        for seed in SEEDS:
            for arm, seconds in arms.items():
                child = bench.started(arm, seed)
                child.fit(bench.train, 10**6, seconds=seconds, verbose=False)
                row = {
                    "pair": pair,
                    "arm": arm,
                    "seed": seed,
                    "seconds": seconds,
                    "steps": child.step_count,
                }
                rows.append(row | bench.measure(child.sample(SCORED, seed=1)))
                print(rows[-1], flush=True)
                write(speed, rows)
        for arm in arms:
            kids = [row["kid"] for row in rows if row["pair"] == pair and row["arm"] == arm]
            print(f"{pair} {arm}: median KID {np.median(kids):.2f}")


def write(speed, rows):
    """The card with its rows."""
    card = {
        "title": "A child after 10 seconds beside scratch after 60",
        "seeds": list(SEEDS),
        "matrix_speed": speed,
        "rows": rows,
    }
    results.write("05_clock", card)


if __name__ == "__main__":
    main()
