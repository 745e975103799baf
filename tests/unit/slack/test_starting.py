"""The edit dialog on its way: opened from wherever, searched in, widened, and sent; through Bolt and the relay."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import JobState
from bot.core.request import Depth, LibraryFile, Tier
from tests.fakes.library import FakeLibrary
from tests.unit.slack.bench import REF, Bench, bench, chosen, shortcut, slash
from tests.unit.slack.judges import check_view, visible

Json = dict[str, Any]

DOCX = {"id": "F0DOC", "name": "Offer.docx", "url_private": "https://files.slack.com/f"}
PATHS = ("2026/supply.docx", "2026/lease.pdf")


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Keep what a test provokes out of its output."""
    caplog.set_level(logging.CRITICAL)


@pytest.fixture
def shelf() -> FakeLibrary:
    """Give a library of two documents."""
    return FakeLibrary(**dict.fromkeys(PATHS, b"..."))


@pytest.fixture
def on(shelf: FakeLibrary) -> Bench:
    """Give a bench whose relay has a library."""
    return Bench(bench().store, library=shelf)


async def search(on: Bench, words: str, user: str = "U0REQ", team: str = "T0SANDBOX") -> list[Json]:
    """Type into the library's menu of the dialog that was opened last, and give what is offered."""
    view = {"id": "V0TOP", "type": "modal", "state": {"values": {}}, **on.client.view()}
    body = {
        "type": "block_suggestion",
        "user": {"id": user, "team_id": team},
        "team": {"id": team},
        "container": {"type": "view", "view_id": "V0TOP"},
        "view": view,
        "block_id": "library",
        "action_id": "library",
        "value": words,
    }
    response = await on.send(body)
    assert response.status == 200
    offered: list[Json] = json.loads(response.body)["options"]
    return offered


def fields(view: Json) -> dict[str, Json]:
    """Give a dialog's inputs by block id."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def filled(**more: Json) -> Json:
    """Give the state of a dialog with words, a mode and a place, and more."""
    held = {
        "instruction": {"value": "shorter"},
        "mode": {"selected_option": {"value": "approve_all"}},
        "channel": {"selected_conversation": "C0LEGAL"},
        **more,
    }
    return {name: {name: entry} for name, entry in held.items()}


def chosen_option(value: str) -> Json:
    """Give the state of a menu in which something is chosen."""
    return {"selected_option": {"text": {"type": "plain_text", "text": value}, "value": value}}


async def test_the_library_is_searched_as_one_types(on: Bench, shelf: FakeLibrary) -> None:
    """Each option is a path; no more are wanted than a menu takes."""
    await on.send(slash(""))
    assert "library" in fields(on.client.view())
    assert [one["value"] for one in await search(on, "supply")] == ["2026/supply.docx"]
    assert [one["value"] for one in await search(on, "")] == list(PATHS)
    assert shelf.called("search") == [("supply", 50), ("", 50)]


@pytest.mark.parametrize("who", [{"user": "U0GUEST"}, {"user": "U0REV", "team": "T0ELSEWHERE"}])
async def test_who_never_starts_edits_is_told_no_names(
    on: Bench, shelf: FakeLibrary, who: dict[str, str]
) -> None:
    """A guest, or somebody of another workspace, who gets hold of a dialog finds nothing; the library is not asked."""
    await on.send(slash(""))
    assert await search(on, "supply", **who) == []
    assert shelf.calls == []


@pytest.mark.parametrize("failure", [TransientError("Away."), RefusedError("Gone.", code="library")])
async def test_a_library_that_fails_offers_nothing(on: Bench, shelf: FakeLibrary, failure: Exception) -> None:
    """The dialog is as it was, and the next character asks anew."""
    shelf.fails["search"] = [failure]
    await on.send(slash(""))
    assert await search(on, "supply") == []
    assert [one["value"] for one in await search(on, "supply")] == ["2026/supply.docx"]


async def test_a_library_that_takes_too_long_offers_nothing(
    on: Bench, shelf: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack waits three seconds, and would tell the person that the app is broken."""

    async def hang(*_asked: object) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr("bot.slack.starting._PATIENCE_S", 0.01)
    monkeypatch.setattr(shelf, "search", hang)
    await on.send(slash(""))
    assert await search(on, "supply") == []


async def test_without_a_library_nothing_is_offered() -> None:
    """The dialog has no such menu; whoever asks for its options all the same gets none."""
    on = bench()
    await on.send(slash(""))
    assert "library" not in fields(on.client.view())
    assert await search(on, "supply") == []


async def test_a_document_of_the_library_is_edited(on: Bench) -> None:
    """What was chosen is the edit's source, and its name the edit's."""
    await on.send(slash(""))
    values = filled(library=chosen_option("2026/lease.pdf"))
    assert (await on.submit(values)).body == ""
    (started,) = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert (started.source, started.document) == (LibraryFile("2026/lease.pdf"), "2026/lease.pdf")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (filled(), "document"),
        (filled(document={"files": [DOCX]}, library=chosen_option("2026/lease.pdf")), "library"),
    ],
)
async def test_no_document_and_two_are_refused_at_their_fields(on: Bench, values: Json, field: str) -> None:
    """Exactly one is edited."""
    await on.send(slash(""))
    acked = json.loads((await on.submit(values)).body)
    assert (acked["response_action"], list(acked["errors"])) == ("errors", [field])
    assert list(on.store.jobs) == [REF]


async def test_more_shows_two_more_fields_and_loses_nothing(on: Bench) -> None:
    """The same fields with the same ids, so that Slack keeps what is in them; and what is asked for is taken."""
    await on.send(slash("edit friendlier"))
    narrow = on.client.view()
    state = {"values": filled(library=chosen_option("2026/lease.pdf"))}
    await on.press("more_fields", "more_fields", user="U0REQ", view={**narrow, "state": state})
    (update,) = on.client.named("views.update")
    assert update["view_id"] == "V0TOP"
    wide = on.client.view()
    check_view(wide)
    assert list(fields(wide)) == [*fields(narrow), "tier", "depth"]
    assert wide["private_metadata"] == narrow["private_metadata"]
    assert fields(wide)["instruction"]["initial_value"] == "shorter"
    assert fields(wide)["library"]["initial_option"]["value"] == "2026/lease.pdf"
    more = {"tier": chosen_option("max"), "depth": chosen_option("deep")}
    assert (await on.submit(filled(library=chosen_option("2026/lease.pdf"), **more))).body == ""
    (started,) = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert (started.tier, started.depth) == (Tier.MAX, Depth.DEEP)


async def test_more_leaves_a_document_that_was_chosen_before(on: Bench) -> None:
    """The file of a message is still the one that is edited."""
    on.client.answers["files.info"] = {"file": DOCX}
    await on.send(shortcut(DOCX, user="U0REQ"))
    assert "library" not in fields(on.client.view())
    await on.press("more_fields", "more_fields", user="U0REQ", view=on.client.view())
    assert visible(on.client.view()["blocks"][0]) == "Document: Offer.docx"
    assert (await on.submit(filled())).body == ""
    (started,) = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert started.document == "Offer.docx"


async def test_the_document_of_a_finished_edit_is_edited_again(on: Bench) -> None:
    """The dialog names it, asks for no other, and the new edit goes on in the same session."""
    on.store.jobs[REF] = replace(on.job, state=JobState.COMPLETED, document="Offer.docx")
    assert (await on.send(chosen(f"edit_again|{REF}"))).status == 200
    view = on.client.view()
    check_view(view)
    assert visible(view["blocks"][0]) == "Document: Offer.docx, as the last edit left it"
    assert not {"document", "library"} & fields(view).keys()
    assert fields(view)["channel"]["initial_conversation"] == "C0LEGAL"
    await on.press("more_fields", "more_fields", view=view)
    assert visible(on.client.view()["blocks"][0]) == "Document: Offer.docx, as the last edit left it"
    assert (await on.submit(filled())).body == ""
    (started,) = [job for ref, job in on.store.jobs.items() if ref != REF]
    assert (started.session_id, started.continues_ref) == (on.job.session_id, REF)
    assert started.document == "Offer.docx"


async def test_an_edit_that_was_moved_is_gone_on_with_in_the_usual_channel(on: Bench) -> None:
    """Its own is closed, and a direct message is none to choose."""
    on.store.jobs[REF] = replace(on.job, state=JobState.COMPLETED, channel="D0REQ", moved_from="C0GONE")
    await on.send(chosen(f"edit_again|{REF}"))
    assert fields(on.client.view())["channel"]["initial_conversation"] == "C0LEGAL"


async def test_what_left_no_document_is_not_edited_again(on: Bench) -> None:
    """Whoever presses an old menu is told, and no dialog opens."""
    await on.send(chosen(f"edit_again|{REF}"))
    assert on.client.named("views.open") == []
    assert on.told() == ["This edit left no document to edit again."]


async def test_a_document_that_is_gone_meanwhile_is_said_at_a_field_that_is_there(on: Bench) -> None:
    """The dialog of *Edit again* has none for the document."""
    on.store.jobs[REF] = replace(on.job, state=JobState.COMPLETED)
    await on.send(chosen(f"edit_again|{REF}"))
    on.store.jobs[REF] = replace(on.job, state=JobState.FAILED)
    acked = json.loads((await on.submit(filled())).body)
    assert acked["errors"] == {"instruction": "This edit left no document to edit again."}
