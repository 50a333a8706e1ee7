"""The house, wired: settings, lines, database, webhooks and pages, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from flask import Flask

from data.database import Database
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.call.turn import Turns
from ivr.settings import Settings
from ivr.twilio.signature import Signatures
from ivr.twilio.twiml import render
from ivr.twilio.webhooks import webhooks
from ivr.web.pages import pages


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    database: Database | None = None,
    lines: Lines | None = None,
    cost: Cost | None = None,
) -> Flask:
    """The WSGI application. ``clock`` gives aware instants; ``database`` must be migrated; ``cost`` is what one
    password costs (default: production). Signatures are verified where settings hold an auth token, which
    ``ivr serve`` requires on anything but loopback.
    """
    lines = lines or Lines.load(settings.flows)
    database = database or Database(settings.database_url)
    vault = Vault(settings.secret_key, cost or Cost.production())
    prefix = urlsplit(settings.public_url or "").path.rstrip("/")
    signatures = Signatures(settings.public_url or "", settings.auth_token) if settings.auth_token else None
    turns = Turns(lines, database, vault, clock, partial(render, prefix=prefix))

    app = Flask(__name__, static_folder=None)
    app.register_blueprint(
        webhooks(turns, lines, clock, signatures=signatures, account_sid=settings.account_sid, prefix=prefix)
    )
    app.register_blueprint(pages(lines, database))
    return app
