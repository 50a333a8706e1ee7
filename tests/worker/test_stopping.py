"""A process that is told to end ends the request that its worker has sent, and writes what came of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from data.callbacks import CallbackRecord, ask_callback
from data.calls import NewCall, open_call, record_status
from data.database import Database
from data.lease import WORKER, holder_of
from data.outbox import recent_rows
from ivr.call.lines import Lines
from ivr.cli.worker import SEND_SECONDS, STOP_SECONDS, start_worker
from ivr.flow.line import Line
from ivr.settings import Settings
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from tests.databases import one_of_both
from tests.line_server import KEY, NUMBER, SID
from tests.worker.office import CALLER, PUBLIC

pytestmark = [one_of_both("sqlite"), pytest.mark.network]

MADE = "CA" + "8" * 32
SLOW_SECONDS = 3 * STOP_SECONDS


class SlowCarrier(ThreadingHTTPServer):
    """An API that has the request at once, and takes its time to answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Slow)
        self.asked = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Slow(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, SlowCarrier)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.set()
        time.sleep(SLOW_SECONDS)
        body = json.dumps({"sid": MADE, "status": "queued"}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def carrier() -> Iterator[SlowCarrier]:
    with SlowCarrier() as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        yield server
        server.shutdown()
        serving.join()


def test_a_stop_waits_for_the_answer_to_what_was_sent(
    server_database: Database, small_line: Line, carrier: SlowCarrier, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    with server_database.transaction() as connection:
        open_call(connection, NewCall(SID, "ensaio", "v1", CALLER, NUMBER, now, "{}"))
        record_status(connection, SID, "completed", 3, 60, now)
        ask_callback(connection, CallbackRecord(SID, "ensaio", "gente", CALLER, now))
    settings = Settings("sqlite://", KEY, tmp_path, PUBLIC, DEMO_ACCOUNT, DEMO_TOKEN, api_url=carrier.url)
    stop = start_worker(settings, lambda: Lines([small_line]), server_database)
    assert carrier.asked.wait(20)
    began = time.monotonic()
    stop()
    assert time.monotonic() - began < SEND_SECONDS
    with server_database.reading() as connection:
        (row,) = recent_rows(connection, 10)
        assert (row.state, row.carrier_sid) == ("sent", MADE)
        assert holder_of(connection, WORKER, datetime.now(UTC)) is None
