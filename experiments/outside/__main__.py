"""Picture sets that are not the course's own, made from free packages: a method is tried on them.

    python -m experiments.outside DIRECTORY                 # every set, at 32 and 64 pixels
    python -m experiments.outside DIRECTORY faces units    # some

Needs the internet once (350 MB, kept in data/build_cache), and the programs npm, node, apt-get (of
Debian 12), dpkg-deb and pip. Nothing of it is shipped. Each NAME_SIZE.npz holds uint8 arrays
[n, size, size, 3] `train`, `validation` and `test`; README says where the pictures come from.
Two sets are for choosing, the others for confirming what was chosen.
"""

import argparse
from pathlib import Path

import numpy as np

from data.build import pixels
from experiments.outside.packages import PACKAGES
from experiments.outside.sets import NEAR, SETS, distinct, split
from helpers import files

SIZES = 32, 64
README = """Picture sets that are not the course's own, made by: python -m experiments.outside
NAME_SIZE.npz holds uint8 arrays [n, size, size, 3]: train, validation, test.

"""


def make(name, directory):
    """Makes one set, writes its files and returns its paragraph for README."""
    recipe = SETS[name]
    drawings = recipe.draw()
    sides = split(distinct(drawings), recipe.counts)
    for size in SIZES:
        arrays = {
            side: np.stack([pixels.on_white(rgba, size) for _, rgba in items])
            for side, items in sides.items()
        }
        files.write_npz(directory / f"{name}_{size}.npz", arrays)
    counts = ", ".join(f"{len(items)} {side}" for side, items in sides.items())
    versions = ", ".join(
        f"{item} {PACKAGES[item].version}" if item in PACKAGES else item for item in recipe.packages
    )
    return (
        f"{name}: {recipe.kind}; {recipe.purpose}\n"
        f"  packages: {versions}\n  licence: {recipe.licence}; {recipe.credit}\n"
        f"  pictures: {counts} (of {len(drawings)} found; no two nearer than {NEAR} RMS at 32 px)\n"
    )


def main(arguments=None):
    """Makes the sets that are named, or all."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("directory", type=Path, metavar="DIRECTORY")
    command.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(SETS)}")
    options = command.parse_args(arguments)
    unknown = sorted(set(options.names) - set(SETS))
    if unknown:
        command.error(f"unknown set {', '.join(unknown)}; one of: {', '.join(SETS)}")
    options.directory.mkdir(parents=True, exist_ok=True)
    for name in options.names or SETS:
        text = make(name, options.directory)
        files.write_text(options.directory / f"{name}.txt", text)
        print(text, flush=True)
    made = sorted(options.directory.glob("*.txt"))
    files.write_text(
        options.directory / "README", README + "\n".join(path.read_text("utf-8") for path in made)
    )


if __name__ == "__main__":
    main()
