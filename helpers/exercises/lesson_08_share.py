"""Exercise 08.2: the share of a group, from an erring judge's verdicts."""

import numpy as np

from helpers.exercises.diagnosis import Idea


def _verdicts(yes, no):
    return np.array([True] * yes + [False] * no)


PROBES = (
    (_verdicts(30, 70), _verdicts(18, 2), _verdicts(4, 36)),
    (_verdicts(5, 95), _verdicts(45, 5), _verdicts(10, 90)),  # below what errors alone give
    (_verdicts(97, 3), _verdicts(8, 2), _verdicts(3, 47)),  # above what hits can give
    (_verdicts(61, 139), _verdicts(70, 30), _verdicts(5, 45)),
)


def _raw(called, on_minority, on_majority):
    o, hits, alarms = (np.mean(x) for x in (called, on_minority, on_majority))
    return (o - alarms) / (hits - alarms)


def right(called, on_minority, on_majority):
    """The right answer."""
    return np.clip(_raw(called, on_minority, on_majority), 0, 1)


def _clipped(f):
    """A formula in the three shares, as it is and cut to 0 … 1."""

    def plain(*given):
        with np.errstate(all="ignore"):
            return f(*(np.mean(x) for x in given))

    return plain, lambda *given: np.clip(plain(*given), 0, 1)


IDEAS = (
    Idea(
        _raw,
        "the formula is right; with few pictures it can leave 0 … 1, where no share is: cut it there",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: o),
        "this is what the judge said, its errors included",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: o - alarms),
        "false alarms are taken away; but the judge also misses some of the minority: divide by what "
        "is left between no one and everyone",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: o / hits),
        "missed pictures are put back; but some of the majority were called minority: take them away",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: (o - alarms) / hits),
        "nearly: if all pictures were the minority's, o would be `hits`, and this would not give 1",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: (o - alarms) / (1 - alarms)),
        "this holds for a judge that misses nobody (hits = 1); yours misses some",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: (o - hits) / (alarms - hits)),
        "this is the share of the *majority*: did hits and false alarms change places?",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: o * hits / (o * hits + (1 - o) * alarms)),
        "this is Bayes' rule for one picture that was called minority, with o taken for the true share; "
        "asked is the true share itself",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: o * hits + (1 - o) * alarms),
        "this goes the wrong way: from a true share to what the judge would say",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: o - (alarms + (1 - hits)) / 2),
        "errors do not simply add up to a constant: how many false alarms there are depends on how "
        "large the majority is",
    ),
    Idea(
        _clipped(lambda o, hits, alarms: (o + alarms) / (hits + alarms)),
        "check the ends: with no minority at all o equals `alarms`, and the share must be 0",
    ),
    Idea(
        lambda called, on_minority, on_majority: (
            np.mean(called) * len(on_minority) / len(on_majority)
        ),
        "how many real pictures you happened to test the judge on has nothing to do with the share",
    ),
)
