"""Calls are made here to those who asked to be called back (Twilio's Call resource, "Create a Call")."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from data.callbacks import CallbackRecord, claim_try, end_try, name_try
from ivr.call.callbacks import bounds_of, due, settle

if TYPE_CHECKING:
    from twilio.rest import Client

    from data.database import Database
    from ivr.call.lines import Lines

RING_SECONDS = 30


def call_back(database: Database, lines: Lines, client: Client, public_url: str, now: datetime) -> list[CallbackRecord]:
    """Call those whose turn it is at ``now`` (aware), and return them.

    Each try is claimed before Twilio is asked, by one process
    only; what it raises goes through, and that try has failed. How each call ends is told to ``/twilio/status``.
    """
    with database.transaction() as connection:
        settle(connection, lines, now)
        turn = due(connection, lines, now)
    known = {engine.line.name: engine.line for engine in lines}
    called = []
    for each in turn:
        line = known[each.line]
        with database.transaction() as connection:
            claim = claim_try(connection, each, bounds_of(line), now)
        if claim is None:
            continue
        query = urlencode({"line": each.line, "desk": each.destination})
        try:
            call = client.calls.create(
                to=each.number,
                from_=line.header.number,
                url=f"{public_url}/twilio/callback?{query}",
                method="POST",
                status_callback=f"{public_url}/twilio/status",
                status_callback_method="POST",
                timeout=RING_SECONDS,
            )
        except Exception:
            with database.transaction() as connection:
                end_try(connection, claim, "failed", now)
            raise
        called.append(each)
        with database.transaction() as connection:
            name_try(connection, claim, call.sid)
    return called
