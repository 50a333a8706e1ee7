"""``python -m bench.probe`` measures turns in process, without any server: the CPU of a turn and of the bare view, in
microseconds, the fastest of some rounds, as JSON. ``bench.compare`` runs it in two checkouts.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import create_app
from bench.floor import bare_app
from bench.signed_calls import TOKEN, call_of, end_of
from data.database import Database
from data.vault import Cost
from ivr.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from ivr.call.lines import Lines

ROUNDS = 12
CALLS = 8
"""A round is a tenth of a second, so that some fall between what others do on the machine."""

URL = "http://127.0.0.1:80"


def line_of(database: Database, lines: Lines | None = None) -> WSGIApplication:
    """Return the shipped line, or ``lines``, on a database; production but for the cost of a password."""
    database.migrate()
    settings = Settings("sqlite://", b"a key for benchmarks............", Path("flows"), URL, auth_token=TOKEN)
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    return create_app(settings, clock=lambda: noon, database=database, lines=lines, cost=Cost.rehearsal()).wsgi_app


def played(
    app: WSGIApplication,
    calls: int,
    numbers: Iterator[int],
    clock: Callable[[], float] = time.process_time,
    *,
    end: bool = False,
) -> float:
    """Play so many calls of ten turns, and return the seconds that a turn took by ``clock``: of CPU, unless said
    otherwise. With ``end`` each call is told to have ended, which costs a request more.
    """
    sids = [_sid(next(numbers)) for _ in range(calls)]
    requests = [request for sid in sids for request in (*call_of(80, sid), *([end_of(80, sid)] if end else []))]
    environs = [_environ(request) for request in requests]
    began = clock()
    for environ in environs:
        _ask(app, environ)
    return (clock() - began) / len(environs)


def _sid(number: int) -> str:
    """A name of a call: spread as the carrier's are, so that no two calls are neighbours in an index."""
    return "CA" + hashlib.sha256(str(number).encode()).hexdigest()[:32]


def _environ(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, protocol = first.split()
    written = (line.partition(": ") for line in lines)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, _, value in written}
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": protocol,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE"),
        "CONTENT_LENGTH": headers.pop("HTTP_CONTENT_LENGTH"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }


def _ask(app: WSGIApplication, environ: dict[str, Any]) -> None:
    statuses: list[str] = []

    def start(status: str, _headers: object, _error: object = None, /) -> Any:
        statuses.append(status)

    parts = app(environ, start)
    answer = b"".join(parts)
    close = getattr(parts, "close", None)
    if close:
        close()
    if not statuses[0].startswith("200") or (answer and b"<Response" not in answer):
        raise RuntimeError(f"{environ['PATH_INFO']} answered {statuses[0]}")


def main() -> None:
    """Print what a turn and the bare view cost."""
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as folder:
        line, bare = line_of(Database(f"sqlite:///{Path(folder) / 'probe.sqlite'}")), bare_app()
        rounds = [(played(line, CALLS, numbers), played(bare, CALLS, numbers)) for _ in range(ROUNDS + 1)]
        # The first round warms up. Of the others the fastest is told: what others do only ever adds to it.
        turn, view = (1e6 * min(each) for each in zip(*rounds[1:], strict=True))
        costs = {"turn": turn, "bare": view}
    print(json.dumps(costs), flush=True)
    os._exit(0)  # threads of a release before may still wait for work


if __name__ == "__main__":
    main()
