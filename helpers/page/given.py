"""What a page is made of: generators by name, file or object, and whose art they learnt from."""

import os
import pathlib

import numpy as np

from helpers import checkpoints, files, weights

_LONGEST = 1000  # letters of an attribution; shipped ones have a hundred
_UNSAID = "not stated by whoever made this page"


def loaded(generators, about):
    """The generators as `explorer.Scene` takes them, and what the page says of their art.

    Args:
        generators, about: as for `page.export`.

    Returns:
        (networks, cards): {name: network, or (parent, child)}; and a list of
        {"name", "generators": names of those that it is in, "data", "attribution", "licence"}.

    Raises:
        ValueError: there is none, a checkpoint is unknown or damaged, a name is there twice, or
            `about` speaks of another generator.
    """
    generators = by_name(generators)
    if unknown := set(about) - set(generators):
        raise ValueError(
            f"about speaks of {min(unknown)!r}; the generators are: {', '.join(generators)}"
        )
    networks, cards = {}, {}
    for name, entry in generators.items():
        pair = entry if isinstance(entry, (tuple, list)) else (entry,)
        found = [_network(one) for one in pair]
        networks[name] = (
            found[0][0] if len(pair) == 1 else tuple(network for network, _, _ in found)
        )
        for number, (_, own_name, card) in enumerate(found):
            title = own_name or (
                name if len(pair) == 1 else f"{name}, {('parent', 'child')[number]}"
            )
            rights = _rights(title, card, about.get(name, {}))
            key = tuple(rights.items())
            cards.setdefault(key, {**rights, "generators": []})["generators"].append(name)
    return networks, list(cards.values())


def by_name(generators):
    """{name: entry} of what `page.export` was given."""
    if isinstance(generators, dict):
        return generators
    if not isinstance(generators, (list, tuple)):
        generators = [generators]
    named = [(_name(entry), entry) for entry in generators]
    names = [name for name, _ in named]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(
            f"two generators are called {twice[0]!r}: name them, {{'one': …, 'other': …}}"
        )
    return dict(named)


def _name(entry):
    if isinstance(entry, (tuple, list)):
        return " to ".join(_name(one) for one in entry)
    if not _is_path(entry):
        raise ValueError("a network has no name of its own: give {'mine': network}")
    path = pathlib.Path(entry)
    return path.parent.name if path.name == "checkpoint.npz" else path.name.removesuffix(".npz")


def _is_path(entry):
    return isinstance(entry, (str, os.PathLike))


def _network(entry):
    """(network, its checkpoint's name or None, its card or {})."""
    if _is_path(entry):
        return checkpoints.load(entry).averaged_generator, _name(entry), _card(entry)
    network = getattr(entry, "averaged_generator", entry)
    shipped = _shipped(network)
    return network, shipped, checkpoints.card(shipped) if shipped else {}


def _card(name):
    """A checkpoint's card; {} where there is none: a file alone, or a run that is long gone."""
    try:
        return checkpoints.card(name)
    except files.Damaged:
        raise
    except ValueError:
        return {}


def _shipped(network):
    """The name of the shipped checkpoint with these very weights, or None."""
    if not hasattr(network, "variables"):
        return None
    mine = weights.pack("generator", network.variables)
    for name in checkpoints.names():
        arrays, _ = weights.read(checkpoints.path(name))
        if all(key in arrays and np.array_equal(arrays[key], mine[key]) for key in mine):
            return name
    return None


def _rights(title, card, said):
    if odd := set(said) - {"attribution", "licence"}:
        raise ValueError(f"about has {min(odd)!r}: it takes 'attribution' and 'licence'")
    rights = {key: card.get(key) or said.get(key) or _UNSAID for key in ("attribution", "licence")}
    before = _card(card["init"]) if card.get("init") else {}
    if before.get("attribution") and before["attribution"] != rights["attribution"]:
        rights["attribution"] += f"; it went on from {card['init']}: {before['attribution']}"
    found = {"name": title, "data": card.get("data") or _UNSAID, **rights}
    for key, text in found.items():
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise ValueError(
                f"the {key} of {title[:80]!r} is no text of at most {_LONGEST:,} letters: shorten it in its "
                "card.json, or say it with about"
            )
    return found
