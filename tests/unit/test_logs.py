"""What is logged, and what never is: no secret leaves, whatever way it came into a line."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from bot import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Configure = Callable[..., io.StringIO]

OWN = "a-secret-of-this-deployment"
CANARY = "CANARY0123456789"
SHAPES = {
    "a bot token": f"xoxb-1-2-{CANARY}",
    "a user's token": f"xoxp-1-{CANARY}",
    "an app token": f"xapp-1-A0-{CANARY}",
    "a key of SuperDocs": f"sk_{CANARY}",
    "a secret that outcomes are signed with": f"whsec_{CANARY}==",
    "another key of SuperDocs": f"lce_{CANARY}",
    "a key in several parts": f"sk_live_part-{CANARY}",
    "a key in an address": f"https://api.example/stream?job_id=j&api_key={CANARY}&x=1",
    "a ticket in an address": f"wss://wss.example/link/?ticket={CANARY}&app_id=1",
    "a header": f"Authorization: Bearer {CANARY}",
    "an address to answer at": f"https://hooks.slack.com/commands/T0/1/{CANARY}",
    "a password in an address": f"rediss://relay:{CANARY}@redis.example:6379/0",
    "a password without a name": f"redis://:{CANARY}@redis.example",
}


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Give a way to set up logging into memory; everything is as before when the test is over."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    written = io.StringIO()

    def configured(level: str = "debug", style: str | None = "json") -> io.StringIO:
        monkeypatch.setattr(sys, "stderr", written)
        logs.configure(level, style, [OWN, "short"])
        structlog.configure(cache_logger_on_first_use=False)  # Later tests read what their loggers say.
        return written

    yield configured
    root.handlers, root.level = handlers, level
    for name, quiet in levels.items():
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    """Return what was logged, line by line."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def fail(inner: str, outer: str) -> None:
    """Raise one error because of another."""
    raise RuntimeError(outer) from ValueError(inner)


# No secret leaves.


@pytest.mark.parametrize("secret", [OWN, *SHAPES.values()], ids=["one's own", *SHAPES])
def test_a_secret_never_stands_in_a_line(configure: Configure, secret: str):
    """As a value, deep in a value, as bytes, as an argument of a library's line, or in its text."""
    written = configure()
    log, library = structlog.get_logger("bot.test"), logging.getLogger("somebody.else")
    log.info("secret.given", value=secret)
    log.info("secret.given", deep={"in": [secret, (secret,)]}, raw=secret.encode())
    log.info("secret.given %s", secret)
    library.warning("as argument: %s", secret)
    library.warning("as arguments: %(one)s", {"one": secret})
    library.warning(f"as text: {secret} and more")
    said = written.getvalue()
    assert said.count("\n") == 6
    assert said.count("[redacted]") >= 6
    assert CANARY not in said
    assert OWN not in said


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("secret", [OWN, *SHAPES.values()], ids=["one's own", *SHAPES])
def test_a_secret_never_stands_in_a_traceback(configure: Configure, secret: str, style: str):
    """Neither in an error's text nor in that of the error that caused it, by whoever it is logged."""
    written = configure(style=style)
    try:
        fail(f"inner {secret}", f"outer {secret}")
    except RuntimeError as error:
        structlog.get_logger("bot.test").exception("task.broken")
        structlog.get_logger("bot.test").error("task.broken", exc_info=error)
        logging.getLogger("somebody.else").exception("It broke: %s", error)  # noqa: TRY401 -- likewise
    said = written.getvalue()
    assert said.count("ValueError: inner") == 3
    assert said.count("RuntimeError: outer") == 3
    assert CANARY not in said
    assert OWN not in said


def test_what_is_no_secret_stays(configure: Configure):
    """Ids, times and words that only look a little like secrets are what a log is for."""
    written = configure()
    kept = {
        "job_id": "job_1",
        "mode": "ask_every_time",
        "url": "https://example.org:8080/a?b=c",
        "who": "<@U0REV>",
        "word": "short",
        "sk": "task_1",
        "xox": "xox",
    }
    structlog.get_logger("bot.test").info("change.decided", **kept)
    (line,) = lines(written)
    assert line | kept == line
    assert line["event"] == "change.decided"


def test_the_rest_of_a_line_stays_when_a_secret_goes(configure: Configure):
    """Only the secret is replaced: host and user of an address, the other parameters of a query stay."""
    written = configure()
    structlog.get_logger("bot.test").info("x.seen", url=SHAPES["a key in an address"])
    logging.getLogger("somebody.else").warning(SHAPES["a password in an address"])
    first, second = lines(written)
    assert first["url"] == "https://api.example/stream?job_id=j&api_key=[redacted]&x=1"
    assert second["event"] == "rediss://[redacted]@redis.example:6379/0"


@pytest.mark.parametrize("secret", SHAPES.values(), ids=SHAPES)
def test_a_line_stays_whole_when_a_secret_goes(configure: Configure, secret: str):
    """Whatever stands after the secret, quotes and line feeds of JSON included, stays, and the line can be read."""
    written = configure()
    structlog.get_logger("bot.test").info("x.seen", first=secret, text=f"{secret}\nsecond line", last="kept")
    (line,) = lines(written)
    assert line["last"] == "kept"
    assert line["text"].endswith("\nsecond line")


# Libraries that talk too much.


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("httpx", logging.INFO),
        ("botocore.endpoint", logging.DEBUG),
        ("s3fs", logging.DEBUG),
        ("httpcore.connection", logging.DEBUG),
        ("slack_bolt.AsyncApp", logging.WARNING),
        ("slack_sdk.web.async_client", logging.DEBUG),
        ("docket.worker", logging.INFO),
        ("websockets.client", logging.DEBUG),
        ("aiohttp.access", logging.INFO),
    ],
)
def test_a_library_that_logs_whole_requests_is_silent(configure: Configure, name: str, level: int):
    """Even when everything else is logged, addresses and bodies are not."""
    if name not in logs._QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET)  # Whatever an app of an earlier test has set.
    written = configure("debug")
    logging.getLogger(name).log(level, "GET https://api.example/?api_key=%s", CANARY)
    assert written.getvalue() == ""


def test_a_library_that_has_something_to_say_is_heard(configure: Configure):
    """Warnings of a silent library, and what others say, come through in the same shape."""
    written = configure("info")
    logging.getLogger("httpx").warning("odd")
    logging.getLogger("somebody.else").info("a line of %s", "a library")
    assert [(line["event"], line["level"]) for line in lines(written)] == [
        ("odd", "warning"),
        ("a line of a library", "info"),
    ]


# Shape and level.


def test_a_line_is_one_json_object_with_its_time(configure: Configure):
    """Name of the event, level, time with zone; what a person wrote cannot start a line of its own."""
    written = configure()
    structlog.get_logger("bot.test").info("reply.taken", text='two\nlines "quoted" \x1b[31m')
    (line,) = lines(written)
    assert line["event"] == "reply.taken"
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert line["text"] == 'two\nlines "quoted" \x1b[31m'
    assert "\x1b" not in written.getvalue()


def test_a_console_shows_a_line_for_people(configure: Configure):
    """The event and its values, without colour where nobody sees any."""
    written = configure(style="console")
    structlog.get_logger("bot.test").warning("socket.lost", attempt=2)
    said = written.getvalue()
    assert "socket.lost" in said
    assert "attempt=2" in said
    assert "\x1b" not in said


def test_the_shape_fits_where_the_lines_go(configure: Configure):
    """Not a terminal: JSON, unless somebody chose otherwise."""
    written = configure(style=None)
    structlog.get_logger("bot.test").info("relay.ready")
    assert lines(written)[0]["event"] == "relay.ready"


def test_the_level_is_where_lines_begin(configure: Configure):
    """What lies below it is not written, of ours or of anybody's."""
    written = configure("warning")
    structlog.get_logger("bot.test").info("quiet.now")
    logging.getLogger("somebody.else").info("quiet")
    structlog.get_logger("bot.test").warning("loud.now")
    assert [line["event"] for line in lines(written)] == ["loud.now"]


@pytest.mark.parametrize("secret", ['pass"word-1', "pass\\word-1", "pässword-1"])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_a_secret_is_taken_out_as_json_writes_it(secret: str, is_ascii: bool):
    """Quotes, backslashes and letters beyond ASCII are escaped in a line of JSON; the secret is the same."""
    line = json.dumps({"why": f"refused {secret} there"}, ensure_ascii=is_ascii)
    assert json.loads(logs.Redactor([secret]).clean(line)) == {"why": "refused [redacted] there"}


def test_a_short_secret_is_not_taken_out():
    """Under eight characters it would blacken ordinary words: those are no secrets."""
    assert logs.Redactor(["in", OWN]).clean(f"found in {OWN}") == "found in [redacted]"


def test_a_secret_is_taken_literally():
    """Its dots and stars are no pattern."""
    redactor = logs.Redactor(["a.*c+(secret)"])
    assert redactor.clean("a.*c+(secret) abbc") == "[redacted] abbc"
