"""What `docs/callbacks.md` tells programs to do works with what the relay sends."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from standardwebhooks import WebhookVerificationError

from bot.callbacks.signing import Signer
from bot.core.calling import LARGEST_HTML, payload
from bot.core.model import JobState
from tests.make import NOON, make_job

PAGE = (Path(__file__).parents[3] / "docs" / "callbacks.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
BODY = payload(make_job(state=JobState.COMPLETED, ended_at=NOON, result="Müller’s"), "<p>“15” days</p>")


def ran(code: str) -> SimpleNamespace:
    """Run a block of the page, and return what it defines."""
    defined: dict[str, object] = {}
    exec(code, defined)  # noqa: S102 -- it is our own page
    return SimpleNamespace(**defined)


def at_a_shell(code: str, **variables: str) -> str:
    """Run a block of the page at a shell, and return what it prints."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], env={"PATH": "/usr/bin:/bin:/usr/local/bin", **variables},
        capture_output=True, text=True, check=True, timeout=20,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture(scope="module")
def secret() -> str:
    """Give a secret, made as the page says."""
    return at_a_shell(SHELL[0])


@pytest.fixture(scope="module")
def headers(secret: str) -> dict[str, str]:
    """Give what is sent with the body."""
    return Signer(secret).headers("msg_1", datetime.now(UTC), BODY)


def test_the_library_verifies_an_outcome(secret, headers):
    """And nothing else."""
    outcome = ran(PYTHON[0]).outcome
    assert outcome(secret, headers, BODY) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        outcome(secret, headers, BODY + b" ")


def test_an_outcome_is_verified_by_hand(secret, headers):
    """Among the signatures of several secrets, too."""
    is_genuine = ran(PYTHON[1]).is_genuine
    assert is_genuine(secret, headers, BODY)
    several = f"v1,AAAA {headers['webhook-signature']}"
    assert is_genuine(secret, headers | {"webhook-signature": several}, BODY)
    for wrong in ({"webhook-id": "msg_2"}, {"webhook-timestamp": "1"}, {"webhook-signature": "v1,AAAA"}):
        assert not is_genuine(secret, headers | wrong, BODY)


def test_an_outcome_is_verified_at_a_shell(secret, headers, tmp_path):
    """Nothing but OpenSSL."""
    body = tmp_path / "body"
    body.write_bytes(BODY)
    signature = at_a_shell(
        SHELL[1],
        SECRET=secret,
        ID=headers["webhook-id"],
        TIMESTAMP=headers["webhook-timestamp"],
        BODY=str(body),
    )
    assert signature == headers["webhook-signature"]


def test_the_example_is_of_the_shape_that_is_sent():
    """Every name in it is in what is sent."""
    (example,) = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    sent = json.loads(BODY)
    assert list(example) == list(sent)
    assert set(example["data"]) <= set(sent["data"])
    assert f"{LARGEST_HTML:,} bytes" in PAGE
