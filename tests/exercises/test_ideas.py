"""Every exercise that states wrong ideas: each gets its own sentence, no other, and none passes."""

import importlib
import itertools

import numpy as np
import pytest

from helpers import exercises
from helpers.exercises import Exercise, Question, Wrong

NUMBERS = exercises.known()
TASKS = {number: exercises._find(number) for number in NUMBERS}
ASKED = [number for number, task in TASKS.items() if isinstance(task, Exercise)]
QUESTIONS = [number for number, task in TASKS.items() if isinstance(task, Question)]
FIRST = [number for number in ASKED if number < "05"]
FORMS = [
    (number, k, form)
    for number in ASKED
    for k, idea in enumerate(TASKS[number].ideas)
    for form in range(len(idea.forms))
]


def verdict(number, answer):
    """The sentence for a wrong answer, None for a right one."""
    try:
        TASKS[number].judge(answer)
    except Wrong as reason:
        return str(reason)


@pytest.mark.parametrize("number", ASKED)
def test_the_right_answer_is_right(number):
    assert verdict(number, TASKS[number].right) is None


@pytest.mark.parametrize("number, k, form", FORMS)
def test_each_wrong_idea_gets_its_own_sentence(number, k, form):
    idea = TASKS[number].ideas[k]
    assert verdict(number, idea.forms[form]) == idea.says


@pytest.mark.parametrize("number", FIRST)
def test_there_are_at_least_six_ideas_and_two_hints(number):
    task = TASKS[number]
    assert len({idea.says for idea in task.ideas}) >= 6 and len(task.hints) >= 2


@pytest.mark.parametrize("number", [n for n in FIRST if len(TASKS[n].probes) > 1])
def test_no_probe_alone_would_do(number):
    """Inputs of at least two shapes, dtypes or values."""
    kinds = {
        tuple((np.shape(x), getattr(x, "dtype", None), str(x)[:40]) for x in probe)
        for probe in TASKS[number].probes
    }
    assert len(kinds) > 1


# ---- answers of every kind, to every exercise of 00 to 06


class Weights:
    """Something that would print a page of numbers."""

    def __repr__(self):
        return "0.123 " * 1000


def raises(*words, **named):
    raise RuntimeError("0.123 " * 1000)


def tensors(function):
    """A function whose result is a TensorFlow tensor."""
    import tensorflow as tf

    return lambda *given: tf.convert_to_tensor(np.asarray(function(*given)))


STRANGE = {
    "nothing": lambda *words: None,
    "NaN": lambda *words: float("nan"),
    "an array of NaN": lambda *words: np.full((2, 2), np.nan),
    "infinity": lambda *words: np.inf,
    "a wrong shape": lambda *words: np.zeros((7, 3, 2)),
    "a large array": lambda *words: np.zeros(100_000),
    "an empty list": lambda *words: [],
    "a ragged list": lambda *words: [[1], [2, 3]],
    "a nested list": lambda *words: [[0.0] * 3] * 3,
    "text": lambda *words: "inf",
    "an object": lambda *words: Weights(),
    "an object array": lambda *words: np.array([Weights(), None]),
    "a dict": lambda *words: {"a": Weights()},
    "a class": Weights,
    "a generator": lambda *words: (x for x in range(3)),
    "complex": lambda *words: 1j,
    "too few arguments": lambda: 1,
    "an error": raises,
    "no function: None": None,
    "no function: an array": np.zeros((100, 100)),
    "no function: text": "text",
    "no function: a number": 3.5,
    "no function: weights": Weights(),
}


@pytest.mark.parametrize(
    "number, kind", list(itertools.product([n for n in ASKED if n < "07"], STRANGE))
)
def test_a_strange_answer_gets_a_sentence(number, kind, capsys):
    exercises.check(number, STRANGE[kind])
    said = capsys.readouterr().out
    assert said.startswith(f"✗ {number} not yet: ") and len(said.splitlines()[0]) < 700, said
    assert "0.123 0.123 0.123 0.123 " * 20 not in said and "could not make anything" not in said
    for inner in ("Traceback", "helpers/exercises", "AttributeError", "NoneType"):
        assert inner not in said, said


@pytest.mark.parametrize(
    "number", [n for n in FIRST if n < "04" and n not in ("01.1", "01.2", "02.3")]
)
def test_a_tensor_or_a_list_is_as_good_as_an_array(number):
    right = TASKS[number].right
    assert verdict(number, tensors(right)) is None
    assert verdict(number, lambda *given: np.asarray(right(*given)).tolist()) is None


def test_a_sequential_head_is_as_good_as_a_functional_one():
    """It has no variables before it has seen a picture."""

    def attach_head(backbone, classes):
        import keras
        from keras import layers

        backbone.network.trainable = False
        head = layers.Dense(classes, activation="softmax")
        parts = [backbone.preprocessing(), backbone.network, layers.GlobalAveragePooling2D(), head]
        return keras.Sequential(parts)

    assert verdict("01.1", attach_head) is None


def test_train_is_called_once():
    """Once for each variable finds the same set, and trains eight times."""

    def moved(model, train):
        def changes(v):
            before = v.numpy().copy()
            train()
            return not np.array_equal(before, v.numpy())

        return {v.path for v in model.variables if changes(v)}

    assert "train() runs more than once" in verdict("01.2", moved)


def test_rounding_hides_a_small_leak():
    def moved(model, train, decimals=6):
        before = {v.path: np.round(v.numpy().astype(float), decimals) for v in model.variables}
        train()
        now = {v.path: np.round(v.numpy().astype(float), decimals) for v in model.variables}
        return {path for path in now if not np.array_equal(before[path], now[path])}

    assert "rounding" in verdict("01.2", moved)


def test_a_set_that_cannot_change_is_a_set_of_paths():
    right = TASKS["01.2"].right
    assert verdict("01.2", lambda *given: frozenset(right(*given))) is None


def test_a_number_written_as_text_is_not_called_right():
    right = TASKS["01.3"].right
    assert "right on the curve" not in verdict("01.3", lambda *given: str(right(*given)))


@pytest.mark.parametrize("last, named", [("softmax", "twice"), ("log_softmax", "logarithms")])
def test_what_follows_the_last_layer_is_named(last, named):
    """Softmax after softmax, the most common of them, and logarithms."""

    def attach_head(backbone, classes):
        import keras
        from keras import layers

        backbone.network.trainable = False
        pictures = keras.Input((None, None, 3))
        x = backbone.network(backbone.preprocessing()(pictures), training=False)
        x = layers.Dense(classes, activation=last)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(pictures, layers.Softmax()(x) if last == "softmax" else x)

    assert named in verdict("01.1", attach_head)


# ---- questions


@pytest.mark.parametrize("number", QUESTIONS)
def test_every_option_has_a_reply_and_one_is_right(number):
    task = TASKS[number]
    assert sorted(task.replies) == ["A", "B", "C", "D"] and task.right in task.replies
    assert len(set(task.replies.values())) == 4 and min(map(len, task.replies.values())) > 25
    right = [letter for letter in "ABCD" if verdict(number, letter) is None]
    assert right == [task.right]


def test_lessons_00_to_04_have_three_questions_each():
    counts = {n: sum(q.startswith(n) for q in QUESTIONS) for n in ("00", "01", "02", "03", "04")}
    assert counts == dict.fromkeys(counts, 3)


def test_the_right_letters_differ():
    letters = [TASKS[n].right for n in QUESTIONS if ".q" in n]
    assert all(letters.count(letter) <= len(letters) / 2 for letter in "ABCD")


def test_loading_the_exercises_takes_no_tensorflow_along():
    import subprocess
    import sys

    code = "import sys; from helpers import exercises; exercises.known(); print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
    assert importlib.util.find_spec("tensorflow")
