"""The API at an address of this machine, for applications that run in a process of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.switchboard import Switchboard

HOST = "127.0.0.1"

POLL_SECONDS = 0.05
"""How soon the server notices that it is to stop."""


class PortError(Exception):
    """The port cannot be listened on; the text says why and what to do."""


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request: a call may hold the switchboard for a moment."""

    daemon_threads = True


class _Silent(WSGIRequestHandler):
    """The transcript tells of what happens; nothing is written for each request."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def rest_server(switchboard: Switchboard, port: int = 0) -> Iterator[str]:
    """Serve the API of ``switchboard`` for as long as the block runs; yields its address, ``http://127.0.0.1:PORT``.

    ``port`` 0 takes a free one. From then on recordings are to be found at that address. Raises PortError where
    the port is taken.
    """
    try:
        server = make_server(HOST, port, rest_app(switchboard), _Server, _Silent)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PortError(f"the API cannot listen on port {port} ({reason}); choose another one") from None
    url = f"http://{HOST}:{server.server_port}"
    switchboard.carrier = replace(switchboard.carrier, api_url=url)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="rest", daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
