"""The sandbox by itself, from the command line."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.sandbox.__main__ import main, serve


async def test_serves_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    """It prints its address and what a relay needs, and serves until it is interrupted."""
    told = asyncio.Event()
    serving = asyncio.create_task(serve(0, on_ready=told.set))
    await told.wait()
    lines = capsys.readouterr().out.splitlines()
    assert "SLACK_BOT_TOKEN=xoxb-sandbox" in lines
    async with aiohttp.ClientSession() as session, session.get(lines[0]) as answer:
        assert answer.status == 200
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


def test_wrong_option(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An option it does not know ends it with an explanation."""
    monkeypatch.setattr("sys.argv", ["sandbox", "--host", "everywhere"])
    with pytest.raises(SystemExit):
        main()
    assert "unrecognized arguments" in capsys.readouterr().err
