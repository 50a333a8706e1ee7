"""The floor is a bare Flask view that returns a constant document, asked in the same way as the line is."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, Response

from ivr.channels.twilio.deadline import AT_ONCE, MOST_AT_ONCE, SECONDS
from ivr.server.bounds import Bounds
from ivr.server.front import Bulkhead, Front, refuse_nothing
from ivr.server.listener import Listener, bind

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" timeout="5"><Say>Tecle algo.</Say></Gather>'
    "<Say>Nada foi teclado.</Say></Response>"
)


def bare_app() -> WSGIApplication:
    """Return an application that answers every POST with one document, and stores nothing."""
    app = Flask(__name__)

    @app.post("/<path:_>")
    def constant(_: str) -> Response:
        return Response(DOCUMENT, mimetype="text/xml")

    return app


class Client:
    """A client asks over one kept-alive connection, as the carrier does."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, path: str, form: dict[str, str]) -> None:
        """Send one POST; raise RuntimeError for any status but 200."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, urlencode(form), headers)
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def bare_front(app: WSGIApplication) -> Front:
    """Put the application behind a front with as many threads as webhooks have, which judges nothing."""
    bulkhead = Bulkhead("bare", MOST_AT_ONCE, waiting=None, seconds=SECONDS, at_once=AT_ONCE)
    return Front(app, judge_head=refuse_nothing, judge=refuse_nothing, bulkhead_of=lambda _: bulkhead)


@contextmanager
def served(front: Front) -> Iterator[Client]:
    """Serve ``front`` by the server of ``ivr serve`` on a free port of the loopback, and yield a client of it."""
    socket = bind("127.0.0.1", 0, "port")
    listener = Listener(front, Bounds(idle=600))  # the other one is timed meanwhile
    thread = threading.Thread(target=listener.run_on, args=(socket,), daemon=True)
    port = socket.getsockname()[1]
    thread.start()
    while not listener.started:
        time.sleep(0.01)
    client = Client(port)
    try:
        yield client
    finally:
        client.close()
        listener.should_exit = True
        thread.join(5)
