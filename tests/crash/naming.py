"""Every external call by a name that reads: ``slack chat.postMessage round:1``, ``store save decision.recorded``."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from bot.store.jobs import SCRIPTS
from bot.store.keys import QUEUE, Keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.sandbox.slack import Slack

_SUPERDOCS: Final = (
    ("POST", r"/v1/chat/async", "start"),
    ("POST", r"/v1/chat/[^/]+/approve", "approve"),
    ("POST", r"/v1/chat/[^/]+/continue", "continue"),
    ("GET", r"/v1/chat/[^/]+/stream", "stream"),
    ("GET", r"/v1/jobs", "list"),
    ("GET", r"/v1/jobs/[^/]+", "read"),
    ("POST", r"/v1/jobs/[^/]+/cancel", "cancel"),
    ("GET", r"/v1/sessions/[^/]+/jobs", "jobs of the session"),
    ("GET", r"/v1/agents/whoami", "whoami"),
    ("POST", r"/v1/documents/upload", "upload"),
    ("POST", r"/v1/documents/export", "export"),
    ("GET", r"/v1/sessions/[^/]+/documents", "roster"),
)
_WRITES: Final = frozenset({"EVAL", "EVALSHA", "SET", "HSET", "XADD", "ZADD", "ZREM", "SADD", "SREM", "DEL"})
_OURS: Final = f"{Keys().prefix}:"
_BY_THE_CLOCK: Final = frozenset({"chore", "chores", "seals", "turn"})
"""What every worker writes again and again whatever happens: no step of any story."""
_BOOKKEEPING: Final = frozenset({"revision", "refresh_at", "steps", "next_at"})
"""Fields that change with nearly everything; they name a write only where nothing else does."""


def of_slack(slack: Slack, path: str, content_type: str, body: bytes) -> str:
    """Name a call of the Web API: its method, and which of the relay's messages it is about."""
    given = _arguments(content_type, body)
    return f"slack {path.rpartition('/')[2]} {_slot(slack, given)}".rstrip()


def of_superdocs(method: str, path: str) -> str:
    """Name a call of SuperDocs."""
    fits = (name for verb, pattern, name in _SUPERDOCS if verb == method and re.fullmatch(pattern, path))
    return f"superdocs {next(fits, f'{method} {path}')}"


class StoreNames:
    """Names the store's own writes; nothing else that goes to Redis has a name here.

    A save is named by its audit entries, or else by what it changes, so it remembers what was saved before.
    """

    def __init__(self) -> None:
        self._scripts = {
            hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest(): path.stem
            for path in SCRIPTS.glob("*.lua")
        }
        self._records: dict[tuple[bytes, int], dict[str, Any]] = {}
        """By key and version."""

    def name(self, command: Sequence[bytes]) -> str:
        """Return the name of a command; "" for reads and for what belongs to the queue."""
        word = command[0].decode().upper()
        if word not in _WRITES or len(command) < 2:
            return ""
        if word in {"EVAL", "EVALSHA"}:
            return self._of_script(command)
        key = command[1].decode()
        return f"store {word.lower()} {_kind(key)}" if _is_counted(key) else ""

    def _of_script(self, command: Sequence[bytes]) -> str:
        count = int(command[2])
        keys, arguments = command[3 : 3 + count], command[3 + count :]
        if not keys or not _is_counted(keys[0].decode()):
            return ""
        source = command[1].decode()
        script = self._scripts.get(source) or self._scripts.get(
            hashlib.sha1(command[1], usedforsecurity=False).hexdigest(), "script"
        )
        if script == "save":
            return self._of_save(keys[0], arguments)
        return f"store {script} {_kind(keys[0].decode())}"

    def _of_save(self, key: bytes, arguments: Sequence[bytes]) -> str:
        """Name a save by what happened, or by what it notes; "" for one that comes too late and changes nothing."""
        version = int(arguments[1])
        if (key, version + 1) in self._records:
            return ""
        record = self._records[key, version + 1] = json.loads(arguments[2])
        # The audit's entries come last, after the record; nothing between looks like one.
        events = [json.loads(entry)["event"] for entry in arguments[3:] if entry.startswith(b"{")]
        told = events or _changed(self._records.get((key, version), {}), record)
        return f"store save {', '.join(dict.fromkeys(told))}"


def _is_counted(key: str) -> bool:
    return key.startswith(_OURS) and not key.startswith(QUEUE) and _kind(key) not in _BY_THE_CLOCK


def _kind(key: str) -> str:
    """Say what stands under a key: ``texts``, ``once``, ``pace``."""
    return key.removeprefix(_OURS).partition(":")[0]


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """List what differs between two records, the messages by slot and by what became known of each."""
    fields = [name for name in after if before.get(name) != after[name]]
    told = [*_messages(before.get("messages", {}), after["messages"])]
    told += [name for name in fields if name not in {"messages", *_BOOKKEEPING}]
    return told or fields or ["nothing"]


def _messages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for slot, message in after.items():
        known = before.get(slot, {})
        if known != message:
            news = [name for name in reversed(message) if name in known and known[name] != message[name]]
            yield f"{slot} {news[0]}" if news else f"{slot} intended"


def _arguments(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type == "application/json":
        given = json.loads(body or b"{}")
        return given if isinstance(given, dict) else {}
    return dict(parse_qsl(body.decode(errors="replace"))) if "urlencoded" in content_type else {}


def _slot(slack: Slack, given: Mapping[str, Any]) -> str:
    """Return the slot of the message that a call is about; "" when it is about none of ours."""
    metadata = given.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    ts = given.get("ts") or given.get("message_ts") or ""
    if not metadata and ts:
        message = slack.workspace.messages.find(str(given.get("channel")), str(ts))
        metadata = (message.metadata if message else None) or {}
    return str((metadata.get("event_payload") or {}).get("slot", ""))
