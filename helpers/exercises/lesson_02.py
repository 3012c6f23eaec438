"""Lesson 02: λ within a budget, λ* by simulation, and whether joint training can help."""

from helpers.exercises import Exercise, Question, register
from helpers.exercises import lesson_02_budget as budget
from helpers.exercises import lesson_02_lam as lam
from helpers.exercises import lesson_02_sweep as sweep

register(
    "02.1",
    Exercise(
        title="the largest λ within a budget of the source",
        right=budget.right,
        wants="one λ, a number of at least 0",
        ideas=budget.IDEAS,
        hints=(
            "L1 never falls with λ: where does it pass the budget?",
            "objective.front(first, second, lams) gives L1 and L2, in this order, for a whole list "
            "of λ; equal factors between neighbours serve small and large ones",
            "the list may begin with 0 and end with ∞; which of its λ keep within the budget, and "
            "which of those is the largest?",
        ),
        probes=budget.PROBES,
        labels=budget.LABELS,
        close=budget.close,
        near=budget.near,
        explain=budget.explain,
        praise="λ = ∞ is right, too, where even the target alone costs the source no more.",
    ),
)

register(
    "02.2",
    Exercise(
        title="λ* found by simulation",
        right=lam.right,
        wants="one λ, a number of at least 0",
        ideas=lam.IDEAS,
        hints=(
            "the right answer is 0, so the error of one draw is w(λ) itself; what do you average "
            "over many draws?",
            "draw both samples once, many times over, and try every λ on the same draws",
            "the best λ of these cases lie between 0.02 and 20: a list of λ needs equal *factors* "
            "between neighbours",
        ),
        probes=lam.PROBES,
        names=("b", "s", "n1", "n2"),
        close=lam.close,
        near=lam.near,
        explain=lam.explain,
        praise="It costs at most 5 % more than the best λ in every case.",
    ),
)

register(
    "02.3",
    Exercise(
        title="whether joint training can help, read from a sweep",
        right=sweep.right,
        wants="True or False",
        ideas=sweep.IDEAS,
        hints=(
            "which numbers may you use to *choose* a column, and which to *judge* the choice?",
            "two columns are compared in the end: the chosen one of the middle, and the better of "
            "the two ends. Subtract them seed by seed",
            "a mean of five differences has a standard error: their standard deviation "
            "(ddof=1) over the root of five. The mean should be above twice that",
        ),
        probes=sweep.PROBES,
        labels=sweep.LABELS,
        praise="Chosen on validation, judged on test, against the better end, beyond the noise.",
    ),
)

register(
    "02.q1",
    Question(
        title="why w(λ) exists though the target alone has no single answer",
        right="B",
        replies={
            "A": "λ is the weight of a loss, no ridge: it multiplies H₂, which is blind in some "
            "directions, however large λ is",
            "B": "H₁ + λH₂ is invertible, since 80 points fix all nine weights: where the target "
            "says nothing, the source decides, for every finite λ. (At λ = ∞ it is the small "
            "ridge in `Curves` that saves us.)",
            "C": "where a matrix is singular, np.linalg.solve raises an error or returns nonsense; "
            "here it has a proper answer, because the matrix is not singular",
            "D": "in those directions the target has no say at all, however much it is weighed: "
            "the source's small weight is the only one there, and it decides",
        },
    ),
)

register(
    "02.q2",
    Question(
        title="the best λ for a source without bias",
        right="D",
        replies={
            "A": "without bias a value of the source is as good as one of the target: throwing "
            "them away costs precision",
            "B": "λ = 1 gives both *means* the same weight, but the mean of the larger sample is "
            "the surer one",
            "C": "the source is larger, but the target's values are as good as its: use them, too",
            "D": "P/Q = (s²/n₁)/(s²/n₂) = n₂/n₁. Every value gets the same weight, wherever it "
            "comes from: that is pooling.",
        },
    ),
)

register(
    "02.q3",
    Question(
        title="the best of forty",
        right="A",
        replies={
            "A": "the largest of 40 noisy numbers lies above their mean, even if λ does nothing. "
            "Choose on validation, look at the test once; then ask for the spread over seeds, and "
            "how good λ = 0 is.",
            "B": "one point may matter; the trouble is that nobody knows whether it is there",
            "C": "more tries make it worse: the best of 400 noisy numbers lies higher still",
            "D": "n₂/n₁ is best for a source without bias, and theirs may have one. Trying is "
            "fine; reading the result off the pictures it was chosen on is not",
        },
    ),
)
