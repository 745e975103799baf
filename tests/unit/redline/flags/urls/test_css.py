"""Addresses in styles are found."""

from __future__ import annotations

import pytest

from bot.redline.flags.urls import in_css


@pytest.mark.parametrize(
    "css",
    [
        "background:url(//evil.example/x)",
        "background:URL( '//evil.example/x' )",
        r"background:\75rl(\2f /evil.example/x)",
        "@import '//evil.example/x';",
        "background:u/**/rl(//evil.example/x)",
    ],
)
def test_addresses_in_styles_are_found(css: str) -> None:
    """However they are written."""
    assert list(in_css(css)) == ["//evil.example/x"]
