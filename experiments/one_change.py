"""Why does the listing of lesson 01 fail? One thing changed at a time: python -m experiments.one_change

Starts from the listing in small (every block and a random head at Adam's 0.001) and changes one thing at
a time. Ten draws, three for the two arms that take longest, scored on the validation pictures, because
this looks for a cause. What has been computed is kept, arm by arm. About a quarter of an hour on two busy
cores. Writes data/results/01_one_change.json.
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
ARMS = {  # name: what is changed
    "listing": {},
    "head alone": {"blocks": 0},
    "3 blocks": {"blocks": 3},
    "linear head": {"head": "linear"},
    "0.0001 below": {"body_rate": 1e-4},
    "head first": {"warm_up": 20},
    "576 labels": {"labels": 576},
    "100 steps": {"steps": 100},
    "96 pixels": {"size": 96},
}
FEWER = {"100 steps": 3, "96 pixels": 3}  # draws of arms that take long


def accuracies(backbone, train, validation, setting, draws=DRAWS):
    """Accuracy on the validation pictures, a number a draw."""
    setting = dict(setting)
    labels, steps, warm_up = (setting.pop(key) for key in ("labels", "steps", "warm_up"))
    tuner = fine_tuning.FineTuner(backbone, 7, **setting)
    below, aside = (tuner.below(side.images, progress=False) for side in (train, validation))
    found = []
    for seed in tqdm(range(draws), leave=False):
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
    for name, change in ARMS.items():
        if name in found:
            continue
        values = accuracies(backbone, train, validation, LISTING | change, FEWER.get(name, DRAWS))
        found[name] = [round(value, 4) for value in values]
        print(f"{name:<22}{np.mean(values):.3f}  {min(values):.3f} to {max(values):.3f}")
        card = {
            "title": "The listing of lesson 01 with one thing changed at a time",
            "description": "accuracy on the validation pictures of Noto, one number a draw",
            "draws": DRAWS,
            "fewer_draws": FEWER,
            "listing": LISTING,
            "accuracy": found,
        }
        results.write(RESULT, card)


if __name__ == "__main__":
    main()
