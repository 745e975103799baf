"""A proposal is named by exactly what would be applied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.proposal import Content, Proposal
from tests.make import make_proposal


@pytest.mark.parametrize(
    "difference",
    [
        {"change_id": "ch_2"},
        {"operation": "replace"},
        {"chunk_id": "elsewhere"},
        {"after_id": "a-chunk"},
        {"before_id": "a-chunk"},
        {"document_id": "doc_2"},
        {"content": Content("<p>30 days</p>", "<p>60 days </p>")},
        {"content": Content("<p>31 days</p>", "<p>60 days</p>")},
        {"content": Content(None, "<p>60 days</p>")},
    ],
)
def test_a_digest_names_everything_that_would_be_applied(difference):
    """Any other byte, place or operation is another digest."""
    proposal = make_proposal()
    assert replace(proposal, **difference).digest != proposal.digest


def test_a_digest_does_not_depend_on_what_is_only_said():
    """The AI's words and our own finding are not applied, so they do not make another version."""
    proposal = make_proposal()
    talk = replace(proposal, content=replace(proposal.content, explanation="Really harmless."), defect="odd")
    assert talk.digest == proposal.digest


def test_parts_of_a_digest_cannot_flow_into_each_other():
    """The same letters, cut elsewhere, are another proposal."""
    empty = Content("", "")
    assert Proposal("ab", "c", empty).digest != Proposal("a", "bc", empty).digest


def test_an_absent_side_is_not_an_empty_one():
    """Nothing there and an empty text there are two things."""
    assert Proposal("a", "edit", Content(None, "x")).digest != Proposal("a", "edit", Content("", "x")).digest
    assert (
        Proposal("a", "edit", Content("x", None)).digest
        != Proposal("a", "edit", Content("x", "absent")).digest
    )


def test_a_digest_takes_any_text():
    """A lone surrogate has a digest too, and another one than the question mark."""
    broken, plain = (Proposal("a", "edit", Content("x", text)).digest for text in ("\ud800", "?"))
    assert len(broken) == 64
    assert broken != plain
