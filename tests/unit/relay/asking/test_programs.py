"""An edit that a program asks for: checked like anybody's, kept before it is recorded, and once for each key."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.model import JobState, Mode, Origin
from bot.core.permission import Person
from bot.core.request import Depth, HandedText, Tier
from bot.core.routing import Match, Route, Routes
from bot.core.sighting import Options
from bot.relay.asking.begin import start
from bot.relay.asking.fetch import LARGEST_DOCUMENT
from bot.relay.asking.handover import find
from bot.relay.asking.others import OWN_SESSION
from bot.relay.asking.programs import ProgramRequest, request
from bot.relay.asking.start import LONGEST_INSTRUCTION, renew
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.world import CHANNEL, under
from tests.make import OTHER

HTML = "<p data-chunk-id='c1'>Pay within 30 days.</p>"
WANTED = ProgramRequest("  Make it 60 days.\n", document_html=HTML)
KEYED = replace(WANTED, key="order 7")
URL = "https://hooks.example.com/done"


async def refused(world, given=None, **rest):
    """Ask for what is refused; return the code and the sentence."""
    with pytest.raises(RefusedError) as refusal:
        await request(given or world.given, replace(WANTED, **rest))
    return refusal.value.code, str(refusal.value)


class TestTaking:
    """What is asked for is recorded, and then goes the way of every edit."""

    async def test_an_edit_is_recorded(self, world):
        """In a session of its own, for nobody in particular, in the relay's channel."""
        job = await request(world.given, WANTED)
        assert job == world.job(job.ref)
        assert (job.state, job.job_id, job.origin) == (JobState.STARTING, "", Origin.PROGRAM)
        assert (job.session_id, job.channel, job.requester_id) == (OWN_SESSION + job.ref, CHANNEL, "")
        assert (job.instruction, job.mode, job.callback) == ("Make it 60 days.", Mode.REVIEW, None)
        assert job.source == HandedText(len(HTML))
        assert set(world.queue.steps) == {"start", "refresh"}

    async def test_the_document_arrives_to_the_letter(self, world):
        """What the program gave is what SuperDocs gets."""
        job = await request(world.given, WANTED)
        await start(world.given, job.ref)
        ((_session, message, mode, html, *_options),) = world.documents.called("start")
        assert (message, mode, html) == ("Make it 60 days.", Mode.REVIEW, HTML)

    async def test_everything_that_is_said_is_kept(self, world):
        """Session, place, person, name, model and who is to be told."""
        world.directory.people["U0REQ"] = Person("U0REQ")
        callbacks = FakeCallbacks()
        wanted = replace(
            WANTED,
            session_id="acme/42",
            channel="C0SALES",
            requester="U0REQ",
            document="Offer.html",
            callback_url=URL,
            mode=Mode.AUTOMATIC,
            tier=Tier.PRO,
            depth=Depth.DEEP,
        )
        job = await request(replace(world.given, callbacks=callbacks), wanted)
        assert (job.session_id, job.channel, job.requester_id) == ("acme/42", "C0SALES", "U0REQ")
        assert (job.document, job.mode, job.tier, job.depth) == (
            "Offer.html", Mode.AUTOMATIC, Tier.PRO, Depth.DEEP,
        )  # fmt: skip
        assert job.callback
        assert job.callback.url == URL
        assert callbacks.called("check") == [(URL,)]

    async def test_a_session_that_has_the_document_gets_none(self, world):
        """It is edited as the session has it."""
        job = await request(world.given, ProgramRequest("Shorten it.", session_id="acme/42"))
        assert job.source is None
        await start(world.given, job.ref)
        assert world.documents.called("start")[0][3] is None

    async def test_the_audit_says_that_a_program_asked_and_for_what(self, world):
        """In ids and our own words: nothing of the instruction or the document."""
        job = await request(world.given, replace(WANTED, requester="U0REQ"))
        (entry,) = world.store.audit
        assert (entry.event, entry.ref, entry.user_id) == ("edit.requested", job.ref, "program")
        assert entry.detail == f"ask_every_time, session slack-{job.ref}, named U0REQ"

    async def test_a_route_says_where_it_is_reviewed(self, world):
        """By the document's name, as for everybody."""
        world.routes = Routes((Route(Match(document="*.docx"), channel="C0DOCS"), Route()))
        assert (await request(world.given, replace(WANTED, document="a.docx"))).channel == "C0DOCS"
        assert (await request(world.given, replace(WANTED, document="a.html"))).channel == CHANNEL

    async def test_it_is_found_by_its_ref_and_then_by_its_id(self, world):
        """From the first moment on; what looks like a ref and is none is not found."""
        job = await request(world.given, WANTED)
        assert await find(world.given, job.ref) == job
        await start(world.given, job.ref)
        begun = world.job(job.ref)
        assert await find(world.given, begun.job_id) == await find(world.given, job.ref) == begun
        with pytest.raises(GoneError, match="No such job"):
            await find(world.given, "0" * 16)


class TestKeys:
    """A key names a request."""

    async def test_without_a_key_each_request_is_an_edit(self, world):
        """A program that wants two of the same gets them."""
        first, second = [await request(world.given, WANTED) for _time in range(2)]
        assert first.ref != second.ref

    async def test_the_same_again_is_the_same_edit(self, world):
        """As it stands by then, whatever would be refused now; the document is stored once."""
        first = await request(world.given, KEYED)
        await start(world.given, first.ref)
        world.queue.is_crowded = True
        world.directory.unreachable = {CHANNEL}
        again = await request(world.given, KEYED)
        assert again == world.job(first.ref)
        assert again.job_id
        assert world.events().count("edit.requested") == 1

    @pytest.mark.parametrize(
        "other",
        [{"message": "Make it 90 days."}, {"document_html": HTML + " "}, {"channel": "C0SALES"}, {"tier": Tier.MAX}],
    )  # fmt: skip
    async def test_a_key_with_another_request_is_refused(self, world, other):
        """Whatever is different; and the first edit keeps its document."""
        first = await request(world.given, KEYED)
        code, sentence = await refused(world, key=KEYED.key, **other)
        assert (code, "new key" in sentence) == ("idempotency_key", True)
        assert await world.store.document(first.ref, "source") == HTML
        assert list(world.store.jobs) == [first.ref]

    async def test_another_key_is_another_edit(self, world):
        """Of the same words."""
        refs = {(await request(world.given, replace(WANTED, key=key))).ref for key in ("1", "2", "1")}
        assert len(refs) == 2

    async def test_what_was_refused_may_be_mended_under_its_key(self, world):
        """It started nothing, so the key is free."""
        await refused(world, key="k", session_id="a b")
        assert await request(world.given, replace(WANTED, key="k"))

    async def test_a_crash_before_the_record_is_mended_by_the_same_request(self, world):
        """The key is taken and the document kept; the edit begins when the program asks again."""
        world.store.create, create = _broken, world.store.create
        with pytest.raises(TransientError):
            await request(world.given, KEYED)
        world.store.create = create
        job = await request(world.given, KEYED)
        assert await world.store.document(job.ref, "source") == HTML

    async def test_two_at_once_are_one_edit(self, world):
        """And both hear of it."""
        first, second = await asyncio.gather(*(request(world.given, KEYED) for _worker in range(2)))
        assert first == second
        assert len(world.store.jobs) == 1


async def _broken(_job):
    raise TransientError("The store is away.")


class TestRefusing:
    """What cannot be done starts nothing, and stands in the audit."""

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"message": " \n"}, "message"),
            ({"message": "a\0b"}, "message"),
            ({"message": "x" * (LONGEST_INSTRUCTION + 1)}, "message"),
            ({"document_html": ""}, "document_html"),
            ({"document_html": "no markup"}, "document_html"),
            ({"document_html": "<p>\0</p>"}, "document_html"),
            ({"document_html": "<" + "é" * (LARGEST_DOCUMENT // 2)}, "document_html"),
            ({"session_id": ".."}, "session_id"),
            ({"channel": "legal"}, "channel"),
            ({"channel": "C0AWAY"}, "channel"),
            ({"requester": "carol"}, "requester"),
            ({"requester": "U0BOT"}, "requester"),
            ({"requester": "U0GUEST"}, "requester"),
            ({"document": "two\nlines"}, "document"),
            ({"callback_url": URL}, "callback_url"),
        ],
    )
    async def test_what_is_wrong_is_named(self, world, wrong, code):
        """By the field; nothing is stored, and the audit has who it was and why."""
        world.directory.unreachable = {"C0AWAY"}
        world.directory.people["U0BOT"] = Person("U0BOT", is_bot=True)
        world.directory.people["U0GUEST"] = Person("U0GUEST", is_guest=True)
        assert (await refused(world, **wrong))[0] == code
        (entry,) = world.store.audit
        assert (entry.event, entry.user_id) == ("edit.refused", "program")
        assert entry.detail == f"{code} in {wrong.get('channel', CHANNEL)}"
        assert world.store.jobs == {}

    async def test_an_address_that_may_not_be_called_is_refused(self, world):
        """By whoever knows which ones may."""
        callbacks = FakeCallbacks()
        callbacks.fails["check"] = [RefusedError("It is not listed.", code="callback_url")]
        given = replace(world.given, callbacks=callbacks)
        assert await refused(world, given, callback_url=URL) == ("callback_url", "It is not listed.")

    async def test_a_relay_that_is_full_says_so(self, world):
        """As does a channel in which too much waits."""
        world.queue.is_crowded = True
        assert (await refused(world))[0] == "crowded"
        world.queue.is_crowded = False
        world.notifier.waiting = timedelta(hours=1)
        assert (await refused(world))[0] == "crowded"

    async def test_an_edit_that_no_route_is_for_is_refused(self, world):
        """As is one that would go round its reviewers."""
        world.routes = Routes((Route(Match(document="*.docx")),))
        assert (await refused(world, document="a.html"))[0] == "unbound_route"
        world.routes = under(approvals=2)
        assert (await refused(world, mode=Mode.AUTOMATIC))[0] == "mode"


async def test_an_edit_that_superdocs_did_not_take_may_be_asked_again(world):
    """With the document that the program gave, which exists nowhere else."""
    world.documents.fails["start"] = [RefusedError("No operations are left.", code="quota")]
    old = await request(world.given, replace(WANTED, tier=Tier.MAX, depth=Depth.DEEP))
    await start(world.given, old.ref)
    assert world.job(old.ref).state is JobState.FAILED
    ref = await renew(world.given, world.job(old.ref), OTHER)
    await start(world.given, ref)
    *_rest, html, options = world.documents.called("start")[-1]
    assert (html, options) == (HTML, Options(Tier.MAX, Depth.DEEP))
    assert world.job(ref).state is JobState.WORKING
