"""Lesson 08: the AUC from distances, a share without the judge's errors, where a score comes from."""

from helpers.exercises import Exercise, Question, register
from helpers.exercises import lesson_08_attack as attack
from helpers.exercises import lesson_08_map as maps
from helpers.exercises import lesson_08_share as share

register(
    "08.1",
    Exercise(
        title="the AUC of an attack that measures distances",
        right=attack.right,
        wants="one number, 0 to 1",
        ideas=attack.IDEAS,
        hints=(
            "a member is *near* to a generated picture: which of the two distances should be smaller?",
            "compare every member with every other: m · n pairs, `a[:, None] < b[None]`",
            "two equal distances: the attack would have to toss a coin",
        ),
        probes=attack.PROBES,
        names=("members", "others"),
        praise="½ means that it knows nothing, and a number below ½ that you look from the wrong side.",
    ),
)

register(
    "08.2",
    Exercise(
        title="a share without the judge's errors",
        right=share.right,
        wants="one number, 0 to 1",
        ideas=share.IDEAS,
        hints=(
            "what share would the judge report if all pictures were the minority's? And if none were?",
            "between these two ends the report is a straight line in the true share",
            "few pictures can push the formula below 0 or above 1; a share cannot be there",
        ),
        probes=share.PROBES,
        names=("called", "on_minority", "on_majority"),
        praise="The judge's errors do not go away with more generated pictures; this takes them out.",
    ),
)

register(
    "08.3",
    Exercise(
        title="where a score comes from: a map that adds up",
        right=maps.right,
        wants="an array like x",
        ideas=maps.IDEAS,
        hints=(
            "what should the map add up to? Try it on your answer: map.sum()",
            "take the slope at many places on the straight way from the baseline to x, and their mean",
            "a pixel that is as in the baseline has moved nothing: times (x − baseline)",
        ),
        probes=maps.PROBES,
        labels=maps.LABELS,
        close=maps.close,
        near=maps.near,
        explain=maps.explain,
        praise="It adds up to the difference of the two scores: that is what a slope alone cannot do.",
    ),
)

register(
    "08.q1",
    Question(
        title="an AUC of .53",
        right="B",
        replies={
            "A": "an AUC of .53 is no share of pictures: it says that in 53 of 100 pairs the member "
            "scores higher. And .5 would be nothing at all",
            "B": "with 50 and 50 pictures luck alone ends anywhere between .39 and .61 (section 1). "
            "It shows no leak, and it does not show that there is none.",
            "C": "no leak was found *by this attack with these pictures*. A stronger attack, or more "
            "pictures, may find one: D's scores found what the nearest sample did not",
            "D": "turning the labels gives 1 − .53 = .47, as near to ½ on the other side: that is what "
            "it must give, and no sign of an error",
        },
    ),
)

register(
    "08.q2",
    Question(
        title="what may be published",
        right="D",
        replies={
            "A": "the generator's own pictures gave away little here, but D's score gave away nearly "
            "every one of 50 pictures: do not publish what you do not need to publish",
            "B": "augmentation lowered what these attacks found; it gives no guarantee. Nor does any "
            "measurement: it can find a leak, not exclude one",
            "C": "from few pictures more is given away, not less: compare n = 50 with n = 1,000",
            "D": "D was trained to give these very pictures a high score. Drawing needs only G.",
        },
    ),
)

register(
    "08.q3",
    Question(
        title="a judge that is right 96 times in 100",
        right="C",
        replies={
            "A": "its errors do not cancel when the groups are uneven: 4 % of a large group are more "
            "than 4 % of a small one",
            "B": "the other way round: the large group's errors are added to the small group's count",
            "C": ".05 · .96 + .95 · .04 = .086: nearly twice the truth, from a judge that is right 96 "
            "times in 100.",
            "D": "more pictures make the interval narrower, around a wrong value",
        },
    ),
)

register(
    "08.q4",
    Question(
        title="a map that survives shuffled weights",
        right="A",
        replies={
            "A": "integrated gradients multiply by (x − baseline), which no shuffling changes: the "
            "ranks stay alike, and yet this map found the planted mark. One test alone can be fooled.",
            "B": "it may be only that: but this very map put most of itself on the planted mark, and "
            "an edge filter did not",
            "C": "that would be so if the shuffled network gave a map of the mark, too; it did not",
            "D": "the ranks of all pixels were compared, and most of them are white paper, where the "
            "map is 0 whatever the weights are. That is no fault of the seeds",
        },
    ),
)
