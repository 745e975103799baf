"""What goes wrong is told in one shape, with a code for programs, and never with what a request held."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from bot.core.errors import BugError, GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.web.problems import Fault, ProblemError, answering


async def answered(error):
    """Return the answer to a request whose handler raises."""

    @answering
    async def handler(_request):
        raise error

    return await handler(make_mocked_request("GET", "/v1/watch/job_1"))


def told(response):
    """Return a problem's fields."""
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    return json.loads(response.text)


async def test_what_is_done_is_answered_as_it_is():
    """A problem comes only of what is raised."""
    done = web.Response()

    @answering
    async def handler(_request):
        return done

    assert await handler(make_mocked_request("GET", "/")) is done


async def test_a_problem_says_its_status_in_words_and_numbers():
    """With the code, the sentence, the fields that are wrong, and the headers that belong to it."""
    fault = Fault(pointer="/job_id", detail="Must be an id.")
    response = await answered(
        ProblemError(HTTPStatus.CONFLICT, "busy", "It is busy.", errors=[fault], headers={"Allow": "POST"})
    )
    assert (response.status, response.headers["Allow"]) == (409, "POST")
    assert told(response) == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "busy",
        "detail": "It is busy.",
        "errors": [{"pointer": "/job_id", "detail": "Must be an id."}],
    }


async def test_a_problem_may_say_no_more_than_its_code():
    """Whoever has no token learns nothing else."""
    response = await answered(ProblemError(HTTPStatus.UNAUTHORIZED, "unauthorized"))
    assert set(told(response)) == {"type", "title", "status", "code"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("unknown_job", 404),
        ("session_mismatch", 409),
        ("job_ended", 409),
        ("too_late", 409),
        ("channel_not_found", 422),
        ("key_refused", 502),
        ("", 502),
    ],
)
async def test_a_refusal_has_the_status_of_its_code(code, status):
    """Ours are the caller's to mend; another's no to the relay itself is not."""
    response = await answered(RefusedError("No, because.", code=code))
    assert response.status == status
    assert (told(response)["code"], told(response)["detail"]) == (code or "refused", "No, because.")


@pytest.mark.parametrize("field", ["job_id", "session_id", "channel", "requester", "document"])
async def test_a_refused_field_is_pointed_at(field):
    """As one that has the wrong shape is."""
    response = await answered(RefusedError("Not this one.", code=field))
    assert response.status == 422
    assert told(response)["errors"] == [{"pointer": f"/{field}", "detail": "Not this one."}]


async def test_what_is_gone_is_not_found():
    """Whatever it was."""
    assert (await answered(GoneError("Gone.", code="whatever"))).status == 404


@pytest.mark.parametrize(
    ("error", "status", "wait_s"),
    [
        (TransientError("Down."), 503, "5"),
        (TransientError("Down.", retry_after_s=30.2), 503, "31"),
        (OutcomeUnknownError("Lost."), 503, "5"),
        (RefusedError("Full.", code="crowded"), 503, "5"),
        (RefusedError("Starting.", code="session_starting"), 409, "5"),
    ],
)
async def test_what_passes_says_when_to_come_again(error, status, wait_s):
    """In whole seconds, and never before the other side wants it."""
    response = await answered(error)
    assert (response.status, response.headers["Retry-After"]) == (status, wait_s)
    assert told(response)["detail"] == str(error)


@pytest.mark.parametrize("error", [BugError("canary-91c2"), ValueError("canary-91c2")])
async def test_what_breaks_is_told_and_logged_without_its_words(error):
    """They may quote the request."""
    with capture_logs() as logged:
        response = await answered(error)
    assert (response.status, told(response)["code"]) == (500, "bug")
    assert "canary" not in response.text
    assert [(entry["event"], entry["kind"]) for entry in logged] == [("request.broken", type(error).__name__)]
    assert "canary" not in str(logged)
