"""A Bolt app on the bench: the real listeners and the real relay, over a store in memory and a client without network."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.again import is_lapsed
from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.lifecycle import has_ended
from bot.core.model import Job, MessageRef, Mode
from bot.core.permission import Person
from bot.relay.ports import Looker
from bot.relay.world import World
from bot.slack.directory import Identity
from bot.slack.files import Files
from bot.slack.listeners import register
from bot.slack.notifier import SlackNotifier
from tests.fakes.clock import Clock
from tests.fakes.digests import MemoryDigests
from tests.fakes.meter import FakeMeter
from tests.make import NOON, make_change, make_job, make_proposal, make_round

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    import aiohttp
    from slack_bolt.response import BoltResponse

    from bot.core.proposal import Content
    from bot.relay.ports import Audit, DocumentService, Library, Modifier, Reading, Store, Urgency

Json = dict[str, Any]

CHANNEL, ROUND_TS, JOB_TS = "C0LEGAL", "1790000002.000100", "1790000001.000100"
REF = "ref0000000000001"
RELAY = Identity("T0SANDBOX", "U0RELAY", "B0RELAY")


class RecordingClient(AsyncWebClient):
    """Slack's client with nothing behind it: it notes its calls, and answers or fails as it was told."""

    def __init__(self) -> None:
        super().__init__("xoxb-bench", base_url="https://slack.com/api/")
        self.calls: list[tuple[str, Json]] = []
        self.answers: dict[str, Json] = {}
        self.failures: dict[str, list[Exception]] = {}
        self.hanging: set[str] = set()

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        """Note a call; fail as often as that was wanted."""
        arguments = {**(request.get("params") or {}), **(request.get("json") or {})}
        self.calls.append((api_method, arguments))
        if api_method in self.hanging:
            await asyncio.Event().wait()
        if self.failures.get(api_method):
            raise self.failures[api_method].pop(0)
        return response(200, {"ok": True, **self.answers.get(api_method, {})})

    def named(self, method: str) -> list[Json]:
        """List the arguments of the calls of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    def view(self) -> Json:
        """Give the view that was opened, pushed or shown last."""
        shown = [arguments["view"] for name, arguments in self.calls if name.startswith("views.")][-1]
        return cast("Json", shown if isinstance(shown, dict) else json.loads(shown))

    def hang(self, method: str) -> None:
        """Let a method never answer."""
        self.hanging.add(method)

    def refuse(self, method: str, code: str, times: int = 1) -> None:
        """Let the next calls of a method be refused."""
        self.failures[method] = [refusal(code) for _ in range(times)]


def response(status: int, data: Any, headers: Json | None = None) -> AsyncSlackResponse:
    """Give an answer of Slack's."""
    return AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )


def refusal(code: str, status: int = 200, headers: Json | None = None) -> SlackApiError:
    """Give the SDK's error for a refusal of Slack's."""
    refused = response(status, {"ok": False, "error": code}, headers)
    return SlackApiError("refused", refused)


class MemoryStore:
    """The records of one test, in memory."""

    def __init__(self, *jobs: Job) -> None:
        self.jobs = {job.ref: job for job in jobs}
        self.texts: dict[str, Content] = {}
        self.readings: dict[str, Reading] = {}
        self.preferences: dict[str, Mode] = {}
        self.said: set[str] = set()
        self.lookers_: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.finished: set[str] = set()
        self.notes: list[object] = []
        self.broken: Exception | None = None

    async def now(self) -> datetime:
        return NOON

    async def create(self, job: Job) -> bool:
        self._check()
        return self.jobs.setdefault(job.ref, job) is job

    async def load(self, ref: str) -> Job:
        self._check()
        if ref not in self.jobs:
            raise GoneError("The relay has no such edit any more.")
        return self.jobs[ref]

    async def change(self, ref: str, modifier: Modifier) -> Job:
        self.jobs[ref] = modifier(await self.load(ref), NOON)
        return self.jobs[ref]

    async def note(self, *entries: object) -> None:
        self.notes += entries

    async def ref_at(self, channel: str, ts: str) -> str | None:
        self._check()
        found = (
            r for r, j in self.jobs.items() for m in j.messages.values() if (m.channel, m.ts) == (channel, ts)
        )
        return next(found, None)

    async def contents(self, _ref: str, digests: Sequence[str]) -> Mapping[str, Content]:
        return {digest: self.texts[digest] for digest in digests if digest in self.texts}

    async def document(self, _ref: str, _name: str) -> str | None:
        return None

    async def save_document(self, _ref: str, _name: str, _html: str) -> None:
        """Nothing is kept."""

    async def save_reading(self, token: str, reading: Reading) -> None:
        self.readings[token] = reading

    async def reading(self, token: str) -> Reading | None:
        return self.readings.get(token)

    async def load_all(self, refs: Sequence[str]) -> tuple[Job, ...]:
        self._check()
        return tuple(self.jobs[ref] for ref in refs if ref in self.jobs)

    async def unended(self) -> tuple[str, ...]:
        self._check()
        return tuple(ref for ref, job in self.jobs.items() if not has_ended(job))

    async def lapsed(self) -> tuple[str, ...]:
        return tuple(ref for ref, job in self.jobs.items() if is_lapsed(job))

    async def ended_since(self, _moment: datetime) -> tuple[str, ...]:
        return tuple(ref for ref, job in self.jobs.items() if has_ended(job))

    async def open_home(self, user_id: str, team_id: str) -> None:
        self._check()
        self.lookers_[user_id] = team_id

    async def note_home(self, user_id: str, shown: str) -> None:
        self.shown[user_id] = shown

    async def lookers(self) -> tuple[Looker, ...]:
        return tuple(Looker(user, team, self.shown.get(user, "")) for user, team in self.lookers_.items())

    async def once(self, what: str, lasts: timedelta = timedelta(0)) -> bool:  # noqa: ARG002 -- time stands still.
        is_first = what not in self.said
        self.said.add(what)
        return is_first

    async def begin(self, what: str) -> str | None:
        self._check()
        return None if what in self.finished else "hold"

    async def finish(self, what: str) -> None:
        self.finished.add(what)

    async def abandon(self, what: str, hold: str) -> None:
        """Nobody else is there."""

    async def prefer(self, user_id: str, mode: Mode) -> None:
        self.preferences[user_id] = mode

    async def preference(self, user_id: str) -> Mode | None:
        return self.preferences.get(user_id)

    def _check(self) -> None:
        if self.broken:
            raise self.broken


class FakeDirectory:
    """Everybody is a member; U0GUEST is a guest."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    async def person(self, user_id: str, team_id: str, channel: str) -> Person:
        self.asked.append((user_id, team_id, channel))
        return Person(user_id, is_guest=user_id == "U0GUEST", is_home=team_id == RELAY.team_id)

    async def named(self, user_id: str) -> Person:
        return Person(user_id, is_guest=user_id == "U0GUEST")

    async def groups_of(self, user_id: str, wanted: Collection[str]) -> frozenset[str]:
        return frozenset(() if user_id == "U0GUEST" else wanted)

    async def check_reachable(self, channel: str) -> None:
        if channel != CHANNEL:
            raise RefusedError("The relay is not in that channel.", code="channel")


class FakeQueue:
    """Work that is added stays undone."""

    is_crowded = False

    async def add(self, step: str, ref: str, key: str) -> None:
        """Do nothing."""


class FreePacer:
    """It is always one's turn."""

    def __init__(self) -> None:
        self.turns: list[tuple[str, float, float]] = []
        self.waiters: list[tuple[str, Urgency]] = []
        self.holds: list[tuple[str, float]] = []

    async def turn(self, key: str, interval_s: float, patience_s: float, who: str, urgency: Urgency) -> None:
        self.turns.append((key, interval_s, patience_s))
        self.waiters.append((who, urgency))

    async def backlog(self, key: str, interval_s: float) -> timedelta:
        return timedelta(seconds=interval_s * len([one for one in self.turns if one[0] == key]))

    async def free(self, method: str) -> None:
        held = [seconds for name, seconds in self.holds if name == method]
        if held:
            raise TransientError("Held.", retry_after_s=max(held))

    async def hold(self, method: str, seconds: float) -> None:
        self.holds.append((method, seconds))


@dataclass
class Bench:
    """An app with the relay's listeners, and everything that can be looked at afterwards."""

    store: MemoryStore
    client: RecordingClient = field(default_factory=RecordingClient)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    pacer: FreePacer = field(default_factory=FreePacer)
    digests: MemoryDigests = field(default_factory=lambda: MemoryDigests(Clock()))
    library: Library | None = None

    def __post_init__(self) -> None:
        no_files = Files(self.client, cast("aiohttp.ClientSession", None))
        notifier = SlackNotifier(self.client, no_files, self.pacer, RELAY)
        world = World(
            store=cast("Store", self.store),
            documents=cast("DocumentService", None),
            notifier=notifier,
            directory=self.directory,
            queue=FakeQueue(),
            digests=self.digests,
            audit=cast("Audit", None),
            meter=FakeMeter(),
            bot_user_id=RELAY.user_id,
            channel=CHANNEL,
            library=self.library,
        )
        self.app = AsyncApp(
            signing_secret="bench",
            authorize=_authorize,
            process_before_response=True,
            ignoring_self_events_enabled=False,
        )
        register(self.app, world, self.client, notifier, self.pacer)

    @property
    def job(self) -> Job:
        """The one job."""
        return self.store.jobs[REF]

    async def send(self, body: Json) -> BoltResponse:
        """Deliver a payload as Socket Mode does."""
        return await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))

    async def press(self, name: str, value: str, **where: Any) -> BoltResponse:
        """Press a button; see `pressed`."""
        return await self.send(pressed(name, value, **where))

    async def submit(self, values: Json | None = None, **more: Any) -> BoltResponse:
        """Submit the dialog that was shown last, with these values in its fields."""
        view = {"id": "V0TOP", "type": "modal", "state": {"values": values or {}}, **self.client.view()}
        return await self.send({"type": "view_submission", **_who(), "view": view} | more)

    def told(self) -> list[str]:
        """List what people were told privately, as their client shows it."""
        return [_plain(arguments["blocks"]) for arguments in self.client.named("chat.postEphemeral")]


def bench(count: int = 1, **rest: Any) -> Bench:
    """Give a bench with one job under review: a round of so many changes, each with its card up."""
    changes = [make_change(number, **rest) for number in range(1, count + 1)]
    messages = {"job": MessageRef(CHANNEL, JOB_TS), "round:1": MessageRef(CHANNEL, ROUND_TS)}
    if count > 1:
        messages |= {f"card:{n}": MessageRef(CHANNEL, card_ts(n)) for n in range(1, count + 1)}
    store = MemoryStore(make_job(make_round(*changes), messages=messages))
    proposals = [make_proposal(f"ch_{n}", f"{n}0 days", f"{n}5 days") for n in range(1, count + 1)]
    store.texts = {proposal.digest: proposal.content for proposal in proposals}
    return Bench(store)


def card_ts(number: int) -> str:
    """Give the ts of a change's card, where a round has several."""
    return f"179000001{number}.000100"


def target(number: int = 1) -> str:
    """Name a change of the job, as its buttons do."""
    proposal = make_proposal(f"ch_{number}", f"{number}0 days", f"{number}5 days")
    return f"{REF}.{number}.{proposal.digest[:12]}"


def pressed(
    name: str, value: str, *, ts: str = ROUND_TS, user: str = "U0REV", view: Json | None = None
) -> Json:
    """Give the payload of a pressed button, on a message or in a dialog.

    Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    action = {"type": "button", "action_id": name, "block_id": "b", "value": value, "action_ts": "1.2"}
    place: Json = {
        "container": {"type": "message", "message_ts": ts, "channel_id": CHANNEL, "is_ephemeral": False},
        "channel": {"id": CHANNEL, "name": "legal-review"},
    }
    if view is not None:
        whole = {"id": "V0TOP", "type": "modal", "state": {"values": {}}, **view}
        place = {"container": {"type": "view", "view_id": "V0TOP"}, "view": whole}
    return {"type": "block_actions", **_who(user), **place, "trigger_id": "1.2.3", "actions": [action]}


def chosen(value: str) -> Json:
    """Give the payload of a menu's entry that was chosen on the job's message."""
    body = pressed("more", "", ts=JOB_TS)
    body["actions"] = [{"type": "overflow", "action_id": "more", "selected_option": {"value": value}}]
    return body


def pressed_privately(name: str, value: str, **more: Any) -> Json:
    """Give the payload of a button pressed on a message that only one person sees: without that message.

    Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    body = pressed(name, value, ts="1790000200.000100")
    body["container"]["is_ephemeral"] = True
    return body | more


def slash(text: str, user: str = "U0REQ", channel: str = "C0GENERAL") -> Json:
    """Give the payload of a slash command.

    Source: https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return {
        "command": "/superdocs",
        "text": text,
        "user_id": user,
        "team_id": "T0SANDBOX",
        "channel_id": channel,
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.slack.com/commands/1",
    }


def said(text: str, *, thread_ts: str = ROUND_TS, ts: str = "1790000100.000100", **more: Any) -> Json:
    """Give the event of a message in a thread.

    Source: https://docs.slack.dev/reference/events/message
    """
    event = {
        "type": "message",
        "channel": CHANNEL,
        "user": "U0REV",
        "text": text,
        "ts": ts,
        "team": "T0SANDBOX",
    }
    event |= {"thread_ts": thread_ts, **more}
    return {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev1", "event": event}


def shortcut(*files: Json, user: str = "U0REV", **more: Any) -> Json:
    """Give the payload of the shortcut, chosen in the menu of a message with files.

    Source: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    body = {
        "type": "message_action",
        "callback_id": "edit_with_superdocs",
        "trigger_id": "1.2.3",
        "message_ts": "1790000400.000100",
        "channel": {"id": "C0GENERAL", "name": "general"},
        "message": {
            "type": "message",
            "user": "U0CAROL",
            "ts": "1790000400.000100",
            "text": "",
            "files": [*files],
        },
    }
    return {**_who(user), **body, **more}


def deleted(ts: str, previous: Json) -> Json:
    """Give the event of a message that was deleted.

    Source: https://docs.slack.dev/reference/events/message/message_deleted
    """
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": CHANNEL,
        "ts": "1790000200.000100",
        "deleted_ts": ts,
        "previous_message": {"type": "message", "ts": ts, "text": "…", **previous},
    }
    return {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev2", "event": event}


def looked(tab: str = "home", user: str = "U0REV") -> Json:
    """Give the event of somebody who opens the app.

    Source: https://docs.slack.dev/reference/events/app_home_opened
    """
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": "D0REV",
        "tab": tab,
        "event_ts": "1790000300.000100",
    }
    return {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev3", "event": event}


def pressed_at_home(name: str, value: str, user: str = "U0REV", **action: Any) -> Json:
    """Give the payload of what is pressed, or chosen, on somebody's Home.

    Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    body = pressed(name, value, user=user, view={"id": "V0HOME", "type": "home", "private_metadata": ""})
    body["actions"][0] |= action
    return body


def _who(user: str = "U0REV") -> Json:
    return {"team": {"id": "T0SANDBOX"}, "user": {"id": user, "username": "someone", "team_id": "T0SANDBOX"}}


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id=RELAY.team_id,
        bot_token="xoxb-bench",
        bot_id=RELAY.bot_id,
        bot_user_id=RELAY.user_id,
    )


def _plain(part: Any) -> str:
    """Give the words that rich text shows."""
    if isinstance(part, list):
        return "".join(_plain(one) for one in part)
    if not isinstance(part, dict):
        return ""
    own = part["text"] if isinstance(part.get("text"), str) else ""
    return own + _plain(part.get("elements", []))
