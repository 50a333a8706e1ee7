"""Fuzzed requests at the routes of a server: signed, delivered, and what is promised of every answer."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from hypothesis import note
from lxml import etree
from werkzeug.test import TestResponse, run_wsgi_app
from werkzeug.wrappers import Request

from ivr.channels.twilio.gate import MAX_FIELDS, MAX_FORM_BYTES
from ivr.channels.twilio.sizes import MAX_BYTES
from tests.line_server import LineServer
from tests.properties.bodies import ENDED, LIVE, NEXT, OWN, Knock
from tests.properties.ways import Way


class Listener(logging.Handler):
    """Keeps what is logged, as it is printed and every field of it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        own = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        self.heard += [self.format(record), repr(own)]


_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def deliver(server: LineServer, knock: Knock) -> TestResponse:
    """Send ``knock`` with the signature that it has if Twilio sends just that."""
    path, _, query = knock.path.partition("?")
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": knock.path,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "ivr.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "ivr.test",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": knock.content_type,
        "CONTENT_LENGTH": str(len(knock.body)),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    # Signed are the fields as a server reads them; of a repeated one there is no more than one signature.
    read = Request({**environ, "wsgi.input": io.BytesIO(knock.body)}).form
    environ["HTTP_X_TWILIO_SIGNATURE"] = server.sign(knock.path, dict(read.items()))
    environ["wsgi.input"] = io.BytesIO(knock.body)
    body, status, headers = run_wsgi_app(server.app, environ, buffered=True)
    return TestResponse(body, status, headers, request=Request(environ))


def _is_a_door(path: str) -> bool:
    turn = re.fullmatch(r"/twilio/turn/(.*)", unquote_to_bytes(path.partition("?")[0]).decode())
    # Python reads no number that has more than 4300 digits.
    return turn is None or (re.fullmatch(r"\d+", turn[1]) is not None and len(turn[1]) < 4300)


def holds(knock: Knock, answer: TestResponse) -> None:
    """What is promised of every answer to a signed request."""
    if not knock.signable or len(knock.body) > MAX_FORM_BYTES or knock.body.count(b"&") >= MAX_FIELDS:
        assert answer.status_code in {403, 413}
        return
    if not _is_a_door(knock.path):
        assert b"In Twilio's console, set this webhook to POST " in answer.data
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert len(answer.data) <= MAX_BYTES
    assert etree.fromstring(answer.data).tag == "Response"
    assert ElementTree.fromstring(answer.data).tag == "Response"


def sids() -> Callable[[], str]:
    numbers = count()
    return lambda: f"CA{next(numbers):032x}".replace("CA0", "CAc", 1)


def told(answer: TestResponse, turn: int) -> int:
    """The turn that the answer leads to; ``turn`` where it leads to none."""
    led = re.search(rb"/twilio/turn/([0-9]{1,4})", answer.data)
    return int(led[1]) if led else turn


@dataclass
class Fuzzed:
    """The call ``sid`` of ``server``, whose next turn is ``turn``: to it things are delivered."""

    server: LineServer
    sid: str
    turn: int

    @classmethod
    def led(cls, server: LineServer, way: Way, sid: str) -> Fuzzed:
        """A call that was led into the state of ``way``."""
        return cls(server, sid, told(way.go(server, sid), 0))

    def deliver(self, knock: Knock) -> int:
        """Send ``knock`` about this call, and look at the answer; its status."""
        path = knock.path.replace(NEXT, f"turn/{self.turn}").replace(OWN, self.sid)
        sent = replace(knock, path=path, body=knock.body.replace(OWN.encode(), self.sid.encode()))
        answer = deliver(self.server, sent)
        note(f"{answer.status_code}: {sent!r:.2000}")
        holds(sent, answer)
        self.turn = told(answer, self.turn)
        return answer.status_code


def begin_others(server: LineServer) -> None:
    """The call of another caller, and one that has ended."""
    for other in (LIVE, ENDED):
        server.start(other)
        server.turn(1, other, Digits="2")
    server.post("/twilio/status", sid=ENDED, CallStatus="completed", SequenceNumber="3", CallDuration="9")
