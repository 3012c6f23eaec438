"""gan_transfer: what is copied, what stays put, what is mixed, and who looks like whom."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from helpers import gan, results
from helpers.gan import transfer


def pictures(count, level, seed=0):
    noise = np.random.default_rng(seed).integers(0, 40, (count, 8, 8, 3))
    return (noise + level).astype(np.uint8)


@pytest.fixture(scope="module")
def parent():
    """One for all tests: that children leave it alone is tested, too."""
    model = gan.make(8, width=4, latent_dim=6, seed=3, batch_size=4)
    model.fit(pictures(32, 20), 3, verbose=False)
    return model


def arrays(network):
    return [np.array(w) for w in network.get_weights()]


def same(a, b):
    return [np.array_equal(x, y) for x, y in zip(a, b)]


@pytest.mark.parametrize("generator", [False, True])
@pytest.mark.parametrize("discriminator", [False, True])
def test_what_is_asked_for_is_copied_and_nothing_else(parent, generator, discriminator):
    child = transfer.child(parent, generator=generator, discriminator=discriminator, seed=9)
    drawn = arrays(parent.averaged_generator)
    assert all(same(arrays(child.generator), drawn)) == generator
    assert all(same(arrays(child.averaged_generator), drawn)) == generator
    assert all(same(arrays(child.discriminator), arrays(parent.discriminator))) == discriminator
    rate = transfer.RATE if generator or discriminator else gan.RECIPE["generator_rate"]
    assert child.recipe["generator_rate"] == child.recipe["discriminator_rate"] == rate
    assert child.recipe["batch_size"] == 4 and child.seed == 9 and child.step_count == 0


def test_scratch_is_what_make_builds(parent):
    child = transfer.child(parent, generator=False, discriminator=False, seed=5)
    fresh = gan.make(8, width=4, latent_dim=6, seed=5)
    for name in ("generator", "averaged_generator", "discriminator"):
        assert all(same(arrays(getattr(child, name)), arrays(getattr(fresh, name)))), name


def test_a_child_may_start_with_the_target_s_colours(parent):
    before, target = parent.state(), pictures(16, 200)
    child, plain = transfer.child(parent, colours=target), transfer.child(parent)
    assert all(np.array_equal(before[name], array) for name, array in parent.state().items())
    assert all(same(arrays(child.generator), arrays(child.averaged_generator)))
    assert all(same(arrays(child.discriminator), arrays(parent.discriminator)))
    pairs = zip(child.generator.weights, plain.generator.weights)
    moved = {
        v.path.split("/", 1)[1].removeprefix("palette/")
        for v, a in pairs
        if not np.array_equal(v, a)
    }
    assert moved == {"which/kernel", "which/bias", "which_start"}
    painted = child.sample(20)
    assert painted[(painted < 250).all(-1)].min() > 150 > plain.sample(20).min()
    child.prepare(255 - target)
    assert (child.sample(20) == painted).all()  # training does not choose colours once more


def test_training_the_child_leaves_the_parent_alone(parent):
    before = parent.state()
    child = transfer.child(parent, loss="hinge", generator_rate=0.02)
    assert child.recipe["loss"] == "hinge" and child.recipe["generator_rate"] == 0.02
    child.fit(pictures(16, 200), 3, verbose=False)
    after = parent.state()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert not all(same(arrays(child.generator), arrays(parent.averaged_generator)))


def test_the_fast_recipe_changes_the_childs_rates_alone(parent):
    child = transfer.child(parent, **transfer.FAST)
    changed = {name for name, value in child.recipe.items() if value != parent.recipe[name]}
    assert changed == {"generator_rate", "discriminator_rate", "decay"}
    assert child.recipe["generator_rate"] > child.recipe["discriminator_rate"]
    assert float(child.generator_optimizer.learning_rate) == pytest.approx(
        transfer.FAST["generator_rate"]
    )


def test_frozen_layers_of_d_do_not_move(parent):
    child = transfer.child(parent, freeze=1)
    child.fit(pictures(16, 200), 3, verbose=False)
    unmoved = same(arrays(child.discriminator), arrays(parent.discriminator))
    assert unmoved == [True, True] + [False] * (len(unmoved) - 2)


def test_only_the_scales_and_shifts_of_g_move(parent):
    child = transfer.child(parent, only_norms=True)
    child.fit(pictures(16, 200), 3, verbose=False)
    for layer in child.generator.layers:
        old = parent.averaged_generator.get_layer(layer.name)
        moved = not all(same(layer.get_weights(), old.get_weights()))
        assert moved == isinstance(layer, layers.BatchNormalization), layer.name
    assert not any(same(arrays(child.discriminator), arrays(parent.discriminator)))


def test_layers_that_are_not_copied_cannot_be_kept(parent):
    with pytest.raises(ValueError, match="freeze keeps.*discriminator=True"):
        transfer.child(parent, discriminator=False, freeze=1)
    with pytest.raises(
        ValueError, match="colours repaints the parent's G: it needs generator=True"
    ):
        transfer.child(parent, generator=False, colours=pictures(4, 200))
    with pytest.raises(ValueError, match="only_norms keeps.*generator=True"):
        transfer.child(parent, generator=False, only_norms=True)
    with pytest.raises(ValueError, match="cannot freeze 7 layers"):
        transfer.child(parent, freeze=7)


# Anchored --------------------------------------------------------------------------------------


def distance(child, parent):
    old = dict((w.path.split("/", 1)[-1], w) for w in parent.averaged_generator.trainable_variables)
    return sum(
        float(tf.reduce_sum((w.value - old[w.path.split("/", 1)[-1]].value) ** 2))
        for w in child.generator.trainable_variables
    )


def anchored(weight):
    return functools.partial(transfer.Anchored, weight=weight)


def test_the_anchor_holds_and_its_penalty_is_lesson_twos(parent):
    moved = []
    for weight in (0.0, 1000.0):
        child = transfer.child(parent, kind=anchored(weight))
        child.fit(pictures(16, 200), 6, verbose=False)
        squares = distance(child, parent)
        assert np.isclose(float(child.generator_penalty()), weight / 2 * squares, rtol=1e-4)
        moved.append(squares)
    assert 0 < moved[1] < moved[0] / 2


def test_the_anchor_stays_where_training_began_when_the_pictures_change(parent):
    child = transfer.child(parent, kind=anchored(1.0))
    for level in (200, 50):
        child.fit(pictures(16, level), 2, verbose=False)
    assert np.isclose(float(child.generator_penalty()), distance(child, parent) / 2, rtol=1e-4)


def test_an_anchor_of_no_weight_changes_nothing(parent):
    plain = transfer.child(parent)
    held = transfer.child(parent, kind=anchored(0.0))
    for model in (plain, held):
        model.fit(pictures(16, 200), 3, verbose=False)
    for a, b in zip(arrays(plain.generator), arrays(held.generator)):
        np.testing.assert_allclose(a, b, atol=1e-6)


# Mixture ---------------------------------------------------------------------------------------


def mixture(parent, lam):
    kind = functools.partial(transfer.Mixture, first=pictures(30, 0), lam=lam)
    model = transfer.child(parent, kind=kind, batch_size=512)
    model.prepare(pictures(7, 200))
    return model


@pytest.mark.parametrize("lam", [0.0, 0.25, 1.0, 4.0, float("inf")])
def test_the_share_of_the_second_art_is_lam_over_one_plus_lam(parent, lam):
    model = mixture(parent, lam)
    means = []
    for step in range(4):
        model.step.assign(step)
        means.append(model.draw_batch().numpy().mean(axis=(1, 2, 3)) > 0)
    share = np.mean(means)
    expected = 1.0 if np.isinf(lam) else lam / (1 + lam)
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / 2048) + 1e-9
    assert len(np.unique(np.packbits(means, axis=1), axis=0)) == (4 if 0 < expected < 1 else 1)


def test_a_batch_of_a_mixture_holds_whole_pictures_of_both_arts(parent):
    model = mixture(parent, 1.0)
    drawn = np.round((model.draw_batch().numpy() + 1) * 127.5).astype(int)
    known = {p.tobytes() for p in (*pictures(7, 200).astype(int), *pictures(30, 0).astype(int))}
    found = {p.tobytes() for p in drawn}
    assert found <= known and len(found) == 37  # 512 draws from 37 pictures: all of them, none else


# The judge -------------------------------------------------------------------------------------


def flat(images):
    return images.reshape(len(images), -1).astype(np.float32)


def test_the_judge_knows_two_arts_apart_and_counts_a_mixture():
    judge = transfer.StyleJudge(pictures(60, 20), pictures(12, 120), extract=flat)
    parent, target = pictures(50, 20, seed=1), pictures(50, 120, seed=1)
    assert judge.share(parent) == 0 and judge.share(target) == 1
    assert judge.share(np.concatenate([parent, target[:25]])) == pytest.approx(1 / 3)
    assert judge.share(flat(target)) == 1  # features do as well
    assert judge.accuracy(parent, target) == 1 and judge.accuracy(target, parent) == 0
    assert judge.accuracy(parent, np.concatenate([target, parent])) == pytest.approx(0.75)


def test_a_small_target_is_not_outvoted():
    """Overlapping arts, 400 against 20: an unbalanced judge would call nearly all the parent's."""

    def points(count, centre, seed):
        return np.random.default_rng(seed).normal(centre, 1, (count, 5)).astype(np.float32)

    judge = transfer.StyleJudge(points(400, 0.0, 0), points(20, 0.8, 1))
    assert judge.share(points(400, 0.8, 2)) > 0.7 and judge.share(points(400, 0.0, 3)) < 0.35


def test_a_judge_needs_both_arts():
    with pytest.raises(ValueError, match="from both arts, got 0 and 5 pictures"):
        transfer.StyleJudge(pictures(0, 0), pictures(5, 0), extract=flat)


def test_what_lesson_05_claims_live_holds_over_ten_seeds():
    """Made by experiments/claims_05.py."""
    claims = results.card("05_claims")["claims"]
    # Exercise 05.5 says of its own claim that it holds for nine of ten.
    assert claims.pop("the branch for single pixels lowers dither")["holds_in"] == 9
    assert len(claims) == 5
    for name, claim in claims.items():
        assert len(claim["larger"]) == 10 and claim["holds_in"] == 10, name
