"""The settings: what a deployment may choose, and the one line that says what is wrong with its choice."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot import config
from bot.config import ConfigurationError, Settings
from bot.core.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    Load = Callable[..., Settings]

CANARY = "canary0123456789"
GOOD = {
    "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
    "SLACK_APP_TOKEN": f"xapp-{CANARY}",
    "SUPERDOCS_API_KEY": f"sk_{CANARY}",
    "RELAY_CHANNEL": "#legal-review",
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Give a way to load the settings from good ones and a few others; None leaves one out."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def load_with(**others: str | None) -> Settings:
        for name, value in {**GOOD, **others}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return config.load()

    return load_with


def refused(load: Load, **others: str | None) -> str:
    """Return the one line in which settings are refused."""
    with pytest.raises(ConfigurationError) as refusal:
        load(**others)
    said = str(refusal.value)
    assert len(said.splitlines()) == 1
    assert CANARY not in said
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
    return said


def test_four_settings_are_enough(load: Load):
    """Two tokens, a key and a channel; everything else has the default that the README names."""
    settings = load()
    assert settings.relay_channel == "#legal-review"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.superdocs_base_url == "https://api.superdocs.app"
    assert (settings.redis_url, settings.allow_volatile, settings.retain_days) == (None, False, 30)
    assert (settings.approval_window_s, settings.submit_margin_s, settings.undo_s) == (3600, 120, 10)
    assert settings.remind_before_s == (1800, 600)
    assert (settings.log_level, settings.log_format) == ("info", None)
    assert settings.data_dir.name == "superdocs-relay"


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named_with_where_to_get_it(load: Load, name: str, value: str | None):
    """Empty is as good as missing, and the line says what to do."""
    said = refused(load, **{name: value})
    assert said.startswith(f"{name} is not set: ")
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SLACK_BOT_TOKEN", f"xapp-{CANARY}", "must begin with xoxb-; take the Bot User OAuth Token"),
        ("SLACK_APP_TOKEN", f"xoxb-{CANARY}", "must begin with xapp-; make an app-level token"),
        ("SUPERDOCS_API_KEY", CANARY, "must begin with sk_ or lce_; take an API key"),
        ("SLACK_API_URL", "slack.com/api", "must be an address beginning with https:// or http://"),
        ("SUPERDOCS_BASE_URL", f"ftp://user:{CANARY}@host", "must be an address beginning with https://"),
        ("REDIS_URL", f"http://:{CANARY}@host", "must be an address beginning with redis:// or rediss://"),
        ("REDIS_URL", f"redis://:{CANARY}/x@host:6379/0", "is no address: in a password, write / as %2F"),
        ("REDIS_URL", f"redis://:{CANARY}#x@host:6379/0", "is no address: in a password, write / as %2F"),
        ("REDIS_URL", f"redis://:[{CANARY}@host:6379/0", "is no address: in a password, write / as %2F"),
        ("REDIS_URL", f"redis://host:{CANARY}/0", "is no address: in a password, write / as %2F"),
        ("SLACK_SIGNING_SECRET", " ", "must not be blank"),
        ("ALLOW_VOLATILE", CANARY, "input should be a valid boolean"),
        ("RETAIN_DAYS", "0", "input should be greater than or equal to 1"),
        ("APPROVAL_WINDOW_S", "1", "input should be greater than or equal to 2"),
        ("APPROVAL_WINDOW_S", "an hour", "input should be a valid integer"),
        ("APPROVAL_WINDOW_S", "9" * 20, "input should be less than or equal to 2592000"),
        ("RETAIN_DAYS", "9" * 20, "input should be less than or equal to 36500"),
        ("REMIND_BEFORE_S", "-5", "input should be greater than or equal to 1"),
        ("SUBMIT_MARGIN_S", "0", "input should be greater than or equal to 1"),
        ("REMIND_BEFORE_S", "1800,soon", "input should be a valid integer"),
        ("UNDO_S", "-1", "input should be greater than or equal to 0"),
        ("DIGEST_AT", "9 o'clock", "must be an hour and minute, as in 09:00"),
        ("DIGEST_AT", "24:00", "must be an hour and minute, as in 09:00"),
        ("DIGEST_AT", "09:00+02:00", "must be an hour and minute, as in 09:00"),
        ("DIGEST_TZ", "Berlin", "must be a zone's name, such as Europe/Berlin"),
        ("DIGEST_TZ", "../etc/passwd", "must be a zone's name, such as Europe/Berlin"),
        ("DIGEST_DAYS", "mon-funday", "must be days of the week, as in mon-fri or mon,wed,fri"),
        ("DIGEST_DAYS", ",", "must be days of the week, as in mon-fri or mon,wed,fri"),
        ("PORT", "70000", "input should be less than or equal to 65535"),
        ("RELAY_API_TOKEN", f"short{' ' * 16}", "must have 16 characters or more"),
        ("LOG_LEVEL", "loud", "input should be 'debug', 'info', 'warning' or 'error'"),
        ("LOG_FORMAT", "xml", "input should be 'console' or 'json'"),
    ],
)
def test_what_is_malformed_is_named_and_never_repeated(load: Load, name: str, value: str, reason: str):
    """One line: the setting, what it should be, and never what it was, which may be a secret."""
    said = refused(load, **{name: value})
    assert said.startswith(f"{name} is malformed: {reason}")


@pytest.mark.parametrize("value", ["600,1800", "600,600"])
def test_reminders_come_longest_first_and_each_once(load: Load, value: str):
    """Another order, or the same time twice, is refused with an example of what is right."""
    said = refused(load, REMIND_BEFORE_S=value)
    assert said == "REMIND_BEFORE_S: must name each time once, longest first, as in 1800,600."


@pytest.mark.parametrize(
    ("value", "times"), [("1800,600", (1800, 600)), (" 900 , 300 ", (900, 300)), ("60", (60,)), (",", ())]
)
def test_reminders_are_a_list(load: Load, value: str, times: tuple[int, ...]):
    """Commas part them; a lone comma means none."""
    assert load(REMIND_BEFORE_S=value).remind_before_s == times


def test_the_first_of_several_faults_is_said(load: Load):
    """One at a time: the next start says the next."""
    assert refused(load, SLACK_BOT_TOKEN=None, UNDO_S="soon").startswith("SLACK_BOT_TOKEN is not set: ")


@pytest.mark.parametrize(
    "url", ["redis://h/0", "rediss://u:p@h:1", "unix:///run/redis.sock", "redis+sentinel://a,b/main"]
)
def test_every_kind_of_store_is_taken(load: Load, url: str):
    """Plain, encrypted, by socket, and by Sentinel."""
    assert load(REDIS_URL=url).redis_url == url


def test_settings_of_others_are_no_fault(load: Load):
    """The environment is full of names that are not ours."""
    assert load(RELAY_SOMETHING="else", PATH="/bin").undo_s == 10


def test_a_secret_is_never_shown(load: Load):
    """Whoever prints the settings sees stars; the logs are told what to leave out."""
    settings = load()
    assert CANARY not in repr(settings) + str(settings) + settings.model_dump_json()
    assert set(settings.secrets) == {GOOD[n] for n in GOOD if n != "RELAY_CHANNEL"}


def test_the_password_of_the_store_is_a_secret_too(load: Load):
    """It stands in an address, and whoever prints the settings does not see it."""
    settings = load(REDIS_URL=f"rediss://relay:{CANARY}@redis.example/0")
    assert CANARY not in repr(settings)
    assert CANARY in settings.secrets


def test_the_password_of_the_library_is_a_secret_too(load: Load):
    """Some stores have it in their address."""
    settings = load(DOCUMENTS_URL=f"ftp://relay:{CANARY}@files.example/contracts")
    assert CANARY not in repr(settings)
    assert CANARY in settings.secrets


@pytest.mark.parametrize("url", ["file:///srv/docs@work", "/srv/docs@work", "s3://bucket/docs@work"])
def test_a_folder_may_have_an_at_sign_in_its_name(load: Load, url: str):
    """Where no password can stand, none can be hidden."""
    assert load(DOCUMENTS_URL=url).documents_url == url


def test_hosts_for_callbacks_are_listed(load: Load):
    """With the secret that signs what they are told; without any, nobody is called."""
    assert load().callback_hosts == ()
    settings = load(CALLBACK_HOSTS=" hooks.example.com, *.example.org ", CALLBACK_SECRET=f"whsec_{CANARY}")
    assert settings.callback_hosts == ("hooks.example.com", "*.example.org")
    assert f"whsec_{CANARY}" in settings.secrets


def test_hosts_without_the_secret_are_refused(load: Load):
    """What is not signed cannot be believed; the sentence says how a secret is made."""
    said = refused(load, CALLBACK_HOSTS="hooks.example.com")
    assert said.startswith("CALLBACK_SECRET is not set: make one with")


def test_a_token_may_have_been_pasted_with_white_space(load: Load):
    """A line feed after a token would make every call fail, so it is dropped."""
    assert load(SLACK_BOT_TOKEN=" xoxb-pasted\n").slack_bot_token.get_secret_value() == "xoxb-pasted"


def test_settings_stay_as_they_were_loaded(load: Load):
    """Nothing changes them while the relay runs."""
    with pytest.raises(ValueError, match="frozen"):
        load().undo_s = 0  # type: ignore[misc]  # That it cannot be set is the claim.


def test_what_is_given_comes_before_the_environment(load: Load):
    """Tests and the demo may put something in its place."""
    load()
    assert config.load(undo_s=0, data_dir=Path("elsewhere")).undo_s == 0


def test_seconds_become_durations(load: Load):
    """The rules take the durations as they are written: in seconds."""
    timing = load(APPROVAL_WINDOW_S="100", SUBMIT_MARGIN_S="10", REMIND_BEFORE_S="50,20", UNDO_S="3").timing
    assert timing.window == timedelta(seconds=100)
    assert timing.submit_margin == timedelta(seconds=10)
    assert timing.remind_before == (timedelta(seconds=50), timedelta(seconds=20))
    assert timing.undo == timedelta(seconds=3)


def test_every_setting_says_what_it_means():
    """The README's table is made of these words."""
    assert all(field.description for field in Settings.model_fields.values())


def test_every_setting_that_is_needed_has_a_cure():
    """Whoever forgot one is told where to get it."""
    needed = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert needed == set(GOOD) - {"SLACK_APP_TOKEN"}  # In HTTP mode the signing secret takes its place.


def test_without_an_app_token_slack_delivers_over_http(load: Load):
    """Then the signing secret is needed instead; with both, it is Socket Mode."""
    settings = load(SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=CANARY)
    assert settings.slack_app_token is None
    assert CANARY in settings.secrets
    said = refused(load, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)
    assert "SLACK_SIGNING_SECRET for HTTP mode" in said


@pytest.mark.parametrize(
    "url",
    [
        "rediss://relay:p%40ss-canary@h/0",
        "redis+sentinel://h:26379/main?sentinel_password=p%40ss-canary",
        "rediss+sentinel://h?password=p%40ss-canary",
    ],
)
def test_a_store_s_password_is_a_secret_however_it_is_written(load: Load, url: str):
    """As it stands in the address, and as it is meant."""
    assert {"p%40ss-canary", "p@ss-canary"} <= set(load(REDIS_URL=url).secrets)


def test_a_store_s_address_may_name_several_hosts(load: Load):
    """Sentinel's does, each with its port; a socket's path may hold anything."""
    for url in (
        "redis+sentinel://a:26379,b:26379/main/0",
        "unix:///run/a@b.sock",
        "rediss://u:p%40@[::1]:6379/0",
    ):
        assert load(REDIS_URL=url).redis_url == url


def test_white_space_around_a_token_is_no_part_of_it(load: Load):
    """A mounted secret often ends in a line feed."""
    settings = load(RELAY_API_TOKEN=f" {CANARY * 2}\n", SLACK_SIGNING_SECRET=f"{CANARY}\n")
    assert settings.relay_api_token is not None
    assert settings.relay_api_token.get_secret_value() == CANARY * 2
    assert CANARY in settings.secrets


def test_the_digest_is_due_in_the_morning_of_working_days(load: Load):
    """By default at nine, UTC; a zone and other days can be named, and a range may run over the week's end."""
    assert load().schedule == Schedule(time(9), ZoneInfo("UTC"), frozenset(range(5)))
    settings = load(DIGEST_AT="7:30", DIGEST_TZ="Europe/Berlin", DIGEST_DAYS="Sun-Tue, fri")
    assert settings.schedule == Schedule(time(7, 30), ZoneInfo("Europe/Berlin"), frozenset({6, 0, 1, 4}))


def routes_file(tmp_path: Path, text: str) -> str:
    """Write a file of routes, and return its name."""
    path = tmp_path / "routes.toml"
    path.write_text(text)
    return str(path)


def test_the_file_of_routes_is_read(load: Load, tmp_path: Path):
    """What a digest does not say of its hour is as the settings have it; without a file there are no routes."""
    text = '[[route]]\nchannel = "#a"\napprovals = 2\ndigest = { at = "08:30" }\n'
    settings = load(RELAY_CONFIG=routes_file(tmp_path, text), DIGEST_TZ="Europe/Berlin")
    assert settings.relay_config is not None
    (route,) = settings.relay_config.listed
    assert (route.channel, route.approvals) == ("#a", 2)
    assert route.schedule == Schedule(time(8, 30), ZoneInfo("Europe/Berlin"), frozenset(range(5)))
    assert load(RELAY_CONFIG=None).relay_config is None


def test_everything_that_is_wrong_with_the_file_of_routes_is_told(load: Load, tmp_path: Path):
    """Each fault in a line, with its line, beside what is wrong with other settings."""
    text = "[[route]]\napprovals = 0\nchanel = '#a'\n"
    with pytest.raises(ConfigurationError) as refusal:
        load(RELAY_CONFIG=routes_file(tmp_path, text), UNDO_S="x")
    said = refusal.value.sentences
    assert said[1].startswith("RELAY_CONFIG is malformed: line 2: approvals: must be a number of people")
    assert said[2].startswith("RELAY_CONFIG is malformed: line 3: chanel: means nothing here")
    assert len(said) == 3


@pytest.mark.parametrize(("name", "reason"), [("nowhere.toml", "No such file"), ("", "Is a directory")])
def test_a_file_of_routes_that_cannot_be_read_is_told(load: Load, tmp_path: Path, name: str, reason: str):
    """The relay does not run without the rules that somebody wrote."""
    said = refused(load, RELAY_CONFIG=str(tmp_path / name))
    assert said.startswith(f"RELAY_CONFIG is malformed: cannot be read: {reason}")


def test_a_file_of_routes_that_is_no_text_is_told(load: Load, tmp_path: Path):
    """It may be a picture."""
    (tmp_path / "routes.toml").write_bytes(b"\xff\xfe")
    assert "not UTF-8 text" in refused(load, RELAY_CONFIG=str(tmp_path / "routes.toml"))


def test_a_wrong_hour_of_the_digest_hides_nothing_in_the_file_of_routes(load: Load, tmp_path: Path):
    """Both are told at once."""
    with pytest.raises(ConfigurationError) as refusal:
        load(RELAY_CONFIG=routes_file(tmp_path, "[[route]]\nx = 1\n"), DIGEST_AT="9")
    assert [said.partition(" ")[0] for said in refusal.value.sentences] == ["DIGEST_AT", "RELAY_CONFIG"]
