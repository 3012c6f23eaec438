"""What the cards say: title, source, licence, attribution, changes, known biases."""

import fetch

SERVED = {"apt": "Debian source package", "npm": "npm package"}
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def source(*names):
    """Card fields that name the packages which a set is made from."""
    packages = [fetch.PACKAGES[name] for name in names]
    return {
        "source": ", ".join(f"{SERVED[package.manager]} {package.name}" for package in packages),
        "version": ", ".join(package.version for package in packages),
        "source_files": {package.file: package.sha256 for package in packages},
    }


DCSS = {
    **source("crawl"),
    "licence": "CC0 / public domain to the best of the project's records",
    "licence_url": CC0,
    "attribution": "Dungeon Crawl Stone Soup contributors; RLTiles "
    "(attribution is not required, and gladly given)",
}
# Said on every card of the three sets, because it limits what the licence line can promise.
DCSS_GAP = (
    "The records of who drew older tiles are incomplete: 641 file names of unclear ownership are "
    "left out by name. This drops innocent namesakes too, and it cannot catch a tile renamed since, "
    "or a recolour of a listed tile. "
)

HEROES = {
    "title": "Heroes",
    "description": "Adventurers dressed at random from the player tiles of a dungeon game: a body, "
    "clothes, weapons, hats. Labelled by species; `parts` says who wears what.",
    **DCSS,
    "changes": "Up to ten tiles of 32×32 pixels laid over one another (seed 0), then on white. "
    "Cloak .5, base 1, boots .6, legs .6, body 1, gloves .4, hand1 (weapon) .85, hand2 "
    "(shield, book) .6, hair .7, head .5; exact repeats skipped.",
    "known_biases": DCSS_GAP
    + "The two minotaur bases may be such recolours. Species are as common "
    "as their base tiles: one hero in five is a draconian, one in seven a lava orc. "
    "Many costumes hide the face, so that species can be hard to see. Any two "
    "pictures may share parts: a random split does not separate them. "
    "European medieval fantasy; women and men come from separate base tiles, and "
    "the costumes do not follow them.",
}


EMOJI_SUBJECTS = (
    "1,152 subjects that all five styles draw, in the order of an emoji keyboard, the same order in "
    "every style; `codes` names each by its code points. "
)
EMOJI_DROPPED = (
    "Left out: flags, keycaps, signs, clocks, letters, families, man and woman variants of what has "
    "a neutral form, skin tones, and one cat face all but equal to another. "
)
EMOJI_BIASES = (
    "Groups are those of the emoji standard and noisy as picture labels: a cat face is a smiley, a "
    "snowman is travel. Objects are three times as many as activities. What has an emoji at all was "
    "decided by a standard that began in Japan: see the food and the buildings. Some gestures are "
    "rude. Margins differ by style, so that framing helps to tell styles apart. "
)


def emoji(title, style, more, changes, licence, licence_url, attribution, *packages):
    """Card fields of one emoji style."""
    return {
        "title": title,
        "description": f"{style} {EMOJI_SUBJECTS}Labelled by group.",
        **source(*packages, "emoji-datasource"),
        "licence": licence,
        "licence_url": licence_url,
        "attribution": attribution,
        "changes": f"{EMOJI_DROPPED}{changes}, on white.",
        "known_biases": EMOJI_BIASES + more,
    }


EMOJI = {
    "noto": emoji(
        "Emoji: Noto",
        "Google's emoji: soft gradients, round shapes.",
        "The drawings nearly fill the frame (half of them 62 of 64 pixels).",
        "The packaged PNG of 64 pixels, in its own size",
        "Apache-2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "Google, Noto Emoji (v2.048), Apache License 2.0",
        "emoji-datasource-google",
    ),
    "twemoji": emoji(
        "Emoji: Twemoji",
        "Twitter's emoji: flat colours, no outline, no margin.",
        "The drawings fill the frame.",
        "The packaged PNG of 64 pixels, in its own size",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "Twitter, Inc and other contributors (jdecked/twemoji v16.0.1), CC BY 4.0, resized",
        "emoji-datasource-twitter",
    ),
    "openmoji": emoji(
        "Emoji: OpenMoji",
        "An open-source emoji project's drawings: black outlines, few colours.",
        "Its black outlines make it the most distinct of the five styles; margins of 7 pixels. "
        "Share-alike: what is derived from this file carries its licence.",
        "SVG drawn at 256 pixels (resvg-py 0.5.0), box-averaged to 64",
        "CC BY-SA 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "All emojis designed by OpenMoji – the open-source emoji and icon project. "
        "License: CC BY-SA 4.0. Resized.",
        "openmoji",
    ),
    "fluent3d": emoji(
        "Emoji: Fluent 3D",
        "Microsoft's emoji as shaded, clay-like figures.",
        "The same drawings as emoji_fluentflat, with shading: the best minimal pair.",
        "Packaged pictures of 256 pixels, box-averaged to 64",
        "MIT",
        "https://github.com/microsoft/fluentui-emoji/blob/main/LICENSE",
        "Microsoft Corporation (Fluent Emoji), MIT; packaged by LobeHub",
        "@lobehub/fluent-emoji-3d",
    ),
    "fluentflat": emoji(
        "Emoji: Fluent flat",
        "Microsoft's emoji in flat colours.",
        "The same drawings as emoji_fluent3d, without shading: the best minimal pair.",
        "SVG drawn at 256 pixels (resvg-py 0.5.0), box-averaged to 64",
        "MIT",
        "https://github.com/microsoft/fluentui-emoji/blob/main/LICENSE",
        "Microsoft Corporation (Fluent Emoji), MIT; packaged by Iconify",
        "@iconify-json/fluent-emoji-flat",
    ),
}

CREATURES = {
    "title": "Creatures",
    "description": "Monsters of a dungeon game, one tile each. Labelled by the folder that the game "
    "keeps them in: undead, humanoids, animals, dragons …",
    **DCSS,
    "changes": "Tiles larger than 32×32 left out (100); smaller ones centred on the lower edge; "
    "opaque on under 8 % of the pixels (19), byte duplicates (1), a test tile and statue "
    "overlays (7) left out; on white.",
    "known_biases": DCSS_GAP + "Labels are the game's folders: uneven (144 undead, one panlord), "
    "and some say where a monster appears (sprint, abyss), not what it is. Many "
    "mutant beasts are single parts (heads, wings, tails). Families "
    "are recolours of one drawing (zombies, tiamat), so a random split leaks. Some "
    "butterflies and lich forms may be recolours of excluded tiles. Drop shadows "
    "show on white. The bestiary of European fantasy and folklore prevails.",
}
ITEMS = {
    "title": "Items",
    "description": "Weapons, armour, potions, books and other things that lie in a dungeon. "
    "Labelled by kind.",
    **DCSS,
    "changes": "Opaque on under 8 % of the pixels (6), corner overlays under 17 pixels in both "
    "directions (183) and byte duplicates (1) left out; on white.",
    "known_biases": DCSS_GAP + "Uneven: 155 weapons, 137 pieces of armour, 6 rings. 92 older tiles "
    "stand in folders of their own (“unused …”) and look like their kind. A score of "
    "those in misc are dark silhouettes. The kind is easy to see: plain pixels "
    "classify it as well as a pretrained network does.",
}


def city(style, description):
    """Card fields of the cities in one style."""
    return {
        "title": f"Cities: {style}",
        "description": f"{description} Picture i is the city of seed i, and the same city in all "
        "four styles. Labelled by where it stands: on land or by the water.",
        "source": "helpers/art/cities.py, the course's own program",
        "version": "seeds 0 to 1999",
        "source_files": {},
        "licence": "CC0-1.0",
        "licence_url": CC0,
        "attribution": "The course authors (attribution is not required)",
        "changes": "Drawn at 128 pixels, box-averaged to 64; colours rounded to steps of 5 of 255, "
        "which saves two fifths of the space.",
        "known_biases": "Made by rules, so as varied as the rules and no more: seven shapes of "
        "building, one sky. Any two cities share their parts. Windows are fine "
        "detail, which makes these sets hard for their size. Towers only: no "
        "real town looks like this. For a claim about new cities draw seeds "
        "from 2000 on.",
    }


CITIES = {
    "day": city("day", "Skylines under a pale blue sky, far rows in haze."),
    "neon": city("neon", "Skylines in a violet night, with coloured windows."),
    "sunset": city("sunset", "Dark skylines before a warm gradient, with yellow windows."),
    "ink": city("ink", "Skylines in ink on paper: outlines, grey fills, one red sun."),
}
