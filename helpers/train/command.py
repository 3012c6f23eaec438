"""What `python -m helpers.train` does: open the folder, build, train, save, score."""

import shlex
import sys

from helpers import checkpoints, figures, files, records, stopping
from helpers.train import cards, devices, folder, pictures
from helpers.train import options as command_options
from helpers.train.folder import say

_RATES = ("generator_rate", "discriminator_rate")


def main(arguments=None, *, stop=None):
    """Runs the command.

    Args:
        arguments: list of words; None for those of the command line.
        stop: stopping.Stop that listens for signals; None: Ctrl-C is Python's KeyboardInterrupt.

    Returns:
        0 when all was trained, saved and scored; 1 after an error, named in one sentence; 128 and
        the signal's number when stopped (130 for Ctrl-C), with what there was to save saved.
    """
    options = command_options.parser().parse_args(arguments)
    words = sys.argv[1:] if arguments is None else arguments
    stop = stop or stopping.Stop(None)
    place = None
    try:
        command_options.check(options)
        together = devices.find(options)
        place = folder.Folder(options.output, writes=together.chief)
        stop.last_words = lambda: f"Stopped before the first step. {place.contents()}"
        with place.open():
            command = shlex.join(["python", "-m", "helpers.train", *words])
            run(options, command, place, stop, together)
    except (ValueError, OSError, FloatingPointError, MemoryError) as error:
        say(f"error: {error or 'there is not enough memory'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        words = stop.last_words or (lambda: "Stopped before the first step: nothing was written.")
        say(words(), file=sys.stderr)
        return stop.code
    return 0


def run(options, command, place, stop, together):
    """Trains, saves, scores.

    Args:
        options: checked options.
        command: the command line, for the card.
        place: folder.Folder, open.
        stop: stopping.Stop.
        together: devices.Devices; of several processes only the first writes and scores.

    Raises:
        KeyboardInterrupt: stopped; `stop.last_words` tells what there is.
    """
    if not options.resume:
        check_free(options, place)
        choose(options)
    with together.all_there(place.contents):
        with together.strategy.scope():
            model, last = resumed(options, place) if options.resume else (started(options), {})
        shown = shown_pictures(options, model, last, place)
        suit(options, model, shown)
        with stop.held():
            begin(options, model, shown, command, place, last)
        stop.check()
        seconds, problem = fit(model, shown.train, options, place, stop, together)
    if not together.chief:
        if problem is not None:
            raise problem
        return
    with stop.held():
        shared = save(options, model, seconds, place)
    step = model.step_count
    stop.last_words = lambda: f"Stopped after step {step}. {place.contents()}"
    stop.holding = False
    if problem is not None:
        raise problem
    stop.check()
    stop.last_words = lambda: f"Stopped at step {step}, before it was scored. {place.contents()}"
    say("Scoring …")
    place.card["scores"] = cards.score(shared, shown.train, shown.held_out)
    place.card["copies"] = cards.copied(shared, shown.train, shown.held_out)
    with stop.held():
        place.write_card()
        report(place)
        stop.finish()


def check_free(options, place):
    """Sees to it that a new run destroys nothing unless told to.

    Raises:
        ValueError: the folder holds a run; with --overwrite, the run that --init starts from.
    """
    if not options.overwrite and place.holds_a_run():
        raise ValueError(
            f"{place.path} holds a run: go on with it (--resume), give another --output, or take it "
            "away (--overwrite)"
        )
    if options.overwrite and options.init not in (None, "auto", command_options.USUAL):
        source = checkpoints.path(options.init).resolve()
        if source.parent == place.path.resolve():
            raise ValueError(
                f"--overwrite would take away {source.name}, which --init starts from: give another "
                "--output"
            )


def choose(options):
    """Where the pictures decide, fills in --init, --discriminator and --repaint, and tells of it.

    By a race where --init is "auto"; else it is the usual start.

    Args:
        options: checked options.
    """
    if options.init not in ("auto", command_options.USUAL):
        return
    from helpers.train import parents  # here: it needs TensorFlow, and --help should be quick

    size, seed = options.size or 32, options.seed or 0
    if options.init == "auto":
        split = pictures.split(options.art, size)
        race = parents.race(split.train.images, split.validation.images, seed=seed)
        say(race)
        best = race.best
    else:
        best = parents.usual(size)
        start = command_options.NOTHING if best in parents.SCRATCH else best
        say(f"Starts from {start}; --init names another.")
    scratch = best in parents.SCRATCH
    options.init, options.repaint = (None, False) if scratch else (best, True)
    options.discriminator = best if scratch else "projected"
    options.chosen = True  # `parents.start` gives such a child a new D: so does this command


def started(options):
    """Builds the GAN of a new run, with new weights or with those of --init.

    Args:
        options: checked options; precision and seed are filled in.

    Returns:
        gan.GAN, compiled.

    Raises:
        ValueError: --size, --width or --palette differ from those of the file.
    """
    import keras

    from helpers import gan
    from helpers.gan import networks, transfer

    options.precision = options.precision or "float32"
    keras.config.set_dtype_policy(options.precision)
    seed = 0 if options.seed is None else options.seed
    if options.init is not None:
        source = checkpoints.path(options.init)
        parent = gan.GAN.from_checkpoint(source)
        _same_shape(options, parent, source)
        model = transfer.child(parent, seed=seed, **_changes(options, parent))
    else:
        size = options.size or (records.card(options.data)["size"] if options.data else 32)
        kind = options.discriminator or "pixels"
        model = gan.make(
            size,
            discriminator=kind,
            seed=seed,
            width=options.width,
            palette=options.palette,
        )
    networks.freeze_first(model.discriminator, options.freeze_discriminator or 0)
    asked = {"batch_size": options.batch, "augment": options.augment, "r1": options.r1}
    asked["penalty_every"] = gan.RECIPE["penalty_every"] if options.r1 else None
    asked = {name: value for name, value in asked.items() if value is not None}
    model.compile(**{**model.recipe, **_rates(options), **asked})
    return model


def _changes(options, parent):
    """What a child is told: the parent's recipe at half its rates, or a new D.

    A new one has another kind than the parent's, or belongs to a start that the pictures chose.
    """
    if options.chosen or options.discriminator not in (None, _kind(parent)):
        return {"discriminator": options.discriminator}
    halved = {name: parent.recipe[name] / 2 for name in _RATES}  # gentler from a trained start
    return {**parent.recipe, **halved}


def _rates(options):
    if options.learning_rate is None:
        return {}
    return dict.fromkeys(_RATES, options.learning_rate)


def _same_shape(options, model, source):
    for name, found in _shape(model).items():
        asked = getattr(options, name)
        if asked is not None and asked != found:
            raise ValueError(f"--{name} {asked} does not fit {source}, which has {found}")


def _shape(model):
    spec = model.generator.spec
    return {"size": model.size, "width": spec.get("width"), "palette": spec.get("palette")}


def _kind(model):
    from helpers.gan import networks

    return networks.kind_of(model.discriminator)


def resumed(options, place):
    """Builds the GAN as the output folder's training.npz left it.

    Args:
        options: checked options; precision is filled in.
        place: folder.Folder.

    Returns:
        (model, card): gan.GAN, compiled, at the saved step; the run's card, {} where it was lost.

    Raises:
        ValueError: there is nothing to resume, or the options ask for another run.
    """
    import keras

    from helpers import gan

    file = place.path / folder.TRAINING
    if not file.is_file():
        raise ValueError(f"nothing to resume: there is no {file}; leave --resume out")
    card = place.read_card()
    precision = card.get("precision") or options.precision or "float32"
    keras.config.set_dtype_policy(precision)
    model = gan.GAN.from_checkpoint(file)
    _check_kept(options, model, precision, place)
    options.precision, place.step = precision, model.step_count
    if options.learning_rate is not None:
        model.recipe |= _rates(options)
        for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
            optimizer.learning_rate = options.learning_rate
    return model, card


def _check_kept(options, model, precision, place):
    """A resumed run keeps all but its length and its rates; repeating an option does no harm."""
    recipe = {"batch": "batch_size", "augment": "augment", "r1": "r1"}
    kept = _shape(model) | {name: model.recipe[entry] for name, entry in recipe.items()}
    kept |= {"seed": model.seed, "precision": precision, "discriminator": _kind(model)}
    for name, found in kept.items():
        _check_one(name, getattr(options, name), found, place)


def _check_one(name, asked, found, place):
    if asked is not None and asked != found:
        words = {"": "none", None: "all of them"}
        raise ValueError(
            f"--{name} {words.get(asked, asked)} is not what the run in {place.path} has "
            f"({words.get(found, found)}), and a resumed run keeps it: leave the option out, or begin "
            "a run with another --output"
        )


def shown_pictures(options, model, last, place):
    """The pictures of this run; those of a resumed one must be the same as before.

    Args:
        options: checked options.
        model: gan.GAN.
        last: the card of the run that is resumed; else {}.
        place: folder.Folder.

    Returns:
        pictures.Pictures.

    Raises:
        ValueError: other pictures, or too few.
    """
    known, take = last.get("art"), options.take
    if known is not None:
        _check_one("take", take, known["take"], place)
        take = known["take"]
    elif options.resume:
        say(f"{place.path} has no card that says what it was trained on: pictures not compared.")
    if options.data is not None:
        found = pictures.of_shards(options.data, model.size)
    else:
        rights = {name: getattr(options, name) or "" for name in command_options.RIGHTS}
        found = pictures.load(
            options.art, model.size, take=take, seed=model.seed, rights=rights, say=say
        )
    if known is not None:
        pictures.check_unchanged(found, known, place.path)
    return found


def suit(options, model, shown):
    """Gives a new run on one's own pictures the augmentation that suits them, unless told another."""
    suits = shown.own.get("suits")
    if suits and options.augment is None and not options.resume:
        model.compile(**{**model.recipe, "augment": suits["augment"]})


def begin(options, model, shown, command, place, last):
    """Writes the first card, so that even a killed run knows where it came from; and --repaint.

    Args:
        options, model, command, place: as elsewhere.
        shown: pictures.Pictures.
        last: the card of the run that is resumed; else {}.

    Raises:
        ValueError: nothing can be written here.
    """
    if options.repaint:
        from helpers.gan import transfer  # here: it needs TensorFlow, and --help should be quick

        transfer.repaint(model, shown.train)
    place.card = cards.begun(options, model, shown, command)
    if options.resume:
        place.card = cards.resumed(last, place.card, command)
    if options.overwrite:
        place.clear()
    place.write_card()


def fit(model, images, options, place, stop, together):
    """Trains as long as asked, saving now and then.

    Args:
        model: gan.GAN.
        images: uint8 [n, size, size, 3]; where shards are read, what the training starts from.
        options: `steps` counts from the very first step, so a resumed run ends at the same one.
        place: folder.Folder.
        stop: stopping.Stop; from the first step on it is held, for there is something to save.
        together: devices.Devices.

    Returns:
        (seconds, problem): seconds of training, without tracing, earlier runs included; the error
        or KeyboardInterrupt that ended it early, to be raised after saving, else None.

    Raises:
        FloatingPointError, KeyboardInterrupt: before there was anything to save.
        tf.errors.OpError: another process is gone; the weights are those of a broken step, not saved.
        ValueError: a shard is damaged.
    """
    from helpers.gan import execution
    from helpers.train import saver

    first, earlier = model.step_count, place.card["unfinished"]["seconds"]
    steps = 10**9 if options.steps is None else options.steps - first
    if steps <= 0:
        if options.resume:
            say(f"{place.path} is at step {first}: nothing is left to train.")
            model.calibrate()  # the file may be one that the clock saved, at this very step
        return earlier, None
    watch, problem = saver.Saver(place, stop, earlier, together), None
    model.steps_in_a_call = execution.STEPS  # saving by the clock need not hear of every step
    try:
        data = images if options.data is None else _stream(model, images, options, together)
        asked = {"seconds": options.seconds, "callbacks": [watch], "verbose": together.chief}
        history = model.fit(data, steps, **asked)
        late = options.seconds is not None and history.seconds >= options.seconds
        if not late and model.step_count - first < steps:
            problem = KeyboardInterrupt()
    except FloatingPointError:
        problem = FloatingPointError(
            f"a loss became NaN or infinite; step {model.step_count} is saved. Go on from there with "
            f"--resume and a lower rate, --learning-rate {model.recipe['generator_rate'] / 2:g} say"
        )
        model.calibrate()
    except files.Damaged:
        records.check(options.data)  # names the shard
        raise
    if problem is not None and model.step_count == first:
        raise problem
    return watch.seconds, problem


def _stream(model, images, options, together):
    model.start_at(images)
    return records.dataset(
        options.data, model.recipe["batch_size"], seed=model.seed, step=model.step_count,
        worker=together.index, workers=together.count,
    )  # fmt: skip


def save(options, model, seconds, place):
    """Writes both checkpoints, the card, the samples and the sheet.

    Args:
        options, model, place: as elsewhere.
        seconds: of training.

    Returns:
        gan.GAN read again from checkpoint.npz, the one to score: its weights went through float16.
    """
    from helpers import gan
    from helpers.transfer import backbones

    place.save_training(model, seconds)  # also where the clock saved this step, before `calibrate`
    small = model.save_checkpoint(place.path / folder.CHECKPOINT, full=False, dtype="float16")
    place.card = cards.ended(place.card, options, model, seconds, checkpoints.sha256(small))
    place.write_card()
    with backbones.float32():  # as the lessons will load it, whatever it was trained in
        shared = gan.GAN.from_checkpoint(small)
    _draw(shared.sample(options.samples, seed=0), place.path)
    return shared


def _draw(images, path):
    files.write_npz(path / folder.SAMPLES, {"images": images})
    sheet = figures.tile(images[:64], columns=8)
    scale = max(768, *sheet.shape[:2]) // max(sheet.shape[:2])
    made = figures.to_png(sheet, scale, software=figures.MADE)
    files.write_bytes(path / folder.SHEET, made)


def report(place):
    """Says what there is now."""
    card = place.card
    say(f"Step {card['steps']} after {card['seconds']:.0f} s of training; seed {card['seed']}.")
    for name, value in card["scores"].items():
        say(f"  {name}: {value}")
    say(f"  {card['copies']['verdict']}")
    say(f"{place.path}: {', '.join(folder.FILES)} ({folder.TRAINING} to resume)")
