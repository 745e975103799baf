"""Files to SuperDocs and back, several documents in a session, and what a job says of its end; over loopback."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.formats import Format
from bot.core.model import Mode
from bot.core.request import Depth, Tier
from bot.core.sighting import Hint, Options, Status
from bot.sandbox.faults import Fault
from bot.superdocs import calls, client

TEXT = "Supply agreement\n\nPayment is due within 30 days.\n\nNotice takes 30 days.\n"
RTF = r"{\rtf1\ansi Payment is due within 30 days.\par Notice takes 30 days.\par}"
ASKED = "Change “30 days” to “60 days”."
FILES = [Format.DOCX, Format.PDF, Format.HTML, Format.MARKDOWN, Format.TEXT]


async def applied(bench, instruction=ASKED, session_id="s-1"):
    """Have an edit of the session's document proposed, approve all of it, and return the end."""
    job_id = await bench.docs.start(session_id, instruction, Mode.REVIEW, None)
    await bench.approve(job_id, (await bench.paused(job_id)).proposals)
    await bench.stands(job_id, "completed")
    return await bench.docs.read(job_id)


@pytest.mark.parametrize("form", FILES)
async def test_a_file_goes_in_is_edited_and_comes_out(bench, form):
    """A document in any format is taken, edited by its chunks, and given back with the approved text in it."""
    await bench.docs.upload("s-0", "first.txt", TEXT.encode())
    given = await bench.docs.export("s-0", form, f"first.{form}")
    assert "within 30 days" in given.text
    uploaded = await bench.docs.upload("s-1", f"contracts/Süd.{form}", given.content)
    assert "data-chunk-id=" in uploaded.html
    assert "within 30 days" in uploaded.html
    assert uploaded.document_id == "doc_primary"
    done = await applied(bench)
    assert "within 60 days" in done.updated_html
    exported = await bench.docs.export("s-1", form, f"Süd.{form}")
    assert "within 60 days" in exported.text
    assert "30 days" not in exported.text


async def test_rtf_goes_in_and_does_not_come_out(bench):
    """RTF is taken; there is none to be had."""
    assert "within 30 days" in (await bench.docs.upload("s-1", "a.rtf", RTF.encode())).html
    with pytest.raises(RefusedError, match="does not export RTF"):
        await bench.docs.export("s-1", Format.RTF, "a.rtf")


async def test_an_early_export_shows_by_its_words_that_it_is_old(bench):
    """Right after an approval the file may hold the old text, and a moment later the new one: the words tell."""
    bench.sandbox.behaviour.change({"stale_export_s": 3})
    await bench.docs.upload("s-1", "a.txt", TEXT.encode())
    await applied(bench)
    assert "within 30 days" in (await bench.docs.export("s-1", Format.DOCX, "a.docx")).text
    bench.now += 3
    assert "within 60 days" in (await bench.docs.export("s-1", Format.DOCX, "a.docx")).text


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0", "unsupported"),
        ("image.png", b"\x89PNG", "unsupported"),
        ("broken.docx", b"PK\x03\x04 and no more", "unreadable"),
        ("broken.pdf", b"%PDF-1.7 and no more", "unreadable"),
        ("empty.txt", b"", "unreadable"),
    ],
)
async def test_a_file_that_is_not_taken_is_refused_by_name(bench, status, name, content, code):
    """What SuperDocs cannot read is a refusal that says which file, and why."""
    bench.sandbox.behaviour.change({"broken_file_status": status})
    with pytest.raises(RefusedError, match=f"^{name} could not be given to SuperDocs") as refusal:
        await bench.docs.upload("s-1", name, content)
    assert refusal.value.code == code


@pytest.mark.parametrize("setting", ["max_upload_bytes", "max_body_bytes"])
async def test_a_file_too_large_is_refused_with_the_limit(bench, setting):
    """Whoever's file is too large is told what would be taken, by SuperDocs or by the gateway before it."""
    bench.sandbox.behaviour.change({setting: 2000})
    with pytest.raises(RefusedError, match="it takes") as refusal:
        await bench.docs.upload("s-1", "a.txt", TEXT.encode() * 100)
    assert refusal.value.code == "too_large"


async def test_an_export_too_large_is_refused(bench, monkeypatch):
    """Too large for SuperDocs, or too large for us: either way it will not be smaller the next time."""
    await bench.docs.upload("s-1", "a.txt", TEXT.encode())
    monkeypatch.setattr(calls, "BODY_LIMIT", 100)
    with pytest.raises(RefusedError, match="larger than") as refusal:
        await bench.docs.export("s-1", Format.DOCX, "a.docx")
    assert refusal.value.code == "too_large"
    bench.sandbox.behaviour.change({"max_export_bytes": 100})
    with pytest.raises(RefusedError, match="it takes 100 bytes") as refusal:
        await bench.docs.export("s-1", Format.DOCX, "a.docx")
    assert refusal.value.code == "too_large"


FAULTS: dict[str, dict[str, Any]] = {
    "refuse": {},
    "lost": {},
    "cut": {"after_bytes": 40},
    "rate": {"retry_after": 7},
    "error 500": {"status": 500},
    "error 502": {"status": 502, "body": "<html>Bad gateway</html>"},
    "error 504": {"status": 504},
    "error 200": {"status": 200, "body": "<html>Please sign in</html>"},
}


CALLS = [(operation, fault) for operation in ("upload", "export", "list_documents") for fault in FAULTS]
# Nothing is read of the answer to a focus.
CALLS += [("focus", fault) for fault in FAULTS if fault not in {"cut", "error 200"}]


@pytest.mark.parametrize(("operation", "fault"), CALLS)
async def test_a_call_that_failed_is_made_again(bench, operation, fault):
    """Whatever cuts a call off on its way there or back passes: made again, it gives what it should, once."""
    await bench.docs.upload("s-1", "a.txt", TEXT.encode())

    async def call():
        if operation == "upload":
            return (await bench.docs.upload("s-1", "b.txt", TEXT.encode())).html
        if operation == "list_documents":
            return (await bench.docs.roster("s-1"))[0].html
        return (await bench.docs.export("s-1", Format.DOCX, "a.docx", "doc_primary")).text

    bench.sandbox.faults.add(Fault(operation, fault.split()[0], **FAULTS[fault]))
    with pytest.raises(TransientError) as caught:
        await call()
    assert caught.value.retry_after_s == FAULTS[fault].get("retry_after")
    assert "within 30 days" in await call()
    assert len(await bench.docs.roster("s-1")) == 1


async def test_a_slow_answer_is_given_up(bench, monkeypatch):
    """A call that takes too long is over in time, and may be made again."""
    await bench.docs.upload("s-1", "a.txt", TEXT.encode())
    monkeypatch.setattr(client, "WRITE_LIMIT", timedelta(seconds=0.05))
    for operation, call in (
        ("upload", bench.docs.upload("s-1", "a.txt", TEXT.encode())),
        ("export", bench.docs.export("s-1", Format.TEXT, "a.txt")),
    ):
        bench.sandbox.faults.add(Fault(operation, "slow", delay_s=0.2))
        with pytest.raises(TransientError, match="in time"):
            await call


@pytest.fixture
async def two(bench):
    """A bench with a session of two documents, and their ids by name."""
    await bench.docs.upload("s-1", "Supply.txt", TEXT.encode())
    session = bench.sandbox.sessions["s-1"]
    session.upload("<p>Rent is due within 30 days.</p>", "Lease.txt", "new_focused")
    bench.ids = {document.name: document.document_id for document in await bench.docs.roster("s-1")}
    return bench


async def test_a_session_tells_its_documents(two):
    """Each document has its name and its text, the one in focus first; an unknown session has none."""
    lease, supply = await two.docs.roster("s-1")
    assert (lease.name, supply.name) == ("Lease.txt", "Supply.txt")
    assert "Rent" in lease.html
    assert "Payment" in supply.html
    assert lease.document_id != supply.document_id
    assert lease.durable_id != supply.durable_id
    assert await two.docs.roster("never seen") == ()


async def test_each_of_several_documents_can_be_had(two):
    """Whichever has the focus, the one that is asked for comes, under either of its ids."""
    for name, word in (("Supply.txt", "Payment"), ("Lease.txt", "Rent"), ("Supply.txt", "Payment")):
        assert word in (await two.docs.export("s-1", Format.TEXT, name, two.ids[name])).text
    durable = {document.name: document.durable_id for document in await two.docs.roster("s-1")}
    assert "Rent" in (await two.docs.export("s-1", Format.TEXT, "Lease.txt", durable["Lease.txt"])).text
    with pytest.raises(GoneError, match="Lease"):
        await two.docs.export("s-1", Format.TEXT, "Lease.txt", "doc_gone")


async def test_changes_say_which_document_they_are_about(two):
    """A batch that spans documents names them change by change, and news of the documents stop no stream."""
    job_id = await two.docs.start("s-1", "Change “30 days” to “60 days” in all documents.", Mode.REVIEW, None)
    seen = await two.glimpses(job_id, until=Hint.PAUSED)
    assert seen[-1].hint is Hint.PAUSED
    about = {proposal.document_id for proposal in (await two.paused(job_id)).proposals}
    assert about == set(two.ids.values())


async def test_an_edit_is_about_the_document_that_was_chosen(two):
    """Document, model and depth arrive as they were chosen, and only that document is changed."""
    pinned = two.ids["Supply.txt"]
    chosen = Options(Tier.MAX, Depth.DEEP, pinned)
    job_id = await two.docs.start("s-1", ASKED, Mode.REVIEW, TEXT, chosen)
    job = two.sandbox.jobs[job_id]
    assert (job.model_tier, job.thinking_depth, job.document_id) == ("max", "deep", pinned)
    assert (await two.glimpses(job_id, until=Hint.PAUSED))[-1].hint is Hint.PAUSED
    assert {proposal.document_id for proposal in (await two.paused(job_id)).proposals} == {pinned}


async def test_a_success_in_part_names_what_is_missing(bench):
    """An approved change that SuperDocs could not apply is named by it; the others are not."""
    bench.sandbox.behaviour.change({"fails_to_apply": 1})
    await bench.docs.upload("s-1", "a.txt", TEXT.encode())
    done = await applied(bench)
    assert done.status is Status.COMPLETED
    assert len(done.unapplied) == 1


@pytest.mark.parametrize("told", ["object", "sentence"])
async def test_a_spent_month_is_told_with_its_numbers(bench, told):
    """Whoever cannot start says how much is used up, and from when on it may be asked again."""
    bench.sandbox.behaviour.change({"quota_remaining": 0, "quota_told_as": told})
    with pytest.raises(RefusedError, match=r"500 of 500\. It may be asked again from .* UTC on\.") as refusal:
        await bench.start([])
    assert refusal.value.code == "quota_exhausted"
    assert len(bench.sandbox.calls.named("chat_async")) == 1


async def test_a_busy_session_says_with_what(bench):
    """What keeps a session busy can be told by its instruction."""
    await bench.docs.upload("s-1", "a.txt", TEXT.encode())
    await bench.docs.start("s-1", ASKED, Mode.REVIEW, None)
    with pytest.raises(RefusedError, match="busy with another edit"):
        await bench.docs.start("s-1", "And another.", Mode.REVIEW, None)
    (busy,) = await bench.docs.jobs_of("s-1")
    assert busy.message == ASKED
