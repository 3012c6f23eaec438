"""The explorer's states: as text and back, and what no text may bring in."""

import base64
import dataclasses
import json
import zlib

import numpy as np
import pytest

from helpers.explorer import text as lines
from helpers.explorer.state import State

START = State("a", "0f3a9c21", steps=(("red", 0.0, 1.07),))
FULL = State("a → b", "0f3a9c21", 7, path=((3, 0.4), (15, 1 / 3)), steps=(("red", 0.1, 1.07), ("size", -2.7, -0.3)),
             truncation=0.7, blend=0.3, swap=("8 px",), shares=(("4 px", 0.1),),
             latent=(0.5, -1.25, 1 / 3))  # fmt: skip


@pytest.mark.parametrize("change", [
    {"seed": 8}, {"path": ((3, 0.4),)}, {"steps": (("red", 0.1, 1.07),)},
    {"steps": (("red", 0.1, 1.07), ("size", -2.7, -0.31))}, {"steps": (("red", 0.1, 1.07), ("Size", -2.7, -0.3))}, {"truncation": 0.2}, {"blend": 0.9},
    {"swap": ()}, {"generator": "x"}, {"weights": "y"}, {"shares": ()}, {"shares": (("4 px", 0.2),)},
    {"shares": (("16 px", 0.1),)}, {"latent": ()}, {"latent": (0.5, -1.25, 1 / 3 + 1e-7)},
])  # fmt: skip
def test_every_field_is_in_the_text(change):
    other = dataclasses.replace(FULL, **change)
    assert other.to_text() != FULL.to_text()
    assert State.from_text(other.to_text()) == other


def test_the_text_is_as_its_grammar_says():
    start, fields, latent, checksum = FULL.to_text().split(".")
    head = f"{start}.{fields}.{latent}".encode()
    assert start == "art3" and checksum == f"{zlib.crc32(head):08x}"
    assert base64.urlsafe_b64decode(latent + "=" * (-len(latent) % 4)) == np.array(
        [0.5, -1.25, 1 / 3], "<f4").tobytes()  # fmt: skip
    assert json.loads(base64.urlsafe_b64decode(fields + "=" * (-len(fields) % 4))) == {
        "generator": "a → b", "weights": "0f3a9c21", "noise": "philox-1", "seed": 7,
        "path": [[3, 0.4], [15, 1 / 3]], "steps": [["red", 0.1, 1.07], ["size", -2.7, -0.3]],
        "truncation": 0.7, "blend": 0.3, "swap": ["8 px"], "shares": [["4 px", 0.1]],
    }  # fmt: skip
    assert len(START.to_text().split(".")) == 3


def test_the_longest_latent_still_makes_a_line():
    longest = dataclasses.replace(FULL, latent=np.linspace(-1000, 1000, 1024))
    assert len(longest.to_text()) < lines.LONGEST
    assert State.from_text(longest.to_text()) == longest
    assert FULL.latent[2] == np.float32(1 / 3)  # what the text holds, the state held before


def forged(latent=(), version=3, **changes):
    """A text with a right checksum, whatever it holds."""
    fields = {"generator": "a", "weights": "w", "seed": 0, "path": [], "steps": [["red", 1, 1.07]],
              "truncation": 1.0, "blend": 0.0, "swap": [], "shares": [], "noise": "philox-1"}  # fmt: skip
    fields |= changes
    return signed(json.dumps({key: value for key, value in fields.items() if value is not None}),
                  latent if isinstance(latent, bytes) else np.array(latent, "<f4").tobytes(), version)  # fmt: skip


def signed(body, latent=b"", version=3):
    """A text of this body and a right checksum."""
    head = ".".join(
        [f"art{version}", letters(body.encode()), *([letters(latent)] if latent else [])]
    )
    return f"{head}.{zlib.crc32(body.encode() if version == 2 else head.encode()):08x}"


def letters(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def old(**changes):
    """A text of version 2."""
    return forged(version=2, **{"noise": None, "shares": None, **changes})


def test_the_forger_knows_its_trade():
    assert State.from_text(forged()) == State("a", "w", steps=(("red", 1.0, 1.07),))
    assert State.from_text(old()) == State("a", "w", steps=(("red", 1.0, 1.07),))
    assert State.from_text(forged(latent=[1, 2])).latent == (1.0, 2.0)


HOSTILE = {
    "nothing": ("", "there is no text"),
    "blanks": ("  \n", "there is no text"),
    "huge": ("art3." + "A" * 10**6, "1,000,005 letters"),
    "code": ("__import__('os').system('touch /tmp/x')", "is no picture's text"),
    "a pickle": (
        "gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAVsb2dpbpSFlFKULg==",
        "is no picture's text",
    ),
    "markup": ("<script>alert(1)</script>", "is no picture's text"),
    "a newer version": (
        forged(version=4),
        "version 4, this course reads 2 and 3: update the course",
    ),
    "an older version": (
        forged(version=1),
        "version 1, this course reads 2 and 3: only the older",
    ),
    "a new line called old": (forged().replace("art3", "art2"), "damaged on its way"),
    "an old line called new": (old().replace("art2", "art3"), "damaged on its way"),
    "other noise": (forged(noise="mersenne-9"), "takes its noise from 'mersenne-9', this course"),
    "no noise": (forged(noise=None), "something else than a picture's state"),
    "noise in a list": (forged(noise=["philox-1"]), "something else than a picture's state"),
    "an old line with noise": (old(noise="philox-1"), "something else than a picture's state"),
    "an old line with shares": (old(shares=[]), "something else than a picture's state"),
    "an old line with a latent": (old(latent=[1.0]), "damaged on its way"),
    "half a number": (forged(latent=b"123456"), "damaged on its way"),
    "a broken letter": (signed("{}").replace(".", ".A.", 1), "damaged on its way"),
    "a latent of NaN": (forged(latent=[0, np.nan]), "the latent is .*nan"),
    "an infinite latent": (forged(latent=[np.inf]), "expected a row of at most 1,024 numbers"),
    "a latent far below": (forged(latent=[-1001]), "from -1000 to 1000"),
    "a far latent": (forged(latent=[1001]), "from -1000 to 1000"),
    "a long latent": (forged(latent=[1] * 1025), "a row of at most 1,024"),
    "shares in a word": (forged(shares="4 px"), "shares is '4 px': expected a list"),
    "a share alone": (forged(shares=[["4 px"]]), r"expected \(block, share\)"),
    "a share above one": (forged(shares=[["4 px", 2]]), "a block's share is 2"),
    "two shares": (forged(shares=[["4 px", 0.1], ["4 px", 0.2]]), "'4 px' has two shares"),
    "swapped and shared": (forged(swap=["4 px"], shares=[["4 px", 0.2]]), "has two shares"),
    "a digit changed": (forged(seed=1)[:-8] + forged(seed=2)[-8:], "damaged on its way"),
    "a letter lost": (forged()[:-14] + forged()[-13:], "damaged on its way"),
    "no JSON": (signed("import os"), "damaged on its way"),
    "not UTF-8": (signed("x").replace("eA", "_w"), "damaged on its way"),
    "a deep nest": (signed("[" * 5000), "damaged on its way"),
    "a huge number": (signed("1" * 5000), "damaged on its way"),
    "a list": (signed("[1,2]"), "something else than a picture's state"),
    "other fields": (forged(code="exit()"), "something else than a picture's state"),
    "NaN": (signed('{"seed":NaN}'), "damaged on its way"),
    "infinity": (forged(truncation=10**400), "truncation is 1000"),
    "an empty object": (signed("{}"), "something else"),
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
    fields = {key: value for key, value in vars(START).items() if key != "latent"}
    body = json.dumps(fields | {"noise": "philox-1"}).replace(
        '"truncation": 1.0', f'"truncation": {overflow}'
    )
    with pytest.raises(ValueError, match="damaged|truncation is -?inf"):
        State.from_text(signed(body))


@pytest.mark.parametrize("field", ["truncation", "blend", "length", "mark"])
def test_a_state_holds_no_nan(field):
    step = {"length": ("red", np.nan, 0.0), "mark": ("red", 0.0, np.nan)}.get(field)
    field, value = ("steps", (step,)) if step else (field, np.nan)
    with pytest.raises(ValueError, match="is nan: expected a number from"):
        dataclasses.replace(START, **{field: value})


def test_a_text_is_refused_when_it_is_no_string():
    for thing in (None, b"art3.", 5):
        with pytest.raises(ValueError, match="there is no text"):
            State.from_text(thing)


@pytest.mark.parametrize("latent", [1.0, [[1.0]], "abc", [1e39], [10**400], [None], {"a": 1}])
def test_a_latent_is_a_row_of_numbers(latent):
    with pytest.raises(
        ValueError, match="the latent is .* expected a row of at most 1,024 numbers"
    ):
        dataclasses.replace(START, latent=latent)
