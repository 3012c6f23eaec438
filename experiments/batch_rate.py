"""A batch four times as large: with which learning rate does it learn as well?

    python -m experiments.batch_rate 0 1 2 3     # these seeds; merged into data/results/09_batch_rate.json

Every run sees as many pictures: 1,200 steps of 16, or 300 steps of 64, as four workers would take
them. The large batch is tried with the rate of the small one, with twice and with four times it.
KID of 500 pictures against the 1,000 held-out heroes; networks of width 16.
"""

import sys

from helpers import art, gan, metrics, results

NAME = "09_batch_rate"
ARMS = {"16 × 1": (16, 1), "64 × 1": (64, 1), "64 × 2": (64, 2), "64 × 4": (64, 4)}
PICTURES, SCORED, WIDTH = 19_200, 500, 16


def main(seeds):
    """Trains all arms with these seeds."""
    split = art.load("heroes").split()
    scorer = metrics.Scorer((split.train.images[:1000], split.test.images))
    runs = results.card(NAME)["runs"] if NAME in results.names() else {}
    for seed in seeds:
        for arm, (batch, factor) in ARMS.items():
            kid = run(split.train.images, scorer, batch, factor, int(seed))
            runs[f"{arm}, seed {seed}"] = round(kid, 4)
            print(arm, seed, round(kid, 3), flush=True)
        about = {
            "what": __doc__.splitlines()[0],
            "arms": "batch × factor of the rate",
            "runs": runs,
        }
        results.write(NAME, about)


def run(images, scorer, batch, factor, seed):
    """Trains one GAN; returns its KID."""
    rate = factor * gan.RECIPE["generator_rate"]
    model = gan.make(
        32, width=WIDTH, seed=seed, batch_size=batch, generator_rate=rate, discriminator_rate=rate
    )
    model.fit(images, PICTURES // batch, verbose=False)
    return float(metrics.kid(scorer.extract(model.sample(SCORED, seed=1)), scorer.held_out))


if __name__ == "__main__":
    main(sys.argv[1:])
