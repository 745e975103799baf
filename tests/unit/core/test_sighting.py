"""What one read of a job tells."""

from __future__ import annotations

from bot.core.sighting import ENDED, Glimpse, Hint, Listed, Sighting, Status


def test_three_statuses_are_an_end():
    """A job that is gone has not ended by its own account: that takes a second look."""
    assert {Status.COMPLETED, Status.FAILED, Status.CANCELLED} == ENDED


def test_a_sighting_claims_nothing_that_was_not_said():
    """Everything but the status may be missing."""
    bare = Sighting(Status.GONE)
    assert (bare.proposals, bare.updated_at, bare.updated_html, bare.error) == ((), None, None, "")
    assert bare.usage is not Sighting(Status.GONE).usage


def test_events_and_lists_may_leave_things_out():
    """An event without a number, and a list without change ids, are still what they are."""
    assert Glimpse(Hint.NOISE).sequence == 0
    assert Listed("job_1", "slack-1", Status.REVIEW).change_ids == ()
