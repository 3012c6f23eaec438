"""Exercises 04.2 and 04.3: small GANs that the learner trains, judged by what was recorded of such runs.

A row is [KID, low, high]: 300 drawn heroes of 16 px after 300 steps of the plain build, against the 500
validation heroes, with the 95 % interval of `metrics.kid_interval`. Recorded are ten seeds of the same
training, and ten of each of three changes.
"""

import itertools

import numpy as np

from helpers.exercises.answers import Missing, Wrong, is_stub, plain, read
from helpers.exercises.diagnosis import Idea

# KID of seeds 0 … 9; the intervals of seeds 0 and 1.
CONTROL = (1.227, 0.947, 1.022, 1.133, 1.131, 0.927, 0.816, 1.163, 0.994, 1.337)
CHANGED = {
    "A": (1.507, 1.469, 2.020, 1.643, 1.864, 1.562, 1.760, 1.683, 1.855, 1.820),
    "B": (1.088, 1.031, 1.069, 1.182, 1.121, 1.065, 1.055, 1.009, 1.100, 1.155),
    "C": (1.319, 0.972, 1.004, 1.117, 1.129, 0.911, 0.810, 1.183, 0.973, 1.366),
}
CHANGES = {"A": "beta_1=0.9", "B": 'augment=""', "C": "average=0.0"}
PREDICTIONS = ("better", "worse", "no clear change")
ZERO, ONE = (1.2266, 1.1808, 1.2755), (0.9466, 0.9038, 0.9879)
MOMENTUM = (1.5068, 1.4412, 1.5749)
LIKELY = (0.5, 1.6)  # KID of the control on any machine; other processors give other digits
LIKELY_CHANGED = (0.5, 2.6)
WIDTHS = (0.03, 0.3)
APART = 0.05  # two draws from one network differed by .043
AVERAGED = 0.25  # averaging moved KID by at most .09 in ten recorded pairs

NO_INTERVAL = (
    "these are KIDs without their interval: a row is [KID, low, high], and metrics.kid_interval "
    "gives the last two"
)
NO_VALUE = "these are intervals without the KID: a row is [KID, low, high]"
ORDER = "the order of a row is [KID, low, high]; here the first number does not lie between the two"
ACROSS = "rows and columns have changed places: one row a run, each [KID, low, high]"
HALF = (
    "these intervals are given as distances from the KID; wanted are their two ends, as "
    "metrics.kid_interval gives them"
)
NARROW = (
    "these intervals are too narrow for 300 pictures: the 95 % interval is wanted, which is the "
    "default of metrics.kid_interval"
)
HIGH = (
    "KID this high belongs to a generator before its first step (does what you draw come from "
    "`trained`?), or to pictures of 16 pixels held against heroes of 32: make the validation heroes "
    "small, too, with art.reduce(…, 2)"
)
FLOOR = "KID near 0: these are real heroes against real heroes; score what `trained` returns"
TIMES = "these are thousandths of a KID, or percent: papers often print KID × 1,000; here it is KID"
ONE_RUN = "this is one run; two rows are wanted"
WIDE = (
    "these intervals are too wide for 300 pictures: the 95 % interval is wanted, which is the "
    "default of metrics.kid_interval"
)
NESTED = (
    "metrics.kid_interval gives two numbers in one: unpack them with a star, as in [kid, "
    "*interval], so that a row holds three numbers"
)


def rows_of(value):
    """Two rows as an array [2, 3].

    Raises:
        Wrong: it is no array of numbers, or its shape says which mistake was made.
    """
    found = read(value)
    if isinstance(value, (list, tuple)) and any(map(nested, value)):
        raise Wrong(NESTED)
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "iuf" or found.size == 0:
        none = is_stub(value) or (isinstance(found, np.ndarray) and found.size == 0)
        raise (Missing if none else Wrong)(
            "nothing measured yet: two rows are wanted, each [KID, low, high]"
        )
    if not np.isfinite(found).all():
        raise Wrong("a number is NaN or infinite: score 300 drawn pictures of each run")
    if found.shape != (2, 3):
        said = {(2,): NO_INTERVAL, (2, 1): NO_INTERVAL, (2, 2): NO_VALUE, (3, 2): ACROSS}
        said |= {(3,): ONE_RUN, (1, 3): ONE_RUN}
        shape = list(found.shape)
        raise Wrong(
            said.get(found.shape, f"two rows of three numbers are wanted; yours are {shape}")
        )
    return found.astype(float)


def nested(row):
    """Whether a row is [KID, (low, high)]."""
    two = isinstance(row, (list, tuple)) and len(row) == 2
    return two and [np.size(part) for part in row] == [1, 2]


def misread(rows):
    """What is wrong with the form of two rows, in words, or None."""
    kid, low, high = rows.T
    if (kid > 20).any():
        return TIMES
    if (np.abs(low) + np.abs(high) < 0.5 * np.abs(kid)).all() and (kid > 0.3).all():
        return HALF
    if not ((low < kid) & (kid < high)).all():
        return ORDER
    if (np.abs(kid) < 0.1).any():
        return FLOOR
    if (high - low < WIDTHS[0]).any():
        return NARROW
    return WIDE if (high - low > WIDTHS[1]).any() else None


def likely(rows, ranges):
    """Whether rows are of the right form, and each KID lies in its range."""
    kid, low, high = rows.T
    inside = all(a < value < b for value, (a, b) in zip(kid, ranges))
    return misread(rows) is None and inside


# ---- 04.2: nothing changed but the seed


def seeds_observe(answer):
    """Rows of the two seeds.

    Raises:
        Wrong: they are no two rows, or not of the right form.
    """
    rows = rows_of(answer)
    if said := misread(rows):
        raise Wrong(said)
    return rows


def seeds_close(found, expected, *probe):
    """Whether two different trainings were measured."""
    return likely(found, (LIKELY, LIKELY)) and not _twice([found])


def seeds_praise(found):
    """Reads the two rows beside the ten recorded seeds."""
    (first, second), widths = found[0][:, 0], found[0][:, 2] - found[0][:, 1]
    apart = found[0][:, 1].max() > found[0][:, 2].min()
    meet = "do not overlap" if apart else "overlap this time"
    gap = abs(first - second)
    praise = (
        f"Nothing changed but the seed, and KID differs by {gap:.2f}; the intervals, "
        f"{widths.mean():.2f} wide, {meet}. Ten recorded seeds went from {min(CONTROL):.2f} to "
        f"{max(CONTROL):.2f}. An interval is about the pictures of one network, not about the next "
        "training."
    )
    if gap > APART:
        return praise
    near = [abs(a - b) <= APART for a, b in itertools.combinations(CONTROL, 2)]
    return (
        f"{praise} Yours are near, as {sum(near)} of the {len(near)} recorded pairs are. {REDRAWN}"
    )


def _twice(found):
    return abs(found[0][0, 0] - found[0][1, 0]) < 1e-6


def _high(found):
    return bool((found[0][:, 0] > LIKELY[1]).any())


# ---- 04.3: one change


def change_observe(answer):
    """{"change": letter, "prediction": words, "rows": [control, changed]}.

    Raises:
        Wrong: a part is missing, or not of the right form.
    """
    if not isinstance(answer, (tuple, list)) or len(answer) != 4:
        raise Wrong("four things are wanted: the change, the prediction, and the two rows")
    change, prediction, control, changed = answer
    letter = plain(change).upper()
    if letter not in CHANGES:
        raise (Missing if is_stub(change) else Wrong)('choose a change first: "A", "B" or "C"')
    prediction = " ".join(plain(prediction).lower().split()).rstrip(".!")
    if prediction not in PREDICTIONS:
        options = ", ".join(f'"{words}"' for words in PREDICTIONS)
        raise (Missing if is_stub(answer[1]) else Wrong)(
            f"predict before you train, with one of {options}"
        )
    if nested(control) or nested(changed):
        raise Wrong(NESTED)
    one, other = read(control), read(changed)
    if not all(isinstance(row, np.ndarray) and row.size for row in (one, other)):
        none = all(isinstance(row, np.ndarray) and not row.size for row in (one, other))
        raise (Missing if none else Wrong)(
            "nothing measured yet: control and changed are each [KID, low, high]"
        )
    if one.shape != other.shape:
        raise Wrong("control and changed have different shapes: each is [KID, low, high]")
    if one.shape != (3,):
        raise Wrong(NO_INTERVAL if one.size == 1 else "a row is [KID, low, high]")
    rows = rows_of(np.stack([one, other]))
    if said := misread(rows):
        raise Wrong(said)
    return {"change": letter, "prediction": prediction, "rows": rows}


def change_close(found, expected, *probe):
    """Whether a control and a changed run of that kind were measured."""
    first, second = found["rows"][:, 0]
    believed = {"A": second > first + APART, "B": True, "C": abs(second - first) < AVERAGED}
    formed = likely(found["rows"], (LIKELY, LIKELY_CHANGED)) and first != second
    return formed and believed[found["change"]]


def change_praise(found):
    """Holds prediction and pair against the ten recorded pairs of seeds."""
    change, rows = found[0]["change"], found[0]["rows"]
    d = np.subtract(CHANGED[change], CONTROL)
    error = d.std(ddof=1) / np.sqrt(len(d))
    clear = abs(d.mean()) > 2 * error
    truth = ("worse" if d.mean() > 0 else "better") if clear else "no clear change"
    right = "as you predicted" if truth == found[0]["prediction"] else "against your prediction"
    return (
        f"Your pair: {rows[1, 0] - rows[0, 0]:+.2f}. Ten recorded pairs with {CHANGES[change]}: "
        f"{d.mean():+.2f} ± {error:.2f}, higher in {int((d > 0).sum())} of 10: {truth}, {right}. One "
        "pair alone could not have told a small change from luck."
    )


def _answer(change, prediction, *rows):
    return [change, prediction, *map(list, rows)]


def _unchanged(found):
    return bool((found[0]["rows"][0] == found[0]["rows"][1]).all())


def _swapped(found):
    first, second = found[0]["rows"][:, 0]
    return found[0]["change"] == "A" and second < first


def _hardly(found):
    first, second = found[0]["rows"][:, 0]
    return found[0]["change"] == "A" and first < second <= first + APART


def _other_seed(found):
    first, second = found[0]["rows"][:, 0]
    return found[0]["change"] == "C" and abs(second - first) >= AVERAGED


def _control_high(found):
    return bool(found[0]["rows"][0, 0] > LIKELY[1])


RUNS = [list(ZERO), list(ONE)]
CHANGE = _answer("A", "worse", ZERO, MOMENTUM)
# What mistakes gave: networks before their first step, heroes of 32 px as the real side, and real
# heroes in the place of drawn ones.
UNTRAINED = [[2.0024, 1.9608, 2.0426], [2.2453, 2.1987, 2.2852]]
LARGE = [[1.72, 1.6668, 1.7778], [1.4567, 1.4089, 1.5052]]
REAL = [[-0.0017, -0.0069, 0.0071], [-0.0011, -0.0069, 0.006]]
TWICE = (
    "both rows are the same: the seed has to reach `trained`, which gives it to gan.make, so that "
    "weights and batches differ"
)
REDRAWN = (
    "Two draws from *one* network would be near, too: did gan.make get the seed of the training?"
)
SAME = "control and changed are the same numbers: the change did not reach gan.make"
TURNED = (
    "β₁ = .9 came out better than the control, which it did in none of ten recorded seeds: have the "
    "two rows changed places?"
)

HARDLY = (
    "β₁ = .9 raised KID by at least .28 in each of ten recorded pairs, yours by less than .05: has "
    "beta_1=0.9 reached gan.make, as a keyword of `trained`?"
)
OTHER_SEED = (
    "without the average only another G draws, and KID moved by at most .09 in ten recorded pairs: "
    "have both of your runs the same seed?"
)


def _columns(rows, *order):
    return [[row[k] for k in order] for row in rows]


def _halves(rows):
    return [[k, k - a, b - k] for k, a, b in rows]


SEED_IDEAS = (
    Idea([ZERO[0], ONE[0]], NO_INTERVAL),
    Idea(_columns(RUNS, 1, 2), NO_VALUE),
    Idea((_columns(RUNS, 1, 0, 2), _columns(RUNS, 1, 2, 0)), ORDER),
    Idea([list(column) for column in zip(*RUNS)], ACROSS),
    Idea(([list(ZERO)], list(ZERO)), ONE_RUN),
    Idea((_halves(RUNS), [[k, a - k, b - k] for k, a, b in RUNS]), HALF),
    Idea([[k, k - 0.004, k + 0.004] for k, _, _ in RUNS], NARROW),
    Idea([[k, k - 0.4, k + 0.4] for k, _, _ in RUNS], WIDE),
    Idea([[k, (low, high)] for k, low, high in RUNS], NESTED),
    Idea((1000 * np.array(RUNS), 100 * np.array(RUNS)), TIMES),
    Idea(REAL, FLOOR),
    Idea([list(ZERO), list(ZERO)], TWICE, when=_twice),
    Idea((UNTRAINED, LARGE), HIGH, when=_high),
)

CHANGE_IDEAS = (
    Idea(
        (_answer("B", "better", ZERO, ZERO), _answer("A", "worse", ZERO, ZERO)),
        SAME,
        when=_unchanged,
    ),
    Idea(_answer("A", "worse", MOMENTUM, ZERO), TURNED, when=_swapped),
    Idea(_answer("A", "worse", ZERO, [k + 0.01 for k in ZERO]), HARDLY, when=_hardly),
    Idea(_answer("C", "better", ZERO, ONE), OTHER_SEED, when=_other_seed),
    Idea((["A", "worse", ZERO[0], MOMENTUM[0]], ["A", "worse", [ZERO[0]], [MOMENTUM[0]]]), NO_INTERVAL),
    Idea(_answer("A", "worse", *_columns((ZERO, MOMENTUM), 1, 0, 2)), ORDER),
    Idea(_answer("B", "better", *_halves((ZERO, ONE))), HALF),
    Idea(_answer("?", "worse", ZERO, MOMENTUM), 'choose a change first: "A", "B" or "C"'),
    Idea(
        _answer("A", "?", ZERO, MOMENTUM),
        'predict before you train, with one of "better", "worse", "no clear change"',
    ),
    Idea(_answer("C", "worse", *UNTRAINED), HIGH, when=_control_high),
    Idea(_answer("B", "worse", *REAL), FLOOR),
)  # fmt: skip
