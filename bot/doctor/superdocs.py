"""SuperDocs: does it answer, does it take the key, and how much may still be edited this month?

Source: `GET /v1/agents/whoami`, which bills nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.errors import GoneError, RefusedError, RelayError
from bot.core.sighting import Balance
from bot.doctor.addresses import is_in_the_open
from bot.doctor.finding import checked, fault, not_checked, ok, warning
from bot.superdocs.client import SuperDocs
from bot.superdocs.errors import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Settings
    from bot.doctor.finding import Finding, Findings

_LOW: Final = 0.1
"""Share of the month's operations below which somebody should know."""

_ADDRESS: Final = "Set SUPERDOCS_BASE_URL to the address of the API, https://api.superdocs.app by default."
_KEY: Final = "Take an API key (sk_… or lce_…) from the SuperDocs account, and set SUPERDOCS_API_KEY to it."
_UNREACHED: Final = (
    "Look at the network, at HTTPS_PROXY, and at SUPERDOCS_BASE_URL, https://api.superdocs.app by default."
)
_CERTIFICATE: Final = (
    "Set SSL_CERT_FILE to the certificates that this network's proxy or server is signed with."
)

_CURES: Final[Mapping[str, tuple[str, str]]] = {
    Code.KEY_REFUSED: ("SUPERDOCS_API_KEY", _KEY),
    Code.FORBIDDEN: ("SUPERDOCS_API_KEY", _KEY),
    Code.BAD_ADDRESS: ("SUPERDOCS_BASE_URL", _ADDRESS),
    Code.GONE: ("SUPERDOCS_BASE_URL", _ADDRESS),
}
"""Which setting a refusal is about, and what to do; any other is about the address."""

_MORE: Final = (
    "Wait for the next month, or choose a larger plan in the SuperDocs account; until then edits are refused."
)


async def examine(settings: Settings, limit_s: float) -> Findings:
    """Look at the account behind the key."""
    return (*in_the_open(settings), *await checked("SUPERDOCS_BASE_URL", account(settings), limit_s))


def in_the_open(settings: Settings) -> Findings:
    """Warn of a key that travels in the open."""
    if not is_in_the_open(settings.superdocs_base_url):
        return ()
    cure = "Set SUPERDOCS_BASE_URL to an address that begins with https://."
    return (warning("SUPERDOCS_BASE_URL", "the key and all documents travel without encryption", cure),)


async def account(settings: Settings) -> Findings:
    """Ask whose key it is, and what is left."""
    try:
        documents = SuperDocs(settings.superdocs_base_url, settings.superdocs_api_key.get_secret_value())
        try:
            balance = await _balance(documents)
        finally:
            await documents.close()
    except RelayError as error:
        return (_refused(error), not_checked("SuperDocs operations", "an answer of SuperDocs"))
    plan = f", plan {balance.tier}" if balance.tier else ""
    return (ok("SUPERDOCS_API_KEY", f"accepted{plan}"), left(balance))


async def _balance(documents: SuperDocs) -> Balance:
    """Ask for the balance; older servers do not tell it, and take the key all the same."""
    try:
        return await documents.balance()
    except GoneError:
        await documents.waiting()
        return Balance()


def _refused(error: RelayError) -> Finding:
    if isinstance(error, RefusedError):
        name, cure = _CURES.get(error.code, ("SUPERDOCS_BASE_URL", _ADDRESS))
        return fault(name, str(error), cure)
    return fault(
        "SUPERDOCS_BASE_URL", str(error), _CERTIFICATE if "certificate" in str(error) else _UNREACHED
    )


def left(balance: Balance) -> Finding:
    """Judge what is left of the month's operations."""
    name, remaining, limit = "SuperDocs operations", balance.remaining, balance.monthly_limit
    if remaining is None:
        return ok(name, "SuperDocs does not say how many are left")
    found = f"{remaining:,} of {limit:,} left this month" if limit else f"{remaining:,} left this month"
    if remaining <= 0:
        return fault(name, f"none left this month{f' of {limit:,}' if limit else ''}", _MORE)
    if limit and remaining < limit * _LOW:
        return warning(name, found, "Choose a larger plan in the SuperDocs account before they end.")
    return ok(name, found)
