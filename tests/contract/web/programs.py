"""Genuine requests of programs, and seeded ways to spoil them: what loops, proxies, accidents and strangers send."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tests.contract.web.mutations import CANARY
from tests.unit.web.wire import chunked, request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

TOKEN: Final = "0123456789abcdef"
HTML: Final = f"<p>{CANARY}</p>"


@dataclass(frozen=True)
class Asked:
    """A request as a program sends it."""

    body: bytes
    path: str = "/v1/edits"
    method: str = "POST"
    token: str = f"Bearer {TOKEN}"
    kind: str = "application/json"
    more: tuple[tuple[str, str], ...] = ()

    def written(self) -> bytes:
        """Write it."""
        headers = [("Authorization", self.token), ("Content-Type", self.kind), *self.more]
        return request(self.body, headers, path=self.path, method=self.method)


def fields(random: Random) -> dict[str, Any]:
    """Give a body that is well-formed."""
    return {
        "message": f"Make it 60 days. {CANARY} {random.randrange(10**9)}",
        "document_html": HTML,
        "document": f"{CANARY}.html",
        "session_id": random.choice(["acme/1", f"s{random.randrange(99)}"]),
        "requester": "U0REQ",
        "callback_url": f"https://hooks.example.com/{CANARY}?token={CANARY}",
    }


def genuine(random: Random) -> Asked:
    """Give a request for an edit, a hand-over, or a question."""
    more = random.choice([(), (("Idempotency-Key", f"{CANARY} {random.randrange(50)}"),)])
    handed = {"job_id": f"job_{random.randrange(99)}", "session_id": "acme/1", "document": f"{CANARY}.html"}
    return random.choice(
        [
            Asked(json.dumps(fields(random)).encode(), more=more),
            Asked(json.dumps(fields(random), ensure_ascii=False).encode(), more=more),
            Asked(json.dumps(handed).encode(), path="/v1/watch"),
            Asked(b"", path=f"/v1/watch/{random.choice(['job_1', '0' * 16, CANARY])}", method="GET"),
            Asked(b"", path=f"/v1/watch/{random.choice(['job_1', 'f' * 16])}/document", method="GET"),
        ]
    )


def _stranger(random: Random, real: Asked) -> bytes:
    tokens = [
        "",
        TOKEN,
        "Bearer",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        f"Bearer {CANARY}",
    ]
    tokens += [
        f"Bearer {TOKEN.upper()}",
        f"Bearer  {TOKEN[::-1]}",
        "Bearer \udcff\udcfe",
        f"Bearer {TOKEN},{TOKEN}",
    ]
    return replace(real, token=random.choice(tokens)).written()


def _two_tokens(random: Random, real: Asked) -> bytes:
    other = random.choice([real.token, f"Bearer {CANARY}", ""])
    return replace(real, more=(("authorization", other), *real.more)).written()


def _junk(random: Random, real: Asked) -> bytes:
    junk: list[object] = [
        None, [], {}, 7, True, 1e308, "", "\0", "\ud800", CANARY, [CANARY], {CANARY: CANARY}, "x" * 100_000, "../" * 50,
        "169.254.169.254", "http://169.254.169.254/", f"https://{CANARY}@[::1]/", "#" + CANARY, "<!channel>", "\u202e",
        f"javascript:{CANARY}", "slack-" + "0" * 16, "=cmd()", "a\r\nX-Evil: 1", "9" * 400,
    ]  # fmt: skip
    given = fields(random)
    for _ in range(random.choice([1, 1, 2, 4])):
        given[random.choice([*given, "channel", "mode", "model_tier", CANARY, "__class__"])] = random.choice(
            junk
        )
    return replace(real, path="/v1/edits", method="POST", body=json.dumps(given).encode()).written()


def _no_json(random: Random, real: Asked) -> bytes:
    at = random.randrange(len(real.body) + 1)
    odd = [
        b"\xff",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\x00",
        b'"',
        b"{",
        b"]",
        b"\\u12",
        b"NaN",
        b"1e999",
        b"\xef\xbb\xbf",
    ]
    body = real.body[:at] + random.choice(odd) * random.choice([1, 1, 900]) + real.body[at + 1 :]
    whole = [
        b"",
        b"null",
        b"[]",
        b'"' + CANARY.encode(),
        b"[" * 60_000,
        b'{"a":' * 9000,
        b'{"message":1,"message":2}',
    ]
    whole += [
        b"9" * 5000,
        random.randbytes(400),
        json.dumps({f"{CANARY}{n}": 1 for n in range(500)}).encode(),
    ]
    return replace(real, body=random.choice([body, body, random.choice(whole)])).written()


def _many(random: Random, real: Asked) -> bytes:
    piece = random.choice([b"{},", b"[],", b'"",', b'"x":1,', b"1,", b" "])
    body = b'{"message":[' + piece * (random.choice([70_000, 300_000]) // len(piece))
    return replace(real, path=random.choice(["/v1/edits", "/v1/watch"]), method="POST", body=body).written()


def _odd_key(random: Random, real: Asked) -> bytes:
    keys = ["", "\x7f", "é", "x" * 256, "x" * 9000, "\udcff", f"{CANARY}\t", "a\x00b"]
    more = [("Idempotency-Key", random.choice(keys)) for _ in range(random.choice([1, 1, 2]))]
    return replace(real, path="/v1/edits", method="POST", more=tuple(more)).written()


def _odd_kind(random: Random, real: Asked) -> bytes:
    kinds = [
        "",
        "text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=\udcff",
        CANARY,
        ";",
        "/",
    ]
    encodings = [(), (("Content-Encoding", "gzip"),), (("Content-Encoding", CANARY),)]
    return replace(real, kind=random.choice(kinds), more=random.choice(encodings)).written()


def _odd_path(random: Random, real: Asked) -> bytes:
    paths = [
        "/v1/edits/", "/v1//edits", "/v1/../v1/edits", f"/v1/{CANARY}", "/v1/watch/..%2f..%2fetc", "/v1/watch/%00/document",
        "/v1/watch/%ff", f"/v1/watch/{'a' * 4000}", "/v1/watch/a%0d%0aX:1/document", "/v1/edits?" + CANARY * 300, "/v1",
        "/v1/watch/%2e%2e/document", "/v1/watch//document", "/v1/watch/*/document", "/v1/openapi.json/x", "/v1/edits;x",
        "/v1/watch/\udcff", "/v1/watch/[0-9]/document", "/v1/watch/superdocs-relay:job:x",
    ]  # fmt: skip
    methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", CANARY]
    return replace(real, path=random.choice(paths), method=random.choice(methods)).written()


def _flipped(random: Random, real: Asked) -> bytes:
    raw = bytearray(real.written())
    for _ in range(random.choice([1, 1, 2, 8, 64])):
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return bytes(raw)


def _length(random: Random, real: Asked) -> bytes:
    lengths = ["-1", CANARY, str(len(real.body) + 50), str(20_000_000), str(10**15), "9" * 400]
    if random.random() < 0.5:
        return replace(real, more=(("Content-Length", random.choice(lengths)),)).written()
    raw = replace(real, body=b"", more=(("Transfer-Encoding", "chunked"),)).written()
    return raw + random.choice(
        [chunked(real.body, 7), b"zz\r\n", b"F" * 40 + b"\r\n", chunked(real.body)[:-5]]
    )


MUTATIONS: Final[Mapping[str, Callable[[Random, Asked], bytes]]] = {
    "no token, or another": _stranger,
    "two tokens": _two_tokens,
    "junk in a field": _junk,
    "no JSON": _no_json,
    "many values": _many,
    "odd key": _odd_key,
    "odd kind": _odd_kind,
    "odd path or method": _odd_path,
    "flipped bits": _flipped,
    "wrong length, broken chunks": _length,
}
"""By what is wrong with the request."""


def mutations(random: Random, count: int) -> list[tuple[str, bytes]]:
    """Give so many spoilt requests, each kind as often: (what is wrong, the bytes to send)."""
    kinds = list(MUTATIONS)
    named = (kinds[n % len(kinds)] for n in range(count))
    return [(kind, MUTATIONS[kind](random, genuine(random))) for kind in named]
