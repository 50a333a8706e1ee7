"""The house, wired: settings, lines, database, webhooks and pages, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from flask import Flask

from data.database import TURN_PATIENCE, Database
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.call.turn import Turns
from ivr.settings import Settings
from ivr.twilio.audio import Audio
from ivr.twilio.deadline import SECONDS, Deadline, NoDeadline
from ivr.twilio.signature import Signatures
from ivr.twilio.twiml import render
from ivr.twilio.webhooks import webhooks
from ivr.web.defects import tell_defects
from ivr.web.pages import pages
from ivr.web.recordings import recordings


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    database: Database | None = None,
    lines: Lines | None = None,
    cost: Cost | None = None,
    deadline: float | None = SECONDS,
) -> Flask:
    """The WSGI application. ``clock`` gives aware instants; ``database`` must be migrated; ``cost`` is what one
    password costs (default: production); ``deadline`` is how many seconds a webhook is worked on (None: as long as it
    takes). Signatures are verified where settings hold an auth token, which ``ivr serve`` requires on anything but
    loopback.
    """
    lines = lines or Lines.load(settings.flows)
    database = database or Database(settings.database_url, patience=TURN_PATIENCE)
    vault = Vault(settings.secret_key, cost or Cost.production())
    prefix = urlsplit(settings.public_url or "").path.rstrip("/")
    signatures = Signatures(settings.public_url or "", *settings.auth_tokens) if settings.auth_token else None
    turns = Turns(lines, database, vault, clock, partial(render, prefix=prefix), settings.guesses)

    app = Flask(__name__, static_folder=None)
    app.register_blueprint(
        webhooks(
            turns,
            lines,
            clock,
            signatures=signatures,
            account_sid=settings.account_sid,
            prefix=prefix,
            deadline=NoDeadline() if deadline is None else Deadline(deadline),
        )
    )
    app.register_blueprint(pages(lines, database, clock, settings.guesses))
    tell_defects(app)
    app.register_blueprint(recordings(database, vault, clock, Audio(settings, clock).fetch))
    return app
