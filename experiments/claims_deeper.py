"""Holds the claims of the optional pages 04, 05 and 06 over ten draws.

    python -m experiments.claims_deeper      # data/results/0?_deeper_claims.json; some minutes on 2 cores
    python -m experiments.claims_deeper 06   # of one page
    python -m experiments.claims_deeper 06 --parts patches   # one part; the card keeps the others

The pages use one set of latents, weights or pictures each, to stay quick; these are the same
comparisons with ten others. What was trained for them is shipped: nothing is trained here.
"""

import argparse
import functools
import time

import numpy as np
from tqdm import tqdm

from experiments.claims_06 import inked, redness
from helpers import art, checkpoints, latents, metrics, results
from helpers.gan import networks
from helpers.latents import blending, directions

DRAWS = range(10)


def main(arguments=None):
    """Measures each pair (what the page says is larger, what is smaller) ten times; a card a page.

    The card is written after each part of a page: a run that is stopped leaves what it has.
    """
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("pages", nargs="*", choices=list(PAGES), default=list(PAGES))
    command.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    options = command.parse_args(arguments)
    for page in options.pages:
        name = f"{page}_deeper_claims"
        kept = results.card(name) if options.parts != PARTS and name in results.names() else {}
        claims, before = kept.get("claims", {}), kept.get("cpu_minutes", 0)
        start = time.process_time()
        for part in [part for part in PAGES[page] if part.__name__ in options.parts]:
            rows = [part(seed) for seed in tqdm(DRAWS, desc=f"{page} {part.__name__}")]
            claims |= {name: counted(rows, name) for name in rows[0]}
            minutes = round(before + (time.process_time() - start) / 60, 1)
            card = {"draws": len(DRAWS), "cpu_minutes": minutes, "claims": claims}
            results.write(name, card)
        print({name: claim["holds_in"] for name, claim in claims.items()})


def counted(rows, name):
    """One claim of all draws: both sides and in how many draws it holds."""
    larger, smaller = (np.array([row[name][side] for row in rows], float) for side in (0, 1))
    return {"larger": larger.round(4).tolist(), "smaller": smaller.round(4).tolist(),
            "holds_in": int(np.sum(larger > smaller))}  # fmt: skip


# ---- deeper/04


def batch_norm(seed):
    """The logit of one hero in two companies; D and the hero are other ones at each draw."""
    images = art.load("heroes").split().train.images[20 * seed :]
    mended, hero = networks.article_discriminator(seed=seed), art.to_float(images[:1])
    answers = [
        float(mended(np.concatenate([hero, some]), training=True)[0, 0])
        for some in (art.to_float(images[1:16]), np.ones([15, 32, 32, 3], "float32"))
    ]
    return {"batch norm in D: the same hero, two answers": (abs(answers[0] - answers[1]), 0.1)}


def vote(seed):
    """Specks of the shipped heroes, as drawn and with a vote of each pixel's neighbours."""
    import keras

    generator = heroes()
    palette = generator.layers[-1]
    z = latents.noise(generator, 200, seed=100 + seed)
    features = keras.Model(generator.inputs[0], palette.input)(z)
    shares, colours = np.array(palette.shares(features)), np.array(palette.chosen(features))
    around = sum(np.roll(shares, move, axis) for move in (-1, 1) for axis in (1, 2)) / 4
    firm = (0.7 * shares + 0.3 * around) ** 2
    voted = firm / firm.sum(axis=-1, keepdims=True)
    drawn, calmed = (
        specks(art.to_uint8(np.einsum("nyxk,nkc->nyxc", some, colours))) for some in (shares, voted)
    )
    return {"the neighbours' vote takes specks away": (drawn, calmed)}


def specks(pictures):
    """Share of inked pixels that differ from all four neighbours by more than 50 levels."""
    x, ink = pictures.astype(int), (pictures < 255).any(axis=-1)
    apart = [np.abs(x - np.roll(x, move, axis)).max(axis=-1) for move in (-1, 1) for axis in (1, 2)]
    return np.mean((np.min(apart, axis=0) > 50)[ink])


def bias(seed):
    """Fréchet distance and KID of equal sets, 40 pairs of 500 vectors of dimension 16."""
    rng = np.random.default_rng(100 + seed)
    pairs = [(rng.normal(size=(500, 16)), rng.normal(size=(500, 16))) for _ in range(40)]
    frechet = np.mean([metrics.frechet_distance(x, y) for x, y in pairs])
    kids = np.array([metrics.kid(x, y) for x, y in pairs])
    return {
        "Fréchet distance of equal sets within 10 % of the formula": (
            0.1,
            abs(frechet / metrics.frechet_bias(16, 500) - 1),
        ),
        "KID of equal sets 0 within three standard errors": (
            3 * kids.std() / 40**0.5,
            abs(kids.mean()),
        ),
    }


# ---- deeper/05


def half_and_half(seed):
    """KID of the parent's pictures, the shipped creatures' and half of each."""
    scorer, kid = creatures_scorer()
    parent, shipped = (checkpoint(name) for name in ("heroes", "creatures"))
    before, drawn = (scorer.extract(g.sample(200, seed=100 + seed)) for g in (parent, shipped))
    half = kid(np.concatenate([before, drawn]))
    formula = (kid(before) + kid(drawn)) / 2 - metrics.kid(before, drawn) / 4
    return {
        "half heroes score better than the shipped creatures": (kid(drawn), half),
        "half and half is within .02 of the formula": (0.02, abs(half - formula)),
    }


def renumbering(seed):
    """KID to both arts of the half-way mixture, with the child and with the child renumbered."""
    scorer, _ = creatures_scorer()
    first, second = heroes(), checkpoint("creatures").averaged_generator
    twin, z = renumbered(second, seed), latents.noise(first, 200, seed=100 + seed)
    own = latents.noise(first, 256)
    mixtures = [blending.blend(first, child, 0.5, latents=own) for child in (second, twin)]
    kids = [metrics.kid(scorer.extract(latents.decode(g, z)), both_arts()) for g in mixtures]
    gap = np.abs(np.array(twin(z[:50])) - np.array(second(z[:50]))).max()
    return {
        "renumbered, it draws the same to a thousandth": (1e-3, gap),
        "mixed with the heroes its KID is half as high again": (kids[1], 1.5 * kids[0]),
    }


def renumbered(generator, seed):
    """A generator that draws the same, the channels of its last hidden layer in another order."""
    twin = blending.copy(generator)
    up, norm, palette = (twin.get_layer(name) for name in ("up2", "norm2", "palette"))
    order = np.random.default_rng(seed).permutation(up.filters)
    written = [(up.kernel, 2), (up.bias, 0), *((w, 0) for w in norm.weights)]
    for variable, axis in [*written, (palette.where.kernel, 3), (palette.hidden.kernel, 0)]:
        variable.assign(np.take(variable, order, axis))
    return twin


# ---- deeper/06


def sampled_directions(seed):
    """|cos| of the five strongest directions, by sampling and from the weights."""

    def agree(generator):
        sampled = directions.principal_directions(generator, 5, seed=seed)
        return np.abs((sampled * directions.closed_form_directions(generator, 5)).sum(axis=1))

    return {
        "PCA: all five agree to .9": (agree(heroes()).min(), 0.9),
        "untrained: none of the five to .9": (0.9, agree(networks.generator(seed=seed)).max()),
    }


def not_bigger(seed):
    """How much of the figures' growth is left when its direction is taken out of "redder"."""
    z, many, pictures = sets(heroes(), seed)
    redder, bigger = (
        directions.directions_by_regression(many, score(pictures)) for score in (redness, inked)
    )
    apart = unit(redder - (redder @ bigger) * bigger)
    rest, with_size, without = (
        inked(latents.decode(heroes(), z + 4 * v)).mean() for v in (0 * redder, redder, apart)
    )
    return {
        "redder, not bigger: less than a third of the growth": ((with_size - rest) / 3, without - rest)
    }  # fmt: skip


def knob_of_creatures(seed):
    """Share of creatures that become redder: along the heroes' knob, random ones, their own."""
    creatures = checkpoint("creatures").averaged_generator
    z, many, pictures = sets(heroes(), seed)
    redder = directions.directions_by_regression(many, redness(pictures))
    theirs = directions.directions_by_regression(many, redness(latents.decode(creatures, many)))
    at_rest = redness(latents.decode(creatures, z))

    def turned(v):
        return np.mean(redness(latents.decode(creatures, z + 4 * v)) > at_rest)

    random = [turned(unit(v)) for v in np.random.default_rng(seed).normal(size=(10, 100))]
    best = max(random)
    return {
        "creatures: the heroes' knob is no better than the best of ten random ones": (
            best + 1e-9,
            turned(redder),
        ),
        "creatures: their own knob is better than all ten": (turned(theirs), best),
    }


def parts(seed):
    """How often the nearest patch is an unseen hero's: of drawn heroes, of copies with a grain."""
    split = art.load("heroes").split()
    drawn = latents.decode(heroes(), latents.noise(heroes(), 200, seed=100 + seed))
    some = split.train.images[200 * seed :][:200]
    grain = np.random.default_rng(seed).normal(0, 25, some.shape)
    copies = np.clip(some + grain, 0, 255).astype(np.uint8)
    return {
        "drawn parts: the nearest is unseen at least 12 times in 100": (unseen_share(drawn), 0.12),
        "copies with a grain: fewer than 7 times": (0.07, unseen_share(copies)),
    }


def unseen_share(pictures):
    """Of 3,000 training and 500 validation heroes: how many of the nearest patches are unseen ones."""
    split, counted = art.load("heroes").split(), []
    train, unseen = (
        np.concatenate([x, x[:, :, ::-1]]) for x in (split.train.images, split.validation.images)
    )
    for distances in patch_tables(pictures, np.concatenate([train, unseen])):
        near = distances <= distances.min(axis=1, keepdims=True) + 0.5  # equally near: each in part
        counted.append(near[:, len(train) :].sum(axis=1) / near.sum(axis=1))
    return np.mean(np.concatenate(counted))


def patches(seed):
    """Share of patches with an exact twin in the training pictures: unseen real heroes, drawn ones."""
    split = art.load("heroes").split()
    unseen = np.concatenate([split.validation.images, split.test.images])
    some = unseen[np.random.default_rng(seed).permutation(len(unseen))[:200]]
    drawn = latents.decode(heroes(), latents.noise(heroes(), 200, seed=100 + seed))
    old, new = (np.mean(patch_distances(p) < 5) for p in (some, drawn))
    return {
        "of unseen heroes one patch in ten is an exact old one": (old, 0.1),
        "of drawn heroes at most one in a hundred": (0.01, new),
    }


def patch_distances(pictures, side=8, step=4):
    """Distance of each inked patch to the nearest training patch at its place, mirrored ones too."""
    images = art.load("heroes").split().train.images
    train = np.concatenate([images, images[:, :, ::-1]])
    return np.concatenate([d.min(axis=1) for d in patch_tables(pictures, train, side, step)])


def patch_tables(pictures, known, side=8, step=4):
    """Place by place: distances of each inked patch to all patches of known pictures."""
    for y, x in np.ndindex(7, 7):
        place = np.s_[:, step * y : step * y + side, step * x : step * x + side]
        some, old = (p[place].reshape(len(p), -1).astype(np.float32) for p in (pictures, known))
        squares = (some**2).sum(axis=1)[:, None] - 2 * some @ old.T + (old**2).sum(axis=1)
        ink = (pictures[place] < 245).any(axis=-1).mean(axis=(1, 2)) > 0.25
        yield np.sqrt(np.maximum(squares[ink], 0) / some.shape[1])


# ---- what several need


@functools.cache
def checkpoint(name):
    return checkpoints.load(name)


def heroes():
    return checkpoint("heroes").averaged_generator


@functools.cache
def creatures_scorer():
    """Features of the page's hundred creatures and of the held-out ones, and KID to the latter."""
    split = art.load("creatures").split()
    scorer = metrics.Scorer((split.train.take(100, seed=0).images, split.test.images))
    return scorer, lambda found: metrics.kid(found, scorer.held_out)


@functools.cache
def both_arts():
    """Features of a hundred held-out heroes and of the held-out creatures."""
    scorer, _ = creatures_scorer()
    return np.concatenate(
        [scorer.extract(art.load("heroes").split().test.images[:100]), scorer.held_out]
    )


def sets(generator, seed):
    """500 latents to try on, 2,000 to learn from and their pictures."""
    many = latents.noise(generator, 2000, seed=200 + seed)
    z = latents.noise(generator, 500, seed=100 + seed)
    return z, many, latents.decode(generator, many)


def unit(v):
    return v / np.linalg.norm(v)


PAGES = {
    "04": (batch_norm, vote, bias),
    "05": (half_and_half, renumbering),
    "06": (sampled_directions, not_bigger, knob_of_creatures, patches, parts),
}
PARTS = [part.__name__ for page in PAGES.values() for part in page]


if __name__ == "__main__":
    main()
