"""What a person sees after an act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.views import View


@dataclass(frozen=True)
class Shown:
    """What Slack shows once the app has acknowledged, or has failed to."""

    error: str | None = None
    """Slack's code, such as `operation_timeout`, if the act failed."""
    errors: dict[str, str] = field(default_factory=dict)
    """The sentence under each field of a form that was refused: block_id → sentence."""
    message: Message | None = None
    """The private answer that came with the ack."""
    dialog: View | None = None
    """The dialog that is open now."""

    @property
    def ok(self) -> bool:
        """Say whether nothing was refused."""
        return not self.error and not self.errors


@dataclass(frozen=True)
class Suggested:
    """What a menu offers after a person typed into it."""

    answer: dict[str, Any] = field(default_factory=dict)
    """The app's `options` or `option_groups`."""
    error: str | None = None
    """Slack's code, such as `operation_timeout`, if the app did not answer, or not with options."""
    details: dict[str, Any] = field(default_factory=dict)
    """What was wrong with the answer."""

    @property
    def options(self) -> list[dict[str, Any]]:
        """Give all options, those of groups too."""
        grouped = [option for group in self.answer.get("option_groups", []) for option in group["options"]]
        return [*self.answer.get("options", []), *grouped]

    @property
    def values(self) -> list[str]:
        """Give the options' values."""
        return [option["value"] for option in self.options]
