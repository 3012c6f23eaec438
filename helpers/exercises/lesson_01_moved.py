"""Exercise 01.2: which variables moved, tried on a small model and eight ways to train it."""

import functools

import numpy as np

from helpers.exercises.answers import Wrong, read
from helpers.exercises.diagnosis import Idea


@functools.cache
def small_model():
    """Dense, batch normalization, dropout, Dense; and its numbers, none of them 0."""
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(4, name="body"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.5, name="drop", seed=1),
            layers.Dense(2, name="head"),
        ],
        name="small",
    )
    model.get_layer("body").trainable = False
    rng = np.random.default_rng(3)
    weights = {short(v): v for v in model.variables if "float" in v.dtype}
    return model, {name: rng.uniform(1, 2, v.shape) for name, v in weights.items()}


def short(variable):
    """The last two words of its path: layer and variable."""
    return "/".join(variable.path.split("/")[-2:])


def _nothing(v):
    return {}


def _tiny(v):
    one = v["head/kernel"].copy()
    one[1, 1] *= 1 + 1.5e-7  # the last bit: six decimals do not show it
    return {"head/kernel": one}


def _swapped(v):
    return {"head/kernel": v["head/kernel"][::-1].copy()}


def _last(v):
    one = v["head/bias"].copy()
    one[-1] += 0.5
    return {"head/bias": one}


def _frozen(v):
    one = v["body/kernel"].copy()
    one[0, 0] *= 1.5
    return {"body/kernel": one}


def _statistics(v):
    return {k: v[k] + 0.25 for k in ("norm/moving_mean", "norm/moving_variance")}


def _flipped(v):
    return {k: -v[k] for k in ("norm/gamma", "head/kernel")}


def _everything(v):
    return {k: x + 1 for k, x in v.items()}


def _seed(v):
    return {"drop": None}


TWICE = (
    "train() runs more than once: a training that turns a sign and turns it back looks like none. "
    "Call it once"
)
TRAININGS = {
    "a training that changes nothing": _nothing,
    "a training that changes one number of head/kernel by less than a millionth of it": _tiny,
    "a training that exchanges two rows of head/kernel": _swapped,
    "a training that changes the last number of head/bias": _last,
    "a training that changes one number of a frozen layer, the first of body/kernel": _frozen,
    "a training that moves the batch normalization's statistics": _statistics,
    "a training that turns the sign of two arrays": _flipped,
    "a training that changes every weight": _everything,
    "a training in which only Dropout's random numbers move on": _seed,
}
LABELS = tuple(TRAININGS)
PROBES = tuple((label,) for label in TRAININGS)


def observe(answer, label):
    """What the answer reports of one training."""
    model, floats = small_model()
    variables = {short(v): v for v in model.variables}
    for name, value in floats.items():
        variables[name].assign(value)

    calls = []

    def train():
        calls.append(label)
        now = {name: np.array(variables[name].numpy()) for name in floats}
        for name, value in TRAININGS[label](now).items():
            if value is None:  # the state of Dropout's random numbers
                name = next(n for n in variables if n not in floats)
                value = np.array(variables[name].numpy()) + 1
            variables[name].assign(value)

    found = read(answer(model, train))
    if len(calls) > 1:
        raise Wrong(TWICE)
    return found


def moved(model, train, *, variables="variables", differs=None, key="path"):
    """The right answer; with a part of the variables, another comparison or other names it is wrong."""
    differs = differs or (lambda a, b: not np.array_equal(a, b))
    watched = getattr(model, variables)
    before = {v.path: np.array(v.numpy()) for v in watched}
    train()
    return {getattr(v, key) for v in watched if differs(before[v.path], np.array(v.numpy()))}


def by(differs):
    """The answer with another comparison."""
    return lambda model, train: moved(model, train, differs=differs)


def of(variables):
    """The answer for a part of the variables."""
    return lambda model, train: moved(model, train, variables=variables)


def _no_copy(model, train):
    before = {v.path: v for v in model.variables}
    train()
    return {v.path for v in model.variables if not np.array_equal(before[v.path], v)}


def _never(model, train):
    return moved(model, lambda: None)


def _too_late(model, train):
    train()
    return moved(model, lambda: None)


def _twice(model, train):
    return moved(model, lambda: (train(), train()))


def _layers(model, train):
    return {path.split("/")[-2] for path in moved(model, train)}


def _unmoved(model, train):
    return {v.path for v in model.variables} - moved(model, train)


def _all(model, train):
    train()
    return {v.path for v in model.variables}


def _indices(model, train):
    before = [np.array(v.numpy()) for v in model.variables]
    train()
    return {k for k, v in enumerate(model.variables) if not np.array_equal(before[k], v)}


def _trainable(model, train):
    train()
    return {v.path for v in model.trainable_variables}


def _close(a, b):
    return not np.allclose(a, b)


NEARLY = (
    "nearly equal is not equal: np.allclose, a threshold or rounding lets small leaks pass. One "
    "number here moved by less than a millionth of itself. Frozen means: every bit as before"
)
SUMS = (
    "this compares sums (or means, or norms): two numbers that change places leave them as they "
    "were. Compare every entry"
)
NO_COPY = (
    "no change is ever reported. Either what you kept is not a copy of the numbers, and changes "
    "together with the weights, or train() does not run between the copy and the comparison"
)

IDEAS = (
    Idea(
        (
            by(_close),
            by(lambda a, b: np.abs(a.astype(float) - b).max() > 1e-5),
            by(lambda a, b: not np.allclose(a, b, rtol=0, atol=1e-3)),
            by(lambda a, b: not np.array_equal(np.round(a, 6), np.round(b, 6))),
            lambda m, t: moved(m, t, variables="weights", differs=_close),
        ),
        NEARLY,
    ),
    Idea(
        (
            by(lambda a, b: float(a.sum()) != float(b.sum())),
            by(lambda a, b: float(a.mean()) != float(b.mean())),
            by(lambda a, b: not np.isclose(a.std(), b.std(), rtol=1e-3)),
            by(lambda a, b: not np.isclose(a.sum(), b.sum())),
            by(lambda a, b: not np.isclose(np.linalg.norm(a), np.linalg.norm(b))),
            by(lambda a, b: float(a.sum(dtype=float)) != float(b.sum(dtype=float))),
            by(lambda a, b: not np.isclose(a.sum(dtype=float), b.sum(dtype=float), atol=1e-9)),
        ),
        SUMS,
    ),
    Idea(
        (
            of("trainable_variables"),
            lambda m, t: moved(m, t, variables="trainable_variables", differs=_close),
        ),
        "this looks at the trainable variables alone. What must *not* move is the rest: frozen "
        "layers, and the statistics of batch normalization",
    ),
    Idea(
        of("non_trainable_variables"),
        "this looks at the frozen variables alone: the head should be reported when it moves",
    ),
    Idea(
        of("weights"),
        "model.weights leaves out the state of random numbers, such as Dropout's; asked are all "
        "variables: model.variables",
    ),
    Idea((_no_copy, _never, _too_late, lambda m, t: (t(), set())[1]), NO_COPY),
    Idea(
        _twice,
        TWICE,
    ),
    Idea(
        lambda m, t: moved(m, t, key="name"),
        "these are names, such as 'kernel', which many variables share; v.path tells them apart",
    ),
    Idea(_layers, "these are names of layers; asked are the paths of the variables, v.path"),
    Idea(_unmoved, "this is the set of those that did *not* move"),
    Idea(_all, "this reports every variable, whether it moved or not: compare with a copy"),
    Idea(
        _trainable,
        "this reports what *may* move, without looking whether it did: compare with a copy",
    ),
    Idea(_indices, "these are positions in a list; asked are the paths, v.path"),
    Idea(
        (
            by(lambda a, b: a.flat[0] != b.flat[0]),
            by(lambda a, b: not np.isclose(a.flat[0], b.flat[0])),
        ),
        "this looks at the first number of each array only; a change further on escapes it",
    ),
    Idea(
        by(lambda a, b: bool(np.all(a != b))),
        "this reports an array only when *all* of its numbers changed; one is enough",
    ),
    Idea(
        (
            lambda m, t: sorted(moved(m, t)),
            lambda m, t: list(moved(m, t)),
            lambda m, t: tuple(sorted(moved(m, t))),
        ),
        "this is a list, and a set was asked for: the order does not matter, and no path comes "
        "twice",
        when=lambda found: (
            all(type(f).__name__ in ("Odd", "ndarray") for f in found)
            and {getattr(f, "kind", "a list") for f in found} <= {"a list", "a tuple"}
        ),
    ),
    Idea(
        lambda m, t: {p: True for p in moved(m, t)},
        "this is a dict, and a set of paths was asked for",
        when=lambda found: all(getattr(f, "kind", "") == "a dict" for f in found),
    ),
    Idea(
        lambda m, t: bool(moved(m, t)),
        "this says whether anything moved; asked is which variables: a set of paths",
    ),
    Idea(lambda m, t: len(moved(m, t)), "this says how many moved; asked is which: a set of paths"),
)
