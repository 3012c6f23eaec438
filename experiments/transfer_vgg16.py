"""The article's experiment, mended: python -m experiments.transfer_vgg16

VGG16 with ImageNet weights on emoji groups. The network is frozen and sees what it was trained on;
the article's head learns from its features; then, with --blocks, the top of the network learns at a
lower rate. Needs the internet once, for 59 MB of weights, or a file of them in --weights.
"""

import argparse

import numpy as np

from helpers import art, transfer
from helpers.transfer import backbones, fine_tuning


def run(backbone, head="article", blocks=0, steps=200, count=576, seed=0):
    """Train a head on a backbone's view of Noto's emoji, and measure.

    Args:
        backbone: backbones.Backbone.
        head: "article" or "linear".
        blocks: how many blocks learn as well, at a tenth of the head's rate.
        steps: gradient steps, a quarter of them for the head alone.
        count: training pictures, at most 576.
        seed: of the draw, the head and the order.
    Returns:
        {"probe": test accuracy of a linear probe, "head": of the trained head}.
    """
    train, _, test = art.load("emoji_noto").split()
    rows = transfer.draw(train.labels, count, seed)
    train = train.select(rows)
    probe = transfer.probe(backbone.features(train.images), train.labels)
    tuner = fine_tuning.FineTuner(backbone, 7, blocks=blocks, head=head, body_rate=1e-4)
    tuner.fit(tuner.below(train.images), train.labels, steps=steps, warm_up=steps // 4, seed=seed)
    answers = tuner.predict(tuner.below(test.images)).argmax(1)
    return {
        "probe": transfer.accuracy(probe, backbone.features(test.images), test.labels),
        "head": float(np.mean(answers == test.labels)),
    }


def arguments(words=None):
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--weights", default="imagenet", help="file of VGG16's weights without its top"
    )
    parser.add_argument("--size", type=int, default=96, help="pixels that the network sees")
    parser.add_argument("--blocks", type=int, default=0, help="blocks that learn as well, 0 to 5")
    parser.add_argument("--labels", type=int, default=576, help="labelled training pictures")
    parser.add_argument("--steps", type=int, default=200)
    return parser.parse_args(words)


def main(words=None):
    """The command line; a missing connection ends it with one plain sentence."""
    options = arguments(words)
    try:
        backbone = backbones.load("vgg16", size=options.size, weights=options.weights)
    except (ValueError, ConnectionError) as error:
        raise SystemExit(str(error)) from None
    scores = run(backbone, blocks=options.blocks, steps=options.steps, count=options.labels)
    print(
        f"VGG16 at {options.size} px, {options.labels} labels: linear probe {scores['probe']:.2f}, "
        f"the article's head {scores['head']:.2f}"
    )


if __name__ == "__main__":
    main()
