"""Exercises of lessons 05 and 06: each likely mistake gets its own words, and right answers pass."""

import numpy as np
import pytest

from helpers import art, checkpoints, exercises, latents, results
from helpers.exercises import lesson_05, lesson_06_blocks
from helpers.exercises import lesson_05_branch as branch
from helpers.latents import blending


def transfer(source="averaged_generator", both=True, respect=True, spoil=False):
    """A transfer with one fault of choice."""

    def answer(parent, child, generator, discriminator):
        if generator or not respect:
            networks = (child.generator, child.averaged_generator) if both else (child.generator,)
            for network in networks:
                network.set_weights(getattr(parent, source).get_weights())
        if discriminator or not respect:
            child.discriminator.set_weights(parent.discriminator.get_weights())
        if spoil:
            parent.discriminator.set_weights([0 * w for w in parent.discriminator.get_weights()])

    return answer


def circle(a, b, t):
    omega = np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))
    return (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)


def slope(z, score, constant=True):
    columns = np.column_stack([np.ones(len(z)), z]) if constant else z
    found = np.linalg.lstsq(columns, score, rcond=None)[0][int(constant) :]
    return found / np.linalg.norm(found)


def unit(v):
    return v / np.linalg.norm(v)


def fit(z, score, keep, constant=True):
    v, u = slope(z, score, constant), slope(z, keep)
    rest = v - (v @ u) * u
    return rest / np.linalg.norm(rest)


def unscaled(z, score, keep):
    """A fit that takes v · u times u away from v, whatever the length of u is."""
    columns = np.column_stack([np.ones(len(z)), z])
    v, u = (np.linalg.lstsq(columns, one, rcond=None)[0][1:] for one in (score, keep))
    rest = v - (v @ u) * u
    return rest / np.linalg.norm(rest)


def of_length_ten(a, b, t):
    """The circle for latents of length 10 alone; also where they are equal."""
    cosine = a @ b / 100
    if cosine >= 1:
        return a
    omega = np.arccos(cosine)
    return (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)


def in_square_pictures(pictures):
    """Windows counted by one side: right where a picture is as wide as it is high."""
    grey, side = pictures.astype(float).mean(-1), range(pictures.shape[1] - 1)
    found = [
        abs(p[y, x] - p[y, x + 1] - p[y + 1, x] + p[y + 1, x + 1])
        for p in grey
        for y in side
        for x in side
    ]
    return np.mean(found) / 2


def line(a, b, t):
    return (1 - t) * a + t * b


def shared(parent, child, generator, discriminator):
    """Hands the parent's networks over instead of their weights."""
    if generator:
        child.generator = child.averaged_generator = parent.averaged_generator
    if discriminator:
        child.discriminator = parent.discriminator


def brightness(pictures):
    return pictures @ [0.299, 0.587, 0.114]


def windows(p):
    return np.abs(p[:, :-1, :-1] - p[:, :-1, 1:] - p[:, 1:, :-1] + p[:, 1:, 1:]).mean() / 2


MISTAKES = [
    ("05.1", shared, "another network in the place of its own"),
    ("05.2", lambda o, fpr, tpr: np.clip((o - fpr) / (tpr - fpr), 0, 1).round(1), "for o = 0.6"),
    ("05.4", lambda pictures: windows(brightness(pictures)), "for two pictures of coloured noise"),
    ("05.4", lambda pictures: windows(pictures[:1].mean(-1)), "only the first picture counts"),
    ("05.1", transfer(source="generator"), "averaged generator draws better"),
    ("05.1", transfer(both=False), "averaged_generator does not hold"),
    ("05.1", transfer(respect=False), "although its flag is False"),
    ("05.1", transfer(spoil=True), "the parent changed"),
    ("05.2", lambda o, fpr, tpr: (o - fpr) / tpr, "the true share is 1.0"),
    ("05.2", lambda o, fpr, tpr: (o - fpr) / (tpr - fpr), "clip it"),
    ("05.3", "A", "still taken for heroes"),
    ("05.3", "B", "has not arrived"),
    ("05.3", "D", "coverage .47"),
    ("05.4", lambda pictures: np.ptp(pictures), "for stripes"),
    ("05.4", in_square_pictures, "IndexError"),
    ("05.5", ["?", 30.9, 32.9], "predict before you train"),
    ("05.5", ["more", None, None], "nothing measured yet"),
    ("05.5", ["more", [30.9, 32.9]], "three things are wanted"),
    ("05.5", ["more", "30.9", 32.9], "three things are wanted"),
    ("05.5", ["less", 31.0, 31.0], "both numbers are the same"),
    ("05.5", ["more", 29.48, 31.0], "the dither of real creatures"),
    ("05.5", ["more", 0.121, 0.129], "shares of 255"),
    ("05.5", ["more", 61.8, 65.7], "divided by 2"),
    ("05.5", ["more", 15.4, 16.4], "does your `dither` pass 05.4"),
    ("05.5", ["no change", 30.9, 32.9], "yours is none of them"),
    ("05.5", [["more"], 30.9, 32.9], "predict before you train"),
    ("05.5", [np.array(["more", "less"]), 30.9, 32.9], "predict before you train"),
    ("05.5", [30.9, 32.9, "more"], "the prediction comes first"),
    ("05.5", ["more", None, None], "write `dither` of exercise 05.4 first"),
    ("05.5", ["more", 30.9, None], "one of the two numbers is missing"),
    ("05.5", ["more", "30.9", 32.9], "without quotes"),
    ("05.5", ["more", line, line], "trained is a function"),
    ("05.5", ["more", [30.9, 30.2], [32.9, 30.6]], "one of these is an array"),
    ("05.5", ["more", np.nan, 31.0], "is not finite"),
    ("05.5", ["more", 30.9, -2.0], "never below 0"),
    ("05.5", ["less", 0, 0], "perfectly smooth"),
    ("05.5", ["more", 92.7, 98.6], "not their sum"),
    ("05.5", ["more", 0.242, 0.258], "does your `dither` pass 05.4"),
    ("05.5", ["more", 30.9, 90.0], "each lies between 24 and 40"),
    ("06.1", line, "straight line"),
    ("06.1", lambda a, b, t: 0.9 * circle(a, b, t), "on the circle it stays 10"),
    ("06.1", lambda a, b, t: circle(b, a, t), "t = 0 must give a"),
    (
        "06.1",
        lambda a, b, t: 10 * line(a, b, t) / np.linalg.norm(line(a, b, t)),
        "a quarter of the angle",
    ),
    ("06.1", circle, "0 divided by 0"),
    ("06.1", lambda a, b, t: a[:2], "expected an array of shape [100]"),
    ("06.1", of_length_ten, "right for latents of length 10 alone"),
    ("06.1", lambda a, b, t: circle(*map(unit, (a, b)), t), "the length is 1.0"),
    ("06.2", unscaled, "only for a *unit* vector u"),
    ("06.2", lambda *given: 2 * fit(*given), "length 2.000"),
    ("06.2", lambda z, score, keep: slope(z, score), "the score to keep changes"),
    ("06.2", lambda *given: -fit(*given), "turn the sign"),
    ("06.2", lambda *given: fit(*given, constant=False), "with a constant"),
    ("06.3", ["5 px"], "a list of blocks is wanted"),
    ("06.3", ["64 px", None], "a list of blocks is wanted"),
    ("06.3", 64, "a list of blocks is wanted"),
    ("06.3", "4 px", "the coarse blocks lay the picture out"),
    ("06.3", ["64 px", "16 px"], "the second block costs more"),
    ("06.3", ["4 px", "32 px", "64 px"], "6% of the way to neon's mean colours is left"),
]
RIGHT = [
    ("05.1", transfer()),
    ("05.2", lambda o, fpr, tpr: np.clip((o - fpr) / (tpr - fpr), 0, 1)),
    ("05.3", " c "),
    (
        "05.4",
        lambda p: np.abs(np.diff(np.diff(p.astype(float).mean(-1), axis=1), axis=2)).mean() / 2,
    ),
    ("05.5", [" More ", 30.89, np.float32(32.87)]),
    ("05.5", ["no clear change", 31.4, 31.3]),
    ("05.5", ["no  clear change.", np.array([30.9]), np.array([[31.3]])]),
    ("05.5", ["ｍｏｒｅ", 30.9, 31.3]),
    ("06.1", latents.slerp),
    ("06.1", lambda a, b, t: (1 + 1e-9) * latents.slerp(a, b, t)),  # rounding on another processor
    ("06.1", lambda a, b, t: a if (a == b).all() else circle(a, b, t)),
    ("06.2", fit),
    ("06.3", ("64 px",)),
    ("06.3", "64 px"),
    ("06.3", ["64 px", "64 px"]),
    ("06.3", np.array(["64 px"])),
    ("06.q1", "d"),
    ("06.q2", "C"),
    ("06.q3", "A"),
]


@pytest.mark.parametrize("number, answer, words", MISTAKES)
def test_a_mistake_is_named(number, answer, words, capsys):
    exercises.check(number, answer)
    said = capsys.readouterr().out
    assert f"✗ {number} not yet: " in said and words in said


@pytest.mark.parametrize("number, answer", RIGHT)
def test_a_right_answer_passes(number, answer, capsys):
    exercises.check(number, answer)
    assert f"✓ {number} passed" in capsys.readouterr().out


def test_a_wrong_answer_spoils_no_later_one(capsys):
    """The small GANs are built once: what an answer does to them is undone."""
    for answer in (shared, transfer()):
        exercises.check("05.1", answer)
    assert "✓ 05.1 passed" in capsys.readouterr().out


def edges(pictures):
    """How far the brightness jumps at each pixel, from the left and from above."""
    light = pictures.astype(float) @ [0.299, 0.587, 0.114]
    across, down = np.zeros_like(light), np.zeros_like(light)
    across[:, :, 1:], down[:, 1:] = np.diff(light, axis=2), np.diff(light, axis=1)
    jumps = np.hypot(across, down).reshape(len(light), -1)
    return jumps - jumps.mean(axis=1, keepdims=True)


def correlation(some, others):
    some, others = edges(some), edges(others)
    return np.mean((some * others).sum(1) / np.sqrt((some**2).sum(1) * (others**2).sum(1)))


def test_the_blocks_give_what_the_exercise_says():
    """Three of the 31 choices, measured as they were."""
    day, neon = (checkpoints.load(f"city_{name}").averaged_generator for name in ("day", "neon"))
    sizes, z = blending.blocks(day), latents.noise(day, 64, seed=5)
    at_day, at_neon = latents.decode(day, z), latents.decode(neon, z)
    for chosen in ((64,), (8, 64), (4,)):
        layers = [layer for size in chosen for layer in sizes[f"{size} px"]]
        mixed = blending.swap_layers(day, neon, layers, latents=latents.noise(day, 256, seed=9))
        pictures = latents.decode(mixed, z)
        whole, left = (np.abs(at_neon.mean(axis=(1, 2)) - p.mean(axis=(1, 2))).mean()
                       for p in (at_day, pictures))  # fmt: skip
        found = left / whole, correlation(at_day, pictures)
        assert np.allclose(found, lesson_06_blocks.MEASURED[chosen], rtol=0, atol=0.02), chosen
    assert list(sizes) == list(lesson_06_blocks.BLOCKS)
    assert correlation(at_day, np.roll(at_day, 1, axis=0)) == pytest.approx(0.17, abs=0.02)


def test_no_other_choice_of_blocks_does_as_well():
    table = lesson_06_blocks.MEASURED
    assert len(table) == 2**5
    coloured = {blocks: layout for blocks, (left, layout) in table.items() if left <= 0.15}
    assert max(coloured, key=coloured.get) == (64,) and len(coloured) == 16
    assert sorted(coloured.values())[-2] < 0.35 <= coloured[64,]


def test_the_recorded_dither_is_the_measured_one():
    """Exercise 05.5 judges by ten pairs that `make claims` measures again."""
    claim = results.card("05_claims")["claims"]["the branch for single pixels lowers dither"]
    assert np.allclose(branch.WITHOUT, claim["larger"], atol=0.0051)
    assert np.allclose(branch.BESIDE, claim["smaller"], atol=0.0051)
    hundred = art.load("creatures").split().train.take(100, seed=0).images
    assert abs(lesson_05.dither(hundred) - branch.REAL) < 0.005


def test_a_pair_in_the_wrong_order_is_asked_about(capsys):
    """A difference far below all recorded ones passes, and is not called what was predicted."""
    exercises.check("05.5", ["more", 32.87, 30.89])
    found = capsys.readouterr().out
    assert "✓ 05.5 passed" in found and "is your first number the one with the branch?" in found


def test_the_stub_of_05_5_is_no_try(monkeypatch):
    tries = []
    monkeypatch.setattr(exercises.record, "add", lambda *words, **named: tries.append(words))
    for answer in (["?", None, None], ["more", None, None]):
        exercises.check("05.5", answer)
    assert not tries
