"""Addresses as a browser reads them (`url`), found in attributes (`places`) and styles (`css`), and shown (`writing`)."""

from bot.redline.flags.urls.css import in_css, plain_css
from bot.redline.flags.urls.places import ANIMATING, DRAWING, addresses, words_in
from bot.redline.flags.urls.url import Url, read
from bot.redline.flags.urls.writing import LONGEST, contrasted, legible, shown

__all__ = [
    "ANIMATING",
    "DRAWING",
    "LONGEST",
    "Url",
    "addresses",
    "contrasted",
    "in_css",
    "legible",
    "plain_css",
    "read",
    "shown",
    "words_in",
]
