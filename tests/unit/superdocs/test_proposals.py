"""Pending changes in every form."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.proposal import Content, Proposal
from bot.superdocs.proposals import SIDE_LIMIT, parse_proposals

ONE = {
    "change_id": "ch_1",
    "operation": "edit",
    "chunk_id": "c-1",
    "old_html": "<p>a</p>",
    "new_html": "<p>b</p>",
}
TWO = {
    "change_id": "ch_2",
    "operation": "delete",
    "chunk_id": "c-2",
    "old_html": "<p>x</p>",
    "new_html": None,
}
BOTH = ["ch_1", "ch_2"]


def ids(raw: object) -> list[str]:
    """Return the ids of the proposals in a pending set."""
    return [proposal.change_id for proposal in parse_proposals(raw)]


@pytest.mark.parametrize(
    "raw",
    [
        [ONE, TWO],
        json.dumps([ONE, TWO]),
        json.dumps(json.dumps([ONE, TWO])),
        {"batch_id": "ch_1", "changes": [ONE, TWO]},
        json.dumps({"batch_id": "ch_1", "changes": json.dumps([ONE, TWO])}),
        {
            "type": "proposed_change_batch",
            "content": json.dumps({"type": "batch_approval", "changes": [ONE, TWO]}),
        },
        [json.dumps(ONE), {"type": "proposed_change", "content": json.dumps(TWO)}],
        [None, ONE, [], {}, TWO],
    ],
    ids=["list", "string", "twice", "object", "strings inside", "event", "mixed", "gaps"],
)
def test_every_wrapping_gives_the_same_changes(raw):
    """However the changes are wrapped, they are the same ones, in their order and without a defect."""
    assert parse_proposals(raw) == parse_proposals([ONE, TWO])
    assert ids(raw) == BOTH
    assert not any(proposal.defect for proposal in parse_proposals(raw))


@pytest.mark.parametrize(
    "raw", [None, [], {}, "", "null", "[]", "  ", {"changes": None}, {"changes": []}, [None]]
)
def test_nothing_is_nothing(raw):
    """An absent, null or empty set holds no change."""
    assert parse_proposals(raw) == ()


def test_a_whole_change_is_read_exactly():
    """Every part that matters is taken over as it is; the explanation beside it."""
    told = {
        **ONE,
        "document_id": "doc_primary",
        "ai_explanation": "Because.",
        "machine_checks": {"words_new": 1},
    }
    assert parse_proposals(told) == (
        Proposal(
            change_id="ch_1",
            operation="edit",
            content=Content("<p>a</p>", "<p>b</p>", "Because."),
            chunk_id="c-1",
            document_id="doc_primary",
        ),
    )


@pytest.mark.parametrize(
    ("place", "expected"), [("insert_after_chunk_id", ("c-7", "")), ("insert_before_chunk_id", ("", "c-7"))]
)
def test_a_new_chunk_names_its_neighbour(place, expected):
    """A create says beside which chunk it will stand, and on which side of it."""
    (proposal,) = parse_proposals(
        {"change_id": "ch_3", "operation": "create", "new_html": "<p>n</p>", place: "c-7"}
    )
    assert (proposal.after_id, proposal.before_id) == expected
    assert proposal.content.old_html is None


@pytest.mark.parametrize("operation", ["replace", "replace_span", "split", ""])
def test_unknown_operations_are_kept(operation):
    """A word for an operation that nobody knows is no reason to hide the change."""
    (proposal,) = parse_proposals({**ONE, "operation": operation})
    assert proposal.operation == operation
    assert proposal.defect == ""


@pytest.mark.parametrize("absent", ["operation", "chunk_id", "new_html", "ai_explanation"])
def test_any_field_but_the_id_may_be_absent_or_null(absent):
    """One missing field does not make a change unreadable."""
    without = {name: value for name, value in ONE.items() if name != absent}
    (missing,), (null,) = parse_proposals(without), parse_proposals({**ONE, absent: None})
    assert missing == null
    assert missing.defect == ""


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"old_html": 5}, "other than text here: old_html"),
        ({"new_html": {"html": "<p>b</p>"}}, "other than text here: new_html"),
        ({"chunk_id": ["c-1"], "operation": 1}, "other than text here: operation, chunk_id"),
        ({"change_id": None}, "without an id"),
        ({"change_id": ""}, "without an id"),
        ({"change_id": 7}, "other than text here: change_id"),
        ({"old_html": None, "new_html": None}, "did not send what"),
        ({"new_html": "half \ud83d"}, "halves of characters, which cannot be shown: new_html"),
        ({"chunk_id": "\udc00"}, "halves of characters, which cannot be shown: chunk_id"),
        ({"old_html": "x" * (SIDE_LIMIT + 1)}, "too long to be compared: old_html"),
        ({"chunk_id": "c" * 501}, "more than 500 characters: chunk_id"),
    ],
)
def test_a_change_that_cannot_be_judged_says_why(wrong, sentence):
    """Each thing that hides what a change does is a sentence, and its neighbour is none the worse for it."""
    broken, whole = parse_proposals([{**ONE, **wrong}, TWO])
    assert sentence in broken.defect
    assert broken.defect.endswith(".")
    assert whole == parse_proposals(TWO)[0]


def test_an_unreadable_explanation_is_no_defect():
    """The explanation is only a claim: what is wrong with it takes nobody's Approve away."""
    (number,), (half,) = (parse_proposals({**ONE, "ai_explanation": x}) for x in (5, "caf\udce9"))
    assert (number.defect, half.defect) == ("", "")
    assert half.content.explanation == "caf\ufffd"


def test_a_bare_id_is_a_change_without_its_text():
    """Compact answers name ids only: those changes are there, and cannot be approved."""
    proposals = parse_proposals(["ch_1", "ch_2"])
    assert [p.change_id for p in proposals] == BOTH
    assert all("did not send" in p.defect for p in proposals)


@pytest.mark.parametrize("junk", [5, True, {"what": "ever"}, "garbage", [[5]], {"ch_1": {"old": "a"}}])
def test_what_nobody_understands_is_a_change_that_can_only_be_denied(junk):
    """Something is pending that nobody understands: it is shown as that, never left out."""
    (proposal, whole) = parse_proposals([junk, ONE])
    assert proposal.defect
    assert whole.change_id == "ch_1"


def test_equal_changes_are_one_and_different_ones_with_one_id_are_two():
    """A repeated change is dropped; a second text under the same id is never hidden behind the first."""
    other = {**ONE, "new_html": "<p>c</p>"}
    proposals = parse_proposals([ONE, other, dict(ONE), {**ONE, "ai_explanation": "Again."}])
    assert [p.content.new_html for p in proposals] == ["<p>b</p>", "<p>c</p>"]
    assert len({p.digest for p in proposals}) == 2


def test_values_of_the_wrong_type_still_tell_changes_apart():
    """Two changes whose texts are no texts are not taken for one."""
    assert len(parse_proposals([{**ONE, "new_html": 1}, {**ONE, "new_html": 2}])) == 2


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ONE, "changes", "content", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=80)
@given(st.lists(ANYTHING, max_size=3), st.lists(ANYTHING, max_size=3))
def test_no_junk_costs_a_whole_change(before, after):
    """Whatever stands beside two whole changes, both are found, unharmed."""
    proposals = parse_proposals([*before, ONE, TWO, *after])
    for whole in parse_proposals([ONE, TWO]):
        assert whole in proposals
    assert len({p.digest for p in proposals}) == len(proposals)


@settings(deadline=None, max_examples=80)
@given(st.dictionaries(st.sampled_from([*ONE]), ANYTHING))
def test_no_change_is_approvable_unless_it_can_be_read(told):
    """A change without a defect has an id and a text, and all of it can be encoded."""
    for proposal in parse_proposals({**ONE, **told}):
        if not proposal.defect:
            assert proposal.change_id
            sides = [proposal.content.old_html, proposal.content.new_html]
            assert any(side is not None for side in sides)
            assert "".join(side or "" for side in sides).encode() is not None
