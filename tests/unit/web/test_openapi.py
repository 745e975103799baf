"""The description is true: what is sent at random, valid or not, is answered as it says, and never breaks anything."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from bot.core.sighting import Status
from bot.web import handover
from bot.web.openapi import description
from bot.web.server import Server
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


async def serve(told: list[int], is_told: threading.Event, ended: asyncio.Event) -> None:
    """Serve the API in front of a world in which every job works."""
    world = FakeWorld()
    world.documents.shown = seen(status=Status.WORKING, job_id="", session_id="")
    server = Server(HOST, 0, handover.routes(world.given, TOKEN, channel_id))
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


@pytest.mark.parametrize(
    "name", ["WatchRequest", "Watched", "JobReport", "RoundReport", "ChangeReport", "Problem"]
)
def test_every_field_is_explained(name):
    """In the words of its model, which stand at the field and nowhere else."""
    schema = description()["components"]["schemas"][name]
    assert "Attributes" not in schema["description"]
    assert [field for field, told in schema["properties"].items() if not told.get("description")] == []
