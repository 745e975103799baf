"""SuperDocs is away: what people decided waits and arrives once, or lapses in words that say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.sandbox.faults import Fault
from tests.e2e.relay import ONE, TWO, given

if TYPE_CHECKING:
    from tests.e2e.relay import Story

pytestmark = pytest.mark.mode("socket")

ALL_THE_TIME: Final = 10_000
"""More calls than a story makes."""

PAGE: Final = "<html><body><h1>502 Bad Gateway</h1></body></html>"

WAYS: Final[dict[str, dict[str, Any]]] = {
    "refused": {"kind": "refuse"},
    "hanging": {"kind": "slow", "delay_s": 8},
    "broken": {"kind": "error", "status": 500},
    "a gateway's page": {"kind": "error", "status": 502, "body": PAGE},
    "too busy": {"kind": "rate"},
    "too busy, and says until when": {"kind": "rate", "retry_after": 2},
    "cut": {"kind": "cut", "after_bytes": 10},
}
"""In which ways SuperDocs can be away."""


def leaves(story: Story, way: str, name: str = "*", times: int = ALL_THE_TIME) -> None:
    """Let SuperDocs be away from now on."""
    story.superdocs.faults.add(Fault(name=name, times=times, **WAYS[way]))


@pytest.mark.parametrize("way", WAYS)
@given(APPROVAL_WINDOW_S="120")
async def test_what_was_decided_meanwhile_is_delivered_once_it_is_back(story: Story, way: str):
    """The card says that the decision is kept, and why; then it is sent, once, and applied."""
    await story.edit(ONE)
    await story.open_cards(1)
    leaves(story, way)
    assert (await story.press("round:1", "approve")).ok
    await story.reads(
        "round:1", "not sent yet (", "SuperDocs", "kept, and sent when SuperDocs takes it, until"
    )
    await story.reads("job", "What is decided is kept")
    assert story.superdocs.approvals == []
    story.superdocs.faults.clear()
    assert await story.submitted() == [(True, "")]
    assert "60 days" in await story.ended()
    await story.reads("round:1", "applied, found in the document")
    assert len(story.superdocs.approvals) == 1


@pytest.mark.parametrize("way", WAYS)
@given(APPROVAL_WINDOW_S="8", SUBMIT_MARGIN_S="3", REMIND_BEFORE_S="")
async def test_what_could_not_be_delivered_in_time_lapses_and_is_asked_for_again(story: Story, way: str):
    """Nothing is sent late, the card says why nothing was applied, and *Ask again* brings the change once more."""
    story.superdocs.behaviour.approval_window_s = 8
    await story.edit(ONE)
    await story.open_cards(1)
    leaves(story, way)
    assert (await story.press("round:1", "approve")).ok
    lapsed = await story.reads("round:1", "not delivered in time (", "so not applied", "Ask again")
    await story.reads("job", "Lapsed. Nothing could be delivered in time: ")
    assert story.superdocs.approvals == []
    story.superdocs.faults.clear()

    await story.press(lapsed, "ask_again")
    await story.superdocs.until(lambda: len(story.superdocs.jobs) == 1 and story.superdocs.latest.message)
    again = await story.one_of(2)
    await again.shows("round:1", "decide by")
    await again.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]
    assert "60 days" in await story.ended()


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_without_a_clear_answer_takes_effect_once(story: Story, way: str):
    """Only the one call fails: whether it arrived is read, never guessed, and the change is applied either way."""
    await story.edit(ONE)
    await story.open_cards(1)
    leaves(story, way, "approve", times=1)
    await story.press("round:1", "approve")
    assert "60 days" in await story.ended()
    await story.reads("round:1", "applied, found in the document", within_s=30)
    is_done_all_the_same = way in {"hanging", "cut"}
    assert len(story.superdocs.calls.named("approve")) == (1 if is_done_all_the_same else 2)


async def test_an_answer_about_another_change_proves_nothing(story: Story):
    """A 200 that names something else: the job is read, still waits, and gets its answer."""
    await story.edit(ONE)
    await story.open_cards(1)
    strange = '{"job_id": "job_of_others", "change_id": "ch_77", "batch_complete": false}'
    story.superdocs.faults.add(Fault(name="approve", kind="error", status=200, body=strange))
    await story.press("round:1", "approve")
    assert "60 days" in await story.ended()
    assert len(story.superdocs.calls.named("approve")) == 2
    assert len(story.superdocs.approvals) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "SuperDocs refused the key: check SUPERDOCS_API_KEY: No"),
        (403, "This key may not do that at SuperDocs: No"),
        (422, "SuperDocs did not accept what was sent: No"),
        (429, "The month's operations at SuperDocs are used up"),
    ],
)
async def test_a_clear_no_is_shown_and_tried_again(story: Story, status: int, said: str):
    """Both cards and the round say what SuperDocs said; when it changes its mind, everything is sent."""
    await story.edit(TWO)
    await story.open_cards(2)
    story.superdocs.faults.add(
        Fault(name="approve", kind="error", status=status, error="No.", times=ALL_THE_TIME)
    )
    await story.press("card:1", "approve")
    await story.press("card:2", "deny")
    for slot in ("card:1", "card:2", "round:1"):
        await story.reads(slot, said, "until")
    story.superdocs.faults.clear()
    await story.ended()
    (taken,) = story.superdocs.approvals
    assert [change["approved"] for change in taken["changes"]] == [True, False]
    await story.reads("card:1", "applied, found in the document")


@given(APPROVAL_WINDOW_S="8", SUBMIT_MARGIN_S="3", REMIND_BEFORE_S="")
async def test_a_no_until_the_end_is_said_as_that(story: Story):
    """SuperDocs answers all the time, and never takes it: after the deadline nothing is tried any more."""
    await story.edit(ONE)
    await story.open_cards(1)
    story.superdocs.faults.add(Fault(name="approve", kind="error", status=403, times=ALL_THE_TIME))
    await story.press("round:1", "approve")
    await story.reads("round:1", "not delivered in time (This key may not do that", "so not applied")
    await story.reads("job", "Lapsed.", "Ask again")
    tried = len(story.superdocs.calls.named("approve"))
    story.superdocs.faults.clear()
    await story.press("round:1", "ask_again")
    await story.reads("job", "busy")
    assert len(story.superdocs.calls.named("approve")) == tried
    assert story.superdocs.approvals == []
