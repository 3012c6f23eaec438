"""Every shipped set: how to build its arrays and what its card says. Add a new set here."""

import about
import dcss
import emoji
import skylines

from helpers.art import cities

# name: (function that returns the arrays, card fields)
SETS = {
    "heroes": (dcss.heroes, about.HEROES),
    "creatures": (dcss.creatures, about.CREATURES),
    "items": (dcss.items, about.ITEMS),
    **{
        f"emoji_{style}": (lambda style=style: emoji.style(style), about.EMOJI[style])
        for style in emoji.STYLES
    },
    **{
        f"city_{style}": (lambda style=style: skylines.style(style), about.CITIES[style])
        for style in cities.styles()
    },
}
