"""A strict stranger's Slack: it speaks Slack's wire, keeps Slack's limits, and refuses in Slack's words.

The Web API (`web/`, `methods/`, `validate/`), deliveries to the app (`delivery/`) and the people who use it
(`people/`), around one `Workspace`. Tests use `Slack`.
"""

from bot.sandbox.slack.errors import ImpossibleActError, SlackError
from bot.sandbox.slack.facade import Slack

__all__ = ["ImpossibleActError", "Slack", "SlackError"]
