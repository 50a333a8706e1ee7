"""``ivr serve``: the whole line on one port."""

from __future__ import annotations

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.errors import SettingsError, TargetError
from ivr.logs import log_to
from ivr.settings import Settings, is_loopback

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.cli.chores import Chore

THREADS = 8
"""Turns are short; argon2 frees the interpreter while it works."""

CONNECTIONS = 1000
"""The telephone company keeps its connections open; whoever comes beyond these is not answered before one is closed."""

LOOK_AT_MENUS_SECONDS = 2
SWEEP_SECONDS = 60


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
def serve(host: str, port: int) -> None:
    """Answer calls: Twilio webhooks, browser phone and ops pages on one port.

    Without IVR_DATABASE_URL an embedded SQLite database is made, with demo customers.
    """
    from dataclasses import replace

    import waitress

    from app import create_app
    from data.database import DatabaseUnavailableError
    from ivr.call.lines import Lines
    from ivr.cli.chores import Chores

    log_to(sys.stderr)
    settings = Settings.from_environment(os.environ)
    if not is_loopback(host):
        _require_outside(settings)
    lines = Lines.load(settings.flows)
    # The port first: whoever finds it taken has not touched the database.
    listener = _listen(host, port)
    try:
        database = _database(settings)
    except DatabaseUnavailableError as error:
        listener.close()
        raise SettingsError(f"IVR_DATABASE_URL: {error}") from None
    at = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    settings = replace(settings, public_url=settings.public_url or at)
    app = create_app(settings, clock=_now, database=database, lines=lines)
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select() knows no file beyond the 1,024th
        clear_untrusted_proxy_headers=True,
    )
    _greet(at, settings, lines)
    try:
        with Chores(_chores(settings.flows, lines, database), _now):
            server.run()
    finally:
        server.close()
        database.close()


def _require_outside(settings: Settings) -> None:
    """What an address needs that others can reach."""
    faults = []
    if not settings.auth_token:
        faults.append("TWILIO_AUTH_TOKEN: required where others can reach the line, or anybody could make calls")
    if not settings.public_url:
        faults.append("IVR_PUBLIC_URL: required where others can reach the line; it is the address that Twilio signs")
    if faults:
        raise SettingsError("\n".join(faults))


def _now() -> datetime:
    """The house's one clock."""
    return datetime.now(UTC)


def _database(settings: Settings) -> Database:
    """The migrated database; a new embedded one also gets its demo customers."""
    from data.database import Database
    from data.demo import load
    from data.vault import Cost, Vault
    from routing.documents import parse_document

    database = Database(settings.database_url)
    new = database.is_new()
    database.migrate()
    if new and settings.embedded:
        load(database, Vault(settings.secret_key, Cost.production()), parse_document)
    return database


def _chores(flows: Path, lines: Lines, database: Database) -> list[Chore]:
    """What the house does by itself. To forget what is over is ops' to order: see ``ivr purge``."""
    from data.sweep import sweep
    from ivr.call.reload import Reload
    from ivr.cli.chores import Chore

    reload = Reload(flows, lines)
    return [
        Chore("menus", LOOK_AT_MENUS_SECONDS, lambda _: reload.refresh()),
        Chore("abandoned calls", SWEEP_SECONDS, lambda now: sweep(database, now)),
    ]


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        raise TargetError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from None
    return listener


def _greet(at: str, settings: Settings, lines: Lines) -> None:
    say = click.echo
    for engine in lines:
        line = engine.line
        say(f"The line {line.name} answers {line.header.number} ({len(line.states)} states, menu {line.version}).")
    say(f"  pages           {at}/")
    say(f"  entry webhook   {settings.public_url}/twilio/voice")
    say(f"  database        {settings.database_url if settings.embedded else 'as IVR_DATABASE_URL says'}")
    if settings.embedded:
        say(f"  demo customers  {Path('data/demo/README.md')}")
    say(f"  make a call     .venv/bin/ivr call {at}/twilio/voice")
    if not settings.auth_token:
        say("")
        say("WARNING: TWILIO_AUTH_TOKEN is not set, so signatures are NOT verified. Only this machine can call.")
    say("Ctrl-C ends it.")
