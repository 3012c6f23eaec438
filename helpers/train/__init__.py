"""The command line for long runs.

    python -m helpers.train heroes --seconds 900 --output my_art/heroes
    python -m helpers.train creatures --init heroes --steps 1500 --output my_art/creatures
    python -m helpers.train path/to/pictures --steps 2000 --output my_art/mine
    python -m helpers.train path/to/pictures --discriminator projected --steps 1000 --output my_art/few
    python -m helpers.train --data my_art/shards --steps 2000 --output my_art/large
    python -m helpers.workers 2 -m helpers.train heroes --strategy multiworker --steps 200

The output folder then holds checkpoint.npz (averaged generator and discriminator, as float16: half
the file), card.json, samples.png, samples.npz (`images` uint8) and training.npz, from which --resume
goes on. A folder that holds a run is left alone unless --resume or --overwrite says otherwise.

Ctrl-C, SIGTERM and SIGHUP stop a run at any moment: what was trained is saved first.
"""

# Nothing is imported here: `python -m helpers.train` listens for Ctrl-C first, and numpy alone takes a while.


def main(arguments=None):
    """Runs the command; see `command.main`."""
    from helpers.train import command

    return command.main(arguments)


def command_line(art, **options):
    """The command for a long run, as one line that works from any folder and any terminal.

    In a page: `!{train.command_line("my_art/pictures", steps=2000, output="my_art/mine")}`

    Args:
        art: an art set, a folder or a zip.
        **options: of the command, with "_" for "-": steps=2000, init="heroes", resume=True, …

    Returns:
        Text: it goes to the course's folder first, and calls this Python.

    Raises:
        ValueError: the command has no such option.
    """
    from helpers.train import options as command_options

    return command_options.line(art, options)


def keep(model, mine, output, *, init=None, seconds=0.0, scores=None, copies=None):
    """Saves a GAN that was trained in a page as the command saves its runs, without training.npz.

    Args:
        model: gan.GAN.
        mine: ArtSet that it was trained on, as from art.from_folder: its card says whose pictures these are.
        output: the folder; "my_art/…" is the course's own. What `keep` saved there before is replaced.
        init: the checkpoint that the training started from, or None.
        seconds: of training.
        scores: dictionary of numbers, as from metrics.Scorer.score.
        copies: metrics.Copies.

    Returns:
        pathlib.Path of the folder, with checkpoint.npz, card.json, samples.png and samples.npz.

    Raises:
        ValueError: the folder holds a run of the command.
    """
    from helpers.train import keeping

    return keeping.keep(
        model, mine, output, init=init, seconds=seconds, scores=scores, copies=copies
    )


def folder_pictures(folder, size):
    """Reads a folder's pictures; see `pictures.folder_pictures`."""
    from helpers.train import pictures

    return pictures.folder_pictures(folder, size)
