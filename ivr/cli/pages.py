"""``python -m ivr.cli.pages`` is the process of the pages, which ``ivr serve`` starts and keeps running.

It may be killed, hang or be slow, and no caller notices: it shares the database with the webhooks, and nothing else. It
serves the socket that it inherits, and ends when its standard input does. The worker begins at once; the pages are made
when the first client connects, which is as long as they take to load (about a second).
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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ivr.cli import COLLECT_EVERY
from ivr.cli.started_process import exit_code_of, exit_now
from ivr.cli.worker import SEND_SECONDS
from ivr.cli.worker import STOP_SECONDS as WORKER_SECONDS
from ivr.logs import log_to, style_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from twilio.rest import Client

    from data.database import Database
    from ivr.call.talks.offering import SendNow
    from ivr.server.front import Front
    from ivr.server.listener import Listener
    from ivr.settings import Settings
    from ivr.web.backlog import Backlog
    from ivr.web.menu.gate_runs import Compared
    from ivr.web.meter import MeterFiles
    from ivr.web.peer import Peer
    from ivr.web.phone.simulated_carrier import SimulatedCarrier

log = logging.getLogger(__name__)

Made = TypeVar("Made")

CONNECTIONS = 6
"""To the database: one for each page that is being made, and two to spare. The worker has its own."""

HEALTH_SECONDS = 0.5
BACKLOG_SECONDS = 10

STOP_SECONDS = SEND_SECONDS + 4 * WORKER_SECONDS
"""For which this process may take to end: it does at once, but for a row that its worker is sending."""


@dataclass(frozen=True)
class Plan:
    """The process of the webhooks passes this plan: a socket's file, its own address, and the public one.

    ``follows`` is whether the folder ``flows`` is answered with, and not what is published. ``works`` is
    whether the worker runs in this process; it cannot where the database is in the other's memory. ``meters`` is the
    folder in which the webhooks count; this process takes it away when the other has ended. ``portal`` is where the
    portal listens, empty where there is none: letters that the worker sends name it.
    """

    socket: int
    webhooks: str
    public_url: str
    flows: str
    follows: bool
    works: bool
    meters: str
    portal: str

    def command(self) -> list[str]:
        """Return the command that starts the process of the pages."""
        return [sys.executable, "-m", "ivr.cli.pages", json.dumps(asdict(self))]


def main() -> None:
    """Serve the pages until standard input ends."""
    gc.set_threshold(COLLECT_EVERY)
    log_to(sys.stderr, "pages", style_of(os.environ, sys.stderr))
    plan = Plan(**json.loads(sys.argv[1]))

    from data.database import TURN_PATIENCE, Database
    from ivr.call.last_good_menus import LastGoodMenus
    from ivr.call.lines import Lines
    from ivr.channels import RULES
    from ivr.cli import clock
    from ivr.cli.scheduler import Job, Scheduler
    from ivr.cli.worker import start_worker
    from ivr.server.first_client import FirstClient
    from ivr.settings import DATA_DIRECTORY, LAST_GOOD_MENUS, Settings
    from ivr.web.backlog import Backlog
    from ivr.web.meter import MeterFiles
    from ivr.web.peer import Peer

    settings = Settings.from_environment(os.environ | {"IVR_FLOWS": plan.flows})
    settings = replace(settings, public_url=plan.public_url, portal_at=plan.portal or None)
    database = Database(settings.database_url, patience=TURN_PATIENCE, connections=CONNECTIONS)
    flows = Path(plan.flows)
    kept = LastGoodMenus(DATA_DIRECTORY / LAST_GOOD_MENUS, RULES, flows)

    def load() -> Lines:
        # What is published was put on the disk by the webhooks before they answered with it.
        return Lines.load(flows, kept, RULES) if plan.follows else Lines(kept.published().values(), kept, RULES)

    peer = Peer(plan.webhooks, load, database.standing, time.monotonic)
    backlog = Backlog(database)
    files = MeterFiles(Path(plan.meters) if plan.meters else None)
    listening = socket.socket(fileno=plan.socket)
    carrier = _once(lambda: _make_carrier(plan, settings, database, peer, listening))
    client = _once(lambda: carrier().client())
    # A database that hangs must not keep the webhooks' health from being asked for.
    jobs = (
        Job("webhooks' health", HEALTH_SECONDS, lambda _: peer.look()),
        # What waited while no process ran is being done when it is looked at first.
        Job("backlog", BACKLOG_SECONDS, backlog.look, at_once=False),
    )
    for each in jobs:
        Scheduler([each], clock.now).start()
    stop_worker = start_worker(settings, lambda: peer.lines, simulated=client) if plan.works else _nothing_to_stop

    first = FirstClient(listening)
    ending = threading.Event()
    served = threading.Event()
    listeners: list[Listener] = []

    def end_with_the_webhooks() -> None:
        sys.stdin.buffer.read()
        # However the webhooks ended: one that is killed takes nothing away.
        files.remove()
        ending.set()
        first.stop()
        try:
            if listeners:
                # While their streams are open: pages hear that their calls have ended.
                carrier().stop()
        finally:
            for listener in listeners:
                listener.should_exit = True
        stop_worker()
        # Pages keep nothing that could be lost: one that hangs is not waited for.
        served.wait(WORKER_SECONDS)
        exit_now()

    threading.Thread(target=end_with_the_webhooks, daemon=True).start()
    # Most of what pages need is theirs alone: where nobody opens them, the worker has this process to itself.
    if first.wait():
        front = _make_pages(plan, settings, database, peer, backlog, files, carrier(), _sender(settings, peer, client))
        listener = _listener(front)
        listeners.append(listener)
        listener.should_exit = ending.is_set()
        listener.run_on(listening)
    served.set()
    stop_worker()
    exit_now()


def _make_carrier(
    plan: Plan, settings: Settings, database: Database, peer: Peer, listening: socket.socket
) -> SimulatedCarrier:
    """The carrier of the pages' telephones; the worker needs it too, for calls that a trial asked for."""
    from app import create_app, create_carrier
    from ivr.cli.paced_clock import PacedClock
    from ivr.cli.targets import LocalLines, rehearse_once
    from ivr.server.listener import address_of

    flows = Path(plan.flows)
    return create_carrier(
        settings,
        database=database,
        lines=lambda: peer.lines,
        webhooks=plan.webhooks,
        api_url=address_of(listening),
        rehearse=LocalLines(create_app, flows, PacedClock).rehearsal,
        warm=lambda: rehearse_once(LocalLines(create_app, flows), peer.lines),
    )


def _make_pages(
    plan: Plan,
    settings: Settings,
    database: Database,
    peer: Peer,
    backlog: Backlog,
    files: MeterFiles,
    carrier: SimulatedCarrier,
    send_now: SendNow,
) -> Front:
    from app import create_pages, pages_front
    from ivr.cli import clock
    from ivr.web.metrics import meters_in

    app = create_pages(
        settings,
        clock=clock.now,
        database=database,
        lines=lambda: peer.lines,
        health=lambda: backlog.beside(peer.told()),
        meters=meters_in(files.folder, os.getppid()),
        carrier=carrier,
        gate=_calls_on_draft,
        follows=plan.follows,
        send_now=send_now,
    )
    return pages_front(app, carrier.limits.streams)


def _sender(settings: Settings, peer: Peer, client: Callable[[], Client]) -> SendNow:
    """What sends at once what somebody at a page waits for; with a connection of its own, since the carrier is asked
    while it is held.
    """
    from random import SystemRandom

    from data.database import TURN_PATIENCE, Database
    from ivr.cli import clock
    from ivr.worker.at_once import AtOnce
    from ivr.worker.tools import Tools
    from ivr.worker.worker import name_of_this_process

    database = Database(settings.database_url, patience=TURN_PATIENCE, connections=1)
    tools = Tools.of(settings, database, lambda: peer.lines, simulated=client)
    return AtOnce(tools, clock.now, SystemRandom(), name_of_this_process())


def _calls_on_draft(compared: Compared, language: str) -> list[str]:
    """The command that plays calls on the draft of a line and prints what changes: its scripts, or the calls that came
    in since a day. It says in ``language`` why it cannot. It has this process's environment: the same database, the
    same lines.
    """
    command = ["whatif", "--since", compared.since] if compared.since else ["publish", "--dry-run"]
    options = ["--draft", "--json", "--language", language]
    return [sys.executable, "-m", "ivr", *command, *options, "--", compared.line]


def _listener(front: Front) -> Listener:
    from app import MOST_OF_A_PAGE
    from ivr.server.bounds import Bounds
    from ivr.server.listener import Listener

    # A file of a line is saved whole, and a line of some hundred states has one of more than a webhook's 64 kB. So much
    # more may be in memory at once, for fewer clients: they are people of this machine, or come through a proxy.
    bounds = Bounds(connections=400, body_bytes=MOST_OF_A_PAGE, wire_bytes=2 * MOST_OF_A_PAGE)
    return Listener(front, bounds, ending=front.end_streams)


def _once(make: Callable[[], Made]) -> Callable[[], Made]:
    """What ``make`` returns when it is asked for first, in whatever thread, and the same from then on."""
    making = threading.Lock()
    made: list[Made] = []

    def one() -> Made:
        with making:
            if not made:
                made.append(make())
            return made[0]

    return one


def _nothing_to_stop() -> None:
    """No worker runs here."""


if __name__ == "__main__":
    sys.exit(exit_code_of(main, "pages", log))
