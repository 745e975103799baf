"""Slack's deliveries, through Bolt and the relay, to the record and back to the person."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.core.errors import TransientError
from bot.core.model import JobState, Mode, Verdict, Via
from bot.core.request import SourceFile
from bot.core.summary import Does
from bot.slack.commands import COMMANDS, HELP
from bot.slack.ids import COMMAND
from bot.slack.listeners import _STEPS, Listeners, build
from tests.make import OTHER
from tests.unit.slack.bench import (
    REF,
    ROUND_TS,
    FreePacer,
    bench,
    card_ts,
    chosen,
    deleted,
    looked,
    pressed,
    pressed_at_home,
    pressed_privately,
    refusal,
    said,
    shortcut,
    slash,
    target,
)
from tests.unit.slack.judges import action_ids, check_message, check_view

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.response import BoltResponse

    from bot.relay.world import World
    from bot.slack.client import Holds
    from bot.slack.dialogs import Dialogs
    from bot.slack.notifier import SlackNotifier


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Keep what a test provokes out of its output."""
    caplog.set_level(logging.CRITICAL)


def answer(response: BoltResponse) -> Any:
    """Read what is acked to Slack."""
    assert response.status == 200
    return json.loads(response.body) if response.body.startswith("{") else response.body


# Buttons.


async def test_an_approval_is_recorded_before_the_press_is_acked() -> None:
    """A press on Approve is on the record, by whom and how, once Slack has its receipt."""
    on = bench()
    assert answer(await on.press("approve", target())) == ""
    (decision,) = on.job.rounds[0].changes[0].decisions
    assert (decision.verdict, decision.reviewer_id, decision.via) == (Verdict.APPROVE, "U0REV", Via.BUTTON)


async def test_what_could_not_be_stored_is_not_acked() -> None:
    """When the store is away, Slack gets no receipt and so tells the person itself."""
    on = bench()
    on.store.broken = TransientError("The store is away.")
    assert (await on.press("approve", target())).status == 500
    assert on.told() == []


async def test_an_error_nobody_thought_of_is_not_acked_either() -> None:
    """A defect is never taken for a decision."""
    on = bench()
    on.store.broken = RuntimeError("boom")
    assert (await on.press("approve", target())).status == 500


async def test_a_second_click_after_the_decision_changes_nothing_and_tells_who_was_first() -> None:
    """Whoever is late is told privately, in the message's channel, and the press is acked."""
    on = bench()
    await on.press("deny", target(), user=OTHER)
    assert answer(await on.press("approve", target())) == ""
    (decision,) = on.job.rounds[0].changes[0].decisions
    assert decision.verdict is Verdict.DENY
    (told,) = on.client.named("chat.postEphemeral")
    assert (told["channel"], told["user"]) == ("C0LEGAL", "U0REV")
    assert {"type": "user", "user_id": OTHER} in told["blocks"][0]["elements"][0]["elements"]


async def test_a_refusal_that_cannot_be_told_is_not_acked() -> None:
    """Nobody is left in the belief that something was done."""
    on = bench()
    await on.press("deny", target(), user=OTHER)
    on.client.refuse("chat.postEphemeral", "internal_error")
    assert (await on.press("approve", target())).status == 500


@dataclass
class Address:
    """The address of its own that a press comes with, and what was said there."""

    url: str
    heard: list[dict[str, Any]]


@pytest.fixture
async def address() -> AsyncIterator[Address]:
    """Give an address that hears what is answered."""
    heard: list[dict[str, Any]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response(text="ok")

    slack = web.Application()
    slack.add_routes([web.post("/answer", hear)])
    async with TestServer(slack) as server:
        yield Address(str(server.make_url("/answer")), heard)


async def test_who_is_not_in_the_channel_is_answered_at_the_press_s_own_address(address: Address) -> None:
    """Slack takes no private message for somebody outside the channel; its answer address reaches them."""
    on = bench()
    on.client.refuse("chat.postEphemeral", "user_not_in_channel")
    body = pressed("approve", target(), user="U0GUEST") | {"response_url": address.url}
    assert answer(await on.send(body)) == ""
    assert "Guests" in address.heard[0]["text"]
    assert address.heard[0]["replace_original"] is False


@pytest.mark.parametrize("error", [ValueError("no response_url"), TimeoutError(), ConnectionError()])
async def test_an_answer_that_cannot_be_sent_is_an_error_of_ours(error: Exception) -> None:
    """Slack tells the person; the log gets a line, and no traceback with an address in it."""

    async def respond(**_answer: object) -> None:
        raise error

    with pytest.raises(TransientError):
        await listeners(FreePacer())._answer(respond, "Bob was first.", "")  # type: ignore[arg-type]  # Bolt's


def listeners(holds: Holds) -> Listeners:
    """Give listeners that have nothing else."""
    return Listeners(cast("World", None), cast("Dialogs", None), cast("SlackNotifier", None), holds)


async def test_an_answer_that_slack_puts_off_holds_all_of_them_up() -> None:
    """Slack counts them like messages: for as long as it says, none is sent."""
    pacer, sent = FreePacer(), []

    async def respond(**answer: object) -> WebhookResponse:
        sent.append(answer)
        return WebhookResponse(url="", status_code=429, body="", headers={"retry-after": "7"})

    for _again in range(2):
        with pytest.raises(TransientError) as limited:
            await listeners(pacer)._answer(respond, "Bob was first.", "")  # type: ignore[arg-type]  # Bolt's
        assert limited.value.retry_after_s == 7
    assert len(sent) == 1


async def test_who_presses_while_slack_wants_us_to_wait_is_told_at_once() -> None:
    """In words, with the time; another method tells them. Nothing was done, and nothing opens later by itself."""
    on = bench()
    on.client.failures["views.open"] = [refusal("ratelimited", 429, {"Retry-After": "12"})]
    assert answer(await on.press("review_change", target())) == ""
    assert "try again in 12 seconds" in on.told()[0]
    on.client.failures["views.open"] = [refusal("ratelimited", 429, {"Retry-After": "12"})]
    assert "try again in 12 seconds" in answer(await on.send(slash("")))


async def test_a_guest_is_refused_and_told() -> None:
    """Guests decide nothing, and learn why."""
    on = bench()
    await on.press("approve", target(), user="U0GUEST")
    assert on.job.rounds[0].changes[0].decisions == ()
    assert "Guests" in on.told()[0]


async def test_a_copied_card_decides_nothing() -> None:
    """A press counts on the card itself, which the message's ts proves."""
    on = bench()
    await on.press("approve", target(), ts="1790000999.000100")
    assert on.job.rounds[0].changes[0].decisions == ()
    assert "copy" in on.told()[0]


async def test_a_refusal_about_a_card_in_a_thread_is_told_in_the_thread() -> None:
    """The answer stands where the person looks."""
    on = bench(2)
    body = pressed("approve", target(1), ts=card_ts(1), user="U0GUEST")
    body["container"]["thread_ts"] = ROUND_TS
    await on.send(body)
    assert on.client.named("chat.postEphemeral")[0]["thread_ts"] == ROUND_TS


async def test_a_decision_can_be_taken_back() -> None:
    """Undo takes one's own decision off the record."""
    on = bench()
    await on.press("approve", target())
    await on.press("undo", target())
    assert on.job.rounds[0].changes[0].decisions == ()


async def test_deny_all_denies_what_is_open() -> None:
    """One press denies each open change of the round."""
    on = bench(3)
    await on.press("deny_all", f"{REF}.1")
    assert [change.verdict for change in on.job.rounds[0].changes] == [Verdict.DENY] * 3


async def test_what_the_menu_says_is_done() -> None:
    """An entry of the overflow menu does what it says to what it names."""
    on = bench(2)
    assert answer(await on.send(chosen(f"send_now|{REF}.1"))) == ""
    assert on.job.rounds[0].hurried_by == "U0REV"
    await on.send(chosen(f"stop_edit|{REF}"))
    assert on.job.stop_requested_by == "U0REV"


@pytest.mark.parametrize(("name", "goes_on"), [("continue_job", True), ("halt_job", False)])
async def test_a_continue_prompt_is_answered(name: str, goes_on: bool) -> None:
    """Continue and Stop here are stored as the answer to SuperDocs' question."""
    on = bench()
    on.store.jobs[REF] = replace(on.job, state=JobState.PROMPTED)
    assert answer(await on.press(name, REF)) == ""
    assert on.job.continues is goes_on


async def test_a_lapsed_edit_is_asked_again(address: Address) -> None:
    """Ask again stores a new edit on the same session, and says so: a digest shows nothing of it."""
    on = bench()
    on.store.jobs[REF] = replace(on.job, state=JobState.STOPPED, rounds=())
    assert answer(await on.send(chosen(f"ask_again|{REF}") | {"response_url": address.url})) == ""
    renewed = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert [job.session_id for job in renewed] == [on.job.session_id]
    assert "Asked again." in address.heard[0]["text"]


@pytest.mark.parametrize("respond", ["refuses", "hangs"])
async def test_what_was_done_is_acked_although_it_could_not_be_said(
    respond: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """A sentence that cannot be said, or not in time, does not make a press look as if it had failed."""
    monkeypatch.setattr("bot.slack.listeners.COURTESY_S", 0.01)

    async def answered(*_said: object) -> None:
        if respond == "hangs":
            await asyncio.Event().wait()
        raise TransientError("Slack did not take the answer to a press.")

    monkeypatch.setattr(Listeners, "_answer", answered)
    on = bench()
    on.store.jobs[REF] = replace(on.job, state=JobState.STOPPED, rounds=())
    assert answer(await on.send(chosen(f"ask_again|{REF}"))) == ""
    assert len(on.store.jobs) == 2


# On a digest, and on the list that somebody asked for.

DIGEST_TS = "1790000300.000100"


@pytest.mark.parametrize("count", [1, 2])
async def test_review_on_a_digest_opens_the_dialog_and_decides_there(count: int) -> None:
    """Which message the button stood on does not matter: what the dialog showed is decided."""
    on = bench(count)
    name, value = ("review_change", target()) if count == 1 else ("review_all", f"{REF}.1")
    assert answer(await on.press(name, value, ts=DIGEST_TS)) == ""
    assert answer(await on.submit()) == ""
    assert [change.verdict for change in on.job.rounds[0].changes] == [Verdict.APPROVE] * count


async def test_one_change_is_denied_in_a_dialog_that_a_digest_opened() -> None:
    """A section's own button works there, too; no card was pressed, so none can be a copy."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1", ts=DIGEST_TS)
    assert answer(await on.press("deny", target(1), view=on.client.view())) == ""
    assert on.job.rounds[0].changes[0].denial is not None


async def test_an_old_digest_decides_nothing_that_was_decided() -> None:
    """Its button shows what became of the change, and offers nothing more."""
    on = bench()
    await on.press("deny", target(), user=OTHER)
    assert answer(await on.press("review_change", target(), ts=DIGEST_TS)) == ""
    view = json.dumps(on.client.view())
    assert OTHER in view
    assert '"approve"' not in view


async def test_the_private_list_s_buttons_work() -> None:
    """A press on a message that only one person sees comes without the message, and opens the dialog as well."""
    on = bench()
    assert answer(await on.send(pressed_privately("review_change", target()))) == ""
    assert on.client.named("views.open")[0]["trigger_id"] == "1.2.3"
    await on.submit()
    assert on.job.rounds[0].changes[0].verdict is Verdict.APPROVE


async def test_a_refusal_on_the_private_list_reaches_where_the_relay_is_not(address: Address) -> None:
    """The command works in any channel, so its answer's buttons do: whoever is refused there is told there."""
    on = bench()
    on.client.refuse("chat.postEphemeral", "channel_not_found")
    await on.send(pressed_privately("ask_again", REF, response_url=address.url))
    assert "nothing to ask again" in address.heard[0]["text"]


async def test_all_that_lapsed_is_asked_again_with_one_press(address: Address) -> None:
    """Each lapsed edit that the digest lists is asked for again, and whoever pressed is told how many that were."""
    on = bench()
    for number in (1, 2):
        ref = f"ref000000000000{number}"
        on.store.jobs[ref] = replace(on.job, ref=ref, session_id=ref, state=JobState.LAPSED, rounds=())
    await on.send(slash("digest", channel="C0LEGAL"))
    (name,) = await on.digests.unposted()
    body = pressed("ask_all_again", name, ts=DIGEST_TS) | {"response_url": address.url}
    assert answer(await on.send(body)) == ""
    assert address.heard[0]["text"] == "2 edits asked again."
    assert all(on.store.jobs[f"ref000000000000{number}"].asked_again_by for number in (1, 2))
    await on.send(body)
    assert "Nothing is left" in on.told()[0]


async def test_a_button_of_an_older_relay_says_so() -> None:
    """A name that is no longer known is refused in words, not in silence."""
    on = bench()
    assert answer(await on.press("approve_with_love", target())) == ""
    assert "newer message" in on.told()[0]


async def test_a_strange_value_is_refused_in_words() -> None:
    """A value that names nothing decides nothing."""
    on = bench()
    await on.press("approve", "what?")
    assert "does not know this button" in on.told()[0]


async def test_everything_that_can_be_offered_can_be_done() -> None:
    """Each action that a summary may offer has its step."""
    assert set(_STEPS) == set(Does)


# Reading.


async def test_review_opens_the_change_complete() -> None:
    """Review whole change opens the reading dialog at once, on the press's own trigger."""
    on = bench()
    await on.press("review_change", target())
    (opened,) = on.client.named("views.open")
    assert opened["trigger_id"] == "1.2.3"
    assert opened["view"]["callback_id"] == "reading_dialog"


async def test_a_dialog_that_could_not_open_in_time_says_so() -> None:
    """A trigger that expired is told as that, with what to do."""
    on = bench()
    on.client.refuse("views.open", "expired_trigger_id")
    assert answer(await on.press("review_change", target())) == ""
    assert "three seconds" in on.told()[0]


async def test_approve_all_leads_through_the_reading_dialog_and_binds_what_it_showed() -> None:
    """Approve all opens the dialog; its submit button approves exactly the versions that were in it."""
    on = bench(2)
    await on.press("approve_all", f"{REF}.1")
    assert [change.decisions for change in on.job.rounds[0].changes] == [(), ()]
    assert answer(await on.submit()) == ""
    assert [change.verdict for change in on.job.rounds[0].changes] == [Verdict.APPROVE] * 2
    assert on.job.rounds[0].changes[0].decisions[0].via is Via.DIALOG


async def test_approve_all_says_what_was_decided_meanwhile_and_shows_it() -> None:
    """The rest is approved; the dialog stays, with a sentence above its page as it is now."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("deny", target(1), ts=card_ts(1), user=OTHER)
    acked = answer(await on.submit())
    assert acked["response_action"] == "update"
    shown = json.dumps(acked["view"])
    assert "1 change was approved. " in shown
    assert "denied change 1 just now." in shown.replace("a second ago", "just now")
    assert "submit" not in acked["view"]
    assert [change.verdict for change in on.job.rounds[0].changes] == [Verdict.DENY, Verdict.APPROVE]


async def test_approve_all_of_what_others_decided_all_of_shows_that() -> None:
    """Nothing is left to approve: the page shows who did what, instead of a bare sentence."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    for number in (1, 2):
        await on.press("deny", target(number), ts=card_ts(number), user=OTHER)
    acked = answer(await on.submit())
    assert acked["response_action"] == "update"
    assert acked["view"]["callback_id"] == "reading_dialog"
    assert json.dumps(acked["view"]["blocks"]).count(f'"user_id": "{OTHER}"') >= 3


async def test_approve_all_approves_no_more_than_its_button_offered() -> None:
    """Who takes a decision back has not asked the reader of an older page to approve it."""
    on = bench(2)
    await on.press("approve", target(1), ts=card_ts(1), user=OTHER)
    await on.press("review_all", f"{REF}.1")
    await on.press("undo", target(1), ts=card_ts(1), user=OTHER)
    await on.submit()
    assert [change.verdict for change in on.job.rounds[0].changes] == [None, Verdict.APPROVE]


async def test_a_dialog_that_is_too_old_approves_nothing_and_says_so() -> None:
    """When the store has forgotten what was shown, the dialog turns into the sentence that says why."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    on.store.readings.clear()
    acked = answer(await on.submit())
    assert acked["response_action"] == "update"
    assert "too old" in json.dumps(acked["view"])
    assert on.job.rounds[0].undecided


async def test_a_decision_in_the_dialog_is_stored_and_shown_there() -> None:
    """A section's own button decides, and the page is drawn anew with what was decided."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    assert answer(await on.press("deny", target(1), view=on.client.view())) == ""
    assert on.job.rounds[0].changes[0].denial is not None
    assert on.job.rounds[0].changes[0].decisions[0].via is Via.DIALOG
    (update,) = on.client.named("views.update")
    assert update["view_id"] == "V0TOP"
    assert "U0REV" in json.dumps(update["view"])


async def test_a_dialog_that_cannot_be_redrawn_does_not_undo_the_decision() -> None:
    """What is stored is acked, even when the page stays as it was."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    on.client.refuse("views.update", "internal_error")
    assert answer(await on.press("deny", target(1), view=on.client.view())) == ""
    assert on.job.rounds[0].changes[0].denial is not None


async def test_a_decision_s_receipt_does_not_wait_for_a_slow_redraw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack draws for ever: the decision is stored, and so the press is acked in time."""
    monkeypatch.setattr("bot.slack.dialogs.COURTESY_S", 0.01)
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    on.client.hang("views.update")
    assert answer(await on.press("deny", target(1), view=on.client.view())) == ""
    assert on.job.rounds[0].changes[0].denial is not None


async def test_a_refusal_in_the_dialog_stands_in_the_dialog() -> None:
    """Whoever reads in a dialog is told there, above the page."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("deny", target(1), ts=card_ts(1), user=OTHER)
    await on.press("approve", target(1), view=on.client.named("views.open")[0]["view"])
    assert on.told() == []
    (line,) = on.client.view()["blocks"][0]["elements"]
    assert line["elements"][0] == {"type": "user", "user_id": OTHER}


async def test_a_page_is_turned() -> None:
    """The page buttons show the page that they name."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("page_on", "2", view=on.client.view())
    assert json.loads(on.client.view()["private_metadata"])["token"]
    assert len(on.client.named("views.update")) == 1


# Feedback.


async def test_feedback_denies_with_words() -> None:
    """A filled-in feedback dialog is a denial by dialog that says what should be different."""
    on = bench()
    await on.press("deny_with_feedback", target())
    assert answer(await on.submit(_feedback("keep the original"))) == ""
    denial = on.job.rounds[0].changes[0].denial
    assert denial is not None
    assert (denial.feedback, denial.via) == ("keep the original", Via.DIALOG)


async def test_a_changed_wording_is_asked_for_exactly() -> None:
    """Whoever rewrites the proposed text asks for exactly that text, beside what they say."""
    on = bench()
    await on.press("deny_with_feedback", target())
    await on.submit(_feedback("too long") | _wording("45 days"))
    denial = on.job.rounds[0].changes[0].denial
    assert denial is not None
    assert denial.feedback == "too long\nUse exactly this wording: 45 days"


async def test_a_wording_left_alone_is_not_asked_for() -> None:
    """The prefilled text comes back with every submission; unchanged, it says nothing."""
    on = bench()
    await on.press("deny_with_feedback", target())
    await on.submit(_feedback("too long") | _wording("15 days\r\n"))
    denial = on.job.rounds[0].changes[0].denial
    assert denial is not None
    assert denial.feedback == "too long"


async def test_a_refused_denial_stands_at_its_field_and_keeps_the_words() -> None:
    """The dialog stays open with what was typed, and says at the field why it was not taken."""
    on = bench()
    await on.press("deny_with_feedback", target())
    await on.press("approve", target(), user=OTHER)
    acked = answer(await on.submit(_feedback("keep it")))
    assert acked["response_action"] == "errors"
    assert "already" in acked["errors"]["feedback_0"] or "approved" in acked["errors"]["feedback_0"]
    assert "<@" not in acked["errors"]["feedback_0"]


async def test_a_refused_denial_brings_the_dialog_below_up_to_date() -> None:
    """Whoever closes the form sees what happened meanwhile."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("deny_with_feedback", target(1), view=on.client.view())
    top = on.client.view() | {
        "id": "V0TOP2",
        "previous_view_id": "V0TOP",
        "state": {"values": _feedback("no")},
    }
    await on.press("approve", target(1), ts=card_ts(1), user=OTHER)
    assert answer(await on.submit(view=top))["response_action"] == "errors"
    (update,) = on.client.named("views.update")
    assert (update["view_id"], update["view"]["callback_id"]) == ("V0TOP", "reading_dialog")
    assert OTHER in json.dumps(update["view"]["blocks"])


async def test_a_change_is_passed_on_to_somebody() -> None:
    """The card's menu opens the dialog; who is chosen in it stands in the record, with the note."""
    on = bench(2)
    await on.press("pass_on", target(1), ts=card_ts(1))
    (opened,) = on.client.named("views.open")
    assert opened["view"]["callback_id"] == "passing_dialog"
    assert answer(await on.submit(_passing(OTHER, "You know this."))) == ""
    (passing,) = on.job.rounds[0].changes[0].passings
    assert (passing.by_id, passing.to_id, passing.note) == ("U0REV", OTHER, "You know this.")


async def test_a_change_is_passed_on_from_the_dialog_that_shows_it() -> None:
    """The dialog that asks whom stands on top of it, and it then says whose turn it is."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("pass_on", target(1), view=on.client.view())
    assert on.client.view()["callback_id"] == "passing_dialog"
    top = on.client.view() | {"id": "V0TOP2", "previous_view_id": "V0TOP"}
    top["state"] = {"values": _passing(OTHER, "")}
    assert answer(await on.submit(view=top)) == ""
    (update,) = on.client.named("views.update")
    assert (update["view_id"], update["view"]["callback_id"]) == ("V0TOP", "reading_dialog")
    assert "passed on to" in json.dumps(update["view"]["blocks"])


async def test_who_may_not_decide_is_told_of_at_the_field() -> None:
    """The dialog stays open, so that somebody else can be chosen."""
    on = bench(2)
    await on.press("pass_on", target(1), ts=card_ts(1))
    acked = answer(await on.submit(_passing("U0GUEST", "")))
    assert acked["response_action"] == "errors"
    assert acked["errors"] == {"person": "This person may not decide it: guests never decide."}
    assert on.job.rounds[0].changes[0].passings == ()


async def test_a_phrase_is_put_after_what_was_typed() -> None:
    """A ready phrase joins the words in the field, in a field of a new name so that Slack shows them."""
    on = bench()
    await on.press("deny_with_feedback", target())
    view = on.client.view() | {"state": {"values": _feedback("Please:")}}
    await on.press("phrase_1", "Shorter", view=view)
    fields = {b["block_id"]: b["element"] for b in on.client.view()["blocks"] if b["type"] == "input"}
    assert fields["feedback_1"]["initial_value"] == "Please: Shorter."
    assert answer(await on.submit(_feedback("Please: Shorter.", taken=1))) == ""
    denial = on.job.rounds[0].changes[0].denial
    assert denial is not None
    assert denial.feedback == "Please: Shorter."


async def test_feedback_from_the_reading_dialog_stands_on_top_of_it_and_refreshes_it() -> None:
    """The feedback dialog is pushed; when it is sent, the page below shows the denial."""
    on = bench(2)
    await on.press("review_all", f"{REF}.1")
    await on.press("deny_with_feedback", target(1), view=on.client.view())
    assert len(on.client.named("views.push")) == 1
    top = on.client.view() | {
        "id": "V0TOP2",
        "previous_view_id": "V0TOP",
        "state": {"values": _feedback("no")},
    }
    await on.submit(view=top)
    (update,) = on.client.named("views.update")
    assert update["view_id"] == "V0TOP"
    assert update["view"]["callback_id"] == "reading_dialog"


# Starting.


@pytest.mark.parametrize(
    ("text", "words"),
    [("", None), ("edit", None), ("edit make it &lt;5 pages", "make it <5 pages"), ("Edit  a\nb", "a\nb")],
)
async def test_the_command_opens_the_edit_dialog(text: str, words: str | None) -> None:
    """`/superdocs` and `/superdocs edit …` open the dialog; the words are the instruction already."""
    on = bench()
    assert answer(await on.send(slash(text))) == ""
    inputs = [block for block in on.client.view()["blocks"] if block["type"] == "input"]
    fields = {block["block_id"]: block["element"] for block in inputs}
    assert fields["instruction"].get("initial_value") == words
    assert fields["channel"]["initial_conversation"] == "C0LEGAL"


@pytest.mark.parametrize("text", ["help", "fix the title", "HELP"])
async def test_other_words_get_the_help_privately(text: str) -> None:
    """What is not understood is answered with what is, to the caller alone."""
    on = bench()
    acked = answer(await on.send(slash(text)))
    assert "`/superdocs edit …`" in acked
    assert "*Deny* without feedback may end the edit" in acked
    assert on.client.calls == []


def test_the_help_names_every_command() -> None:
    """Nothing that can be said after the command is left for people to guess."""
    assert all(f"`{COMMAND} {verb}`" in HELP for verb in COMMANDS if verb not in {"", "edit"})


@pytest.mark.parametrize("text", ["pending", "Pending", "pending please"])
async def test_what_waits_is_told_privately_with_its_buttons(text: str) -> None:
    """`/superdocs pending` is answered to the caller alone: each line with the button that leads on."""
    on = bench(2)
    acked = answer(await on.send(slash(text)))
    assert (acked["response_type"], acked["text"]) == ("ephemeral", "1 edit waits for you.")
    assert action_ids(acked["blocks"]) == ["review_all"]
    check_message(acked["blocks"])
    assert on.client.calls == []


async def test_nothing_that_waits_is_told_as_that() -> None:
    """Whoever has decided everything is told that nothing waits."""
    on = bench()
    on.store.jobs.clear()
    acked = answer(await on.send(slash("pending")))
    assert "Nothing waits for you" in acked["text"]


async def test_a_guest_is_told_why_nothing_is_listed() -> None:
    """Who never decides is refused in words."""
    assert "Guests" in answer(await bench().send(slash("pending", user="U0GUEST")))


async def test_a_list_that_cannot_be_read_is_not_acked() -> None:
    """While the store is away, Slack tells the person itself; nobody hears that nothing waits."""
    on = bench()
    on.store.broken = TransientError("The store is away.")
    assert (await on.send(slash("pending"))).status == 500


async def test_the_only_edit_of_somebody_s_own_is_stopped_at_once() -> None:
    """`/superdocs stop` says which one that is; the words of its name are no markup."""
    on = bench()
    on.store.jobs[REF] = replace(on.job, document="<!here> & co.html")
    assert "The edit of &lt;!here&gt; &amp; co is being stopped." in answer(await on.send(slash("stop")))
    assert on.job.stop_requested_by == "U0REQ"


async def test_another_s_edit_is_stopped_by_choice_only() -> None:
    """`/superdocs stop` lists it to the caller alone, with a button that asks first; pressed, it says so."""
    on = bench()
    acked = answer(await on.send(slash("stop", user="U0REV")))
    assert (acked["response_type"], acked["text"]) == ("ephemeral", "You may stop 1 edit.")
    assert action_ids(acked["blocks"]) == ["stop_edit"]
    assert "confirm" in acked["blocks"][1]["accessory"]
    check_message(acked["blocks"])
    assert on.job.stop_requested_by == ""
    await on.send(pressed_privately("stop_edit", REF))
    assert on.job.stop_requested_by == "U0REV"


async def test_several_edits_are_listed() -> None:
    """The relay does not choose."""
    on = bench()
    on.store.jobs["ref0000000000002"] = replace(on.job, ref="ref0000000000002")
    assert answer(await on.send(slash("stop")))["text"] == "You may stop 2 edits."


async def test_a_digest_is_asked_for_once_however_often_the_command_comes() -> None:
    """`/superdocs digest` stores a digest of the channel before it is acked; the same command again is the same one."""
    on = bench()
    for _ in range(2):
        assert answer(await on.send(slash("digest", channel="C0LEGAL"))) == (
            "The digest comes in a moment, unless all is decided by then."
        )
    (name,) = await on.digests.unposted()
    assert (await on.digests.load(name)).open == (REF,)


async def test_a_digest_that_cannot_be_posted_is_refused_in_words() -> None:
    """In a channel without the relay, or where nothing waits, the caller is told so and nothing is stored."""
    on = bench()
    assert "not in that channel" in answer(await on.send(slash("digest")))
    on.store.jobs.clear()
    assert "Nothing waits in this channel" in answer(await on.send(slash("digest", channel="C0LEGAL")))
    assert await on.digests.unposted() == ()


async def test_a_command_that_makes_no_sense_is_answered_in_words() -> None:
    """A command without its trigger does nothing, and says so."""
    body = slash("digest", channel="C0LEGAL")
    del body["trigger_id"]
    assert "does not understand" in answer(await bench().send(body))


async def test_a_guest_does_not_even_see_the_dialog() -> None:
    """Who may not start an edit is told instead of being asked for one."""
    on = bench()
    assert "Guests" in answer(await on.send(slash("", user="U0GUEST")))
    assert on.client.named("views.open") == []


async def test_the_last_mode_is_chosen_already() -> None:
    """The dialog starts from the person's last choice."""
    on = bench()
    on.store.preferences["U0REQ"] = Mode.AUTOMATIC
    await on.send(slash(""))
    inputs = [block for block in on.client.view()["blocks"] if block["type"] == "input"]
    fields = {block["block_id"]: block["element"] for block in inputs}
    assert fields["mode"]["initial_option"]["value"] == "approve_all"


async def test_a_filled_in_dialog_is_an_edit_stored_once() -> None:
    """Delivered twice, the same dialog starts one edit."""
    on = bench()
    await on.send(slash(""))
    for _ in range(2):
        assert answer(await on.submit(_edit())) == ""
    (started,) = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert (started.instruction, started.channel, started.mode) == ("friendlier", "C0LEGAL", Mode.REVIEW)
    assert isinstance(started.source, SourceFile)
    assert started.source.url == "https://files.slack.com/f/download"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"instruction": {"instruction": {"value": None}}}, "instruction"),
        ({"document": {"document": {"files": []}}}, "document"),
        ({"document": {"document": {"files": [{"id": "F1", "name": "a.html"}]}}}, "document"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(values: dict[str, Any], field: str) -> None:
    """An empty instruction or a missing file is named where it is missing."""
    on = bench()
    await on.send(slash(""))
    acked = answer(await on.submit(_edit() | values))
    assert list(acked["errors"]) == [field]


# Replies.


async def test_a_reply_that_is_a_command_decides_and_gets_a_check_mark() -> None:
    """`approve` in the thread of a round is recorded as a reply's decision, and seen to be taken."""
    on = bench()
    assert answer(await on.send(said("approve"))) == ""
    assert on.job.rounds[0].changes[0].decisions[0].via is Via.REPLY
    (reaction,) = on.client.named("reactions.add")
    assert (reaction["timestamp"], reaction["name"]) == ("1790000100.000100", "white_check_mark")


@pytest.mark.parametrize("code", ["internal_error", "no_reaction", "already_reacted"])
async def test_a_check_mark_that_fails_undoes_nothing(code: str) -> None:
    """The reaction is a courtesy: the decision stands, and the event is acked."""
    on = bench()
    on.client.refuse("reactions.add", code)
    assert answer(await on.send(said("approve"))) == ""
    assert on.job.rounds[0].changes[0].decisions


async def test_a_reply_s_receipt_does_not_wait_for_a_slow_check_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise Slack would deliver a reply again that was taken."""
    monkeypatch.setattr("bot.slack.listeners.COURTESY_S", 0.01)
    on = bench()
    on.client.hang("reactions.add")
    assert answer(await on.send(said("approve"))) == ""
    assert on.job.rounds[0].changes[0].decisions


async def test_a_reply_that_could_not_be_stored_is_delivered_again() -> None:
    """Without a receipt, Slack brings the event again."""
    on = bench()
    on.store.broken = TransientError("The store is away.")
    assert (await on.send(said("approve"))).status == 500


async def test_a_refused_reply_is_answered_privately_in_the_thread() -> None:
    """Why a reply was not taken is told to its author alone, where they wrote it."""
    on = bench(2)
    await on.send(said("approve"))
    (told,) = on.client.named("chat.postEphemeral")
    assert (told["user"], told["thread_ts"]) == ("U0REV", ROUND_TS)
    assert "Which one?" in on.told()[0]


async def test_what_must_be_read_in_full_is_not_approved_by_reply_but_leads_there() -> None:
    """The private answer carries the button to the whole change."""
    on = bench(is_whole=False)
    await on.send(said("approve"))
    (told,) = on.client.named("chat.postEphemeral")
    assert told["blocks"][-1]["elements"][0]["action_id"] == "review_change"
    assert told["blocks"][-1]["elements"][0]["value"] == target()


async def test_talk_is_offered_as_feedback_once() -> None:
    """Talk never decides; its author is offered, once, to deny with it."""
    on = bench()
    for _ in range(2):
        await on.send(said("I don't approve, <@U0CAROL> &amp; co."))
    (told,) = on.client.named("chat.postEphemeral")
    button = told["blocks"][-1]["elements"][0]
    assert button["action_id"] == "deny_with_feedback"
    assert button["value"] == f"{target()}\nI don't approve, <@U0CAROL> & co."
    assert on.job.rounds[0].changes[0].decisions == ()


async def test_talk_among_several_open_changes_is_told_the_words_to_say() -> None:
    """No button can know which change is meant."""
    on = bench(2)
    await on.send(said("too long for me"))
    assert "deny 1: …" in on.told()[0]
    assert [block["type"] for block in on.client.named("chat.postEphemeral")[0]["blocks"]] == ["rich_text"]


async def test_the_offer_opens_the_feedback_dialog_with_the_words() -> None:
    """The words of the reply stand in the field already; sending them is still the person's own act."""
    on = bench()
    await on.send(pressed_privately("deny_with_feedback", f"{target()}\nkeep it\nas it is"))
    fields = {b["block_id"]: b["element"] for b in on.client.view()["blocks"] if b["type"] == "input"}
    assert fields["feedback_0"]["initial_value"] == "keep it\nas it is"


async def test_an_offer_that_fails_is_no_reason_to_hear_the_talk_again() -> None:
    """Talk is acked, whatever becomes of the offer."""
    on = bench()
    on.client.refuse("chat.postEphemeral", "internal_error")
    assert answer(await on.send(said("hm"))) == ""


@pytest.mark.parametrize(
    "more",
    [
        {"thread_ts": "1790000100.000100"},
        {"thread_ts": None},
        {"subtype": "message_changed"},
        {"subtype": "bot_message", "user": None, "bot_id": "B0BOT2"},
        {"bot_id": "B0BOT2"},
        {"user": "U0RELAY"},
    ],
)
async def test_only_what_a_person_newly_says_in_a_thread_is_heard(more: dict[str, Any]) -> None:
    """Channel messages, edits, bots and the relay itself are acked and otherwise ignored."""
    on = bench()
    assert answer(await on.send(said("approve", **more))) == ""
    assert on.job.rounds[0].changes[0].decisions == ()


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share"])
async def test_a_reply_shown_in_the_channel_too_or_with_a_file_is_heard(subtype: str) -> None:
    """Two subtypes are ordinary replies."""
    on = bench()
    await on.send(said("approve", subtype=subtype))
    assert on.job.rounds[0].changes[0].decisions


async def test_a_thread_of_others_is_none_of_our_business() -> None:
    """A command in a foreign thread is not even looked at."""
    on = bench()
    await on.send(said("approve", thread_ts="1780000000.000100"))
    assert on.client.calls == []


async def test_a_payload_that_makes_no_sense_is_not_acked() -> None:
    """Slack tells the person that something went wrong when we cannot even read who it was."""
    on = bench()
    body = pressed("approve", target())
    del body["user"]["team_id"]
    assert (await on.send(body)).status == 400


def test_the_app_waits_for_its_listeners() -> None:
    """Bolt acks after the listener, never before: that is what makes an ack a promise."""
    assert build(AsyncWebClient("xoxb-bench")).process_before_response


def _feedback(words: str, taken: int = 0) -> dict[str, Any]:
    return {f"feedback_{taken}": {"feedback": {"type": "plain_text_input", "value": words}}}


def _wording(words: str) -> dict[str, Any]:
    return {"wording": {"wording": {"type": "plain_text_input", "value": words}}}


def _passing(user_id: str, note: str) -> dict[str, Any]:
    return {
        "person": {"person": {"type": "users_select", "selected_user": user_id}},
        "note": {"note": {"type": "plain_text_input", "value": note or None}},
    }


def _edit() -> dict[str, Any]:
    file = {"id": "F1", "name": "supply.html", "url_private_download": "https://files.slack.com/f/download"}
    return {
        "document": {"document": {"type": "file_input", "files": [file]}},
        "instruction": {"instruction": {"type": "plain_text_input", "value": "friendlier"}},
        "mode": {"mode": {"type": "radio_buttons", "selected_option": {"value": "ask_every_time"}}},
        "channel": {"channel": {"type": "conversations_select", "selected_conversation": "C0LEGAL"}},
    }


# Home.


async def test_who_opens_their_home_sees_what_waits() -> None:
    """It is published to them alone, and kept in mind."""
    on = bench(2)
    assert answer(await on.send(looked())) == ""
    (published,) = on.client.named("views.publish")
    assert published["user_id"] == "U0REV"
    assert action_ids(on.client.view()["blocks"]) == ["edit_document", "review_all", "preferred_mode"]
    assert [looker.user_id for looker in await on.store.lookers()] == ["U0REV"]


async def test_who_opens_the_messages_is_shown_nothing() -> None:
    """The event comes for that tab, too."""
    on = bench()
    assert answer(await on.send(looked("messages"))) == ""
    assert on.client.calls == []


async def test_a_home_that_slack_does_not_take_is_no_reason_to_hear_of_it_again() -> None:
    """It is drawn a little later."""
    on = bench()
    on.client.refuse("views.publish", "internal_error")
    assert answer(await on.send(looked())) == ""
    assert on.store.shown == {}


async def test_a_home_that_could_not_be_noted_is_not_acked() -> None:
    """Slack tells of it again."""
    on = bench()
    on.store.broken = TransientError("The store is away.")
    assert (await on.send(looked())).status == 500


async def test_home_starts_an_edit() -> None:
    """Its button opens the same dialog as the command."""
    on = bench()
    assert answer(await on.send(pressed_at_home("edit_document", "edit_document"))) == ""
    assert on.client.view()["callback_id"] == "edit_dialog"
    assert answer(await on.submit(_edit())) == ""
    assert len(on.store.jobs) == 2


async def test_review_at_home_opens_the_dialog_and_decides_there() -> None:
    """By itself: nothing is open that it could stand on."""
    on = bench()
    await on.send(pressed_at_home("review_change", target()))
    assert [name for name, _ in on.client.calls] == ["views.open"]
    assert answer(await on.press("approve", target(), view=on.client.view())) == ""
    assert on.job.rounds[0].changes[0].decisions[0].via is Via.DIALOG


async def test_the_setting_is_remembered() -> None:
    """The next dialog starts from it."""
    on = bench()
    chosen: dict[str, Any] = {"type": "static_select", "selected_option": {"value": "approve_all"}}
    assert answer(await on.send(pressed_at_home("preferred_mode", "", **chosen))) == ""
    assert on.store.preferences == {"U0REV": Mode.AUTOMATIC}


@pytest.mark.parametrize("name", ["edit_document", "preferred_mode"])
async def test_a_guest_is_told_at_home_in_a_dialog(name: str) -> None:
    """No channel is near in which they could be told privately."""
    on = bench()
    chosen: dict[str, Any] = {"selected_option": {"value": "approve_all"}}
    assert answer(await on.send(pressed_at_home(name, "", user="U0GUEST", **chosen))) == ""
    assert on.client.view()["title"]["text"] == "Nothing was done"
    assert on.store.preferences == {}


async def test_what_lapsed_is_asked_again_at_home() -> None:
    """And said to be, where the person looks; that this fails undoes nothing."""
    for code in ("", "internal_error"):
        on = bench()
        on.store.jobs[REF] = replace(on.job, state=JobState.LAPSED)
        if code:
            on.client.refuse("views.open", code)
        assert answer(await on.send(pressed_at_home("ask_again", REF))) == ""
        assert on.job.asked_again_by in on.store.jobs
        assert "Asked again" in str(on.client.view()["blocks"])


# The shortcut on a message.

GIVEN = {
    "id": "F0DOC",
    "name": "offer.html",
    "filetype": "html",
    "url_private_download": "https://files.slack.com/f",
}


async def test_a_message_s_file_is_edited_from_its_menu() -> None:
    """The dialog names the file, and asks for the rest; what is started takes it as Slack has it then."""
    on = bench()
    on.client.answers["files.info"] = {"file": GIVEN}
    assert answer(await on.send(shortcut({"id": "F0PIC", "name": "a.png"}, GIVEN))) == ""
    view = on.client.view()
    assert [block.get("block_id") for block in view["blocks"]][:4] == [None, "instruction", "mode", "channel"]
    assert "offer.html" in str(view["blocks"][0])
    check_view(view)
    rest = {key: value for key, value in _edit().items() if key != "document"}
    assert answer(await on.submit(rest)) == ""
    (started,) = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert started.source == SourceFile("F0DOC", "offer.html", "https://files.slack.com/f")
    assert [asked["file"] for asked in on.client.named("files.info")] == ["F0DOC"]


@pytest.mark.parametrize("files", [[], [{"id": "F0PIC", "name": "a.png", "filetype": "png"}]])
async def test_a_message_without_a_document_is_said_to_have_none(files: list[dict[str, str]]) -> None:
    """In a dialog: no other answer reaches everybody who can choose the shortcut."""
    on = bench()
    assert answer(await on.send(shortcut(*files))) == ""
    assert "There is no file in this message that can be edited" in str(on.client.view()["blocks"])


async def test_a_guest_edits_no_file_of_a_message() -> None:
    """The rule is said in a dialog."""
    on = bench()
    await on.send(shortcut(GIVEN, user="U0GUEST"))
    assert "Guests" in str(on.client.view()["blocks"])


@pytest.mark.parametrize(
    ("code", "words"),
    [("file_deleted", "was deleted"), ("file_not_found", "may not see it"), ("", "upload a copy")],
)
async def test_a_file_that_slack_no_longer_hands_over_is_said_at_a_field(code: str, words: str) -> None:
    """One that is there: the file itself has none."""
    on = bench()
    await on.send(shortcut(GIVEN))
    if code:
        on.client.refuse("files.info", code)
    else:
        on.client.answers["files.info"] = {"file": {"id": "F0DOC", "name": "offer.html"}}
    acked = answer(await on.submit({key: value for key, value in _edit().items() if key != "document"}))
    assert list(acked["errors"]) == ["instruction"]
    assert words in acked["errors"]["instruction"]


# Deletions.

OURS = {"user": "U0RELAY", "bot_id": "B0RELAY"}


async def test_a_card_that_is_deleted_is_to_be_posted_anew() -> None:
    """Although the message was the relay's own, the news is not."""
    on = bench(2)
    assert answer(await on.send(deleted(card_ts(2), OURS))) == ""
    assert (on.job.messages["card:2"].ts, on.job.messages["card:2"].copies) == ("", 1)
    assert on.job.messages["card:1"].ts == card_ts(1)


async def test_a_reply_that_is_deleted_is_no_reply() -> None:
    """Nothing happens; in particular, nothing is heard."""
    on = bench()
    before = on.job
    await on.send(deleted("1790000100.000100", {"user": "U0REV", "text": "approve", "thread_ts": ROUND_TS}))
    assert on.job == before
    assert on.client.calls == []


async def test_a_deletion_that_could_not_be_noted_is_not_acked() -> None:
    """So that Slack tells of it again."""
    on = bench()
    on.store.broken = TransientError("The store is away.")
    assert (await on.send(deleted(ROUND_TS, OURS))).status == 500


async def test_what_the_relay_says_itself_is_no_reply() -> None:
    """Whatever it says: its own messages come as events, too."""
    on = bench()
    assert answer(await on.send(said("approve", **OURS))) == ""
    assert on.job.rounds[0].changes[0].decisions == ()
