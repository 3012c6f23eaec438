"""The explorer's states: as text and back, and what no text may bring in."""

import dataclasses
import json

import numpy as np
import pytest

from helpers.explorer import state
from helpers.explorer.state import State

START = State("a", "0f3a9c21", steps=(("red", 0.0, 1.07),))
FULL = State("a → b", "0f3a9c21", 7, path=((3, 0.4), (15, 1 / 3)), steps=(("red", 0.1, 1.07), ("size", -2.7, -0.3)),
             truncation=0.7, blend=0.3, swap=("8 px",))  # fmt: skip


@pytest.mark.parametrize("change", [
    {"seed": 8}, {"path": ((3, 0.4),)}, {"steps": (("red", 0.1, 1.07),)},
    {"steps": (("red", 0.1, 1.07), ("size", -2.7, -0.31))}, {"steps": (("red", 0.1, 1.07), ("Size", -2.7, -0.3))}, {"truncation": 0.2}, {"blend": 0.9},
    {"swap": ()}, {"generator": "x"}, {"weights": "y"},
])  # fmt: skip
def test_every_field_is_in_the_text(change):
    other = dataclasses.replace(FULL, **change)
    assert other.to_text() != FULL.to_text()
    assert State.from_text(other.to_text()) == other


def forged(**changes):
    """A text with a right checksum, whatever it holds."""
    fields = {"generator": "a", "weights": "w", "seed": 0, "path": [], "steps": [["red", 1, 1.07]],
              "truncation": 1.0, "blend": 0.0, "swap": []}  # fmt: skip
    return state._wrap(json.dumps({**fields, **changes}))


HOSTILE = {
    "nothing": ("", "there is no text"),
    "blanks": ("  \n", "there is no text"),
    "huge": ("art2." + "A" * 10**6, "1,000,005 letters"),
    "code": ("__import__('os').system('touch /tmp/x')", "is no picture's text"),
    "a pickle": (
        "gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAVsb2dpbpSFlFKULg==",
        "is no picture's text",
    ),
    "markup": ("<script>alert(1)</script>", "is no picture's text"),
    "a newer version": (
        forged().replace("art2", "art3"),
        "version 3, this course reads 2: update the course",
    ),
    "an older version": (
        forged().replace("art2", "art1"),
        "version 1, this course reads 2: only the older",
    ),
    "a digit changed": (forged(seed=1)[:-8] + forged(seed=2)[-8:], "damaged on its way"),
    "a letter lost": (forged()[:-14] + forged()[-13:], "damaged on its way"),
    "no JSON": (state._wrap("import os"), "damaged on its way"),
    "not UTF-8": ("art2._w.ff000000", "damaged on its way"),
    "a deep nest": (state._wrap("[" * 5000), "damaged on its way"),
    "a huge number": (state._wrap("1" * 5000), "damaged on its way"),
    "a list": (state._wrap("[1,2]"), "something else than a picture's state"),
    "other fields": (forged(code="exit()"), "something else than a picture's state"),
    "NaN": (state._wrap('{"seed":NaN}'), "damaged on its way"),
    "infinity": (forged(truncation=10**400), "truncation is 1000"),
    "an empty object": (state._wrap("{}"), "something else"),
    "a seed of text": (forged(seed="1"), "seed is '1': expected a whole number from 0 to 9999"),
    "a true seed": (forged(seed=True), "seed is True"),
    "a negative seed": (forged(seed=-1), "seed is -1"),
    "half a seed": (forged(seed=0.5), "seed is 0.5"),
    "a far step": (forged(steps=[["red", 1e9, 1]]), "a step's length is 1000000000.0"),
    "a mark of text": (forged(steps=[["red", 1, "1"]]), "a mark is '1'"),
    "a huge mark": (forged(steps=[["red", 1, 1e9]]), "a mark is 1000000000.0"),
    "steps without end": (forged(steps=[["red", 1, 1]] * 51), "expected a list of at most 50"),
    "a step of two": (
        forged(steps=[["red", 1]]),
        r"a step is \['red', 1\]: expected \(direction, how far, mark\)",
    ),
    "a step without a name": (forged(steps=[["", 1, 1]]), "a direction is ''"),
    "no list": (forged(steps=3), "steps is 3: expected a list"),
    "a long path": (forged(path=[[1, 0.5]] * 51), "expected a list of at most 50"),
    "a lone step": (forged(path=[[1]]), r"a step of the path is \[1\]"),
    "variation 16": (forged(path=[[16, 0.5]]), "a variation is 16"),
    "a wide spread": (forged(path=[[1, 7]]), "a spread is 7"),
    "blend above one": (forged(blend=1.01), "blend is 1.01"),
    "an object to swap": (forged(swap=[{}]), "a swapped block is {}"),
    "no name": (forged(generator=""), "generator is ''"),
    "a long name": (forged(generator="x" * 81), "expected 1 to 80 letters"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_explained(name):
    text, words = HOSTILE[name]
    with pytest.raises(ValueError, match=words):
        State.from_text(text)


@pytest.mark.parametrize("overflow", ["1e999", "-1e999", "Infinity", "NaN"])
def test_numbers_that_are_none_are_refused(overflow):
    body = json.dumps(dataclasses.asdict(START))
    body = body.replace('"truncation": 1.0', f'"truncation": {overflow}')
    with pytest.raises(ValueError, match="damaged|truncation is -?inf"):
        State.from_text(state._wrap(body))


@pytest.mark.parametrize("field", ["truncation", "blend", "length", "mark"])
def test_a_state_holds_no_nan(field):
    step = {"length": ("red", np.nan, 0.0), "mark": ("red", 0.0, np.nan)}.get(field)
    field, value = ("steps", (step,)) if step else (field, np.nan)
    with pytest.raises(ValueError, match="is nan: expected a number from"):
        dataclasses.replace(START, **{field: value})


def test_a_text_is_refused_when_it_is_no_string():
    for thing in (None, b"art2.", 5):
        with pytest.raises(ValueError, match="there is no text"):
            State.from_text(thing)
