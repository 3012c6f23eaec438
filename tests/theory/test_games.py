"""The Dirac-GAN and its relatives against the eigenvalues and growth factors of the theory."""

import numpy as np
import pytest

from helpers.theory import games

STARTS = [(0.1, 0.1), (1, 0), (1, 1), (2, 2)]


def growth(path):
    """How much farther from the equilibrium the path ends than it began."""
    return games.radius(path)[-1] / games.radius(path)[0]


@pytest.mark.parametrize(
    "loss, half_or_one", [("min_max", 0.5), ("non_saturating", 0.5), ("wasserstein", 1.0)]
)
def test_eigenvalues_at_the_equilibrium(loss, half_or_one):
    found = games.eigenvalues(games.dirac_gan(loss=loss))
    assert found == pytest.approx(np.array([1j, -1j]) * half_or_one, abs=1e-6)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.0])
def test_r1_eigenvalues(gamma):
    found = games.eigenvalues(games.dirac_gan(gamma=gamma))
    # At γ = 1 both eigenvalues meet, where rounding enters as its square root.
    assert found == pytest.approx(games.r1_eigenvalues(gamma), abs=1e-3 if gamma == 1 else 1e-6)


def test_instance_noise_acts_like_r1_of_half_its_variance():
    found = games.eigenvalues(games.dirac_gan(noise=1.0))
    assert found == pytest.approx(games.r1_eigenvalues(0.5), abs=1e-6)


@pytest.mark.parametrize(
    "start, expected", [((0.1, 0.1), 1.867), ((1, 0), 1.76), ((1, -1), 1.59), ((2, -2), 1.08)]
)
def test_simultaneous_steps_move_outwards_by_the_stated_factor(start, expected):
    field = games.dirac_gan()
    path = games.play(field, start, rate=0.1, steps=500)
    factor = (games.radius(path)[1:] / games.radius(path)[:-1]) ** 2
    pull = games.sigmoid(path[:-1, 0] * path[:-1, 1])
    assert factor == pytest.approx(1 + 0.1**2 * pull**2, abs=1e-12)
    # 1.867 is the factor of the linear system; from (0.1, 0.1) the curved one is a touch below.
    assert growth(path) == pytest.approx(expected, abs=6e-3)


def test_wasserstein_without_clipping_grows_alike_from_everywhere():
    for start in STARTS:
        path = games.play(games.dirac_gan(loss="wasserstein"), start, rate=0.1, steps=500)
        assert growth(path) == pytest.approx(12.03, abs=0.01)


def test_alternating_steps_go_round_for_ever():
    path = games.play(games.dirac_gan(), (0.1, 0.1), rate=0.1, steps=20_000, method="alternating")
    ratio = games.radius(path) / games.radius(path)[0]
    assert 0.97 < ratio.min() and ratio.max() < 1.03


def test_alternating_map_has_determinant_one():
    def step(x, y):
        return games.play(games.dirac_gan(), (x, y), rate=0.7, steps=1, method="alternating")[1]

    assert np.linalg.det(games.jacobian(step)) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    "rate, at, determinant, size",
    [(0.1, (0, 0), 1.0, 1.0), (4.1, (0, 0), 1.0, 1.5625), (0.1, (1, 0), 0.97506, 0.98745)],
)
def test_determinant_one_is_neither_everywhere_nor_enough(rate, at, determinant, size):
    matrix = games.step_matrix(games.dirac_gan(), rate=rate, at=at)
    assert np.linalg.det(matrix) == pytest.approx(determinant, abs=1e-4)
    assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(size, abs=1e-4)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 3.0])
@pytest.mark.parametrize("method", ["simultaneous", "alternating", "extragradient"])
def test_the_steps_eigenvalues_tell_the_factor_a_round(method, gamma):
    field = games.dirac_gan(gamma=gamma)
    size = np.abs(np.linalg.eigvals(games.step_matrix(field, rate=0.1, method=method))).max()
    path = games.play(field, (0.001, 0), rate=0.1, steps=1000, method=method)
    assert growth(path) ** (1 / 1000) == pytest.approx(size, abs=3e-3 if gamma == 3 else 2e-4)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("method", ["simultaneous", "alternating"])
def test_r1_settles(start, method):
    path = games.play(games.dirac_gan(gamma=1.0), start, rate=0.1, steps=500, method=method)
    assert games.radius(path)[-1] < 1e-6


def test_instance_noise_settles():
    path = games.play(games.dirac_gan(noise=1.0), (1, 1), rate=0.1, steps=2000)
    assert games.radius(path)[-1] < 1e-6


def test_non_saturating_has_the_same_eigenvalues_but_creeps_inwards():
    field = games.dirac_gan(loss="non_saturating")
    theta, psi = 0.8, -1.3
    along = np.dot(field(theta, psi), (theta, psi)) * 2
    assert along == pytest.approx(-2 * theta * psi * np.tanh(theta * psi / 2), abs=1e-12)
    path = games.play(field, (1, 0), rate=0.1, steps=5000, method="alternating")
    assert games.radius(path)[-200:].mean() == pytest.approx(1 / np.sqrt(1 + 500 / 8), rel=0.05)
    cycle = games.radius(games.play(field, (1, 0), rate=0.1, steps=20_000))[-500:]
    assert cycle.mean() == pytest.approx(0.445, abs=0.01)


def test_extragradient_and_optimistic_steps_settle_where_plain_steps_spiral_out():
    h = 0.1
    plain = growth(games.play(games.bilinear, (1, 1), rate=h, steps=1000))
    extra = growth(games.play(games.bilinear, (1, 1), rate=h, steps=1000, method="extragradient"))
    hopeful = growth(games.play(games.bilinear, (1, 1), rate=h, steps=1000, method="optimistic"))
    assert plain == pytest.approx((1 + h**2) ** 500, rel=1e-9)
    assert extra == pytest.approx(((1 - h**2) ** 2 + h**2) ** 500, rel=1e-9)
    assert extra < 0.0071 and hopeful < 0.0071


@pytest.mark.parametrize("decay, expected", [(0.99, 0.197), (0.995, 0.100), (0.999, 0.020)])
def test_an_average_shrinks_the_oscillation(decay, expected):
    assert games.average_gain(decay, 0.05) == pytest.approx(expected, abs=6e-4)
    path = games.play(games.dirac_gan(), (0.1, 0), rate=0.1, steps=20_000, method="alternating")
    tail = games.radius(games.averaged(path, decay))[-500:].mean()
    assert tail / games.radius(path)[-500:].mean() == pytest.approx(expected, rel=0.02)


def test_average_of_one_step_is_the_path_itself():
    path = np.array([[1.0, 2], [3, 4]])
    assert games.averaged(path, 0) == pytest.approx(path)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: games.dirac_gan(loss="hinge"), "unknown loss 'hinge'; one of: min_max"),
        (
            lambda: games.dirac_gan(gamma=-1),
            "gamma -1 and noise 0.0: expected numbers of at least 0",
        ),
        (
            lambda: games.play(games.bilinear, (1, 1), method="fast"),
            "unknown method 'fast'; one of: sim",
        ),
        (
            lambda: games.step_matrix(games.bilinear, rate=0.1, method="optimistic"),
            "depends on the last one",
        ),
        (lambda: games.averaged(np.zeros((2, 2)), 1.0), "decay is 1.0"),
    ],
)
def test_errors_say_what_was_expected(call, words):
    with pytest.raises(ValueError, match=words):
        call()
