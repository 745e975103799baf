"""Names that stand in channels for ever."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedError
from bot.core.summary import Does
from bot.slack import ids
from tests.unit.slack.summaries import REF, TARGET


def test_a_target_comes_back_as_it_went() -> None:
    """A button's value is its target."""
    assert ids.parse_value(TARGET) == (TARGET, "")


def test_words_travel_beside_the_target() -> None:
    """A button may carry somebody's words, of several lines, to the dialog that it opens."""
    assert ids.parse_value(ids.with_words(TARGET, "two\nlines")) == (TARGET, "two\nlines")


@pytest.mark.parametrize("does", Does)
def test_a_menu_entry_says_what_it_does_to_what(does: Does) -> None:
    """A menu's entry carries both, within Slack's limit for options."""
    value = ids.menu_value(does, TARGET)
    assert ids.parse_menu_value(value) == (does, TARGET)
    assert len(value) <= 150


@pytest.mark.parametrize("value", ["", "nothing", f"nothing|{REF}"])
def test_what_the_relay_does_not_do_is_refused(value: str) -> None:
    """An entry of a forgotten or foreign message is refused with a sentence."""
    with pytest.raises(RefusedError, match="newer message"):
        ids.parse_menu_value(value)


def test_the_names_of_dialogs_and_fields_never_change() -> None:
    """Messages in channels keep these names for ever: a changed one would make their buttons dead."""
    assert (ids.MENU, ids.PAGE_BACK, ids.PAGE_ON, ids.PHRASE) == ("more", "page_back", "page_on", "phrase")
    assert (ids.EDIT_DIALOG, ids.READING_DIALOG, ids.FEEDBACK_DIALOG) == (
        "edit_dialog",
        "reading_dialog",
        "feedback_dialog",
    )
