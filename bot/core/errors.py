"""The error tree. Four kinds, because callers treat exactly these four differently.

::

    RelayError
    ├── TransientError        a read or a Slack call: try again later
    ├── OutcomeUnknownError   a write may have happened: re-read before anything else
    ├── RefusedError          a person must know; do not repeat
    │   └── GoneError         what was asked for no longer exists
    └── BugError              stop this work item, park it, log the traceback

Edges translate their libraries' errors into these at once and chain them with ``from``.
No message ever holds a secret or document text: messages are shown to people and written to logs.
"""


class RelayError(Exception):
    """Anything the relay raises on purpose. Its text is a sentence that a person may read."""


class TransientError(RelayError):
    """A read, or a call that certainly did nothing, failed for now.

    Attributes:
        retry_after_s: Seconds the other side asked us to wait, or None when it did not say.
    """

    def __init__(self, sentence: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class OutcomeUnknownError(RelayError):
    """A write was sent and no clear answer came: it may or may not have happened."""


class RefusedError(RelayError):
    """The other side said no, clearly. Repeating changes nothing; a person must know.

    Attributes:
        code: The other side's own word for it (``session_busy``, ``not_in_channel``…), or "".
    """

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class GoneError(RefusedError):
    """The job, message or channel no longer exists."""


class BugError(RelayError):
    """An assumption of ours is wrong."""
