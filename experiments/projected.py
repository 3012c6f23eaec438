"""A discriminator that looks through a frozen network: which form, where does it help, and by what?

    python -m experiments.outside SETS                              # first: the sets that are not ours
    python -m experiments.projected WORK --sets SETS                # every run, one after another: hours
    python -m experiments.projected WORK --sets SETS --parts choose # those of one part
    python -m experiments.projected_scores WORK --sets SETS         # data/results/projected.json and .npz

A run that is there is not made again, and each leaves a line in WORK/runs.jsonl and its pictures in
WORK/samples: stop it whenever you like.

Runs are counted in units of equal time: 1,000 steps of the pixel D, and as many fewer of another as its
step takes longer. RATIO is measured in turns, in one process on one core (`--parts ratios`).
"""

import argparse
import dataclasses
import functools
import itertools
import json
import pathlib
import time

import keras
import numpy as np

from experiments import series
from helpers import art, checkpoints, files, gan
from helpers.gan import networks, projected, recipe, transfer
from helpers.transfer import efficientnet_lite

LOG = "runs.jsonl"
STEPS = 1000  # of the pixel D: one unit of time
SAMPLES = 400
FRAMED = ("shapes", "gardens", "places", "city_day")  # sets whose pictures fill their frame
PARENT = "heroes"
# What makes the shipped generators of heroes and cities, see `make checkpoints`.
SHIPPED = {"width": 48, "generator_rate": 1.5e-3, "discriminator_rate": 1.5e-3}


@dataclasses.dataclass(frozen=True)
class Run:
    """One training: on `count` pictures of a set ("all": 0), for `units` of time, with a D of `arm`."""

    part: str
    pictures: str
    count: int
    arm: str
    units: float
    seed: int
    size: int = 32

    @property
    def name(self):
        """What its files are called."""
        count = self.count or "all"
        return f"{self.pictures}-{self.size}-{count}-{self.arm}-{self.units:g}-{self.seed}"


# Which pictures ----------------------------------------------------------------------------------


@functools.cache
def load(name, size, folder):
    """{"train", "validation", "test"}: uint8 [n, size, size, 3] of an outside set, or of one of ours."""
    path = pathlib.Path(folder or "") / f"{name}_{size}.npz"
    if path.exists():
        found = files.read_npz(path, cure="make it again with `python -m experiments.outside`")
        return {part: found[part] for part in ("train", "validation", "test")}
    split = art.load(name, size=size).split()
    return {part: getattr(split, part).images for part in ("train", "validation", "test")}


def training_pictures(run, folder):
    """The run's pictures: the same `count` for each arm and seed."""
    images = load(run.pictures, run.size, folder)["train"]
    if not run.count or run.count >= len(images):
        return images
    return images[np.sort(np.random.default_rng(0).permutation(len(images))[: run.count])]


# Which D -----------------------------------------------------------------------------------------

THREE = (("block01", 1, 64), ("block03", 1, 64), ("block05", 1, 64))
TWO = THREE[1:]
SLOW = {"generator_rate": 2e-3, "discriminator_rate": 2e-3}
# name: (form, entries of the recipe)
FORMS = {
    "fast": ({"looks": TWO, "pixels": 16}, {}),
    "two": ({"looks": TWO, "pixels": 16}, SLOW),
    "wide": ({"looks": TWO, "pixels": 32}, SLOW),
    "three": ({"looks": THREE, "pixels": 16}, {}),
    "cross": ({"looks": TWO, "pixels": 16, "cross_scale": True}, {}),
    "low": ({"looks": TWO[:1], "pixels": 16}, {}),
    "high": ({"looks": TWO[1:], "pixels": 16}, {}),
    "frozen_only": ({"looks": TWO}, {}),
    "pixels_only": ({"looks": (), "pixels": 16}, {}),
    # For 64 px: the frozen part sees the picture averaged down to 32, the branch each pixel.
    "averaged": ({"looks": (("block03", 0.5, 64), ("block05", 0.5, 64)), "pixels": 16}, {}),
}
WINNER = "fast"
# Half of the time with one D, then the same G with the other, new one.
HANDED = {"handed": (WINNER, "pixels"), "handed_back": ("pixels", WINNER)}
# How long a step takes beside one of the pixel D of its size; "wide" and "averaged" are guesses.
RATIO = {"shipped": 1.0, "shipped_fast": 0.71, "pixels": 1.0, "two": 1.07, "wide": 1.28, "fast": 1.07, "three": 1.58, "cross": 1.22, "low": 0.86, "high": 0.82,
         "frozen_only": 0.76, "pixels_only": 0.66, "random": 1.07, "learnt": 1.61, "averaged": 0.75}  # fmt: skip


def started(run, images, folder=None):
    """The run's GAN before its first step."""
    changes = {"augment": "edge_translation" if run.pictures in FRAMED else "translation"}
    if run.arm in STARTS:
        return STARTS[run.arm](run, images, changes)
    if run.arm in HANDED:
        return started(dataclasses.replace(run, arm=HANDED[run.arm][0]), images, folder)
    if run.arm == "pixels":
        return gan.make(run.size, seed=run.seed, **changes)
    form, more = FORMS[run.arm]
    form = projected.Form(**form)
    return gan.make(run.size, discriminator=form, seed=run.seed, **{**changes, **more})


def control(run, images, changes):
    """The winner's D, but its maps come from a network that never saw ImageNet.

    "random": its weights stay random. "learnt": they are trained with the heads.
    """
    form = projected.Form(**FORMS[WINNER][0])
    maps = random_maps(form, images, seed=run.seed, trainable=run.arm == "learnt")
    model = gan.GAN(
        networks.generator(run.size, seed=run.seed),
        projected.discriminator(run.size, form, seed=run.seed, maps=maps),
        seed=run.seed,
    )
    own = {**recipe.OTHERWISE["projected_discriminator"], **FORMS[WINNER][1]}
    model.compile(**{**own, **changes})
    return model


def random_maps(form, images, *, seed, trainable):
    """The backbone's architecture with random weights, every channel scaled to unit variance.

    Batch norm does the scaling, from the training pictures, and is then folded in as in the real one.
    """
    keras.utils.set_random_seed(seed)
    network, twin = efficientnet_lite.build(), efficientnet_lite.build(batch_norm=False)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    network((art.to_float(images[:256]) * 127.5 + 0.5) / 128, training=True)
    efficientnet_lite.fold(network, twin)
    taps = [last_layer(twin, block).output for block, *_ in form.looks]
    picture = keras.Input(images.shape[1:])
    scaled = keras.layers.Rescaling(127.5 / 128, 0.5 / 128)(picture)
    maps = keras.Model(picture, keras.Model(twin.inputs, taps)(scaled))
    maps.trainable = trainable
    return maps


def last_layer(network, block):
    """The layer that a block ends with."""
    return [layer for layer in network.layers if layer.name.startswith(block)][-1]


def with_parent(run, images, changes):
    """G from the parent, as lesson 05 copies it; D from the parent, or the projected one."""
    form = projected.Form(**FORMS[WINNER][0])
    return transfer.child(
        checkpoints.load(PARENT), seed=run.seed, **changes,
        discriminator=True if run.arm == "both" else form,
    )  # fmt: skip


def as_shipped(run, images, changes):
    """A shipped generator's own size and rates, or that size with the projected D and its own rates."""
    if run.arm == "shipped":
        return gan.make(run.size, seed=run.seed, **SHIPPED, **changes)
    form, width = projected.Form(**FORMS[WINNER][0]), SHIPPED["width"]
    return gan.make(run.size, discriminator=form, width=width, seed=run.seed, **changes)


def handed_over(model, run, images):
    """The run's GAN at half of its time: its averaged G, and a new D of the other kind."""
    arm = HANDED[run.arm][1]
    other = started(dataclasses.replace(run, arm=arm), images)
    form = arm if arm == "pixels" else projected.Form(**FORMS[arm][0])
    rates = {key: other.recipe[key] for key in ("generator_rate", "discriminator_rate", "decay")}
    return transfer.child(model, discriminator=form, seed=run.seed, **rates)


STARTS = {
    "random": control, "learnt": control, "both": with_parent, "parent_projected": with_parent,
    "shipped": as_shipped, "shipped_fast": as_shipped,
}  # fmt: skip

# Which runs --------------------------------------------------------------------------------------


def runs_of(part, *sets, counts=(240,), arms=("pixels", WINNER), units=(1,), seeds=(0,), size=32):
    """All combinations, seed by seed, so that a part that is stopped holds whole comparisons."""
    return [
        Run(part, name, count, arm, unit, seed, size)
        for seed, name, count, unit, arm in itertools.product(seeds, sets, counts, units, arms)
    ]


def parts():
    """{part: its runs}."""
    outside = ("blocks", "outlines", "shapes", "units", "desktop", "gardens")
    controls = ("random", "learnt", "low", "high", "frozen_only", "pixels_only")
    confirm = [
        run
        for count, seed in itertools.product((240, 50), range(3))
        for run in runs_of("confirm", *outside, counts=(count,), seeds=(seed,))
    ]
    return {
        "choose": runs_of("choose", "faces", "signs", arms=("pixels", *FORMS)),
        "again": [
            *runs_of("again", "faces", "signs", seeds=(0, 1), arms=("pixels", "two")),
            *runs_of("again", "faces", "signs", arms=("fast", "wide"), seeds=(1,)),
        ],
        "confirm": confirm,
        "map": [
            *runs_of("map", "blocks", "heroes", counts=(240,), units=(3,), seeds=range(3)),
            *runs_of("map", "heroes", counts=(0,), units=(3,), seeds=range(3)),
            *runs_of("map", "heroes", counts=(50, 240)),
            *runs_of("map", "blocks", counts=(0,), units=(1, 3)),
            *runs_of("map", "heroes", counts=(0,)),
        ],
        "handed": [
            *runs_of("handed", "blocks", counts=(240,), arms=HANDED, units=(3,), seeds=range(3)),
            *runs_of("handed", "heroes", counts=(0,), arms=HANDED, units=(3,), seeds=range(3)),
        ],
        "controls": [
            *runs_of("controls", "gardens", "desktop", arms=controls),
            *runs_of("controls", "gardens", "desktop", arms=controls[:2], seeds=(1, 2)),
        ],
        "parent": runs_of("parent", "creatures", counts=(10, 30), units=(0.6,), seeds=range(3),
                          arms=("both", "parent_projected")),
        "cities": runs_of("cities", "city_day", counts=(0,), size=64, arms=("pixels", "averaged"),
                          seeds=range(3)),
        # Five minutes where the shipped generators were trained: 120 and 106 ms a step there.
        "shipped": runs_of("shipped", "heroes", "city_day", counts=(0,), units=(2.5,),
                           arms=("shipped", "shipped_fast"), seeds=range(3)),
    }  # fmt: skip


def steps_of(run):
    """How many steps a run has; with a parent they are lesson 05's 600, whatever D is."""
    if run.arm in HANDED:
        return sum(map(steps_of, halves(run)))
    ratio = 1.0 if run.part == "parent" else RATIO[run.arm]
    return round(STEPS * run.units / ratio)


def halves(run):
    """Of a run that is handed over: a run of half its time for each D."""
    return [dataclasses.replace(run, arm=arm, units=run.units / 2) for arm in HANDED[run.arm]]


def main(arguments=None):
    """Makes the runs that are not there yet."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("work", type=pathlib.Path, help="folder of the runs")
    command.add_argument("--sets", type=pathlib.Path, help="folder that experiments.outside wrote")
    command.add_argument("--parts", nargs="*", default=list(parts()), choices=[*parts(), "ratios"])
    command.add_argument("--seconds", type=float, default=np.inf, help="begin no run after these")
    options = command.parse_args(arguments)
    end = time.monotonic() + options.seconds
    for part in options.parts:
        if part == "ratios":
            print(json.dumps([ratios(runs, options.sets) for runs in timed()]))
            continue
        for run in parts()[part]:
            if run.name not in done(options.work) and time.monotonic() < end:
                print(train(run, options), flush=True)


def run_of(row):
    """The Run of a row."""
    return Run(**{field.name: row[field.name] for field in dataclasses.fields(Run)})


def done(work):
    """{name: row} of the runs that are there."""
    return {row["name"]: row for row in series.rows(work / LOG)}


def train(run, options):
    """Trains, keeps SAMPLES pictures, then the line that says that they are there."""
    images = training_pictures(run, options.sets)
    model = started(run, images)
    if run.arm in HANDED:
        first, second = map(steps_of, halves(run))
        seconds = model.fit(images, first, verbose=False).seconds
        model = handed_over(model, run, images)
        seconds += model.fit(images, second, verbose=False).seconds
    else:
        seconds = model.fit(images, steps_of(run), verbose=False).seconds
    (options.work / "samples").mkdir(parents=True, exist_ok=True)
    place = options.work / "samples" / f"{run.name}.npz"
    files.write_npz(place, {"pictures": model.sample(SAMPLES, seed=1)})
    row = {**dataclasses.asdict(run), "name": run.name, "steps": steps_of(run),
           "seconds": round(seconds, 1)}  # fmt: skip
    series.add(options.work / LOG, row)
    keras.backend.clear_session()
    return row


def timed():
    """Groups of runs that are timed in turns; the first of each is its unit."""
    names = ("pixels", *(name for name in FORMS if name != "averaged"), "random", "learnt")
    few = [Run("ratios", "signs", 240, name, 1, 0) for name in names]
    wide = [Run("ratios", "heroes", 240, name, 1, 0) for name in ("shipped", "shipped_fast")]
    return few, wide


def ratios(runs, folder, rounds=3, steps=25):
    """Seconds of a step of each run, divided by the first's: the least of some turns."""
    images = training_pictures(runs[0], folder)
    models = {run.arm: started(run, images) for run in runs}
    for model in models.values():
        model.fit(images, 20, verbose=False)
    taken = {name: [] for name in models}
    for _ in range(rounds):
        for name, model in models.items():
            taken[name].append(model.fit(images, steps, verbose=False).seconds)
    first = min(taken[runs[0].arm])
    return {name: round(min(found) / first, 2) for name, found in taken.items()}


if __name__ == "__main__":
    main()
