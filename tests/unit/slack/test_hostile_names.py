"""A document's name is somebody else's words, in every message: it calls nobody, links nowhere and is never bold."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core import returning
from bot.core.model import ChangeState, Job, JobState, Mode, RoundState
from bot.core.request import LibraryFile, Returned
from bot.core.words import carding, listing, wording
from bot.core.words.whole import whole
from bot.slack.blocks.richtext import mrkdwn, unmarked
from bot.slack.cards import render
from bot.slack.edit_dialog import EditForm, documents, edit
from bot.slack.modals import Memory
from tests.make import NOON, decided, make_change, make_job, make_proposals, make_round

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.summary import Summary
    from bot.core.words.whole import Whole

CALLS = "<!channel> <!here> <!subteam^S0BOSSES> <@U0BOSS> <#C0BOARD> <!date^1^{date}|now> <https://a.example|here>"
NAME = f"{CALLS} *Approved* `x` ~y~ :tada: \u202egpj.html"
PATH = f"x/{NAME}"

ALIVE = {"user", "usergroup", "channel", "broadcast", "date", "link", "emoji"}


def jobs() -> Iterator[Job]:
    """Give an edit of such a document in every state, with everything said that can be said of it."""
    open_round = make_round(make_change(), make_change(2))
    lapsed = make_round(
        decided(make_change()), make_change(2, state=ChangeState.LAPSED), state=RoundState.CONFIRMED
    )
    for state in JobState:
        for held in (open_round, lapsed):
            job = make_job(held, state=state, document=NAME, source=LibraryFile(PATH), prompt="?", prompts=1)
            yield replace(job, document_names={"": NAME, "d": NAME}, requester_id="", ended_at=NOON)
            yield replace(job, has_document=True, mode=Mode.AUTOMATIC, requester_id="")


def summaries(job: Job) -> Iterator[Summary | None]:
    """Give all messages of an edit."""
    (held,) = job.rounds
    contents = {p.digest: p.content for p in make_proposals(9)}
    yield from (wording.job_message(job), wording.round_message(job, held), wording.prompt_message(job))
    yield wording.moved_message(replace(job, moved_from="C0GONE"))
    yield from (carding.card(job, held, change, contents) for change in held.changes)
    yield listing.waiting([job], 0)
    yield listing.stoppable([job], 0)
    for returned in (
        Returned(PATH),
        Returned(PATH, is_beside=True),
        Returned(f"{PATH}2"),
    ):
        yield returning.returned_notice(replace(job, returned=returned))
    yield compared(job, "<p>20 days</p>" * 99, "<p>25 days</p>" * 99).summary


def compared(job: Job, before: str, after: str) -> Whole:
    """Give what is told of a whole edit."""
    told = whole(job, before, after)
    assert told is not None
    return told


def living(part: Any) -> Iterator[Any]:
    """Find what is alive in a payload."""
    if isinstance(part, list):
        for one in part:
            yield from living(one)
    elif isinstance(part, dict):
        if part.get("type") in ALIVE:
            yield part
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for value in part.values():
            yield from living(value)


def is_ours(found: Any) -> bool:
    """Say whether something alive is what we say ourselves."""
    said = json.dumps(found)
    return not any(one in said for one in ("U0BOSS", "S0BOSSES", "C0BOARD", "a.example", "Approved", "tada"))


@pytest.mark.parametrize("job", list(jobs()))
def test_no_message_of_an_edit_brings_the_name_to_life(job: Job) -> None:
    """In its own message, its rounds, its cards, the lists it stands in, and what comes of it in the library."""
    for summary in summaries(job):
        if summary is None:
            continue
        payload = render(summary)
        assert not {"<", ">"} & set(payload.text)
        assert all(map(is_ours, living(payload.blocks)))
        bold = [e for e in json.dumps(payload.blocks).split("{") if '"Approved"' in e]
        assert bold == []


def test_no_sentence_beside_a_file_brings_it_to_life() -> None:
    """Which Slack takes as markup; and the page that is such a file shows the name as what it is."""
    job = next(jobs())
    told = compared(job, "<p>20 days</p>", "<p>25 days</p>")
    for said in (wording.document_sentence(job), told.sentence):
        assert not set("<>*") & set(mrkdwn(said).replace("&lt;", "").replace("&gt;", ""))
    assert "<!subteam" not in told.page
    assert "&lt;!subteam" in told.page


def test_a_path_of_the_library_is_plain_where_it_is_chosen() -> None:
    """In the menu, in the dialog that goes on with it, and at a field; what goes from right to left is named."""
    options = documents([NAME])
    form = EditForm(Mode.REVIEW, "C0LEGAL", document=NAME, path=NAME, has_library=True)
    for shown in (options, edit(form, Memory(channel="C0LEGAL", name=NAME))):
        assert list(living(shown)) == []
    assert options[0]["value"] == NAME
    assert options[0]["text"]["type"] == "plain_text"
    assert "\u202e" not in options[0]["text"]["text"]
    assert "U0BOSS" not in unmarked(f"{NAME} is not taken.")
