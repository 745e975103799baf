"""What dialogs do about failures. What is in them stands in `test_modals.py`, how one gets there in `test_listeners.py`."""

from __future__ import annotations

import json

from bot.slack.modals import Memory
from tests.unit.slack.bench import REF, bench, target


async def test_a_phrase_for_a_change_that_is_gone_turns_the_dialog_into_the_reason() -> None:
    """When the record is gone, the feedback dialog says so instead of taking more words."""
    on = bench()
    await on.press("deny_with_feedback", target())
    view = on.client.view()
    on.store.jobs.clear()
    assert (await on.press("phrase_0", "Shorter", view=view)).status == 200
    assert "no such edit" in json.dumps(on.client.view())
    assert on.client.view()["title"]["text"] == "Nothing was recorded"


async def test_a_refusal_finds_its_person_when_the_dialog_was_closed_meanwhile() -> None:
    """Whoever closed the dialog is told in the channel they came from."""
    on = bench()
    await on.press("review_change", target())
    on.client.refuse("views.update", "not_found", times=2)
    assert (await on.press("page_on", "2", view=on.client.view())).status == 200
    assert on.client.named("chat.postEphemeral")[0]["channel"] == "C0LEGAL"
    assert on.told() == ["This dialog is no longer open."]


async def test_a_refusal_that_finds_nobody_is_not_acked() -> None:
    """A refusal is never lost: if it cannot be shown, Slack tells the person that something went wrong."""
    on = bench()
    await on.press("review_change", target())
    on.client.refuse("views.update", "internal_error", times=2)
    assert (await on.press("page_on", "2", view=on.client.view())).status == 500


async def test_a_page_button_with_no_page_is_refused() -> None:
    """A forged page is no page."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("page_on", "two", view=on.client.view())
    assert "newer message" in json.dumps(on.client.view()["blocks"][0])


async def test_without_a_reading_dialog_below_there_is_nothing_to_refresh() -> None:
    """A feedback dialog opened from a card leaves no page behind."""
    on = bench()
    await on.press("deny_with_feedback", target())
    values = {"feedback_0": {"feedback": {"value": "no"}}}
    assert Memory.load(on.client.view()["private_metadata"]).token == ""
    assert (await on.submit(values)).status == 200
    assert on.client.named("views.update") == []
