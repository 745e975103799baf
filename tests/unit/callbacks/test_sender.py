"""The call that delivers an outcome, over a network that remembers, and to real servers on this machine."""

from __future__ import annotations

import asyncio
import logging
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook

from bot import __version__
from bot.callbacks.address import CODE
from bot.callbacks.transport import CheckedNetwork
from bot.core.errors import RefusedError, TransientError
from tests.unit.callbacks.conftest import SECRET
from tests.unit.callbacks.forms import LISTED, written
from tests.unit.callbacks.listener import listening

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://hooks.example.com/done?token=QUERY-SECRET"
PAYLOAD = b'{"type":"edit.completed","data":"BODY-SECRET"}'
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=0.05)


def answer(status: str, *headers: str, body: str = "") -> bytes:
    """Return an answer of HTTP."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", body]).encode()


async def deliver(callbacks, url: str = URL, at: datetime = NOW) -> None:
    await callbacks.deliver(url, "msg_1", at, PAYLOAD)


# What is refused.


async def test_no_strange_form_is_ever_called(calling, network, names):
    """Not to check it, not to deliver: nobody is asked for a name, nothing is connected to."""
    callbacks = calling(*LISTED)
    for url in written():
        with pytest.raises(RefusedError) as refused:
            await callbacks.check(url)
        assert refused.value.code == CODE
        with pytest.raises(RefusedError):
            await deliver(callbacks, url)
    assert (names.asked, network.connected) == ([], [])


@pytest.mark.parametrize("answers", [("127.0.0.1",), ("93.184.215.14", "127.0.0.1"), ("::1",), ("fe80::1",)])
async def test_a_listed_name_that_leads_inside_is_never_called(calling, names, answers):
    """A server that really listens there hears of nothing."""
    names.answers = [answers]
    async with listening() as inside:
        url = f"https://hooks.example.com:{inside.port}/"
        checked = CheckedNetwork(allows_private=False, resolve=names.resolve)
        callbacks = calling(f"hooks.example.com:{inside.port}", network=checked)
        for work in (callbacks.check(url), deliver(callbacks, url)):
            with pytest.raises(RefusedError, match="not public"):
                await work
        assert inside.connections == 0


async def test_a_name_that_changes_its_mind_is_never_called(calling, network, names):
    """Public when it was checked, something else when it is called."""
    names.answers = [("93.184.215.14",), ("169.254.169.254",)]
    callbacks = calling("hooks.example.com")
    await callbacks.check(URL)
    with pytest.raises(RefusedError, match="not public"):
        await deliver(callbacks)
    assert network.connected == []


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 Choices"]
)
async def test_no_redirect_is_followed(calling, names, status):
    """Whoever is pointed to hears nothing, on the same host or another: it is no success, that is all."""
    names.answers = [("127.0.0.1",)]
    async with listening() as target, listening() as server:
        redirect = answer(status, f"Location: http://relay.internal:{target.port}/latest/meta-data/")
        server.says = [redirect]
        hosts = (f"relay.internal:{server.port}", f"relay.internal:{target.port}")
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        callbacks = calling(*hosts, private=True, network=checked)
        with pytest.raises(TransientError, match=f"answered {status[:3]}"):
            await deliver(callbacks, f"http://relay.internal:{server.port}/")
        assert (server.connections, target.connections) == (1, 0)


async def test_an_answer_cannot_send_the_relay_elsewhere(calling, network):
    """What other clients obey is a header like any other."""
    network.says = [
        answer(
            "200 OK",
            "Refresh: 0; url=http://127.0.0.1/",
            'Alt-Svc: h2="127.0.0.1:443"',
            "Link: <http://127.0.0.1>; rel=preload",
        )
    ]
    await deliver(calling("hooks.example.com"))
    assert network.connected == [("93.184.215.14", 443)]


async def test_no_proxy_of_the_environment_is_asked(calling, names, monkeypatch):
    """It would resolve the name itself."""
    names.answers = [("127.0.0.1",)]
    async with listening() as proxy, listening() as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        await deliver(
            calling("*.lan:" + str(server.port), private=True, network=checked),
            f"http://a.lan:{server.port}/",
        )
        assert (proxy.connections, server.connections) == (0, 1)


async def test_an_unknown_name_is_refused_when_it_is_given_and_tried_again_later(calling, names):
    """Who gives it can mend it; an outcome waits for it to come back."""
    names.answers = [()]
    callbacks = calling("hooks.example.com")
    with pytest.raises(RefusedError, match="not known to the domain name system") as refused:
        await callbacks.check(URL)
    assert refused.value.code == CODE
    with pytest.raises(TransientError, match="not known"):
        await deliver(callbacks)


# What is called.


async def test_a_good_address_passes(calling, network, names):
    """Its name is resolved, and nothing is connected to."""
    await calling("hooks.example.com").check(URL)
    assert (names.asked, network.connected) == (["hooks.example.com"], [])


async def test_a_real_server_hears_what_the_standard_says(calling, names):
    """One POST, signed, of the very bytes; under the host's name and the whole path."""
    names.answers = [("127.0.0.1",)]
    async with listening() as server:
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        callbacks = calling(f"relay.internal:{server.port}", private=True, network=checked)
        await deliver(callbacks, f"http://relay.internal:{server.port}/done?x=%20", datetime.now(UTC))
        assert server.heard[0].startswith(b"POST /done?x=%20 HTTP/1.1\r\n")
        assert server.body == PAYLOAD
        assert server.header("host") == f"relay.internal:{server.port}"
        assert server.header("content-type") == "application/json"
        assert server.header("accept-encoding") == "identity"
        assert server.header("user-agent") == f"superdocs-relay/{__version__}"
        headers = {
            name: server.header(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        }
        assert headers["webhook-id"] == "msg_1"
        assert Webhook(SECRET).verify(server.body, headers)["type"] == "edit.completed"


async def test_each_call_is_a_connection_of_its_own(calling, names):
    """So each one is looked at."""
    names.answers = [("127.0.0.1",)]
    async with listening(keeps_open=True) as server:
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        callbacks = calling(f"relay.internal:{server.port}", private=True, network=checked)
        for _ in range(3):
            await deliver(callbacks, f"http://relay.internal:{server.port}/")
        assert (server.connections, len(names.asked)) == (3, 3)


async def test_numbers_are_called_where_they_are_listed(calling):
    """In a network of one's own, by the system's own name service."""
    async with listening() as server:
        checked = CheckedNetwork(allows_private=True)
        callbacks = calling(f"127.0.0.1:{server.port}", private=True, network=checked)
        url = f"http://127.0.0.1:{server.port}/"
        await callbacks.check(url)
        await deliver(callbacks, url)
        assert server.header("host") == f"127.0.0.1:{server.port}"


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server shows, and what a client believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


@pytest.mark.parametrize("shown", ["hooks.example.com", "evil.example.com"])
async def test_encryption_is_with_the_name_and_not_with_the_number(calling, names, tmp_path, shown):
    """The server is asked for by its name, and must prove that it has it."""
    server_side, client_side = certificate(tmp_path, shown)
    names.answers = [("127.0.0.1",)]
    async with listening(server_side) as server:
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        host = f"hooks.example.com:{server.port}"
        callbacks = calling(host, private=True, network=checked, certificates=client_side)
        if shown == "hooks.example.com":
            await deliver(callbacks, f"https://{host}/")
            assert server.body == PAYLOAD
        else:
            with pytest.raises(TransientError, match=r"could not be called \(ConnectError\)"):
                await deliver(callbacks, f"https://{host}/")
            assert server.heard == []
        assert server.server_names == ["hooks.example.com"]


# What is answered.


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 Fine"])
async def test_every_success_is_one(calling, network, status):
    """Whatever stands in it."""
    network.says = [answer(status, body="thanks")]
    await deliver(calling("hooks.example.com"))


@pytest.mark.parametrize("status", [302, 304, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504])
async def test_anything_else_is_tried_again(calling, network, status):
    """Programs are mended, secrets set right, and servers come back."""
    network.says = [answer(f"{status} No", body="BODY-SECRET")]
    with pytest.raises(TransientError) as failed:
        await deliver(calling("hooks.example.com"))
    assert str(failed.value) == f"The callback's host hooks.example.com answered {status}."
    assert failed.value.retry_after_s is None


async def test_410_is_for_ever(calling, network):
    """So a program says that it wants to hear no more."""
    network.says = [answer("410 Gone")]
    with pytest.raises(RefusedError, match="wants to hear no more"):
        await deliver(calling("hooks.example.com"))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), ("Mon, 23 Nov 2026 12:02:00 GMT", 120.0), ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0), ("Mon, 23 Nov 2026 12:02:00 -0000", 120.0),
        ("soon", None), ("-1", None), ("", None), ("9" * 30, None), ("Mon, 23 Nov 99999999999 12:00:00 GMT", None), ("1.5", None),
    ],
)  # fmt: skip
async def test_how_long_to_wait_is_passed_on(calling, network, header, seconds):
    """In seconds or as a date; nonsense is nothing."""
    network.says = [answer("503 Busy", f"Retry-After: {header}")]
    with pytest.raises(TransientError) as failed:
        await deliver(calling("hooks.example.com"))
    assert failed.value.retry_after_s == seconds


@pytest.mark.parametrize(
    "said",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 40_000, httpcore.ConnectError("x"), httpcore.ReadError("x")],
)  # fmt: skip
async def test_what_is_no_answer_is_tried_again(calling, network, said):
    """In a sentence of ours, with none of theirs."""
    network.says = [said]
    with pytest.raises(
        TransientError, match=r"^The callback's host hooks\.example\.com could not be called \(\w+\)\.$"
    ):
        await deliver(calling("hooks.example.com"))


async def test_a_silent_server_is_given_up(calling, names):
    """The whole call has a limit."""
    names.answers = [("127.0.0.1",)]
    async with listening(says=[None]) as server:
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        callbacks = calling(f"a.lan:{server.port}", private=True, network=checked, limit=MOMENT)
        with pytest.raises(TransientError, match=r"did not answer within 0\.05 seconds"):
            await deliver(callbacks, f"http://a.lan:{server.port}/")


async def test_a_silent_name_service_is_given_up(calling):
    """Its time is part of the whole."""

    async def silent(_name: str, _port: int):
        await asyncio.Event().wait()

    callbacks = calling(
        "hooks.example.com", network=CheckedNetwork(allows_private=False, resolve=silent), limit=MOMENT
    )
    for work in (callbacks.check(URL), deliver(callbacks)):
        with pytest.raises(TransientError, match="did not answer within"):
            await work


@pytest.mark.parametrize("rest", [b"", b"x" * 1_000_000, b"5\r\nbroken"])
async def test_the_status_counts_and_not_the_rest_of_an_answer(calling, names, rest):
    """An answer that never ends, is endless, or breaks off: it was taken."""
    names.answers = [("127.0.0.1",)]
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n"
    async with listening(says=[head + rest], keeps_open=not rest) as server:
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        callbacks = calling(f"a.lan:{server.port}", private=True, network=checked, limit=MOMENT * 4)
        await deliver(callbacks, f"http://a.lan:{server.port}/")


async def test_an_endless_answer_is_not_waited_for(calling, names):
    """What was read of it is enough."""
    names.answers = [("127.0.0.1",)]
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n" + b"x" * 100_000
    async with listening(says=[said], keeps_open=True) as server, asyncio.timeout(5):
        checked = CheckedNetwork(allows_private=True, resolve=names.resolve)
        callbacks = calling(f"a.lan:{server.port}", private=True, network=checked)
        await deliver(callbacks, f"http://a.lan:{server.port}/")


async def test_nothing_that_is_packed_is_unpacked(calling, network):
    """A small answer stays small."""
    network.says = [answer("200 OK", "Content-Encoding: gzip", body="no gzip at all")]
    await deliver(calling("hooks.example.com"))


# What is told.


async def test_no_log_and_no_error_tells_what_is_secret(calling, network, caplog):
    """Neither the query, nor what is delivered, nor the secret, nor what was answered, at any level."""
    caplog.set_level(logging.DEBUG)
    callbacks = calling("hooks.example.com")
    network.says = [
        answer("200 OK", body="ANSWER-SECRET"),
        answer("500 No", body="ANSWER-SECRET"),
        answer("410 Gone"),
        b"?",
        httpcore.ConnectError("x"),
    ]
    told = []
    for url in [URL] * 5 + [URL + "#", URL.replace("hooks", "other.hooks"), URL.replace("https", "http")]:
        try:
            await deliver(callbacks, url)
        except (RefusedError, TransientError) as error:
            told += [str(error), repr(error)]
    assert len(told) == 2 * 7
    everything = "\n".join([caplog.text, repr(callbacks), *told])
    for secret in ("QUERY-SECRET", "BODY-SECRET", "ANSWER-SECRET", SECRET, SECRET.removeprefix("whsec_")):
        assert secret not in everything
