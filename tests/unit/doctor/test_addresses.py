"""Where an address leads is read from the address: nobody is asked, and no secret in it is shown."""

from __future__ import annotations

import pytest

from bot.doctor.addresses import has_password, hosts, is_in_the_open, is_loopback, is_private, shown


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("redis://localhost", ("localhost",)),
        ("rediss://relay:pass%2Fword@redis.example:6380/0?ssl_ca_certs=/ca.pem", ("redis.example",)),
        ("redis://[::1]:6379/0", ("::1",)),
        ("redis+sentinel://:secret@one:26379,[fd00::2]:26379,three/main", ("one", "fd00::2", "three")),
        ("unix:///run/redis.sock", ()),
        ("redis://[broken", ()),
        ("redis://", ()),
    ],
)
def test_every_host_of_an_address_is_named(url: str, named: tuple[str, ...]):
    """Sentinel has several, a socket none, and what cannot be read is nobody."""
    assert hosts(url) == named


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("redis://:secret@host", True),
        ("redis://user:secret@host", True),
        ("redis://host?password=secret", True),
        ("redis://user@host", False),
        ("redis://host/0?db=1", False),
    ],
)
def test_a_password_is_found_wherever_the_library_takes_it(url: str, is_one: bool):
    """Before the host, or in the query."""
    assert has_password(url) is is_one


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("redis://user:secret@host:6379/3?password=secret#secret", "redis://host:6379/3"),
        ("redis://:sec@ret@host", "redis://host"),
        ("redis+sentinel://:secret@one:26379,two/main?sentinel_password=secret", "redis+sentinel://one:26379,two/main"),
        ("unix:///run/redis.sock?password=secret", "unix:///run/redis.sock"),
    ],
)  # fmt: skip
def test_what_is_shown_holds_no_secret(url: str, text: str):
    """Neither user nor query."""
    assert shown(url) == text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "redis.localhost"])
def test_this_machine_is_known(host: str):
    """By name and by address; it is private as well."""
    assert is_loopback(host)
    assert is_private(host)


@pytest.mark.parametrize(
    "host", ["redis", "10.0.0.7", "192.168.1.2", "fd00::2", "db.corp.internal", "nas.local"]
)
def test_a_private_host_is_not_this_machine(host: str):
    """A container beside it, or a name that no public server has."""
    assert is_private(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["redis.example.com", "8.8.8.8", "2600::1", "localhost.example.com"])
def test_everything_else_may_be_anywhere(host: str):
    """A name with a dot is not asked where it leads."""
    assert not is_private(host)


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("https://slack.com/api/", False),
        ("http://127.0.0.1:8765/slack/api/", False),
        ("http://localhost/superdocs", False),
        ("http://slack.com/api/", True),
        ("http://proxy:8080/", True),
        ("http://10.0.0.7/", True),
    ],
)
def test_what_leaves_this_machine_without_encryption_is_in_the_open(url: str, is_open: bool):
    """A token is worth more than a private network's word."""
    assert is_in_the_open(url) is is_open
