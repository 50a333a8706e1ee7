"""``ivr worker`` does what acts by itself in a process of its own; ``--show`` tells what is due, and who works."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.errors import SettingsError
from ivr.logs import log_to, style_of
from ivr.settings import DATA_DIRECTORY, LAST_GOOD_MENUS, Settings

if TYPE_CHECKING:
    from datetime import datetime

    from twilio.rest import Client

    from data.database import Database
    from data.due_work import DueWork
    from ivr.call.lines import Lines

PATIENCE = 60.0
"""Seconds within which a server must answer a statement of the worker's: a purge looks at the calls of years."""

CONNECTIONS = 2

STOP_SECONDS = 0.5
"""For which the end of a process waits for its worker, which works in transactions: nothing is left half done."""

SEND_SECONDS = 11.0
"""The same for a row that is being sent: longer than the carrier is given to answer (``recordings.ANSWER_SECONDS``), so
that what came of it is known. What is cut off here is looked for by the next process that works, minutes later."""

LOOK_AT_MENUS_SECONDS = 2
LOOK_AT_PUBLISHED_SECONDS = 0.5

MOST_SHOWN = 40


@click.command(short_help="Do what acts by itself, apart from the server; or tell what is due.")
@click.option("--show", is_flag=True, help="Only tell what is due, how it went the last time, and which process works.")
@click.option("--follow", is_flag=True, help="Go by the folder of lines, beside an ivr serve that does so.")
def worker(show: bool, follow: bool) -> None:
    """Sweep, purge, call back and send what is to be sent, as ``ivr serve`` does by itself: of all processes that share
    the database one works, and another takes over within five seconds where it dies.

    Set what ivr serve is started with. SIGTERM and Ctrl-C finish what is in hand; a second one ends at once.
    """
    from ivr.cli.stored import settings_here

    settings = settings_here()
    if show:
        _show(settings)
    else:
        _work(settings, follow)


def start_worker(
    settings: Settings,
    lines: Callable[[], Lines],
    database: Database | None = None,
    simulated: Callable[[], Client] | None = None,
) -> Callable[[], None]:
    """Start the worker of this process in a thread that never keeps it alive, on ``database`` or on connections of its
    own. ``simulated`` gives a client of the carrier of the pages' telephones, where they are in this process.

    What is returned stops it: it begins nothing more, ends what it is at within STOP_SECONDS, or SEND_SECONDS where
    that is a row that leaves the system, and gives its lease up.
    """
    from random import SystemRandom

    from data.database import Database
    from ivr.worker.tools import Tools
    from ivr.worker.worker import Worker, name_of_this_process

    own = database or Database(settings.database_url, patience=PATIENCE, connections=CONNECTIONS)
    tools = Tools.of(settings, own, lines, simulated, clock.now)
    works = Worker(tools, clock.now, SystemRandom(), name_of_this_process())
    stopping = threading.Event()
    thread = threading.Thread(target=works.run, args=(stopping,), name="worker", daemon=True)
    thread.start()

    def stop() -> None:
        stopping.set()
        thread.join(STOP_SECONDS)
        latest = time.monotonic() + SEND_SECONDS
        while works.outbox.is_sending and time.monotonic() < latest:
            thread.join(STOP_SECONDS)
        thread.join(STOP_SECONDS)

    return stop


def _work(settings: Settings, follow: bool) -> None:
    from data.database import Database, DatabaseUnavailableError
    from data.database_url import in_memory, parse_url
    from ivr.call.last_good_menus import LastGoodMenus
    from ivr.call.lines import Lines
    from ivr.call.published import PublishedMenus
    from ivr.call.reload import Reload
    from ivr.channels import RULES
    from ivr.cli.recovery import PROBE_SECONDS, Recovery
    from ivr.cli.scheduler import Job, Scheduler

    log_to(sys.stderr, "worker", style_of(os.environ, sys.stderr))
    stopping = threading.Event()
    _end_on_signals(stopping)
    if in_memory(parse_url(settings.database_url)):
        raise SettingsError(
            "IVR_DATABASE_URL: a database in memory is its process's own, and ivr serve works on it by itself; name a"
            " file or a server, or unset it"
        )
    kept = LastGoodMenus(DATA_DIRECTORY / LAST_GOOD_MENUS, RULES, settings.flows)
    followed = Lines.load(settings.flows, kept, RULES) if follow else None
    try:
        database = Database(settings.database_url, patience=PATIENCE, connections=CONNECTIONS)
    except DatabaseUnavailableError as error:
        raise SettingsError(f"IVR_DATABASE_URL: {error}") from None
    database.prepare_by(database.migrate)
    recovery = Recovery(database)
    recovery.probe()
    jobs = [Job("database", PROBE_SECONDS, lambda _: recovery.probe())]
    if followed:
        lines, reload = followed, Reload(settings.flows, followed)
        jobs.append(Job("menus", LOOK_AT_MENUS_SECONDS, lambda _: reload.refresh()))
    else:
        published = PublishedMenus(database, settings.flows, kept, RULES, clock.now, publishes=False)
        lines = published.begin()
        jobs.append(Job("menus", LOOK_AT_PUBLISHED_SECONDS, lambda _: published.refresh()))
    click.echo("The worker is ready; of all processes that share the database, one works. Ctrl-C ends it.")
    with Scheduler(jobs, clock.now):
        stop = start_worker(settings, lambda: lines, database)
        stopping.wait()
        stop()
    sys.stdout.flush()
    sys.stderr.flush()
    # A thread that hangs on a database would keep the process for as long.
    os._exit(0)


def _end_on_signals(stopping: threading.Event) -> None:
    """Set ``stopping`` on the first signal; a second one ends the process, whatever it is at."""
    taken = (signal.SIGTERM, signal.SIGINT)

    def end(*_: object) -> None:
        stopping.set()
        for each in taken:
            signal.signal(each, signal.SIG_DFL)

    for each in taken:
        signal.signal(each, end)


def _show(settings: Settings) -> None:
    from data.due_work import scheduled_work
    from data.lease import WORKER, holder_of
    from ivr.cli.stored import open_readonly

    now = clock.now()
    with open_readonly(settings) as database, database.reading() as connection:
        holder = holder_of(connection, WORKER, now)
        rows = scheduled_work(connection, MOST_SHOWN)
    # Who is at something for longer than a lease lasts renews it afterwards.
    holder = holder or next((row.claimed_by for row in rows if _is_in_hand(row, now)), None)
    click.echo(f"{holder} works" if holder else "no process works: start ivr serve, or ivr worker")
    for row in rows:
        click.echo(_told(row, now))
    if len(rows) == MOST_SHOWN:
        click.echo(f"no more than {MOST_SHOWN} are shown")


def _is_in_hand(row: DueWork, now: datetime) -> bool:
    return row.claimed_until is not None and row.claimed_until > now


def _told(row: DueWork, now: datetime) -> str:
    due = f"due {row.at:%Y-%m-%d %H:%M:%S} UTC" if row.at else "over" + 24 * " "
    last = f"{row.done_at:%Y-%m-%d %H:%M:%S} UTC: {row.outcome}" if row.done_at else "not done yet"
    return f"{row.kind:14}{row.subject:8}  {due}  {'being done just now' if _is_in_hand(row, now) else last}"
