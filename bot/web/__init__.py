"""The edge to HTTP: Slack's requests (guarded), health, metrics, and the API by which programs hand jobs over."""

from typing import Final

UNCACHED: Final = {"Cache-Control": "no-store"}
"""Headers of an answer that is true only now."""
