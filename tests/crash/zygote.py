"""A process that has imported the whole relay, and forks one for each run: an import takes a second, a fork 10 ms.

It forks before any event loop exists. Orders come as lines of JSON on standard input, process ids go out; its end is
that of all of its children.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import sys
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Take orders until there are no more."""
    _end_with_parent()
    if "unhurried" not in sys.argv:
        importlib.import_module("tests.crash.hurried").hurry()
    cli = importlib.import_module("bot.cli")
    importlib.import_module("bot.app")
    # Nobody waits for a child here: whoever ordered it watches it end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(cli, json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _live(cli: Any, order: dict[str, Any]) -> NoReturn:
    """Be a relay: with the settings of the order, and its log in a file."""
    _end_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stderr.fileno())
    os.dup2(log, sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.environ.update(order["environment"])
    try:
        cli.cli(["run"])
    finally:
        sys.stderr.flush()
        os._exit(1)  # Whatever the interpreter does at its end belongs to the process that was forked.


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
