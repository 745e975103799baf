"""The guard: genuine requests pass, everything else is refused by its cheapest fault, and nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.web.guard import LARGEST, Claim, Guard, Reason
from tests.unit.web.wire import NOW, SECRET, Headers, signature, signed

BODY = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"

guard = Guard(SECRET)


def judged(headers: Headers, body: bytes = BODY, now: float = NOW) -> Reason | None:
    """Judge a whole request, as the door does."""
    claim = guard.examine(headers, now)
    return claim if isinstance(claim, Reason) else guard.verify(claim, body)


def test_what_slacks_own_sdk_signs_is_genuine():
    """The SDK is an independent witness of how a request is signed."""
    made = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW), body=BODY)
    assert judged([(TIMESTAMP, str(NOW)), (SIGNATURE, made or "")]) is None


def test_the_example_of_slacks_documentation_is_genuine():
    """Source: https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    seal = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = [(TIMESTAMP, "1531420618"), (SIGNATURE, seal)]
    assert judged(headers, body, now=1531420618) is None


def test_names_of_headers_know_no_case():
    """HTTP says so, and proxies write them as they like."""
    assert judged([(name.upper(), value) for name, value in signed(BODY)]) is None


def test_an_empty_secret_is_refused_at_once():
    """Anybody can sign with nothing."""
    with pytest.raises(ValueError, match="secret"):
        Guard("")


@pytest.mark.parametrize("offset", [-300, -299, 0, 299, 300])
def test_within_five_minutes_a_request_is_fresh(offset: int):
    """In both directions: clocks differ."""
    assert judged(signed(BODY), now=NOW + offset) is None


@pytest.mark.parametrize("offset", [-86_400, -301, -300.5, 300.5, 301, 86_400])
def test_beyond_five_minutes_it_is_stale_although_genuine(offset: float):
    """A recorded request cannot be played again later, and the word says that it may be the clock's fault."""
    assert judged(signed(BODY), now=NOW + offset) is Reason.STALE


@pytest.mark.parametrize(
    "timestamp",
    [
        "", " ", "now", "-1790000000", "+1790000000", "1790000000.0", "1_790_000_000", " 1790000000", "1790000000\n",
        "0x6ab13b80", "1.79e9", "nan", "inf", "١٧٩٠٠٠٠٠٠٠", "１７９０００００００", "9" * 12, "9" * 5000, "17900000\x0000", "\udcff",
    ],
)  # fmt: skip
def test_a_timestamp_of_another_shape_is_malformed(timestamp: str):
    """Eleven digits of ASCII at most; Python would read many of these as a number."""
    assert judged([(TIMESTAMP, timestamp), signed(BODY)[1]]) is Reason.MALFORMED


def test_the_longest_timestamp_is_a_number_and_far_away():
    """It is judged as a time."""
    assert judged([(TIMESTAMP, "9" * 11), signed(BODY)[1]]) is Reason.STALE


@pytest.mark.parametrize(
    "seal",
    [
        "", "v0", "v0=", "v0=" + "0" * 63, "v0=" + "0" * 65, "v0=" + "g" * 64, "v1=" + "0" * 64, "V0=" + "0" * 64,
        signature(BODY).upper(), signature(BODY)[3:], signature(BODY) + "\n", " " + signature(BODY), "v0=" + "０" * 64,
        "v0=" + "\udcff" * 64, "v0=" + "0" * 100_000,
    ],
)  # fmt: skip
def test_a_signature_of_another_shape_is_malformed(seal: str):
    """Lower-case hex of the one length that there is; comparing anything else could raise."""
    assert judged([signed(BODY)[0], (SIGNATURE, seal)]) is Reason.MALFORMED


@pytest.mark.parametrize("name", [TIMESTAMP, SIGNATURE])
def test_each_header_stands_there_exactly_once(name: str):
    """Missing or doubled, even with the same value, is no request of Slack's."""
    genuine = signed(BODY)
    assert judged([header for header in genuine if header[0] != name]) is Reason.MALFORMED
    assert judged([*genuine, (name.lower(), dict(genuine)[name])]) is Reason.MALFORMED


@pytest.mark.parametrize("length", ["", "-1", "1e3", "+5", "0x10", "9" * 19, "9" * 5000, "1 1", "１"])
def test_a_length_of_another_shape_is_malformed(length: str):
    """Nothing is read for it."""
    assert guard.examine([*signed(BODY), ("Content-Length", length)], NOW) is Reason.MALFORMED


def test_a_declared_length_beyond_the_limit_is_refused_before_anything_else():
    """Not even the other headers are looked at."""
    assert guard.examine([("Content-Length", str(LARGEST + 1))], NOW) is Reason.TOO_LARGE
    within = guard.examine([*signed(BODY), ("Content-Length", str(LARGEST))], NOW)
    assert within == Claim(str(NOW), signature(BODY))


def test_a_body_beyond_the_limit_is_refused_whatever_it_declared():
    """Signed or not."""
    large = bytes(LARGEST + 1)
    assert judged(signed(large), large) is Reason.TOO_LARGE
    assert judged(signed(large[1:]), large[1:]) is None


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_a_signature_is_good_for_its_own_body_only(one: bytes, other: bytes):
    """Byte by byte: nothing is normalized."""
    assert judged(signed(one), other) is (None if one == other else Reason.FORGED)


@pytest.mark.parametrize("secret", [SECRET + "x", SECRET[:-1], SECRET.upper(), "x"])
def test_another_secret_is_a_forgery(secret: str):
    """However near."""
    assert judged(signed(BODY, secret=secret)) is Reason.FORGED


def test_the_signed_timestamp_is_the_text_that_came():
    """A leading zero makes another signature, though the number is the same."""
    padded = f"0{NOW}"
    assert judged([(TIMESTAMP, padded), (SIGNATURE, signature(BODY))]) is Reason.FORGED
    assert judged(signed(BODY, padded)) is None


@given(
    st.lists(
        st.tuples(st.sampled_from([TIMESTAMP, SIGNATURE, "Content-Length", "X"]), st.text(max_size=80)), max_size=6
    ),
    st.binary(max_size=200),
)  # fmt: skip
def test_nothing_raises_and_nothing_passes_by_chance(headers: Headers, body: bytes):
    """Whatever is sent."""
    assert judged(headers, body) in set(Reason)
