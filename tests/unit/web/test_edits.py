"""`POST /v1/edits`: what is taken, by which name it is known then, how often, and everything that can be wrong with it."""

from __future__ import annotations

import json
import time
from contextlib import asynccontextmanager

import pytest

from bot.core.errors import TransientError
from bot.core.model import Mode, Origin
from bot.core.request import Depth, Tier
from bot.relay.asking.begin import start
from bot.relay.asking.fetch import LARGEST_DOCUMENT
from bot.web.handover import LARGEST_EDIT, routes
from tests.fakes.world import FakeWorld
from tests.unit.web.wire import request, send, serving

TOKEN = "0123456789abcdef"
AUTHORIZATION = ("Authorization", f"Bearer {TOKEN}")
KIND = ("Content-Type", "application/json")
EDITS = "/v1/edits"
HTML = "<p>Pay within 30 days.</p>"
WANTED = {"message": "Make it 60 days.", "document_html": HTML}


class Turns:
    """Turns for edits.

    Attributes:
        left: How many there are.
    """

    def __init__(self, left=999):
        self.left = left

    async def take(self):
        """Take one, or say when there is one."""
        self.left -= 1
        return 0 if self.left >= 0 else 1.2


async def channel_id(_name):
    """Know every channel."""
    return "C0SALES"


@pytest.fixture
def world() -> FakeWorld:
    """Give a world of which nothing is known."""
    return FakeWorld()


@asynccontextmanager
async def api(world, turns=None, **rest):
    """Serve the API."""
    take = (turns or Turns()).take
    async with serving(routes(world.given, TOKEN, channel_id, take, **rest)) as server:
        yield server


def posted(body=WANTED, *headers, token=AUTHORIZATION):
    """Write a request for an edit."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request(raw, [token, KIND, *headers], path=EDITS)


def keyed(key, body=WANTED):
    """Write a request for an edit that has a name."""
    return posted(body, ("Idempotency-Key", key))


async def answered(world, raw, **rest):
    """Send one request to the API and return its answer."""
    async with api(world, **rest) as server:
        return await send(server, raw)


def told(reply):
    """Return the body of an answer; problems come as what they are."""
    body = json.loads(reply.body)
    is_problem = reply.headers["content-type"].startswith("application/problem+json")
    assert is_problem is (reply.status >= 400)
    return body


class TestTaking:
    """What is taken."""

    async def test_an_edit_is_taken(self, world):
        """Accepted before SuperDocs knows of it, with where to ask what became of it."""
        reply = await answered(world, posted())
        (job,) = world.store.jobs.values()
        assert (reply.status, reply.headers["cache-control"]) == (202, "no-store")
        assert reply.headers["location"] == f"/v1/watch/{job.ref}"
        assert told(reply) == {
            "ref": job.ref,
            "job_id": "",
            "session_id": f"slack-{job.ref}",
            "state": "starting",
            "channel": "C0LEGAL",
            "links": {"self": f"/v1/watch/{job.ref}", "document": f"/v1/watch/{job.ref}/document"},
        }

    async def test_the_link_leads_to_it_before_and_after_it_has_an_id(self, world):
        """The same link, and the id as well."""
        async with api(world) as server:
            link = told(await send(server, posted()))["links"]["self"]
            before = told(await send(server, request(headers=[AUTHORIZATION], path=link, method="GET")))
            await start(world.given, before["ref"])
            after = told(await send(server, request(headers=[AUTHORIZATION], path=link, method="GET")))
            by_id = f"/v1/watch/{after['job_id']}"
            assert (
                told(await send(server, request(headers=[AUTHORIZATION], path=by_id, method="GET"))) == after
            )
        assert (before["state"], before["job_id"], before["origin"]) == ("starting", "", "program")
        assert (after["state"], bool(after["job_id"])) == ("working", True)

    async def test_what_is_said_is_kept(self, world):
        """In any script; a channel by its name."""
        more = {
            "message": "„60 Tage“, s'il vous plaît\n契約",
            "session_id": "acme/42",
            "channel": "#sales",
            "requester": "U0REQ",
            "document": "契約 “A”.html",
            "mode": "approve_all",
            "model_tier": "pro",
            "thinking_depth": "deep",
        }
        assert (await answered(world, posted({**WANTED, **more}))).status == 202
        (job,) = world.store.jobs.values()
        assert (job.instruction, job.session_id, job.channel) == (more["message"], "acme/42", "C0SALES")
        assert (job.requester_id, job.document) == ("U0REQ", "契約 “A”.html")
        assert (job.mode, job.tier, job.depth) == (Mode.AUTOMATIC, Tier.PRO, Depth.DEEP)
        assert job.origin is Origin.PROGRAM

    async def test_the_largest_document_fits(self, world):
        """Ten megabytes of text that is not ASCII, as it is; and it is kept to the letter."""
        html = "<p>" + "é" * ((LARGEST_DOCUMENT - 3) // 2)
        raw = json.dumps({**WANTED, "document_html": html}, ensure_ascii=False).encode()
        assert (await answered(world, posted(raw))).status == 202
        (ref,) = world.store.jobs
        assert await world.store.document(ref, "source") == html


class TestKeys:
    """`Idempotency-Key`."""

    async def test_the_same_again_is_answered_the_same(self, world):
        """Also when the fields come in another order; one edit."""
        turned = dict(reversed(WANTED.items()))
        async with api(world) as server:
            first, second = [await send(server, keyed("order 7", body)) for body in (WANTED, turned)]
        assert (first.status, first.body) == (second.status, second.body)
        assert len(world.store.jobs) == 1

    async def test_a_key_with_another_body_is_refused(self, world):
        """With a code of its own."""
        async with api(world) as server:
            await send(server, keyed("order 7"))
            reply = await send(server, keyed("order 7", {**WANTED, "message": "Make it 90 days."}))
        assert (reply.status, told(reply)["code"]) == (422, "idempotency_key")
        assert len(world.store.jobs) == 1

    async def test_without_a_key_every_request_is_an_edit(self, world):
        """The same twice is two."""
        async with api(world) as server:
            for _time in range(2):
                assert (await send(server, posted())).status == 202
        assert len(world.store.jobs) == 2

    @pytest.mark.parametrize("key", ["k" * 255, '"quoted"', " ~!", "a, b"])
    async def test_a_key_may_be_anything_printable(self, world, key):
        """As other systems name their messages."""
        assert (await answered(world, keyed(key))).status == 202

    @pytest.mark.parametrize("keys", [[""], ["k" * 256], ["schlüssel"], ["a\tb"], ["a", "b"], ["a", "a"]])
    async def test_a_key_that_is_none_is_refused(self, world, keys):
        """Empty, too long, not printable, or more than one: nothing is started under it."""
        reply = await answered(world, posted(WANTED, *(("Idempotency-Key", key) for key in keys)))
        assert (reply.status, told(reply)["code"]) == (400, "bad_key")
        assert world.store.jobs == {}


class TestLimits:
    """How often, and how large."""

    async def test_too_many_are_refused_with_a_time(self, world):
        """Whole seconds, rounded up."""
        async with api(world, Turns(2)) as server:
            replies = [await send(server, posted()) for _time in range(3)]
        assert [reply.status for reply in replies] == [202, 202, 429]
        assert (told(replies[-1])["code"], replies[-1].headers["retry-after"]) == ("rate_limited", "2")

    async def test_who_has_no_token_takes_no_turn(self, world):
        """Nor whoever sends no JSON: strangers use up nothing."""
        turns = Turns(1)
        async with api(world, turns) as server:
            assert (await send(server, posted(token=("Authorization", "Bearer x")))).status == 401
            assert (await send(server, request(b"{}", [AUTHORIZATION], path=EDITS))).status == 415
            assert turns.left == 1

    async def test_a_relay_that_is_full_says_when_to_come_again(self, world):
        """It would start what it cannot look after."""
        world.queue.is_crowded = True
        reply = await answered(world, posted())
        assert (reply.status, told(reply)["code"], reply.headers["retry-after"]) == (503, "crowded", "5")

    async def test_a_store_that_is_away_is_to_be_asked_again(self, world):
        """With the key, nothing happens twice."""

        async def away():
            raise TransientError("The store does not answer.", retry_after_s=7)

        async with serving(routes(world.given, TOKEN, channel_id, away)) as server:
            reply = await send(server, posted())
        assert (reply.status, reply.headers["retry-after"]) == (503, "7")

    async def test_a_body_that_is_too_large_is_not_read_to_its_end(self, world):
        """Whatever is in it."""
        reply = await answered(world, posted(b'{"message": "' + b"x" * LARGEST_EDIT + b'"}'))
        assert (reply.status, told(reply)["code"]) == (413, "too_large")

    @pytest.mark.parametrize(
        ("begins", "goes_on", "ends"),
        [
            (b'{"x":[', b"{},", b"{}]}"),
            (b'{"x":[', b"[],", b"[]]}"),
            (b'{"x":[', b'"",', b'""]}'),
            (b'{"x":1', b',"x":1', b"}"),
            (b"", b'""', b""),
            (b'{"message":"', b"\\", b'"' + b" " * 900_000),
            (b'{"message":', b" ", b'"x"}'),
            (b"", b"[", b""),
        ],
        ids=["objects", "lists", "texts", "fields", "nothing else", "open", "blanks", "deep"],
    )
    async def test_a_body_of_millions_of_values_costs_no_more_than_one_with_a_document(
        self, world, begins, goes_on, ends
    ):
        """It would be read for seconds, in which no press in Slack is answered."""
        raw = begins + goes_on * (11_000_001 // len(goes_on)) + ends
        before = time.process_time()
        reply = await answered(world, posted(raw))
        assert (reply.status, told(reply)["code"]) == (400, "bad_json")
        assert time.process_time() - before < 0.4
        assert world.store.jobs == {}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/message"]),
        ([], [""]),
        ({"message": "Shorten it."}, ["/document_html"]),
        ({**WANTED, "extra": 1}, ["/extra"]),
        ({**WANTED, "message": ""}, ["/message"]),
        ({**WANTED, "message": " \n\t"}, ["/message"]),
        ({**WANTED, "message": "a\0b"}, ["/message"]),
        ({**WANTED, "message": "x" * 90_001}, ["/message"]),
        ({**WANTED, "message": "half a \ud83d"}, ["/message"]),
        ({**WANTED, "message": ["Shorten it."]}, ["/message"]),
        ({**WANTED, "document_html": None}, ["/document_html"]),
        ({**WANTED, "document_html": ""}, ["/document_html"]),
        ({**WANTED, "document_html": "words"}, ["/document_html"]),
        ({**WANTED, "document_html": "<p>\0</p>"}, ["/document_html"]),
        ({**WANTED, "document_html": "<p>\udead</p>"}, ["/document_html"]),
        ({**WANTED, "session_id": ""}, ["/session_id"]),
        ({**WANTED, "session_id": "../.."}, ["/session_id"]),
        ({**WANTED, "requester": "carol"}, ["/requester"]),
        ({**WANTED, "channel": "legal"}, ["/channel"]),
        ({**WANTED, "document": "two\nlines"}, ["/document"]),
        ({**WANTED, "mode": "approve_none"}, ["/mode"]),
        ({**WANTED, "mode": True}, ["/mode"]),
        ({**WANTED, "model_tier": "huge"}, ["/model_tier"]),
        ({**WANTED, "thinking_depth": 3}, ["/thinking_depth"]),
        ({**WANTED, "callback_url": ""}, ["/callback_url"]),
        ({**WANTED, "callback_url": 1}, ["/callback_url"]),
        ({**WANTED, "callback_url": "https://a.example/" + "x" * 2048}, ["/callback_url"]),
        ({**WANTED, "callback_url": "https://hooks.example.com/done"}, ["/callback_url"]),
        ({"message": 1, "mode": 1, "channel": 1}, ["/message", "/channel", "/mode"]),
    ],
)
async def test_every_wrong_field_is_named(world, body, pointers):
    """And what it must be, in a sentence; what it held is not told, and nothing is started."""
    reply = await answered(world, posted(body))
    problem = told(reply)
    assert reply.status == 422
    assert [fault["pointer"] for fault in problem["errors"]] == pointers
    assert all(fault["detail"].endswith(".") for fault in problem["errors"])
    assert "example" not in json.dumps(problem)
    assert world.store.jobs == {}
