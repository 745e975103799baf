"""The calls that SuperDocs gets, and what their answers mean."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import structlog

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.core.formats import Format
from bot.core.model import Mode
from bot.core.sighting import Listed, Rostered, Status, Uploaded
from bot.core.submitting import Answer
from bot.superdocs import SuperDocs, calls
from bot.superdocs.errors import Code
from tests.unit.superdocs.files import docx, pdf

KEY = "sk_0123456789abcdef0123456789abcdef"
JOB = {"job_id": "job_1", "session_id": "s-1", "status": "in_progress"}
CHANGE = {"change_id": "ch_1", "operation": "edit", "old_html": "<p>a</p>", "new_html": "<p>b</p>"}
PAUSED = {**JOB, "status": "awaiting_approval", "metadata": {"pending_changes": [CHANGE]}}
YES = Answer("ch_1", is_approved=True)

Reply = httpx.Response | Exception


class Service:
    """A SuperDocs that gives these replies, one after the other, and keeps the requests."""

    def __init__(self, *replies: Reply, base_url: str = "https://superdocs.test/api") -> None:
        self.requests: list[httpx.Request] = []
        self._replies = list(replies)
        self.client = SuperDocs(base_url, KEY, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        # As from the network: not read yet.
        return httpx.Response(
            reply.status_code, headers=reply.headers, stream=httpx.ByteStream(reply.content)
        )

    @property
    def body(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.requests[-1].content)

    @property
    def line(self) -> str:
        """Method, path and query of the last request."""
        request = self.requests[-1]
        return f"{request.method} {request.url.raw_path.decode()}"


def ok(body: object) -> httpx.Response:
    """Return a success."""
    return httpx.Response(200, json=body)


async def test_a_start_is_one_explicit_request():
    """A start says its mode, and leaves out the document that the session has already."""
    service = Service(ok({"job_id": "job_1", "status": "pending"}), ok({"job_id": "job_2"}))
    assert await service.client.start("s-1", "Do it.", Mode.REVIEW, None) == "job_1"
    assert service.line == "POST /api/v1/chat/async"
    assert service.body == {"message": "Do it.", "session_id": "s-1", "approval_mode": "ask_every_time"}
    assert await service.client.start("s-1", "Do it.", Mode.AUTOMATIC, "<p>ä</p>") == "job_2"
    assert service.body["document_html"] == "<p>ä</p>"
    assert service.body["approval_mode"] == "approve_all"


async def test_every_request_shows_the_key_and_refuses_packed_answers():
    """The key goes in the header only, and nothing may come packed."""
    service = Service(ok(JOB))
    await service.client.read("job_1")
    (request,) = service.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity"
    assert KEY not in str(request.url)


@pytest.mark.parametrize(("message", "code"), [("x" * 100_001, Code.TOO_LARGE), (" \n", Code.INVALID)])
async def test_an_impossible_instruction_is_not_sent(message, code):
    """What SuperDocs is known to refuse is refused here, in a sentence."""
    service = Service()
    with pytest.raises(RefusedError) as refusal:
        await service.client.start("s-1", message, Mode.REVIEW, None)
    assert refusal.value.code == code
    assert service.requests == []


async def test_the_longest_instruction_is_sent():
    """The limit itself is allowed, counted in characters."""
    service = Service(ok({"job_id": "job_1"}))
    assert await service.client.start("s-1", "ü" * 100_000, Mode.REVIEW, None) == "job_1"


@pytest.mark.parametrize("answer", [ok({}), ok({"job_id": ""}), ok([]), httpx.Response(200, text="OK")])
async def test_a_start_without_a_name_is_unknown(answer):
    """A job that was taken but not named may be running: it has to be looked for."""
    with pytest.raises(OutcomeUnknownError):
        await Service(answer).client.start("s-1", "Do it.", Mode.REVIEW, None)


async def test_a_busy_session_says_so():
    """Another edit on the session is a refusal that a person can act on."""
    busy = {"detail": {"error_code": "session_busy", "active_jobs": 2}}
    with pytest.raises(RefusedError, match="2 other edits") as refusal:
        await Service(httpx.Response(409, json=busy)).client.start("s-1", "Do it.", Mode.REVIEW, None)
    assert refusal.value.code == "session_busy"


async def test_a_read_is_whole():
    """A read brings the proposals with their texts."""
    service = Service(ok(PAUSED))
    sighting = await service.client.read("job_1")
    assert service.line == "GET /api/v1/jobs/job_1"
    assert sighting.status is Status.REVIEW
    assert [p.content.new_html for p in sighting.proposals] == ["<p>b</p>"]


async def test_a_read_names_the_job_it_asked_for():
    """A job that does not name itself is the one that was asked for; another one's is not believed."""
    assert (await Service(ok({"status": "completed"})).client.read("job_1")).job_id == "job_1"
    with pytest.raises(TransientError, match="another job"):
        await Service(ok({**JOB, "job_id": "job_2"})).client.read("job_1")


@pytest.mark.parametrize("status", [404, 410])
async def test_an_unknown_job_is_a_sighting(status):
    """That SuperDocs does not know a job is an answer, not an error."""
    sighting = await Service(httpx.Response(status, json={"detail": "Job not found"})).client.read("job_1")
    assert (sighting.status, sighting.job_id) == (Status.GONE, "")


async def test_a_gateways_page_is_not_the_end_of_a_job():
    """A page in the place of an answer leaves the job as it was."""
    with pytest.raises(TransientError):
        await Service(httpx.Response(404, html="<h1>Not here</h1>")).client.read("job_1")


async def test_a_job_too_large_to_read_is_read_without_its_texts(monkeypatch):
    """A job that cannot be read whole is not lost: its changes are there, and can only be denied."""
    monkeypatch.setattr(calls, "BODY_LIMIT", 500)
    compact = {**PAUSED, "metadata": {"pending_changes": [{"change_id": "ch_1"}]}}
    service = Service(ok({**PAUSED, "padding": "x" * 1000}), ok(compact))
    (proposal,) = (await service.client.read("job_1")).proposals
    assert service.line == "GET /api/v1/jobs/job_1?compact=true"
    assert proposal.change_id == "ch_1"
    assert proposal.defect


async def test_a_submission_is_one_call_with_every_answer():
    """All answers of a round go in one call, each with its own word."""
    service = Service(ok({"status": "ok", "batch_complete": True}))
    answers = [YES, Answer("ch_2", is_approved=False, feedback="Keep it.")]
    assert await service.client.submit("s-1", "job_1", answers) is True
    assert service.line == "POST /api/v1/chat/s-1/approve"
    assert service.body == {
        "job_id": "job_1",
        "approved": False,
        "changes": [
            {"change_id": "ch_1", "approved": True},
            {"change_id": "ch_2", "approved": False, "feedback": "Keep it."},
        ],
    }


@pytest.mark.parametrize("answer", [{"status": "ok", "batch_complete": False}, {"status": "ok"}, []])
async def test_only_a_complete_batch_is_complete(answer):
    """Anything but a clear yes is not taken for one."""
    assert await Service(ok(answer)).client.submit("s-1", "job_1", [YES]) is False


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("disconnected"),
        httpx.Response(500),
        httpx.Response(502, html="<h1>Bad gateway</h1>"),
        httpx.Response(504),
        httpx.Response(200, text="OK"),
    ],
)
async def test_a_lost_answer_is_unknown(reply):
    """After sending, only a clear answer counts; there is no second request."""
    service = Service(reply)
    with pytest.raises(OutcomeUnknownError):
        await service.client.submit("s-1", "job_1", [YES])
    assert len(service.requests) == 1


@pytest.mark.parametrize("reply", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.Response(429)])
async def test_what_was_certainly_not_taken_may_be_sent_again(reply):
    """Without a connection, or turned away at the door, nothing happened."""
    with pytest.raises(TransientError):
        await Service(reply).client.submit("s-1", "job_1", [YES])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (httpx.Response(400, json={"detail": "Job is not awaiting approval"}), Code.NOT_AWAITING),
        (httpx.Response(409, json={"detail": "Waiting on a continue prompt"}), Code.WRONG_ENDPOINT),
        (httpx.Response(404, json={"detail": "Job not found"}), Code.GONE),
        (httpx.Response(422, json={"detail": []}), Code.INVALID),
    ],
)
async def test_a_refused_submission_says_why(reply, code):
    """A clear no to a submission is told apart from a lost answer."""
    with pytest.raises(RefusedError) as refusal:
        await Service(reply).client.submit("s-1", "job_1", [YES])
    assert refusal.value.code == code


@pytest.mark.parametrize("goes_on", [True, False])
async def test_a_prompt_has_its_own_endpoint(goes_on):
    """A continue prompt is answered where it asks, whatever the answer looks like."""
    service = Service(httpx.Response(204))
    await service.client.resume("s-1", "job_1", goes_on=goes_on)
    assert service.line == "POST /api/v1/chat/s-1/continue"
    assert service.body == {"job_id": "job_1", "continue": goes_on}


async def test_a_cancelled_job_may_answer_anything():
    """The shape of that answer is not documented, so a good status is enough."""
    service = Service(httpx.Response(200, text="Cancelled"))
    await service.client.cancel("job_1")
    assert service.line == "POST /api/v1/jobs/job_1/cancel"


@pytest.mark.parametrize("status", [400, 403, 405, 409, 422])
async def test_a_job_that_is_not_cancelled_says_so(status):
    """Whatever no SuperDocs gives to a cancellation, the relay can fall back to denying everything."""
    with pytest.raises(RefusedError) as refusal:
        await Service(httpx.Response(status, json={"detail": "no"})).client.cancel("job_1")
    assert refusal.value.code == "not_cancellable"


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (httpx.Response(404, json={}), GoneError, Code.GONE),
        (httpx.Response(401, json={}), RefusedError, Code.KEY_REFUSED),
        (httpx.Response(429), TransientError, None),
        (httpx.Response(500), OutcomeUnknownError, None),
        (httpx.ReadError("reset"), OutcomeUnknownError, None),
    ],
)
async def test_other_troubles_of_a_cancellation_are_themselves(reply, kind, code):
    """Only a no to the cancellation itself is one."""
    with pytest.raises(kind) as caught:
        await Service(reply).client.cancel("job_1")
    assert getattr(caught.value, "code", None) == code


async def test_waiting_jobs_are_listed_compactly():
    """One small list tells who waits, also when the server does not filter it."""
    jobs = [{**PAUSED, "metadata": {"pending_changes": ["ch_1"]}}, {**JOB, "job_id": "job_0"}]
    service = Service(ok({"jobs": jobs, "total": 2}))
    assert await service.client.waiting() == (Listed("job_1", "s-1", Status.REVIEW, ("ch_1",)),)
    assert service.line == "GET /api/v1/jobs?status=awaiting_approval&compact=true&limit=100"


async def test_a_server_that_knows_no_limits_is_asked_plainly():
    """What an older server does not accept is left out the second time."""
    service = Service(httpx.Response(422, json={"detail": []}), ok({"jobs": [PAUSED]}))
    assert [job.job_id for job in await service.client.waiting()] == ["job_1"]
    assert service.line == "GET /api/v1/jobs?status=awaiting_approval"


async def test_a_refused_list_is_not_asked_twice():
    """Other refusals are not mended by asking less."""
    service = Service(httpx.Response(401, json={}))
    with pytest.raises(RefusedError):
        await service.client.waiting()
    assert len(service.requests) == 1


async def test_a_sessions_jobs_are_listed():
    """A session tells its jobs, whatever they do, newest first; an unknown one has none."""
    service = Service(ok({"jobs": [PAUSED, {**JOB, "job_id": "job_0"}]}), httpx.Response(404, json={}))
    listed = await service.client.jobs_of("s/1")
    assert [(job.job_id, job.status) for job in listed] == [
        ("job_1", Status.REVIEW),
        ("job_0", Status.WORKING),
    ]
    assert service.line == "GET /api/v1/sessions/s%2F1/jobs?compact=true&limit=100"
    assert await service.client.jobs_of("s-2") == ()


async def test_the_balance_is_read():
    """The account tells what is left of the month."""
    service = Service(ok({"tier": "free", "quota": {"remaining": 3, "monthly_limit": 500}}))
    assert (await service.client.balance()).remaining == 3
    assert service.line == "GET /api/v1/agents/whoami"


async def test_an_upload_is_one_form_with_the_file():
    """A file goes as it is, under a name that a header can carry, into the place of what was there."""
    service = Service(ok({"html": "<p>a</p>", "document_id": "doc_1"}))
    uploaded = await service.client.upload("s-1", "deals/Süd “A”\r\n.docx", b"PK\x00\xff")
    assert uploaded == Uploaded("<p>a</p>", "doc_1")
    assert service.line == "POST /api/v1/documents/upload"
    assert service.requests[-1].headers["content-type"].startswith("multipart/form-data; boundary=")
    form = service.requests[-1].content
    assert 'name="file"; filename="Süd “A”__.docx"\r\n'.encode() in form
    assert b"wordprocessingml.document\r\n\r\nPK\x00\xff\r\n" in form
    assert b'name="session_id"\r\n\r\ns-1\r\n' in form
    assert b'name="open_mode"\r\n\r\nreplace\r\n' in form


async def test_an_upload_that_keeps_the_text_back_is_asked_for_it():
    """Where the answer leaves the text out, the session's documents have it; a document without any is refused."""
    documents = {
        "documents": [
            {"document_id": "doc_0", "html": "<p>b</p>"},
            {"document_id": "doc_1", "html": "<p>a</p>"},
        ]
    }
    service = Service(ok({"document_id": "doc_1"}), ok(documents))
    assert (await service.client.upload("s-1", "a.pdf", b"%PDF-")).html == "<p>a</p>"
    with pytest.raises(RefusedError, match=r"^a\.pdf could not .* no text") as refusal:
        await Service(ok({"document_id": "doc_1"}), ok({"documents": []})).client.upload(
            "s-1", "a.pdf", b"%PDF-"
        )
    assert refusal.value.code == Code.UNREADABLE


@pytest.mark.parametrize(
    ("status", "detail", "code"),
    [
        (400, "Unsupported file type", Code.UNSUPPORTED),
        (422, "Could not read the DOCX", Code.UNREADABLE),
        (413, "", Code.TOO_LARGE),
        (409, {"error_code": "session_busy", "active_jobs": 1}, Code.SESSION_BUSY),
        (404, "Session not found", Code.GONE),
    ],
)
async def test_a_refused_document_is_named(status, detail, code):
    """Whoever reads why a document was not taken, or not given, knows which one is meant."""
    no = httpx.Response(status, json={"detail": detail})
    with pytest.raises(RefusedError, match=r"^a\.docx could not be given to SuperDocs\.") as refusal:
        await Service(no).client.upload("s-1", "a.docx", b"PK")
    assert refusal.value.code == code
    assert isinstance(refusal.value, GoneError) == (code is Code.GONE)
    with pytest.raises(RefusedError, match=r"^a\.docx could not be had from SuperDocs as DOCX\.") as refusal:
        await Service(no).client.export("s-1", Format.DOCX, "a.docx")
    assert refusal.value.code == code


async def test_nothing_in_a_document_s_name_comes_alive_in_a_sentence():
    """A file can be called like a mention: the message that says what is wrong with it calls nobody."""
    name = "<!subteam^S0LEGAL> <@U0BOSS> *Approved*.docx"
    no = httpx.Response(400, json={"detail": "Unsupported file type"})
    for asked in (
        Service(no).client.upload("s-1", name, b"PK"),
        Service(no).client.export("s-1", Format.DOCX, name),
    ):
        with pytest.raises(RefusedError) as refusal:
            await asked
        assert not set("<>*") & set(str(refusal.value))


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ReadTimeout("slow"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("disconnected"),
        httpx.ConnectError("no"),
        httpx.Response(500),
        httpx.Response(502, html="<h1>Bad gateway</h1>"),
        httpx.Response(429, text="Too Many Requests"),
        httpx.Response(200, text="OK"),
    ],
)
async def test_an_unanswered_upload_or_export_may_be_repeated(reply):
    """Nothing happens twice that must not, so there is nothing to look up before trying again."""
    with pytest.raises(TransientError):
        await Service(reply).client.upload("s-1", "a.docx", b"PK")
    with pytest.raises(TransientError):
        await Service(reply).client.export("s-1", Format.DOCX, "a.docx")


async def test_an_export_is_the_file_and_its_words():
    """What comes is handed over byte for byte, with the words that are in it."""
    content = docx("Notice takes 60 days.")
    service = Service(httpx.Response(200, content=content))
    exported = await service.client.export("s-1", Format.DOCX, "deals/Süd.docx")
    assert (exported.content, exported.text) == (content, "Notice takes 60 days.\n")
    assert service.line == "POST /api/v1/documents/export"
    assert service.body == {"session_id": "s-1", "format": "docx", "filename": "Süd.docx"}
    assert len(service.requests) == 1


async def test_one_of_several_documents_is_brought_to_the_front_first():
    """What is exported is what has the focus, so the focus goes to the document that is wanted."""
    service = Service(ok({}), httpx.Response(200, text="a"))
    await service.client.export("s/1", Format.TEXT, "a.txt", "doc/2")
    assert [request.url.raw_path.decode() for request in service.requests] == [
        "/api/v1/sessions/s%2F1/documents/doc%2F2/focus",
        "/api/v1/documents/export",
    ]
    gone = Service(httpx.Response(404, json={"detail": "Document not found"}))
    with pytest.raises(GoneError):
        await gone.client.export("s-1", Format.TEXT, "a.txt", "doc_2")
    assert len(gone.requests) == 1


async def test_an_export_that_nobody_can_read_is_handed_over():
    """A file without readable words is a file all the same."""
    content = pdf("Hello", password="secret")
    exported = await Service(httpx.Response(200, content=content)).client.export("s-1", Format.PDF, "a.pdf")
    assert (exported.content, exported.text) == (content, "")


async def test_an_export_too_large_to_read_is_refused(monkeypatch):
    """A file that would fill the memory is refused for good: it would be as large the next time."""
    monkeypatch.setattr(calls, "BODY_LIMIT", 500)
    with pytest.raises(RefusedError, match=r"a\.txt .* larger than") as refusal:
        await Service(httpx.Response(200, text="x" * 1000)).client.export("s-1", Format.TEXT, "a.txt")
    assert refusal.value.code == Code.TOO_LARGE


@pytest.mark.parametrize(
    "answer", [ok({"download_url": "https://x"}), httpx.Response(200, html="<h1>Sign in</h1>")]
)
async def test_another_answer_is_not_taken_for_the_file(answer):
    """A good status alone makes no document."""
    with pytest.raises(TransientError, match="something else than a file"):
        await Service(answer).client.export("s-1", Format.DOCX, "a.docx")


async def test_warnings_of_an_export_are_counted():
    """That something was left out is known; what, is SuperDocs' own text and stays out of the logs."""
    warnings = base64.b64encode(json.dumps(["image dropped", "font"]).encode()).decode()
    reply = httpx.Response(200, text="a", headers={"X-Export-Warnings": warnings})
    with structlog.testing.capture_logs() as logs:
        await Service(reply).client.export("s-1", Format.TEXT, "a.txt")
    assert [(log["event"], log["count"]) for log in logs] == [("export.warnings", 2)]
    assert "image" not in str(logs)


async def test_a_sessions_documents_are_listed(monkeypatch):
    """A session tells its documents with their texts, and without them when they are too much; an unknown has none."""
    told = {"documents": [{"document_id": "doc_1", "title": "A.docx", "html": "<p>a</p>"}]}
    service = Service(ok(told), httpx.Response(404, json={}), ok({**told, "padding": "x" * 1000}), ok(told))
    assert await service.client.roster("s/1") == (Rostered("doc_1", "A.docx", "<p>a</p>"),)
    assert service.line == "GET /api/v1/sessions/s%2F1/documents?include_html=true"
    assert await service.client.roster("s-2") == ()
    monkeypatch.setattr(calls, "BODY_LIMIT", 500)
    assert [document.name for document in await service.client.roster("s-1")] == ["A.docx"]
    assert service.line == "GET /api/v1/sessions/s-1/documents"


async def test_a_stream_is_followed_through_the_same_object():
    """Following goes to the stream's address, from after the last event."""
    event = b'event: final\ndata: {"sequence": 9}\n\n'
    service = Service(httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=event))
    assert [glimpse.sequence async for glimpse in service.client.follow("s-1", "job_1", 8)] == [9]
    assert service.line == "GET /api/v1/chat/s-1/stream?job_id=job_1&last_sequence=8"


Call = Callable[[SuperDocs], Awaitable[object]]
CALLS: dict[str, Call] = {
    "start": lambda docs: docs.start("s-1", "Do it.", Mode.REVIEW, None),
    "read": lambda docs: docs.read("job_1"),
    "submit": lambda docs: docs.submit("s-1", "job_1", [YES]),
    "resume": lambda docs: docs.resume("s-1", "job_1", goes_on=True),
    "cancel": lambda docs: docs.cancel("job_1"),
    "jobs_of": lambda docs: docs.jobs_of("s-1"),
    "waiting": lambda docs: docs.waiting(),
    "balance": lambda docs: docs.balance(),
    "upload": lambda docs: docs.upload("s-1", "a.docx", b"PK"),
    "export": lambda docs: docs.export("s-1", Format.DOCX, "a.docx", "doc_1"),
    "roster": lambda docs: docs.roster("s-1"),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", [400, 401, 402, 403, 405, 409, 413, 418, 422, 429, 500, 503])
async def test_every_call_has_one_error_tree(name, status):
    """Whatever goes wrong in whatever call, it is one of our errors, and it does not hold the key."""
    replies = [httpx.Response(status, json={"detail": f"no: {KEY}"}) for _ in range(2)]
    with pytest.raises(RelayError) as caught:
        await CALLS[name](Service(*replies).client)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["", "..", "."])
async def test_no_call_climbs_out_of_its_path(name):
    """An id that is no segment of a path goes nowhere."""
    service = Service()
    with pytest.raises(RefusedError):
        await service.client.read(name)
    assert service.requests == []


@pytest.mark.parametrize(
    "address", ["", "superdocs.test", "ftp://superdocs.test", "http://", "://x", "http://x:port"]
)
def test_an_address_that_is_none_is_refused_at_once(address):
    """A wrong setting shows at the start, not at the first edit."""
    with pytest.raises(RefusedError) as refusal:
        SuperDocs(address, KEY)
    assert refusal.value.code == Code.BAD_ADDRESS


@pytest.mark.parametrize("key", ["", "  ", "sk_ä", "sk_1\n2", "sk_1 2"])
def test_a_key_that_is_none_is_refused_at_once(key):
    """A key that no header can carry shows at the start; the sentence does not repeat it."""
    with pytest.raises(RefusedError) as refusal:
        SuperDocs("https://superdocs.test", key)
    assert refusal.value.code == Code.KEY_REFUSED
    assert not key.strip() or key not in str(refusal.value)


async def test_closing_closes_everything():
    """After closing, nothing can be sent any more; the key is in no representation."""
    docs = SuperDocs(" https://superdocs.test ", f" {KEY}\n")
    assert KEY not in repr(docs) + repr(vars(docs))
    await docs.close()
    with pytest.raises(RuntimeError, match="closed"):
        await docs.read("job_1")
