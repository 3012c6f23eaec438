"""Which size and which rates suit a start from nothing on few pictures of one's own?

    python -m experiments.outside SETS                                # first: the sets that are not ours
    python -m experiments.own_start WORK --sets SETS --ratios         # what a step of each arm costs, in turns
    python -m experiments.own_start WORK --sets SETS                  # every run, one after another
    python -m experiments.own_start WORK --sets SETS --write          # data/results/07_nothing.json

Arms differ in the width of G and in the two rates, and learn for equal time: 1,000 steps of the first, fewer of one
whose step costs more (RATIO). They are compared on CHOOSE by validation pictures; the winner and the first are then
scored on the other sets by test pictures. A run that is there is not made again.
"""

import argparse
import json
import pathlib
import time

import keras
import numpy as np

from experiments import own_art, projected
from helpers import art, gan, metrics, results

CHOOSE, CONFIRM = ("faces", "signs"), ("outlines", "gardens", "units", "desktop", "blocks", "shapes", "places", own_art.EXAMPLE)  # fmt: skip
SEEDS = {"choose": (0, 1), "confirm": (0, 1, 2)}
ARMS = {  # width of G, its rate, D's rate, colours of a picture (0: free ones)
    "w32 .003": (32, 3e-3, 3e-3, 0),
    "w32 .002": (32, 2e-3, 2e-3, 0),
    "w48 .003": (48, 3e-3, 3e-3, 0),
    "w48 .002": (48, 2e-3, 2e-3, 0),
    "w48 .002 .003": (48, 2e-3, 3e-3, 0),
    "palette": (32, 3e-3, 3e-3, 16),
    "palette w48 .002": (48, 2e-3, 2e-3, 16),
}
KEPT = ("w32 .003", "w32 .002", "w48 .002")  # after a look at one seed
FIRST, STEPS, COUNT, SAMPLES = "w32 .003", 1000, 200, 300


def build(arm, images, seed):
    """A GAN of an arm before its first step."""
    width, generator, discriminator, palette = ARMS[arm]
    suits = art.suits(images)
    return gan.make(
        own_art.SIZE, discriminator="projected", width=width, palette=palette, augment=suits.augment,
        seed=seed, generator_rate=generator, discriminator_rate=discriminator,
    )  # fmt: skip


def ratios(sets, rounds=4, steps=60):
    """{arm: what its step costs, beside the first arm's}, the median of some turns."""
    images = own_art.folder(CHOOSE[0], COUNT, sets)[0]
    models = {arm: build(arm, images, 0) for arm in ARMS}
    found = {arm: [] for arm in ARMS}
    for turn in range(rounds + 1):
        for arm, model in models.items():
            begin = time.perf_counter()
            model.fit(images, steps, verbose=False)
            if turn:  # the first builds
                found[arm].append(time.perf_counter() - begin)
    least = {arm: float(np.median(seconds)) for arm, seconds in found.items()}
    return {arm: round(seconds / least[FIRST], 2) for arm, seconds in least.items()}


def runs(winner=None):
    """(part, set, arm, seed), the choosing before the confirming."""
    for seed in SEEDS["choose"]:
        for name in CHOOSE:
            yield from (("choose", name, arm, seed) for arm in (ARMS if not seed else KEPT))
    for seed in SEEDS["confirm"]:
        for name in CONFIRM:
            yield from (("confirm", name, arm, seed) for arm in (FIRST, winner) if winner)


def train(run, sets, ratio):
    """One run: its scores."""
    part, name, arm, seed = run
    images = own_art.folder(name, COUNT, sets)[0]
    model = build(arm, images, seed)
    history = model.fit(images, round(STEPS / ratio[arm]), verbose=False)
    drawn = model.sample(SAMPLES, seed=1)
    if name == own_art.EXAMPLE:
        real = own_art.folder(name, COUNT, sets)[2]
    else:
        side = "validation" if part == "choose" else "test"
        real = projected.load(name, own_art.SIZE, sets)[side][: own_art.TEST]
    seen, known = (metrics.features(pictures, progress=False) for pictures in (drawn, real))
    second = metrics.untrained_distance(*map(metrics.untrained_features, (drawn, real)))
    row = {"part": part, "pictures": name, "arm": arm, "seed": seed, "steps": model.step_count,
           "seconds": round(history.seconds, 1), "kid": round(metrics.kid(seen, known), 4),
           "untrained": round(second, 4),
           "coverage": round(metrics.density_and_coverage(seen, known)[1], 3)}  # fmt: skip
    keras.backend.clear_session()
    return row


def main(arguments=None):
    """Makes the runs that are not there yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("work", type=pathlib.Path)
    command.add_argument("--sets", type=pathlib.Path)
    command.add_argument("--seconds", type=float, default=np.inf, help="begin no run after these")
    command.add_argument("--ratios", action="store_true")
    command.add_argument("--winner", help="the arm to confirm")
    command.add_argument("--write", action="store_true", help="write data/results/07_nothing.json")
    options = command.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    log, kept = options.work / "runs.jsonl", options.work / "ratios.json"
    if options.ratios:
        kept.write_text(json.dumps(ratios(options.sets)))
        print(kept.read_text())
        return
    ratio = json.loads(kept.read_text())
    rows = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if options.write:
        card = {"command": "python -m experiments.own_start", "arms": ARMS, "ratios": ratio, "rows": rows,
                "chosen_on": CHOOSE, "winner": options.winner, "count": COUNT}  # fmt: skip
        print(results.write("07_nothing", card))
        return
    there = {(row["part"], row["pictures"], row["arm"], row["seed"]) for row in rows}
    end = time.monotonic() + options.seconds
    for run in runs(options.winner):
        if run in there:
            continue
        if time.monotonic() > end:
            return
        row = train(run, options.sets, ratio)
        with log.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(row, flush=True)


if __name__ == "__main__":
    main()
