"""What does D respond to while it trains? Five damages to unseen heroes, ten seeds.

    python -m experiments.response            # writes data/results/04_response.json; under a minute

At 16 pixels, where a step costs a quarter; the plain build of lesson 04 with its recipe. At some moments of
each run D judges 200 validation heroes, whole and damaged: "noticed" is the share of pairs in which it takes
the whole one for more real (a half: it does not notice).
"""

import argparse
import pathlib

import keras
import numpy as np

from helpers import art, gan, results

NAME = "04_response"
SEEDS = range(10)
SIZE = 16
MOMENTS = (0, 50, 100, 200, 400, 600)
SPECKS = 0.03  # share of pixels that come from another hero


def main(arguments=None):
    """Trains every seed and writes the card."""
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    command.add_argument("--size", type=int, default=SIZE)
    command.add_argument("--moments", type=int, nargs="*", default=MOMENTS)
    command.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    options = command.parse_args(arguments)
    heroes = art.load("heroes").split()
    train, whole = (art.reduce(side.images, side.size // options.size) for side in heroes[:2])
    rows = []
    for seed in options.seeds:
        noticed = follow(train, whole[:200], seed, options.moments)
        rows.append({"seed": seed, "noticed": noticed})
        print(rows[-1], flush=True)
    card = {
        "title": "Share of damaged heroes that D takes for less real than the whole ones",
        "data": f"heroes of {options.size} px, 3,000 to train on, 200 validation heroes to judge",
        "moments": list(options.moments), "seeds": list(options.seeds), "rows": rows,
    }  # fmt: skip
    results.write(NAME, card, folder=options.output)


def follow(train, whole, seed, moments):
    """Trains one GAN and asks its D: {damage: [share at each moment]}."""
    shares = {name: [] for name in damages(whole)}

    def ask(model):
        logits = judge(model, whole)
        for name, bad in damages(whole).items():
            shares[name].append(round(float(np.mean(logits > judge(model, bad))), 3))

    def at(batch, logs):
        if batch + 1 in moments:
            ask(model)

    model = gan.make(train.shape[1], seed=seed, palette=0, start=False)
    ask(model)
    listener = keras.callbacks.LambdaCallback(on_train_batch_end=at)
    model.fit(train, moments[-1], callbacks=[listener], verbose=False)
    return shares


def judge(model, pictures):
    """D's logits, [n]."""
    return model.discriminator(art.to_float(pictures)).numpy()[:, 0]


def damages(whole):
    """Five damaged copies of pictures, {name: uint8 [n, size, size, 3]}; mirrored is the control."""
    rng = np.random.default_rng(0)
    specks = rng.random(whole.shape[:3] + (1,)) < SPECKS
    return {
        "mirrored": whole[:, :, ::-1],
        "other colours": whole[..., [1, 2, 0]],
        "blurred": art.reduce(whole, 2).repeat(2, axis=1).repeat(2, axis=2),
        "halves swapped": np.roll(whole, whole.shape[1] // 2, axis=1),
        "speckled": np.where(specks, rng.permutation(whole), whole),
    }


if __name__ == "__main__":
    main()
