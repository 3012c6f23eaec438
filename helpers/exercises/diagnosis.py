"""What is asked, what is right, and which mistakes are known: a mistake is named since it was computed.

An exercise holds its right answer, probes (inputs on which answers are compared) and *wrong ideas*:
functions, or values, that commit a mistake, each with the sentence that names it. A learner's
answer that equals a wrong idea on every probe gets its sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from helpers.exercises import answers
from helpers.exercises.answers import Missing, Odd, Raised, Wrong, brief, look, plain, same
from helpers.language import say


@dataclass(frozen=True)
class Idea:
    """A wrong idea.

    Attributes:
        commits: a function (or value) that commits the mistake, or a tuple of some.
        says: the sentence that names it.
        when: optional; function (list of what the answer gave, one a probe) -> bool, for a mistake
            that has many forms, such as a hidden layer of any size.
    """

    commits: object
    says: str
    when: Callable = None

    @property
    def forms(self):
        """All functions or values that commit it."""
        return self.commits if isinstance(self.commits, tuple) else (self.commits,)


@dataclass(frozen=True)
class Exercise:
    """An exercise whose answer is a function (or, with `value`, a value).

    Attributes:
        title: what it is about, in a few words.
        right: the right answer.
        wants: what the answer should give, such as "an array shaped like p".
        ideas: wrong ideas, at least six.
        hints: one more is shown at each further try; never the whole solution.
        probes: tuples of inputs.
        names: names of the inputs, for sentences; or labels, a text for each probe.
        praise: a sentence after *passed*; or a function (list of what the answer gave, one a
            probe) -> sentence about what was measured, printed as a live line of its own ("≈ …").
        value: True when the answer is no function; then no expected value is ever printed.
        observe: function (answer, *probe) -> what is compared; None: what a function returns, or
            the value itself.
        close: function (found, expected, *probe) -> bool, whether an answer is right.
        near: function (found, wrong) -> bool, whether it equals a wrong idea.
        explain: optional function (found, expected) -> what differs, in words.
        expected: what the right answer gives for each probe, where computing it takes seconds.
    """

    title: str
    right: object
    wants: str
    ideas: tuple
    hints: tuple
    probes: tuple = ((),)
    names: tuple = ()
    labels: tuple = ()
    praise: str | Callable = ""
    value: bool = False
    observe: Callable = None
    close: Callable = lambda found, expected, *probe: same(found, expected)
    near: Callable = same
    explain: Callable = None
    expected: tuple = ()
    _known: dict = field(default_factory=dict)  # what the right answer and the ideas give

    def judge(self, answer):
        """The praise for a right answer.

        Raises:
            Wrong: with the sentence that this answer needs.
        """
        self._check_kind(answer)
        found = [look(self._observe, answer, probe) for probe in self.probes]
        expected = self.expected or [self.gives(self.right, k) for k in range(len(self.probes))]
        missed = [k for k in range(len(found)) if not self._right(k, found[k], expected[k])]
        if not missed:
            return f"\n≈ {say(self.praise(found))}" if callable(self.praise) else self.praise
        if all(some is None for some in found):
            raise Missing(f"your function returns nothing yet: it should return {self.wants}")
        raise Wrong(self._named(found) or self._first(missed[0], found, expected))

    def gives(self, form, k):
        """What the right answer, or one form of a wrong idea, gives for probe k; computed once."""
        if (id(form), k) not in self._known:
            try:
                self._known[id(form), k] = look(self._observe, form, self.probes[k])
            except Wrong:  # an idea that breaks the rules of the form is seen without comparing
                self._known[id(form), k] = Odd("against the rules")
        return self._known[id(form), k]

    def _observe(self, answer, *probe):
        if self.observe:
            return self.observe(answer, *probe)
        return answers.read(answer) if self.value else answers.called(answer, *probe)

    def _check_kind(self, answer):
        if self.value and answer is None:
            raise Missing(f"no answer yet: {self.wants} is wanted")
        if self.value and callable(answer):
            raise Wrong(f"{self.wants} is wanted, got {answers.kind(answer)}: what does it give?")
        if not self.value and not callable(answer):
            raise Wrong(
                "hand over the function itself, its name without brackets behind it; "
                f"this is {answers.kind(answer)}"
            )

    def _right(self, k, found, expected):
        if isinstance(found, (Raised, Odd)) or found is None:
            return False
        return bool(self.close(found, expected, *self.probes[k]))

    def _named(self, found):
        """The sentence of the wrong idea that gives the same on every probe, or None."""
        for idea in self.ideas:
            if any(self._equals(form, found) for form in idea.forms):
                return idea.says
        return next((idea.says for idea in self.ideas if _fits(idea, found)), None)

    def _equals(self, form, found):
        return all(self.near(some, self.gives(form, k)) for k, some in enumerate(found))

    def _first(self, k, found, expected):
        """The first probe on which the answer differs: input, yours, expected."""
        found, expected, given = found[k], expected[k], self._input(k)
        if found is None:
            return f"your function returns nothing{given}: it should return {self.wants}"
        if isinstance(found, Raised):
            return say(str(found)) + given
        if self.explain:
            return say(self.explain(found, expected)) + given
        if self.value and isinstance(found, str) and isinstance(expected, np.ndarray):
            return f"{brief(found)} is a text: give the number without quotes"
        if self.value:
            return f"{brief(found)} is not it; {self.wants} is wanted"
        if type(found) is not type(expected):
            return f"your function returned {_what(found)}{given}; it should return {self.wants}"
        if isinstance(found, np.ndarray) and found.shape != expected.shape:
            return (
                f"your answer has shape {list(found.shape)}, expected "
                f"{list(expected.shape)}{given}: {self.wants} is wanted"
            )
        if isinstance(found, np.ndarray) and np.isnan(found).any():
            return f"your answer holds NaN{given} ({answers.NAN[5:]})"
        if isinstance(found, np.ndarray):
            return say(answers.difference(found, expected, self.probes[k])) + given
        return f"yours is {brief(found)}, expected {brief(expected)}{given}"

    def _input(self, k):
        """', for p = …, q = …' of a probe."""
        if self.labels:
            return say(f", for {self.labels[k]}")
        pairs = [f"{name} = {brief(x)}" for name, x in zip(self.names, self.probes[k])]
        return say(f", for {', '.join(pairs)}") if pairs else ""


def _fits(idea, found):
    """Whether the answer is of the family of a wrong idea."""
    try:
        return idea.when is not None and bool(idea.when(found))
    except Exception:  # a value that the family never gives
        return False


def _what(found):
    """A value with its kind in words."""
    if isinstance(found, Odd):
        return found.kind
    if isinstance(found, np.ndarray):
        return brief(found) if found.ndim == 0 else say(f"an array of shape {list(found.shape)}")
    return f"{answers.kind(found)}, {brief(found)}" if isinstance(found, str) else brief(found)


@dataclass(frozen=True)
class Question:
    """A concept question with lettered options.

    Attributes:
        title: what it is about, in a few words.
        right: the letter of the right option.
        replies: {letter: reply}; a wrong option's names the misconception, the right one's says why.
    """

    title: str
    right: str
    replies: dict
    hints = ()

    def judge(self, answer):
        """The reason for the right letter; Wrong with the chosen option's reply for another."""
        letter = plain(answer).strip("().").upper()
        if letter not in self.replies:
            raise Missing(f'choose one letter of {", ".join(self.replies)}, in quotes, as in "A"')
        if letter != self.right:
            raise Wrong(f"{letter}: {say(self.replies[letter])}")
        return f"{letter}: {say(self.replies[letter])}"
