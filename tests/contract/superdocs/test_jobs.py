"""The edge to SuperDocs against the sandbox's SuperDocs, over loopback, in both ages and every habit."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.sighting import Hint, Status
from bot.core.submitting import Answer
from bot.sandbox.faults import Fault
from bot.superdocs import SuperDocs, calls

KEY = "sk_sandbox"
EDIT = {"operation": "edit", "old_html": "<p>within 30 days</p>", "new_html": "<p>within 60 days</p>"}
DELETE = {"operation": "delete", "old_html": "<p>Old clause.</p>", "new_html": None}
CREATE = {"operation": "create", "old_html": None, "new_html": "<p>New clause.</p>"}


@pytest.mark.parametrize("age", ["five", "eleven"])
@pytest.mark.parametrize("pending", ["list", "string", "object"])
async def test_a_story_from_start_to_document(bench, age, pending):
    """In each age and form: work is seen, the pause is seen, the answers count, and the document comes."""
    bench.sandbox.behaviour.change({"age": age, "pending_changes_as": pending})
    job_id = await bench.start([EDIT, DELETE, CREATE])
    seen = await bench.glimpses(job_id, until=Hint.PAUSED)
    assert Hint.PROGRESS in {g.hint for g in seen}
    assert any(g.document_html for g in seen) == (age == "eleven")
    sighting = await bench.paused(job_id)
    assert sighting.status is Status.REVIEW
    assert [p.operation for p in sighting.proposals] == ["edit", "delete", "create"]
    assert not any(p.defect for p in sighting.proposals)
    assert sighting.updated_at is not None
    assert sighting.updated_at.timestamp() == bench.now
    assert await bench.approve(job_id, sighting.proposals)
    assert (await bench.glimpses(job_id, seen[-1].sequence))[-1].hint is Hint.ENDED
    done = await bench.docs.read(job_id)
    assert done.status is Status.COMPLETED
    assert done.response
    assert done.usage["monthly_limit"] == 500


async def test_every_form_gives_the_same_digests(bench):
    """A job that changes how it writes its changes waits on the same changes."""
    sightings = []
    job_id = await bench.start([EDIT, DELETE])
    for pending in ("list", "string", "object"):
        bench.sandbox.behaviour.change({"pending_changes_as": pending})
        sightings.append((await bench.paused(job_id)).proposals)
    assert sightings[0] == sightings[1] == sightings[2]
    assert len(sightings[0]) == 2


@pytest.mark.parametrize("refusal", ["status", "event"])
@pytest.mark.parametrize("place", ["header", "query", "both"])
async def test_the_stream_is_shown_the_key_where_it_looks(bench, place, refusal):
    """Wherever a stream looks for the key and however it refuses one, it is followed; the way is remembered."""
    bench.sandbox.behaviour.change({"stream_auth": place, "stream_refuses_by": refusal})
    job_id = await bench.start([EDIT])
    for _ in range(2):
        assert (await bench.glimpses(job_id, until=Hint.PAUSED))[-1].hint is Hint.PAUSED
    asked = ["api_key" in call.arguments for call in bench.sandbox.calls.named("stream")]
    assert asked == ([False, True, True] if place == "query" else [False, False])


@pytest.mark.parametrize("refusal", ["status", "event"])
async def test_a_wrong_key_is_refused_everywhere(bench, refusal):
    """A revoked key is a refusal in every call and on the stream, after two tries there."""
    job_id = await bench.start([EDIT])
    bench.sandbox.behaviour.change({"api_key": "sk_other", "stream_refuses_by": refusal})
    for call in (bench.docs.read(job_id), bench.docs.waiting(), bench.glimpses(job_id)):
        with pytest.raises(RefusedError) as caught:
            await call
        assert caught.value.code == "key_refused"
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("age", ["five", "eleven"])
@pytest.mark.parametrize("honours", [True, False])
async def test_a_resumed_stream_repeats_nothing(bench, age, honours):
    """Whether the server obeys `last_sequence` or repeats everything, the same news comes once."""
    bench.sandbox.behaviour.change({"age": age, "honours_last_sequence": honours})
    job_id = await bench.start([EDIT])
    seen = await bench.glimpses(job_id, until=Hint.PAUSED)
    await bench.approve(job_id, (await bench.paused(job_id)).proposals)
    news = await bench.glimpses(job_id, seen[-1].sequence)
    assert min(g.sequence for g in news if g.sequence) == seen[-1].sequence + 1
    assert Hint.PAUSED not in {g.hint for g in news}


async def test_feedback_opens_a_round_with_other_digests(bench):
    """After a denial with feedback the job proposes again; the same id with another text is another change."""
    bench.sandbox.behaviour.change({"repeat_change_ids": True})
    again = {**EDIT, "new_html": "<p>within 45 days</p>"}
    job_id = await bench.start([EDIT], [again])
    (first,) = (await bench.paused(job_id)).proposals
    denied = Answer(first.change_id, is_approved=False, feedback="45 days, not 60.")
    assert await bench.docs.submit("s-1", job_id, [denied])
    (second,) = (await bench.paused(job_id)).proposals
    assert (second.change_id, second.content.new_html) == (first.change_id, "<p>within 45 days</p>")
    assert second.digest != first.digest
    assert bench.sandbox.approvals[0]["changes"][0]["feedback"] == "45 days, not 60."


@pytest.mark.parametrize(("tells", "complete"), [(True, True), (False, False)])
async def test_only_the_servers_word_completes_a_batch(bench, tells, complete):
    """An older server that does not say whether the batch is complete leaves it to the next read."""
    bench.sandbox.behaviour.change({"approve_tells_completion": tells})
    job_id = await bench.start([EDIT])
    assert await bench.approve(job_id, (await bench.paused(job_id)).proposals) is complete
    await bench.stands(job_id, "completed")


@pytest.mark.parametrize("age", ["five", "eleven"])
async def test_a_prompt_is_another_pause(bench, age):
    """A continue prompt is told apart, refuses approvals, and is answered at its own endpoint."""
    bench.sandbox.behaviour.change({"age": age, "continue_prompts": 1})
    job_id = await bench.start([EDIT])
    sighting = await bench.paused(job_id)
    assert (sighting.status, sighting.proposals) == (Status.PROMPT, ())
    assert bool(sighting.prompt) == (age == "eleven")
    with pytest.raises(RefusedError) as caught:
        await bench.docs.submit("s-1", job_id, [Answer("ch_1", is_approved=True)])
    assert caught.value.code == "wrong_endpoint"
    await bench.docs.resume("s-1", job_id, goes_on=True)
    assert (await bench.paused(job_id)).status is Status.REVIEW
    with pytest.raises(RefusedError) as caught:
        await bench.docs.resume("s-1", job_id, goes_on=True)
    assert caught.value.code == "wrong_endpoint"


@pytest.mark.parametrize(("habit", "status"), [("refuses", Status.REVIEW), ("works", Status.CANCELLED)])
async def test_a_paused_job_may_not_be_cancellable(bench, habit, status):
    """Where a paused job is not cancelled, that is a refusal of its own kind."""
    bench.sandbox.behaviour.change({"cancel_paused": habit})
    job_id = await bench.start([EDIT])
    await bench.paused(job_id)
    if habit == "refuses":
        with pytest.raises(RefusedError) as caught:
            await bench.docs.cancel(job_id)
        assert caught.value.code == "not_cancellable"
    else:
        await bench.docs.cancel(job_id)
    assert (await bench.docs.read(job_id)).status is status


@pytest.mark.parametrize("pending", ["list", "string", "object"])
async def test_lists_show_who_waits(bench, pending):
    """The compact lists name the jobs and the ids they wait on."""
    bench.sandbox.behaviour.change({"pending_changes_as": pending})
    first, second = await bench.start([EDIT, DELETE]), await bench.start([CREATE], session_id="s-2")
    for job_id in (first, second):
        await bench.paused(job_id)
    listed = {job.job_id: (job.session_id, job.status, job.change_ids) for job in await bench.docs.waiting()}
    assert listed == {
        first: ("s-1", Status.REVIEW, ("ch_1", "ch_2")),
        second: ("s-2", Status.REVIEW, ("ch_1",)),
    }
    assert [job.job_id for job in await bench.docs.jobs_of("s-2")] == [second]
    assert await bench.docs.jobs_of("never seen") == ()


async def test_the_account_tells_its_balance(bench):
    """What is left of the month can be asked."""
    bench.sandbox.behaviour.change({"quota_remaining": 7})
    assert (await bench.docs.balance()).remaining == 7


@pytest.mark.parametrize("nested", [True, False])
async def test_a_busy_session_refuses_a_second_edit(bench, nested):
    """While a job waits, its session takes no other, and the refusal says why."""
    bench.sandbox.behaviour.change({"busy_nested": nested})
    await bench.paused(await bench.start([EDIT]))
    with pytest.raises(RefusedError, match="another edit") as caught:
        await bench.start([EDIT])
    assert caught.value.code == "session_busy"


@pytest.mark.parametrize(
    ("settings", "code"), [({"quota_remaining": 0}, "quota_exhausted"), ({"max_html_bytes": 10}, "too_large")]
)
async def test_an_edit_that_cannot_start_says_why(bench, settings, code):
    """A used-up month and too large a document are refusals that a person can act on."""
    bench.sandbox.behaviour.change(settings)
    with pytest.raises(RefusedError) as caught:
        await bench.start([EDIT])
    assert caught.value.code == code


@pytest.mark.parametrize("as_object", [True, False])
async def test_a_cancelled_job_ends_its_stream(bench, as_object):
    """The end of a job shows on its stream and in the job, however its error is written."""
    bench.sandbox.behaviour.change({"error_as_object": as_object, "cancel_paused": "works"})
    job_id = await bench.start([EDIT])
    await bench.paused(job_id)
    await bench.docs.cancel(job_id)
    assert (await bench.glimpses(job_id))[-1].hint is Hint.ENDED
    assert "cancelled" in (await bench.docs.read(job_id)).error


async def test_a_job_that_lapsed_is_gone(bench):
    """After its hour a paused job is a sighting of nothing, and answers to it are refused."""
    job_id = await bench.start([EDIT])
    proposals = (await bench.paused(job_id)).proposals
    bench.now += 3600
    assert (await bench.docs.read(job_id)).status is Status.GONE
    with pytest.raises(GoneError):
        await bench.approve(job_id, proposals)
    assert [g.hint for g in await bench.glimpses(job_id)] == [Hint.ENDED]


async def test_a_lost_answer_may_have_counted(bench):
    """An approval whose answer was lost is unknown; the job tells that it counted, and a second one is refused."""
    job_id = await bench.start([EDIT])
    proposals = (await bench.paused(job_id)).proposals
    bench.sandbox.faults.add(Fault("approve", "lost"))
    with pytest.raises(OutcomeUnknownError):
        await bench.approve(job_id, proposals)
    await bench.stands(job_id, "completed")
    assert (await bench.docs.read(job_id)).status is Status.COMPLETED
    with pytest.raises(RefusedError) as caught:
        await bench.approve(job_id, proposals)
    assert caught.value.code == "not_awaiting"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("approve", "refuse"), OutcomeUnknownError),
        (Fault("approve", "error", status=500), OutcomeUnknownError),
        (Fault("approve", "error", status=502, body="<html>Bad gateway</html>"), OutcomeUnknownError),
        (Fault("approve", "error", status=504), OutcomeUnknownError),
        (Fault("approve", "error", status=200, body="OK"), OutcomeUnknownError),
        (Fault("approve", "cut", after_bytes=10), OutcomeUnknownError),
        (Fault("approve", "rate"), TransientError),
        (Fault("approve", "rate", retry_after=7), TransientError),
        (Fault("approve", "error", status=400, error="Job is not awaiting approval"), RefusedError),
        (Fault("approve", "error", status=410), GoneError),
    ],
    ids=lambda value: f"{value.kind} {value.status}" if isinstance(value, Fault) else "",
)
async def test_each_fault_of_a_submission_is_what_it_is(bench, fault, error):
    """What may have counted, what did not and what is refused are three different things; nothing is repeated."""
    job_id = await bench.start([EDIT])
    proposals = (await bench.paused(job_id)).proposals
    bench.sandbox.faults.add(fault)
    with pytest.raises(error) as caught:
        await bench.approve(job_id, proposals)
    assert type(caught.value) is error
    assert getattr(caught.value, "retry_after_s", None) == fault.retry_after
    assert len(bench.sandbox.calls.named("approve")) == 1


async def test_a_slow_answer_is_given_up(bench, monkeypatch):
    """An answer that comes after the call's time counts as lost, although it was a yes."""
    monkeypatch.setattr(calls, "WRITE_LIMIT", timedelta(seconds=0.05))
    job_id = await bench.start([EDIT])
    proposals = (await bench.paused(job_id)).proposals
    bench.sandbox.faults.add(Fault("approve", "slow", delay_s=0.2))
    with pytest.raises(OutcomeUnknownError, match="in time"):
        await bench.approve(job_id, proposals)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("get_job", "refuse"),
        Fault("get_job", "cut", after_bytes=20),
        Fault("get_job", "rate", retry_after=3),
        Fault("get_job", "error", status=503),
        Fault("get_job", "error", status=404, body="<html>Not found</html>"),
        Fault("get_job", "error", status=200, body="[[[["),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
async def test_a_failed_read_is_tried_again(bench, fault):
    """Whatever keeps a read from its answer passes, and the next one tells the truth."""
    job_id = await bench.start([EDIT])
    await bench.paused(job_id)
    bench.sandbox.faults.add(fault)
    with pytest.raises(TransientError):
        await bench.docs.read(job_id)
    assert (await bench.docs.read(job_id)).status is Status.REVIEW


async def test_a_stream_cut_anywhere_ends_and_goes_on(bench):
    """At whatever byte a stream breaks off, it ends, and following on from there misses nothing."""
    job_id = await bench.start([EDIT])
    await bench.approve(job_id, (await bench.paused(job_id)).proposals)
    await bench.stands(job_id, "completed")
    whole = [g for g in await bench.glimpses(job_id) if g.sequence]
    for after_bytes in (*range(1, 400, 13), 5000):
        bench.sandbox.faults.add(Fault("stream", "cut", after_bytes=after_bytes))
        seen = [g for g in await bench.glimpses(job_id) if g.sequence]
        rest = await bench.glimpses(job_id, max((g.sequence for g in seen), default=0))
        assert [*seen, *(g for g in rest if g.sequence)] == whole


@pytest.mark.parametrize("fault", [Fault("stream", "rate"), Fault("stream", "error", status=500)])
async def test_a_stream_in_trouble_is_passing(bench, fault):
    """A stream that cannot be had now may be had later."""
    job_id = await bench.start([EDIT])
    bench.sandbox.faults.add(fault)
    with pytest.raises(TransientError):
        await bench.glimpses(job_id)


async def test_leaving_a_stream_leaves_no_connection(bench):
    """Whoever stops following, at an event or in silence, leaves nothing that the server must keep."""
    bench.sandbox.behaviour.change({"keepalive_s": 0.01})
    job_id = await bench.start([EDIT])
    await bench.paused(job_id)
    for _ in range(3):
        await bench.glimpses(job_id, until=Hint.PAUSED)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bench.glimpses(job_id), 0.03)
    async with asyncio.timeout(5):
        # The calls keep one, for the next call. Nothing tells when a server has noticed that a client left.
        while bench.connections > 1:  # noqa: ASYNC110 - there is no event to wait for.
            await asyncio.sleep(0)


async def test_nobody_there_is_passing():
    """Where nobody listens, certainly nothing happened."""
    docs = SuperDocs("http://127.0.0.1:9", KEY)
    with pytest.raises(TransientError, match="could not be reached"):
        await docs.submit("s-1", "job_1", [Answer("ch_1", is_approved=True)])
    with pytest.raises(TransientError, match="could not be reached"):
        await anext(docs.follow("s-1", "job_1"))
    await docs.close()
