"""The life of a job, from the request to its end, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.sandbox.superdocs import Proposal, SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[Any]]

THREE = 'replace "30 days" with "60 days"; add "9.3 New." after "9.1"; delete "may agree otherwise"'


async def test_a_job_pauses_and_applies_what_was_approved(
    start: Start, reach: Reach, approve: Approve
) -> None:
    """Approved changes are in the updated document; everything else keeps its bytes."""
    job_id = await start('replace "30 days" with "60 days"')
    paused = await reach(job_id)
    (change,) = paused["metadata"]["pending_changes"]
    assert (change["operation"], change["chunk_id"]) == ("edit", "pay")
    assert change["old_html"] == "<p>4.1 The Buyer shall pay within <b>30</b> days &amp; no later.</p>"
    assert change["new_html"] == "<p>4.1 The Buyer shall pay within <b>60</b> days &amp; no later.</p>"
    assert (change["batch_id"], change["batch_total"]) == (None, None)
    assert (await approve(job_id, ch_1=True)).json() == {
        "status": "ok",
        "message": "Approval processed",
        "batch_complete": True,
    }
    done = await reach(job_id, "completed")
    assert done["metadata"]["pending_changes"] is None
    assert done["result"]["document_changes"]["changes"] == [{"change_id": "ch_1", "status": "approved"}]
    assert done["result"]["usage"]["was_billable"] is True


async def test_untouched_text_keeps_its_bytes(
    start: Start, reach: Reach, approve: Approve, contract: str
) -> None:
    """The updated document is the old one but for the figure that was to change."""
    job_id = await start('replace "30 days" with "60 days"')
    await reach(job_id)
    await approve(job_id, ch_1=True)
    done = await reach(job_id, "completed")
    assert done["result"]["document_changes"]["updated_html"] == contract.replace("30", "60")


async def test_a_batch_of_all_three_kinds(start: Start, reach: Reach, approve: Approve) -> None:
    """Edit, create and delete stand in one batch, in the order of the document."""
    job_id = await start(THREE)
    changes = (await reach(job_id))["metadata"]["pending_changes"]
    assert [change["operation"] for change in changes] == ["edit", "create", "delete"]
    assert {change["batch_id"] for change in changes} == {"ch_1"}
    assert {change["batch_total"] for change in changes} == {3}
    assert (changes[1]["old_html"], changes[1]["insert_after_chunk_id"]) == (None, "law")
    assert changes[2]["new_html"] is None
    await approve(job_id, ch_1=True, ch_2=True, ch_3=True)
    html = (await reach(job_id, "completed"))["result"]["document_changes"]["updated_html"]
    assert "<b>60</b>" in html
    assert ">9.3 New.</p>" in html
    assert "otherwise" not in html


async def test_feedback_brings_a_revision_and_siblings_are_applied_first(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """The next round has only what was denied with feedback, under a new id."""
    job_id = await start(THREE)
    await reach(job_id)
    await approve(job_id, ch_1="90 days", ch_2=True, ch_3=True)
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    (change,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert change["change_id"] == "ch_4"
    assert change["new_html"] == "<p>4.1 The Buyer shall pay within <b>90</b> days &amp; no later.</p>"
    assert "90 days" in change["ai_explanation"]
    document = superdocs.sessions["s"].document
    assert document is not None
    assert "9.3 New." in document.html


async def test_any_number_of_rounds(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """Feedback can be given again and again; only the last wording is applied."""
    job_id = await start('replace "30 days" with "60 days"')
    for number in (1, 2, 3):
        await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
        assert (await approve(job_id, **{f"ch_{number}": f"{40 + number} days"})).status_code == 200
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    await approve(job_id, ch_4=True)
    done = await reach(job_id, "completed")
    assert "<b>43</b> days" in done["result"]["document_changes"]["updated_html"]
    assert [status["status"] for status in done["result"]["document_changes"]["changes"]] == [
        *["denied"] * 3,
        "approved",
    ]


async def test_ids_may_repeat_between_rounds(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """With that habit the revision is called like the change that it revises."""
    superdocs.behaviour.repeat_change_ids = True
    job_id = await start('replace "30 days" with "60 days"')
    await reach(job_id)
    await approve(job_id, ch_1="90 days")
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    (change,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert (change["change_id"], "90" in change["new_html"]) == ("ch_1", True)


@pytest.mark.parametrize(("habit", "applied"), [("stops", True), ("discards_siblings", False)])
async def test_a_plain_denial_ends_the_job(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs, habit: Any, applied: bool
) -> None:
    """Nothing is proposed again, not even what had feedback; whether approved siblings are applied depends."""
    superdocs.behaviour.plain_denial = habit
    job_id = await start(THREE)
    await reach(job_id)
    await approve(job_id, ch_1=True, ch_2="shorter", ch_3=False)
    changes = (await reach(job_id, "completed"))["result"]["document_changes"]
    assert ("<b>60</b>" in (changes["updated_html"] or "")) is applied
    assert {entry["change_id"]: entry["status"] for entry in changes["changes"]} == {
        "ch_1": "approved" if applied else "discarded",
        "ch_2": "denied",
        "ch_3": "denied",
    }


async def test_a_plain_denial_may_drop_only_its_change(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """With that habit a sibling denied with feedback still comes again."""
    superdocs.behaviour.plain_denial = "drops"
    job_id = await start(THREE)
    await reach(job_id)
    await approve(job_id, ch_1="90 days", ch_2=True, ch_3=False)
    pending = await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    assert [change.proposal.chunk_id for change in pending] == ["pay"]


async def test_completed_does_not_mean_edited(start: Start, reach: Reach, approve: Approve) -> None:
    """All denied: the job is completed, the text is not there, and nothing was billed."""
    job_id = await start('replace "30 days" with "60 days"')
    await reach(job_id)
    await approve(job_id, ch_1=False)
    result = (await reach(job_id, "completed"))["result"]
    assert result["document_changes"]["updated_html"] is None
    assert result["usage"]["was_billable"] is False


async def test_feedback_to_keep_the_original_ends_the_change(
    start: Start, reach: Reach, approve: Approve
) -> None:
    """The proposal is dropped, and the job goes on without it."""
    job_id = await start('replace "30 days" with "60 days"')
    await reach(job_id)
    await approve(job_id, ch_1="keep the original")
    assert (await reach(job_id, "completed"))["result"]["document_changes"]["updated_html"] is None


@pytest.mark.parametrize("mode", ["approve_all", "banana"])
async def test_any_other_mode_applies_without_asking(start: Start, reach: Reach, mode: str) -> None:
    """A misspelt approval mode is not refused: the edit is applied and billed."""
    job_id = await start('replace "30 days" with "60 days"', approval_mode=mode)
    result = (await reach(job_id, "completed"))["result"]
    assert result["document_changes"]["changes"] == [{"change_id": "ch_1", "status": "auto_approved"}]
    assert "<b>60</b>" in result["document_changes"]["updated_html"]
    assert result["usage"]["was_billable"] is True


@pytest.mark.parametrize(
    ("message", "fields", "says"),
    [
        ("answer only: what is the term?", {}, "answer only"),
        ("change it", {"document_html": None}, "no document"),
        ('replace "nowhere" with "x"', {}, "could not find “nowhere”"),
    ],
)
async def test_a_pause_may_never_come(
    start: Start, reach: Reach, message: str, fields: dict[str, Any], says: str
) -> None:
    """The job completes with an answer and no document changes."""
    result = (await reach(await start(message, **fields), "completed"))["result"]
    assert says in result["response"]
    assert result["document_changes"] is None


@pytest.mark.parametrize(
    ("as_object", "error"),
    [
        (False, "The model could not complete this request."),
        (True, {"message": "The model could not complete this request.", "code": "job_failed"}),
    ],
)
async def test_a_failed_job_has_its_error(
    start: Start, reach: Reach, superdocs: SuperDocs, as_object: bool, error: Any
) -> None:
    """The error is a string, or an object where that is the habit; there is no result."""
    superdocs.behaviour.error_as_object = as_object
    job = await reach(await start("fail"), "failed")
    assert (job["error"], job["result"]) == (error, None)


async def test_a_follow_up_works_on_the_same_document(start: Start, reach: Reach, approve: Approve) -> None:
    """Without `document_html` the session's document is used, with the earlier changes in it."""
    first = await start('replace "30 days" with "60 days"')
    await reach(first)
    await approve(first, ch_1=True)
    await reach(first, "completed")
    second = await start('replace "60 days" with "90 days"', document_html=None)
    (change,) = (await reach(second))["metadata"]["pending_changes"]
    assert "<b>90</b>" in change["new_html"]


async def test_a_script_goes_before_the_ideas_of_the_ai(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """Scripted rounds are proposed one after the other, with their odd fields and lacks as they are."""
    superdocs.script.append(
        [{"change_id": "odd", "operation": "replace_span", "chunk_id": "pay", "surprise": 1}]
    )
    superdocs.script.append(
        [Proposal("edit", "law", "<p>9.1 German law applies.</p>", "<p>Any law.</p>", "Scripted.")]
    )
    job_id = await start("whatever")
    assert (await reach(job_id))["metadata"]["pending_changes"] == [
        {"change_id": "odd", "operation": "replace_span", "chunk_id": "pay", "surprise": 1}
    ]
    await approve(job_id, odd="again")
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    (change,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert (change["change_id"], change["ai_explanation"]) == ("ch_2", "Scripted.")
    await approve(job_id, ch_2=True)
    html = (await reach(job_id, "completed"))["result"]["document_changes"]["updated_html"]
    assert '<p data-chunk-id="law">Any law.</p>' in html


async def test_a_change_without_a_place_is_told_as_failed(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """Approved is not applied: a chunk that is not there cannot be changed."""
    superdocs.script.append([{"operation": "edit", "chunk_id": "nowhere", "new_html": "<p>x</p>"}])
    job_id = await start("whatever")
    await reach(job_id)
    await approve(job_id, ch_1=True)
    changes = (await reach(job_id, "completed"))["result"]["document_changes"]
    assert (changes["changes"], changes["updated_html"]) == (
        [{"change_id": "ch_1", "status": "failed"}],
        None,
    )


async def test_compact_answers_have_diffs_instead_of_the_text(
    start: Start, reach: Reach, approve: Approve
) -> None:
    """`response_mode: compact` leaves the updated document out and lists what changed."""
    job_id = await start('replace "30 days" with "60 days"', response_mode="compact")
    await reach(job_id)
    await approve(job_id, ch_1=True)
    changes = (await reach(job_id, "completed"))["result"]["document_changes"]
    assert changes["updated_html"] is None
    assert [diff["chunk_id"] for diff in changes["chunk_diffs"]] == ["pay"]


async def test_operations_are_used_up(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """An applied edit costs one operation; the last one says that the quota is exhausted."""
    superdocs.behaviour.quota_remaining = 1
    job_id = await start('replace "30 days" with "60 days"')
    await reach(job_id)
    await approve(job_id, ch_1=True)
    usage = (await reach(job_id, "completed"))["result"]["usage"]
    assert (usage["monthly_used"], usage["monthly_remaining"], usage["quota_exhausted"]) == (500, 0, True)


async def test_a_crash_of_the_ai_is_a_failed_job(start: Start, reach: Reach, superdocs: SuperDocs) -> None:
    """Nonsense in a script ends the job and says so, instead of leaving it at work for ever."""
    superdocs.script.append([17])  # type: ignore[list-item] # Nonsense is the point.
    assert (await reach(await start("whatever"), "failed"))["error"] == "Internal server error"


@pytest.mark.parametrize("count", [0, 2, 3, 20])
async def test_progress_is_told_as_often_as_wished(
    start: Start, reach: Reach, superdocs: SuperDocs, count: int
) -> None:
    """So many `intermediate` events come before the proposals, each with other words."""
    superdocs.behaviour.thoughts = count
    await reach(await start('replace "30 days" with "60 days"'))
    told = [event.data["content"] for event in superdocs.latest.events if event.name == "intermediate"]
    assert (len(told), len(set(told))) == (count, count)


async def test_a_job_at_work_gets_on(start: Start, superdocs: SuperDocs) -> None:
    """Its events come one after the other over the time that it takes, and its progress grows; a cancel ends both."""
    superdocs.behaviour.change({"thoughts": 1000, "work_s": 10})
    job = superdocs.jobs[await start("improve this")]
    seen = await superdocs.until(lambda: job.progress > 10 and job.last_sequence, within_s=5)
    assert await superdocs.until(lambda: job.last_sequence > seen and job.status == "in_progress", within_s=5)
    assert job.pending == []


async def test_what_comes_as_html_keeps_its_bytes(start: Start, reach: Reach, approve: Approve) -> None:
    """Ids, attributes nobody knows, comments, odd quotes and odd case: all as they were, around the one figure."""
    html = (
        "<!DOCTYPE html>\n<html><head><style>p > b {color: red}</style><!-- kept --></head><body>\r\n"
        "<P class='a  b' DATA-Own=\"1 > 0\" data-chunk-id='x-1' hidden>Pay in <B x-y=z>30</B>&nbsp;days&amp;c.\t</P>\n"
        '<p data-chunk-id="x-2" aria-label="é&quot;">Kept &lt;so&gt; &#8364;<br/></p >\n'
        "<custom-block data-chunk-id=x-3 @click='go()'>own</custom-block>\n</body></html>\n"
    )
    job_id = await start('replace "in 30" with "in 60"', document_html=html)
    (change,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert change["chunk_id"] == "x-1"
    await approve(job_id, ch_1=True)
    done = await reach(job_id, "completed")
    assert done["result"]["document_changes"]["updated_html"] == html.replace("30", "60")


async def test_a_contract_of_fifty_pages(start: Start, reach: Reach, approve: Approve) -> None:
    """25,000 words in 300 chunks, 40 instructions in one message: 40 changes, and nothing else is touched."""
    words = (
        "the Supplier delivers the goods in time and the Buyer pays for them as agreed in this clause " * 5
    )
    chunks = [f'<p data-chunk-id="c{number}">{number} {words}term{number}.</p>' for number in range(300)]
    message = "; ".join(f'replace "term{number}" with "period{number}"' for number in range(0, 280, 7))
    job_id = await start(message, document_html="\n".join(chunks))
    changes = (await reach(job_id))["metadata"]["pending_changes"]
    assert [change["chunk_id"] for change in changes] == [f"c{number}" for number in range(0, 280, 7)]
    await approve(job_id, **{change["change_id"]: True for change in changes})
    done = await reach(job_id, "completed")
    expected = [
        chunk if number % 7 or number >= 280 else chunk.replace("term", "period")
        for number, chunk in enumerate(chunks)
    ]
    assert done["result"]["document_changes"]["updated_html"].split("\n") == expected
