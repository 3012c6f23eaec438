"""The explorer's scene: pure functions from a state to pictures."""

import dataclasses

import numpy as np
import pytest

from helpers import explorer, latents
from helpers.explorer import source as source_module
from helpers.latents import blending


def full(scene):
    state = scene.along(
        scene.along(scene.start("a → b", seed=7), "direction 2", -2.7), "direction 1", 0.1
    )
    return dataclasses.replace(
        state, path=((3, 0.4), (15, 1 / 3)), truncation=0.7, blend=0.3, swap=("8 px",)
    )


def test_a_text_brings_the_picture_back_bit_for_bit(models, scene):
    state = full(scene)
    text = state.to_text()
    before = scene.picture(state)
    again = explorer.State.from_text(f"  {text}\n")
    elsewhere = explorer.Scene(models, directions=2)  # as if on another day
    elsewhere.picture(elsewhere.start("a → b", seed=1))
    assert again == state and (elsewhere.picture(again) == before).all()
    assert len(text) < 420 and text.isascii() and not set(text) & set("'\"\\ ")


def test_a_text_knows_a_direction_by_more_than_its_name(models):
    rng = np.random.default_rng(0)
    knob, other = rng.normal(size=(2, 6))

    def with_knob(v):
        return explorer.Scene({"a": models["a"]}, directions=1, named={"a": {"knob": v}})

    here, there = with_knob(knob), with_knob(other)
    along = here.along(here.start("a"), "knob", 2.0)
    with pytest.raises(
        ValueError, match="goes along 'knob', which was another direction when it was made"
    ):
        there.picture(along)
    beside = here.along(here.start("a"), "direction 1", 2.0)  # this one is the generator's own
    assert (there.picture(beside) == here.picture(beside)).all()
    plain = explorer.Scene({"a": models["a"]}, directions=1)
    assert (
        plain.picture(beside) == here.picture(beside)
    ).all()  # a knob more or less does not matter
    with pytest.raises(ValueError, match="there is no direction 'knob' here; one of: direction 1"):
        plain.picture(along)
    again = with_knob(knob * (1 + 1e-5 * rng.normal(size=6)))  # as found on another machine
    assert (again.picture(along).astype(int) - here.picture(along)).max() <= 1
    mark = along.steps[0][2]
    rounded = dataclasses.replace(
        along, steps=(("knob", 2.0, mark + 0.01),)
    )  # the last digit fell otherwise there
    assert (here.picture(rounded) == here.picture(along)).all()
    with pytest.raises(ValueError, match="another direction"):
        here.picture(dataclasses.replace(along, steps=(("knob", 2.0, mark + 0.03),)))


def test_a_step_replaces_the_one_before_and_zero_takes_it_back(scene):
    start = scene.start("a")
    two = scene.along(scene.along(start, "direction 2", 1.0), "direction 1", 3.0)
    assert two == scene.along(
        scene.along(start, "direction 1", 3.0), "direction 2", 1.0
    )  # one picture, one text
    assert scene.along(two, "direction 2", 0.5) == scene.along(
        scene.along(start, "direction 2", 0.5), "direction 1", 3.0
    )
    assert scene.along(scene.along(two, "direction 1", 0), "direction 2", 0.0) == start
    with pytest.raises(
        ValueError, match="there is no direction 'up' here; one of: direction 1, direction 2"
    ):
        scene.along(start, "up", 1.0)
    with pytest.raises(ValueError, match="a step's length is 7.0: expected a number from -6 to 6"):
        scene.along(start, "direction 1", 7.0)


def test_at_rest_the_picture_is_the_gans_own_sample(models, scene):
    picture = scene.picture(scene.start("a", seed=5)).astype(int)
    assert np.abs(picture - models["a"].sample(1, seed=5)[0]).max() <= 1
    child = dataclasses.replace(scene.start("a → b", seed=5), blend=1.0)
    assert (
        np.abs(scene.picture(child).astype(int) - models["a → b"][1].sample(1, seed=5)[0]).max()
        <= 1
    )


def test_the_latent_is_path_then_truncation_then_directions(scene):
    state, source = full(scene), scene.sources["a → b"]
    base = scene.latent(dataclasses.replace(state, steps=(), truncation=1.0))
    want = 0.7 * base + 0.1 * source.directions[0] - 2.7 * source.directions[1]
    assert np.allclose(scene.latent(state), want, atol=1e-6)
    start = latents.noise(source.parent, 1, 7)[0]
    one = scene.latent(dataclasses.replace(scene.start("a → b", 7), path=((3, 0.4),)))

    def angle(a, b):
        return np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    other = scene.latent(dataclasses.replace(scene.start("a → b", 7), path=((3, 1.0),)))
    assert not np.allclose(one, start) and angle(start, one) < angle(start, other)


def test_a_latent_of_ones_own_is_shown_as_it_is_and_varied(scene):
    source, z = scene.sources["a → b"], np.linspace(-2, 2, 6).astype(np.float32)
    state = scene.from_latent(z, "a → b")
    assert (scene.latent(state) == z).all()
    assert (scene.picture(state) == latents.decode(source.parent, z[None], 1)[0]).all()
    again = explorer.State.from_text(state.to_text())
    assert again == state and (scene.picture(again) == scene.picture(state)).all()
    assert len(np.unique(scene.wall(state).reshape(16, -1), axis=0)) == 16
    # its variations are its own, and no seed's
    other = scene.from_latent(z + 1e-3, "a → b")
    here, there = (scene.latent(scene.vary(one, 3, 1.0)) for one in (state, other))
    assert np.abs(here - there).max() > 0.5
    moved = dataclasses.replace(scene.along(state, "direction 1", 2.0), truncation=0.5, seed=9)
    assert np.allclose(scene.latent(moved), 0.5 * z + 2 * source.directions[0], atol=1e-6)


def test_a_latent_that_does_not_fit_is_refused(scene):
    with pytest.raises(
        ValueError, match="latent has 5 numbers, those of 'a' have 6: it is another"
    ):
        scene.from_latent(np.ones(5))
    with pytest.raises(ValueError, match="expected a row of at most"):
        scene.from_latent(np.ones((1, 6)))
    with pytest.raises(ValueError, match="'none' is not here"):
        scene.from_latent(np.ones(6), "none")


@pytest.mark.parametrize("t", [0, 0.25, 0.7, 1])
def test_a_mixture_of_two_is_the_picture_between_them(scene, t):
    a, b = full(scene), dataclasses.replace(scene.start("a → b", 3), blend=0.9, swap=("4 px",))
    mixed = scene.mixture(a, b, t)
    assert (scene.picture(mixed) == scene.between(a, b, t)).all()
    assert explorer.State.from_text(mixed.to_text()) == mixed
    assert (mixed == a, mixed == b) == (t == 0, t == 1)


def test_a_mixtures_shares_are_written_as_simply_as_can_be(scene):
    a, b = (dataclasses.replace(scene.start("a → b", 3), blend=blend) for blend in (0.2, 0.6))
    plain = scene.mixture(a, b, 0.5)
    assert (plain.blend, plain.swap, plain.shares) == (0.4, (), ())
    held = scene.mixture(*(dataclasses.replace(x, swap=("8 px",)) for x in (a, b)), 0.5)
    assert scene._shares(held) == (0.4, 1.0) and {held.blend, *dict(held.shares).values()} == {0.4}
    own = scene.mixture(a, dataclasses.replace(b, swap=("8 px",)), 0.5)
    assert scene._shares(own) == (0.4, 0.6) and len(own.shares) == 1


def test_mixtures_refuse_what_has_no_way(scene):
    with pytest.raises(ValueError, match="no way from 'a' to 'large'"):
        scene.mixture(scene.start("a"), scene.start("large"), 0.5)
    with pytest.raises(ValueError, match="t is 1.5: it must lie between 0"):
        scene.mixture(scene.start("a"), scene.start("a", 1), 1.5)


def test_a_block_can_have_a_share_of_its_own(scene):
    source = scene.sources["a → b"]
    state = dataclasses.replace(scene.start("a → b", 4), blend=0.25, shares=(("8 px", 0.75),))
    assert scene._shares(state) == (0.25, 0.75)
    want = source.draw(scene.latent(state)[None], (0.25, 0.75), 1)[0]
    assert (scene.picture(state) == want).all()
    with pytest.raises(ValueError, match="no block '9 px' to swap; one of: 4 px, 8 px"):
        scene.picture(dataclasses.replace(state, shares=(("9 px", 0.75),)))
    with pytest.raises(ValueError, match="'a' has no child to blend with"):
        scene.picture(dataclasses.replace(scene.start("a"), shares=(("4 px", 0.5),)))


def test_the_wall_shows_what_choosing_gives(scene):
    state = full(scene)
    wall = scene.wall(state, 0.6)
    assert wall.shape == (16, 8, 8, 3) and wall.dtype == np.uint8
    for i in (0, 7, 15):
        chosen = scene.vary(state, i, 0.6)
        assert np.abs(scene.picture(chosen).astype(int) - wall[i]).max() <= 1
    assert len(np.unique(wall.reshape(16, -1), axis=0)) == 16
    assert (scene.wall(state, 0.0).astype(int) - scene.picture(state)).max() <= 1
    # each station has its own variations: at spread 1 nothing of the station itself is left
    here, there = (scene.vary(start, 3, 1.0) for start in (state, scene.vary(state, 5, 0.5)))
    assert np.abs(scene.latent(here) - scene.latent(there)).max() > 0.5


def test_the_path_ends_somewhere(scene):
    state = dataclasses.replace(scene.start("a"), path=((1, 0.5),) * 50)
    assert scene.wall(state).shape == (16, 8, 8, 3)
    with pytest.raises(ValueError, match="50 variations are as far"):
        scene.vary(state, 0)


def test_blend_and_swap_are_those_of_latents(scene):
    source, z = scene.sources["a → b"], scene.latent(scene.start("a → b", 4))
    calibration = latents.noise(source.parent, 64)
    half = blending.blend(source.parent, source.child, 0.5, latents=calibration)
    state = dataclasses.replace(scene.start("a → b", 4), blend=0.5)
    assert np.abs(scene.picture(state).astype(int) - latents.decode(half, z[None], 1)[0]).max() <= 1
    mix = blending.swap_layers(
        source.parent, source.child, source.blocks["8 px"], latents=calibration
    )
    state = dataclasses.replace(scene.start("a → b", 4), swap=("8 px",))
    assert np.abs(scene.picture(state).astype(int) - latents.decode(mix, z[None], 1)[0]).max() <= 1


def test_between_quarters_weights_are_mixed_and_statistics_lie_between_those_measured(scene):
    source, statistics = scene.sources["a → b"], blending.statistics
    measured = [
        blending.blend(source.parent, source.child, share, latents=latents.noise(source.parent, 64))
        for share in (0.5, 0.75)
    ]
    mixture = source.network((0.6,) * len(source.blocks))
    for found, low, high in zip(*map(statistics, (mixture, *measured))):
        assert np.allclose(found, 0.6 * low.numpy() + 0.4 * high.numpy(), rtol=1e-4, atol=1e-6)
    half = blending.blend(source.parent, source.child, 0.6)
    for found, want in zip(mixture.trainable_weights, half.trainable_weights):
        assert np.allclose(found, want, atol=1e-6), found.path


def test_a_swapped_block_stays_the_childs_at_every_blend(scene):
    source = scene.sources["a → b"]
    mixture = source.network((0.6, 1.0))
    for name in source.blocks["8 px"]:
        weights = (
            network.get_layer(name).trainable_weights
            for network in (mixture, source.child, source.parent)
        )
        for found, childs, parents in zip(*weights):
            assert np.array_equal(found, childs) and not np.array_equal(found, parents), found.path


def test_a_mixtures_knots_are_the_quarters_around_it():
    def knots(*shares):
        return dict(source_module._knots(shares))

    assert knots(0.6, 1.0, 0.6) == pytest.approx({(0.5, 1.0, 0.5): 0.6, (0.75, 1.0, 0.75): 0.4})
    assert knots(0.25, 1.0) == {(0.25, 1.0): 1.0} and knots(0.0, 0.0) == {(0.0, 0.0): 1.0}
    square = {(0.0, 0.5): 0.12, (0.0, 0.75): 0.08, (0.25, 0.5): 0.48, (0.25, 0.75): 0.32}
    assert knots(0.2, 0.6) == pytest.approx(square)  # two blocks on their way to different ends


def test_a_strip_to_a_swapped_block_measures_at_quarters_alone(scene):
    source, a = scene.sources["a → b"], scene.start("a → b", 1)
    source.measured.cache_clear()
    scene.strip(a, dataclasses.replace(a, swap=("8 px",)), 50)
    assert (
        source.measured.cache_info().misses == 5
    )  # both blocks at 0, then the second at four quarters
    held = dataclasses.replace(a, blend=0.75)
    source.measured.cache_clear()
    scene.strip(held, dataclasses.replace(held, swap=("8 px",)), 50)
    assert (
        source.measured.cache_info().misses == 2
    )  # and (1 - t) ¾ + t ¾ is ¾, though not to the last bit


def test_a_strip_goes_from_one_state_to_the_other(scene):
    a, b = scene.start("a → b", 1), full(scene)
    strip = scene.strip(a, b, 5)
    assert strip.shape == (5, 8, 8, 3)
    for t, picture in zip((0, 0.25, 1), strip[[0, 1, 4]]):
        assert np.abs(scene.between(a, b, t).astype(int) - picture).max() <= 1
    assert np.abs(strip[0].astype(int) - scene.picture(a)).max() <= 1
    assert np.abs(strip[-1].astype(int) - scene.picture(b)).max() <= 1
    c = dataclasses.replace(a, seed=2)
    z = latents.slerp(scene.latent(a), scene.latent(c), 7 / 19)
    want = latents.decode(scene.sources["a → b"].parent, z[None], 1)[0]
    assert np.abs(scene.strip(a, c, 20)[7].astype(int) - want).max() <= 1  # more than one batch
    with pytest.raises(ValueError, match="no way from 'a' to 'large'"):
        scene.strip(scene.start("a"), scene.start("large"))


def test_pictures_do_not_depend_on_what_was_shown_before(scene):
    states = [full(scene), scene.start("a → b", 3), dataclasses.replace(full(scene), blend=0.8)]
    first = [scene.picture(state) for state in states]
    for state, picture in reversed(list(zip(states, first))):
        assert (scene.picture(state) == picture).all()


def test_to_measure_a_mixture_changes_no_picture(scene):
    state = dataclasses.replace(scene.start("a → b", 3), blend=0.8)
    before = scene.picture(state)
    scene.sources["a → b"].measured.cache_clear()
    scene.sources["a → b"].measured((0.25, 0.25))
    assert (scene.picture(state) == before).all()


def test_directions_of_ones_own_come_first_and_change_no_other_picture(models):
    vector = np.array([0, 2, 0, 0, 0, 0])
    own = explorer.Scene({"a": models["a"]}, directions=1, named={"a": {"beard": vector}})
    assert own.sources["a"].labels == ["beard", "direction 1"]
    assert np.allclose(own.sources["a"].directions[0], vector / 2)
    plain = explorer.Scene({"a": models["a"]}, directions=2)
    assert own.start() == plain.start()
    with pytest.raises(ValueError, match="has a 'direction 2' of its own"):
        explorer.Scene({"a": models["a"]}, directions=2, named={"a": {"direction 2": vector}})
    with pytest.raises(ValueError, match=r"shape \[5\]: expected a finite vector \[6\]"):
        explorer.Scene({"a": models["a"]}, named={"a": {"beard": np.ones(5)}})
    with pytest.raises(ValueError, match="named has directions for 'b'; one of: a"):
        explorer.Scene({"a": models["a"]}, named={"b": {}})


def test_scenes_refuse_what_they_cannot_show(models, scene):
    with pytest.raises(ValueError, match="no generator to explore"):
        explorer.Scene({})
    with pytest.raises(ValueError, match="built differently"):
        explorer.Scene({"pair": (models["a"], models["large"])}, directions=2)
    with pytest.raises(ValueError, match="got 3 in a row"):
        explorer.Scene({"three": [models["a"]] * 3})
    with pytest.raises(ValueError, match="the generator 'none' is not here"):
        scene.start("none")
