"""Does the cost model of lesson 09 foretell settings that nobody looked at when it was made?

    python -m experiments.cost_model --draw       # draws three settings, and writes their forecasts down
    python -m experiments.cost_model --measure    # then measures them: data/results/09_cost_model.json

The speed is fitted to the lesson's five settings in the same minutes. Two simpler fits, without the bytes and
without the products, are held beside it. Memory: by how much a process grows that takes four steps.
"""

import argparse
import multiprocessing
import os
import resource

import numpy as np
from scipy.optimize import nnls

from helpers import results, scaling

NAME = "09_cost_model"
KNOWN = [(16, 16, 16), (32, 8, 16), (32, 64, 16), (64, 16, 16), (32, 32, 32)]
SEEN = [(32, 16, 64), (16, 32, 48), (64, 8, 32)]  # on which a constant of the model was settled
LESSON = scaling.Speed(0.0062, 1.2e-11, 5.04e-10)  # as the lesson's page printed it
PARTS = {"start, products, bytes": (0, 1, 2), "start, products": (0, 1), "start, bytes": (0, 2)}
FORK = multiprocessing.get_context("fork")


def main(arguments=None):
    """Draws or measures."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--draw", action="store_true", help="three settings and their forecasts")
    words.add_argument("--measure", action="store_true", help="what they take")
    words.add_argument("--rounds", type=int, default=20)
    options = words.parse_args(arguments)
    about = {"what": __doc__.splitlines()[0], "command": "python -m experiments.cost_model"}
    if options.draw:
        results.write(NAME, {**about, "drawn": drawn(), "fitted_to": KNOWN})
    if options.measure:
        card = results.card(NAME)
        fresh = [tuple(row["setting"]) for row in card["drawn"]]
        weighed = [[s, memory(s)] for s in fresh]
        card |= {"seconds": timed(fresh, options.rounds), "rounds": options.rounds,
                 "load": round(os.getloadavg()[1], 1),
                 "megabytes": [{"setting": s, "counted": round(scaling.cost(*s).memory / 1e6),
                                "grown": grown} for s, grown in weighed]}  # fmt: skip
        stamps = ("date", "machine", "revision")
        results.write(NAME, {key: value for key, value in card.items() if key not in stamps})


def drawn(seed=2026):
    """Three settings drawn at random, none of them used before: rows with their forecasts."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < 3:
        setting = tuple(
            int(rng.choice(row)) for row in ((16, 32, 64), range(8, 65, 8), range(8, 65, 8))
        )
        seconds = LESSON.seconds(scaling.cost(*setting))
        if setting not in KNOWN + SEEN + found and seconds < 0.2:
            found.append(setting)
    return [{"setting": s, "foretold_s": round(LESSON.seconds(scaling.cost(*s)), 4)} for s in found]


def timed(fresh, rounds):
    """Measures known and fresh settings in turns: {fit: rows of the fresh ones}, and the known times."""
    seconds = scaling.measure(KNOWN + fresh, rounds=rounds)
    costs = [scaling.cost(*s) for s in KNOWN]
    found = {"known": [[s, round(t, 4)] for s, t in zip(KNOWN, seconds)]}
    for name, parts in PARTS.items():
        speed = fitted(costs, seconds[: len(KNOWN)], parts)
        rows = []
        for setting, measured in zip(fresh, seconds[len(KNOWN) :]):
            told = speed.seconds(scaling.cost(*setting))
            rows.append({"setting": setting, "foretold_s": round(told, 4), "measured_s": round(measured, 4),
                         "off_percent": round(100 * (told / measured - 1), 1)})  # fmt: skip
        found[name] = {"speed": [float(f"{x:.3g}") for x in speed], "rows": rows}
    return found


def fitted(costs, seconds, parts):
    """As `scaling.fit`, with only some of its three numbers."""
    rows = np.array([[1.0, cost.multiply_adds, cost.bytes_moved] for cost in costs])[:, parts]
    scale, seconds = rows.max(axis=0), np.asarray(seconds)
    found, _ = nnls(rows / scale / seconds[:, None], np.ones(len(seconds)))
    speed = np.zeros(3)
    speed[list(parts)] = found / scale
    return scaling.Speed(*speed.tolist())


def memory(setting):
    """Megabytes by which the peak of a fresh process grows in four steps, beyond that of a small model."""
    small, large = (peak(s) for s in ((8, 4, 2), setting))
    return large - small


def peak(setting):
    """Peak megabytes of a process that builds a model and takes four steps."""
    ours, theirs = FORK.Pipe(False)
    process = FORK.Process(target=_peak, args=(setting, theirs))
    process.start()
    found = ours.recv()
    process.join()
    return found


def _peak(setting, pipe):
    scaling.measure([setting], rounds=0)
    pipe.send(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    main()
