"""An app on loopback with a capture before it, which may go by the clock of the call that it captures."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.capture.capture_log import MOST_BYTES, CaptureLog
from ivr.capture.capture_proxy import CaptureProxy
from ivr.capture.exchanges import Exchanges
from ivr.capture.pseudonyms import Pseudonyms
from ivr.capture.scrubbing import Scrubber
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.live_call import place_call
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step
from ivr.simulator.transcript import Transcript

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AT = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)
KEY = b"the key of a capture in tests"
TOKEN = "sesame"
ACCOUNT = "AC" + "7" * 32
CALLER = "+5511987654321"
NUMBER = "+551140030015"


@dataclass
class Capturing:
    """A capture that runs: where it listens, what it goes by, and once it is over its file."""

    address: str
    file: Path
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(AT))

    @property
    def records(self) -> list[dict[str, Any]]:
        """What stands in the file."""
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The records of one kind."""
        return [each for each in self.records if each.get("kind") == kind]

    def dial(
        self,
        *steps: Step,
        path: str = "/voice",
        from_: str = CALLER,
        outbound: OutboundCall | None = None,
        **carrier: Any,
    ) -> Transcript:
        """Make a call through the capture."""
        transport = HttpTransport()
        setup = CallSetup(
            url=self.address + path,
            transport=transport,
            from_=from_,
            to=NUMBER,
            call_sid="CA" + "5" * 32,
            clock=self.clock,
            carrier=Carrier(ACCOUNT, TOKEN, **carrier),
            outbound=outbound,
        )
        try:
            return place_call(setup, ScriptedPhone(steps))
        finally:
            transport.close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None: ...


@contextmanager
def app_server(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve ``app`` on loopback; yields its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def capturing(
    app: str,
    file: Path,
    *,
    token: str | None = TOKEN,
    public_url: str | None = None,
    replace_texts: bool = False,
    most: int = MOST_BYTES,
    seen: Callable[[str], None] = lambda _: None,
) -> Iterator[Capturing]:
    """Put a capture before the app at the address ``app``; the file is whole when the block is over."""
    made = Capturing("", file)
    scrubber = Scrubber(Pseudonyms(KEY), replace_texts=replace_texts)
    log = CaptureLog(file, lambda: made.clock.elapsed(), most)
    log.head(AT, "ivr of a test", public_url, signatures="checked" if token else "unchecked", texts=not replace_texts)
    exchanges = Exchanges(log, scrubber, public_url, token, seen)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    listening = threading.Event()

    def ready(port: int) -> None:
        made.address = f"http://127.0.0.1:{port}"
        listening.set()

    proxy = CaptureProxy(app, exchanges, public_url)
    thread = threading.Thread(target=lambda: loop.run_until_complete(proxy.serve("127.0.0.1", 0, stop, ready)))
    thread.start()
    try:
        assert listening.wait(10)
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        log.end(
            requests=exchanges.requests,
            from_outside=exchanges.from_outside,
            badly_signed=exchanges.badly_signed,
            replaced=scrubber.counts,
            unknown=sorted(scrubber.unknown),
        )
