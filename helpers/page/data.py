"""What a page holds beside its code: the explorer's sources as JSON and base64."""

import itertools
import json

import numpy as np
from tqdm.auto import tqdm

from helpers.latents import blending
from helpers.page import network

_QUARTERS = 4  # batch norm is measured at quarters of the blend, as in helpers/explorer
_MANY = 4  # blocks with a batch norm: of more, the page measures most of the mixtures itself


def collected(scene):
    """The scene's generators, each once, however many pairs it is in.

    Args:
        scene: explorer.Scene.

    Returns:
        (card, letters): {"networks": […], "sources": […]} for JSON, and the numbers as base64,
        {"network-0": …, "source-0": …}.

    Raises:
        ValueError: a generator has a layer that the page cannot draw with.
    """
    networks, sources, letters = {}, [], {}
    for name, source in scene.sources.items():
        ends = []
        for generator in filter(None, (source.parent, source.child)):
            card, numbers = network.described(generator)
            key = json.dumps(card["operations"]) + numbers
            networks.setdefault(key, (card, numbers))
            ends.append(list(networks).index(key))
        card, letters[f"source-{len(sources)}"] = _described(source, name, *ends)
        sources.append(card)
    cards, numbers = zip(*networks.values())
    letters |= {f"network-{i}": row for i, row in enumerate(numbers)}
    return {"networks": cards, "sources": sources}, letters


def _described(source, name, parent, child=None):
    row = network.Row()
    card = {
        "name": name,
        "weights": source.weights,
        "latent": int(source.parent.input_shape[-1]),
        "size": int(source.parent.output_shape[1]),
        "parent": parent,
        "child": child,
        "blocks": list(source.blocks),
        "labels": source.labels,
        "marks": list(source.marks),
        "directions": row.add(source.directions),
    }
    if child is not None:
        card |= _statistics(source, row)
    return card | row.entry(), row.letters()


def _statistics(source, row):
    """Batch norm's statistics, where a page may need them at once.

    What a norm sees depends on the shares of the blocks up to its own, so that many mixtures have
    the same: each is stored once, under "q,q,…", the quarters of those blocks.

    Returns:
        {"knots": for each norm its keys, "statistics": all their means and variances in one row}.
    """
    names = [norm.name for norm in blending.batch_norms(source.parent)]
    blocks = [
        i for name in names for i, inside in enumerate(source.blocks.values()) if name in inside
    ]
    sizes = [norm.moving_mean.shape[0] for norm in blending.batch_norms(source.parent)]
    found = [{} for _ in names]
    for knot in tqdm(_knots(1 + max(blocks, default=-1)), unit=" mixtures", leave=False):
        rest = (knot[-1],) * (len(source.blocks) - len(knot))
        measured, at = source.measured(tuple(q / _QUARTERS for q in knot + rest)), 0
        for norm, (block, size) in enumerate(zip(blocks, sizes)):
            key = ",".join(map(str, knot[: block + 1]))
            found[norm][key] = measured[at : at + 2 * size]
            at += 2 * size
    rows = [np.zeros(0), *(values for keys in found for values in keys.values())]
    return {"knots": [list(keys) for keys in found], "statistics": row.add(np.concatenate(rows))}


def _knots(blocks):
    """Every blend at its quarters, every block either in it or swapped; of many blocks one at most."""
    most = 1 if blocks > _MANY else blocks
    knots = {(_QUARTERS,) * blocks}
    for count in range(most + 1):
        for swapped in itertools.combinations(range(blocks), count):
            for quarter in range(_QUARTERS):
                knots.add(tuple(_QUARTERS if i in swapped else quarter for i in range(blocks)))
    return sorted(knots) if blocks else []
