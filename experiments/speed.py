"""How good is a generator after so many seconds? The course's default beside published recipes.

    python -m experiments.speed                      # all recipes, one seed, 60 s each
    python -m experiments.speed --seeds 0 1 2 --recipes course
    python -m experiments.speed --table              # only writes the table again

Every run has its own process (for its peak memory) and counts seconds of training alone: building,
tracing and scoring are apart. Results are merged into data/results/04_bench.json, so that runs of
one table may be made one after another; experiments/RESULTS.md is written from it.
"""

import argparse
import datetime
import os
import pathlib
import platform
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

from helpers import figures, files, results

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAME = "04_bench"
TABLE = pathlib.Path(__file__).with_name("RESULTS.md")
RECIPES = (
    "course",
    "course_no_start",
    "course_plain",
    "article",
    "tensorflow_tutorial",
    "keras_dcgan",
    "keras_gan_ada",
)
MARKS = (10, 30, 60)
SCORED = 1000
AGAIN = "train it again with --phase train"
SHOWN = 12  # pictures of each recipe's first seed that are kept to look at
CLOCK = (
    "what a second is: of the wall, on a quiet machine; or of processor time divided by the number "
    "of cores, where other programs run, too (it flatters recipes that keep both cores busy less)"
)


def main(arguments=None):
    """Runs the benchmark, or the one training that --one asks for."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--recipes", nargs="*", default=RECIPES, choices=RECIPES)
    command.add_argument("--seeds", type=int, nargs="*", default=[0])
    command.add_argument("--marks", type=float, nargs="*", default=list(MARKS), metavar="SECONDS")
    command.add_argument("--scored", type=int, default=SCORED, help="samples a score is made from")
    command.add_argument("--folder", type=pathlib.Path, help="keep the trainings here, for --score")
    command.add_argument("--phase", choices=("all", "train", "score"), default="all")
    command.add_argument("--clock", choices=("wall", "processor"), default="wall", help=CLOCK)
    command.add_argument("--one", action="store_true", help="train the first recipe in here")
    command.add_argument("--table", action="store_true", help="only write the table")
    options = command.parse_args(arguments)
    if options.one:
        train(options.recipes[0], options.seeds[0], options)
    elif options.table:
        write_table(load())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            options.folder = options.folder or pathlib.Path(temporary)
            if options.phase != "score":
                train_all(options)
            if options.phase != "train":
                score_all(options)


def train_all(options):
    """Trains recipe after recipe, each in a process of its own."""
    for seed in options.seeds:
        for recipe in options.recipes:
            words = ["--one", "--recipes", recipe, "--seeds", str(seed), "--scored",
                     str(options.scored), "--folder", str(options.folder),
                     "--clock", options.clock, "--marks", *map(str, options.marks)]  # fmt: skip
            command = [sys.executable, "-m", "experiments.speed", *words]
            subprocess.run(command, cwd=ROOT, check=True)


def score_all(options):
    """Scores every training in the folder and puts it into the results and the table."""
    from helpers import art, metrics

    test = art.load("heroes").split().test.images[: options.scored]
    real = metrics.features(test, progress=False)
    for path in sorted(options.folder.glob("*.json")):
        row = files.read_json(path, cure=AGAIN)
        pictures = files.read_npz(path.with_suffix(".npz"), cure=AGAIN)
        row["kid"] = {
            mark: round(metrics.kid(metrics.features(images, progress=False), real), 3)
            for mark, images in pictures.items()
        }
        merge(row, figures.rounded(list(pictures.values())[-1][:SHOWN]))
        print(row["recipe"], row["seed"], row["kid"], flush=True)
    write_table(load())


# One run ---------------------------------------------------------------------------------------


def train(recipe, seed, options):
    """Trains one recipe to each mark; writes its figures and its samples to the folder.

    Args:
        recipe: one of RECIPES.
        seed: seed of the training.
        options: marks (seconds of training, rising), scored (samples a mark) and folder.
    """
    from experiments import baselines
    from helpers import art

    load_before = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    rival = baselines.make(recipe, art.load("heroes").split().train.images, seed)
    start = time.perf_counter()
    rival.step()
    tracing = time.perf_counter() - start
    seconds, processor, steps, reached, pictures = 0.0, 0.0, 1, {}, {}
    for mark in options.marks:
        done, spent, used = train_until(rival, seconds, mark, options)
        seconds, processor, steps = seconds + spent, processor + used, steps + done
        reached[f"{mark:g}"] = steps
        pictures[f"{mark:g}"] = rival.sample(options.scored, seed=1)
    work = step_gigaflops(rival)
    row = {
        "recipe": recipe, "seed": seed, "steps": reached,
        "steps_per_second": round(steps / seconds, 2),
        "cpu_seconds_per_second": round(processor / seconds, 2),
        "tracing_seconds": round(tracing, 1),
        "gigaflop_per_step": round(work, 2), "gigaflops": round(work * steps / seconds, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "matmul_gigaflops": round(matmul_gigaflops(), 1),
        "latency_ms": {str(count): latency_of(rival, count) for count in (1, 64)},
        "parameters": [rival.generator.count_params(), rival.discriminator.count_params()],
        "batch_size": rival.batch_size, "load_before": load_before, "clock": options.clock,
        "date": datetime.date.today().isoformat(), "machine": machine(),
        "revision": results.revision(), "scored": options.scored,
    }  # fmt: skip
    path = options.folder / f"{recipe}_{seed}.json"
    files.write_npz(path.with_suffix(".npz"), pictures)
    files.write_json(path, row)
    print(recipe, seed, reached, row["steps_per_second"], "steps/s", flush=True)


def train_until(rival, start, end, options):
    """Trains from second `start` to `end`: (steps, seconds by the clock, processor seconds)."""
    cores = os.cpu_count() if options.clock == "processor" else None
    now = (lambda: time.process_time() / cores) if cores else time.perf_counter
    begin, processor, steps = now(), time.process_time(), 0
    while (spent := now() - begin) < end - start:
        rival.progress((start + spent) / options.marks[-1])
        rival.step()
        steps += 1
    return steps, now() - begin, time.process_time() - processor


def latency_of(rival, count):
    """Milliseconds from noise to `count` pictures, median of 15 draws after a first."""
    import tensorflow as tf

    draw = tf.function(lambda noise: rival.generator(noise, training=False))
    noise = tf.random.normal([count, rival.generator.input_shape[-1]])
    draw(noise)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        draw(noise).numpy()
        times.append(time.perf_counter() - start)
    return round(1000 * float(np.median(times)), 2)


def step_gigaflops(rival):
    """Billion operations of a step in convolutions and Dense layers (2 a multiply-add)."""
    passes = zip(rival.passes, (rival.generator, rival.discriminator))
    return 2e-9 * rival.batch_size * sum(count * multiply_adds(net) for count, net in passes)


def multiply_adds(network):
    """Multiply-adds of one picture's forward pass."""
    total = 0
    for layer in network.layers:
        if hasattr(layer, "where"):  # a palette: a transposed convolution, and two dense layers
            total += int(np.prod(layer.where.kernel.shape)) * int(np.prod(layer.input.shape[1:-1]))
            total += sum(int(np.prod(dense.kernel.shape)) for dense in (layer.hidden, layer.which))
        kernel = getattr(layer, "kernel", None)
        if kernel is None:
            continue
        transposed = type(layer).__name__ == "Conv2DTranspose"
        places = (layer.input if transposed else layer.output).shape[1:-1]
        total += int(np.prod(kernel.shape)) * int(np.prod(places))
    return total


def matmul_gigaflops(side=2048):
    """What a matrix product reaches here, best of five."""
    import tensorflow as tf

    matrix = tf.random.normal([side, side])
    product = tf.function(lambda: tf.linalg.matmul(matrix, matrix))
    product()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        product().numpy()
        times.append(time.perf_counter() - start)
    return 2e-9 * side**3 / min(times)


def machine():
    """What kind of machine this is."""
    import keras
    import tensorflow as tf

    return {
        "processor": processor_name(), "cores": os.cpu_count(),
        "gpu": len(tf.config.list_physical_devices("GPU")), "system": platform.system(),
        "python": platform.python_version(), "tensorflow": tf.__version__,
        "keras": keras.__version__, "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "default"),
    }  # fmt: skip


def processor_name():
    """The processor's model, where the system tells."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


# The table -------------------------------------------------------------------------------------


def load():
    """Rows so far."""
    return results.card(NAME)["runs"] if NAME in results.names() else []


def merge(row, pictures):
    """Puts a row into the file, in place of an older one; the first seed's pictures are kept, too."""
    rows = [old for old in load() if (old["recipe"], old["seed"]) != (row["recipe"], row["seed"])]
    rows = sorted([*rows, row], key=lambda r: (RECIPES.index(r["recipe"]), r["seed"]))
    card = {
        "data": "heroes, 32 px, 3,000 to train on; KID against 500 test heroes",
        "command": "python -m experiments.speed",
        "seeds": sorted({r["seed"] for r in rows}),
        "runs": rows,
    }
    sheets = results.arrays(NAME) if NAME in results.names() else {}
    results.write(NAME, card, sheets | ({row["recipe"]: pictures} if row["seed"] == 0 else {}))


def write_table(rows):
    """Writes RESULTS.md: the table between its two marks; the text around it stays."""
    begin, end = "<!-- table -->", "<!-- end of table -->"
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else f"{begin}\n{end}\n"
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    files.write_text(TABLE, f"{before}{begin}\n{table(rows)}\n{end}{after}")


def table(rows):
    """The rows as a table in Markdown."""
    marks = sorted({mark for row in rows for mark in row["kid"]}, key=float)
    heads = ["recipe", "seed", *(f"KID {mark} s" for mark in marks), "steps", "steps/s", "batch",
             "CPU s/s", "GFLOP/s", "matrix product", "1 / 64 pictures, ms", "peak MB", "clock",
             "date"]  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        cells = [
            row["recipe"], row["seed"], *(row["kid"].get(mark, "–") for mark in marks),
            max(row["steps"].values()), row["steps_per_second"], row["batch_size"],
            row["cpu_seconds_per_second"], row["gigaflops"], row["matmul_gigaflops"],
            f"{row['latency_ms']['1']} / {row['latency_ms']['64']}", row["peak_memory_mb"],
            row["clock"], row["date"],
        ]  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
