"""``python -m ivr.cli.portal_process`` is the process of the customers' portal, which ``ivr serve`` starts and keeps
running.

It is one of its own, beside the webhooks' and the pages': what strangers send to the portal takes no thread, connection
or memory of calls, staff or the worker. It serves the socket that it inherits, and ends when its standard input does.
The portal is made when the first client connects.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli import COLLECT_EVERY
from ivr.cli.started_process import exit_code_of, exit_now
from ivr.logs import log_to, style_of

if TYPE_CHECKING:
    from ivr.server.listener import Listener

log = logging.getLogger(__name__)

CONNECTIONS = 6
"""To the database: one for each page that is being made, one for a sign-in, one to spare."""

FORMS_WITH_FILES = 8
"""Forms with files that are in hand at once: 50 MB of memory at most."""

HEALTH_SECONDS = 0.5

STOP_SECONDS = 1.0
"""For which a request in hand is waited for at the end."""


@dataclass(frozen=True)
class PortalPlan:
    """The process of the webhooks passes this plan: a socket's file, its own address, the folder of lines, and whether
    that is answered with (``follows``), and not what is published.
    """

    socket: int
    webhooks: str
    flows: str
    follows: bool

    def command(self) -> list[str]:
        """Return the command that starts the process of the portal."""
        return [sys.executable, "-m", "ivr.cli.portal_process", json.dumps(asdict(self))]


def main() -> None:
    """Serve the portal until standard input ends."""
    gc.set_threshold(COLLECT_EVERY)
    log_to(sys.stderr, "portal", style_of(os.environ, sys.stderr))
    plan = PortalPlan(**json.loads(sys.argv[1]))

    from ivr.server.first_client import FirstClient

    listening = socket.socket(fileno=plan.socket)
    first = FirstClient(listening)
    ending = threading.Event()
    listeners: list[Listener] = []

    def end_with_the_webhooks() -> None:
        sys.stdin.buffer.read()
        ending.set()
        first.stop()
        for listener in listeners:
            listener.should_exit = True
        time.sleep(STOP_SECONDS if listeners else 0)
        exit_now()

    threading.Thread(target=end_with_the_webhooks, daemon=True).start()
    # Where no customer comes, nothing of the portal is loaded.
    if first.wait():
        listener = _listener(plan)
        listeners.append(listener)
        listener.should_exit = ending.is_set()
        listener.run_on(listening)
    exit_now()


def _listener(plan: PortalPlan) -> Listener:
    from app import MOST_OF_A_PORTAL_FORM, create_portal, portal_front
    from data.database import TURN_PATIENCE, Database
    from ivr.call.last_good_menus import LastGoodMenus
    from ivr.call.lines import Lines
    from ivr.channels import RULES
    from ivr.cli import clock
    from ivr.cli.scheduler import Job, Scheduler
    from ivr.server.bounds import Bounds
    from ivr.server.listener import Listener
    from ivr.settings import DATA_DIRECTORY, LAST_GOOD_MENUS, Settings
    from ivr.web.peer import Peer
    from ivr.web.portal.tickets.forms import LARGEST_MESSAGE

    settings = Settings.from_environment(os.environ | {"IVR_FLOWS": plan.flows})
    database = Database(settings.database_url, patience=TURN_PATIENCE, connections=CONNECTIONS)
    flows = Path(plan.flows)
    kept = LastGoodMenus(DATA_DIRECTORY / LAST_GOOD_MENUS, RULES, flows)

    def load() -> Lines:
        return Lines.load(flows, kept, RULES) if plan.follows else Lines(kept.published().values(), kept, RULES)

    peer = Peer(plan.webhooks, load, database.standing, time.monotonic)
    Scheduler([Job("webhooks' health", HEALTH_SECONDS, lambda _: peer.look())], clock.now).start()
    app = create_portal(settings, clock=clock.now, database=database, lines=lambda: peer.lines)
    # Customers' browsers come through a proxy, which keeps few connections; a form is small, but for some with files.
    bounds = Bounds(
        connections=400,
        body_bytes=MOST_OF_A_PORTAL_FORM,
        wire_bytes=2 * MOST_OF_A_PORTAL_FORM,
        large_body_bytes=LARGEST_MESSAGE + MOST_OF_A_PORTAL_FORM,
        large_bodies=FORMS_WITH_FILES,
    )
    return Listener(portal_front(app), bounds)


if __name__ == "__main__":
    sys.exit(exit_code_of(main, "portal", log))
