"""Lesson 01: a linear head, what moved, and what transfer is worth in labels."""

from helpers.exercises import Exercise, Question, register
from helpers.exercises import lesson_01_curve as curve
from helpers.exercises import lesson_01_head as head
from helpers.exercises import lesson_01_moved as weights

register(
    "01.1",
    Exercise(
        title="a linear head on the backbone",
        right=head.attach_head,
        wants="a keras.Model from pictures to one probability a class",
        ideas=head.IDEAS,
        hints=(
            "section 2 builds almost this; count which of its layers a *linear* head needs",
            "four steps lie between the pictures and the answer: prepare, see, average, one "
            "layer that answers",
            "who learns? After building, model.trainable_variables should hold two arrays, the "
            "last layer's kernel and bias",
        ),
        probes=head.PROBES,
        labels=head.LABELS,
        observe=head.observe,
        close=lambda found, expected, *probe: head.close(found, expected),
        near=head.close,
        explain=head.explain,
        praise="The last layer learns, and the backbone stays what it is.",
    ),
)

register(
    "01.2",
    Exercise(
        title="what moved",
        right=weights.moved,
        wants="a set of variable paths, such as {'body/kernel'}",
        ideas=weights.IDEAS,
        hints=(
            "three steps: remember, train, compare. Which of them must hold *numbers* of its own, "
            "not the variables that train() is about to change?",
            "a dict from v.path to a copy of the numbers of v is a good memory; model.variables "
            "lists all of them",
            "frozen means equal, every entry, exactly: which NumPy function says True only then?",
        ),
        probes=weights.PROBES,
        labels=weights.LABELS,
        observe=weights.observe,
        praise="Not a bit of a frozen weight may change, and now you can prove it.",
    ),
)

register(
    "01.3",
    Exercise(
        title="how many labels that is worth",
        right=curve.labels_needed,
        wants='one number of labels, or float("inf")',
        ideas=curve.IDEAS,
        hints=(
            "what are x and y? Given is the accuracy, asked is the size: read the curve sideways",
            "half-way between 100 and 200 on a logarithmic axis lies about 141: interpolate the "
            "logarithms, then come back from them",
            "np.interp never leaves the ends of its list; ask first whether the target lies above",
        ),
        probes=curve.PROBES,
        names=("sizes", "accuracies", "target"),
        close=lambda found, expected, *probe: curve.close(found, expected),
        praise="Read off curves like this, transfer is worth a number of labels.",
    ),
)

register(
    "01.q1",
    Question(
        title="why photographs help with drawings",
        right="D",
        replies={
            "A": "ImageNet holds photographs, no emoji; and nobody showed the network our groups",
            "B": "its last layer, which names the 1000 classes, has been cut off; the features "
            "come from before it",
            "C": "size and layout alone do not do it: section 5 tries the same network with random "
            "weights, and it is no better than raw pixels",
            "D": "edges, corners, textures, round and long shapes are the vocabulary of pictures, "
            "not of ImageNet. Yosinski et al. (2014) measured that early layers are general.",
        },
    ),
)

register(
    "01.q2",
    Question(
        title="what a trained head changes for the layers below",
        right="C",
        replies={
            "A": "that would be so with plain gradient descent. Adam divides by the size of the "
            "gradient: small errors give steps as long as large ones",
            "B": "the gradient passes *through* the head on its way down: a random head hands on a "
            "random direction, a trained one does not",
            "C": "Adam's steps stay as long as before; but a head that knows the groups sends "
            "down errors that say something about them. That is the idea of training the head "
            "first (Kumar et al. 2022).",
            "D": "a trained head stands at *its* minimum, with the layers below held fixed; they "
            "are not at theirs, and their gradient is not 0",
        },
    ),
)

register(
    "01.q3",
    Question(
        title="one subject in training and test",
        right="A",
        replies={
            "A": "a grinning face in one style gives away the group of the grinning face in the "
            "other. So the course splits by subject, the same for all five styles.",
            "B": "the drawings differ, their subject does not, and features are made to see "
            "through such differences: it is the same thing twice",
            "C": "the other way round: what has been seen in another style is easier, and the "
            "score comes out too high",
            "D": "the groups would be as large as before; what changes is what the network can "
            "know of a test picture beforehand",
        },
    ),
)
