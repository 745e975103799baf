"""The content of messages: named by a fingerprint, acted on through targets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.summary import (
    Action,
    Does,
    JobSummary,
    Line,
    NoticeSummary,
    Summary,
    change_target,
    fingerprint,
    round_target,
    spoken_of,
)
from tests.make import later, make_change, make_job, make_round

SUMMARY = JobSummary("Edit of a document", "U0REQ", "Longer.", "supply.html", Line("Working…"))


def test_a_fingerprint_tells_whether_a_message_would_say_something_else():
    """The same content has the same name, however often it is made; any difference has another."""
    assert fingerprint(SUMMARY) == fingerprint(replace(SUMMARY))
    others: list[Summary] = [
        replace(SUMMARY, status=Line("Working…", quote="Reading")),
        replace(SUMMARY, actions=(Action(Does.STOP, "Stop this edit", "ref"),)),
        NoticeSummary("Edit of a document", "Working…", later(0)),
    ]
    assert len({fingerprint(SUMMARY), *(fingerprint(other) for other in others)}) == 4


def test_any_text_has_a_fingerprint():
    """A lone surrogate in a document does not keep its card from being posted."""
    assert len(fingerprint(replace(SUMMARY, document="\ud800.html"))) == 16


def test_a_change_s_target_names_its_version():
    """The button on an old card names the digest that it showed."""
    job, change = make_job(make_round()), make_change()
    assert change_target(job, change) == f"{job.ref}.1.{change.digest[:12]}"
    assert change_target(job, replace(change, digest="f" * 64)) != change_target(job, change)


def test_a_round_s_target_names_its_number():
    """A round is known by its job and its place in it."""
    assert round_target(make_job(), make_round(number=3)) == "ref0000000000001.3"


def test_the_names_of_actions_are_permanent():
    """Old messages keep their buttons: a name that was given once is never given to something else."""
    assert {does.value for does in Does} == {
        "approve", "deny", "deny_with_feedback", "undo", "review_change", "review_all", "approve_all",
        "deny_all", "send_now", "stop_edit", "ask_again", "continue_job", "halt_job",
        "ask_all_again", "pass_on", "stop_other_edit", "edit_again",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("Supply agreement.html", "Supply agreement"),
        ("Lease v1.2.DOCX", "Lease v1.2"),
        ("Lease v1.2", "Lease v1.2"),
        ("terms.example", "terms.example"),
        (".html", ".html"),
        ("", ""),
    ],
)
def test_a_document_is_spoken_of_without_the_type_of_its_file(document: str, said: str):
    """What is no type of documents is part of the name."""
    assert spoken_of(document) == said
