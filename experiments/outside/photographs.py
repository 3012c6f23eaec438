"""Photographs of the packages, cut into patches."""

import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from data.build import fetch
from experiments.outside.archives import contents
from experiments.outside.packages import PHOTOGRAPHS

PATCH = 64  # pixels of a patch of a photograph that is 384 pixels high
HEIGHT = 384


def patches(subject):
    """Squares of photographs, side by side without overlap; the group is (photograph, left edge)."""
    listed, cut = PHOTOGRAPHS[subject], []
    for package in dict.fromkeys(package for package, _ in listed):
        names = [name for owner, name in listed if owner == package]
        for path, data in photographs(package, names).items():
            with Image.open(io.BytesIO(data)) as image:
                cut += [((path, left), patch) for left, patch in squares(image.convert("RGB"))]
    return cut


def photographs(package, names):
    if package == "scikit-learn":  # installed with the course
        from sklearn.datasets import __file__ as here

        return {name: (Path(here).parent / "images" / name).read_bytes() for name in names}
    found = contents(package, f"({'|'.join(map(re.escape, names))})$")
    if len(found) != len(names):
        raise fetch.PackageError(f"{package}: found {list(found)}, expected {names}")
    return found


def squares(image):
    """Patches of one RGB image: (left edge as share of the width, uint8 [64, 64, 4])."""
    width = round(image.width * HEIGHT / image.height)
    rgb = np.asarray(image.resize((width, HEIGHT), Image.Resampling.BOX))
    for top in range(0, HEIGHT - PATCH + 1, PATCH):
        for left in range(0, width - PATCH + 1, PATCH):
            patch = rgb[top : top + PATCH, left : left + PATCH]
            if patch.std(axis=(0, 1)).max() > 4:  # an empty sky teaches nothing
                opaque = np.full((PATCH, PATCH), 255, np.uint8)
                yield left / width, np.dstack([patch, opaque])
