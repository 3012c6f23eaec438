"""Lesson 08, bias: does truncation pull drawn heroes towards empty hands, or does the judge drift? 120 labelled twice.

    python -m experiments.by_eye_truncated draw                  # ten GANs, four minutes; sheets in build_cache/
    python -m experiments.by_eye_truncated score FIRST SECOND    # two files of labels; data/results/08_truncated.*

The GANs are those of experiments/groups.py with both kinds in equal parts (arm 50, both directions, five seeds).
Each draws six latents twice: at ψ = 1 and at ψ = 0.5. So 60 pairs show one latent at both ψ. Mixed with them are
six real heroes of each kind. Sheets, letters and passes are those of experiments/by_eye.py.

The .npz holds, for the 120 drawn and 12 real heroes in this order (ψ = 1, ψ = 0.5, real shields, real empty
hands; drawn ones by direction, then seed): `first` and `second`, uint8 [132], places in "seu"; `careful` and `hasty`,
bool [132], whether that judge on pixels took the picture for a bearer. The pictures are not shipped: the course has its size.
"""

import numpy as np

from experiments import by_eye, groups
from helpers import files, latents, results

NAME = "08_truncated"
FOLDER = results.ROOT / "build_cache" / "by_eye_truncated"
ARM, EACH, REAL, PSIS = "50", 6, 6, (1.0, 0.5)
DRAWN = EACH * len(groups.SEEDS) * len(groups.DIRECTIONS)  # at each ψ


def main(arguments=None):
    """Draws pictures and sheets, or takes labels and lets the judges speak."""
    by_eye.run(__doc__, draw, scored, arguments)


def draw():
    """132 pictures, and sheets for both passes."""
    by_eye.keep(np.concatenate([*drawn(), *(group[:REAL] for group in by_eye.real())]), FOLDER)


def drawn():
    """[pictures at ψ = 1, pictures at ψ = 0.5], of the same latents."""
    models = [m for way in groups.DIRECTIONS for m in by_eye.models_of(ARM, way)]
    return [
        np.concatenate([m.decode(latents.truncate(m.noise(EACH, seed=1), psi)) for m in models])
        for psi in PSIS
    ]


def scored(*labels):
    """Puts labels back into the pictures' order, asks the judges, writes the result."""
    pictures = files.read_npz(FOLDER / "pictures.npz", cure="draw them first")["pictures"]
    passes = {
        name: np.array(
            [by_eye.LETTERS.index(x) for x in by_eye.in_order(file, number, len(pictures))],
            np.uint8,
        )
        for number, (name, file) in enumerate(zip(by_eye.PASSES, labels))
    }
    results.write(NAME, card(*passes.values()), {**passes, **asked(pictures)})


def asked(pictures):
    """{judge: bool [132]}: whether each judge took a picture for a bearer."""
    judges = groups.pixel_judges("bearers")
    return {name: groups.verdicts(judge, pictures) for name, judge in judges.items()}


def card(first, second):
    """What is said of the arrays."""
    made = slice(0, 2 * DRAWN)
    return {
        "title": "Heroes drawn at ψ = 1 and, from the same latents, at ψ = 0.5: labelled by looking, beside two judges on pixels",
        "data": "120 heroes drawn by ten GANs with both kinds in equal parts (arm 50 of 08_groups, trained anew), 12 real ones",
        "how": "one viewer, two passes within minutes, each in an order of its own; both ψ, drawn and real, and all seeds mixed; before any judge's "
        "word on one of them was read (the shares of whole sets were known); letters as in 08_by_eye",
        "letters": by_eye.LETTERS, "arm": ARM, "psis": PSIS, "seeds": list(groups.SEEDS), "each": EACH, "real": REAL,
        "agreement": {"drawn": round(float(np.mean(first[made] == second[made])), 3),
                      "real": round(float(np.mean(first[made.stop:] == second[made.stop:])), 3)},
        "command": "python -m experiments.by_eye_truncated score FIRST SECOND",
    }  # fmt: skip


if __name__ == "__main__":
    main()
