"""How a text is drawn, and what of that leaves nothing to see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bot.redline.flags.visibility import colours

if TYPE_CHECKING:
    from bot.redline.flags.visibility.colours import Colour

_FAINT: Final = 1.3
"""Contrast below which a text and its background are one."""
TINY: Final = 3.0
"""Pixels of type that nobody reads."""
BARELY: Final = 0.1
"""Opacity below which nothing is left."""


@dataclass(frozen=True)
class Sight:
    """How the text that stands directly in an element is drawn.

    Attributes:
        gone: Why nothing in the element can be seen, whatever is inside; empty when it can.
        folded: The same, but a summary inside stays outside the fold.
        veiled: The same, but an element inside may show itself again.
        indent: The same, for a first line that is moved off the page.
        size: Of type, in pixels.
        ink: Of the text.
        page: What is behind it, opaque.
        opacity: Of everything around it, multiplied.
        unheard: Why screen readers pass it over although eyes see it; empty when they do not.
    """

    gone: str = ""
    folded: str = ""
    veiled: str = ""
    indent: str = ""
    size: float = 16.0
    ink: Colour = colours.BLACK
    page: Colour = colours.WHITE
    opacity: float = 1.0
    unheard: str = ""

    @cached_property
    def why(self) -> str:
        """Say why the text is not drawn, such as ``its letters have no size``; empty when it is drawn."""
        return self.gone or self.folded or self.veiled or self.indent or self._small() or self._pale()

    def _small(self) -> str:
        if self.size > TINY:
            return ""
        return f"its letters are {self.size:.2g} pixels high" if self.size else "its letters have no size"

    def _pale(self) -> str:
        if self.opacity < BARELY:
            return "it is transparent"
        if self.ink.alpha < BARELY:
            return "its colour is transparent"
        seen = colours.over(self.ink._replace(alpha=self.ink.alpha * self.opacity), self.page)
        return "its colour is that of its background" if colours.contrast(seen, self.page) < _FAINT else ""


PLAIN: Final = Sight()
UNHEARD: Final = "screen readers pass it over (aria-hidden)"
