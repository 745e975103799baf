"""Structured logs, and what never stands in one: secrets, and the texts of documents.

Every handler of the root logger redacts, so that a library's line, or an exception's text, is redacted too.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHAPES: Final = (
    r"xox[a-z]-[A-Za-z0-9-]+",
    r"xapp-[A-Za-z0-9-]+",
    r"\b(?:sk|lce)_[A-Za-z0-9_-]{4,}",
    r"\bwhsec_[A-Za-z0-9+/=]+",
    r"(?<=api_key=)[^&\s\"'\\]+",
    r"(?<=ticket=)[^&\s\"'\\]+",
    r"(?<=Bearer )[A-Za-z0-9._~+/=-]+",
    r"https://hooks\.slack\.com/[^\s\"'\\<>|]+",
    r"(?<=://)[^/\s:@]*:[^/\s@\"'\\]+(?=@)",
)
"""What a secret looks like, wherever it comes from. It ends before a quote or a backslash: the line may be JSON."""

_QUIET: Final = {
    "httpx": logging.WARNING,  # logs full addresses at INFO, keys in queries included
    "httpcore": logging.WARNING,
    "slack_bolt": logging.ERROR,  # logs the bodies of what it does not understand
    "slack_sdk": logging.ERROR,  # logs the bodies of what it sends
    "slack_sdk.connecting": logging.CRITICAL,  # logs what `bot.slack.socket` raises
    "aiobotocore": logging.WARNING,
    "botocore": logging.WARNING,  # logs what is written to a bucket, documents included
    "fsspec": logging.WARNING,
    "s3fs": logging.WARNING,
    "docket": logging.WARNING,
    "pypdf": logging.CRITICAL,  # quotes what it cannot read, and a file can make it do so without end
    "websockets": logging.WARNING,
    "aiohttp.access": logging.WARNING,
}
"""Loggers of libraries, and from where on they may speak."""


class Redactor:
    """Takes secrets out of a line.

    Args:
        secrets: This deployment's own, whatever they look like.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        own = [
            re.escape(form) for secret in secrets if len(secret) >= len("12345678") for form in _forms(secret)
        ]
        self._pattern = re.compile("|".join([*own, *_SHAPES]))

    def clean(self, line: str) -> str:
        """Return the line with every secret replaced."""
        return self._pattern.sub("[redacted]", line)


def _forms(secret: str) -> set[str]:
    """Return a secret as it may stand in a line: as it is, and as JSON writes it."""
    return {secret, *(json.dumps(secret, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False))}


class RedactingHandler(logging.StreamHandler[TextIO]):
    """Writes lines without secrets; the last step, after every formatter and every traceback."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        super().__init__(stream)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the formatted record, redacted."""
        return self._redactor.clean(super().format(record))


def configure(level: str, style: str | None, secrets: Iterable[str]) -> None:
    """Set up all logging of this process.

    Args:
        level: From where on lines are written.
        style: ``console`` or ``json``; None for what fits where the lines go.
        secrets: What must never be written.
    """
    is_console = (style or ("console" if sys.stderr.isatty() else "json")) == "console"
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if is_console
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = RedactingHandler(sys.stderr, Redactor(secrets))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name, quietest in _QUIET.items():
        logging.getLogger(name).setLevel(max(quietest, root.level))
