"""What the API for programs takes and gives, as OpenAPI 3.1: the same models check requests and describe them.

Source: https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot import __version__
from bot.core.model import JobState, Mode
from bot.core.report import JobReport
from bot.core.request import Depth, Tier
from bot.relay.asking import handover, programs
from bot.relay.asking.fetch import LARGEST_DOCUMENT
from bot.relay.asking.start import LONGEST_INSTRUCTION
from bot.web.problems import MEDIA_TYPE, Problem

Json = dict[str, Any]

EDITS: Final = "/v1/edits"
WATCH: Final = "/v1/watch"
JOB: Final = "/v1/watch/{job_id}"
DOCUMENT: Final = "/v1/watch/{job_id}/document"
DESCRIPTION: Final = "/v1/openapi.json"

KEY: Final = "Idempotency-Key"
"""The header by which a program names a request; source: draft-ietf-httpapi-idempotency-key-header."""

KEY_SHAPE: Final = r"[ -~]{1,255}"

Id = Annotated[str, Field(pattern=f"^{handover.ID}$")]
Channel = Annotated[str, Field(pattern=rf"^({handover.CHANNEL}|#[^\s#]{{1,80}})?$")]
Person = Annotated[str, Field(pattern=f"^({handover.PERSON})?$")]
Document = Annotated[str, Field(pattern=f"^{handover.DOCUMENT}$")]

_LONGEST_URL: Final = 2048

_A_DOCUMENT: Final[Json] = {"anyOf": [{"required": ["document_html"]}, {"required": ["session_id"]}]}


class EditRequest(BaseModel):
    """An edit that is to be made, and reviewed in Slack. It needs a document, or a session that has one.

    Attributes:
        message: What is to be changed, in the words of a person.
        session_id: The session whose document is edited; a new one is opened when left out.
        document_html: The document; left out when the session has it already.
        channel: Where it is reviewed: a channel's id, or its name as in #legal; the relay's own when left out.
        requester: Slack user id of who the edit is for; left out when nobody in Slack asked.
        document: The document's name, for people.
        callback_url: Who is told the outcome, by a signed POST; a host that the relay allows.
        mode: Whether every change is decided by people, or all are applied automatically.
        model_tier: Which model works on it; SuperDocs chooses when left out.
        thinking_depth: How long it thinks; likewise.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=_A_DOCUMENT)

    message: Annotated[str, Field(pattern=f"^{programs.MESSAGE}$", max_length=LONGEST_INSTRUCTION)]
    session_id: Id = ""
    document_html: Annotated[str, Field(pattern=f"^{programs.HTML}$", max_length=LARGEST_DOCUMENT)] = ""
    channel: Channel = ""
    requester: Person = ""
    document: Document = ""
    callback_url: Annotated[str, Field(min_length=1, max_length=_LONGEST_URL)] = ""
    mode: Annotated[Mode, Field(strict=False)] = Mode.REVIEW
    model_tier: Annotated[Tier | None, Field(strict=False)] = None
    thinking_depth: Annotated[Depth | None, Field(strict=False)] = None


class WatchRequest(BaseModel):
    """A job that is to be reviewed in Slack.

    Attributes:
        job_id: SuperDocs' id of the job; it must not have ended.
        session_id: The session it was started in.
        channel: Where it is reviewed: a channel's id, or its name as in #legal; the relay's own when left out.
        requester: Slack user id of who asked for the edit; left out when nobody in Slack did.
        document: The document's name, for people.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    job_id: Id
    session_id: Id
    channel: Channel = ""
    requester: Person = ""
    document: Document = ""


class Links(BaseModel):
    """Where to go on.

    Attributes:
        self: Where to ask what became of the job.
        document: Where the document is that it leaves, once it has.
    """

    self: str
    document: str


class Watched(BaseModel):
    """A job that the relay looks after.

    Attributes:
        ref: The relay's own name for it.
        job_id: SuperDocs' id of it; empty until SuperDocs has given one.
        session_id: The session it was started in.
        state: Where it stands.
        channel: Where it is reviewed (Slack channel id).
        links: Where to go on.
    """

    ref: str
    job_id: str
    session_id: str
    state: JobState
    channel: str
    links: Links


REPORT: Final = TypeAdapter(JobReport)

_MODELS: Final[tuple[tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]], ...]] = (
    ("EditRequest", "validation", TypeAdapter(EditRequest)),
    ("WatchRequest", "validation", TypeAdapter(WatchRequest)),
    ("Watched", "serialization", TypeAdapter(Watched)),
    ("JobReport", "serialization", REPORT),
    ("Problem", "serialization", TypeAdapter(Problem)),
)

_ATTRIBUTES: Final = re.compile(r"\n\nAttributes:\n(?P<lines>.*)", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"^ {4}(?P<name>\w+): (?P<words>.*)$", re.MULTILINE)

_JOB_ID: Final[Json] = {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}

_COMES_AGAIN: Final[Json] = {
    "Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "integer", "minimum": 1}}
}


@cache
def description() -> Json:
    """Return the whole description; built once, not to be changed."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SuperDocs approval relay: programs",
            "version": __version__,
            "description": "Starts edits, or hands running ones over, to be reviewed in Slack; tells what people decided.",
        },
        "paths": {
            EDITS: {"post": _edit()},
            WATCH: {"post": _watch()},
            JOB: {"get": _report()},
            DOCUMENT: {"get": _document()},
            DESCRIPTION: {"get": _itself()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "`RELAY_API_TOKEN`"}
            },
        },
    }


def _edit() -> Json:
    key = {
        "name": KEY,
        "in": "header",
        "description": "Names this request: repeated with the same body, it is the same edit.",
        "schema": {"type": "string", "pattern": f"^{KEY_SHAPE}$"},
    }
    return {
        "operationId": "edit",
        "summary": "Start an edit that is reviewed in Slack",
        "security": [{"token": []}],
        "parameters": [key],
        "requestBody": _taking("EditRequest"),
        "responses": {
            "202": _accepted(),
            **_spoilt(),
            **_refusals(),
            "409": _problem("The route for the edit cannot be followed now."),
            "422": _problem("A field is wrong or refused, or the key came with another body before."),
            "429": {**_problem("Too many edits were asked for."), "headers": _COMES_AGAIN},
        },
    }


def _watch() -> Json:
    return {
        "operationId": "watch",
        "summary": "Hand a running job over to be reviewed; repeating it changes nothing",
        "security": [{"token": []}],
        "requestBody": _taking("WatchRequest"),
        "responses": {
            "202": _accepted(),
            **_spoilt(),
            **_refusals(),
            "404": _problem("SuperDocs knows no such job."),
            "409": _problem("The job belongs to another session, has ended, or cannot be taken over now."),
            "422": _problem("A field is wrong, or what it names is refused."),
        },
    }


def _taking(model: str) -> Json:
    return {"required": True, "content": {"application/json": {"schema": _ref(model)}}}


def _accepted() -> Json:
    location = {"description": "Where to ask what became of it.", "schema": {"type": "string"}}
    return {**_answer("It is looked after.", "Watched"), "headers": {"Location": location}}


def _spoilt() -> Json:
    """Return what a body may be answered that cannot be read."""
    return {
        "400": _problem("The body is not readable JSON, or a header is wrong."),
        "408": _problem("The body did not come in time."),
        "413": _problem("The body is too large."),
        "415": _problem("The body is not application/json."),
    }


def _report() -> Json:
    return {
        "operationId": "report",
        "summary": "Ask what became of a job, by its job_id or ref: its rounds, the decisions, the result",
        "security": [{"token": []}],
        "parameters": [_JOB_ID],
        "responses": {
            "200": _answer("Where it stands.", "JobReport"),
            **_refusals(),
            "404": _problem("The relay knows no such job."),
        },
    }


def _document() -> Json:
    text = {"description": "As SuperDocs left it.", "content": {"text/html": {"schema": {"type": "string"}}}}
    return {
        "operationId": "document",
        "summary": "Fetch the document that a job left, by its job_id or ref",
        "security": [{"token": []}],
        "parameters": [_JOB_ID],
        "responses": {
            "200": text,
            **_refusals(),
            "404": _problem("The relay knows no such job, or it has left no document."),
        },
    }


def _itself() -> Json:
    shown = {"schema": {"type": "object"}}
    found = {"description": "OpenAPI 3.1.", "content": {"application/json": shown}}
    return {"operationId": "describe", "summary": "Read this description", "responses": {"200": found}}


def _refusals() -> Json:
    """Return what any request with a token may be answered."""
    asks = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return {
        "401": {**_problem("The token is missing or wrong."), "headers": asks},
        "500": _problem("The relay has a bug; its log says where."),
        "502": _problem("Slack or SuperDocs refused the relay itself."),
        "503": {**_problem("Try again later."), "headers": _COMES_AGAIN},
    }


def _answer(words: str, model: str, media_type: str = "application/json") -> Json:
    return {"description": words, "content": {media_type: {"schema": _ref(model)}}}


def _problem(words: str) -> Json:
    return _answer(words, "Problem", MEDIA_TYPE)


def _ref(model: str) -> Json:
    return {"$ref": f"#/components/schemas/{model}"}


def _schemas() -> Json:
    _refs, shared = TypeAdapter.json_schemas(_MODELS, ref_template="#/components/schemas/{model}")
    return {name: _told(schema) for name, schema in shared["$defs"].items()}


def _told(schema: Json) -> Json:
    """Give each property the words that the docstring has for it."""
    words = schema.get("description", "")
    attributes = _ATTRIBUTES.search(words)
    if attributes is None:
        return schema
    properties = dict(schema["properties"])
    for found in _ATTRIBUTE.finditer(attributes["lines"]):
        properties[found["name"]] = {**properties[found["name"]], "description": found["words"]}
    return {**schema, "description": words[: attributes.start()], "properties": properties}
