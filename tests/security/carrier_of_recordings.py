"""A carrier's host that keeps recordings, in this process, and a server that rehearses with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from werkzeug.test import TestResponse

from data.vault import Vault
from ivr.web.recordings import link_to
from tests.conftest import MakeServer, Now
from tests.line_server import ACCOUNT, SID, LineServer
from tests.security.old_calls import RECORDING, OldCall

TOKEN = "a token of the tests"
SOUND = b"RIFF" + bytes(range(256)) * 40
AT_TWILIO = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}"
HERE = "http://127.0.0.1:5000"


@dataclass
class RecordingsCarrier:
    """The telephone company on this machine: what it was asked, and what it answers."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "audio/x-wav"})
    body: bytes = SOUND
    url: str = ""


@pytest.fixture
def carrier() -> Iterator[RecordingsCarrier]:
    carrier = RecordingsCarrier()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            carrier.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
            self.send_response(carrier.status)
            for name, value in carrier.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(carrier.body)

        do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    carrier.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield carrier
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def rehearsal(make_server: MakeServer, carrier: RecordingsCarrier, clock: Now) -> LineServer:
    """A server that only this machine reaches, with a message of SID's turn 0 at the company."""
    server = make_server(public_url=HERE, auth_token=TOKEN, account_sid=ACCOUNT)
    moment = clock().astimezone(UTC)
    OldCall(SID, moment, moment, recording=f"{carrier.url}/Recordings/{RECORDING}").write(server.database)
    return server


def link_for(clock: Now, server_vault: Vault, sid: str = SID, turn: int = 0, hours: float = 24) -> str:
    return link_to(server_vault, "", sid, turn, clock() + timedelta(hours=hours))


def told(answer: TestResponse) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("\n") == 1
    return answer.status_code, answer.text
