"""Why does the listing of lesson 01 fail? One thing changed at a time: python -m experiments.one_change

Starts from the listing in small (every block and a random head at Adam's 0.001) and from the setting of
section 4, and changes one thing in each. Ten draws, scored on the validation pictures, because this looks
for a cause and chooses nothing to be proud of. What has been computed is kept, arm by arm. About ten
minutes on two free cores. Writes data/results/01_one_change.json.
"""

import numpy as np
from tqdm.auto import tqdm

from helpers import art, results, transfer
from helpers.transfer import backbones, fine_tuning

RESULT = "01_one_change"
DRAWS = 10
LISTING = {
    "blocks": 18,
    "head": "article",
    "size": 64,
    "body_rate": 1e-3,
    "batch": 16,
    "labels": 100,
    "steps": 40,
    "warm_up": 0,
}
SECTION_4 = LISTING | {
    "blocks": 3,
    "head": "linear",
    "size": 96,
    "labels": 576,
    "steps": 100,
}
ARMS = {  # name: (where it starts, what is changed)
    "listing": (LISTING, {}),
    "head alone": (LISTING, {"blocks": 0}),
    "3 blocks": (LISTING, {"blocks": 3}),
    "linear head": (LISTING, {"head": "linear"}),
    "0.0001 below": (LISTING, {"body_rate": 1e-4}),
    "head first": (LISTING, {"warm_up": 20}),
    "576 labels": (LISTING, {"labels": 576}),
    "section 4": (SECTION_4, {}),
    "100 steps": (LISTING, {"steps": 100}),
    "96 pixels": (LISTING, {"size": 96}),
    "section 4, 18 blocks": (SECTION_4, {"blocks": 18}),
}


def accuracies(backbone, train, validation, setting):
    """Accuracy on the validation pictures, a number a draw."""
    setting = dict(setting)
    labels, steps, warm_up = (setting.pop(key) for key in ("labels", "steps", "warm_up"))
    tuner = fine_tuning.FineTuner(backbone, 7, **setting)
    below, aside = (tuner.below(side.images, progress=False) for side in (train, validation))
    found = []
    for seed in tqdm(range(DRAWS), leave=False):
        rows = transfer.draw(train.labels, labels, seed)
        tuner.fit(
            below[rows],
            train.labels[rows],
            steps=steps,
            warm_up=warm_up,
            seed=seed,
            progress=False,
        )
        found.append(float(np.mean(tuner.predict(aside).argmax(1) == validation.labels)))
    return found


def main():
    train, validation, _ = art.load("emoji_noto", size=64).split()
    backbone = backbones.load("efficientnet_lite0")
    found = results.card(RESULT)["accuracy"] if RESULT in results.names() else {}
    for name, (start, change) in ARMS.items():
        if name in found:
            continue
        values = accuracies(backbone, train, validation, start | change)
        found[name] = [round(value, 4) for value in values]
        print(f"{name:<22}{np.mean(values):.3f}  {min(values):.3f} to {max(values):.3f}")
        card = {
            "title": "The listing of lesson 01 with one thing changed at a time",
            "description": "accuracy on the validation pictures of Noto, one number a draw",
            "draws": DRAWS,
            "listing": LISTING,
            "section 4": SECTION_4,
            "accuracy": found,
        }
        results.write(RESULT, card)


if __name__ == "__main__":
    main()
