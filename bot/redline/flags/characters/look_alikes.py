"""Letters that look like a letter of the English alphabet, or like a digit.

A trimmed copy of Unicode's table of confusable characters (Unicode Technical Standard #39, security mechanisms): one
letter for one letter or digit, from scripts that are written from left to right and could pass for Latin. Letters
of living Latin alphabets are left out, such as the dotless i of Turkish; к, κ, η and a few more, which pass in some
typefaces, are added.

Source: https://www.unicode.org/Public/security/latest/confusables.txt. Copyright © Unicode, Inc.; Unicode License V3,
https://www.unicode.org/license.txt.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_BY_LETTER: Final = {
    "2": "ϨᒿꙄ", "3": "ЗӠⳌ", "4": "Ꮞ", "6": "бᏮⳒ",
    "A": "ΑАᎪᗅꓮ", "B": "ΒВᏴᗷꓐ", "C": "ϹСᏟⲤꓚ", "D": "Ꭰᗞᗪꓓ", "E": "ΕЕᎬⴹꓰ", "F": "Ϝᖴꓝ", "G": "ԌᏀᏳꓖ", "H": "ΗНᎻᕼⲎꓧ",
    "I": "ΙІӀⲒⵏꓲ", "J": "ͿЈᎫᒍꓙ", "K": "ΚКᏦⲔꓗ", "L": "ᏞᒪⳐꓡ", "M": "ΜϺМᎷᗰⲘꓟ", "N": "ΝⲚꓠ", "O": "ΟОՕⲞⵔꓳ",
    "P": "ΡРᏢᑭⲢꓑ", "Q": "ⵕ", "R": "ᎡᏒᖇꓣ", "S": "ЅՏᏕᏚꓢ", "T": "ΤТᎢⲦꓔ", "U": "Սᑌꓴ", "V": "ѴᏙᐯⴸꓦ", "W": "ԜᎳᏔꓪ",
    "X": "ΧХⲬⵝꓫ", "Y": "ΥϒУҮᎩᎽⲨꓬ", "Z": "ΖᏃꓜ",
    "a": "ɑαа", "b": "ЬᏏᖯ", "c": "ϲсᴄⲥꮯ", "d": "ԁᏧᑯꓒ", "e": "еҽє", "f": "ք", "g": "ɡց", "h": "һհᏂ", "i": "ɩɪιіӏᎥꙇꭵ",
    "j": "ϳј", "k": "κкⲕ", "n": "ոռηп", "o": "οσоօჿᴏⲟ", "p": "ρϱрⲣ", "q": "ԛգզ", "r": "гᴦⲅꮁ", "s": "ѕꜱꮪ", "u": "υսᴜ",
    "v": "νѵᴠꮩ", "w": "ѡԝաᴡꮃ", "x": "хχᕁᕽ", "y": "ʏγуүყ", "z": "ᴢꮓ",
}  # fmt: skip

TWINS: Final = {twin: letter for letter, twins in _BY_LETTER.items() for twin in twins}
"""The letter or digit that each one looks like."""

PHONETIC: Final = frozenset("ɑɡɩɪᴄᴏꜱᴜᴠᴡᴢʏ")
"""Those that are Latin letters themselves, of phonetic writing."""

SYMBOLS: Final = frozenset("αβγδεζηθικλμνξπρστυφχψωϱϲ")
"""Greek letters that stand alone in formulas and names of things, and look like themselves there."""

STYLED: Final = frozenset(
    {"MATHEMATICAL", "SCRIPT", "DOUBLE-STRUCK", "BLACK-LETTER", "PLANCK", "KELVIN", "ROMAN"}
)
"""First words of the names of letters that are a plain letter in a costume: 𝐀, ℬ, ℕ, K, Ⅴ."""

WIDE: Final = "FULLWIDTH"
"""First word of the names of letters, digits and points that are as wide as a Chinese character: Ａ."""

POINTS: Final = {
    "\u037e": ";", "\u0589": ":", "\u05c3": ":", "\ua789": ":", "\u2024": ".", "\u2215": "/", "\u29f8": "/", "\u01c3": "!",
    "\u066a": "%", "\u066b": ",", "\u066c": ",", "\u060c": ",", "\u201a": ",",
}  # fmt: skip
"""Punctuation that looks like another one."""


@lru_cache(maxsize=4096)
def script(character: str) -> str:
    """Return the first word of a letter's name, which for most letters is its script: ``LATIN``, ``CYRILLIC``."""
    return unicodedata.name(character, "").partition(" ")[0]


@lru_cache(maxsize=4096)
def twin(character: str) -> str:
    """Return the plain letter or digit that a character looks like, without accents; "" if there is none."""
    plain = unicodedata.normalize("NFD", character)[0]
    if plain in TWINS:
        return TWINS[plain]
    if script(character) in STYLED or script(character) == WIDE:
        folded = unicodedata.normalize("NFKC", character)
        return folded if folded.isascii() and len(folded) == 1 else ""
    return ""
