"""What every refusal and every broken connection means."""

import json
import ssl
import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.superdocs.errors import Code, decipher, translate

KEY = "sk_0123456789abcdef0123456789abcdef"


def deciphered(status: int, body: object = b"", *, is_write: bool = True, **headers: str) -> RelayError:
    """Decipher an answer; a body that is no bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return decipher(status, httpx.Headers(named), raw, is_write=is_write)


BUSY = {"error_code": "session_busy", "active_jobs": 1, "message": "Another request is being processed."}
USAGE: dict[str, Any] = {"x_usage_limit": "500", "x_usage_used": "500", "x_usage_remaining": "0"}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"detail": "Message cannot be empty"}, Code.REFUSED),
        (400, {"detail": "Job is not awaiting approval"}, Code.NOT_AWAITING),
        (400, {"error": "Job is not awaiting approval", "code": "bad_state"}, Code.NOT_AWAITING),
        (401, {"detail": "Invalid API key"}, Code.KEY_REFUSED),
        (402, {}, Code.QUOTA_EXHAUSTED),
        (403, {"detail": "Not your session"}, Code.FORBIDDEN),
        (403, {"detail": "Monthly quota exceeded"}, Code.QUOTA_EXHAUSTED),
        (404, {"detail": "Job not found"}, Code.GONE),
        (410, b"", Code.GONE),
        (405, {"detail": "Method Not Allowed"}, Code.REFUSED),
        (409, {"detail": BUSY}, Code.SESSION_BUSY),
        (409, {**BUSY, "detail": BUSY["message"]}, Code.SESSION_BUSY),
        (409, {"detail": {"code": "session_busy"}}, Code.SESSION_BUSY),
        (409, {"detail": {"error_code": "wrong_resume_endpoint", "message": "Waits."}}, Code.WRONG_ENDPOINT),
        (409, {"detail": "Job is paused on a continue prompt"}, Code.WRONG_ENDPOINT),
        (413, {"detail": {"error_code": "payload_too_large", "max_bytes": 1}}, Code.TOO_LARGE),
        (413, b"<html>Request Entity Too Large</html>", Code.TOO_LARGE),
        (400, {"detail": "Unsupported file type: .doc"}, Code.UNSUPPORTED),
        (422, {"detail": {"code": "unsupported_file_type"}}, Code.UNSUPPORTED),
        (415, b"", Code.UNSUPPORTED),
        (400, {"detail": "Failed to parse PDF"}, Code.UNREADABLE),
        (422, {"detail": {"message": "The file is password protected"}}, Code.UNREADABLE),
        (
            422,
            {"detail": [{"loc": ["body", "job_id"], "msg": "Field required", "type": "missing"}]},
            Code.INVALID,
        ),
        (301, b"", Code.BAD_ADDRESS),
        (308, b"<html>", Code.BAD_ADDRESS),
        (418, b"\xff", Code.REFUSED),
    ],
)
def test_a_clear_no_is_a_refusal_with_a_code(status, body, code):
    """Every refusal says what it is about, whatever it is an answer to, in a sentence."""
    for is_write in (True, False):
        error = deciphered(status, body, is_write=is_write)
        assert isinstance(error, RefusedError)
        assert error.code == code
        assert isinstance(error, GoneError) == (code is Code.GONE)
        assert str(error).endswith(".")
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            deciphered(409, {"detail": BUSY}),
            "The session is busy with another edit. Wait for its end, or stop it.",
        ),
        (
            deciphered(409, {"detail": {**BUSY, "active_jobs": 3}}),
            "The session is busy with 3 other edits. Wait for its end, or stop it.",
        ),
        (
            deciphered(401, {"detail": f"Invalid API key {KEY}."}),
            "SuperDocs refused the key: check SUPERDOCS_API_KEY (401): Invalid API key (key).",
        ),
        (
            deciphered(
                422, {"detail": [{"loc": ["body", "changes", 0, "approved"], "msg": "Field required"}, 7]}
            ),
            "SuperDocs did not accept what was sent (422): changes.0.approved: Field required.",
        ),
        (
            deciphered(429, {"detail": {"message": "Used up."}}, x_usage_limit="2000", x_usage_remaining="0"),
            "The month's operations at SuperDocs are used up (all 2,000).",
        ),
        (
            deciphered(404, {"detail": "Job not found"}),
            "SuperDocs does not know what was asked for: Job not found.",
        ),
        (
            deciphered(413, b"<html>"),
            "The document is too large for SuperDocs (413): it takes about 20 MB of HTML, and files of 32 MB.",
        ),
        (
            deciphered(413, {"detail": {"message": "Too big.", "max_bytes": 52_428_800}}),
            "The document is too large for SuperDocs (413): it takes 50 MB.",
        ),
        (
            deciphered(413, {"detail": {"max_bytes": 9000}}),
            "The document is too large for SuperDocs (413): it takes 9,000 bytes.",
        ),
        (
            deciphered(413, {"detail": {"message": "Over 100 MB.", "suggested_action": "email_request"}}),
            "The document is too large for SuperDocs (413): Over 100 MB.",
        ),
        (
            deciphered(415, {"detail": "Unsupported media type"}),
            "SuperDocs does not take files of this kind (415): Unsupported media type.",
        ),
        (
            deciphered(400, {"detail": "Could not read the DOCX: the archive is corrupt."}),
            "SuperDocs cannot read this file (400): Could not read the DOCX: the archive is corrupt.",
        ),
        (
            deciphered(429, b"{}", **USAGE, retry_after="86400", date="Wed, 02 Sep 2026 10:00:00 GMT"),
            (
                "The month's operations at SuperDocs are used up: 500 of 500. "
                "It may be asked again from 3 September 2026, 10:00 UTC on."
            ),
        ),
        (
            deciphered(
                429,
                {"detail": {"error_code": "quota_exhausted", "monthly_used": 2001, "monthly_limit": 2000}},
                retry_after="Thu, 01 Oct 2026 00:00:00 GMT",
                date="Wed, 02 Sep 2026 10:00:00 GMT",
            ),
            (
                "The month's operations at SuperDocs are used up: 2,001 of 2,000. "
                "It may be asked again from 1 October 2026, 00:00 UTC on."
            ),
        ),
        (
            deciphered(402, {"usage": {"monthly_used": 500, "monthly_limit": 500}}),
            "The month's operations at SuperDocs are used up: 500 of 500.",
        ),
    ],
)
def test_the_sentences_are_for_people(error, sentence):
    """Whoever reads the error knows what is wrong, and where they can, what to do."""
    assert str(error) == sentence


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"detail": {"error_code": "quota_exhausted"}}, {}),
        ({"detail": "Monthly operation limit reached"}, {"retry_after": "86400"}),
        ({"detail": "You have used all operations"}, {"retry_after": "30"}),
        ({"detail": "Too many"}, {}),
        ({"detail": "Too many"}, {"retry_after": "86400"}),
        (b"", USAGE),
        (b"Too Many Requests", {**USAGE, "retry_after": "10"}),
    ],
)
def test_a_used_up_month_is_a_refusal(body, headers):
    """No waiting within the hour brings operations back: a person must know."""
    error = deciphered(429, body, **headers)
    assert isinstance(error, RefusedError)
    assert error.code == Code.QUOTA_EXHAUSTED


@pytest.mark.parametrize(
    ("body", "headers", "wait"),
    [
        (b"Too Many Requests", {}, None),
        (b"<html>Slow down</html>", {}, None),
        (b"Too Many Requests", {"retry_after": "30"}, 30.0),
        (b"", {"retry_after": "0"}, 0.0),
        (b"", {"retry_after": "soon"}, None),
        (b"", {"retry_after": "-5"}, None),
        ({"detail": "Rate limit"}, {"retry_after": "30"}, 30.0),
        ({"detail": "Rate limit"}, {"x_usage_remaining": "12"}, None),
        (
            b"",
            {"retry_after": "Wed, 02 Sep 2026 10:00:30 GMT", "date": "Wed, 02 Sep 2026 10:00:00 GMT"},
            30.0,
        ),
        (b"", {"retry_after": "Wed, 02 Sep 2026 10:00:30 GMT"}, None),
        (b"", {"retry_after": "Wed, 02 Sep 2026 10:00:30 GMT", "date": "Wed, 02 Sep 2026 10:01:00 GMT"}, 0.0),
    ],
)
def test_a_surge_passes(body, headers, wait):
    """Too much traffic is waited out, as long as the other side wishes; certainly nothing was done."""
    for is_write in (True, False):
        error = deciphered(429, body, is_write=is_write, **headers)
        assert isinstance(error, TransientError)
        assert error.retry_after_s == wait


@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "86400"},
        {"retry_after": "soon", "date": "Wed, 02 Sep 2026 10:00:00 GMT"},
        {"retry_after": "30", "date": "Wed, 02 Sep 2026 10:00:00 GMT"},
        {"retry_after": "99999999999999", "date": "Wed, 02 Sep 2026 10:00:00 GMT"},
        {"retry_after": "86400", "date": "Fri, 31 Dec 9999 23:59:59 GMT"},
    ],
)
def test_no_date_is_made_up(headers):
    """When SuperDocs does not say a moment that can be meant, none is told."""
    assert str(deciphered(429, b"", **USAGE, **headers)).endswith("used up: 500 of 500.")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_a_broken_server_leaves_a_write_unknown(status):
    """After a server error a read is tried again, and a write must be looked for."""
    assert isinstance(deciphered(status, b"<html>", is_write=True), OutcomeUnknownError)
    read = deciphered(status, is_write=False, retry_after="3")
    assert isinstance(read, TransientError)
    assert read.retry_after_s == 3


@pytest.mark.parametrize("status", [404, 410])
def test_a_gateways_page_does_not_make_a_job_gone(status):
    """A page in place of an answer says nothing about the job: only SuperDocs itself may forget it."""
    for is_write in (True, False):
        error = deciphered(status, b"  <!doctype html><h1>404</h1>", is_write=is_write)
        assert isinstance(error, TransientError)


@pytest.mark.parametrize(
    "words",
    ["<p>The parties agree</p>", f"key {KEY} is bad", "key lce_abcdef is bad", "x" * 5000, "half \ud800"],
)
def test_no_document_and_no_key_is_quoted(words):
    """What SuperDocs writes is quoted only when it is short and plain, and never with a key in it."""
    for body in (
        {"detail": words},
        {"detail": {"message": words}},
        {"detail": [{"loc": ["body"], "msg": words}]},
    ):
        sentence = str(deciphered(400, body))
        assert len(sentence) < 300
        assert "The parties" not in sentence
        assert KEY not in sentence
        assert "lce_" not in sentence
        assert sentence.encode()


def test_a_field_list_never_quotes_what_was_sent():
    """A 422 repeats its input, which may be the document: only the field and the complaint are taken."""
    item = {
        "loc": ["body", "document_html"],
        "msg": "Input should be a string",
        "input": "<p>Secret text</p>",
    }
    sentence = str(deciphered(422, {"detail": [item]}))
    assert "document_html: Input should be a string" in sentence
    assert "Secret" not in sentence


NEVER_SENT = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("full"),
    httpx.ProxyError("no"),
]
MAYBE_SENT = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.CloseError("reset"),
    httpx.RemoteProtocolError("disconnected"),
    httpx.LocalProtocolError("odd"),
    TimeoutError(),
]


@pytest.mark.parametrize("error", NEVER_SENT, ids=lambda e: type(e).__name__)
def test_without_a_connection_nothing_happened(error):
    """What was certainly never sent may be sent again."""
    assert isinstance(translate(error, is_write=True), TransientError)
    assert isinstance(translate(error, is_write=False), TransientError)


@pytest.mark.parametrize("error", MAYBE_SENT, ids=lambda e: type(e).__name__)
def test_a_lost_answer_to_a_write_is_unknown(error):
    """Anything after sending may have taken effect; a read may simply be repeated."""
    assert isinstance(translate(error, is_write=True), OutcomeUnknownError)
    assert isinstance(translate(error, is_write=False), TransientError)


@pytest.mark.parametrize("error", [httpx.InvalidURL("bad"), httpx.UnsupportedProtocol("ftp")])
def test_a_wrong_address_is_for_a_person(error):
    """No repetition makes an address out of what is none."""
    refusal = translate(error, is_write=True)
    assert isinstance(refusal, RefusedError)
    assert refusal.code == Code.BAD_ADDRESS


def test_an_untrusted_certificate_is_named():
    """The commonest trouble behind a company's proxy is told from an outage."""
    cause = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    assert "certificate" in str(translate(httpx.ConnectError(str(cause)), is_write=False))


def test_no_address_is_repeated():
    """The text of a library's error, which may hold the address and the key in it, is never taken over."""
    for error in (*NEVER_SENT, *MAYBE_SENT):
        error.args = (f"GET https://superdocs.test/stream?api_key={KEY}",)
        assert KEY not in "".join(traceback.format_exception(translate(error, is_write=True)))


@settings(deadline=None, max_examples=100)
@given(
    st.integers(300, 599),
    st.dictionaries(st.sampled_from(["retry-after", "x-usage-remaining", "date"]), st.text(max_size=9)),
    st.binary(max_size=40)
    | st.recursive(
        st.none() | st.text(max_size=5),
        lambda inner: (
            st.dictionaries(st.sampled_from(["detail", "loc", "msg", "code"]), inner) | st.lists(inner)
        ),
        max_leaves=6,
    ).map(lambda body: json.dumps(body).encode()),
)
def test_every_answer_is_one_of_our_errors(status, headers, body):
    """Whatever comes back is deciphered, in one line that can be encoded."""
    error = decipher(status, headers, body, is_write=True)
    assert isinstance(error, RelayError)
    assert str(error).encode()
    assert len(str(error).splitlines()) == 1
