"""A generator that was trained in a page, saved as the command saves its runs: with a card."""

import numpy as np

from helpers import checkpoints, figures, files, places
from helpers.train import cards, folder, pictures

COMMAND = "trained in a page, saved by train.keep"
_SHOWN = 64  # pictures on the sheet


def keep(model, mine, output, *, init, seconds, scores, copies):
    """See train.keep."""
    place = folder.Folder(places.own(output))
    _check_free(place)
    train = mine.split().train.images
    with place.open():
        place.clear()
        small = model.save_checkpoint(place.path / folder.CHECKPOINT, full=False, dtype="float16")
        place.card = {
            "data": f"{mine.name}: {len(train)} pictures, {model.size} px",
            **{key: mine.card[key] for key in pictures.OWN if key in mine.card},
            "command": COMMAND, "init": init, "before": cards.before(init),
            "seed": model.seed, "steps": model.step_count, "seconds": round(float(seconds), 1),
            **cards.made(model, "float32"), "sha256": checkpoints.sha256(small),
            "scores": {name: np.round(value, 4).tolist() for name, value in (scores or {}).items()},
            **({"copies": cards.told(copies)} if copies is not None else {}),
        }  # fmt: skip
        place.write_card()
        drawn = model.sample(_SHOWN, seed=0)
        files.write_npz(place.path / folder.SAMPLES, {"images": drawn})
        sheet = figures.tile(drawn, columns=8)
        made = figures.to_png(sheet, max(1, 768 // sheet.shape[1]), software=figures.MADE)
        files.write_bytes(place.path / folder.SHEET, made)
    return place.path


def _check_free(place):
    """Only what a page saved here earlier may go."""
    if place.holds_a_run() and place.read_card().get("command") != COMMAND:
        raise ValueError(
            f"{place.path} holds a run of `python -m helpers.train`: give another folder, such as my_art/mine_2"
        )
