"""What Slack's refusals mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.core.errors import BugError, GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.slack.errors import BUGS, GONE, REFUSALS, TRANSIENT, ask, translated
from tests.unit.slack.bench import refusal, response

if TYPE_CHECKING:
    from slack_sdk.web.async_slack_response import AsyncSlackResponse


class Unreachable(aiohttp.ClientConnectorError):
    """A connection that was never made."""

    def __init__(self) -> None:
        """Know nothing of the address."""

    def __str__(self) -> str:
        return "unreachable"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("token_revoked", RefusedError),
        ("account_inactive", RefusedError),
        ("channel_not_found", RefusedError),
        ("not_in_channel", RefusedError),
        ("is_archived", RefusedError),
        ("message_not_found", GoneError),
        ("invalid_blocks", BugError),
        ("msg_blocks_too_long", BugError),
        ("internal_error", TransientError),
        ("duplicate_message_not_found", OutcomeUnknownError),
        ("some_new_code", RefusedError),
    ],
)
def test_a_code_means_one_thing(code: str, kind: type[RelayError]) -> None:
    """Each of Slack's words leads to the error that callers treat in their own way."""
    assert type(translated(refusal(code))) is kind


def test_a_refusal_says_what_to_do_and_keeps_slacks_word() -> None:
    """People get a sentence, programs the code."""
    error = translated(refusal("not_in_channel"))
    assert isinstance(error, RefusedError)
    assert error.code == "not_in_channel"
    assert "invite the app" in str(error)


@pytest.mark.parametrize(("posts", "kind"), [(True, OutcomeUnknownError), (False, TransientError)])
@pytest.mark.parametrize(
    "error",
    [
        refusal("internal_error"),
        refusal("", 503),
        TimeoutError(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        ValueError("no JSON"),
    ],
)
def test_a_lost_answer_is_unknown_only_where_it_matters(
    error: Exception, posts: bool, kind: type[RelayError]
) -> None:
    """After a post, nobody knows whether it happened; anything else may simply be done again."""
    assert type(translated(error, posts=posts)) is kind


def test_what_never_reached_slack_certainly_did_nothing() -> None:
    """A connection that could not be made leaves no doubt, even for a post."""
    assert type(translated(Unreachable(), posts=True)) is TransientError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 1.0),
        ("0", 1.0),
        ("-1", 1.0),
        ("3600", 300.0),
        ("1e9", 300.0),
        ("inf", 300.0),
        ("nan", 30.0),
        ("soon", 30.0),
        ("Sun, 22 Nov 2026 12:00:00 GMT", 30.0),
        ("", 30.0),
        (None, 30.0),
    ],
)
def test_slack_says_how_long_to_wait(header: str | None, seconds: float) -> None:
    """Retry-After is obeyed as far as it is a sensible number, and a post that was refused for it was not made."""
    headers = {} if header is None else {"retry-after": header}
    error = translated(refusal("ratelimited", 429, headers), posts=True)
    assert isinstance(error, TransientError)
    assert error.retry_after_s == seconds


def test_a_429_of_a_proxy_counts_too() -> None:
    """Slack's edge says 429 in plain words, not in JSON."""
    plain = SlackApiError("", response(429, "slow down"))
    assert isinstance(translated(plain), TransientError)


def test_no_code_is_in_two_tables() -> None:
    """One code, one meaning."""
    tables = [set(REFUSALS), set(GONE), set(TRANSIENT), set(BUGS)]
    assert sum(map(len, tables)) == len(set().union(*tables))


@pytest.mark.parametrize("error", [BUGS, TRANSIENT, REFUSALS, GONE])
def test_every_error_is_a_sentence(error: Any) -> None:
    """Whatever comes of a code, people may read it."""
    for code in error:
        said = str(translated(refusal(code)))
        assert said[0].isupper()
        assert said.endswith(".")


async def test_an_answer_is_its_data() -> None:
    """What Slack said is returned as it was."""
    assert await ask(_answering({"ok": True, "ts": "1.2"})) == {"ok": True, "ts": "1.2"}


@pytest.mark.parametrize(("posts", "kind"), [(True, OutcomeUnknownError), (False, TransientError)])
async def test_a_200_that_is_no_answer_is_a_lost_one(posts: bool, kind: type[RelayError]) -> None:
    """A proxy's page under a 200 says nothing about what Slack did."""
    with pytest.raises(kind):
        await ask(_answering(b"<html>"), posts=posts)


async def _answering(data: Any) -> AsyncSlackResponse:
    return response(200, data)
