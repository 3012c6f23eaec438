"""Heroes, creatures and items: the tiles of Dungeon Crawl Stone Soup, each 32 pixels wide."""

import random
import re
from pathlib import Path

import fetch
import numpy as np
import pixels
import write

SIZE = 32
EXCLUDED = Path(__file__).with_name("dcss_excluded_tiles.txt")
TILES_IN_PACKAGE, EXCLUDED_IN_PACKAGE = 6318, 623

# A hero is a paper doll: layers from bottom to top, the chance of each to be worn, tiles to choose
# from. (One beard is left after the exclusion, which would make all bearded heroes brothers.)
LAYERS = {
    "cloak": (0.5, 16),
    "base": (1.0, 92),
    "boots": (0.6, 19),
    "legs": (0.6, 33),
    "body": (1.0, 126),
    "gloves": (0.4, 21),
    "hand1": (0.85, 241),
    "hand2": (0.6, 97),
    "hair": (0.7, 23),
    "head": (0.5, 93),
}
NOT_A_BASE = ("shadow", "draconian_dead", "octopode", "naga", "centaur", "felid", "demonspawn")
COLOURS = set(
    "black blue brown darkgreen gold gray green lightgreen mottled pale pink purple red white yellow"
    " winged wingless".split()
)


def excluded_names(path=EXCLUDED):
    """File names of the tiles whose ownership is unclear: none of them may be used."""
    return frozenset(Path(path).read_text(encoding="utf-8").split())


def without_excluded(paths, excluded):
    """The paths whose file name is not excluded, wherever the file lies."""
    return [path for path in paths if Path(path).name not in excluded]


def tiles():
    """{path below rltiles: file} of every tile that may be used, in order of paths."""
    folder = fetch.unpacked(
        "crawl",
        lambda name: (
            name.endswith(".png")
            and "/source/rltiles/" in name
            and not Path(name).name.startswith("._")
        ),
    )
    root = next(folder.glob("*/source/rltiles"))
    found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))
    write.expect("tiles in the package", TILES_IN_PACKAGE, len(found))
    kept = without_excluded(found, excluded_names())
    write.expect("excluded tiles", EXCLUDED_IN_PACKAGE, len(found) - len(kept))
    return {name: root / name for name in kept}


def species(base):
    """Species of a base tile: its name without sex, number and colour ("elf_f2" → "elf")."""
    words = [re.sub(r"\d+$", "", word) for word in Path(base).stem.split("_")]
    kept = [word for word in words if word not in COLOURS and word not in ("f", "m", "")]
    return " ".join(kept).replace("lorc", "lava orc")


def wardrobe(found):
    """{layer: names of its tiles}, held against the counts of the recipe."""
    drawers = {}
    for layer, (_, count) in LAYERS.items():
        names = [name for name in found if name.startswith(f"player/{layer}/")]
        if layer == "base":
            names = [name for name in names if not any(no in name for no in NOT_A_BASE)]
        write.expect(f"tiles in {layer}", count, len(names))
        drawers[layer] = names
    return drawers


def dress(drawers, rng):
    """One random tile (or None) per layer; `rng.random()` alone, which no version changes."""
    outfit = {}
    for layer, names in drawers.items():
        worn = rng.random() < LAYERS[layer][0]
        pick = names[int(rng.random() * len(names))]
        outfit[layer] = pick if worn else None
    return outfit


def draw_heroes(found, drawers, *, count, seed):
    """Pictures and outfits of `count` heroes, no picture twice."""
    rng = random.Random(seed)
    art = {name: pixels.read_rgba(found[name]) for names in drawers.values() for name in names}
    images, outfits, seen = [], [], set()
    while len(images) < count:
        outfit = dress(drawers, rng)
        image = pixels.floats_on_white(pixels.over([art[name] for name in outfit.values() if name]))
        if image.tobytes() not in seen:
            seen.add(image.tobytes())
            images.append(image)
            outfits.append(outfit)
    return np.stack(images), outfits


def heroes():
    """4,000 heroes dressed at random, labelled by species."""
    found = tiles()
    drawers = wardrobe(found)
    images, outfits = draw_heroes(found, drawers, count=4000, seed=0)
    kinds = sorted({species(name) for name in drawers["base"]})
    write.expect("species", 22, len(kinds))
    of = [species(outfit["base"]) for outfit in outfits]
    parts = [name for names in drawers.values() for name in names]
    number = {name: index for index, name in enumerate(parts)} | {None: -1}
    return write.arrays_of(
        images,
        [kinds.index(kind) for kind in of],
        kinds,
        [f"hero {index:04d}, {kind}" for index, kind in enumerate(of)],
        parts=np.array(
            [[number[name] for name in outfit.values()] for outfit in outfits], np.int16
        ),
        part_names=write.text(part_name(name) for name in parts),
        layer_names=write.text(LAYERS),
    )


def part_name(path):
    """ "player/body/robe_blue.png" → "body/robe_blue"."""
    return path.removeprefix("player/").removesuffix(".png")


CREATURE_FOLDERS = ("mon/", "UNUSED/monsters/", "player/felids/", "player/transform/")
NO_CREATURES = ("mon/tentacles/", "mon/vault/", "mon/player/", "mon/undead/bound_souls/")
NOT_CREATURES = ("mon/nonliving/test_spawner", "mon/statues/overlay_")  # "TEST", statues' overlays
ITEM_FOLDERS = ("item/", "UNUSED/weapons/", "UNUSED/armour/", "UNUSED/food/")


def below(found, folders, but=()):
    """Names of the tiles in the folders, one folder after the other, but in none of the others."""
    return [
        name
        for folder in folders
        for name in found
        if name.startswith(folder) and not name.startswith(tuple(but))
    ]


def fitting(names, found):
    """{name: RGBA} of the tiles that fit into 32×32; smaller ones stand on the lower edge."""
    art = {name: pixels.read_rgba(found[name]) for name in names}
    return {
        name: pixels.standing(rgba, SIZE)
        for name, rgba in art.items()
        if max(rgba.shape[:2]) <= SIZE
    }


def covered(rgba):
    """Share of the pixels that are more opaque than clear."""
    return np.mean(rgba[..., 3] > 127.5)


def extent(rgba):
    """Longer side of the box around all pixels that are at least a quarter opaque."""
    rows, columns = np.nonzero(rgba[..., 3] > 63)
    return max(np.ptp(rows), np.ptp(columns)) + 1 if len(rows) else 0


def first_of_each(art):
    """Drop pictures that repeat an earlier one byte for byte."""
    seen = {}
    for name, rgba in art.items():
        seen.setdefault(rgba.tobytes(), name)
    return {name: art[name] for name in seen.values()}


def dropped(what, count, before, after):
    """The smaller dictionary, once the number dropped is what the recipe says."""
    write.expect(f"{what} to drop", count, len(before) - len(after))
    return after


def folder_label(name):
    """Label of a creature or item: the second folder that its tile lies in.

    "mon/fungi_plants/x.png" → "fungi plants"; "UNUSED/food/x.png" → "unused food".
    """
    first, second = name.split("/")[:2]
    return ("unused " if first == "UNUSED" else "") + second.replace("_", " ")


def labelled(art, *, count, kinds):
    """The arrays of tiles on white, labelled by their folder."""
    write.expect("pictures", count, len(art))
    folders = sorted({folder_label(name) for name in art})
    write.expect("folders", kinds, len(folders))
    return write.arrays_of(
        np.stack([pixels.on_white(rgba) for rgba in art.values()]),
        [folders.index(folder_label(name)) for name in art],
        folders,
        [name.removesuffix(".png") for name in art],
    )


def creatures():
    """791 monsters, labelled by the folder that the game keeps them in."""
    found = tiles()
    names = below(found, CREATURE_FOLDERS, NO_CREATURES)
    art = fitting(names, found)
    dropped("large tiles", 100, names, art)
    solid = {name: rgba for name, rgba in art.items() if covered(rgba) >= 0.08}
    dropped("faint tiles", 19, art, solid)
    single = dropped("duplicates", 1, solid, first_of_each(solid))
    art = {name: rgba for name, rgba in single.items() if not name.startswith(NOT_CREATURES)}
    dropped("tests and overlays", 7, single, art)
    return labelled(art, count=791, kinds=23)


def items():
    """622 weapons, potions, books and the like, labelled by folder."""
    found = tiles()
    art = fitting(below(found, ITEM_FOLDERS), found)
    solid = {name: rgba for name, rgba in art.items() if covered(rgba) >= 0.08}
    dropped("faint tiles", 6, art, solid)
    whole = {name: rgba for name, rgba in solid.items() if extent(rgba) >= 17}
    dropped("corner overlays", 183, solid, whole)
    art = dropped("duplicates", 1, whole, first_of_each(whole))
    return labelled(art, count=622, kinds=16)
