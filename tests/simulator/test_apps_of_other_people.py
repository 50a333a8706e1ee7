"""Web applications as others write them, each behind a real HTTP server and driven by the call scripts beside it."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.serving import make_server

from ivr.replay.call_target import UrlTarget
from ivr.replay.runner import play
from ivr.replay.script import Script, ScriptLines, read_scripts
from ivr.simulator.carrier import Carrier
from ivr.simulator.http_transport import HttpTransport

pytestmark = pytest.mark.network

APPS = Path(__file__).parent / "apps"
QUERIES = {"bare_gather": "?name=Ana"}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of the loopback, and the address of its entry."""
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/voice"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def scripts() -> list[tuple[str, Script]]:
    lines = ScriptLines(APPS, None, "an app")
    files = sorted(APPS.glob("*.call.yaml"))
    return [(file.name.partition(".")[0], script) for file in files for script in read_scripts([file], lines)]


@pytest.mark.parametrize(("name", "script"), scripts(), ids=lambda one: one.title if isinstance(one, Script) else one)
def test_a_call_to_it_goes_as_its_script_says(name: str, script: Script) -> None:
    app = importlib.import_module(f"tests.simulator.apps.{name}").create_app()
    transport = HttpTransport()
    try:
        with served(app) as url:
            target = UrlTarget(
                url + QUERIES.get(name, ""),
                transport,
                to="+551140030015",
                zone=ZoneInfo("America/Sao_Paulo"),
                carrier=Carrier(),
                new_sid=lambda: "CA" + "3" * 32,
            )
            assert play(script, target).failures == []
    finally:
        transport.close()


def test_every_app_has_its_scripts() -> None:
    assert {file.stem for file in APPS.glob("*.py")} == {name for name, _ in scripts()}
