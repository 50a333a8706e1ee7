"""``python -m tests.faults.forking``: a server that may be killed at any moment, and is there again at once.

The parent has read the line and imported everything, and it holds the port: what comes while nobody answers waits in
the port's queue, as it does behind any supervisor. It forks one child at a time, which serves ``create_app`` as ``ivr
serve`` does, and the next one as soon as that one is dead. It ends when its standard input does, so it never survives
the test that started it; nor do its children survive it (on Linux, where a child can ask for that).

On its standard output: ``port N``, then ``born PID`` for each child and ``ready PID`` once that child answers.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import create_app, webhooks_front
from data import database
from data.vault import Cost
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.server.listener import Listener
from ivr.settings import Settings
from tests.line_server import ACCOUNT, KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DIE_HEADER = "X-Die"
"""``before``: killed when the request is there; ``after``: when its answer is made and none of it has left."""

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


@dataclass(frozen=True)
class Plan:
    """What is served: the line in a folder on a database, at a moment (ISO) at which its clock stands.

    ``lock_wait`` seconds are waited for a database, where that is not as long as ever.
    """

    database_url: str
    line: str
    at: str
    public_url: str
    auth_token: str
    lock_wait: int | None = None


def main() -> None:
    """Serve until standard input ends."""
    plan = Plan(**json.loads(sys.argv[1]))
    if plan.lock_wait:
        _wait_for(plan.lock_wait)
    lines = Lines([load_line(Path(plan.line))])
    gc.freeze()  # what is here before a child is, no child ever frees
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    _say(f"port {listener.getsockname()[1]}")
    while True:
        alive, held_by_child = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(alive)
            _serve(plan, lines, listener)
        os.close(held_by_child)
        _say(f"born {pid}")
        ready, _, _ = select.select([sys.stdin, alive], [], [])
        if sys.stdin in ready:
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(alive)
        if sys.stdin in ready:
            return


def _wait_for(seconds: int) -> None:
    database.LOCK_WAIT_SECONDS = seconds


def _serve(plan: Plan, lines: Lines, listener: socket.socket) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    moment = datetime.fromisoformat(plan.at)
    settings = Settings(
        plan.database_url, KEY, Path(plan.line).parent, plan.public_url, account_sid=ACCOUNT, auth_token=plan.auth_token
    )
    opened = database.Database(plan.database_url, patience=(plan.lock_wait or database.LOCK_WAIT_SECONDS) + 1)
    app = create_app(settings, clock=lambda: moment, database=opened, lines=lines, cost=Cost.rehearsal())
    app.wsgi_app = _mortal(app.wsgi_app)  # type: ignore[method-assign, assignment]
    server = Listener(webhooks_front(app, settings))
    _say(f"ready {os.getpid()}")
    server.run_on(listener)


def _mortal(app: WSGIApplication) -> WSGIApplication:
    """``app``, killed where a request asks for it."""

    def dies(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        when = environ.get("HTTP_X_DIE")
        _die(when == "before")
        # Nothing is sent before the whole answer is made, so nothing has left yet.
        answer = b"".join(app(environ, start_response))
        _die(when == "after")
        return [answer]

    return dies


def _die(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def _say(word: str) -> None:
    os.write(1, f"{word}\n".encode())


if __name__ == "__main__":
    main()
