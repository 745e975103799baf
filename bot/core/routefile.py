"""The file of routes: TOML to `Routes`, or everything that is wrong with it, each fault with its line.

Nothing in it is ignored: a key that means nothing is a fault, since whoever wrote it thought it meant something.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bot.core.errors import RefusedError
from bot.core.routing import CHANNEL, GROUP, PERSON, Match, Route, Routes, is_pattern
from bot.core.schedule import read_days, read_hour, read_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bot.core.schedule import Schedule

    Path = tuple[str | int, ...]

MOST: Final = 100
"""Names in one list, and routes in a file."""

MOST_MENTIONED: Final = 10
_MOST_APPROVALS: Final = 20
_MOST_CHARACTERS: Final = 100_000

KEYS: Final = ("match", "channel", "reviewers", "approvals", "own_edits", "mention", "digest")
_CHANNEL_NAME: Final = re.compile(r"#[^\s#@*?\[\]]{1,80}")
_HANDLE: Final = re.compile(r"@[^\s@#*?\[\]][^@#\n*?\[\]]{0,79}")

_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "at": read_hour,
    "tz": read_zone,
    "days": read_days,
}
_SCHEDULE_FIELDS: Final = {"at": "at", "tz": "zone", "days": "days"}


class RouteFileError(RefusedError):
    """A file of routes is wrong.

    Attributes:
        faults: Every fault that was seen, each in one line that begins with where it stands; the text is the first.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(faults[0], code="route_file")
        self.faults = tuple(faults)


def parse(text: str, schedule: Schedule) -> Routes:
    """Read a file of routes; what it names in Slack stands in them as it was written.

    Args:
        text: All of it.
        schedule: What a route's digest does not say of its hour.

    Raises:
        RouteFileError: It is wrong; all that is wrong is said at once, unless it is no TOML.
    """
    if len(text) > _MOST_CHARACTERS:
        raise RouteFileError([f"it is longer than {_MOST_CHARACTERS:,} characters"])
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RouteFileError([_located(str(error))]) from None
    reading = _Reading(text, schedule)
    routes = reading.routes(told)
    if reading.faults:
        raise RouteFileError([said for _line, said in sorted(reading.faults)])
    return routes


def line_of(text: str, path: Path) -> int:
    """Return the number of the line on which the statement begins that sets a value; the first where none does.

    Args:
        text: A whole file that is TOML.
        path: Keys and places in arrays, from the outside inwards.
    """
    lines = text.split("\n")
    ends = list(_ends(lines))

    def is_set(end: int) -> int:
        return int(_reaches(tomllib.loads("\n".join(lines[:end])), path))

    place = bisect_left(ends, 1, key=is_set)
    if place == len(ends):
        return 1
    begins = ends[place - 1] if place else 0
    return begins + 1 + _blank(lines[begins:])


def _ends(lines: Sequence[str]) -> Iterator[int]:
    """Give the number of lines up to the end of each statement: one is TOML by itself, and no beginning of it is."""
    begins = 0
    for end in range(1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[begins:end]))
        except tomllib.TOMLDecodeError:
            continue
        yield end
        begins = end


def _reaches(told: Any, path: Path) -> bool:
    for step in path:
        if isinstance(step, int):
            if not isinstance(told, list) or len(told) <= step:
                return False
        elif not isinstance(told, dict) or step not in told:
            return False
        told = told[step]
    return True


def _blank(lines: Sequence[str]) -> int:
    """Count the lines before a statement that say nothing."""
    said = (bool(line.strip()) and not line.strip().startswith("#") for line in lines)
    return next((count for count, says in enumerate(said) if says), 0)


def _located(message: str) -> str:
    """Say TOML's own complaint as ours: the line first."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message, re.DOTALL)
    if found is None:
        return f"at its end: {message.removesuffix(' (at end of document)').lower()}"
    complaint = " ".join(found[1].split())
    return f"line {found[2]}: {complaint[:1].lower()}{complaint[1:]}"


@dataclass(slots=True)
class _Reading:
    """One reading of a file, with what was found wrong on the way: (line, sentence)."""

    text: str
    schedule: Schedule
    faults: list[tuple[int, str]] = field(default_factory=list)

    def routes(self, told: dict[str, Any]) -> Routes:
        self._known(told, (), ("route",))
        listed = told.get("route")
        if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed) or not listed:
            self._fault(("route",), "it must have one [[route]] or more")
            return Routes()
        if len(listed) > MOST:
            self._fault(("route", MOST), f"there may be {MOST} routes at most")
        found = Routes(tuple(self._route(item, ("route", place)) for place, item in enumerate(listed)))
        self._reachable(found)
        return found

    def _reachable(self, found: Routes) -> None:
        """Refuse routes that never count, because an earlier one is for everything."""
        for place, route in enumerate(found.listed[:-1]):
            if route.match == Match():
                self._fault(
                    ("route", place + 1), "the route before is for everything, so this one never counts"
                )

    def _route(self, told: dict[str, Any], path: Path) -> Route:
        self._known(told, path, KEYS)
        match = self._match(told, path)
        channel = self._name(told, (*path, "channel"), _is_channel, "#name or an id (C…)")
        if channel and match.channel != "*":
            self._fault(
                (*path, "channel"),
                "a route that is matched by its channel reviews there: leave one of the two out",
            )
        route = Route(
            match,
            channel,
            self._names(told, (*path, "reviewers"), MOST),
            self._count(told, (*path, "approvals")),
            self._switch(told, (*path, "own_edits")),
            self._names(told, (*path, "mention"), MOST_MENTIONED),
            self._schedule(told, (*path, "digest")),
        )
        self._possible(route, path)
        return route

    def _possible(self, route: Route, path: Path) -> None:
        """Refuse what can never be fulfilled, or means nothing."""
        count = len(route.reviewers)
        if 0 < count < route.approvals and all(map(PERSON.fullmatch, route.reviewers)):
            sentence = f"{route.approvals} people must approve, and {count} may"
            self._fault((*path, "approvals"), sentence)
        if route.schedule and not route.place:
            self._fault((*path, "digest"), "a digest needs a channel: name the route's")

    def _match(self, told: dict[str, Any], path: Path) -> Match:
        patterns = self._table(told, (*path, "match"), ("session", "document", "channel"))
        given = {
            key: self._pattern(value, key, (*path, "match", key))
            for key, value in patterns.items()
            if key in Match.__slots__
        }
        return Match(**given)

    def _pattern(self, value: object, key: str, path: Path) -> str:
        if not isinstance(value, str) or not value:
            self._fault(path, "must be a pattern, such as contract-*")
            return ""
        if key == "channel" and not _is_channel(value) and (value.startswith("#") or not is_pattern(value)):
            self._fault(path, "must be a whole #name, an id (C…), or a pattern of ids")
        return value

    def _schedule(self, told: dict[str, Any], path: Path) -> Schedule | None:
        if path[-1] not in told:
            return None
        given = self._table(told, path, tuple(_READERS))
        read = {_SCHEDULE_FIELDS[key]: self._read(key, given[key], path) for key in given if key in _READERS}
        return replace(self.schedule, **{key: value for key, value in read.items() if value is not None})

    def _read(self, key: str, value: object, path: Path) -> Any:
        try:
            return _READERS[key](value if isinstance(value, str) else "")
        except ValueError as error:
            self._fault((*path, key), str(error))
            return None

    def _name(self, told: dict[str, Any], path: Path, is_name: Callable[[str], bool], shape: str) -> str:
        value = told.get(str(path[-1]), "")
        if path[-1] in told and not (isinstance(value, str) and is_name(value)):
            self._fault(path, f"must be {shape}")
            return ""
        return str(value)

    def _names(self, told: dict[str, Any], path: Path, most: int) -> tuple[str, ...]:
        value = told.get(str(path[-1]), [])
        if not isinstance(value, list) or len(value) > most:
            self._fault(path, f"must be a list of {most} names at most")
            return ()
        for name in value:
            if not isinstance(name, str) or not _is_somebody(name):
                self._fault(
                    path, f"must name people and user groups: @name, or ids (U…, S…), not {_shown(name)}"
                )
        return tuple(dict.fromkeys(name for name in value if isinstance(name, str)))

    def _count(self, told: dict[str, Any], path: Path) -> int:
        value = told.get("approvals", 1)
        if type(value) is not int or not 1 <= value <= _MOST_APPROVALS:
            self._fault(path, f"must be a number of people from 1 to {_MOST_APPROVALS}")
            return 1
        return value

    def _switch(self, told: dict[str, Any], path: Path) -> bool:
        value = told.get("own_edits", True)
        if type(value) is not bool:
            self._fault(path, "must be true or false")
        return bool(value)

    def _table(self, told: dict[str, Any], path: Path, keys: Sequence[str]) -> dict[str, Any]:
        value = told.get(str(path[-1]), {})
        if not isinstance(value, dict):
            self._fault(path, f"must be a table of {', '.join(keys)}")
            return {}
        self._known(value, path, keys)
        return value

    def _known(self, told: dict[str, Any], path: Path, keys: Sequence[str]) -> None:
        for key in told.keys() - set(keys):
            self._fault((*path, key), f"means nothing here; known are {', '.join(keys)}")

    def _fault(self, path: Path, reason: str) -> None:
        line = line_of(self.text, path)
        key = ".".join(str(step) for step in path if isinstance(step, str) and step != "route")
        self.faults.append((line, f"line {line}: {_shown(key) + ': ' if key else ''}{reason}"))


def _is_channel(name: str) -> bool:
    return bool(CHANNEL.fullmatch(name) or _CHANNEL_NAME.fullmatch(name))


def _is_somebody(name: str) -> bool:
    return any(shape.fullmatch(name) for shape in (PERSON, GROUP, _HANDLE))


def _shown(value: object) -> str:
    """Show what somebody wrote, in one line and not at length."""
    words = " ".join(str(value).split())
    return words if len(words) <= MOST else f"{words[:MOST]}…"
