"""Attacks: their arithmetic, and three controls whose answer is known."""

import numpy as np
import pytest
import tensorflow as tf

from helpers import art, gan, privacy
from helpers.art import cities
from helpers.gan import networks
from helpers.privacy import remedies

RNG = np.random.default_rng(0)
ONE, TWO = RNG.normal(0.7, 1, 60), RNG.normal(0, 1, 40)


@pytest.fixture(scope="module")
def heaps():
    """Three heaps of 40 cities."""
    return np.split(cities.draw("neon", range(7000, 7120), 32), 3)


# ---- Reading an attack


def test_the_auc_is_the_share_of_pairs():
    pairs = ONE[:, None] - TWO[None]
    assert privacy.auc(ONE, TWO) == pytest.approx(np.mean(pairs > 0))
    assert privacy.auc([3, 4], [1, 2]) == 1 and privacy.auc([1], [2]) == 0
    assert privacy.auc([1, 1, 2], [1, 1]) == pytest.approx((6 - 2) / 6 * 0.5 + 2 / 6)


def test_swapped_labels_give_one_minus_it():
    assert privacy.auc(TWO, ONE) == pytest.approx(1 - privacy.auc(ONE, TWO))
    assert privacy.auc(-ONE, -TWO) == pytest.approx(1 - privacy.auc(ONE, TWO))


@pytest.mark.parametrize("m, n, half", [(50, 50, 0.114), (200, 200, 0.057), (1000, 1000, 0.025)])
def test_the_chance_interval(m, n, half):
    low, high = privacy.chance_interval(m, n)
    assert (0.5 - low, high - 0.5) == (pytest.approx(half, abs=5e-4),) * 2


def test_luck_ends_in_the_chance_interval_95_times_in_100():
    low, high = privacy.chance_interval(30, 20)
    found = [privacy.auc(*np.split(RNG.normal(size=50), [30])) for _ in range(2000)]
    assert np.mean((np.array(found) > low) & (np.array(found) < high)) == pytest.approx(
        0.95, abs=0.02
    )


def test_the_bootstrap_holds_the_true_value_as_often_as_it_says():
    from scipy.stats import norm

    true, inside = norm.cdf(0.7 / np.sqrt(2)), 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        scores = rng.normal(0.7, 1, 60), rng.normal(0, 1, 40)
        low, high = privacy.auc_interval(*scores, resamples=200, seed=seed)
        inside += low < true < high
    assert 88 <= inside <= 99


def test_the_interval_has_its_seed_and_its_width():
    ends = [privacy.auc_interval(ONE, TWO, seed=s) for s in (0, 0, 1)]
    assert ends[0] == ends[1] != ends[2]
    low, high = privacy.auc_interval(ONE, TWO, confidence=0.5)
    assert ends[0][0] < low < privacy.auc(ONE, TWO) < high < ends[0][1]


def test_rates_of_a_threshold():
    assert privacy.rates([1, 2, 3, 4], [0, 1, 2, 5], 2) == (0.5, 0.25)


def test_a_set_of_one_is_the_auc_and_a_larger_one_tells_more():
    single = privacy.set_success(ONE, TWO, 1, draws=20000)
    assert single == pytest.approx(privacy.auc(ONE, TWO), abs=0.015)
    assert privacy.set_success(ONE, TWO, 20) > single + 0.2
    assert privacy.set_success(np.ones(5), np.ones(5), 3) == 0.5
    with pytest.raises(
        ValueError, match="sets of 41 cannot be drawn from 60 members and 40 others"
    ):
        privacy.set_success(ONE, TWO, 41)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: privacy.auc([], [1]), "members: expected scores"),
        (lambda: privacy.auc([1], [[1, 2]]), "others: expected scores"),
        (lambda: privacy.auc([1, np.nan], [1]), "members: scores hold NaN"),
        (lambda: privacy.chance_interval(0, 5), "at least one member and one other"),
    ],
)
def test_scores_that_will_not_do(call, says):
    with pytest.raises(ValueError) as error:
        call()
    assert says in str(error.value)


# ---- Attacks


def test_the_nearest_distance_is_exact(heaps):
    a, b = heaps[0], heaps[1]
    every = np.sqrt(((a[:, None].astype(float) - b[None]) ** 2).mean(axis=(2, 3, 4)))
    np.testing.assert_allclose(privacy.nearest_distance(a, b), every.min(axis=1))
    assert not privacy.nearest_distance(a, np.concatenate([b, a])).any()
    np.testing.assert_allclose(privacy.nearest_scores(b, a), -every.min(axis=1))
    with pytest.raises(ValueError, match="bring them to one size"):
        privacy.nearest_distance(a, b[:, :16, :16])


def test_the_discriminators_scores_are_its_logits(heaps):
    model = gan.make(32, width=4, palette=0)
    expected = model.discriminator(art.to_float(heaps[0])).numpy()[:, 0]
    np.testing.assert_allclose(privacy.discriminator_scores(model, heaps[0]), expected, atol=1e-5)


def test_shifts_average_over_moved_pictures(heaps):
    class Corner:
        """Says how red the upper left pixel is."""

        @staticmethod
        def discriminator(pictures, training):
            return tf.constant(pictures[:, 0, :1, 0])

    picture = np.zeros((1, 8, 8, 3), np.uint8)
    picture[0, :3, :3, 0] = np.arange(9).reshape(3, 3) * 20
    found = privacy.discriminator_scores(Corner, picture, shifts=2)
    levels = picture[0, :3, :3, 0].astype(float)
    rows = [0, 0, 2]  # moved down or not at all the edge is seen; moved up, what lay two below
    assert found == pytest.approx([np.mean(levels[np.ix_(rows, rows)]) / 127.5 - 1], abs=1e-5)


def test_what_a_generator_draws_can_be_reconstructed_and_the_reference_is_subtracted(heaps):
    generators = [networks.generator(32, width=4, latent_dim=4, palette=0, seed=s) for s in (1, 2)]
    own = art.to_uint8(generators[0](RNG.normal(size=(6, 4)).astype(np.float32)).numpy())
    search = dict(steps=60, progress=False)
    plain = privacy.reconstruction_scores(generators[0], own, **search)
    other = privacy.reconstruction_scores(generators[1], own, **search)
    assert plain.mean() > other.mean()
    both = privacy.reconstruction_scores(generators[0], own, reference=generators[1], **search)
    np.testing.assert_allclose(both, plain - other, atol=1e-7)


# ---- Controls with a known answer


@pytest.mark.parametrize("count", [10, 40, 400])
def test_a_generator_that_hands_out_its_pictures_is_seen_as_often_as_it_must(heaps, count):
    leak = privacy.Leaking(heaps[0])
    found = [
        privacy.auc(*(privacy.nearest_scores(leak.sample(count, seed), heap) for heap in heaps[:2]))
        for seed in range(10)
    ]
    # A miss leaves a member's nearest other as far as a non-member's: half of those pairs count.
    assert np.mean(found) == pytest.approx(leak.expected_auc(count), abs=0.06)
    assert count < 400 or min(found) > 0.99


def test_a_generator_of_other_pictures_tells_nothing(heaps):
    leak = privacy.Leaking(heaps[2])
    found = privacy.auc(*(privacy.nearest_scores(leak.sample(400), heap) for heap in heaps[:2]))
    low, high = privacy.chance_interval(40, 40)
    assert low < found < high


@pytest.fixture(scope="module")
def overfitted(heaps):
    """A GAN that saw 20 pictures 240 times each, and nothing else."""
    model = gan.make(32, width=8, palette=0, augment="", decay=0.0, seed=3)
    model.fit(heaps[0][:20], 300, verbose=False)
    return model


def test_an_overfitted_discriminator_knows_its_members_and_no_others(overfitted, heaps):
    scores = [privacy.discriminator_scores(overfitted, heap[:20]) for heap in heaps]
    assert privacy.auc(scores[0], scores[1]) > 0.9
    assert privacy.auc(scores[1], scores[0]) < 0.1
    low, high = privacy.chance_interval(20, 20)
    assert low < privacy.auc(scores[1], scores[2]) < high


# ---- Remedies


def small(kind, **how):
    parts = (make(8, width=4, seed=1) for make in (networks.generator, networks.discriminator))
    model = kind(*parts, seed=1, **how)
    model.compile(augment="", r1=0.0, batch_size=4)
    return model


def test_near_copies_move_no_generator():
    pictures = RNG.integers(0, 256, (5, 8, 8, 3)).astype(np.uint8)
    model = small(remedies.Rejecting, nearest=20.0)
    model.prepare(pictures)
    fake = (
        art.to_float(pictures[:3]) + np.array([0, 10, 30], np.float32)[:, None, None, None] / 127.5
    )
    assert model.far_enough(tf.constant(fake)).numpy().tolist() == [False, False, True]
    with tf.GradientTape() as tape:
        fake = tf.constant(fake)
        tape.watch(fake)
        loss = model._generator_loss(fake, None)
    moved = np.abs(tape.gradient(loss, fake).numpy()).max(axis=(1, 2, 3)) > 0
    assert moved.tolist() == [False, False, True]


def test_with_nothing_to_reject_it_is_the_ordinary_training():
    pictures = RNG.integers(0, 256, (9, 8, 8, 3)).astype(np.uint8)
    models = small(gan.GAN), small(remedies.Rejecting, nearest=0.0)
    for model in models:
        model.fit(pictures, 5, verbose=False)
    for a, b in zip(*(m.generator.get_weights() for m in models)):
        np.testing.assert_allclose(a, b, atol=1e-5)


def _d_step(model, pictures):
    """How far one step of plain gradient descent with rate 1 moves D."""
    import keras

    model.compile(
        discriminator_optimizer=keras.optimizers.SGD(1.0), augment="", r1=0.0, batch_size=4
    )
    before = [v.numpy() for v in model.discriminator.trainable_variables]
    noise = model.noise(4, seed=0)
    model.discriminator_step(tf.constant(art.to_float(pictures[:4])), tf.constant(noise))
    return [b - v.numpy() for b, v in zip(before, model.discriminator.trainable_variables)]


def test_with_a_wide_clip_the_step_is_the_ordinary_one():
    pictures = RNG.integers(0, 256, (4, 8, 8, 3)).astype(np.uint8)
    plain, clipped = (
        _d_step(small(gan.GAN), pictures),
        _d_step(small(remedies.Clipped, clip=1e6), pictures),
    )
    for a, b in zip(plain, clipped):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_no_example_moves_the_discriminator_farther_than_the_clip():
    pictures = RNG.integers(0, 256, (4, 8, 8, 3)).astype(np.uint8)
    moved = _d_step(small(remedies.Clipped, clip=0.01), pictures)
    size = np.sqrt(sum((m**2).sum() for m in moved))
    assert 0.001 < size <= 0.01 + 1e-6  # the mean of four, each at most so long


def test_the_noise_has_its_size_and_is_new_in_each_step():
    pictures = RNG.integers(0, 256, (4, 8, 8, 3)).astype(np.uint8)
    quiet = _d_step(small(remedies.Clipped, clip=0.01), pictures)
    loud = small(remedies.Clipped, clip=0.01, noise=2.0)
    first = _d_step(loud, pictures)
    noise = np.concatenate([(a - b).ravel() for a, b in zip(first, quiet)])
    assert noise.std() == pytest.approx(0.01 * 2.0 / 4, rel=0.1)
    loud.step.assign_add(1)
    second = loud._noise_like(tf.zeros(500), 0).numpy()
    loud.step.assign_add(1)
    assert np.abs(np.corrcoef(second, loud._noise_like(tf.zeros(500), 0).numpy())[0, 1]) < 0.2


@pytest.mark.parametrize(
    "kind, how",
    [(remedies.Rejecting, {"nearest": 3.0}), (remedies.Clipped, {"clip": 2.0, "noise": 0.5})],
)
def test_a_remedy_trains_and_is_described(kind, how):
    pictures = RNG.integers(0, 256, (9, 8, 8, 3)).astype(np.uint8)
    model = small(kind, **how)
    model.fit(pictures, 4, verbose=False)
    assert np.isfinite(model.history.history["generator_loss"]).all()
    assert {k: v for k, v in model.get_config().items() if k in how} == how
