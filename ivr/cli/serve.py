"""``ivr serve`` answers the webhooks on one port, and starts the process of the pages beside them on another."""

from __future__ import annotations

import gc
import os
import re
import secrets
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import click

from ivr.addresses import is_loopback
from ivr.cli import clock
from ivr.errors import SettingsError
from ivr.logs import log_to, style_of
from ivr.settings import DATA_DIRECTORY, LAST_GOOD_MENUS, MAIL_FOLDER, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from data.database import Database
    from data.first_user import FirstUser
    from ivr.call.lines import Lines
    from ivr.channels.webhook_report import WebhookReport
    from ivr.server.supervised_process import SupervisedProcess
    from ivr.web.health import Health

LOOK_AT_MENUS_SECONDS = 2
LOOK_AT_PUBLISHED_SECONDS = 0.5
"""A version that is published answers within a second, and what is announced is heard."""
CHECKPOINT_SECONDS = 1
"""Between two looks at the log of an embedded database: what is written in one is a fifth of a second's work."""
PAGES_MAY_BE_AWAY_SECONDS = 10

COLLECT_OFTEN = (700, 10, 10)
"""As Python has it: a look takes the longer the more it looks at, and a turn waits for it."""

_PAGES = re.compile(r"(?P<host>\[[^\[\]]+\]|[^:\[\]]+):(?P<port>[0-9]{1,5})", re.ASCII)
_MAX_PORT = 65535

IN_MEMORY = ("sqlite://", "sqlite:///:memory:")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the webhooks.")
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(0, _MAX_PORT), help="Port; 0 takes a free one."
)
@click.option(
    "--pages",
    metavar="HOST:PORT",
    help="Address of the pages; elsewhere than on this machine with IVR_PAGES_URL only.  [default: 127.0.0.1 and the"
    " port after --port]",
)
@click.option(
    "--portal",
    metavar="HOST:PORT",
    help="Address of the customers' portal, or none; elsewhere than on this machine with IVR_PORTAL_URL only. "
    " [default: 127.0.0.1 and the port after --pages]",
)
@click.option(
    "--follow", is_flag=True, help="Answer with what stands in the folder of lines, as it is saved: to rehearse."
)
def serve(host: str, port: int, pages: str | None, portal: str | None, follow: bool) -> None:
    """Answer calls: Twilio's webhooks on one port, pages and metrics on another, the customers' portal on a third.

    Callers hear what was published (ivr publish, ivr versions); of a line that is new, its folder is published as
    version 1 now. With --follow they hear its folder instead, and each sound save of it within two seconds.

    The pages are for this machine only; with IVR_PAGES_URL they are for users who log in (ivr users). The portal is for
    contacts of customers, who sign in everywhere; others reach it with IVR_PORTAL_URL only.

    What acts by itself (sweeps, purges, callbacks) is done here too, by one process of all that share the database.

    Without IVR_DATABASE_URL an embedded SQLite database is made, with demo customers. A database that is away is waited
    for while calls are answered. SIGTERM and Ctrl-C finish what is in hand; a second one ends at once.
    """
    from dataclasses import replace

    from app import create_app, webhooks_front
    from data.database import TURN_PATIENCE, Database, DatabaseUnavailableError
    from data.database_url import in_memory, parse_url
    from ivr.call.announcements import Announcements
    from ivr.call.last_good_menus import LastGoodMenus
    from ivr.call.lines import Lines
    from ivr.call.published import PublishedMenus
    from ivr.call.rota_swaps import RotaSwaps
    from ivr.channels import RULES
    from ivr.channels.call_traces import with_traces
    from ivr.channels.webhook_report import log_turn
    from ivr.cli.pages import STOP_SECONDS, Plan
    from ivr.cli.portal_process import PortalPlan
    from ivr.cli.recovery import PROBE_SECONDS, Recovery
    from ivr.cli.scheduler import Job, Scheduler
    from ivr.cli.worker import start_worker
    from ivr.server.listener import Listener, address_of, bind
    from ivr.server.supervised_process import SupervisedProcess
    from ivr.web.health import Health
    from ivr.web.meter import Meter, MeterFiles

    log_to(sys.stderr, "webhooks", style_of(os.environ, sys.stderr))
    _end_before_serving_on_signals()
    settings = Settings.from_environment(os.environ)
    _require_what_others_need(host, settings)
    pages_at = _pages_at(pages, port, settings.pages_url)
    portal_at = _portal_at(portal, pages_at[1], settings.portal_url)
    if settings.database_url in IN_MEMORY:
        # Where the database is in this process's memory, no other can show customers anything of it.
        portal_at = None
    kept = LastGoodMenus(DATA_DIRECTORY / LAST_GOOD_MENUS, RULES, settings.flows)
    followed = Lines.load(settings.flows, kept, RULES) if follow else None
    with ExitStack() as closing:
        # The ports first: a process that finds one taken has not touched the database.
        webhooks_socket = closing.enter_context(bind(host, port, "--port"))
        pages_socket = closing.enter_context(bind(*pages_at, "--pages"))
        portal_socket = closing.enter_context(bind(*portal_at, "--portal")) if portal_at else None
        try:
            database = Database(settings.database_url, patience=TURN_PATIENCE)
        except DatabaseUnavailableError as error:
            raise SettingsError(f"IVR_DATABASE_URL: {error}") from None
        closing.callback(database.close)
        at = address_of(webhooks_socket)
        settings = replace(settings, public_url=settings.public_url or at)
        made: list[FirstUser] = []
        _prepare(database, settings, made)
        recovery = Recovery(database)
        recovery.probe()
        _require_users(database, settings)
        published = PublishedMenus(database, settings.flows, kept, RULES, clock.now)
        lines = followed or published.begin()

        health = Health(lines, database.standing)
        files = MeterFiles.make()
        closing.callback(files.remove)
        meter = Meter()

        def report(answered: WebhookReport) -> None:
            meter.report(answered)
            log_turn(answered)

        announcements = Announcements(database)
        announcements.refresh(clock.now())
        swaps = RotaSwaps(database)
        swaps.refresh(clock.now())
        app = create_app(
            settings,
            clock=clock.now,
            database=database,
            lines=lines,
            health=health,
            report=with_traces(report, os.environ, clock.now, closing),
            announcements=announcements,
            swaps=swaps,
        )
        listener = Listener(webhooks_front(app, settings, meter.refused))
        apart = not in_memory(parse_url(settings.database_url))
        plan = Plan(
            socket=pages_socket.fileno(),
            webhooks=_on_this_machine(at),
            public_url=settings.public_url or at,
            flows=str(settings.flows),
            follows=follow,
            works=apart,
            meters=str(files.folder or ""),
            portal=address_of(portal_socket) if portal_socket else "",
        )
        pages_process = SupervisedProcess(plan.command(), [pages_socket.fileno()], "pages", STOP_SECONDS)
        _watch_pages(health, pages_process, "the pages do not run")
        portal_process = None
        if portal_socket:
            portal_plan = PortalPlan(portal_socket.fileno(), _on_this_machine(at), str(settings.flows), follow)
            portal_process = SupervisedProcess(portal_plan.command(), [portal_socket.fileno()], "portal")
            _watch_pages(health, portal_process, "the portal does not run")
        health.watch(lambda: lines.degraded)
        addresses = _Addresses(at, address_of(pages_socket), address_of(portal_socket) if portal_socket else None)
        _greet(addresses, settings, lines, made, _what_is_heard(settings.flows, database, follow))

        menus = (
            Job("menus", LOOK_AT_MENUS_SECONDS, _look_at_menus(settings.flows, lines))
            if follow
            else Job("menus", LOOK_AT_PUBLISHED_SECONDS, lambda _: published.refresh())
        )
        beside = [
            menus,
            Job("announcements", LOOK_AT_PUBLISHED_SECONDS, announcements.refresh),
            Job("rota swaps", LOOK_AT_PUBLISHED_SECONDS, swaps.refresh),
            Job("checkpoint", CHECKPOINT_SECONDS, lambda _: database.checkpoint()),
        ]
        if not apart:
            # Where the database is in this process's memory, no other can work on it.
            portal_there = address_of(portal_socket) if portal_socket else None
            start_worker(replace(settings, portal_at=portal_there), lambda: lines, database)
        probes = [Job("database", PROBE_SECONDS, lambda _: recovery.probe())]
        closing.enter_context(Scheduler(beside, clock.now))
        closing.enter_context(Scheduler(probes, clock.now))
        closing.enter_context(pages_process)
        if portal_process:
            closing.enter_context(portal_process)
        # What is there by now stays: it is not looked through each time that garbage is collected.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_OFTEN)
        listener.run_on(webhooks_socket)
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything in hand was answered. A thread that still hangs on a database would keep the process for as long.
    os._exit(0)


def _end_before_serving_on_signals() -> None:
    """End with 0 on a signal that comes while the line is still being set up, when nothing is in hand yet.

    The listener takes the signals over, also where the process was started with Ctrl-C ignored.
    """

    def end(*_: object) -> None:
        raise SystemExit(0)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)


def _require_what_others_need(host: str, settings: Settings) -> None:
    """Raises SettingsError where others can reach the line, by its own address or through a proxy, and it lacks what
    that takes.
    """
    faults = []
    reached = not is_loopback(host)
    public = settings.public_url is not None and not is_loopback(
        (urlsplit(settings.public_url).hostname or "").rstrip(".")
    )
    if (reached or public) and not settings.auth_token:
        faults.append(
            "TWILIO_AUTH_TOKEN: required where others can reach the line, or anybody could make calls;"
            " copy it from Twilio's console" + (", or unset IVR_PUBLIC_URL to rehearse" if public else "")
        )
    if reached and not settings.public_url:
        faults.append("IVR_PUBLIC_URL: required where others can reach the line; it is the address that Twilio signs")
    if faults:
        raise SettingsError("\n".join(faults))


def _pages_at(written: str | None, port: int, pages_url: str | None) -> tuple[str, int]:
    """Where the pages listen. Raises click.BadParameter for any place but this machine where they have no login."""
    if written is None:
        return "127.0.0.1", _beside(port)
    found = _PAGES.fullmatch(written)
    if found is None or int(found["port"]) > _MAX_PORT:
        raise click.BadParameter(f"'{written}' is no address; write one like 127.0.0.1:5001", param_hint="'--pages'")
    if not is_loopback(found["host"]) and pages_url is None:
        raise click.BadParameter(
            f"'{written}' can be reached by others, and the pages ask for no login; set IVR_PAGES_URL to the https"
            f" address at which people open them, and they do; or write 127.0.0.1:{found['port']}, and reach them with"
            f" ssh -L {found['port']}:127.0.0.1:{found['port']}",
            param_hint="'--pages'",
        )
    return found["host"].strip("[]"), int(found["port"])


def _portal_at(written: str | None, pages_port: int, portal_url: str | None) -> tuple[str, int] | None:
    """Where the portal listens; None for nowhere. Raises click.BadParameter for any place but this machine where no
    https address says at which customers open it: their passwords would be read on the way.
    """
    if written is None:
        return "127.0.0.1", _beside(pages_port)
    if written == "none":
        return None
    found = _PAGES.fullmatch(written)
    if found is None or int(found["port"]) > _MAX_PORT:
        raise click.BadParameter(
            f"'{written}' is no address; write one like 127.0.0.1:5002, or none", param_hint="'--portal'"
        )
    if not is_loopback(found["host"]) and portal_url is None:
        raise click.BadParameter(
            f"'{written}' can be reached by others, and their passwords would be read on the way; set IVR_PORTAL_URL to"
            f" the https address at which customers open the portal, or write 127.0.0.1:{found['port']}",
            param_hint="'--portal'",
        )
    return found["host"].strip("[]"), int(found["port"])


def _beside(port: int) -> int:
    """The port after ``port``, or before the last one; any free one where ``port`` is."""
    return port and (port + 1 if port < _MAX_PORT else port - 1)


def _on_this_machine(at: str) -> str:
    """Where this machine reaches what listens at ``at``."""
    return at.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def _require_users(database: Database, settings: Settings) -> None:
    """Raises SettingsError where pages ask for a login and nobody has one; not while the database is away."""
    from data.users import can_anybody_log_in

    if settings.pages_url is None or database.standing().state != "up":
        return
    with database.reading() as connection:
        if not can_anybody_log_in(connection):
            raise SettingsError("IVR_PAGES_URL: nobody could log in yet; ivr users add NAME --role supervisor adds one")


def _prepare(database: Database, settings: Settings, made: list[FirstUser]) -> None:
    """Have the database migrated before any call uses it, and a new embedded one filled with demo data and the
    first user, who is put into ``made``.
    """
    from data.demo import load_once
    from data.first_user import make_first_user
    from data.vault import Cost, Vault
    from routing.documents import parse_document

    def prepare() -> None:
        database.migrate()
        if settings.embedded:
            vault = Vault(settings.secret_key, Cost.production())
            load_once(database, vault, parse_document, clock.now())
            user = make_first_user(database, vault, clock.now(), secrets.choice)
            if user:
                made.append(user)

    database.prepare_by(prepare)


def _watch_pages(health: Health, pages: SupervisedProcess, reason: str) -> None:
    """Tell the ``reason`` of a process that is away for so long that it does not come back by itself."""
    last = time.monotonic()

    def reasons() -> list[str]:
        nonlocal last
        if pages.is_running():
            last = time.monotonic()
        return [reason] if time.monotonic() - last > PAGES_MAY_BE_AWAY_SECONDS else []

    health.watch(reasons)


def _look_at_menus(flows: Path, lines: Lines) -> Callable[[datetime], object]:
    from ivr.call.reload import Reload

    reload = Reload(flows, lines)
    return lambda _: reload.refresh()


def _what_is_heard(flows: Path, database: Database, follow: bool) -> list[str]:
    """Sentences on whose menus callers hear: the folder's, or those that were published."""
    if follow:
        return [f"Callers hear the folder {flows}/ as it is saved (--follow), and not what is published."]
    from ivr.call.published import unpublished

    told = ["Callers hear what is published: ivr versions tells what that is, ivr publish lets them hear another."]
    for name in unpublished(database, flows):
        told.append(
            f"  not published   {flows / name} holds something else: ivr publish {name} -m WHY, or rehearse it with"
            " ivr serve --follow"
        )
    return told


class _Addresses(NamedTuple):
    """Where the webhooks, the pages and the portal listen; None: there is no portal."""

    webhooks: str
    pages: str
    portal: str | None


def _greet(told: _Addresses, settings: Settings, lines: Lines, made: list[FirstUser], heard: list[str]) -> None:
    say = click.echo
    at, pages_at = told.webhooks, told.pages
    for engine in lines:
        line = engine.line
        say(f"The line {line.name} answers {line.header.number} ({len(line.states)} states, menu {line.version}).")
    for each in heard:
        say(each)
    if settings.pages_url:
        say(f"  open this       {settings.pages_url}/ in a browser, and log in; the proxy asks {pages_at}")
    else:
        say(f"  open this       {pages_at}/ in a browser on this machine: pages and metrics")
    say(f"  webhooks        {at} for Twilio; a browser finds /health, /hold.wav and /audio there, and nothing else")
    say(f"  entry webhook   {settings.public_url}/twilio/voice")
    if told.portal and settings.portal_url:
        say(f"  customers       open {settings.portal_url}/ and sign in; the proxy asks {told.portal}")
    elif told.portal:
        say(f"  customers       {told.portal}/ is their portal, of this machine only until IVR_PORTAL_URL names it;")
        if settings.embedded:
            say("                  ivr portal activate 11222333000181 Ana lets in ana@padaria-pao.example, of the demo")
    if told.portal and settings.smtp_url is None:
        where = f"are written into {DATA_DIRECTORY / MAIL_FOLDER}/" if settings.embedded else "are NOT sent"
        say(f"  mails           {where}, since IVR_SMTP_URL is not set: codes of the portal, and invitations")
    say(f"  database        {settings.database_url if settings.embedded else 'as IVR_DATABASE_URL says'}")
    if settings.embedded:
        say(f"  demo customers  {Path('data/demo/README.md')}")
    for user in made:
        where = settings.pages_url or pages_at
        say(f"  first user      {user.login}, who chooses a password at {where}/login/code within a day,")
        say(f"                  with the code {user.code}: it is told only now; ivr users reset makes another")
    say(f"  make a call     .venv/bin/ivr call {at}/twilio/voice")
    if not settings.auth_token:
        say("")
        say("WARNING: TWILIO_AUTH_TOKEN is not set, so signatures are NOT verified. Only this machine can call.")
    say("Ctrl-C ends it.")
