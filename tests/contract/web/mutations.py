"""Genuine requests of Slack's, and seeded ways to spoil them: what strangers, proxies and accidents send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from bot.slack import ids
from bot.web.guard import LARGEST
from tests.unit.slack.bench import pressed, said, slash, target
from tests.unit.web.wire import Headers, chunked, request, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

SECRET: Final = "bench"
"""What the app on the bench signs with."""

CANARY: Final = "canary3f9a"
"""Stands in every body; must stand nowhere else."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"


@dataclass(frozen=True)
class Genuine:
    """A request as Slack sends it.

    Attributes:
        at: Seconds since the epoch.
    """

    body: bytes
    kind: str
    at: int

    def headers(self, **replaced: str) -> Headers:
        """Give its headers, signed for the body; ``kind``, ``timestamp`` and ``secret`` may be others."""
        timestamp = replaced.get("timestamp", str(self.at))
        given = signed(self.body, timestamp, replaced.get("secret", SECRET))
        return [("Content-Type", replaced.get("kind", self.kind)), *given]


def genuine(random: Random, at: int) -> Genuine:
    """Give a press, an event, or a command."""
    payload: dict[str, Any] = random.choice(
        [pressed("approve", target()), pressed("deny", target()), said(f"approve {CANARY}"), slash("help")]
    )
    payload = {**payload, "canary": CANARY, "n": random.randrange(10**9)}
    if "command" in payload:
        return Genuine(urlencode(payload).encode(), FORM, at)
    if "event" in payload:
        return Genuine(json.dumps(payload).encode(), JSON, at)
    return Genuine(b"payload=" + quote(json.dumps(payload)).encode(), FORM, at)


def resigned(body: bytes, at: int, kind: str = FORM) -> bytes:
    """Write a body that was signed as it is, by somebody who has the secret."""
    return request(body, Genuine(body, kind, at).headers())


def _forged(random: Random, real: Genuine) -> bytes:
    seal = f"v0={random.getrandbits(256):064x}"
    secret = random.choice(["Bench", "bench ", "0", CANARY])
    return request(
        real.body,
        random.choice(
            [
                real.headers(secret=secret),
                [(TIMESTAMP, str(real.at)), (SIGNATURE, seal)],
                Genuine(real.body + b"&", real.kind, real.at).headers(),
            ]
        ),
    )


def _replayed(random: Random, real: Genuine) -> bytes:
    shift = random.choice([-1, 1]) * random.choice([1000, 3600, 86_400, random.randrange(1000, 10**9)])
    return request(real.body, real.headers(timestamp=str(abs(real.at + shift))))


def _timestamp(random: Random, real: Genuine) -> bytes:
    shapes = ["{}.0", "+{}", "-{}", "0x{:x}", "{}e0", "{:_}", "{:,}", "00000{}", "'{}'", "{};{}", "٣{}"]
    shape = random.choice(shapes)
    odd = random.choice(["", "nan", "inf", "None", "null", "9" * 5000, "\udcff", "\x00", "1e400", CANARY])
    timestamp = random.choice([shape.format(real.at, real.at), odd])
    return request(real.body, [(TIMESTAMP, timestamp), real.headers()[-1]])


def _signature(random: Random, real: Genuine) -> bytes:
    seal = real.headers()[-1][1]
    odd = [
        "",
        "v0=",
        seal[:-1],
        seal + "0",
        seal.upper(),
        seal[3:],
        f"v1={seal[3:]}",
        f"{seal},{seal}",
        "v0=" + "é" * 64,
    ]
    odd += ["v0=" + "\udcff" * 64, "v0=" + "0" * 5000, seal.replace("v0=", "v0 = "), seal[::-1], CANARY]
    return request(real.body, [real.headers()[1], (SIGNATURE, random.choice(odd))])


def _missing(random: Random, real: Genuine) -> bytes:
    gone = random.sample([TIMESTAMP, SIGNATURE], random.choice([1, 2]))
    return request(real.body, [header for header in real.headers() if header[0] not in gone])


def _doubled(random: Random, real: Genuine) -> bytes:
    name, value = random.choice(real.headers()[1:])
    other = random.choice([value, value[::-1], "", CANARY])
    both = [*real.headers(), (random.choice([name, name.lower(), name.upper()]), other)]
    random.shuffle(both)
    return request(real.body, both)


def _odd_header(random: Random, real: Genuine) -> bytes:
    odd = [
        ("X" * random.randrange(1, 20_000), CANARY), ("X", CANARY * random.randrange(1, 2000)), ("X\x00", CANARY),
        ("X Y", CANARY), ("", CANARY), ("X", f"{CANARY}\r\n folded"), ("X", f"{CANARY}\x01"), ("X", "\udcff\udcfe"),
        ("Host", CANARY), ("Content-Length", "-1"), ("Content-Length", CANARY), ("Content-Length", "9" * 400),
        ("Content-Encoding", "gzip"), ("Content-Encoding", CANARY), ("Transfer-Encoding", CANARY),
        ("Transfer-Encoding", "gzip, chunked"), ("Expect", "100-continue"), ("Expect", CANARY), ("Upgrade", "websocket"),
        ("Connection", CANARY), ("Cookie", f"{CANARY}=\x7f;;;"), ("X-Slack-Retry-Num", CANARY),
        ("X-Slack-Bolt-Lazy-Only", "1"), ("X-Slack-Bolt-Lazy-Function-Name", CANARY),
    ]  # fmt: skip
    return request(real.body, [*real.headers(), *random.choices(odd, k=random.choice([1, 1, 2, 60]))])


def _cut_or_longer(random: Random, real: Genuine) -> bytes:
    cut = real.body[: random.randrange(len(real.body))]
    longer = real.body + random.randbytes(random.randrange(1, 500))
    return request(random.choice([cut, longer, b"", real.body * 2]), real.headers())


def _wrong_length(random: Random, real: Genuine) -> bytes:
    length = len(real.body) + random.choice([-50, -1, 1, 1000])
    return request(real.body, [*real.headers(), ("Content-Length", str(length))])


def _flipped(random: Random, real: Genuine) -> bytes:
    raw = bytearray(request(real.body, real.headers()))
    for _ in range(random.choice([1, 1, 2, 8, 64])):
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return bytes(raw)


def _oversized(random: Random, real: Genuine) -> bytes:
    declared = [*real.headers(), ("Content-Length", str(random.choice([LARGEST + 1, 20_000_000, 10**15])))]
    # Most only say how large they are: sending them all would measure the loopback.
    if random.random() > 0.03:
        return request(real.body, declared)
    large = (CANARY.encode() + b"[") * 100_000
    whole = [*Genuine(large, JSON, real.at).headers(), ("Transfer-Encoding", "chunked")]
    return random.choice([request(large, real.headers()), request(chunked(large, 60_000), whole)])


def _chunks(random: Random, real: Genuine) -> bytes:
    headers = [*real.headers(), ("Transfer-Encoding", "chunked")]
    raw = chunked(real.body, random.randrange(1, 400))
    broken = [
        raw, raw.replace(b"\r\n", b"\n", 1), b"zz\r\n" + raw, b"-1\r\n" + raw, b"F" * 40 + b"\r\n" + raw,
        b"5;x=" + CANARY.encode() * 3000 + b"\r\n" + raw, raw[:-5] + b"0\r\nX: " + CANARY.encode() + b"\r\n\r\n",
    ]  # fmt: skip
    return request(random.choice(broken), headers)


def _content_type(random: Random, real: Genuine) -> bytes:
    kinds = [
        "", JSON, FORM, "text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=" + CANARY,
        "application/json; charset=utf-16", f"{FORM}; charset=\udcff", "application/json;" * 50, "/", ";", CANARY,
    ]  # fmt: skip
    return request(real.body, real.headers(kind=random.choice(kinds)))


def _escapes(random: Random, real: Genuine) -> bytes:
    odd = [
        "%",
        "%%",
        "%zz",
        "%0",
        "%u0041",
        "%00",
        "%ff%fe",
        "%c0%af",
        "%ed%a0%80",
        "+%2",
        "&&==",
        "&=&",
        "=",
        ";",
        "%7b",
    ]
    parts = [real.body[at : at + 40].decode() for at in range(0, len(real.body), 40)]
    for _ in range(random.randrange(1, 5)):
        parts.insert(random.randrange(len(parts) + 1), random.choice(odd))
    return resigned("".join(parts).encode(), real.at, real.kind)


def _no_text(random: Random, real: Genuine) -> bytes:
    at = random.randrange(len(real.body))
    odd = random.choice(
        [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc3", b"\xff\xfe{\x00}\x00"]
    )
    return resigned(real.body[:at] + odd + real.body[at:], real.at, real.kind)


def _nested(random: Random, real: Genuine) -> bytes:
    depth = random.choice([50, 900, 1100, 5000, 100_000])
    opening, closing = random.choice([("[", "]"), ('{"a":', "}")])
    nest = opening * depth + (f'"{CANARY}"' + closing * depth if random.random() < 0.7 else "")
    whole = random.choice([nest, f'{{"type":"event_callback","event":{nest}}}'])
    if random.random() < 0.5:
        return resigned(whole.encode(), real.at, JSON)
    return resigned(b"payload=" + quote(whole).encode(), real.at)


def _null_bytes(random: Random, real: Genuine) -> bytes:
    at = random.randrange(len(real.body))
    odd = random.choice([b"\x00", b"%00", b"\\u0000", b"\x00" * 500])
    return resigned(real.body[:at] + odd + real.body[at:], real.at, real.kind)


def _twice(random: Random, real: Genuine) -> bytes:
    text = f'"text":"{CANARY}"'
    whole = random.choice([
        f'{{"type":"url_verification","type":"x",{text}}}', f'{{{text},{text},"challenge":1,"challenge":[]}}',
        f"payload={quote('{}')}&payload={quote(CANARY)}", f"payload={quote('{}')}&payload={quote('{}')}&{CANARY}",
        f"command=/a&command=/superdocs&text={CANARY}", "&".join([f"command={CANARY}"] * 3000),
    ])  # fmt: skip
    return resigned(whole.encode(), real.at, random.choice([JSON, FORM]))


def _garbage(random: Random, real: Genuine) -> bytes:
    scalars = [
        "",
        " ",
        "null",
        "true",
        "0",
        "1e999",
        "NaN",
        "-",
        f'"{CANARY}"',
        "[]",
        "[{}]",
        "{}",
        "{",
        "}",
        "[",
        "\ufeff{}",
    ]
    scalars += [
        f"[{CANARY}",
        '{"type":',
        '{"a":"\\ud800"}',
        '{"a":1}}',
        "9" * 5000,
        f"{{'{CANARY}':1}}",
        CANARY * 1000,
    ]
    words = random.choice(scalars)
    odd = [
        words.encode(), b"payload=" + quote(words).encode(), b"payload=", b"payload", random.randbytes(300),
        f'{{"type":{words}}}'.encode(), f'{{"type":"{CANARY}","event":{{}}}}'.encode(), b"ssl_check=1&token=" + CANARY.encode(),
    ]  # fmt: skip
    return resigned(random.choice(odd), real.at, random.choice([JSON, FORM, "text/plain"]))


def _junk_inside(random: Random, real: Genuine) -> bytes:
    payload = json.loads(
        json.dumps(random.choice([pressed("approve", target()), said(CANARY), _filled_in()]))
    )
    for _ in range(random.choice([1, 1, 2, 3])):
        part = payload
        while isinstance(inner := part[random.choice(list(part))], dict) and inner and random.random() < 0.7:
            part = inner
        junk: list[object] = [
            None,
            [],
            {},
            CANARY,
            7,
            True,
            1.5,
            [[]],
            [{}],
            [None],
            {"id": []},
            {CANARY: CANARY},
            "\x00",
            "9" * 400,
        ]
        part[random.choice(list(part))] = random.choice(junk)
    return resigned(json.dumps(payload).encode(), real.at, JSON)


def _filled_in() -> dict[str, Any]:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": ids.EDIT_DIALOG,
        "private_metadata": "",
        "state": {"values": {}},
    }
    return {"type": "view_submission", "team": {"id": "T0SANDBOX"}, "user": {"id": "U0REV"}, "view": view}


def _elsewhere(random: Random, real: Genuine) -> bytes:
    methods = ["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "POST", "post", CANARY, "*"]
    paths = [
        "/slack/events", "/slack/events/", "/slack/../slack/events", f"/{CANARY}", "//slack/events", "*", "/%00", "/%ff",
        f"/slack/events?{CANARY * 400}", f"http://{CANARY}/slack/events", "/slack/events;x", "/" + "a" * 9000, "", "/é",
    ]  # fmt: skip
    return request(real.body, real.headers(), path=random.choice(paths), method=random.choice(methods))


MUTATIONS: Final[Mapping[str, Callable[[Random, Genuine], bytes]]] = {
    "forged": _forged,
    "replayed beyond the window": _replayed,
    "odd timestamp": _timestamp,
    "odd signature": _signature,
    "missing header": _missing,
    "doubled header": _doubled,
    "odd header": _odd_header,
    "body cut or longer": _cut_or_longer,
    "wrong length": _wrong_length,
    "flipped bits": _flipped,
    "oversized": _oversized,
    "broken chunks": _chunks,
    "another method or path": _elsewhere,
    "another content type": _content_type,
    "signed, odd escapes": _escapes,
    "signed, no text": _no_text,
    "signed, nested": _nested,
    "signed, null bytes": _null_bytes,
    "signed, names twice": _twice,
    "signed garbage": _garbage,
    "signed, junk inside": _junk_inside,
}
"""By what is wrong with the request."""

REFUSED: Final = frozenset(
    {
        "forged", "replayed beyond the window", "odd timestamp", "odd signature", "missing header", "doubled header",
        "body cut or longer", "oversized",
    }
)  # fmt: skip
"""What never reaches Bolt."""


def mutations(random: Random, count: int, at: int) -> list[tuple[str, bytes]]:
    """Give so many spoilt requests, each kind as often: (what is wrong, the bytes to send)."""
    kinds = list(MUTATIONS)
    named = (kinds[n % len(kinds)] for n in range(count))
    return [(kind, MUTATIONS[kind](random, genuine(random, at))) for kind in named]
