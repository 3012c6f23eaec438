"""The command line for long runs.

    python -m helpers.train heroes --seconds 900 --output my_art/heroes
    python -m helpers.train creatures --init heroes --steps 1500 --output my_art/creatures
    python -m helpers.train path/to/pictures --steps 2000 --output my_art/mine

The output folder then holds checkpoint.npz (averaged generator and discriminator, as float16: half
the file), card.json, samples.png, samples.npz (`images` uint8) and training.npz, from which --resume
goes on.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import sys
import time

import numpy as np

from helpers import art, checkpoints, figures, places

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
_SAVE_EVERY = 60  # seconds between two saves of a long run
_SCORED = 1000


def main(arguments=None):
    """Runs the command.

    Args:
        arguments: list of words; None for those of the command line.

    Returns:
        0 when all went well (stopped by Ctrl-C included), 1 after an error, named in one sentence.
    """
    options = parser().parse_args(arguments)
    words = sys.argv[1:] if arguments is None else arguments
    try:
        check(options)
        run(options, " ".join(["python -m helpers.train", *words]))
    except (ValueError, FileNotFoundError, FloatingPointError, PermissionError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped before the first step: nothing was written.", file=sys.stderr)
    return 0


def parser():
    """The command's options."""
    command = argparse.ArgumentParser(prog="python -m helpers.train", description="Train a GAN.")
    add = command.add_argument
    add("art", metavar="ART", help=f"an art set ({', '.join(art.names())}) or a folder of pictures")
    add("--size", type=int, help="side in pixels (default 32, or that of --init)")
    add("--width", type=int, help="channels of the outer layers (default: tuned for a CPU)")
    add("--palette", type=int, metavar="N",
        help="colours of one picture (default 16); 0: none, every pixel is painted freely")  # fmt: skip
    length = command.add_mutually_exclusive_group(required=True)
    length.add_argument("--seconds", type=float, help="seconds of training alone")
    length.add_argument("--steps", type=int, help="steps in all; 0 only draws samples")
    add("--seed", type=int, default=0, help="seed of weights, noise and batches (default 0)")
    add("--take", type=int, metavar="N", help="train on N of the training pictures only")
    add("--init", metavar="NAME|PATH", help="start from a shipped checkpoint or a file")
    add(
        "--repaint",
        action="store_true",
        help="give --init the colours of ART before its first step",
    )
    add(
        "--learning-rate",
        type=float,
        help="of both networks (default: the recipe's; half with --init)",
    )
    add("--batch", type=int, metavar="N", help="pictures in a step (default: the recipe's)")
    add("--augment", metavar="POLICY", help="changes before D, such as translation,cutout, or none")
    add(
        "--r1",
        type=float,
        metavar="GAMMA",
        help="R1 penalty on real pictures (default: the recipe's; 0 for none)",
    )
    add(
        "--freeze-discriminator", type=int, default=0, metavar="K", help="freeze its first K layers"
    )
    # Measured: 15 times slower than float32 on a processor with AVX2 alone, 1.2 to 2 times faster with AMX.
    add("--precision", choices=PRECISIONS, default="float32",
        help="of the computation; mixed_bfloat16 pays only on processors made for it")  # fmt: skip
    add("--resume", action="store_true", help="go on from the output folder's training.npz")
    add("--output", type=pathlib.Path, metavar="DIR", help="default: my_art/ART")
    add("--samples", type=int, default=64, help="pictures to draw at the end (default 64)")
    return command


def check(options):
    """Looks at everything that can be wrong before time is spent.

    Args:
        options: as parsed; `output` is filled in.

    Raises:
        ValueError: naming the option and what it takes.
    """
    if options.seconds is not None and not 0 < options.seconds < float("inf"):
        raise ValueError(f"--seconds takes a positive number, got {options.seconds}")
    limits = {"steps": 0, "seed": 0, "take": 1, "width": 1, "samples": 1, "batch": 1, "palette": 0}
    for name, lowest in limits.items():
        value = getattr(options, name)
        if value is not None and value < lowest:
            raise ValueError(f"--{name} takes {lowest} or more, got {value}")
    if options.learning_rate is not None and not 0 < options.learning_rate < 1:
        raise ValueError(
            f"--learning-rate takes a number between 0 and 1, got {options.learning_rate}"
        )
    if options.r1 is not None and not 0 <= options.r1 < float("inf"):
        raise ValueError(f"--r1 takes a number of 0 or more, got {options.r1}")
    if options.augment is not None:
        from helpers.gan import augment  # here: it needs TensorFlow, and --help should be quick

        options.augment = "" if options.augment == "none" else options.augment
        augment.parse(options.augment)
    if options.init and options.resume:
        raise ValueError("--init starts a run and --resume goes on with one: give one of them")
    if options.repaint and not options.init:
        raise ValueError(
            "--repaint changes the colours of a trained generator: name it with --init"
        )
    name = pathlib.Path(options.art).resolve().name if os.path.isdir(options.art) else options.art
    options.output = options.output or places.in_my_art(pathlib.Path("my_art") / name)
    if options.output.exists() and not options.output.is_dir():
        raise ValueError(f"--output {options.output} is a file; give a folder")


def run(options, command):
    """Trains, saves, scores.

    Args:
        options: checked options.
        command: the command line, for the card.
    """
    model = resumed(options) if options.resume else started(options)
    train, held_out, data = pictures(options, model.size)
    if options.repaint:
        from helpers.gan import transfer  # here: it needs TensorFlow, and --help should be quick

        transfer.repaint(model, train)
    seconds, finished = fit(model, train, options)
    shared = save(model, options.output, options.samples)
    scores = {}
    if finished:
        print("Scoring …", flush=True)
        scores = score(shared, train, held_out)
    write_card(
        options, model, seconds, {"data": data, "scores": scores, **_origin(options, command)}
    )
    report(options.output, model, seconds, scores)


def started(options):
    """Builds the GAN of a new run, with new weights or with those of --init.

    Args:
        options: checked options.

    Returns:
        gan.GAN, compiled.

    Raises:
        ValueError: --size, --width or --palette differ from those of the file.
    """
    import keras

    from helpers import gan
    from helpers.gan import networks, transfer

    keras.config.set_dtype_policy(options.precision)
    if options.init:
        source = checkpoints.path(options.init)
        parent = gan.GAN.from_checkpoint(source)
        _same_shape(options, parent, source)
        model = transfer.child(parent, seed=options.seed, **parent.recipe)
    else:
        build = {"width": options.width, "palette": options.palette}
        model = gan.make(options.size or 32, seed=options.seed, **build)
    networks.freeze_first(model.discriminator, options.freeze_discriminator)
    asked = {"batch_size": options.batch, "augment": options.augment, "r1": options.r1}
    asked["penalty_every"] = gan.RECIPE["penalty_every"] if options.r1 else None
    asked = {name: value for name, value in asked.items() if value is not None}
    model.compile(**{**model.recipe, **_rates(options, model), **asked})
    return model


def _rates(options, model):
    names = ("generator_rate", "discriminator_rate")
    if options.learning_rate is not None:
        return dict.fromkeys(names, options.learning_rate)
    if options.init:
        return {name: model.recipe[name] / 2 for name in names}  # gentler from a trained start
    return {}


def resumed(options):
    """Builds the GAN as the output folder's training.npz left it.

    Args:
        options: checked options.

    Returns:
        gan.GAN, compiled, at the saved step.

    Raises:
        ValueError: there is nothing to resume, or the options ask for another GAN.
    """
    import keras

    from helpers import gan

    file = options.output / "training.npz"
    if not file.is_file():
        raise ValueError(f"nothing to resume: there is no {file}; leave --resume out")
    if options.freeze_discriminator:
        raise ValueError("a resumed run keeps its frozen layers: leave --freeze-discriminator out")
    if options.batch is not None or options.augment is not None:
        raise ValueError("a resumed run keeps its batch and augmentation: leave these options out")
    keras.config.set_dtype_policy(options.precision)
    model = gan.GAN.from_checkpoint(file)
    _same_shape(options, model, file)
    if options.learning_rate is not None:
        model.recipe |= _rates(options, model)
        for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
            optimizer.learning_rate = options.learning_rate
    return model


def _same_shape(options, model, source):
    wanted = {"size": (options.size, model.size)}
    for name in ("width", "palette"):
        wanted[name] = (getattr(options, name), model.generator.spec.get(name))
    for name, (asked, found) in wanted.items():
        if asked is not None and asked != found:
            raise ValueError(f"--{name} {asked} does not fit {source}, which has {found}")


def pictures(options, size):
    """The pictures to train on and those held out.

    Args:
        options: checked options; `art` is a set's name or a folder.
        size: side in pixels.

    Returns:
        (train, held_out, title): uint8 arrays [n, size, size, 3], and text for the card.

    Raises:
        ValueError: unknown set, too few pictures.
    """
    if os.path.isdir(options.art):
        train, held_out = folder_pictures(options.art, size)
    else:
        split = art.load(options.art, size=size).split()
        train, held_out = split.train.images, split.test.images
    if options.take is not None:
        if options.take > len(train):
            raise ValueError(
                f"--take {options.take} is more than the {len(train)} training pictures"
            )
        train = train[np.random.default_rng(options.seed).permutation(len(train))[: options.take]]
    return train, held_out, f"{options.art}: {len(train)} pictures, {size} px"


def folder_pictures(folder, size):
    """Reads a folder's pictures: each fitted into a white square, every fifth held out.

    Args:
        folder: path; PNG, JPEG, GIF, WebP and BMP files in it are read, by name.
        size: side in pixels.

    Returns:
        (train, held_out): uint8 arrays [n, size, size, 3].

    Raises:
        ValueError: fewer than 10 pictures, or a file that is no picture.
    """
    kinds = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}
    files = sorted(f for f in pathlib.Path(folder).iterdir() if f.suffix.lower() in kinds)
    if len(files) < 10:
        raise ValueError(f"{folder} holds {len(files)} pictures; at least 10 are needed")
    images = np.stack([_picture(file, size) for file in files])
    held = np.arange(len(images)) % 5 == 4
    return images[~held], images[held]


def _picture(file, size):
    from PIL import Image

    try:
        picture = Image.open(file).convert("RGBA")
    except OSError:
        raise ValueError(f"{file} cannot be read as a picture; take it out of the folder") from None
    picture.thumbnail((size, size), Image.Resampling.BOX)
    square = Image.new("RGBA", (size, size), "white")
    corner = ((size - picture.width) // 2, (size - picture.height) // 2)
    square.alpha_composite(picture, corner)
    return np.asarray(square.convert("RGB"))


def fit(model, images, options):
    """Trains as long as asked, saving every minute.

    Args:
        model: gan.GAN.
        images: uint8 [n, size, size, 3].
        options: `steps` counts from the very first step, so a resumed run ends at the same one.

    Returns:
        (seconds, finished): seconds of training, without tracing; False after Ctrl-C.
    """
    earlier = _earlier_seconds(options)
    steps = 10**9 if options.steps is None else options.steps - model.step_count
    if steps <= 0:
        return earlier, True
    first, saving = model.step_count, _saver(options.output)
    history = model.fit(images, steps, seconds=options.seconds, callbacks=[saving])
    finished = options.seconds is not None and history.seconds >= options.seconds
    return earlier + history.seconds, finished or model.step_count - first == steps


def _earlier_seconds(options):
    return float(_card(options.output).get("seconds", 0.0)) if options.resume else 0.0


def _card(source):
    """The card of a checkpoint; {} for a file alone, or a run that was killed before it had one."""
    try:
        return checkpoints.card(source)
    except ValueError:
        return {}


def _saver(folder):
    import keras

    class Saver(keras.callbacks.Callback):
        last = time.monotonic()

        def on_train_batch_end(self, batch, logs=None):
            if time.monotonic() - self.last > _SAVE_EVERY:
                self.model.save_checkpoint(folder / "training.npz")
                self.last = time.monotonic()

    return Saver()


def save(model, folder, count):
    """Writes both checkpoints, the samples and the sheet.

    Args:
        model: gan.GAN.
        folder: the output folder, made when needed.
        count: how many samples.

    Returns:
        gan.GAN read again from checkpoint.npz, the one to score: its weights went through float16.
    """
    from helpers import gan
    from helpers.transfer import backbones

    folder.mkdir(parents=True, exist_ok=True)
    model.save_checkpoint(folder / "training.npz")
    small = model.save_checkpoint(folder / "checkpoint.npz", full=False, dtype="float16")
    with backbones.float32():  # as the lessons will load it, whatever it was trained in
        shared = gan.GAN.from_checkpoint(small)
    images = shared.sample(count, seed=0)
    temporary = folder / ".samples.part.npz"
    np.savez_compressed(temporary, images=images)
    os.replace(temporary, folder / "samples.npz")
    sheet = figures.tile(images[:64], columns=8)
    figures.export(sheet, folder / "samples.png", size=max(768, *sheet.shape[:2]))
    return shared


def score(model, train, held_out):
    """Scores as the lessons do: 1,000 samples against the held-out pictures.

    Args:
        model: gan.GAN.
        train, held_out: uint8 [n, size, size, 3].

    Returns:
        Dictionary of rounded numbers.
    """
    from helpers import metrics

    try:
        found = metrics.report(model.sample(_SCORED, seed=1), held_out, train)
    except metrics.MetricError as error:
        print(f"Not scored: {error}")
        return {}
    return {name: np.round(value, 4).tolist() for name, value in found.items()}


def write_card(options, model, seconds, entries):
    """Writes card.json: how the checkpoint came about."""
    folder = options.output
    card = {
        **entries,
        **_rights(options.art),
        "seed": model.seed,
        "steps": model.step_count,
        "seconds": round(seconds, 1),
        "machine": machine(),
        "recipe": model.recipe,
        "precision": options.precision,
        "date": datetime.date.today().isoformat(),
        "sha256": checkpoints.sha256(folder / "checkpoint.npz"),
    }
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    figures.write_bytes(folder / "card.json", text.encode())


def _origin(options, command):
    """The commands that began the run and went on with it, its checkpoint, and the runs behind that."""
    if options.resume:
        last = _card(options.output)
        return {
            "command": last.get("command", command),
            "resumed": [*last.get("resumed", []), command],
            "init": last.get("init"),
            "before": last.get("before", []),
        }
    last = _card(options.init) if options.init else {}
    before = list(last.get("before", []))
    if last:
        kept = ("command", "resumed", "steps", "seconds")
        before.append({name: last[name] for name in kept if name in last})
    return {"command": command, "init": options.init, "before": before}


def _rights(name):
    """Licence and attribution of the pictures trained on; a folder of one's own has none."""
    if os.path.isdir(name) or name not in art.names():
        return {}
    source = art.load(name).card
    return {"licence": source["licence"], "attribution": source["attribution"]}


def machine():
    """What kind of machine this is, and how busy: a shared one trains fewer steps in its minutes."""
    import tensorflow as tf

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "gpus": len(tf.config.list_physical_devices("GPU")),
        "system": platform.system(),
        "load_average": None if load is None else round(load, 1),
    }


def report(folder, model, seconds, scores):
    """Says what there is now."""
    print(f"Step {model.step_count} after {seconds:.0f} s of training; seed {model.seed}.")
    for name, value in scores.items():
        print(f"  {name}: {value}")
    print(f"{folder}: checkpoint.npz, card.json, samples.png, samples.npz (training.npz to resume)")


if __name__ == "__main__":
    sys.exit(main())
