"""The description is true: what is sent at random, valid or not, is answered as it says, and never breaks anything."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from bot.core.sighting import Status
from bot.web import handover
from bot.web.openapi import description
from bot.web.server import Server
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.store import MemoryStore
from tests.fakes.world import CHANNEL, FakeWorld
from tests.make import seen
from tests.unit.web.wire import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "0123456789abcdef"

CONFIG = schemathesis.Config.from_dict(
    {"seed": 1, "generation": {"deterministic": True, "max-examples": 100, "database": "none"}}
)
SCHEMA = schemathesis.openapi.from_dict(dict(description()), config=CONFIG)


async def channel_id(_name: str) -> str:
    """Know every channel."""
    return CHANNEL


async def turn() -> float:
    """Have one for everybody."""
    return 0


class NewKeys(MemoryStore):
    """Takes every key for a new one: what came before is no part of the description."""

    async def claim(self, what: str, by: str) -> str:
        """Let everybody have it."""
        assert what
        return by


async def serve(told: list[int], is_told: threading.Event, ended: asyncio.Event) -> None:
    """Serve the API in front of a world in which every job works, and whoever wants to be told may be."""
    fakes = FakeWorld(NewKeys())
    fakes.documents.shown = seen(status=Status.WORKING, job_id="", session_id="")
    world = replace(fakes.given, callbacks=FakeCallbacks())
    server = Server(HOST, 0, handover.routes(world, TOKEN, channel_id, turn))
    await server.start()
    told.append(server.port)
    is_told.set()
    await ended.wait()
    await server.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Give the address of a running API; what asks it waits for answers, so it runs beside."""
    told: list[int] = []
    is_told, ended, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(told, is_told, ended),))
    thread.start()
    assert is_told.wait(10)
    yield f"http://{HOST}:{told[0]}"
    loop.call_soon_threadsafe(ended.set)
    thread.join(10)
    loop.close()


@SCHEMA.parametrize()
def test_whatever_is_sent_is_answered_as_described(case: schemathesis.Case[Any], address: str) -> None:
    """Status, kind, headers and shape of every answer stand in the description; without the token nothing is done."""
    case.call_and_validate(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"})


def test_the_description_is_openapi():
    """By the specification's own schema, as the tester ships it, and JSON Schema's."""
    SCHEMA.validate()
    for schema in description()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_request_is_described_as_it_is_checked():
    """Two fields are needed, nothing else than these is taken, and every one is explained."""
    schema = description()["components"]["schemas"]["WatchRequest"]
    assert schema["required"] == ["job_id", "session_id"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"job_id", "session_id", "channel", "requester", "document"}


def test_an_edit_needs_a_document_or_a_session():
    """Which the schema says, so that what is made of it knows."""
    schema = description()["components"]["schemas"]["EditRequest"]
    assert schema["required"] == ["message"]
    assert schema["anyOf"] == [{"required": ["document_html"]}, {"required": ["session_id"]}]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    "name", ["EditRequest", "WatchRequest", "Watched", "JobReport", "RoundReport", "ChangeReport", "Problem"]
)
def test_every_field_is_explained(name):
    """In the words of its model, which stand at the field and nowhere else."""
    schema = description()["components"]["schemas"][name]
    assert "Attributes" not in schema["description"]
    assert [field for field, told in schema["properties"].items() if not told.get("description")] == []
