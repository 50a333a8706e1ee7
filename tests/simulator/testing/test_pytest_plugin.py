"""The fixture ``phone`` as anybody gets it who has this project installed beside pytest."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

TEST = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<Response><Gather><Say>Press 1.</Say></Gather></Response>"]

def test_greeting(phone):
    phone.dial(app).hears("press 1")

def test_wrong(phone):
    phone.dial(app).hears("press 2")

def test_that_looks_at_nothing(phone):
    phone.dial(lambda environ, start_response: start_response("500 Oops", []) and [])
"""


def test_the_fixture_needs_no_import_and_its_failures_say_what_was_heard(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text(TEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "test_app.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 2 passed, 1 error" in ran.stdout, ran.stdout + ran.stderr
    assert "AssertionError: the call met error 11200: " in ran.stdout
    assert ran.stdout.count("dialogue of CA") == 2
    assert "    0.0  line     “Press 1.”" in ran.stdout
    assert "AssertionError: 'press 2' was not heard; heard instead: \"Press 1.\"" in ran.stdout


def test_the_plugin_imports_nothing_heavy_when_pytest_starts() -> None:
    heavy = "{'lxml', 'requests', 'phonenumbers'}"
    code = f"import sys, ivr.simulator.pytest_plugin; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_plugin_is_registered_with_pytest(pytestconfig: pytest.Config) -> None:
    (entry,) = entry_points(group="pytest11", name="ivr-phone")
    assert entry.value == "ivr.simulator.pytest_plugin"
    assert pytestconfig.pluginmanager.has_plugin("ivr-phone")
