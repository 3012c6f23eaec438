"""Lesson 03: the best discriminator, one step of a game, the earth mover's distance."""

from helpers.exercises import Exercise, Question, register
from helpers.exercises import lesson_03_best as best
from helpers.exercises import lesson_03_distance as distance
from helpers.exercises import lesson_03_step as step

register(
    "03.1",
    Exercise(
        title="the best discriminator when real pictures come more often",
        right=best.right,
        wants="an array like p",
        ideas=best.IDEAS,
        hints=(
            "write down the part of V that holds one D[i]: the real term now stands there `often` "
            "times",
            "where is its slope in D[i] zero? Two fractions are equal there, with D and 1 − D "
            "below the line",
            "try often = 1: it must give what section 2 found",
        ),
        probes=best.PROBES,
        names=("p", "q", "often"),
        praise="Feeding three real pictures for each generated one moves D's even odds from ½ to ¾.",
    ),
)

register(
    "03.2",
    Exercise(
        title="one alternating step of the Dirac-GAN with R1",
        right=step.right,
        wants="two numbers, the new theta and the new psi",
        ideas=step.IDEAS,
        hints=(
            "section 4 gives both pulls; R1 adds a third, the slope of (γ/2)·ψ², and it pulls ψ "
            "towards 0",
            "who moves first, and what does the second one see?",
            "theta's pull holds psi twice, once inside σ: which psi is it by then?",
        ),
        probes=step.PROBES,
        names=("theta", "psi", "rate", "gamma"),
        observe=step.observe,
        praise="Two lines, and the game that circled for ever settles.",
    ),
)

register(
    "03.3",
    Exercise(
        title="the earth mover's distance on a line",
        right=distance.right,
        wants="one number",
        ideas=distance.IDEAS,
        hints=(
            "stand in a gap between two places: how much more earth lies to your left under p "
            "than under q? That much must pass you",
            "carrying 1 over a gap of 3 costs as much as carrying 3 over a gap of 1; and earth "
            "carried to the left costs as much as to the right",
            "np.cumsum gives what lies to the left of each gap, np.diff the widths; one of them "
            "is longer by one number. Why?",
        ),
        probes=distance.PROBES,
        names=("x", "p", "q"),
        praise="No plan and no critic needed: on a line the earth simply rolls over each gap.",
    ),
)

register(
    "03.q1",
    Question(
        title="a discriminator that is right half of the time",
        right="C",
        replies={
            "A": "only the *best* discriminator's ½ means that the two are equal; this one may "
            "simply be bad",
            "B": "it may have: at q = p even the best D can do no better than ½ (section 2)",
            "C": "an untrained D says ½ everywhere, too (section 1, the clueless one). Only against "
            "the best D does ½ mean equality.",
            "D": "a clueless D, ½ everywhere, has V = −log 4 whatever G draws; the *largest* V over "
            "all D must be −log 4",
        },
    ),
)

register(
    "03.q2",
    Question(
        title="the sign of circling",
        right="D",
        replies={
            "A": "areas are kept, and yet it may fly apart: a step that doubles one direction and "
            "halves the other has determinant 1, too. Here the trace is 5/2",
            "B": "they belong to the *field* and are the same for simultaneous steps, which fly "
            "outwards. What decides is the matrix of the whole step",
            "C": "real eigenvalues of a step stretch or shrink along lines: it does not turn at "
            "all (or it jumps from side to side)",
            "D": "then the step's eigenvalues are a pair exp(±iφ) of length 1: it turns by φ a "
            "round and neither grows nor shrinks.",
        },
    ),
)

register(
    "03.q3",
    Question(
        title="what the non-saturating loss cures",
        right="B",
        replies={
            "A": "a slope that does not vanish makes G learn where D is sure; near the equilibrium "
            "D is not sure, and there the game turns as before",
            "B": "near the equilibrium the field has the same eigenvalues ±i/2: it settles at no "
            "useful rate. What is cured is the vanishing slope of section 3; settling takes R1, "
            "noise, averaging or looking ahead.",
            "C": "the equilibrium is the same, p = q with D = ½: both losses have slope 0 there",
            "D": "σ(−a) and σ(a) are both ½ at the equilibrium: the steps are equally long there",
        },
    ),
)
