"""The parts of README.md that are made from the code: `make readme` writes them, a test compares them.

A part stands between two comments, `<!-- generated: name -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.config import Settings
from bot.core.lifecycle import CHANGE_TABLE, JOB_TABLE, ROUND_TABLE, diagram

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic.fields import FieldInfo

README: Final = Path(__file__).parents[1] / "README.md"

_PART: Final = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[a-z]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)


def brought_up_to_date(text: str) -> str:
    """Return a document with every generated part made anew; the rest stays as it is.

    Raises:
        KeyError: It asks for a part that nobody makes.
    """
    return _PART.sub(lambda part: f"{part['begin']}\n{PARTS[part['name']]()}\n\n{part['end']}", text)


def settings() -> str:
    """Return the table of the settings, in the order in which the code declares them."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| Name | Default | Meaning |", "|---|---|---|", *rows])


def _row(name: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", r"\|")
    return f"| `{name.upper()}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    """Return a default in the words in which a person would set it."""
    shown = field.json_schema_extra.get("shown") if isinstance(field.json_schema_extra, dict) else None
    if field.is_required():
        return "**needed**"
    if isinstance(field.default, tuple):
        return f"`{','.join(map(str, field.default))}`" if field.default else "–"
    if shown is not None:
        return str(shown)
    return "–" if field.default is None else f"`{str(field.default).lower()}`"


def _drawn(mermaid: str) -> str:
    return f"```mermaid\n{mermaid}\n```"


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "settings": settings,
    "round": lambda: _drawn(diagram(ROUND_TABLE)),
    "change": lambda: _drawn(diagram(CHANGE_TABLE)),
    "job": lambda: _drawn(diagram(JOB_TABLE)),
}
"""What can be made, by the name in its marker."""


if __name__ == "__main__":
    README.write_text(brought_up_to_date(README.read_text()))
