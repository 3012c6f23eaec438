"""Exercise 02.3: does some λ in the middle help, beyond both ends and beyond the noise?"""

import numpy as np

from helpers.exercises.diagnosis import Idea

LAMS = np.array([0, 0.1, 0.3, 1, 3, 10, np.inf])
BUMP = np.array([0, 0.4, 0.8, 1, 0.8, 0.4, 0])


def table(low, high, gain, *, seeds=0.0, noise=0.01, right=0.0, seed=0):
    """A sweep (λ [7], validation [5, 7], test [5, 7]) over five seeds.

    Args:
        low, high: accuracies at λ = 0 and λ = ∞.
        gain: how far the hump rises above the better end.
        seeds: spread of the seeds, the same at every λ and in both sets of pictures.
        noise: spread of each number beside that.
        right: moves the hump one λ upwards for each 1.
        seed: of the random numbers.
    """
    rng = np.random.default_rng(seed)
    bump = np.interp(np.arange(7) - right, np.arange(7), BUMP)
    mean = np.linspace(low, high, 7) * (1 - bump) + bump * (max(low, high) + gain)
    shared = seeds * rng.normal(size=(5, 1))
    return (LAMS, *(mean + shared + noise * rng.normal(size=(2, 5, 7))))


# LABEL: arguments of `table`. Seeds are such that no two wrong ideas say the same of all of them.
TABLES = {
    "a sweep with a hump far above the noise": dict(low=0.45, high=0.40, gain=0.10, seed=1),
    "a sweep with a hump at λ = 3": dict(
        low=0.40, high=0.45, gain=0.06, right=1.7, noise=0.008, seed=30
    ),
    "a sweep with a small hump, in noise": dict(
        low=0.49, high=0.5, gain=0.02, noise=0.02, seed=162
    ),
    "a sweep in which the source knows nothing (λ = ∞ is best)": dict(
        low=0.15, high=0.5, gain=-0.12, noise=0.008, seed=2
    ),
    "a sweep in which the target adds nothing (λ = 0 is best)": dict(
        low=0.6, high=0.4, gain=-0.1, noise=0.008, seed=0
    ),
    "a sweep in which λ does nothing": dict(low=0.5, high=0.5, gain=0, noise=0.03, seed=23),
    "a sweep in which λ does nothing, and one column is lucky": dict(
        low=0.5, high=0.5, gain=0, noise=0.03, seed=101
    ),
    "a sweep whose gain is below two standard errors": dict(
        low=0.40, high=0.45, gain=0.06, right=1.7, noise=0.008, seed=0
    ),
    "a second sweep whose gain is below two standard errors": dict(
        low=0.40, high=0.45, gain=0.06, right=1.7, noise=0.008, seed=214
    ),
    "a sweep whose gain on validation is none on test": dict(
        low=0.40, high=0.45, gain=0.06, right=1.7, noise=0.008, seed=47
    ),
    "a sweep whose gain is three and a half standard errors": dict(
        low=0.49, high=0.5, gain=0.02, noise=0.02, seed=667
    ),
    "a sweep whose gain is a little above two standard errors": dict(
        low=0.40, high=0.45, gain=0.06, right=1.7, noise=0.008, seed=220
    ),
}
LABELS = tuple(TABLES)
PROBES = tuple(table(**arguments) for arguments in TABLES.values())


def right(lams, validation, test, *, choose=None, ends=None, judge=None, errors=2.0, ddof=1):
    """The right answer; other columns to choose from, other ends or another bar make it wrong."""
    choose = validation if choose is None else choose
    judge = test if judge is None else judge
    middle = judge[:, 1 + choose[:, 1:-1].mean(0).argmax()]
    end = ends(choose, judge) if ends else judge[:, [0, -1][choose[:, [0, -1]].mean(0).argmax()]]
    return above(middle - end, errors, ddof)


def above(d, errors=2.0, ddof=1):
    """Whether the mean of differences [seeds] lies above so many standard errors."""
    return bool(d.mean() > errors * d.std(ddof=ddof) / np.sqrt(len(d)))


def _both_ends(lams, validation, test):
    """Another right answer: above either end."""
    middle = test[:, 1 + validation[:, 1:-1].mean(0).argmax()]
    return above(middle - test[:, 0]) and above(middle - test[:, -1])


def _each_seed(choose):
    """The best λ of each seed by itself."""

    def answer(lams, validation, test):
        judged = {"test": test, "validation": validation}[choose]
        best = 1 + judged[:, 1:-1].argmax(1)
        middle = test[np.arange(len(test)), best]
        return above(middle - test[:, [0, -1][validation[:, [0, -1]].mean(0).argmax()]])

    return answer


def _each_seed_max(lams, validation, test):
    return above(test[:, 1:-1].max(1) - test[:, [0, -1]].max(1))


def _unpaired(lams, validation, test):
    a, b = _columns(validation, test)
    error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    return bool(a.mean() - b.mean() > 2 * error)


def _columns(validation, test):
    middle = test[:, 1 + validation[:, 1:-1].mean(0).argmax()]
    return middle, test[:, [0, -1][validation[:, [0, -1]].mean(0).argmax()]]


def _of_the_middle(lams, validation, test):
    """The error of the chosen column alone."""
    a, b = _columns(validation, test)
    return bool(a.mean() - b.mean() > 2 * a.std(ddof=1) / np.sqrt(len(a)))


def _of_all(lams, validation, test):
    """The error of all numbers of the table."""
    a, b = _columns(validation, test)
    return bool((a - b).mean() > 2 * test.std() / np.sqrt(test.size))


def _deviation(lams, validation, test):
    a, b = _columns(validation, test)
    return bool((a - b).mean() > 2 * (a - b).std(ddof=1))


def _any_change(lams, validation, test):
    a, b = _columns(validation, test)
    d = a - b
    return bool(abs(d.mean()) > 2 * d.std(ddof=1) / np.sqrt(len(d)))


def _every_seed(lams, validation, test):
    a, b = _columns(validation, test)
    return bool((a > b).all())


def _mean_middle(lams, validation, test):
    a, b = _columns(validation, test)
    return above(test[:, 1:-1].mean(1) - b)


def _lam_one(lams, validation, test):
    a, b = _columns(validation, test)
    return above(test[:, 3] - b)


IDEAS = (
    Idea(
        (
            lambda lams, v, t: right(lams, t, t),
            lambda lams, v, t: right(lams, v, t, choose=t),
            lambda lams, v, t: _both_ends(lams, t, t),
        ),
        "λ is chosen on the test pictures: the best of five noisy means lies above its true value "
        "even where λ does nothing. Choose on validation, judge on test",
    ),
    Idea(
        (lambda lams, v, t: right(lams, v, v), lambda lams, v, t: _both_ends(lams, v, v)),
        "λ is chosen and judged on the validation pictures: the choice flatters itself. Test "
        "pictures are there to judge it once",
    ),
    Idea(
        (_each_seed("test"), _each_seed_max),
        "each seed gets the λ that is best for *its own* test score: the largest of five noisy "
        "numbers looks like a gain where there is none. Choose one λ, by the mean over the seeds, "
        "on validation",
    ),
    Idea(
        _each_seed("validation"),
        "each seed gets the λ that is best for *its own* validation score: asked is one λ for all, "
        "chosen by the mean over the seeds",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, ends=lambda c, j: j[:, -1]),
        "this compares with λ = ∞ alone. If λ = 0 is as good, it is the target that brings "
        "nothing: compare with the better end",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, ends=lambda c, j: j[:, 0]),
        "this compares with λ = 0 alone. If λ = ∞ is as good, it is the source that brings "
        "nothing: compare with the better end",
    ),
    Idea(
        lambda lams, v, t: right(
            lams, v, t, ends=lambda c, j: j[:, [0, -1][c[:, [0, -1]].mean(0).argmin()]]
        ),
        "this compares with the *worse* end: nearly everything beats that one",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, ends=lambda c, j: j[:, [0, -1]].mean(1)),
        "this compares with the mean of both ends; one end alone may be better than that",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, errors=0.0),
        "any gain counts here, however small: five seeds scatter, so ask for more than two "
        "standard errors of the mean difference",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, errors=1.0),
        "this bar is at about one standard error, which chance passes one time in six; asked are "
        "two. (The standard error is the standard deviation over the *root* of n)",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, errors=3.0),
        "this asks for more than two standard errors: three of them, or a t-test, which for five "
        "seeds asks for 2.8. Two are enough here",
    ),
    Idea(
        (_of_the_middle, _of_all),
        "this is the error of other numbers than the difference: subtract the two columns seed by "
        "seed, then take the standard error of those five differences",
    ),
    Idea(
        _deviation,
        "this asks for two standard *deviations* of the seeds. A mean of n seeds is surer than one "
        "seed: its standard error is the deviation divided by the root of n",
    ),
    Idea(
        _unpaired,
        "the two columns come from the same seeds, so that they rise and fall together: subtract "
        "seed by seed first, then take the standard error of the differences",
    ),
    Idea(
        lambda lams, v, t: right(lams, v, t, ddof=0),
        "np.std divides by n unless told otherwise, which makes the error of five seeds too small: "
        "ddof=1 divides by n − 1",
    ),
    Idea(
        _any_change,
        "a clear *loss* counts as help here: the difference should be above, not only away from 0",
    ),
    Idea(
        _every_seed,
        "this asks that every single seed gains. Asked is the mean difference against its standard "
        "error",
    ),
    Idea(
        _mean_middle,
        "this takes the mean over all λ of the middle. One good λ is enough: choose it on "
        "validation",
    ),
    Idea(_lam_one, "this looks at λ = 1 only; the best λ may be another: choose it on validation"),
    Idea(
        (
            lambda lams, v, t: bool(t.mean(0).argmax() not in (0, 6)),
            lambda lams, v, t: bool(v.mean(0).argmax() not in (0, 6)),
            lambda lams, v, t: bool(t[:, 1:-1].max() > t[:, [0, -1]].max()),
        ),
        "this asks where the highest number stands. In noise it stands in the middle five times "
        "out of seven: ask how far it lies above the ends, in standard errors",
    ),
    Idea(lambda lams, v, t: True, "this says True whatever the sweep shows"),
    Idea(lambda lams, v, t: False, "this says False whatever the sweep shows"),
)
