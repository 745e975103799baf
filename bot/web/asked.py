"""What a program asks: its token, its body, and the fields in that, each refused with a problem.

A request is checked in the order of what it costs: token, kind of body, size, JSON, fields, and only then what they name.

Source of the token's form: https://www.rfc-editor.org/rfc/rfc6750
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from bot.relay.asking.programs import MEANINGS
from bot.web.body import Unread, read
from bot.web.problems import Fault, ProblemError

if TYPE_CHECKING:
    from aiohttp import web

_UNREAD: Final = {
    Unread.TOO_LARGE: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "A body may have {:,} bytes at most."),
    Unread.SLOW: (HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time."),
    Unread.BROKEN: (HTTPStatus.BAD_REQUEST, "The body is broken."),
}
"""What a program is told whose body could not be read."""

_TEXT: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_MOST_BESIDE: Final = 64 * 1024
"""Bytes of a body that are no text, and texts: every value takes time and memory, however large a document may be."""

_LONGEST_POINTER: Final = 80
_MOST_FAULTS: Final = 10

_UNKNOWN: Final = "Send the token that the relay has as RELAY_API_TOKEN, once: Authorization: Bearer TOKEN."
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="superdocs-relay"'}

Model = TypeVar("Model", bound=BaseModel)


class Token:
    """What a program must know.

    Args:
        token: `RELAY_API_TOKEN`; must not be empty.
    """

    def __init__(self, token: str) -> None:
        if not token:
            raise ValueError("The API needs a token.")
        self._seal = _sealed(token)

    def check(self, request: web.Request) -> None:
        """Refuse whoever does not know it."""
        given = request.headers.getall("Authorization", [])
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        if scheme.lower() != "bearer" or not hmac.compare_digest(_sealed(token.strip()), self._seal):
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "unauthorized", _UNKNOWN, headers=_CHALLENGE)


def _sealed(token: str) -> bytes:
    """Return a digest to compare by: of equal length whatever is given, so that time tells nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


async def body(request: web.Request, largest: int, limit_s: float) -> bytes:
    """Read a body of JSON.

    Args:
        request: Its body was not read yet.
        largest: Bytes that it may have.
        limit_s: Seconds in which it must be here.
    """
    _check_kind(request)
    raw = await read(request, largest, limit_s)
    if isinstance(raw, Unread):
        status, sentence = _UNREAD[raw]
        raise ProblemError(status, raw.value, sentence.format(largest))
    return raw


def _check_kind(request: web.Request) -> None:
    is_plain = request.headers.get("Content-Encoding", "identity").lower() == "identity"
    is_utf8 = (request.charset or "utf-8").lower() == "utf-8"
    if request.content_type != "application/json" or not is_plain or not is_utf8:
        sentence = "Send application/json, in UTF-8 and not compressed."
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", sentence)


def parsed(raw: bytes, model: type[Model]) -> Model:
    """Read what a body says, as strictly as it is described."""
    if _is_countless(raw):
        raise _unreadable("it holds too many values")
    try:
        given = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise _unreadable("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _unreadable(f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None
    except ValueError:
        raise _unreadable("it names a field twice, or holds what is no number of JSON's") from None
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _unfit(error) from None


def _is_countless(raw: bytes) -> bool:
    """Say whether a body holds more than a few values: one with millions would be read for seconds."""
    beside = end = 0
    for found in _TEXT.finditer(raw):
        beside += 1 + found.start() - end
        end = found.end()
        if beside > _MOST_BESIDE:
            return True
    return beside + len(raw) - end > _MOST_BESIDE


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Read an object; of two fields of one name, nobody could say which one counts."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a field twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _unreadable(reason: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, "bad_json", f"The body is not readable JSON: {reason}.")


def _unfit(error: ValidationError) -> ProblemError:
    """Name every field that is wrong and what it must be; never what it held."""
    details = error.errors(include_input=False, include_url=False, include_context=False)
    faults = [_fault(detail["loc"], detail["type"], detail["msg"]) for detail in details[:_MOST_FAULTS]]
    named = ", ".join(fault.pointer.removeprefix("/") or "the body" for fault in faults)
    sentence = f"These fields are wrong: {named}."
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", sentence, errors=faults)


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> Fault:
    name = "/".join(str(part) for part in place)
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
    meaning = MEANINGS.get(name) if kind == "string_pattern_mismatch" else None
    return Fault(
        pointer=pointer[:_LONGEST_POINTER], detail=f"Must be {meaning}." if meaning else f"{message}."
    )
