"""What `python -m helpers.page` does: read the command line, write one file."""

import argparse
import sys


def parser():
    """The command line's grammar."""
    words = argparse.ArgumentParser(
        prog="python -m helpers.page",
        description="Writes generators and the latent explorer into one HTML file, to steer in any browser.",
    )
    words.add_argument(
        "generators",
        nargs="*",
        metavar="NAME_OR_FOLDER",
        help="a shipped generator (heroes), or a folder or file of your own (my_art/mine)",
    )
    words.add_argument(
        "--pair",
        nargs=2,
        action="append",
        default=[],
        metavar=("PARENT", "CHILD"),
        help="a generator and the one that was trained on from it, to be blended; may be given again",
    )
    words.add_argument(
        "--output", required=True, metavar="FILE", help="the page, such as mine.html"
    )
    words.add_argument("--title", help="the page's heading")
    words.add_argument(
        "--directions", type=int, default=5, help="sliders for the strongest directions (5)"
    )
    words.add_argument("--attribution", help="whose art it is, where no card says so")
    words.add_argument("--licence", help="the art's licence, where no card says so")
    return words


def main(arguments=None):
    """Runs the command.

    Args:
        arguments: list of words; None for those of the command line.

    Returns:
        0 when the page was written; 1 after an error, named in one sentence; 130 for Ctrl-C.
    """
    grammar = parser()
    options = grammar.parse_args(arguments)
    if not options.generators and not options.pair:
        grammar.error("no generator: name one, such as heroes, or a --pair")
    try:
        path = _export(options)
    except (ValueError, OSError, MemoryError) as error:
        print(f"error: {error or 'there is not enough memory'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped: no page was written.", file=sys.stderr)
        return 130
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB. Open it in any browser, or send it.")
    return 0


def _export(options):
    from helpers import page  # here, not above: --help must not start TensorFlow
    from helpers.page import given

    generators = given.by_name([*options.generators, *map(tuple, options.pair)])
    said = {"attribution": options.attribution, "licence": options.licence}
    return page.export(
        generators,
        options.output,
        title=options.title,
        directions=options.directions,
        about=dict.fromkeys(generators, said),
    )
