"""Lesson 06: the great circle, a direction that leaves another score alone, blocks, questions."""

import numpy as np

from helpers.exercises import Exercise, Idea, Question, register
from helpers.exercises import lesson_06_blocks as blocks
from helpers.exercises.answers import same

# ---- 06.1

RNG = np.random.default_rng(0)
A, B = (10 * v / np.linalg.norm(v) for v in RNG.normal(size=(2, 100)))
C, D = (3 * v / np.linalg.norm(v) for v in RNG.normal(size=(2, 20)))
SAME = 10 * np.eye(100)[0]  # its angle with itself is exactly 0 on every processor
CIRCLE = (
    (A, B, 0.5),
    (A, B, 0.0),
    (A, B, 1.0),
    (A, B, 0.25),
    (SAME, SAME, 0.5),
    (C, D, 0.25),
)


def _slerp(a, b, t):
    """The right answer: the course's own."""
    from helpers import latents

    return latents.slerp(a, b, t)


def _line(a, b, t):
    return (1 - t) * a + t * b


def _arc(a, b, t, *, clip=True):
    omega = np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))
    return (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)


def _safe(a, b, t):
    return _line(a, b, t) if np.allclose(a, b) else _arc(a, b, t)


def _of_length(square):
    """The circle for latents whose squared length is given instead of measured."""

    def answer(a, b, t):
        omega = np.arccos(np.clip(a @ b / square(a), -1, 1))
        if omega == 0:
            return _line(a, b, t)
        return (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)

    return answer


def _undivided(a, b, t):
    cosine = np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1)
    return _arc(a, b, t) * np.sin(np.arccos(cosine))


def _scaled_line(a, b, t):
    middle = _line(a, b, t)
    return middle / np.linalg.norm(middle) * np.linalg.norm(a)


def _explain_circle(found, expected):
    if not isinstance(found, np.ndarray):
        return f"an array of shape {list(expected.shape)} is wanted"
    if found.shape != expected.shape:
        return f"expected an array of shape {list(expected.shape)}, got {list(found.shape)}"
    if not np.isfinite(found).all():
        return "your answer holds NaN or ∞"
    length, wanted = np.linalg.norm(found), np.linalg.norm(expected)
    if not np.isclose(length, wanted, atol=1e-3):
        return f"the length is {length:.1f}; on the circle it stays {wanted:.0f}"
    return "the length is right, the place on the circle is not"


register(
    "06.1",
    Exercise(
        title="the great circle between two latents, also where they are equal",
        right=_slerp,
        wants="an array shaped like a",
        ideas=(
            Idea(
                _line,
                "this is the straight line: halfway its length is 7.2, not 10",
            ),
            Idea(
                (_scaled_line, lambda a, b, t: 10 * _unit(_line(a, b, t))),
                "this is the line, pulled out to the circle: its length is right, its speed is not. "
                "A quarter of the way must be a quarter of the angle: weights sin((1 − t)Ω) and "
                "sin(tΩ)",
            ),
            Idea(
                (lambda a, b, t: _arc(b, a, t), lambda a, b, t: _safe(b, a, t)),
                "the way is walked backwards: t = 0 must give a, and t = 1 must give b",
            ),
            Idea(
                _arc,
                "right, but from a to a itself it gives NaN: 0 divided by 0; take the line where Ω "
                "is tiny",
            ),
            Idea(
                _undivided,
                "the division by sin Ω is missing: at t = 0 it must give a itself",
            ),
            Idea(
                (_of_length(lambda a: 100), _of_length(len)),
                "right for latents of length 10 alone: cos Ω is a · b divided by the lengths of a "
                "and b, whatever they are",
            ),
            Idea(
                lambda a, b, t: b if t else a,
                "this jumps from a to b: what lies between?",
            ),
        ),
        hints=(
            "the weights of a and b are sin((1 − t)Ω) and sin(tΩ), both divided by sin Ω",
            "where Ω is tiny, circle and line are the same",
        ),
        probes=CIRCLE,
        labels=(
            "t = 0.5, half-way between two latents of length 10",
            "t = 0",
            "t = 1",
            "t = 0.25, a quarter of the way",
            "a and b equal",
            "t = 0.25, two latents of length 3",
        ),
        close=lambda found, expected, *probe: (
            same(found, expected, rtol=0, atol=1e-2)
            and same(np.linalg.norm(found), np.linalg.norm(expected), rtol=1e-4)
        ),
        explain=_explain_circle,
        praise="It stays on the shell, and stands still where there is no way to go.",
    ),
)

# ---- 06.2


def _scores(seed=1, *, d=20):
    """Latents, two measured scores that go together, and their true directions."""
    rng = np.random.default_rng(seed)
    z, (wanted, other) = rng.normal(size=(400, d)), rng.normal(size=(2, d))
    other = other / np.linalg.norm(other)
    wanted = wanted / np.linalg.norm(wanted) + other
    noise = 0.1 * rng.normal(size=(2, 400))
    # the slopes of the second are not of length 1 by themselves
    scores = 7 + 3 * z @ wanted + noise[0], 2 + 0.4 * (z @ other + noise[1])
    return (z, *scores), wanted - (wanted @ other) * other, other


GIVEN, RIGHT, OTHER = _scores()


def _unit(v):
    return v / np.linalg.norm(v)


def _slope(z, score, *, constant=True):
    columns = np.column_stack([np.ones(len(z)), z]) if constant else z
    return _unit(np.linalg.lstsq(columns, score, rcond=None)[0][int(constant) :])


def _direction(z, score, keep, *, constant=True):
    v, u = _slope(z, score, constant=constant), _slope(z, keep, constant=constant)
    return _unit(v - (v @ u) * u)


def _raw(of_unit):
    """The part along the other score taken away without scaling its direction to length 1."""

    def answer(z, score, keep):
        columns = np.column_stack([np.ones(len(z)), z])
        v, u = (np.linalg.lstsq(columns, one, rcond=None)[0][1:] for one in (score, keep))
        v = _unit(v) if of_unit else v
        return _unit(v - (v @ u) * u)

    return answer


def _cosines(found):
    """Length, cosine with the score to keep, cosine with the best direction."""
    length = np.linalg.norm(found)
    return length, found @ OTHER / length, found @ _unit(RIGHT) / length


def _good_direction(found, expected, *probe):
    if not isinstance(found, np.ndarray) or found.shape != expected.shape:
        return False
    if not np.isfinite(found).all() or not np.any(found):
        return False
    length, kept, best = _cosines(found)
    return abs(length - 1) < 1e-3 and abs(kept) <= 0.05 and best >= 0.995


def _explain_direction(found, expected):
    if not isinstance(found, np.ndarray) or found.shape != expected.shape:
        shape = list(np.shape(found)) if isinstance(found, np.ndarray) else "something else"
        return f"expected an array of shape {list(expected.shape)}, got {shape}"
    if not np.isfinite(found).all():
        return "your answer holds NaN or ∞"
    if not np.any(found):
        return "a unit vector is wanted; yours has length 0"
    length, kept, best = _cosines(found)
    if abs(length - 1) >= 1e-3:
        return f"a unit vector is wanted; yours has length {length:.3f}: divide by np.linalg.norm"
    if abs(kept) > 0.05:
        return (
            "along your direction the score to keep changes, too: its cosine with that score's "
            f"direction is {kept:.2f}, 0 is wanted"
        )
    return (
        f"the cosine with the best direction is {best:.3f}; least squares with a constant "
        "reaches .999"
    )


register(
    "06.2",
    Exercise(
        title="the direction along which one score rises and another stays",
        right=_direction,
        wants="a unit vector, shape [d]",
        ideas=(
            Idea(
                lambda z, score, keep: _slope(z, score),
                "this is the direction of the score alone: the score to keep changes along it, too. "
                "Take its part away",
            ),
            Idea(
                lambda z, score, keep: _slope(z, keep),
                "this is the direction of the score to *keep*: exactly what must not change",
            ),
            Idea(
                (_raw(False), _raw(True)),
                "(v · u) u is the part of v along u only for a *unit* vector u: scale the second "
                "direction to length 1 first",
            ),
            Idea(
                lambda *given: -_direction(*given),
                "along your direction the score falls: turn the sign",
            ),
            Idea(
                lambda z, score, keep: _direction(z, keep, score),
                "the two scores have changed places: this one keeps the score that should rise",
            ),
            Idea(
                lambda *given: _direction(*given, constant=False),
                "the scores do not stand around 0: fit with a constant, a column of ones",
            ),
            Idea(
                lambda z, score, keep: _unit(_slope(z, score) - _slope(z, keep)),
                "the whole direction of the other score is subtracted; take away only the part "
                "that lies along it, (v · u) u",
            ),
        ),
        hints=(
            "find a direction for each score as in section 3, with the constant",
            "what of the first lies along the second? Take that away, then scale to length 1",
        ),
        probes=(GIVEN,),
        labels=("made-up scores of 400 latents [400, 20]",),
        close=_good_direction,
        near=lambda found, wrong: same(found, wrong, rtol=0, atol=1e-3),
        explain=_explain_direction,
        praise="The one rises and the other rests: a knob that does one thing.",
    ),
)

# ---- 06.3

register("06.3", blocks.TASK)

# ---- questions

register(
    "06.q1",
    Question(
        title="why latents live on a shell",
        right="D",
        replies={
            "A": "latents are drawn from the bell curve before, in and after training: no training "
            "has put them anywhere",
            "B": "a single number is most often near 0, as the question says; it is the squares that "
            "are 1 *on average*",
            "C": "it is the other way round: the most likely point is the origin. But there is hardly "
            "any room near it, and most of the volume lies further out",
            "D": "‖z‖² is a sum of d squares, each 1 on average: d, give or take √(2d). So the "
            "length is √d, give or take .7, whatever d is.",
        },
    ),
)

register(
    "06.q2",
    Question(
        title="what a good fit of few pictures tells",
        right="C",
        replies={
            "A": "with 200 pictures and 100 free slopes a rule fits chance, too: dealt out at random, "
            "the redness of 200 heroes was still “explained” by 41 to 54 % in ten tries",
            "B": "it was of use all the same: along directions found from 200 heroes 73 to 95 of 100 "
            "new ones became redder (from 2,000: 94 to 97). Test it, then decide",
            "C": "that is the only way to know: what was fitted cannot be its own judge. Found from "
            "200 heroes it worked for 73 to 95 of 100 new ones in ten tries.",
            "D": "a straight-line rule can be fitted to anything; that it fits 200 pictures with 100 "
            "slopes says nothing about the shape of the truth",
        },
    ),
)

register(
    "06.q3",
    Question(
        title="what the line of text holds",
        right="A",
        replies={
            "A": "a seed or a latent, the choices, the sliders, and a fingerprint of the weights: with "
            "the same generator that gives the same picture, and with another one the panel says so.",
            "B": "a picture of 64 × 64 has 12,288 numbers; the line has a few hundred letters. The "
            "picture is drawn anew each time",
            "C": "the heroes' generator alone has about 700,000 weights: they do not fit into a "
            "line. Your friend needs them, from this course or from you",
            "D": "another generator makes another picture of the same numbers: what a direction or a "
            "latent means is settled by the weights. The panel compares their fingerprint",
        },
    ),
)
