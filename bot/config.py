"""The settings: environment -> `Settings`. Names, units, defaults and meaning stand here, and only here.

The README's table is generated from the fields below.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.deadline import Timing
from bot.core.errors import RefusedError, RelayError
from bot.core.routefile import RouteFileError, parse
from bot.core.routing import Routes
from bot.core.schedule import Schedule, read_days, read_hour, read_zone


class ConfigurationError(RelayError):
    """A setting is missing or malformed; the text names it and says what to do, in one line.

    Attributes:
        sentences: Every such fault that was seen, each in one line; the text is the first.
    """

    def __init__(self, first: str, *others: str) -> None:
        super().__init__(first)
        self.sentences = (first, *others)


_CURES: Final = {
    "SLACK_BOT_TOKEN": "take the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of your Slack app",
    "SLACK_APP_TOKEN": "make an app-level token (xapp-…) with connections:write under Basic Information of your Slack app",
    "SUPERDOCS_API_KEY": "take an API key (sk_… or lce_…) from your SuperDocs account",
    "CALLBACK_SECRET": 'make one with `echo "whsec_$(openssl rand -base64 32)"`',
    "RELAY_CHANNEL": "name the channel where changes are reviewed, as #name or by its id (C…)",
}
"""What to do about a setting that is missing."""


_LONGEST_S: Final = 30 * 24 * 3600
"""Seconds; far beyond what SuperDocs waits, and still a moment that every clock knows."""

_LONGEST_DAYS: Final = 36_500


_SHORTEST_TOKEN: Final = 16
"""Characters. Whoever has the token starts reviews in Slack: it must not be guessed."""


def _secret(*prefixes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        bare = value.get_secret_value().strip()
        if not bare.startswith(prefixes):
            sentence = f"must begin with {' or '.join(prefixes)}"
            raise ValueError(sentence)
        return SecretStr(bare)

    return AfterValidator(check)


def _stripped(shortest: int) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        bare = value.get_secret_value().strip()
        if len(bare) < shortest:
            sentence = "must not be blank" if shortest == 1 else f"must have {shortest} characters or more"
            raise ValueError(sentence)
        return SecretStr(bare)

    return AfterValidator(check)


_HOSTLESS: Final = frozenset({"", "file", "local", "unix", "s3", "s3a"})
"""Schemes of addresses that have no place for a password, or take none there."""


def _readable(value: str) -> str:
    """Refuse a store's address whose password hides where its host begins."""
    sentence = "is no address: in a password, write / as %2F, @ as %40, # as %23, ? as %3F and [ as %5B"
    try:
        parts = urlsplit(value)
        # Sentinel's address names several hosts, each with its port.
        _ = parts.port if "," not in parts.netloc else None
    except ValueError:
        raise ValueError(sentence) from None
    if parts.scheme not in _HOSTLESS and "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise ValueError(sentence)
    return value


def _address(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            sentence = (
                f"must be an address beginning with {' or '.join(f'{scheme}://' for scheme in schemes)}"
            )
            raise ValueError(sentence)
        return value

    return AfterValidator(check)


def _unquoted(value: object) -> object:
    """Take off a pair of quotes: not everything that reads a file of settings does so, and `#` asks for them."""
    bare = value.strip() if isinstance(value, str) else value
    if isinstance(bare, str) and len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"":
        return bare[1:-1]
    return bare


def _read(reader: Callable[[str], object]) -> BeforeValidator:
    """Read what stands in the environment; what is given in code is what it is."""
    return BeforeValidator(lambda value: reader(value) if isinstance(value, str) else value)


class Settings(BaseSettings):
    """Everything that a deployment chooses. Durations are seconds."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    slack_bot_token: Annotated[SecretStr, _secret("xoxb-")] = Field(description="`xoxb-…`")
    slack_app_token: Annotated[SecretStr, _secret("xapp-")] | None = Field(
        default=None, description="`xapp-…`: Socket Mode; without it Slack delivers over HTTP"
    )
    slack_signing_secret: Annotated[SecretStr, _stripped(1)] | None = Field(
        default=None,
        validate_default=True,
        description="checks Slack's requests in HTTP mode (`POST /slack/events`); needed there",
    )
    slack_api_url: Annotated[str, _address("https", "http")] = Field(
        default="https://slack.com/api/", description="for tests and proxies"
    )
    superdocs_api_key: Annotated[SecretStr, _secret("sk_", "lce_")] = Field(description="`sk_…` or `lce_…`")
    superdocs_base_url: Annotated[str, _address("https", "http")] = Field(
        default="https://api.superdocs.app", description="where SuperDocs answers"
    )
    redis_url: (
        Annotated[
            str,
            _address("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel"),
            AfterValidator(_readable),
        ]
        | None
    ) = Field(
        default=None,
        repr=False,  # it may hold a password
        description="`redis://`, `rediss://`, `unix://`, `redis+sentinel://`; without it an embedded server starts by itself",
    )
    allow_volatile: bool = Field(
        default=False, description="run although Redis would forget decisions in a crash"
    )
    retain_days: int = Field(
        default=30,
        ge=1,
        le=_LONGEST_DAYS,
        description="how long an edit and its texts stay in Redis after its end; the audit stays",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("superdocs-relay"),
        description="where the embedded server keeps its data",
        json_schema_extra={"shown": "the platform's data folder"},
    )
    relay_channel: Annotated[str, BeforeValidator(_unquoted)] = Field(
        description="where changes are reviewed unless the dialog says otherwise (id or `#name`)"
    )
    relay_api_token: Annotated[SecretStr, _stripped(_SHORTEST_TOKEN)] | None = Field(
        default=None,
        description="bearer token of the API for programs (`/v1/…`), 16 characters or more; without it that API is off",
    )
    documents_url: Annotated[str, AfterValidator(_readable)] | None = Field(
        default=None,
        repr=False,  # it may hold a password
        description="the document library, any fsspec URL: `file:///srv/docs`, `s3://bucket/contracts` "
        "([docs/library.md](docs/library.md)); without it documents come as files",
    )
    callback_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="hosts that programs may have called with an edit's outcome: `hooks.example.com`, `*.example.com`, "
        "`hooks.example.com:8443` ([docs/callbacks.md](docs/callbacks.md)); without it no `callback_url` is taken",
    )
    callback_secret: Annotated[SecretStr, _secret("whsec_")] | None = Field(
        default=None,
        validate_default=True,
        description="`whsec_…`: signs what is delivered to them; needed with `CALLBACK_HOSTS`",
    )
    callback_private: bool = Field(
        default=False,
        description="also call them where they stand in a network of one's own, and over plain `http`",
    )
    adopt_jobs: bool = Field(
        default=False,
        description="also take over paused jobs that the key's job list shows and nobody handed over",
    )
    host: str = Field(
        default="127.0.0.1", description="where the HTTP side listens; `0.0.0.0` for all addresses"
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="HTTP: Slack's requests in HTTP mode, `/healthz`, `/readyz`, `/metrics`, `/v1/…`; 0 for none",
    )
    approval_window_s: int = Field(
        default=3600, ge=2, le=_LONGEST_S, description="from a pause until SuperDocs may forget the job"
    )
    submit_margin_s: int = Field(
        default=120,
        ge=1,
        le=_LONGEST_S,
        description="how long before that a round is sent as it stands (half the window at most)",
    )
    remind_before_s: Annotated[tuple[Annotated[int, Field(ge=1, le=_LONGEST_S)], ...], NoDecode] = Field(
        default=(1800, 600),
        description="how long before the end reminders come, each once",
        json_schema_extra={"shown": "1800,600"},
    )
    undo_s: int = Field(
        default=10,
        ge=0,
        le=_LONGEST_S,
        description="how long a round completed by a button waits before it is sent, so that a slip can be taken back; "
        "a dialog or a reply as last decision is sent at once; 0 sends always at once",
    )
    digest_at: Annotated[time, _read(read_hour)] = Field(
        default=time(9),
        description="when the daily digest is posted, on the clocks of `DIGEST_TZ`",
        json_schema_extra={"shown": "09:00"},
    )
    digest_tz: Annotated[ZoneInfo, _read(read_zone)] = Field(
        default=ZoneInfo("UTC"),
        description="a zone's name, such as `Europe/Berlin`",
        json_schema_extra={"shown": "UTC"},
    )
    digest_days: Annotated[frozenset[int], NoDecode, _read(read_days)] = Field(
        default=frozenset(range(5)),
        description="days of the week: `mon-fri`, `mon,wed,fri`, `sun-thu`",
        json_schema_extra={"shown": "mon-fri"},
    )
    relay_config: Annotated[InstanceOf[Routes] | None, NoDecode] = Field(
        default=None,
        description="a TOML file of routes: where edits are reviewed, by whom, and when a channel's digest comes "
        "([docs/routes.md](docs/routes.md)); without it the members of the channel decide",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="how much is logged"
    )
    log_format: Literal["console", "json"] | None = Field(
        default=None,
        description="`console` or `json`",
        json_schema_extra={"shown": "`console` on a terminal, else `json`"},
    )

    @field_validator("remind_before_s", "callback_hosts", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("relay_config", mode="before")
    @classmethod
    def _of_routes(cls, value: object, info: ValidationInfo) -> object:
        """Read the file that is named; what its digests leave out is as the settings before have it."""
        if not isinstance(value, str | Path):
            return value
        given = ("digest_at", "digest_tz", "digest_days")
        hour = (
            Schedule(*(info.data[name] for name in given)) if info.data.keys() >= set(given) else Schedule()
        )
        try:
            return parse(Path(value).read_text(encoding="utf-8"), hour)
        except RouteFileError as error:
            said = [f"RELAY_CONFIG is malformed: {fault}." for fault in error.faults]
            raise PydanticCustomError("file", "{said}", {"said": said}) from None
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            sentence = f"cannot be read: {reason}"
            raise ValueError(sentence) from None

    @model_validator(mode="after")
    def _longest_first(self) -> Self:
        if list(self.remind_before_s) != sorted(set(self.remind_before_s), reverse=True):
            sentence = "REMIND_BEFORE_S: must name each time once, longest first, as in 1800,600"
            raise ValueError(sentence)
        return self

    @field_validator("slack_signing_secret")
    @classmethod
    def _reachable(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        # A field's own check: one of the whole model is left out while any field is wrong.
        if value is None and "slack_app_token" in info.data and info.data["slack_app_token"] is None:
            cure = _CURES["SLACK_APP_TOKEN"]
            sentence = f"SLACK_APP_TOKEN is not set: {cure}, or set SLACK_SIGNING_SECRET for HTTP mode"
            raise PydanticCustomError("unset", "{said}", {"said": sentence})
        return value

    @field_validator("callback_secret")
    @classmethod
    def _signed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("callback_hosts"):
            sentence = f"CALLBACK_SECRET is not set: {_CURES['CALLBACK_SECRET']}, since CALLBACK_HOSTS is set"
            raise PydanticCustomError("unset", "{said}", {"said": sentence})
        return value

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must never be written anywhere."""
        tokens = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.superdocs_api_key,
            self.relay_api_token,
            self.callback_secret,
        )
        addresses = (self.redis_url or "", self.documents_url or "")
        return (
            *(token.get_secret_value() for token in tokens if token),
            *chain.from_iterable(map(_passwords, addresses)),
        )

    @property
    def schedule(self) -> Schedule:
        """Return when the daily digest is due."""
        return Schedule(self.digest_at, self.digest_tz, self.digest_days)

    @property
    def timing(self) -> Timing:
        """Return the durations as the rules take them."""
        return Timing(
            window=timedelta(seconds=self.approval_window_s),
            submit_margin=timedelta(seconds=self.submit_margin_s),
            remind_before=tuple(timedelta(seconds=before) for before in self.remind_before_s),
            undo=timedelta(seconds=self.undo_s),
        )


def _passwords(url: str) -> Iterator[str]:
    """Find the passwords in an address, as they stand there and as they are meant."""
    parts = urlsplit(url)
    for written in filter(None, [parts.password]):
        yield from {written, unquote(written)}
    for name, meant in parse_qsl(parts.query):
        if name.endswith("password"):
            yield from {meant, quote(meant), quote_plus(meant)}


def load(**given: object) -> Settings:
    """Read the settings from the environment.

    Args:
        given: Settings that replace the environment's, by field name.

    Raises:
        ConfigurationError: One line that names the first fault and says what to do.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # The fields check what is given.
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise ConfigurationError(*dict.fromkeys(chain.from_iterable(map(_sentences, faults)))) from None


@contextmanager
def named(setting: str) -> Iterator[None]:
    """Name the setting that is at fault when what it names is refused."""
    try:
        yield
    except RefusedError as error:
        sentence = f"{setting}: {error}"
        raise ConfigurationError(sentence) from error


def _sentences(fault: ErrorDetails) -> list[str]:
    """Say a fault of a setting; a file that is named by one may have several."""
    return fault["ctx"]["said"] if fault["type"] == "file" else [_sentence(fault)]


def _sentence(fault: ErrorDetails) -> str:
    """Say one fault in one line. Never the value: it may be a secret."""
    name = "_".join(str(part) for part in fault["loc"][:1]).upper()
    reason = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "missing":
        return f"{name} is not set: {_CURES[name]}."
    if not name or fault["type"] == "unset":
        return f"{reason}."
    cure = f"; {_CURES[name]}" if name in _CURES else ""
    return f"{name} is malformed: {reason[0].lower()}{reason[1:]}{cure}."
