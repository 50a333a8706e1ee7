"""Calls that the house makes itself, to those who asked to be called back (Twilio's Call resource, "Create a Call")."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from data.callbacks import CallbackRecord, begin_try
from ivr.call.callbacks import due

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines

RING_SECONDS = 30


def call_back(database: Database, lines: Lines, client: Any, public_url: str, now: datetime) -> list[CallbackRecord]:
    """Call everybody whose turn it is at ``now`` (aware); those who were called.

    ``client`` is a ``twilio.rest.Client``; its TwilioRestException goes through, and nothing is noted of that call.
    How each ends is told to ``/twilio/status``.
    """
    with database.reading() as connection:
        turn = due(connection, lines, now)
    numbers = {engine.line.name: engine.line.header.number for engine in lines}
    for each in turn:
        query = urlencode({"line": each.line, "desk": each.destination})
        call = client.calls.create(
            to=each.number,
            from_=numbers[each.line],
            url=f"{public_url}/twilio/callback?{query}",
            method="POST",
            status_callback=f"{public_url}/twilio/status",
            status_callback_method="POST",
            timeout=RING_SECONDS,
        )
        with database.transaction() as connection:
            begin_try(connection, each.call_sid, call.sid, now)
    return turn
