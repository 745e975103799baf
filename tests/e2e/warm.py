"""`python -m bot run`, in two steps: Python and every import first, then the settings, from standard input.

Stories take a relay that has the first step behind it, since that takes most of a second.
"""

import json
import os
import sys

import bot.app  # noqa: F401 -- what takes the time
from bot.cli import cli

if __name__ == "__main__":
    os.environ.update(json.loads(sys.stdin.readline()))
    cli(["run"])
