"""The options of `python -m helpers.train`, and what can be wrong with them."""

import argparse
import os
import shlex
import subprocess
import sys

from helpers import art, places
from helpers.train import pictures

RIGHTS = ("source", "licence", "attribution")

LARGE = (32, 64)  # sizes at which a projected D was measured
NOTHING, USUAL = "nothing", "usual"  # a start without a parent; what parents.usual says
KINDS = ("pixels", "projected")
STRATEGIES = ("mirrored", "multiworker")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
_LIMITS = {
    "steps": (0, 10**9),
    "seed": (0, 2**31 - 1),
    "take": (1, 10**9),
    "size": (8, 1024),
    "width": (1, 512),
    "samples": (1, 10**5),
    "batch": (1, 2**16),
    "palette": (0, 256),
    "freeze_discriminator": (0, 100),
}


def parser():
    """The command's options."""
    command = argparse.ArgumentParser(prog="python -m helpers.train", description="Train a GAN.")
    command.set_defaults(chosen=False)  # whether the pictures chose the start, see command.choose
    add = command.add_argument
    add(
        "art",
        nargs="?",
        metavar="ART",
        help=f"an art set ({', '.join(art.names())}), or a folder or zip of pictures",
    )
    add("--size", type=int, help="side in pixels (default 32, or that of --init)")
    add("--width", type=int, help="channels of the outer layers (default: tuned for a CPU)")
    add("--discriminator", choices=KINDS,
        help="looks at pixels (default, or that of --init) or through a frozen network that has seen "
        "ImageNet, for few pictures (default for your own)")  # fmt: skip
    add("--palette", type=int, metavar="N",
        help="colours of one picture (default 16); 0: none, every pixel is painted freely")  # fmt: skip
    length = command.add_mutually_exclusive_group(required=True)
    length.add_argument("--seconds", type=float, help="seconds of training alone")
    length.add_argument("--steps", type=int, help="steps in all; 0 only draws samples")
    add("--seed", type=int, help="seed of weights, noise and batches (default 0)")
    add("--take", type=int, metavar="N", help="train on N of the training pictures only")
    add("--init", metavar="NAME|PATH|nothing|auto",
        help="start from a shipped checkpoint or a file; nothing: from new weights; auto: 800 steps of each of two starts decide (default for your own: the general parent)")  # fmt: skip
    add(
        "--repaint",
        action="store_true",
        help="give --init the colours of ART before its first step",
    )
    add(
        "--learning-rate",
        type=float,
        help="of both networks (default: the recipe's; half with --init, but 0.002 with a new kind of D)",
    )
    add("--batch", type=int, metavar="N", help="pictures in a step (default: the recipe's)")
    add("--augment", metavar="POLICY", help="changes before D, such as translation,cutout, or none")
    add(
        "--r1",
        type=float,
        metavar="GAMMA",
        help="R1 penalty on real pictures (default: the recipe's; 0 for none)",
    )
    add("--freeze-discriminator", type=int, metavar="K", help="freeze its first K layers")
    # Measured: 15 times slower than float32 on a processor with AVX2 alone, 1.2 to 2 times faster with AMX.
    add("--precision", choices=PRECISIONS,
        help="of the computation (default float32); mixed_bfloat16 pays only on processors made for it")  # fmt: skip
    add("--data", metavar="SHARDS",
        help="in place of ART: a folder that `python -m helpers.records` has made, for more pictures than fit into memory")  # fmt: skip
    add("--strategy", choices=STRATEGIES,
        help="mirrored: all GPUs of this machine; multiworker: several processes, as TF_CONFIG, Slurm or Kubernetes count them")  # fmt: skip
    add("--resume", action="store_true",
        help="go on from the output folder's training.npz; only length and rates may change")  # fmt: skip
    add("--overwrite", action="store_true", help="take away the run that the output folder holds")
    add("--source", metavar="TEXT", help="whose pictures these are, for the card of your own")
    add("--licence", metavar="TEXT", help="what may be done with them, for the card of your own")
    add("--attribution", metavar="TEXT", help="whom to name, for the card of your own")
    add("--output", metavar="DIR", help="default: my_art/ART")
    add("--samples", type=int, default=64, help="pictures to draw at the end (default 64)")
    return command


def line(name, options):
    """See train.command_line."""
    known = {action.dest for action in parser()._actions} - {"help", "art"}
    if unknown := sorted(set(options) - known):
        raise ValueError(
            f"the command has no option {unknown[0]!r}; any of: {', '.join(sorted(known))}"
        )
    place = places.find(name)
    words = [str(place.resolve()) if pictures.is_own(name) else str(name)]
    for option, value in options.items():
        if value is None or value is False:
            continue
        words += [f"--{option.replace('_', '-')}", *([] if value is True else [str(value)])]
    words = [sys.executable, "-m", "helpers.train", *words]
    if os.name == "nt":
        return f"cd /d {subprocess.list2cmdline([str(places.ROOT)])} && {subprocess.list2cmdline(words)}"
    return f"cd {shlex.quote(str(places.ROOT))} && {shlex.join(words)}"


def check(options):
    """Looks at everything that can be wrong before time is spent.

    Args:
        options: as parsed; `output` is filled in.

    Raises:
        ValueError: naming the option and what it takes.
    """
    _check_numbers(options)
    if options.augment is not None:
        from helpers.gan import augment  # here: it needs TensorFlow, and --help should be quick

        options.augment = "" if options.augment == "none" else options.augment
        augment.parse(options.augment)
    _check_start(options)
    if options.strategy == "multiworker" and options.seconds is not None:
        raise ValueError("--seconds end at another step on each worker: give --steps")
    if (options.art is None) == (options.data is None):
        raise ValueError("give either ART, an art set or a folder of pictures, or --data SHARDS")
    if options.data is not None:
        _check_shards(options)
    else:
        _check_folders(options)
    _check_auto(options)


def _check_auto(options):
    """Where nothing is said of the network for one's own pictures, the usual start is taken (`parents.usual`)."""
    names = ("discriminator", "width", "palette", "freeze_discriminator")
    told = [name.replace("_", "-") for name in names if getattr(options, name) is not None]
    if options.init == "auto" and told:
        raise ValueError(f"--init auto chooses the network: leave --{told[0]} out, or --init")
    if options.init == "auto" and (options.strategy or options.data):
        raise ValueError("--init auto races on one device and on pictures in memory: name a start")
    if options.init == NOTHING and options.repaint:
        raise ValueError(
            "--repaint changes the colours of a trained generator: name it with --init"
        )
    free = not (told or options.resume or options.steps == 0 or options.strategy or options.data)
    free = free and options.init in (None, NOTHING) and options.size in (None, *LARGE)
    if free and pictures.is_own(options.art):
        options.init, options.discriminator = options.init or USUAL, "projected"
    if options.init == NOTHING:
        options.init = None


def _check_numbers(options):
    if options.seconds is not None and not 0 < options.seconds < float("inf"):
        raise ValueError(f"--seconds takes a positive number, got {options.seconds}")
    for name, (lowest, highest) in _LIMITS.items():
        value, word = getattr(options, name), f"--{name.replace('_', '-')}"
        if value is not None and value < lowest:
            raise ValueError(f"{word} takes {lowest} or more, got {value}")
        if value is not None and value > highest:
            raise ValueError(f"{word} takes at most {highest}, got {value}")
    rate, r1 = options.learning_rate, options.r1
    if rate is not None and not 0 < rate < 1:
        raise ValueError(f"--learning-rate takes a number between 0 and 1, got {rate}")
    if r1 is not None and not 0 <= r1 < float("inf"):
        raise ValueError(f"--r1 takes a number of 0 or more, got {r1}")


def _check_start(options):
    if options.init is not None and not options.init.strip():
        raise ValueError("--init is empty: give a shipped checkpoint's name or a file")
    if options.resume and options.init is not None:
        raise ValueError("--init starts a run and --resume goes on with one: give one of them")
    if options.resume and options.overwrite:
        raise ValueError("--resume keeps a run and --overwrite takes it away: give one of them")
    if options.resume and options.freeze_discriminator is not None:
        raise ValueError("a resumed run keeps its frozen layers: leave --freeze-discriminator out")
    if options.repaint and options.init is None:
        raise ValueError(
            "--repaint changes the colours of a trained generator: name it with --init"
        )


def _check_shards(options):
    told = [word for word in ("take", *RIGHTS) if getattr(options, word)]
    if told:
        raise ValueError(f"--{told[0]} belongs to where the shards were made: leave it out")
    options.art = places.find(options.data).name
    options.output = options.output or f"my_art/{options.art}_gan"
    _check_output(options)


def _check_folders(options):
    own = pictures.is_own(options.art)
    if not own and options.art not in art.names():
        raise ValueError(
            f"unknown art set {options.art!r}, and no folder or zip of that name; "
            f"one of: {', '.join(art.names())}, or a folder of pictures"
        )
    told = [word for word in RIGHTS if getattr(options, word)]
    if told and not own:
        raise ValueError(f"--{told[0]} is for pictures of your own: {options.art} has its card")
    _check_output(options, own)
    if own and options.output.resolve() == places.find(options.art).resolve():
        raise ValueError(
            f"--output {options.output} is the folder of pictures: give another folder for what is "
            "trained on them"
        )


def _check_output(options, own=False):
    if options.output is not None and not options.output.strip():
        raise ValueError("--output is empty: give a folder, such as my_art/mine")
    options.output = _output(options, own)
    if options.output.exists() and not options.output.is_dir():
        raise ValueError(f"--output {options.output} is a file; give a folder")


def _output(options, own):
    """The output folder: below my_art/ wherever the command runs, and never the pictures' own."""
    if options.output:
        return places.own(options.output)
    source = places.find(options.art).resolve()
    name = source.stem if source.is_file() else source.name
    output = places.my_art() / (name if own else options.art)
    return output.with_name(f"{name}_gan") if own and output.resolve() == source else output
