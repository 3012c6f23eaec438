"""Is the training step faster than it was, and does it learn as well?

    python -m experiments.step --old ed9e2b3 --speed          # steps a second, in turns
    python -m experiments.step --old ed9e2b3 --seeds 0 1 2    # KID after 1,400 steps
    python -m experiments.step --old ed9e2b3 --summary

Two revisions of helpers/ are held against each other: one that git knows, and the one here. Both
train `gan.make(32)` on the heroes. Speed: `fit` in turns in one process, so that what else runs on
the machine meets both. Quality: KID of 1,000 pictures against the 1,000 held out, on one thread;
the difference is taken seed by seed. Results are merged into data/results/04_step.json, run by run.
"""

import argparse
import datetime
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

from helpers import results

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAME = "04_step"
STEPS, SCORED = 1400, 1000
ARMS = ("old", "new")


def main(arguments=None):
    """Runs what is asked for."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--old", default="HEAD~1", help="revision to hold this one against")
    command.add_argument("--speed", action="store_true", help="steps a second, in turns")
    command.add_argument("--rounds", type=int, default=4)
    command.add_argument("--steps", type=int, default=200, help="steps of a turn")
    command.add_argument("--seeds", type=int, nargs="*", default=[], help="KID of these seeds")
    command.add_argument("--summary", action="store_true", help="only print what is known")
    command.add_argument("--one", nargs=2, metavar=("FOLDER", "SEED"), help="train one in here")
    options = command.parse_args(arguments)
    if options.one:
        print(json.dumps(train(options.one[0], int(options.one[1]))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folders = {"old": unpack(options.old, temporary), "new": ROOT}
        if options.speed:
            record(options, speed=in_turns(folders, options.rounds, options.steps))
        for seed in options.seeds:
            for arm in ARMS:
                record(options, runs={f"{arm} {seed}": trained(folders[arm], seed)})
    print(summary(known()))


def unpack(revision, folder):
    """Puts a revision's files into a folder and returns it."""
    archive = subprocess.run(
        ["git", "archive", revision], cwd=ROOT, check=True, capture_output=True
    )
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    return pathlib.Path(folder)


# Speed -----------------------------------------------------------------------------------------


def in_turns(folders, rounds, steps):
    """Trains the arms in turns: {arm: {"steps_per_second": […], "cpu_ms_per_step": […]}}."""
    models = {}
    for arm, folder in folders.items():
        gan, art = load(folder, "gan", "art")
        images = art.load("heroes").split().train.images
        models[arm] = gan.make(32)
        models[arm].fit(images, 20, verbose=False)  # traces
    found = {arm: {"steps_per_second": [], "cpu_ms_per_step": []} for arm in models}
    for _ in range(rounds):
        for arm, model in models.items():
            wall, processor = one_turn(model, images, steps)
            found[arm]["steps_per_second"].append(round(wall, 2))
            found[arm]["cpu_ms_per_step"].append(round(processor, 2))
    return found


def one_turn(model, images, steps):
    """Steps a second of `fit` by the wall, and milliseconds of processor time a step."""
    execution = sys.modules.get(f"{type(model).__module__}.execution")
    first = getattr(execution, "STEPS", 1)  # the first call, which the clock of `fit` leaves out
    processor = time.process_time()
    history = model.fit(images, steps, verbose=False)
    processor = time.process_time() - processor
    return (steps - first) / history.seconds, 1000 * processor / steps


def load(folder, *names):
    """Imports modules of the helpers in a folder, beside those of another one."""
    for name in [name for name in sys.modules if name.split(".")[0] == "helpers"]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    modules = [importlib.import_module(f"helpers.{name}") for name in names]
    sys.path.remove(str(folder))
    assert pathlib.Path(modules[0].__file__).is_relative_to(folder), modules[0].__file__
    return modules


# Quality ---------------------------------------------------------------------------------------


def trained(folder, seed):
    """Trains one seed in a process of its own: what `train` returns."""
    command = [sys.executable, __file__, "--one", str(folder), str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def train(folder, seed):
    """Trains on one thread and scores: {"kid": …, "seconds": …}."""
    gan, art, metrics = load(pathlib.Path(folder), "gan", "art", "metrics")
    import tensorflow as tf  # after the helpers, which choose its kernels

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    sys.path.insert(0, str(folder))  # for what is imported later
    parts = art.load("heroes").split()
    model = gan.make(32, seed=seed)
    history = model.fit(parts.train.images, STEPS, verbose=False)
    drawn = model.sample(SCORED, seed=1)
    held_out = np.concatenate([side.images for side in parts[1:]])  # 1,000, in one part or in two
    looked = (metrics.features(images, progress=False) for images in (drawn, held_out))
    return {"kid": round(metrics.kid(*looked), 4), "seconds": round(history.seconds, 1)}


def paired(runs):
    """KID of the seeds that both arms have: ({arm: array}, the seeds)."""
    seeds = [{int(key.split()[1]) for key in runs if key.startswith(arm)} for arm in ARMS]
    both = sorted(set.intersection(*seeds))
    return {arm: np.array([runs[f"{arm} {seed}"]["kid"] for seed in both]) for arm in ARMS}, both


# The file --------------------------------------------------------------------------------------


def known():
    """What has been measured so far."""
    return results.card(NAME) if NAME in results.names() else {"runs": {}}


def record(options, *, speed=None, runs=None):
    """Adds a measurement to the file, with the day, the machine and both revisions."""
    card = known()
    stamp = {"date": datetime.date.today().isoformat()}
    stamp["revisions"] = {"old": revision(options.old), "new": revision("HEAD")}
    if speed:
        card["speed"] = {**stamp, **speed}
    for key, run in (runs or {}).items():
        own = stamp["revisions"][key.split()[0]]
        card["runs"][key] = {**run, "date": stamp["date"], "revision": own}
    about = {"data": "heroes, 32 px", "steps": STEPS, "revisions": stamp["revisions"]}
    results.write(NAME, {**card, **about, "command": "python -m experiments.step"})


def revision(name):
    """Short hash of a revision; with a + where files differ from it."""
    ask = [
        "git",
        "describe",
        "--always",
        "--match=-",
        *(["--dirty=+"] if name == "HEAD" else [name]),
    ]
    return subprocess.run(ask, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def summary(card):
    """The figures in a few lines."""
    lines = []
    if "speed" in card:
        pace = {arm: np.array(card["speed"][arm]["steps_per_second"]) for arm in ARMS}
        ratio = np.median(pace["new"] / pace["old"])
        lines.append(
            f"steps/s {np.median(pace['old'])} -> {np.median(pace['new'])}: {ratio:.2f} times"
        )
    kids, seeds = paired(card["runs"])
    if len(seeds) > 1:
        difference = kids["new"] - kids["old"]
        error = difference.std(ddof=1) / np.sqrt(len(seeds))
        lines += [f"KID {arm}: mean {k.mean():.3f}, worst {k.max():.3f}" for arm, k in kids.items()]
        lines.append(f"new - old: {difference.mean():+.4f} ± {error:.4f} over {len(seeds)} seeds")
    return "\n".join(lines) or "nothing measured yet"


if __name__ == "__main__":
    main()
