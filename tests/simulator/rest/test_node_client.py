"""The client for Node of ``examples/node-client`` asks the stand-in over HTTP, as its own tests say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ivr.simulator.rest.server import rest_server
from tests.simulator.rest.account import Account
from tests.webapps import CALLED, WebApp

FOLDER = Path(__file__).parents[3] / "examples" / "node-client"


def npm_test(address: str) -> str:
    """What node prints of the example's tests, all of which are to pass."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "twilio").is_dir():
        pytest.skip("the client for Node was left out: it needs node, and npm ci in examples/node-client")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")},
        "TWILIO_API_URL": address,
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    command = [node, "--test", "--test-reporter=tap"]
    ran = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_client_for_node_passes_its_tests_at_the_stand_in() -> None:
    account = Account(WebApp())
    account.switchboard.numbers.add(CALLED)
    with rest_server(account.switchboard) as address:
        told = npm_test(address)
    assert "# fail 0" in told
    assert "# skipped 0" in told
    assert re.search(r"# pass [5-9]", told)
    products = {what.partition(" ")[2].partition("/")[0] for what, _ in account.switchboard.unanswered}
    assert products == {"lookups.twilio.com", "verify.twilio.com"}
    assert [one.to for one in account.client.calls.list()] == ["+5511900000001"]
