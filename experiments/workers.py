"""Several workers: are their weights equal, what does a step take, and what is left when one is killed?

    python -m experiments.workers --minutes 3.5    # as much as fits; again goes on where the log ends
    python -m experiments.workers --write          # the log becomes data/results/09_workers.json

The real launcher starts the real command on shards of the heroes, without the scores at the end. Weights are
compared between the workers (a checksum over all weights, averages and both Adams) and with those of one
process. Four controls tell what a difference to one process means: one process whose weights were nudged by
a ten-millionth of their size; two workers whose batch norms are not synchronised; two whose gradients are
added up and not averaged; one that sees the pictures in another order.

Kills are SIGKILL to a random worker at a random moment, of a training at 8 pixels that saves a file every
half second instead of every minute, so that a kill often falls on a save.

What a step takes is compared in turns: one process, two and four, at the same batch, one right after the other.

A log that is not there begins with the committed rows. Files of killed runs are not committed, so only what was
killed here is resumed.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from experiments import series

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAME = "09_workers"
SHORT, LONG = 60, 300  # the rates fall to zero over a run, whatever its length
TURNS = 2
SPEED_STEPS, SPEED_TURNS = 210, 3
SIZES = {"whole": 32, "speed": 32, "kill": 8, "resume": 8}
TO_KILL = 400  # steps of a training in which somebody is killed
KILLS = {2: 10, 4: 14}
CONTROLS = {"nudged": 1, "other order": 1, "own batch norms": 2, "gradients added up": 2}
HANG = 240  # seconds after which a worker that has not stopped counts as hanging
# What each worker runs: its process number first, so that it can be killed at any moment.
CODE = "import os; print('pid', os.getpid(), flush=True); from experiments import workers; workers.inside()"


def main(arguments=None):
    """Measures what the log does not hold yet, or writes the result."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--minutes", type=float, default=3.5, help="after which no new try begins")
    command.add_argument("--place", type=pathlib.Path, default=ROOT / "build_cache" / "workers")
    command.add_argument("--only", choices=SIZES, help="one kind of try")
    command.add_argument("--together", type=int, default=1, help="tries at the same time")
    command.add_argument("--count", type=int, help="only with so many workers")
    command.add_argument("--try", type=int, dest="number", help="only the try of this number")
    command.add_argument("--write", action="store_true")
    options = command.parse_args(arguments)
    place, end = options.place.resolve(), time.monotonic() + 60 * options.minutes
    log, lock = place / "log.jsonl", threading.Lock()
    done = begun(log)
    if options.write:
        return write(done)
    shards(place)

    def one(row):
        if time.monotonic() > end or row["kind"] == "resume" and not resumable(place, row, done):
            return
        kinds = {"whole": whole, "speed": speed, "kill": killed, "resume": resumed}
        row = row | kinds[row["kind"]](place, row, done)
        with lock:
            done.append(row)
            print(json.dumps(row), flush=True)
            series.add(log, row)

    left = [row for row in planned() if not any(row.items() <= old.items() for old in done)]
    left = [row for row in left if options.only in (None, row["kind"])]
    left = [row for row in left if options.count in (None, row["workers"])]
    left = [row for row in left if options.number in (None, row.get("try"))]
    with concurrent.futures.ThreadPoolExecutor(options.together) as pool:
        for finished in [pool.submit(one, row) for row in left]:
            finished.result()


def begun(log):
    """The rows so far: those of the log, which begins with the committed ones."""
    from helpers import results

    if not log.exists():
        rows = results.card(NAME)["rows"] if NAME in results.names() else []
        for row in rows:
            series.add(log, row)
    return series.rows(log)


def resumable(place, row, done):
    """Whether a run was killed before its end and all that it left is here.

    A run that was killed elsewhere left its file there; only its row is committed.
    """
    same = {"kind": "kill", "workers": row["workers"], "try": row["try"]}
    killed_ones = [old for old in done if same.items() <= old.items() and old["exit"]]
    here = (folder_of(place, row) / "training.npz").exists()
    return any(here or old["file"] != "whole" for old in killed_ones)


def folder_of(place, row):
    """Where a run writes in which somebody is killed."""
    return place / f"killed_{row['workers']}_{row['try']}"


def planned():
    """All tries, in the order in which they are made: rows without their findings."""
    counts = [[(count, "", turn) for count in (1, 2, 4)] for turn in range(TURNS)]
    controls = [(count, control, 0) for control, count in CONTROLS.items()]
    longer = [(1, "", 0), (2, "", 0), (1, "nudged", 0)]
    for steps, runs in (
        (SHORT, counts[0] + controls),
        (LONG, longer),
        (SHORT, sum(counts[1:], [])),
    ):
        for count, control, turn in runs:
            row = {"kind": "whole", "steps": steps, "workers": count, "control": control}
            yield row | {"turn": turn}
    for turn in range(SPEED_TURNS):
        for count in (1, 2, 4):
            yield {"kind": "speed", "steps": SPEED_STEPS, "workers": count, "turn": turn}
    for count, tries in KILLS.items():
        yield from ({"kind": "kill", "workers": count, "try": k} for k in ("nobody", *range(tries)))
        yield from ({"kind": "resume", "workers": count, "try": index} for index in range(tries))


def shards(place):
    """The heroes in four shards, at 32 pixels and, every fourth pixel, at 8."""
    from helpers import art, records

    for size in set(SIZES.values()):
        if not (place / f"shards_{size}" / "shards.json").exists():
            split = art.load("heroes").split()
            every = 32 // size
            images, held = (side.images[:, ::every, ::every] for side in (split.train, split.test))
            part = records.Part(images, held, {"licence": "CC0"})
            records.write([part], place / f"shards_{size}", name="heroes")


def start(place, row, output, steps, *more, save_every=""):
    """Starts the workers; returns (launcher, said), `said` grows while they run."""
    count = row["workers"]
    words = [
        "--data",
        place / f"shards_{SIZES[row['kind']]}",
        "--width",
        8,
        "--batch",
        16,
        "--samples",
        16,
    ]
    words += ["--steps", steps, "--output", output, *more]
    words += ["--strategy", "multiworker"] if count > 1 else []
    words = [sys.executable, "-m", "helpers.workers", count, "-c", CODE, *words]
    told = {"SAVE_EVERY": str(save_every), "CONTROL": row.get("control", "")}
    process = subprocess.Popen(
        list(map(str, words)), cwd=ROOT, text=True, errors="replace", env={**os.environ, **told},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = []
    process.reader = threading.Thread(
        target=lambda: said.extend(x.rstrip() for x in process.stdout)
    )
    process.reader.start()
    return process, said


def inside():
    """In a worker: the command, which says what its weights are when the training ends."""
    from helpers import stopping

    stop = stopping.Stop(lambda: "Stopped before the first step: nothing was trained or written.")
    stop.listen()
    from helpers.train import cards, command, saver

    cards.score = lambda *_: {}
    cards.copied = lambda *_: {"verdict": "copies were not looked for"}
    if os.environ["SAVE_EVERY"]:
        saver.FIRST = saver.EVERY = float(os.environ["SAVE_EVERY"])
    control, fit = os.environ["CONTROL"], command.fit
    spoil(control)

    def telling(model, *rest):
        if control == "nudged":
            nudge(model)
        first, (seconds, problem) = model.step_count, fit(model, *rest)
        print(
            "state",
            digest(model),
            "seconds",
            seconds,
            "steps",
            model.step_count - first,
            flush=True,
        )
        return seconds, problem

    command.fit = telling
    code = command.main(sys.argv[1:], stop=stop)
    stop.finish()
    sys.exit(code)


def spoil(control):
    """Puts the control's mistake in."""
    from helpers import records
    from helpers.gan import replicas

    if control == "own batch norms":
        replicas.synchronise = lambda network, strategy: None
    if control == "gradients added up":
        replicas.divided = lambda loss: loss
    if control == "other order":
        dataset = records.dataset
        records.dataset = lambda *words, seed, **more: dataset(*words, seed=seed + 1, **more)


def nudge(model):
    """Makes each weight larger or smaller by a ten-millionth, which is what float32 can just hold."""
    import numpy as np

    rng = np.random.default_rng(0)
    for network in (model.generator, model.discriminator):
        for variable in network.trainable_variables:
            signs = rng.choice((-1, 1), variable.shape)
            variable.assign(variable.numpy() * (1 + 1.2e-7 * signs))


def digest(model):
    """A checksum over all weights, averages, batch norms and both Adams."""
    import hashlib

    kept = [model.generator, model.discriminator, model.averaged_generator]
    kept += [model.generator_optimizer, model.discriminator_optimizer]
    raw = [variable.numpy().tobytes() for part in kept for variable in part.variables]
    return hashlib.sha256(b"".join(raw)).hexdigest()[:16]


# Uninterrupted runs ----------------------------------------------------------------------------------


def whole(place, row, done):
    """One run to its end: whether all workers' states are equal, seconds a step, how far from one worker."""
    name = "_".join(str(row[part]).replace(" ", "_") for part in ("workers", "control", "steps"))
    output, alone = place / name, place / f"1__{row['steps']}"
    process, said = start(place, row, output, row["steps"], "--overwrite")
    seconds = finish(process)
    found = ended(said)
    if process.returncode or len(found) < row["workers"]:
        return {"fault": [x for x in said if "I0000" not in x][-5:]}
    row = {"all_equal": len({told[2] for told in found}) == 1, "state": found[0][2]}
    row |= {"seconds": seconds} | pace(found)
    return row | ({} if output == alone else {"apart": apart(place, alone, output)})


def pace(found):
    """Milliseconds of a step, and how busy the machine was; tracing is over when the seconds begin."""
    step = min(float(told[4]) / max(int(told[6]) - 10, 1) for told in found)
    return {"ms_a_step": round(1000 * step, 2), "load": round(os.getloadavg()[0], 1)}


def speed(place, row, done):
    """One run to its end, only for what a step takes."""
    process, said = start(
        place, row, place / f"speed_{row['workers']}", row["steps"], "--overwrite"
    )
    finish(process)
    found = ended(said)
    if process.returncode or len(found) < row["workers"]:
        return {"fault": [x for x in said if "I0000" not in x][-5:]}
    return pace(found)


def ended(said):
    """What each worker said when its training ended: [index], state, checksum, seconds, …"""
    return [line.split() for line in list(said) if " state " in line]


def finish(process):
    """Waits for the launcher; the seconds that it took. None where somebody hangs."""
    since = time.monotonic()
    try:
        process.wait(HANG)
    except subprocess.TimeoutExpired:
        return None
    process.reader.join()
    return round(time.monotonic() - since, 1)


def apart(place, alone, output):
    """Differences of a run's networks to those of one worker: absolute, and as a share of the way."""
    import numpy as np

    from helpers import gan, records

    start = gan.make(SIZES["whole"], width=8)
    start.start_at(records.first(place / "shards_32", 1000))
    models = [gan.GAN.from_checkpoint(folder / "training.npz") for folder in (alone, output)] + [
        start
    ]
    found = {}
    for name in ("generator", "discriminator"):
        one, other, first = (
            np.concatenate([v.numpy().ravel() for v in getattr(m, name).trainable_variables])
            for m in models
        )
        largest, way = np.abs(one - other).max(), np.linalg.norm(one - first)
        share = np.linalg.norm(one - other) / way
        found[name] = {"largest": short(largest), "of_largest_weight": short(largest / np.abs(one).max()),
                       "of_the_way": short(share)}  # fmt: skip
    return found


def short(number):
    """Three digits."""
    return float(f"{number:.3g}")


# Kills -----------------------------------------------------------------------------------------------


def killed(place, row, done):
    """A run in which a random worker is killed at a random moment; one of three counts from the start."""
    count, output = row["workers"], folder_of(place, row)
    shutil.rmtree(output, ignore_errors=True)  # an earlier try's file is not waited for
    process, said = start(place, row, output, TO_KILL, save_every=0.5)
    if row["try"] == "nobody":
        seconds = finish(process)
        found = ended(said)
        return {"seconds": seconds, "training_s": round(float(found[0][4]), 1), "state": found[0][2],
                "all_equal": len({told[2] for told in found}) == 1}  # fmt: skip
    whole_runs = [old for old in done if old.get("try") == "nobody"]
    length, training = (max(old[part] for old in whole_runs) for part in ("seconds", "training_s"))
    draw = random.Random(100 * count + row["try"])
    victim, early = draw.randrange(count), row["try"] % 3 == 2
    pid = number(said, victim)
    if not early:
        wait_for(output / "training.npz", process)
    moment = draw.uniform(0.5, length) if early else draw.uniform(0.0, training)
    time.sleep(moment)
    row = {
        "victim": victim,
        "counted_from": "start" if early else "first file",
        "after_s": round(moment, 1),
    }
    row |= {"stage": stage_of(said, output), "load": round(os.getloadavg()[0], 1)}
    end(pid)
    stopped = finish(process)
    row |= {"others_stopped_s": stopped, "exit": process.returncode, "said": last_words(said)}
    if stopped is None:
        for index in range(count):
            end(number(said, index))
        process.wait()
        process.reader.join()
    return row | file_of(output)


def wait_for(path, process):
    """Waits for a file, or for the end of the run."""
    while not path.exists() and process.poll() is None:
        time.sleep(0.01)


def number(said, index):
    """The process number that a worker said first."""
    found, until = None, time.monotonic() + 60
    while found is None and time.monotonic() < until:
        time.sleep(0.01)
        found = next(
            (int(x.split()[2]) for x in list(said) if x.startswith(f"[{index}] pid ")), None
        )
    return found


def end(pid):
    """Kills one of our own workers, where it has not ended by itself."""
    told = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    if "from experiments import workers" in told.stdout:  # the number may be another's by now
        os.kill(pid, signal.SIGKILL)


def stage_of(said, output):
    """Where the run was, by what it had said and written."""
    lines = list(said)
    if ended(lines):
        return "after the last step"
    if list(output.glob(".training.npz.*.part")):
        return "writing a file"
    if (output / "training.npz").exists():
        return "training"
    together = any("take each step together" in x for x in lines)
    return "before the first file" if together else "before all were there"


def last_words(said):
    """What the others said in the end, without addresses and paths."""
    lines = [x for x in said if re.search("error|Traceback|stopped|ended with|Stopped", x)]
    return [re.sub(r"/\S*/", "", x)[:300] for x in lines][-4:]


def file_of(output):
    """Whether training.npz opens, and its step."""
    from helpers import checkpoints
    from helpers.train import folder

    try:
        with folder.Folder(output).open() as opened:
            opened.read_card()
        if not (output / "training.npz").exists():
            return {"file": "none"}
        return {"file": "whole", "step": checkpoints.load(output / "training.npz").step_count}
    except Exception as error:  # any at all is a fault, and is written down
        return {"file": f"{type(error).__name__}: {error}"}


def resumed(place, row, done):
    """A run whose worker was killed goes on from its file: is its end that of the uninterrupted one?"""
    count, output = row["workers"], folder_of(place, row)
    if not (output / "training.npz").exists():
        return {"from": "nothing"}  # to begin anew is another run
    process, said = start(place, row, output, TO_KILL, "--resume")
    seconds = finish(process)
    nobody = next(x for x in done if x["workers"] == count and x.get("try") == "nobody")
    found = {told[2] for told in ended(said)}
    row = {"exit": process.returncode, "seconds": seconds, "same_end": found == {nobody["state"]}}
    return row | ({"said": last_words(said)} if process.returncode else {})


def throughput(done, cores=None):
    """How many times as long a step of several processes takes as one process's, turn by turn.

    It counts as firm where all turns were made and no more programs ran than there are cores and processes.
    """
    cores = cores or os.cpu_count()
    rows = [row for row in done if row["kind"] == "speed" and "ms_a_step" in row]
    took = {(row["workers"], row["turn"]): row["ms_a_step"] for row in rows}
    ratios = {
        count: [round(took[count, k] / took[1, k], 2) for k in range(SPEED_TURNS)
                if {(count, k), (1, k)} <= took.keys()]
        for count in (2, 4)
    }  # fmt: skip
    loads = [row["load"] for row in rows]
    quiet = all(row["load"] <= cores + row["workers"] for row in rows)
    firm = quiet and all(len(found) == SPEED_TURNS for found in ratios.values())
    return {"times_as_long": ratios, "turns_planned": SPEED_TURNS, "loads": loads, "firm": firm}


def write(done):
    """Writes the result."""
    from helpers import results

    card = {
        "what": __doc__.splitlines()[0],
        "command": "python -m experiments.workers",
        "steps_to_kill": TO_KILL,
        "throughput": throughput(done),
    }
    results.write(NAME, {**card, "rows": done})


if __name__ == "__main__":
    main()
