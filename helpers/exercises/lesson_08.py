"""Lesson 08: an AUC from pairs, shares behind a confusion matrix, slopes added up on a way."""

import functools

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register

# ---- 08.1


def _pairs(members, others):
    return members[:, None], others[None]


def _auc(members, others):
    m, o = _pairs(members, others)
    return np.mean(m > o) + np.mean(m == o) / 2


def _strict(members, others):
    return np.mean(np.greater(*_pairs(members, others)))


def _best_cut(members, others):
    """Share named right by a threshold at the median of all scores."""
    cut = np.median(np.concatenate([members, others]))
    return (np.mean(members > cut) + np.mean(others <= cut)) / 2


SCORES = (
    (np.array([0.9, 0.8, 0.35, 0.1]), np.array([0.7, 0.3, 0.25])),
    (np.array([2.0, 1.0, 1.0, 0.5, 0.0]), np.array([1.0, 0.5, 0.5, -1.0])),
    (np.array([-3.0, -2.5, -1.0]), np.array([-2.0, -0.5, -0.5])),
    (np.array([0.2, 0.9, 0.3]), np.array([0.4, 0.1, 0.6, 0.5])),
    (np.array([3.0, 1.0, 2.0]), np.array([2.0, 0.0])),  # one tie: no ½ by luck
)

register(
    "08.1",
    Exercise(
        title="how often a member scores higher than a non-member",
        right=_auc,
        wants="one number from 0 to 1",
        ideas=(
            Idea(
                (
                    lambda members, others: 1 - _auc(members, others),
                    lambda members, others: np.mean(others[:, None] > members[None]),
                    lambda members, others: np.mean(others[:, None] >= members[None]),
                ),
                "this is the AUC from the wrong side: it counts how often a *non-member* is higher. "
                "An attack that gives everybody away would get 0",
            ),
            Idea(
                (
                    lambda members, others: max(_auc(members, others), 1 - _auc(members, others)),
                    lambda members, others: max(
                        _strict(members, others), 1 - _strict(members, others)
                    ),
                    lambda members, others: max(_strict(members, others), _strict(others, members)),
                ),
                "an AUC below .5 is turned round here. That needs the answers, which an attacker "
                "does not have; and luck alone would then always end above .5",
            ),
            Idea(
                lambda members, others: np.mean(np.greater(*_pairs(members, others))),
                "right, but for ties: where both scores are equal the attack has to guess, and is "
                "right half of the time",
            ),
            Idea(
                lambda members, others: np.mean(np.greater_equal(*_pairs(members, others))),
                "ties are counted as hits here; where both scores are equal the attack has to "
                "guess, and is right half of the time",
            ),
            Idea(
                (
                    lambda members, others: np.mean([m > o for m, o in zip(members, others)]),
                    lambda members, others: np.mean(members > others),
                ),
                "this compares the first with the first, the second with the second …; *every* "
                "member is to be compared with *every* non-member",
            ),
            Idea(
                _best_cut,
                "this is how many are named right with one threshold, the middle of all scores. "
                "The AUC needs no threshold",
            ),
            Idea(
                (
                    lambda members, others: np.mean(members > np.mean(others)),
                    lambda members, others: np.mean(members > np.median(others)),
                ),
                "this compares members with the *middle* of the others; every member is to be "
                "compared with every non-member",
            ),
            Idea(
                lambda members, others: np.mean(members) - np.mean(others),
                "this is how far the two means lie apart, in the unit of the scores; the AUC "
                "counts pairs",
            ),
            Idea(
                lambda members, others: float(np.mean(members) > np.mean(others)),
                "this compares two means and knows only which is higher; every member is to be "
                "compared with every non-member",
            ),
            Idea(
                lambda members, others: (
                    _strict(members, others) / (_strict(members, others) + _strict(others, members))
                ),
                "the pairs with equal scores are left out here. They count, too, as ½",
            ),
            Idea(
                (
                    lambda members, others: _auc(members, others) * len(members) * len(others),
                    lambda members, others: _strict(members, others) * len(members) * len(others),
                ),
                "this is the number of pairs (the U of Mann and Whitney); divide it by how many pairs "
                "there are",
            ),
            Idea(
                (
                    lambda members, others: 100 * _auc(members, others),
                    lambda members, others: 2 * _auc(members, others) - 1,
                ),
                "right, on another scale: 0 is wanted for always lower, ½ for luck, 1 for always higher",
            ),
        ),
        hints=(
            "make all pairs: `members[:, None]` against `others[None]`",
            "the mean of a table of True and False is a share; equal scores count ½",
        ),
        probes=SCORES,
        names=("members", "others"),
        praise="No threshold, no unit: .5 knows nothing, 1 knows everybody.",
    ),
)

# ---- 08.2


def _rates(confusion):
    return confusion / confusion.sum(axis=1, keepdims=True)


def _columns(confusion):
    return confusion / confusion.sum(axis=0)


def _clipped(shares):
    shares = np.clip(shares, 0, 1)
    return shares / shares.sum()


def _solved(said, table):
    return np.linalg.solve(table, said / said.sum())


def _not_negative(said, confusion):
    from scipy.optimize import nnls

    return _clipped(nnls(_rates(confusion).T, said / said.sum())[0])


def _shares(said, confusion):
    return _clipped(_solved(said, _rates(confusion).T))


CONFUSIONS = (
    (np.array([300, 60, 40]), np.array([[95, 3, 2], [12, 180, 8], [5, 5, 40]])),
    (np.array([1, 199]), np.array([[45, 5], [20, 180]])),
    (np.array([150, 2, 48]), np.array([[80, 10, 10], [4, 40, 6], [10, 10, 180]])),
)

register(
    "08.2",
    Exercise(
        title="the shares behind a judge's confusion matrix",
        right=_shares,
        wants="an array [k] of shares that add up to 1",
        ideas=(
            Idea(
                lambda said, confusion: said / said.sum(),
                "this takes the judge at its word: a share left uncorrected. The table says how "
                "often it errs",
            ),
            Idea(
                lambda said, confusion: said,
                "these are the counts as the judge gave them: shares are wanted, and corrected ones",
            ),
            Idea(
                (
                    lambda said, confusion: _solved(said, _rates(confusion)),
                    lambda said, confusion: _clipped(_solved(said, _rates(confusion))),
                ),
                "the table stands the wrong way: o_j = Σ_i π_i C_ij sums over the *true* groups, "
                "the rows, so that Cᵀ π = o is to be solved",
            ),
            Idea(
                lambda said, confusion: _solved(said, _rates(confusion).T),
                "right inside; but one of these shares lies below 0 or above 1, where no share "
                "does. Clip, then divide by the sum",
            ),
            Idea(
                lambda said, confusion: np.clip(_solved(said, _rates(confusion).T), 0, 1),
                "clipped, and now they do not add up to 1 any more: divide by their sum",
            ),
            Idea(
                lambda said, confusion: 100 * _shares(said, confusion),
                "right, in per cent; asked are shares, together 1",
            ),
            Idea(
                lambda said, confusion: np.round(_shares(said, confusion), 2),
                "right, but rounded to two places: leave the rounding to whoever prints them",
            ),
            Idea(
                (
                    lambda said, confusion: _clipped(_solved(said, _columns(confusion).T)),
                    lambda said, confusion: _clipped(_solved(said, _columns(confusion))),
                ),
                "the columns are divided by their sums here. Asked are the rows: how often a *true* i "
                "is called j",
            ),
            Idea(
                lambda said, confusion: _not_negative(said, confusion),
                "this finds the shares at or above 0 that fit best: another good way. Here: "
                "solve, cut off, divide by the sum, so that answers can be compared",
            ),
            Idea(
                (
                    lambda said, confusion: _solved(said, confusion.T),
                    lambda said, confusion: _clipped(_solved(said, confusion.T)),
                    lambda said, confusion: np.linalg.solve(confusion.T, said),
                    lambda said, confusion: _clipped(np.linalg.solve(confusion.T, said)),
                    lambda said, confusion: np.clip(np.linalg.solve(confusion.T, said), 0, 1),
                ),
                "the table holds counts, and its groups are not equally large: divide each row by "
                "its sum first, so that it holds rates",
            ),
            Idea(
                (
                    lambda said, confusion: np.linalg.solve(confusion, said),
                    lambda said, confusion: _solved(said, confusion),
                    lambda said, confusion: _clipped(np.linalg.solve(confusion, said)),
                    lambda said, confusion: _clipped(_solved(said, confusion)),
                ),
                "two things are missing: rates in place of counts (divide each row by its sum), and "
                "the table turned over, Cᵀ π = o",
            ),
            Idea(
                (
                    lambda said, confusion: _solved(said, (confusion / confusion.sum(axis=1)).T),
                    lambda said, confusion: _clipped(
                        _solved(said, (confusion / confusion.sum(axis=1)).T)
                    ),
                ),
                "`confusion / confusion.sum(axis=1)` divides column j by the sum of row j. Each row is "
                "to be divided by its own sum: `keepdims=True`",
            ),
            Idea(
                lambda said, confusion: _shares(said, confusion) * said.sum(),
                "right, as numbers of pictures; asked are shares, together 1",
            ),
            Idea(
                (
                    lambda said, confusion: np.abs(_solved(said, _rates(confusion).T)),
                    lambda said, confusion: _clipped(np.abs(_solved(said, _rates(confusion).T))),
                ),
                "a share below 0 is turned into one above 0 here. It says that there are none: cut "
                "it off at 0",
            ),
            Idea(
                lambda said, confusion: confusion / confusion.sum(axis=0) @ said / said.sum(),
                "this divides the columns: of those *called* j, how many are i. That holds for the "
                "shares of the real test pictures only, which are not the generator's",
            ),
            Idea(
                lambda said, confusion: _clipped(np.linalg.solve(_rates(confusion).T, said)),
                "these were counts when they were cut off at 1: divide `said` by its sum before",
            ),
            Idea(
                lambda said, confusion: _rates(confusion).T @ (said / said.sum()),
                "this is the way there: from true shares to what the judge says. Asked is the way "
                "back",
            ),
            Idea(
                (
                    lambda said, confusion: said / said.sum() / np.diag(_rates(confusion)),
                    lambda said, confusion: _clipped(
                        said / said.sum() / np.diag(_rates(confusion))
                    ),
                ),
                "this makes up for the missed ones, and leaves in each group those of the other "
                "groups that were taken for it",
            ),
        ),
        hints=(
            "divide each row of the table by its sum: C_ij, how often a true i is called j",
            "`np.linalg.solve(C.T, o)`, then clip to 0 … 1, then divide by the sum",
        ),
        probes=CONFUSIONS,
        names=("said", "confusion"),
        praise="Corrected for errors on real pictures; on drawn ones the judge may err otherwise.",
    ),
)

# ---- 08.3


def _ends_flat(x):
    """Slope of 1 − exp(−4·(2a + b)): nearly 0 where the score is high."""
    weights = np.array([2.0, 1.0])
    return 4 * weights * np.exp(-4 * (weights @ x))


def _product(x):
    """Slope of a·b + c³: the middles of 7 pieces and of 20 give another sum."""
    return np.array([x[1], x[0], 3 * x[2] ** 2])


def _straight(x):
    """Slope of 3a − 2b, the same everywhere."""
    return np.array([3.0, -2.0])


WAYS = (
    (_ends_flat, np.array([1.0, 0.5]), np.array([0.0, 0.0]), 20),
    (_product, np.array([2.0, 1.0, -1.0]), np.array([0.5, -1.0, 1.0]), 7),
    (_straight, np.array([1.0, 2.0]), np.array([0.5, 0.5]), 3),
)


def _slopes(slope, x, baseline, steps, *, at=0.5):
    places = (np.arange(steps) + at) / steps
    return np.array([slope(baseline + place * (x - baseline)) for place in places])


def _added_up(slope, x, baseline, steps):
    return (x - baseline) * _slopes(slope, x, baseline, steps).mean(axis=0)


def _always(slope, x, baseline, _, steps):
    return _added_up(slope, x, baseline, steps)


register(
    "08.3",
    Exercise(
        title="slopes added up on the way from a baseline",
        right=_added_up,
        wants="an array shaped like x",
        ideas=(
            Idea(
                lambda slope, x, baseline, steps: slope(x),
                "a gradient is no explanation: it says what a tiny change *here* would do. The first "
                "network is sure of its answer, so its slope at x is nearly 0 in every pixel; yet "
                "its score came from these pixels",
            ),
            Idea(
                (
                    lambda slope, x, baseline, steps: slope(x) * x,
                    lambda slope, x, baseline, steps: slope(x) * (x - baseline),
                ),
                "this is still the slope at x alone, now times the pixel: where the network is sure "
                "it is nearly 0. Take slopes on the whole way from the baseline",
            ),
            Idea(
                lambda slope, x, baseline, steps: _slopes(slope, x, baseline, steps).mean(axis=0),
                "the mean slope on the way, and not yet times the way: (x − baseline) is missing, "
                "and the parts do not add up to the score's change",
            ),
            Idea(
                lambda slope, x, baseline, steps: (
                    x * _slopes(slope, x, baseline, steps).mean(axis=0)
                ),
                "times x; the way is x − baseline, and the baseline is not always 0",
            ),
            Idea(
                lambda slope, x, baseline, steps: (
                    (x - baseline) * _slopes(slope, x, baseline, steps).sum(axis=0)
                ),
                "the sum of the slopes: with twice as many steps this becomes twice as large. Take "
                "the mean",
            ),
            Idea(
                lambda slope, x, baseline, steps: -_added_up(slope, x, baseline, steps),
                "the way is walked backwards: it begins at the baseline and ends at x",
            ),
            Idea(
                lambda slope, x, baseline, steps: np.abs(_added_up(slope, x, baseline, steps)),
                "the signs are gone: what speaks against the score has to stay below 0, or the "
                "parts do not add up",
            ),
            Idea(
                (
                    lambda slope, x, baseline, steps: (
                        (x - baseline) * _slopes(slope, x, 0 * x, steps).mean(axis=0)
                    ),
                    lambda slope, x, baseline, steps: (
                        x * _slopes(slope, x, 0 * x, steps).mean(axis=0)
                    ),
                ),
                "the way begins at 0 here; it has to begin at the baseline",
            ),
            Idea(
                lambda slope, x, baseline, steps: (
                    _added_up(slope, x, baseline, steps)
                    / np.abs(_added_up(slope, x, baseline, steps)).sum()
                ),
                "divided by their sum, the parts no longer add up to what the score gained: leave them as "
                "they are",
            ),
            Idea(
                lambda slope, x, baseline, steps: _added_up(slope, x, baseline, steps) / steps,
                "divided by `steps` once too often: the mean of the slopes has done it",
            ),
            Idea(
                (
                    lambda slope, x, baseline, steps: _added_up(slope, x, baseline, steps + 1),
                    lambda slope, x, baseline, steps: _added_up(slope, x, baseline, steps - 1),
                    lambda slope, x, baseline, steps: _added_up(slope, x, baseline, 2 * steps),
                    lambda slope, x, baseline, steps: (
                        _added_up(slope, x, baseline, steps)
                        + (x - baseline) * slope(x + (x - baseline) / (2 * steps)) / steps
                    ),
                ),
                "not `steps` pieces: count them. `range(steps)` gives k = 0 … steps − 1",
            ),
            Idea(
                (
                    lambda slope, x, baseline, steps: (x - baseline) * slope(baseline),
                    lambda slope, x, baseline, steps: (x - baseline) * slope((x + baseline) / 2),
                    lambda slope, x, baseline, steps: slope(baseline),
                ),
                "this is the slope at a single place, whatever `steps` says. Take the mean over the "
                "middles of all `steps` pieces",
            ),
            Idea(
                lambda slope, x, baseline, steps: (
                    (x - baseline) * _slopes(slope, x, baseline, steps).mean()
                ),
                "the mean runs over the steps *and* the entries of x, and gives all of them one slope: "
                "`mean(axis=0)` keeps the entries apart",
            ),
            Idea(
                lambda slope, x, baseline, steps: np.maximum(
                    _added_up(slope, x, baseline, steps), 0
                ),
                "what speaks against the score is cut off here; it has to stay below 0, or the parts "
                "do not add up",
            ),
            Idea(
                lambda slope, x, baseline, steps: (
                    (x - baseline)
                    * np.mean(
                        [slope(baseline + (k + 0.5) / steps * x) for k in range(steps)], axis=0
                    )
                ),
                "these places lie on the way from the baseline to baseline + x; the way is x − baseline",
            ),
            Idea(
                tuple(
                    functools.partial(_always, steps=steps)
                    for steps in (10, 20, 50, 100, 200, 1000)
                ),
                "the number of pieces is fixed here; `steps` says how many there are",
            ),
            Idea(
                lambda slope, x, baseline, steps: (
                    (x - baseline)
                    * (
                        _slopes(slope, x, baseline, steps, at=0)
                        + _slopes(slope, x, baseline, steps, at=1)
                    ).mean(axis=0)
                    / 2
                ),
                "the trapezoid rule: as good as the middles, and a right way to do it. Here the middles "
                "are asked, so that answers can be compared",
            ),
            Idea(
                (
                    lambda slope, x, baseline, steps: (
                        (x - baseline) * _slopes(slope, x, baseline, steps, at=0).mean(axis=0)
                    ),
                    lambda slope, x, baseline, steps: (
                        (x - baseline) * _slopes(slope, x, baseline, steps, at=1).mean(axis=0)
                    ),
                    lambda slope, x, baseline, steps: (
                        (x - baseline)
                        * np.array(
                            [slope(baseline + t * (x - baseline)) for t in np.linspace(0, 1, steps)]
                        ).mean(axis=0)
                    ),
                    lambda slope, x, baseline, steps: (
                        (x - baseline)
                        * np.mean(
                            [
                                slope(baseline + t * (x - baseline))
                                for t in np.linspace(0, 1, steps + 1)
                            ],
                            axis=0,
                        )
                    ),
                ),
                "the idea is right; the slopes are taken at the ends of the pieces. In the middle, "
                "at (k + ½)/steps, the error is far smaller",
            ),
        ),
        hints=(
            "place k of the way: baseline + (k + ½)/steps · (x − baseline), k = 0 … steps − 1",
            "the mean of the slopes at these places, times (x − baseline)",
        ),
        probes=WAYS,
        labels=(
            "a network that is sure: score 1 − exp(−4(2a + b)), x = [1, 0.5], baseline 0, 20 steps",
            "score a·b + c³, x = [2, 1, −1], baseline [0.5, −1, 1], 7 steps",
            "score 3a − 2b, x = [1, 2], baseline [0.5, 0.5], 3 steps",
        ),
        praise="The parts add up to what the score gained on the way, nearly: more steps, less is missed.",
    ),
)

# ---- questions

register(
    "08.q1",
    Question(
        title="what an attack near chance tells",
        right="B",
        replies={
            "A": ".57 lies inside what luck alone gives with 50 and 50 pictures, .386 to .614: another "
            "50 might have ended at .46",
            "B": "inside the chance interval, so nothing was found. And with 50 pictures a small leak "
            "would not be seen, and a better attack may come.",
            "C": "that this attack failed says nothing of the next one. In this lesson two attacks on "
            "one generator end far apart",
            "D": "turning scores round after seeing the answers makes every attack look good: luck "
            "would always end above .5",
        },
    ),
)

register(
    "08.q2",
    Question(
        title="the control for two different heaps",
        right="D",
        replies={
            "A": "an interval says how much luck there is; the difference between day and dusk is not "
            "luck, and stays at any number of pictures",
            "B": "1 − .93 = .07, always: swapping labels finds mistakes in the arithmetic, none in the "
            "choice of pictures",
            "C": "then it would read .93 with more certainty, and mean as little",
            "D": "a GAN that saw none of these pictures cannot give any of them away. If the attack "
            "still says .93, it tells day from dusk and not members from others.",
        },
    ),
)

register(
    "08.q3",
    Question(
        title="three judges that disagree",
        right="A",
        replies={
            "A": "the correction undoes errors as they are on *real* pictures. That three judges "
            "disagree after it shows that they err otherwise on drawn ones. Label some by hand.",
            "B": "the most accurate on real pictures need not be so on drawn ones. In this lesson it came "
            "nearest, but only looking at drawn ones could tell",
            "C": "a mean of three numbers of which at least two are wrong: they do not scatter around "
            "the truth, each errs in its own way",
            "D": "such an interval covers the luck of the draw. Here the ruler is in doubt, and more "
            "pictures do not mend a ruler",
        },
    ),
)

register(
    "08.q4",
    Question(
        title="a map that outlives the network's knowledge",
        right="C",
        replies={
            "A": "the map says so with the learnt weights and with shuffled ones alike, and a shuffled "
            "network looks for nothing",
            "B": "a map is not wanted to be robust against the loss of everything that it is to show",
            "C": "it has not changed although nothing that D learnt is left. An edge filter, which "
            "knows no network, may give the same map.",
            "D": "first look: whether the score itself changed is quickly seen. If it did, the weights "
            "were shuffled, and the map did not notice",
        },
    ),
)
