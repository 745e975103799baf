"""How this SuperDocs behaves: its age, its habits where the documents disagree, and its patience.

The public documents are of several ages and some observations conflict. Each field is one such point;
its values are the readings that somebody can defend. A relay has to work with all of them.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Behaviour(BaseModel):
    """Settings of the sandbox's SuperDocs, free to change while it runs; each assignment is checked."""

    model_config = ConfigDict(validate_assignment=True, extra="forbid", use_attribute_docstrings=True)

    api_key: str = "sk_sandbox"
    """The one key that is accepted."""
    age: Literal["five", "eleven"] = "eleven"
    """Five kinds of stream events, one per change; or eleven, with one event for a whole batch."""

    work_s: float = Field(default=0.3, ge=0)
    """Seconds that the AI thinks, at the start and after each round."""
    thoughts: int = Field(default=3, ge=0)
    """How many `intermediate` events it tells in that time, at the start."""
    approval_window_s: float = Field(default=3600, gt=0)
    """Seconds after which a paused job is cleaned up."""
    window_counts_from: Literal["pause", "start"] = "pause"
    """Whether that hour begins with the pause or with the job; the documents do not say."""
    retention_s: float = Field(default=3600, gt=0)
    """Seconds after which a finished job is cleaned up."""
    stale_reads_s: float = Field(default=0, ge=0)
    """Seconds after an approval during which reads still show the state before it."""
    stale_export_s: float = Field(default=0, ge=0)
    """Seconds after an approval was applied during which exports still hold the text before it."""
    busy_after_s: float = Field(default=0, ge=0)
    """Seconds that a session stays busy after its job has finished."""

    partial_decisions: Literal["closes_job", "ledger"] = "closes_job"
    """A part of a batch closes the round and the rest is discarded; or it is written down until all are decided."""
    plain_denial: Literal["stops", "discards_siblings", "drops"] = "stops"
    """What a denial without feedback does: end the job after the approved siblings are applied; end it with the
    approved siblings discarded too; or drop only that change, so that siblings with feedback come again."""
    approve_tells_completion: bool = True
    """Whether the answer to an approval has `batch_complete`; older documents show none."""
    unknown_change_status: Literal[400, 500] = 500
    """The answer to a change id that is not waiting."""
    repeat_change_ids: bool = False
    """Whether each round counts its ids from `ch_1` again."""
    cancel_paused: Literal["refuses", "works"] = "refuses"
    """Whether a job that waits for approval can be cancelled."""
    continue_prompts: int = Field(default=0, ge=0)
    """How many of the next jobs first ask whether to go on."""

    fails_to_apply: int = Field(default=0, ge=0)
    """How many of the next approved changes are told as `failed` and are not in the document."""
    applies_denied: int = Field(default=0, ge=0)
    """How many of the next denied changes are told as `denied` and are in the document all the same."""

    pending_changes_as: Literal["list", "string", "object"] = "list"
    """How a job carries its waiting changes."""
    machine_checks: bool = True
    """Whether changes have the additional field of that name; only with the age eleven."""
    chunk_ids_in_changes: bool = False
    """Whether the HTML of a change shows the chunk id of its element."""
    error_as_object: bool = False
    """Whether a job's error is an object instead of a string."""
    busy_nested: bool = True
    """Whether the error code of a busy session stands under `detail` or at the top."""
    list_limit: int = Field(default=50, ge=1)
    """How many jobs a list gives when it is not told how many."""

    stream_auth: Literal["header", "query", "both"] = "both"
    """Where the stream looks for the key."""
    stream_refuses_by: Literal["status", "event"] = "status"
    """Whether a wrong key on the stream is a 401 or an `error` event."""
    honours_last_sequence: bool = True
    """Whether `last_sequence` is obeyed; with the age five it never is."""
    replays_final: bool = True
    """Whether a stream opened after the end tells the end."""
    noise: bool = True
    """Whether events that concern nobody here are mixed in; only with the age eleven."""
    keepalive_s: float | None = Field(default=None, gt=0)
    """Seconds between comment lines that keep a silent stream alive. None: it is just silent."""

    monthly_limit: int = Field(default=500, ge=0)
    """Operations a month."""
    quota_remaining: int = Field(default=456, ge=0)
    """Operations left this month; at 0 no edit is started."""
    quota_told_as: Literal["object", "sentence"] = "object"
    """Whether the refusal then has a code, or the sentence that the page of errors shows."""
    max_body_bytes: int = Field(default=32 * 1024 * 1024, ge=1)
    """The gateway's limit for a request."""
    max_html_bytes: int = Field(default=20 * 1024 * 1024, ge=1)
    """The limit for a document inside a request."""
    max_upload_bytes: int = Field(default=50 * 1024 * 1024, ge=1)
    """The limit for a file."""
    max_export_bytes: int = Field(default=100 * 1024 * 1024, ge=1)
    """The limit for an exported file."""
    broken_file_status: Literal[400, 422] = 422
    """The answer to a file that is empty or cannot be read."""

    def change(self, settings: Mapping[str, Any]) -> None:
        """Change several settings at once, all or none.

        Raises:
            ValueError: A name or a value does not exist; the text says which.
        """
        checked = type(self).model_validate({**self.model_dump(), **settings})
        for name in settings:
            setattr(self, name, getattr(checked, name))

    @property
    def is_new(self) -> bool:
        """Whether it speaks as the newest documents do."""
        return self.age == "eleven"
