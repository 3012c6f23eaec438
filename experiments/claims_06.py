"""Holds the claims of lesson 06 over ten draws.

    python -m experiments.claims_06      # data/results/06_claims.json; about 10 minutes on 2 cores

The pages use one set of latents each, to stay quick; these are the same comparisons with ten others.
"""

import functools
import itertools
import time

import numpy as np

from helpers import art, checkpoints, latents, metrics, results
from helpers.latents import directions, inversion

DRAWS = range(10)


def main():
    """Measures each pair (what the page says is larger, what is smaller) ten times and writes the card."""
    start = time.process_time()
    heroes = checkpoints.load("heroes").averaged_generator
    found = [draw(heroes, seed) for seed in DRAWS]
    told = [figures_told(heroes, seed) for seed in DRAWS]
    claims = {}
    for name in found[0]:
        larger, smaller = (np.array([row[name][side] for row in found]) for side in (0, 1))
        claims[name] = {"larger": larger.astype(float).round(3).tolist(),
                        "smaller": smaller.astype(float).round(3).tolist(),
                        "holds_in": int(np.sum(larger > smaller))}  # fmt: skip
    card = {"draws": len(DRAWS), "cpu_minutes": round((time.process_time() - start) / 60, 1), "claims": claims,
            "figures": {name: [round(float(row[name]), 3) for row in told] for name in told[0]}}  # fmt: skip
    results.write("06_claims", card)
    print({name: claim["holds_in"] for name, claim in claims.items()})


def draw(heroes, seed):
    """One draw's comparisons: {claim: (what is said to be larger, what is said to be smaller)}."""
    z = latents.noise(heroes, 1000, seed=100 + seed)
    return (
        path(heroes, z)
        | truncation(heroes, z)
        | direction(heroes, z, seed)
        | search(heroes, z, seed)
        | nearest(heroes, z)
    )


def path(heroes, z):
    def contrast(way):
        return latents.decode(heroes, way).astype(float).std(axis=(1, 2, 3)).mean()

    a, b = z[:200], z[200:400]
    ends = (contrast(a) + contrast(b)) / 2
    line, circle = contrast(latents.lerp(a, b, 0.5)), contrast(latents.slerp(a, b, 0.5))
    return {"halfway on the line paler by 1": (ends - 1, line),
            "halfway on the circle not, within 1": (1, abs(circle - ends))}  # fmt: skip


@functools.cache
def real_heroes():
    return look(art.load("heroes").split().test.images[:300])


def truncation(heroes, z):
    little, half, most, whole = (
        metrics.density_and_coverage(look(latents.decode(heroes, psi * z[:300])), real_heroes())
        for psi in (0.3, 0.5, 0.7, 1)
    )
    return {
        "ψ = .7 raises density": (most[0], whole[0]),
        "ψ = .5 raises density": (half[0], whole[0]),
        "ψ = .3 raises density": (little[0], whole[0]),
        "ψ = .7 costs coverage": (whole[1], most[1]),
        "ψ = .5 costs more, .05 or over": (min(most[1], whole[1] - 0.05), half[1]),
        "ψ = .3 costs .1 of coverage": (whole[1] - 0.1, little[1]),
    }


def look(pictures):
    return metrics.features(pictures, progress=False)


def redness(pictures):
    pictures = pictures.astype(float)
    return (pictures[..., 0] - pictures[..., 1:].mean(axis=-1)).mean(axis=(1, 2))


def apart(one, other):
    """Distance of pictures in colour steps, the mean over pairs: root mean square of their pixels' differences."""
    return np.sqrt(((one.astype(float) - other) ** 2).mean(axis=(1, 2, 3))).mean()


def inked(pictures):
    return (pictures < 245).any(axis=-1).mean(axis=(1, 2))


def direction(heroes, z, seed):
    many = latents.noise(heroes, 2000, seed=200 + seed)
    red = redness(latents.decode(heroes, many))
    redder = directions.directions_by_regression(many, red)
    before, after = (redness(latents.decode(heroes, z[:500] + steps * redder)) for steps in (0, 4))
    random = np.random.default_rng(seed).normal(size=(10, 100))
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    own = directions.closed_form_directions(heroes, 5)
    reds, others = many[np.argsort(red)[-40:]], many[np.argsort(red)[:1000]]
    sums = np.stack([latents.combine([one, reds], [others]) for one in z[:200]])
    return {
        "9 of 10 new heroes become redder": (np.mean(after > before), 0.9),
        "by two standard deviations": ((after - before).mean(), 2 * before.std()),
        "own directions move more than random ones": (
            min(change_of(heroes, z, v) for v in own),
            max(change_of(heroes, z, v) for v in random),
        ),
        "arithmetic makes 8 of 10 redder": (
            np.mean(redness(latents.decode(heroes, sums)) > before[:200]),
            0.8,
        ),
    }


def figures_told(heroes, seed):
    """What the page's answers tell of ten draws, beside its claims: {name: value}."""
    creatures = checkpoints.load("creatures").averaged_generator
    z, many = (
        latents.noise(heroes, 1000, seed=100 + seed),
        latents.noise(heroes, 2000, seed=200 + seed),
    )
    pictures = latents.decode(heroes, many)
    red = redness(pictures)
    redder, bigger = (
        directions.directions_by_regression(many, score) for score in (red, inked(pictures))
    )
    apart_from_size = redder - (redder @ bigger) * bigger
    apart_from_size /= np.linalg.norm(apart_from_size)
    few, dealt = many[:200], np.random.default_rng(seed).permutation(red[:200])
    redder_of_few = directions.directions_by_regression(few, red[:200])
    random = np.random.default_rng(seed).normal(size=(5, 100))
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    moved = {name: latents.decode(heroes, z[:500] + 4 * v) for name, v in
             {"nowhere": 0 * redder, "redder": redder, "same size": apart_from_size, "few": redder_of_few}.items()}  # fmt: skip
    before = redness(moved["nowhere"])

    def share(generator, v):
        before, after = (redness(latents.decode(generator, z[:500] + s * v)) for s in (0, 4))
        return np.mean(after > before)

    return {
        "R² of redness on new heroes": np.corrcoef(z[:500] @ redder, before)[0, 1] ** 2,
        "size at 0": inked(moved["nowhere"]).mean(), "size at +4": inked(moved["redder"]).mean(),
        "redness of what is not paper": before.mean() / inked(moved["nowhere"]).mean(),
        "gain of redness at +4": (redness(moved["redder"]) - before).mean(),
        "without size: redder": np.mean(redness(moved["same size"]) > before),
        "without size: gain of redness": (redness(moved["same size"]) - before).mean(),
        "without size: size": inked(moved["same size"]).mean(),
        "from 200: R²": fitted(few, red[:200]), "from 200, dealt out: R²": fitted(few, dealt),
        "from 200: redder": np.mean(redness(moved["few"]) > before),
        "creatures: redder": share(creatures, redder),
        "creatures: least of five random": min(share(creatures, v) for v in random),
        "creatures: most of five random": max(share(creatures, v) for v in random),
        "two different heroes": apart(moved["nowhere"][:200], moved["nowhere"][200:400]),
        "own directions, mean": np.mean([change_of(heroes, z, v) for v in directions.closed_form_directions(heroes, 5)]),
        "random directions, mean": np.mean([change_of(heroes, z, v) for v in random]),
    }  # fmt: skip


def change_of(heroes, z, v):
    return apart(latents.decode(heroes, z[:200] + v), latents.decode(heroes, z[:200] - v))


def fitted(z, score):
    columns = np.column_stack([np.ones(len(z)), z])
    rule = columns @ np.linalg.lstsq(columns, score, rcond=None)[0]
    return 1 - np.var(score - rule) / np.var(score)


def search(heroes, z, seed):
    found = inversion.invert(heroes, latents.decode(heroes, z[:1])[0], seed=seed, progress=False)
    best, worst = (127.5 * end(found.losses) ** 0.5 for end in (np.min, np.max))
    return {
        "own picture found within 40 colour steps": (40, best),
        "worst start 1.4 times as far": (worst, 1.4 * best),
    }


def nearest(heroes, z):
    split = art.load("heroes").split()
    unseen = np.concatenate([split.validation.images, split.test.images])  # 1,000, as are drawn

    def flat(pictures):
        return pictures.astype(np.float32).reshape(len(pictures), -1)

    known = flat(np.concatenate([split.train.images, split.train.images[:, :, ::-1]]))
    lengths = (known**2).sum(axis=1)

    def distances(pictures):
        squares = []
        for moved in itertools.product((-1, 0, 1), repeat=2):
            x = flat(np.roll(pictures, moved, axis=(1, 2)))
            squares.append(((x**2).sum(axis=1)[:, None] - 2 * x @ known.T + lengths).min(axis=1))
        return np.sqrt(np.min(squares, axis=0) / known.shape[1])

    drawn, usual = distances(latents.decode(heroes, z)), distances(unseen)
    return {"drawn heroes keep .8 of the usual distance": (np.median(drawn), 0.8 * np.median(usual)),
            "none of 1,000 nearer than the nearest real one": (drawn.min(), usual.min())}  # fmt: skip


if __name__ == "__main__":
    main()
