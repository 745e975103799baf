"""The names of flags, most dangerous first, and which of them make Approve ask again. Permanent: audits hold them.

A name may be followed by the code point that it is about: ``invisible-char U+200B``.
"""

from __future__ import annotations

from typing import Final

DANGEROUS: Final = (
    "active-content",
    "dangerous-url",
    "escapes-chunk",
    "malformed-html",
    "spoofed-chrome",
    "hidden-content",
    "visibility-changed",
    "css-generated-content",
    "bidi-control",
    "invisible-char",
    "confusable",
    "combining-overlay",
    "private-use-char",
    "link-text-mismatch",
    "link-target-changed",
    "operation-mismatch",
    "slack-markup-in-text",
    "padding",
    "comment-changed",
    "remote-resource",
    "form-state-changed",
    "chunk-id-changed",
)
"""Approve asks again, repeating the worst one's sentence; *Approve all* and replies leave the change out."""

NAMED: Final = (
    "truncated",
    "image-changed",
    "table-structure-changed",
    "table-cell-changed",
    "list-numbering-changed",
    "style-changed",
    "attribute-changed",
    "anchor-changed",
    "markup-changed",
    "moved-text",
    "normalization-only",
    "whitespace-change",
    "case-only",
    "punctuation-only",
    "risk-word",
    "no-op",
)
"""Said, without alarm."""

ORDER: Final = {name: rank for rank, name in enumerate((*DANGEROUS, *NAMED))}


def rank(name: str) -> int:
    """Return where a flag stands among the others; the code point after its name does not matter."""
    return ORDER[name.partition(" ")[0]]


def is_dangerous(name: str) -> bool:
    """Say whether Approve must ask again."""
    return rank(name) < len(DANGEROUS)
