"""An outage of the store fills no log with tracebacks, and hides none of a bug."""

from __future__ import annotations

import logging

import pytest
from redis.exceptions import ReadOnlyError

from bot.engine.brief import be_brief

TELLS = logging.getLogger("docket.worker")


@pytest.mark.parametrize(
    ("error", "said", "is_brief"),
    [
        (ReadOnlyError("secret"), "Away for 1 s (ReadOnlyError)", True),
        (ValueError("oops"), "Away for 1 s", False),
    ],
)
def test_docket_says_what_the_store_did_in_one_line(caplog, error, said, is_brief):
    """Its kind, not its words; what is no trouble of the store's keeps its traceback."""
    be_brief()
    be_brief()
    with caplog.at_level(logging.WARNING, logger=TELLS.name):
        try:
            raise error
        except type(error):
            TELLS.warning("Away for %d s", 1, exc_info=True)
    (record,) = caplog.records
    assert (record.getMessage(), record.exc_info is None) == (said, is_brief)


def test_what_has_no_error_is_left_alone(caplog):
    """Most of what it says."""
    be_brief()
    with caplog.at_level(logging.INFO, logger=TELLS.name):
        TELLS.info("Starting worker %r", "w")
    assert caplog.messages == ["Starting worker 'w'"]
