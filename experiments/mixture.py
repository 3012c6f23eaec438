"""Lesson 05's mixture: which share of a GAN's pictures belongs to the second art, for three λ.

    python -m experiments.mixture      # data/results/05_mixture.json and .npz; about 12 minutes on 2 cores

The .npz holds, for each λ, 16 pictures of seed 0 (uint8 [3, 16, 16, 16, 3]) and the brightness of each
of its 1,000 pictures (float32 [3, 1000], 0 … 255).
"""

import numpy as np

from helpers import art, results
from helpers.gan import networks, transfer

SEEDS, LAMS, STEPS, SAMPLES = range(10), (1 / 3, 1.0, 3.0), 800, 1000
BETWEEN = 131  # brightness between the two arts: day 187 ± 8, neon 75 ± 7


def main():
    """Trains 30 small GANs and writes the card and what is shown of them."""
    day, neon = (
        art.reduce(art.load(n, size=32).split().train.images, 2) for n in ("city_day", "city_neon")
    )
    rows, shown = [], []
    for lam in LAMS:
        for seed in SEEDS:
            pictures = drawn(lam, seed, day, neon)
            brightness = pictures.astype(float).mean(axis=(1, 2, 3))
            rows.append({"lam": lam, "seed": seed, "share": float(np.mean(brightness < BETWEEN))})
            print(rows[-1], flush=True)
            if seed == 0:
                shown.append((pictures[:16], brightness.astype(np.float32)))
    write(rows, *map(np.stack, zip(*shown)))


def drawn(lam, seed, day, neon):
    """Pictures of a GAN after STEPS steps: uint8 [SAMPLES, 16, 16, 3]."""
    model = transfer.Mixture(
        networks.generator(16, palette=0, seed=seed),
        networks.discriminator(16, seed=seed),
        seed=seed, first=day, lam=lam,
    )  # fmt: skip
    model.compile(batch_size=32, r1=0.0)
    model.fit(neon, STEPS, verbose=False)
    return model.sample(SAMPLES, seed=0)


def write(rows, pictures, brightness):
    """The card with its rows, and the pictures."""
    card = {
        "title": "A GAN on a mixture of two arts: share of its pictures that belong to the second",
        "data": "city_day and city_neon, 1,500 training pictures each, 16 px",
        "lams": LAMS, "seeds": list(SEEDS), "steps": STEPS, "samples": SAMPLES,
        "rows": rows,
    }  # fmt: skip
    results.write("05_mixture", card, {"pictures": pictures, "brightness": brightness})


if __name__ == "__main__":
    main()
