"""Exercises of lessons 05 and 06: each likely mistake gets its own words, and right answers pass."""

import numpy as np
import pytest

from helpers import exercises, latents


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


def fit(z, score, keep, constant=True):
    v, u = slope(z, score, constant), slope(z, keep)
    rest = v - (v @ u) * u
    return rest / np.linalg.norm(rest)


def line(a, b, t):
    return (1 - t) * a + t * b


MISTAKES = [
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
    ("06.2", lambda *given: 2 * fit(*given), "length 2.000"),
    ("06.2", lambda z, score, keep: slope(z, score), "the score to keep changes"),
    ("06.2", lambda *given: -fit(*given), "turn the sign"),
    ("06.2", lambda *given: fit(*given, constant=False), "with a constant"),
    ("06.3", ["5 px"], "a list of blocks is wanted"),
    ("06.3", ["64 px"], "of the way"),
    ("06.3", ["4 px", "64 px"], "of the way"),
    ("06.3", ["16 px", "32 px", "64 px"], "fewer will do"),
]
RIGHT = [
    ("05.1", transfer()),
    ("05.2", lambda o, fpr, tpr: np.clip((o - fpr) / (tpr - fpr), 0, 1)),
    ("05.3", " c "),
    (
        "05.4",
        lambda p: np.abs(np.diff(np.diff(p.astype(float).mean(-1), axis=1), axis=2)).mean() / 2,
    ),
    ("06.1", latents.slerp),
    ("06.2", fit),
    ("06.3", ("64 px", "32 px")),
    ("06.3", ["16 px", "64 px"]),
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
