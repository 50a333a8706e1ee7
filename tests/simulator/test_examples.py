"""The examples are what people copy: each passes its own tests, as its README tells to run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

TOKEN = "0" * 32


def rehearse(folder: str, *arguments: str) -> str:
    """What pytest prints in the folder of an example, whose tests pass."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
    environment = {**os.environ, "TWILIO_AUTH_TOKEN": TOKEN, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        command, cwd=EXAMPLES / folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def express() -> Iterator[str]:
    """The Express app on a port of its own: the address of its webhook."""
    node = shutil.which("node")
    if node is None or not (EXAMPLES / "express" / "node_modules").is_dir():
        pytest.skip("the example on Express was left out: it needs node, and npm ci in examples/express")
    environment = {**os.environ, "TWILIO_AUTH_TOKEN": TOKEN, "PORT": "0"}
    with subprocess.Popen(
        [node, "app.js"], cwd=EXAMPLES / "express", env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address is not None
            yield address[0]
        finally:
            server.terminate()


@pytest.mark.parametrize(("folder", "count"), [("flask", 7), ("fastapi", 3)])
def test_an_example_passes_its_own_tests(folder: str, count: int) -> None:
    assert f"{count} passed" in rehearse(folder)


def test_the_example_on_express_passes_its_scripts(express: str) -> None:
    assert "2 passed" in rehearse("express", "--ivr-target", express)


def test_an_example_asks_for_nothing_that_its_app_does_not_import() -> None:
    for folder in ("flask", "fastapi"):
        sources = "".join(each.read_text(encoding="utf-8") for each in (EXAMPLES / folder).glob("*.py"))
        for row in (EXAMPLES / folder / "requirements.txt").read_text(encoding="utf-8").splitlines():
            name = re.match(r"[\w-]+", row)
            assert name is not None
            # FastAPI asks python-multipart for forms by itself, and pytest is what runs the tests.
            assert name[0] in {"python-multipart", "pytest"} or re.search(rf"\b(from|import) {name[0]}\b", sources)
