"""The floor: a bare Flask view that returns a constant document, asked in the same way as the line is."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import waitress
from flask import Flask, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" timeout="5"><Say>Tecle algo.</Say></Gather>'
    "<Say>Nada foi teclado.</Say></Response>"
)


def bare_app() -> WSGIApplication:
    """Answers every POST with one document, and keeps nothing."""
    app = Flask(__name__)

    @app.post("/<path:_>")
    def constant(_: str) -> Response:
        return Response(DOCUMENT, mimetype="text/xml")

    return app


class Client:
    """One kept-alive connection, as the telephone company keeps them."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, path: str, form: dict[str, str]) -> None:
        """One POST; anything but 200 is a broken benchmark."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, urlencode(form), headers)
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def served(app: WSGIApplication) -> Iterator[Client]:
    """The application behind the server that ``ivr serve`` uses, on a free port of the loopback."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    client = Client(server.effective_port)
    try:
        yield client
    finally:
        client.close()
        server.close()
        thread.join(5)
