"""``ivr call --to``: which line of a server is telephoned, where the server is known by its URL only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from app import create_app
from data.database import Database
from data.vault import Cost
from ivr.call.lines import Lines
from ivr.settings import Settings
from tests.cli.conftest import FLOWS, Ivr

pytestmark = pytest.mark.network

GREETING = "call: The greeting\nsteps:\n  - hear: {}\n  - hang_up: true\n"


@pytest.fixture
def server(server_database: Database) -> Iterator[str]:
    """The entry webhook of a server that answers every shipped line."""
    settings = Settings(database_url="sqlite://", secret_key=b"k" * 32, flows=FLOWS)
    noon = datetime(2026, 3, 10, 15, tzinfo=UTC)
    lines = Lines.load(FLOWS)
    app = create_app(settings, clock=lambda: noon, database=server_database, lines=lines, cost=Cost.rehearsal())
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/twilio/voice"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("options", "greeting"),
    [((), "Bem-vindo"), (("--to", "+525550220015"), "Bienvenido"), (("--to", "+551140030015"), "Bem-vindo")],
)
def test_the_number_dialled_chooses_the_line(
    ivr: Ivr, server: str, tmp_path: Path, options: tuple[str, ...], greeting: str
) -> None:
    script = tmp_path / "greeting.call.yaml"
    script.write_text(GREETING.format(greeting), encoding="utf-8")
    code, _, err = ivr("call", server, "--script", script, *options)
    assert (code, err) == (0, "")


def test_a_number_that_is_none_is_told(ivr: Ivr, server: str) -> None:
    code, _, err = ivr("call", server, "--to", "forty")
    assert code == 2
    assert err.startswith("ivr call: Invalid value for '--to': ")


def test_a_line_is_called_by_its_name(ivr: Ivr, tmp_path: Path) -> None:
    script = tmp_path / "greeting.call.yaml"
    script.write_text(GREETING.format("Bienvenido"), encoding="utf-8")
    code, _, err = ivr("call", "internacional", "--script", script)
    assert (code, err) == (0, "")
