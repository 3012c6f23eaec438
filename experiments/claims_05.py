"""Holds the live claims of lesson 05 over ten seeds; writes data/results/05_claims.json.

    python -m experiments.claims_05      # about 10 minutes on 2 cores

The page trains one child, one GAN from nothing and one repainted child; these are ten of each. Exercise 05.5
trains a projected D with and without its branch for single pixels; these are ten pairs of its dither.
"""

import time

import numpy as np
from tqdm import tqdm

from helpers import art, checkpoints, metrics, results
from helpers.exercises import lesson_05
from helpers.gan import projected, transfer

SEEDS = range(10)
STEPS = 150
RATES = {"generator_rate": 2e-3, "discriminator_rate": 2e-3}


def main():
    start = time.process_time()
    claims = creatures() | ink() | single_pixels()
    for claim in claims.values():
        claim["holds_in"] = int(np.sum(np.array(claim["larger"]) > claim["smaller"]))
    minutes = round((time.process_time() - start) / 60, 1)
    results.write("05_claims", {"seeds": len(SEEDS), "cpu_minutes": minutes, "claims": claims})
    print({name: claim["holds_in"] for name, claim in claims.items()})


def creatures():
    """A child of the heroes and a GAN from nothing after equal steps on 100 creatures."""
    parent, sides = checkpoints.load("heroes"), art.load("creatures").split()
    hundred, held_out = sides.train.take(100, seed=0), sides.test
    scorer = metrics.Scorer((hundred.images, held_out.images))
    known = scorer.extract(art.load("heroes").split().train.images[:500])
    judge = transfer.StyleJudge(known, scorer.train, extract=scorer.extract)
    before = judge.share(scorer.extract(parent.sample(200, seed=1)))
    rows = []
    for seed in tqdm(SEEDS, desc="creatures"):
        child = transfer.child(parent, seed=seed)
        scratch = transfer.child(parent, generator=False, discriminator=False, seed=seed, **RATES)
        for model in (child, scratch):
            model.fit(hundred, STEPS, verbose=False)
        found = [scorer.extract(model.sample(200, seed=1)) for model in (child, scratch)]
        kids = [metrics.kid(some, scorer.held_out) for some in found]
        covered = [metrics.density_and_coverage(s[:100], scorer.held_out)[1] for s in found]
        rows.append([*kids, *covered, judge.share(found[0])])
    child_kid, scratch_kid, child_covers, scratch_covers, share = np.transpose(rows)
    return {
        "scratch is farther from creatures than the child": pair(scratch_kid, child_kid),
        "the child covers more": pair(child_covers, scratch_covers),
        "the child has begun to leave": pair(share, np.full(len(SEEDS), before + 0.1)),
    }


def ink():
    """A city by day, repainted for ink, before and after 100 steps."""
    town, sides = checkpoints.load("city_day_32"), art.load("city_ink", size=32).split()
    some = sides.train.take(200, seed=0)
    scorer = metrics.Scorer((some.images, sides.test.images[:200]))
    kid = lambda model: metrics.kid(  # noqa: E731  (one expression, used three times)
        scorer.extract(model.sample(100, seed=1)), scorer.held_out
    )
    rows = []
    for seed in tqdm(SEEDS, desc="ink"):
        child = transfer.child(town, colours=some.images, seed=seed, **transfer.REPAINT)
        repainted = kid(child)
        child.fit(some, 100, verbose=False)
        rows.append([repainted, kid(child)])
    repainted, trained = np.transpose(rows)
    return {
        "new paint alone is nearer to ink": pair(np.full(len(SEEDS), kid(town)), repainted),
        "100 steps bring it nearer still": pair(repainted, trained),
    }


def single_pixels():
    """The projected D of lesson 05 without and with its branch for single pixels: dither after 300 steps."""
    parent = checkpoints.load("heroes")
    hundred = art.load("creatures").split().train.take(100, seed=0)
    rows = []
    for seed in tqdm(SEEDS, desc="single pixels"):
        for pixels in (0, 16):
            form = projected.Form(pixels=pixels)
            model = transfer.child(parent, discriminator=form, seed=seed)
            model.fit(hundred, 300, verbose=False)
            rows.append(lesson_05.dither(model.sample(200, seed=1)))
    without, beside = np.reshape(rows, (-1, 2)).T
    return {"the branch for single pixels lowers dither": pair(without, beside)}


def pair(larger, smaller):
    return {"larger": np.round(larger, 3).tolist(), "smaller": np.round(smaller, 3).tolist()}


if __name__ == "__main__":
    main()
