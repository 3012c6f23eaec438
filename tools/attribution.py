"""Whose pictures a page shows: the line that goes under its slides and sheets.

Only the emoji ask for one. Everything else is free of duties, and named all the same.
"""

import re

from tools import rules

# What stands in a page's code, also as "twemoji" or f"emoji_{hand}", and the words for it. Cities are
# the course's own, without duties.
CREDITS = (
    (r"noto", "Noto Emoji: Google, Apache License 2.0"),
    (r"twemoji", "Twemoji: Twitter, Inc and other contributors, CC BY 4.0, resized"),
    (r"openmoji", "OpenMoji: OpenMoji project, CC BY-SA 4.0, resized"),
    (r"fluent", "Fluent Emoji: Microsoft Corporation, MIT"),
    (
        r"heroes|creatures|items",
        "heroes, creatures, items: Dungeon Crawl Stone Soup contributors, CC0",
    ),
    (r"city|cities", "cities: the course, CC0"),
)


def line(nb):
    """The credits of all art that a page's code and pictures name."""
    words = rules.source_of(nb) + "\n".join(
        rules.alt_text(output) for _, output in rules.pictures(nb)
    )
    credits = [
        text
        for pattern, text in CREDITS
        if re.search(rf"(?i)(?<![\w.])(?:emoji_)?(?:{pattern})", words)
    ]
    return "Pictures: " + " · ".join(credits) if credits else ""
