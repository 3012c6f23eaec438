"""Build the art sets again from their source packages and compare them with the shipped files.

    python data/build                    every set; nothing is overwritten
    python data/build heroes items       some sets
    python data/build --write heroes     ship what was built, where it differs

Exit code 1 when a set differs; a package that cannot be reached is named and leaves its set
unchecked. Downloads (200 MB, once) are kept in data/build_cache.
"""

import argparse
import sys
from pathlib import Path

# The scripts beside this file import each other by plain names, and the course's helpers.
BUILD = Path(__file__).resolve().parent
sys.path[:0] = [str(BUILD), str(BUILD.parents[1])]

import rebuild  # noqa: E402
from sets import SETS  # noqa: E402


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python data/build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(SETS)}")
    parser.add_argument("--write", action="store_true", help="ship what was built")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(SETS))
    if unknown:
        parser.error(f"unknown set {', '.join(unknown)}; one of: {', '.join(SETS)}")
    chosen = {name: SETS[name] for name in SETS if name in (options.names or SETS)}
    return rebuild.all_sets(chosen, ship=options.write)


if __name__ == "__main__":
    sys.exit(main())
