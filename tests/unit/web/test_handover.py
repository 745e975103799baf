"""The hand-over over HTTP: who may, what is taken, what is told, and everything that can be wrong with a request."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

import pytest
from jsonschema import Draft202012Validator

from bot.core.errors import RefusedError, TransientError
from bot.core.model import JobState, MessageRef, Verdict
from bot.core.sighting import Status
from bot.web.handover import LARGEST, routes
from bot.web.openapi import description
from tests.fakes.world import FakeWorld
from tests.make import REVIEWER, decided, make_change, make_job, make_proposals, make_round, seen
from tests.unit.web.wire import chunked, request, send, serving

TOKEN = "0123456789abcdef"
WANTED = {"job_id": "job_1", "session_id": "acme/42"}
AUTHORIZATION = ("Authorization", f"Bearer {TOKEN}")
KIND = ("Content-Type", "application/json")
WATCH = "/v1/watch"


async def channel_id(name):
    """Know one channel."""
    if name != "#sales":
        raise RefusedError(f"There is no channel {name}.", code="channel_not_found")
    return "C0SALES"


async def turn():
    """Have one for everybody."""
    return 0


@pytest.fixture
def world() -> FakeWorld:
    """Give a world in which the job waits for a review."""
    made = FakeWorld()
    made.documents.shown = seen(*make_proposals(1), session_id="acme/42")
    return made


@asynccontextmanager
async def api(world, **rest):
    """Serve the API."""
    async with serving(routes(world.given, TOKEN, channel_id, turn, **rest)) as server:
        yield server


def told(reply):
    """Return the body of an answer; problems come as what they are."""
    is_problem = reply.status >= 400
    kind = "application/problem+json" if is_problem else "application/json"
    assert reply.headers["content-type"] == f"{kind}; charset=utf-8"
    body = json.loads(reply.body)
    assert not is_problem or body["status"] == reply.status
    return body


def posted(body=WANTED, headers=(AUTHORIZATION, KIND)):
    """Write a hand-over."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request(raw, headers, path=WATCH)


def asked(path, headers=(AUTHORIZATION,), method="GET"):
    """Write a question."""
    return request(headers=headers, path=path, method=method)


async def answered(world, raw):
    """Send one request to the API and return its answer."""
    async with api(world) as server:
        return await send(server, raw)


class TestTaking:
    """`POST /v1/watch`."""

    async def test_a_job_is_taken_over(self, world):
        """Accepted, with where to ask what became of it."""
        reply = await answered(world, posted())
        (job,) = world.store.jobs.values()
        assert reply.status == 202
        assert reply.headers["location"] == "/v1/watch/job_1"
        assert reply.headers["cache-control"] == "no-store"
        assert told(reply) == {
            "ref": job.ref,
            "job_id": "job_1",
            "session_id": "acme/42",
            "state": "working",
            "channel": "C0LEGAL",
            "links": {"self": "/v1/watch/job_1", "document": "/v1/watch/job_1/document"},
        }

    async def test_the_same_again_is_answered_the_same(self, world):
        """One record."""
        async with api(world) as server:
            first, second = [await send(server, posted()) for _time in range(2)]
        assert (first.status, first.body) == (second.status, second.body)
        assert len(world.store.jobs) == 1

    async def test_what_is_said_is_kept(self, world):
        """A channel by its name or id, who asked, and the document's name in any script."""
        more = {"channel": "#sales", "requester": "U0REQ", "document": "契約 “A”.docx"}
        assert (await answered(world, posted({**WANTED, **more}))).status == 202
        (job,) = world.store.jobs.values()
        assert (job.channel, job.requester_id, job.document) == ("C0SALES", "U0REQ", "契約 “A”.docx")

    async def test_an_id_that_needs_quoting_leads_back(self, world):
        """The link is followed as it is given."""
        world.documents.shown = seen(status=Status.WORKING, session_id="acme/42")
        async with api(world) as server:
            link = told(await send(server, posted({**WANTED, "job_id": "a/b?c%2F#d"})))["links"]["self"]
            assert link == "/v1/watch/a%2Fb%3Fc%252F%23d"
            assert told(await send(server, asked(link)))["job_id"] == "a/b?c%2F#d"

    async def test_a_known_job_in_another_session_is_a_conflict(self, world):
        """Said with a code."""
        async with api(world) as server:
            await send(server, posted())
            reply = await send(server, posted({**WANTED, "session_id": "acme/43"}))
        assert (reply.status, told(reply)["code"]) == (409, "session_mismatch")

    @pytest.mark.parametrize(
        ("status", "code", "answer"), [(Status.GONE, "unknown_job", 404), (Status.FAILED, "job_ended", 409)]
    )
    async def test_a_job_that_cannot_be_reviewed_is_refused(self, world, status, code, answer):
        """It is not known, or has ended."""
        world.documents.shown = seen(status=status, session_id="")
        reply = await answered(world, posted())
        assert (reply.status, told(reply)["code"]) == (answer, code)

    async def test_a_channel_that_nobody_knows_is_named(self, world):
        """As is one that the relay is not in."""
        reply = await answered(world, posted({**WANTED, "channel": "#nowhere"}))
        assert (reply.status, told(reply)["code"]) == (422, "channel_not_found")
        assert [fault["pointer"] for fault in told(reply)["errors"]] == ["/channel"]
        world.directory.unreachable = {"C0AWAY"}
        reply = await answered(world, posted({**WANTED, "channel": "C0AWAY"}))
        assert (reply.status, told(reply)["errors"][0]["pointer"]) == (422, "/channel")

    async def test_what_does_not_answer_now_is_to_be_asked_again(self, world):
        """With a time."""
        world.documents.fails["read"] = [TransientError("SuperDocs is down.", retry_after_s=7)]
        reply = await answered(world, posted())
        assert (reply.status, reply.headers["retry-after"]) == (503, "7")


class TestReporting:
    """`GET /v1/watch/{job_id}`."""

    async def test_a_job_is_told_as_described(self, world):
        """With its rounds and decisions; times are RFC 3339 in UTC."""
        change = decided(make_change())
        job = make_job(make_round(change, make_change(2)), session_id="acme/42")
        world.store.put(
            job.with_message("job", MessageRef("C0LEGAL", "1.0", permalink="https://s.example/1"))
        )
        reply = await answered(world, asked("/v1/watch/job_1"))
        assert reply.status == 200
        body = told(reply)
        (held,) = body["rounds"]
        assert (body["state"], body["origin"], held["state"]) == (JobState.REVIEWING, "asked", "open")
        assert (held["submit_at"], held["sent_at"]) == ("2026-11-23T12:58:00Z", None)
        assert held["changes"][0] == {
            "number": 1,
            "change_id": "ch_1",
            "operation": "edit",
            "state": "decided",
            "verdict": Verdict.APPROVE,
            "decided_by": [REVIEWER],
            "decided_at": "2026-11-23T12:00:00Z",
            "outcome": "unknown",
        }
        assert body["messages"] == {"job": "https://s.example/1"}
        schemas = description()["components"]
        Draft202012Validator({"components": schemas, "$ref": "#/components/schemas/JobReport"}).validate(body)

    @pytest.mark.parametrize("path", ["/v1/watch/job_9", "/v1/watch/%ff%00", "/v1/watch/" + "j" * 999])
    async def test_what_is_not_known_is_not_found(self, world, path):
        """Whatever the id is."""
        reply = await answered(world, asked(path))
        assert (reply.status, told(reply)["code"]) == (404, "unknown_job")


class TestDocument:
    """`GET /v1/watch/{job_id}/document`."""

    async def test_the_document_is_given_as_superdocs_left_it(self, world):
        """To the letter, and to nobody's browser as a page."""
        job = make_job(make_round(), ref="0" * 16, state=JobState.COMPLETED, has_document=True)
        world.store.put(job)
        await world.store.save_document(job.ref, "updated", "<p data-chunk-id='c1'>60 días</p>")
        for name in (job.ref, "job_1"):
            reply = await answered(world, asked(f"/v1/watch/{name}/document"))
            assert reply.status == 200
            assert reply.body.decode() == "<p data-chunk-id='c1'>60 días</p>"
            assert reply.headers["content-type"] == "text/html; charset=utf-8"
            assert reply.headers["content-security-policy"] == "sandbox"

    @pytest.mark.parametrize(
        ("name", "code"), [("job_1", "no_document"), ("job_9", "unknown_job"), ("%ff", "unknown_job")]
    )
    async def test_what_is_not_there_is_not_found(self, world, name, code):
        """No such job, or one that has not ended."""
        world.store.put(make_job(make_round()))
        reply = await answered(world, asked(f"/v1/watch/{name}/document"))
        assert (reply.status, told(reply)["code"]) == (404, code)


class TestToken:
    """Whoever does not know the token learns that, and nothing else."""

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            [("Authorization", "")],
            [("Authorization", "Bearer")],
            [("Authorization", "Bearer ")],
            [("Authorization", "Bearer 0123456789abcdeF")],
            [("Authorization", f"Bearer {TOKEN}x")],
            [("Authorization", f"Basic {TOKEN}")],
            [("Authorization", TOKEN)],
            [("Authorization", "Bearer \udcff")],
            [AUTHORIZATION, AUTHORIZATION],
            [("Authorization", "Bearer x"), AUTHORIZATION],
        ],
    )
    async def test_without_the_token_nothing_is_done(self, world, headers):
        """None, a wrong one, another scheme, or two: always the same answer, before the body is looked at."""
        async with api(world) as server:
            refusals = [
                await send(server, posted(b"not json", headers)),
                await send(server, asked("/v1/watch/job_1", headers)),
                await send(server, asked("/v1/watch/job_1/document", headers)),
            ]
        for reply in refusals:
            assert reply.status == 401
            assert reply.headers["www-authenticate"] == 'Bearer realm="superdocs-relay"'
            assert told(reply) == told(refusals[0])
            assert "Authorization: Bearer TOKEN" in told(reply)["detail"]
        assert world.documents.calls == []

    @pytest.mark.parametrize("value", [f"bearer {TOKEN}", f"BEARER  {TOKEN} "])
    async def test_the_scheme_is_known_in_any_case(self, world, value):
        """As RFC 9110 has it."""
        assert (await answered(world, posted(headers=[("Authorization", value), KIND]))).status == 202

    async def test_the_description_is_for_everybody(self, world):
        """There is nothing secret in it."""
        reply = await answered(world, asked("/v1/openapi.json", headers=[]))
        assert reply.status == 200
        assert told(reply) == description()

    def test_an_empty_token_protects_nothing(self, world):
        """It is a mistake of whoever ties the relay together."""
        with pytest.raises(ValueError, match="token"):
            routes(world.given, "", channel_id, turn)


class TestBody:
    """What is wrong with a body is said before anybody is asked anything."""

    @pytest.fixture(autouse=True)
    def unasked(self, world):
        """Make sure that nobody was."""
        yield
        assert world.documents.calls == world.directory.calls == []

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            [("Content-Type", "text/plain")],
            [("Content-Type", "application/x-www-form-urlencoded")],
            [("Content-Type", "application/json; charset=latin-1")],
            [("Content-Type", "nonsense")],
            [KIND, ("Content-Encoding", "gzip")],
        ],
    )
    async def test_anything_but_json_is_refused(self, world, headers):
        """Another kind, another encoding, compressed."""
        reply = await answered(world, posted(headers=[AUTHORIZATION, *headers]))
        assert (reply.status, told(reply)["code"]) == (415, "not_json")

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b"{'job_id': 1}",
            b"\xef\xbb\xbf{}",
            b'{"job_id": "\xff"}',
            b'{"job_id": "a", "job_id": "b", "session_id": "s"}',
            b'{"job_id": NaN, "session_id": "s"}',
            b'{"job_id": -Infinity, "session_id": "s"}',
            b'{"job_id": ' + b"1" * 5000 + b"}",
            b"[" * 60_000,
            b'{"a":' * 10_000,
            b'{"job_id": "a\nb"}',
        ],
    )
    async def test_what_is_no_json_is_refused(self, world, raw):
        """Cut off, not UTF-8, a field twice, no number, too long a number, nested too deeply, a raw line feed."""
        reply = await answered(world, posted(raw))
        assert (reply.status, told(reply)["code"]) == (400, "bad_json")

    @pytest.mark.parametrize(
        ("body", "pointers"),
        [
            ({}, ["/job_id", "/session_id"]),
            ([], [""]),
            (None, [""]),
            ({**WANTED, "extra": 1}, ["/extra"]),
            ({**WANTED, "a/b~c": 1}, ["/a~1b~0c"]),
            ({**WANTED, "x" * 500: 1}, ["/" + "x" * 79]),
            ({**WANTED, "job_id": 1, "channel": None}, ["/job_id", "/channel"]),
            ({**WANTED, "job_id": "..", "session_id": "a b"}, ["/job_id", "/session_id"]),
            ({**WANTED, "job_id": "j\ud800"}, ["/job_id"]),
            ({**WANTED, "document": "a\ud800b"}, ["/document"]),
            ({**WANTED, "document": "two\nlines"}, ["/document"]),
            ({**WANTED, "document": "d" * 201}, ["/document"]),
            ({**WANTED, "requester": "carol"}, ["/requester"]),
            ({**WANTED, "channel": "legal"}, ["/channel"]),
            ({**WANTED, "channel": "#le gal"}, ["/channel"]),
            ({**WANTED, "\ud800": 1}, None),
            ({**WANTED, **{f"x{n}": 1 for n in range(99)}}, None),
        ],
    )
    async def test_every_wrong_field_is_named(self, world, body, pointers):
        """Missing, unknown, of another type, of another shape, with half a character; what it held is not told."""
        reply = await answered(world, posted(body))
        problem = told(reply)
        assert (reply.status, problem["code"]) == (422, "invalid")
        if pointers is not None:
            assert [fault["pointer"] for fault in problem["errors"]] == pointers
        assert len(problem["errors"]) <= 10
        assert all(fault["detail"].endswith(".") for fault in problem["errors"])

    async def test_a_wrong_shape_is_told_in_words(self, world):
        """Nobody wants to read a pattern."""
        problem = told(await answered(world, posted({**WANTED, "requester": "carol"})))
        assert problem["errors"][0]["detail"] == (
            "Must be a person's Slack id, such as U0123456789, or left out."
        )

    @pytest.mark.parametrize("is_declared", [True, False])
    async def test_a_body_that_is_too_large_is_not_read_to_its_end(self, world, is_declared):
        """Whatever length it declares."""
        body = b'{"job_id": "' + b"x" * LARGEST + b'"}'
        headers = [AUTHORIZATION, KIND]
        if is_declared:
            raw = request(body, headers, path=WATCH)
        else:
            raw = request(chunked(body), [*headers, ("Transfer-Encoding", "chunked")], path=WATCH)
        reply = await answered(world, raw)
        assert (reply.status, told(reply)["code"]) == (413, "too_large")

    async def test_a_body_that_does_not_come_is_not_waited_for(self, world):
        """The request has its time."""
        raw = request(b"{", [AUTHORIZATION, KIND, ("Content-Length", "100")], path=WATCH)
        async with api(world, body_s=0.05) as server:
            reply = await send(server, raw)
        assert (reply.status, told(reply)["code"]) == (408, "slow")

    async def test_a_body_of_broken_chunks_is_refused(self, world):
        """It is no body."""
        raw = request(b"zz\r\n", [AUTHORIZATION, KIND, ("Transfer-Encoding", "chunked")], path=WATCH)
        assert (await answered(world, raw)).status == 400


class TestAddresses:
    """Everything below /v1/ is answered in the same shape."""

    @pytest.mark.parametrize(
        "path", ["/v1/", "/v1/edits/", "/v1/edit", "/v1/watch/", "/v1/watch/a/b", "/v1/%ff"]
    )
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    async def test_an_unknown_address_is_a_problem(self, world, path, method):
        """With or without a token."""
        reply = await answered(world, asked(path, headers=[], method=method))
        assert (reply.status, told(reply)["code"]) == (404, "no_such_address")

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("GET", WATCH, "POST"),
            ("PUT", WATCH, "POST"),
            ("DELETE", "/v1/watch/job_1", "GET, HEAD"),
            ("POST", "/v1/watch/job_1/document", "GET, HEAD"),
            ("POST", "/v1/openapi.json", "GET, HEAD"),
            ("PATCH", WATCH, "POST"),
            ("GET", "/v1/edits", "POST"),
        ],
    )
    async def test_another_method_is_a_problem(self, world, method, path, allowed):
        """Which says what is allowed."""
        reply = await answered(world, asked(path, method=method))
        assert (reply.status, told(reply)["code"]) == (405, "method_not_allowed")
        assert reply.headers["allow"] == allowed
