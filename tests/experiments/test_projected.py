"""What the comparison of the two discriminators counts and how; no training."""

import dataclasses

import numpy as np
import pytest

from experiments import projected as trained
from experiments import projected_scores as scores
from helpers import art, gan
from helpers.gan import projected

ROW = dataclasses.asdict(trained.Run("confirm", "signs", 240, "pixels", 1, 0))


def rows(*values, arm="pixels", **more):
    """Rows of one arm with these scores, a seed each."""
    return [
        {**ROW, "arm": arm, "seed": seed, "kid": value, "untrained": value / 2, **more}
        for seed, value in enumerate(values)
    ]


def test_differences_are_paired_by_seed_and_runs_without_a_partner_do_not_count():
    found = rows(0.8, 0.6, 0.9) + rows(0.5, 0.5, arm=trained.WINNER)
    (one,) = scores.compared(found[::-1], ("confirm",))
    assert one["seeds"] == 2 and one["kid"]["pixels"] == 0.7 and one["kid"]["projected"] == 0.5
    assert one["kid"]["difference"] == -0.2
    assert one["kid"]["error"] == pytest.approx(np.std([-0.3, -0.1], ddof=1) / np.sqrt(2), abs=1e-4)
    assert one["untrained"]["share"] == pytest.approx(0.714, abs=1e-3)
    assert scores.compared(found, ("map",)) == []


def test_a_single_pair_has_no_error():
    (one,) = scores.compared(rows(0.8) + rows(0.4, arm=trained.WINNER), ("confirm",))
    assert one["kid"]["error"] is None and one["kid"]["share"] == 0.5


def test_over_sets_each_set_counts_once():
    found = []
    for name, value in (("a", 0.2), ("b", 0.6)):
        found += rows(1.0, 1.0, pictures=name) + rows(
            value, value, arm=trained.WINNER, pictures=name
        )
    told = scores.over_sets(scores.compared(found, ("confirm",)))
    assert told["240"]["kid"] == {"share": 0.4, "error": 0.2, "sets": 2}


def test_a_control_stands_beside_the_winner_and_the_pixel_d_of_its_set_alone():
    def of(part, arm, pictures, seed=0, kid=0.5, **more):
        scores = {"kid": kid, "untrained": 0.1, "density": 1.0, "coverage": 0.9}
        run = {"part": part, "arm": arm, "pictures": pictures, "count": 240, "units": 1, "size": 32}
        return {**run, "seed": seed, **scores, **more}

    winner = trained.WINNER
    rows = [of("controls", "random", "gardens"), of("controls", "random", "gardens", 1, 0.7),
            of("confirm", winner, "gardens"), of("confirm", winner, "gardens", count=50),
            of("confirm", winner, "gardens", units=3), of("confirm", winner, "gardens", size=64),
            of("confirm", "two", "gardens"), of("confirm", winner, "blocks")]  # fmt: skip
    found = scores.controls(rows)
    assert {name: set(arms) for name, arms in found.items()} == {"gardens": {"random", winner}}
    assert found["gardens"]["random"] == {"kid": 0.6, "untrained": 0.1, "density": 1.0, "coverage": 0.9, "seeds": 2}  # fmt: skip
    assert found["gardens"][winner]["seeds"] == 1


def test_pictures_of_a_run_from_another_folder_are_those_of_the_result(tmp_path, monkeypatch):
    those = np.full((8, 32, 32, 3), 200, np.uint8)
    monkeypatch.setattr(scores.results, "arrays", lambda name: {"run": those})
    np.testing.assert_array_equal(scores.first("run", tmp_path), those)


def test_every_run_has_a_name_and_a_ratio_of_its_own():
    names = [run.name for runs in trained.parts().values() for run in runs]
    repeated = {name for name in names if names.count(name) > 1}
    assert not {name for name in repeated if "creatures" in name or "city" in name}
    for runs in trained.parts().values():
        for run in runs:
            assert trained.steps_of(run) >= 100
    slow = trained.Run("confirm", "signs", 240, "three", 1, 0)
    assert trained.steps_of(slow) == round(1000 / trained.RATIO["three"])
    assert trained.run_of({**ROW, "kid": 1}) == trained.Run(**ROW)


def test_all_arms_see_the_same_pictures(tmp_path):
    pictures = np.arange(30 * 8 * 8 * 3).reshape(30, 8, 8, 3).astype(np.uint8)
    sides = {"train": pictures, "validation": pictures[:5], "test": pictures[:5]}
    np.savez(tmp_path / "mine_8.npz", **sides)
    few, again, every = (
        trained.training_pictures(trained.Run("x", "mine", count, arm, 1, seed, 8), tmp_path)
        for count, arm, seed in ((10, "pixels", 0), (10, "two", 3), (0, "two", 0))
    )
    np.testing.assert_array_equal(few, again)
    assert len(few) == 10 and len(every) == 30
    assert len(trained.load("heroes", 32, tmp_path)["train"]) == 3000  # one of ours


@pytest.mark.parametrize("trainable", [False, True])
def test_random_maps_have_unit_variance_and_learn_only_when_asked(trainable):
    form = projected.Form(looks=(("block03", 1, 8), ("block05", 1, 8)))
    images = art.load("heroes").images[:64]
    maps = trained.random_maps(form, images, seed=1, trainable=trainable)
    for found in maps(art.to_float(images)):
        spread = np.std(found, axis=(0, 1, 2))
        assert 0.9 < np.median(spread) < 2.0  # a sum of two where the block adds its input
    assert bool(maps.trainable_variables) == trainable
    other = trained.random_maps(form, images, seed=2, trainable=trainable)
    assert not np.allclose(maps(art.to_float(images[:2]))[0], other(art.to_float(images[:2]))[0])


def test_the_winner_is_what_the_course_builds_by_default():
    form, changes = trained.FORMS[trained.WINNER]
    made = gan.make(32, discriminator=projected.Form(**form), **changes)
    default = gan.make(32, discriminator="projected")
    assert made.discriminator.spec == default.discriminator.spec and made.recipe == default.recipe


def test_a_child_with_the_projected_discriminator_starts_with_the_parent_s_generator():
    run = trained.Run("parent", "creatures", 10, "parent_projected", 0.6, 0)
    model = trained.started(run, art.load("creatures").images[:10])
    parent = trained.checkpoints.load(trained.PARENT)
    for mine, theirs in zip(model.generator.get_weights(), parent.averaged_generator.get_weights()):
        np.testing.assert_array_equal(mine, theirs)
    assert model.discriminator.spec["network"] == "projected_discriminator"
    assert trained.steps_of(run) == 600


@pytest.mark.parametrize("arm", trained.HANDED)
def test_half_of_the_time_belongs_to_each_discriminator(arm):
    run = trained.Run("handed", "creatures", 0, arm, 3, 0)
    first, second = trained.halves(run)
    images = art.load("creatures").images[:10]
    model = trained.started(run, images)
    assert trained.steps_of(run) == trained.steps_of(first) + trained.steps_of(second)
    assert trained.steps_of(first) * trained.RATIO[first.arm] == pytest.approx(1500, abs=1)
    other = trained.handed_over(model, run, images)
    alone = trained.started(second, images)
    assert model.discriminator.spec != other.discriminator.spec == alone.discriminator.spec
    assert other.recipe == alone.recipe
    for mine, theirs in zip(other.generator.get_weights(), model.averaged_generator.get_weights()):
        np.testing.assert_array_equal(mine, theirs)


def test_each_size_is_compared_by_itself_with_the_d_of_its_arm():
    small = rows(0.8, arm="shipped") + rows(0.5, arm="shipped_fast")
    large = rows(0.9, arm="pixels", size=64) + rows(0.3, arm="averaged", size=64)
    found = scores.compared(large + small, ("confirm",))
    told = {one["size"]: (one["kid"]["pixels"], one["kid"]["projected"]) for one in found}
    assert told == {32: (0.8, 0.5), 64: (0.9, 0.3)}
    assert all(run.arm in scores.KINDS for run in trained.parts()["shipped"])


@pytest.mark.parametrize("arm", ["shipped", "shipped_fast"])
def test_as_shipped_has_the_size_of_the_shipped_generators(arm):
    images = art.load("heroes").images[:10]
    model = trained.started(trained.Run("shipped", "heroes", 0, arm, 2.5, 0), images)
    shipped = trained.checkpoints.load("heroes")
    # The shipped one drew at 1 when it was trained; today's default is the same for both arms.
    ours, theirs = ({**m.generator.spec, "temperature": 1} for m in (model, shipped))
    assert ours == theirs
    kept = {"generator_rate", "discriminator_rate", "batch_size", "r1", "loss", "augment"}
    same = {name: model.recipe[name] == shipped.recipe[name] for name in kept}
    assert same["batch_size"] and all(same.values()) == (arm == "shipped"), same
